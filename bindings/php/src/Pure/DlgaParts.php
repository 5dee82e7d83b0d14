<?php

declare(strict_types=1);

namespace Imza\Pure;

use Imza\Dlga\{BodyLine, Request};
use Imza\ImzaException;

/**
 * What no part of a request may hold (DLGA-13), and the string to sign (DLGA-5).
 *
 * @internal
 */
final class DlgaParts
{
    private const BREAKS_LINE = "\r\n\0";

    public static function check(Request $request): void
    {
        self::checkMethod($request->method);
        self::checkContentType($request->contentType);
        self::checkResource($request->resource);
    }

    public static function checkMethod(string $method): void
    {
        self::notEmpty('method', $method);
        $token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        self::refuseAt('method', $method, strspn($method, $token));
    }

    public static function checkContentType(string $contentType): void
    {
        self::refuseAt('content type', $contentType, strcspn($contentType, self::BREAKS_LINE));
    }

    public static function checkDate(string $date): void
    {
        self::notEmpty('date', $date);
        self::refuseAt('date', $date, strcspn($date, self::BREAKS_LINE));
    }

    public static function checkResource(string $resource): void
    {
        self::notEmpty('resource', $resource);
        self::refuseAt('resource', $resource, strcspn($resource, self::blanksAnd('#')));
        if ($resource[0] !== '/') {
            throw ImzaException::argument(
                'the resource does not begin with `/`; it is what follows the server address in the URI: path and query (DLGA-10)',
                0,
            );
        }
    }

    public static function checkKeyId(string $keyId): void
    {
        self::notEmpty('access key id', $keyId);
        self::refuseAt('access key id', $keyId, strcspn($keyId, self::blanksAnd(':')));
    }

    public static function checkRequester(string $requester): void
    {
        self::refuseAt('requester id', $requester, strcspn($requester, self::BREAKS_LINE));
    }

    public static function notEmpty(string $part, #[\SensitiveParameter] string $value): void
    {
        if ($value === '') {
            throw ImzaException::argument("the $part is empty; a signature needs one");
        }
    }

    /** The key of an id (DLGA-12, DLGA-13). */
    public static function key(string $keyId, #[\SensitiveParameter] string $secret): Secret
    {
        self::checkKeyId(Text::utf8('key_id', $keyId));
        self::notEmpty('access key secret', $secret);
        return new Secret($secret);
    }

    public static function stringToSign(Request $request, string $contentType, string $date): string
    {
        $hasLine = match ($request->bodyLine) {
            BodyLine::WhenPresent => $request->body !== '',
            BodyLine::Always => true,
            BodyLine::Never => false,
        };
        return "{$request->method}\n$contentType\n$date\n{$request->body}" . ($hasLine ? "\n" : '') . $request->resource;
    }

    private static function blanksAnd(string $more): string
    {
        return implode('', array_map('chr', range(0, 0x20))) . "\x7f$more";
    }

    private static function refuseAt(string $part, string $value, int $at): void
    {
        if ($at === strlen($value)) {
            return;
        }
        $byte = $value[$at];
        $name = match (true) {
            $byte === "\0" => 'a NUL',
            $byte === "\n" => 'a line feed',
            $byte === "\r" => 'a carriage return',
            $byte === ' ' => 'a blank',
            $byte === "\t" => 'a tab',
            $byte > ' ' && $byte < "\x7f" => "`$byte`",
            default => sprintf('the byte 0x%02x', ord($byte)),
        };
        throw ImzaException::argument("the $part holds $name at byte $at, which is not allowed there", $at);
    }
}
