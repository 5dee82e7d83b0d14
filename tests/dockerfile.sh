#!/bin/sh
# Lays out an empty root as packaging/Dockerfile says, and runs its entry point there. There is no container engine here: what of it
# is not known to this script is an error.
#   tests/dockerfile.sh VERSION FOLDER ROOT
# FOLDER has the static archive of this machine, unpacked; ROOT is made.
set -eu
cd "$(dirname "$0")/.."
version=$1 folder=$2 root=$3 machine=$(uname -m)
stop() {
    echo "dockerfile test: FAILED: $*" >&2
    exit 1
}
rm -rf "$root" && mkdir -p "$root"
entry='' default=''
while read -r word rest; do
    case $word in
    '' | '#'*) ;;
    FROM) [ "$rest" = scratch ] || stop "it does not begin from scratch, but from $rest" ;;
    ARG) case $rest in VERSION=*) default=${rest#*=} ;; esac ;;
    COPY)
        rest=$(echo "$rest" | sed "s/\${VERSION}/$version/g; s/\${MACHINE}/$machine/g")
        from=${rest% *} to=${rest#* }
        [ -f "$folder/$from" ] || stop "make dist makes no $from"
        mkdir -p "$root$(dirname "$to")" && cp "$folder/$from" "$root$to"
        ;;
    USER) ;;
    ENTRYPOINT) entry=$(echo "$rest" | sed -n 's/^\["\([^"]*\)"\]$/\1/p') ;;
    *) stop "an instruction that is not tried: $word" ;;
    esac
done <packaging/Dockerfile
[ "$default" = "$version" ] || stop "it names version $default; this is $version"
[ -n "$entry" ] && [ -x "$root$entry" ] || stop "its entry point $entry is not in the image"
if [ "$(id -u)" = 0 ]; then run() { chroot "$root" "$entry" "$@"; }; else run() { "$root$entry" "$@"; }; fi
[ "$(run --version)" = "imza $version" ] || stop "the entry point does not say its version"
# What the comments run is what the command has.
for command in $(sed -n 's/^#.* imza \([a-z]\{1,\}\) --.*/\1/p' packaging/Dockerfile); do
    run "$command" --help >/dev/null || stop "imza has no $command"
done
