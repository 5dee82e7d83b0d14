<?php

declare(strict_types=1);

namespace Imza\Pure;

use Imza\Dlga\{HeaderNames, Request, Signs};

/** Signs requests as Imza\Dlga\Signer does, in plain PHP: for hosts without FFI. */
final class DlgaSigner implements Signs
{
    private readonly Secret $key;

    public function __construct(
        private readonly string $accessKeyId,
        #[\SensitiveParameter] string $secret,
        private readonly HeaderNames $names = HeaderNames::XDlg,
    ) {
        $this->key = DlgaParts::key($accessKeyId, $secret);
    }

    public function sign(Request $request, int|string $date, string $requester): array
    {
        $date = $this->date($date);
        DlgaParts::notEmpty('date', $date);
        DlgaDate::instant($date);
        DlgaParts::check($request);
        $signature = $this->key->sign(DlgaParts::stringToSign($request, $request->contentType, $date));
        return $this->names->signed($date, $requester, "DLGA {$this->accessKeyId}:$signature");
    }

    public function stringToSign(Request $request, int|string $date): string
    {
        $date = $this->date($date);
        DlgaParts::check($request);
        DlgaParts::checkDate($date);
        return DlgaParts::stringToSign($request, $request->contentType, $date);
    }

    /** The text of the date header for a time in seconds since 1970. */
    public function date(int|string $date): string
    {
        return is_string($date) ? $date : DlgaDate::text($date);
    }
}
