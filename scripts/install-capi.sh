#!/bin/sh
# Installs the C library for `make install`: shared with its links, static, headers, pkg-config and CMake files.
#   scripts/install-capi.sh DIRECTORY-OF-THE-LIBRARIES PREFIX LIBDIR
# LIBDIR is a path under PREFIX, such as /usr/lib/x86_64-linux-gnu. DESTDIR is put in front of both, for packagers.
# Nothing that is installed names the prefix: what finds the headers counts the directories from LIBDIR up.
set -eu
cd "$(dirname "$0")/.."
built=$1
prefix=${DESTDIR:-}$2
libdir=${DESTDIR:-}$3

. scripts/versions.sh
. scripts/library-names.sh
native_libs=$(cat "$built/libimza.native-libs")
up=$(scripts/prefix.sh up "$2" "$3")

install -d "$libdir/pkgconfig" "$libdir/cmake/imza" "$prefix/include"
if [ -z "$IMPORT" ]; then
    shared_dir=$libdir at="\${_imza_libdir}/${LINKS%% *}" linked_by="IMPORTED_SONAME \"$SONAME\""
else
    install -d "$prefix/bin"
    install -m 644 "$built/$IMPORT" "$libdir/$IMPORT"
    shared_dir=$prefix/bin at="\${_imza_prefix}/bin/$INSTALLED" linked_by="IMPORTED_IMPLIB \"\${_imza_libdir}/$IMPORT\""
fi
install -m 755 "$built/$SHARED" "$shared_dir/$INSTALLED"
last=$INSTALLED
for link in $LINKS; do
    ln -sf "$last" "$libdir/$link"
    last=$link
done
install -m 644 "$built/$STATIC" "$libdir/$STATIC"
install -m 644 include/* "$prefix/include"

fill() { # fill TEMPLATE FILE LIBRARIES
    sed -e "s|@VERSION@|$VERSION|g" -e "s|@ABI_VERSION@|$ABI_VERSION|g" -e "s|@UP@|$up|g" -e "s|@NATIVE_LIBS@|$3|g" \
        -e "s|@SHARED@|$at|g" -e "s|@LINKED_BY@|$linked_by|g" -e "s|@STATIC@|$STATIC|g" "$1" >"$2"
    chmod 644 "$2"
}
fill bindings/pkg-config/imza.pc.in "$libdir/pkgconfig/imza.pc" "$native_libs"
fill bindings/pkg-config/imza-static.pc.in "$libdir/pkgconfig/imza-static.pc" "$native_libs"
fill bindings/cmake/imza-config.cmake.in "$libdir/cmake/imza/imza-config.cmake" \
    "$(echo "$native_libs" | tr ' ' ';')"
fill bindings/cmake/imza-config-version.cmake.in "$libdir/cmake/imza/imza-config-version.cmake" ""
echo "installed the C library in $libdir, its headers in $prefix/include"
