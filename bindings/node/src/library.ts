// The one way to the WebAssembly module, which is the C interface (imza.ffi.h) for a machine of 32 bits. The module
// imports nothing and has no malloc: what a call needs is laid out in an arena of ours, which is wiped after the call.

import { ImzaError, invalid, type Kind } from './error.js';

type Export = (...args: (number | bigint)[]) => number;

const PAGE = 65536;
const ERROR_SIZE = 340; // sizeof(imza_error): struct_size, status, http_status, key_index, offset, message[256], field[64]
const REQUEST_SIZE = 48; // sizeof(imza_dlga_request)
const NOTHING = 0xffffffff; // SIZE_MAX
const LARGEST = 2 ** 31;
const BUFFER_TOO_SMALL = 2;
const PANIC = 4;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The parts of an `imza_dlga_request`. */
export interface RequestParts {
  method: Uint8Array | string;
  contentType: Uint8Array | string;
  date: Uint8Array | string;
  resource: Uint8Array | string;
  body: Uint8Array | string;
  bodyLine: number;
}

/** A name and a value: an `imza_field`. */
export type Pair = [Uint8Array | string, Uint8Array | string];

/** One call's arguments in the module's memory. */
export class Frame {
  #at: number;
  readonly error: number;

  constructor(
    private readonly memory: WebAssembly.Memory,
    start: number,
    private readonly end: number,
  ) {
    this.#at = start;
    this.error = this.take(ERROR_SIZE);
    this.view().setUint32(this.error, ERROR_SIZE, true);
  }

  view(): DataView {
    return new DataView(this.memory.buffer);
  }

  /** `size` bytes, aligned to 8. */
  take(size: number): number {
    const at = this.#at;
    this.#at = at + Math.ceil(size / 8) * 8;
    if (this.#at > this.end) throw new RangeError('imza: the arena is smaller than what was asked for');
    return at;
  }

  /** Writes an `imza_str` at `at`. */
  str(value: Uint8Array | string, at = this.take(8)): number {
    let pointer = 0;
    let length = 0;
    if (typeof value === 'string') {
      pointer = this.take(value.length * 3);
      length = encoder.encodeInto(value, new Uint8Array(this.memory.buffer, pointer, value.length * 3)).written;
    } else if (value.length > 0) {
      pointer = this.take(value.length);
      length = value.length;
      new Uint8Array(this.memory.buffer, pointer, length).set(value);
    }
    const view = this.view();
    view.setUint32(at, length === 0 ? 0 : pointer, true);
    view.setUint32(at + 4, length, true);
    return at;
  }

  /** Writes an `imza_dlga_request`. */
  request(parts: RequestParts): number {
    const at = this.take(REQUEST_SIZE);
    const view = this.view();
    view.setUint32(at, REQUEST_SIZE, true);
    this.str(parts.method, at + 4);
    this.str(parts.contentType, at + 12);
    this.str(parts.date, at + 20);
    this.str(parts.resource, at + 28);
    this.str(parts.body, at + 36);
    view.setInt32(at + 44, parts.bodyLine, true);
    return at;
  }

  /** Writes an array of `imza_field`. */
  fields(pairs: readonly Pair[]): number {
    const at = this.take(pairs.length * 16);
    pairs.forEach(([name, value], i) => {
      this.str(name, at + i * 16);
      this.str(value, at + i * 16 + 8);
    });
    return at;
  }

  /** A C text at `at`. */
  text(at: number, longest: number): string {
    const found = new Uint8Array(this.memory.buffer, at, longest);
    return decoder.decode(found.slice(0, found.indexOf(0)));
  }

  /** The key that matched, after the call; -1 for none. */
  keyIndex(): number {
    return this.view().getInt32(this.error + 12, true);
  }

  /** The byte at which a value goes wrong, after the call; null for none. */
  offset(): number | null {
    const offset = this.view().getUint32(this.error + 16, true);
    return offset === NOTHING ? null : offset;
  }

  /** What is wrong, after the call. */
  message(): string {
    return this.text(this.error + 20, 256);
  }

  /** The posted field that it is about, after the call. */
  field(): string {
    return this.text(this.error + 276, 64);
  }
}

/** How much of the arena values take at most. */
function room(values: readonly (Uint8Array | string)[]): number {
  return values.reduce((sum, value) => sum + 32 + value.length * (typeof value === 'string' ? 3 : 1), 0);
}

/** The module, once it runs. */
export class Library {
  readonly #exports: Record<string, Export>;
  readonly memory: WebAssembly.Memory;
  #arena = 0;
  #capacity = 0;
  #busy = false;
  #broken = false;

  constructor(module: WebAssembly.Module) {
    const instance = new WebAssembly.Instance(module, {});
    this.#exports = instance.exports as unknown as Record<string, Export>;
    this.memory = instance.exports['memory'] as WebAssembly.Memory;
    if (this.#call('imza_abi_version') !== 1) throw invalid('the WebAssembly module is not of ABI version 1');
  }

  /** The version of the library, such as `0.1.0`. */
  version(): string {
    return this.#static('imza_version');
  }

  /**
   * Calls a function that returns a status; `fill` lays its arguments out, without the error's, and the values that it
   * lays out are those of `values`. What succeeded is read by `read`, before the arena is wiped.
   */
  run<T>(
    name: string,
    values: readonly (Uint8Array | string)[],
    fill: (frame: Frame) => (number | bigint)[],
    read: (frame: Frame) => T,
  ): T {
    return this.#framed(ERROR_SIZE + 256 + room(values), (frame) => {
      const status = this.#call(name, ...fill(frame), frame.error);
      if (status !== 0) throw this.#error(status, frame);
      return read(frame);
    });
  }

  /** Calls a function that writes a text: with `guess` bytes for it first, then with as many as it says. */
  bytesOf(
    name: string,
    values: readonly (Uint8Array | string)[],
    fill: (frame: Frame) => (number | bigint)[],
    guess: number,
  ): { bytes: Uint8Array; keyIndex: number } {
    for (let capacity = guess; ; ) {
      const made = this.#framed(ERROR_SIZE + 256 + room(values) + capacity + 16, (frame) => {
        const length = frame.take(8);
        const buffer = frame.take(capacity);
        const status = this.#call(name, ...fill(frame), buffer, capacity, length, frame.error);
        const written = frame.view().getUint32(length, true);
        if (status === BUFFER_TOO_SMALL) return written;
        if (status !== 0) throw this.#error(status, frame);
        return { bytes: new Uint8Array(this.memory.buffer, buffer, written).slice(), keyIndex: frame.keyIndex() };
      });
      if (typeof made !== 'number') return made;
      capacity = made + 1;
    }
  }

  /** `bytesOf` for what is UTF-8. */
  textOf(name: string, values: readonly (Uint8Array | string)[], fill: (frame: Frame) => (number | bigint)[], guess: number): string {
    return decoder.decode(this.bytesOf(name, values, fill, guess).bytes);
  }

  /** Calls a function that makes a handle: its `out` is its last argument but the error. */
  make(name: string, values: readonly (Uint8Array | string)[], fill: (frame: Frame) => (number | bigint)[]): number {
    let out = 0;
    return this.run(
      name,
      values,
      (frame) => {
        out = frame.take(8);
        return [...fill(frame), out];
      },
      (frame) => frame.view().getUint32(out, true),
    );
  }

  /** Calls a function that returns a number and cannot fail. */
  number(name: string, ...args: number[]): number {
    return this.#call(name, ...args) >>> 0;
  }

  /** Ends a handle. */
  free(name: string, handle: number): void {
    if (this.#broken) return; // all of it is wiped
    this.#call(name, handle);
  }

  #static(name: string, ...args: number[]): string {
    const at = this.#call(name, ...args);
    const rest = new Uint8Array(this.memory.buffer, at, Math.min(256, this.memory.buffer.byteLength - at));
    return decoder.decode(rest.slice(0, rest.indexOf(0)));
  }

  #error(status: number, frame: Frame): ImzaError {
    const name = this.#static('imza_status_name', status);
    const http = this.#call('imza_status_http', status);
    const text = this.#static('imza_status_vendor_text', status);
    return new ImzaError(frame.message(), {
      kind: name.replace(/^IMZA_(DLGA_|HASO_)?/, '').toLowerCase().replaceAll('_', '-') as Kind,
      status,
      httpStatus: http === 0 ? null : http,
      vendorText: text === '' ? null : text,
      offset: frame.offset(),
      keyIndex: frame.keyIndex() < 0 ? null : frame.keyIndex(),
      field: name.startsWith('IMZA_HASO_FIELD_') ? frame.field() : null, // a field can have an empty name
    });
  }

  #call(name: string, ...args: (number | bigint)[]): number {
    if (this.#broken) throw this.#panic();
    try {
      return this.#exports[name]!(...args);
    } catch {
      // A fault in the library, or no memory left. Nothing in there can be relied on any more, so all of it is wiped.
      this.#broken = true;
      new Uint8Array(this.memory.buffer).fill(0);
      throw this.#panic();
    }
  }

  #panic(): ImzaError {
    return new ImzaError('a fault in imza itself ended its WebAssembly module; please report it, and begin the program anew', {
      kind: 'panic',
      status: PANIC,
    });
  }

  /** An arena of `size` bytes for one call, which is wiped behind it. */
  #framed<T>(size: number, use: (frame: Frame) => T): T {
    if (this.#broken) throw this.#panic();
    if (this.#busy) throw new Error('imza: a call within a call'); // values are read before a call, so none can be
    this.#reserve(size);
    this.#busy = true;
    try {
      return use(new Frame(this.memory, this.#arena, this.#arena + this.#capacity));
    } finally {
      this.#busy = false;
      // Views of a memory that has grown are of no use, so the memory is asked for anew.
      new Uint8Array(this.memory.buffer, this.#arena, Math.min(size, this.#capacity)).fill(0);
    }
  }

  /** Has the arena hold `size` bytes. It only ever grows, by pages that the module did not have. */
  #reserve(size: number): void {
    if (size <= this.#capacity) return;
    if (size > LARGEST) throw invalid('the values are larger than the memory that WebAssembly can have');
    const pages = Math.ceil(Math.max(size, 2 * this.#capacity, PAGE) / PAGE);
    let before: number;
    try {
      before = this.memory.grow(pages);
    } catch {
      throw invalid('the values are larger than the memory that WebAssembly can have');
    }
    // Where the arena was is the module's last page, the new pages make it longer; else they are another arena.
    if (this.#capacity > 0 && this.#arena + this.#capacity === before * PAGE) this.#capacity += pages * PAGE;
    else [this.#arena, this.#capacity] = [before * PAGE, pages * PAGE];
  }
}

let library: Library | null = null;

/** Has all of the package use this module from now on. The first one stays. */
export function install(module: WebAssembly.Module): void {
  library ??= new Library(module);
}

/** Whether a module is there. */
export function installed(): boolean {
  return library !== null;
}

/** The module that all of the package uses. */
export function lib(): Library {
  if (library === null) throw invalid("the WebAssembly module is not loaded yet: await init() of 'imza/web' first");
  return library;
}
