#!/bin/sh
# Holds the sources to the oldest Rust that Cargo.toml declares (`rust-version`): all crates, with all features, are
# checked by that very toolchain. Where it cannot be had, the sources are read for the syntax that is newer: an
# `if let` guard in a `match`, stable since 1.95, and what clippy knows of newer functions (`incompatible_msrv`).
#   tests/msrv.sh [--read]      --read: the second way, although the toolchain could be had
set -eu
cd "$(dirname "$0")/.."
. scripts/versions.sh

say() { printf 'msrv: %s\n' "$*"; }
stop() {
    printf 'msrv: FAILED: %s\n' "$*" >&2
    exit 1
}
target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
planted=$target/msrv-control
rm -rf "$planted" && mkdir -p "$planted/src"
printf '[package]\nname = "control"\nedition = "2024"\nrust-version = "%s"\n[workspace]\n' "$RUST_VERSION" >"$planted/Cargo.toml"
cat >"$planted/src/lib.rs" <<'RUST'
pub fn planted(value: Option<i32>) -> i32 {
    match value {
        Some(number)
            if let Ok(other) = u8::try_from(number) =>
        {
            i32::from(other)
        }
        _ => 0,
    }
}
RUST

# guards FILE…: which files have an `if let` guard. An expression's `if let` meets a `{` first, a guard's a `=>`.
guards() {
    for file; do
        if sed 's|//.*||' "$file" | grep -Pz '\bif\b[^{};]*\blet\b[^{};]*=>' >/dev/null; then echo "$file"; fi
    done
}

if [ "${1:-}" != --read ] && command -v rustup >/dev/null 2>&1 &&
    { rustup run "$RUST_VERSION" rustc --version || rustup toolchain install "$RUST_VERSION" --profile minimal --no-self-update; } >"$planted/rustup" 2>&1; then
    say "all crates and features, checked by $(rustup run "$RUST_VERSION" rustc --version)"
    if rustup run "$RUST_VERSION" cargo check --quiet --manifest-path "$planted/Cargo.toml" --target-dir "$planted" >"$planted/log" 2>&1; then
        stop "this control did not fail: an if-let guard"
    fi
    rustup run "$RUST_VERSION" cargo check --quiet --locked --workspace --all-features --target-dir "$target/msrv"
else
    say "Rust $RUST_VERSION is not to be had here, so the sources are read for newer syntax"
    [ -n "$(guards "$planted/src/lib.rs")" ] || stop "this control did not fail: an if-let guard"
    # shellcheck disable=SC2046  # no name has a space
    newer=$(guards $(git ls-files '*.rs'))
    [ -z "$newer" ] || stop "an if-let guard needs Rust 1.95, and Cargo.toml declares $RUST_VERSION: $newer"
    "${CARGO:-cargo}" clippy --quiet --locked --workspace --all-features --target-dir "$target" -- -D clippy::incompatible_msrv
fi
say "Rust $RUST_VERSION is enough"
