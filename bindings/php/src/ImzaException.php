<?php

declare(strict_types=1);

namespace Imza;

/** Why a signature was refused, or could not be made. No text in it holds a byte of a secret. */
final class ImzaException extends \RuntimeException
{
    /**
     * @param string   $kind       the status's name: `signature-mismatch`, `field-missing`, `invalid-argument`, …
     * @param int      $status     the number of the status in C; it never changes
     * @param ?int     $httpStatus what the vendor answers (DLGA-14), null where it has no answer
     * @param string   $vendorText the vendor's text of that answer, or ""
     * @param ?int     $offset     the byte of the offending value, null where there is no one place
     * @param ?int     $keyIndex   the key that matched although the request is refused (`clock-skew`)
     * @param ?string  $field      the field of a form that is at fault
     */
    public function __construct(
        string $message,
        public readonly string $kind,
        public readonly int $status,
        public readonly ?int $httpStatus = null,
        public readonly string $vendorText = '',
        public readonly ?int $offset = null,
        public readonly ?int $keyIndex = null,
        public readonly ?string $field = null,
    ) {
        parent::__construct($message, $status);
    }

    /** An argument that the caller has to change. */
    public static function argument(string $message, ?int $offset = null, ?string $field = null): self
    {
        return new self($message, 'invalid-argument', 3, offset: $offset, field: $field);
    }
}
