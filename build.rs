//! Tells the crate its ABI version and, for the feature `header`, makes the C headers of `src/ffi` in
//! `OUT_DIR`. The source tree is never written to: `make header` copies the headers to `include/`.

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

/// The ABI version is written once, in `Cargo.toml`: the major version of cargo-c's library.
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
    use std::error::Error;
    use std::path::Path;
    use std::{env, fs};

    /// The sources of the headers, in their order.
    const SOURCES: [&str; 7] =
        ["status.rs", "borrow.rs", "error.rs", "dlga.rs", "haso.rs", "explain.rs", "discover.rs"];

    /// `imza.h` for compilers, and `imza.ffi.h` for the parsers of foreign-function libraries.
    pub(crate) fn generate(manifest_dir: &Path, abi_version: u32) -> Result<(), Box<dyn Error>> {
        println!("cargo::rerun-if-changed=cbindgen.toml");
        let mut config = cbindgen::Config::from_file(manifest_dir.join("cbindgen.toml"))?;
        config.after_includes = Some(versions(abi_version)?);
        let out_dir = env::var("OUT_DIR")?;
        let whole = made(manifest_dir, config.clone())?;
        fs::write(Path::new(&out_dir).join("imza.h"), whole)?;
        let plain = made(manifest_dir, plain(config))?;
        fs::write(Path::new(&out_dir).join("imza.ffi.h"), with_enum(&plain, abi_version)?)?;
        Ok(())
    }

    fn made(manifest_dir: &Path, config: cbindgen::Config) -> Result<String, Box<dyn Error>> {
        let mut builder = cbindgen::Builder::new().with_config(config);
        for source in SOURCES {
            let path = manifest_dir.join("src/ffi").join(source);
            println!("cargo::rerun-if-changed={}", path.display());
            builder = builder.with_src(path);
        }
        let mut header = Vec::new();
        builder.generate()?.write(&mut header);
        Ok(String::from_utf8(header)?)
    }

    /// The version macros, from `Cargo.toml`.
    fn versions(abi_version: u32) -> Result<String, Box<dyn Error>> {
        let [version, major, minor, patch] =
            ["", "_MAJOR", "_MINOR", "_PATCH"].map(|part| env::var(format!("CARGO_PKG_VERSION{part}")));
        Ok(format!(
            r#"
/** The version of this header. `imza_version` gives the library's. */
#define IMZA_VERSION "{}"
#define IMZA_VERSION_MAJOR {}
#define IMZA_VERSION_MINOR {}
#define IMZA_VERSION_PATCH {}

/** The ABI version of this header: the number in the library's SONAME. `imza_abi_version` gives the library's. */
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

    /// Declarations alone: no comments, no conditions, no attributes, no inline functions.
    fn plain(mut config: cbindgen::Config) -> cbindgen::Config {
        config.header = Some(String::from(
            "/* imza.h for the parsers of PHP's FFI, Python's cffi and their like: declarations alone, and the constants as an\n\
             \x20* enum. The contract and what each function does are written in imza.h. Made by cbindgen from src/ffi: do not edit. */",
        ));
        (config.after_includes, config.trailer, config.function.must_use) = (None, None, None);
        (config.documentation, config.cpp_compat, config.sys_includes) = (false, false, Vec::new());
        config
    }

    /// A header whose constants are the members of one enum, and no macros.
    fn with_enum(header: &str, abi_version: u32) -> Result<String, Box<dyn Error>> {
        let mut constants = vec![format!("    IMZA_ABI_VERSION = {abi_version}")];
        let mut rest = String::new();
        for line in header.lines() {
            if let Some(constant) = line.strip_prefix("#define ") {
                let (name, value) = constant.split_once(' ').ok_or("a constant without a value")?;
                constants.push(format!("    {name} = {}", value.parse::<i32>()?));
            } else if !(line.is_empty() && rest.ends_with("\n\n")) {
                rest += line;
                rest.push('\n');
            }
        }
        let (comment, declarations) = rest.split_once("*/\n").ok_or("the header begins with no comment")?;
        Ok(format!("{comment}*/\n\nenum {{\n{}\n}};\n{declarations}", constants.join(",\n")))
    }
}
