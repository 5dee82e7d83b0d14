<?php

declare(strict_types=1);

namespace Imza\Http;

use Imza\Dlga\{Request, Verifies};
use Imza\ImzaException;
use Psr\Http\Message\{ResponseFactoryInterface, ResponseInterface, ServerRequestInterface, StreamFactoryInterface};
use Psr\Http\Server\{MiddlewareInterface, RequestHandlerInterface};

/**
 * PSR-15 middleware that lets only genuine requests through, and gives all others the vendor's answer (DLGA-14). It goes
 * before whatever changes the path. The handler finds the index of the key that matched in the attribute `imza.keyIndex`.
 */
final class VerifyingMiddleware implements MiddlewareInterface
{
    private readonly \Closure $clock;

    /**
     * @param int       $maxBody the longest body that is read, in bytes; a longer one is answered with 413
     * @param ?\Closure $refused takes the ImzaException of a refused request, for the log
     * @param ?\Closure $clock   gives the seconds since 1970; the system's clock by default
     */
    public function __construct(
        private readonly Verifies $verifier,
        private readonly ResponseFactoryInterface $responses,
        private readonly StreamFactoryInterface $streams,
        private readonly int $maxBody = 1 << 20,
        private readonly ?\Closure $refused = null,
        ?\Closure $clock = null,
    ) {
        $this->clock = $clock ?? time(...);
    }

    public function process(ServerRequestInterface $request, RequestHandlerInterface $handler): ResponseInterface
    {
        $body = $this->body($request);
        if ($body === null) {
            return $this->responses->createResponse(413);
        }
        $headers = [];
        foreach ($request->getHeaders() as $name => $values) {
            foreach ($values as $value) {
                $headers[] = [(string) $name, $value];
            }
        }
        try {
            $keyIndex = $this->verifier->verifyHeaders(
                new Request($request->getMethod(), $request->getRequestTarget(), $body),
                $headers,
                ($this->clock)(),
            );
        } catch (ImzaException $e) {
            if ($e->httpStatus === null) {
                throw $e; // not the sender's fault
            }
            if ($this->refused !== null) {
                ($this->refused)($e);
            }
            $response = $this->responses->createResponse($e->httpStatus)->withHeader('Content-Type', 'text/plain');
            $response->getBody()->write($e->vendorText);
            return $response;
        }
        return $handler->handle(
            $request->withBody($this->streams->createStream($body))->withAttribute('imza.keyIndex', $keyIndex),
        );
    }

    /** The whole body, or null where it is too long. */
    private function body(ServerRequestInterface $request): ?string
    {
        $stream = $request->getBody();
        if ($stream->isSeekable()) {
            $stream->rewind();
        }
        $body = '';
        while (!$stream->eof() && strlen($body) <= $this->maxBody) {
            $body .= $stream->read(65536);
        }
        return strlen($body) <= $this->maxBody ? $body : null;
    }
}
