<?php

declare(strict_types=1);

namespace Imza\Dlga;

/** The two sets of names that the vendor's pages have for the three headers (DLGA-4). */
enum HeaderNames
{
    /** x-dlg-date, x-dlg-requester-userid, x-dlg-authorization */
    case XDlg;
    /** Date, X-Requester-UserId, X-Authorization */
    case X;

    /** @return array{string, string, string} of the date, the requester and the authorization */
    public function all(): array
    {
        return match ($this) {
            self::XDlg => ['x-dlg-date', 'x-dlg-requester-userid', 'x-dlg-authorization'],
            self::X => ['Date', 'X-Requester-UserId', 'X-Authorization'],
        };
    }

    /**
     * The three headers. The requester is required but not signed (DLGA-2), so it is checked here (DLGA-13).
     *
     * @return array<string, string>
     */
    public function signed(string $date, string $requester, string $authorization): array
    {
        self::checkRequester($requester);
        return array_combine($this->all(), [$date, $requester, $authorization]);
    }

    /** Refuses a requester that no header can carry. */
    public static function checkRequester(string $requester): void
    {
        if (preg_match('//u', $requester) !== 1) {
            throw \Imza\ImzaException::argument('the requester id is not UTF-8');
        }
        $offset = strcspn($requester, "\r\n\0");
        if ($offset < strlen($requester)) {
            $name = ["\r" => 'a carriage return', "\n" => 'a line feed', "\0" => 'a NUL'][$requester[$offset]];
            throw \Imza\ImzaException::argument("the requester id holds $name at byte $offset, which is not allowed there", $offset);
        }
        if (trim($requester, " \t") === '') {
            throw \Imza\ImzaException::argument('the requester id is empty; a signature needs one');
        }
    }
}
