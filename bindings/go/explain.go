package imza

import (
	"net/http"
	"net/url"
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
	// Tried is how many variants were tried. CutShort tells that a bound,
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
	*handle[explainerObject]
	bodyLine BodyLine
}

// ExplainerOption is a choice for [NewExplainer]: a [BodyLine], for [Explainer.ExplainRequest].
type ExplainerOption interface{ chooseForExplainer(*Explainer) }

func (b BodyLine) chooseForExplainer(x *Explainer) { x.bodyLine = b }

// NewExplainer makes an explainer without keys, which does not look at the clock.
func NewExplainer(options ...ExplainerOption) (*Explainer, error) {
	object, err := newHandle(dlgaExplainerNew, dlgaExplainerFree)
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
	return x.change(func(explainer explainerObject, f *failure) Status {
		return dlgaExplainerAddKey(explainer, accessKeyID, secret, f)
	})
}

// At makes the explainer judge the clock too; past and future are as in [WithWindow].
func (x *Explainer) At(now time.Time, past, future time.Duration) error {
	return x.change(func(explainer explainerObject, f *failure) Status {
		return dlgaExplainerAt(explainer, now.Unix(), wholeSeconds(past), wholeSeconds(future), f)
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
	return explaining(func(out *explanationObject, f *failure) Status {
		return dlgaExplain(explainer, &r, authorization, requester, out, f)
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
	received := Request{
		Method: req.Method, ContentType: req.Header.Get("Content-Type"), Resource: resourceReceived(req), Body: body,
		BodyLine: x.bodyLine,
	}
	explanation, err := explaining(func(out *explanationObject, f *failure) Status {
		return dlgaExplainHeaders(explainer, &received, headersReceived(req), out, f)
	})
	if found := readBefore(req, body); err == nil && found != "" {
		explanation.Notes = append(explanation.Notes, found)
		explanation.Text += found + "\n"
	}
	return explanation, err
}

// MerchantExplainer is a merchant's credentials that refused tokens of Haso's are explained with: under
// which reading does the token match?
type MerchantExplainer struct {
	_ noCopy
	*handle[hasoExplainer]
}

// NewMerchantExplainer takes credentials as [NewMerchant] does.
func NewMerchantExplainer(merchantID string, key, salt []byte) (*MerchantExplainer, error) {
	return newMerchantExplainer(func(out *hasoExplainer, f *failure) Status {
		return hasoExplainerNew(merchantID, key, salt, out, f)
	})
}

// NewSaltKeyedMerchantExplainer takes credentials as [NewSaltKeyedMerchant] does.
func NewSaltKeyedMerchantExplainer(merchantID string, salt []byte) (*MerchantExplainer, error) {
	return newMerchantExplainer(func(out *hasoExplainer, f *failure) Status {
		return hasoExplainerNewSaltKeyed(merchantID, salt, out, f)
	})
}

func newMerchantExplainer(prepare func(*hasoExplainer, *failure) Status) (*MerchantExplainer, error) {
	object, err := newHandle(prepare, hasoExplainerFree)
	if err != nil {
		return nil, err
	}
	return &MerchantExplainer{handle: object}, nil
}

// AddOlderSecret adds a key and salt that are tried too; the first older one has the index 1 (HASO-11).
func (x *MerchantExplainer) AddOlderSecret(key, salt []byte) error {
	return x.change(func(explainer hasoExplainer, f *failure) Status {
		return hasoExplainerAddOlderSecret(explainer, key, salt, f)
	})
}

// AddOlderSalt is [MerchantExplainer.AddOlderSecret] for a salt that keys the HMAC.
func (x *MerchantExplainer) AddOlderSalt(salt []byte) error {
	return x.change(func(explainer hasoExplainer, f *failure) Status {
		return hasoExplainerAddOlderSalt(explainer, salt, f)
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
	return explaining(func(out *explanationObject, f *failure) Status {
		return hasoExplain(explainer, terms, posted, token, out, f)
	})
}

// explaining calls a function of the library that makes an explanation, and takes everything out of it.
func explaining(explain func(*explanationObject, *failure) Status) (Explanation, error) {
	failure := newFailure()
	var object explanationObject
	if explain(&object, &failure) != statusOK {
		return Explanation{}, errorOf(failure)
	}
	defer explanationFree(object)
	e := Explanation{
		Valid:    explanationIsValid(object),
		Tried:    explanationTried(object),
		CutShort: explanationWasCutShort(object),
	}
	var notes string
	for _, text := range []struct {
		place *string
		write func(explanationObject, output) Status
	}{
		{&e.Refusal, explanationRefusal},
		{&notes, explanationNotes},
		{&e.SignedText, explanationSignedText},
		{&e.SignedHex, explanationSignedHex},
		{&e.Text, explanationText},
	} {
		var err error
		if *text.place, err = writing(512, func(to output) Status { return text.write(object, to) }); err != nil {
			return Explanation{}, err
		}
	}
	if notes != "" {
		e.Notes = strings.Split(notes, "\n")
	}
	for index, count := 0, explanationMatchCount(object); index < count; index++ {
		var reading Reading
		var err error
		reading.Text, err = writing(256, func(to output) Status {
			status := explanationMatch(object, index, to)
			reading.KeyIndex = keyIndex(to.failure)
			return status
		})
		if err != nil {
			return Explanation{}, err
		}
		e.Matches = append(e.Matches, reading)
	}
	return e, nil
}
