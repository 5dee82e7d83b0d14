// A `fetch` that signs what it sends.

import type { Signer, BodyLine } from './dlga.js';
import { byteString, toByteString, type Time } from './values.js';

/** How requests are signed. */
export interface SigningOptions {
  /** The person on whose behalf the calls are made (DLGA-2). */
  requester: string;
  /** The clock; the machine's own, if it is left out. */
  now?: () => Time;
  bodyLine?: BodyLine;
}

/** How `signingFetch` signs. */
export interface FetchOptions extends SigningOptions {
  /** What sends the requests; the global `fetch`, if it is left out. */
  fetch?: typeof globalThis.fetch;
}

/** The three headers for a request whose parts are as HTTP sends them, one character a byte. */
export function signedHeaders(
  signer: Signer,
  request: { method: string; resource: string; contentType: string | null; body: Uint8Array },
  options: SigningOptions,
): [string, string][] {
  const signed = signer.sign({
    method: request.method,
    resource: byteString(request.resource, 'resource'),
    contentType: request.contentType === null ? null : byteString(request.contentType, 'content type'),
    body: request.body,
    requester: options.requester,
    ...(options.now && { date: options.now() }),
    ...(options.bodyLine && { bodyLine: options.bodyLine }),
  });
  return Object.entries(signed).map(([name, value]) => [name, toByteString(value as string)]);
}

/**
 * A `fetch` that signs every request. The body is read into memory, since the signature covers its bytes. A redirect is
 * not followed: the signature covers the path, and must not go to another server. Its answer is what you get.
 */
export function signingFetch(signer: Signer, options: FetchOptions): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const resource = url.pathname + url.search;
    const body = new Uint8Array(await request.arrayBuffer());
    const headers = new Headers(request.headers);
    const contentType = headers.get('content-type');
    for (const [name, value] of signedHeaders(signer, { method: request.method, resource, contentType, body }, options)) {
      headers.set(name, value);
    }
    return (options.fetch ?? globalThis.fetch)(url.origin + resource, {
      credentials: request.credentials,
      ...init, // what is not HTTP's, such as undici's dispatcher
      method: request.method,
      headers,
      body: body.length > 0 ? body : null,
      redirect: request.redirect === 'error' ? 'error' : 'manual',
      signal: request.signal,
    });
  };
}
