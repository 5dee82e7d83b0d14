//! The C peer, where OpenSSL 3 is there to link with.

use std::process::Command;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(openssl)");
    println!("cargo::rerun-if-changed=peers/openssl.c");
    let found = Command::new("pkg-config").args(["--atleast-version=3", "libcrypto"]).status();
    if found.is_ok_and(|status| status.success()) {
        cc::Build::new().file("peers/openssl.c").opt_level(2).compile("peer_openssl");
        println!("cargo::rustc-link-lib=crypto");
        println!("cargo::rustc-cfg=openssl");
    }
}
