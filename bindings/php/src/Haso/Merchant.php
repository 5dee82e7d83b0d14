<?php

declare(strict_types=1);

namespace Imza\Haso;

use Imza\{Handle, ImzaException, Library, Pairs};

/** Makes and verifies requestTokens. Fields are `['name' => 'value', …]` or `[['name', 'value'], …]`, in any order. */
final class Merchant extends Handle
{
    /** @internal */
    protected const TYPE = 'imza_haso_merchant';

    /** A key of null: the merchant was given only a salt, which then keys the HMAC too (HASO-4). */
    public function __construct(
        string $merchantId,
        #[\SensitiveParameter] ?string $key,
        #[\SensitiveParameter] string $salt,
        ?Library $library = null,
    ) {
        $key === null
            ? $this->open($library, 'imza_haso_merchant_new_salt_keyed', $merchantId, $salt)
            : $this->open($library, 'imza_haso_merchant_new', $merchantId, $key, $salt);
    }

    /** Adds a secret that verify() accepts too, for a rotation; the first older one has the index 1. */
    public function addOlderSecret(#[\SensitiveParameter] ?string $key, #[\SensitiveParameter] string $salt): static
    {
        return $key === null
            ? $this->change('imza_haso_merchant_add_older_salt', $salt)
            : $this->change('imza_haso_merchant_add_older_secret', $key, $salt);
    }

    /** The requestToken of the posted fields. */
    public function token(Recipe $recipe, iterable $fields): string
    {
        return $this->ask('token', 'text', $recipe, $fields);
    }

    /** What goes into the HMAC; the salt is shown as `[salt]`. */
    public function message(Recipe $recipe, iterable $fields): string
    {
        return $this->ask('message', 'text', $recipe, $fields);
    }

    /** What goes into the HMAC, **the salt among it**: keep it out of logs. */
    public function messageRevealingSalt(Recipe $recipe, iterable $fields): string
    {
        return $this->ask('message_reveal_salt', 'text', $recipe, $fields);
    }

    /** Verifies the token of the posted fields; gives back the index of the secret that matched. */
    public function verify(Recipe $recipe, iterable $fields, string $token): int
    {
        return $this->ask('verify', 'run', $recipe, $fields, $token);
    }

    private function ask(string $function, string $how, Recipe $recipe, iterable $fields, string ...$texts): int|string
    {
        $call = $this->call();
        [$c, $count] = $call->fields(Pairs::of($fields, 'field'));
        $common = [$this->pointer(), $recipe->pointer(), $c, $count];
        try {
            return $call->$how("imza_haso_$function", ...$common, ...array_map($call->str(...), array_values($texts)));
        } catch (ImzaException $e) {
            if ($e->field === null) {
                throw $e;
            }
            // The library's error has room for 63 bytes of the name.
            $name = $call->text('imza_haso_field_at_fault', ...$common);
            throw new ImzaException($e->getMessage(), $e->kind, $e->status, offset: $e->offset, field: $name);
        }
    }
}
