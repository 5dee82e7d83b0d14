//go:build cgo && !imza_wasm

package imza

// The library's functions as this package calls them, each by cgo. library_wazero.go has the same ones.

// #include "shim.h"
import "C"

import (
	"runtime"
	"unsafe"
)

type (
	signerObject      = *C.imza_dlga_signer
	verifierObject    = *C.imza_dlga_verifier
	streamObject      = *C.imza_dlga_verify_stream
	explainerObject   = *C.imza_dlga_explainer
	merchantObject    = *C.imza_haso_merchant
	recipeObject      = *C.imza_haso_recipe
	hasoExplainer     = *C.imza_haso_explainer
	explanationObject = *C.imza_explanation
	discovererObject  = *C.imza_haso_discoverer
	discoveryObject   = *C.imza_haso_discovery

	// length is a size_t for C to fill.
	length = C.size_t
	// failure is what C says of a call, an error or not.
	failure = C.imza_error
)

// newFailure is a failure for C to fill.
func newFailure() failure { return C.imza_error{struct_size: C.sizeof_imza_error} }

// errorOf makes an error of what C filled; a copy, so that the failure itself can be on the stack.
func errorOf(f failure) error {
	return newError(Status(f.status), int(f.key_index), C.GoString(&f.field[0]),
		int(f.offset), // C's SIZE_MAX is -1 here.
		C.GoString(&f.message[0]))
}

func keyIndex(f *failure) int { return int(f.key_index) }

func statusName(s Status) string { return C.GoString(C.imza_status_name(C.imza_status(s))) }
func statusHTTP(s Status) int    { return int(C.imza_status_http(C.imza_status(s))) }
func statusVendorText(s Status) string {
	return C.GoString(C.imza_status_vendor_text(C.imza_status(s)))
}

// chars lends the bytes of a string to C, for the time of a call, without a copy.
func chars(text string) *C.char { return (*C.char)(unsafe.Pointer(unsafe.StringData(text))) }

// data is chars for a slice.
func data(text []byte) *C.char { return (*C.char)(unsafe.Pointer(unsafe.SliceData(text))) }

// size is the length of a text as C has it.
func size[T string | []byte](text T) C.size_t { return C.size_t(len(text)) }

// lent lends names and values to C. They point to Go's own texts, which therefore stay where they are
// until the pinner lets go of them.
func lent(pinner *runtime.Pinner, fields []field) (first *C.imza_field, count C.size_t) {
	array := make([]C.imza_field, len(fields))
	for i, field := range fields {
		array[i].name, array[i].value = pinned(pinner, field.name), pinned(pinner, field.value)
	}
	return unsafe.SliceData(array), C.size_t(len(array))
}

// pinned lends a text to C that stays where it is until the pinner lets go of it.
func pinned(pinner *runtime.Pinner, text string) C.imza_str {
	if text == "" {
		return C.imza_str{}
	}
	text = pin(pinner, text)
	return C.imza_str{ptr: chars(text), len: size(text)}
}

// Diyalog's DLGA.

func dlgaDate(unix int64, to output) Status {
	return Status(C.imza_dlga_date(C.int64_t(unix), data(to.buffer), size(to.buffer), to.length, to.failure))
}

func dlgaStringToSign(r *Request, to output) Status {
	return Status(C.go_dlga_string_to_sign(
		chars(r.Method), size(r.Method), chars(r.ContentType), size(r.ContentType), chars(r.Date), size(r.Date),
		chars(r.Resource), size(r.Resource), data(r.Body), size(r.Body), C.int32_t(r.BodyLine),
		data(to.buffer), size(to.buffer), to.length, to.failure))
}

func dlgaSignerNew(id string, secret []byte, out *signerObject, f *failure) Status {
	return Status(C.go_dlga_signer_new(chars(id), size(id), data(secret), size(secret), out, f))
}

func dlgaSignerFree(s signerObject) { C.imza_dlga_signer_free(s) }

func dlgaSign(s signerObject, r *Request, buffer []byte, written *length, f *failure) Status {
	return Status(C.go_dlga_sign(s,
		chars(r.Method), size(r.Method), chars(r.ContentType), size(r.ContentType), chars(r.Date), size(r.Date),
		chars(r.Resource), size(r.Resource), data(r.Body), size(r.Body), C.int32_t(r.BodyLine),
		data(buffer), size(buffer), written, f))
}

// dlgaSignAt writes the date of a time, and signs a request with it, whose own date does not count.
func dlgaSignAt(
	s signerObject, unix int64, r *Request, date []byte, dateWritten *length, buffer []byte, written *length, f *failure,
) Status {
	return Status(C.go_dlga_sign_at(s, C.int64_t(unix),
		chars(r.Method), size(r.Method), chars(r.ContentType), size(r.ContentType), chars(r.Resource), size(r.Resource),
		data(r.Body), size(r.Body), C.int32_t(r.BodyLine),
		data(date), dateWritten, data(buffer), size(buffer), written, f))
}

func dlgaVerifierNew(out *verifierObject, f *failure) Status {
	return Status(C.imza_dlga_verifier_new(out, f))
}

func dlgaVerifierFree(v verifierObject) { C.imza_dlga_verifier_free(v) }

func dlgaVerifierAddKey(v verifierObject, id string, secret []byte, f *failure) Status {
	return Status(C.go_dlga_verifier_add_key(v, chars(id), size(id), data(secret), size(secret), f))
}

func dlgaVerifierWindow(v verifierObject, past, future int64, f *failure) Status {
	return Status(C.imza_dlga_verifier_window(v, C.int64_t(past), C.int64_t(future), f))
}

func dlgaVerifierIgnoreClock(v verifierObject, f *failure) Status {
	return Status(C.imza_dlga_verifier_ignore_clock(v, f))
}

func dlgaVerify(v verifierObject, r *Request, authorization, requester string, now int64, f *failure) Status {
	return Status(C.go_dlga_verify(v,
		chars(r.Method), size(r.Method), chars(r.ContentType), size(r.ContentType), chars(r.Date), size(r.Date),
		chars(r.Resource), size(r.Resource), data(r.Body), size(r.Body), C.int32_t(r.BodyLine),
		chars(authorization), size(authorization), chars(requester), size(requester), C.int64_t(now), f))
}

func dlgaVerifyStreamBegin(
	v verifierObject, method string, headers []field, bodyLine BodyLine, out *streamObject, f *failure,
) Status {
	var pinner runtime.Pinner
	defer pinner.Unpin()
	first, count := lent(&pinner, headers)
	return Status(C.go_dlga_verify_stream_begin(v, chars(method), size(method), first, count, C.int32_t(bodyLine), out, f))
}

func dlgaVerifyStreamEnd(s streamObject, body []byte, resource string, now int64, f *failure) Status {
	return Status(C.go_dlga_verify_stream_end(s,
		data(body), size(body), chars(resource), size(resource), C.int64_t(now), f))
}

func dlgaVerifyStreamFree(s streamObject) { C.imza_dlga_verify_stream_free(s) }

func dlgaExplainerNew(out *explainerObject, f *failure) Status {
	return Status(C.imza_dlga_explainer_new(out, f))
}

func dlgaExplainerFree(x explainerObject) { C.imza_dlga_explainer_free(x) }

func dlgaExplainerAddKey(x explainerObject, id string, secret []byte, f *failure) Status {
	return Status(C.go_dlga_explainer_add_key(x, chars(id), size(id), data(secret), size(secret), f))
}

func dlgaExplainerAt(x explainerObject, now, past, future int64, f *failure) Status {
	return Status(C.imza_dlga_explainer_at(x, C.int64_t(now), C.int64_t(past), C.int64_t(future), f))
}

func dlgaExplain(
	x explainerObject, r *Request, authorization, requester string, out *explanationObject, f *failure,
) Status {
	return Status(C.go_dlga_explain(x,
		chars(r.Method), size(r.Method), chars(r.ContentType), size(r.ContentType), chars(r.Date), size(r.Date),
		chars(r.Resource), size(r.Resource), data(r.Body), size(r.Body), C.int32_t(r.BodyLine),
		chars(authorization), size(authorization), chars(requester), size(requester), out, f))
}

func dlgaExplainHeaders(x explainerObject, r *Request, headers []field, out *explanationObject, f *failure) Status {
	var pinner runtime.Pinner
	defer pinner.Unpin()
	first, count := lent(&pinner, headers)
	return Status(C.go_dlga_explain_headers(x,
		chars(r.Method), size(r.Method), chars(r.ContentType), size(r.ContentType),
		chars(r.Resource), size(r.Resource), data(r.Body), size(r.Body), C.int32_t(r.BodyLine),
		first, count, out, f))
}

// Haso's requestToken. Without a key, the salt keys the HMAC (HASO-4).

func hasoMerchantNew(id string, key, salt []byte, out *merchantObject, f *failure) Status {
	return Status(C.go_haso_merchant_new(chars(id), size(id), data(key), size(key), data(salt), size(salt), out, f))
}

func hasoMerchantNewSaltKeyed(id string, salt []byte, out *merchantObject, f *failure) Status {
	return Status(C.go_haso_merchant_new_salt_keyed(chars(id), size(id), data(salt), size(salt), out, f))
}

func hasoMerchantFree(m merchantObject) { C.imza_haso_merchant_free(m) }

func hasoMerchantAddOlderSecret(m merchantObject, key, salt []byte, f *failure) Status {
	return Status(C.go_haso_merchant_add_older_secret(m, data(key), size(key), data(salt), size(salt), f))
}

func hasoMerchantAddOlderSalt(m merchantObject, salt []byte, f *failure) Status {
	return Status(C.go_haso_merchant_add_older_salt(m, data(salt), size(salt), f))
}

func hasoRecipeFind(endpoint string, out *recipeObject, f *failure) Status {
	return Status(C.go_haso_recipe_find(chars(endpoint), size(endpoint), out, f))
}

func hasoRecipeParse(printed string, out *recipeObject, f *failure) Status {
	return Status(C.go_haso_recipe_parse(chars(printed), size(printed), out, f))
}

func hasoRecipeFree(r recipeObject) { C.imza_haso_recipe_free(r) }

func hasoRecipeWithoutFieldChecks(r recipeObject, f *failure) Status {
	return Status(C.imza_haso_recipe_without_field_checks(r, f))
}

func hasoRecipeIgnoringOtherFields(r recipeObject, f *failure) Status {
	return Status(C.imza_haso_recipe_ignoring_other_fields(r, f))
}

func hasoRecipePrint(r recipeObject, to output) Status {
	return Status(C.imza_haso_recipe_print(r, data(to.buffer), size(to.buffer), to.length, to.failure))
}

func hasoToken(m merchantObject, r recipeObject, fields []field, to output) Status {
	var pinner runtime.Pinner
	defer pinner.Unpin()
	first, count := lent(&pinner, fields)
	return Status(C.imza_haso_token(m, r, first, count, data(to.buffer), size(to.buffer), to.length, to.failure))
}

func hasoMessage(m merchantObject, r recipeObject, fields []field, to output) Status {
	var pinner runtime.Pinner
	defer pinner.Unpin()
	first, count := lent(&pinner, fields)
	return Status(C.imza_haso_message(m, r, first, count, data(to.buffer), size(to.buffer), to.length, to.failure))
}

func hasoVerify(m merchantObject, r recipeObject, fields []field, token string, f *failure) Status {
	var pinner runtime.Pinner
	defer pinner.Unpin()
	first, count := lent(&pinner, fields)
	return Status(C.go_haso_verify(m, r, first, count, chars(token), size(token), f))
}

func hasoExplainerNew(id string, key, salt []byte, out *hasoExplainer, f *failure) Status {
	return Status(C.go_haso_explainer_new(chars(id), size(id), data(key), size(key), data(salt), size(salt), out, f))
}

func hasoExplainerNewSaltKeyed(id string, salt []byte, out *hasoExplainer, f *failure) Status {
	return Status(C.go_haso_explainer_new_salt_keyed(chars(id), size(id), data(salt), size(salt), out, f))
}

func hasoExplainerFree(x hasoExplainer) { C.imza_haso_explainer_free(x) }

func hasoExplainerAddOlderSecret(x hasoExplainer, key, salt []byte, f *failure) Status {
	return Status(C.go_haso_explainer_add_older_secret(x, data(key), size(key), data(salt), size(salt), f))
}

func hasoExplainerAddOlderSalt(x hasoExplainer, salt []byte, f *failure) Status {
	return Status(C.go_haso_explainer_add_older_salt(x, data(salt), size(salt), f))
}

func hasoExplain(
	x hasoExplainer, r recipeObject, fields []field, token string, out *explanationObject, f *failure,
) Status {
	var pinner runtime.Pinner
	defer pinner.Unpin()
	first, count := lent(&pinner, fields)
	return Status(C.go_haso_explain(x, r, first, count, chars(token), size(token), out, f))
}

func hasoDiscovererNew(id string, key, salt []byte, out *discovererObject, f *failure) Status {
	return Status(C.go_haso_discoverer_new(chars(id), size(id), data(key), size(key), data(salt), size(salt), out, f))
}

func hasoDiscovererNewSaltKeyed(id string, salt []byte, out *discovererObject, f *failure) Status {
	return Status(C.go_haso_discoverer_new_salt_keyed(chars(id), size(id), data(salt), size(salt), out, f))
}

func hasoDiscovererFree(d discovererObject) { C.imza_haso_discoverer_free(d) }

func hasoDiscovererAddSample(d discovererObject, fields []field, token string, f *failure) Status {
	var pinner runtime.Pinner
	defer pinner.Unpin()
	first, count := lent(&pinner, fields)
	return Status(C.go_haso_discoverer_add_sample(d, first, count, chars(token), size(token), f))
}

func hasoDiscover(d discovererObject, mostTries uint32, out *discoveryObject, f *failure) Status {
	return Status(C.imza_haso_discover(d, C.size_t(mostTries), out, f))
}

func discoveryFree(d discoveryObject)            { C.imza_haso_discovery_free(d) }
func discoveryCount(d discoveryObject) int       { return int(C.imza_haso_discovery_count(d)) }
func discoveryTried(d discoveryObject) int       { return int(C.imza_haso_discovery_tried(d)) }
func discoveryIsComplete(d discoveryObject) bool { return C.imza_haso_discovery_is_complete(d) != 0 }

func discoveryRecipe(d discoveryObject, index int, to output) Status {
	return Status(C.imza_haso_discovery_recipe(d, C.size_t(index), data(to.buffer), size(to.buffer), to.length, to.failure))
}

func discoveryHmacKey(d discoveryObject, index int, to output) Status {
	return Status(C.imza_haso_discovery_hmac_key(d, C.size_t(index), data(to.buffer), size(to.buffer), to.length, to.failure))
}

func discoveryNotes(d discoveryObject, to output) Status {
	return Status(C.imza_haso_discovery_notes(d, data(to.buffer), size(to.buffer), to.length, to.failure))
}

// An explanation.

func explanationFree(e explanationObject)         { C.imza_explanation_free(e) }
func explanationIsValid(e explanationObject) bool { return C.imza_explanation_is_valid(e) != 0 }
func explanationWasCutShort(e explanationObject) bool {
	return C.imza_explanation_was_cut_short(e) != 0
}
func explanationTried(e explanationObject) int      { return int(C.imza_explanation_tried(e)) }
func explanationMatchCount(e explanationObject) int { return int(C.imza_explanation_match_count(e)) }

func explanationMatch(e explanationObject, index int, to output) Status {
	return Status(C.imza_explanation_match(e, C.size_t(index), data(to.buffer), size(to.buffer), to.length, to.failure))
}

func explanationRefusal(e explanationObject, to output) Status {
	return Status(C.imza_explanation_refusal(e, data(to.buffer), size(to.buffer), to.length, to.failure))
}

func explanationNotes(e explanationObject, to output) Status {
	return Status(C.imza_explanation_notes(e, data(to.buffer), size(to.buffer), to.length, to.failure))
}

func explanationSignedText(e explanationObject, to output) Status {
	return Status(C.imza_explanation_signed_text(e, data(to.buffer), size(to.buffer), to.length, to.failure))
}

func explanationSignedHex(e explanationObject, to output) Status {
	return Status(C.imza_explanation_signed_hex(e, data(to.buffer), size(to.buffer), to.length, to.failure))
}

func explanationText(e explanationObject, to output) Status {
	return Status(C.imza_explanation_text(e, data(to.buffer), size(to.buffer), to.length, to.failure))
}
