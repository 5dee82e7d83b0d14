//go:build go1.24 && !imza_wasm

package imza

// No function keeps a pointer or calls back into Go, so what is passed to them can stay on Go's stack.
// Older versions of Go do not know these lines, and do without.

// #include "shim.h"
// #cgo noescape go_dlga_sign
// #cgo nocallback go_dlga_sign
// #cgo noescape go_dlga_sign_at
// #cgo nocallback go_dlga_sign_at
// #cgo noescape go_dlga_verify
// #cgo nocallback go_dlga_verify
// #cgo noescape go_dlga_verify_stream_begin
// #cgo nocallback go_dlga_verify_stream_begin
// #cgo noescape go_dlga_verify_stream_end
// #cgo nocallback go_dlga_verify_stream_end
// #cgo noescape imza_haso_token
// #cgo nocallback imza_haso_token
// #cgo noescape go_haso_verify
// #cgo nocallback go_haso_verify
import "C"
