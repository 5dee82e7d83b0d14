#!/bin/sh
# Builds libimza.so and libimza.a for `make lib`, and notes which libraries of the system libimza.a needs.
#   [OPT_LEVEL=3] scripts/build-capi.sh TARGET-DIRECTORY [FEATURES [PROFILE]]
# With cargo's CARGO_BUILD_TARGET for another platform, under TARGET-DIRECTORY/PLATFORM.
set -eu
cd "$(dirname "$0")/.."
target=$1
features=${2:-capi}
profile=${3:-release}
directory=$target/${CARGO_BUILD_TARGET:+$CARGO_BUILD_TARGET/}$profile
case $(uname -s) in
    Darwin | *_NT* | CYGWIN*)
        echo "make lib names and links the library as Linux and the BSDs do; on this system use cargo-c: make cinstall" >&2
        exit 1
        ;;
esac
[ "$profile" != dev ] || directory=${directory%/dev}/debug
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
scripts/reproducibly.sh "${CARGO:-cargo}" rustc --locked --config "profile.release.package.imza.opt-level=$opt_level" --lib --profile "$profile" --features "$features" --target-dir "$target" \
    --crate-type cdylib,staticlib -- \
    -C "link-arg=-Wl,-soname,libimza.so.$ABI_VERSION" --print "native-static-libs=$notes" ${strip:-}
# Without libgcc_s, which has no static form: a compiler adds it, or libgcc_eh to a static program, by itself.
tr -s ' \n' ' ' <"$notes" | sed 's/-lgcc_s *//; s/ $//' >"$directory/libimza.native-libs"
# So that programs run against the library where it was built.
ln -sf libimza.so "$directory/libimza.so.$ABI_VERSION"
echo "built $directory/libimza.so and libimza.a"
