// README.md, from nothing to a signed request: its commands are typed in a fresh folder, its programs written and run.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

test('who follows the README sees what it says', () => {
  const page = readFileSync(join(process.env.IMZA_ROOT, 'bindings/node/README.md'), 'utf8');
  const home = mkdtempSync(join(tmpdir(), 'imza-readme-'));
  try {
    copyFileSync(process.env.IMZA_TARBALL, join(home, 'imza-0.1.0.tgz'));
    let printed = '';
    let compared = 0;
    for (const block of page.matchAll(/(`([\w.]+)`:\n\n)?^```(\w+)\n([\s\S]*?)^```$/gm)) {
      const [, , file, language, text] = block;
      if (file !== undefined) writeFileSync(join(home, file), text);
      else if (language === 'sh') printed = execFileSync('sh', ['-eu'], { cwd: home, input: text, encoding: 'utf8' });
      else if (language === 'text') {
        assert.equal(printed, text);
        compared++;
      }
    }
    assert.ok(compared >= 3, `${compared} answers are compared`);
  } finally {
    rmSync(home, { recursive: true });
  }
});
