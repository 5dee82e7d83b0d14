// The sandbox and its page as a newcomer meets them: `imza sandbox --demo`, requests by curl, Go, Node and Python, and
// the page in headless Chromium. `tests/sandbox.sh` runs it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { execFile, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import puppeteer from 'puppeteer-core';

const { IMZA, IMZA_ROOT, SEND_GO } = process.env;
const SECRETS = ['not-a-real-secret', 'merchant-key-not-real', 'merchant-salt-not-real'];
const here = join(IMZA_ROOT, 'tests/sandbox');
const run = async (command, ...args) => (await promisify(execFile)(command, args)).stdout;
const shell = (line) => run('sh', '-c', line.replace(/^curl /, 'curl --silent --show-error '));

/** A server of the command's; `line()` is the next line that it prints. */
async function serve(...args) {
  const child = spawn(IMZA, [...args, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async () => (await lines.next()).value;
  const base = /http:\/\/[\d.:]+/.exec(await line())[0];
  const stop = () => new Promise((resolve) => child.once('exit', resolve) && child.kill());
  return { base, line, stop };
}

describe('the sandbox', { timeout: 100_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'imza-sandbox-'));
  const faults = [];
  const greeting = [];
  let sandbox;
  let browser;
  let page;
  let sent = 0;

  /** A page that says when something goes wrong in it. */
  async function open(url) {
    const page = await browser.newPage();
    page.on('console', (message) => faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${sandbox.base}/_imza/`) && !request.url().startsWith('data:')) faults.push(request.url());
    });
    await page.goto(url);
    return page;
  }

  /** What the terminal says of a request that has been sent, once the page shows it. */
  async function shown(sending) {
    const answer = (await sending).trim();
    sent += 1;
    const line = await sandbox.line();
    assert.match(line, new RegExp(`^#${sent} `));
    await page.waitForFunction((number) => document.querySelector('#list')?.textContent.includes(` #${number} `), {}, sent);
    return { answer, line };
  }
  const text = (selector) => page.$eval(selector, (element) => element.textContent);
  const chooseNewest = () => page.click('#list li:first-child button');
  /** The last line of curl's answer. */
  const status = (...args) => run('curl', '--silent', '--output', '/dev/null', '--write-out', '%{http_code}', ...args);

  before(async () => {
    sandbox = await serve('sandbox', '--demo');
    while (greeting.filter((line) => line.startsWith('curl ')).length < 2) greeting.push(await sandbox.line());
    greeting.push(await sandbox.line());
    browser = await puppeteer.launch({
      executablePath: process.env.IMZA_CHROMIUM,
      userDataDir: join(folder, 'profile'),
      args: [
        '--disable-gpu',
        '--host-resolver-rules=MAP rebound.example 127.0.0.1',
        ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
      ],
    });
    page = await open(`${sandbox.base}/_imza/`);
    await page.waitForFunction(() => document.querySelector('#state').textContent === 'No requests yet.');
  });
  after(async () => {
    await browser?.close();
    await sandbox?.stop();
    rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 200 });
  });

  test("the greeting's first curl line is refused, with the reason on the terminal and in the page", async () => {
    const { answer, line } = await shown(shell(greeting.find((line) => line.startsWith('curl '))));
    assert.equal(answer, 'Authorization failed');
    assert.match(line, /^#1 401 POST \S+ invalid: .*matches when the body has a final line feed; What to do: /);
    // The newest is shown unless another one was chosen.
    assert.equal(await text('#verdict'), '401 invalid');
    assert.match(await text('#reason'), /the signature does not match/);
    assert.match(await text('#readings'), /It matches when the body has a final line feed\./);
    assert.match(await text('#readings'), /The body differs from its byte 83 on:/i);
    assert.match(await text('#readings'), /What to do: /);
    const marks = await page.$$eval('#readings mark', (marks) => marks.map((mark) => mark.textContent));
    assert.deepEqual(marks, ['(end)', '⏎']);
    const whole = await page.$$eval('.pair mark', (marks) => marks.map((mark) => mark.textContent));
    assert.deepEqual(whole, ['/', '⏎']);
    assert.match(await text('#received'), /^POST⏎\napplication\/json⏎\n.*⏎\n\{"customerId.*\}⏎\n\/v1\//);
    assert.match(await text('#other'), /\}⏎\n⏎\n\/v1\//);
    assert.match(await text('#where'), /^The first difference is marked\.$/);
    assert.match(await text('#list'), /401 invalid #1 POST .*matches when the body has a final line feed/);
    assert.match(await text('#state'), /^1 request; the newest: 401 invalid$/);
  });

  test("its second one is accepted, and so is the page's own line once it is signed", async () => {
    const second = greeting.filter((line) => line.startsWith('curl '))[1];
    const { answer, line } = await shown(shell(second));
    assert.match(answer, /"transactionHash"/);
    assert.match(line, /^#2 200 POST \S+ valid$/);
    assert.equal(await text('#verdict'), '200 valid');
    assert.equal(await page.$eval('#readingspart', (part) => part.hidden), true);

    await page.click('#list li:last-child button');
    const unsigned = await text('#curl');
    assert.doesNotMatch(unsigned, /authorization|DLGA|x-dlg/i);
    assert.equal((await shown(shell(unsigned))).answer, 'Required headers not found');
    // The example keys as the greeting prints them are a keys file.
    const keys = join(folder, 'keys.toml');
    const printed = greeting.slice(greeting.indexOf('[[dlga]]'), greeting.findIndex((line) => line.startsWith('This is refused')));
    writeFileSync(keys, printed.join('\n'), { mode: 0o600 });
    const proxy = await serve('proxy', '--keys', keys, '--to', sandbox.base, '--requester', '45186');
    try {
      const { answer } = await shown(shell(unsigned.replace(sandbox.base, proxy.base)));
      assert.match(answer, /"transactionHash"/);
    } finally {
      await proxy.stop();
    }
    assert.equal(await text('#verdict'), '401 invalid', 'the chosen one stays chosen');
  });

  const clients = [
    ['Go', [SEND_GO], 'the body has no final newline'],
    ['Node', [process.execPath, join(here, 'send.mjs')], 'the resource has no query'],
    ['Python', ['python3', join(here, 'send.py')], 'the body is JSON on one line, with a space after `:` and `,`'],
  ];
  for (const [name, command, reading] of clients) {
    test(`${name}: what it signs right is accepted, and its mistake is named`, async () => {
      await page.$eval('#follow', (box) => box.checked || box.click());
      assert.equal((await shown(run(...command, sandbox.base, 'good'))).answer, '200');
      assert.equal(await text('#verdict'), '200 valid');
      const { answer, line } = await shown(run(...command, sandbox.base, 'wrong'));
      assert.equal(answer, '401');
      assert.equal(await text('#verdict'), '401 invalid');
      const readings = await text('#readings');
      assert.ok(readings.includes(reading) && line.includes(reading), readings);
      assert.equal(await page.$$eval('.pair mark', (marks) => marks.length), 2);
      assert.notEqual(await text('#received'), await text('#other'));
    });
  }

  test('what a hostile sender writes is text, and its curl line is harmless', async () => {
    const script = '<script>window.pwned=1</script><img src=x onerror=window.pwned=1>';
    // As it is, it is no path in HTTP, and comes no further than that.
    assert.equal(await status('--request-target', `/v1/${script}`, sandbox.base), '400');
    const path = `/v1/%3Cscript%3Ewindow.pwned=1%3C/script%3E'";$(touch\${IFS}${folder}/touched)`;
    const answer = status('--globoff', '--request-target', path, '--data-raw', `${script}</pre>'; \`touch ${folder}/touched\``,
      '--header', `content-type: ${script}`, '--header', `x-dlg-date: ${script}`,
      '--header', `x-dlg-requester-userid: ${script}`, '--header', `x-dlg-authorization: DLGA ${script}:${'A'.repeat(43)}=`,
      '--header', 'x-forwarded-host: <script>window.pwned=1</script>', sandbox.base);
    const { line } = await shown(answer);
    assert.match(line, /%3Cscript%3E/);
    await chooseNewest();
    assert.ok((await text('#title')).endsWith(path));
    assert.ok((await text('#curl')).includes(script) && (await text('#received')).includes(script));
    assert.equal(await page.$$eval('main script, main img', (elements) => elements.length), 0);
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    // A shell reads the line as one request that is the same again.
    const title = (await text('#title')).replace(/^#\d+/, '');
    await shown(shell(await text('#curl')));
    await chooseNewest();
    assert.equal((await text('#title')).replace(/^#\d+/, ''), title);
    await assert.rejects(run('ls', `${folder}/touched`));
  });

  test('no secret is shown, wherever it was sent', async () => {
    const [secret, key, salt] = SECRETS;
    const base64 = Buffer.from(secret).toString('base64');
    await shown(status('--header', `x-dlg-date: ${secret}`, '--header', 'x-dlg-requester-userid: 1', '--header',
      `x-dlg-authorization: DLGA ${secret}:${'A'.repeat(43)}=`, '--data-raw', `{"s":"${secret}","b":"${base64}"}`, `${sandbox.base}/v1/x?s=${secret}`));
    await chooseNewest();
    const form = `merchantId=1000042&ipAddress=${key}&customerId=${salt}&requestToken=${'A'.repeat(43)}%3D`;
    const first = await page.content();
    await shown(status('--data-raw', form, `${sandbox.base}/RequestV2/SetPreDefinedLimit`));
    await chooseNewest();
    assert.doesNotMatch(await text('#curl'), /requestToken/);
    for (const content of [first, await page.content()]) {
      for (const hidden of [...SECRETS, base64]) assert.ok(!content.includes(hidden), hidden);
    }
    assert.match(await text('main'), /\[secret\]|\[key\]|\[salt\]/);
  });

  test('it fits a narrow window, and can be read in the light and in the dark', async () => {
    await page.$$eval('#list button', (buttons) => buttons.at(-1).click());
    for (const width of [1200, 400, 320]) {
      await page.setViewport({ width, height: 700 });
      for (const button of await page.$$('#list button')) {
        await button.evaluate((button) => button.click());
        const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(content <= window, `${content} > ${window}`);
      }
    }
    const seen = new Set();
    for (const value of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
      const colours = await page.evaluate(() => {
        const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const rgb = (colour) => {
          canvas.clearRect(0, 0, 1, 1);
          canvas.fillStyle = colour;
          canvas.fillRect(0, 0, 1, 1);
          return [...canvas.getImageData(0, 0, 1, 1).data];
        };
        const behind = (element) => {
          for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (rgb(colour)[3] > 0) return rgb(colour);
          }
          const probe = document.body.appendChild(document.createElement('div'));
          probe.style.background = 'Canvas';
          const colour = rgb(getComputedStyle(probe).backgroundColor);
          probe.remove();
          return colour;
        };
        const texts = ['h1', '#list .valid', '#list .refused', '.reason', '#received', '#received mark', '#copy', '#verdict'];
        return texts.map((text) => {
          const element = document.querySelector(text);
          return [text, rgb(getComputedStyle(element).color), behind(element)];
        });
      });
      const light = (rgb) => rgb.slice(0, 3).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
      for (const [text, front, back] of colours) {
        const [bright, dim] = [light(front), light(back)].sort((a, b) => b - a);
        assert.ok((bright + 0.05) / (dim + 0.05) >= 4.5, `${value}: ${text}: ${front} on ${back}`);
      }
      seen.add(JSON.stringify(colours));
    }
    assert.equal(seen.size, 2);
    await page.setViewport({ width: 1200, height: 700 });
  });

  test('the keyboard reaches everything, and the focus is seen', async () => {
    await page.evaluate(() => document.activeElement.blur());
    await page.bringToFront();
    const reachable = await page.$$eval('a, button, input, [tabindex="0"]', (all) => all.filter((element) => element.checkVisibility()).length);
    const reached = [];
    // By the keyboard too: a browser outlines no link that a script has focused.
    await page.focus('#follow');
    await page.keyboard.down('Shift');
    await page.keyboard.press('Tab');
    await page.keyboard.up('Shift');
    for (let stop = 0; stop < reachable; stop += 1) {
      reached.push(await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
        document.activeElement.dataset.reached = '';
        return outlineStyle !== 'none' && outlineWidth !== '0px' ? '' : document.activeElement.outerHTML;
      }));
      await page.keyboard.press('Tab');
    }
    assert.deepEqual(reached.filter(Boolean), [], 'every stop has an outline');
    const missed = await page.$$eval('a, button, input, [tabindex="0"]', (all) =>
      all.filter((element) => element.checkVisibility() && !('reached' in element.dataset)).map((element) => element.outerHTML));
    assert.deepEqual(missed, []);

    await page.focus('#list li:first-child button');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const [chosen, second] = await page.evaluate(() => [document.querySelector('[aria-pressed="true"]'), document.querySelector('#list li:nth-child(2) button')].map((button) => button.textContent));
    assert.equal(chosen, second);
    await page.keyboard.press('End');
    assert.equal(await page.evaluate(() => document.activeElement.parentElement === document.querySelector('#list').lastElementChild), true);
  });

  test('a screen reader has names for all of it, and hears of what comes', async () => {
    const tree = await page.accessibility.snapshot({ interestingOnly: false });
    const nodes = [];
    const walk = (node) => {
      nodes.push(node);
      (node.children ?? []).forEach(walk);
    };
    walk(tree);
    const named = (role) => nodes.filter((node) => node.role === role).map((node) => node.name);
    for (const region of ['Requests', 'As received (⏎ is a line feed)', 'The request without a signature']) {
      assert.ok(named('region').includes(region), `${region}: ${named('region')}`);
    }
    assert.ok(nodes.filter((node) => ['region', 'button', 'checkbox', 'link'].includes(node.role)).every((node) => node.name));
    assert.equal(nodes.filter((node) => node.role === 'button' && node.pressed === true).length, 1);
    assert.ok(named('status').length >= 1);
    assert.match(await page.$eval('#state', (state) => `${state.role} ${state.textContent}`), /^status \d+ requests; the newest: /);
  });

  test('a page of another site reads nothing', async () => {
    const other = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<title>other</title>'));
    await new Promise((resolve) => other.listen(0, '127.0.0.1', resolve));
    const foreign = await browser.newPage();
    try {
      for (const host of ['127.0.0.1', 'localhost']) {
        await foreign.goto(`http://${host}:${other.address().port}/`);
        const read = await foreign.evaluate(async (base) => {
          const fetched = (mode) => fetch(`${base}/_imza/`, { mode }).then((answer) => `${answer.type} ${answer.status}`, () => 'refused');
          const heard = new Promise((resolve) => {
            const events = new EventSource(`${base}/_imza/events`);
            events.onopen = events.onmessage = () => resolve('heard');
            events.onerror = () => resolve('refused');
          });
          return [await fetched('cors'), await fetched('no-cors'), await heard];
        }, sandbox.base);
        assert.deepEqual(read, ['refused', 'opaque 0', 'refused']);
        // Not even its bytes come into the other page's process.
        const [answer] = await Promise.all([
          foreign.waitForResponse((response) => response.url() === `${sandbox.base}/_imza/`),
          foreign.evaluate((base) => fetch(`${base}/_imza/`, { mode: 'no-cors' }), sandbox.base),
        ]);
        assert.equal(answer.status(), 403);
      }
      // A name that has been pointed at this machine.
      const port = new URL(sandbox.base).port;
      const rebound = await foreign.goto(`http://rebound.example:${port}/_imza/`);
      assert.equal(rebound.status(), 403);
      const events = await foreign.evaluate(() => fetch('/_imza/events').then((answer) => answer.status));
      assert.equal(events, 403);
    } finally {
      await foreign.close();
      other.close();
      other.closeAllConnections();
    }
    assert.equal(await status('--header', 'origin: http://evil.example', `${sandbox.base}/_imza/events`), '403');
    assert.equal(await status('--header', 'origin: null', `${sandbox.base}/_imza/`), '403');
  });

  test('nothing was fetched from elsewhere, and no rule of the page was broken', async () => {
    assert.deepEqual(faults, []);
    // This control must be seen: a script that is not the page's own.
    const controlled = await open(`${sandbox.base}/_imza/`);
    await controlled.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.pwned = 1';
      document.body.append(script);
    });
    assert.equal(await controlled.evaluate(() => window.pwned), undefined);
    await controlled.close();
    assert.match(faults.join('\n'), /Content Security Policy/);
  });
});
