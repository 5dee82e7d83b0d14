package imza

// #include "shim.h"
import "C"

import (
	"net/http"
	"net/url"
	"runtime"
	"sort"
	"strings"
	"time"
)

// Explanation is what is known about a signature or token that was presented. Nothing in it is a
// secret, nor a signature or token that was computed. docs/explain.md lists the mistakes that are tried.
type Explanation struct {
	// Valid tells that there is nothing to explain: the request is valid as it stands.
	Valid bool
	// Refusal is why the request is refused as it stands; "" where it is valid.
	Refusal string
	// Matches is every reading, among those tried, under which the presented signature matches: fewest
	// changes first.
	Matches []Reading
	// Tried is how many readings were tried: at most 20,000. CutShort tells that a bound,
	// of readings or of bytes, was reached before everything was tried.
	Tried    int
	CutShort bool
	// Notes is what else was noticed, a sentence each, such as that the signature has 20 bytes.
	Notes []string
	// SignedText is what should have been signed, the string to sign (DLGA-5) or the message of a token
	// (HASO-1), for people to read: a line feed shows as "⏎" and a new line, other control characters and
	// what is not UTF-8 are escaped, secrets masked. SignedHex is the same bytes in hex.
	SignedText string
	SignedHex  string
	// Text is the whole explanation in plain sentences, a line each.
	Text string
}

// String is Text.
func (e Explanation) String() string { return e.Text }

// Reading is a reading of a request under which the presented signature matches.
type Reading struct {
	// Text is such as "matches when the body has no final newline".
	Text string
	// KeyIndex is the key that matches, in the order of adding, from 0.
	KeyIndex int
}

// Explainer is access keys that refused DLGA requests are explained with: under which reading does the
// signature match?
type Explainer struct {
	_ noCopy
	*handle[*C.imza_dlga_explainer]
	bodyLine BodyLine
}

// ExplainerOption is a choice for [NewExplainer]: a [BodyLine], for [Explainer.ExplainRequest].
type ExplainerOption interface{ chooseForExplainer(*Explainer) }

func (b BodyLine) chooseForExplainer(x *Explainer) { x.bodyLine = b }

// NewExplainer makes an explainer without keys, which does not look at the clock.
func NewExplainer(options ...ExplainerOption) (*Explainer, error) {
	object, err := newHandle(
		func(out **C.imza_dlga_explainer, failure *C.imza_error) C.imza_status {
			return C.imza_dlga_explainer_new(out, failure)
		},
		func(explainer *C.imza_dlga_explainer) { C.imza_dlga_explainer_free(explainer) })
	if err != nil {
		return nil, err
	}
	x := &Explainer{handle: object}
	for _, option := range options {
		option.chooseForExplainer(x)
	}
	return x, nil
}

// AddKey adds an access key, as in [NewSigner]; the first one added has the index 0. A request is tried
// with every key, those of its own access key id first.
func (x *Explainer) AddKey(accessKeyID string, secret []byte) error {
	return x.change(func(explainer *C.imza_dlga_explainer, failure *C.imza_error) C.imza_status {
		return C.go_dlga_explainer_add_key(explainer,
			chars(accessKeyID), size(accessKeyID), data(secret), size(secret), failure)
	})
}

// At makes the explainer judge the clock too; past and future are as in [WithWindow].
func (x *Explainer) At(now time.Time, past, future time.Duration) error {
	return x.change(func(explainer *C.imza_dlga_explainer, failure *C.imza_error) C.imza_status {
		return C.imza_dlga_explainer_at(explainer, C.int64_t(now.Unix()), wholeSeconds(past), wholeSeconds(future), failure)
	})
}

// Explain explains a request whose headers were taken out, as in [Verifier.Verify]. Whatever is wrong
// with the request, there is an explanation; the error is about the call: [ErrClosed], or
// [ErrInvalidArgument] for a BodyLine that there is not.
func (x *Explainer) Explain(r Request, authorization, requester string) (Explanation, error) {
	explainer, err := x.use()
	if err != nil {
		return Explanation{}, err
	}
	defer x.done()
	return explaining(func(out **C.imza_explanation, failure *C.imza_error) C.imza_status {
		return C.go_dlga_explain(explainer,
			chars(r.Method), size(r.Method), chars(r.ContentType), size(r.ContentType), chars(r.Date), size(r.Date),
			chars(r.Resource), size(r.Resource), data(r.Body), size(r.Body), C.int32_t(r.BodyLine),
			chars(authorization), size(authorization), chars(requester), size(requester), out, failure)
	})
}

// ExplainRequest explains a request that a server received, with the help of all its headers. It reads
// the body and puts it back, as [Verifier.VerifyRequest] does; the caller bounds the body first. An error of reading
// is wrapped; that something read the body before is among the Notes.
func (x *Explainer) ExplainRequest(req *http.Request) (Explanation, error) {
	body, err := bodyReceived(req)
	if err != nil {
		return Explanation{}, err
	}
	explainer, err := x.use()
	if err != nil {
		return Explanation{}, err
	}
	defer x.done()
	contentType, resource := req.Header.Get("Content-Type"), resourceReceived(req)
	var pinner runtime.Pinner
	defer pinner.Unpin()
	headers, count := lent(&pinner, headersReceived(req))
	explanation, err := explaining(func(out **C.imza_explanation, failure *C.imza_error) C.imza_status {
		return C.go_dlga_explain_headers(explainer,
			chars(req.Method), size(req.Method), chars(contentType), size(contentType),
			chars(resource), size(resource), data(body), size(body), C.int32_t(x.bodyLine),
			headers, count, out, failure)
	})
	if found := readBefore(req, body); err == nil && found != "" {
		explanation.Notes = append(explanation.Notes, found)
		explanation.Text += found + "\n"
	}
	return explanation, err
}

// headersReceived lists every header of a request by name; net/http keeps Host apart.
func headersReceived(req *http.Request) []field {
	headers := []field{{"Host", req.Host}}
	for name, values := range req.Header {
		for _, value := range values {
			headers = append(headers, field{name, value})
		}
	}
	sort.SliceStable(headers, func(i, j int) bool { return headers[i].name < headers[j].name })
	return headers
}

// MerchantExplainer is a merchant's credentials that refused tokens of Haso's are explained with: under
// which reading does the token match?
type MerchantExplainer struct {
	_ noCopy
	*handle[*C.imza_haso_explainer]
}

// NewMerchantExplainer takes credentials as [NewMerchant] does.
func NewMerchantExplainer(merchantID string, key, salt []byte) (*MerchantExplainer, error) {
	return newMerchantExplainer(func(object **C.imza_haso_explainer, failure *C.imza_error) C.imza_status {
		return C.go_haso_explainer_new(chars(merchantID), size(merchantID),
			data(key), size(key), data(salt), size(salt), object, failure)
	})
}

// NewSaltKeyedMerchantExplainer takes credentials as [NewSaltKeyedMerchant] does.
func NewSaltKeyedMerchantExplainer(merchantID string, salt []byte) (*MerchantExplainer, error) {
	return newMerchantExplainer(func(object **C.imza_haso_explainer, failure *C.imza_error) C.imza_status {
		return C.go_haso_explainer_new_salt_keyed(chars(merchantID), size(merchantID),
			data(salt), size(salt), object, failure)
	})
}

func newMerchantExplainer(prepare func(**C.imza_haso_explainer, *C.imza_error) C.imza_status) (*MerchantExplainer, error) {
	object, err := newHandle(prepare, func(explainer *C.imza_haso_explainer) { C.imza_haso_explainer_free(explainer) })
	if err != nil {
		return nil, err
	}
	return &MerchantExplainer{handle: object}, nil
}

// AddOlderSecret adds a key and salt that are tried too; the first older one has the index 1 (HASO-11).
func (x *MerchantExplainer) AddOlderSecret(key, salt []byte) error {
	return x.change(func(explainer *C.imza_haso_explainer, failure *C.imza_error) C.imza_status {
		return C.go_haso_explainer_add_older_secret(explainer, data(key), size(key), data(salt), size(salt), failure)
	})
}

// AddOlderSalt is [MerchantExplainer.AddOlderSecret] for a salt that keys the HMAC.
func (x *MerchantExplainer) AddOlderSalt(salt []byte) error {
	return x.change(func(explainer *C.imza_haso_explainer, failure *C.imza_error) C.imza_status {
		return C.go_haso_explainer_add_older_salt(explainer, data(salt), size(salt), failure)
	})
}

// Explain explains the token of posted fields. Whatever is wrong with fields and token, there is an
// explanation; the error is about the call: [ErrClosed], or [ErrInvalidArgument] for a field that is
// not UTF-8, which no token can be made of (HASO-5).
func (x *MerchantExplainer) Explain(recipe *Recipe, fields Fields, token string) (Explanation, error) {
	return x.explain(recipe, fieldsOf(fields), token)
}

// ExplainForm explains the requestToken in a form that was posted; where it stands twice, the first one.
func (x *MerchantExplainer) ExplainForm(recipe *Recipe, form url.Values) (Explanation, error) {
	return x.explain(recipe, fieldsOfForm(form), form.Get(requestToken))
}

func (x *MerchantExplainer) explain(recipe *Recipe, posted []field, token string) (Explanation, error) {
	explainer, err := x.use()
	if err != nil {
		return Explanation{}, err
	}
	defer x.done()
	terms, err := recipe.useAsArgument()
	if err != nil {
		return Explanation{}, err
	}
	defer recipe.done()
	var pinner runtime.Pinner
	defer pinner.Unpin()
	fields, count := lent(&pinner, posted)
	return explaining(func(out **C.imza_explanation, failure *C.imza_error) C.imza_status {
		return C.go_haso_explain(explainer, terms, fields, count,
			chars(token), size(token), out, failure)
	})
}

// explaining calls a function of the library that makes an explanation, and takes everything out of it.
func explaining(explain func(**C.imza_explanation, *C.imza_error) C.imza_status) (Explanation, error) {
	failure := newFailure()
	var object *C.imza_explanation
	if explain(&object, &failure) != C.IMZA_OK {
		return Explanation{}, errorOf(failure)
	}
	defer C.imza_explanation_free(object)
	e := Explanation{
		Valid:    C.imza_explanation_is_valid(object) != 0,
		Tried:    int(C.imza_explanation_tried(object)),
		CutShort: C.imza_explanation_was_cut_short(object) != 0,
	}
	var notes string
	for _, text := range []struct {
		place *string
		write func(to output) C.imza_status
	}{
		{&e.Refusal, func(to output) C.imza_status {
			return C.imza_explanation_refusal(object, to.buffer, to.capacity, to.length, to.failure)
		}},
		{&notes, func(to output) C.imza_status {
			return C.imza_explanation_notes(object, to.buffer, to.capacity, to.length, to.failure)
		}},
		{&e.SignedText, func(to output) C.imza_status {
			return C.imza_explanation_signed_text(object, to.buffer, to.capacity, to.length, to.failure)
		}},
		{&e.SignedHex, func(to output) C.imza_status {
			return C.imza_explanation_signed_hex(object, to.buffer, to.capacity, to.length, to.failure)
		}},
		{&e.Text, func(to output) C.imza_status {
			return C.imza_explanation_text(object, to.buffer, to.capacity, to.length, to.failure)
		}},
	} {
		var err error
		if *text.place, err = writing(512, text.write); err != nil {
			return Explanation{}, err
		}
	}
	if notes != "" {
		e.Notes = strings.Split(notes, "\n")
	}
	for index := C.size_t(0); index < C.imza_explanation_match_count(object); index++ {
		var reading Reading
		var err error
		reading.Text, err = writing(256, func(to output) C.imza_status {
			status := C.imza_explanation_match(object, index, to.buffer, to.capacity, to.length, to.failure)
			reading.KeyIndex = int(to.failure.key_index)
			return status
		})
		if err != nil {
			return Explanation{}, err
		}
		e.Matches = append(e.Matches, reading)
	}
	return e, nil
}
