// The Postman collection, run by newman against the example server in Rust.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import newman from 'newman';

const folder = join(process.env.IMZA_ROOT, 'bindings/node/postman');
const VARIABLES = {
  dlga_key_id: 'key-id',
  dlga_secret: 'not-a-real-şecret',
  dlga_requester: '45186',
  haso_merchant_id: '1000042',
  haso_key: 'merchant-key-not-real',
  haso_salt: 'merchant-salt-not-real',
};

describe('the Postman collection', () => {
  let server;
  let address;
  before(async () => {
    const env = {
      DLGA_KEY_ID: 'key-id',
      DLGA_SECRET: VARIABLES.dlga_secret,
      HASO_MERCHANT_ID: '1000042',
      HASO_KEY: VARIABLES.haso_key,
      HASO_SALT: VARIABLES.haso_salt,
    };
    server = spawn(join(process.env.IMZA_SERVICES, 'server'), ['127.0.0.1:0'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    for await (const line of createInterface(server.stdout)) {
      address = line.replace('listening on ', 'http://');
      break;
    }
  });
  after(() => server.kill());

  /** Runs the collection; gives back each request's status and text, and what failed. */
  function run(variables, change = () => undefined) {
    const collection = JSON.parse(readFileSync(join(folder, 'imza.postman_collection.json'), 'utf8'));
    change(collection);
    const envVar = Object.entries({ base_url: address, ...VARIABLES, ...variables }).map(([key, value]) => ({ key, value }));
    return new Promise((done, fail) => {
      newman.run({ collection, envVar, reporters: [] }, (error, summary) => {
        if (error) return fail(error);
        const answers = summary.run.executions.map(({ response }) => response && [response.code, response.stream.toString()]);
        done({ answers, failures: summary.run.failures.map(({ error }) => error.message) });
      });
    });
  }

  test('is what its scripts make it', () => {
    execFileSync(process.execPath, [join(folder, 'build.js'), 'check']);
  });

  test('signs both documented calls', async () => {
    const { answers, failures } = await run({});
    assert.deepEqual(failures, []);
    assert.deepEqual(answers.map(([code]) => code), [200, 200]);
    assert.match(answers[0][1], /7c5963043b37edbe2706c2b48b4568387084acc7/);
  });

  test('signs what is sent: variables, several lines, letters beyond ASCII', async () => {
    const { answers, failures } = await run({ customer: 'şube "{{dlga_key_id}}"'.replaceAll('"', '') }, ({ item }) => {
      item[0].request.body.raw = '{\n\t"customerId" : "{{customer}}",\r\n  "deviceHash" : "{{$guid}}"\n}\n';
      item[1].request.body.raw = '{"customerId": "5500123", "dealerSegment": "ÇOK"}';
    });
    assert.deepEqual(failures, []);
    assert.deepEqual(answers.map(([code]) => code), [200, 200]);
  });

  test('is refused with other secrets, and says so', async () => {
    const { answers, failures } = await run({ dlga_secret: 'another', haso_key: 'another' });
    assert.deepEqual(answers[0], [401, 'Authorization failed']);
    assert.equal(JSON.parse(answers[1][1]).Success, false);
    assert.equal(failures.length, 2);
  });

  test('says which variable, field or header is missing', async () => {
    const without = await run({ dlga_secret: '' }, ({ item }) => (item[1].request.body.raw = '{"customerId": "5500123"}'));
    assert.ok(without.failures.some((message) => /the variable dlga_secret is empty/.test(message)), without.failures);
    assert.ok(without.failures.some((message) => /the field dealerSegment/.test(message)), without.failures);
    const untyped = await run({}, ({ item }) => (item[0].request.header = []));
    assert.ok(untyped.failures.some((message) => /set a Content-Type/.test(message)), untyped.failures);
  });
});
