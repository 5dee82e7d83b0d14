<?php

// A test is a sentence and a function; assertions throw. The last line says how many checks were made.

declare(strict_types=1);

require_once __DIR__ . '/../autoload.php';

final class Failed extends \Exception
{
}

final class Runner
{
    public static int $checks = 0;
    public static int $failures = 0;
}

function test(string $sentence, callable $body): void
{
    try {
        $body();
    } catch (\Throwable $e) {
        Runner::$failures++;
        fwrite(STDERR, "php: FAILED: $sentence: " . get_class($e) . ': ' . $e->getMessage() . " ({$e->getFile()}:{$e->getLine()})\n");
    }
}

function same(mixed $want, mixed $got, string $what): void
{
    Runner::$checks++;
    if ($want !== $got) {
        throw new Failed("$what is " . var_export($got, true) . ', not ' . var_export($want, true));
    }
}

function throws(string $class, callable $body, string $what): \Throwable
{
    Runner::$checks++;
    try {
        $body();
    } catch (\Throwable $e) {
        return $e instanceof $class ? $e : throw new Failed("$what throws " . get_class($e) . ": {$e->getMessage()}");
    }
    throw new Failed("$what is not refused");
}

/** @return list<array<string, mixed>> the cases of the corpus's files; `*_base64` decoded */
function cases(string ...$names): array
{
    $all = [];
    foreach ($names as $name) {
        $text = file_get_contents(__DIR__ . "/../../../tests/vectors/$name.json");
        $cases = json_decode($text, true, 64, JSON_THROW_ON_ERROR)['cases'];
        same(true, count($cases) > 0, "$name has cases, which");
        array_push($all, ...$cases);
    }
    return $all;
}

function finish(string $what): never
{
    printf("php: %s: %d checks, %d failures\n", $what, Runner::$checks, Runner::$failures);
    exit(Runner::$failures === 0 && Runner::$checks > 0 ? 0 : 1);
}
