package wasm

// What only this form of the library has: a memory of its own. Everything else is tested by package imza's tests,
// which run over both forms.

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"imza/internal/engine"
)

const secret = "a secret that is in the memory of nothing else"

// newSigner is an instance with a signer in it.
func newSigner(t *testing.T) (in *instance, signer uint32) {
	t.Helper()
	made, err := newInstance()
	if err != nil {
		t.Fatal(err)
	}
	var failure engine.Failure
	if status, err := made.Call("imza_dlga_signer_new", "key-id", []byte(secret), &signer, &failure); status != 0 || err != nil {
		t.Fatal(status, err, failure)
	}
	return made.(*instance), signer
}

// memoryOf is a view of an instance's memory.
func memoryOf(t *testing.T, in *instance) []byte {
	t.Helper()
	memory, ok := in.module.Memory().Read(0, in.module.Memory().Size())
	if !ok {
		t.Fatal("no memory")
	}
	return memory
}

func TestArgumentsAreWipedAfterTheCallAndAllMemoryByClose(t *testing.T) {
	in, signer := newSigner(t)
	memory := memoryOf(t, in)
	if at := bytes.Index(memory[in.scratch.begin:], []byte(secret)); at >= 0 {
		t.Errorf("the secret is among the arguments at %#x after the call", at)
	}
	copy(memory[in.scratch.begin:], secret)
	if !bytes.Contains(memoryOf(t, in), []byte(secret)) {
		t.Fatal("this is no view of the memory, so that nothing would be found in it")
	}
	in.Close()
	in.Close()
	if at := bytes.IndexFunc(memory, func(r rune) bool { return r != 0 }); at >= 0 {
		t.Errorf("after Close, the byte at %#x is %#x", at, memory[at])
	}
	if _, err := in.Call("imza_dlga_signer_free", signer); !errors.Is(err, engine.ErrClosed) {
		t.Error(err)
	}
	if text := in.CString(signer); text != "" {
		t.Errorf("%q", text)
	}
}

func TestARequestAsLargeAsTheMemoryAllowsIsAnErrorAndNothingElse(t *testing.T) {
	in, signer := newSigner(t)
	defer in.Close()
	before := in.module.Memory().Size()
	for _, size := range []uint64{1 << 31, 1 << 40} {
		if err := in.scratch.reserve(in.module.Memory(), size); err == nil || !strings.Contains(err.Error(), "are too many") {
			t.Errorf("%d: %v", size, err)
		}
	}
	if after := in.module.Memory().Size(); after != before {
		t.Errorf("the memory grew from %d to %d", before, after)
	}
	if in.Broken() {
		t.Error("the instance is of no use any more")
	}
	if _, err := in.Call("imza_dlga_signer_free", signer); err != nil {
		t.Error(err)
	}
}

func TestMemoryForArgumentsIsLinearInTheLargestOfThem(t *testing.T) {
	in, _ := newSigner(t)
	defer in.Close()
	const page, pages = 1 << 16, 200
	for size := uint64(page); size <= pages*page; size += page {
		if err := in.scratch.reserve(in.module.Memory(), size); err != nil {
			t.Fatal(err)
		}
	}
	if size := in.module.Memory().Size(); size > 4*pages*page+2<<20 {
		t.Errorf("%d bytes for arguments of at most %d", size, pages*page)
	}
}

// After a fault in the library's code nothing is known of its memory.
func TestAnInstanceIsOfNoUseAfterAFault(t *testing.T) {
	in, _ := newSigner(t)
	defer in.Close()
	for range [2]struct{}{} {
		const outside = uint32(0xffff_fff0)
		_, err := in.Call("imza_dlga_signer_free", outside)
		if err == nil || !strings.Contains(err.Error(), "a fault in the library itself, please report it") {
			t.Fatal(err)
		}
	}
	if !in.Broken() {
		t.Error("the instance is used on")
	}
}
