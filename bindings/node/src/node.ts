// The package as Node loads it: the module is beside this file and is ready at once.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, lib } from './library.js';

install(new WebAssembly.Module(readFileSync(join(__dirname, '..', 'imza.wasm'))));

/** The version of the library, such as `0.1.0`. */
export const version = lib().version();

export * as dlga from './dlga.js';
export * as haso from './haso.js';
export { ImzaError } from './error.js';
export type { Kind } from './error.js';
