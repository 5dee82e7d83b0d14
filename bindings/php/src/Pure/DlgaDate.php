<?php

declare(strict_types=1);

namespace Imza\Pure;

use Imza\ImzaException;

/**
 * The x-dlg-date header: Java's `EEE, dd MMM yyyy HH:mm:ss Z` (DLGA-1, DLGA-18).
 *
 * @internal
 */
final class DlgaDate
{
    private const LAST_SECOND = 253402300799;
    private const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
    private const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

    /** The longest text whose names are looked at, in bytes. */
    private const MOST = 67;

    /** Short as Java writes them, and in full. */
    private const TURKISH_WEEKDAYS = ['Pzt', 'Sal', 'Çar', 'Per', 'Cum', 'Cmt', 'Paz',
        'Pazartesi', 'Salı', 'Çarşamba', 'Perşembe', 'Cuma', 'Cumartesi', 'Pazar'];
    private const TURKISH_MONTHS = ['Oca', 'Şub', 'Mar', 'Nis', 'May', 'Haz', 'Tem', 'Ağu', 'Eyl', 'Eki', 'Kas', 'Ara',
        'Ocak', 'Şubat', 'Mart', 'Nisan', 'Mayıs', 'Haziran', 'Temmuz', 'Ağustos', 'Eylül', 'Ekim', 'Kasım', 'Aralık'];

    private int $at = 0;

    private bool $leftPattern = false;

    private function __construct(private readonly string $text)
    {
    }

    public static function text(int $unix): string
    {
        return gmdate('D, d M Y H:i:s', self::inRange($unix)) . ' GMT';
    }

    /** The instant that a text names, in seconds since 1970. */
    public static function instant(string $text): int
    {
        $date = new self($text);
        try {
            return $date->read();
        } catch (ImzaException $e) {
            throw $e->offset !== null && $date->leftPattern ? $date->inAnotherLanguage() ?? $e : $e;
        }
    }

    /** What is said of a text that leaves the pattern only by names that are not English. */
    private function inAnotherLanguage(): ?ImzaException
    {
        $names = '((?:[a-z.]|[\x80-\xff])+)';
        if (strlen($this->text) > self::MOST || !preg_match("/\A$names, ([^ ]*) $names (.*)\z/is", $this->text, $part)) {
            return null;
        }
        [, $weekday, $day, $month, $rest] = $part;
        $turkish = [
            self::isTurkish($weekday, self::WEEKDAYS, self::TURKISH_WEEKDAYS),
            self::isTurkish($month, self::MONTHS, self::TURKISH_MONTHS),
        ];
        // In January every day of a month exists, so only the weekday can be wrong.
        $english = new self("Mon, $day Jan $rest");
        try {
            $english->read();
        } catch (ImzaException $e) {
            if ($english->leftPattern || $e->offset === null) {
                return null;
            }
        }
        return in_array(null, $turkish, true) ? null : ImzaException::argument(
            'the date has ' . (in_array(false, $turkish, true) ? 'names that are not English' : 'Turkish names')
                . ": use an English locale, so that it reads like `Tue, 09 Mar 2021 13:28:32 GMT` (byte {$this->at})",
            $this->at,
        );
    }

    /** Whether a name is Turkish or as the header has it; null where it is an English one in another form. */
    private static function isTurkish(string $name, array $english, array $turkish): ?bool
    {
        if (in_array($name, $english, true) || in_array($name, $turkish, true)) {
            return true;
        }
        return in_array(ucfirst(strtolower(substr($name, 0, 3))), $english, true) ? null : false;
    }

    private function read(): int
    {
        $weekday = $this->name(self::WEEKDAYS);
        $this->literal(', ');
        $day = (int) $this->digits(1, 2);
        $this->literal(' ');
        $month = array_search($this->name(self::MONTHS), self::MONTHS, true) + 1;
        $this->literal(' ');
        $year = (int) $this->digits(4, 4);
        $this->literal(' ');
        $hour = (int) $this->digits(2, 2);
        $this->literal(':');
        $minute = (int) $this->digits(2, 2);
        $this->literal(':');
        $second = (int) $this->digits(2, 2);
        $zone = $this->zone();

        // The local date may stand in 1969, west of Greenwich.
        if ($year < 1969) {
            throw self::outOfRange();
        }
        if (!checkdate($month, $day, $year) || $hour > 23 || $minute > 59 || $second > 59) {
            throw ImzaException::argument('there is no such date or time of day; also second 60 is not taken');
        }
        $local = gmmktime($hour, $minute, $second, $month, $day, $year);
        $actual = gmdate('D', $local);
        if ($weekday !== $actual) {
            throw ImzaException::argument("the weekday contradicts the date, which is a $actual", 0);
        }
        return self::inRange($local - $zone);
    }

    /** Seconds east of Greenwich. No zone is GMT. */
    private function zone(): int
    {
        if ($this->isAtEnd()) {
            return 0;
        }
        $this->literal(' ');
        preg_match('/GMT|UTC|UT|Z|/A', $this->text, $found, 0, $this->at);
        $name = $found[0];
        $this->at += strlen($name);
        if ($name !== '' && $this->isAtEnd()) {
            return 0;
        }
        $sign = $this->text[$this->at] ?? '';
        if (($name !== '' && $name !== 'GMT') || ($sign !== '+' && $sign !== '-')) {
            throw $this->pattern();
        }
        $hoursAt = ++$this->at;
        // `+0300` and `+03:00`; after `GMT` only with the colon, and there the hour may have one digit.
        if ($name !== '' || ($this->text[$this->at + 2] ?? '') === ':') {
            $hours = $this->digits($name === '' ? 2 : 1, 2);
            $this->literal(':');
            $minutes = $this->digits(2, 2);
        } else {
            [$hours, $minutes] = str_split($this->digits(4, 4), 2);
        }
        if (!$this->isAtEnd()) {
            throw $this->pattern();
        }
        if ($hours > 23 || $minutes > 59) {
            $this->at = $hours > 23 ? $hoursAt : $this->at - 2;
            throw $this->pattern();
        }
        return ($sign === '+' ? 60 : -60) * (60 * (int) $hours + (int) $minutes);
    }

    /** @param list<string> $names each of three letters */
    private function name(array $names): string
    {
        $name = substr($this->text, $this->at, 3);
        if (!in_array($name, $names, true)) {
            throw $this->pattern();
        }
        $this->at += 3;
        return $name;
    }

    private function literal(string $expected): void
    {
        foreach (str_split($expected) as $byte) {
            if (($this->text[$this->at] ?? '') !== $byte) {
                throw $this->pattern();
            }
            $this->at++;
        }
    }

    /** So many digits, and no digit behind them. */
    private function digits(int $least, int $most): string
    {
        $count = strspn($this->text, '0123456789', $this->at);
        $digits = substr($this->text, $this->at, min($count, $most));
        $this->at += strlen($digits);
        return $count < $least || $count > $most ? throw $this->pattern() : $digits;
    }

    private function isAtEnd(): bool
    {
        return $this->at === strlen($this->text);
    }

    private function pattern(): ImzaException
    {
        $this->leftPattern = true;
        return ImzaException::argument(
            "the date leaves the pattern at byte {$this->at}: it must read like `Tue, 09 Mar 2021 13:28:32 GMT` "
                . '(zone: none, GMT, UTC, UT, Z, +0300, +03:00 or GMT+03:00)',
            $this->at,
        );
    }

    private static function inRange(int $unix): int
    {
        return $unix < 0 || $unix > self::LAST_SECOND ? throw self::outOfRange() : $unix;
    }

    private static function outOfRange(): ImzaException
    {
        return ImzaException::argument('the time lies outside the years 1970 to 9999');
    }
}
