#!/bin/sh
# Installs what builds WebAssembly, where there is none, and says so: rustup's target, or Debian's packages.
set -eu
wasm_target=wasm32-unknown-unknown
if [ ! -d "$("${RUSTC:-rustc}" --print sysroot)/lib/rustlib/$wasm_target/lib" ] && [ ! -x /usr/lib/rust-web/bin/rustc ]; then
    echo "setup: installing the Rust target $wasm_target"
    { command -v rustup >/dev/null && rustup target add "$wasm_target"; } ||
        "$(dirname "$0")/apt.sh" rustc-web cargo-web rust-web-src lld
fi
