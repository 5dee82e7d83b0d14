package imza_test

// The golden corpus (tests/vectors), which an independent implementation made: every stage of every
// case, so that the first stage that goes wrong is named.

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"imza"
)

// casesOf reads the cases of the corpus's files with these names.
func casesOf[Case any](t testing.TB, names ...string) []Case {
	t.Helper()
	var all []Case
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join("..", "..", "tests", "vectors", name))
		if err != nil {
			t.Fatal(err)
		}
		var file struct{ Cases []Case }
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(file.Cases) == 0 {
			t.Fatalf("%s has no cases", name)
		}
		all = append(all, file.Cases...)
	}
	return all
}

var bodyLines = map[string]imza.BodyLine{
	"when-present": imza.BodyLineWhenPresent,
	"always":       imza.BodyLineAlways,
	"never":        imza.BodyLineNever,
}

// expectError tells whether an error has a status and, where one is known, an offset.
func expectError(t *testing.T, err error, status imza.Status, offset *int) *imza.Error {
	t.Helper()
	var e *imza.Error
	if !errors.Is(err, status) || !errors.As(err, &e) {
		t.Fatalf("the error is %v (%v), not %v", err, errors.Unwrap(err), status)
	}
	if want := -1; offset != nil {
		want = *offset
		if e.Offset != want {
			t.Errorf("the offset is %d, not %d: %v", e.Offset, want, err)
		}
	} else if e.Offset != want {
		t.Errorf("the offset is %d, and there is none: %v", e.Offset, err)
	}
	return e
}

type signingCase struct {
	Name          string
	AccessKeyID   string `json:"access_key_id"`
	Secret        []byte `json:"secret_base64"`
	BodyLine      string `json:"body_line"`
	Method        string
	ContentType   string `json:"content_type"`
	Date          string
	Body          []byte `json:"body_base64"`
	Resource      string
	StringToSign  []byte `json:"string_to_sign_base64"`
	Signature     string
	Authorization string
}

// DLGA-5 to DLGA-12.
func TestEveryStageOfASignatureIsTheCorpuss(t *testing.T) {
	for _, c := range casesOf[signingCase](t, "dlga.json", "dlga-more.json") {
		t.Run(c.Name, func(t *testing.T) {
			request := imza.Request{
				Method: c.Method, ContentType: c.ContentType, Date: c.Date, Resource: c.Resource, Body: c.Body,
				BodyLine: bodyLines[c.BodyLine],
			}
			if text := must(request.StringToSign()); text != string(c.StringToSign) {
				t.Fatalf("the string to sign is %q, not %q", text, c.StringToSign)
			}
			signer := must(imza.NewSigner(c.AccessKeyID, c.Secret))
			defer signer.Close()
			if value := must(signer.Authorization(request)); value != c.Authorization {
				t.Errorf("the header is %q, not %q", value, c.Authorization)
			}
		})
	}
}

// DLGA-1, DLGA-19.
func TestEveryClockOfTheCorpusIsWritten(t *testing.T) {
	for _, c := range casesOf[struct {
		Name string
		Unix int64
		Text *string
	}](t, "dlga-clock.json") {
		t.Run(c.Name, func(t *testing.T) {
			text, err := imza.Date(time.Unix(c.Unix, 0))
			switch {
			case c.Text == nil:
				expectError(t, err, imza.ErrInvalidArgument, nil)
			case err != nil || text != *c.Text:
				t.Errorf("%q (%v), not %q", text, err, *c.Text)
			}
		})
	}
}

// DLGA-18: a date is signed with if and only if it is in the pattern.
func TestEveryDateOfTheCorpusIsRead(t *testing.T) {
	signer := must(imza.NewSigner("id", []byte("secret")))
	defer signer.Close()
	for _, c := range casesOf[struct {
		Name, Text string
		Unix       *int64
		Offset     *int
	}](t, "dlga-dates.json") {
		t.Run(c.Name, func(t *testing.T) {
			_, err := signer.Authorization(imza.Request{Method: "GET", Resource: "/", Date: c.Text})
			if c.Unix == nil {
				if c.Text == "" {
					c.Offset = nil // nothing is not a date in the wrong pattern, but no date
				}
				expectError(t, err, imza.ErrInvalidArgument, c.Offset)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

var dlgaKinds = map[string]imza.Status{
	"headers-missing":    imza.ErrHeadersMissing,
	"format-invalid":     imza.ErrFormatInvalid,
	"date-invalid":       imza.ErrDateInvalid,
	"unknown-key-id":     imza.ErrSignatureMismatch,
	"signature-mismatch": imza.ErrSignatureMismatch,
	"clock-skew":         imza.ErrClockSkew,
}

// DLGA-4, DLGA-13 to DLGA-20.
func TestEveryVerdictOfTheCorpusIsGiven(t *testing.T) {
	for _, c := range casesOf[struct {
		Name string
		Keys []struct {
			AccessKeyID string `json:"access_key_id"`
			Secret      []byte `json:"secret_base64"`
		}
		Method       string
		ContentType  string `json:"content_type"`
		Resource     string
		Body         []byte `json:"body_base64"`
		BodyLine     string `json:"body_line"`
		Headers      [][2]string
		Now          *int64
		Past, Future int64
		Verdict      struct {
			Kind       string
			HTTPStatus int `json:"http_status"`
			Text       string
			Offset     *int
			KeyIndex   *int `json:"key_index"`
			Requester  string
		}
	}](t, "dlga-verdicts.json") {
		t.Run(c.Name, func(t *testing.T) {
			clock, now := imza.WithWindow(time.Duration(c.Past)*time.Second, time.Duration(c.Future)*time.Second), time.Time{}
			if c.Now == nil {
				clock = imza.IgnoreClock()
			} else {
				now = time.Unix(*c.Now, 0)
			}
			verifier := must(imza.NewVerifier(clock, bodyLines[c.BodyLine]))
			defer verifier.Close()
			for _, key := range c.Keys {
				if err := verifier.AddKey(key.AccessKeyID, key.Secret); err != nil {
					t.Fatal(err)
				}
			}
			req := &http.Request{
				Method: c.Method, RequestURI: c.Resource, Header: http.Header{},
				Body: io.NopCloser(strings.NewReader(string(c.Body))),
			}
			if c.ContentType != "" {
				req.Header.Set("Content-Type", c.ContentType)
			}
			for _, header := range c.Headers {
				req.Header.Add(header[0], header[1])
			}

			accepted, err := verifier.VerifyRequest(req, now)
			if strings.Contains(c.Resource, "://") {
				// As a resource that is a fault; as HTTP's request target it names a path all the same.
				accepted, err = verifier.Verify(imza.Request{Method: c.Method, Resource: c.Resource, Body: c.Body,
					Date: c.Headers[0][1]}, c.Headers[2][1], c.Headers[1][1], now)
			}
			if body := must(io.ReadAll(req.Body)); string(body) != string(c.Body) {
				t.Errorf("the body was not put back: %q", body)
			}
			if c.Verdict.Kind == "accepted" {
				if err != nil {
					t.Fatal(err)
				}
				want := imza.Accepted{
					KeyID: c.Keys[*c.Verdict.KeyIndex].AccessKeyID, KeyIndex: *c.Verdict.KeyIndex, Requester: c.Verdict.Requester,
				}
				if accepted != want {
					t.Errorf("%+v, not %+v", accepted, want)
				}
				return
			}
			e := expectError(t, err, dlgaKinds[c.Verdict.Kind], c.Verdict.Offset)
			if e.HTTPStatus != c.Verdict.HTTPStatus || e.VendorText != c.Verdict.Text {
				t.Errorf("%d %q, not %d %q", e.HTTPStatus, e.VendorText, c.Verdict.HTTPStatus, c.Verdict.Text)
			}
			if want := c.Verdict.KeyIndex; (want == nil && e.KeyIndex != -1) || (want != nil && e.KeyIndex != *want) {
				t.Errorf("the key is %d: %v", e.KeyIndex, err)
			}
		})
	}
}

// HASO-1 to HASO-8.
func TestEveryStageOfATokenIsTheCorpuss(t *testing.T) {
	for _, c := range casesOf[struct {
		Name, Endpoint, Message, Token string
		secretCase
		MerchantID string `json:"merchant_id"`
		Fields     map[string]string
	}](t, "haso.json", "haso-more.json") {
		t.Run(c.Name, func(t *testing.T) {
			merchant := c.merchant(c.MerchantID)
			defer merchant.Close()
			recipe := must(imza.FindRecipe(c.Endpoint))
			defer recipe.Close()
			shown := strings.Replace(c.Message, c.Salt, "[salt]", 1)
			if message := must(merchant.Message(recipe, c.Fields)); message != shown {
				t.Fatalf("the message is %q, not %q", message, shown)
			}
			token := must(merchant.Token(recipe, c.Fields))
			if token != c.Token {
				t.Errorf("the token is %s, not %s", token, c.Token)
			}
			if index, err := merchant.Verify(recipe, c.Fields, c.Token); index != 0 || err != nil {
				t.Errorf("%d, %v", index, err)
			}
		})
	}
}

// secretCase is one of a merchant's secrets, under either reading of HASO-4.
type secretCase struct {
	Key     string `json:"merchant_key"`
	Salt    string `json:"merchant_salt"`
	HMACKey string `json:"hmac_key"`
}

func (c secretCase) merchant(id string) *imza.Merchant {
	if c.HMACKey == "merchant-salt" {
		return must(imza.NewSaltKeyedMerchant(id, []byte(c.Salt)))
	}
	return must(imza.NewMerchant(id, []byte(c.Key), []byte(c.Salt)))
}

// HASO-2, HASO-6, HASO-8.
func TestEveryRecipeOfTheCorpusIsRead(t *testing.T) {
	for _, c := range casesOf[struct {
		Name, Line string
		Printed    *string
		Offset     *int
	}](t, "haso-recipes.json") {
		t.Run(c.Name, func(t *testing.T) {
			recipe, err := imza.ParseRecipe(c.Line)
			if c.Printed == nil {
				expectError(t, err, imza.ErrRecipeInvalid, c.Offset)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer recipe.Close()
			if printed := must(recipe.Print()); printed != *c.Printed {
				t.Errorf("%q, not %q", printed, *c.Printed)
			}
		})
	}
}

var hasoKinds = map[string]imza.Status{
	"field-missing":   imza.ErrFieldMissing,
	"field-unknown":   imza.ErrFieldUnknown,
	"field-duplicate": imza.ErrFieldDuplicate,
	"field-invalid":   imza.ErrFieldInvalid,
	"recipe-invalid":  imza.ErrRecipeInvalid,
	"recipe-unknown":  imza.ErrRecipeUnknown,
	"token-malformed": imza.ErrTokenMalformed,
	"token-mismatch":  imza.ErrTokenMismatch,
}

// HASO-2 to HASO-12. Where a case has a field twice, it is a form.
func TestEveryVerdictOnATokenIsGiven(t *testing.T) {
	for _, c := range casesOf[struct {
		Name              string
		MerchantID        string `json:"merchant_id"`
		Secrets           []secretCase
		Endpoint, Recipe  string
		FieldChecks       bool `json:"field_checks"`
		IgnoreOtherFields bool `json:"ignore_other_fields"`
		Fields            [][2]string
		Token             string
		Verdict           struct {
			Kind     string
			Field    *string
			Offset   *int
			KeyIndex *int `json:"key_index"`
		}
	}](t, "haso-verdicts.json") {
		t.Run(c.Name, func(t *testing.T) {
			index, err := func() (int, error) {
				merchant := c.Secrets[0].merchant(c.MerchantID)
				defer merchant.Close()
				for _, older := range c.Secrets[1:] {
					add := func() error { return merchant.AddOlderSecret([]byte(older.Key), []byte(older.Salt)) }
					if older.HMACKey == "merchant-salt" {
						add = func() error { return merchant.AddOlderSalt([]byte(older.Salt)) }
					}
					if err := add(); err != nil {
						t.Fatal(err)
					}
				}
				make, notation := imza.ParseRecipe, c.Recipe
				if notation == "" {
					make, notation = imza.FindRecipe, c.Endpoint
				}
				recipe, err := make(notation)
				if err != nil {
					return -1, err
				}
				defer recipe.Close()
				if !c.FieldChecks {
					err = recipe.WithoutFieldChecks()
				}
				if c.IgnoreOtherFields {
					err = errors.Join(err, recipe.IgnoringOtherFields())
				}
				if err != nil {
					t.Fatal(err)
				}
				fields, form := imza.Fields{}, url.Values{}
				for _, field := range c.Fields {
					fields[field[0]] = field[1]
					form.Add(field[0], field[1])
				}
				if len(fields) == len(c.Fields) {
					return merchant.Verify(recipe, fields, c.Token)
				}
				if c.IgnoreOtherFields {
					form.Del("requestToken") // in a form it is the token, which is handed over beside the fields here
				}
				form.Add("requestToken", c.Token)
				return merchant.VerifyForm(recipe, form)
			}()
			if c.Verdict.Kind == "accepted" {
				if err != nil || index != *c.Verdict.KeyIndex {
					t.Errorf("%d, %v", index, err)
				}
				return
			}
			e := expectError(t, err, hasoKinds[c.Verdict.Kind], c.Verdict.Offset)
			want := ""
			if c.Verdict.Field != nil {
				want = *c.Verdict.Field
			}
			if e.Field != want || index != -1 || e.HTTPStatus != 0 || e.VendorText != "" {
				t.Errorf("the field is %q, not %q: %+v", e.Field, want, e)
			}
		})
	}
}

// DLGA-16, HASO-11: both schemes read the same tags.
func TestEveryTagOfTheCorpusIsRead(t *testing.T) {
	merchant := must(imza.NewMerchant("1000042", []byte("key"), []byte("salt")))
	defer merchant.Close()
	recipe := must(imza.FindRecipe("GetPaymentsOfTransaction"))
	defer recipe.Close()
	fields := imza.Fields{"merchantOid": "1", "transactionCode": "2"}
	verifier := must(imza.NewVerifier())
	defer verifier.Close()
	request := imza.Request{Method: "GET", Date: "Tue, 09 Mar 2021 13:28:32 GMT", Resource: "/"}

	for _, c := range casesOf[struct {
		Name, Text string
		Hex        *string
		Offset     *int
	}](t, "tags.json") {
		t.Run(c.Name, func(t *testing.T) {
			_, token := merchant.Verify(recipe, fields, c.Text)
			_, header := verifier.Verify(request, "DLGA id:"+c.Text, "45186", time.Unix(1615296512, 0))
			if c.Hex != nil {
				expectError(t, token, imza.ErrTokenMismatch, nil)
				expectError(t, header, imza.ErrSignatureMismatch, nil)
				return
			}
			expectError(t, token, imza.ErrTokenMalformed, c.Offset)
			// Blanks around a header's value do not count (DLGA-4).
			if strings.TrimRight(c.Text, " ") == c.Text && !errors.Is(header, imza.ErrFormatInvalid) {
				t.Error(header)
			}
		})
	}
}
