package imza_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"imza"
)

// Whatever a request holds: it is refused, or its signature is the one that Go's own library makes of
// it, and verifies. `go test -fuzz FuzzASignedRequestVerifies`.
func FuzzASignedRequestVerifies(f *testing.F) {
	for _, c := range casesOf[signingCase](f, "dlga.json") {
		f.Add(c.AccessKeyID, c.Secret, c.Method, c.ContentType, c.Resource, c.Body, int64(1615296512))
	}
	f.Fuzz(func(t *testing.T, keyID string, secret []byte, method, contentType, resource string, body []byte, unix int64) {
		signer, err := imza.NewSigner(keyID, secret)
		if err != nil {
			return
		}
		defer signer.Close()
		verifier := must(imza.NewVerifier())
		defer verifier.Close()
		if err := verifier.AddKey(keyID, secret); err != nil {
			t.Fatal(err)
		}
		date, err := imza.Date(time.Unix(unix, 0))
		if err != nil {
			return
		}
		request := imza.Request{Method: method, ContentType: contentType, Date: date, Resource: resource, Body: body}
		value, err := signer.Authorization(request)
		if err != nil {
			return
		}
		if want := authorizationWithoutImza(keyID, secret, request); value != want {
			t.Fatalf("%q, not %q", value, want)
		}
		if _, err := verifier.Verify(request, value, "45186", time.Unix(unix, 0)); err != nil {
			t.Fatal(err)
		}
		request.Body = append(append([]byte{}, body...), 'x')
		if _, err := verifier.Verify(request, value, "45186", time.Unix(unix, 0)); err == nil {
			t.Fatal("another body was accepted")
		}
	})
}

// Whatever a server receives, there is a verdict of the vendor's.
func FuzzAnyRequestGetsAVerdict(f *testing.F) {
	f.Add("POST", "/v1/x", "Tue, 09 Mar 2021 13:28:32 GMT", "45186", expected, "application/json", body)
	verifier := newVerifier()
	f.Fuzz(func(t *testing.T, method, target, date, requester, authorization, contentType, body string) {
		req := &http.Request{Method: method, RequestURI: target, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{
			"X-Dlg-Date": {date}, "X-Dlg-Requester-Userid": {requester}, "X-Dlg-Authorization": {authorization},
			"Content-Type": {contentType},
		}}
		_, err := verifier.VerifyRequest(req, at)
		if e, ok := err.(*imza.Error); err != nil && (!ok || e.HTTPStatus < 400 || e.VendorText == "") {
			t.Fatalf("%+v", err)
		}
	})
}
