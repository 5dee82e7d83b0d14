<?php

declare(strict_types=1);

namespace Imza\Dlga;

/** What signs requests. */
interface Signs
{
    /**
     * The three headers to add to a request.
     *
     * @param int|string $date seconds since 1970, or the text of the date header
     * @return array<string, string>
     */
    public function sign(Request $request, int|string $date, string $requester): array;

    /** What goes into the HMAC, to look at when a signature does not match. */
    public function stringToSign(Request $request, int|string $date): string;
}
