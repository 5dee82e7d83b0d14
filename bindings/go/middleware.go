package imza

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

// MaxBody is the most bytes of a body that [Middleware] takes, unless [WithMaxBody] says otherwise: 1 MiB.
const MaxBody = 1 << 20

// MiddlewareOption is a choice for [Middleware].
type MiddlewareOption func(*middleware)

// WithMaxBody sets how many bytes a body may have. A larger one is answered with 413, since a signature
// covers all of the body, which must be in memory before anything is known. Where Content-Length says that it
// is larger, it is not read at all.
func WithMaxBody(bytes int64) MiddlewareOption { return func(m *middleware) { m.maxBody = bytes } }

// WithClock sets the server's clock, which is time.Now otherwise: for tests.
func WithClock(now func() time.Time) MiddlewareOption { return func(m *middleware) { m.now = now } }

// WithRefused is told of every request that is refused, and why, for a log: the caller is only told
// what the vendor tells.
func WithRefused(refused func(*http.Request, error)) MiddlewareOption {
	return func(m *middleware) { m.refused = refused }
}

type middleware struct {
	verifier *Verifier
	maxBody  int64
	now      func() time.Time
	refused  func(*http.Request, error)
}

// Middleware lets only genuinely signed requests through to a handler, which finds who signed by
// [AcceptedFrom] and the body where it always is. Any other is answered with the vendor's status and
// text (DLGA-14), one with too large a body with 413.
//
// Where the headers alone are refused, the answer does not wait for the body, and no `100 Continue` asks for it; the
// connection (of HTTP/1) then ends. It must be in front of whatever reads the body: a body that something read
// before it is answered with 500, and [WithRefused] says so. How long a body may take is the server's to
// say: [net/http.Server.ReadTimeout].
func Middleware(verifier *Verifier, options ...MiddlewareOption) func(http.Handler) http.Handler {
	m := &middleware{verifier, MaxBody, time.Now, func(*http.Request, error) {}}
	for _, option := range options {
		option(m)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			body := &boundedBody{declared: req.ContentLength, most: m.maxBody}
			if req.Body != nil && req.Body != http.NoBody {
				body.ReadCloser = http.MaxBytesReader(w, req.Body, m.maxBody)
				req.Body = body
			}
			accepted, err := m.verifier.VerifyRequest(req, m.now())
			if err != nil {
				m.refused(req, err)
				// HTTP/2 has streams, and no other request waits behind this body.
				if body.ReadCloser != nil && !body.wasRead && req.ProtoMajor == 1 {
					answerEarly(w, body, err)
				} else {
					answer(w, err)
				}
				return
			}
			next.ServeHTTP(w, req.WithContext(context.WithValue(req.Context(), acceptedKey{}, accepted)))
		})
	}
}

// boundedBody is a body of so many bytes at most, which knows whether anything was read of it.
type boundedBody struct {
	io.ReadCloser
	declared, most int64
	wasRead        bool
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.declared > b.most {
		return 0, &http.MaxBytesError{Limit: b.most}
	}
	b.wasRead = true
	return b.ReadCloser.Read(p)
}

// answerEarly answers before the body was read. By itself net/http would read up to 256 KiB of it before the answer,
// for the sake of the connection's next request; so there is none. What is sent all the same is dropped, for a second:
// many clients write the whole body before they look for an answer, and would find a broken connection instead.
func answerEarly(w http.ResponseWriter, body *boundedBody, err error) {
	w.Header().Set("Connection", "close")
	answer(w, err)
	connection := http.NewResponseController(w)
	if connection.SetReadDeadline(time.Now().Add(time.Second)) == nil && connection.Flush() == nil {
		_, _ = io.Copy(io.Discard, body.ReadCloser) // at most so many bytes, and the verdict is given
	}
}

type acceptedKey struct{}

// AcceptedFrom is who signed the request that [Middleware] let through, from its context; false where
// there was no such request. The Requester is NOT covered by the signature (DLGA-2).
func AcceptedFrom(ctx context.Context) (Accepted, bool) {
	accepted, ok := ctx.Value(acceptedKey{}).(Accepted)
	return accepted, ok
}

// answer tells the caller what the vendor tells, and nothing more.
func answer(w http.ResponseWriter, err error) {
	status, text := http.StatusBadRequest, http.StatusText(http.StatusBadRequest) // the body broke off
	var tooLarge *http.MaxBytesError
	var refusal *Error
	switch {
	case errors.As(err, &tooLarge):
		status, text = http.StatusRequestEntityTooLarge, http.StatusText(http.StatusRequestEntityTooLarge)
	case errors.As(err, &refusal) && refusal.HTTPStatus != 0:
		status, text = refusal.HTTPStatus, refusal.VendorText
	case errors.As(err, &refusal), errors.Is(err, ErrClosed):
		status, text = http.StatusInternalServerError, http.StatusText(http.StatusInternalServerError)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	io.WriteString(w, text) // not http.Error, which would put a line feed behind the vendor's text
}
