//go:build !imza_static && !imza_wasm

package imza

// #cgo CFLAGS: -std=c11
// #cgo pkg-config: imza
import "C"
