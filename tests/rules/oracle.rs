//! The golden corpus is re-computed by an implementation that has nothing of this one in it: `tests/oracle.py`.

use std::process::Command;

/// DLGA-5 to DLGA-20, HASO-1 to HASO-11. The oracle also plants a wrong value in every stage, and finds it.
#[test]
fn no_vector_is_wrong_by_the_independent_oracle() {
    let oracle = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle.py");
    let output = Command::new("python3").arg(oracle).arg("check").output().unwrap();
    let (told, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{failed}");
    assert!(told.contains("every planted fault was found"), "{told}");
}
