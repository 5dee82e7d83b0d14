//go:build cgo && !imza_wasm && go1.22

package imza

import (
	"runtime"
	"unsafe"
)

// pin keeps a text where it is until the pinner lets go of it.
func pin(pinner *runtime.Pinner, text string) string {
	pinner.Pin(unsafe.StringData(text))
	return text
}
