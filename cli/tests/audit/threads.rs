//! An audit that cannot have the threads it wants goes on with fewer, and says so.
#![cfg(target_os = "linux")]

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::{Desk, Run, dlga_record};

/// More than may be underway at a time, so that a reader without a writer would wait for ever.
const RECORDS: usize = 12_000;

fn desk(name: &str) -> Desk {
    let desk = Desk::new(name);
    desk.write("records.jsonl", format!("{}\n", dlga_record("a")).repeat(RECORDS));
    desk
}

/// Runs the audit under a limit on what it may have; one that hangs is ended, with exit code 124.
fn limited(desk: &Desk, limit: &str) -> Run {
    // For tests that run it as another user.
    for (path, mode) in [(desk.path("."), 0o777), (desk.path("keys.toml"), 0o644), (desk.path("records.jsonl"), 0o644)]
    {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    // Beside its records: another user may not look into the folder of the one who builds, which is root's own perhaps.
    std::fs::copy(env!("CARGO_BIN_EXE_imza"), desk.path("imza")).unwrap();
    let script = format!("{limit} ./imza audit --keys keys.toml --ignore-clock --jobs 64 records.jsonl");
    let output = Command::new("timeout").current_dir(&desk.directory).args(["120", "sh", "-c", &script]).output();
    Run::of(&output.unwrap())
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

#[test]
fn without_any_thread_the_audit_runs_on_the_one_it_has() {
    let desk = desk("threads-none");
    // No limit holds for root, so that another user is taken; others have processes already.
    let user = if is_root() { "setpriv --reuid 54321 --clear-groups" } else { "" };
    let run = limited(&desk, &format!("exec {user} prlimit --nproc=1"));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(run.verdicts.len(), RECORDS);
    assert!(run.stderr.contains("fewer threads than the 64 asked for: the audit ran on the main thread alone"));
    assert!(!run.stderr.contains("panic"), "{}", run.stderr);
}

#[test]
fn with_some_threads_the_audit_runs_on_those() {
    let desk = desk("threads-some");
    if !is_root() {
        // How many processes this user has changes all the time.
        return;
    }
    let run = limited(&desk, "exec setpriv --reuid 54322 --clear-groups prlimit --nproc=6");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(run.verdicts.len(), RECORDS);
    assert!(run.stderr.contains("fewer threads than the 64 asked for: the audit ran on 4\n"), "{}", run.stderr);
}

#[test]
fn where_memory_for_the_threads_is_short_the_exit_code_is_a_documented_one() {
    let desk = desk("threads-memory");
    for kilobytes in [100_000, 150_000, 200_000, 400_000] {
        let run = limited(&desk, &format!("ulimit -v {kilobytes}; exec"));
        assert_eq!(run.code, Some(0), "{kilobytes}: {}", run.stderr);
        assert_eq!(run.verdicts.len(), RECORDS);
    }
}
