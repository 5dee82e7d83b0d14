<?php

declare(strict_types=1);

namespace Imza\Dlga;

/** What verifies requests. */
interface Verifies
{
    /**
     * Verifies a request with all its received headers (DLGA-4). Where the request has no content type, the received
     * Content-Type is what was signed.
     *
     * @param iterable $headers `[['name', 'value'], …]`, which can repeat a name, or `['name' => 'value', …]`
     * @param int      $now     the server's clock, in seconds since 1970
     * @return int the index of the key that matched, in the order of adding
     * @throws \Imza\ImzaException with the vendor's answer
     */
    public function verifyHeaders(Request $request, iterable $headers, int $now): int;
}
