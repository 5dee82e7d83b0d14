# For tests that use Go; sourced in the repository's root, after `make install` into $prefix. It finds a
# Go that is new enough, the one of `make setup` where the machine has none, and the installed library.
# shellcheck shell=sh

target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
prefix=$target/prefix

# is_new_enough GO: whether it is Go 1.21 or later.
is_new_enough() {
    version=$("$1" env GOVERSION 2>/dev/null) || return 1
    version=${version#go}
    minor=${version#*.}
    [ "${version%%.*}" -gt 1 ] || [ "${minor%%[!0-9]*}" -ge 21 ]
}

if ! is_new_enough go; then
    go_of_setup=$(echo "$target"/go/venv/lib/python3*/site-packages/go/bin)
    PATH=$go_of_setup:$PATH
    is_new_enough go || {
        echo "go: Go 1.21 or later is needed, and there is $(go version 2>/dev/null || echo none). \`make setup\` installs one" >&2
        exit 1
    }
fi

# Nothing is downloaded, unless a test asks $module_proxy: neither another Go, nor a module.
module_proxy=${GOPROXY-}
export GOTOOLCHAIN=local GOPROXY=off GOCACHE="$target/go/cache" GOFLAGS=-trimpath
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig" LD_LIBRARY_PATH="$prefix/lib"
# Go's cache does not know when the library has changed; it does know its flags.
if [ -e "$prefix/lib/libimza.a" ]; then
    CGO_CFLAGS="-O2 -DIMZA_INSTALLED=$(cat "$prefix/include/imza.h" "$prefix/lib/libimza.a" | cksum | cut -d ' ' -f 1)"
    export CGO_CFLAGS
fi
