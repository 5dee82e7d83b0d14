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
mod recipes;
mod request;
mod secret;

use std::process::ExitCode;

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
    Completions(pages::Completions),
    Man(pages::Man),
}

impl Command {
    fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Dlga(command) => command.run(),
            Self::Haso(command) => command.run(),
            Self::Audit(arguments) => arguments.run(),
            Self::Completions(completions) => completions.run(),
            Self::Man(man) => man.run(),
        }
    }
}

fn main() -> ExitCode {
    match Imza::parse().command.run() {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::NotValid) => ExitCode::from(1),
        Ok(Outcome::Refused(sentence)) => {
            output::say(&sentence);
            ExitCode::from(1)
        }
        Err(failure) => {
            output::say(&failure.to_string());
            ExitCode::from(2)
        }
    }
}
