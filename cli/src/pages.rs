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
        write_pages(&imza, &[], &exit_codes(&imza), &self.directory).map_err(|error| {
            Failure::new(format!("cannot write the manual pages into {}: {error}", self.directory.display()))
        })?;
        Ok(Outcome::Done)
    }
}

/// What the help of `imza` says of exit codes begins so: `Exit codes: 0 done, 1 refused`.
const EXIT_CODES: &str = "Exit codes: ";

/// The exit codes with their meanings, as the help has them.
fn exit_codes(imza: &clap::Command) -> String {
    let help = imza.get_after_help().map(ToString::to_string).unwrap_or_default();
    let codes = help.lines().find_map(|line| line.strip_prefix(EXIT_CODES)).unwrap_or_default();
    let code = |code: &str| {
        let (number, meaning) = code.split_once(' ').unwrap_or((code, ""));
        format!(".TP\n\\fB{number}\\fR\n{meaning}\n")
    };
    codes.trim_end_matches('.').split(", ").map(code).collect()
}

/// Writes the page of a command and those of its subcommands; `above` are the names of the pages that lead to it.
fn write_pages(command: &clap::Command, above: &[String], exit_codes: &str, directory: &Path) -> io::Result<()> {
    let last_words = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    // clap_mangen would set the examples as running text, and exit codes have a section of their own.
    let (examples, notes) = match last_words.strip_prefix("Examples:\n") {
        Some(examples) => (Some(examples), String::new()),
        None => (
            None,
            last_words
                .lines()
                .filter(|line| !line.starts_with(EXIT_CODES))
                .map(|line| line.to_owned() + "\n")
                .collect(),
        ),
    };
    let notes = Some(notes.trim()).filter(|notes| !notes.is_empty()).map(ToOwned::to_owned);
    let page = Page::new(
        command.clone().after_help(clap::builder::Resettable::from(notes.map(clap::builder::StyledStr::from))),
    );
    let mut text = Vec::new();
    page.render(&mut text)?;
    let text = String::from_utf8_lossy(&text).replace(".SH EXTRA\n", ".SH NOTES\n");
    let examples = examples.map(examples_section).unwrap_or_default();
    let name = |page: &str| page.strip_suffix(".1").unwrap_or(page).replace('-', "\\-");
    let file = page.get_filename();
    let below: Vec<_> = command.get_subcommands().filter(|below| !below.is_hide_set()).collect();
    let pages = above.iter().cloned().chain(below.iter().map(|below| Page::new((*below).clone()).get_filename()));
    let also = pages.map(|page| format!(".BR {} (1)", name(&page))).collect::<Vec<_>>().join(" ,\n");
    let text = format!("{text}{examples}.SH \"EXIT STATUS\"\n{exit_codes}.SH \"SEE ALSO\"\n{also}\n");
    fs::write(directory.join(&file), text)?;
    let above = [above, &[file]].concat();
    below.into_iter().try_for_each(|below| write_pages(below, &above, exit_codes, directory))
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
