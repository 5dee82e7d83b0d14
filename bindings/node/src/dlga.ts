// Diyalog's DLGA header (docs/dlga.md has the rules that are cited).

import { invalid } from './error.js';
import { Explanation, explain } from './explain.js';
import { Handle } from './handle.js';
import { lib, type Pair, type RequestParts } from './library.js';
import { byteString, bytes, choice, object, seconds, type Text, type Time } from './values.js';

export { Explanation } from './explain.js';

/** Whether a line feed follows the body in what is signed (DLGA-6). */
export type BodyLine = 'when-present' | 'always' | 'never';

const BODY_LINES: readonly BodyLine[] = ['when-present', 'always', 'never'];

// What is larger goes to the library in pieces of this size, so that its memory does not grow with what is sent.
const PIECE = 65536;

/** The parts of a request that are signed, each exactly as it is sent (DLGA-5). */
export interface Request {
  /** The HTTP method, its case kept. */
  method: Text;
  /** What follows the server's address: path and query as they are sent, no fragment (DLGA-10). */
  resource: Text;
  /** The value of the `Content-Type` header, parameters included; leave it out where there is none (DLGA-8). */
  contentType?: Text | null;
  /** The exact bytes of the body (DLGA-7); a string is sent as UTF-8. */
  body?: Text | null;
  bodyLine?: BodyLine;
}

/** A request to sign. */
export interface SigningRequest extends Request {
  /** The person on whose behalf the call is made. Required, but **not** covered by the signature (DLGA-2). */
  requester: string;
  /** When the request is made; now, if it is left out. A string is taken as the header's text. */
  date?: Time | string;
}

/** The three headers of a signed request. */
export interface SignedHeaders {
  'x-dlg-date': string;
  'x-dlg-requester-userid': string;
  'x-dlg-authorization': string;
}

/**
 * All headers of a received request: a `Headers` or Node's `rawHeaders`, whose strings have one character a byte; or
 * pairs, or an object, whose strings are text. A header that was received twice must be there twice.
 */
export type ReceivedHeaders =
  | Iterable<readonly [string, Text]>
  | readonly string[]
  | Readonly<Record<string, Text | readonly string[] | undefined>>;

/** A received request. Without a `contentType` of its own, the received header is what was signed. */
export interface ReceivedRequest extends Request {
  headers: ReceivedHeaders;
}

/** What an accepted request says. */
export interface Accepted {
  /** The access key that matched, in the order of adding, from 0. */
  keyIndex: number;
  /** Its id. */
  keyId: string;
  /** On whose behalf the call is made. **Not** signed: anyone on the path can have changed it (DLGA-2). */
  requester: string;
}

function parts(request: Request, date: Uint8Array | string): RequestParts {
  object(request, 'request');
  return {
    method: bytes(request.method, 'method'),
    contentType: bytes(request.contentType, 'content type'),
    date,
    resource: bytes(request.resource, 'resource'),
    body: bytes(request.body, 'body'),
    bodyLine: choice(request.bodyLine, BODY_LINES, 'bodyLine'),
  };
}

function values(of: RequestParts): (Uint8Array | string)[] {
  return [of.method, of.contentType, of.date, of.resource, of.body];
}

/** All headers as the library takes them. */
function pairs(headers: ReceivedHeaders): Pair[] {
  object(headers as object, 'headers');
  const found: Pair[] = [];
  const add = (name: unknown, value: unknown, bytewise: boolean) => {
    if (typeof name !== 'string') throw invalid('the name of a header is not a string');
    if (value === undefined) return;
    const what = `value of the header ${JSON.stringify(name.slice(0, 64))}`;
    found.push([
      bytewise ? byteString(name, 'name of a header') : bytes(name, 'name of a header'),
      bytewise && typeof value === 'string' ? byteString(value, what) : bytes(value as Text, what),
    ]);
  };
  if (Array.isArray(headers) && (headers.length === 0 || typeof headers[0] === 'string')) {
    if (headers.length % 2 !== 0) throw invalid('the headers are an odd number of strings: they are not names and values');
    for (let i = 0; i < headers.length; i += 2) add(headers[i], headers[i + 1], true);
  } else if (Symbol.iterator in headers) {
    const bytewise = Object.prototype.toString.call(headers) === '[object Headers]';
    for (const pair of headers as Iterable<readonly [string, Text]>) {
      if (!Array.isArray(pair) || pair.length !== 2) throw invalid('a header is not a pair of name and value');
      add(pair[0], pair[1], bytewise);
    }
  } else {
    for (const [name, of] of Object.entries(headers)) {
      for (const value of Array.isArray(of) ? of : [of]) add(name, value, false);
    }
  }
  return found;
}

const decoder = new TextDecoder();

/** The requester among the headers of an accepted request; `x-dlg-*` wins (DLGA-4). */
function requesterOf(headers: readonly Pair[]): string {
  const text = (value: Uint8Array | string) => (typeof value === 'string' ? value : decoder.decode(value));
  for (const name of ['x-dlg-requester-userid', 'x-requester-userid']) {
    for (const header of headers) {
      if (text(header[0]).toLowerCase() === name) return text(header[1]).replace(/^[ \t]+|[ \t]+$/g, '');
    }
  }
  return '';
}

/** The text of the `x-dlg-date` header for a time (DLGA-1), such as `Tue, 09 Mar 2021 13:28:32 GMT`. */
export function dateText(time: Time): string {
  const unix = seconds(time, 'date');
  return lib().textOf('imza_dlga_date', [], () => [unix], 32);
}

function dateOf(date: Time | string | undefined): Uint8Array | string {
  return typeof date === 'string' ? bytes(date, 'date') : dateText(date ?? new Date());
}

/** The bytes that are signed (DLGA-5), to look at when a signature does not match. `date`: the header's text, or a time. */
export function stringToSign(request: Request & { date: Time | string }): Uint8Array {
  const of = parts(request, dateOf(object(request, 'request').date));
  return lib().bytesOf('imza_dlga_string_to_sign', values(of), (frame) => [frame.request(of)], 512 + length(of)).bytes;
}

function length(of: RequestParts): number {
  return values(of).reduce((sum, value) => sum + value.length, 0);
}

/** Passes a body on in pieces. */
function inPieces(body: Uint8Array | string, update: (piece: Uint8Array) => void): void {
  const all = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  for (let at = 0; at < all.length; at += PIECE) update(all.subarray(at, at + PIECE));
}

/** An access key that signs requests. `close()` wipes it. */
export class Signer extends Handle {
  /** `secret`: as it was issued, not decoded and not trimmed (DLGA-12). */
  constructor(keyId: Text, secret: Text) {
    const id = bytes(keyId, 'access key id');
    const key = bytes(secret, 'secret');
    super(
      lib().make('imza_dlga_signer_new', [id, key], (frame) => [frame.str(id), frame.str(key)]),
      'imza_dlga_signer_free',
    );
  }

  /** Signs a request: the three headers that it needs. */
  sign(request: SigningRequest): SignedHeaders {
    object(request, 'request');
    const requester = checkedRequester(request.requester);
    const date = dateOf(request.date);
    return {
      'x-dlg-date': date as string,
      'x-dlg-requester-userid': requester,
      'x-dlg-authorization': this.authorization({ ...request, date: date as string }),
    };
  }

  /** The value of the `x-dlg-authorization` header alone. */
  authorization(request: Request & { date: Time | string }): string {
    const of = parts(request, dateOf(request.date));
    if (of.body.length <= PIECE) {
      const handle = Handle.pointerOf(this, Signer);
      return lib().textOf('imza_dlga_sign', values(of), (frame) => [handle, frame.request(of)], 256);
    }
    const signing = new Signing(this, of);
    try {
      inPieces(of.body, (piece) => signing.update(piece));
      return signing.finish();
    } finally {
      signing.close();
    }
  }
}

function checkedRequester(requester: string): string {
  if (typeof requester !== 'string') throw invalid('the requester is not a string');
  bytes(requester, 'requester');
  const trimmed = requester.replace(/^[ \t]+|[ \t]+$/g, '');
  if (trimmed === '') throw invalid('the requester is empty; a signature needs one');
  const at = requester.search(/[\0-\x08\x0a-\x1f\x7f]/);
  if (at >= 0) {
    const offset = new TextEncoder().encode(requester.slice(0, at)).length;
    throw invalid(`the requester holds a control character at byte ${offset}, which is not allowed there`, offset);
  }
  return trimmed;
}

/** A signature over a body that comes in pieces. */
class Signing extends Handle {
  readonly #resource: Uint8Array | string;

  constructor(signer: Signer, of: RequestParts) {
    const handle = Handle.pointerOf(signer, Signer);
    const head = [of.method, of.contentType, of.date];
    super(
      lib().make('imza_dlga_stream_begin', head, (frame) => [handle, ...head.map((value) => frame.str(value)), of.bodyLine]),
      'imza_dlga_stream_free',
    );
    this.#resource = of.resource;
  }

  update(piece: Uint8Array): void {
    const handle = Handle.pointerOf(this, Signing);
    lib().run('imza_dlga_stream_update', [piece], (frame) => [handle, frame.str(piece)], () => undefined);
  }

  finish(): string {
    const handle = Handle.pointerOf(this, Signing);
    return lib().textOf('imza_dlga_stream_finish', [this.#resource], (frame) => [handle, frame.str(this.#resource)], 256);
  }
}

/** The access keys that a server accepts. `close()` wipes them. */
export class Verifier extends Handle {
  readonly #ids: string[] = [];

  /** Without keys; it takes dates up to 15 minutes from the clock, either way (DLGA-14). */
  constructor() {
    super(lib().make('imza_dlga_verifier_new', [], () => []), 'imza_dlga_verifier_free');
  }

  /** Adds an access key. An id may be added again with another secret, for a rotation (DLGA-20). */
  addKey(keyId: Text, secret: Text): this {
    const handle = Handle.pointerOf(this, Verifier);
    this.#ids.push(addKey('imza_dlga_verifier_add_key', handle, keyId, secret));
    return this;
  }

  /** How many seconds a date may be before the clock and after it; exactly that far still passes (DLGA-19). */
  window(past: number | bigint, future: number | bigint): this {
    const handle = Handle.pointerOf(this, Verifier);
    const [before, after] = [seconds(past, 'past'), seconds(future, 'future')];
    lib().run('imza_dlga_verifier_window', [], () => [handle, before, after], () => undefined);
    return this;
  }

  /** Takes dates however far from the clock: for audits of recorded requests (DLGA-19). */
  ignoreClock(): this {
    const handle = Handle.pointerOf(this, Verifier);
    lib().run('imza_dlga_verifier_ignore_clock', [], () => [handle], () => undefined);
    return this;
  }

  /**
   * Verifies a received request by all of its headers. What is refused is thrown: an `ImzaError` with the vendor's
   * verdict. `now`: the server's clock.
   */
  verify(request: ReceivedRequest, now: Time = new Date()): Accepted {
    const of = parts(request, '');
    if (of.body.length > PIECE) {
      const verification = this.begin(request);
      try {
        inPieces(of.body, (piece) => verification.update(piece));
        return verification.finish(now);
      } finally {
        verification.close();
      }
    }
    const handle = Handle.pointerOf(this, Verifier);
    const headers = pairs(request.headers);
    const clock = seconds(now, 'clock');
    const keyIndex = lib().run(
      'imza_dlga_verify_headers',
      [...values(of), ...headers.flat()],
      (frame) => [handle, frame.request(of), frame.fields(headers), headers.length, clock],
      (frame) => frame.keyIndex(),
    );
    return { keyIndex, keyId: this.#ids[keyIndex]!, requester: requesterOf(headers) };
  }

  /**
   * Begins to verify a request whose body comes in pieces: all that the headers say is judged here, before the first
   * byte of the body. `request.body` is not read.
   */
  begin(request: ReceivedRequest): Verification {
    return new Verification(this, request, this.#ids);
  }
}

/** Adds an access key to a verifier or explainer; gives back its id. */
function addKey(name: string, handle: number, keyId: Text, secret: Text): string {
  const id = bytes(keyId, 'access key id');
  const key = bytes(secret, 'secret');
  lib().run(name, [id, key], (frame) => [handle, frame.str(id), frame.str(key)], () => undefined);
  return typeof id === 'string' ? id : decoder.decode(id);
}

/** A request whose body comes in pieces; `Verifier.begin` makes it. It gives one verdict. */
export class Verification extends Handle {
  readonly #resource: Uint8Array | string;
  readonly #headers: Pair[];
  readonly #ids: readonly string[];

  /** @internal */
  constructor(verifier: Verifier, request: ReceivedRequest, ids: readonly string[]) {
    const handle = Handle.pointerOf(verifier, Verifier);
    const of = parts({ ...object(request, 'request'), body: null }, '');
    const headers = pairs(request.headers);
    super(
      lib().make('imza_dlga_verify_stream_begin_headers', [of.method, of.contentType, ...headers.flat()], (frame) => [
        handle,
        frame.str(of.method),
        frame.str(of.contentType),
        frame.fields(headers),
        headers.length,
        of.bodyLine,
      ]),
      'imza_dlga_verify_stream_free',
    );
    this.#resource = of.resource;
    this.#headers = headers;
    this.#ids = ids;
  }

  /** Takes the next bytes of the body. Until the verdict no one knows whether they are genuine. */
  update(piece: Text): void {
    const handle = Handle.pointerOf(this, Verification);
    const all = bytes(piece, 'body');
    const next = (part: Uint8Array | string) =>
      lib().run('imza_dlga_verify_stream_update', [part], (frame) => [handle, frame.str(part)], () => undefined);
    if (all.length <= PIECE) next(all);
    else inPieces(all, next);
  }

  /** Ends the body and gives the verdict, as `Verifier.verify` does. */
  finish(now: Time = new Date()): Accepted {
    const handle = Handle.pointerOf(this, Verification);
    const clock = seconds(now, 'clock');
    const keyIndex = lib().run(
      'imza_dlga_verify_stream_finish',
      [this.#resource],
      (frame) => [handle, frame.str(this.#resource), clock],
      (frame) => frame.keyIndex(),
    );
    return { keyIndex, keyId: this.#ids[keyIndex]!, requester: requesterOf(this.#headers) };
  }
}

/** Says why a signature does not match (docs/explain.md). `close()` wipes its keys. */
export class Explainer extends Handle {
  /** Without keys; it does not look at the clock. */
  constructor() {
    super(lib().make('imza_dlga_explainer_new', [], () => []), 'imza_dlga_explainer_free');
  }

  /** Adds an access key that is tried. */
  addKey(keyId: Text, secret: Text): this {
    addKey('imza_dlga_explainer_add_key', Handle.pointerOf(this, Explainer), keyId, secret);
    return this;
  }

  /** Judges the clock too; `past` and `future` as in `Verifier.window`. */
  at(now: Time, past: number | bigint = 900, future: number | bigint = 900): this {
    const handle = Handle.pointerOf(this, Explainer);
    const times = [seconds(now, 'clock'), seconds(past, 'past'), seconds(future, 'future')];
    lib().run('imza_dlga_explainer_at', [], () => [handle, ...times], () => undefined);
    return this;
  }

  /** Explains a received request, whatever it looks like. No secret is in an explanation. */
  explain(request: ReceivedRequest): Explanation {
    const handle = Handle.pointerOf(this, Explainer);
    const of = parts(request, '');
    const headers = pairs(request.headers);
    return explain('imza_dlga_explain_headers', [...values(of), ...headers.flat()], (frame) => [
      handle,
      frame.request(of),
      frame.fields(headers),
      headers.length,
    ]);
  }
}
