# Sourced: the versions, read from where they stand once, in Cargo.toml.

# the first `version = "…"` of a section
version_in() {
    sed -n "/^\[$1\]\$/,/^\[/s/^version = \"\([^\"]*\)\".*/\1/p" Cargo.toml | head -n 1
}
# shellcheck disable=SC2034  # used by those who source this
{
    VERSION=$(version_in workspace.package)
    LIBRARY_VERSION=$(version_in package.metadata.capi.library)
    ABI_VERSION=${LIBRARY_VERSION%%.*}
    RUST_VERSION=$(sed -n 's/^rust-version = "\([^"]*\)".*/\1/p' Cargo.toml | head -n 1)
}
