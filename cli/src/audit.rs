//! `imza audit`: recorded requests in, a verdict for each out.

use std::fs::{self, File};
use std::io::{self, IsTerminal as _, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;
use imza_audit::{Audit, AuditError, Clock, Input, Keys, Output, Verdict};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::clock;
use crate::dlga::WindowOptions;
use crate::failure::{Failure, Outcome};
use crate::secret::TrimOptions;

/// The most threads that can be asked for.
const MOST_JOBS: u16 = 512;

/// Judges recorded requests: which were genuine?
///
/// Reads JSON Lines (also gzip) and HAR files, and writes a verdict for each request, in the order of the
/// input. A summary goes to standard error. Exit code 0 when all are valid, 1 when some are not, 2 when
/// the audit could not run to its end.
#[derive(Args)]
#[command(after_help = "\
Examples:
  imza audit --keys keys.toml --at-received requests.jsonl.gz --out verdicts.jsonl
  zcat 2026-*.jsonl.gz | imza audit --keys keys.toml --ignore-clock - | grep -v '\"verdict\":\"valid\"'
  imza audit --keys keys.toml --at-received session.har --report report.html")]
pub(crate) struct Arguments {
    /// Files of recorded requests: JSON Lines, also gzip, or HAR; `-` is standard input
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
    /// File for the verdicts; without it, or for `-`, standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How many threads judge; without it, one for each core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=i64::from(MOST_JOBS)))]
    jobs: Option<u16>,
    /// Try the known mistakes on each refused request, and tell in its reason which one it is; takes long
    #[arg(long)]
    explain: bool,
    /// File for a report as an HTML page
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
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
        let (inputs, bytes) = self.inputs()?;
        self.overwrites_nothing()?;
        let report = self.report.as_deref().map(|path| Ok::<_, Failure>((path, create(path)?))).transpose()?;
        let mut output = self.output()?;

        let cores = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let jobs = self.jobs.and_then(|jobs| NonZeroUsize::new(jobs.into())).unwrap_or(cores);
        let window = (self.window.past(), self.window.future());
        let bar = progress_bar(bytes);
        let audit = Audit::new(keys, self.clock.clock(), window.0, window.1, jobs);
        let audited = audit.run(&inputs, &mut output, &|bytes| bar.inc(bytes));
        bar.finish_and_clear();
        let summary = match audited {
            Err(AuditError::NobodyReads) => return Ok(Outcome::Done),
            audited => audited?,
        };
        // Where standard error is gone, nobody is left to tell.
        let _ = write!(io::stderr(), "{summary}");
        if let Some((path, mut file)) = report {
            let names: Vec<String> = inputs.iter().map(Input::name).collect();
            file.write_all(summary.report(&names).as_bytes())
                .map_err(|error| Failure::new(format!("cannot write the report to {}: {error}", path.display())))?;
        }
        let total = summary.total();
        Ok(match total.total().saturating_sub(total.of(Verdict::Valid)) {
            0 => Outcome::Done,
            refused => Outcome::Refused(format!("{refused} of {} records are not valid", total.total())),
        })
    }

    /// The inputs, and how many bytes they have together, where that is known. A file that is not there
    /// is told before anything is read.
    fn inputs(&self) -> Result<(Vec<Input>, Option<u64>), Failure> {
        let mut inputs = Vec::new();
        let mut bytes = Some(0_u64);
        for path in &self.files {
            if path == Path::new("-") {
                if inputs.contains(&Input::Stdin) {
                    return Err(Failure::new("`-` stands twice; standard input can be read once"));
                }
                inputs.push(Input::Stdin);
                bytes = None;
                continue;
            }
            let cannot_read = |error| Failure::new(format!("{}: it cannot be read: {error}", path.display()));
            let about = fs::metadata(path).map_err(cannot_read)?;
            if about.is_dir() {
                return Err(Failure::new(format!("{}: it is a directory", path.display())));
            }
            bytes = bytes.filter(|_| about.is_file()).map(|bytes| bytes.saturating_add(about.len()));
            inputs.push(Input::File(path.clone()));
        }
        Ok((inputs, bytes))
    }

    /// A file that is read, or is to be written too, stays what it is.
    fn overwrites_nothing(&self) -> Result<(), Failure> {
        let read = self.files.iter().map(|file| ("the input", file)).chain([("the keys file", &self.keys)]);
        let read: Vec<_> = read.collect();
        for (option, path) in [("--out", self.out_file()), ("--report", self.report.as_deref())] {
            let Some(path) = path else { continue };
            if let Some((what, file)) = read.iter().find(|(_, file)| is_same_file(file, path)) {
                return Err(Failure::new(format!("{option} would overwrite {what} {}", file.display())));
            }
        }
        match (self.out_file(), self.report.as_deref()) {
            (Some(out), Some(report)) if is_same_file(out, report) || out == report && !out.exists() => {
                Err(Failure::new(format!("--report would overwrite the verdicts in {}", out.display())))
            }
            _ => Ok(()),
        }
    }

    /// The file for the verdicts; none for standard output.
    fn out_file(&self) -> Option<&Path> {
        self.out.as_deref().filter(|path| *path != Path::new("-"))
    }

    fn output(&self) -> Result<Output, Failure> {
        let Some(path) = self.out_file() else {
            let stdout = stdout().map_err(|error| Failure::new(format!("cannot write to standard output: {error}")))?;
            return Ok(Output::new(stdout, "standard output"));
        };
        Ok(Output::new(create(path)?, path.display().to_string()))
    }
}

/// Whether two paths lead to one file. A device or a pipe loses nothing when it is written to.
fn is_same_file(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other && one.is_file(),
        _ => false,
    }
}

fn create(path: &Path) -> Result<File, Failure> {
    File::create(path).map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))
}

/// Standard output as the file that it may be, without a buffer between.
fn stdout() -> io::Result<File> {
    #[cfg(unix)]
    use std::os::fd::AsFd as _;
    #[cfg(windows)]
    use std::os::windows::io::AsHandle as _;
    #[cfg(unix)]
    let owned = io::stdout().as_fd().try_clone_to_owned()?;
    #[cfg(windows)]
    let owned = io::stdout().as_handle().try_clone_to_owned()?;
    Ok(File::from(owned))
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
