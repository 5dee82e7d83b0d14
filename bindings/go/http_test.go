package imza_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"imza"
)

var at = time.Unix(1615296512, 0) // Tue, 09 Mar 2021 13:28:32 GMT

const (
	call     = "https://api.diyalog.im/v1/application/finishonlinehelp"
	body     = `{"customerId":"123456"}`
	expected = "DLGA key-id:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c="
)

func newSigner(options ...imza.SignerOption) *imza.Signer {
	return must(imza.NewSigner("key-id", []byte("not-a-real-secret"), options...))
}

func newVerifier(options ...imza.VerifierOption) *imza.Verifier {
	verifier := must(imza.NewVerifier(options...))
	if err := verifier.AddKey("key-id", []byte("not-a-real-secret")); err != nil {
		panic(err)
	}
	return verifier
}

func newCall() *http.Request {
	req := must(http.NewRequest("POST", call, strings.NewReader(body)))
	req.Header.Set("Content-Type", "application/json")
	return req
}

// signatureOf is the signature that the parts of a request have.
func signatureOf(t *testing.T, request imza.Request) string {
	t.Helper()
	signer := newSigner()
	defer signer.Close()
	request.Date = "Tue, 09 Mar 2021 13:28:32 GMT"
	return must(signer.Authorization(request))
}

// DLGA-1 to DLGA-3.
func TestASignedRequestHasTheThreeHeaders(t *testing.T) {
	signer := newSigner()
	defer signer.Close()
	req := newCall()
	req.Header["x-dlg-date"] = []string{"an older one, in another spelling"}
	if err := signer.SignRequest(req, "45186", at); err != nil {
		t.Fatal(err)
	}
	want := http.Header{
		"Content-Type":           {"application/json"},
		"X-Dlg-Date":             {"Tue, 09 Mar 2021 13:28:32 GMT"},
		"X-Dlg-Requester-Userid": {"45186"},
		"X-Dlg-Authorization":    {expected},
	}
	for name, values := range req.Header {
		if len(values) != 1 || want.Get(name) != values[0] {
			t.Errorf("%s: %q", name, values)
		}
	}
	if len(req.Header) != len(want) {
		t.Errorf("%v", req.Header)
	}
}

// DLGA-4.
func TestASignerCanWriteTheOtherNames(t *testing.T) {
	signer, verifier := newSigner(imza.HeadersX), newVerifier()
	defer signer.Close()
	defer verifier.Close()
	req := newCall()
	if err := signer.SignRequest(req, "45186", at); err != nil {
		t.Fatal(err)
	}
	if req.Header.Get("X-Authorization") != expected || req.Header.Get("Date") == "" || req.Header.Get("x-dlg-date") != "" {
		t.Errorf("%v", req.Header)
	}
	if _, err := verifier.VerifyRequest(req, at); err != nil {
		t.Error(err)
	}
}

// DLGA-4: no header of an earlier signature stays, under whichever names that was, in whatever spelling.
func TestSigningAnewLeavesNothingOfTheOldSignature(t *testing.T) {
	verifier := newVerifier()
	defer verifier.Close()
	first := map[imza.HeaderNames][]string{
		imza.HeadersXDLG: {"x-dlg-DATE", "X-Dlg-Requester-Userid", "x-dlg-authorization"},
		imza.HeadersX:    {"date", "X-REQUESTER-userid", "X-Authorization"},
	}
	for names, other := range map[imza.HeaderNames]imza.HeaderNames{imza.HeadersXDLG: imza.HeadersX, imza.HeadersX: imza.HeadersXDLG} {
		signer := newSigner(names)
		defer signer.Close()
		req := newCall()
		req.Header.Set("X-Other", "stays")
		for _, name := range append(first[names], first[other]...) {
			req.Header[name] = []string{"an older one"}
		}
		if err := signer.SignRequest(req, "45186", at); err != nil {
			t.Fatal(err)
		}
		if len(req.Header) != 5 || req.Header.Get("X-Other") != "stays" {
			t.Errorf("%v", req.Header)
		}
		if _, err := verifier.VerifyRequest(req, at); err != nil {
			t.Error(err)
		}
	}
}

// DLGA-6: the reading is chosen once, for signer and verifier.
func TestAnotherReadingOfTheBodyLineCanBeChosen(t *testing.T) {
	signer, verifier := newSigner(imza.BodyLineNever), newVerifier(imza.BodyLineNever)
	defer signer.Close()
	defer verifier.Close()
	req := newCall()
	if err := signer.SignRequest(req, "45186", at); err != nil {
		t.Fatal(err)
	}
	if req.Header.Get("x-dlg-authorization") == expected {
		t.Error("the default reading was signed")
	}
	if _, err := verifier.VerifyRequest(req, at); err != nil {
		t.Error(err)
	}
}

// DLGA-7: the very bytes, however the body comes, and they are sent again after a redirect.
func TestTheBodyIsReadOnceAndPutBack(t *testing.T) {
	signer := newSigner()
	defer signer.Close()
	closed := false
	req := newCall()
	req.Body = closing{iotest.OneByteReader(strings.NewReader(body)), &closed}
	req.ContentLength, req.GetBody = -1, nil
	if err := signer.SignRequest(req, "45186", at); err != nil {
		t.Fatal(err)
	}
	again := must(req.GetBody())
	for _, reader := range []io.Reader{req.Body, again} {
		if text := string(must(io.ReadAll(reader))); text != body {
			t.Errorf("%q", text)
		}
	}
	if !closed || req.ContentLength != int64(len(body)) || req.Header.Get("x-dlg-authorization") != expected {
		t.Errorf("closed: %v, %d bytes, %v", closed, req.ContentLength, req.Header)
	}
}

type closing struct {
	io.Reader
	closed *bool
}

func (c closing) Close() error {
	*c.closed = true
	return nil
}

func TestABodyThatCannotBeReadIsAnErrorThatWrapsTheReason(t *testing.T) {
	signer, verifier := newSigner(), newVerifier()
	defer signer.Close()
	defer verifier.Close()
	reason := errors.New("the line is dead")
	req := newCall()
	req.Body = io.NopCloser(iotest.ErrReader(reason))
	if err := signer.SignRequest(req, "45186", at); !errors.Is(err, reason) || req.Header.Get("x-dlg-date") != "" {
		t.Errorf("%v, %v", err, req.Header)
	}
	req = signed(t, body)
	req.Body = io.NopCloser(iotest.ErrReader(reason))
	if _, err := verifier.VerifyRequest(req, at); !errors.Is(err, reason) {
		t.Error(err)
	}
}

// DLGA-6, DLGA-8, DLGA-11: what net/http sends for what is not set.
func TestWhatIsNotSetIsSignedAsItIsSent(t *testing.T) {
	signer := newSigner()
	defer signer.Close()
	for name, body := range map[string]io.ReadCloser{"nil": nil, "NoBody": http.NoBody, "empty": io.NopCloser(strings.NewReader(""))} {
		req := &http.Request{URL: must(url.Parse("https://api.diyalog.im")), Body: body}
		if err := signer.SignRequest(req, "45186", at); err != nil {
			t.Fatal(err)
		}
		if want := signatureOf(t, imza.Request{Method: "GET", Resource: "/"}); req.Header.Get("x-dlg-authorization") != want {
			t.Errorf("%s: %v", name, req.Header)
		}
	}
}

// DLGA-10: path and query as net/http sends them, whichever way the URL was made.
func TestTheResourceIsTheOneThatIsSent(t *testing.T) {
	for _, c := range []struct {
		url  url.URL
		want string
	}{
		{*must(url.Parse(call + "?page=2&size=50#top")), "/v1/application/finishonlinehelp?page=2&size=50"},
		{*must(url.Parse("https://api.diyalog.im")), "/"},
		{*must(url.Parse("https://api.diyalog.im?page=2")), "/?page=2"},
		{*must(url.Parse("https://api.diyalog.im/?")), "/?"},
		{*must(url.Parse("https://api.diyalog.im/a%2Fb/%C3%BC?q=%20+")), "/a%2Fb/%C3%BC?q=%20+"},
		{url.URL{Scheme: "https", Host: "api.diyalog.im", Path: "/ü b"}, "/%C3%BC%20b"},
		{url.URL{Scheme: "https", Host: "api.diyalog.im", Opaque: "/a%2fb"}, "/a%2fb"},
		{url.URL{Scheme: "https", Host: "api.diyalog.im", Opaque: "//api.diyalog.im/a%2fb", RawQuery: "q"}, "/a%2fb?q"},
	} {
		seen := make(chan string, 1)
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
			seen <- req.Header.Get("x-dlg-authorization")
			verifier := newVerifier()
			defer verifier.Close()
			if _, err := verifier.VerifyRequest(req, at); err != nil {
				t.Errorf("%s: %v", req.RequestURI, err)
			}
		}))
		host := strings.TrimPrefix(server.URL, "http://")
		c.url.Scheme, c.url.Host = "http", host
		if strings.HasPrefix(c.url.Opaque, "//") {
			c.url.Opaque = strings.Replace(c.url.Opaque, "//api.diyalog.im", "//"+host, 1)
		}
		signer := newSigner()
		req := &http.Request{Method: "GET", URL: &c.url}
		if err := signer.SignRequest(req, "45186", at); err != nil {
			t.Fatal(err)
		}
		must(http.DefaultClient.Do(req)).Body.Close()
		if got, want := <-seen, signatureOf(t, imza.Request{Method: "GET", Resource: c.want}); got != want {
			t.Errorf("%s: %s, not %s", c.want, got, want)
		}
		signer.Close()
		server.Close()
	}
}

// DLGA-2, DLGA-8, DLGA-13, DLGA-19.
func TestWhatCannotBeSignedLeavesTheRequestWithoutHeaders(t *testing.T) {
	signer := newSigner()
	defer signer.Close()
	for name, c := range map[string]struct {
		change    func(*http.Request)
		requester string
		time      time.Time
		offset    int
	}{
		"no requester":                     {nil, "", at, -1},
		"a requester of blanks":            {nil, " \t", at, -1},
		"a requester that forges a header": {nil, "45186\r\nX-Admin: 1", at, 5},
		"a requester with a NUL":           {nil, "4\x005186", at, 1},
		"a time before 1970":               {nil, "45186", time.Unix(-1, 0), -1},
		"a time after 9999":                {nil, "45186", time.Unix(253402300800, 0), -1},
		"no time":                          {nil, "45186", time.Time{}, -1},
		"a method with a blank":            {func(r *http.Request) { r.Method = "PO ST" }, "45186", at, 2},
		"a content type over two lines":    {func(r *http.Request) { r.Header["Content-Type"] = []string{"a\nb"} }, "45186", at, 1},
		"two content types":                {func(r *http.Request) { r.Header["content-type"] = []string{"text/plain"} }, "45186", at, -1},
		"a blank in the query":             {func(r *http.Request) { r.URL.RawQuery = "q=a b" }, "45186", at, len("/v1/application/finishonlinehelp?q=a")},
		"no URL":                           {func(r *http.Request) { r.URL = nil }, "45186", at, -1},
	} {
		t.Run(name, func(t *testing.T) {
			req := newCall()
			if c.change != nil {
				c.change(req)
			}
			err := signer.SignRequest(req, c.requester, c.time)
			var e *imza.Error
			if !errors.Is(err, imza.ErrInvalidArgument) || !errors.As(err, &e) || e.Offset != c.offset {
				t.Fatalf("%+v", err)
			}
			if req.Header.Get("x-dlg-date")+req.Header.Get("x-dlg-requester-userid")+req.Header.Get("x-dlg-authorization") != "" {
				t.Error(req.Header)
			}
			if text := must(io.ReadAll(req.Body)); string(text) != body {
				t.Errorf("the body is gone: %q", text)
			}
		})
	}
}

// signed is a request as a server receives it.
func signed(t *testing.T, body string) *http.Request {
	t.Helper()
	signer := newSigner()
	defer signer.Close()
	req := httptest.NewRequest("POST", "/v1/application/finishonlinehelp", strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	if err := signer.SignRequest(req, "45186", at); err != nil {
		t.Fatal(err)
	}
	return req
}

func atItsTime() time.Time { return at }

// DLGA-2, DLGA-20.
func TestTheMiddlewareHandsOnWhoSignedAndTheBody(t *testing.T) {
	verifier := newVerifier()
	defer verifier.Close()
	var accepted imza.Accepted
	handler := imza.Middleware(verifier, imza.WithClock(atItsTime))(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		accepted, _ = imza.AcceptedFrom(r.Context())
		w.Write(must(io.ReadAll(r.Body)))
	}))
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, signed(t, body))
	if answer.Code != 200 || answer.Body.String() != body {
		t.Errorf("%d %q", answer.Code, answer.Body)
	}
	if want := (imza.Accepted{KeyID: "key-id", KeyIndex: 0, Requester: "45186"}); accepted != want {
		t.Errorf("%+v", accepted)
	}
	if _, ok := imza.AcceptedFrom(httptest.NewRequest("GET", "/", nil).Context()); ok {
		t.Error("a request that no middleware saw was accepted")
	}
}

// DLGA-14, DLGA-15: the vendor's statuses and texts, byte by byte; the handler never runs.
func TestTheMiddlewareAnswersAsTheVendorDoes(t *testing.T) {
	for _, c := range []struct {
		change func(*http.Request)
		later  time.Duration
		status int
		text   string
		is     imza.Status
	}{
		{func(r *http.Request) { r.Header.Del("x-dlg-requester-userid") }, 0, 400, "Required headers not found", imza.ErrHeadersMissing},
		{func(r *http.Request) { r.Header.Set("x-dlg-authorization", "Bearer x") }, 0, 400, "Authorization failed due to data format not valid", imza.ErrFormatInvalid},
		{func(r *http.Request) { r.Header.Add("x-dlg-date", "twice") }, 0, 400, "Authorization failed due to data format not valid", imza.ErrFormatInvalid},
		{func(r *http.Request) { r.Header.Add("Content-Type", "twice") }, 0, 400, "Authorization failed due to data format not valid", imza.ErrFormatInvalid},
		{func(r *http.Request) { r.Header.Set("x-dlg-date", "yesterday") }, 0, 400, "Authorization failed due to date not valid", imza.ErrDateInvalid},
		{func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(body + "\n")) }, 0, 401, "Authorization failed", imza.ErrSignatureMismatch},
		{func(r *http.Request) {}, 16 * time.Minute, 403, "Request time may not be correct.", imza.ErrClockSkew},
		{func(r *http.Request) {}, -16 * time.Minute, 403, "Request time may not be correct.", imza.ErrClockSkew},
	} {
		verifier := newVerifier()
		defer verifier.Close()
		var why error
		handler := imza.Middleware(verifier,
			imza.WithClock(func() time.Time { return at.Add(c.later) }),
			imza.WithRefused(func(_ *http.Request, err error) { why = err }),
		)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the handler ran") }))
		req, answer := signed(t, body), httptest.NewRecorder()
		c.change(req)
		handler.ServeHTTP(answer, req)
		if answer.Code != c.status || answer.Body.String() != c.text || !errors.Is(why, c.is) {
			t.Errorf("%d %q (%v), not %d %q", answer.Code, answer.Body, why, c.status, c.text)
		}
	}
}

// DLGA-14: exactly fifteen minutes pass.
func TestTheWindowIsFifteenMinutesUnlessToldOtherwise(t *testing.T) {
	for _, c := range []struct {
		option imza.VerifierOption
		later  time.Duration
		passes bool
	}{
		{imza.BodyLineWhenPresent, 15 * time.Minute, true},
		{imza.BodyLineWhenPresent, 15*time.Minute + time.Second, false},
		{imza.BodyLineWhenPresent, -15 * time.Minute, true},
		{imza.BodyLineWhenPresent, -15*time.Minute - time.Second, false},
		{imza.WithWindow(time.Minute, 0), time.Minute, true},
		{imza.WithWindow(time.Minute, 0), time.Minute + time.Second, false},
		{imza.WithWindow(time.Minute, 0), -time.Second, false},
		{imza.IgnoreClock(), 1e6 * time.Hour, true},
	} {
		verifier := newVerifier(c.option)
		_, err := verifier.VerifyRequest(signed(t, body), at.Add(c.later))
		if passes := err == nil; passes != c.passes || (!passes && !errors.Is(err, imza.ErrClockSkew)) {
			t.Errorf("%v later: %v", c.later, err)
		}
		verifier.Close()
	}
	if _, err := imza.NewVerifier(imza.WithWindow(-time.Millisecond, 0)); !errors.Is(err, imza.ErrInvalidArgument) {
		t.Error(err)
	}
}

// DLGA-10: what was sent is signed, whatever a router makes of it.
func TestARouterThatStripsAPrefixChangesNothing(t *testing.T) {
	verifier := newVerifier()
	defer verifier.Close()
	inner := imza.Middleware(verifier, imza.WithClock(atItsTime))(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.URL.Path)
	}))
	answer := httptest.NewRecorder()
	http.StripPrefix("/v1/application", inner).ServeHTTP(answer, signed(t, body))
	if answer.Code != 200 || answer.Body.String() != "/finishonlinehelp" {
		t.Errorf("%d %q", answer.Code, answer.Body)
	}
}

func TestTooLargeABodyIsAnsweredWith413(t *testing.T) {
	verifier := newVerifier()
	defer verifier.Close()
	handler := imza.Middleware(verifier, imza.WithClock(atItsTime), imza.WithMaxBody(10))(http.HandlerFunc(
		func(http.ResponseWriter, *http.Request) {}))
	for length, status := range map[int]int{10: 200, 11: 413} {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, signed(t, strings.Repeat("x", length)))
		if answer.Code != status {
			t.Errorf("%d bytes: %d", length, answer.Code)
		}
	}
}

func TestABodyThatBreaksOffAndAClosedVerifierAreAnswered(t *testing.T) {
	verifier := newVerifier()
	handler := imza.Middleware(verifier, imza.WithClock(atItsTime))(http.HandlerFunc(
		func(http.ResponseWriter, *http.Request) { t.Error("the handler ran") }))
	broken := signed(t, body)
	broken.Body = io.NopCloser(iotest.TimeoutReader(iotest.OneByteReader(bytes.NewReader([]byte(body)))))
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, broken)
	if answer.Code != 400 {
		t.Error(answer.Code)
	}
	verifier.Close()
	answer = httptest.NewRecorder()
	handler.ServeHTTP(answer, signed(t, body))
	if answer.Code != 500 {
		t.Error(answer.Code)
	}
}
