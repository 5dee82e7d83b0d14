package imza

import (
	"net/url"
	"sort"
)

// Merchant is a merchant's credentials, ready to make and verify Haso's tokens.
type Merchant struct {
	_ noCopy
	*handle[merchantObject]
	id string
}

// Fields is posted fields by name, such as {"customerId": "5500123"}.
type Fields map[string]string

// NewMerchant prepares credentials: the bytes of key and salt as they were handed out. The merchant key
// keys the HMAC (HASO-4). An empty one is [ErrInvalidArgument] (HASO-10).
func NewMerchant(merchantID string, key, salt []byte) (*Merchant, error) {
	return newMerchant(merchantID, func(out *merchantObject, f *failure) Status {
		return hasoMerchantNew(merchantID, key, salt, out, f)
	})
}

// NewSaltKeyedMerchant prepares the credentials of a merchant who was given only a salt: it keys the
// HMAC, and still stands in the message (HASO-4's other reading).
func NewSaltKeyedMerchant(merchantID string, salt []byte) (*Merchant, error) {
	return newMerchant(merchantID, func(out *merchantObject, f *failure) Status {
		return hasoMerchantNewSaltKeyed(merchantID, salt, out, f)
	})
}

func newMerchant(id string, prepare func(*merchantObject, *failure) Status) (*Merchant, error) {
	object, err := newHandle(prepare, hasoMerchantFree)
	if err != nil {
		return nil, err
	}
	return &Merchant{handle: object, id: id}, nil
}

// AddOlderSecret adds a key and salt that [Merchant.Verify] accepts too, for a rotation (HASO-11). What
// tokens are made with has the index 0, the first older one 1.
func (m *Merchant) AddOlderSecret(key, salt []byte) error {
	return m.change(func(merchant merchantObject, f *failure) Status {
		return hasoMerchantAddOlderSecret(merchant, key, salt, f)
	})
}

// AddOlderSalt is [Merchant.AddOlderSecret] for a salt that keys the HMAC.
func (m *Merchant) AddOlderSalt(salt []byte) error {
	return m.change(func(merchant merchantObject, f *failure) Status {
		return hasoMerchantAddOlderSalt(merchant, salt, f)
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
	err = m.with(recipe, func(merchant merchantObject, terms recipeObject) error {
		posted := fieldsOf(fields)
		text, err = writing(256, func(to output) Status { return hasoMessage(merchant, terms, posted, to) })
		return err
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
	err = m.with(recipe, func(merchant merchantObject, terms recipeObject) error {
		buffer, length, failure := make([]byte, signatureChars+1), length(0), newFailure()
		if hasoToken(merchant, terms, fields, output{buffer, &length, &failure}) != statusOK {
			return errorOf(failure)
		}
		token = written(buffer, length)
		return nil
	})
	return token, err
}

func (m *Merchant) verify(recipe *Recipe, fields []field, token string) (index int, err error) {
	index = -1
	err = m.with(recipe, func(merchant merchantObject, terms recipeObject) error {
		failure := newFailure()
		if hasoVerify(merchant, terms, fields, token, &failure) != statusOK {
			return errorOf(failure)
		}
		index = keyIndex(&failure)
		return nil
	})
	return index, err
}

// with lends merchant and recipe to f.
func (m *Merchant) with(recipe *Recipe, f func(merchantObject, recipeObject) error) error {
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
	return f(merchant, terms)
}

// field is one posted field, or a header.
type field struct{ name, value string }

// byName sorts fields by name; sort.Stable keeps the order of those with one name.
type byName []field

func (f byName) Len() int           { return len(f) }
func (f byName) Less(i, j int) bool { return f[i].name < f[j].name }
func (f byName) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }

// fieldsOf lists fields by name, so that of several faults the same one is told every time.
func fieldsOf(fields Fields) []field {
	list := make([]field, 0, len(fields))
	for name, value := range fields {
		list = append(list, field{name, value})
	}
	sort.Stable(byName(list))
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
	sort.Stable(byName(list))
	return list
}
