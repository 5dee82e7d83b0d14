<?php

declare(strict_types=1);

namespace Imza;

/** The shared library libimza.so, which computes and verifies every signature. */
final class Library
{
    private const ABI_VERSION = 1;

    /** @var array<string, self> */
    private static array $loaded = [];
    private static ?self $default = null;

    private function __construct(
        /** @internal */
        public readonly \FFI $ffi,
    ) {
    }

    /**
     * Loads the library from a path, or else from the one in the environment variable IMZA_LIBRARY, or else from where
     * the system keeps its libraries. The one that is loaded first serves all who do not name another.
     */
    public static function load(?string $path = null): self
    {
        $path ??= getenv('IMZA_LIBRARY') ?: 'libimza.so.' . self::ABI_VERSION;
        $library = self::$loaded[$path] ??= self::open($path);
        self::$default ??= $library;
        return $library;
    }

    /** The library that serves all who do not name another. */
    public static function default(): self
    {
        return self::$default ?? self::load();
    }

    public function version(): string
    {
        return $this->ffi->imza_version();
    }

    public function __clone()
    {
        throw new \LogicException('the imza library cannot be cloned');
    }

    public function __serialize(): array
    {
        throw new \LogicException('the imza library cannot be serialized');
    }

    private static function open(string $path): self
    {
        if (!extension_loaded('FFI')) {
            throw new \RuntimeException('imza needs the PHP extension FFI');
        }
        try {
            $ffi = \FFI::cdef((string) file_get_contents(__DIR__ . '/../include/imza.ffi.h'), $path);
        } catch (\FFI\Exception $e) {
            throw new \RuntimeException("the library $path cannot be used: {$e->getMessage()}", 0, $e);
        }
        if ($ffi->imza_abi_version() !== self::ABI_VERSION) {
            throw new \RuntimeException("the library $path has ABI version {$ffi->imza_abi_version()}, not " . self::ABI_VERSION);
        }
        return new self($ffi);
    }
}
