// Package engine is the seam between package imza and package imza/wasm, which knows how to run the library without
// cgo: imza says which function to call with what, imza/wasm how these things look in the memory of WebAssembly.
package engine

import "errors"

// ErrClosed is the error of a closed instance.
var ErrClosed = errors.New("the instance is closed")

// New makes an instance of the library; nil until imza/wasm is imported.
var New func() (Instance, error)

// Instance is the library with a memory of its own. It may be used by several goroutines: calls wait for one another.
type Instance interface {
	// Call calls a function of imza.h. Arguments are int32, uint32 (also for an object of the library's), int64, string
	// and []byte (an imza_str), Request, []Field (with its count), Text (a buffer, its capacity and its length),
	// *uint32 (an object to be made) and *Failure. It is an error where there was no answer: the instance is closed, or
	// the library's code ended in the middle, after which the instance is of no use.
	Call(function string, arguments ...any) (int32, error)
	// Broken is whether the library's code ended in the middle.
	Broken() bool
	// CString is the text that ends in a NUL at an address.
	CString(address uint32) string
	// Close wipes the memory and gives it back.
	Close()
}

// Request is an imza_dlga_request.
type Request struct {
	Method, ContentType, Date, Resource string
	Body                                []byte
	BodyLine                            int32
}

// Field is an imza_field.
type Field struct{ Name, Value string }

// Text is a buffer for a text with its NUL, and the length for the library to fill.
type Text struct {
	Buffer []byte
	Length *uint32
}

// Failure is an imza_error, filled by the library.
type Failure struct {
	Status, KeyIndex int32
	Offset           int // -1 where there is none
	Message, Field   string
}
