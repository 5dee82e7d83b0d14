//go:build !cgo && !imza_wasm

package imza

// Without cgo none of the files that call the library is compiled, and this line is all that the compiler sees.
var _ int = "imza calls a C library: build it with CGO_ENABLED=1 and a C compiler, or import imza/wasm, which needs neither"
