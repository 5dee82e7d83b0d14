package imza

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// takeBody reads the body of a request that a client will send, and puts it back in such a way that
// net/http sends these very bytes, and can send them again after a redirect or a lost connection.
func takeBody(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	body, err := readBody(req)
	req.Body.Close()
	if err != nil {
		return nil, err
	}
	req.ContentLength = int64(len(body))
	req.GetBody = func() (io.ReadCloser, error) {
		if len(body) == 0 {
			return http.NoBody, nil
		}
		return io.NopCloser(bytes.NewReader(body)), nil
	}
	req.Body, err = req.GetBody()
	return body, err
}

// bodyReceived reads the body of a request that a server received, and puts it back. The server closes it.
func bodyReceived(req *http.Request) ([]byte, error) {
	body, err := readBody(req)
	if err == nil && len(body) > 0 {
		req.Body = struct {
			io.Reader
			io.Closer
		}{bytes.NewReader(body), req.Body}
	}
	return body, err
}

// readBefore says how one sees that something, such as ParseForm, read the body of a request before us: what we
// read is not what was sent. It is "" where nothing is seen.
func readBefore(req *http.Request, body []byte) string {
	switch length := req.ContentLength; {
	case int64(len(body)) < length:
		return fmt.Sprintf("Content-Length is %d, and %d bytes were left to read: something read the body before.", length, len(body))
	case len(body) == 0 && length < 0 && (len(req.PostForm) > 0 || req.MultipartForm != nil):
		return "no byte of the body was left to read: a form was read from it before."
	default:
		return ""
	}
}

// readBody reads a request's body to its end.
func readBody(req *http.Request) ([]byte, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return nil, nil
	}
	var body bytes.Buffer
	// The length is the sender's claim: good for a guess, not for an allocation of any size.
	body.Grow(int(min(max(req.ContentLength, 0), 64<<10)) + bytes.MinRead)
	if _, err := body.ReadFrom(req.Body); err != nil {
		return nil, fmt.Errorf("imza: the request's body cannot be read: %w", err)
	}
	return body.Bytes(), nil
}

// resourceToSend is the path and query that net/http sends for a request (DLGA-10). CONNECT names a server, which is
// no resource (DLGA-13).
func resourceToSend(req *http.Request) string {
	switch {
	case req.URL == nil:
		return ""
	case req.Method == http.MethodConnect:
		return req.URL.Host
	default:
		return afterServer(req.URL.RequestURI())
	}
}

// resourceReceived is the path and query as they came over the wire. A router may have changed the URL
// since (http.StripPrefix does), but not RequestURI.
func resourceReceived(req *http.Request) string {
	if req.RequestURI == "" || req.Method == http.MethodConnect {
		return resourceToSend(req)
	}
	return afterServer(req.RequestURI)
}

// afterServer takes the server address off a request target in absolute form (RFC 9112, section 3.2.2).
func afterServer(target string) string {
	if strings.HasPrefix(target, "/") {
		return target
	}
	_, rest, isAbsolute := strings.Cut(target, "://")
	if !isAbsolute {
		return target
	}
	begin := strings.IndexAny(rest, "/?")
	switch {
	case begin < 0:
		return "/"
	case rest[begin] == '?':
		return "/" + rest[begin:]
	default:
		return rest[begin:]
	}
}
