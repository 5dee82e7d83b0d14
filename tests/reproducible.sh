#!/bin/bash
# Checks that the library is the same, byte for byte, when it is built in another folder and with another CARGO_HOME, and
# that no built file holds a path of the builder's.
#   tests/reproducible.sh [all]      all: the command and the Python wheel too, which take minutes; of `make test-dist`
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
work=$target/reproducible
rm -rf "$work" && mkdir -p "$work/another folder/clone" "$work/another home"
say() { printf 'reproducible: %s\n' "$*"; }
stop() {
    printf 'reproducible: FAILED: %s\n' "$*" >&2
    exit 1
}
quietly() { "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2 && stop "$*"; }; }

cargo_home=${CARGO_HOME:-$HOME/.cargo}
paths=(-e "$PWD" -e "$target" -e "$cargo_home" -e "$work" -e "index.crates.io")
[ "$HOME" = / ] || paths+=(-e "$HOME/")
# pathless FILE: it holds no path of the builder's
pathless() { ! grep -qaF "${paths[@]}" "$1"; }
printf 'a panic in %s/registry/src/x/lib.rs' "$cargo_home" >"$work/planted"
! pathless "$work/planted" || stop "this control did not fail: a planted path"

say "the library built here, and in another folder with another CARGO_HOME"
quietly scripts/build-capi.sh "$target"
git ls-files -z | while IFS= read -rd '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
    tar --create --null --files-from=- | tar --extract --directory "$work/another folder/clone"
ln -s "$(cd "$cargo_home" && pwd)/registry" "$work/another home/registry"
[ ! -e "$cargo_home/config.toml" ] || cp "$cargo_home/config.toml" "$work/another home"
# there COMMAND…: runs it in that folder
there() { (cd "$work/another folder/clone" && quietly env CARGO_HOME="$work/another home" CARGO_TARGET_DIR="$PWD/target" "$@"); }
there scripts/build-capi.sh "$work/another folder/clone/target"

# same FILE ANOTHER: they are, and hold no path
same() {
    cmp "$1" "$2" || stop "$(basename "$1") is not the same"
    pathless "$1" || { grep -aoE '[ -~]{0,40}(registry|crates)[ -~]{0,60}' "$1" | head && stop "$(basename "$1") holds a path of the builder's"; }
    say "  $(basename "$1"): $(sha256sum <"$1" | cut -c 1-64)"
}
for file in libimza.so libimza.a; do
    same "$target/release/$file" "$work/another folder/clone/target/release/$file"
done

if [ "${1:-}" = all ]; then
    say "the command and the wheel, in both folders"
    for place in quietly there; do
        $place scripts/reproducibly.sh "${CARGO:-cargo}" build --locked --release -p imza-cli
    done
    same "$target/release/imza" "$work/another folder/clone/target/release/imza"
    quietly scripts/build-wheel.sh "$target/wheels"
    mkdir -p "$work/another folder/clone/target"
    ln -s "$target/wheel-tools" "$work/another folder/clone/target/wheel-tools"
    there scripts/build-wheel.sh target/wheels
    wheel=$(cd "$target/wheels" && ls -t imza-*.whl | head -n 1)
    same "$target/wheels/$wheel" "$work/another folder/clone/target/wheels/$wheel"
    mkdir "$work/wheel" && python3 -m zipfile -e "$target/wheels/$wheel" "$work/wheel"
    for file in "$work"/wheel/imza/*.so; do pathless "$file" || stop "$file holds a path of the builder's"; done
fi
rm -rf "$work/another folder"

# The command as `make install` builds it, where it has been built.
if [ -e "$target/prefix/bin/imza" ]; then
    pathless "$target/prefix/bin/imza" || stop "the command holds a path of the builder's"
    say "  the command: no path"
fi
say "every check passed"
