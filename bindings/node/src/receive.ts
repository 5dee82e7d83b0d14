// What the middlewares share: verifying a request of Node's while it is received.

import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Accepted, BodyLine, Verifier } from './dlga.js';
import { ImzaError, invalid } from './error.js';
import { byteString, type Time } from './values.js';

/** How a middleware verifies. */
export interface VerifyOptions {
  /** The largest body, in bytes; 1 MiB, if it is left out. A larger one is answered with 413. */
  maxBody?: number;
  /** The clock; the machine's own, if it is left out. */
  now?: () => Time;
  bodyLine?: BodyLine;
  /** Is called for each refused request, for a log. What it throws is thrown on. */
  refused?: (error: ImzaError, request: IncomingMessage) => void;
}

/** The answer to a refused request: the vendor's own (DLGA-14). */
export interface Refusal {
  status: number;
  text: string;
}

/** The body was larger than `maxBody`. */
const TOO_LARGE: Refusal = { status: 413, text: 'Payload Too Large' };

/**
 * Verifies a request whose body is still to be received. All headers are judged before the body is read; what is
 * refused has an answer. Another failure than a refusal is thrown.
 */
export async function receive(
  verifier: Verifier,
  request: IncomingMessage,
  resource: string,
  stream: Readable,
  options: VerifyOptions,
): Promise<{ accepted: Accepted; body: Buffer } | Refusal> {
  const largest = options.maxBody ?? 1 << 20;
  if (!Number.isSafeInteger(largest) || largest < 0) throw invalid('maxBody is not a number of bytes');
  if (Number(request.headers['content-length'] ?? 0) > largest) return TOO_LARGE;
  const pieces: Buffer[] = [];
  let length = 0;
  let verification;
  try {
    verification = verifier.begin({
      method: request.method ?? '',
      resource: byteString(originForm(resource), 'resource'),
      headers: request.rawHeaders,
      ...(options.bodyLine && { bodyLine: options.bodyLine }),
    });
    for await (const piece of stream.iterator({ destroyOnReturn: false })) {
      length += piece.length;
      if (length > largest) return TOO_LARGE;
      pieces.push(piece);
      verification.update(piece);
    }
    return { accepted: verification.finish(options.now?.() ?? new Date()), body: Buffer.concat(pieces, length) };
  } catch (error) {
    if (!(error instanceof ImzaError) || error.httpStatus === null) throw error;
    options.refused?.(error, request);
    return { status: error.httpStatus, text: error.vendorText ?? '' };
  } finally {
    verification?.close();
  }
}

/** A request target without the server's address, which proxies may send in front (DLGA-10). */
function originForm(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '');
  return path === target || path.startsWith('/') ? path : `/${path}`;
}
