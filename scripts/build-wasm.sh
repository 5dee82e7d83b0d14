#!/bin/sh
# Builds the C interface as WebAssembly, one file for every platform, which imports nothing.
#   scripts/build-wasm.sh FILE.wasm
# It takes the first toolchain that has what it takes: cargo's own with the target wasm32-unknown-unknown (`rustup target
# add wasm32-unknown-unknown`), or Debian's rustc-web and rust-web-src, from whose sources the standard library is built.
# Rust 1.89 or later: until then, structs were passed to functions in another way than C does on this target.
set -eu
cd "$(dirname "$0")/.."
file=$1
rust_target=wasm32-unknown-unknown
target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)

stop() {
    echo "wasm: $*" >&2
    exit 1
}
# is_new_enough RUSTC: whether it is Rust 1.89 or later.
is_new_enough() {
    version=$("$1" --version 2>/dev/null | cut -d ' ' -f 2) || return 1
    minor=${version#*.}
    [ -n "$version" ] && [ "${minor%%.*}" -ge 89 ]
}

rustc=${RUSTC:-rustc}
libraries=$("$rustc" --print sysroot 2>/dev/null)/lib/rustlib
if is_new_enough "$rustc" && [ -d "$libraries/$rust_target/lib" ]; then
    build_std=
elif is_new_enough /usr/lib/rust-web/bin/rustc && command -v cargo-web >/dev/null; then
    rustc=/usr/lib/rust-web/bin/rustc
    CARGO=cargo-web
    build_std=-Zbuild-std=std,panic_abort
    export RUSTC_BOOTSTRAP=1
else
    stop "no toolchain for $rust_target: \`rustup target add $rust_target\` with Rust 1.89 or later," \
        "or Debian's packages rustc-web, cargo-web, rust-web-src and lld"
fi
echo "wasm: with $("$rustc" --version)"
# shellcheck disable=SC2086  # no flag, or one
RUSTC=$rustc scripts/reproducibly.sh "${CARGO:-cargo}" rustc --quiet --locked $build_std --lib --release --features capi \
    --config 'profile.release.package.imza.opt-level="s"' --target "$rust_target" --target-dir "$target" \
    --crate-type cdylib -- -C strip=symbols
install -m 644 "$target/$rust_target/release/imza.wasm" "$file"
echo "wasm: built $file, $(wc -c <"$file") bytes"
