<?php

declare(strict_types=1);

namespace Imza\Dlga;

use Imza\{Handle, Library};

/** Signs requests with an access key. */
final class Signer extends Handle implements Signs
{
    /** @internal */
    protected const TYPE = 'imza_dlga_signer';

    public function __construct(
        string $accessKeyId,
        #[\SensitiveParameter] string $secret,
        private readonly HeaderNames $names = HeaderNames::XDlg,
        ?Library $library = null,
    ) {
        $this->open($library, 'imza_dlga_signer_new', $accessKeyId, $secret);
    }

    public function sign(Request $request, int|string $date, string $requester): array
    {
        $date = $this->date($date);
        $call = $this->call();
        return $this->names->signed(
            $date,
            $requester,
            $call->text('imza_dlga_sign', $this->pointer(), $call->request($request, $date)),
        );
    }

    public function stringToSign(Request $request, int|string $date): string
    {
        $this->pointer();
        $call = $this->call();
        return $call->text('imza_dlga_string_to_sign', $call->request($request, $this->date($date)));
    }

    /** The text of the date header for a time in seconds since 1970. */
    public function date(int|string $date): string
    {
        return is_string($date) ? $date : $this->call()->text('imza_dlga_date', $date);
    }
}
