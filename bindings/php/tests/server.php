<?php

// A server for PHP's own web server: verifies what Diyalog's clients send, by the PSR-15 middleware, and the token of
// SetPreDefinedLimit. IMZA_WAY=pure: in plain PHP.

declare(strict_types=1);

require __DIR__ . '/psr.php';
require __DIR__ . '/ways.php';

use GuzzleHttp\Psr7\{HttpFactory, Response, ServerRequest};
use Psr\Http\Message\{ResponseInterface, ServerRequestInterface};
use Psr\Http\Server\RequestHandlerInterface;

by(getenv('IMZA_WAY') ?: 'ffi');

$handler = new class implements RequestHandlerInterface {
    public function handle(ServerRequestInterface $request): ResponseInterface
    {
        $posted = json_decode((string) $request->getBody(), true, 8, JSON_THROW_ON_ERROR);
        return new Response(is_string($posted['customerId']) ? 200 : 500, ['Content-Type' => 'application/json'], json_encode([
            'isSuccess' => true,
            'message' => 'TransactionHash created',
            'transactionHash' => '7c5963043b37edbe2706c2b48b4568387084acc7',
        ]));
    }
};

$request = ServerRequest::fromGlobals();
if (str_starts_with($request->getRequestTarget(), '/v1/')) {
    $factory = new HttpFactory();
    $verifier = (new Verifier())->addKey(getenv('DLGA_KEY_ID'), getenv('DLGA_SECRET'));
    $response = (new Imza\Http\VerifyingMiddleware($verifier, $factory, $factory, 4096))->process($request, $handler);
} else {
    $fields = json_decode((string) $request->getBody(), true, 8, JSON_THROW_ON_ERROR);
    try {
        $merchant = new Merchant(getenv('HASO_MERCHANT_ID'), getenv('HASO_KEY'), getenv('HASO_SALT'));
        $merchant->verify(Recipe::find($request->getRequestTarget()), $fields, $fields['requestToken'] ?? '');
        $answer = ['Success' => true, 'Data' => ['CustomerInfo' => ['customerId' => $fields['customerId']]]];
    } catch (Imza\ImzaException $e) {
        $answer = ['Success' => false, 'Errors' => [$e->getMessage()]];
    }
    $response = new Response(200, ['Content-Type' => 'application/json'], json_encode($answer));
}
http_response_code($response->getStatusCode());
foreach ($response->getHeaders() as $name => $values) {
    header("$name: $values[0]");
}
echo $response->getBody();
