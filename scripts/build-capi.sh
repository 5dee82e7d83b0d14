#!/bin/sh
# Builds libimza.so and libimza.a for `make lib`, and notes which libraries of the system libimza.a needs.
#   [OPT_LEVEL=3] scripts/build-capi.sh TARGET-DIRECTORY [FEATURES [PROFILE]]
set -eu
cd "$(dirname "$0")/.."
target=$1
features=${2:-capi}
profile=${3:-release}
directory=$target/$profile
[ "$profile" != dev ] || directory=$target/debug
[ "$profile" != release ] || strip="-C strip=symbols"

. scripts/versions.sh
mkdir -p "$directory"
notes=$directory/libimza.native-libs.note
# Its own code for size: explaining is large and seldom asked. The hash and base64 stay built for speed.
case ${OPT_LEVEL:-s} in
    [0-3]) opt_level=$OPT_LEVEL ;;
    *) opt_level="\"${OPT_LEVEL:-s}\"" ;;
esac
# shellcheck disable=SC2086  # no flag, or several
"${CARGO:-cargo}" rustc --locked --config "profile.release.package.imza.opt-level=$opt_level" --lib --profile "$profile" --features "$features" --target-dir "$target" \
    --crate-type cdylib,staticlib -- \
    -C "link-arg=-Wl,-soname,libimza.so.$ABI_VERSION" --print "native-static-libs=$notes" ${strip:-}
tr -s ' \n' ' ' <"$notes" | sed 's/ $//' >"$directory/libimza.native-libs"
# So that programs run against the library where it was built.
ln -sf libimza.so "$directory/libimza.so.$ABI_VERSION"
echo "built $directory/libimza.so and libimza.a"
