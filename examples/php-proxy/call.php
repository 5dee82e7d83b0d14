<?php // Calls Diyalog through `imza proxy`, which signs: nothing of imza is needed here.
$proxy = getenv('PROXY') ?: 'http://127.0.0.1:8081';
$body = json_encode(['customerId' => '123456', 'deviceHash' => 'fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k=']);
$context = stream_context_create(['http' => [
    'method' => 'POST', 'header' => 'Content-Type: application/json', 'content' => $body, 'ignore_errors' => true,
]]);
$answer = file_get_contents("$proxy/v1/application/gettransactionhashforonlinehelp", false, $context);
echo $answer, "\n";
exit(str_contains($http_response_header[0] ?? '', ' 200 ') ? 0 : 1);
