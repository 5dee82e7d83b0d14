// A plugin for Fastify.

import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import type { Accepted, Verifier } from './dlga.js';
import { receive, type VerifyOptions } from './receive.js';

export type { Accepted } from './dlga.js';
export type { VerifyOptions } from './receive.js';

/** The plugin's options. */
export interface PluginOptions extends VerifyOptions {
  verifier: Verifier;
}

/**
 * `app.register(verifyDlga, { verifier })`: lets only signed requests reach the routes of this scope; others get the
 * vendor's answer. `request.imza` is who signed; the body is parsed by Fastify as ever, behind the verdict.
 */
export async function verifyDlga(app: any, options: PluginOptions): Promise<void> {
  const { verifier, ...rest } = options;
  app.decorateRequest('imza', null);
  app.addHook(
    'preParsing',
    async (request: { raw: IncomingMessage; originalUrl: string; imza: Accepted | null }, reply: any, payload: Readable) => {
      const outcome = await receive(verifier, request.raw, request.originalUrl, payload, rest);
      if ('status' in outcome) {
        if (!request.raw.complete) reply.header('connection', 'close');
        reply.code(outcome.status).type('text/plain; charset=utf-8').send(outcome.text);
        return reply;
      }
      request.imza = outcome.accepted;
      const body = Readable.from(outcome.body.length > 0 ? [outcome.body] : [], { objectMode: false });
      return Object.assign(body, { receivedEncodedLength: outcome.body.length });
    },
  );
}
// The hook is for the scope that registers the plugin, not for one below it.
Object.assign(verifyDlga, { [Symbol.for('skip-override')]: true });
