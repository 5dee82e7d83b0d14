#!/bin/sh
# Installs the C library for `make install`: shared with its links, static, headers, pkg-config and CMake files.
#   scripts/install-capi.sh DIRECTORY-OF-THE-LIBRARIES PREFIX
# DESTDIR is put in front of the prefix, for packagers. Nothing that is installed names the prefix: it can be moved.
set -eu
cd "$(dirname "$0")/.."
built=$1
prefix=${DESTDIR:-}$2

. scripts/versions.sh
native_libs=$(cat "$built/libimza.native-libs")

install -d "$prefix/lib/pkgconfig" "$prefix/lib/cmake/imza" "$prefix/include"
install -m 755 "$built/libimza.so" "$prefix/lib/libimza.so.$LIBRARY_VERSION"
ln -sf "libimza.so.$LIBRARY_VERSION" "$prefix/lib/libimza.so.$ABI_VERSION"
ln -sf "libimza.so.$ABI_VERSION" "$prefix/lib/libimza.so"
install -m 644 "$built/libimza.a" "$prefix/lib/libimza.a"
install -m 644 include/imza.h include/imza.ffi.h include/imza.hpp "$prefix/include"

fill() { # fill TEMPLATE FILE LIBRARIES
    sed -e "s|@VERSION@|$VERSION|g" -e "s|@ABI_VERSION@|$ABI_VERSION|g" -e "s|@NATIVE_LIBS@|$3|g" "$1" >"$2"
    chmod 644 "$2"
}
fill bindings/pkg-config/imza.pc.in "$prefix/lib/pkgconfig/imza.pc" "$native_libs"
fill bindings/pkg-config/imza-static.pc.in "$prefix/lib/pkgconfig/imza-static.pc" "$native_libs"
fill bindings/cmake/imza-config.cmake.in "$prefix/lib/cmake/imza/imza-config.cmake" \
    "$(echo "$native_libs" | tr ' ' ';')"
fill bindings/cmake/imza-config-version.cmake.in "$prefix/lib/cmake/imza/imza-config-version.cmake" ""
echo "installed the C library in $prefix"
