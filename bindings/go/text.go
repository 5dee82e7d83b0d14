package imza

// #include "shim.h"
import "C"

import "unsafe"

// chars lends the bytes of a string to C, for the time of a call, without a copy.
func chars(text string) *C.char { return (*C.char)(unsafe.Pointer(unsafe.StringData(text))) }

// data is chars for a slice.
func data(text []byte) *C.char { return (*C.char)(unsafe.Pointer(unsafe.SliceData(text))) }

// size is the length of a text as C has it.
func size[T string | []byte](text T) C.size_t { return C.size_t(len(text)) }

// written is the text that C wrote into a buffer that is used for nothing else, without a copy.
func written(buffer []byte, length C.size_t) string {
	return unsafe.String(unsafe.SliceData(buffer), int(length))
}

// output is where a function of the library shall write a text, and what it shall tell in.
type output struct {
	buffer   *C.char
	capacity C.size_t // counts the NUL
	length   *C.size_t
	failure  *C.imza_error
}

// writing calls a function of the library that writes a text of unknown length: once with a guess at
// its capacity, and again with the right one where the guess was too small.
func writing(guess int, write func(to output) C.imza_status) (string, error) {
	for capacity := guess; ; {
		buffer, length, failure := make([]byte, capacity), C.size_t(0), newFailure()
		switch write(output{data(buffer), size(buffer), &length, &failure}) {
		case C.IMZA_OK:
			return written(buffer, length), nil
		case C.IMZA_BUFFER_TOO_SMALL:
			capacity = int(length) + 1
		default:
			return "", errorOf(failure)
		}
	}
}
