package imza

import (
	"net/http"
	"net/textproto"
	"runtime"
	"time"
)

// Verifier is the access keys that a server accepts, and how strictly it takes the clock. It holds
// several keys, and several secrets for one access key id during a rotation (DLGA-20).
type Verifier struct {
	_ noCopy
	*handle[verifierObject]
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

type verifierOption func(verifierObject, *failure) Status

func (o verifierOption) chooseForVerifier(v *Verifier) error { return v.change(o) }

// WithWindow sets how far a date may lie before the clock (past) and after it (future), in whole
// seconds; exactly that far still passes (DLGA-19). Without it, both are 15 minutes (DLGA-14).
// A negative window is [ErrInvalidArgument].
func WithWindow(past, future time.Duration) VerifierOption {
	return verifierOption(func(v verifierObject, f *failure) Status {
		return dlgaVerifierWindow(v, wholeSeconds(past), wholeSeconds(future), f)
	})
}

// wholeSeconds rounds down, so that a negative window stays one.
func wholeSeconds(d time.Duration) int64 {
	seconds := d / time.Second
	if d%time.Second < 0 {
		seconds--
	}
	return int64(seconds)
}

// IgnoreClock takes dates however far from the clock: for audits of recorded requests (DLGA-19).
func IgnoreClock() VerifierOption {
	return verifierOption(dlgaVerifierIgnoreClock)
}

// NewVerifier makes a verifier without keys, which takes dates up to 15 minutes from the clock, either
// way (DLGA-14).
func NewVerifier(options ...VerifierOption) (*Verifier, error) {
	object, err := newHandle(dlgaVerifierNew, dlgaVerifierFree)
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
	return v.change(func(verifier verifierObject, f *failure) Status {
		status := dlgaVerifierAddKey(verifier, accessKeyID, secret, f)
		if status == statusOK {
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
	if dlgaVerify(verifier, &r, authorization, requester, now.Unix(), &failure) != statusOK {
		return Accepted{}, errorOf(failure)
	}
	return accepted(*v.keyIDs, &failure, textproto.TrimString(requester)), nil
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
	defer runtime.KeepAlive(v) // as WebAssembly, the stream is in the verifier's memory
	stream, keyIDs, err := v.begin(req)
	if err != nil {
		return Accepted{}, err
	}
	defer dlgaVerifyStreamFree(stream)
	body, err := bodyReceived(req)
	if err != nil {
		return Accepted{}, err
	}
	if found := readBefore(req, body); found != "" {
		return Accepted{}, errorf(ErrInvalidArgument, "", -1, "%s Verify the request first", found)
	}
	failure := newFailure()
	if dlgaVerifyStreamEnd(stream, body, resourceReceived(req), now.Unix(), &failure) != statusOK {
		return Accepted{}, errorOf(failure)
	}
	return accepted(keyIDs, &failure, requesterOf(req.Header)), nil
}

// begin judges the headers of a request. The stream needs the verifier no longer; with it comes the list of the
// access key ids at this time.
func (v *Verifier) begin(req *http.Request) (stream streamObject, keyIDs []string, err error) {
	verifier, err := v.use()
	if err != nil {
		return nil, nil, err
	}
	defer v.done()
	failure := newFailure()
	if dlgaVerifyStreamBegin(verifier, req.Method, headersReceived(req), v.bodyLine, &stream, &failure) != statusOK {
		return nil, nil, errorOf(failure)
	}
	return stream, *v.keyIDs, nil
}

// accepted is what is known about a request that the library accepted.
func accepted(keyIDs []string, verdict *failure, requester string) Accepted {
	index := keyIndex(verdict)
	return Accepted{KeyID: keyIDs[index], KeyIndex: index, Requester: requester}
}
