//go:build !cgo || imza_wasm

package imza

// The library's functions as library_cgo.go has them, for a program without cgo: the library is WebAssembly, which
// imza/wasm runs. Each signer, verifier, merchant and explainer has a memory of its own, so that none waits for
// another.

import (
	"errors"
	"sync"

	"imza/internal/engine"
)

// object is an object of the library's in the memory of an instance.
type object struct {
	engine.Instance
	address uint32
}

type (
	signerObject      = *object
	verifierObject    = *object
	streamObject      = *object
	explainerObject   = *object
	merchantObject    = *object
	hasoExplainer     = *object
	explanationObject = *object
	discovererObject  = *object
	discoveryObject   = *object
	recipeObject      = *recipeCalls

	length  = uint32
	failure struct {
		engine.Failure
		err error // where there was no answer
	}
)

// recipeCalls is a recipe as the calls that make it. A token is computed in the merchant's memory, and its recipe is made
// there anew.
type recipeCalls struct {
	make, text string
	changes    []string
}

func newFailure() failure { return failure{} }

func errorOf(f failure) error {
	if f.err != nil {
		return f.err
	}
	return newError(Status(f.Status), int(f.KeyIndex), f.Field, f.Offset, f.Message)
}

func keyIndex(f *failure) int { return int(f.KeyIndex) }

// errNoLibrary is the error of every call in a program that has neither form of the library.
var errNoLibrary = errors.New(`imza: this program is built without cgo: import _ "imza/wasm", ` +
	`or build it with CGO_ENABLED=1 and a C compiler`)

// newInstance is an instance, or the sentence that says why there is none.
func newInstance() (engine.Instance, error) {
	if engine.New == nil {
		return nil, errNoLibrary
	}
	return engine.New()
}

// common is the instance for what has no secret: dates, strings to sign, recipes, names.
var common struct {
	sync.Mutex
	engine.Instance
}

// shared is the common instance; a new one after a fault of the library's, which leaves an instance of no use.
func shared() (in engine.Instance, err error) {
	common.Lock()
	defer common.Unlock()
	if common.Instance == nil || common.Broken() {
		common.Instance, err = newInstance()
	}
	return common.Instance, err
}

// call calls a function that returns a status.
func call(in engine.Instance, f *failure, function string, arguments ...any) Status {
	status, err := in.Call(function, append(arguments, &f.Failure)...)
	if err == nil {
		return Status(status)
	}
	if errors.Is(err, engine.ErrClosed) {
		f.err = ErrClosed
	} else {
		f.err = errorf(ErrPanic, "", -1, "%v", err)
	}
	return ErrPanic
}

// callShared is call in the common instance.
func callShared(f *failure, function string, arguments ...any) Status {
	in, err := shared()
	if err != nil {
		f.err = err
		return ErrPanic
	}
	return call(in, f, function, arguments...)
}

// made makes an object in an instance of its own.
func made(out **object, f *failure, function string, arguments ...any) Status {
	in, err := newInstance()
	if err != nil {
		f.err = err
		return ErrPanic
	}
	o := &object{in, 0}
	status := call(in, f, function, append(arguments, &o.address)...)
	if status != statusOK {
		in.Close()
		return status
	}
	*out = o
	return status
}

// ended ends an object and its instance.
func ended(o *object, function string) {
	_, _ = o.Call(function, o.address)
	o.Close()
}

// madeIn makes an object in the instance of another one.
func madeIn(of *object, out **object, f *failure, function string, arguments ...any) Status {
	o := &object{of.Instance, 0}
	status := call(of, f, function, append(arguments, &o.address)...)
	if status == statusOK {
		*out = o
	}
	return status
}

// in makes a recipe in an instance, for the time of a call.
func (r *recipeCalls) in(in engine.Instance, f *failure, use func(address uint32) Status) Status {
	var address uint32
	if status := call(in, f, r.make, r.text, &address); status != statusOK {
		return status
	}
	defer func() { _, _ = in.Call("imza_haso_recipe_free", address) }()
	for _, change := range r.changes {
		if status := call(in, f, change, address); status != statusOK {
			return status
		}
	}
	return use(address)
}

func requestOf(r *Request) engine.Request {
	return engine.Request{
		Method: r.Method, ContentType: r.ContentType, Date: r.Date, Resource: r.Resource, Body: r.Body,
		BodyLine: int32(r.BodyLine),
	}
}

func fieldsFor(fields []field) []engine.Field {
	list := make([]engine.Field, len(fields))
	for i, field := range fields {
		list[i] = engine.Field{Name: field.name, Value: field.value}
	}
	return list
}

func (to output) text() engine.Text { return engine.Text{Buffer: to.buffer, Length: to.length} }

func statusText(function string, s Status) string {
	in, err := shared()
	if err != nil {
		return ""
	}
	address, err := in.Call(function, int32(s))
	if err != nil {
		return ""
	}
	return in.CString(uint32(address))
}

func statusName(s Status) string       { return statusText("imza_status_name", s) }
func statusVendorText(s Status) string { return statusText("imza_status_vendor_text", s) }

func statusHTTP(s Status) int {
	in, err := shared()
	if err != nil {
		return 0
	}
	status, _ := in.Call("imza_status_http", int32(s))
	return int(status)
}

// Diyalog's DLGA.

func dlgaDate(unix int64, to output) Status {
	return callShared(to.failure, "imza_dlga_date", unix, to.text())
}

func dlgaStringToSign(r *Request, to output) Status {
	return callShared(to.failure, "imza_dlga_string_to_sign", requestOf(r), to.text())
}

func dlgaSignerNew(id string, secret []byte, out *signerObject, f *failure) Status {
	return made(out, f, "imza_dlga_signer_new", id, secret)
}

func dlgaSignerFree(s signerObject) { ended(s, "imza_dlga_signer_free") }

func dlgaSign(s signerObject, r *Request, buffer []byte, written *length, f *failure) Status {
	return call(s, f, "imza_dlga_sign", s.address, requestOf(r), engine.Text{Buffer: buffer, Length: written})
}

func dlgaSignAt(
	s signerObject, unix int64, r *Request, date []byte, dateWritten *length, buffer []byte, written *length, f *failure,
) Status {
	if status := call(s, f, "imza_dlga_date", unix, engine.Text{Buffer: date, Length: dateWritten}); status != statusOK {
		return status
	}
	request := *r
	request.Date = string(date[:*dateWritten])
	return dlgaSign(s, &request, buffer, written, f)
}

func dlgaVerifierNew(out *verifierObject, f *failure) Status {
	return made(out, f, "imza_dlga_verifier_new")
}

func dlgaVerifierFree(v verifierObject) { ended(v, "imza_dlga_verifier_free") }

func dlgaVerifierAddKey(v verifierObject, id string, secret []byte, f *failure) Status {
	return call(v, f, "imza_dlga_verifier_add_key", v.address, id, secret)
}

func dlgaVerifierWindow(v verifierObject, past, future int64, f *failure) Status {
	return call(v, f, "imza_dlga_verifier_window", v.address, past, future)
}

func dlgaVerifierIgnoreClock(v verifierObject, f *failure) Status {
	return call(v, f, "imza_dlga_verifier_ignore_clock", v.address)
}

func dlgaVerify(v verifierObject, r *Request, authorization, requester string, now int64, f *failure) Status {
	return call(v, f, "imza_dlga_verify", v.address, requestOf(r), authorization, requester, now)
}

func dlgaVerifyStreamBegin(
	v verifierObject, method string, headers []field, bodyLine BodyLine, out *streamObject, f *failure,
) Status {
	return madeIn(v, out, f, "imza_dlga_verify_stream_begin_headers",
		v.address, method, "", fieldsFor(headers), int32(bodyLine))
}

func dlgaVerifyStreamEnd(s streamObject, body []byte, resource string, now int64, f *failure) Status {
	// In pieces, since memory that the library once had is given back only when the verifier ends.
	const piece = 1 << 16
	for len(body) > 0 {
		n := min(len(body), piece)
		if status := call(s, f, "imza_dlga_verify_stream_update", s.address, body[:n]); status != statusOK {
			return status
		}
		body = body[n:]
	}
	return call(s, f, "imza_dlga_verify_stream_finish", s.address, resource, now)
}

func dlgaVerifyStreamFree(s streamObject) { _, _ = s.Call("imza_dlga_verify_stream_free", s.address) }

func dlgaExplainerNew(out *explainerObject, f *failure) Status {
	return made(out, f, "imza_dlga_explainer_new")
}

func dlgaExplainerFree(x explainerObject) { ended(x, "imza_dlga_explainer_free") }

func dlgaExplainerAddKey(x explainerObject, id string, secret []byte, f *failure) Status {
	return call(x, f, "imza_dlga_explainer_add_key", x.address, id, secret)
}

func dlgaExplainerAt(x explainerObject, now, past, future int64, f *failure) Status {
	return call(x, f, "imza_dlga_explainer_at", x.address, now, past, future)
}

func dlgaExplain(
	x explainerObject, r *Request, authorization, requester string, out *explanationObject, f *failure,
) Status {
	return madeIn(x, out, f, "imza_dlga_explain", x.address, requestOf(r), authorization, requester)
}

func dlgaExplainHeaders(x explainerObject, r *Request, headers []field, out *explanationObject, f *failure) Status {
	return madeIn(x, out, f, "imza_dlga_explain_headers", x.address, requestOf(r), fieldsFor(headers))
}

// Haso's requestToken. Without a key, the salt keys the HMAC (HASO-4).

func hasoMerchantNew(id string, key, salt []byte, out *merchantObject, f *failure) Status {
	return made(out, f, "imza_haso_merchant_new", id, key, salt)
}

func hasoMerchantNewSaltKeyed(id string, salt []byte, out *merchantObject, f *failure) Status {
	return made(out, f, "imza_haso_merchant_new_salt_keyed", id, salt)
}

func hasoMerchantFree(m merchantObject) { ended(m, "imza_haso_merchant_free") }

func hasoMerchantAddOlderSecret(m merchantObject, key, salt []byte, f *failure) Status {
	return call(m, f, "imza_haso_merchant_add_older_secret", m.address, key, salt)
}

func hasoMerchantAddOlderSalt(m merchantObject, salt []byte, f *failure) Status {
	return call(m, f, "imza_haso_merchant_add_older_salt", m.address, salt)
}

func hasoRecipeFind(endpoint string, out *recipeObject, f *failure) Status {
	return recipeMade(&recipeCalls{make: "imza_haso_recipe_find", text: endpoint}, out, f)
}

func hasoRecipeParse(printed string, out *recipeObject, f *failure) Status {
	return recipeMade(&recipeCalls{make: "imza_haso_recipe_parse", text: printed}, out, f)
}

// recipeMade makes a recipe once, so that it is known to be one.
func recipeMade(r *recipeCalls, out *recipeObject, f *failure) Status {
	in, err := shared()
	if err != nil {
		f.err = err
		return ErrPanic
	}
	status := r.in(in, f, func(uint32) Status { return statusOK })
	if status == statusOK {
		*out = r
	}
	return status
}

func hasoRecipeFree(recipeObject) {}

func hasoRecipeWithoutFieldChecks(r recipeObject, f *failure) Status {
	return r.change("imza_haso_recipe_without_field_checks", f)
}

func hasoRecipeIgnoringOtherFields(r recipeObject, f *failure) Status {
	return r.change("imza_haso_recipe_ignoring_other_fields", f)
}

// change adds a call, if the recipe can be made with it.
func (r *recipeCalls) change(function string, f *failure) Status {
	for _, change := range r.changes {
		if change == function {
			return statusOK
		}
	}
	changed := *r
	changed.changes = append(changed.changes[:len(r.changes):len(r.changes)], function)
	made := r
	status := recipeMade(&changed, &made, f)
	if status == statusOK {
		*r = changed
	}
	return status
}

func hasoRecipePrint(r recipeObject, to output) Status {
	in, err := shared()
	if err != nil {
		to.failure.err = err
		return ErrPanic
	}
	return r.in(in, to.failure, func(recipe uint32) Status {
		return call(in, to.failure, "imza_haso_recipe_print", recipe, to.text())
	})
}

func hasoToken(m merchantObject, r recipeObject, fields []field, to output) Status {
	return r.in(m, to.failure, func(recipe uint32) Status {
		return call(m, to.failure, "imza_haso_token", m.address, recipe, fieldsFor(fields), to.text())
	})
}

func hasoMessage(m merchantObject, r recipeObject, fields []field, to output) Status {
	return r.in(m, to.failure, func(recipe uint32) Status {
		return call(m, to.failure, "imza_haso_message", m.address, recipe, fieldsFor(fields), to.text())
	})
}

func hasoVerify(m merchantObject, r recipeObject, fields []field, token string, f *failure) Status {
	return r.in(m, f, func(recipe uint32) Status {
		return call(m, f, "imza_haso_verify", m.address, recipe, fieldsFor(fields), token)
	})
}

func hasoExplainerNew(id string, key, salt []byte, out *hasoExplainer, f *failure) Status {
	return made(out, f, "imza_haso_explainer_new", id, key, salt)
}

func hasoExplainerNewSaltKeyed(id string, salt []byte, out *hasoExplainer, f *failure) Status {
	return made(out, f, "imza_haso_explainer_new_salt_keyed", id, salt)
}

func hasoExplainerFree(x hasoExplainer) { ended(x, "imza_haso_explainer_free") }

func hasoExplainerAddOlderSecret(x hasoExplainer, key, salt []byte, f *failure) Status {
	return call(x, f, "imza_haso_explainer_add_older_secret", x.address, key, salt)
}

func hasoExplainerAddOlderSalt(x hasoExplainer, salt []byte, f *failure) Status {
	return call(x, f, "imza_haso_explainer_add_older_salt", x.address, salt)
}

func hasoExplain(
	x hasoExplainer, r recipeObject, fields []field, token string, out *explanationObject, f *failure,
) Status {
	return r.in(x, f, func(recipe uint32) Status {
		return madeIn(x, out, f, "imza_haso_explain", x.address, recipe, fieldsFor(fields), token)
	})
}

func hasoDiscovererNew(id string, key, salt []byte, out *discovererObject, f *failure) Status {
	return made(out, f, "imza_haso_discoverer_new", id, key, salt)
}

func hasoDiscovererNewSaltKeyed(id string, salt []byte, out *discovererObject, f *failure) Status {
	return made(out, f, "imza_haso_discoverer_new_salt_keyed", id, salt)
}

func hasoDiscovererFree(d discovererObject) { ended(d, "imza_haso_discoverer_free") }

func hasoDiscovererAddSample(d discovererObject, fields []field, token string, f *failure) Status {
	return call(d, f, "imza_haso_discoverer_add_sample", d.address, fieldsFor(fields), token)
}

func hasoDiscover(d discovererObject, mostTries uint32, out *discoveryObject, f *failure) Status {
	return madeIn(d, out, f, "imza_haso_discover", d.address, mostTries)
}

func discoveryFree(d discoveryObject)      { _, _ = d.Call("imza_haso_discovery_free", d.address) }
func discoveryCount(d discoveryObject) int { return d.number("imza_haso_discovery_count") }
func discoveryTried(d discoveryObject) int { return d.number("imza_haso_discovery_tried") }
func discoveryIsComplete(d discoveryObject) bool {
	return d.number("imza_haso_discovery_is_complete") != 0
}

func discoveryRecipe(d discoveryObject, index int, to output) Status {
	return call(d, to.failure, "imza_haso_discovery_recipe", d.address, uint32(index), to.text())
}

func discoveryHmacKey(d discoveryObject, index int, to output) Status {
	return call(d, to.failure, "imza_haso_discovery_hmac_key", d.address, uint32(index), to.text())
}

func discoveryNotes(d discoveryObject, to output) Status {
	return call(d, to.failure, "imza_haso_discovery_notes", d.address, to.text())
}

// An explanation.

func explanationFree(e explanationObject) { _, _ = e.Call("imza_explanation_free", e.address) }

func explanationIsValid(e explanationObject) bool { return e.number("imza_explanation_is_valid") != 0 }
func explanationWasCutShort(e explanationObject) bool {
	return e.number("imza_explanation_was_cut_short") != 0
}
func explanationTried(e explanationObject) int      { return e.number("imza_explanation_tried") }
func explanationMatchCount(e explanationObject) int { return e.number("imza_explanation_match_count") }

func (o *object) number(function string) int {
	number, _ := o.Call(function, o.address)
	return int(uint32(number))
}

func explanationMatch(e explanationObject, index int, to output) Status {
	return call(e, to.failure, "imza_explanation_match", e.address, uint32(index), to.text())
}

func explanationRefusal(e explanationObject, to output) Status {
	return call(e, to.failure, "imza_explanation_refusal", e.address, to.text())
}

func explanationNotes(e explanationObject, to output) Status {
	return call(e, to.failure, "imza_explanation_notes", e.address, to.text())
}

func explanationSignedText(e explanationObject, to output) Status {
	return call(e, to.failure, "imza_explanation_signed_text", e.address, to.text())
}

func explanationSignedHex(e explanationObject, to output) Status {
	return call(e, to.failure, "imza_explanation_signed_hex", e.address, to.text())
}

func explanationText(e explanationObject, to output) Status {
	return call(e, to.failure, "imza_explanation_text", e.address, to.text())
}
