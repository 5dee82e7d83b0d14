<?php

// Makes both documented calls and prints the answers.
//
//     php client.php http://127.0.0.1:8080 [SECONDS]      (how old the DLGA date is; 0 by default)
//
// The credentials come from the environment: DLGA_KEY_ID, DLGA_SECRET, HASO_MERCHANT_ID, HASO_KEY, HASO_SALT. Exits with
// 1 when an answer is not the documented success.

declare(strict_types=1);

require __DIR__ . '/../autoload.php';

use Imza\Dlga\{Request, Signer};
use Imza\Haso\{Merchant, Recipe};

/** @return array{int, string} status and text of the answer */
function post(string $url, string $body, array $headers): array
{
    $lines = array_map(static fn ($name, $value) => "$name: $value", array_keys($headers), $headers);
    $answer = file_get_contents($url, false, stream_context_create(['http' => [
        'method' => 'POST', 'header' => $lines, 'content' => $body, 'ignore_errors' => true, 'timeout' => 30,
    ]]));
    if ($answer === false) {
        throw new RuntimeException("no answer from $url");
    }
    return [(int) explode(' ', $http_response_header[0])[1], $answer];
}

function transactionHash(string $server, int $age): string
{
    $signer = new Signer((string) getenv('DLGA_KEY_ID'), (string) getenv('DLGA_SECRET'));
    $body = '{"customerId" : "123456", "deviceHash" : "fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k="}';
    $request = new Request('POST', '/v1/application/gettransactionhashforonlinehelp', $body, 'application/json');
    $headers = ['Content-Type' => 'application/json'] + $signer->sign($request, time() - $age, '45186');
    [$status, $answer] = post($server . $request->resource, $body, $headers);
    if ($status !== 200) {
        throw new RuntimeException("the vendor refused the request with $status: $answer");
    }
    return json_decode($answer, true, 8, JSON_THROW_ON_ERROR)['transactionHash'];
}

function limit(string $server): string
{
    $merchant = new Merchant((string) getenv('HASO_MERCHANT_ID'), (string) getenv('HASO_KEY'), (string) getenv('HASO_SALT'));
    $fields = ['customerId' => '5500123', 'dealerSegment' => 'GOLD', 'ipAddress' => '85.105.1.2'];
    $token = $merchant->token(Recipe::find('SetPreDefinedLimit'), $fields);
    $body = json_encode(['merchantId' => getenv('HASO_MERCHANT_ID')] + $fields + ['requestToken' => $token], JSON_THROW_ON_ERROR);
    [$status, $answer] = post("$server/RequestV2/SetPreDefinedLimit", $body, ['Content-Type' => 'application/json']);
    $answer = json_decode($answer, true, 8, JSON_THROW_ON_ERROR);
    if ($status !== 200 || !$answer['Success']) {
        throw new RuntimeException('the vendor refused the request: ' . implode('; ', $answer['Errors'] ?? []));
    }
    return json_encode($answer['Data'], JSON_THROW_ON_ERROR);
}

$server = $argv[1] ?? 'http://127.0.0.1:8080';
$code = 0;
foreach ([
    'gettransactionhashforonlinehelp' => static fn () => transactionHash($server, (int) ($argv[2] ?? 0)),
    'SetPreDefinedLimit' => static fn () => limit($server),
] as $call => $make) {
    try {
        echo "$call: ", $make(), "\n";
    } catch (Exception $e) {
        echo "$call: ", $e->getMessage(), "\n";
        $code = 1;
    }
}
exit($code);
