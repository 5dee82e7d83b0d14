#!/bin/sh
# Makes docs/sandbox-light.png and docs/sandbox-dark.png anew: the sandbox's page as headless Chromium shows it.
set -eu
cd "$(dirname "$0")/.."
. tests/node-env.sh
command -v pngquant >/dev/null || tests/apt.sh pngquant
work=$target/sandbox
mkdir -p "$work"
"${CARGO:-cargo}" build --quiet --locked -p imza-cli --target-dir "$target"
cp scripts/sandbox-picture.js "$work"
printf '{"private": true, "type": "module"}\n' >"$work/package.json"
ln -sfn "$node_packages/node_modules" "$work/node_modules"
export IMZA="$target/debug/imza" IMZA_ROOT="$PWD"
node "$work/sandbox-picture.js"
pngquant --force --ext .png 32 docs/sandbox-light.png docs/sandbox-dark.png
for picture in docs/sandbox-light.png docs/sandbox-dark.png; do echo "made $picture, $(wc -c <"$picture") bytes"; done
