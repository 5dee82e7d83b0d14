<?php

declare(strict_types=1);

namespace Imza\Pure;

use Imza\ImzaException;

/** Which fields of a method make up the token's message, and in which order: Imza\Haso\Recipe in plain PHP. */
final class HasoRecipe
{
    /**
     * The recipes of the vendor's public pages, and what is posted beside their fields. `:10` stands for at most ten
     * characters; `merchantId` and the salt stand around each. The tests hold this to the library's table.
     */
    private const METHODS = [
        '/RequestV2/SendKkbPinCode' => ['ipAddress kkbRefNo pinCode', 'testResult'],
        '/RequestV2/AskKkbReportResult' => ['ipAddress kkbRefNo', 'testResult'],
        '/RequestV2/SetPreDefinedLimit' => ['customerId dealerSegment:10 ipAddress', 'limitReductionFlag'],
        '/RequestV2/SetLimitFromKds' => [
            'shopperName shopperSurname dealerSegment:10 ipAddress',
            'tckn mobileNumber email birthDate kdsLimit kdsSegment',
        ],
        '/Index/GetPaymentsOfTransaction' => ['merchantOid transactionCode ipAddress', ''],
        '/RequestV2/SetPaidPayment' => ['merchantOid:20 paymentCode paymentReferenceCode paymentDate.ToString("yyyy-MM-dd") ipAddress', ''],
        '/Index/GetCustomerTransactions' => ['customerId:10 ipAddress', 'transactionCodes pageNo pageSize'],
        '/Index/GetCustomerPayments' => ['customerId:10 ipAddress', 'paymentStatuses pageNo pageSize'],
        '/RequestV2/LoadCustomerBalance' => ['customerId balanceAmount ipAddress', 'paymentDate paymentReferenceCode'],
        '/RequestV2/SetBulkPaidPayment' => ['merchantOid:20 paymentReferenceCode paymentDate.ToString("yyyy-MM-dd") ipAddress', 'paymentCodes'],
        '/Index/GetPaymentPlanByDealerSegment' => [
            'ipAddress dealerSegment? orderAmount',
            'notCalculateFees forceRiskFreeEvaluate postponeSelected RevisedFeeRate basketList',
        ],
    ];

    private const SALT_NAMES = ['merhant_salt', 'merchant_salt', 'merchantSalt'];
    private const OPTIONAL_ANYWAY = ['ipAddress', 'paymentReferenceCode'];
    private const BLANK = '\x{9}-\x{d} \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}';

    /** @var list<array{string, string, bool}> name, shape and whether it is required; of merchant id and salt the shape is a name */
    private array $terms = [];
    /** @var ?list<string> what a method of the table is posted with too; null: not of the table */
    private ?array $others = null;
    private bool $hasFieldChecks = true;
    private bool $ignoresOthers = false;

    private function __construct()
    {
    }

    /** The recipe of a documented method, by name or path: `SetPreDefinedLimit`, `/RequestV2/SetPreDefinedLimit`. */
    public static function find(string $endpoint): self
    {
        $at = Text::notUtf8At($endpoint);
        if ($at !== null) {
            throw new ImzaException("the endpoint is not UTF-8, which no method is: see byte $at", 'recipe-unknown', 205, offset: $at);
        }
        foreach (self::METHODS as $path => [$fields, $others]) {
            if ($endpoint === $path || $endpoint === basename($path)) {
                $line = str_replace(' ', ' + ', "merchantId $fields merhant_salt");
                $recipe = self::parse(preg_replace('/:\d+/', '', $line));
                preg_match_all('/(\w+):(\d+)/', $fields, $limits);
                foreach (array_combine($limits[1], $limits[2]) as $name => $most) {
                    $recipe->terms[array_search($name, array_column($recipe->terms, 0), true)][1] = $most;
                }
                $recipe->others = $others === '' ? [] : explode(' ', $others);
                return $recipe;
            }
        }
        throw new ImzaException(
            'no recipe is known for `' . Text::shown($endpoint) . "`; if the vendor's page of the method prints one, "
                . 'that line can be used as a recipe of its own',
            'recipe-unknown',
            205,
        );
    }

    /** Reads the line of the vendor's page: `merchantId + ipAddress + kkbRefNo + merhant_salt`. */
    public static function parse(string $printed): self
    {
        $at = Text::notUtf8At($printed);
        if ($at !== null) {
            throw new ImzaException("the recipe is not UTF-8: see byte $at", 'recipe-invalid', 204, offset: $at);
        }
        $recipe = new self();
        $names = [];
        $offset = 0;
        foreach (explode('+', $printed) as $piece) {
            $term = self::trimStart($piece);
            $at = $offset + strlen($piece) - strlen($term);
            [$name] = $recipe->terms[] = self::term(self::trimEnd($term), $at);
            if (isset($names[$name])) {
                throw self::invalid($at, $name === 'merhant_salt' ? 'the salt stands here a second time' : 'this name stands here a second time');
            }
            $names[$name] = true;
            $offset += strlen($piece) + 1;
        }
        return isset($names['merhant_salt']) ? $recipe : throw self::invalid(strlen($printed), 'the salt is missing: add `+ merhant_salt`');
    }

    /** The recipe in the vendor's notation. */
    public function print(): string
    {
        return implode(' + ', array_map(static function (array $term): string {
            [$name, $shape, $isRequired] = $term;
            $mark = $isRequired || in_array($name, self::OPTIONAL_ANYWAY, true) ? '' : '?';
            return $name . $mark . ($shape === 'date' ? '.ToString("yyyy-MM-dd")' : '');
        }, $this->terms));
    }

    /** Switches the checks of lengths, amounts and addresses off (HASO-10): for an audit. */
    public function withoutFieldChecks(): static
    {
        $this->hasFieldChecks = false;
        return $this;
    }

    /** Ignores fields that the recipe does not have (HASO-9). A misspelt optional field then goes unnoticed. */
    public function ignoringOtherFields(): static
    {
        $this->ignoresOthers = true;
        return $this;
    }

    /**
     * The parts of the message of checked fields (HASO-1, HASO-6 to HASO-10); null stands for the salt.
     *
     * @internal
     * @param list<array{string, string}> $fields
     * @return list<?string>
     */
    public function parts(string $merchantId, array $fields): array
    {
        self::checkUtf8($fields);
        $values = $this->values($merchantId, $fields);
        return array_map(fn (array $term) => match ($term[1]) {
            'salt' => null,
            'merchant id' => $merchantId,
            default => $this->signed($term, $values[$term[0]] ?? ''),
        }, $this->terms);
    }

    private static function checkUtf8(array $fields): void
    {
        foreach ($fields as $index => [$name, $value]) {
            $at = Text::notUtf8At($name);
            if ($at !== null) {
                $message = "the name of fields[$index] is not UTF-8, which no field of the method is: see its byte $at";
                throw new ImzaException($message, 'field-unknown', 201, offset: $at, field: '');
            }
            $at = Text::notUtf8At($value);
            if ($at !== null) {
                throw self::invalidField(Text::shown($name), "is not UTF-8: see byte $at", $at);
            }
        }
    }

    /** The values of the fields that the recipe knows, by name. */
    private function values(string $merchantId, array $fields): array
    {
        $own = ['merchantId'];
        foreach ($this->terms as [$name, $shape]) {
            if ($shape !== 'salt' && $shape !== 'merchant id') {
                $own[] = $name;
            }
        }
        $known = [...$own, ...$this->others ?? []];
        $values = [];
        foreach ($fields as [$name, $value]) {
            if (!in_array($name, $own, true)) {
                $like = self::like($name, $own);
                if ($this->ignoresOthers && $like === null) {
                    continue;
                }
                if (!in_array($name, $known, true) && ($this->others === null || $name !== 'requestToken')) {
                    $shown = Text::shown($name);
                    $but = $like === null ? '' : ". Its case makes it another name than `$like`, and some decoders would confuse the two";
                    $message = "the method has no field `$shown`; it has " . implode(', ', $known) . $but;
                    throw new ImzaException($message, 'field-unknown', 201, field: $shown);
                }
            }
            if (array_key_exists($name, $values)) {
                throw new ImzaException("the field $name is given twice", 'field-duplicate', 202, field: $name);
            }
            if ($name === 'merchantId' && $value !== $merchantId) {
                throw self::invalidField($name, 'is not the merchant id of the credentials');
            }
            $values[$name] = $value;
        }
        return $values;
    }

    /** The name that differs from this one in the case of its letters alone. */
    private static function like(string $name, array $own): ?string
    {
        $folded = static fn (string $text) => strtr($text, ['ı' => 'i', 'İ' => 'i']);
        $name = $folded($name);
        foreach ($own as $known) {
            if (preg_match('/\A' . preg_quote($folded($known), '/') . '\z/iu', $name) === 1) {
                return $known;
            }
        }
        return null;
    }

    /** What a field's value adds to the message. */
    private function signed(array $term, string $value): string
    {
        [$name, $shape, $isRequired] = $term;
        if ($value === '' && $isRequired) {
            throw new ImzaException("the required field $name is absent or empty", 'field-missing', 200, field: $name);
        }
        if ($value === '') {
            return '';
        }
        if ($shape === 'date') {
            $at = self::notADateAt($value);
            return $at === null ? substr($value, 0, 10)
                : throw self::invalidField($name, "does not begin with a date that exists, as yyyy-MM-dd: see byte $at", $at);
        }
        if (!$this->hasFieldChecks) {
            return $value;
        }
        if ($shape === 'amount' && ($at = strspn($value, '0123456789')) < strlen($value)) {
            $fault = "is not an amount in whole kuruş, digits only (500 TL = `50000`): see byte $at";
            throw self::invalidField($name, $fault, $at);
        }
        if ($shape === 'address' && !self::isAddress($value)) {
            throw self::invalidField($name, 'is not an IPv4 or IPv6 address');
        }
        if (is_numeric($shape) && ($characters = Text::length($value)) > (int) $shape) {
            $at = strlen(Text::start($value, (int) $shape));
            throw self::invalidField($name, "has $characters characters; at most $shape are allowed", $at);
        }
        return $value;
    }

    private static function notADateAt(string $value): ?int
    {
        foreach (str_split('dddd-dd-dd') as $at => $expected) {
            $byte = $value[$at] ?? '';
            if ($expected === 'd' ? strspn($byte, '0123456789') !== 1 : $byte !== '-') {
                return $at;
            }
        }
        [$year, $month, $day] = array_map('intval', explode('-', substr($value, 0, 10)));
        return match (true) {
            $month < 1 || $month > 12 => 5,
            $year === 0 => 0,
            !checkdate($month, $day, $year) => 8,
            default => null,
        };
    }

    /** An IPv4 or IPv6 address, alike on every system. */
    private static function isAddress(string $value): bool
    {
        $v4 = '(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!\z)|\z)){4}\z';
        if (strlen($value) > 45 || preg_match("/\A$v4/", $value) === 1) {
            return strlen($value) <= 45;
        }
        $sides = explode('::', preg_replace("/(?<=:)$v4/", '0:0', $value));
        $groups = 0;
        foreach ($sides as $side) {
            foreach ($side === '' ? [] : explode(':', $side) as $group) {
                if (preg_match('/\A[0-9a-f]{1,4}\z/i', $group) !== 1) {
                    return false;
                }
                $groups++;
            }
        }
        return match (count($sides)) {
            1 => $groups === 8,
            2 => $groups < 8,
            default => false,
        };
    }

    /**
     * Reads a term, which stands at a byte of the line.
     *
     * @return array{string, string, bool}
     */
    private static function term(string $term, int $at): array
    {
        if ($term === '') {
            throw self::invalid($at, 'a name belongs here');
        }
        $fault = 'this is not in the notation; a term reads `name`, `name?` or `name.ToString("yyyy-MM-dd")`';
        preg_match('/\A' . self::nameCharacter() . '*/u', $term, $found);
        $name = $found[0];
        if ($name === '') {
            throw self::invalid($at, $fault);
        }
        $rest = substr($term, strlen($name));
        $isSalt = in_array($name, self::SALT_NAMES, true);
        if ($isSalt || $name === 'merchantId') {
            return match (true) {
                $rest !== '' => throw self::invalid($at + strlen($name), $fault),
                $isSalt => ['merhant_salt', 'salt', true],
                default => ['merchantId', 'merchant id', true],
            };
        }
        $rest = self::trimStart($rest);
        $isOptional = in_array($name, self::OPTIONAL_ANYWAY, true);
        if (str_starts_with($rest, '?')) {
            $isOptional = true;
            $rest = self::trimStart(substr($rest, 1));
        }
        $shape = match ($name) {
            'ipAddress' => 'address',
            'orderAmount', 'balanceAmount' => 'amount',
            default => 'text',
        };
        if ($rest !== '') {
            $blanks = '[' . self::BLANK . ']*';
            if (preg_match('/\A\.' . "{$blanks}ToString$blanks\\($blanks\"yyyy-MM-dd\"$blanks\\)\z/u", $rest) !== 1) {
                throw self::invalid($at + strlen($term) - strlen($rest), $fault);
            }
            $shape = 'date';
        }
        return [$name, $shape, !$isOptional];
    }

    /** A letter, a digit or `_`; the properties of Unicode that make a letter came to PCRE with 10.40. */
    private static function nameCharacter(): string
    {
        return version_compare(PCRE_VERSION, '10.40', '>=') ? '[\p{Alphabetic}\p{N}_]' : '[\p{L}\p{N}_]';
    }

    private static function trimEnd(string $text): string
    {
        return (string) preg_replace('/(?<![' . self::BLANK . '])[' . self::BLANK . ']+\z/u', '', $text);
    }

    private static function trimStart(string $text): string
    {
        return (string) preg_replace('/\A[' . self::BLANK . ']+/u', '', $text);
    }

    private static function invalid(int $at, string $fault): ImzaException
    {
        return new ImzaException("the recipe is invalid at byte $at: $fault", 'recipe-invalid', 204, offset: $at);
    }

    private static function invalidField(string $name, string $fault, ?int $at = null): ImzaException
    {
        return new ImzaException("the field $name $fault", 'field-invalid', 203, offset: $at, field: $name);
    }
}
