//go:build cgo && !imza_wasm && go1.24

package imza_test

const allocations = 1
