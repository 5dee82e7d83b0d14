<?php

declare(strict_types=1);

namespace Imza\Dlga;

/** The parts of an HTTP request that are signed, each exactly as it is sent (DLGA-5 to DLGA-11). */
final class Request
{
    /**
     * @param string $method      `POST`; its case counts
     * @param string $resource    path and query as sent, `/v1/…`
     * @param string $body        the bytes that go over the wire, never re-serialised
     * @param string $contentType the Content-Type header as sent, "" for none
     */
    public function __construct(
        public readonly string $method,
        public readonly string $resource,
        public readonly string $body = '',
        public readonly string $contentType = '',
        public readonly BodyLine $bodyLine = BodyLine::WhenPresent,
    ) {
    }
}
