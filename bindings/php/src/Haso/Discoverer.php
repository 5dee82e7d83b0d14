<?php

declare(strict_types=1);

namespace Imza\Haso;

use Imza\{Handle, Library, Pairs};

/** Finds the recipe of a method whose page is not public, from requests that are known to be good. */
final class Discoverer extends Handle
{
    /** @internal */
    protected const TYPE = 'imza_haso_discoverer';

    /** A key of null as in Merchant; with a key, both keys of HASO-4 are tried. */
    public function __construct(
        string $merchantId,
        #[\SensitiveParameter] ?string $key,
        #[\SensitiveParameter] string $salt,
        ?Library $library = null,
    ) {
        $key === null
            ? $this->open($library, 'imza_haso_discoverer_new_salt_keyed', $merchantId, $salt)
            : $this->open($library, 'imza_haso_discoverer_new', $merchantId, $key, $salt);
    }

    /** Adds a request that is known to be good. A second one of the same method narrows several recipes to one. */
    public function addSample(iterable $fields, string $token): static
    {
        $call = $this->call();
        [$c, $count] = $call->fields(Pairs::of($fields, 'field'));
        $call->run('imza_haso_discoverer_add_sample', $this->pointer(), $c, $count, $call->str($token));
        return $this;
    }

    /** Searches, at most so many orders; 0 is the usual bound, which takes some seconds. */
    public function discover(int $mostTries = 0): Discovery
    {
        if ($mostTries < 0) {
            throw new \ValueError('the number of tries is negative');
        }
        return Discovery::of($this->library, $this->call()->make(
            'imza_haso_discovery',
            'imza_haso_discover',
            $this->pointer(),
            $mostTries,
        ));
    }
}
