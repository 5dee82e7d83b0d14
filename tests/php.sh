#!/bin/sh
# Checks the PHP package against the installed library: the golden corpus, refusals and handles, plain PHP, preloading, the
# README's program in a fresh folder, the example client against the Rust example server, and both
# HTTP middlewares over the loopback address.
set -eu
cd "$(dirname "$0")/.."
if ! command -v php >/dev/null || ! [ -e /usr/share/php/GuzzleHttp/autoload.php ]; then
    tests/apt.sh php-cli php-curl php-guzzlehttp-guzzle php-guzzlehttp-psr7
fi

target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
IMZA_LIBRARY=${IMZA_LIBRARY:-$target/prefix/lib/libimza.so}
services=${IMZA_SERVICES:-$target/debug}
export IMZA_LIBRARY
export DLGA_KEY_ID=key-id DLGA_SECRET=not-a-real-secret HASO_MERCHANT_ID=1000042
export HASO_KEY=merchant-key-not-real HASO_SALT=merchant-salt-not-real
php=bindings/php

say() { printf 'php: %s\n' "$*"; }
stop() {
    printf 'php: FAILED: %s\n' "$*" >&2
    exit 1
}

php -m | grep -x FFI >/dev/null || stop "this PHP has no FFI extension"
say "$(php -r 'echo PHP_VERSION;'), the package's header is the library's, and every file parses"
cmp include/imza.ffi.h $php/include/imza.ffi.h
find $php -name '*.php' -exec php -l {} \; | grep -v '^No syntax errors' && stop "a file does not parse"

php $php/tests/corpus.php
php $php/tests/handles.php

say "Imza\\Pure: the corpus without an extension, and the library's answers to random requests"
php -n -r 'exit(extension_loaded("FFI") ? 1 : 0);' || say "this PHP has FFI built in, so the corpus runs with it loaded"
php -n $php/tests/corpus.php pure
php $php/tests/pure.php

work=$(mktemp -d)
pids=
cleanup() {
    for pid in $pids; do kill "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap cleanup EXIT
touch "$work/web" "$work/server" "$work/psr" "$work/pure"

# printed_by FILE EXPRESSION: what sed finds in a file that a program is about to write.
printed_by() {
    tries=0
    until found=$(sed -n "$2" "$1") && [ -n "$found" ]; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] || stop "nothing is printed: $(cat "$1")"
        sleep 0.1
    done
    echo "$found"
}

say "preloaded in a web server, where FFI is allowed in preloaded files alone"
cat >"$work/page.php" <<'END'
<?php
echo (new Imza\Dlga\Signer('id', 'secret'))->sign(new Imza\Dlga\Request('GET', '/'), 0, '1')['x-dlg-date'], "\n";
try {
    FFI::cdef('int abs(int);');
    echo "FFI is allowed everywhere\n";
} catch (FFI\Exception) {
    echo "FFI is refused elsewhere\n";
}
END
php -d opcache.enable_cli=1 -d opcache.preload_user="$(id -un)" -d opcache.preload="$PWD/$php/preload.php" \
    -d ffi.enable=preload -S 127.0.0.1:0 -t "$work" >"$work/web" 2>&1 &
pids="$pids $!"
address=$(printed_by "$work/web" 's/.*(http:\/\/\(.*\)) started/\1/p')
php -r 'echo file_get_contents($argv[1]);' "http://$address/page.php" >"$work/printed"
printf 'Thu, 01 Jan 1970 00:00:00 GMT\nFFI is refused elsewhere\n' | cmp - "$work/printed"

say "the README's program, in a fresh folder"
cp -R $php "$work/imza"
awk '/^```php/ { on = 1; next } /^```/ { if (on) exit } on' $php/README.md >"$work/sign.php"
(cd "$work" && php sign.php) >"$work/printed"
[ "$(grep -c '^x-dlg-[a-z-]*: .' "$work/printed")" = 3 ] || stop "$(cat "$work/printed")"
grep -qx 'requestToken: Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=' "$work/printed" || stop "$(cat "$work/printed")"

say "the example client against the Rust example server"
[ -n "${IMZA_SERVICES:-}" ] || "${CARGO:-cargo}" build --quiet --locked -p imza-examples --target-dir "$target"
"$services/server" 127.0.0.1:0 >"$work/server" 2>/dev/null &
pids="$pids $!"
address=$(printed_by "$work/server" 's/^listening on //p')
cat >"$work/expected" <<'END'
gettransactionhashforonlinehelp: 7c5963043b37edbe2706c2b48b4568387084acc7
SetPreDefinedLimit: {"CustomerInfo":{"customerId":"5500123"}}
END
php $php/examples/client.php "http://$address" >"$work/printed" || stop "$(cat "$work/printed")"
cmp "$work/expected" "$work/printed"
php $php/examples/client.php "http://$address" 960 >"$work/printed" && stop "a date 16 minutes old is accepted"
grep -q 'refused the request with 403: Request time may not be correct\.' "$work/printed" || stop "$(cat "$work/printed")"
DLGA_SECRET=another HASO_KEY=another php $php/examples/client.php "http://$address" >"$work/printed" && stop "wrong secrets are accepted"
grep -q 'with 401: Authorization failed' "$work/printed" || stop "$(cat "$work/printed")"

say "the Rust example client against a PHP server with the PSR-15 middleware"
php -d ffi.enable=true -S 127.0.0.1:0 $php/tests/server.php >"$work/psr" 2>&1 &
pids="$pids $!"
psr=$(printed_by "$work/psr" 's/.*(http:\/\/\(.*\)) started/\1/p')
"$services/client" "http://$psr" >"$work/printed" || stop "$(cat "$work/printed")"
cmp "$work/expected" "$work/printed"
"$services/client" "http://$psr" 960 >"$work/printed" && stop "a date 16 minutes old is accepted"
grep -q 'with 403: Request time may not be correct\.' "$work/printed" || stop "$(cat "$work/printed")"

say "PSR-18 and Guzzle against both servers"
php $php/tests/http.php "http://$address" "http://$psr"

say "the same where FFI is switched off: PHP signs and verifies in plain PHP"
IMZA_WAY=pure php -d ffi.enable=0 -S 127.0.0.1:0 $php/tests/server.php >"$work/pure" 2>&1 &
pids="$pids $!"
pure=$(printed_by "$work/pure" 's/.*(http:\/\/\(.*\)) started/\1/p')
"$services/client" "http://$pure" >"$work/printed" || stop "$(cat "$work/printed")"
cmp "$work/expected" "$work/printed"
IMZA_WAY=pure php -d ffi.enable=0 $php/tests/http.php "http://$address" "http://$pure"
say "every check passed"
