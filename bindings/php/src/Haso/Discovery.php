<?php

declare(strict_types=1);

namespace Imza\Haso;

use Imza\{Call, Library};

/** What a search found. */
final class Discovery
{
    /**
     * @param list<array{recipe: string, hmacKey: string}> $found each recipe in the vendor's notation, and what keys its
     *     HMAC (HASO-4): merchant-key, or merchant-salt; the likelier ones first
     * @param bool $isComplete whether everything was tried; otherwise a bound ended the search before
     * @param string $notes what the samples leave open, a sentence on a line each
     */
    private function __construct(
        public readonly array $found,
        public readonly int $tried,
        public readonly bool $isComplete,
        public readonly string $notes,
    ) {
    }

    /** @internal */
    public static function of(Library $library, \FFI\CData $pointer): self
    {
        $ffi = $library->ffi;
        try {
            $call = new Call($library);
            $found = [];
            for ($at = 0; $at < $ffi->imza_haso_discovery_count($pointer); $at++) {
                $found[] = [
                    'recipe' => $call->text('imza_haso_discovery_recipe', $pointer, $at),
                    'hmacKey' => $call->text('imza_haso_discovery_hmac_key', $pointer, $at),
                ];
            }
            return new self(
                $found,
                $ffi->imza_haso_discovery_tried($pointer),
                $ffi->imza_haso_discovery_is_complete($pointer) === 1,
                $call->text('imza_haso_discovery_notes', $pointer),
            );
        } finally {
            $ffi->imza_haso_discovery_free($pointer);
        }
    }
}
