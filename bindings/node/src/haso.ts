// Haso's requestToken (docs/haso.md has the rules that are cited).

import { invalid } from './error.js';
import { Explanation, explain } from './explain.js';
import { Handle } from './handle.js';
import { lib, type Pair } from './library.js';
import { bytes, object, type Text } from './values.js';

export { Explanation } from './explain.js';

/** Posted fields: an object, or pairs (a `URLSearchParams`, a `Map`), which can have a name twice. All of it is text. */
export type Fields = Iterable<readonly [string, Text]> | Readonly<Record<string, Text | undefined>>;

function pairs(fields: Fields): Pair[] {
  object(fields as object, 'fields');
  const entries = Symbol.iterator in fields ? (fields as Iterable<readonly [string, Text]>) : Object.entries(fields);
  const found: Pair[] = [];
  for (const pair of entries) {
    if (!Array.isArray(pair) || pair.length !== 2) throw invalid('a field is not a pair of name and value');
    const [name, value] = pair as [string, Text | undefined];
    if (value === undefined) continue;
    if (value === null) throw invalid(`the field ${JSON.stringify(String(name).slice(0, 64))} is null; leave it out`);
    found.push([bytes(name, 'name of a field'), bytes(value, `field ${JSON.stringify(String(name).slice(0, 64))}`)]);
  }
  return found;
}

/** Which values a method's token is made of, in which order. */
export class Recipe extends Handle {
  private constructor(name: string, text: Text, what: string) {
    const given = bytes(text, what);
    super(lib().make(name, [given], (frame) => [frame.str(given)]), 'imza_haso_recipe_free');
  }

  /** The recipe of a documented method, by name (`SetPreDefinedLimit`) or path (`/RequestV2/SetPreDefinedLimit`). */
  static find(endpoint: Text): Recipe {
    return new Recipe('imza_haso_recipe_find', endpoint, 'endpoint');
  }

  /** A recipe as the vendor prints it: `merchantId + ipAddress + kkbRefNo + merhant_salt` (HASO-2). */
  static parse(printed: Text): Recipe {
    return new Recipe('imza_haso_recipe_parse', printed, 'recipe');
  }

  /** Switches the checks of HASO-10 off: for an audit, which must compute again what was really sent. */
  withoutFieldChecks(): this {
    const handle = Handle.pointerOf(this, Recipe);
    lib().run('imza_haso_recipe_without_field_checks', [], () => [handle], () => undefined);
    return this;
  }

  /** Ignores fields that the recipe does not have (HASO-9). A misspelt optional field then goes unnoticed. */
  ignoringOtherFields(): this {
    const handle = Handle.pointerOf(this, Recipe);
    lib().run('imza_haso_recipe_ignoring_other_fields', [], () => [handle], () => undefined);
    return this;
  }

  /** The recipe in the vendor's notation. */
  print(): string {
    const handle = Handle.pointerOf(this, Recipe);
    return lib().textOf('imza_haso_recipe_print', [], () => [handle], 512);
  }
}

/** A merchant's secrets: the merchant key and the salt, or a salt that is the key too (HASO-4). */
export type Secrets = { key: Text; salt: Text } | { saltOnly: Text };

/** Calls one of a pair of functions: for key and salt, or for a salt alone. */
function withSecrets<T>(
  secrets: Secrets,
  call: (saltOnly: boolean, values: (Uint8Array | string)[]) => T,
): T {
  object(secrets, 'secrets');
  if ('saltOnly' in secrets) {
    if ('key' in secrets || 'salt' in secrets) throw invalid('the secrets have saltOnly beside key and salt');
    return call(true, [bytes(secrets.saltOnly, 'salt')]);
  }
  return call(false, [bytes(secrets.key, 'merchant key'), bytes(secrets.salt, 'salt')]);
}

function make(kind: 'merchant' | 'explainer' | 'discoverer', merchantId: Text, secrets: Secrets): number {
  const id = bytes(merchantId, 'merchant id');
  return withSecrets(secrets, (saltOnly, values) =>
    lib().make(`imza_haso_${kind}_new${saltOnly ? '_salt_keyed' : ''}`, [id, ...values], (frame) =>
      [id, ...values].map((value) => frame.str(value)),
    ),
  );
}

function addOlder(kind: 'merchant' | 'explainer', handle: number, secrets: Secrets): void {
  withSecrets(secrets, (saltOnly, values) =>
    lib().run(
      `imza_haso_${kind}_add_older_${saltOnly ? 'salt' : 'secret'}`,
      values,
      (frame) => [handle, ...values.map((value) => frame.str(value))],
      () => undefined,
    ),
  );
}

/** A merchant's credentials. `close()` wipes them. */
export class Merchant extends Handle {
  constructor(merchantId: Text, secrets: Secrets) {
    super(make('merchant', merchantId, secrets), 'imza_haso_merchant_free');
  }

  /** Adds secrets that `verify` accepts too, for a rotation (HASO-11); the first older ones have the index 1. */
  addOlder(secrets: Secrets): this {
    addOlder('merchant', Handle.pointerOf(this, Merchant), secrets);
    return this;
  }

  #text(name: string, recipe: Recipe, fields: Fields): string {
    const handle = Handle.pointerOf(this, Merchant);
    const of = Handle.pointerOf(recipe, Recipe);
    const given = pairs(fields);
    return lib().textOf(name, given.flat(), (frame) => [handle, of, frame.fields(given), given.length], 512);
  }

  /** The `requestToken` of posted fields. */
  token(recipe: Recipe, fields: Fields): string {
    return this.#text('imza_haso_token', recipe, fields);
  }

  /** The message that goes into the HMAC (HASO-1); the salt is shown as `[salt]`. */
  message(recipe: Recipe, fields: Fields): string {
    return this.#text('imza_haso_message', recipe, fields);
  }

  /**
   * Verifies the `requestToken` of posted fields; gives back the index of the secrets that match. What is refused is
   * thrown. A token can be sent again: nothing in it binds the method or the time (HASO-12).
   */
  verify(recipe: Recipe, fields: Fields, token: Text): number {
    const handle = Handle.pointerOf(this, Merchant);
    const of = Handle.pointerOf(recipe, Recipe);
    const given = pairs(fields);
    const presented = bytes(token, 'token');
    return lib().run(
      'imza_haso_verify',
      [...given.flat(), presented],
      (frame) => [handle, of, frame.fields(given), given.length, frame.str(presented)],
      (frame) => frame.keyIndex(),
    );
  }
}

/** Says why a token does not match (docs/explain.md). `close()` wipes its secrets. */
export class Explainer extends Handle {
  constructor(merchantId: Text, secrets: Secrets) {
    super(make('explainer', merchantId, secrets), 'imza_haso_explainer_free');
  }

  /** Adds older secrets that are tried too. */
  addOlder(secrets: Secrets): this {
    addOlder('explainer', Handle.pointerOf(this, Explainer), secrets);
    return this;
  }

  /** Explains a token, whatever the fields look like. The salt is never shown. */
  explain(recipe: Recipe, fields: Fields, token: Text): Explanation {
    const handle = Handle.pointerOf(this, Explainer);
    const of = Handle.pointerOf(recipe, Recipe);
    const given = pairs(fields);
    const presented = bytes(token, 'token');
    return explain('imza_haso_explain', [...given.flat(), presented], (frame) => [
      handle,
      of,
      frame.fields(given),
      given.length,
      frame.str(presented),
    ]);
  }
}

/** A recipe that was found. */
export interface Found {
  /** In the vendor's notation, which `Recipe.parse` reads. */
  recipe: string;
  /** What keys the HMAC (HASO-4); `merchant-salt` is `saltOnly`. */
  hmacKey: 'merchant-key' | 'merchant-salt';
}

/** What a search found. */
export interface Discovery {
  /** Every recipe that gives the tokens of all samples, the likelier ones first; at most 1,000. */
  readonly found: readonly Found[];
  /** How many orders were tried. */
  readonly tried: number;
  /** Whether everything was tried; else a bound ended the search before. */
  readonly complete: boolean;
  /** What the samples leave open. */
  readonly notes: readonly string[];
}

/** Finds the recipe of a method whose page is not public, from requests that are known to be good. `close()` wipes its secrets. */
export class Discoverer extends Handle {
  /** With key and salt, both keys of HASO-4 are tried. */
  constructor(merchantId: Text, secrets: Secrets) {
    super(make('discoverer', merchantId, secrets), 'imza_haso_discoverer_free');
  }

  /** Adds a request that is known to be good. A second one of the same method, with other values, narrows several recipes to one. */
  addSample(fields: Fields, token: Text): this {
    const handle = Handle.pointerOf(this, Discoverer);
    const given = pairs(fields);
    const presented = bytes(token, 'token');
    lib().run(
      'imza_haso_discoverer_add_sample',
      [...given.flat(), presented],
      (frame) => [handle, frame.fields(given), given.length, frame.str(presented)],
      () => undefined,
    );
    return this;
  }

  /** Searches, at most `mostTries` orders; without it, so many as take some seconds. Nothing else runs meanwhile. */
  discover(mostTries = 0): Discovery {
    if (!Number.isInteger(mostTries) || mostTries < 0 || mostTries >= 2 ** 32) {
      throw invalid('the number of tries is not an integer from 0 to 4294967295');
    }
    const handle = Handle.pointerOf(this, Discoverer);
    const pointer = lib().make('imza_haso_discover', [], () => [handle, mostTries]);
    try {
      const text = (name: string, ...index: number[]) => lib().textOf(name, [], () => [pointer, ...index], 512);
      const notes = text('imza_haso_discovery_notes');
      return {
        found: Array.from({ length: lib().number('imza_haso_discovery_count', pointer) }, (_, index) => ({
          recipe: text('imza_haso_discovery_recipe', index),
          hmacKey: text('imza_haso_discovery_hmac_key', index) as Found['hmacKey'],
        })),
        tried: lib().number('imza_haso_discovery_tried', pointer),
        complete: lib().number('imza_haso_discovery_is_complete', pointer) === 1,
        notes: notes === '' ? [] : notes.split('\n'),
      };
    } finally {
      lib().free('imza_haso_discovery_free', pointer);
    }
  }
}
