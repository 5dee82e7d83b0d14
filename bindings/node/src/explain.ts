// What is known about a signature or token that was presented.

import { lib, type Frame } from './library.js';

/** A variant of the request that the presented signature or token matches. */
export interface Match {
  /** Such as `matches when the body has no final newline`. */
  text: string;
  /** The key or secret that it matches with. */
  keyIndex: number;
}

/** What an explainer says. Nothing in it is a secret. */
export class Explanation {
  /** Whether the request is valid as it is. */
  readonly valid: boolean;
  /** Why it is refused; empty where it is valid. */
  readonly refusal: string;
  /** The variants that match, fewest changes first. */
  readonly matches: readonly Match[];
  /** What else was noticed. */
  readonly notes: readonly string[];
  /** How many variants were tried. */
  readonly tried: number;
  /** Whether a bound was reached before everything was tried. */
  readonly cutShort: boolean;
  /** What should have been signed, for people to read; and the same bytes in hex. Secrets are masked. */
  readonly signedText: string;
  readonly signedHex: string;
  /** All of it in plain sentences, a line each. */
  readonly text: string;

  /** @internal */
  constructor(pointer: number) {
    const text = (name: string) => lib().textOf(name, [], () => [pointer], 1024);
    const matches: Match[] = [];
    const count = lib().number('imza_explanation_match_count', pointer);
    for (let i = 0; i < count; i++) {
      const { bytes, keyIndex } = lib().bytesOf('imza_explanation_match', [], () => [pointer, i], 512);
      matches.push({ text: new TextDecoder().decode(bytes), keyIndex });
    }
    const notes = text('imza_explanation_notes');
    this.valid = lib().number('imza_explanation_is_valid', pointer) === 1;
    this.refusal = text('imza_explanation_refusal');
    this.matches = matches;
    this.notes = notes === '' ? [] : notes.replace(/\n$/, '').split('\n');
    this.tried = lib().number('imza_explanation_tried', pointer);
    this.cutShort = lib().number('imza_explanation_was_cut_short', pointer) === 1;
    this.signedText = text('imza_explanation_signed_text');
    this.signedHex = text('imza_explanation_signed_hex');
    this.text = text('imza_explanation_text');
  }

  toString(): string {
    return this.text;
  }
}

/** Calls a function that makes an explanation, and reads all of it. */
export function explain(
  name: string,
  values: readonly (Uint8Array | string)[],
  fill: (frame: Frame) => (number | bigint)[],
): Explanation {
  const pointer = lib().make(name, values, fill);
  try {
    return new Explanation(pointer);
  } finally {
    lib().free('imza_explanation_free', pointer);
  }
}
