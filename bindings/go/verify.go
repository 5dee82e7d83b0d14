package imza

// #include "shim.h"
import "C"

import (
	"bytes"
	"io"
	"net/http"
	"net/textproto"
	"time"
	"unsafe"
)

// Verifier is the access keys that a server accepts, and how strictly it takes the clock. It holds
// several keys, and several secrets for one access key id during a rotation (DLGA-20).
type Verifier struct {
	*handle
	// keyIDs is the access key ids in the order of adding; guarded by the handle's lock.
	keyIDs   []string
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

func (o verifierOption) chooseForVerifier(v *Verifier) error {
	return v.change(func(object unsafe.Pointer) error {
		failure := newFailure()
		if o((*C.imza_dlga_verifier)(object), &failure) != C.IMZA_OK {
			return errorOf(failure)
		}
		return nil
	})
}

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
	failure := newFailure()
	var object *C.imza_dlga_verifier
	if C.imza_dlga_verifier_new(&object, &failure) != C.IMZA_OK {
		return nil, errorOf(failure)
	}
	v := &Verifier{handle: newHandle(unsafe.Pointer(object), func(object unsafe.Pointer) {
		C.imza_dlga_verifier_free((*C.imza_dlga_verifier)(object))
	})}
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
	return v.change(func(object unsafe.Pointer) error {
		failure := newFailure()
		status := C.go_dlga_verifier_add_key((*C.imza_dlga_verifier)(object),
			chars(accessKeyID), size(accessKeyID), data(secret), size(secret), &failure)
		if status != C.IMZA_OK {
			return errorOf(failure)
		}
		v.keyIDs = append(v.keyIDs, accessKeyID)
		return nil
	})
}

// Verify verifies a request whose headers were taken out: r.Date, requester and authorization are the
// values of the three headers (DLGA-1 to DLGA-3), an absent one empty. The verifier's own [BodyLine]
// does not count here; the request has one.
//
// The error is the vendor's verdict (DLGA-14, DLGA-15): [ErrHeadersMissing], [ErrFormatInvalid],
// [ErrDateInvalid], [ErrSignatureMismatch], or [ErrClockSkew] with the matching key in KeyIndex.
func (v *Verifier) Verify(r Request, authorization, requester string, now time.Time) (Accepted, error) {
	object, err := v.use()
	if err != nil {
		return Accepted{}, err
	}
	defer v.done()
	failure := newFailure()
	status := C.go_dlga_verify(
		(*C.imza_dlga_verifier)(object),
		chars(r.Method), size(r.Method), chars(r.ContentType), size(r.ContentType), chars(r.Date), size(r.Date),
		chars(r.Resource), size(r.Resource), data(r.Body), size(r.Body), C.int32_t(r.BodyLine),
		chars(authorization), size(authorization), chars(requester), size(requester),
		C.int64_t(now.Unix()), &failure)
	if status != C.IMZA_OK {
		return Accepted{}, errorOf(failure)
	}
	index := int(failure.key_index)
	return Accepted{KeyID: v.keyIDs[index], KeyIndex: index, Requester: textproto.TrimString(requester)}, nil
}

// VerifyRequest verifies the request that a server received, with the errors of [Verifier.Verify]. It
// takes either set of header names (DLGA-4), and the resource as it came over the wire, whatever a
// router made of the URL since. It reads the body and puts it back; whoever calls it bounds the body
// first, as [Middleware] and [net/http.MaxBytesReader] do. An error of reading is wrapped.
func (v *Verifier) VerifyRequest(req *http.Request, now time.Time) (Accepted, error) {
	body, err := readBody(req)
	if err != nil {
		return Accepted{}, err
	}
	if body != nil {
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	headers := receivedHeaders(req.Header)
	if headers.twice != "" && !headers.isMissing() {
		return Accepted{}, errorf(ErrFormatInvalid, "", -1, "the header %s stands twice", headers.twice)
	}
	request := Request{
		Method:      req.Method,
		ContentType: req.Header.Get("Content-Type"),
		Date:        headers.date,
		Resource:    resourceReceived(req),
		Body:        body,
		BodyLine:    v.bodyLine,
	}
	return v.Verify(request, headers.authorization, headers.requester, now)
}
