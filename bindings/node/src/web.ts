// The package for browsers and workers: the module is loaded by `init`, once.

import { install, installed, lib } from './library.js';

export * as dlga from './dlga.js';
export * as haso from './haso.js';
export { ImzaError } from './error.js';
export type { Kind } from './error.js';

/** Loads the module: from the address of `imza.wasm`, its bytes, a `Response`, or as a compiled module. */
export default async function init(
  source: string | URL | Response | Promise<Response> | Uint8Array | ArrayBuffer | WebAssembly.Module,
): Promise<void> {
  if (installed()) return;
  if (source instanceof WebAssembly.Module) return install(source);
  if (typeof source === 'string' || source instanceof URL) source = fetch(source);
  if (source instanceof Promise || source instanceof Response) {
    const response = await source;
    if (!response.ok) throw new Error(`imza.wasm could not be loaded: ${response.status}`);
    source = await response.arrayBuffer();
  }
  install(await WebAssembly.compile(source as ArrayBuffer));
}

/** The version of the library, such as `0.1.0`. */
export function version(): string {
  return lib().version();
}
