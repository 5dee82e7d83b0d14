#!/bin/bash
# The library on other processors, under qemu-user: 32 bits (i686), big-endian (s390x) and aarch64. On each the golden corpus,
# the schemes' tests in Rust, and the C interface: the layout of its structs, the corpus and the contract, linked statically.
#   [PLATFORMS='i686 s390x aarch64'] tests/platforms.sh
# Rust's libraries for them come by rustup, compilers and qemu by apt. What cannot be had is said and left out.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target/platforms"
target=$(cd "$target" && pwd)
work=$target/platforms

say() { printf 'platforms: %s\n' "$*"; }
stop() {
    printf 'platforms: FAILED: %s\n' "$*" >&2
    exit 1
}
quietly() { "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2 && stop "$*"; }; }

python3 tests/c/corpus.py >"$work/corpus.h"
python3 tests/c/texts.py include/imza.h >"$work/texts.h"
python3 tests/c/nulls.py include/imza.h tests/abi/1/symbols.txt >"$work/nulls.c"

on() { # on MACHINE EMULATOR DEBIAN: DEBIAN is what Debian calls the machine
    local machine=$1 qemu=qemu-$2 compiler=$1-linux-gnu-gcc triple=$1-unknown-linux-gnu upper passed name built
    if ! scripts/has-target.sh "$triple"; then
        say "NOT RUN: $triple: no standard library for it, and no rustup to bring one"
        return
    fi
    command -v "$compiler" >/dev/null && command -v "$qemu" >/dev/null ||
        tests/apt.sh qemu-user "gcc-$machine-linux-gnu" "libc6-dev-$3-cross"
    upper=$(echo "CARGO_TARGET_${triple}" | tr 'a-z-' 'A-Z_')
    # Static programs, so that no library of that machine need be installed.
    export CARGO_BUILD_TARGET=$triple "${upper}_LINKER=$compiler" "${upper}_RUNNER=$qemu" \
        "${upper}_RUSTFLAGS=-C target-feature=+crt-static -C relocation-model=static"

    say "$triple: the schemes, by their tests in Rust"
    # Of the explanations only the shortest: a search takes minutes there.
    quietly "${CARGO:-cargo}" test --locked -p imza --features explain --target-dir "$work/rust" \
        --test mac --test dlga --test haso --test rules --test explain -- --skip bounds:: --skip dlga:: --skip haso::
    passed=$(awk '/^test result/ {passed += $4} END {print passed}' "$work/output")
    [ "$passed" -ge 70 ] || stop "only $passed tests ran"
    say "  $passed tests"

    say "$triple: the C interface"
    quietly "${CARGO:-cargo}" rustc --locked -p imza --lib --features capi --target-dir "$work/rust" --crate-type staticlib
    built=$work/rust/$triple/debug/libimza.a
    quietly "$compiler" -std=c11 -fsyntax-only -I include tests/c/layout.c
    for name in tests/c/corpus.c tests/c/contract.c tests/c/texts.c tests/c/headers.c tests/c/field.c "$work/nulls.c"; do
        quietly "$compiler" -std=c99 -static -O1 -I include -I tests/c -I "$work" "$name" "$built" -o "$work/program" -lpthread -ldl -lm
        quietly "$qemu" "$work/program"
    done
    # Shown to see a wrong byte: one of the corpus is changed.
    mkdir -p "$work/wrong"
    sed "s/'.x44','.x4c'/'M','L'/" "$work/corpus.h" >"$work/wrong/corpus.h"
    quietly "$compiler" -std=c99 -static -I include -I "$work/wrong" -I tests/c tests/c/corpus.c "$built" -o "$work/program" -lpthread -ldl -lm
    if "$qemu" "$work/program" >"$work/output" 2>&1; then stop "$triple: a changed corpus is not noticed"; fi
    grep -q 'not so' "$work/output" || stop "$triple: the changed corpus ends otherwise: $(tail -n 1 "$work/output")"
    unset CARGO_BUILD_TARGET
}

windows() {
    local triple=x86_64-pc-windows-gnu mingw=x86_64-w64-mingw32 root=$work/windows
    if ! scripts/has-target.sh $triple; then
        say "NOT BUILT: $triple: no standard library for it, and no rustup to bring one"
        return
    fi
    command -v $mingw-gcc >/dev/null || tests/apt.sh gcc-mingw-w64-x86-64-win32
    say "$triple: the library, installed, and a program linked with it"
    export CARGO_BUILD_TARGET=$triple
    quietly scripts/build-capi.sh "$work/rust" capi dev
    rm -rf "$root"
    quietly env DESTDIR="$root" scripts/install-capi.sh "$work/rust/$triple/debug" /imza /imza/lib
    unset CARGO_BUILD_TARGET
    # Every function is exported, and what is linked through the import library, by the flags of pkg-config, asks for it.
    "$mingw-objdump" -p "$root/imza/bin/imza.dll" | awk '$1 == "[" && /imza_/ || /\+base\[/ {print $NF}' | grep '^imza_' | LC_ALL=C sort -u >"$work/exported"
    diff tests/abi/1/symbols.txt "$work/exported" || stop "imza.dll exports something else"
    # shellcheck disable=SC2046  # several flags
    quietly $mingw-gcc -std=c99 examples/c/sign.c -o "$work/sign.exe" \
        $(PKG_CONFIG_LIBDIR=$root/imza/lib/pkgconfig pkg-config --cflags --libs imza)
    "$mingw-objdump" -p "$work/sign.exe" | grep 'DLL Name: imza.dll' >/dev/null || stop "sign.exe does not ask for imza.dll"
    # shellcheck disable=SC2046  # several flags
    quietly $mingw-gcc -std=c99 examples/c/sign.c -o "$work/sign-static.exe" \
        $(PKG_CONFIG_LIBDIR=$root/imza/lib/pkgconfig pkg-config --cflags --libs imza-static)
    grep -qF "imza_prefix}/bin/imza.dll" "$root/imza/lib/cmake/imza/imza-config.cmake" || stop "CMake's package names another file"
}

macos() {
    if ! scripts/has-target.sh aarch64-apple-darwin; then
        say "NOT CHECKED: aarch64-apple-darwin: no standard library for it, and no rustup to bring one"
        return
    fi
    say "aarch64-apple-darwin: the code is checked, and the static library built; there is no linker for it here"
    quietly "${CARGO:-cargo}" rustc --locked -p imza --lib --features capi --target aarch64-apple-darwin --target-dir "$work/rust" --crate-type staticlib
    # What `make lib` and `make install` would name there.
    (
        . scripts/versions.sh
        CARGO_BUILD_TARGET=aarch64-apple-darwin
        . scripts/library-names.sh
        [ "$SHARED $INSTALLED $LINKS" = "libimza.dylib libimza.$LIBRARY_VERSION.dylib libimza.$ABI_VERSION.dylib libimza.dylib" ]
    ) || stop "the library has another name on macOS"
}

for platform in ${PLATFORMS:-i686 s390x aarch64 windows macos}; do
    case $platform in
        i686) on i686 i386 i386 ;;
        s390x) on s390x s390x s390x ;;
        aarch64) on aarch64 aarch64 arm64 ;;
        windows | macos) "$platform" ;;
        *) stop "no such platform is known here: $platform" ;;
    esac
done
