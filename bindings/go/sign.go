package imza

// #include "shim.h"
import "C"

import (
	"net/http"
	"net/textproto"
	"time"
)

// Signer is an access key, ready to sign DLGA requests.
type Signer struct {
	_ noCopy
	*handle[*C.imza_dlga_signer]
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
	object, err := newHandle(
		func(out **C.imza_dlga_signer, failure *C.imza_error) C.imza_status {
			return C.go_dlga_signer_new(chars(accessKeyID), size(accessKeyID), data(secret), size(secret), out, failure)
		},
		func(signer *C.imza_dlga_signer) { C.imza_dlga_signer_free(signer) })
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
	buffer, length, failure := make([]byte, s.valueChars+1), C.size_t(0), newFailure()
	status := C.go_dlga_sign(
		signer,
		chars(r.Method), size(r.Method), chars(r.ContentType), size(r.ContentType), chars(r.Date), size(r.Date),
		chars(r.Resource), size(r.Resource), data(r.Body), size(r.Body), C.int32_t(r.BodyLine),
		data(buffer), size(buffer), &length, &failure)
	if status != C.IMZA_OK {
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
	date, authorization, err := s.signAt(method, contentType, resource, body, t)
	if err != nil {
		return err
	}
	if req.Header == nil {
		req.Header = make(http.Header)
	}
	names, stale := s.names.both()
	for _, name := range stale {
		removeHeader(req.Header, name)
	}
	for i, value := range [...]string{date, textproto.TrimString(requester), authorization} {
		removeHeader(req.Header, names[i])
		req.Header[names[i]] = []string{value}
	}
	sendContentType(req.Header, contentType)
	return nil
}

// signAt is the values of the date and authorization headers for a time.
func (s *Signer) signAt(
	method, contentType, resource string, body []byte, t time.Time,
) (date, authorization string, err error) {
	signer, err := s.use()
	if err != nil {
		return "", "", err
	}
	defer s.done()
	// One buffer for both: the date with its NUL, then the value with its own.
	buffer, failure := make([]byte, dateChars+1+s.valueChars+1), newFailure()
	forDate, forValue := buffer[:dateChars+1], buffer[dateChars+1:]
	var dateLength, valueLength C.size_t
	status := C.go_dlga_sign_at(
		signer, C.int64_t(t.Unix()),
		chars(method), size(method), chars(contentType), size(contentType), chars(resource), size(resource),
		data(body), size(body), C.int32_t(s.bodyLine),
		data(forDate), &dateLength, data(forValue), size(forValue), &valueLength, &failure)
	if status != C.IMZA_OK {
		return "", "", errorOf(failure)
	}
	return written(forDate, dateLength), written(forValue, valueLength), nil
}
