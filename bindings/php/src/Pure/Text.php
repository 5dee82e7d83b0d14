<?php

declare(strict_types=1);

namespace Imza\Pure;

use Imza\ImzaException;

/**
 * Received texts: is one UTF-8, and how does an error show it.
 *
 * @internal
 */
final class Text
{
    private const CHARACTER = '[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}'
        . '|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}';

    /** Controls, what is invisible, and what changes the characters beside it. */
    private const NOT_PRINTABLE = '/\p{C}|[\p{Zl}\p{Zp}\p{Mn}\p{Me}]|(?! )\p{Zs}/u';

    /** The byte at which a text stops to be UTF-8, null where all of it is. */
    public static function notUtf8At(#[\SensitiveParameter] string $text): ?int
    {
        if (preg_match('//u', $text) === 1) {
            return null;
        }
        $at = 0;
        while (preg_match('/(?:' . self::CHARACTER . '){1,50}/A', $text, $found, 0, $at) === 1) {
            $at += strlen($found[0]);
        }
        return $at;
    }

    /** The text, if it is UTF-8. */
    public static function utf8(string $place, string $text): string
    {
        $at = self::notUtf8At($text);
        return $at === null ? $text : throw ImzaException::argument("$place is not UTF-8: see byte $at", $at);
    }

    /** How many characters a UTF-8 text has. */
    public static function length(string $text): int
    {
        return strlen((string) preg_replace('/[\x80-\xbf]+/', '', $text));
    }

    /** The first characters of a text of any bytes; what is not UTF-8 becomes U+FFFD. */
    public static function start(string $text, int $characters): string
    {
        preg_match_all('/' . self::CHARACTER . '|[\x80-\xff]/', substr($text, 0, 4 * $characters), $found);
        $valid = array_map(fn ($c) => preg_match('//u', $c) === 1 ? $c : "\u{fffd}", $found[0]);
        return implode('', array_slice($valid, 0, $characters));
    }

    /** A text without what acts on a terminal or does not show; with quotes escaped too, as a name is shown. */
    public static function escaped(string $text, bool $quotes = false): string
    {
        $text = $quotes ? addcslashes($text, '"\'\\') : $text;
        return (string) preg_replace_callback(self::NOT_PRINTABLE, static fn ($found) => match ($found[0]) {
            "\t" => '\t',
            "\r" => '\r',
            "\n" => '\n',
            "\0" => $quotes ? '\0' : '\u{0}',
            default => sprintf('\u{%x}', self::codePoint($found[0])),
        }, $text);
    }

    /** A received name as an error shows it: on one line, cut after 64 characters. */
    public static function shown(string $name): string
    {
        return self::escaped(self::start($name, 64), true);
    }

    private static function codePoint(string $character): int
    {
        $bytes = array_values(unpack('C*', $character));
        $point = count($bytes) === 1 ? $bytes[0] : $bytes[0] & (0x7f >> count($bytes));
        foreach (array_slice($bytes, 1) as $byte) {
            $point = $point << 6 | $byte & 0x3f;
        }
        return $point;
    }
}
