<?php

declare(strict_types=1);

namespace Imza\Http;

use Imza\Dlga\{HeaderNames, Request, Signs};
use Imza\ImzaException;
use Psr\Http\Message\RequestInterface;

/** Signs PSR-7 requests. As Guzzle middleware it goes last into the stack: `$stack->push($signer)`. */
final class RequestSigner
{
    private readonly \Closure $clock;

    /**
     * @param string    $requester on whose behalf the call is made (DLGA-2)
     * @param ?\Closure $clock     gives the seconds since 1970; the system's clock by default
     */
    public function __construct(private readonly Signs $signer, private readonly string $requester, ?\Closure $clock = null)
    {
        $this->clock = $clock ?? time(...);
    }

    /** The request with the three headers; those of an earlier signature are replaced. */
    public function sign(RequestInterface $request): RequestInterface
    {
        $contentTypes = $request->getHeader('Content-Type');
        if (count($contentTypes) > 1) {
            throw ImzaException::argument('the header Content-Type occurs twice');
        }
        $stream = $request->getBody();
        if (!$stream->isSeekable()) {
            throw ImzaException::argument('the body can be read only once, so it cannot be signed and sent; pass a seekable stream');
        }
        $stream->rewind();
        $body = $stream->getContents();
        $stream->rewind();
        $headers = $this->signer->sign(
            new Request($request->getMethod(), $request->getRequestTarget(), $body, $contentTypes[0] ?? ''),
            ($this->clock)(),
            $this->requester,
        );
        foreach (HeaderNames::cases() as $names) {
            foreach ($names->all() as $name) {
                if ($name !== 'Date') { // which is the HTTP stack's too
                    $request = $request->withoutHeader($name);
                }
            }
        }
        foreach ($headers as $name => $value) {
            $request = $request->withHeader($name, $value);
        }
        return $request;
    }

    /** Guzzle's form of a middleware. A redirect is not signed: it may lead to another server. */
    public function __invoke(callable $handler): \Closure
    {
        return function (RequestInterface $request, array $options) use ($handler) {
            if (($options['__redirect_count'] ?? 0) > 0) {
                throw ImzaException::argument('the server redirects, and a redirected request is not signed; call the final address');
            }
            return $handler($this->sign($request), $options);
        };
    }
}
