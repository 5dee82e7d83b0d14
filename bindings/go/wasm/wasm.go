// Package wasm is the imza library for programs without cgo: as WebAssembly, run by wazero, which is written in Go.
// Import it for its effect; package imza is then the same as with cgo, function by function:
//
//	import _ "imza/wasm"
//
//	CGO_ENABLED=0 go build
//
// A program that needs cgo for something else chooses this form with the build tag imza_wasm.
//
// Each signer, verifier, merchant and explainer has a memory of its own, of 1.25 MiB at first, where its calls
// wait for one another; Close wipes all of that memory. It grows with the largest request and shrinks only by Close.
package wasm

import (
	"context"
	_ "embed"
	"encoding/binary"
	"fmt"
	"math"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"imza/internal/engine"
)

// The library, as scripts/build-wasm.sh makes it.
//
//go:embed imza.wasm
var library []byte

func init() { engine.New = newInstance }

// abiVersion is the version of the C interface that the layouts below are of.
const abiVersion = 1

// compiled is the library in the machine's own code, which takes a moment, once.
var compiled = sync.OnceValues(func() (*program, error) {
	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)
	module, err := runtime.CompileModule(ctx, library)
	if err != nil {
		return nil, fmt.Errorf("imza.wasm cannot be compiled: %w", err)
	}
	return &program{runtime, module}, nil
})

type program struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

// instance is the library with a memory of its own.
type instance struct {
	mu      sync.Mutex
	module  api.Module // nil once it is closed
	broken  error      // why it is of no use any more, though it is not closed
	scratch region
}

func newInstance() (engine.Instance, error) {
	program, err := compiled()
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	// Without a name, there can be any number of them; no start function is called, and nothing is imported.
	module, err := program.runtime.InstantiateModule(ctx, program.module, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return nil, fmt.Errorf("imza.wasm cannot be loaded: %w", err)
	}
	in := &instance{module: module}
	if version, err := in.Call("imza_abi_version"); err != nil || version != abiVersion {
		in.Close()
		return nil, fmt.Errorf("imza.wasm has the ABI version %d, not %d (%v)", version, abiVersion, err)
	}
	return in, nil
}

// Call is engine.Instance's.
func (in *instance) Call(function string, arguments ...any) (int32, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	switch {
	case in.module == nil:
		return 0, engine.ErrClosed
	case in.broken != nil:
		return 0, in.broken
	}
	exported := in.module.ExportedFunction(function)
	if exported == nil {
		return 0, fmt.Errorf("imza.wasm has no function %s", function)
	}
	frame, err := in.frame(arguments)
	if err != nil {
		return 0, err
	}
	defer in.scratch.wipe(in.module.Memory(), frame.used)
	results, err := exported.Call(context.Background(), frame.values...)
	if err != nil {
		in.broken = fmt.Errorf("a fault in the library itself, please report it: %s: %w", function, err)
		return 0, in.broken
	}
	if err := frame.takeOut(in.module.Memory()); err != nil || len(results) == 0 {
		return 0, err
	}
	return int32(uint32(results[0])), nil
}

// Broken is engine.Instance's.
func (in *instance) Broken() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.broken != nil
}

// CString is engine.Instance's.
func (in *instance) CString(address uint32) string {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.module == nil {
		return ""
	}
	return cString(in.module.Memory(), address, in.module.Memory().Size())
}

// Close is engine.Instance's.
func (in *instance) Close() {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.module == nil {
		return
	}
	if all, ok := in.module.Memory().Read(0, in.module.Memory().Size()); ok {
		clear(all)
	}
	_ = in.module.Close(context.Background())
	in.module = nil
}

// cString reads a text that ends in a NUL, of at most so many bytes.
func cString(memory api.Memory, address, most uint32) string {
	var text []byte
	for ; uint32(len(text)) < most; address++ {
		b, ok := memory.ReadByte(address)
		if !ok || b == 0 {
			break
		}
		text = append(text, b)
	}
	return string(text)
}

// region is memory of the library's that it does not know of: it asks for its own in pages, and these are ours.
type region struct{ begin, size uint32 }

// reserve makes the region at least so large.
func (r *region) reserve(memory api.Memory, room uint64) error {
	if room > math.MaxInt32 {
		return fmt.Errorf("arguments of %d bytes are too many", room)
	}
	size := uint32(room)
	if size <= r.size {
		return nil
	}
	// The old region stays unused. Twice its size at least, all the old ones together are smaller than the new one.
	const page = 1 << 16
	pages := (max(size, 2*r.size) + page - 1) / page
	before, ok := memory.Grow(pages)
	if !ok {
		return fmt.Errorf("no memory for arguments of %d bytes", size)
	}
	r.begin, r.size = before*page, pages*page
	return nil
}

// wipe clears what was used, since arguments can be secrets.
func (r *region) wipe(memory api.Memory, used uint32) {
	if bytes, ok := memory.Read(r.begin, used); ok {
		clear(bytes)
	}
}

var le = binary.LittleEndian
