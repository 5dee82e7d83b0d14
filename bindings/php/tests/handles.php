<?php

// What is refused before the library, handles and their ends, secrets that must not be shown, explanations.

declare(strict_types=1);

require __DIR__ . '/runner.php';

use Imza\Dlga\{Explainer, HeaderNames, Request, Signer, Verifier};
use Imza\Haso\{Discoverer, Explainer as HasoExplainer, Merchant, Recipe};
use Imza\{ImzaException, Library};

const SECRET = 'QfXz-not-a-real-secret';
const DATE = 'Tue, 09 Mar 2021 13:28:32 GMT';
const NOW = 1615296512;

function signer(HeaderNames $names = HeaderNames::XDlg): Signer
{
    return new Signer('key-id', SECRET, $names);
}

$request = new Request('POST', '/v1/x', '{"a":1}', 'application/json');
$fields = ['customerId' => '5500123', 'dealerSegment' => 'GOLD'];

/** @return array<string, \Closure> each kind of handle */
$handles = [
    Signer::class => fn () => signer(),
    Verifier::class => fn () => (new Verifier())->addKey('key-id', SECRET),
    Explainer::class => fn () => (new Explainer())->addKey('key-id', SECRET),
    Merchant::class => fn () => new Merchant('1000042', SECRET, 'salt-' . SECRET),
    Recipe::class => fn () => Recipe::find('SetPreDefinedLimit'),
    HasoExplainer::class => fn () => new HasoExplainer('1000042', SECRET, 'salt-' . SECRET),
    Discoverer::class => fn () => new Discoverer('1000042', SECRET, 'salt-' . SECRET),
];
$uses = [
    Signer::class => fn ($h) => $h->sign($request, DATE, '45186'),
    Verifier::class => fn ($h) => $h->verifyHeaders($request, signer()->sign($request, DATE, '45186'), NOW),
    Explainer::class => fn ($h) => $h->explain($request, signer()->sign($request, DATE, '45186')),
    Merchant::class => fn ($h) => $h->token(Recipe::find('SetPreDefinedLimit'), $fields),
    Recipe::class => fn ($h) => $h->print(),
    HasoExplainer::class => fn ($h) => $h->explain(Recipe::find('SetPreDefinedLimit'), $fields, 'x'),
    Discoverer::class => fn ($h) => $h->discover(1),
];

foreach ($handles as $class => $make) {
    test("$class works, and after close it is an error and no crash", function () use ($class, $make, $uses) {
        $handle = $make();
        same(false, $uses[$class]($handle) === null, 'its answer is null, which');
        $handle->close();
        $handle->close();
        $e = throws(\LogicException::class, fn () => $uses[$class]($handle), 'a closed one');
        same("$class is closed", $e->getMessage(), 'the message');
    });
    test("$class is neither cloned nor serialized", function () use ($class, $make, $uses) {
        $handle = $make();
        throws(\LogicException::class, fn () => clone $handle, 'a clone');
        throws(\LogicException::class, fn () => serialize($handle), 'serialize');
        throws(\Throwable::class, fn () => unserialize(sprintf('O:%d:"%s":0:{}', strlen($class), $class)), 'unserialize');
        same(false, $uses[$class]($handle) === null, 'its answer afterwards is null, which');
    });
    test("$class shows no secret", function () use ($class, $make) {
        $handle = $make();
        ob_start();
        var_dump($handle);
        print_r($handle);
        var_export($handle);
        same(false, str_contains(ob_get_clean(), SECRET), "a dump holds the secret, which");
    });
}

test('a trace holds no secret', function () {
    ini_set('zend.exception_ignore_args', '0');
    ini_set('zend.exception_string_param_max_len', '200');
    foreach ([
        fn () => new Signer("key id", SECRET),
        fn () => (new Verifier())->addKey('', SECRET),
        fn () => (new Explainer())->addKey('', SECRET),
        fn () => new Merchant('', SECRET, SECRET),
        fn () => new Merchant('', null, SECRET),
        fn () => (new Merchant('1', 'k', 's'))->addOlderSecret(SECRET, ''),
        fn () => new HasoExplainer('', SECRET, SECRET),
        fn () => new Discoverer('', SECRET, SECRET),
    ] as $refused) {
        $e = throws(ImzaException::class, $refused, 'the argument');
        if (PHP_VERSION_ID >= 80200) { // PHP 8.1 does not know #[\SensitiveParameter]
            same(false, str_contains((string) $e . print_r($e->getTrace(), true), SECRET), 'the trace holds the secret, which');
        }
    }
    // The positive control: without the attribute a trace does hold its arguments.
    $e = throws(ImzaException::class, fn () => (static fn (string $plain) => throw ImzaException::argument('x'))(SECRET), 'the control');
    same(true, str_contains((string) $e, SECRET), 'the trace of the control holds the argument, which');
});

test('a recipe is discovered', function () {
    // The golden corpus' first request; its token is under the merchant key.
    $posted = ['ipAddress' => '85.105.1.2', 'customerId' => '5500123', 'dealerSegment' => 'GOLD'];
    $token = 'Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=';
    $discoverer = new Discoverer('1000042', 'merchant-key-not-real', 'merchant-salt-not-real');
    throws(ImzaException::class, fn () => $discoverer->addSample($posted, 'short'), 'a malformed token');
    throws(\ValueError::class, fn () => $discoverer->discover(-1), 'a negative number of tries');
    same(0, $discoverer->discover()->tried, 'the tries without a sample');
    $discovery = $discoverer->addSample($posted, $token)->discover();
    $recipe = 'merchantId + customerId + dealerSegment + ipAddress + merhant_salt';
    same([['recipe' => $recipe, 'hmacKey' => 'merchant-key']], $discovery->found, 'what is found');
    same([true, '', true], [$discovery->isComplete, $discovery->notes, $discovery->tried > 10], 'the search');
    $bounded = (new Discoverer('1000042', null, 'merchant-salt-not-real'))->addSample($posted, $token)->discover(5);
    same([[], false, true], [$bounded->found, $bounded->isComplete, $bounded->tried <= 5], 'a bounded search');
});

test('what is not text is refused by name', function () use ($request, $fields) {
    foreach ([
        ['key_id is not UTF-8: see byte 1', 1, fn () => new Signer("i\xff", 's')],
        ['the requester id is not UTF-8', null, fn () => signer()->sign($request, DATE, "\xff")],
        ['the requester id holds a line feed at byte 2, which is not allowed there', 2, fn () => signer()->sign($request, DATE, "ab\n")],
        ['the requester id is empty; a signature needs one', null, fn () => signer()->sign($request, DATE, " ")],
        ['the method is empty; a signature needs one', null, fn () => signer()->sign(new Request('', '/'), DATE, '1')],
        ['the header `x-dlg-date` is not a string, but int; pass the text as it is sent', null,
            fn () => (new Verifier())->verifyHeaders($request, ['x-dlg-date' => 5], NOW)],
    ] as [$message, $offset, $refused]) {
        $e = throws(ImzaException::class, $refused, $message);
        same([$message, $offset, 3], [$e->getMessage(), $e->offset, $e->status], 'the refusal');
    }
    $merchant = new Merchant('1', 'k', 's');
    $recipe = Recipe::find('SetPreDefinedLimit');
    $e = throws(ImzaException::class, fn () => $merchant->token($recipe, ['customerId' => 5500123] + $fields), 'a number');
    same('customerId', $e->field, 'the field');
    $e = throws(ImzaException::class, fn () => $merchant->token($recipe, ['customerId' => "\xff"] + $fields), 'bytes');
    same(['field-invalid', 'customerId'], [$e->kind, $e->field], 'the refusal');
    $long = str_repeat('x', 5000);
    $e = throws(ImzaException::class, fn () => $merchant->token($recipe, [$long => '1'] + $fields), 'a long name');
    same(true, strlen($e->field) < 100 && str_starts_with($e->field, 'xxx'), 'the name is cut, which');
    throws(ImzaException::class, fn () => (new Verifier())->window(-1, 0), 'a negative window');
    throws(ImzaException::class, fn () => Recipe::find('NoSuch'), 'an unknown method');
});

test('the other set of names, and a body of many bytes', function () {
    $request = new Request('POST', '/', random_bytes(1 << 20));
    $headers = signer(HeaderNames::X)->sign($request, NOW, '45186');
    same(['Date', 'X-Requester-UserId', 'X-Authorization'], array_keys($headers), 'the names');
    same(0, (new Verifier())->addKey('key-id', SECRET)->verifyHeaders($request, $headers, NOW), 'the key');
    same(true, strlen(signer()->stringToSign($request, NOW)) > 1 << 20, 'the string to sign is long, which');
});

test('an explanation says which variant matches', function () use ($fields) {
    $explainer = (new Explainer())->addKey('key-id', SECRET)->at(NOW);
    $headers = signer()->sign(new Request('POST', '/', "{}\n"), DATE, '45186');
    $told = $explainer->explain(new Request('POST', '/', '{}'), $headers);
    same([false, true], [$told->isValid, count($told->matches) > 0], 'a match');
    same(true, str_starts_with($told->text, 'Refused') && str_contains($told->text, 'The signature matches when'), 'the text is right, which');
    same(true, $explainer->explain(new Request('POST', '/', "{}\n"), $headers)->isValid, 'validity');

    $recipe = Recipe::find('SetPreDefinedLimit');
    $token = (new Merchant('1000042', 'salt', 'key'))->token($recipe, $fields);
    $told = (new HasoExplainer('1000042', 'key', 'salt'))->explain($recipe, $fields, $token);
    same(true, str_contains((string) $told, 'The token matches when'), 'the text is right, which');
});

test('a library that is not there is named', function () {
    $e = throws(\RuntimeException::class, fn () => Library::load('/nowhere/libimza.so'), 'a path');
    same(true, str_contains($e->getMessage(), '/nowhere/libimza.so'), 'the message names the path, which');
    same('0.1.0', Library::default()->version(), 'the version');
    throws(\LogicException::class, fn () => clone Library::default(), 'a clone');
});

finish('handles, refusals, secrets');
