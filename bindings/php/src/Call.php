<?php

declare(strict_types=1);

namespace Imza;

use FFI\CData;

/**
 * One call of the library: the memory that it borrows, which is wiped at its end, and its error.
 *
 * @internal
 */
final class Call
{
    private readonly \FFI $ffi;
    private readonly CData $error;
    /** @var list<CData> */
    private array $held = [];

    public function __construct(private readonly Library $library)
    {
        $this->ffi = $library->ffi;
        $this->error = $this->ffi->new('imza_error');
        $this->error->struct_size = \FFI::sizeof($this->error);
    }

    public function __destruct()
    {
        foreach ($this->held as $memory) {
            \FFI::memset($memory, 0, \FFI::sizeof($memory));
        }
    }

    /** A copy of the bytes, as the library takes them. */
    public function str(#[\SensitiveParameter] string $bytes): CData
    {
        $str = $this->ffi->new('imza_str');
        $this->point($str, $bytes);
        return $str;
    }

    public function request(Dlga\Request $request, string $date = ''): CData
    {
        $c = $this->ffi->new('imza_dlga_request');
        $c->struct_size = \FFI::sizeof($c);
        $this->point($c->method, $request->method);
        $this->point($c->content_type, $request->contentType);
        $this->point($c->date, $date);
        $this->point($c->resource, $request->resource);
        $this->point($c->body, $request->body);
        $c->body_line = $request->bodyLine->value;
        return \FFI::addr($this->held[] = $c);
    }

    /**
     * The pairs as an array of fields, and their count.
     *
     * @param list<array{string, string}> $pairs
     * @return array{?CData, int}
     */
    public function fields(#[\SensitiveParameter] array $pairs): array
    {
        $count = count($pairs);
        if ($count === 0) {
            return [null, 0];
        }
        $fields = $this->held[] = $this->ffi->new("imza_field[$count]");
        foreach ($pairs as $at => [$name, $value]) {
            $this->point($fields[$at]->name, $name);
            $this->point($fields[$at]->value, $value);
        }
        return [\FFI::addr($fields[0]), $count];
    }

    // The arguments are sensitive in all three: a dump of a trace would follow their pointers into freed memory.

    /** Calls a function; gives back the index of the key that matched, or throws. */
    public function run(string $function, #[\SensitiveParameter] mixed ...$arguments): int
    {
        $status = $this->ffi->$function(...[...$arguments, \FFI::addr($this->error)]);
        if ($status !== 0) {
            throw $this->exception($status);
        }
        return $this->error->key_index;
    }

    /** Calls a function that writes a text, whatever its length. */
    public function text(string $function, #[\SensitiveParameter] mixed ...$arguments): string
    {
        $length = $this->ffi->new('size_t');
        $capacity = 512;
        do {
            $buffer = $this->held[] = $this->ffi->new("char[$capacity]");
            $status = $this->ffi->$function(...[...$arguments, $buffer, $capacity, \FFI::addr($length), \FFI::addr($this->error)]);
            $capacity = $length->cdata + 1;
        } while ($status === 2);
        if ($status !== 0) {
            throw $this->exception($status);
        }
        return \FFI::string($buffer, $length->cdata);
    }

    /** Calls a function that makes something; gives back the pointer to it. */
    public function make(string $type, string $function, #[\SensitiveParameter] mixed ...$arguments): CData
    {
        $out = $this->ffi->new("$type *");
        $this->run($function, ...[...$arguments, \FFI::addr($out)]);
        return $out;
    }

    private function point(CData $str, #[\SensitiveParameter] string $bytes): void
    {
        $length = strlen($bytes);
        if ($length > 0) {
            $memory = $this->held[] = $this->ffi->new("char[$length]");
            \FFI::memcpy($memory, $bytes, $length);
            $str->ptr = \FFI::addr($memory[0]);
            $str->len = $length;
        }
    }

    private function exception(int $status): ImzaException
    {
        $name = $this->ffi->imza_status_name($status);
        $error = $this->error;
        return new ImzaException(
            \FFI::string($error->message),
            strtolower(strtr((string) preg_replace('/^IMZA_(DLGA_|HASO_)?/', '', $name), '_', '-')),
            $status,
            $error->http_status ?: null,
            $this->ffi->imza_status_vendor_text($status),
            $error->offset < 0 ? null : $error->offset, // SIZE_MAX
            $error->key_index < 0 ? null : $error->key_index,
            $status >= 200 && $status <= 203 ? \FFI::string($error->field) : null, // a field may be named ""
        );
    }
}
