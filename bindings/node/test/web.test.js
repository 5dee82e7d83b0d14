// examples/web: one file, opened from the disk in a real browser.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { dlga, haso } from 'imza';

const SECRET = 'not-a-real-secret';
const BODY = '{"customerId": "ş123456"}';
const request = { method: 'POST', resource: '/v1/x?a=%20', contentType: 'application/json', body: BODY };

describe('the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'imza-web-'));
  const file = join(folder, 'explain.html');
  const connections = [];
  let browser;
  let page;
  before(async () => {
    execFileSync(process.execPath, [join(process.env.IMZA_ROOT, 'examples/web/build.js'), file]);
    browser = await puppeteer.launch({
      executablePath: process.env.IMZA_CHROMIUM,
      userDataDir: join(folder, 'profile'),
      args: ['--disable-gpu', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
    });
    page = await browser.newPage();
    page.on('request', (request) => connections.push(request.url()));
    page.on('pageerror', (error) => connections.push(String(error)));
    await page.goto(`file://${file}`);
    await page.waitForSelector('body[data-ready]');
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 200 });
  });

  /** Fills a form in and sends it; gives back the answer. */
  async function explain(form, values) {
    for (const [name, value] of Object.entries(values)) {
      await page.$eval(`#${form} [name=${name}]`, (input, value) => (input.value = value), value);
    }
    await page.click(`#${form} button`);
    return page.$eval('#answer', (answer) => answer.textContent);
  }

  function pasted(body, change = {}) {
    const signer = new dlga.Signer('key-id', SECRET);
    const headers = { ...signer.sign({ ...request, requester: '45186', date: 1615296512 }), ...change };
    signer.close();
    const lines = Object.entries({ 'content-type': 'application/json', ...headers }).map(([name, value]) => `${name}: ${value}\n`);
    return `POST ${request.resource} HTTP/1.1\n${lines.join('')}\n${body}`;
  }

  test('explains a request', async () => {
    const key = { id: 'key-id', secret: SECRET };
    assert.match(await explain('dlga', { ...key, request: pasted(BODY) }), /^Valid/);
    const newline = await explain('dlga', { ...key, request: pasted(`${BODY}\n`) });
    assert.match(newline, /^Refused/);
    assert.match(newline, /\nThe signature matches when the body has no final newline/);
    assert.match(await explain('dlga', { ...key, secret: 'another', request: pasted(BODY) }), /\nNo reading matches/);
    assert.match(await explain('dlga', { ...key, secret: `${SECRET} `, request: pasted(BODY) }), /The signature matches when the secret/);
  });

  test('explains a token, of JSON and of a form', async () => {
    const merchant = new haso.Merchant('1000042', { key: 'key-not-real', salt: 'salt-not-real' });
    const recipe = haso.Recipe.find('SetPreDefinedLimit');
    const fields = { customerId: '5500123', dealerSegment: 'GOLD' };
    const posted = { ...fields, requestToken: merchant.token(recipe, fields) };
    merchant.close();
    recipe.close();
    const given = { id: '1000042', key: 'key-not-real', salt: 'salt-not-real', fields: JSON.stringify(posted) };
    assert.match(await explain('haso', given), /^Valid/);
    assert.match(await explain('haso', { ...given, fields: String(new URLSearchParams(posted)) }), /^Valid/);
    const exchanged = await explain('haso', { ...given, key: 'salt-not-real', salt: 'key-not-real' });
    assert.match(exchanged, /\nThe token matches when/);
    const printed = 'merchantId + customerId + dealerSegment + ipAddress + merhant_salt';
    assert.match(await explain('haso', { ...given, recipe: printed }), /^Valid/);
    assert.match(await explain('haso', { ...given, key: '' }), /^Refused/);
  });

  test('says what cannot be read, and shows no secret and no markup', async () => {
    const key = { id: 'key-id', secret: SECRET };
    assert.match(await explain('dlga', { ...key, request: '' }), /line 1 is not a request line/);
    assert.match(await explain('dlga', { ...key, request: 'POST /\nx' }), /line 2 is not a header/);
    assert.match(await explain('dlga', { ...key, id: '', request: pasted(BODY) }), /access key id/);
    const haso = { id: '1', key: 'k', salt: 's', recipe: 'SetPreDefinedLimit' };
    assert.match(await explain('haso', { ...haso, fields: '{' }), /JSON/);
    assert.match(await explain('haso', { ...haso, fields: 'a=1' }), /no field is called requestToken/);
    assert.match(await explain('haso', { ...haso, fields: '{"a":[],"requestToken":"x"}' }), /the field a is neither/);
    assert.match(await explain('haso', { ...haso, fields: 'requestToken=x', recipe: 'NoSuchMethod' }), /NoSuchMethod/);
    const markup = `<img src=x onerror=alert(1)>${SECRET}`;
    const explained = await explain('dlga', { ...key, request: pasted(markup, { 'x-dlg-date': markup }) });
    assert.match(explained, /<img/);
    assert.doesNotMatch(explained, /not-a-real-secret/);
    assert.equal(await page.$('#answer img'), null);
  });

  test('connects to nothing, and cannot', async () => {
    assert.deepEqual(connections, [`file://${file}`]);
    const tried = await page.evaluate(() => fetch('http://127.0.0.1:9/').then(() => 'sent', (error) => error.message));
    assert.notEqual(tried, 'sent');
    const policy = await page.$eval('meta[http-equiv]', (meta) => meta.content);
    assert.match(policy, /^default-src 'none'; script-src 'sha256-[^']+' 'wasm-unsafe-eval'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/);
    assert.ok(statSync(file).size < 1_000_000, 'one small file');
  });
});
