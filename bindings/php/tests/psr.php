<?php

// Loads Guzzle and the PSR interfaces from Debian's packages; PSR-15 has none there, so its two interfaces are here.

namespace Psr\Http\Server {
    require_once __DIR__ . '/../autoload.php';
    require_once '/usr/share/php/GuzzleHttp/autoload.php';

    use Psr\Http\Message\{ResponseInterface, ServerRequestInterface};

    if (!interface_exists(RequestHandlerInterface::class)) {
        interface RequestHandlerInterface
        {
            public function handle(ServerRequestInterface $request): ResponseInterface;
        }
    }
    if (!interface_exists(MiddlewareInterface::class)) {
        interface MiddlewareInterface
        {
            public function process(ServerRequestInterface $request, RequestHandlerInterface $handler): ResponseInterface;
        }
    }
}
