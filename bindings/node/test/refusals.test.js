// What is refused, and how: each error names the thing and the place. What is never shown: secrets.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import * as imza from 'imza';
import { dlga, haso, ImzaError } from 'imza';

const require = createRequire(import.meta.url);
const SECRET = 'a-secret-that-is-nowhere-else';
const NOW = 1615296512;
const REQUEST = { method: 'POST', resource: '/v1/x', contentType: 'application/json', body: '{}' };
const RECEIVED = { ...REQUEST, headers: {} };
const LONE = '\ud800';

function detached() {
  const bytes = new Uint8Array(8);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

function closing(handles) {
  for (const handle of handles) handle.close();
}

test('import and require give one package', () => {
  assert.equal(require('imza').dlga.Signer, dlga.Signer);
  assert.equal(require('imza').ImzaError, ImzaError);
  assert.match(imza.version, /^\d+\.\d+\.\d+$/);
});

test('each call on a closed object is an error of that kind, and a second close() is not one', () => {
  const signer = new dlga.Signer('id', SECRET);
  const verifier = new dlga.Verifier();
  const explainer = new dlga.Explainer();
  const merchant = new haso.Merchant('1', { key: SECRET, salt: 's' });
  const recipe = haso.Recipe.find('SetPreDefinedLimit');
  const open = haso.Recipe.find('SetPreDefinedLimit');
  const tokens = new haso.Explainer('1', { saltOnly: SECRET });
  const rich = new haso.Merchant('1', { key: 'k', salt: 's' });
  const headers = signer.sign({ ...REQUEST, requester: 'r', date: NOW });
  const verification = verifier.begin({ ...REQUEST, headers });
  const all = { signer, verifier, explainer, merchant, recipe, tokens, verification };
  for (const handle of Object.values(all)) {
    assert.equal(handle.closed, false);
    handle.close();
    handle.close();
    assert.equal(handle.closed, true);
  }
  const calls = [
    () => signer.sign({ ...REQUEST, requester: 'r', date: NOW }),
    () => signer.sign({ ...REQUEST, body: 'x'.repeat(70000), requester: 'r', date: NOW }),
    () => verifier.verify(RECEIVED, NOW),
    () => verifier.addKey('id', SECRET),
    () => verifier.window(1, 1),
    () => verifier.ignoreClock(),
    () => verifier.begin(RECEIVED),
    () => verification.update('x'),
    () => verification.finish(NOW),
    () => explainer.addKey('id', SECRET),
    () => explainer.at(NOW),
    () => explainer.explain(RECEIVED),
    () => merchant.token(open, {}),
    () => merchant.message(open, {}),
    () => merchant.verify(open, {}, ''),
    () => merchant.addOlder({ saltOnly: 'x' }),
    () => rich.token(recipe, {}),
    () => recipe.print(),
    () => recipe.withoutFieldChecks(),
    () => recipe.ignoringOtherFields(),
    () => tokens.explain(open, {}, ''),
    () => tokens.addOlder({ saltOnly: 'x' }),
  ];
  for (const call of calls) assert.throws(call, (error) => error instanceof ImzaError && error.kind === 'closed', String(call));
  closing([open, rich]);
});

test('an object of another class is an error', () => {
  const merchant = new haso.Merchant('1', { key: 'k', salt: 's' });
  for (const wrong of [merchant, {}, null, undefined, 7, Object.create(haso.Recipe.prototype)]) {
    assert.throws(() => merchant.token(wrong, {}), { name: 'ImzaError', message: 'what was passed is not a Recipe' }, inspect(wrong));
  }
  merchant.close();
});

test('a lone surrogate is refused by the name of what holds it, with its byte', () => {
  const signer = new dlga.Signer('id', 'secret');
  const verifier = new dlga.Verifier();
  const merchant = new haso.Merchant('1', { key: 'k', salt: 's' });
  const recipe = haso.Recipe.find('SetPreDefinedLimit');
  const sign = (part) => signer.sign({ ...REQUEST, requester: 'r', date: NOW, ...part });
  const cases = [
    ['access key id', () => new dlga.Signer(LONE, 'secret'), 0],
    ['secret', () => new dlga.Signer('id', `ş${LONE}`), 2],
    ['method', () => sign({ method: LONE }), 0],
    ['resource', () => sign({ resource: `/😀${LONE}` }), 5],
    ['content type', () => sign({ contentType: `a${LONE}a` }), 1],
    ['body', () => sign({ body: `{"a":"${LONE}"}` }), 6],
    ['date', () => sign({ date: LONE }), 0],
    ['requester', () => sign({ requester: `x${LONE}` }), 1],
    ['value of the header "x-dlg-date"', () => verifier.verify({ ...REQUEST, headers: { 'x-dlg-date': LONE } }, NOW), 0],
    ['merchant id', () => new haso.Merchant(LONE, { key: 'k', salt: 's' }), 0],
    ['merchant key', () => new haso.Merchant('1', { key: LONE, salt: 's' }), 0],
    ['salt', () => new haso.Merchant('1', { key: 'k', salt: LONE }), 0],
    ['salt', () => new haso.Merchant('1', { saltOnly: LONE }), 0],
    ['field "customerId"', () => merchant.token(recipe, { customerId: `1${LONE}` }), 1],
    ['name of a field', () => merchant.token(recipe, [[LONE, '1']]), 0],
    ['token', () => merchant.verify(recipe, {}, LONE), 0],
    ['recipe', () => haso.Recipe.parse(LONE), 0],
    ['endpoint', () => haso.Recipe.find(LONE), 0],
  ];
  for (const [what, call, offset] of cases) {
    const message = `the ${what} holds a lone surrogate at byte ${offset}, which has no UTF-8`;
    assert.throws(call, { kind: 'invalid-argument', status: 3, message, offset });
  }
  closing([signer, verifier, merchant, recipe]);
});

test('bytes that are not UTF-8 are refused where text is needed', () => {
  const bad = Uint8Array.of(0x61, 0xff);
  const merchant = new haso.Merchant('1', { key: 'k', salt: 's' });
  const recipe = haso.Recipe.find('SetPreDefinedLimit');
  assert.throws(() => new dlga.Signer(bad, 'secret'), { kind: 'invalid-argument', offset: 1, message: /UTF-8/ });
  assert.throws(() => new haso.Merchant(bad, { key: 'k', salt: 's' }), { kind: 'invalid-argument', message: /UTF-8/ });
  assert.throws(() => merchant.token(recipe, { customerId: bad, dealerSegment: 'x' }), {
    kind: 'field-invalid',
    field: 'customerId',
    message: /UTF-8/,
  });
  // A secret and a body are bytes, whatever they are.
  const signer = new dlga.Signer('id', bad);
  signer.sign({ ...REQUEST, body: bad, requester: 'r', date: NOW });
  closing([signer, merchant, recipe]);
});

test('what has the wrong type is refused by name', () => {
  const signer = new dlga.Signer('id', 'secret');
  const verifier = new dlga.Verifier();
  const merchant = new haso.Merchant('1', { key: 'k', salt: 's' });
  const recipe = haso.Recipe.find('SetPreDefinedLimit');
  const sign = (part) => signer.sign({ ...REQUEST, requester: 'r', date: NOW, ...part });
  const cases = [
    [/the method is neither a string nor bytes/, () => sign({ method: 5 })],
    [/the body is neither a string nor bytes/, () => sign({ body: { a: 1 } })],
    [/the body is neither a string nor bytes/, () => sign({ body: new URLSearchParams('a=1') })],
    [/the bodyLine is not one of when-present, always, never/, () => sign({ bodyLine: 'sometimes' })],
    [/the date is not a valid Date/, () => sign({ date: new Date(NaN) })],
    [/the date is not a valid Date, nor a whole number of seconds/, () => sign({ date: NOW + 0.5 })],
    [/the date does not fit in 64 bits/, () => sign({ date: 1n << 64n })],
    [/./, () => sign({ date: 253402300800 })],
    [/the requester is not a string/, () => sign({ requester: 7 })],
    [/the requester is empty/, () => sign({ requester: ' \t' })],
    [/the requester holds a control character at byte 1/, () => sign({ requester: 'a\r\nx: y' })],
    [/the request is not an object/, () => signer.sign(null)],
    [/the request is not an object/, () => verifier.verify('x')],
    [/the headers is not an object|the headers are/, () => verifier.verify({ ...REQUEST, headers: ['a'] }, NOW)],
    [/the headers is not an object/, () => verifier.verify(REQUEST, NOW)],
    [/a header is not a pair/, () => verifier.verify({ ...REQUEST, headers: [['a']] }, NOW)],
    [/the value of the header "a" is neither/, () => verifier.verify({ ...REQUEST, headers: { a: 1 } }, NOW)],
    [/the clock is not a valid Date/, () => verifier.verify({ ...RECEIVED }, 'now')],
    [/./, () => verifier.window(-1, 0)],
    [/the secrets is not an object/, () => new haso.Merchant('1', 'key')],
    [/saltOnly beside key/, () => new haso.Merchant('1', { key: 'k', saltOnly: 's' })],
    [/the field "customerId" is null/, () => merchant.token(recipe, { customerId: null })],
    [/the field "customerId" is neither a string/, () => merchant.token(recipe, { customerId: 5500123 })],
    [/the body is in a buffer that was passed to another thread/, () => sign({ body: detached() })],
    [/./, () => new dlga.Signer('', 'secret')],
    [/./, () => new dlga.Signer('id', '')],
    [/./, () => new dlga.Signer()],
    [/./, () => new haso.Merchant('1', { key: '', salt: 's' })],
  ];
  for (const [message, call] of cases) assert.throws(call, { name: 'ImzaError', kind: 'invalid-argument', message }, String(call));
  closing([signer, verifier, merchant, recipe]);
});

test('headers are taken in every form that JavaScript has them', () => {
  const signer = new dlga.Signer('id', SECRET);
  const verifier = new dlga.Verifier().addKey('id', SECRET);
  const signed = signer.sign({ ...REQUEST, requester: 'şube', date: NOW });
  const wire = Object.entries(signed).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]);
  const forms = {
    object: signed,
    'object of lists': Object.fromEntries(Object.entries(signed).map(([name, value]) => [name, [value]])),
    pairs: Object.entries(signed),
    map: new Map(Object.entries(signed)),
    bytes: Object.entries(signed).map(([name, value]) => [name, Buffer.from(value)]),
    Headers: new Headers(wire),
    rawHeaders: wire.flat(),
  };
  for (const [form, headers] of Object.entries(forms)) {
    assert.deepEqual(verifier.verify({ ...REQUEST, headers }, NOW), { keyIndex: 0, keyId: 'id', requester: 'şube' }, form);
  }
  const twice = [...Object.entries(signed), ['x-dlg-date', signed['x-dlg-date']]];
  assert.throws(() => verifier.verify({ ...REQUEST, headers: twice }, NOW), { kind: 'format-invalid', httpStatus: 400 });
  const twiceToo = { ...signed, 'x-dlg-date': [signed['x-dlg-date'], signed['x-dlg-date']] };
  assert.throws(() => verifier.verify({ ...REQUEST, headers: twiceToo }, NOW), { kind: 'format-invalid' });
  closing([signer, verifier]);
});

test('a large body is signed and verified in pieces, and the memory does not grow with it', async () => {
  const { lib } = require(require.resolve('imza').replace('node.js', 'library.js'));
  const signer = new dlga.Signer('id', SECRET);
  const verifier = new dlga.Verifier().addKey('id', SECRET);
  const { createHmac } = await import('node:crypto');
  const sign = (body) => {
    const headers = signer.sign({ ...REQUEST, body, requester: 'r', date: NOW });
    const text = Buffer.concat([Buffer.from(`POST\napplication/json\n${headers['x-dlg-date']}\n`), Buffer.from(body), Buffer.from('\n/v1/x')]);
    const expected = createHmac('sha256', SECRET).update(text).digest('base64');
    assert.equal(headers['x-dlg-authorization'], `DLGA id:${expected}`, `${body.length}`);
    verifier.verify({ ...REQUEST, body, headers }, NOW);
    return headers;
  };
  for (const length of [65535, 65536, 65537, 131072, 200001]) sign('ş'.repeat(length));
  const before = lib().memory.buffer.byteLength;
  const headers = sign(Buffer.alloc(30_000_000, 'x'));
  assert.equal(lib().memory.buffer.byteLength, before);
  assert.throws(() => verifier.verify({ ...REQUEST, body: Buffer.alloc(30_000_001, 'x'), headers }, NOW), {
    kind: 'signature-mismatch',
  });
  closing([signer, verifier]);
});

test('an explanation has all its parts', () => {
  const signer = new dlga.Signer('id', SECRET);
  const headers = signer.sign({ ...REQUEST, requester: 'r', date: NOW });
  const explainer = new dlga.Explainer().addKey('other', 'another-one').addKey('id', SECRET);
  const good = explainer.explain({ ...REQUEST, headers });
  assert.equal(good.valid, true);
  assert.equal(good.refusal, '');
  assert.match(String(good), /^Valid/);
  assert.match(explainer.explain({ ...REQUEST, headers: { ...headers, date: 'nonsense' } }).text, /^Valid/);

  const newline = explainer.explain({ ...REQUEST, body: '{}\n', headers });
  assert.equal(newline.valid, false);
  assert.equal(newline.matches[0].keyIndex, 1);
  assert.match(newline.matches[0].text, /newline/);
  assert.match(newline.text, /^Refused.*\n(.*\n)*The signature matches when/);
  assert.equal(Buffer.from(newline.signedHex, 'hex').toString(), `POST\napplication/json\n${headers['x-dlg-date']}\n{}\n\n/v1/x`);
  assert.match(newline.signedText, /POST⏎/);
  assert.ok(newline.tried > 0);
  assert.equal(newline.cutShort, false);

  const none = explainer.explain({ ...REQUEST, headers: { ...headers, 'x-dlg-authorization': 'DLGA id:4J2OtxTeMpyfMad4y26RaKA/rrk=' } });
  assert.match(none.text, /\nNo reading matches/);
  assert.ok(none.notes.some((note) => /20 bytes/.test(note)), none.notes);

  const late = new dlga.Explainer().addKey('id', SECRET).at(NOW + 901);
  assert.equal(late.explain({ ...REQUEST, headers }).valid, false);

  const merchant = new haso.Merchant('1000042', { key: SECRET, salt: 'salt-not-real' });
  const recipe = haso.Recipe.find('SetPreDefinedLimit');
  const fields = { customerId: '5500123', dealerSegment: 'GOLD' };
  const exchanged = new haso.Explainer('1000042', { key: 'salt-not-real', salt: SECRET });
  const explained = exchanged.explain(recipe, fields, merchant.token(recipe, fields));
  assert.match(explained.text, /The token matches when/);
  assert.equal(explained.matches.length > 0, true);
  for (const text of [JSON.stringify(explained), String(explained)]) assert.doesNotMatch(text, /a-secret|salt-not-real/);
  closing([signer, explainer, late, merchant, recipe, exchanged]);
});

test('a recipe is discovered', () => {
  // The golden corpus' first request; its token is under the merchant key.
  const token = 'Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=';
  const fields = { ipAddress: '85.105.1.2', customerId: '5500123', dealerSegment: 'GOLD' };
  const discoverer = new haso.Discoverer('1000042', { key: 'merchant-key-not-real', salt: 'merchant-salt-not-real' });
  assert.deepEqual(discoverer.discover(), { found: [], tried: 0, complete: true, notes: [] });
  assert.throws(() => discoverer.addSample(fields, 'short'), { kind: 'token-malformed' });
  for (const wrong of [-1, 1.5, 2 ** 32, NaN, '1']) assert.throws(() => discoverer.discover(wrong), { kind: 'invalid-argument' });
  const { found, tried, complete, notes } = discoverer.addSample(fields, token).discover();
  const recipe = 'merchantId + customerId + dealerSegment + ipAddress + merhant_salt';
  assert.deepEqual({ found, complete, notes }, { found: [{ recipe, hmacKey: 'merchant-key' }], complete: true, notes: [] });
  assert.equal(tried > 10, true);
  const saltOnly = new haso.Discoverer('1000042', { saltOnly: 'merchant-salt-not-real' }).addSample(fields, token);
  const bounded = saltOnly.discover(5);
  assert.equal(bounded.found.length === 0 && !bounded.complete && bounded.tried <= 5, true);
  assert.doesNotMatch(inspect(discoverer, { depth: null, showHidden: true }), /not-real/);
  closing([discoverer, saltOnly]);
  assert.throws(() => discoverer.discover(), /closed/);
});

test('no secret is in what is printed, listed or made JSON of', () => {
  const handles = [
    new dlga.Signer('id', SECRET),
    new dlga.Verifier().addKey('id', SECRET),
    new dlga.Explainer().addKey('id', SECRET),
    new haso.Merchant('1', { key: SECRET, salt: SECRET }).addOlder({ saltOnly: SECRET }),
    new haso.Explainer('1', { key: SECRET, salt: SECRET }).addOlder({ key: SECRET, salt: SECRET }),
  ];
  for (const handle of handles) {
    const shown = [inspect(handle, { depth: null, showHidden: true }), JSON.stringify(handle), String(handle)].join();
    assert.doesNotMatch(shown, /a-secret/);
    handle.close();
  }
});

test('the memory of the module holds no secret after close(), nor what it was given for a call', () => {
  const { lib } = require(require.resolve('imza').replace('node.js', 'library.js'));
  const found = (text) => Buffer.from(lib().memory.buffer).indexOf(text) >= 0;
  const long = `${'long-and-secret-'.repeat(8)}to-the-end`; // longer than a block of SHA-256
  for (const secret of ['a-secret-for-the-scan-0123456789', long]) {
    const signer = new dlga.Signer('id', secret);
    const verifier = new dlga.Verifier().addKey('id', secret);
    const explainer = new dlga.Explainer().addKey('id', secret);
    const merchant = new haso.Merchant('1', { key: secret, salt: `salt-of-${secret}` });
    merchant.addOlder({ key: `older-${secret}`, salt: `older-salt-${secret}` });
    const recipe = haso.Recipe.find('SetPreDefinedLimit');
    const fields = { customerId: 'c-for-the-scan', dealerSegment: 'GOLD' };
    const token = merchant.token(recipe, fields);
    merchant.verify(recipe, fields, token);
    merchant.message(recipe, fields);
    const body = `{"pin":"${'body-for-the-scan'.repeat(20)}"}`;
    const headers = signer.sign({ ...REQUEST, body, requester: 'r', date: NOW });
    verifier.verify({ ...REQUEST, body, headers }, NOW);
    assert.throws(() => signer.sign({ ...REQUEST, body, requester: 'r', date: 'no date' }));
    assert.equal(found('salt-of-'), true, 'the scan sees what is there');
    explainer.explain({ ...REQUEST, body: `${body}\n`, headers });
    const tokens = new haso.Explainer('1', { key: secret, salt: `salt-of-${secret}` });
    for (const wrong of ['x', 'ABCD'.repeat(10) + 'ABA=']) tokens.explain(recipe, fields, wrong);
    closing([tokens, signer, verifier, explainer, merchant, recipe]);
    for (const gone of [secret.slice(0, 24), secret.slice(-12), 'salt-of-', 'older-', token]) {
      assert.equal(found(gone), false, gone);
    }
  }
});

test('what is never closed is ended by the garbage collector', { skip: !globalThis.gc && 'without --expose-gc' }, async () => {
  const { lib } = require(require.resolve('imza').replace('node.js', 'library.js'));
  const make = (n) => {
    for (let i = 0; i < n; i++) new dlga.Verifier().addKey('id', 'x'.repeat(1000));
  };
  const collected = async () => {
    for (let i = 0; i < 10; i++) {
      globalThis.gc();
      await new Promise((done) => setImmediate(done));
    }
    return lib().memory.buffer.byteLength;
  };
  make(2000);
  const before = await collected();
  make(2000);
  const after = await collected();
  assert.ok(after - before < 1_000_000, `${after - before} bytes more, and what was made holds 2,000,000`);
});

test('a fault of the module is an error, and ends it', () => {
  const { Library } = require(require.resolve('imza').replace('node.js', 'library.js'));
  const library = new Library(new WebAssembly.Module(readFileSync(require.resolve('imza/imza.wasm'))));
  const handle = library.make('imza_dlga_verifier_new', [], () => []);
  new Uint8Array(library.memory.buffer).set(Buffer.from('a-secret'), 4096);
  assert.throws(() => library.number('imza_explanation_tried', 0xfffffff0), { kind: 'panic', status: 4 });
  assert.equal(Buffer.from(library.memory.buffer).indexOf('a-secret'), -1);
  assert.throws(() => library.version(), { kind: 'panic' });
  library.free('imza_dlga_verifier_free', handle); // has nothing left to end
});

test('a verification gives one verdict', () => {
  const signer = new dlga.Signer('id', SECRET);
  const verifier = new dlga.Verifier().addKey('id', SECRET);
  const headers = signer.sign({ ...REQUEST, requester: 'r', date: NOW });
  const verification = verifier.begin({ ...REQUEST, headers });
  verification.update('');
  verification.update('{}');
  assert.equal(verification.finish(NOW).keyId, 'id');
  assert.throws(() => verification.finish(NOW), { kind: 'invalid-argument', httpStatus: null });
  assert.throws(() => verification.update('x'), { kind: 'invalid-argument' });
  closing([signer, verifier, verification]);
});

test('each thread has a module of its own, and they agree', async () => {
  const code = `
    import { parentPort, workerData } from 'node:worker_threads';
    const { dlga } = await import(workerData.imza);
    const signer = new dlga.Signer('id', workerData.secret);
    for (let i = 0; i < 500; i++) parentPort.postMessage(signer.sign(workerData.request)['x-dlg-authorization']);
  `;
  const request = { ...REQUEST, requester: 'r', date: NOW };
  const signer = new dlga.Signer('id', SECRET);
  const expected = signer.sign(request)['x-dlg-authorization'];
  const counts = await Promise.all(
    Array.from({ length: 4 }, () => {
      const workerData = { imza: import.meta.resolve('imza'), secret: SECRET, request };
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { workerData });
      return new Promise((done, fail) => {
        let count = 0;
        worker.on('message', (value) => (count += value === expected ? 1 : -1000));
        worker.on('error', fail).on('exit', () => done(count));
      });
    }),
  );
  assert.deepEqual(counts, [500, 500, 500, 500]);
  signer.close();
});

test('for browsers and workers, the module is loaded first', async () => {
  const web = await import('imza/web');
  const wasm = readFileSync(require.resolve('imza/imza.wasm'));
  assert.throws(() => new web.dlga.Signer('id', SECRET), { kind: 'invalid-argument', message: /await init\(\)/ });
  await assert.rejects(web.default(new Uint8Array(8)), WebAssembly.CompileError);
  await assert.rejects(web.default(new Response('gone', { status: 404 })), /could not be loaded: 404/);
  await web.default(Promise.resolve(new Response(wasm)));
  await web.default(wasm); // a second time does nothing
  assert.equal(web.version(), imza.version);
  const [here, there] = [new dlga.Signer('id', SECRET), new web.dlga.Signer('id', SECRET)];
  const request = { ...REQUEST, requester: 'r', date: NOW };
  assert.deepEqual(there.sign(request), here.sign(request));
  closing([here, there]);
});
