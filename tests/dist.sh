#!/bin/bash
# Uses what `make dist` made as those would who get it: each archive and package is laid out in an empty folder, and used there.
# `make test-dist` makes it first; it takes minutes and is not part of `make test`.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/versions.sh
target=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
dist=$target/dist
work=$target/dist-test
rm -rf "$work" && mkdir -p "$work"
say() { printf 'dist test: %s\n' "$*"; }
stop() {
    printf 'dist test: FAILED: %s\n' "$*" >&2
    exit 1
}
machine=$(uname -m)

say "the checksums are those of the files, and a changed file is found"
(cd "$dist" && sha256sum --quiet --check SHA256SUMS)
cp -r "$dist" "$work/changed" && printf x >>"$work/changed/imza-$VERSION.crate"
! (cd "$work/changed" && sha256sum --quiet --check SHA256SUMS) >/dev/null 2>&1 || stop "this control did not fail: a changed file"
rm -r "$work/changed"

builds() { # builds LIBDIR ROOT: a C program is built with what pkg-config says there, dynamic and static, and signs
    local flags
    flags=$(PKG_CONFIG_PATH=$1/pkgconfig pkg-config --cflags --libs imza)
    # shellcheck disable=SC2086  # several flags
    gcc examples/c/sign.c -o "$work/sign" $flags
    LD_LIBRARY_PATH=$1 "$work/sign" | diff examples/c/sign.txt -
    flags=$(PKG_CONFIG_PATH=$1/pkgconfig pkg-config --cflags --libs imza-static)
    # shellcheck disable=SC2086
    gcc examples/c/sign.c -o "$work/sign-static" $flags
    "$work/sign-static" | diff examples/c/sign.txt -
}

say "the archive: the command, the library, pkg-config"
tar -C "$work" -xzf "$dist/imza-$VERSION-$machine-linux-gnu.tar.gz"
tree=$work/imza-$VERSION-$machine-linux-gnu
[ "$("$tree/bin/imza" --version)" = "imza $VERSION" ]
[ -e "$tree/share/doc/imza/LICENSE-MIT" ] && [ -e "$tree/share/man/man1/imza.1.gz" ]
builds "$tree/lib"

say "the static command, alone in a root of its own"
tar -C "$work" -xzf "$dist/imza-$VERSION-$machine-linux-static.tar.gz"
mkdir "$work/empty" && cp "$work/imza-$VERSION-$machine-linux-static/bin/imza" "$work/empty"
! readelf -l "$work/empty/imza" | grep -q INTERP || stop "the static command wants a loader"
if [ "$(id -u)" = 0 ]; then
    [ "$(chroot "$work/empty" /imza --version)" = "imza $VERSION" ]
else
    "$work/empty/imza" --version >/dev/null
fi

say "Debian's packages: what each says it needs, and all three together"
for package in "imza_$VERSION" "libimza${ABI_VERSION}_$VERSION" "libimza-dev_$VERSION"; do
    deb=$dist/${package}_$(dpkg --print-architecture).deb
    dpkg-deb -f "$deb" Depends | grep -q . || stop "$package depends on nothing"
    dpkg-deb -x "$deb" "$work/debian"
done
[ "$("$work/debian/usr/bin/imza" --version)" = "imza $VERSION" ]
builds "$work/debian/usr/lib/$(gcc -print-multiarch)"
[ -s "$work/debian/usr/share/doc/libimza-dev/copyright" ]

say "the crates: what is published builds, and signs"
for crate in imza imza-audit imza-cli; do tar -C "$work" -xzf "$dist/$crate-$VERSION.crate"; done
printf '\n[workspace]\n[patch.crates-io]\nimza = { path = "../imza-%s" }\nimza-audit = { path = "../imza-audit-%s" }\n' "$VERSION" "$VERSION" >>"$work/imza-cli-$VERSION/Cargo.toml"
"${CARGO:-cargo}" build --quiet --manifest-path "$work/imza-cli-$VERSION/Cargo.toml" --target-dir "$target"
[ "$("$target/debug/imza" --version)" = "imza $VERSION" ]

say "the SBOMs name the six crates of the library's default build, and more for the command"
python3 - "$dist" "$VERSION" <<'PYTHON'
import json, sys
dist, version = sys.argv[1:]
library, command = (json.load(open(f"{dist}/{name}-{version}.cdx.json")) for name in ("imza", "imza-cli"))
names = [{part["name"] for part in document["components"]} for document in (library, command)]
assert {"hmac", "sha2", "base64", "httpdate", "thiserror", "zeroize"} <= names[0] and names[0] - {"imza"} <= names[1], names
assert "clap" in names[1] and all("hashes" in part for part in library["components"])
PYTHON
say "every check passed"
