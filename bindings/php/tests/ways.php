<?php

// The two ways to a signature under one set of names, for tests that run over both: `ffi` calls the library, `pure` is
// plain PHP.

declare(strict_types=1);

use Imza\{Dlga, Haso, Pure};

function by(string $way): void
{
    foreach ([
        'Signer' => ['ffi' => Dlga\Signer::class, 'pure' => Pure\DlgaSigner::class],
        'Verifier' => ['ffi' => Dlga\Verifier::class, 'pure' => Pure\DlgaVerifier::class],
        'Merchant' => ['ffi' => Haso\Merchant::class, 'pure' => Pure\HasoMerchant::class],
        'Recipe' => ['ffi' => Haso\Recipe::class, 'pure' => Pure\HasoRecipe::class],
    ] as $name => $ways) {
        class_alias($ways[$way], $name);
    }
}
