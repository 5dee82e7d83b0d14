// An interceptor for undici, whose `request` and `stream` then sign what they send. `fetch` hides its body
// behind a stream: for it there is `signingFetch`.

import { stringify } from 'node:querystring';
import type { Signer } from './dlga.js';
import { invalid } from './error.js';
import { signedHeaders, type SigningOptions } from './fetch.js';

export type { SigningOptions } from './fetch.js';

interface Options {
  method: string;
  path: string;
  query?: Record<string, unknown> | null;
  headers?: unknown;
  body?: unknown;
}
// Any version of undici's own types fits.
type Dispatch = (options: any, handler: any) => boolean;

const OURS = ['x-dlg-date', 'x-dlg-requester-userid', 'x-dlg-authorization'];

/** `new Agent().compose(signingInterceptor(signer, { requester: '45186' }))` */
export function signingInterceptor(signer: Signer, options: SigningOptions): (dispatch: Dispatch) => Dispatch {
  return (dispatch) => (given: Options, handler: unknown) => {
    const path = withQuery(given.path, given.query);
    const headers = list(given.headers);
    const types = headers.filter(([name]) => name.toLowerCase() === 'content-type');
    if (types.length > 1) throw invalid('the header content-type is there twice');
    const body = bodyOf(given.body);
    const signed = signedHeaders(
      signer,
      { method: given.method, resource: path, contentType: types[0]?.[1].replace(/^[ \t]+|[ \t]+$/g, '') ?? null, body: body ?? new Uint8Array() },
      options,
    );
    const sent = [...headers.filter(([name]) => !OURS.includes(name.toLowerCase())), ...signed];
    return dispatch({ ...given, path, query: undefined, body, headers: sent.flat() }, handler);
  };
}

/** The path as it will be sent (DLGA-10): undici would add the query only after us. */
function withQuery(path: string, query: Options['query']): string {
  if (!query) return path;
  if (/[?#]/.test(path)) throw invalid('the path has a query already, and there is another one beside it');
  const text = stringify(query as Parameters<typeof stringify>[0]);
  return text === '' ? path : `${path}?${text}`;
}

/** undici's four forms of headers as pairs. */
function list(headers: unknown): [string, string][] {
  if (headers === null || headers === undefined) return [];
  const found: [string, string][] = [];
  const add = (name: unknown, values: unknown) => {
    for (const value of Array.isArray(values) ? values : [values]) {
      if (value !== undefined && value !== null) found.push([latin1(name), latin1(value)]);
    }
  };
  if (Array.isArray(headers) && !Array.isArray(headers[0])) {
    for (let i = 0; i < headers.length; i += 2) add(headers[i], headers[i + 1]);
  } else if (Symbol.iterator in (headers as object)) {
    for (const [name, value] of headers as Iterable<[unknown, unknown]>) add(name, value);
  } else {
    for (const [name, value] of Object.entries(headers as object)) add(name, value);
  }
  return found;
}

function latin1(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
}

/** The bytes of a body, or null where there is none. */
function bodyOf(body: unknown): Uint8Array | null {
  if (body === null || body === undefined) return null;
  if (typeof body === 'string') return Buffer.from(body);
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (body instanceof ArrayBuffer) return Buffer.from(body);
  throw invalid('the body is neither a string nor bytes: a stream cannot be signed before it is sent; for fetch, use signingFetch');
}
