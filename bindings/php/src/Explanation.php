<?php

declare(strict_types=1);

namespace Imza;

/** Why a request is valid or refused. Its texts hold no secret, the salt included. */
final class Explanation
{
    /** @param list<string> $matches each way in which the signature does match */
    private function __construct(
        public readonly bool $isValid,
        public readonly array $matches,
        public readonly int $tried,
        public readonly bool $wasCutShort,
        public readonly string $refusal,
        public readonly string $notes,
        public readonly string $text,
        public readonly string $signedText,
        public readonly string $signedHex,
    ) {
    }

    /** @internal */
    public static function of(Library $library, \FFI\CData $pointer): self
    {
        $ffi = $library->ffi;
        try {
            $call = new Call($library);
            $matches = [];
            for ($at = 0; $at < $ffi->imza_explanation_match_count($pointer); $at++) {
                $matches[] = $call->text('imza_explanation_match', $pointer, $at);
            }
            $text = static fn (string $part): string => $call->text("imza_explanation_$part", $pointer);
            return new self(
                $ffi->imza_explanation_is_valid($pointer) === 1,
                $matches,
                $ffi->imza_explanation_tried($pointer),
                $ffi->imza_explanation_was_cut_short($pointer) === 1,
                $text('refusal'),
                $text('notes'),
                $text('text'),
                $text('signed_text'),
                $text('signed_hex'),
            );
        } finally {
            $ffi->imza_explanation_free($pointer);
        }
    }

    public function __toString(): string
    {
        return $this->text;
    }
}
