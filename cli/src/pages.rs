//! What a package ships beside the command: shell completions and manual pages.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::{Args, CommandFactory as _};
use clap_mangen::Man as Page;

use crate::failure::{Failure, Outcome};
use crate::{Imza, output};

/// Print the completions for a shell
#[derive(Args)]
#[command(after_help = "\
Examples:
  # Into ~/.local/share/bash-completion/completions, for example,
  imza completions bash >imza

  # a directory of $fpath,
  imza completions zsh >_imza

  # and ~/.config/fish/completions.
  imza completions fish >imza.fish")]
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
        let mut imza = Imza::command().disable_help_subcommand(true);
        imza.build();
        write_pages(&imza, &self.directory).map_err(|error| {
            Failure::new(format!("cannot write the manual pages into {}: {error}", self.directory.display()))
        })?;
        Ok(Outcome::Done)
    }
}

/// Writes the page of a command and those of its subcommands.
fn write_pages(command: &clap::Command, directory: &Path) -> io::Result<()> {
    for subcommand in command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        write_pages(subcommand, directory)?;
    }
    let last_words = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let examples = last_words.strip_prefix("Examples:\n");
    // clap_mangen would set the examples as running text.
    let page = Page::new(if examples.is_some() { command.clone().after_help(None) } else { command.clone() });
    let mut text = Vec::new();
    page.render(&mut text)?;
    text.extend(examples.map(examples_section).unwrap_or_default().into_bytes());
    fs::write(directory.join(page.get_filename()), text)
}

/// The examples in the language of manual pages, line by line as they are.
fn examples_section(examples: &str) -> String {
    let line = |line: &str| {
        // A hyphen that is to be pasted, and a backslash; `\&` keeps a dot in front from being a request.
        let escaped = line.strip_prefix("  ").unwrap_or(line).replace('\\', "\\e").replace('-', "\\-");
        format!("\\&{escaped}\n")
    };
    format!(".SH EXAMPLES\n.nf\n{}.fi\n", examples.lines().map(line).collect::<String>())
}
