#!/bin/sh
# Builds the npm package `imza` from bindings/node and the WebAssembly that scripts/build-wasm.sh makes.
#   scripts/build-npm.sh FILE.tgz
# It needs Node 18 or later with npm, which gets the compiler of TypeScript from its registry, and what build-wasm.sh needs.
set -eu
cd "$(dirname "$0")/.."
file=$1
target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
build=$target/npm

mkdir -p "$build"
lock=$(cat bindings/node/package.json bindings/node/package-lock.json | cksum | cut -d ' ' -f 1)
if [ ! -e "$build/node_modules/$lock" ]; then
    echo "npm: installing the compiler of TypeScript"
    cp bindings/node/package.json bindings/node/package-lock.json bindings/node/.npmrc "$build"
    (cd "$build" && npm ci --silent)
    touch "$build/node_modules/$lock"
fi
rm -rf "$build/src" "$build/postman" "$build/dist"
cp -R bindings/node/src bindings/node/postman bindings/node/*.json bindings/node/build.js bindings/node/*.md LICENSE-MIT LICENSE-APACHE "$build"
mkdir "$build/dist"
scripts/build-wasm.sh "$build/dist/imza.wasm"
(cd "$build" && node build.js && npm pack --silent --pack-destination dist >/dev/null)
mv "$build"/dist/imza-*.tgz "$file"
echo "npm: built $file, $(wc -c <"$file") bytes"
