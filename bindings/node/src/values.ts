// What callers pass in: texts, bytes and times, each checked by name before it goes to the library.

import { invalid } from './error.js';

/** A text, or its bytes. A string is encoded as UTF-8. */
export type Text = string | Uint8Array | ArrayBuffer;

/** A moment: a `Date`, or whole seconds since 1970. */
export type Time = Date | number | bigint;

const encoder = new TextEncoder();

/** The value's bytes. `what` names the argument in the error, which never shows the value. */
export function bytes(value: Text | null | undefined, what: string): Uint8Array | string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') {
    const at = value.search(/\p{Surrogate}/u);
    if (at >= 0) {
      const offset = encoder.encode(value.slice(0, at)).length;
      throw invalid(`the ${what} holds a lone surrogate at byte ${offset}, which has no UTF-8`, offset);
    }
    return value;
  }
  try {
    if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    if (Object.prototype.toString.call(value) === '[object ArrayBuffer]') return new Uint8Array(value as ArrayBuffer);
  } catch {
    throw invalid(`the ${what} is in a buffer that was passed to another thread`);
  }
  throw invalid(`the ${what} is neither a string nor bytes (Uint8Array, ArrayBuffer)`);
}

/** A string of HTTP's, one character a byte, as its bytes: Node, undici and fetch give header values like that. */
export function byteString(value: string, what: string): Uint8Array {
  const made = new Uint8Array(value.length);
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code > 0xff) throw invalid(`the ${what} holds a character above U+00FF at ${i}: it is not a header value as HTTP sent it`);
    made[i] = code;
  }
  return made;
}

/** The UTF-8 of a text as a string of HTTP's, one character a byte: what Node, undici and fetch send as it is. */
export function toByteString(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text : Array.from(encoder.encode(text), (byte) => String.fromCharCode(byte)).join('');
}

/** Seconds since 1970. */
export function seconds(time: Time, what: string): bigint {
  let value: bigint;
  if (typeof time === 'bigint') value = time;
  else if (typeof time === 'number' && Number.isSafeInteger(time)) value = BigInt(time);
  else if (time instanceof Date && !Number.isNaN(time.getTime())) value = BigInt(Math.floor(time.getTime() / 1000));
  else throw invalid(`the ${what} is not a valid Date, nor a whole number of seconds`);
  if (BigInt.asIntN(64, value) !== value) throw invalid(`the ${what} does not fit in 64 bits`);
  return value;
}

/** One of a list of options, as its number. */
export function choice<T extends string>(value: T | undefined, options: readonly T[], what: string): number {
  const index = value === undefined ? 0 : options.indexOf(value);
  if (index < 0) throw invalid(`the ${what} is not one of ${options.join(', ')}`);
  return index;
}

/** The object that was passed for `what`. */
export function object<T extends object>(value: T, what: string): T {
  if (typeof value !== 'object' || value === null) throw invalid(`the ${what} is not an object`);
  return value;
}
