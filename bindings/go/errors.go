package imza

// #include "shim.h"
import "C"

import "fmt"

// Status is what the library answers with: one of the constants below, whose numbers never change.
// It is an error too, and every [*Error] wraps its own: errors.Is(err, imza.ErrClockSkew).
type Status int32

// What can be wrong with an argument, and a fault of the library's own.
const (
	// An argument that cannot be worked with: a part of the request that DLGA-13 forbids, an empty
	// credential (HASO-10), a time outside the years 1970 to 9999 (DLGA-19).
	ErrInvalidArgument Status = C.IMZA_INVALID_ARGUMENT
	// A fault in the library itself, which was caught. Please report it.
	ErrPanic Status = C.IMZA_PANIC
)

// Diyalog's verdicts (DLGA-14), in the order in which they are looked for (DLGA-15).
const (
	// A required header is missing or empty: 400.
	ErrHeadersMissing Status = C.IMZA_DLGA_HEADERS_MISSING
	// The authorization header, or another part of the request, is not in its format: 400.
	ErrFormatInvalid Status = C.IMZA_DLGA_FORMAT_INVALID
	// The date is not in the pattern, or does not exist: 400.
	ErrDateInvalid Status = C.IMZA_DLGA_DATE_INVALID
	// The signature is wrong, or no key is held for the access key id: 401.
	ErrSignatureMismatch Status = C.IMZA_DLGA_SIGNATURE_MISMATCH
	// The signature is right, but date and clock differ too much: 403.
	ErrClockSkew Status = C.IMZA_DLGA_CLOCK_SKEW
)

// What can be wrong with Haso's fields, recipes and tokens.
const (
	// A required field is absent or empty (HASO-9).
	ErrFieldMissing Status = C.IMZA_HASO_FIELD_MISSING
	// The method has no field of this name (HASO-9).
	ErrFieldUnknown Status = C.IMZA_HASO_FIELD_UNKNOWN
	// A field is given twice (HASO-9).
	ErrFieldDuplicate Status = C.IMZA_HASO_FIELD_DUPLICATE
	// A field's value is not in its shape (HASO-7, HASO-8, HASO-10).
	ErrFieldInvalid Status = C.IMZA_HASO_FIELD_INVALID
	// A line is no recipe (HASO-2).
	ErrRecipeInvalid Status = C.IMZA_HASO_RECIPE_INVALID
	// The vendor's public pages print no recipe for a method of this name or path.
	ErrRecipeUnknown Status = C.IMZA_HASO_RECIPE_UNKNOWN
	// The token is not canonical base64 of 32 bytes (HASO-11).
	ErrTokenMalformed Status = C.IMZA_HASO_TOKEN_MALFORMED
	// The token is another one than the merchant's secrets make of these fields (HASO-11).
	ErrTokenMismatch Status = C.IMZA_HASO_TOKEN_MISMATCH
)

// String is the status's name in the C header, such as "IMZA_DLGA_CLOCK_SKEW".
func (s Status) String() string { return C.GoString(C.imza_status_name(C.imza_status(s))) }

// Error is [Status.String].
func (s Status) Error() string { return s.String() }

// HTTPStatus is the status with which Diyalog answers such a request (DLGA-14); 0 where there is none.
func (s Status) HTTPStatus() int { return int(C.imza_status_http(C.imza_status(s))) }

// VendorText is the text with which Diyalog answers such a request (DLGA-14); "" where there is none.
func (s Status) VendorText() string { return C.GoString(C.imza_status_vendor_text(C.imza_status(s))) }

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

// newFailure is an imza_error for C to fill.
func newFailure() C.imza_error { return C.imza_error{struct_size: C.sizeof_imza_error} }

// errorOf makes an error of what C filled.
func errorOf(failure C.imza_error) *Error {
	status := Status(failure.status)
	return &Error{
		Status:     status,
		HTTPStatus: status.HTTPStatus(),
		VendorText: status.VendorText(),
		KeyIndex:   int(failure.key_index),
		Field:      C.GoString(&failure.field[0]),
		Offset:     int(failure.offset), // C's SIZE_MAX is -1 here.
		Message:    C.GoString(&failure.message[0]),
	}
}

// errorf makes an error for what C never sees: the HTTP request around the signature.
func errorf(status Status, field string, offset int, format string, arguments ...any) error {
	return &Error{
		Status:     status,
		HTTPStatus: status.HTTPStatus(),
		VendorText: status.VendorText(),
		KeyIndex:   -1,
		Field:      field,
		Offset:     offset,
		Message:    fmt.Sprintf(format, arguments...),
	}
}
