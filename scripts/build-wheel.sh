#!/bin/bash
# Builds the Python wheel into a directory: the same bytes, whoever builds it and where.
#   scripts/build-wheel.sh DIRECTORY [TRIPLE]
# Without TRIPLE it is for this machine. With TRIPLE (x86_64-unknown-linux-gnu) it is for every Linux of that processor with glibc
# 2.17 or later (manylinux2014): zig links it against that glibc, and maturin refuses what needs more. Both come by pip.
set -euo pipefail
directory=$(realpath -m "$1")
triple=${2:-}
cd "$(dirname "$0")/.."
tools=$(realpath -m "${CARGO_TARGET_DIR:-target}")/wheel-tools

[ -e "$tools" ] || python3 -m venv "$tools"
need() { # need PACKAGE==VERSION
    [ ! -e "$tools/$1" ] || return 0
    echo "wheel: installing $1 (by pip)" >&2
    "$tools/bin/pip" install --quiet --disable-pip-version-check "$1"
    touch "$tools/$1"
}
need maturin==1.16.0
how=()
if [ -n "$triple" ]; then
    need ziglang==0.15.2
    # Another linker or compiler that is set for it goes before zig.
    unset "CC_${triple//-/_}" "$(echo "CARGO_TARGET_${triple}_LINKER" | tr 'a-z-' 'A-Z_')"
    how=(--zig --compatibility manylinux2014 --auditwheel check --target "$triple")
fi
PATH=$tools/bin:$PATH scripts/reproducibly.sh maturin build --quiet --profile wheel --locked --manifest-path bindings/python/Cargo.toml \
    --out "$directory" "${how[@]}"
