package imza

import "fmt"

// Status is what the library answers with: one of the constants below, whose numbers never change.
// It is an error too, and every [*Error] wraps its own: errors.Is(err, imza.ErrClockSkew).
type Status int32

// What the package itself sees to.
const (
	statusOK       Status = 0
	bufferTooSmall Status = 2
)

// What can be wrong with an argument, and a fault of the library's own.
const (
	// An argument that cannot be worked with: a part of the request that DLGA-13 forbids, an empty
	// credential (HASO-10), a time outside the years 1970 to 9999 (DLGA-19).
	ErrInvalidArgument Status = 3
	// A fault in the library itself, which was caught. Please report it.
	ErrPanic Status = 4
)

// Diyalog's verdicts (DLGA-14), in the order in which they are looked for (DLGA-15).
const (
	// A required header is missing or empty: 400.
	ErrHeadersMissing Status = 100
	// The authorization header, or another part of the request, is not in its format: 400.
	ErrFormatInvalid Status = 101
	// The date is not in the pattern, or does not exist: 400.
	ErrDateInvalid Status = 102
	// The signature is wrong, or no key is held for the access key id: 401.
	ErrSignatureMismatch Status = 103
	// The signature is right, but date and clock differ too much: 403.
	ErrClockSkew Status = 104
)

// What can be wrong with Haso's fields, recipes and tokens.
const (
	// A required field is absent or empty (HASO-9).
	ErrFieldMissing Status = 200
	// The method has no field of this name (HASO-9).
	ErrFieldUnknown Status = 201
	// A field is given twice (HASO-9).
	ErrFieldDuplicate Status = 202
	// A field's value is not in its shape (HASO-7, HASO-8, HASO-10).
	ErrFieldInvalid Status = 203
	// A line is no recipe (HASO-2).
	ErrRecipeInvalid Status = 204
	// The vendor's public pages print no recipe for a method of this name or path.
	ErrRecipeUnknown Status = 205
	// The token is not canonical base64 of 32 bytes (HASO-11).
	ErrTokenMalformed Status = 206
	// The token is another one than the merchant's secrets make of these fields (HASO-11).
	ErrTokenMismatch Status = 207
)

// String is the status's name in the C header, such as "IMZA_DLGA_CLOCK_SKEW".
func (s Status) String() string { return statusName(s) }

// Error is [Status.String].
func (s Status) Error() string { return s.String() }

// HTTPStatus is the status with which Diyalog answers such a request (DLGA-14); 0 where there is none.
func (s Status) HTTPStatus() int { return statusHTTP(s) }

// VendorText is the text with which Diyalog answers such a request (DLGA-14); "" where there is none.
func (s Status) VendorText() string { return statusVendorText(s) }

// Error says what is wrong, where, and what to do about it. It never holds a byte of a secret.
type Error struct {
	// Status is the kind of error.
	Status Status
	// HTTPStatus and VendorText are what Diyalog answers such a request with (DLGA-14); 0 and "" where
	// there is no such answer. A caller is told this, and the rest of the error only in a log.
	HTTPStatus int
	VendorText string
	// KeyIndex is the key that matched all the same, in the order of adding, where only the clock
	// refuses (DLGA-20); else -1.
	KeyIndex int
	// Field is the posted field of Haso's that is wrong; "" where the error is about none.
	Field string
	// Offset is the byte at which the offending value goes wrong; -1 where there is none.
	Offset int
	// Message is for people and logs: its wording can change.
	Message string
}

// Error is the message.
func (e *Error) Error() string { return "imza: " + e.Message }

// Unwrap is the status, so that errors.Is knows it.
func (e *Error) Unwrap() error { return e.Status }

func newError(status Status, keyIndex int, field string, offset int, message string) *Error {
	return &Error{
		Status:     status,
		HTTPStatus: status.HTTPStatus(),
		VendorText: status.VendorText(),
		KeyIndex:   keyIndex,
		Field:      field,
		Offset:     offset,
		Message:    message,
	}
}

// errorf makes an error for what the library never sees: the HTTP request around the signature.
func errorf(status Status, field string, offset int, format string, arguments ...any) error {
	return newError(status, -1, field, offset, fmt.Sprintf(format, arguments...))
}
