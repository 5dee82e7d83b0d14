<?php

// Plain PHP against the library: the same answer to some thousand random requests, dates, recipes and forms, and the same
// table of methods. What both are asked comes from a seed, which is printed where they differ.

declare(strict_types=1);

require __DIR__ . '/runner.php';

use Imza\Dlga\{BodyLine, HeaderNames, Request, Signer, Verifier};
use Imza\Haso\{Merchant, Recipe};
use Imza\ImzaException;
use Imza\Pure\{DlgaSigner, DlgaVerifier, HasoMerchant, HasoRecipe};

const SECRET = 'QfXz-not-a-real-secret';
const DATE = 'Tue, 09 Mar 2021 13:28:32 GMT';
const NOW = 1615296512;

/** What a call gives back, or all that its refusal says. */
function outcome(callable $call): array
{
    try {
        return ['answer' => $call()];
    } catch (ImzaException $e) {
        return ['message' => $e->getMessage(), 'kind' => $e->kind, 'status' => $e->status, 'http' => $e->httpStatus,
            'text' => $e->vendorText, 'offset' => $e->offset, 'key' => $e->keyIndex, 'field' => $e->field];
    }
}

/** Both ways say the same; the library's error has room for 255 bytes of a message. Gives back what they say. */
function alike(callable $ffi, callable $pure, string $what): array
{
    [$want, $got] = [outcome($ffi), outcome($pure)];
    if (strlen($want['message'] ?? '') > 250 && str_starts_with($got['message'] ?? '', $want['message'])) {
        $want['message'] = $got['message'];
    }
    same($want, $got, $what);
    return $got;
}

function one(array $choices): mixed
{
    return $choices[mt_rand(0, count($choices) - 1)];
}

function chance(int $in): bool
{
    return mt_rand(1, $in) === 1;
}

/** A text with one byte or character more, less, or another one. */
function damaged(string $text): string
{
    $at = mt_rand(0, strlen($text));
    $piece = one(["\0", "\n", "\r", "\t", ' ', ':', '#', '=', '-', '_', '+', '0', '9', 'a', 'Z', '/', "\x7f", "\xff", 'ş', 'İ', "\u{202e}", "\u{301}", '']);
    return substr_replace($text, $piece, $at, mt_rand(0, 1));
}

function perhapsDamaged(string $text, int $in): string
{
    return chance($in) ? damaged($text) : $text;
}

/** Asks for random cases; counts the kinds of outcome, so that none of those named is never met. */
function compare(string $what, int $count, array $kinds, callable $case): void
{
    test("$what: plain PHP and the library agree", function () use ($what, $count, $kinds, $case) {
        $met = [];
        for ($seed = 1; $seed <= $count; $seed++) {
            mt_srand($seed);
            $met[$case("$what $seed")['kind'] ?? 'accepted'] = true;
        }
        same([], array_diff($kinds, array_keys($met)), "what $what never met");
    });
}

function randomDate(): string
{
    $usual = gmdate('D, d M Y H:i:s', one([NOW, mt_rand(0, 253402300799), 951782400, 0])) . ' ';
    $date = match (mt_rand(1, 6)) {
        1 => sprintf('%s, %02d %s %04d %02d:%02d:%02d ', one(['Mon', 'Tue', 'Sun']), mt_rand(0, 32), one(['Jan', 'Feb', 'Dec']),
            one([1969, 1968, 1970, 2000, 2100, 9999, 0]), mt_rand(0, 24), one([0, 59, 60]), one([0, 59, 60])),
        2 => preg_replace('/, 0/', ', ', $usual),
        3 => one(['Wed, 31 Dec 1969 23:59:59 ', 'Fri, 31 Dec 9999 23:59:59 ', 'Thu, 01 Jan 1970 00:00:00 ']),
        4 => sprintf('%s, %02d %s %s 13:28:32 ', one(['Sal', 'Çar', 'Cuma', 'Di.', 'Tue', 'tue', 'Tuesday', 'T-e', '']),
            mt_rand(0, 32), one(['Mar', 'Kas', 'Mart', 'März', "M\xe4rz", 'mar', 'March', '3', '']), one([2021, 1968, 1969, 21])),
        default => $usual,
    };
    $zone = one(['GMT', 'UTC', 'UT', 'Z', '+0300', '-0530', '+03:00', 'GMT+03:00', 'GMT-3:00', '-0000', '+2400', '+0060',
        'GMT+24:00', '+23:60', 'UTC+01:00', 'GMT+0100', 'EST', 'gmt', '', '+1:00']);
    return perhapsDamaged(rtrim($date . $zone), 4);
}

function randomRequest(): Request
{
    return new Request(
        perhapsDamaged(one(['GET', 'POST', 'PUT', 'x']), 12),
        perhapsDamaged(one(['/v1/x', '/', '/a?b=c%20d', '/ş', 'v1', '']), 12),
        one(['', '{"a":1}', "a\r\n\tb", "\0\xff", str_repeat('x', mt_rand(1, 200))]),
        perhapsDamaged(one(['', 'application/json', 'text/plain; charset=utf-8']), 12),
        one(BodyLine::cases()),
    );
}

compare('date', 4000, ['accepted', 'invalid-argument'], function (string $what) {
    $date = chance(4) ? one([-1, 0, mt_rand(0, 253402300799), 253402300799, 253402300800, PHP_INT_MIN, PHP_INT_MAX]) : randomDate();
    $ask = fn ($signer) => fn () => $signer->sign(new Request('GET', '/'), $date, '1');
    return alike($ask(new Signer('id', 's')), $ask(new DlgaSigner('id', 's')), $what);
});

compare('signature', 3000, ['accepted', 'invalid-argument'], function (string $what) {
    $arguments = [perhapsDamaged('key-id', 8), one(['s', SECRET, str_repeat("\xff\0", 50), chance(4) ? '' : 'x']), one(HeaderNames::cases())];
    [$request, $date, $requester] = [randomRequest(), perhapsDamaged(DATE, 8), perhapsDamaged(one(['45186', 'ş', '', ' ']), 8)];
    $ask = fn ($class, $call) => fn () => $call(new $class(...$arguments));
    $text = fn ($signer) => $signer->stringToSign($request, $date);
    alike($ask(Signer::class, $text), $ask(DlgaSigner::class, $text), "$what, the string to sign");
    $sign = fn ($signer) => $signer->sign($request, $date, $requester);
    return alike($ask(Signer::class, $sign), $ask(DlgaSigner::class, $sign), $what);
});

$verdicts = ['accepted', 'headers-missing', 'format-invalid', 'date-invalid', 'signature-mismatch', 'clock-skew'];
compare('verdict', 6000, $verdicts, function (string $what) {
    $request = randomRequest();
    $keys = array_slice([['key-id', 'a'], ['key-id', SECRET], ['1', 'b'], ['key-id', 'c'], ['İd', 'd']], 0, mt_rand(0, 5));
    [$id, $secret] = one([['key-id', SECRET], ['key-id', 'c'], ['1', 'b'], ['İd', 'd'], ['another', 'x'], [SECRET, '']]);
    $date = chance(3) ? randomDate() : DATE;
    $type = $request->contentType;
    $signature = base64_encode(hash_hmac('sha256', "{$request->method}\n$type\n$date\n{$request->body}"
        . ($request->bodyLine->name === 'Always' || ($request->bodyLine->name === 'WhenPresent' && $request->body !== '') ? "\n" : '')
        . $request->resource, $secret, true));
    if (chance(5)) {
        $binary = base64_decode($signature);
        $signature = one([bin2hex($binary), bin2hex(substr($binary, 12)), implode('-', str_split(bin2hex($binary), 2)), strtr($signature, '+/', '-_'),
            rtrim($signature, '='), base64_encode(substr($binary, 12)), substr($signature, 0, 42) . 'B=', "$signature=", '',
            str_repeat('A', 44), damaged($signature), implode('-', str_split(bin2hex(substr($binary, 12)), 2))]);
    }
    $scheme = chance(15) ? one(['dlga ', 'DLGA', 'DLGA  ', 'TSA ', '']) : 'DLGA ';
    $values = [$date, '45186', perhapsDamaged($scheme . perhapsDamaged($id, 20) . (chance(30) ? '' : ':') . $signature, 20)];
    $headers = [];
    foreach (one(HeaderNames::cases())->all() as $at => $name) {
        $blanks = chance(4) ? one([' ', "\t ", '  ']) : '';
        $headers[] = [one([$name, strtoupper($name), strtolower($name)]), $blanks . $values[$at] . $blanks];
    }
    if (chance(4)) {
        $headers[] = [one(['x-dlg-date', 'Date', 'X-Authorization', 'x-dlg-requester-userid', "x\xff", 'Content-Type']), one(['', DATE, 'x'])];
    }
    if (chance(15)) {
        array_splice($headers, mt_rand(0, count($headers) - 1), 1);
    }
    if (chance(2)) {
        $headers[] = ['content-type', " $type"];
        $request = new Request($request->method, $request->resource, $request->body, chance(2) ? '' : $type, $request->bodyLine);
    }
    shuffle($headers);
    $now = one([NOW, NOW, NOW + 900, NOW + 901, NOW - 900, NOW - 901, 0, PHP_INT_MAX, -PHP_INT_MAX + 253402300799]);
    $window = one([[900, 900], [0, 901], [PHP_INT_MAX, PHP_INT_MAX], chance(9) ? [900, -1] : [1, 1], null]);
    $ask = fn ($class) => function () use ($class, $keys, $request, $headers, $now, $window) {
        $verifier = new $class();
        $window === null ? $verifier->ignoreClock() : $verifier->window(...$window);
        foreach ($keys as [$id, $secret]) {
            $verifier->addKey($id, $secret);
        }
        return $verifier->verifyHeaders($request, $headers, $now);
    };
    return alike($ask(Verifier::class), $ask(DlgaVerifier::class), $what);
});

test('no clock overflows', function () {
    $headers = (new DlgaSigner('id', 's'))->sign(new Request('GET', '/'), DATE, '1');
    foreach ([PHP_INT_MIN, PHP_INT_MIN + 1, PHP_INT_MAX, -1] as $now) {
        foreach ([0, 900, PHP_INT_MAX] as $window) {
            $ask = fn ($verifier) => outcome(fn () => $verifier->addKey('id', 's')->window($window, $window)->verifyHeaders(new Request('GET', '/'), $headers, $now));
            [$want, $got] = [$ask(new Verifier()), $ask(new DlgaVerifier())];
            unset($want['message'], $got['message']);
            same($want, $got, "a clock of $now with a window of $window");
        }
    }
});

compare('recipe', 4000, ['accepted', 'recipe-invalid'], function (string $what) {
    $pieces = [];
    for ($count = mt_rand(1, 6); $count > 0; $count--) {
        $pieces[] = one(['merchantId', 'merhant_salt', 'merchant_salt', 'merchantSalt', 'customerId', 'ipAddress', 'orderAmount', 'a_1', 'şehir', '',
            'x?', 'y ?', 'paymentDate.ToString("yyyy-MM-dd")', 'z ? . ToString ( "yyyy-MM-dd" )', 'merchantId?', 'a b', "\u{a0}q\u{3000}", 'w.ToString("dd")']);
    }
    $pieces[] = one(['merhant_salt', 'merhant_salt', 'last']);
    $line = perhapsDamaged(implode(one(['+', ' + ', "+\n"]), $pieces), 4);
    return alike(fn () => Recipe::parse($line)->print(), fn () => HasoRecipe::parse($line)->print(), "$what ($line)");
});

/** The paths of the library's table. */
function endpoints(): array
{
    preg_match_all('~^    [A-Z_]+ = "[\d.]+" "(/[^"]+)"~m', file_get_contents(__DIR__ . '/../../../src/haso/catalog.rs'), $found);
    return $found[1];
}

test('the table of methods is the library\'s', function () {
    $methods = array_keys((new ReflectionClassConstant(HasoRecipe::class, 'METHODS'))->getValue());
    same(endpoints(), $methods, 'the list of methods');
    [$ffi, $pure] = [new Merchant('1', 'k', 's'), new HasoMerchant('1', 'k', 's')];
    foreach ($methods as $path) {
        foreach ([$path, basename($path)] as $endpoint) {
            [$recipe, $pureRecipe] = [Recipe::find($endpoint), HasoRecipe::find($endpoint)];
            same($recipe->print(), $pureRecipe->print(), $endpoint);
        }
        // The refusal of an unknown name lists the others; that of a long value says how long it may be.
        $ask = fn ($fields) => alike(fn () => $ffi->token($recipe, $fields), fn () => $pure->token($pureRecipe, $fields), $path);
        same(201, $ask(['x' => '1'])['status'], 'an unknown field');
        preg_match_all('/\w+/', substr($recipe->print(), 0, strrpos($recipe->print(), '+')), $found);
        $names = array_diff($found[0], ['merchantId', 'ToString', 'yyyy', 'MM', 'dd']);
        $fields = array_map(fn ($name) => match ($name) {
            'paymentDate' => '2026-11-22', 'ipAddress' => '::1', default => '12'
        }, array_combine($names, $names));
        same(true, isset($ask($fields)['answer']), 'an answer');
        foreach ($names as $name) {
            $ask(array_diff_key($fields, [$name => '']));
            foreach ([10, 11, 20, 21, 300] as $length) {
                $ask([$name => str_repeat('1', $length)] + $fields);
                $ask([$name => str_repeat('ş', $length)] + $fields);
            }
        }
    }
});

$kinds = ['accepted', 'field-missing', 'field-unknown', 'field-duplicate', 'field-invalid', 'token-malformed', 'token-mismatch', 'recipe-unknown'];
compare('token', 8000, $kinds, function (string $what) {
    $line = 'a + merchantId + ipAddress + şehir? + orderAmount + merhant_salt + d?.ToString("yyyy-MM-dd")';
    $endpoint = chance(40) ? one(['NoSuch', "\u{202e}x'", "a\xff", '', '/Index']) : one(endpoints());
    $values = ['12', 'GOLD', 'ş', '', '2026-11-22T10:15:00', '2026-02-29', '0000-01-01', '2026-13-01', '202x-01-01', '85.105.1.2',
        '::1', '1:2:3:4:5:6:7::', '::ffff:1.2.3.4', '1.2.3', '01.2.3.4', '12a', "\xffx", '12345678901', str_repeat('ğ', 20), str_repeat('ğ', 21)];
    $given = [];
    foreach (['merchantId', 'customerId', 'dealerSegment', 'ipAddress', 'kkbRefNo', 'pinCode', 'shopperName', 'shopperSurname', 'merchantOid',
        'transactionCode', 'paymentCode', 'paymentReferenceCode', 'paymentDate', 'balanceAmount', 'orderAmount', 'a', 'şehir', 'd'] as $name) {
        $given[$name] = chance(15) ? one($values) : match ($name) {
            'merchantId' => '1000042', 'ipAddress' => one(['85.105.1.2', '::1']), 'paymentDate', 'd' => '2026-11-22T10:15:00', default => '12'
        };
    }
    $isParsed = chance(3);
    preg_match_all('/[\p{L}\w]+/u', $isParsed ? $line : outcome(fn () => Recipe::find($endpoint)->print())['answer'] ?? '', $found);
    $fields = [];
    foreach ($given as $name => $value) {
        if ((in_array($name, $found[0], true) && !chance(25)) || chance(200)) {
            $fields[] = [perhapsDamaged(chance(60) ? one([strtoupper($name), "ŞEHIR", 'şehİr', 'ıpAddress', "\u{17f}ehir"]) : $name, 100), $value];
        }
    }
    if (chance(5)) {
        $fields[] = one([['limitReductionFlag', 'true'], ['requestToken', 'x'], ['x', '1'], ['customerId', '12'], ['pageNo', '1'], ["b\xff", '1'], ['5', '']]);
    }
    shuffle($fields);
    $options = [chance(3), chance(3), chance(6)];
    $token = chance(3) ? one(['', 'x', str_repeat('A', 43) . '=', str_repeat('0', 64)]) : null;
    $ask = fn ($merchants, $recipes) => function () use ($merchants, $recipes, $isParsed, $line, $endpoint, $options, $fields, $token) {
        $recipe = $isParsed ? $recipes::parse($line) : $recipes::find($endpoint);
        $options[0] && $recipe->withoutFieldChecks();
        $options[1] && $recipe->ignoringOtherFields();
        $merchant = new $merchants('1000042', $options[2] ? null : 'key', 'salt');
        $message = $merchant->message($recipe, $fields);
        $made = $merchant->token($recipe, $fields);
        $index = (new $merchants('1000042', null, 'x'))->addOlderSecret($options[2] ? null : 'key', 'salt')->verify($recipe, $fields, $token ?? $made);
        return [$message, $merchant->messageRevealingSalt($recipe, $fields), $made, $index];
    };
    return alike($ask(Merchant::class, Recipe::class), $ask(HasoMerchant::class, HasoRecipe::class), $what);
});

compare('address', 4000, ['accepted', 'field-invalid'], function (string $what) {
    $address = implode(one([':', ':', '.']), array_map(
        fn () => one(['0', '1', 'ab', 'FFFF', '12345', '255', '256', '00', '01', '', '1.2.3.4']),
        array_fill(0, mt_rand(1, 9), 0),
    ));
    $address = chance(2) ? perhapsDamaged($address, 3) : substr_replace($address, '::', mt_rand(0, strlen($address)), mt_rand(0, 1));
    $ask = fn ($merchants, $recipes) => fn () => (new $merchants('1', 'k', 's'))->message($recipes::parse('ipAddress+merhant_salt'), ['ipAddress' => $address]);
    return alike($ask(Merchant::class, Recipe::class), $ask(HasoMerchant::class, HasoRecipe::class), "$what ($address)");
});

test('credentials are refused alike', function () {
    foreach (['', '1', "1\xff"] as $id) {
        foreach (['', null, 'k'] as $key) {
            foreach (['', 's'] as $salt) {
                $ask = fn ($class) => fn () => (new $class($id, $key, $salt)) instanceof $class;
                alike($ask(Merchant::class), $ask(HasoMerchant::class), 'the merchant');
            }
        }
    }
    foreach (['', 'i', "i\xff", 'i:', "i\u{80}"] as $id) {
        foreach (['', 's'] as $secret) {
            $ask = fn ($class) => fn () => (new $class())->addKey($id, $secret) instanceof $class;
            alike($ask(Verifier::class), $ask(DlgaVerifier::class), 'the key');
        }
    }
});

test('no dump and no trace holds a secret', function () {
    ini_set('zend.exception_ignore_args', '0');
    ini_set('zend.exception_string_param_max_len', '200');
    $made = [new DlgaSigner('id', SECRET), (new DlgaVerifier())->addKey('id', SECRET), new HasoMerchant('1', SECRET, SECRET)];
    ob_start();
    foreach ($made as $object) {
        var_dump($object, (array) $object);
        print_r($object);
        var_export($object);
    }
    same(false, str_contains(ob_get_clean(), SECRET), 'a dump holds the secret, which');
    foreach ($made as $object) {
        throws(\LogicException::class, fn () => serialize($object), 'serialize');
    }
    foreach ([
        fn () => new DlgaSigner('key id', SECRET),
        fn () => (new DlgaVerifier())->addKey('', SECRET),
        fn () => new HasoMerchant('', SECRET, SECRET),
        fn () => (new HasoMerchant('1', 'k', 's'))->addOlderSecret(SECRET, ''),
    ] as $refused) {
        $e = throws(ImzaException::class, $refused, 'the argument');
        if (PHP_VERSION_ID >= 80200) { // PHP 8.1 does not know #[\SensitiveParameter]
            same(false, str_contains((string) $e . print_r($e->getTrace(), true), SECRET), 'the trace holds the secret, which');
        }
    }
});

finish('plain PHP against the library');
