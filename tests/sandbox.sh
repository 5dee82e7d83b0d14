#!/bin/sh
# `imza sandbox --demo` and its page: requests by curl, Go, Node and Python, good, wrong and hostile, and what headless
# Chromium shows of them.
set -eu
cd "$(dirname "$0")/.."

say() { echo "sandbox: $*"; }

command -v curl >/dev/null || tests/apt.sh curl
command -v python3 >/dev/null || tests/apt.sh python3-minimal
. tests/node-env.sh
. tests/go-env.sh
work=$target/sandbox
mkdir -p "$work"

say "the command, and a client in Go"
"${CARGO:-cargo}" build --quiet --locked -p imza-cli --target-dir "$target"
CGO_ENABLED=0 go build -o "$work/send" tests/sandbox/send.go

cp tests/sandbox/inspector.test.js "$work"
printf '{"private": true, "type": "module"}\n' >"$work/package.json"
ln -sfn "$node_packages/node_modules" "$work/node_modules"
export IMZA="$target/debug/imza" IMZA_ROOT="$PWD" SEND_GO="$work/send"
say "requests, and the page in $("$IMZA_CHROMIUM" --version 2>/dev/null)"
cd "$work"
node --test --test-reporter spec ./inspector.test.js >"$work/tests.log" 2>&1 || {
    sed -n '/failing tests:/,$p' "$work/tests.log"
    echo "sandbox: FAILED: the whole log is $work/tests.log" >&2
    exit 1
}
grep -E '^ℹ (tests|pass|skipped) ' "$work/tests.log"
