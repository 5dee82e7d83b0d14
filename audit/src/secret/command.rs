//! A program that writes a secret, as those of password managers do.

use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::{LONGEST, SecretError};

/// How long a program may take: somebody may have to touch a key.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// How often it is asked whether the program has come to its end, once its output has.
const PAUSE: Duration = Duration::from_millis(5);

/// What a program writes, and how that is called in messages.
pub(super) fn output(
    command: &[&str],
    directory: &Path,
    limit: Duration,
) -> Result<(Zeroizing<Vec<u8>>, String), SecretError> {
    let Some((program, arguments)) = command.split_first().filter(|(program, _)| !program.is_empty()) else {
        let error = io::Error::new(ErrorKind::InvalidInput, "no program is named");
        return Err(SecretError::NotRun { from: "a command".to_owned(), error });
    };
    let from = format!("the command {}", imza::shown::shown(program));
    let not_run = |error| SecretError::NotRun { from: from.clone(), error };
    let until = Instant::now().checked_add(limit);
    let directory = if directory == Path::new("") { Path::new(".") } else { directory };
    let mut child = Command::new(place(program, directory).map_err(not_run)?)
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(not_run)?;
    let written = written(&mut child, limit);
    let ended = match &written {
        Some(Ok(bytes)) if bytes.len() <= LONGEST => end(&mut child, until),
        _ => Ok(None),
    };
    // One that has ended cannot be ended once more.
    if !matches!(ended, Ok(Some(_))) {
        let _ = child.kill();
        let _ = child.wait();
    }
    match (written, ended.map_err(not_run)?) {
        (Some(Err(error)), _) => Err(SecretError::Unreadable { from, error }),
        (Some(Ok(bytes)), _) if bytes.len() > LONGEST => Err(SecretError::TooLong { from: output_of(&from) }),
        (None, _) | (_, None) => Err(SecretError::TooSlow { from, limit }),
        (Some(Ok(bytes)), Some(status)) if status.success() => Ok((bytes, output_of(&from))),
        (_, Some(status)) => Err(SecretError::Failed { from, status }),
    }
}

fn output_of(from: &str) -> String {
    format!("the output of {from}")
}

/// Where the program is: a path is counted from the directory, a name is looked for as a shell does it.
fn place(program: &str, directory: &Path) -> io::Result<PathBuf> {
    let path = Path::new(program);
    let is_name = path.components().count() == 1 && !program.contains(std::path::is_separator);
    if is_name || path.is_absolute() { Ok(path.to_owned()) } else { std::path::absolute(directory.join(path)) }
}

/// Its standard output, with one byte more than may be read where there is more; none where it takes too long.
fn written(child: &mut Child, limit: Duration) -> Option<io::Result<Zeroizing<Vec<u8>>>> {
    let mut stdout = child.stdout.take()?;
    let (send, receive) = mpsc::sync_channel(1);
    // A program that hangs, or a child of its own that holds the pipe, is not waited for.
    thread::spawn(move || {
        let mut bytes = Zeroizing::new(vec![0; LONGEST + 1]);
        let mut held = 0_usize;
        let read = loop {
            match stdout.read(bytes.get_mut(held..).unwrap_or_default()) {
                Ok(0) => break Ok(()),
                Ok(read) => held = held.saturating_add(read),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        bytes.truncate(held);
        let _ = send.send(read.map(|()| bytes));
    });
    receive.recv_timeout(limit).ok()
}

/// Waits for its end, and says how it was; none where it takes too long.
fn end(child: &mut Child, until: Option<Instant>) -> io::Result<Option<std::process::ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if until.is_some_and(|until| Instant::now() >= until) {
            return Ok(None);
        }
        thread::sleep(PAUSE);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn run(script: &str, limit: Duration) -> Result<Vec<u8>, String> {
        let output = output(&["sh", "-c", script, "a secret argument"], Path::new(""), limit);
        output.map(|(bytes, _)| bytes.to_vec()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_a_program_writes_is_taken_or_what_is_wrong_is_said_without_it() {
        let long = Duration::from_secs(20);
        assert_eq!(run("printf s3cret", long), Ok(b"s3cret".to_vec()));
        assert_eq!(run("head -c 65536 /dev/zero", long).map(|bytes| bytes.len()), Ok(65_536));
        for (script, said) in [
            ("printf s3cret; exit 3", "the command sh failed (exit status: 3)"),
            ("printf s3cret; kill -9 $$", "the command sh failed (signal: 9 (SIGKILL))"),
            ("head -c 65537 /dev/zero", "the output of the command sh is longer than 65536 bytes"),
            ("yes", "the output of the command sh is longer than 65536 bytes"),
        ] {
            assert_eq!(run(script, long), Err(said.to_owned()), "{script}");
        }
    }

    #[test]
    fn a_program_that_hangs_is_ended() {
        let limit = Duration::from_millis(300);
        let begun = Instant::now();
        for script in ["printf s3cret; sleep 30", "printf s3cret; exec >&-; sleep 30", "(sleep 30 &); printf s3cret"] {
            let said = "the command sh was ended: it had not come to its end in 0 seconds";
            assert_eq!(run(script, limit), Err(said.to_owned()), "{script}");
        }
        assert!(begun.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_path_is_counted_from_the_directory_and_a_name_is_looked_for() {
        let at = |program| place(program, Path::new("/etc")).unwrap();
        assert_eq!(at("op"), Path::new("op"));
        assert_eq!(at("/bin/op"), Path::new("/bin/op"));
        assert_eq!(at("./op"), Path::new("/etc/op"));
        assert_eq!(at("bin/op"), Path::new("/etc/bin/op"));
        let error = output(&["./none"], Path::new("/etc"), LIMIT).unwrap_err().to_string();
        assert!(error.starts_with("cannot run the command ./none: "), "{error}");
        assert!(output(&[], Path::new("/etc"), LIMIT).is_err());
    }
}
