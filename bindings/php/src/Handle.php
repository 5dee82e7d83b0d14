<?php

declare(strict_types=1);

namespace Imza;

use FFI\CData;

/** Something that the library holds, with secrets in it perhaps, until it is closed. */
abstract class Handle
{
    private ?CData $pointer = null;
    /** @internal */
    protected readonly Library $library;

    /** Ends it and wipes its secrets. A second time is fine; any other use afterwards is a LogicException. */
    public function close(): void
    {
        if ($this->pointer !== null) {
            [$pointer, $this->pointer] = [$this->pointer, null];
            $this->library->ffi->{static::TYPE . '_free'}($pointer);
        }
    }

    public function __destruct()
    {
        $this->close();
    }

    public function __debugInfo(): array
    {
        return ['state' => $this->pointer === null ? 'closed' : 'open', 'secrets' => '[redacted]'];
    }

    public function __clone()
    {
        $this->pointer = null;
        throw new \LogicException(static::class . ' cannot be cloned');
    }

    public function __serialize(): array
    {
        throw new \LogicException(static::class . ' cannot be serialized');
    }

    public function __unserialize(array $data): void
    {
        throw new \LogicException(static::class . ' cannot be unserialized');
    }

    /** @internal */
    public function pointer(): CData
    {
        return $this->pointer ?? throw new \LogicException(static::class . ' is closed');
    }

    protected function open(?Library $library, string $function, #[\SensitiveParameter] string ...$texts): void
    {
        $this->library = $library ?? Library::default();
        $call = $this->call();
        $this->pointer = $call->make(static::TYPE, $function, ...array_map($call->str(...), array_values($texts)));
    }

    protected function call(): Call
    {
        return new Call($this->library);
    }

    /** Calls a function that changes this, with texts. */
    protected function change(string $function, #[\SensitiveParameter] string ...$texts): static
    {
        $call = $this->call();
        $call->run($function, $this->pointer(), ...array_map($call->str(...), array_values($texts)));
        return $this;
    }
}
