<?php

declare(strict_types=1);

namespace Imza;

/**
 * Names with values: of headers, or of a form.
 *
 * @internal
 */
final class Pairs
{
    /**
     * Reads `['name' => 'value', …]` and `[['name', 'value'], …]`, which can repeat a name.
     *
     * @return list<array{string, string}>
     */
    public static function of(iterable $given, string $what): array
    {
        $pairs = [];
        foreach ($given as $name => $value) {
            if (is_int($name) && is_array($value) && array_is_list($value) && count($value) === 2) {
                [$name, $value] = $value;
            }
            if (!is_string($name) && !is_int($name)) {
                throw ImzaException::argument("the name of a $what is not a string, but " . get_debug_type($name));
            }
            if (!is_string($value)) {
                $shown = preg_replace('/[^\x20-\x7e]/', '?', substr((string) $name, 0, 63));
                throw ImzaException::argument(
                    "the $what `$shown` is not a string, but " . get_debug_type($value) . '; pass the text as it is sent',
                    field: $shown,
                );
            }
            $pairs[] = [(string) $name, $value];
        }
        return $pairs;
    }
}
