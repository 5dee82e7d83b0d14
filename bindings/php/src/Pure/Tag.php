<?php

declare(strict_types=1);

namespace Imza\Pure;

/**
 * A signature's text: canonical base64 of 32 bytes (DLGA-16, HASO-11).
 *
 * @internal
 */
final class Tag
{
    private const DATA = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

    /**
     * What is wrong with a text, and at which byte; null where nothing is. Of the last character only four bits count.
     *
     * @return ?array{string, ?int}
     */
    public static function fault(string $text): ?array
    {
        if (preg_match('#\A[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\z#', $text) === 1) {
            return null;
        }
        $length = strlen($text);
        if ($length === 0) {
            return ['it is empty, where 44 characters of base64 belong', null];
        }
        if (preg_match('/\A(?:[0-9a-f]{64}|[0-9a-f]{40})\z/i', $text) === 1) {
            $bytes = intdiv($length, 2);
            return ["it is hex ($bytes bytes); the 32 bytes themselves belong in base64, not their hex digits", null];
        }
        if (preg_match('/\A[0-9a-f]{2}(?:(?:-[0-9a-f]{2}){31}|(?:-[0-9a-f]{2}){19})\z/i', $text) === 1) {
            $bytes = intdiv($length + 1, 3);
            return ["it is hex with dashes ($bytes bytes), as .NET's BitConverter writes it; the 32 bytes themselves belong in "
                . 'base64, not their hex digits', null];
        }
        $data = strspn($text, self::DATA);
        $clean = strspn($text, self::DATA . '=');
        // A `=` with data behind it is the stranger, else the first byte that is neither.
        $stranger = $data + strspn($text, '=', $data) < $clean ? $data : $clean;
        if ($stranger < $length) {
            return [in_array($text[$stranger], ['-', '_'], true)
                ? "it is in base64's URL alphabet (`-` or `_` at byte $stranger); the standard one has `+` and `/` there"
                : "byte $stranger is not a base64 character", $stranger];
        }
        $padding = $length - $data;
        return match (true) {
            ($data === 43 || $data === 44) && $padding === 0 => ['its padding is missing: the 44th character must be `=`', 43],
            $data === 43 && $padding === 1 => ['its last character before the padding carries stray bits, so it is not the '
                . 'canonical base64 of any bytes', 42],
            $data === 27 && $padding <= 1 => ['it is 20 bytes long: HMAC-SHA1; HMAC-SHA256 gives 32 bytes', null],
            default => ["it is not the base64 of 32 bytes, which is 43 characters and one `=`, but $length characters long; "
                . 'a shortened tag is never taken', null],
        };
    }

    /** The end of the sentence for those who keep to what Diyalog's page once said (DLGA-3). */
    public static function history(string $text): string
    {
        $isSha1 = preg_match('#\A(?:[0-9a-f]{40}|[0-9a-z+/]{27}=?)\z#i', $text) === 1;
        return $isSha1 ? ". Diyalog's page replaced HMAC-SHA1 on 12 March 2021" : '';
    }
}
