#!/bin/sh
# Holds Cargo.toml to the lower bounds that it states: with the oldest versions that they allow, the default library
# passes its tests. In a copy under target/, since Cargo.lock is another one there.
set -eu
cd "$(dirname "$0")/.."

target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
work=$target/minimal-versions
rm -rf "$work/source" && mkdir -p "$work/source"
say() { printf 'minimal versions: %s\n' "$*"; }
stop() {
    printf 'minimal versions: FAILED: %s\n' "$*" >&2
    exit 1
}
git ls-files -z | xargs -0 tar -cf - | tar -xf - -C "$work/source"
cd "$work/source"

# The switch is nightly's; RUSTC_BOOTSTRAP gives it to any compiler.
oldest() { RUSTC_BOOTSTRAP=1 "${CARGO:-cargo}" update --quiet -Zminimal-versions; }
tests() { "${CARGO:-cargo}" test --quiet --locked --target-dir "$work/target" --test mac --test dlga --test haso; }

say "the oldest versions that Cargo.toml allows"
oldest
tests >"$work/output" 2>&1 || { cat "$work/output" >&2 && stop "a lower bound is too low"; }
# httpdate 1.0.0 reads 31 February.
cp Cargo.toml "$work/Cargo.toml"
sed 's/^httpdate = .*/httpdate = "1"/' "$work/Cargo.toml" >Cargo.toml
oldest
if tests >"$work/output" 2>&1; then stop "this control did not fail: httpdate 1.0.0"; fi
grep -q '^test result: FAILED' "$work/output" || { cat "$work/output" >&2 && stop "the control failed otherwise"; }
say "the default library's tests pass with them"
