//go:build cgo && !imza_wasm && !go1.22

package imza

import (
	"runtime"
	"strings"
	"unsafe"
)

// pin keeps a text where it is until the pinner lets go of it: a copy, since this version of Go cannot
// pin a constant of the program.
func pin(pinner *runtime.Pinner, text string) string {
	text = strings.Clone(text)
	pinner.Pin(unsafe.StringData(text))
	return text
}
