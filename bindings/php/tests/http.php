<?php

// PSR-18, Guzzle and PSR-15 by themselves, and over the loopback address against the servers that are named.
//
//     http.php URL…
//
// IMZA_WAY=pure: in plain PHP.

declare(strict_types=1);

require __DIR__ . '/psr.php';
require __DIR__ . '/runner.php';
require __DIR__ . '/ways.php';

use GuzzleHttp\{Client, HandlerStack};
use GuzzleHttp\Handler\MockHandler;
use GuzzleHttp\Psr7\{HttpFactory, NoSeekStream, Request, Response, ServerRequest, Utils};
use Imza\Dlga\HeaderNames;
use Imza\Http\{RequestSigner, SigningClient, VerifyingMiddleware};
use Imza\ImzaException;
use Psr\Http\Message\{ResponseInterface, ServerRequestInterface};
use Psr\Http\Server\RequestHandlerInterface;

by(getenv('IMZA_WAY') ?: 'ffi');

const RESOURCE = '/v1/application/gettransactionhashforonlinehelp';
const BODY = '{"customerId" : "123456", "deviceHash" : "fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k="}';

function signing(int $age = 0, string $secret = 'not-a-real-secret', HeaderNames $names = HeaderNames::XDlg): RequestSigner
{
    return new RequestSigner(new Signer('key-id', $secret, $names), '45186', static fn () => time() - $age);
}

function post(string $server, string $body = BODY): Request
{
    return new Request('POST', $server . RESOURCE, ['Content-Type' => 'application/json'], $body);
}

foreach (array_slice($argv, 1) as $server) {
    $plain = new Client(['http_errors' => false, 'proxy' => '']);
    foreach ([
        'PSR-18' => static fn (RequestSigner $by) => (new SigningClient($plain, $by))->sendRequest(post($server)),
        'Guzzle' => static function (RequestSigner $by) use ($server) {
            $stack = HandlerStack::create();
            $stack->push($by);
            return (new Client(['handler' => $stack, 'http_errors' => false, 'proxy' => '']))->send(post($server));
        },
    ] as $name => $send) {
        test("$name against $server", function () use ($send) {
            $answer = $send(signing());
            same([200, true], [$answer->getStatusCode(), str_contains((string) $answer->getBody(), '7c5963043b37')], 'the answer');
            same(200, $send(signing(names: HeaderNames::X))->getStatusCode(), 'the answer under the other names');
            $late = $send(signing(960));
            same([403, 'Request time may not be correct.'], [$late->getStatusCode(), trim((string) $late->getBody())], 'the answer');
            $wrong = $send(signing(0, 'another'));
            same([401, 'Authorization failed'], [$wrong->getStatusCode(), trim((string) $wrong->getBody())], 'the answer');
        });
    }
    test("unsigned and changed requests against $server", function () use ($plain, $server) {
        same(400, $plain->send(post($server))->getStatusCode(), 'the answer to an unsigned request');
        $changed = signing()->sign(post($server))->withBody(Utils::streamFor(str_replace('123456', '123457', BODY)));
        same(401, $plain->send($changed)->getStatusCode(), 'the answer to a changed body');
    });
}

/** The middleware before a handler that answers with what it got. */
function verified(ServerRequestInterface $request, ?Closure $refused = null): ResponseInterface
{
    $handler = new class implements RequestHandlerInterface {
        public function handle(ServerRequestInterface $request): ResponseInterface
        {
            return new Response(200, ['X-Key' => (string) $request->getAttribute('imza.keyIndex')], (string) $request->getBody());
        }
    };
    $verifier = (new Verifier())->addKey('other', 'x')->addKey('key-id', 'not-a-real-secret');
    return (new VerifyingMiddleware($verifier, new HttpFactory(), new HttpFactory(), 1000, $refused))->process($request, $handler);
}

function received(Psr\Http\Message\RequestInterface $r, mixed $body = null): ServerRequest
{
    return new ServerRequest($r->getMethod(), $r->getUri(), $r->getHeaders(), $body ?? (string) $r->getBody());
}

test('the middleware passes on the body and the key, also of a stream that can be read only once', function () {
    $signed = signing()->sign(post('http://h'));
    foreach ([null, new NoSeekStream(Utils::streamFor(BODY))] as $body) {
        $answer = verified(received($signed, $body));
        same([200, '1', BODY], [$answer->getStatusCode(), $answer->getHeaderLine('X-Key'), (string) $answer->getBody()], 'the answer');
    }
});

test('the middleware refuses with the vendor\'s answer, and reports why', function () {
    $reported = null;
    $request = received(signing()->sign(post('http://h')))->withHeader('x-dlg-date', 'yesterday');
    $answer = verified($request, function (ImzaException $e) use (&$reported) {
        $reported = $e;
    });
    same([400, 'Authorization failed due to date not valid'], [$answer->getStatusCode(), (string) $answer->getBody()], 'the answer');
    same(['date-invalid', 0], [$reported->kind, $reported->offset], 'the report');
    $twice = received(signing()->sign(post('http://h')))->withAddedHeader('x-dlg-requester-userid', '2');
    same(400, verified($twice)->getStatusCode(), 'the answer to a header that occurs twice');
    same(413, verified(received(signing()->sign(post('http://h', str_repeat('x', 1001)))))->getStatusCode(), 'the answer to a long body');
    same(200, verified(received(signing()->sign(post('http://h', str_repeat('x', 1000)))))->getStatusCode(), 'the answer to a shorter one');
});

test('what cannot be signed is refused, and an earlier signature is replaced', function () {
    $once = post('http://h')->withBody(new NoSeekStream(Utils::streamFor(BODY)));
    throws(ImzaException::class, fn () => signing()->sign($once), 'a body that can be read only once');
    throws(ImzaException::class, fn () => signing()->sign(post('http://h')->withAddedHeader('Content-Type', 'text/plain')), 'two types');
    $again = signing()->sign(signing(names: HeaderNames::X)->sign(post('http://h')));
    same([1, false], [count($again->getHeader('x-dlg-authorization')), $again->hasHeader('X-Authorization')], 'the headers');
    same(200, verified(received($again))->getStatusCode(), 'the answer');
});

test('a redirect is not signed', function () {
    $stack = HandlerStack::create(new MockHandler([new Response(307, ['Location' => 'http://elsewhere/']), new Response(200)]));
    $stack->push(signing());
    throws(ImzaException::class, fn () => (new Client(['handler' => $stack]))->send(post('http://h')), 'the redirect');
});

finish('PSR-18, Guzzle, PSR-15');
