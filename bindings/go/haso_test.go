package imza_test

import (
	"errors"
	"net/url"
	"reflect"
	"testing"

	"imza"
)

func newMerchant() *imza.Merchant {
	return must(imza.NewMerchant("1000042", []byte("merchant-key-not-real"), []byte("merchant-salt-not-real")))
}

// HASO-9: the form is what is posted, merchantId and requestToken among it.
func TestASignedFormHasMerchantAndToken(t *testing.T) {
	merchant, recipe := newMerchant(), must(imza.FindRecipe("/RequestV2/SetPreDefinedLimit"))
	defer merchant.Close()
	defer recipe.Close()
	form := url.Values{
		"customerId": {"5500123"}, "dealerSegment": {"GOLD"}, "limitReductionFlag": {"true"},
		"requestToken": {"an older one"},
	}
	for signedBefore := range []int{0, 1} {
		if err := merchant.SignForm(recipe, form); err != nil {
			t.Fatal(signedBefore, err)
		}
		want := url.Values{
			"merchantId": {"1000042"}, "customerId": {"5500123"}, "dealerSegment": {"GOLD"}, "limitReductionFlag": {"true"},
			"requestToken": {"FKmRue7MxbPEws0MPO5vYt4lBuQN76r/5af6dNQCGb4="},
		}
		if !reflect.DeepEqual(form, want) {
			t.Errorf("%v", form)
		}
	}
	if index, err := merchant.VerifyForm(recipe, form); index != 0 || err != nil {
		t.Error(index, err)
	}
	form.Set("dealerSegment", "SILVER")
	if index, err := merchant.VerifyForm(recipe, form); index != -1 || !errors.Is(err, imza.ErrTokenMismatch) {
		t.Error(index, err)
	}
}

// HASO-9, HASO-10: the error names the field and the place, and the form stays as it was.
func TestAFormThatCannotBeSignedIsAsBefore(t *testing.T) {
	merchant, recipe := newMerchant(), must(imza.FindRecipe("SetPreDefinedLimit"))
	defer merchant.Close()
	defer recipe.Close()
	for _, c := range []struct {
		form   url.Values
		status imza.Status
		field  string
		offset int
	}{
		{url.Values{"dealerSegment": {"GOLD"}}, imza.ErrFieldMissing, "customerId", -1},
		{url.Values{"customerId": {"1"}, "dealerSegment": {"GOLD"}, "ipAdress": {"85.105.1.2"}}, imza.ErrFieldUnknown, "ipAdress", -1},
		{url.Values{"customerId": {"1", "2"}, "dealerSegment": {"GOLD"}}, imza.ErrFieldDuplicate, "customerId", -1},
		{url.Values{"customerId": {"1"}, "dealerSegment": {"PLATINUM-PLUS"}}, imza.ErrFieldInvalid, "dealerSegment", 10},
		{url.Values{"customerId": {"1"}, "dealerSegment": {"G\xff"}}, imza.ErrFieldInvalid, "dealerSegment", 1},
		{url.Values{"customerId": {"1"}, "dealerSegment": {"GOLD"}, "merchantId": {"7"}}, imza.ErrFieldInvalid, "merchantId", -1},
		{nil, imza.ErrFieldMissing, "customerId", -1},
	} {
		before := len(c.form)
		err := merchant.SignForm(recipe, c.form)
		var e *imza.Error
		if !errors.Is(err, c.status) || !errors.As(err, &e) || e.Field != c.field || e.Offset != c.offset {
			t.Errorf("%+v: %+v", c.form, err)
		}
		if len(c.form) != before || c.form.Has("requestToken") {
			t.Errorf("%v", c.form)
		}
	}
}

// A recipe that asks for nothing leaves only the place for the token to be missing.
func TestANilFormIsAnError(t *testing.T) {
	merchant, recipe := newMerchant(), must(imza.ParseRecipe("merchantId + merhant_salt"))
	defer merchant.Close()
	defer recipe.Close()
	if err := merchant.SignForm(recipe, nil); !errors.Is(err, imza.ErrInvalidArgument) {
		t.Error(err)
	}
}

// HASO-10.
func TestEmptyCredentialsAreRefused(t *testing.T) {
	for _, make := range []func() (*imza.Merchant, error){
		func() (*imza.Merchant, error) { return imza.NewMerchant("", []byte("key"), []byte("salt")) },
		func() (*imza.Merchant, error) { return imza.NewMerchant("1", nil, []byte("salt")) },
		func() (*imza.Merchant, error) { return imza.NewMerchant("1", []byte("key"), []byte{}) },
		func() (*imza.Merchant, error) { return imza.NewSaltKeyedMerchant("1", nil) },
	} {
		if merchant, err := make(); merchant != nil || !errors.Is(err, imza.ErrInvalidArgument) {
			t.Error(merchant, err)
		}
	}
	merchant := newMerchant()
	defer merchant.Close()
	if err := merchant.AddOlderSecret([]byte("key"), nil); !errors.Is(err, imza.ErrInvalidArgument) {
		t.Error(err)
	}
}
