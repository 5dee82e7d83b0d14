// The golden corpus (tests/vectors), which an independent implementation made: every stage of every case.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dlga, haso, ImzaError } from 'imza';

const VECTORS = process.env.IMZA_VECTORS;

/** The cases of files; numbers of more than 53 bits are read as they are. */
function cases(...names) {
  const all = names.flatMap((name) => {
    const text = readFileSync(join(VECTORS, name), 'utf8').replace(/("(?:unix|now|past|future)"\s*:\s*)(-?\d+)/g, '$1"$2"');
    return JSON.parse(text).cases;
  });
  assert.ok(all.length > 0, names);
  return all;
}

function bytes(base64) {
  return Buffer.from(base64, 'base64');
}

/** The error that a call throws, which must be of a kind and point to a byte (or to none). */
function refused(run, kind, offset, name) {
  let error;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error instanceof ImzaError, `${name}: not refused, or with ${error}`);
  assert.equal(error.kind, kind, `${name}: ${error.message}`);
  assert.equal(error.offset, offset, `${name}: ${error.message}`);
  return error;
}

test('every stage of a signature is as in the corpus (DLGA-5 to DLGA-12)', () => {
  for (const c of cases('dlga.json', 'dlga-more.json')) {
    const request = {
      method: c.method,
      contentType: c.content_type,
      date: c.date,
      resource: c.resource,
      body: bytes(c.body_base64),
      bodyLine: c.body_line,
    };
    assert.deepEqual(Buffer.from(dlga.stringToSign(request)), bytes(c.string_to_sign_base64), c.name);
    const signer = new dlga.Signer(c.access_key_id, bytes(c.secret_base64));
    const headers = signer.sign({ ...request, requester: '45186' });
    assert.deepEqual(
      headers,
      { 'x-dlg-date': c.date, 'x-dlg-requester-userid': '45186', 'x-dlg-authorization': c.authorization },
      c.name,
    );
    assert.equal(c.authorization, `DLGA ${c.access_key_id}:${c.signature}`);
    signer.close();
  }
});

test('every clock of the corpus is written (DLGA-1, DLGA-19)', () => {
  for (const c of cases('dlga-clock.json')) {
    if (c.text === null) refused(() => dlga.dateText(BigInt(c.unix)), 'invalid-argument', null, c.name);
    else assert.equal(dlga.dateText(BigInt(c.unix)), c.text, c.name);
  }
});

test('a request is signed with a date of the pattern and no other (DLGA-18)', () => {
  const signer = new dlga.Signer('id', 'secret');
  for (const c of cases('dlga-dates.json')) {
    const sign = () => signer.sign({ method: 'GET', resource: '/', date: c.text, requester: 'r' });
    if (c.unix !== null) assert.equal(sign()['x-dlg-date'], c.text, c.name);
    else refused(sign, 'invalid-argument', c.text === '' ? null : c.offset, c.name);
  }
  signer.close();
});

const KINDS = { 'unknown-key-id': 'signature-mismatch' };

for (const way of ['at once', 'in pieces']) {
  test(`every verdict of the corpus is given, ${way} (DLGA-4, DLGA-13 to DLGA-20)`, () => {
    for (const c of cases('dlga-verdicts.json')) {
      const verifier = new dlga.Verifier();
      for (const key of c.keys) verifier.addKey(key.access_key_id, bytes(key.secret_base64));
      if (c.now === null) verifier.ignoreClock();
      else verifier.window(BigInt(c.past), BigInt(c.future));
      const now = c.now === null ? 0 : BigInt(c.now);
      const body = bytes(c.body_base64);
      const request = {
        method: c.method,
        contentType: c.content_type,
        resource: c.resource,
        body,
        bodyLine: c.body_line,
        headers: c.headers,
      };
      const verify = () => {
        if (way === 'at once') return verifier.verify(request, now);
        const verification = verifier.begin(request);
        try {
          for (const byte of body) verification.update(Uint8Array.of(byte));
          return verification.finish(now);
        } finally {
          verification.close();
        }
      };
      if (c.verdict.kind === 'accepted') {
        const { key_index: keyIndex, requester } = c.verdict;
        assert.deepEqual(verify(), { keyIndex, keyId: c.keys[keyIndex].access_key_id, requester }, c.name);
      } else {
        const error = refused(verify, KINDS[c.verdict.kind] ?? c.verdict.kind, c.verdict.offset, c.name);
        assert.equal(error.httpStatus, c.verdict.http_status, c.name);
        assert.equal(error.vendorText, c.verdict.text, c.name);
        assert.equal(error.keyIndex, c.verdict.key_index, c.name);
        assert.equal(/no key is held/.test(error.message), c.verdict.kind === 'unknown-key-id', c.name);
      }
      verifier.close();
    }
  });
}

function secrets(c) {
  return c.hmac_key === 'merchant-salt' ? { saltOnly: c.merchant_salt } : { key: c.merchant_key, salt: c.merchant_salt };
}

test('every stage of a token is as in the corpus (HASO-1 to HASO-8)', () => {
  for (const c of cases('haso.json', 'haso-more.json')) {
    const merchant = new haso.Merchant(c.merchant_id, secrets(c));
    const recipe = haso.Recipe.find(c.endpoint);
    const at = c.message.lastIndexOf(c.merchant_salt);
    const shown = `${c.message.slice(0, at)}[salt]${c.message.slice(at + c.merchant_salt.length)}`;
    assert.equal(merchant.message(recipe, c.fields), shown, c.name);
    assert.equal(merchant.token(recipe, c.fields), c.token, c.name);
    assert.equal(merchant.token(recipe, Object.entries(c.fields).reverse()), c.token, c.name);
    assert.equal(merchant.verify(recipe, c.fields, c.token), 0, c.name);
    recipe.close();
    merchant.close();
  }
});

test('every recipe of the corpus is read (HASO-2, HASO-6, HASO-8)', () => {
  for (const c of cases('haso-recipes.json')) {
    if (c.printed === null) {
      refused(() => haso.Recipe.parse(c.line), 'recipe-invalid', c.offset, c.name);
      continue;
    }
    const recipe = haso.Recipe.parse(c.line);
    assert.equal(recipe.print(), c.printed, c.name);
    recipe.close();
  }
});

test('every verdict on a token is given (HASO-2 to HASO-12)', () => {
  for (const c of cases('haso-verdicts.json')) {
    const merchant = new haso.Merchant(c.merchant_id, secrets(c.secrets[0]));
    for (const older of c.secrets.slice(1)) merchant.addOlder(secrets(older));
    const verify = () => {
      const recipe = c.recipe === '' ? haso.Recipe.find(c.endpoint) : haso.Recipe.parse(c.recipe);
      if (!c.field_checks) recipe.withoutFieldChecks();
      if (c.ignore_other_fields) recipe.ignoringOtherFields();
      try {
        return merchant.verify(recipe, c.fields, c.token);
      } finally {
        recipe.close();
      }
    };
    if (c.verdict.kind === 'accepted') assert.equal(verify(), c.verdict.key_index, c.name);
    else {
      const error = refused(verify, c.verdict.kind, c.verdict.offset, c.name);
      assert.equal(error.field, c.verdict.field, c.name);
      assert.deepEqual([error.httpStatus, error.vendorText, error.keyIndex], [null, null, null], c.name);
    }
    merchant.close();
  }
});

test('both schemes read the same tags (DLGA-16, HASO-11)', () => {
  const merchant = new haso.Merchant('1000042', { key: 'key', salt: 'salt' });
  const recipe = haso.Recipe.find('GetPaymentsOfTransaction');
  const verifier = new dlga.Verifier();
  for (const c of cases('tags.json')) {
    const token = () => merchant.verify(recipe, { merchantOid: '1', transactionCode: '2' }, c.text);
    const headers = [
      ['x-dlg-date', 'Tue, 09 Mar 2021 13:28:32 GMT'],
      ['x-dlg-requester-userid', '45186'],
      ['x-dlg-authorization', `DLGA id:${c.text}`],
    ];
    const header = () => verifier.verify({ method: 'GET', resource: '/', headers }, 1615296512);
    if (c.hex !== null) {
      refused(token, 'token-mismatch', null, c.name);
      refused(header, 'signature-mismatch', null, c.name);
    } else {
      refused(token, 'token-malformed', c.offset, c.name);
      // Whitespace around a header's value does not count (DLGA-4).
      if (c.text.trimEnd() === c.text) assert.throws(header, { kind: 'format-invalid' }, c.name);
    }
  }
  for (const handle of [merchant, recipe, verifier]) handle.close();
});
