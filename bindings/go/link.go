package imza

// The library is found by pkg-config: the shared one, or with `-tags imza_static` the archive, so that
// the program runs on machines that do not have the library.

// #cgo CFLAGS: -std=c11
// #cgo !imza_static pkg-config: imza
// #cgo imza_static pkg-config: imza-static
import "C"
