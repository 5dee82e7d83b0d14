package imza_test

import (
	"errors"
	"testing"

	"imza"
)

// The golden corpus' first request; its token is under the merchant key.
func TestARecipeIsDiscovered(t *testing.T) {
	fields := imza.Fields{"ipAddress": "85.105.1.2", "customerId": "5500123", "dealerSegment": "GOLD"}
	const token = "Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY="
	d, err := imza.NewDiscoverer("1000042", []byte("merchant-key-not-real"), []byte("merchant-salt-not-real"))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.AddSample(fields, "short"); !errors.Is(err, imza.ErrTokenMalformed) {
		t.Errorf("a malformed token: %v", err)
	}
	if found, err := d.Discover(0); err != nil || found.Tried != 0 || len(found.Found) != 0 {
		t.Errorf("without a sample: %+v, %v", found, err)
	}
	if err := d.AddSample(fields, token); err != nil {
		t.Fatal(err)
	}
	found, err := d.Discover(0)
	if err != nil || !found.Complete || found.Tried <= 10 || found.Notes != nil {
		t.Errorf("%+v, %v", found, err)
	}
	want := imza.Discovered{
		Recipe:  "merchantId + customerId + dealerSegment + ipAddress + merhant_salt",
		HmacKey: "merchant-key",
	}
	if len(found.Found) != 1 || found.Found[0] != want {
		t.Errorf("%+v, not %+v", found.Found, want)
	}

	salted, err := imza.NewSaltKeyedDiscoverer("1000042", []byte("merchant-salt-not-real"))
	if err != nil {
		t.Fatal(err)
	}
	if err := salted.AddSample(fields, token); err != nil {
		t.Fatal(err)
	}
	if found, err := salted.Discover(5); err != nil || found.Complete || found.Tried > 5 || len(found.Found) != 0 {
		t.Errorf("a bound: %+v, %v", found, err)
	}
	salted.Close()
	salted.Close()
	if _, err := salted.Discover(1); !errors.Is(err, imza.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	if err := salted.AddSample(fields, token); !errors.Is(err, imza.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	if _, err := imza.NewDiscoverer("", []byte("k"), []byte("s")); !errors.Is(err, imza.ErrInvalidArgument) {
		t.Errorf("an empty id: %v", err)
	}
}
