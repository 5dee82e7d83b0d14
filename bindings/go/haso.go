package imza

// #include "shim.h"
import "C"

import (
	"net/url"
	"runtime"
	"sort"
	"unsafe"
)

// Merchant is a merchant's credentials, ready to make and verify Haso's tokens.
type Merchant struct {
	_ noCopy
	*handle[*C.imza_haso_merchant]
	id string
}

// Fields is posted fields by name, such as {"customerId": "5500123"}.
type Fields map[string]string

// NewMerchant prepares credentials: the bytes of key and salt as they were handed out. The merchant key
// keys the HMAC (HASO-4). An empty one is [ErrInvalidArgument] (HASO-10).
func NewMerchant(merchantID string, key, salt []byte) (*Merchant, error) {
	return newMerchant(merchantID, func(object **C.imza_haso_merchant, failure *C.imza_error) C.imza_status {
		return C.go_haso_merchant_new(chars(merchantID), size(merchantID),
			data(key), size(key), data(salt), size(salt), object, failure)
	})
}

// NewSaltKeyedMerchant prepares the credentials of a merchant who was given only a salt: it keys the
// HMAC, and still stands in the message (HASO-4's other reading).
func NewSaltKeyedMerchant(merchantID string, salt []byte) (*Merchant, error) {
	return newMerchant(merchantID, func(object **C.imza_haso_merchant, failure *C.imza_error) C.imza_status {
		return C.go_haso_merchant_new_salt_keyed(chars(merchantID), size(merchantID),
			data(salt), size(salt), object, failure)
	})
}

func newMerchant(id string, prepare func(**C.imza_haso_merchant, *C.imza_error) C.imza_status) (*Merchant, error) {
	object, err := newHandle(prepare, func(merchant *C.imza_haso_merchant) { C.imza_haso_merchant_free(merchant) })
	if err != nil {
		return nil, err
	}
	return &Merchant{handle: object, id: id}, nil
}

// AddOlderSecret adds a key and salt that [Merchant.Verify] accepts too, for a rotation (HASO-11). What
// tokens are made with has the index 0, the first older one 1.
func (m *Merchant) AddOlderSecret(key, salt []byte) error {
	return m.change(func(merchant *C.imza_haso_merchant, failure *C.imza_error) C.imza_status {
		return C.go_haso_merchant_add_older_secret(merchant, data(key), size(key), data(salt), size(salt), failure)
	})
}

// AddOlderSalt is [Merchant.AddOlderSecret] for a salt that keys the HMAC.
func (m *Merchant) AddOlderSalt(salt []byte) error {
	return m.change(func(merchant *C.imza_haso_merchant, failure *C.imza_error) C.imza_status {
		return C.go_haso_merchant_add_older_salt(merchant, data(salt), size(salt), failure)
	})
}

// ID is the merchant id.
func (m *Merchant) ID() string { return m.id }

// Token makes the requestToken of posted fields: 44 characters.
//
// The error names the field: [ErrFieldMissing], [ErrFieldUnknown], [ErrFieldInvalid].
func (m *Merchant) Token(recipe *Recipe, fields Fields) (string, error) {
	return m.token(recipe, fieldsOf(fields))
}

// Verify verifies the requestToken of posted fields and tells which secret matched: 0 is the one that
// tokens are made with, then the older ones in the order of adding (HASO-11).
//
// The error is one of the fields as in [Merchant.Token], then [ErrTokenMalformed], then
// [ErrTokenMismatch].
func (m *Merchant) Verify(recipe *Recipe, fields Fields, token string) (keyIndex int, err error) {
	return m.verify(recipe, fieldsOf(fields), token)
}

// Message is what goes into the HMAC (HASO-1), to look at when a token does not match. The salt in it
// is shown as "[salt]".
func (m *Merchant) Message(recipe *Recipe, fields Fields) (text string, err error) {
	err = m.with(recipe, fieldsOf(fields), func(g given) error {
		text, err = writing(256, func(to output) C.imza_status {
			return C.imza_haso_message(g.merchant, g.recipe, g.fields, g.count, to.buffer, to.capacity, to.length, to.failure)
		})
		return g.naming(err)
	})
	return text, err
}

// SignForm adds merchantId and requestToken to the fields of a form that will be posted; a requestToken
// that stands there already is replaced. A recipe that was parsed refuses fields that it does not name,
// unless it ignores them (HASO-9). The errors are those of [Merchant.Token], and [ErrFieldDuplicate];
// the form is then as before.
func (m *Merchant) SignForm(recipe *Recipe, form url.Values) error {
	token, err := m.token(recipe, fieldsOfForm(form))
	if err != nil {
		return err
	}
	if form == nil {
		return errorf(ErrInvalidArgument, "", -1, "the form is nil")
	}
	form.Set("merchantId", m.id)
	form.Set(requestToken, token)
	return nil
}

// VerifyForm verifies the requestToken in a form that was posted, as [Merchant.Verify] does.
func (m *Merchant) VerifyForm(recipe *Recipe, form url.Values) (keyIndex int, err error) {
	if len(form[requestToken]) > 1 {
		return -1, errorf(ErrFieldDuplicate, requestToken, -1, "the field %s is given twice", requestToken)
	}
	return m.verify(recipe, fieldsOfForm(form), form.Get(requestToken))
}

const requestToken = "requestToken"

func (m *Merchant) token(recipe *Recipe, fields []field) (token string, err error) {
	err = m.with(recipe, fields, func(g given) error {
		buffer, length, failure := make([]byte, signatureChars+1), C.size_t(0), newFailure()
		status := C.imza_haso_token(g.merchant, g.recipe, g.fields, g.count,
			data(buffer), size(buffer), &length, &failure)
		if status != C.IMZA_OK {
			return g.naming(errorOf(failure))
		}
		token = written(buffer, length)
		return nil
	})
	return token, err
}

func (m *Merchant) verify(recipe *Recipe, fields []field, token string) (keyIndex int, err error) {
	keyIndex = -1
	err = m.with(recipe, fields, func(g given) error {
		failure := newFailure()
		if C.go_haso_verify(g.merchant, g.recipe, g.fields, g.count, chars(token), size(token), &failure) != C.IMZA_OK {
			return g.naming(errorOf(failure))
		}
		keyIndex = int(failure.key_index)
		return nil
	})
	return keyIndex, err
}

// with lends merchant, recipe and fields to C while f runs.
func (m *Merchant) with(recipe *Recipe, fields []field, f func(given) error) error {
	merchant, err := m.use()
	if err != nil {
		return err
	}
	defer m.done()
	terms, err := recipe.useAsArgument()
	if err != nil {
		return err
	}
	defer recipe.done()
	var pinner runtime.Pinner
	defer pinner.Unpin()
	first, count := lent(&pinner, fields)
	return f(given{merchant, terms, first, count})
}

// given is what every function of Haso's is given.
type given struct {
	merchant *C.imza_haso_merchant
	recipe   *C.imza_haso_recipe
	fields   *C.imza_field
	count    C.size_t
}

// naming gives an error that is about a field that field's name.
func (g given) naming(err error) error {
	e, ok := err.(*Error)
	if !ok || e.Status < ErrFieldMissing || e.Status > ErrFieldInvalid {
		return err
	}
	name, err := writing(65, func(to output) C.imza_status {
		return C.imza_haso_field_at_fault(g.merchant, g.recipe, g.fields, g.count,
			to.buffer, to.capacity, to.length, to.failure)
	})
	if err == nil {
		e.Field = name
	}
	return e
}

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

// field is one posted field, or a header.
type field struct{ name, value string }

// fieldsOf lists fields by name, so that of several faults the same one is told every time.
func fieldsOf(fields Fields) []field {
	list := make([]field, 0, len(fields))
	for name, value := range fields {
		list = append(list, field{name, value})
	}
	sort.Slice(list, func(i, j int) bool { return list[i].name < list[j].name })
	return list
}

// fieldsOfForm lists the fields of a form but for its token. One that stands there twice is listed twice.
func fieldsOfForm(form url.Values) []field {
	list := make([]field, 0, len(form))
	for name, values := range form {
		for _, value := range values {
			if name != requestToken {
				list = append(list, field{name, value})
			}
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].name < list[j].name })
	return list
}
