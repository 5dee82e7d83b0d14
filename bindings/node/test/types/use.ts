// The types, as a program uses them: `tsc` must accept all of it, and refuse each line behind `@ts-expect-error`.
import { dlga, haso, ImzaError, version, type Kind } from 'imza';
import { signingFetch } from 'imza/fetch';
import { signingInterceptor } from 'imza/undici';
import { verifyDlga, type VerifiedRequest } from 'imza/express';
import { verifyDlga as plugin } from 'imza/fastify';
import init from 'imza/web';
import express from 'express';
import Fastify from 'fastify';
import { Agent } from 'undici';

const signer = new dlga.Signer('id', new Uint8Array([1]));
const headers: dlga.SignedHeaders = signer.sign({ method: 'GET', resource: '/', requester: 'r', date: new Date() });
const text: string = headers['x-dlg-authorization'];
const bytes: Uint8Array = dlga.stringToSign({ method: 'GET', resource: '/', date: 1615296512 });
const verifier = new dlga.Verifier().addKey('id', 'secret').window(900n, 900).ignoreClock();
const accepted: dlga.Accepted = verifier.verify({ method: 'GET', resource: '/', headers: { ...headers } }, 1615296512n);
const raw: dlga.Accepted = verifier.verify({ method: 'GET', resource: '/', headers: ['a', 'b'] });
const fetched: dlga.Accepted = verifier.verify({ method: 'GET', resource: '/', headers: new Headers() });
const explanation: dlga.Explanation = new dlga.Explainer().addKey('id', 's').explain({ method: 'GET', resource: '/', headers: [] });
const merchant = new haso.Merchant('1', { saltOnly: 's' }).addOlder({ key: 'k', salt: 's' });
const recipe = haso.Recipe.parse('merchantId + merhant_salt');
const token: string = merchant.token(recipe, new URLSearchParams());
const index: number = merchant.verify(recipe, { a: 'b' }, token);
const kind: Kind = new ImzaError('', { kind: 'panic', status: 4 }).kind;
const call: typeof fetch = signingFetch(signer, { requester: 'r' });
const agent = new Agent().compose(signingInterceptor(signer, { requester: 'r' }));
express().use(verifyDlga(verifier, { maxBody: 1 }), (req, res) => {
  res.send((req as unknown as VerifiedRequest).imza.keyId);
});
Fastify().register(plugin, { verifier });
void [version, text, bytes, accepted, raw, fetched, explanation, index, kind, call, agent, init(new URL('x:y'))];

// @ts-expect-error a requester is required
signer.sign({ method: 'GET', resource: '/' });
// @ts-expect-error not a body line
signer.sign({ method: 'GET', resource: '/', requester: 'r', bodyLine: 'sometimes' });
// @ts-expect-error a field is text
merchant.token(recipe, { customerId: 5500123 });
// @ts-expect-error an explainer does not sign
new dlga.Explainer().sign({});
// @ts-expect-error made by find and parse
new haso.Recipe('x');
