#!/bin/sh
# What `make install` asks of PREFIX and LIBDIR.
#   scripts/prefix.sh check PREFIX LIBDIR    refuses in words what would not work, before anything is built
#   scripts/prefix.sh up PREFIX LIBDIR       prints the way from LIBDIR to PREFIX: `..`, `../..`
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
prefix=${2%/}
below=${3#"$prefix"/}
below=${below%/}
stop() {
    printf 'make install: %s\n' "$*" >&2
    exit 1
}

case $1 in
    check)
        case $prefix in /*) ;; *) [ -z "$2" ] || [ "$2" = / ] || stop "PREFIX=$2 is relative; write the whole path, such as PREFIX=$root/$2" ;; esac
        [ "$3" != "$below" ] && [ -n "$below" ] || stop "LIBDIR=$3 is not under PREFIX=$2"
        case /$below/ in *//* | */./* | */../*) stop "LIBDIR=$3 has an empty, '.' or '..' part" ;; esac
        for directory in "" /include; do
            there=$(cd "${DESTDIR:-}$prefix$directory/" 2>/dev/null && pwd -P) || continue
            [ "$there" != "$root$directory" ] ||
                stop "PREFIX=$2 is the source tree itself, and an install would overwrite it; choose another, such as PREFIX=\$HOME/.local"
        done
        ;;
    up) echo "$below" | sed 's|[^/][^/]*|..|g' ;;
esac
