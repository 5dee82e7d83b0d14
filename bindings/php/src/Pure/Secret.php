<?php

declare(strict_types=1);

namespace Imza\Pure;

/**
 * A secret's bytes, kept where no dump of an object shows them. PHP leaves copies in memory that nothing wipes.
 *
 * @internal
 */
final class Secret
{
    private static ?\WeakMap $bytes = null;

    public function __construct(#[\SensitiveParameter] string $bytes)
    {
        self::$bytes ??= new \WeakMap();
        self::$bytes[$this] = $bytes;
    }

    public function reveal(): string
    {
        return self::$bytes[$this];
    }

    /** The base64 of the HMAC-SHA256 (DLGA-12, HASO-1). */
    public function sign(#[\SensitiveParameter] string $message): string
    {
        return base64_encode(hash_hmac('sha256', $message, $this->reveal(), true));
    }

    public function __clone()
    {
        throw new \LogicException('a secret cannot be cloned');
    }

    public function __serialize(): array
    {
        throw new \LogicException('a secret cannot be serialized');
    }

    public function __unserialize(array $data): void
    {
        throw new \LogicException('a secret cannot be unserialized');
    }
}
