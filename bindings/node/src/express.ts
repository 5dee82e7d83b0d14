// A middleware for Express (and whatever else takes `(req, res, next)`).

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Accepted, Verifier } from './dlga.js';
import { receive, type VerifyOptions } from './receive.js';

export type { VerifyOptions } from './receive.js';

/** A request behind the middleware. */
export interface VerifiedRequest extends IncomingMessage {
  /** Who signed it. */
  imza: Accepted;
  /** The very bytes that were signed. `JSON.parse(req.body)` reads JSON. */
  body: Buffer;
}

/**
 * Lets only signed requests pass; others get the vendor's answer. It must be in front of whatever reads the body
 * (`express.json()`), which then passes the request by: `req.body` is the Buffer that was signed.
 */
export function verifyDlga(verifier: Verifier, options: VerifyOptions = {}) {
  return (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void => {
    const request = req as IncomingMessage & { originalUrl?: string; body?: unknown; _body?: boolean };
    if (request.body !== undefined || req.readableDidRead) {
      return next(new Error('imza: the body was read before verifyDlga, which needs its bytes: put verifyDlga in front'));
    }
    // Behind a router, `req.url` is only the rest of what was signed.
    receive(verifier, req, request.originalUrl ?? req.url ?? '', req, options).then((outcome) => {
      if ('status' in outcome) {
        res.writeHead(outcome.status, {
          'Content-Type': 'text/plain; charset=utf-8',
          'Content-Length': Buffer.byteLength(outcome.text),
          ...(!req.complete && { Connection: 'close' }),
        });
        res.end(outcome.text);
        return;
      }
      (req as VerifiedRequest).imza = outcome.accepted;
      request.body = outcome.body;
      request._body = true; // body-parser's own sign that the body was read
      next();
    }, next);
  };
}
