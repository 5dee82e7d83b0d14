package imza_test

import (
	"errors"
	"net/url"
	"reflect"
	"runtime"
	"sync"
	"testing"

	"imza"
)

func TestUseAfterCloseIsAnError(t *testing.T) {
	signer, verifier := newSigner(), newVerifier()
	merchant := must(imza.NewMerchant("1000042", []byte("key"), []byte("salt")))
	recipe := must(imza.FindRecipe("SetPreDefinedLimit"))
	open := must(imza.FindRecipe("SetPreDefinedLimit"))
	defer open.Close()
	for _, closer := range []interface{ Close() error }{signer, verifier, recipe} {
		if err := errors.Join(closer.Close(), closer.Close()); err != nil {
			t.Error(err)
		}
	}
	fields := imza.Fields{"customerId": "5500123", "dealerSegment": "GOLD"}
	uses := map[string]func() error{
		"Authorization": func() error { _, err := signer.Authorization(imza.Request{}); return err },
		"SignRequest":   func() error { return signer.SignRequest(newCall(), "45186", at) },
		"AddKey":        func() error { return verifier.AddKey("id", []byte("secret")) },
		"Verify":        func() error { _, err := verifier.Verify(imza.Request{}, "", "", at); return err },
		"VerifyRequest": func() error { _, err := verifier.VerifyRequest(newCall(), at); return err },
		"a recipe":      func() error { _, err := merchant.Token(recipe, fields); return err },
		"Print":         func() error { _, err := recipe.Print(); return err },
		"field checks":  recipe.WithoutFieldChecks,
		"other fields":  recipe.IgnoringOtherFields,
		"zero signer":   func() error { _, err := new(imza.Signer).Authorization(imza.Request{}); return err },
		"zero verifier": func() error { return new(imza.Verifier).AddKey("id", []byte("secret")) },
		"zero recipe":   func() error { _, err := merchant.Token(new(imza.Recipe), fields); return err },
		"zero merchant": func() error { _, err := new(imza.Merchant).Token(open, fields); return err },
		"zero close":    func() error { return errors.Join(new(imza.Merchant).Close(), imza.ErrClosed) },
	}
	check := func() {
		for name, use := range uses {
			if err := use(); !errors.Is(err, imza.ErrClosed) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	check()
	merchant.Close()
	clear(uses)
	uses["Token"] = func() error { _, err := merchant.Token(open, fields); return err }
	uses["Merchant.Verify"] = func() error { _, err := merchant.Verify(open, fields, ""); return err }
	uses["Message"] = func() error { _, err := merchant.Message(open, fields); return err }
	uses["SignForm"] = func() error { return merchant.SignForm(open, url.Values{}) }
	uses["older secret"] = func() error { return merchant.AddOlderSecret([]byte("key"), []byte("salt")) }
	uses["older salt"] = func() error { return merchant.AddOlderSalt([]byte("salt")) }
	check()
	if _, err := must(imza.NewMerchant("1", []byte("key"), []byte("salt"))).Token(nil, fields); !errors.Is(err, imza.ErrInvalidArgument) {
		t.Error(err)
	}
}

// copyOf copies a value as an assignment does, which `go vet` reports.
func copyOf[T any](value *T) *T {
	to := new(T)
	reflect.ValueOf(to).Elem().Set(reflect.ValueOf(value).Elem())
	return to
}

// A copy is the same object: what is added to one is in the other, and Close ends both. None panics.
func TestACopyIsTheSameObject(t *testing.T) {
	request := imza.Request{Method: "GET", Resource: "/", Date: "Tue, 09 Mar 2021 13:28:32 GMT"}
	authorization := signatureOf(t, request)
	fields := imza.Fields{"customerId": "5500123", "dealerSegment": "GOLD"}

	signer, verifier := newSigner(), must(imza.NewVerifier())
	explainer := must(imza.NewExplainer())
	merchant := must(imza.NewMerchant("1000042", []byte("key"), []byte("salt")))
	recipe := must(imza.FindRecipe("SetPreDefinedLimit"))
	tokens := must(imza.NewMerchantExplainer("1000042", []byte("key"), []byte("salt")))
	signer2, verifier2, explainer2 := copyOf(signer), copyOf(verifier), copyOf(explainer)
	merchant2, recipe2, tokens2 := copyOf(merchant), copyOf(recipe), copyOf(tokens)

	for i, v := range []*imza.Verifier{verifier, verifier2} {
		if err := v.AddKey("key-id", []byte("not-a-real-secret")[i:]); err != nil {
			t.Fatal(err)
		}
		for _, v := range []*imza.Verifier{verifier, verifier2} {
			accepted, err := v.Verify(request, authorization, "45186", at)
			if want := (imza.Accepted{KeyID: "key-id", Requester: "45186"}); err != nil || accepted != want {
				t.Errorf("%+v, %v", accepted, err)
			}
		}
	}
	token := must(merchant2.Token(recipe2, fields))
	uses := map[string]func() error{
		"Signer":    func() error { _, err := signer2.Authorization(request); return err },
		"Verifier":  func() error { _, err := verifier2.Verify(request, authorization, "45186", at); return err },
		"Explainer": func() error { _, err := explainer2.Explain(request, authorization, "45186"); return err },
		"Merchant": func() error {
			_, err := merchant2.Verify(must(imza.FindRecipe("SetPreDefinedLimit")), fields, token)
			return err
		},
		"Recipe": func() error { _, err := recipe2.Print(); return err },
		"MerchantExplainer": func() error {
			_, err := tokens2.Explain(must(imza.FindRecipe("SetPreDefinedLimit")), fields, token)
			return err
		},
	}
	for name, use := range uses {
		if err := use(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, ended := range []interface{ Close() error }{signer, verifier, explainer, merchant, recipe, tokens} {
		if err := ended.Close(); err != nil {
			t.Error(err)
		}
	}
	for name, use := range uses {
		if err := use(); !errors.Is(err, imza.ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, copied := range []interface{ Close() error }{signer2, verifier2, explainer2, merchant2, recipe2, tokens2} {
		if err := copied.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Whoever comes before Close signs, whoever comes after it is told so; nobody crashes.
func TestCloseMayRaceWithUse(t *testing.T) {
	request := imza.Request{Method: "GET", Resource: "/", Date: "Tue, 09 Mar 2021 13:28:32 GMT"}
	want := signatureOf(t, request)
	for round := 0; round < 50; round++ {
		signer, verifier := newSigner(), newVerifier()
		var started, done sync.WaitGroup
		for i := 0; i < 8; i++ {
			started.Add(1)
			done.Add(1)
			go func() {
				defer done.Done()
				started.Done()
				for {
					value, err := signer.Authorization(request)
					if err == nil && value != want {
						t.Errorf("%q", value)
					}
					accepted, verr := verifier.Verify(request, want, "45186", at)
					if verr == nil && accepted.KeyID != "key-id" {
						t.Errorf("%+v", accepted)
					}
					if errors.Is(err, imza.ErrClosed) && errors.Is(verr, imza.ErrClosed) {
						return
					}
				}
			}()
		}
		started.Wait()
		if err := verifier.AddKey("another", []byte("secret")); err != nil {
			t.Error(err)
		}
		signer.Close()
		verifier.Close()
		done.Wait()
	}
}

// What is not closed is found by the garbage collector, also while another goroutine still computes with it.
func TestTheGarbageCollectorEndsWhatIsNotClosed(t *testing.T) {
	request := imza.Request{Method: "GET", Resource: "/", Date: "Tue, 09 Mar 2021 13:28:32 GMT"}
	want := signatureOf(t, request)
	for i := 0; i < 200; i++ {
		value, err := newSigner().Authorization(request)
		if value != want || err != nil {
			t.Fatal(value, err)
		}
		if i%20 == 0 {
			runtime.GC()
		}
	}
}
