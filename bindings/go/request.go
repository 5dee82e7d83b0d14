package imza

import "time"

// Request is a DLGA request as it goes over the wire: the parts that are signed (DLGA-5), each exactly
// as sent. For an [net/http.Request] there are [Signer.SignRequest] and [Verifier.VerifyRequest], which
// need no such value.
type Request struct {
	// Method is the HTTP method, its case kept (DLGA-11).
	Method string
	// ContentType is the value of the Content-Type header, parameters included; empty without the
	// header (DLGA-8).
	ContentType string
	// Date is the value of the x-dlg-date header, signed as it stands (DLGA-9). [Date] makes one.
	Date string
	// Resource is what follows the server address in the URI: path and query, no fragment (DLGA-10).
	Resource string
	// Body is the exact bytes of the body (DLGA-7). They are not copied.
	Body []byte
	// BodyLine is what stands between body and resource.
	BodyLine BodyLine
}

// BodyLine is what stands between body and resource in the string to sign (DLGA-6): the vendor's page
// shows three readings. It is also an option of [NewSigner] and [NewVerifier].
type BodyLine int32

const (
	// The body and a line feed when there is a body, nothing at all when there is none: the default.
	BodyLineWhenPresent BodyLine = 0
	// The body and a line feed, also when the body is empty.
	BodyLineAlways BodyLine = 1
	// The body alone: no line feed even after a body.
	BodyLineNever BodyLine = 2
)

// Date is the text of the x-dlg-date header for a time (DLGA-1): "Tue, 09 Mar 2021 13:28:32 GMT".
// Outside the years 1970 to 9999 it is [ErrInvalidArgument] (DLGA-19).
func Date(t time.Time) (string, error) {
	return writing(dateChars+1, func(to output) Status { return dlgaDate(t.Unix(), to) })
}

// dateChars is the length of every date that is written.
const dateChars = len("Tue, 09 Mar 2021 13:28:32 GMT")

// StringToSign is the bytes that go into the HMAC (DLGA-5), to look at when a signature does not match.
// The date need not be in the pattern here, so that a received request can be looked at too.
func (r Request) StringToSign() (string, error) {
	guess := len(r.Method) + len(r.ContentType) + len(r.Date) + len(r.Body) + len(r.Resource) + len("\n\n\n\n") + 1
	return writing(guess, func(to output) Status { return dlgaStringToSign(&r, to) })
}
