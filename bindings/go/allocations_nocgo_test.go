//go:build !cgo || imza_wasm

package imza_test

// Twenty or so, by the version of Go; none for a byte of the request.
const allocations = 40
