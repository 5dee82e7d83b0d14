package imza

import (
	"net/http"
	"net/textproto"
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

// names is a set of header names, in net/http's own spelling; their case does not matter (DLGA-4).
type names struct{ date, requester, authorization string }

var (
	xDLG = names{"X-Dlg-Date", "X-Dlg-Requester-Userid", "X-Dlg-Authorization"}
	x    = names{"Date", "X-Requester-Userid", "X-Authorization"}
)

func (n HeaderNames) canonical() names {
	if n == HeadersX {
		return x
	}
	return xDLG
}

// setHeader replaces a header, also one that stands there in another spelling.
func setHeader(h http.Header, name, value string) {
	for key := range h {
		if len(key) == len(name) && key != name && strings.EqualFold(key, name) {
			delete(h, key)
		}
	}
	h[name] = []string{value}
}

// contentTypeToSend is the content type of a request that a client will send (DLGA-8), in whatever
// spelling of the name. net/http takes blanks around a value off before it sends it.
func contentTypeToSend(h http.Header) (string, error) {
	var values []string
	for key, of := range h {
		if len(key) == len("Content-Type") && strings.EqualFold(key, "Content-Type") {
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

// received is the vendor's three headers of a request that a server received.
type received struct {
	date, requester, authorization string
	// twice is a header that stands twice, in either set of names.
	twice string
}

// receivedHeaders finds the three headers by DLGA-4: x-dlg-* wins where both names stand.
func receivedHeaders(h http.Header) (r received) {
	find := func(preferred, other string) string {
		for _, name := range [...]string{preferred, other} {
			if len(h[name]) > 1 && r.twice == "" {
				r.twice = strings.ToLower(name)
			}
		}
		for _, name := range [...]string{preferred, other} {
			if len(h[name]) > 0 {
				return h[name][0]
			}
		}
		return ""
	}
	r.date = find(xDLG.date, x.date)
	r.requester = find(xDLG.requester, x.requester)
	r.authorization = find(xDLG.authorization, x.authorization)
	if len(h["Content-Type"]) > 1 && r.twice == "" {
		r.twice = "content-type"
	}
	return r
}

// isMissing tells whether a required header is, which is reported before one that stands twice.
func (r received) isMissing() bool {
	isEmpty := func(value string) bool { return textproto.TrimString(value) == "" }
	return isEmpty(r.date) || isEmpty(r.requester) || isEmpty(r.authorization)
}
