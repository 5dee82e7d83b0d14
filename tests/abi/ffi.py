#!/usr/bin/env python3
"""Reads imza.ffi.h as Python's cffi and PHP's FFI do, and signs with it: each that this machine has. Prints which.

    tests/abi/ffi.py HEADER LIBRARY
"""

import shutil
import subprocess
import sys

header, library = sys.argv[1:]
SIGNED = "DLGA key-id:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c="
PARTS = {
    "method": "POST", "content_type": "application/json", "date": "Tue, 09 Mar 2021 13:28:32 GMT",
    "resource": "/v1/application/finishonlinehelp", "body": '{"customerId":"123456"}',
}


def by_cffi():
    try:
        import cffi
    except ImportError:
        return "not there"
    ffi = cffi.FFI()
    ffi.cdef(open(header).read())
    imza = ffi.dlopen(library)
    kept = []

    def text(value):
        kept.append(ffi.from_buffer(value.encode()))
        return {"ptr": ffi.cast("const char *", kept[-1]), "len": len(value)}

    error, length, room = ffi.new("imza_error *"), ffi.new("size_t *"), ffi.new("char[128]")
    error.struct_size = ffi.sizeof("imza_error")
    request = ffi.new("imza_dlga_request *", {name: text(value) for name, value in PARTS.items()})
    request.struct_size = ffi.sizeof("imza_dlga_request")
    signer = ffi.new("imza_dlga_signer **")
    assert imza.imza_dlga_signer_new(text("key-id"), text("not-a-real-secret"), signer, error) == imza.IMZA_OK
    assert imza.imza_dlga_sign(signer[0], request, room, 128, length, error) == imza.IMZA_OK
    imza.imza_dlga_signer_free(signer[0])
    assert ffi.string(room, length[0]).decode() == SIGNED
    assert imza.imza_dlga_date(-1, room, 128, length, error) == imza.IMZA_INVALID_ARGUMENT
    assert b"1970" in ffi.string(error.message)
    return "signed"


PHP = r"""
$ffi = FFI::cdef(file_get_contents($argv[1]), $argv[2]);
$kept = [];
$text = function (string $value) use ($ffi, &$kept) {
    $bytes = FFI::new('char[' . strlen($value) . ']', false);
    FFI::memcpy($bytes, $value, strlen($value));
    $str = $ffi->new('imza_str');
    $str->ptr = $ffi->cast('char *', FFI::addr($bytes));
    $str->len = strlen($value);
    return $str;
};
$error = $ffi->new('imza_error');
$error->struct_size = FFI::sizeof($error);
$request = $ffi->new('imza_dlga_request');
$request->struct_size = FFI::sizeof($request);
foreach (json_decode($argv[3], true) as $name => $value) {
    $request->$name = $text($value);
}
$signer = $ffi->new('imza_dlga_signer *');
[$room, $length] = [$ffi->new('char[128]'), $ffi->new('size_t')];
$ok = $ffi->imza_dlga_signer_new($text('key-id'), $text('not-a-real-secret'), FFI::addr($signer), FFI::addr($error));
$ok |= $ffi->imza_dlga_sign($signer, FFI::addr($request), $room, 128, FFI::addr($length), FFI::addr($error));
$ffi->imza_dlga_signer_free($signer);
echo $ok === $ffi->IMZA_OK ? FFI::string($room, $length->cdata) : FFI::string($error->message);
"""


def by_php():
    php = shutil.which("php")
    if php is None or "FFI" not in subprocess.run([php, "-m"], capture_output=True, text=True).stdout.split():
        return "not there"
    import json

    command = [php, "-d", "ffi.enable=1", "-r", PHP, "--", header, library, json.dumps(PARTS)]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.stdout == SIGNED, answer.stdout + answer.stderr
    return "signed"


print(f"imza.ffi.h: Python's cffi {by_cffi()}, PHP's FFI {by_php()}")
