//go:build !imza_static

package imza

// #cgo CFLAGS: -std=c11
// #cgo pkg-config: imza
import "C"
