#!/bin/sh
# Builds the shared and the static library for `make lib`, and notes which libraries of the system the static one needs.
#   [OPT_LEVEL=3] scripts/build-capi.sh TARGET-DIRECTORY [FEATURES [PROFILE]]
# With cargo's CARGO_BUILD_TARGET for another platform, under TARGET-DIRECTORY/PLATFORM.
set -eu
cd "$(dirname "$0")/.."
target=$1
features=${2:-capi}
profile=${3:-release}
directory=$target/${CARGO_BUILD_TARGET:+$CARGO_BUILD_TARGET/}$profile
[ "$profile" != dev ] || directory=${directory%/dev}/debug
[ "$profile" != release ] || strip="-C strip=symbols"

. scripts/versions.sh
. scripts/library-names.sh
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
    $LINK_ARGS --print "native-static-libs=$notes" ${strip:-}
# Without libgcc_s, which has no static form: a compiler adds it, or libgcc_eh to a static program, by itself.
tr -s ' \n' ' ' <"$notes" | sed 's/-lgcc_s *//; s/ $//' >"$directory/libimza.native-libs"
# So that programs run against the library where it was built.
[ -z "$LINKS" ] || ln -sf "$SHARED" "$directory/${LINKS%% *}"
echo "built $directory/$SHARED and $STATIC"
