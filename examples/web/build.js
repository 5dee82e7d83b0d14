// Makes one HTML file of the page, its script and the WebAssembly of imza:
//   node build.js FILE.html        in a folder with the packages imza and esbuild installed
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { build } = createRequire(join(process.cwd(), 'any.js'))('esbuild');
const here = (name) => new URL(name, import.meta.url);
const script = (
  await build({
    entryPoints: [here('page.js').pathname],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
    loader: { '.wasm': 'binary' },
    nodePaths: [join(process.cwd(), 'node_modules')],
  })
).outputFiles[0].text;
const style = readFileSync(here('page.css'), 'utf8');
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const parts = {
  // Nothing is allowed but this script, this style, and compiling WebAssembly: no connection of any kind.
  CSP: `default-src 'none'; script-src ${hash(script)} 'wasm-unsafe-eval'; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`,
  STYLE: style,
  SCRIPT: script,
};
writeFileSync(process.argv[2], readFileSync(here('page.html'), 'utf8').replace(/%([A-Z]+)%/g, (_, name) => parts[name]));
