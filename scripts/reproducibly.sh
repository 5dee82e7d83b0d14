#!/bin/sh
# Runs a cargo command so that what it builds is the same, byte for byte, in every folder and for every user: no path of
# the builder's gets into it. RUSTFLAGS that are set stay; those of a cargo configuration do not count then.
#   scripts/reproducibly.sh cargo build --release -p imza-cli
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
cargo_home=$(cd "${CARGO_HOME:-$HOME/.cargo}" 2>/dev/null && pwd -P || echo "${CARGO_HOME:-$HOME/.cargo}")

separator=$(printf '\037')
flags=${CARGO_ENCODED_RUSTFLAGS-$(printf '%s' "${RUSTFLAGS:-}" | tr -s ' ' "$separator")}
remap() { flags=$flags${flags:+$separator}--remap-path-prefix=$1=$2; }
remap "$root" /imza
remap "$cargo_home" /cargo
# The folder's name says from which registry the packages came. It is there once they are.
[ -d "$cargo_home/registry/src" ] || "${CARGO:-cargo}" fetch --quiet --locked --manifest-path "$root/Cargo.toml"
for packages in "$cargo_home"/registry/src/*; do
    [ ! -d "$packages" ] || remap "$packages" /cargo/packages
done
export CARGO_ENCODED_RUSTFLAGS="$flags"
exec "$@"
