package imza

import (
	"errors"
	"runtime"
	"sync"
)

// ErrClosed is the error of every method of a closed signer, verifier, merchant, recipe or explainer, and of
// one that was not made by its function.
var ErrClosed = errors.New("imza: used after Close")

// handle is an object of the library. It ends once: by Close, or when nothing refers to it any
// longer.
//
// A caller that uses the object holds the lock for reading, so that Close waits for calls under way; that
// also keeps the handle alive until the call is over. No lock is held while a body is read: a slow client
// would keep the others waiting.
type handle[P comparable] struct {
	mu     sync.RWMutex
	object P // nil once it has ended
	free   func(P)
}

// newHandle makes an object by a function of the library.
func newHandle[P comparable](prepare func(*P, *failure) Status, free func(P)) (*handle[P], error) {
	var object P
	failure := newFailure()
	if prepare(&object, &failure) != statusOK {
		return nil, errorOf(failure)
	}
	h := &handle[P]{object: object, free: free}
	runtime.SetFinalizer(h, (*handle[P]).Close)
	return h, nil
}

// use lends the object until done.
func (h *handle[P]) use() (P, error) {
	var none P
	if h == nil {
		return none, ErrClosed
	}
	h.mu.RLock()
	if h.object == none {
		h.mu.RUnlock()
		return none, ErrClosed
	}
	return h.object, nil
}

func (h *handle[P]) done() { h.mu.RUnlock() }

// change lends the object to f alone, for a function of the library that changes it.
func (h *handle[P]) change(f func(P, *failure) Status) error {
	var none P
	if h == nil {
		return ErrClosed
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.object == none {
		return ErrClosed
	}
	failure := newFailure()
	if f(h.object, &failure) != statusOK {
		return errorOf(failure)
	}
	return nil
}

// Close ends the object, wipes its secrets and gives its memory back, once the calls under way are
// over. Closing twice is fine. It never fails; the error is there for io.Closer.
func (h *handle[P]) Close() error {
	var none P
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.object != none {
		runtime.SetFinalizer(h, nil)
		h.free(h.object)
		h.object = none
	}
	return nil
}

// noCopy makes `go vet` report a copy of what it is in. A copy is the same object and works, but a program that
// makes one has probably not meant to.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}
