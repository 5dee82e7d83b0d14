// Makes the pictures of the sandbox's page, in the light and in the dark; scripts/sandbox-picture.sh calls it.

import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import puppeteer from 'puppeteer-core';

const { IMZA, IMZA_ROOT, IMZA_CHROMIUM } = process.env;
const sandbox = spawn(IMZA, ['sandbox', '--demo', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
const curl = [];
let base;
for await (const line of createInterface(sandbox.stdout)) {
  base ??= /http:\/\/[\d.:]+/.exec(line)[0];
  if (line.startsWith('curl ') && curl.push(line) === 2) break;
}
const browser = await puppeteer.launch({
  executablePath: IMZA_CHROMIUM,
  args: ['--disable-gpu', '--hide-scrollbars', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
});
try {
  execFileSync(process.execPath, [join(IMZA_ROOT, 'tests/sandbox/send.mjs'), base, 'wrong']);
  execFileSync('python3', [join(IMZA_ROOT, 'tests/sandbox/send.py'), base, 'wrong']);
  execFileSync('sh', ['-c', curl[1]], { stdio: 'ignore' });
  execFileSync('sh', ['-c', curl[0]], { stdio: 'ignore' });
  const page = await browser.newPage();
  await page.setViewport({ width: 1000, height: 620 });
  await page.goto(`${base}/_imza/`);
  await page.waitForFunction(() => document.querySelectorAll('#list li').length === 4);
  for (const value of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
    await page.screenshot({ path: join(IMZA_ROOT, `docs/sandbox-${value}.png`) });
  }
} finally {
  await browser.close();
  sandbox.kill();
}
