package imza

import "unsafe"

// written is the text that the library wrote into a buffer that is used for nothing else, without a copy.
func written(buffer []byte, length length) string {
	return unsafe.String(unsafe.SliceData(buffer), int(length))
}

// output is where a function of the library shall write a text, and what it says of it. The buffer has room for
// a NUL, too.
type output struct {
	buffer  []byte
	length  *length
	failure *failure
}

// writing calls a function of the library that writes a text of unknown length: once with a guess at
// its capacity, and again with the right one where the guess was too small.
func writing(guess int, write func(to output) Status) (string, error) {
	for capacity := guess; ; {
		buffer, length, failure := make([]byte, capacity), length(0), newFailure()
		switch write(output{buffer, &length, &failure}) {
		case statusOK:
			return written(buffer, length), nil
		case bufferTooSmall:
			capacity = int(length) + 1
		default:
			return "", errorOf(failure)
		}
	}
}
