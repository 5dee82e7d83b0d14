#!/bin/bash
# Checks what a newcomer types first: `make` on a system that has little, setup without rustfmt and clippy, and the demo on
# a terminal of 80 columns.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
work=$target/first-minutes
rm -rf "$work" && mkdir -p "$work/little" "$work/fake" "$work/no-rustup"
say() { printf 'first minutes: %s\n' "$*"; }
stop() {
    printf 'first minutes: FAILED: %s\n' "$*" >&2
    exit 1
}

say "make lists its targets where there is little more than make and awk"
command -v curl >/dev/null || tests/apt.sh curl
for tool in make sh awk sort; do ln -s "$(command -v $tool)" "$work/little/$tool"; done
PATH=$work/little make >"$work/help" || stop "make without a target"
for name in demo test check lib install; do grep -q "^$name  *[a-z]" "$work/help" || stop "make does not list $name"; done

say "setup installs rustfmt and clippy where rustup is, and says what is missing where it is not"
printf '#!/bin/sh\nexit 1\n' | tee "$work/fake/cargo" >"$work/no-rustup/cargo"
printf '#!/bin/sh\necho "$@" >>"%s/asked"\n' "$work" >"$work/fake/rustup"
chmod +x "$work"/fake/* "$work"/no-rustup/*
ln -s "$(command -v sh)" "$(command -v dirname)" "$work/no-rustup"
CARGO='' PATH=$work/fake:$PATH sh tests/setup.sh rust >"$work/said" || stop "setup with rustup"
grep -q 'installing rustfmt clippy' "$work/said" || stop "setup does not say what it installs"
[ "$(cat "$work/asked")" = "component add rustfmt clippy" ] || stop "setup asked rustup: $(cat "$work/asked")"
! CARGO='' PATH=$work/no-rustup sh tests/setup.sh rust 2>"$work/said" || stop "setup without rustup did not fail"
grep -q 'need rustfmt clippy' "$work/said" || stop "setup without rustup says: $(cat "$work/said")"

say "the demo fits 80 columns, leaves its report and prints where it is"
"${CARGO:-cargo}" build --quiet --locked -p imza-cli --target-dir "$target"
before=$(git status --porcelain)
# wide FILE: whether a line that stays has more than 80 characters; what moves the cursor ends one
wide() {
    python3 -c 'import re, sys
lines = re.split(r"[\r\n]|\x1b\[[0-9;?]*[A-Za-z]", open(sys.argv[1], encoding="utf-8", newline="").read())
wide = [line for line in lines if len(line) > 80 and not line.startswith(chr(0x2588))]
print(*wide, sep="\n", end="")
sys.exit(not wide)' "$1"
}
examples/demo/demo.sh "$target/debug/imza" "$work/demo" >"$work/piped" 2>&1 || { tail -5 "$work/piped" && stop "the demo failed"; }
! wide "$work/piped" || stop "the demo is wider than 80 columns"
report=$(tail -n 1 "$work/piped")
[ "$report" = "$work/demo/report.html" ] && grep -q '</html>' "$report" || stop "no report where the demo says: $report"
say "the demo's sandbox refuses, says why, accepts what is signed right, and is gone then"
[ "$(grep -A1 -c '^Authorization failed$' "$work/piped")" = 1 ] || stop "the sandbox did not refuse the greeting's first line"
tr -s '\n ' ' ' <"$work/piped" >"$work/one-line"
grep -q '#1 401 POST [^ ]* invalid: .*body has a final line feed; What to do: ' "$work/one-line" ||
    stop "the sandbox did not say why"
grep -q '"isSuccess": true.* #2 200 POST [^ ]* valid ' "$work/one-line" || stop "the sandbox did not accept the second line"
grep -q "^$target/debug/imza sandbox --demo$" "$work/piped" || stop "the demo does not name the sandbox's command"
address=$(sed -n '1s/^listening on \(http:[^,]*\),.*/\1/p' "$work/demo/sandbox.log")
[ -n "$address" ] && ! curl -s "$address/_imza/" >/dev/null || stop "the demo's sandbox is still there"
# On a terminal, as script(1) makes one.
script -qec "stty cols 80; examples/demo/demo.sh '$target/debug/imza' '$work/demo'" "$work/typescript" >/dev/null
sed '1d;$d' "$work/typescript" >"$work/terminal"
! wide "$work/terminal" || stop "the demo is wider than a terminal of 80 columns"
printf '%081d\n' 0 >"$work/planted"
wide "$work/planted" >/dev/null || stop "this control did not fail: a line of 81"
[ "$(git status --porcelain)" = "$before" ] || stop "the demo left something in the source tree"
say "every check passed"
