// A signing client: makes both documented calls and prints the answers.
//
//   node client.mjs http://127.0.0.1:8080
//
// The credentials come from the environment: DLGA_KEY_ID, DLGA_SECRET, HASO_MERCHANT_ID, HASO_KEY, HASO_SALT. Exits with
// 1 when an answer is not the documented success.

import { dlga, haso } from 'imza';
import { signingFetch } from 'imza/fetch';

const server = process.argv[2] ?? 'http://127.0.0.1:8080';
const headers = { 'content-type': 'application/json' };

function variable(name) {
  const value = process.env[name];
  if (!value) throw new Error(`the environment has no ${name}`);
  return value;
}

/** Diyalog's call: the request is signed on its way. */
async function transactionHash() {
  const signer = new dlga.Signer(variable('DLGA_KEY_ID'), variable('DLGA_SECRET'));
  try {
    const call = signingFetch(signer, { requester: '45186' });
    const body = JSON.stringify({ customerId: '123456', deviceHash: 'fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k=' });
    const answer = await call(`${server}/v1/application/gettransactionhashforonlinehelp`, { method: 'POST', headers, body });
    const text = await answer.text();
    if ([400, 401, 403].includes(answer.status)) throw new Error(`the vendor refused the signature with ${answer.status}: ${text}`);
    if (answer.status !== 200) throw new Error(`the vendor answered ${answer.status}: ${text}`);
    const { isSuccess, message, transactionHash } = JSON.parse(text);
    if (!isSuccess) throw new Error(`the call did not succeed: ${message}`);
    return transactionHash;
  } finally {
    signer.close();
  }
}

/** Haso's call: the token is one of the fields. */
async function limit() {
  const merchantId = variable('HASO_MERCHANT_ID');
  const merchant = new haso.Merchant(merchantId, { key: variable('HASO_KEY'), salt: variable('HASO_SALT') });
  const recipe = haso.Recipe.find('SetPreDefinedLimit');
  try {
    const fields = { customerId: '5500123', dealerSegment: 'GOLD', ipAddress: '85.105.1.2' };
    const body = JSON.stringify({ merchantId, ...fields, requestToken: merchant.token(recipe, fields) });
    const answer = await fetch(`${server}/RequestV2/SetPreDefinedLimit`, { method: 'POST', headers, body });
    const { Success, Errors, Data } = await answer.json();
    if (!Success) throw new Error(`the vendor refused the call: ${(Errors ?? []).join('; ')}`);
    return JSON.stringify(Data);
  } finally {
    recipe.close();
    merchant.close();
  }
}

for (const [name, make] of Object.entries({ gettransactionhashforonlinehelp: transactionHash, SetPreDefinedLimit: limit })) {
  try {
    console.log(`${name}: ${await make()}`);
  } catch (error) {
    console.log(`${name}: ${error.message}`);
    process.exitCode = 1;
  }
}
