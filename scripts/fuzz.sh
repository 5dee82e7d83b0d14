#!/bin/sh
# Runs each fuzz target under fuzz/fuzz_targets for some seconds, or those that are named. They need a nightly toolchain.
#   scripts/fuzz.sh SECONDS [TARGET…]
set -eu
cd "$(dirname "$0")/.."
seconds=$1
shift
version=0.13.2
cargo=${CARGO:-cargo}

"$cargo" +nightly --version >/dev/null 2>&1 || {
    echo "fuzz: needs a nightly toolchain: rustup toolchain install nightly --profile minimal" >&2
    exit 1
}
if [ "$(cargo-fuzz --version 2>/dev/null)" != "cargo-fuzz $version" ]; then
    echo "fuzz: installing cargo-fuzz $version"
    "$cargo" install --quiet --locked "cargo-fuzz@$version"
fi
if [ $# = 0 ]; then
    for file in fuzz/fuzz_targets/*.rs; do set -- "$@" "$(basename "$file" .rs)"; done
fi
for target; do
    echo "fuzz: $target, $seconds seconds"
    # The threads of an audit may still be ending when leaks are looked for.
    case $target in har | jsonl) leaks=0 ;; *) leaks=1 ;; esac
    "$cargo" +nightly fuzz run "$target" -- \
        -max_total_time="$seconds" -timeout=5 -print_final_stats=1 -detect_leaks="$leaks"
done
echo "fuzz: nothing found in $# targets"
