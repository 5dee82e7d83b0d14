//! A directory of Parquet files, as engines write their tables: partitions are directories in it.

use std::fs;
use std::path::{Path, PathBuf};

/// All Parquet files below a directory, in the order of their paths. What begins with `_` or `.` is an engine's own and
/// no data; links to directories are not followed, which could lead round in a circle.
pub(super) fn files(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut to_do = vec![directory.to_owned()];
    while let Some(directory) = to_do.pop() {
        let cannot_read = |error| format!("{}: it cannot be read: {error}", directory.display());
        for entry in fs::read_dir(&directory).map_err(cannot_read)? {
            let entry = entry.map_err(cannot_read)?;
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(b"_") || name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            if entry.file_type().map_err(cannot_read)?.is_dir() {
                to_do.push(path);
            } else if path.extension().is_some_and(|found| found.eq_ignore_ascii_case("parquet")) && path.is_file() {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        return Err(format!("{}: there is no Parquet file below this directory", directory.display()));
    }
    found.sort();
    Ok(found)
}
