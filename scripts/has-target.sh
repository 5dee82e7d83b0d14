#!/bin/sh
# Whether Rust's libraries for a platform are there, or rustup brings them.
#   scripts/has-target.sh TRIPLE
set -eu
[ -d "$("${RUSTC:-rustc}" --print sysroot)/lib/rustlib/$1/lib" ] || rustup target add "$1" >/dev/null 2>&1
