<?php

// The golden corpus (tests/vectors), which an independent implementation made: every stage of every case, so that the
// first stage that goes wrong is named. By FFI, or with the argument `pure` in plain PHP.

declare(strict_types=1);

require __DIR__ . '/runner.php';
require __DIR__ . '/ways.php';

use Imza\Dlga\{BodyLine, Request};
use Imza\ImzaException;

$way = $argv[1] ?? 'ffi';
by($way);

const BODY_LINES = ['when-present' => BodyLine::WhenPresent, 'always' => BodyLine::Always, 'never' => BodyLine::Never];

function requestOf(array $c): Request
{
    return new Request($c['method'], $c['resource'], base64_decode($c['body_base64'], true), $c['content_type'], BODY_LINES[$c['body_line']]);
}

function keyOf(array $secret): ?string
{
    return $secret['hmac_key'] === 'merchant-salt' ? null : $secret['merchant_key'];
}

// DLGA-5 to DLGA-12.
foreach (cases('dlga', 'dlga-more') as $c) {
    test("signing: {$c['name']}", function () use ($c) {
        $signer = new Signer($c['access_key_id'], base64_decode($c['secret_base64'], true));
        same(base64_decode($c['string_to_sign_base64'], true), $signer->stringToSign(requestOf($c), $c['date']), 'the string to sign');
        $want = ['x-dlg-date' => $c['date'], 'x-dlg-requester-userid' => '45186', 'x-dlg-authorization' => $c['authorization']];
        same($want, $signer->sign(requestOf($c), $c['date'], '45186'), 'the signature');
    });
}

// DLGA-1, DLGA-19.
$signer = new Signer('id', 'secret');
foreach (cases('dlga-clock') as $c) {
    test("clock: {$c['name']}", function () use ($c, $signer) {
        if ($c['text'] === null) {
            $e = throws(ImzaException::class, fn () => $signer->sign(new Request('GET', '/'), $c['unix'], '1'), 'the time');
            same(['invalid-argument', 3], [$e->kind, $e->status], 'the refusal');
        } else {
            same($c['text'], $signer->sign(new Request('GET', '/'), $c['unix'], '1')['x-dlg-date'], 'the date');
        }
    });
}

// DLGA-18: a date is signed with if and only if it is in the pattern.
foreach (cases('dlga-dates') as $c) {
    test("date: {$c['name']}", function () use ($c, $signer) {
        $sign = fn () => $signer->sign(new Request('GET', '/'), $c['text'], '1');
        if ($c['unix'] !== null) {
            same($c['text'], $sign()['x-dlg-date'], 'the date');
            return;
        }
        $e = throws(ImzaException::class, $sign, 'the date');
        // An empty text is not a date in the wrong pattern, but no date.
        same([3, $c['text'] === '' ? null : $c['offset']], [$e->status, $e->offset], 'status and offset');
    });
}

// DLGA-4, DLGA-13 to DLGA-20.
foreach (cases('dlga-verdicts') as $c) {
    test("verdict: {$c['name']}", function () use ($c) {
        $verifier = new Verifier();
        $c['now'] === null ? $verifier->ignoreClock() : $verifier->window($c['past'], $c['future']);
        foreach ($c['keys'] as $key) {
            $verifier->addKey($key['access_key_id'], base64_decode($key['secret_base64'], true));
        }
        $want = $c['verdict'];
        $verify = fn () => $verifier->verifyHeaders(requestOf($c), $c['headers'], $c['now'] ?? 0);
        if ($want['kind'] === 'accepted') {
            same($want['key_index'], $verify(), 'the key');
            return;
        }
        $e = throws(ImzaException::class, $verify, 'the request');
        same(
            [
                'kind' => $want['kind'] === 'unknown-key-id' ? 'signature-mismatch' : $want['kind'],
                'http_status' => $want['http_status'],
                'text' => $want['text'],
                'offset' => $want['offset'],
                'key_index' => $want['key_index'],
            ],
            [
                'kind' => $e->kind,
                'http_status' => $e->httpStatus,
                'text' => $e->vendorText,
                'offset' => $e->offset,
                'key_index' => $e->keyIndex,
            ],
            'the verdict',
        );
    });
}

// HASO-1 to HASO-8.
foreach (cases('haso', 'haso-more') as $c) {
    test("token: {$c['name']}", function () use ($c) {
        $merchant = new Merchant($c['merchant_id'], keyOf($c), $c['merchant_salt']);
        $recipe = Recipe::find($c['endpoint']);
        same($c['message'], $merchant->messageRevealingSalt($recipe, $c['fields']), 'the message');
        $at = strrpos($c['message'], $c['merchant_salt']);
        $shown = substr_replace($c['message'], '[salt]', $at, strlen($c['merchant_salt']));
        same($shown, $merchant->message($recipe, $c['fields']), 'the message without the salt');
        same($c['token'], $merchant->token($recipe, $c['fields']), 'the token');
        same(0, $merchant->verify($recipe, $c['fields'], $c['token']), 'the secret that matches');
    });
}

// HASO-2, HASO-6, HASO-8.
foreach (cases('haso-recipes') as $c) {
    test("recipe: {$c['name']}", function () use ($c) {
        if ($c['printed'] !== null) {
            same($c['printed'], Recipe::parse($c['line'])->print(), 'the recipe');
            return;
        }
        $e = throws(ImzaException::class, fn () => Recipe::parse($c['line']), 'the recipe');
        same(['recipe-invalid', 204, $c['offset']], [$e->kind, $e->status, $e->offset], 'the refusal');
    });
}

// HASO-2 to HASO-12.
foreach (cases('haso-verdicts') as $c) {
    test("token's verdict: {$c['name']}", function () use ($c) {
        $verify = function () use ($c): int {
            $first = $c['secrets'][0];
            $merchant = new Merchant($c['merchant_id'], keyOf($first), $first['merchant_salt']);
            foreach (array_slice($c['secrets'], 1) as $older) {
                $merchant->addOlderSecret(keyOf($older), $older['merchant_salt']);
            }
            $recipe = $c['recipe'] === '' ? Recipe::find($c['endpoint']) : Recipe::parse($c['recipe']);
            if (!$c['field_checks']) {
                $recipe->withoutFieldChecks();
            }
            if ($c['ignore_other_fields']) {
                $recipe->ignoringOtherFields();
            }
            return $merchant->verify($recipe, $c['fields'], $c['token']);
        };
        $want = $c['verdict'];
        if ($want['kind'] === 'accepted') {
            same($want['key_index'], $verify(), 'the secret that matches');
            return;
        }
        $e = throws(ImzaException::class, $verify, 'the token');
        same(
            [$want['kind'], $want['field'], $want['offset'], $want['key_index'], null, ''],
            [$e->kind, $e->field, $e->offset, $e->keyIndex, $e->httpStatus, $e->vendorText],
            'the verdict',
        );
    });
}

// DLGA-16, HASO-11: both schemes read the same tags.
$merchant = new Merchant('1000042', 'key', 'salt');
$recipe = Recipe::find('GetPaymentsOfTransaction');
$verifier = new Verifier();
foreach (cases('tags') as $c) {
    test("tag: {$c['name']}", function () use ($c, $merchant, $recipe, $verifier) {
        $fields = ['merchantOid' => '1', 'transactionCode' => '2'];
        $token = throws(ImzaException::class, fn () => $merchant->verify($recipe, $fields, $c['text']), 'the token');
        $headers = ['x-dlg-date' => 'Tue, 09 Mar 2021 13:28:32 GMT', 'x-dlg-requester-userid' => '45186',
            'x-dlg-authorization' => "DLGA id:{$c['text']}"];
        $header = throws(
            ImzaException::class,
            fn () => $verifier->verifyHeaders(new Request('GET', '/'), $headers, 1615296512),
            'the header',
        );
        if ($c['hex'] !== null) {
            same([207, 103], [$token->status, $header->status], 'the refusals');
            return;
        }
        same([206, $c['offset']], [$token->status, $token->offset], 'the token');
        if (rtrim($c['text'], ' ') === $c['text']) { // whitespace around a header's value does not count (DLGA-4)
            same(101, $header->status, 'the header');
        }
    });
}

finish("the golden corpus, $way");
