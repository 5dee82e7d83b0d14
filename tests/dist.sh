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

say "the commands say what they were built from, as cargo-auditable writes it"
tar -C "$work" -xzf "$dist/imza-$VERSION-$machine-linux-static.tar.gz"
for command in "$tree/bin/imza" "$work/imza-$VERSION-$machine-linux-static/bin/imza"; do
    objcopy --dump-section .dep-v0="$work/built-from" "$command" /dev/null
    python3 - "$work/built-from" <<'END'
import json, sys, zlib
names = {package["name"] for package in json.loads(zlib.decompress(open(sys.argv[1], "rb").read()))["packages"]}
assert {"imza", "imza-audit", "hmac", "sha2", "rustls"} <= names, names
END
done

say "the static command, alone in a root of its own"
mkdir "$work/empty" && cp "$work/imza-$VERSION-$machine-linux-static/bin/imza" "$work/empty"
[ -z "$(readelf -l "$work/empty/imza" | sed -n /INTERP/p)" ] || stop "the static command wants a loader"
if [ "$(id -u)" = 0 ]; then
    [ "$(chroot "$work/empty" /imza --version)" = "imza $VERSION" ]
else
    "$work/empty/imza" --version >/dev/null
fi

say "the Dockerfile: its files are those of the archive, and its entry point runs"
tests/dockerfile.sh "$VERSION" "$work" "$work/image"

for other in "$dist"/imza-"$VERSION"-*-linux-static.tar.gz; do
    other=$(basename "${other#*-"$VERSION"-}" -linux-static.tar.gz)
    [ "$other" != "$machine" ] || continue
    say "the commands of $other, under emulation"
    command -v "qemu-$other" >/dev/null || tests/apt.sh qemu-user
    for kind in static gnu; do tar -C "$work" -xzf "$dist/imza-$VERSION-$other-linux-$kind.tar.gz"; done
    [ "$("qemu-$other" "$work/imza-$VERSION-$other-linux-static/bin/imza" --version)" = "imza $VERSION" ]
    [ "$("qemu-$other" -L "/usr/$other-linux-gnu" "$work/imza-$VERSION-$other-linux-gnu/bin/imza" --version)" = "imza $VERSION" ]
done

say "Debian's packages: what lintian says of them"
command -v lintian >/dev/null || tests/apt.sh lintian
packages=()
for package in "imza_$VERSION" "libimza${ABI_VERSION}_$VERSION" "libimza-dev_$VERSION"; do
    packages+=("$dist/${package}_$(dpkg --print-architecture).deb")
done
# Nobody has uploaded it to Debian, so no bug asks for it; nothing else is left out.
lintian --allow-root --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "${packages[@]}" >"$work/lintian" 2>&1 ||
    { cat "$work/lintian" >&2 && stop "lintian"; }

if [ "$(id -u)" = 0 ]; then
    say "Debian's packages, installed in a Debian that has nothing: the command runs, a C program is built and signs"
    command -v debootstrap >/dev/null || tests/apt.sh debootstrap
    root=$work/debian
    debootstrap --variant=minbase --include=gcc,libc6-dev,pkg-config "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root" >"$work/output" 2>&1 ||
        { tail "$work/output" >&2 && stop "debootstrap"; }
    mkdir "$root/imza" && cp "${packages[@]}" examples/c/sign.c "$root/imza"
    inside() { chroot "$root" /usr/bin/env PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
    # In no order of ours, and with nothing but these: what each says it needs is there.
    inside sh -c 'dpkg --install /imza/*.deb' >"$work/output" 2>&1 || { cat "$work/output" >&2 && stop "dpkg"; }
    [ "$(inside imza --version)" = "imza $VERSION" ]
    # shellcheck disable=SC2016  # expanded inside
    inside sh -ec 'cd /imza && gcc sign.c -o sign $(pkg-config --cflags --libs imza) && ./sign' | diff examples/c/sign.txt -
    # shellcheck disable=SC2016
    inside sh -ec 'cd /imza && gcc sign.c -o sign-static $(pkg-config --cflags --libs imza-static) && ./sign-static' | diff examples/c/sign.txt -
    inside dpkg --purge imza libimza-dev "libimza$ABI_VERSION" >/dev/null
    [ -z "$(find "$root/usr" "$root/etc" -name '*imza*')" ] || stop "the packages leave something behind"

    say "Fedora's packages, laid out by rpm in that place"
    command -v rpm >/dev/null || tests/apt.sh rpm
    # Of Debian's root, which rpm has no record of: so without a look at what they need, which is read on its own.
    rpm --root "$root" --nodeps --ignoresize -i "$dist"/*-"$VERSION"-1."$machine".rpm
    [ "$(inside imza --version)" = "imza $VERSION" ]
    # shellcheck disable=SC2016
    inside sh -ec 'cd /imza && export PKG_CONFIG_PATH=/usr/lib64/pkgconfig LD_LIBRARY_PATH=/usr/lib64 &&
        gcc sign.c -o sign $(pkg-config --cflags --libs imza) && ./sign' | diff examples/c/sign.txt -
    for package in imza "libimza$ABI_VERSION" libimza-dev; do
        rpm -qp --requires "$dist/$package-$VERSION-1.$machine.rpm" | grep -E "glibc|libimza$ABI_VERSION" >/dev/null || stop "$package.rpm needs nothing"
    done
else
    say "NOT DONE without root: Debian's and Fedora's packages in a Debian of their own"
fi

say "the wheel: it needs no later glibc than it is said to (manylinux2014)"
# fits FILE: it needs no glibc later than 2.17
fits() { [ "$( (echo GLIBC_2.17; readelf --version-info --wide "$1" | grep -o 'GLIBC_[0-9.]*') | sort -V | tail -n 1)" = GLIBC_2.17 ]; }
! fits "$tree/bin/imza" || stop "this control did not fail: the command, which is linked against this machine's glibc"
wheel=$(echo "$dist"/imza-"$VERSION"-*.whl)
[[ $wheel == *-abi3-*manylinux2014_*.whl ]] || stop "$(basename "$wheel") is not for manylinux2014"
mkdir "$work/wheel" && python3 -m zipfile -e "$wheel" "$work/wheel"
for file in "$work"/wheel/imza/*.so; do fits "$file" || stop "$(basename "$wheel") needs a later glibc"; done

say "the wheel, in an environment of its own"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-index "$wheel"
[ "$("$work/venv/bin/python" -c 'import imza; print(imza.__version__)')" = "$VERSION" ]

say "the npm package, in a folder of its own"
if command -v npm >/dev/null; then
    mkdir "$work/node" && (cd "$work/node" && npm init --yes >/dev/null && npm install --silent --offline "$dist/imza-node-$VERSION.tgz" >/dev/null)
    (cd "$work/node" && node -e 'const imza = require("imza"); if (typeof imza.dlga.Signer !== "function") process.exit(1)')
fi

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
tests/reproducible.sh all
say "every check passed"
