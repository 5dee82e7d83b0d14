//! What a package ships beside the command: shell completions and manual pages.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};

use crate::failure::{Failure, Outcome};
use crate::{Imza, output};

/// Print the completions for a shell
#[derive(Args)]
#[command(after_help = "\
Examples:
  imza completions bash >imza.bash     # into ~/.local/share/bash-completion/completions/imza
  imza completions zsh >_imza          # into a directory of $fpath
  imza completions fish >imza.fish     # into ~/.config/fish/completions")]
pub(crate) struct Completions {
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

impl Completions {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        // Into memory first: clap_complete panics where its output is closed.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Imza::command(), "imza", &mut script);
        output::print(script)?;
        Ok(Outcome::Done)
    }
}

/// Write the manual pages, imza.1 and one for each command, into a directory
#[derive(Args)]
#[command(hide = true)]
pub(crate) struct Man {
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

impl Man {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        clap_mangen::generate_to(Imza::command(), &self.directory).map_err(|error| {
            Failure::new(format!("cannot write the manual pages into {}: {error}", self.directory.display()))
        })?;
        Ok(Outcome::Done)
    }
}
