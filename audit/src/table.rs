//! The summary as a table of texts, for the terminal and for the report.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use imza::shown::escaped;

use super::summary::{Counts, Summary};
use super::time;
use super::verdict::{Scheme, Verdict};

/// Head and lines of the summary's table. Columns and lines with nothing in them are left out.
pub(super) struct Lines {
    pub(super) head: Vec<&'static str>,
    pub(super) lines: Vec<Line>,
    /// How many keys are left out because no record belongs to them; none where there are few.
    pub(super) unused_keys: usize,
}

/// A line of the table.
pub(super) struct Line {
    pub(super) cells: Vec<String>,
    /// Whether it adds up the lines above it.
    pub(super) is_sum: bool,
}

/// How many columns there are before the counts.
pub(super) const NAMES: usize = 3;

/// How many keys are shown though no record belongs to them.
const MOST_UNUSED_KEYS: usize = 20;

impl Lines {
    pub(super) fn of(summary: &Summary) -> Self {
        let is_unused = |key: Option<usize>, counts: &Counts| key.is_some() && counts.total() == 0;
        let unused = summary.rows().iter().filter(|(row, counts)| is_unused(row.key, counts)).count();
        let unused_keys = if unused > MOST_UNUSED_KEYS { unused } else { 0 };
        let mut rows: Vec<([String; NAMES], Counts, bool)> = Vec::new();
        for scheme in [Some(Scheme::Dlga), Some(Scheme::Haso), None] {
            let name = scheme.map_or("-", Scheme::as_str);
            let mut sum = Counts::default();
            let begin = rows.len();
            for (row, counts) in summary.rows().iter().filter(|(row, _)| row.scheme == scheme) {
                sum = sum.and(counts);
                if counts.total() == 0 && (row.key.is_none() || unused_keys > 0) {
                    continue;
                }
                let key = row.key.map_or("-".to_owned(), |key| key.to_string());
                let id = row.id.as_deref().map_or("-".to_owned(), escaped);
                rows.push(([name.to_owned(), key, id], counts.clone(), false));
            }
            if rows.len() > begin.saturating_add(1) {
                rows.push(([name.to_owned(), "all".to_owned(), String::new()], sum, true));
            }
        }
        let total = summary.total();
        let given: Vec<Verdict> =
            Verdict::ALL.into_iter().filter(|&verdict| verdict == Verdict::Valid || total.of(verdict) > 0).collect();
        let replays = total.replays() > 0;
        let unverified = total.refused_seen().is_some();
        let mut head = vec!["scheme", "key", "id"];
        head.extend(given.iter().map(|verdict| verdict.as_str()));
        head.extend(replays.then_some("replayed"));
        head.extend(["first seen (UTC)", "last seen (UTC)"]);
        head.extend(unverified.then_some("not genuine, seen (UTC)"));
        let line = |(names, counts, is_sum): ([String; NAMES], Counts, bool)| {
            let mut cells = Vec::from(names);
            cells.extend(given.iter().map(|&verdict| counts.of(verdict).to_string()));
            cells.extend(replays.then(|| counts.replays().to_string()));
            let (first, last) = counts.seen().map(|(first, last)| (shown(first), shown(last))).unwrap_or_default();
            cells.extend([first, last]);
            cells.extend(unverified.then(|| counts.refused_seen().map(span).unwrap_or_default()));
            Line { cells, is_sum }
        };
        Self { head, lines: rows.into_iter().map(line).collect(), unused_keys }
    }

    /// How many of the columns are times, at the right.
    pub(super) fn times(&self) -> usize {
        self.head.iter().filter(|name| name.ends_with("(UTC)")).count()
    }

    /// The table with its frame.
    fn in_columns(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(&self.head);
        for line in &self.lines {
            table.add_row(line.cells.iter().map(Cell::new));
        }
        let counts = NAMES..self.head.len().saturating_sub(self.times());
        for (_, column) in table.column_iter_mut().enumerate().filter(|(at, _)| counts.contains(at)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        format!("{table}\n")
    }

    /// The same where there is no room for columns: a paragraph for each line, without what is 0.
    fn in_paragraphs(&self) -> String {
        let times_begin = self.head.len().saturating_sub(self.times());
        let part = |(name, cell): (&&str, &String)| match (*name, cell.as_str()) {
            (_, "" | "-" | "0") => None,
            ("key", "all") => Some("all keys".to_owned()),
            ("scheme" | "id", cell) => Some(cell.to_owned()),
            ("key", key) => Some(format!("key {key}")),
            (verdict, count) => Some(format!("{count} {verdict}")),
        };
        let paragraph = |line: &Line| {
            let parts: Vec<_> = self.head.iter().zip(&line.cells).map(part).collect();
            let join = |from: usize, to: usize| {
                let parts = parts.get(from..to).unwrap_or_default();
                parts.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
            };
            let what = Some(join(0, NAMES)).filter(|names| !names.is_empty());
            let what = what.as_deref().unwrap_or("not a record");
            let times = self.head.iter().zip(&line.cells).skip(times_begin).filter(|(_, time)| !time.is_empty());
            let times: String = times.map(|(name, time)| ["  ", name, ": ", time, "\n"].concat()).collect();
            // On a line of its own: an access key id takes most of a narrow terminal's.
            let counts = Some(join(NAMES, times_begin)).filter(|counts| !counts.is_empty());
            let counts = counts.map(|counts| ["  ", &counts, "\n"].concat()).unwrap_or_default();
            format!("{what}\n{counts}{times}")
        };
        self.lines.iter().map(paragraph).collect()
    }
}

/// The first and the last of some times.
fn span((first, last): (i64, i64)) -> String {
    if first == last { shown(first) } else { format!("{} to {}", shown(first), shown(last)) }
}

/// A time; one that no calendar has in seconds.
fn shown(seconds: i64) -> String {
    Some(time::shown(seconds)).filter(|time| !time.is_empty()).unwrap_or_else(|| format!("{seconds} s after 1970"))
}

impl Summary {
    /// The summary for a terminal of this width, in characters, or for none: the table, and beneath it what else
    /// there is to say, a sentence a line. Where the table is wider than the terminal, paragraphs take its place.
    pub fn table(&self, width: Option<u16>) -> String {
        let lines = Lines::of(self);
        let table = lines.in_columns();
        let widest = table.lines().map(|line| line.chars().count()).max().unwrap_or_default();
        let table = if width.is_some_and(|width| widest > width.into()) { lines.in_paragraphs() } else { table };
        table + &self.remarks().join("\n") + "\n"
    }

    /// What is said beneath the table, a sentence each.
    pub(super) fn remarks(&self) -> Vec<String> {
        let total = self.total();
        let (all, valid, unreadable) = (self.records(), total.of(Verdict::Valid), total.of(Verdict::Unreadable));
        let records = if all == 1 { "record" } else { "records" };
        let counts = match all.saturating_sub(valid) {
            0 if all > 1 => format!("{all} records, all valid"),
            0 => format!("{all} {records}, {valid} valid"),
            refused => format!("{all} {records}: {valid} valid, {refused} not"),
        };
        let mut remarks = match unreadable {
            0 => vec![counts],
            // The sentence that says so says all.
            _ if all == 0 => Vec::new(),
            1 => vec![format!("{counts}; 1 line could not be read")],
            _ => vec![format!("{counts}; {unreadable} lines could not be read")],
        };
        remarks.extend(self.nothing_read());
        if total.replays() > 0 {
            remarks.push(format!("genuine records whose signature was seen before: {}", total.replays()));
        }
        if let Some(bound) = self.replay_bound() {
            remarks.push(format!(
                "only the first {bound} signatures are remembered: later replays may not have been noticed"
            ));
        }
        if self.skipped() > 0 {
            remarks.push(format!(
                "entries of HAR files that are requests of neither scheme, without a verdict: {}",
                self.skipped()
            ));
        }
        if let Some(workers) = self.workers {
            let jobs = self.about.jobs;
            let place = if workers == 0 { "on the main thread alone".to_owned() } else { format!("on {workers}") };
            remarks.push(format!("the system gave fewer threads than the {jobs} asked for: the audit ran {place}"));
        }
        let unused = Lines::of(self).unused_keys;
        if unused > 0 {
            remarks.push(format!("keys of the keys file that no record belongs to, left out above: {unused}"));
        }
        remarks
    }

    /// What there is to say where not one record was read; none where there was one.
    pub fn nothing_read(&self) -> Option<String> {
        if self.records() > 0 {
            return None;
        }
        let advice = "is this JSON Lines? `imza audit --help` shows a record";
        Some(match (self.total().of(Verdict::Unreadable), self.skipped()) {
            (0, 0) => format!("there is no record in {}", self.about.inputs.join(", ")),
            (0, 1) => "the one entry is a request of neither scheme".to_owned(),
            (0, skipped) => format!("none of the {skipped} entries is a request of either scheme"),
            (1, _) if self.has_entries() => "the one entry of a scheme cannot be judged".to_owned(),
            (unreadable, _) if self.has_entries() => {
                format!("none of the {unreadable} entries of a scheme can be judged")
            }
            (1, _) => format!("the one line is not a record: {advice}"),
            (unreadable, _) => format!("none of the {unreadable} lines is a record: {advice}"),
        })
    }
}
