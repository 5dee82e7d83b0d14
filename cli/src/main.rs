//! The command `imza`: arguments in, the library's public API called, text out.
//!
//! What was asked for goes to standard output, everything else to standard error. The exit code is 0
//! for done and accepted, 1 for refused, 2 for what could not run.

// What is typed or piped in never makes the command panic.
#![deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod audit;
mod body;
mod clock;
mod curl;
mod discover;
mod dlga;
mod explain;
mod failure;
mod format;
mod haso;
mod near;
mod output;
mod pages;
#[cfg(feature = "server")]
mod proxy;
mod recipes;
#[cfg(feature = "server")]
mod records;
mod request;
#[cfg(feature = "server")]
mod sandbox;
mod secret;
#[cfg(feature = "server")]
mod server;
mod streams;

use std::panic::{self, UnwindSafe};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Parser, Subcommand};

use failure::{Failure, Outcome};

/// Signs and verifies the requests of two Turkish services: Diyalog's DLGA header and Haso's requestToken.
#[derive(Parser)]
#[command(
    name = "imza",
    version,
    after_help = "\
What was asked for goes to standard output, everything else to standard error.
Secrets come from files or the environment, never from arguments.
Exit codes: 0 done and accepted, 1 refused, 2 could not run.

`imza dlga sign --help` and its sisters end with examples that can be pasted."
)]
struct Imza {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(subcommand)]
    Dlga(dlga::Command),
    #[command(subcommand)]
    Haso(haso::Command),
    Audit(audit::Arguments),
    #[cfg(feature = "server")]
    Sandbox(sandbox::Arguments),
    #[cfg(feature = "server")]
    Proxy(proxy::Arguments),
    Completions(pages::Completions),
    Man(pages::Man),
}

impl Command {
    fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Dlga(command) => command.run(),
            Self::Haso(command) => command.run(),
            Self::Audit(arguments) => arguments.run(),
            #[cfg(feature = "server")]
            Self::Sandbox(arguments) => arguments.run(),
            #[cfg(feature = "server")]
            Self::Proxy(arguments) => arguments.run(),
            Self::Completions(completions) => completions.run(),
            Self::Man(man) => man.run(),
        }
    }
}

fn main() -> ExitCode {
    ExitCode::from(guarded(run))
}

/// Does what the arguments say, and returns the exit code.
fn run() -> u8 {
    let outcome = match Imza::try_parse() {
        Ok(imza) => imza.command.run(),
        Err(answer) if answer.use_stderr() => {
            // Where standard error is gone, no one is left to hear.
            let _ = answer.print();
            return 2;
        }
        // The help and the version were asked for.
        Err(answer) => streams::stdout().and_then(|()| output::printed(answer.print())).map(|()| Outcome::Done),
    };
    match outcome {
        Ok(Outcome::Done) => 0,
        Ok(Outcome::NotValid) => 1,
        Ok(Outcome::Refused(sentence)) => {
            output::say(&sentence);
            1
        }
        Ok(Outcome::Excused(sentence)) => {
            output::say(&sentence);
            0
        }
        Err(failure) => {
            output::say(&failure.to_string());
            2
        }
    }
}

/// Runs a command so that the exit code is a documented one even where imza itself is at fault. What a panic says is
/// left out: it could repeat a secret.
fn guarded(run: impl FnOnce() -> u8 + UnwindSafe) -> u8 {
    panic::set_hook(Box::new(|panic| {
        // One fault can end several threads.
        static IS_SAID: AtomicBool = AtomicBool::new(false);
        #[cfg(feature = "parquet")]
        if imza_audit::is_decoding() {
            return;
        }
        if !IS_SAID.swap(true, Ordering::Relaxed) {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            output::say(&format!("this is a fault of imza itself, at {place}: please report it"));
        }
    }));
    panic::catch_unwind(run).unwrap_or(2)
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_fault_of_imza_itself_ends_with_the_documented_exit_code() {
        assert_eq!(guarded(|| 1), 1);
        assert_eq!(guarded(|| panic!("with a secret")), 2);
    }
}
