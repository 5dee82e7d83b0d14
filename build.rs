//! Tells the crate its ABI version and, for the feature `header`, makes the C header of `src/ffi` in
//! `OUT_DIR`. The source tree is never written to: `make header` copies the header to `include/`.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=Cargo.toml");
    let manifest_dir = env::var("CARGO_MANIFEST_DIR")?;
    let abi_version = abi_version(&fs::read_to_string(Path::new(&manifest_dir).join("Cargo.toml"))?)?;
    println!("cargo::rustc-env=IMZA_ABI_VERSION={abi_version}");
    #[cfg(feature = "header")]
    header::generate(Path::new(&manifest_dir), abi_version)?;
    Ok(())
}

/// The ABI version stands once, in `Cargo.toml`: the major version of cargo-c's library.
fn abi_version(manifest: &str) -> Result<u32, Box<dyn Error>> {
    let version = manifest
        .lines()
        .skip_while(|line| *line != "[package.metadata.capi.library]")
        .find_map(|line| line.strip_prefix("version = \"")?.split('.').next())
        .ok_or("Cargo.toml has no version in [package.metadata.capi.library]")?;
    Ok(version.parse()?)
}

#[cfg(feature = "header")]
mod header {
    use std::env;
    use std::error::Error;
    use std::path::Path;

    /// The sources of the header, in its order.
    const SOURCES: [&str; 11] = [
        "status.rs",
        "version.rs",
        "lent.rs",
        "error.rs",
        "dlga.rs",
        "dlga_stream.rs",
        "dlga_explain.rs",
        "fields.rs",
        "haso.rs",
        "haso_explain.rs",
        "explain.rs",
    ];

    pub(crate) fn generate(manifest_dir: &Path, abi_version: u32) -> Result<(), Box<dyn Error>> {
        println!("cargo::rerun-if-changed=cbindgen.toml");
        let mut config = cbindgen::Config::from_file(manifest_dir.join("cbindgen.toml"))?;
        config.after_includes = Some(versions(abi_version)?);
        let mut builder = cbindgen::Builder::new().with_config(config);
        for source in SOURCES {
            let path = manifest_dir.join("src/ffi").join(source);
            println!("cargo::rerun-if-changed={}", path.display());
            builder = builder.with_src(path);
        }
        builder.generate()?.write_to_file(Path::new(&env::var("OUT_DIR")?).join("imza.h"));
        Ok(())
    }

    /// The version macros, from `Cargo.toml`.
    fn versions(abi_version: u32) -> Result<String, Box<dyn Error>> {
        let [version, major, minor, patch] =
            ["", "_MAJOR", "_MINOR", "_PATCH"].map(|part| env::var(format!("CARGO_PKG_VERSION{part}")));
        Ok(format!(
            r#"
/** The version of this header. `imza_version` tells the library's. */
#define IMZA_VERSION "{}"
#define IMZA_VERSION_MAJOR {}
#define IMZA_VERSION_MINOR {}
#define IMZA_VERSION_PATCH {}

/** The ABI version of this header: the number in the library's SONAME. `imza_abi_version` tells the library's. */
#define IMZA_ABI_VERSION {abi_version}

/** On every function that gives a verdict: the compiler warns where its result is not looked at. */
#if defined(__GNUC__) || defined(__clang__)
#define IMZA_CHECK_RESULT __attribute__((warn_unused_result))
#elif (defined(__cplusplus) && __cplusplus >= 201703L) || (defined(__STDC_VERSION__) && __STDC_VERSION__ > 201710L)
#define IMZA_CHECK_RESULT [[nodiscard]]
#else
#define IMZA_CHECK_RESULT
#endif"#,
            version?, major?, minor?, patch?,
        ))
    }
}
