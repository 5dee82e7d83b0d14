package imza

import (
	"net/http"
	"net/textproto"
	"time"
)

// Signer is an access key, ready to sign DLGA requests.
type Signer struct {
	_ noCopy
	*handle[signerObject]
	// valueChars is the length of every authorization value that it makes.
	valueChars int
	bodyLine   BodyLine
	names      HeaderNames
}

// SignerOption is a choice for [NewSigner]: a [BodyLine] or the [HeaderNames].
type SignerOption interface{ chooseForSigner(*Signer) }

func (b BodyLine) chooseForSigner(s *Signer)    { s.bodyLine = b }
func (n HeaderNames) chooseForSigner(s *Signer) { s.names = n }

// NewSigner prepares an access key: its AccessKeyId, and the bytes of its AccessKeySecret as they were
// handed out, not decoded and not trimmed (DLGA-12).
//
// It is [ErrInvalidArgument] when the id is empty, not UTF-8, or holds `:`, a blank or a control
// character, and when the secret is empty (DLGA-13).
func NewSigner(accessKeyID string, secret []byte, options ...SignerOption) (*Signer, error) {
	object, err := newHandle(func(out *signerObject, f *failure) Status {
		return dlgaSignerNew(accessKeyID, secret, out, f)
	}, dlgaSignerFree)
	if err != nil {
		return nil, err
	}
	s := &Signer{
		handle:     object,
		valueChars: len("DLGA ") + len(accessKeyID) + len(":") + signatureChars,
		names:      HeadersXDLG,
	}
	for _, option := range options {
		option.chooseForSigner(s)
	}
	return s, nil
}

// signatureChars is the length of every signature: 32 bytes in base64 (DLGA-12).
const signatureChars = 44

// Authorization is the value of the authorization header alone: "DLGA id:signature" (DLGA-3).
//
// It is [ErrInvalidArgument] when a part of the request is one that DLGA-13 forbids, or when the date
// is not in the pattern. The signer's own [BodyLine] does not count here; the request has one.
func (s *Signer) Authorization(r Request) (string, error) {
	signer, err := s.use()
	if err != nil {
		return "", err
	}
	defer s.done()
	buffer, length, failure := make([]byte, s.valueChars+1), length(0), newFailure()
	if dlgaSign(signer, &r, buffer, &length, &failure) != statusOK {
		return "", errorOf(failure)
	}
	return written(buffer, length), nil
}

// SignRequest signs the request that a client is about to send, as it will be sent, and puts the three
// headers into it; headers of the same names are replaced, and those of the vendor's other set of names removed,
// which would count beside the new ones (DLGA-4). It reads the body and puts it back, with its
// length and GetBody, and takes whitespace around the content type off, which is no part of it (DLGA-8). The
// requester is required (DLGA-2), but not part of what is signed.
//
// It is [ErrInvalidArgument] when a part of the request, or the requester, is one that DLGA-13 forbids,
// and when the time lies outside the years 1970 to 9999; the headers are then as before. Whatever
// changes the request afterwards must not touch method, URL, content type and body.
func (s *Signer) SignRequest(req *http.Request, requester string, t time.Time) error {
	if err := checkRequester(requester); err != nil {
		return err
	}
	contentType, err := contentTypeToSend(req.Header)
	if err != nil {
		return err
	}
	body, err := takeBody(req)
	if err != nil {
		return err
	}
	method, resource := req.Method, resourceToSend(req)
	if method == "" {
		method = http.MethodGet // as net/http has it
	}
	toSend := Request{Method: method, ContentType: contentType, Resource: resource, Body: body, BodyLine: s.bodyLine}
	date, authorization, err := s.signAt(&toSend, t)
	if err != nil {
		return err
	}
	if req.Header == nil {
		req.Header = make(http.Header)
	}
	names, stale := s.names.both()
	for key := range req.Header {
		if names.isOneOf(key) || stale.isOneOf(key) {
			delete(req.Header, key)
		}
	}
	for i, value := range [...]string{date, textproto.TrimString(requester), authorization} {
		req.Header[names[i]] = []string{value}
	}
	sendContentType(req.Header, contentType)
	return nil
}

// signAt is the values of the date and authorization headers for a time.
func (s *Signer) signAt(r *Request, t time.Time) (date, authorization string, err error) {
	signer, err := s.use()
	if err != nil {
		return "", "", err
	}
	defer s.done()
	// One buffer for both: the date with its NUL, then the value with its own.
	buffer, failure := make([]byte, dateChars+1+s.valueChars+1), newFailure()
	forDate, forValue := buffer[:dateChars+1], buffer[dateChars+1:]
	var dateLength, valueLength length
	if dlgaSignAt(signer, t.Unix(), r, forDate, &dateLength, forValue, &valueLength, &failure) != statusOK {
		return "", "", errorOf(failure)
	}
	return written(forDate, dateLength), written(forValue, valueLength), nil
}
