package imza_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"sort"
	"strings"
	"testing"
	"time"

	"imza"
)

// Signing beside what a Go programmer writes without imza: hmac.New per request, and base64. The two
// take turns within one run, so that a busy machine is busy for both.

const (
	benchKeyID  = "1234567-8ABC-DEF0-5432-56712ABCDEF5"
	benchSecret = "not-a-real-secret"
)

// benchRequest is a call whose string to sign has 200 bytes.
func benchRequest() imza.Request {
	r := imza.Request{
		Method:      "POST",
		ContentType: "application/json",
		Date:        "Tue, 09 Mar 2021 13:28:32 GMT",
		Resource:    "/v1/application/gettransactionhashforonlinehelp",
	}
	empty, _ := r.StringToSign()
	r.Body = []byte(`{"customerId":"` + strings.Repeat("7", 200-len(empty)-len(`{"customerId":""}`)-len("\n")) + `"}`)
	return r
}

// authorizationWithoutImza is DLGA-5, DLGA-6 and DLGA-12 with Go's own library.
func authorizationWithoutImza(keyID string, secret []byte, r imza.Request) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(r.Method + "\n" + r.ContentType + "\n" + r.Date + "\n"))
	if len(r.Body) > 0 {
		mac.Write(r.Body)
		mac.Write([]byte("\n"))
	}
	mac.Write([]byte(r.Resource))
	return "DLGA " + keyID + ":" + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signRequestWithoutImza is the same around an http.Request: the body is read and put back.
func signRequestWithoutImza(req *http.Request, keyID string, secret []byte, requester string, t time.Time) error {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return err
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	date := t.UTC().Format(http.TimeFormat)
	authorization := authorizationWithoutImza(keyID, secret, imza.Request{
		Method:      req.Method,
		ContentType: req.Header.Get("Content-Type"),
		Date:        date,
		Resource:    req.URL.RequestURI(),
		Body:        body,
	})
	req.Header.Set("x-dlg-date", date)
	req.Header.Set("x-dlg-requester-userid", requester)
	req.Header.Set("x-dlg-authorization", authorization)
	return nil
}

func TestTheBenchmarkComparesTheSameSignatureOf200Bytes(t *testing.T) {
	request := benchRequest()
	if text, err := request.StringToSign(); err != nil || len(text) != 200 {
		t.Fatalf("%d bytes, %v", len(text), err)
	}
	signer := must(imza.NewSigner(benchKeyID, []byte(benchSecret)))
	defer signer.Close()
	ours := must(signer.Authorization(request))
	if theirs := authorizationWithoutImza(benchKeyID, []byte(benchSecret), request); ours != theirs {
		t.Fatalf("%s is not %s", ours, theirs)
	}
}

func BenchmarkSign(b *testing.B) {
	request, secret := benchRequest(), []byte(benchSecret)
	signer := must(imza.NewSigner(benchKeyID, secret))
	defer signer.Close()
	beside(b,
		func() { must(signer.Authorization(request)) },
		func() { authorizationWithoutImza(benchKeyID, secret, request) })
}

// The same with all that belongs to it: an http.Request whose three headers are set.
func BenchmarkSignRequest(b *testing.B) {
	part, secret := benchRequest(), []byte(benchSecret)
	signer := must(imza.NewSigner(benchKeyID, secret))
	defer signer.Close()
	request := func() *http.Request {
		req := must(http.NewRequest(part.Method, "https://api.diyalog.im"+part.Resource, bytes.NewReader(part.Body)))
		req.Header.Set("Content-Type", part.ContentType)
		return req
	}
	beside(b,
		func() { must(0, signer.SignRequest(request(), "45186", at)) },
		func() { must(0, signRequestWithoutImza(request(), benchKeyID, secret, "45186", at)) })
}

// beside runs two functions b.N times each, in turns of 100, and reports the time of each and the
// ratio of the medians of their turns, which a machine that is busy now and then does not change.
func beside(b *testing.B, imza, hmac func()) {
	const turn = 100
	var ours, theirs []float64
	timed := func(f func(), count int) float64 {
		begun := time.Now()
		for i := 0; i < count; i++ {
			f()
		}
		return float64(time.Since(begun).Nanoseconds()) / float64(count)
	}
	for done := 0; done < b.N; done += turn {
		count := min(turn, b.N-done)
		ours, theirs = append(ours, timed(imza, count)), append(theirs, timed(hmac, count))
	}
	median := func(values []float64) float64 {
		sort.Float64s(values)
		return values[len(values)/2]
	}
	b.ReportMetric(median(ours), "imza-ns")
	b.ReportMetric(median(theirs), "hmac-ns")
	b.ReportMetric(median(ours)/median(theirs), "ratio")
}

// One crossing to C, and no allocation but the header's value; Go 1.24 and later keep the rest on the
// stack. WebAssembly takes what lays the arguments out in its memory, too.
func TestSigningAllocatesLittleBesidesItsResult(t *testing.T) {
	request := benchRequest()
	signer := must(imza.NewSigner(benchKeyID, []byte(benchSecret)))
	defer signer.Close()
	if count := testing.AllocsPerRun(100, func() { must(signer.Authorization(request)) }); count > allocations {
		t.Errorf("%v allocations, not %v", count, allocations)
	}
}

func BenchmarkVerify(b *testing.B) {
	request, now := benchRequest(), time.Unix(1615296512, 0)
	signer := must(imza.NewSigner(benchKeyID, []byte(benchSecret)))
	defer signer.Close()
	verifier := must(imza.NewVerifier())
	defer verifier.Close()
	if err := verifier.AddKey(benchKeyID, []byte(benchSecret)); err != nil {
		b.Fatal(err)
	}
	authorization := must(signer.Authorization(request))
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		if _, err := verifier.Verify(request, authorization, "45186", now); err != nil {
			b.Fatal(err)
		}
	}
}

// A request as a server receives it, with the headers that clients and proxies add.
func BenchmarkVerifyRequest(b *testing.B) {
	part := benchRequest()
	signer, verifier := must(imza.NewSigner(benchKeyID, []byte(benchSecret))), must(imza.NewVerifier())
	defer signer.Close()
	defer verifier.Close()
	if err := verifier.AddKey(benchKeyID, []byte(benchSecret)); err != nil {
		b.Fatal(err)
	}
	req := must(http.NewRequest(part.Method, "https://api.diyalog.im"+part.Resource, bytes.NewReader(part.Body)))
	for name, value := range map[string]string{
		"Content-Type": part.ContentType, "Accept": "*/*", "Accept-Encoding": "gzip", "User-Agent": "Go-http-client/1.1",
		"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https", "X-Request-Id": "8c1a7f0e",
	} {
		req.Header.Set(name, value)
	}
	must(0, signer.SignRequest(req, "45186", at))
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		if _, err := verifier.VerifyRequest(req, at); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkToken(b *testing.B) {
	merchant := must(imza.NewMerchant("1000042", []byte("merchant-key-not-real"), []byte("merchant-salt-not-real")))
	defer merchant.Close()
	recipe := must(imza.FindRecipe("SetPreDefinedLimit"))
	defer recipe.Close()
	fields := imza.Fields{"customerId": "5500123", "dealerSegment": "GOLD", "ipAddress": "85.105.1.2"}
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		if _, err := merchant.Token(recipe, fields); err != nil {
			b.Fatal(err)
		}
	}
}
