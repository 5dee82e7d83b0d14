<?php

declare(strict_types=1);

namespace Imza\Dlga;

use Imza\{Explanation, Handle, Library, Pairs};

/** Says why a request does not verify. It looks at the clock only after at(). */
final class Explainer extends Handle
{
    /** @internal */
    protected const TYPE = 'imza_dlga_explainer';

    public function __construct(?Library $library = null)
    {
        $this->open($library, 'imza_dlga_explainer_new');
    }

    public function addKey(string $accessKeyId, #[\SensitiveParameter] string $secret): static
    {
        return $this->change('imza_dlga_explainer_add_key', $accessKeyId, $secret);
    }

    /** Judges the clock too; the vendor allows 900 seconds either way. */
    public function at(int $now, int $past = 900, int $future = 900): static
    {
        $this->call()->run('imza_dlga_explainer_at', $this->pointer(), $now, $past, $future);
        return $this;
    }

    /** @param iterable $headers as in Verifier::verifyHeaders */
    public function explain(Request $request, iterable $headers): Explanation
    {
        $call = $this->call();
        [$fields, $count] = $call->fields(Pairs::of($headers, 'header'));
        return Explanation::of($this->library, $call->make(
            'imza_explanation',
            'imza_dlga_explain_headers',
            $this->pointer(),
            $call->request($request),
            $fields,
            $count,
        ));
    }
}
