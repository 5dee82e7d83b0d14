package imza_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"imza"
)

// DLGA-13, DLGA-16.
func TestAnErrorTellsStatusAnswerAndPlace(t *testing.T) {
	verifier := newVerifier()
	defer verifier.Close()
	_, err := verifier.Verify(imza.Request{Method: "GET", Resource: "/a b", Date: "Tue, 09 Mar 2021 13:28:32 GMT"},
		expected, "45186", at)
	want := &imza.Error{
		Status: imza.ErrFormatInvalid, HTTPStatus: 400, VendorText: "Authorization failed due to data format not valid",
		KeyIndex: -1, Offset: 2, Message: "the resource holds a blank at byte 2, which is not allowed there",
	}
	var e *imza.Error
	if !errors.As(fmt.Errorf("wrapped: %w", err), &e) || !reflect.DeepEqual(e, want) {
		t.Errorf("%+v", err)
	}
	if !errors.Is(err, imza.ErrFormatInvalid) || errors.Is(err, imza.ErrDateInvalid) {
		t.Error(err)
	}
	if err.Error() != "imza: "+want.Message {
		t.Error(err)
	}
}

func TestAStatusHasItsNameInC(t *testing.T) {
	if name := imza.ErrClockSkew.String(); name != "IMZA_DLGA_CLOCK_SKEW" {
		t.Error(name)
	}
	if s := imza.ErrClockSkew; s.HTTPStatus() != 403 || s.VendorText() != "Request time may not be correct." {
		t.Error(s.HTTPStatus(), s.VendorText())
	}
	if s := imza.ErrTokenMismatch; s.HTTPStatus() != 0 || s.VendorText() != "" {
		t.Error(s.HTTPStatus(), s.VendorText())
	}
}

// No secret stands in an error or in what is printed of a value.
func TestNoSecretIsPrinted(t *testing.T) {
	const secret = "s3cr3t"
	signer := must(imza.NewSigner("id", []byte(secret)))
	defer signer.Close()
	merchant := must(imza.NewMerchant("1", []byte(secret), []byte(secret)))
	defer merchant.Close()
	_, err := imza.NewSigner("i:d", []byte(secret))
	if text := fmt.Sprintf("%+v %#v %v %#v %+v", signer, signer, merchant, merchant, err); strings.Contains(text, secret) {
		t.Error(text)
	}
}
