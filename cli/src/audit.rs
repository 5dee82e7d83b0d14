//! `imza audit`: recorded requests in, a verdict for each out.

mod files;
#[cfg(feature = "parquet")]
mod lake;

use std::fs::{self, File};
use std::io::{self, IsTerminal as _, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;
use imza_audit::{Audit, AuditError, Clock, Input, Keys, Output, Summary, Verdict};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::clock;
use crate::dlga::WindowOptions;
use crate::failure::{Failure, Outcome};
use crate::secret::TrimOptions;
use crate::streams;

use files::{Files, Page};

/// The most threads that can be asked for.
const MOST_JOBS: u16 = 512;

/// Judges recorded requests: which were genuine?
///
/// Reads JSON Lines (also gzip), HAR and Parquet files, and writes a verdict for each request, in the order of the
/// input. A summary goes to standard error. Exit code 0 when all are valid, 1 when some are not, 2 when
/// the audit could not run to its end or found no record.
#[derive(Args)]
#[command(after_help = "\
Examples:
  imza audit --keys keys.toml --at-received requests.jsonl.gz --out verdicts.jsonl
  zcat 2026-*.jsonl.gz | imza audit --keys keys.toml --ignore-clock - | grep -v '\"verdict\":\"valid\"'
  imza audit --keys keys.toml --at-received session.har --report report.html
  imza audit --keys keys.toml --at-received lake/*.parquet --out verdicts.parquet")]
pub(crate) struct Arguments {
    /// Files of recorded requests: JSON Lines, also gzip, HAR or Parquet; a directory is all Parquet files below it, `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// TOML file with the access keys, merchants and recipes to verify with
    #[arg(long, value_name = "KEYS.toml")]
    keys: PathBuf,
    #[command(flatten)]
    trim: TrimOptions,
    #[command(flatten)]
    clock: ClockOptions,
    #[command(flatten)]
    window: WindowOptions,
    /// File for the verdicts, one that ends in .parquet for rows; without it, or for `-`, standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Column of the Parquet files that holds the records as JSON; without it, each member has a column
    #[cfg(feature = "parquet")]
    #[arg(long, value_name = "NAME")]
    json_column: Option<String>,
    /// How many threads judge; without it, one for each core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=i64::from(MOST_JOBS)))]
    jobs: Option<u16>,
    /// Try the known mistakes on each refused request, and tell in its reason which one it is; takes long
    #[arg(long)]
    explain: bool,
    /// File for a report as an HTML page
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// File for the summary as JSON, whose counts can be added up over several audits
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// Exit with 0 whatever the verdicts are, and also where there is no record; 2 stays for what could not run
    #[arg(long)]
    exit_zero: bool,
}

/// Against which clock the requests are held (DLGA-19).
#[derive(Args)]
#[group(required = true, multiple = false)]
struct ClockOptions {
    /// The time at which each request was received, as its record says
    #[arg(long)]
    at_received: bool,
    /// One time for all: Unix seconds, RFC 3339 or the header's form
    #[arg(long, value_name = "DATE", value_parser = clock::instant, allow_negative_numbers = true)]
    now: Option<i64>,
    /// No clock: old requests are taken too
    #[arg(long)]
    ignore_clock: bool,
}

impl ClockOptions {
    fn clock(&self) -> Clock {
        match self.now {
            Some(now) => Clock::At(now),
            None if self.at_received => Clock::AtReceived,
            None => Clock::Ignored,
        }
    }
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let read = if self.explain { Keys::read_to_explain } else { Keys::read };
        let keys = self.trim.read_keys(&self.keys, read)?;
        let mut files = Files::default();
        for (number, path) in keys.files().iter().enumerate() {
            let what = if number == 0 { "the keys file" } else { "the secret file" };
            files.reads(path, format!("{what} {}", path.display()));
        }
        let (inputs, bytes) = self.inputs(&mut files)?;
        let (mut output, report, summary_file) = self.outputs(&mut files)?;

        let cores = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let jobs = self.jobs.and_then(|jobs| NonZeroUsize::new(jobs.into())).unwrap_or(cores);
        let window = (self.window.past(), self.window.future());
        let bar = progress_bar(bytes);
        let audit = Audit::new(keys, self.clock.clock(), window.0, window.1, jobs);
        #[cfg(feature = "parquet")]
        let audit = match &self.json_column {
            Some(name) => audit.with_json_column(name),
            None => audit,
        };
        let audited = audit.run(&inputs, &mut output, &|bytes| bar.inc(bytes));
        bar.finish_and_clear();
        let summary = match audited {
            Err(AuditError::NobodyReads) => return Ok(Outcome::Done),
            audited => audited?,
        };
        let nothing = summary.nothing_read().filter(|_| summary.total().total() == 0);
        if let Some(nothing) = nothing.as_ref().filter(|_| !self.exit_zero) {
            return Err(Failure::new(nothing));
        }
        if nothing.is_none() {
            // Where standard error is gone, no one is left to hear.
            let _ = io::stderr().write_all(summary.table(terminal_width()).as_bytes());
        }
        if let Some(report) = report {
            report.write(summary.report().as_bytes())?;
        }
        if let Some(file) = summary_file {
            file.write(&summary.to_json())?;
        }
        let sentence = nothing.or_else(|| what_is_not_valid(&summary));
        Ok(match sentence {
            None => Outcome::Done,
            Some(sentence) if self.exit_zero => Outcome::Excused(sentence),
            Some(sentence) => Outcome::Refused(sentence),
        })
    }

    /// The inputs, and how many bytes they have together, where that is known. A file that cannot be opened is
    /// reported before anything is done.
    fn inputs(&self, files: &mut Files) -> Result<(Vec<Input>, Option<u64>), Failure> {
        let mut inputs = Vec::new();
        let mut bytes = Some(0_u64);
        for path in &self.files {
            if path == Path::new("-") {
                if inputs.contains(&Input::Stdin) {
                    return Err(Failure::new("`-` is given twice; standard input can be read once"));
                }
                streams::stdin()?;
                if let Ok(stdin) = owned(&io::stdin()) {
                    files.reads_open(&stdin, "standard input".to_owned());
                }
                inputs.push(Input::Stdin);
                bytes = None;
                continue;
            }
            let cannot_read = |error| Failure::new(format!("{}: it cannot be read: {error}", path.display()));
            let about = fs::metadata(path).map_err(cannot_read)?;
            #[cfg(feature = "parquet")]
            if about.is_dir() {
                for file in lake::files(path).map_err(Failure::new)? {
                    let about = fs::metadata(&file)
                        .map_err(|error| Failure::new(format!("{}: it cannot be read: {error}", file.display())))?;
                    files.reads(&file, format!("the input {}", file.display()));
                    bytes = bytes.map(|bytes| bytes.saturating_add(about.len()));
                    inputs.push(Input::File(file));
                }
                continue;
            }
            #[cfg(not(feature = "parquet"))]
            if about.is_dir() {
                return Err(Failure::new(format!("{}: it is a directory", path.display())));
            }
            if about.is_file() {
                // A pipe is opened once, when it is read.
                File::open(path).map_err(cannot_read)?;
            }
            files.reads(path, format!("the input {}", path.display()));
            bytes = bytes.filter(|_| about.is_file()).map(|bytes| bytes.saturating_add(about.len()));
            inputs.push(Input::File(path.clone()));
        }
        Ok((inputs, bytes))
    }

    /// Where the verdicts, the report and the summary go. Nothing that is read is written to, and what is there
    /// stays until all of them can be written.
    fn outputs(&self, files: &mut Files) -> Result<(Output, Option<Page>, Option<Page>), Failure> {
        let verdicts = if let Some(out) = self.out.as_deref().filter(|path| *path != Path::new("-")) {
            files.writes(out, "--out", "the verdicts")?;
            Verdicts::To(out)
        } else {
            streams::stdout()?;
            let stdout = owned(&io::stdout())
                .map_err(|error| Failure::new(format!("cannot write to standard output: {error}")))?;
            files.writes_open(&stdout, Path::new("/dev/stdout"), "standard output", "the verdicts")?;
            Verdicts::ToStdout(stdout)
        };
        let pages = [("--report", "the report", &self.report), ("--summary", "the summary", &self.summary)];
        for (option, what, path) in pages {
            path.as_ref().map(|path| files.writes(path, option, what)).transpose()?;
        }
        let [report, summary] =
            pages.map(|(_, what, path)| path.as_ref().map(|path| Page::begin(path, what)).transpose());
        let (report, summary) = (report?, summary?);
        let output = match verdicts {
            Verdicts::ToStdout(stdout) => Output::new(stdout, "standard output"),
            Verdicts::To(out) => {
                let file = files::open_for_verdicts(out)?;
                files.writes_open(&file, out, "--out", "the verdicts")?;
                files::empty(&file, out)?;
                output(file, out)?
            }
        };
        Ok((output, report, summary))
    }
}

/// Lines, or rows where the name says so.
#[cfg_attr(not(feature = "parquet"), expect(clippy::unnecessary_wraps, reason = "rows cannot always be written"))]
fn output(file: File, out: &Path) -> Result<Output, Failure> {
    let name = out.display().to_string();
    #[cfg(feature = "parquet")]
    if out.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet")) {
        let cannot_write = |error| Failure::new(format!("cannot write {}: {error}", out.display()));
        return Output::parquet(file, name).map_err(cannot_write);
    }
    Ok(Output::new(file, name))
}

/// Where the verdicts go, before anything is emptied.
enum Verdicts<'a> {
    To(&'a Path),
    ToStdout(File),
}

/// A sentence about the records that are not valid; none where all are.
fn what_is_not_valid(summary: &Summary) -> Option<String> {
    let total = summary.total();
    let (records, unreadable) = (summary.records(), total.of(Verdict::Unreadable));
    let lines = match unreadable {
        1 => "1 line could not be read".to_owned(),
        _ => format!("{unreadable} lines could not be read"),
    };
    match (records.saturating_sub(total.of(Verdict::Valid)), unreadable) {
        (0, 0) => None,
        (0, _) => Some(lines),
        (refused, 0) => Some(format!("{refused} of {records} records are not valid")),
        (refused, _) => Some(format!("{refused} of {records} records are not valid, and {lines}")),
    }
}

/// The width of the terminal that standard error is, if it is one.
fn terminal_width() -> Option<u16> {
    let mut table = comfy_table::Table::new();
    table.use_stderr();
    table.width()
}

/// A standard stream as the file that it may be, without a buffer between.
#[cfg(unix)]
fn owned(stream: &impl std::os::fd::AsFd) -> io::Result<File> {
    stream.as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn owned(stream: &impl std::os::windows::io::AsHandle) -> io::Result<File> {
    stream.as_handle().try_clone_to_owned().map(File::from)
}

/// A bar on a terminal, nothing in a pipe. Without a length it tells only what was read.
fn progress_bar(bytes: Option<u64>) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(bytes, ProgressDrawTarget::stderr());
    let template = match bytes {
        Some(_) => "{bar:40} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left",
        None => "{spinner} {bytes} {bytes_per_sec}",
    };
    // The templates are good ones; else the plain style does.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
