# Sourced after versions.sh: what the C library's files are called on the platform that it is built for, CARGO_BUILD_TARGET
# or this one, and what the linker is told.
# shellcheck shell=sh disable=SC2034  # used by those who source this

platform=${CARGO_BUILD_TARGET:-$("${RUSTC:-rustc}" -vV | sed -n 's/^host: //p')}
# SHARED and STATIC are the files as cargo makes them. The shared library is installed as INSTALLED, with LINKS to it,
# by the first of which programs look for it as SONAME; but on Windows it lies beside the programs, and the linker is given
# IMPORT in its place.
STATIC=libimza.a IMPORT='' LINKS='' SONAME='' LINK_ARGS=''
case $platform in
    *-apple-*)
        SHARED=libimza.dylib INSTALLED=libimza.$LIBRARY_VERSION.dylib LINKS="libimza.$ABI_VERSION.dylib libimza.dylib"
        SONAME=@rpath/${LINKS%% *}
        LINK_ARGS="-C link-arg=-Wl,-install_name,$SONAME -C link-arg=-Wl,-current_version,$LIBRARY_VERSION"
        ;;
    *-windows-msvc) SHARED=imza.dll STATIC=imza.lib IMPORT=imza.dll.lib INSTALLED=imza.dll ;;
    *-windows-*) SHARED=imza.dll IMPORT=libimza.dll.a INSTALLED=imza.dll ;;
    *)
        SHARED=libimza.so INSTALLED=libimza.so.$LIBRARY_VERSION LINKS="libimza.so.$ABI_VERSION libimza.so"
        SONAME=${LINKS%% *}
        LINK_ARGS="-C link-arg=-Wl,-soname,$SONAME"
        ;;
esac
