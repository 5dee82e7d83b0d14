#!/bin/sh
# Checks the .NET package against the installed library, with Mono: built with all warnings as errors, the golden corpus and the
# other tests, the example programs against those in Rust, and bindings/dotnet/README.md followed from nothing.
set -eu
cd "$(dirname "$0")/.."
target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
prefix=${IMZA_PREFIX:-$target/prefix}
work=$target/dotnet
package=bindings/dotnet

say() { printf 'dotnet: %s\n' "$*"; }
stop() {
    printf 'dotnet: FAILED: %s\n' "$*" >&2
    exit 1
}

if ! command -v mono >/dev/null || ! command -v mcs >/dev/null || [ ! -e /usr/lib/mono/4.5/System.Net.Http.dll ] ||
    [ ! -e /usr/lib/mono/4.5/System.Web.Extensions.dll ]; then
    tests/apt.sh mono-runtime mono-mcs libmono-system-net-http4.0-cil libmono-system-web-extensions4.0-cil
fi
say "$(mono --version | head -n 1)"

rm -rf "$work"
mkdir -p "$work"
compile() { mcs -langversion:latest -warnaserror -r:System.Net.Http.dll "$@"; }

say "the assembly and its tests, without a warning"
compile -unsafe -target:library -doc:"$work/Imza.xml" -out:"$work/Imza.dll" -recurse:"$package/src/*.cs"
compile -unsafe -r:"$work/Imza.dll" -r:System.Web.Extensions.dll -out:"$work/tests.exe" $package/tests/*.cs
mcs -langversion:latest --parse $package/aspnetcore/DlgaMiddleware.cs || stop "the middleware is not C#"

LD_LIBRARY_PATH="$prefix/lib" mono --debug "$work/tests.exe" "$PWD" || stop "a test failed"

say "a changed header, and a changed vector, which the tests must notice"
altered=$work/altered
mkdir -p "$altered/include" "$altered/tests"
cp -R tests/vectors "$altered/tests/vectors"
# must_fail TEST FILE EXPRESSION: whether a test fails when sed has changed a file.
must_fail() {
    sed -E "$3" "$2" >"$altered/$2"
    ! cmp -s "$2" "$altered/$2" || stop "sed -E '$3' changes nothing in $2"
    if LD_LIBRARY_PATH="$prefix/lib" mono "$work/tests.exe" "$altered" "$1" >"$work/altered.log"; then
        stop "$1 does not notice '$3'"
    fi
    grep -q "^FAILED .*$1" "$work/altered.log" || { cat "$work/altered.log" && stop "$1 did not run"; }
}
must_fail EveryFunction include/imza.ffi.h 's/imza_str key, imza_str salt/imza_str salt, imza_str key/;s/imza_str key,/imza_str salt,/'
must_fail EveryFunction include/imza.ffi.h 's/int64_t now/int32_t now/'
must_fail EveryFunction include/imza.ffi.h 's/^uint32_t imza_abi_version.void.;//'
must_fail EveryStruct include/imza.ffi.h 's/char field.64./char field[65]/'
must_fail EveryStruct include/imza.ffi.h 's/    uint16_t http_status;/    int64_t http_status;/'
must_fail EveryConstant include/imza.ffi.h 's/CLOCK_SKEW = 104/CLOCK_SKEW = 105/'
must_fail EveryStageOfASignature tests/vectors/dlga-more.json 's/(DLGA [^:]*:)E/\1F/'
must_fail EveryVerdictOnAToken tests/vectors/haso-verdicts.json 's/"field": "customerId"/"field": "customerID"/'

say "the example programs against those in Rust, and the page followed from nothing"
for program in Client Server; do
    compile -r:"$work/Imza.dll" -out:"$work/$program.exe" "$package/examples/$program.cs"
done
rust=${IMZA_SERVICES:-}
if [ -z "$rust" ]; then
    "${CARGO:-cargo}" build --quiet --locked -p imza-examples --target-dir "$target"
    rust=$target/debug
fi
python3 $package/tests/wire.py "$work" "$rust" "$prefix" "$work"
