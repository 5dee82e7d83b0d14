package imza

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// takeBody reads the body of a request that a client will send, and puts it back in such a way that
// net/http sends these very bytes, and can send them again after a redirect or a lost connection.
func takeBody(req *http.Request) ([]byte, error) {
	body, err := readBody(req)
	if err != nil || req.Body == nil {
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

// readBody reads a request's body to its end and closes it.
func readBody(req *http.Request) ([]byte, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return nil, nil
	}
	defer req.Body.Close()
	var body bytes.Buffer
	// The length is the sender's claim: good for a guess, not for an allocation of any size.
	body.Grow(int(min(max(req.ContentLength, 0), 64<<10)) + bytes.MinRead)
	if _, err := body.ReadFrom(req.Body); err != nil {
		return nil, fmt.Errorf("imza: the request's body cannot be read: %w", err)
	}
	return body.Bytes(), nil
}

// resourceToSend is the path and query that net/http sends for a URL (DLGA-10).
func resourceToSend(u *url.URL) string {
	if u == nil {
		return ""
	}
	return afterServer(u.RequestURI())
}

// resourceReceived is the path and query as they came over the wire. A router may have changed the URL
// since (http.StripPrefix does), but not RequestURI.
func resourceReceived(req *http.Request) string {
	if req.RequestURI == "" {
		return resourceToSend(req.URL)
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
