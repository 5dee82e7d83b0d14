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
