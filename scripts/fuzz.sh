#!/bin/sh
# Builds the fuzz targets under fuzz/fuzz_targets with AddressSanitizer and debug assertions, and runs each for some
# seconds, two at a time, or those that are named. Any stable compiler will do.
#   scripts/fuzz.sh SECONDS [TARGET…]
# FUZZ_JOBS: how many at a time. FUZZ_SEED: another seed than the clock's, so that a run can be made again.
# What is found, and the inputs that reach new code, lie in target/fuzz/found and target/fuzz/corpus.
set -eu
cd "$(dirname "$0")/.."
seconds=$1
shift
cargo=${CARGO:-cargo}
mkdir -p "${CARGO_TARGET_DIR:-target}/fuzz"
directory=$(cd "${CARGO_TARGET_DIR:-target}/fuzz" && pwd)
host=$(rustc -vV | sed -n 's/^host: //p')
if [ $# = 0 ]; then
    for file in fuzz/fuzz_targets/*.rs; do set -- "$@" "$(basename "$file" .rs)"; done
fi

# What cargo-fuzz passes on to the compiler, which has it behind this switch.
echo "fuzz: building, with AddressSanitizer"
RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zsanitizer=address -Cdebug-assertions -Coverflow-checks -Ccodegen-units=1 --cfg fuzzing
    -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares" \
    "$cargo" build --quiet --locked --release --config profile.release.opt-level=1 --manifest-path fuzz/Cargo.toml \
    --target "$host" --target-dir "$directory" \
    $(printf -- '--bin %s ' "$@") # the names of targets, none with a space
programs=$directory/$host/release

python3 tests/seeds.py "$directory/seeds"

# run TARGET: prints what it found, and how to see it again.
run() {
    target=$1
    corpus=$directory/corpus/$target
    found=$directory/found/$target
    log=$directory/$target.log
    mkdir -p "$corpus" "$found" "$directory/seeds/$target"
    # The threads of an audit may still be ending when leaks are looked for.
    case $target in har | jsonl) leaks=0 ;; *) leaks=1 ;; esac
    if "$programs/$target" -max_total_time="$seconds" -timeout=10 -print_final_stats=1 -detect_leaks="$leaks" \
        -seed="${FUZZ_SEED:-0}" -dict="$directory/seeds/words" -artifact_prefix="$found/" \
        "$corpus" "$directory/seeds/$target" >"$log" 2>&1; then
        executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        [ "${executions:-0}" -gt 0 ] || { echo "fuzz: $target ran nothing: $log" >&2; return 1; }
        echo "fuzz: $target: $executions executions, nothing found"
        return 0
    fi
    input=$(sed -n 's/^.*Test unit written to //p' "$log" | tail -n 1)
    {
        echo "fuzz: $target FAILED:"
        grep -a -m 3 -A 3 -e 'panicked at' -e '^SUMMARY' -e 'ERROR: ' "$log" || tail -n 20 "$log"
        if [ -n "$input" ]; then
            echo "fuzz: the input, in base64: $(base64 -w 0 "$input" | head -c 4000)"
            echo "fuzz: run it again: $programs/$target $input"
        fi
        echo "fuzz: the whole output: $log"
    } >&2
    return 1
}

# FUZZ_JOBS at a time, each with every so manyth of the names.
jobs=${FUZZ_JOBS:-2}
lanes=""
lane=0
while [ "$lane" -lt "$jobs" ]; do
    (
        at=0
        failed=0
        for target; do
            [ $((at % jobs)) != "$lane" ] || run "$target" || failed=1
            at=$((at + 1))
        done
        exit "$failed"
    ) &
    lanes="$lanes $!"
    lane=$((lane + 1))
done
failed=0
for lane in $lanes; do wait "$lane" || failed=1; done
[ "$failed" = 0 ] || exit 1
echo "fuzz: nothing found in $# targets"
