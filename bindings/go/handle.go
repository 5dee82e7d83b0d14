package imza

import (
	"errors"
	"runtime"
	"sync"
	"unsafe"
)

// ErrClosed is what every method of a closed signer, verifier, merchant, recipe or explainer answers with, and
// every method of one that was not made by its function.
var ErrClosed = errors.New("imza: used after Close")

// handle is an object of the C library's. It ends once: by Close, or when nothing refers to it any
// longer.
//
// Whoever uses the object holds the lock for reading, so that Close waits for calls under way; that
// also keeps the handle alive until the call is over.
type handle struct {
	mu     sync.RWMutex
	object unsafe.Pointer // nil once it has ended
	free   func(unsafe.Pointer)
}

func newHandle(object unsafe.Pointer, free func(unsafe.Pointer)) *handle {
	h := &handle{object: object, free: free}
	runtime.SetFinalizer(h, (*handle).Close)
	return h
}

// use lends the object until done.
func (h *handle) use() (unsafe.Pointer, error) {
	if h == nil {
		return nil, ErrClosed
	}
	h.mu.RLock()
	if h.object == nil {
		h.mu.RUnlock()
		return nil, ErrClosed
	}
	return h.object, nil
}

func (h *handle) done() { h.mu.RUnlock() }

// change lends the object to nobody else while f runs.
func (h *handle) change(f func(unsafe.Pointer) error) error {
	if h == nil {
		return ErrClosed
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.object == nil {
		return ErrClosed
	}
	return f(h.object)
}

// Close ends the object, wipes its secrets and gives its memory back, once the calls under way are
// over. Closing twice is fine. It never fails; the error is there for io.Closer.
func (h *handle) Close() error {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.object != nil {
		runtime.SetFinalizer(h, nil)
		h.free(h.object)
		h.object = nil
	}
	return nil
}
