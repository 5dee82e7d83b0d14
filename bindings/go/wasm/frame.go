package wasm

import (
	"fmt"

	"github.com/tetratelabs/wazero/api"

	"imza/internal/engine"
)

// What the structs of imza.h look like where pointers and sizes have 32 bits.
const (
	sizeOfStr     = 8  // ptr, len
	sizeOfField   = 16 // name, value
	sizeOfRequest = 48 // struct_size, method, content_type, date, resource, body, body_line
	sizeOfError   = 340

	errorStatus   = 4
	errorKeyIndex = 12
	errorOffset   = 16
	errorMessage  = 20
	errorField    = 276
	messageChars  = errorField - errorMessage
	fieldChars    = sizeOfError - errorField
)

// frame is the arguments of one call: the numbers, the bytes that lie in the scratch region, and where results are.
type frame struct {
	values []uint64
	bytes  []byte
	begin  uint32
	used   uint32
	outs   []out
}

// out is a place of the scratch region that is read after the call.
type out struct {
	at   uint32
	take func(memory api.Memory, address uint32) error
}

// frame lays arguments out in the scratch region.
func (in *instance) frame(arguments []any) (*frame, error) {
	var most uint64
	for _, argument := range arguments {
		most += room(argument)
	}
	if err := in.scratch.reserve(in.module.Memory(), most); err != nil {
		return nil, err
	}
	f := &frame{bytes: make([]byte, 0, most), begin: in.scratch.begin}
	for _, argument := range arguments {
		if err := f.add(argument); err != nil {
			return nil, err
		}
	}
	f.used = uint32(len(f.bytes))
	if !in.module.Memory().Write(f.begin, f.bytes) {
		return nil, fmt.Errorf("no memory for arguments of %d bytes", f.used)
	}
	clear(f.bytes)
	return f, nil
}

// room is how many bytes an argument takes at most, with what aligns it.
func room(argument any) uint64 {
	const align = 8
	switch a := argument.(type) {
	case string:
		return uint64(len(a)) + sizeOfStr + align
	case []byte:
		return uint64(len(a)) + sizeOfStr + align
	case engine.Request:
		return uint64(len(a.Method)+len(a.ContentType)+len(a.Date)+len(a.Resource)+len(a.Body)) + sizeOfRequest + align
	case []engine.Field:
		size := uint64(align)
		for _, field := range a {
			size += uint64(len(field.Name)+len(field.Value)) + sizeOfField
		}
		return size
	case engine.Text:
		return uint64(len(a.Buffer)) + 4 + 2*align
	case *uint32:
		return 4 + align
	case *engine.Failure:
		return sizeOfError + align
	default:
		return 0
	}
}

func (f *frame) add(argument any) error {
	switch a := argument.(type) {
	case int32:
		f.values = append(f.values, uint64(uint32(a)))
	case uint32:
		f.values = append(f.values, uint64(a))
	case int64:
		f.values = append(f.values, uint64(a))
	case string:
		f.str(text(f, a), len(a))
	case []byte:
		f.str(text(f, a), len(a))
	case engine.Request:
		f.request(a)
	case []engine.Field:
		f.fields(a)
	case engine.Text:
		buffer := f.zeros(uint32(len(a.Buffer)))
		length := f.zeros(4)
		f.values = append(f.values, uint64(buffer), uint64(len(a.Buffer)), uint64(length))
		f.outs = append(f.outs, out{length, func(memory api.Memory, address uint32) error {
			return takeText(memory, a, buffer, address)
		}})
	case *uint32:
		f.outs = append(f.outs, out{f.pointer(4), func(memory api.Memory, address uint32) error {
			made, ok := memory.ReadUint32Le(address)
			*a = made
			return found(ok)
		}})
	case *engine.Failure:
		at := f.pointer(sizeOfError)
		le.PutUint32(f.bytes[at-f.begin:], sizeOfError)
		f.outs = append(f.outs, out{at, func(memory api.Memory, address uint32) error {
			return takeFailure(memory, a, address)
		}})
	default:
		return fmt.Errorf("an argument of the type %T", argument)
	}
	return nil
}

// align makes the next bytes begin where any number may.
func (f *frame) align() {
	for len(f.bytes)%8 != 0 {
		f.bytes = append(f.bytes, 0)
	}
}

// zeros reserves room, and gives back its address.
func (f *frame) zeros(size uint32) uint32 {
	f.align()
	at := f.begin + uint32(len(f.bytes))
	f.bytes = append(f.bytes, make([]byte, size)...)
	return at
}

// pointer reserves room, and is an argument that points there.
func (f *frame) pointer(size uint32) uint32 {
	at := f.zeros(size)
	f.values = append(f.values, uint64(at))
	return at
}

// text lays bytes down, and gives back their address.
func text[T string | []byte](f *frame, text T) uint32 {
	at := f.begin + uint32(len(f.bytes))
	f.bytes = append(f.bytes, text...)
	return at
}

// str is an imza_str, which C passes by a pointer.
func (f *frame) str(at uint32, length int) {
	f.putStr(f.pointer(sizeOfStr), at, length)
}

// putStr writes an imza_str where there is room for it.
func (f *frame) putStr(to, at uint32, length int) {
	if length == 0 {
		at = 0
	}
	le.PutUint32(f.bytes[to-f.begin:], at)
	le.PutUint32(f.bytes[to-f.begin+4:], uint32(length))
}

func (f *frame) request(r engine.Request) {
	at := f.pointer(sizeOfRequest)
	le.PutUint32(f.bytes[at-f.begin:], sizeOfRequest)
	for i, part := range [...]string{r.Method, r.ContentType, r.Date, r.Resource} {
		f.putStr(at+4+uint32(i)*sizeOfStr, text(f, part), len(part))
	}
	f.putStr(at+36, text(f, r.Body), len(r.Body))
	le.PutUint32(f.bytes[at-f.begin+44:], uint32(r.BodyLine))
}

func (f *frame) fields(fields []engine.Field) {
	at := f.pointer(uint32(len(fields)) * sizeOfField)
	f.values = append(f.values, uint64(len(fields)))
	for i, field := range fields {
		to := at + uint32(i)*sizeOfField
		f.putStr(to, text(f, field.Name), len(field.Name))
		f.putStr(to+sizeOfStr, text(f, field.Value), len(field.Value))
	}
}

// takeOut reads what the library wrote.
func (f *frame) takeOut(memory api.Memory) error {
	for _, out := range f.outs {
		if err := out.take(memory, out.at); err != nil {
			return err
		}
	}
	return nil
}

func takeText(memory api.Memory, to engine.Text, buffer, length uint32) error {
	written, ok := memory.ReadUint32Le(length)
	*to.Length = written
	bytes, okToo := memory.Read(buffer, uint32(len(to.Buffer)))
	copy(to.Buffer, bytes)
	return found(ok && okToo)
}

func takeFailure(memory api.Memory, to *engine.Failure, at uint32) error {
	bytes, ok := memory.Read(at, sizeOfError)
	if !ok {
		return found(false)
	}
	to.Status = int32(le.Uint32(bytes[errorStatus:]))
	to.KeyIndex = int32(le.Uint32(bytes[errorKeyIndex:]))
	to.Offset = int(int32(le.Uint32(bytes[errorOffset:]))) // SIZE_MAX is -1 here
	to.Message = cString(memory, at+errorMessage, messageChars)
	to.Field = cString(memory, at+errorField, fieldChars)
	return nil
}

func found(ok bool) error {
	if !ok {
		return fmt.Errorf("an address outside of the library's memory")
	}
	return nil
}
