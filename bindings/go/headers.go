package imza

import (
	"net/http"
	"net/textproto"
	"sort"
	"strings"
)

// HeaderNames is which of the vendor's two sets of header names is written (DLGA-4); verifying takes
// either. It is an option of [NewSigner].
type HeaderNames int

const (
	// x-dlg-date, x-dlg-requester-userid, x-dlg-authorization: the default.
	HeadersXDLG HeaderNames = iota
	// Date, X-Requester-UserId, X-Authorization: the names of the vendor's error table.
	HeadersX
)

// names is a set of header names, in net/http's own spelling; their case does not matter (DLGA-4): those of the
// date, the requester and the authorization.
type names [3]string

var (
	xDLG = names{"X-Dlg-Date", "X-Dlg-Requester-Userid", "X-Dlg-Authorization"}
	x    = names{"Date", "X-Requester-Userid", "X-Authorization"}
)

// both is the chosen set of names, and the other one.
func (n HeaderNames) both() (chosen, other names) {
	if n == HeadersX {
		return x, xDLG
	}
	return xDLG, x
}

// isOneOf says whether a header's name, in whatever spelling, is one of the set.
func (n names) isOneOf(key string) bool {
	for _, name := range n {
		if len(key) == len(name) && strings.EqualFold(key, name) {
			return true
		}
	}
	return false
}

// contentTypeToSend is the content type of a request that a client will send (DLGA-8), in whatever
// spelling of the name. Whitespace around a value is no part of it.
func contentTypeToSend(h http.Header) (string, error) {
	var values []string
	for key, of := range h {
		if isContentType(key) {
			values = append(values, of...)
		}
	}
	switch len(values) {
	case 0:
		return "", nil
	case 1:
		return textproto.TrimString(values[0]), nil
	default:
		return "", errorf(ErrInvalidArgument, "", -1, "the header content-type stands twice")
	}
}

// sendContentType makes the content type that was signed the one that is sent: over HTTP/1.1 net/http takes the
// whitespace off by itself, over HTTP/2 it does not.
func sendContentType(h http.Header, signed string) {
	for key, of := range h {
		if isContentType(key) && len(of) == 1 && of[0] != signed {
			h[key] = []string{signed}
		}
	}
}

func isContentType(name string) bool {
	return len(name) == len("Content-Type") && strings.EqualFold(name, "Content-Type")
}

// checkRequester refuses what no header can hold (DLGA-13), and a requester that is missing (DLGA-2).
// The requester is not part of what is signed, so that the library never sees it.
func checkRequester(requester string) error {
	if textproto.TrimString(requester) == "" {
		return errorf(ErrInvalidArgument, "", -1, "the requester id is empty; a signature needs one")
	}
	for offset := range []byte(requester) {
		if b := requester[offset]; b != '\t' && (b < ' ' || b == 0x7f) {
			return errorf(ErrInvalidArgument, "", offset,
				"the requester id holds the byte 0x%02x at byte %d, which is not allowed there", b, offset)
		}
	}
	return nil
}

// requesterOf is the requester among the headers of a request that was accepted; x-dlg-* wins (DLGA-4). The library
// found it too, but gives back no text.
func requesterOf(h http.Header) string {
	for _, name := range [...]string{xDLG[1], x[1]} {
		for key, values := range h {
			if len(values) > 0 && len(key) == len(name) && strings.EqualFold(key, name) {
				return textproto.TrimString(values[0])
			}
		}
	}
	return ""
}

// headersReceived lists every header of a request by name; net/http keeps Host apart.
func headersReceived(req *http.Request) []field {
	headers := make([]field, 0, len(req.Header)+1)
	headers = append(headers, field{"Host", req.Host})
	for name, values := range req.Header {
		for _, value := range values {
			headers = append(headers, field{name, value})
		}
	}
	sort.Stable(byName(headers))
	return headers
}
