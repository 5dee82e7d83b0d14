# A port for vcpkg, as text: it has not been run, since vcpkg could not be had where imza is tested.
# It takes the archive of `make dist` for the platform; put its address and checksum here when there is a release.
vcpkg_download_distfile(ARCHIVE
    URLS "${IMZA_RELEASES}/imza-${VERSION}-${VCPKG_TARGET_ARCHITECTURE}-linux-gnu.tar.gz"
    FILENAME "imza-${VERSION}-${VCPKG_TARGET_ARCHITECTURE}-linux-gnu.tar.gz"
    SHA512 "${IMZA_SHA512}")
vcpkg_extract_source_archive(TREE ARCHIVE "${ARCHIVE}")
file(INSTALL "${TREE}/include/" DESTINATION "${CURRENT_PACKAGES_DIR}/include")
if(VCPKG_LIBRARY_LINKAGE STREQUAL "static")
    file(INSTALL "${TREE}/lib/libimza.a" DESTINATION "${CURRENT_PACKAGES_DIR}/lib")
else()
    file(INSTALL "${TREE}/lib/" DESTINATION "${CURRENT_PACKAGES_DIR}/lib" FILES_MATCHING PATTERN "libimza.so*")
endif()
file(INSTALL "${TREE}/lib/cmake/imza/" DESTINATION "${CURRENT_PACKAGES_DIR}/share/imza")
vcpkg_install_copyright(FILE_LIST "${TREE}/share/doc/imza/LICENSE-MIT" "${TREE}/share/doc/imza/LICENSE-APACHE")
