// Makes imza.postman_collection.json of the two scripts beside this file: `node build.js`.
import { readFileSync, writeFileSync } from 'node:fs';

const lines = (file) => readFileSync(new URL(file, import.meta.url), 'utf8').trimEnd().split('\n');
const request = (name, path, script, body, check) => ({
  name,
  event: [
    { listen: 'prerequest', script: { type: 'text/javascript', exec: lines(script) } },
    { listen: 'test', script: { type: 'text/javascript', exec: check } },
  ],
  request: {
    method: 'POST',
    header: [{ key: 'Content-Type', value: 'application/json' }],
    url: { raw: `{{base_url}}/${path}`, host: ['{{base_url}}'], path: path.split('/') },
    body: { mode: 'raw', raw: body },
  },
});
const collection = {
  info: {
    name: 'imza',
    description: 'Signs a request of Diyalog (DLGA) and one of Haso (requestToken). Set the variables of the collection, better those of an environment.',
    schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
  },
  item: [
    request(
      'Diyalog: gettransactionhashforonlinehelp',
      'v1/application/gettransactionhashforonlinehelp',
      'dlga.js',
      '{"customerId" : "123456", "deviceHash" : "fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k="}',
      ["pm.test('the signature is accepted', () => pm.response.to.have.status(200));"],
    ),
    request(
      'Haso: SetPreDefinedLimit',
      'RequestV2/SetPreDefinedLimit',
      'haso.js',
      '{"customerId": "5500123", "dealerSegment": "GOLD", "ipAddress": "85.105.1.2"}',
      ["pm.test('the token is accepted', () => pm.expect(pm.response.json().Success).to.equal(true));"],
    ),
  ],
  variable: ['base_url', 'dlga_key_id', 'dlga_secret', 'dlga_requester', 'haso_merchant_id', 'haso_key', 'haso_salt'].map(
    (key) => ({ key, value: '', type: 'string' }),
  ),
};
const made = `${JSON.stringify(collection, null, 2)}\n`;
const file = new URL('imza.postman_collection.json', import.meta.url);
if (process.argv[2] !== 'check') writeFileSync(file, made);
else if (readFileSync(file, 'utf8') !== made) throw new Error('imza.postman_collection.json is not what build.js makes');
