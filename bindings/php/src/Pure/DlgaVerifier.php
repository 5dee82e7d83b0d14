<?php

declare(strict_types=1);

namespace Imza\Pure;

use Imza\Dlga\{HeaderNames, Request, Verifies};
use Imza\{ImzaException, Pairs};

/** Verifies requests as Imza\Dlga\Verifier does, in plain PHP: for hosts without FFI. */
final class DlgaVerifier implements Verifies
{
    private const SCHEME = 'DLGA ';

    /** The vendor's verdicts (DLGA-14): the number of the status, the name of the kind, the answer. */
    private const MISSING = [100, 'headers-missing', 400, 'Required headers not found'];
    private const FORMAT = [101, 'format-invalid', 400, 'Authorization failed due to data format not valid'];
    private const DATE = [102, 'date-invalid', 400, 'Authorization failed due to date not valid'];
    private const MISMATCH = [103, 'signature-mismatch', 401, 'Authorization failed'];
    private const SKEW = [104, 'clock-skew', 403, 'Request time may not be correct.'];

    /** @var array<array<int, Secret>> for each access key id its secrets, by their index */
    private array $keys = [];
    private int $added = 0;
    /** The most secrets that one id has: how many signatures every refusal costs (DLGA-17). */
    private int $mostSecrets = 1;
    /** What an unknown id has no key for is computed with this (DLGA-17). */
    private readonly Secret $decoy;
    /** @var ?array{int, int} null: the clock is ignored */
    private ?array $window = [900, 900];

    public function __construct()
    {
        $this->decoy = new Secret(random_bytes(32));
    }

    /** Adds an access key; the first has the index 0. An id may have several secrets, for a rotation (DLGA-20). */
    public function addKey(string $accessKeyId, #[\SensitiveParameter] string $secret): static
    {
        $key = DlgaParts::key($accessKeyId, $secret);
        $this->keys[$accessKeyId][$this->added] = $key;
        $this->mostSecrets = max($this->mostSecrets, count($this->keys[$accessKeyId]));
        $this->added++;
        return $this;
    }

    /** How many seconds a date may lie behind the clock, and ahead of it. */
    public function window(int $past, int $future): static
    {
        foreach (['past' => $past, 'future' => $future] as $name => $seconds) {
            if ($seconds < 0) {
                throw ImzaException::argument("$name is negative; it is a number of seconds");
            }
        }
        $this->window = [$past, $future];
        return $this;
    }

    /** Accepts any date: for an audit of old requests. */
    public function ignoreClock(): static
    {
        $this->window = null;
        return $this;
    }

    /** The checks come in the order of DLGA-15, so that a forger learns nothing about the clock. */
    public function verifyHeaders(Request $request, iterable $headers, int $now): int
    {
        [$received, $twice] = self::received(Pairs::of($headers, 'header'));
        [$date, $requester, $authorization, $contentType] = $received;
        self::checkPresence($received, $twice);

        self::judged(self::FORMAT, 0, fn () => DlgaParts::checkMethod($request->method));
        [$contentType, $blanks] = $request->contentType === '' ? $contentType : [$request->contentType, 0];
        self::judged(self::FORMAT, $blanks, fn () => DlgaParts::checkContentType($contentType));
        self::judged(self::FORMAT, 0, fn () => DlgaParts::checkResource($request->resource));
        [$date, $blanks] = $date;
        self::judged(self::FORMAT, $blanks, fn () => DlgaParts::checkDate($date));
        self::judged(self::FORMAT, $requester[1], fn () => DlgaParts::checkRequester($requester[0]));
        [$keyId, $signature] = self::credentials(...$authorization);
        $instant = self::judged(self::DATE, $blanks, fn () => DlgaDate::instant($date));

        $index = $this->matching($keyId, $signature, DlgaParts::stringToSign($request, $contentType, $date));
        if ($index === null) {
            throw self::rejection(self::MISMATCH, isset($this->keys[$keyId])
                ? 'the signature does not match: another secret, or other bytes than the ones that were signed'
                : 'no key is held for the access key id ' . self::shownId($keyId));
        }
        $this->checkClock($instant, $now, $index);
        return $index;
    }

    /**
     * The headers that count (DLGA-4): the values of date, requester, authorization and content type, each with how many
     * blanks stood before it; and the first name that occurs twice.
     *
     * @param list<array{string, string}> $headers
     * @return array{list<array{string, int}>, ?string}
     */
    private static function received(array $headers): array
    {
        [$xDlg, $x] = [HeaderNames::XDlg->all(), HeaderNames::X->all()];
        $names = [$xDlg[0], $x[0], $xDlg[1], $x[1], $xDlg[2], $x[2], 'Content-Type'];
        $values = $twice = [];
        foreach ($headers as [$name, $value]) {
            foreach ($names as $known) {
                if (strcasecmp($known, $name) === 0) {
                    $twice[$known] = isset($values[$known]);
                    $values[$known] ??= $value;
                }
            }
        }
        $found = [];
        foreach ([[$xDlg[0], $x[0]], [$xDlg[1], $x[1]], [$xDlg[2], $x[2]], ['Content-Type', '']] as [$first, $other]) {
            $value = $values[$first] ?? $values[$other] ?? '';
            $found[] = [trim($value, " \t"), strspn($value, " \t")];
        }
        foreach ($names as $known) {
            if ($twice[$known] ?? false) {
                return [$found, $known];
            }
        }
        return [$found, null];
    }

    /** What is missing is reported first, then what occurs twice (DLGA-4). */
    private static function checkPresence(array $received, ?string $twice): void
    {
        foreach (HeaderNames::XDlg->all() as $at => $header) {
            if ($received[$at][0] === '') {
                $other = HeaderNames::X->all()[$at];
                throw self::rejection(self::MISSING, "the header $header (or $other) is missing or empty");
            }
        }
        if ($twice !== null) {
            throw self::rejection(self::FORMAT, "the header $twice occurs twice");
        }
    }

    /**
     * Key id and signature; the id ends at the last colon (DLGA-16).
     *
     * @return array{string, string}
     */
    private static function credentials(string $value, int $blanks): array
    {
        if (!str_starts_with($value, self::SCHEME)) {
            throw self::rejection(self::FORMAT, 'the authorization header does not begin with `DLGA` and one blank', $blanks);
        }
        $idAt = strlen(self::SCHEME);
        $colon = strrpos($value, ':', $idAt);
        if ($colon === false) {
            throw self::rejection(
                self::FORMAT,
                'the authorization header lacks the `:` between access key id and signature',
                strlen($value) + $blanks,
            );
        }
        $keyId = substr($value, $idAt, $colon - $idAt);
        self::judged(self::FORMAT, $idAt + $blanks, fn () => DlgaParts::checkKeyId($keyId), 0);
        $signature = substr($value, $colon + 1);
        $fault = Tag::fault($signature);
        if ($fault !== null) {
            $message = "the signature is malformed: $fault[0]" . Tag::history($signature);
            throw self::rejection(self::FORMAT, $message, ($fault[1] ?? 0) + $colon + 1 + $blanks);
        }
        return [$keyId, $signature];
    }

    /** The index of the key that signed. Without one, the work is that of the id with the most secrets (DLGA-17). */
    private function matching(string $keyId, string $signature, string $stringToSign): ?int
    {
        $secrets = $this->keys[$keyId] ?? [];
        foreach ($secrets as $index => $secret) {
            if (hash_equals($secret->sign($stringToSign), $signature)) {
                return $index;
            }
        }
        for ($more = count($secrets); $more < $this->mostSecrets; $more++) {
            hash_equals($this->decoy->sign($stringToSign), $signature);
        }
        return null;
    }

    /** DLGA-14, DLGA-19. */
    private function checkClock(int $instant, int $now, int $keyIndex): void
    {
        if ($this->window === null) {
            return;
        }
        $isAhead = $instant > $now;
        // PHP turns what no integer holds into a float; then it is more than any window.
        $seconds = $isAhead ? $instant - $now : $now - $instant;
        $allowed = $this->window[$isAhead ? 1 : 0];
        if (is_float($seconds) || $seconds > $allowed) {
            $seconds = is_float($seconds) ? 'more than ' . PHP_INT_MAX : $seconds;
            $where = $isAhead ? 'ahead of' : 'behind';
            $message = "the date lies $seconds seconds $where the clock; at most $allowed are allowed";
            throw self::rejection(self::SKEW, $message, null, $keyIndex);
        }
    }

    /** Runs a check of a received part: what it refuses gets the vendor's verdict. */
    private static function judged(array $verdict, int $before, \Closure $check, ?int $offset = null): ?int
    {
        try {
            return $check();
        } catch (ImzaException $e) {
            $offset = $e->offset ?? $offset;
            throw self::rejection($verdict, $e->getMessage(), $offset === null ? null : $offset + $before);
        }
    }

    private static function rejection(array $verdict, string $message, ?int $offset = null, ?int $keyIndex = null): ImzaException
    {
        [$status, $kind, $httpStatus, $vendorText] = $verdict;
        return new ImzaException($message, $kind, $status, $httpStatus, $vendorText, $offset, $keyIndex);
    }

    /** How an unknown id begins: a client that sends its secret in the id's place does not find it in the log. */
    private static function shownId(string $keyId): string
    {
        $start = Text::start($keyId, 4);
        $more = Text::start($keyId, 5) === $start ? '' : '…';
        return '`' . Text::escaped($start) . "$more` (" . strlen($keyId) . ' bytes)';
    }
}
