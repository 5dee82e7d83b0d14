<?php

declare(strict_types=1);

namespace Imza\Haso;

use Imza\{Explanation, Handle, Library, Pairs};

/** Says why a requestToken does not match. */
final class Explainer extends Handle
{
    /** @internal */
    protected const TYPE = 'imza_haso_explainer';

    /** A key of null as in Merchant. */
    public function __construct(
        string $merchantId,
        #[\SensitiveParameter] ?string $key,
        #[\SensitiveParameter] string $salt,
        ?Library $library = null,
    ) {
        $key === null
            ? $this->open($library, 'imza_haso_explainer_new_salt_keyed', $merchantId, $salt)
            : $this->open($library, 'imza_haso_explainer_new', $merchantId, $key, $salt);
    }

    /** Adds a secret that is tried too. */
    public function addOlderSecret(#[\SensitiveParameter] ?string $key, #[\SensitiveParameter] string $salt): static
    {
        return $key === null
            ? $this->change('imza_haso_explainer_add_older_salt', $salt)
            : $this->change('imza_haso_explainer_add_older_secret', $key, $salt);
    }

    public function explain(Recipe $recipe, iterable $fields, string $token): Explanation
    {
        $call = $this->call();
        [$c, $count] = $call->fields(Pairs::of($fields, 'field'));
        return Explanation::of($this->library, $call->make(
            'imza_explanation',
            'imza_haso_explain',
            $this->pointer(),
            $recipe->pointer(),
            $c,
            $count,
            $call->str($token),
        ));
    }
}
