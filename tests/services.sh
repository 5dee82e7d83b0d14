#!/bin/sh
# Builds the example services in Go and in Rust, the Go ones from the installed prefix, and has them talk to
# each other: tests/services.py.
set -eu
cd "$(dirname "$0")/.."
. tests/go-env.sh

bin=$target/services
mkdir -p "$bin"
(cd examples/go && go vet ./... && go build -o "$bin/go/" ./...)
"${CARGO:-cargo}" build --quiet --locked -p imza-examples --target-dir "$target"
exec python3 tests/services.py "$bin/go" "$target/debug" "$prefix/bin/imza"
