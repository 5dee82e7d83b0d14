<?php

declare(strict_types=1);

namespace Imza\Http;

use Psr\Http\Client\ClientInterface;
use Psr\Http\Message\{RequestInterface, ResponseInterface};

/** A PSR-18 client that signs each request and has another client send it. */
final class SigningClient implements ClientInterface
{
    public function __construct(private readonly ClientInterface $client, private readonly RequestSigner $signer)
    {
    }

    public function sendRequest(RequestInterface $request): ResponseInterface
    {
        return $this->client->sendRequest($this->signer->sign($request));
    }
}
