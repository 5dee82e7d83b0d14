#!/bin/bash
# The Python package: built as a wheel, installed into a fresh environment, tested there and not from the source tree.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
work=$target/python
package=bindings/python
say() { echo "python: $*"; }

command -v python3 >/dev/null || { say "python3 is missing"; exit 1; }
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { say "Python 3.10 or later is needed, and this is $(python3 --version)"; exit 1; }

command -v java >/dev/null || tests/apt.sh openjdk-17-jre-headless

mkdir -p "$work"
stamp=$(cat $package/requirements-test.txt $package/pyproject.toml | sha256sum | cut -c1-16)
if [ ! -e "$work/venv/$stamp" ]; then
    say "installing the tools of the tests by pip into $work/venv"
    rm -rf "$work/venv"
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check -r $package/requirements-test.txt
    touch "$work/venv/$stamp"
fi

rm -rf "$work/wheels"
scripts/build-wheel.sh "$work/wheels"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --force-reinstall --no-deps "$work"/wheels/imza-*.whl
say "testing $(basename "$work"/wheels/imza-*.whl), $(stat -c %s "$work"/wheels/imza-*.whl) bytes"
# What the command says of the same records, and what Spark pipes lines through.
"${CARGO:-cargo}" build --quiet --locked -p imza-cli --target-dir "$target"
export IMZA=$target/debug/imza IMZA_EXAMPLES=$PWD/examples IMZA_VECTORS=$PWD/tests/vectors PYTHONDONTWRITEBYTECODE=1
rm -rf "$work/tests"
cp -r $package/tests "$work/tests"
(cd "$work/tests" && "$work/venv/bin/python" -m pytest -q -p no:cacheprovider .)
(cd "$work/tests" && "$work/venv/bin/python" -m mypy --strict --no-error-summary --cache-dir "$work/mypy" -p imza)
(cd "$work/tests" && "$work/venv/bin/python" -m mypy.stubtest imza._imza >"$work/stubtest.log") || { cat "$work/stubtest.log"; exit 1; }
say "the stubs are those of the module"
