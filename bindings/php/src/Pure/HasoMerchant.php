<?php

declare(strict_types=1);

namespace Imza\Pure;

use Imza\{ImzaException, Pairs};

/** Makes and verifies requestTokens as Imza\Haso\Merchant does, in plain PHP: for hosts without FFI. */
final class HasoMerchant
{
    /** @var list<array{Secret, Secret}> what keys the HMAC, and the salt; the first pair makes the tokens */
    private array $secrets;

    /** A key of null: the merchant was given only a salt, which then keys the HMAC too (HASO-4). */
    public function __construct(
        private readonly string $merchantId,
        #[\SensitiveParameter] ?string $key,
        #[\SensitiveParameter] string $salt,
    ) {
        Text::utf8('merchant_id', $merchantId);
        $this->secrets = [self::secret($key, $salt)];
        self::notEmpty('id', $merchantId);
    }

    /** Adds a secret that verify() accepts too, for a rotation; the first older one has the index 1. */
    public function addOlderSecret(#[\SensitiveParameter] ?string $key, #[\SensitiveParameter] string $salt): static
    {
        $this->secrets[] = self::secret($key, $salt);
        return $this;
    }

    /** The requestToken of the posted fields. */
    public function token(HasoRecipe $recipe, iterable $fields): string
    {
        return self::sign($this->secrets[0], $this->parts($recipe, $fields));
    }

    /** What goes into the HMAC; the salt is shown as `[salt]`. */
    public function message(HasoRecipe $recipe, iterable $fields): string
    {
        return self::join($this->parts($recipe, $fields), '[salt]');
    }

    /** What goes into the HMAC, **the salt among it**: keep it out of logs. */
    public function messageRevealingSalt(HasoRecipe $recipe, iterable $fields): string
    {
        return self::join($this->parts($recipe, $fields), $this->secrets[0][1]->reveal());
    }

    /** Verifies the token of the posted fields; gives back the index of the secret that matched. */
    public function verify(HasoRecipe $recipe, iterable $fields, string $token): int
    {
        $parts = $this->parts($recipe, $fields);
        $fault = Tag::fault($token);
        if ($fault !== null) {
            throw new ImzaException("the token is malformed: $fault[0]", 'token-malformed', 206, offset: $fault[1]);
        }
        foreach ($this->secrets as $index => $secret) {
            if (hash_equals(self::sign($secret, $parts), $token)) {
                return $index;
            }
        }
        throw new ImzaException(
            'the token does not match: another key or salt, other values, or another recipe than the ones it was made with',
            'token-mismatch',
            207,
        );
    }

    /** @return list<?string> */
    private function parts(HasoRecipe $recipe, iterable $fields): array
    {
        return $recipe->parts($this->merchantId, Pairs::of($fields, 'field'));
    }

    /** @param array{Secret, Secret} $secret */
    private static function sign(array $secret, array $parts): string
    {
        return $secret[0]->sign(self::join($parts, $secret[1]->reveal()));
    }

    private static function join(array $parts, #[\SensitiveParameter] string $salt): string
    {
        return implode('', array_map(static fn (?string $part) => $part ?? $salt, $parts));
    }

    /** @return array{Secret, Secret} */
    private static function secret(#[\SensitiveParameter] ?string $key, #[\SensitiveParameter] string $salt): array
    {
        if ($key !== null) {
            self::notEmpty('key', $key);
        }
        self::notEmpty('salt', $salt);
        return [new Secret($key ?? $salt), new Secret($salt)];
    }

    private static function notEmpty(string $credential, #[\SensitiveParameter] string $value): void
    {
        if ($value === '') {
            throw ImzaException::argument("the merchant $credential is empty");
        }
    }
}
