// Real requests over the loopback address: fetch and undici that sign, Express and Fastify that verify, against each
// other and against the example server and client in Rust.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { execFile, spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { createInterface } from 'node:readline';
import { connect } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import Fastify from 'fastify';
import { Agent, fetch as undiciFetch, request as undiciRequest } from 'undici';
import { dlga, haso } from 'imza';
import { verifyDlga as expressVerify } from 'imza/express';
import { verifyDlga as fastifyVerify } from 'imza/fastify';
import { signingFetch } from 'imza/fetch';
import { signingInterceptor } from 'imza/undici';

const SECRET = 'not-a-real-secret';
const CREDENTIALS = {
  DLGA_KEY_ID: 'key-id',
  DLGA_SECRET: SECRET,
  HASO_MERCHANT_ID: '1000042',
  HASO_KEY: 'merchant-key-not-real',
  HASO_SALT: 'merchant-salt-not-real',
};
const environment = Object.fromEntries(
  Object.entries({ ...process.env, ...CREDENTIALS }).filter(([name]) => !name.toLowerCase().endsWith('_proxy')),
);
const RESOURCE = '/v1/application/gettransactionhashforonlinehelp';
const BODY = '{"customerId" : "123456", "deviceHash" : "fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k="}';
const JSON_TYPE = { 'content-type': 'application/json' };
const ANSWER = { isSuccess: true, message: 'TransactionHash created', transactionHash: '7c5963043b37edbe2706c2b48b4568387084acc7' };
const LARGEST = 1 << 20;

const signer = new dlga.Signer('key-id', SECRET);
const forger = new dlga.Signer('key-id', 'another');
const verifier = new dlga.Verifier().addKey('key-id', SECRET);
const merchant = new haso.Merchant('1000042', { key: CREDENTIALS.HASO_KEY, salt: CREDENTIALS.HASO_SALT });
const recipe = haso.Recipe.find('SetPreDefinedLimit');
const refused = [];
const options = { refused: (error, request) => refused.push([error.kind, request.url]) };

function limit(fields) {
  const { requestToken, ...rest } = fields;
  merchant.verify(recipe, rest, requestToken);
  return { Success: true, Data: { CustomerInfo: { customerId: fields.customerId } } };
}

/** What each route below answers with, so that a test sees what the handler saw. */
function seen(accepted, body) {
  return { ...accepted, body: body.toString('latin1') };
}

const servers = {
  express: async () => {
    const app = express();
    const router = express.Router();
    router.use(expressVerify(verifier, options));
    router.use(express.json());
    router.post('/application/gettransactionhashforonlinehelp', (req, res) => res.json(JSON.parse(req.body).customerId && ANSWER));
    router.all('/echo{/*rest}', (req, res) => res.json(seen(req.imza, req.body)));
    app.use('/v1', router); // originalUrl is more than url there
    app.post('/RequestV2/SetPreDefinedLimit', express.json(), (req, res) => res.json(limit(req.body)));
    app.use('/unbounded', expressVerify(verifier, { maxBody: NaN }));
    app.use('/late', express.json(), expressVerify(verifier), (req, res) => res.json('never'));
    app.use((error, req, res, next) => res.status(500).type('text').send(error.message));
    return new Promise((done) => {
      const server = createServer(app).listen(0, '127.0.0.1', () => done({ port: server.address().port, close: () => server.close() }));
    });
  },
  fastify: async () => {
    const app = Fastify();
    app.register(
      async (scope) => {
        scope.register(fastifyVerify, { verifier, ...options });
        scope.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
        scope.post('/application/gettransactionhashforonlinehelp', async (request) => request.body.customerId && ANSWER);
        scope.all('/echo', async (request) => seen(request.imza, Buffer.from(request.body ?? '')));
        scope.all('/echo/*', async (request) => seen(request.imza, Buffer.from(request.body ?? '')));
      },
      { prefix: '/v1' },
    );
    app.post('/RequestV2/SetPreDefinedLimit', async (request) => limit(request.body));
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { port: app.server.address().port, close: () => app.close() };
  },
};

/** Sends a request as it is, headers in any form of Node's. */
function post(port, resource, headers, body, method = 'POST') {
  return new Promise((done, fail) => {
    const request = httpRequest({ port, host: '127.0.0.1', path: resource, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => (text += piece)).on('end', () => done({ status: response.statusCode, text }));
    });
    request.on('error', fail);
    request.end(body);
  });
}

function signed(parts = {}, by = signer) {
  return by.sign({ method: 'POST', resource: RESOURCE, contentType: 'application/json', body: BODY, requester: '45186', ...parts });
}

for (const [name, start] of Object.entries(servers)) {
  describe(`a server of ${name}`, () => {
    let server;
    let url;
    before(async () => {
      server = await start();
      url = `http://127.0.0.1:${server.port}`;
    });
    after(() => server.close());

    test('answers what fetch signed', async () => {
      const call = signingFetch(signer, { requester: 'şube-1' });
      const answer = await call(url + RESOURCE, { method: 'POST', headers: JSON_TYPE, body: BODY });
      assert.deepEqual(await answer.json(), ANSWER);

      const odd = Buffer.from([0, 0xff, 0x0a, 0x41]);
      const bytes = { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: odd };
      for (const path of ['/v1/echo/a%2Fb/%C3%BC?x=1&y=%20#fragment', '/v1/echo?', '/v1/echo?x=a+b&x=c']) {
        const answer = await call(new URL(url + path), bytes);
        assert.deepEqual(
          await answer.json(),
          { keyIndex: 0, keyId: 'key-id', requester: 'şube-1', body: odd.toString('latin1') },
          path,
        );
      }
      const get = await call(new Request(`${url}/v1/echo`, { headers: { accept: 'x/y' } }));
      assert.deepEqual([get.status, (await get.json()).body], [200, '']);
    });

    test('answers what undici signed', async () => {
      const dispatcher = new Agent().compose(signingInterceptor(signer, { requester: '45186' }));
      const forms = [
        { headers: JSON_TYPE, body: BODY },
        { headers: ['Content-Type', 'application/json'], body: Buffer.from(BODY) },
        { headers: new Map([['content-type', 'application/json']]), body: new Uint8Array(Buffer.from(BODY)) },
        { headers: { ...JSON_TYPE, 'X-Dlg-Date': 'an older one' }, body: BODY },
      ];
      for (const form of forms) {
        const answer = await undiciRequest(url + RESOURCE, { method: 'POST', dispatcher, ...form });
        assert.equal(answer.statusCode, 200);
        assert.deepEqual(await answer.body.json(), ANSWER);
      }
      const query = { a: 'ş b', list: ['1', '2'] };
      const answer = await undiciRequest(`${url}/v1/echo`, { method: 'GET', query, dispatcher });
      assert.equal(answer.statusCode, 200, await answer.body.text());
      await assert.rejects(undiciRequest(`${url}/v1/echo`, { method: 'PUT', body: (async function* () {})(), dispatcher }), {
        kind: 'invalid-argument',
        message: /a stream cannot be signed before it is sent/,
      });
      await dispatcher.close();
    });

    test('refuses with the vendor\'s status and text (DLGA-14, DLGA-15)', async () => {
      const now = Math.floor(Date.now() / 1000);
      const good = signed();
      const { 'x-dlg-date': _, ...dateless } = good;
      const cases = {
        'genuine': [good, 200, null],
        'no date': [dateless, 400, 'Required headers not found', 'headers-missing'],
        'bad format': [{ ...good, 'x-dlg-authorization': 'Bearer x' }, 400, 'Authorization failed due to data format not valid', 'format-invalid'],
        'date twice': [{ ...good, 'x-dlg-date': [good['x-dlg-date'], good['x-dlg-date']] }, 400, 'Authorization failed due to data format not valid', 'format-invalid'],
        'bad date': [{ ...good, 'x-dlg-date': 'yesterday' }, 400, 'Authorization failed due to date not valid', 'date-invalid'],
        'another secret': [signed({}, forger), 401, 'Authorization failed', 'signature-mismatch'],
        'another path': [signed({ resource: '/v1/x' }), 401, 'Authorization failed', 'signature-mismatch'],
        'late': [signed({ date: now - 960 }), 403, 'Request time may not be correct.', 'clock-skew'],
        'early': [signed({ date: now + 960 }), 403, 'Request time may not be correct.', 'clock-skew'],
        'late and forged': [signed({ date: now - 960 }, forger), 401, 'Authorization failed', 'signature-mismatch'],
      };
      for (const [name, [headers, status, text, kind]] of Object.entries(cases)) {
        refused.length = 0;
        const answer = await post(server.port, RESOURCE, { ...JSON_TYPE, ...headers }, BODY);
        assert.equal(answer.status, status, name);
        if (text !== null) assert.equal(answer.text, text, name);
        assert.deepEqual(refused.map(([kind]) => kind), kind === undefined ? [] : [kind], name);
      }
    });

    test('takes a body of a mebibyte, and no larger one', async () => {
      const body = Buffer.alloc(LARGEST, 0x61);
      const type = { 'content-type': 'application/octet-stream' };
      for (const [length, status] of [[LARGEST, 200], [LARGEST + 1, 413]]) {
        const sent = Buffer.alloc(length, 0x61);
        const headers = signed({ resource: '/v1/echo', contentType: type['content-type'], body: sent });
        const whole = await post(server.port, '/v1/echo', { ...type, ...headers, 'content-length': length }, sent);
        assert.equal(whole.status, status);
        const chunked = await post(server.port, '/v1/echo', { ...type, ...headers, 'transfer-encoding': 'chunked' }, sent);
        assert.equal(chunked.status, status);
      }
    });

    test('does not wait for the body of a request without headers (DLGA-15)', async () => {
      const answer = await new Promise((done, fail) => {
        let text = '';
        const socket = connect(server.port, '127.0.0.1');
        socket.setTimeout(10_000, () => fail(new Error(`no end: ${text}`)));
        socket.on('data', (piece) => (text += piece)).on('end', () => done(text)).on('error', fail);
        socket.write(`POST ${RESOURCE} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n`);
      });
      assert.match(answer, /^HTTP\/1\.1 400 /);
      assert.match(answer, /\r\n\r\nRequired headers not found$/);
    });

    test('a client that goes away in the middle of its body does no harm', async () => {
      await new Promise((done, fail) => {
        const socket = connect(server.port, '127.0.0.1').on('error', fail).on('close', done);
        const headers = Object.entries({ ...JSON_TYPE, ...signed() }).map(([name, value]) => `${name}: ${value}\r\n`).join('');
        socket.write(`POST ${RESOURCE} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n${headers}\r\n{`, () => socket.destroy());
      });
      assert.equal((await post(server.port, RESOURCE, { ...JSON_TYPE, ...signed() }, BODY)).status, 200);
    });

    test('the example client in Rust makes both documented calls', async () => {
      const run = (secret) =>
        new Promise((done) => {
          const env = { ...environment, DLGA_SECRET: secret };
          execFile(join(process.env.IMZA_SERVICES, 'client'), [url], { env, timeout: 30_000 }, (error, stdout) =>
            done([error?.code ?? 0, stdout]),
          );
        });
      assert.deepEqual(await run(SECRET), [
        0,
        'gettransactionhashforonlinehelp: 7c5963043b37edbe2706c2b48b4568387084acc7\n' +
          'SetPreDefinedLimit: {"CustomerInfo":{"customerId":"5500123"}}\n',
      ]);
      const [code, printed] = await run('another');
      assert.equal(code, 1);
      assert.match(printed, /the vendor refused the signature with 401: Authorization failed\n/);
    });

    if (name === 'express') {
      test('verifies the path of a request target that has the server in front (DLGA-10)', async () => {
        for (const [path, target] of [['/v1/echo?a', `${url}/v1/echo?a`], ['/v1/echo', 'HTTP://other:8080/v1/echo']]) {
          const headers = signed({ method: 'GET', resource: path, contentType: null, body: null });
          assert.equal((await post(server.port, target, headers, '', 'GET')).status, 200, target);
          assert.equal((await post(server.port, `${target}x`, headers, '', 'GET')).status, 401, target);
        }
      });

      test('says so where the body was read before, or has no bound', async () => {
        const answer = await post(server.port, '/late', { ...JSON_TYPE, ...signed({ resource: '/late' }) }, BODY);
        assert.equal(answer.status, 500);
        assert.match(answer.text, /put verifyDlga in front/);
        const unbounded = await post(server.port, '/unbounded', { ...JSON_TYPE, ...signed({ resource: '/unbounded' }) }, BODY);
        assert.deepEqual(unbounded, { status: 500, text: 'maxBody is not a number of bytes' });
      });
    }
  });
}

describe('the example server in Rust', () => {
  let server;
  let url;
  before(async () => {
    server = spawn(join(process.env.IMZA_SERVICES, 'server'), ['127.0.0.1:0'], { env: environment, stdio: ['ignore', 'pipe', 'ignore'] });
    for await (const line of createInterface(server.stdout)) {
      url = line.replace('listening on ', 'http://');
      break;
    }
  });
  after(() => server.kill());

  test('answers both documented calls, and refuses a forged one', async () => {
    const init = { method: 'POST', headers: JSON_TYPE, body: BODY };
    const answer = await signingFetch(signer, { requester: '45186' })(url + RESOURCE, init);
    assert.equal((await answer.json()).transactionHash, ANSWER.transactionHash);

    const dispatcher = new Agent().compose(signingInterceptor(signer, { requester: '45186' }));
    const requested = await undiciRequest(url + RESOURCE, { ...init, dispatcher });
    assert.equal((await requested.body.json()).transactionHash, ANSWER.transactionHash);
    // fetch gives a dispatcher a stream, whatever its body was: signingFetch is for it.
    await assert.rejects(undiciFetch(url + RESOURCE, { ...init, dispatcher }), (error) => /signingFetch/.test(error.cause.message));

    const forged = await signingFetch(forger, { requester: '45186' })(url + RESOURCE, init);
    assert.deepEqual([forged.status, await forged.text()], [401, 'Authorization failed']);
    const late = await signingFetch(signer, { requester: '45186', now: () => new Date(Date.now() - 960_000) })(url + RESOURCE, init);
    assert.deepEqual([late.status, await late.text()], [403, 'Request time may not be correct.']);

    const fields = { customerId: '5500123', dealerSegment: 'GOLD', ipAddress: '85.105.1.2' };
    const limit = async (requestToken) => {
      const body = JSON.stringify({ merchantId: '1000042', ...fields, requestToken });
      return (await fetch(`${url}/RequestV2/SetPreDefinedLimit`, { ...init, body })).json();
    };
    assert.equal((await limit(merchant.token(recipe, fields))).Success, true);
    assert.equal((await limit(merchant.token(recipe, { ...fields, dealerSegment: 'SILVER' }))).Success, false);
    await dispatcher.close();
  });

  test('answers the example client, and refuses it with another secret', async () => {
    copyFileSync(join(process.env.IMZA_ROOT, 'examples/node/client.mjs'), 'client.mjs'); // where it finds the package
    const run = (secret) =>
      new Promise((done) => {
        const env = { ...environment, DLGA_SECRET: secret };
        execFile(process.execPath, ['client.mjs', url], { env, timeout: 30_000 }, (error, stdout) => done([error?.code ?? 0, stdout]));
      });
    const limit = 'SetPreDefinedLimit: {"CustomerInfo":{"customerId":"5500123"}}\n';
    assert.deepEqual(await run(SECRET), [0, `gettransactionhashforonlinehelp: ${ANSWER.transactionHash}\n${limit}`]);
    const refusal = 'the vendor refused the signature with 401: Authorization failed';
    assert.deepEqual(await run('another'), [1, `gettransactionhashforonlinehelp: ${refusal}\n${limit}`]);
    assert.deepEqual(await run(''), [1, `gettransactionhashforonlinehelp: the environment has no DLGA_SECRET\n${limit}`]);
  });
});

test('a redirect is not followed: its answer is returned, and the signature goes nowhere else', async () => {
  const paths = [];
  const server = createServer((req, res) => {
    paths.push(req.url);
    res.writeHead(307, { location: '/elsewhere' }).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const answer = await signingFetch(signer, { requester: '45186' })(`http://127.0.0.1:${server.address().port}/v1/x`);
  assert.equal(answer.status, 307);
  await answer.text();
  assert.deepEqual(paths, ['/v1/x']);
  server.closeAllConnections();
  server.close();
});
