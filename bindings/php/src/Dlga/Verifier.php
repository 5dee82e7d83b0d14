<?php

declare(strict_types=1);

namespace Imza\Dlga;

use Imza\{Handle, Library, Pairs};

/** Verifies received requests with one or more access keys. The clock may differ by 15 minutes either way. */
final class Verifier extends Handle implements Verifies
{
    /** @internal */
    protected const TYPE = 'imza_dlga_verifier';

    public function __construct(?Library $library = null)
    {
        $this->open($library, 'imza_dlga_verifier_new');
    }

    /** Adds an access key; the first has the index 0. An id may have several secrets, for a rotation (DLGA-20). */
    public function addKey(string $accessKeyId, #[\SensitiveParameter] string $secret): static
    {
        return $this->change('imza_dlga_verifier_add_key', $accessKeyId, $secret);
    }

    /** How many seconds a date may lie behind the clock, and ahead of it. */
    public function window(int $past, int $future): static
    {
        $this->call()->run('imza_dlga_verifier_window', $this->pointer(), $past, $future);
        return $this;
    }

    /** Accepts any date: for an audit of old requests. */
    public function ignoreClock(): static
    {
        return $this->change('imza_dlga_verifier_ignore_clock');
    }

    public function verifyHeaders(Request $request, iterable $headers, int $now): int
    {
        $call = $this->call();
        [$fields, $count] = $call->fields(Pairs::of($headers, 'header'));
        return $call->run('imza_dlga_verify_headers', $this->pointer(), $call->request($request), $fields, $count, $now);
    }
}
