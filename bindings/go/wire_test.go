package imza_test

// What goes over a wire: a signed request is sent to a server that verifies it, over HTTP/1.1 and over HTTP/2,
// and a stranger's request is refused before its body is read.

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"imza"
)

// overBoth runs a test with a server of each protocol, and a client that speaks it.
func overBoth(t *testing.T, handler http.Handler, test func(t *testing.T, protocol, url string, client *http.Client)) {
	t.Helper()
	for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(protocol, func(t *testing.T) {
			server := httptest.NewUnstartedServer(handler)
			server.EnableHTTP2 = protocol == "HTTP/2.0"
			server.StartTLS()
			defer server.Close()
			test(t, protocol, server.URL, server.Client())
		})
	}
}

// verdict answers with what a verifier says, and over which protocol it was asked.
func verdict(verifier *imza.Verifier) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		accepted, err := verifier.VerifyRequest(req, at)
		fmt.Fprintf(w, "%s %q %v", req.Proto, accepted.Requester, err)
	})
}

// DLGA-7, DLGA-8, DLGA-10, DLGA-11: what is signed is what is sent, whichever protocol sends it.
func TestASignedRequestVerifiesOverEitherProtocol(t *testing.T) {
	withType := func(values ...string) func(*http.Request) {
		return func(req *http.Request) { req.Header["Content-Type"] = values }
	}
	changes := map[string]func(*http.Request){
		"a plain call":                          func(*http.Request) {},
		"no content type":                       withType(),
		"an empty content type":                 withType(""),
		"a content type of spaces":              withType(" \t "),
		"a space behind the content type":       withType("application/json "),
		"a space in front of it":                withType(" application/json"),
		"tabs around it":                        withType("\tapplication/json\t"),
		"a parameter":                           withType("application/json; charset=utf-8"),
		"a content type in another spelling":    func(req *http.Request) { req.Header = http.Header{"content-TYPE": {" text/plain "}} },
		"a query":                               func(req *http.Request) { req.URL.RawQuery = "page=2&q=%20+" },
		"a lone question mark":                  func(req *http.Request) { req.URL.ForceQuery = true },
		"no path":                               func(req *http.Request) { req.URL.Path = "" },
		"no path but a query":                   func(req *http.Request) { req.URL.Path, req.URL.RawQuery = "", "page=2" },
		"a fragment":                            func(req *http.Request) { req.URL.Fragment = "top" },
		"two slashes":                           func(req *http.Request) { req.URL.Path = "//a//b" },
		"dots and what must be escaped":         func(req *http.Request) { req.URL.Path = "/a/../ü b;c" },
		"an escaped slash":                      func(req *http.Request) { req.URL.Path, req.URL.RawPath = "/a/b", "/a%2fb" },
		"an opaque path":                        func(req *http.Request) { req.URL.Opaque = "/a%2fb" },
		"an opaque path behind the host's name": func(req *http.Request) { req.URL.Opaque = "//" + req.URL.Host + "/a%2fb" },
		"GET with a body":                       func(req *http.Request) { req.Method = "GET" },
		"DELETE with a body":                    func(req *http.Request) { req.Method = "DELETE" },
		"HEAD":                                  func(req *http.Request) { req.Method = "HEAD" },
		"a method of its own":                   func(req *http.Request) { req.Method = "report" },
		"no method":                             func(req *http.Request) { req.Method = "" },
		"no body":                               func(req *http.Request) { req.Body, req.GetBody, req.ContentLength = nil, nil, 0 },
		"a body of unknown length": func(req *http.Request) {
			req.Body, req.GetBody, req.ContentLength = io.NopCloser(strings.NewReader(body)), nil, -1
		},
		"a length that is not the body's": func(req *http.Request) { req.ContentLength = 3 },
		"a date of its own":               func(req *http.Request) { req.Header.Set("Date", "today") },
	}
	for _, names := range []imza.HeaderNames{imza.HeadersXDLG, imza.HeadersX} {
		signer, verifier := newSigner(names), newVerifier()
		defer signer.Close()
		defer verifier.Close()
		overBoth(t, verdict(verifier), func(t *testing.T, protocol, address string, client *http.Client) {
			for name, change := range changes {
				req := newCall()
				req.URL.Scheme, req.URL.Host = "https", strings.TrimPrefix(address, "https://")
				change(req)
				if err := signer.SignRequest(req, " 45186\t", at); err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				answer, err := client.Do(req)
				if err != nil {
					// Over HTTP/2, net/http sends no opaque URL with a server in it.
					if protocol != "HTTP/2.0" || !strings.HasPrefix(req.URL.Opaque, "//") {
						t.Errorf("%s: %v", name, err)
					}
					continue
				}
				text := string(must(io.ReadAll(answer.Body)))
				answer.Body.Close()
				if want := protocol + ` "45186" <nil>`; text != want && req.Method != "HEAD" {
					t.Errorf("%s: %s", name, text)
				}
				if req.Method == "HEAD" && answer.ContentLength != int64(len(protocol+` "45186" <nil>`)) {
					t.Errorf("%s: %v", name, answer)
				}
			}
		})
	}
}

// DLGA-10: CONNECT names a server, OPTIONS * nothing at all; neither is a resource, whatever the URL's path is.
func TestARequestWithoutAResourceIsNotSigned(t *testing.T) {
	signer := newSigner()
	defer signer.Close()
	for _, req := range []*http.Request{
		{Method: "CONNECT", URL: &url.URL{Scheme: "https", Host: "api.diyalog.im:443"}},
		{Method: "CONNECT", URL: &url.URL{Scheme: "https", Host: "api.diyalog.im:443", Path: "/"}},
		{Method: "CONNECT", URL: &url.URL{Path: "/"}, Host: "api.diyalog.im:443"},
		{Method: "OPTIONS", URL: &url.URL{Scheme: "https", Host: "api.diyalog.im", Opaque: "*"}},
	} {
		if err := signer.SignRequest(req, "45186", at); !errors.Is(err, imza.ErrInvalidArgument) || len(req.Header) != 0 {
			t.Errorf("%s %v: %v, %v", req.Method, req.URL, err, req.Header)
		}
	}
}

// DLGA-10: over the wire too.
func TestConnectIsRefused(t *testing.T) {
	verifier := newVerifier()
	defer verifier.Close()
	for _, target := range []string{"api.diyalog.im:443", "https://api.diyalog.im", "/"} {
		req := must(http.NewRequest("CONNECT", "https://api.diyalog.im/", nil))
		req.RequestURI = target
		req.Header.Set("x-dlg-date", "Tue, 09 Mar 2021 13:28:32 GMT")
		req.Header.Set("x-dlg-requester-userid", "45186")
		req.Header.Set("x-dlg-authorization", signatureOf(t, imza.Request{Method: "CONNECT", Resource: "/"}))
		if _, err := verifier.VerifyRequest(req, at); !errors.Is(err, imza.ErrFormatInvalid) {
			t.Errorf("%s: %v", target, err)
		}
	}
}

// DLGA-15: who sends no headers that can be a signature's is refused before the body is read: no `100 Continue`
// asks for it, and the answer does not wait for it.
func TestAStrangersBodyIsNotRead(t *testing.T) {
	verifier := newVerifier()
	defer verifier.Close()
	handler := imza.Middleware(verifier, imza.WithClock(atItsTime), imza.WithMaxBody(100))(http.HandlerFunc(
		func(w http.ResponseWriter, req *http.Request) { io.Copy(w, req.Body) }))
	server := httptest.NewServer(handler)
	defer server.Close()
	good := signed(t, body).Header
	t.Run("refused", func(t *testing.T) { strangers(t, server, good) })

	// A genuine one is asked for its body, and answered.
	good.Set("Expect", "100-continue")
	good.Set("Content-Length", fmt.Sprint(len(body)))
	if got := converse(t, server.Listener.Addr(), good, body); got != "200 "+body {
		t.Error(got)
	}
}

func strangers(t *testing.T, server *httptest.Server, good http.Header) {
	for name, c := range map[string]struct {
		change func(http.Header)
		length int
		want   string
	}{
		"no headers":               {func(h http.Header) { clear(h) }, 1 << 20, "400 Required headers not found"},
		"no requester":             {func(h http.Header) { h.Del("x-dlg-requester-userid") }, 99, "400 Required headers not found"},
		"another scheme":           {func(h http.Header) { h.Set("x-dlg-authorization", "Bearer x") }, 99, "400 Authorization failed due to data format not valid"},
		"a signature of 20 bytes":  {func(h http.Header) { h.Set("x-dlg-authorization", "DLGA id:4J2OtxTeMpyfMad4y26RaKA/rrk=") }, 99, "400 Authorization failed due to data format not valid"},
		"two dates":                {func(h http.Header) { h.Add("x-dlg-date", h.Get("x-dlg-date")) }, 99, "400 Authorization failed due to data format not valid"},
		"two content types":        {func(h http.Header) { h.Add("content-type", "text/plain") }, 99, "400 Authorization failed due to data format not valid"},
		"no date at all":           {func(h http.Header) { h.Set("x-dlg-date", "yesterday") }, 99, "400 Authorization failed due to date not valid"},
		"a body that is too large": {func(http.Header) {}, 101, "413 Request Entity Too Large"},
	} {
		for _, expect := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, Expect: %v", name, expect), func(t *testing.T) {
				headers := good.Clone()
				c.change(headers)
				if expect {
					headers.Set("Expect", "100-continue")
				}
				headers.Set("Content-Length", fmt.Sprint(c.length))
				if got := converse(t, server.Listener.Addr(), headers, ""); got != c.want {
					t.Errorf("%s, not %s", got, c.want)
				}
			})
		}
	}
}

// A client that writes its whole body before it looks for an answer finds one, refused early or not.
func TestAClientThatWritesFirstFindsItsAnswer(t *testing.T) {
	verifier := newVerifier()
	defer verifier.Close()
	handler := imza.Middleware(verifier, imza.WithClock(atItsTime))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server := httptest.NewServer(handler)
	defer server.Close()
	good := signed(t, body).Header
	for name, c := range map[string]struct {
		headers http.Header
		length  int
		want    int
	}{
		"of a byte, refused":        {http.Header{}, 1, 400},
		"as large as may be":        {http.Header{}, imza.MaxBody, 400},
		"too large, and refused":    {http.Header{}, imza.MaxBody + 1, 400},
		"large, a wrong signature":  {good, imza.MaxBody, 401},
		"too large, a good request": {good, imza.MaxBody + 1, 413},
	} {
		t.Run(name, func(t *testing.T) {
			connection := must(net.Dial("tcp", server.Listener.Addr().String()))
			defer connection.Close()
			connection.SetDeadline(time.Now().Add(10 * time.Second))
			fmt.Fprintf(connection, "POST /v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n", c.length)
			c.headers.Write(connection)
			fmt.Fprint(connection, "\r\n")
			if _, err := connection.Write(bytes.Repeat([]byte("x"), c.length)); err != nil {
				t.Fatal(err)
			}
			answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
			if err != nil || answer.StatusCode != c.want {
				t.Errorf("%v, %v", answer, err)
			}
		})
	}
}

// converse sends the headers of a request and, once it is asked for, the body; it gives back status and text of
// the answer, and fails where there is none within ten seconds, or where the connection goes on after a refusal.
func converse(t *testing.T, address net.Addr, headers http.Header, body string) string {
	t.Helper()
	connection := must(net.Dial("tcp", address.String()))
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintf(connection, "POST /v1/application/finishonlinehelp HTTP/1.1\r\nHost: localhost\r\n")
	headers.Write(connection)
	fmt.Fprint(connection, "\r\n")
	from := bufio.NewReader(connection)
	answer, err := http.ReadResponse(from, nil)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode == 100 && body != "" {
		fmt.Fprint(connection, body)
		if answer, err = http.ReadResponse(from, nil); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if body == "" && !answer.Close {
		t.Error("the connection goes on")
	}
	return fmt.Sprint(answer.StatusCode, " ", string(text))
}

// The same with a client of net/http's, over either protocol: the body is never asked of its reader to the end.
func TestAStrangersBodyIsNotReadOverEitherProtocol(t *testing.T) {
	verifier := newVerifier()
	defer verifier.Close()
	handler := imza.Middleware(verifier, imza.WithClock(atItsTime))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	overBoth(t, handler, func(t *testing.T, _, address string, client *http.Client) {
		withheld, never := io.Pipe()
		defer never.Close()
		req := must(http.NewRequest("POST", address+"/v1/x", withheld))
		done := within(t, func() error {
			answer, err := client.Do(req)
			if err != nil {
				return err
			}
			defer answer.Body.Close()
			if text := string(must(io.ReadAll(answer.Body))); answer.StatusCode != 400 || text != "Required headers not found" {
				return fmt.Errorf("%d %s", answer.StatusCode, text)
			}
			return nil
		})
		if done != nil {
			t.Error(done)
		}
	})
}

// within runs what must not wait for a stranger; ten seconds are for ever.
func within(t *testing.T, f func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for the client")
		return nil
	}
}

// A slow client keeps nobody waiting but itself: no lock is held while its body is read.
func TestNothingWaitsForASlowClient(t *testing.T) {
	signer, verifier := newSigner(), newVerifier()
	explainer := must(imza.NewExplainer())
	received := signed(t, body)
	for name, read := range map[string]struct {
		begin func(*http.Request) error
		use   []func() error
	}{
		"SignRequest": {
			func(req *http.Request) error { return signer.SignRequest(req, "45186", at) },
			[]func() error{func() error { return signer.SignRequest(newCall(), "45186", at) }, signer.Close},
		},
		"VerifyRequest": {
			func(req *http.Request) error { _, err := verifier.VerifyRequest(req, at); return err },
			[]func() error{
				func() error { return verifier.AddKey("another", []byte("secret")) },
				func() error { _, err := verifier.VerifyRequest(signed(t, body), at); return err },
				verifier.Close,
			},
		},
		"ExplainRequest": {
			func(req *http.Request) error { _, err := explainer.ExplainRequest(req); return err },
			[]func() error{
				func() error { return explainer.AddKey("key-id", []byte("secret")) },
				func() error { return explainer.At(at, time.Minute, time.Minute) },
				func() error { _, err := explainer.ExplainRequest(signed(t, body)); return err },
				explainer.Close,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			reading, held := make(chan struct{}), make(chan struct{})
			req := received.Clone(received.Context())
			req.ContentLength = -1
			req.Body = io.NopCloser(io.MultiReader(
				readerFunc(func([]byte) (int, error) { close(reading); <-held; return 0, io.EOF }),
				strings.NewReader(body),
			))
			slow := make(chan error, 1)
			go func() { slow <- read.begin(req) }()
			<-reading
			for i, use := range read.use {
				if err := within(t, use); err != nil {
					t.Errorf("use %d: %v", i, err)
				}
			}
			close(held)
			if err := within(t, func() error { return <-slow }); err != nil && !errors.Is(err, imza.ErrClosed) {
				t.Error(err)
			}
		})
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A framework that read the body first, as ParseForm does, is named: the signature cannot be judged, and the fault
// is not the client's.
func TestABodyThatWasReadBeforeIsSaid(t *testing.T) {
	verifier, explainer := newVerifier(), must(imza.NewExplainer())
	defer verifier.Close()
	defer explainer.Close()
	signer := newSigner()
	defer signer.Close()
	var why error
	middleware := imza.Middleware(verifier, imza.WithClock(atItsTime), imza.WithRefused(func(_ *http.Request, err error) { why = err }))
	for name, c := range map[string]struct {
		length int64
		before func(*http.Request)
		want   string
	}{
		"a form":                   {3, func(r *http.Request) { r.ParseForm() }, "Content-Length is 3, and 0 bytes were left to read"},
		"a form of unknown length": {-1, func(r *http.Request) { r.ParseForm() }, "a form was read from it before"},
		"all of it":                {3, func(r *http.Request) { io.Copy(io.Discard, r.Body) }, "Content-Length is 3, and 0 bytes were left to read"},
		"a byte of it":             {3, func(r *http.Request) { r.Body.Read(make([]byte, 1)) }, "bytes were left to read"},
	} {
		t.Run(name, func(t *testing.T) {
			var explained imza.Explanation
			handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				c.before(r)
				again := r.Clone(r.Context())
				middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the handler ran") })).ServeHTTP(w, r)
				explained = must(explainer.ExplainRequest(again))
			})
			overBoth(t, handler, func(t *testing.T, _, address string, client *http.Client) {
				req := must(http.NewRequest("POST", address+"/v1/x", strings.NewReader("a=b")))
				req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				if err := signer.SignRequest(req, "45186", at); err != nil {
					t.Fatal(err)
				}
				req.ContentLength = c.length
				answer := must(client.Do(req))
				text := string(must(io.ReadAll(answer.Body)))
				answer.Body.Close()
				if answer.StatusCode != 500 || text != "Internal Server Error" {
					t.Errorf("%d %s", answer.StatusCode, text)
				}
				if !errors.Is(why, imza.ErrInvalidArgument) || !strings.Contains(why.Error(), c.want) {
					t.Error(why)
				}
				notes := strings.Join(explained.Notes, "\n")
				if !strings.Contains(notes, c.want) || !strings.Contains(explained.Text, c.want) {
					t.Errorf("%s\n%s", notes, explained)
				}
			})
		})
	}
}
