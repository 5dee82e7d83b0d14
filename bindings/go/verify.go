package imza

// #include "shim.h"
import "C"

import (
	"net/http"
	"net/textproto"
	"time"
)

// Verifier is the access keys that a server accepts, and how strictly it takes the clock. It holds
// several keys, and several secrets for one access key id during a rotation (DLGA-20).
type Verifier struct {
	_ noCopy
	*handle[*C.imza_dlga_verifier]
	// keyIDs is the access key ids in the order of adding; guarded by the handle's lock.
	keyIDs   *[]string
	bodyLine BodyLine
}

// Accepted is a request that was genuinely signed, in time.
type Accepted struct {
	// KeyID is the AccessKeyId that signed.
	KeyID string
	// KeyIndex is which key matched: its place in the order of adding, from 0 (DLGA-20).
	KeyIndex int
	// Requester is the person on whose behalf the call says it is made. It is NOT covered by the
	// signature: anyone on the path can have changed it (DLGA-2). Good for a log, not for a decision.
	Requester string
}

// VerifierOption is a choice for [NewVerifier]: [WithWindow], [IgnoreClock] or a [BodyLine].
type VerifierOption interface{ chooseForVerifier(*Verifier) error }

func (b BodyLine) chooseForVerifier(v *Verifier) error {
	v.bodyLine = b
	return nil
}

type verifierOption func(*C.imza_dlga_verifier, *C.imza_error) C.imza_status

func (o verifierOption) chooseForVerifier(v *Verifier) error { return v.change(o) }

// WithWindow sets how far a date may lie before the clock (past) and after it (future), in whole
// seconds; exactly that far still passes (DLGA-19). Without it, both are 15 minutes (DLGA-14).
// A negative window is [ErrInvalidArgument].
func WithWindow(past, future time.Duration) VerifierOption {
	return verifierOption(func(verifier *C.imza_dlga_verifier, failure *C.imza_error) C.imza_status {
		return C.imza_dlga_verifier_window(verifier, wholeSeconds(past), wholeSeconds(future), failure)
	})
}

// wholeSeconds rounds down, so that a negative window stays one.
func wholeSeconds(d time.Duration) C.int64_t {
	seconds := d / time.Second
	if d%time.Second < 0 {
		seconds--
	}
	return C.int64_t(seconds)
}

// IgnoreClock takes dates however far from the clock: for audits of recorded requests (DLGA-19).
func IgnoreClock() VerifierOption {
	return verifierOption(func(verifier *C.imza_dlga_verifier, failure *C.imza_error) C.imza_status {
		return C.imza_dlga_verifier_ignore_clock(verifier, failure)
	})
}

// NewVerifier makes a verifier without keys, which takes dates up to 15 minutes from the clock, either
// way (DLGA-14).
func NewVerifier(options ...VerifierOption) (*Verifier, error) {
	object, err := newHandle(
		func(out **C.imza_dlga_verifier, failure *C.imza_error) C.imza_status {
			return C.imza_dlga_verifier_new(out, failure)
		},
		func(verifier *C.imza_dlga_verifier) { C.imza_dlga_verifier_free(verifier) })
	if err != nil {
		return nil, err
	}
	v := &Verifier{handle: object, keyIDs: new([]string)}
	for _, option := range options {
		if err := option.chooseForVerifier(v); err != nil {
			v.Close()
			return nil, err
		}
	}
	return v, nil
}

// AddKey adds an access key, as in [NewSigner]; the first one added has the index 0. An id may be added
// again with another secret, for a rotation (DLGA-20). It can be called while requests are verified.
func (v *Verifier) AddKey(accessKeyID string, secret []byte) error {
	return v.change(func(verifier *C.imza_dlga_verifier, failure *C.imza_error) C.imza_status {
		status := C.go_dlga_verifier_add_key(verifier,
			chars(accessKeyID), size(accessKeyID), data(secret), size(secret), failure)
		if status == C.IMZA_OK {
			*v.keyIDs = append(*v.keyIDs, accessKeyID)
		}
		return status
	})
}

// Verify verifies a request whose headers were taken out: r.Date, requester and authorization are the
// values of the three headers (DLGA-1 to DLGA-3), an absent one empty. The verifier's own [BodyLine]
// does not count here; the request has one.
//
// The error is the vendor's verdict (DLGA-14, DLGA-15): [ErrHeadersMissing], [ErrFormatInvalid],
// [ErrDateInvalid], [ErrSignatureMismatch], or [ErrClockSkew] with the matching key in KeyIndex.
func (v *Verifier) Verify(r Request, authorization, requester string, now time.Time) (Accepted, error) {
	verifier, err := v.use()
	if err != nil {
		return Accepted{}, err
	}
	defer v.done()
	failure := newFailure()
	status := C.go_dlga_verify(
		verifier,
		chars(r.Method), size(r.Method), chars(r.ContentType), size(r.ContentType), chars(r.Date), size(r.Date),
		chars(r.Resource), size(r.Resource), data(r.Body), size(r.Body), C.int32_t(r.BodyLine),
		chars(authorization), size(authorization), chars(requester), size(requester),
		C.int64_t(now.Unix()), &failure)
	if status != C.IMZA_OK {
		return Accepted{}, errorOf(failure)
	}
	return accepted(*v.keyIDs, failure, requester), nil
}

// VerifyRequest verifies the request that a server received, with the errors of [Verifier.Verify]. It
// takes either set of header names (DLGA-4), and the resource as it came over the wire, whatever a
// router made of the URL since.
//
// The headers are judged first: where they cannot be a signature's, the body is not read. Otherwise it is read
// and put back; the caller bounds the body first, as [Middleware] and [net/http.MaxBytesReader] do. An error of
// reading is wrapped. A body that something read before is [ErrInvalidArgument], since nothing can be said about
// its signature: verify before a form is parsed.
func (v *Verifier) VerifyRequest(req *http.Request, now time.Time) (Accepted, error) {
	headers := receivedHeaders(req.Header)
	stream, keyIDs, err := v.begin(req, headers)
	if err != nil {
		return Accepted{}, err
	}
	defer C.imza_dlga_verify_stream_free(stream)
	body, err := bodyReceived(req)
	if err != nil {
		return Accepted{}, err
	}
	if found := readBefore(req, body); found != "" {
		return Accepted{}, errorf(ErrInvalidArgument, "", -1, "%s Verify the request first", found)
	}
	resource, failure := resourceReceived(req), newFailure()
	status := C.go_dlga_verify_stream_end(stream, data(body), size(body), chars(resource), size(resource),
		C.int64_t(now.Unix()), &failure)
	if status != C.IMZA_OK {
		return Accepted{}, errorOf(failure)
	}
	return accepted(keyIDs, failure, headers.requester), nil
}

// begin judges the headers of a request. The stream needs the verifier no longer; with it comes the list of the
// access key ids at this time.
func (v *Verifier) begin(req *http.Request, headers received) (*C.imza_dlga_verify_stream, []string, error) {
	if headers.twice != "" && !headers.isMissing() {
		return nil, nil, errorf(ErrFormatInvalid, "", -1, "the header %s stands twice", headers.twice)
	}
	verifier, err := v.use()
	if err != nil {
		return nil, nil, err
	}
	defer v.done()
	var stream *C.imza_dlga_verify_stream
	failure, contentType := newFailure(), req.Header.Get("Content-Type")
	status := C.go_dlga_verify_stream_begin(verifier,
		chars(req.Method), size(req.Method), chars(contentType), size(contentType),
		chars(headers.date), size(headers.date), chars(headers.authorization), size(headers.authorization),
		chars(headers.requester), size(headers.requester), C.int32_t(v.bodyLine), &stream, &failure)
	if status != C.IMZA_OK {
		return nil, nil, errorOf(failure)
	}
	return stream, *v.keyIDs, nil
}

// accepted is what is known about a request that C accepted.
func accepted(keyIDs []string, verdict C.imza_error, requester string) Accepted {
	index := int(verdict.key_index)
	return Accepted{KeyID: keyIDs[index], KeyIndex: index, Requester: textproto.TrimString(requester)}
}
