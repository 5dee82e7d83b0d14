<?php
require __DIR__ . '/imza/autoload.php';

use Imza\Dlga\{Request, Signer};
use Imza\Pure\DlgaSigner;

$class = getenv('way') === 'pure' ? DlgaSigner::class : Signer::class;
$signer = new $class('1234567-8ABC-DEF0-5432-56712ABCDEF5', 'not-a-real-secret');
while (($line = fgets(STDIN)) !== false) {
    [$count, $resource, $file] = explode(' ', trim($line));
    $body = file_get_contents($file);
    $begun = hrtime(true);
    for ($i = 0; $i < (int) $count; $i++) {
        $headers = $signer->sign(new Request('POST', $resource, $body, 'application/json'), 1615296512, '45186');
    }
    echo hrtime(true) - $begun, ' ', $headers['x-dlg-authorization'], "\n";
}
