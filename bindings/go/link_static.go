//go:build imza_static && !imza_wasm

package imza

// With `-tags imza_static` the library becomes part of the program, which then runs on machines that do
// not have it.

// #cgo CFLAGS: -std=c11
// #cgo pkg-config: imza-static
import "C"
