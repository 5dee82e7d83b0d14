//! The summary as a table of texts, for the terminal and for the report.

use std::fmt;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

use super::summary::{Counts, Summary};
use super::time;
use super::verdict::{Scheme, Verdict};

/// Head and lines of the summary's table. Columns and lines with nothing in them are left out.
pub(super) struct Lines {
    pub(super) head: Vec<&'static str>,
    pub(super) lines: Vec<Line>,
}

/// A line of the table.
pub(super) struct Line {
    pub(super) cells: Vec<String>,
    /// Whether it adds up the lines above it.
    pub(super) is_sum: bool,
}

/// How many columns stand before the counts.
pub(super) const NAMES: usize = 3;

impl Lines {
    pub(super) fn of(summary: &Summary) -> Self {
        let mut rows: Vec<([String; NAMES], Counts, bool)> = Vec::new();
        for scheme in [Some(Scheme::Dlga), Some(Scheme::Haso), None] {
            let name = scheme.map_or("-", Scheme::as_str);
            let mut sum = Counts::default();
            let begin = rows.len();
            for (row, counts) in summary.rows().iter().filter(|(row, _)| row.scheme == scheme) {
                sum = sum.and(counts);
                if counts.total() == 0 && row.key.is_none() {
                    continue;
                }
                let key = row.key.map_or("-".to_owned(), |key| key.to_string());
                // Ids come from the keys file; a control character in one would reach the terminal.
                let id = row.id.as_deref().map_or("-".to_owned(), |id| id.escape_debug().to_string());
                rows.push(([name.to_owned(), key, id], counts.clone(), false));
            }
            if rows.len() > begin.saturating_add(1) {
                rows.push(([name.to_owned(), "all".to_owned(), String::new()], sum, true));
            }
        }
        let total = summary.total();
        let shown: Vec<Verdict> =
            Verdict::ALL.into_iter().filter(|&verdict| verdict == Verdict::Valid || total.of(verdict) > 0).collect();
        let replays = total.replays() > 0;
        let mut head = vec!["scheme", "key", "id"];
        head.extend(shown.iter().map(|verdict| verdict.as_str()));
        head.extend(replays.then_some("replayed"));
        head.extend(["first seen (UTC)", "last seen (UTC)"]);
        let line = |(names, counts, is_sum): ([String; NAMES], Counts, bool)| {
            let mut cells = Vec::from(names);
            cells.extend(shown.iter().map(|&verdict| counts.of(verdict).to_string()));
            cells.extend(replays.then(|| counts.replays().to_string()));
            let (first, last) =
                counts.seen().map_or_else(Default::default, |(first, last)| (time::shown(first), time::shown(last)));
            cells.extend([first, last]);
            Line { cells, is_sum }
        };
        Self { head, lines: rows.into_iter().map(line).collect() }
    }
}

/// The table as it goes to standard error, no wider than the terminal there, and what else is to be said.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lines { head, lines } = Lines::of(self);
        let mut table = Table::new();
        table
            .load_style(presets::UTF8_FULL_CONDENSED)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .use_stderr();
        let times = head.len().saturating_sub(2);
        table.set_header(&head);
        for line in &lines {
            table.add_row(line.cells.iter().map(Cell::new));
        }
        for (_, column) in table.column_iter_mut().enumerate().filter(|(at, _)| (NAMES..times).contains(at)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        writeln!(f, "{table}")?;
        self.remarks().iter().try_for_each(|remark| writeln!(f, "{remark}"))
    }
}

impl Summary {
    /// What is said beneath the table, a sentence a line.
    pub(super) fn remarks(&self) -> Vec<String> {
        let total = self.total();
        let (all, valid) = (total.total(), total.of(Verdict::Valid));
        let records = if all == 1 { "record" } else { "records" };
        let mut remarks = vec![match all.saturating_sub(valid) {
            0 if all > 1 => format!("{all} records, all valid"),
            0 => format!("{all} {records}, {valid} valid"),
            refused => format!("{all} {records}: {valid} valid, {refused} not"),
        }];
        if total.replays() > 0 {
            remarks.push(format!("genuine records whose signature was seen before: {}", total.replays()));
        }
        if let Some(bound) = self.replay_bound() {
            remarks
                .push(format!("only the first {bound} signatures were remembered: later replays may have gone unseen"));
        }
        if self.skipped() > 0 {
            remarks.push(format!(
                "entries of HAR files that are requests of neither scheme, without a verdict: {}",
                self.skipped()
            ));
        }
        remarks
    }
}
