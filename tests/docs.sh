#!/bin/sh
# Does what docs/integrate.md and bindings/go/README.md say: tests/docs.py.
set -eu
cd "$(dirname "$0")/.."
. tests/go-env.sh
export target prefix
exec python3 -B tests/docs.py
