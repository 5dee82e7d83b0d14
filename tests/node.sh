#!/bin/sh
# The npm package: built, installed into a fresh folder, and tested there: the corpus, the refusals, the types, HTTP over
# the loopback address against the example services in Rust, the Postman collection, the page for browsers, the README.
set -eu
cd "$(dirname "$0")/.."

say() { echo "node: $*"; }
stop() {
    echo "node: FAILED: $*" >&2
    exit 1
}

. tests/node-env.sh
work=$target/node

tests/wasm-target.sh

mkdir -p "$work"
tarball=$work/imza.tgz
scripts/build-npm.sh "$tarball"

rm -rf "$work"/tests/*.js "$work/tests/types" "$work/tests/node_modules/imza"
cp -R bindings/node/test/*.js bindings/node/test/types "$work/tests"
# The package by its tarball, unpacked: `npm install` is the README's job below.
mkdir "$work/tests/node_modules/imza"
tar -xzf "$tarball" -C "$work/tests/node_modules/imza" --strip-components 1

say "the types, as TypeScript programs use them"
(cd "$work/tests" && node_modules/.bin/tsc -p types)

say "the example services in Rust"
"${CARGO:-cargo}" build --quiet --locked -p imza-examples --target-dir "$target"

export IMZA_ROOT="$PWD" IMZA_VECTORS="$PWD/tests/vectors" IMZA_SERVICES="$target/debug" IMZA_TARBALL="$tarball"
say "the tests, with Node $(node --version)"
cd "$work/tests"
node --expose-gc --test --test-reporter spec ./*.test.js >"$work/tests.log" 2>&1 || {
    sed -n '/failing tests:/,$p' "$work/tests.log"
    stop "the whole log is $work/tests.log"
}
grep -E '^ℹ (tests|pass|skipped) ' "$work/tests.log"
