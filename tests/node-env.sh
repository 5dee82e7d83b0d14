# For tests that drive a browser or use npm's packages; sourced in the repository's root. It finds Node and Chromium, and
# installs what bindings/node/test/package.json names into $node_packages.
# shellcheck shell=sh

target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
node_packages=$target/node/tests

command -v node >/dev/null && command -v npm >/dev/null || tests/apt.sh nodejs npm
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || {
    echo "node: FAILED: the tests need Node 20 or later, and this is $(node --version)" >&2
    exit 1
}

IMZA_CHROMIUM=$(command -v chromium || command -v google-chrome) || { tests/apt.sh chromium && IMZA_CHROMIUM=$(command -v chromium); }
export IMZA_CHROMIUM

mkdir -p "$node_packages"
lock=$(cat bindings/node/test/package.json bindings/node/test/package-lock.json | cksum | cut -d ' ' -f 1)
if [ ! -e "$node_packages/node_modules/$lock" ]; then
    echo "node: installing what the tests use by npm"
    cp bindings/node/test/package.json bindings/node/test/package-lock.json bindings/node/test/.npmrc "$node_packages"
    (cd "$node_packages" && npm ci --silent)
    touch "$node_packages/node_modules/$lock"
fi
