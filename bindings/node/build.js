// Makes dist/ from src/: CommonJS for Node (which `import` reads too, so that a program has one imza only), ES modules
// for browsers and workers, types for both. dist/imza.wasm is put there by scripts/build-wasm.sh.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const here = new URL('.', import.meta.url).pathname;
for (const form of ['esm', 'cjs']) {
  execFileSync(process.execPath, [tsc, '-p', `tsconfig.${form}.json`], { cwd: here, stdio: 'inherit' });
}
mkdirSync(`${here}/dist/cjs`, { recursive: true });
writeFileSync(`${here}/dist/cjs/package.json`, '{ "type": "commonjs" }\n');
