#!/bin/bash
# Checks what `make install` puts where: with the library directories of Debian and Fedora, into DESTDIR, moved, found by
# pkg-config and CMake; the manual pages and completions; and that it refuses in words what would not work.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/versions.sh

target=$(mkdir -p "${CARGO_TARGET_DIR:-target}/install" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
work=$target/install
rm -rf "${work:?}"/*

say() { printf 'install: %s\n' "$*"; }
stop() {
    printf 'install: FAILED: %s\n' "$*" >&2
    exit 1
}
quietly() { "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2 && stop "$*"; }; }

# refused WHAT ARGUMENT…: make install says WHAT, before anything is built or written
refused() {
    local what=$1
    shift
    for part in install-capi install-command; do
        ! make --no-print-directory $part CARGO=false "$@" >"$work/output" 2>&1 || stop "not refused: make $part $*"
        grep -qF -- "$what" "$work/output" || { cat "$work/output" >&2 && stop "make $part $* does not say '$what'"; }
    done
}

say "the source tree, a relative prefix and a library directory elsewhere are refused in words"
ln -s "$PWD" "$work/link"
mkdir "$work/sub" && ln -s "$PWD/include" "$work/sub/include"
for tree in "$PWD" "$PWD/" "$PWD/tests/.." "$work/link" "$work/sub"; do
    refused "is the source tree itself" PREFIX="$tree"
done
refused "is the source tree itself" DESTDIR="$PWD" PREFIX=/
refused "is relative" PREFIX=out
refused "is not under PREFIX" PREFIX=/usr LIBDIR=/lib64
refused "'..' part" PREFIX=/usr LIBDIR=/usr/../lib
[ -z "$(git status --porcelain lib bin share out 2>/dev/null)" ] || stop "a refused install left something in the source tree"

quietly scripts/build-capi.sh "$target"
quietly "${CARGO:-cargo}" build --locked -p imza-cli --target-dir "$target"

# check_library LIBDIR: installed for /usr into a directory of its own, then moved, C and C++ programs are built and run
check_library() {
    local root=$work/$1/root moved=$work/$1/moved flags
    mkdir -p "$root"
    quietly env DESTDIR="$root" scripts/install-capi.sh "$target/release" /usr "/usr/$1"
    mv "$root" "$moved"
    ! grep -rnF -e "$root" -e "$moved" -e "$PWD" "$moved/usr/$1/pkgconfig" "$moved/usr/$1/cmake" || stop "an installed file names a place"
    flags=$(PKG_CONFIG_PATH=$moved/usr/$1/pkgconfig pkg-config --cflags --libs imza)
    # shellcheck disable=SC2086  # several flags
    quietly gcc examples/c/sign.c -o "$work/sign" $flags
    LD_LIBRARY_PATH=$moved/usr/$1 "$work/sign" | diff examples/c/sign.txt - || stop "examples/c/sign.c with LIBDIR=$1"
    # A system where /lib is /usr/lib: CMake finds the package through the short name, of which `../..` is the root.
    ln -s "usr/${1%%/*}" "$moved/${1%%/*}"
    for place in "$moved/usr" "$moved" "$moved/$1/cmake/imza" "$moved/usr/$1/cmake/imza"; do
        # Debian's CMake does not look into lib64.
        case $1:$place in lib64:*/imza) ;; lib64:*) continue ;; esac
        rm -rf "$work/cmake"
        case $place in
            */imza) quietly cmake -S tests/cmake -B "$work/cmake" -Dimza_DIR="$place" -DIMZA_VERSION="${VERSION%.*}" ;;
            *) quietly cmake -S tests/cmake -B "$work/cmake" -DCMAKE_PREFIX_PATH="$place" -DIMZA_VERSION="${VERSION%.*}" ;;
        esac
        grep -qF -- "-- found $moved/" "$work/output" || stop "CMake found another imza than that in $place"
    done
    quietly cmake --build "$work/cmake" -j 2
    quietly ctest --test-dir "$work/cmake" --no-tests=error
}
multiarch=lib/$(gcc -print-multiarch)
for libdir in lib lib64 "$multiarch"; do
    say "LIBDIR=$libdir: pkg-config and CMake find library and headers, and the install can be moved"
    check_library "$libdir"
done

say "the command, its manual pages and completions"
for round in one two; do
    quietly env DESTDIR="$work/$round" scripts/install-command.sh "$target/debug/imza" /usr
done
diff -r "$work/one" "$work/two" || stop "two installs differ"
share=$work/one/usr/share
[ "$("$work/one/usr/bin/imza" --version)" = "imza $VERSION" ] || stop "bin/imza"
gzip -t "$share"/man/man1/*.gz
[ -e "$share/man/man1/imza-dlga-sign.1.gz" ] || stop "no page for imza dlga sign"
[ -z "$(find "$share/man" -type f ! -name '*.1.gz')" ] || stop "a manual page is not compressed"
(. "$share/bash-completion/completions/imza" && complete -p imza) >/dev/null || stop "bash does not read the completions"
grep -q '^#compdef imza' "$share/zsh/site-functions/_imza" || stop "zsh's completions"
grep -q '^complete -c imza' "$share/fish/vendor_completions.d/imza.fish" || stop "fish's completions"
say "every check passed"
