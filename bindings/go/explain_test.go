package imza_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"imza"
)

const (
	// Under the merchant key: of 10000425500123GOLD and the salt, and of 10000425500123GOLD alone.
	token    = "FKmRue7MxbPEws0MPO5vYt4lBuQN76r/5af6dNQCGb4="
	saltless = "3xcpQ2AdW0QP213LSp6ZNFwKj9I72YLvPDdxAvd2sNQ="
)

var (
	limitFields = imza.Fields{"customerId": "5500123", "dealerSegment": "GOLD"}
	signedCall  = imza.Request{
		Method: "POST", ContentType: "application/json", Date: "Tue, 09 Mar 2021 13:28:32 GMT",
		Resource: "/v1/application/finishonlinehelp", Body: []byte(`{"customerId":"123456"}`),
	}
)

func newExplainer(secrets ...string) *imza.Explainer {
	explainer := must(imza.NewExplainer())
	for _, secret := range secrets {
		if err := explainer.AddKey("key-id", []byte(secret)); err != nil {
			panic(err)
		}
	}
	return explainer
}

func newMerchantExplainer() *imza.MerchantExplainer {
	return must(imza.NewMerchantExplainer("1000042", []byte("merchant-key-not-real"), []byte("merchant-salt-not-real")))
}

func TestAValidRequestNeedsNoExplanation(t *testing.T) {
	explainer := newExplainer("not-a-real-secret")
	defer explainer.Close()
	e := must(explainer.Explain(signedCall, expected, "45186"))
	if !e.Valid || e.Refusal != "" || e.Notes != nil || e.CutShort || e.Tried != 1 {
		t.Errorf("%+v", e)
	}
	if want := []imza.Reading{{Text: "matches as it stands"}}; !reflect.DeepEqual(e.Matches, want) {
		t.Errorf("%+v", e.Matches)
	}
	if e.String() != "Valid: the signature matches, and nothing else is wrong.\n" {
		t.Error(e)
	}
}

// DLGA-7, DLGA-20: docs/explain.md, "the body has no final newline".
func TestTheMistakeAndItsKeyAreNamed(t *testing.T) {
	explainer := newExplainer("a newer secret", "not-a-real-secret")
	defer explainer.Close()
	call := signedCall
	call.Body = append(bytes.Clone(call.Body), '\n')
	e := must(explainer.Explain(call, expected, "45186"))
	if want := (imza.Reading{Text: "matches when the body has no final newline", KeyIndex: 1}); e.Valid || !has(e, want) {
		t.Errorf("%+v", e)
	}
	if !strings.Contains(e.Refusal, "the signature does not match") || e.Tried < 100 {
		t.Errorf("%+v", e)
	}
	if !strings.Contains(e.Text, "The signature matches when the body has no final newline, with key 1.\n") {
		t.Error(e.Text)
	}
	signed := must(call.StringToSign())
	if e.SignedText != strings.ReplaceAll(signed, "\n", "⏎\n") || e.SignedHex != hex.EncodeToString([]byte(signed)) {
		t.Error(e.SignedText, e.SignedHex)
	}
}

func has(e imza.Explanation, want imza.Reading) bool {
	for _, reading := range e.Matches {
		if reading == want {
			return true
		}
	}
	return false
}

// DLGA-14, DLGA-19.
func TestTheClockIsJudgedWhereItIsTold(t *testing.T) {
	explainer := newExplainer("not-a-real-secret")
	defer explainer.Close()
	for late, valid := range map[time.Duration]bool{10 * time.Second: true, 11 * time.Second: false} {
		if err := explainer.At(at.Add(late), 10*time.Second, 0); err != nil {
			t.Fatal(err)
		}
		e := must(explainer.Explain(signedCall, expected, "45186"))
		if e.Valid != valid || !has(e, imza.Reading{Text: "matches as it stands"}) {
			t.Errorf("%s: %+v", late, e)
		}
	}
	if err := explainer.At(at, -1, 0); !errors.Is(err, imza.ErrInvalidArgument) {
		t.Error(err)
	}
}

// DLGA-4, DLGA-10: a client that signed the whole URL; its request is explained with the help of Host,
// and its body can still be read.
func TestAReceivedRequestIsExplained(t *testing.T) {
	explainer := newExplainer("not-a-real-secret")
	defer explainer.Close()
	call := signedCall
	req := httptest.NewRequest("POST", "https://dlga.example"+call.Resource, bytes.NewReader(call.Body))
	req.Header.Set("Content-Type", call.ContentType)
	req.Header.Set("Date", call.Date)
	req.Header.Set("X-Requester-UserId", "45186")
	req.Header.Set("X-Authorization", expected)
	if e := must(explainer.ExplainRequest(req)); !e.Valid {
		t.Errorf("%+v", e)
	}
	req.Header.Set("X-Authorization", "DLGA key-id:Qmf2VP8cRQaociOdBVzToJzYDiTMb9dC1KkCwFFWN6s=")
	e := must(explainer.ExplainRequest(req))
	want := imza.Reading{Text: "matches when the resource has `https://` and the server address in front"}
	if e.Valid || !has(e, want) {
		t.Errorf("%+v", e)
	}
	if body := must(io.ReadAll(req.Body)); !bytes.Equal(body, call.Body) {
		t.Errorf("%q", body)
	}
	req.Header.Add("X-Authorization", "twice")
	if e := must(explainer.ExplainRequest(req)); !strings.Contains(e.Refusal, "twice") {
		t.Errorf("%+v", e)
	}
	broken := errors.New("broken off")
	req.Body = io.NopCloser(io.MultiReader(strings.NewReader("{"), failingReader{broken}))
	if _, err := explainer.ExplainRequest(req); !errors.Is(err, broken) {
		t.Error(err)
	}
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

// DLGA-6: the explainer's own body line is what a received request is judged by.
func TestABodyLineCanBeChosen(t *testing.T) {
	for _, bodyLine := range []imza.BodyLine{imza.BodyLineWhenPresent, imza.BodyLineNever} {
		signer := must(imza.NewSigner("key-id", []byte("not-a-real-secret"), bodyLine))
		explainer := must(imza.NewExplainer(bodyLine))
		if err := explainer.AddKey("key-id", []byte("not-a-real-secret")); err != nil {
			t.Fatal(err)
		}
		req := newCall()
		if err := signer.SignRequest(req, "45186", at); err != nil {
			t.Fatal(err)
		}
		if e := must(explainer.ExplainRequest(req)); !e.Valid {
			t.Errorf("%d: %+v", bodyLine, e)
		}
		signer.Close()
		explainer.Close()
	}
}

// DLGA-13, DLGA-14: whatever a request looks like, it has an explanation.
func TestWhateverIsWrongIsExplained(t *testing.T) {
	explainer := newExplainer("not-a-real-secret")
	defer explainer.Close()
	for _, call := range []imza.Request{
		{}, {Method: "PO ST\n", Resource: "no slash\x00#", ContentType: "\r\n\xff", Date: "yesterday", Body: []byte("\x00\xff")},
	} {
		for _, authorization := range []string{"", "DLGA", "Bearer x", expected, "\xff"} {
			e, err := explainer.Explain(call, authorization, "")
			if err != nil || e.Valid || e.Refusal == "" || e.Text == "" {
				t.Errorf("%+v %q: %+v %v", call, authorization, e, err)
			}
		}
	}
	if e := must(explainer.ExplainRequest(new(http.Request))); e.Valid {
		t.Errorf("%+v", e)
	}
	e := must(explainer.Explain(signedCall, "DLGA key-id:4J2OtxTeMpyfMad4y26RaKA/rrk=", "45186"))
	if len(e.Notes) != 1 || !strings.Contains(e.Notes[0], "20 bytes") || e.Matches != nil {
		t.Errorf("%+v", e)
	}
	call := signedCall
	call.BodyLine = 3
	if _, err := explainer.Explain(call, expected, "45186"); !errors.Is(err, imza.ErrInvalidArgument) {
		t.Error(err)
	}
	if err := explainer.AddKey("i:d", []byte("secret")); !errors.Is(err, imza.ErrInvalidArgument) {
		t.Error(err)
	}
}

// HASO-3, HASO-4, HASO-11: docs/explain.md, "the salt is left out", "key and salt change places".
func TestATokensMistakeIsNamed(t *testing.T) {
	recipe := must(imza.FindRecipe("SetPreDefinedLimit"))
	defer recipe.Close()
	explainer := newMerchantExplainer()
	defer explainer.Close()
	if e := must(explainer.Explain(recipe, limitFields, token)); !e.Valid {
		t.Errorf("%+v", e)
	}
	e := must(explainer.Explain(recipe, limitFields, saltless))
	if e.Valid || !has(e, imza.Reading{Text: "matches when the salt is left out"}) {
		t.Errorf("%+v", e)
	}
	if e.SignedText != "10000425500123GOLD[salt]" || e.SignedHex != hex.EncodeToString([]byte("10000425500123GOLD"))+"[salt]" {
		t.Errorf("%+v", e)
	}
	form := url.Values{"customerId": {"5500123"}, "dealerSegment": {"GOLD"}, "merchantId": {"1000042"}, "requestToken": {saltless}}
	if ofForm := must(explainer.ExplainForm(recipe, form)); !has(ofForm, imza.Reading{Text: "matches when the salt is left out"}) {
		t.Errorf("%+v", ofForm)
	}

	rotated := must(imza.NewSaltKeyedMerchantExplainer("1000042", []byte("new salt")))
	defer rotated.Close()
	if err := errors.Join(rotated.AddOlderSalt([]byte("older salt")),
		rotated.AddOlderSecret([]byte("merchant-salt-not-real"), []byte("merchant-key-not-real"))); err != nil {
		t.Fatal(err)
	}
	e = must(rotated.Explain(recipe, limitFields, token))
	if !has(e, imza.Reading{Text: "matches when key and salt change places", KeyIndex: 2}) {
		t.Errorf("%+v", e)
	}
}

// HASO-5, HASO-9, HASO-10.
func TestAnyFieldsAreExplained(t *testing.T) {
	recipe := must(imza.FindRecipe("SetPreDefinedLimit"))
	defer recipe.Close()
	explainer := newMerchantExplainer()
	defer explainer.Close()
	for _, fields := range []imza.Fields{nil, {"": ""}, {"dealersegment": "GOLD"}, {"customerId": strings.Repeat("9", 1000)}} {
		if e, err := explainer.Explain(recipe, fields, token); err != nil || e.Valid || e.Refusal == "" {
			t.Errorf("%v: %+v %v", fields, e, err)
		}
	}
	if _, err := explainer.Explain(recipe, imza.Fields{"customerId": "\xff"}, token); !errors.Is(err, imza.ErrInvalidArgument) {
		t.Error(err)
	}
	if _, err := explainer.Explain(nil, limitFields, token); !errors.Is(err, imza.ErrInvalidArgument) {
		t.Error(err)
	}
	for _, make := range []func() (*imza.MerchantExplainer, error){
		func() (*imza.MerchantExplainer, error) {
			return imza.NewMerchantExplainer("", []byte("k"), []byte("s"))
		},
		func() (*imza.MerchantExplainer, error) { return imza.NewMerchantExplainer("1", nil, []byte("s")) },
		func() (*imza.MerchantExplainer, error) { return imza.NewSaltKeyedMerchantExplainer("1", nil) },
	} {
		if explainer, err := make(); explainer != nil || !errors.Is(err, imza.ErrInvalidArgument) {
			t.Error(explainer, err)
		}
	}
}

// Neither a secret nor a signature that was computed stands in what is told, also where the request holds it.
func TestNoSecretIsExplained(t *testing.T) {
	recipe := must(imza.FindRecipe("SetPreDefinedLimit"))
	defer recipe.Close()
	explainer, merchant := newExplainer("not-a-real-secret"), newMerchantExplainer()
	defer explainer.Close()
	defer merchant.Close()
	wrong := "DLGA not-a-real-secret:" + saltless
	call := signedCall
	call.Body = []byte("not-a-real-secret")
	told := fmt.Sprintf("%+v %#v %+v %#v", must(explainer.Explain(signedCall, wrong, "not-a-real-secret")),
		must(explainer.Explain(call, wrong, "45186")),
		must(merchant.Explain(recipe, imza.Fields{"customerId": "merchant-key-not-real", "merchant-salt-not-real": "x"}, "x")),
		must(merchant.Explain(recipe, limitFields, strings.Replace(token, "F", "G", 1))))
	for _, secret := range []string{"not-a-real-secret", "merchant-key-not-real", "merchant-salt-not-real"} {
		if strings.Contains(told, secret) || strings.Contains(told, hex.EncodeToString([]byte(secret))) {
			t.Errorf("%q stands in %s", secret, told)
		}
	}
	for _, signature := range []string{strings.TrimPrefix(expected, "DLGA key-id:"), token} {
		if strings.Contains(told, signature) {
			t.Errorf("%q stands in %s", signature, told)
		}
	}
	if printed := fmt.Sprintf("%+v %#v %+v %#v", explainer, explainer, merchant, merchant); strings.Contains(printed, "real") {
		t.Error(printed)
	}
}

func TestAClosedExplainerIsAnError(t *testing.T) {
	recipe, closedRecipe := must(imza.FindRecipe("SetPreDefinedLimit")), must(imza.FindRecipe("SetPreDefinedLimit"))
	defer recipe.Close()
	explainer, merchant, open := newExplainer(), newMerchantExplainer(), newMerchantExplainer()
	defer open.Close()
	if err := errors.Join(explainer.Close(), explainer.Close(), merchant.Close(), closedRecipe.Close()); err != nil {
		t.Fatal(err)
	}
	for name, use := range map[string]func() error{
		"AddKey":         func() error { return explainer.AddKey("id", []byte("secret")) },
		"At":             func() error { return explainer.At(at, 0, 0) },
		"Explain":        func() error { _, err := explainer.Explain(signedCall, expected, "45186"); return err },
		"ExplainRequest": func() error { _, err := explainer.ExplainRequest(newCall()); return err },
		"zero":           func() error { _, err := new(imza.Explainer).Explain(signedCall, expected, "45186"); return err },
		"older secret":   func() error { return merchant.AddOlderSecret([]byte("key"), []byte("salt")) },
		"older salt":     func() error { return merchant.AddOlderSalt([]byte("salt")) },
		"a token":        func() error { _, err := merchant.Explain(recipe, limitFields, token); return err },
		"a form":         func() error { _, err := merchant.ExplainForm(recipe, nil); return err },
		"a recipe":       func() error { _, err := open.Explain(closedRecipe, limitFields, token); return err },
		"zero merchant":  func() error { return new(imza.MerchantExplainer).AddOlderSalt([]byte("salt")) },
	} {
		if err := use(); !errors.Is(err, imza.ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGoroutinesShareAnExplainer(t *testing.T) {
	explainer := newExplainer("not-a-real-secret")
	var done sync.WaitGroup
	for i := 0; i < 8; i++ {
		done.Add(1)
		go func() {
			defer done.Done()
			for {
				e, err := explainer.Explain(signedCall, expected, "45186")
				if errors.Is(err, imza.ErrClosed) {
					return
				}
				if err != nil || !e.Valid {
					t.Errorf("%+v %v", e, err)
					return
				}
			}
		}()
	}
	for i := 0; i < 20; i++ {
		if err := explainer.AddKey("another", []byte("secret")); err != nil {
			t.Error(err)
		}
	}
	explainer.Close()
	done.Wait()
}
