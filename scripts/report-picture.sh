#!/bin/sh
# Makes docs/report.png anew: the report of the demo's audit as headless Chromium shows it. Needs chromium; run `make demo`
# before.
set -eu
cd "$(dirname "$0")/.."
report=$(cd "${CARGO_TARGET_DIR:-target}/demo" && pwd)/report.html
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$profile" --window-size=1100,850 \
    --screenshot="$PWD/docs/report.png" "file://$report" >/dev/null 2>&1
echo "made docs/report.png, $(wc -c <docs/report.png) bytes"
