//! The report: one HTML page that needs nothing but itself, for the screen, light or dark, and for paper.
//!
//! Ids, reasons and file names come from whoever sent the requests. `report.html` is filled by a template engine,
//! which escapes every text as [`Html`] does.

use std::fmt::{self, Write};

use askama::Template;
use askama::filters::Escaper;
use imza::shown::is_printable;

use super::judge::Clock;
use super::judged::Refusal;
use super::summary::{Replay, Summary};
use super::table::{Lines, NAMES};
use super::time;
use super::verdict::{Scheme, Verdict};

/// Height of the chart's drawing, and width of one of its steps.
const HEIGHT: u64 = 200;
const STEP: usize = 8;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'s> {
    title: String,
    style: &'static str,
    inputs: &'s [String],
    several_inputs: bool,
    keys: &'s str,
    clock: String,
    tiles: Vec<Tile>,
    chart: Option<Chart>,
    head: Vec<HeadCell>,
    lines: Vec<TableLine>,
    remarks: Vec<String>,
    meanings: Vec<Verdict>,
    replayed: u64,
    replayed_in_digits: String,
    replays: Vec<ReplayLine<'s>>,
    refused: u64,
    refused_in_digits: String,
    refusals_title: &'static str,
    refusals: Vec<RefusalLine<'s>>,
    version: &'static str,
}

/// A count at a glance.
struct Tile {
    class: &'static str,
    count: String,
    label: String,
}

/// Verdicts over time: a column for each step, the verdicts on top of one another.
struct Chart {
    highest: String,
    width: usize,
    height: u64,
    bar_width: usize,
    each: String,
    columns: Vec<Column>,
    begin: String,
    end: String,
    legend: Vec<&'static str>,
}

struct Column {
    x: usize,
    title: String,
    bars: Vec<Bar>,
}

struct Bar {
    class: &'static str,
    y: u64,
    height: u64,
}

struct HeadCell {
    class: &'static str,
    text: &'static str,
}

struct TableLine {
    is_sum: bool,
    cells: Vec<TableCell>,
}

struct TableCell {
    name: &'static str,
    class: &'static str,
    text: String,
}

struct ReplayLine<'s> {
    input: &'s str,
    line: u64,
    id: &'s str,
    scheme: &'static str,
    first_input: &'s str,
    first_line: u64,
}

struct RefusalLine<'s> {
    input: &'s str,
    line: u64,
    id: &'s str,
    scheme: &'static str,
    verdict: &'static str,
    reason: &'s str,
}

impl Summary {
    /// The report as an HTML page.
    pub fn report(&self) -> String {
        let total = self.total();
        let unreadable = total.of(Verdict::Unreadable);
        let refused = total.total().saturating_sub(total.of(Verdict::Valid));
        let (head, lines) = self.table_lines();
        let page = Page {
            title: self.title(),
            style: include_str!("report.css"),
            inputs: &self.about.inputs,
            several_inputs: self.about.inputs.len() > 1,
            keys: &self.about.keys,
            clock: self.clock_in_words(),
            tiles: self.tiles(),
            chart: self.chart(),
            head,
            lines,
            remarks: self.remarks(),
            meanings: Verdict::ALL.into_iter().filter(|&verdict| total.of(verdict) > 0).collect(),
            replayed: total.replays(),
            replayed_in_digits: grouped(total.replays()),
            replays: self.replays().iter().map(|replay| self.replay_line(replay)).collect(),
            refused,
            refused_in_digits: grouped(refused),
            refusals_title: match unreadable {
                0 => "Refused",
                _ if unreadable == refused => "Not readable",
                _ => "Refused or not readable",
            },
            refusals: self.refusals().iter().map(|(input, refusal)| self.refusal_line(*input, refusal)).collect(),
            version: env!("CARGO_PKG_VERSION"),
        };
        // Writing to a text cannot fail.
        page.render().unwrap_or_default()
    }

    /// What was found, in one sentence.
    fn title(&self) -> String {
        let total = self.total();
        let unreadable = total.of(Verdict::Unreadable);
        let refused = self.records().saturating_sub(total.of(Verdict::Valid));
        let counted = |count: u64, one: &str, several: &str| match count {
            1 => format!("one {one}"),
            count => format!("{} {several}", grouped(count)),
        };
        if self.records() == 0 {
            return if unreadable == 0 { "No request was found" } else { "Nothing that was read is a request" }
                .to_owned();
        }
        let mut parts = Vec::new();
        match refused {
            0 if total.replays() == 0 && unreadable == 0 => return "Every request is genuine".to_owned(),
            0 if total.replays() == 0 => parts.push("Every request that could be read is genuine".to_owned()),
            0 => parts.push("Every signature is genuine".to_owned()),
            1 => parts.push("One request was refused".to_owned()),
            refused => parts.push(format!("{} requests were refused", grouped(refused))),
        }
        if total.replays() > 0 {
            parts.push(counted(total.replays(), "request was replayed", "requests were replayed"));
        }
        if unreadable > 0 {
            parts.push(counted(unreadable, "line could not be read", "lines could not be read"));
        }
        parts.join(", ")
    }

    fn clock_in_words(&self) -> String {
        let window = || {
            let (past, future) = (self.about.past.as_secs(), self.about.future.as_secs());
            format!("a DLGA request may be {past} seconds older and {future} seconds younger")
        };
        match self.about.clock {
            Clock::AtReceived => format!("the time at which each request was received; {} than that", window()),
            Clock::At(now) => format!("{} for every request; {} than that", time::shown(now), window()),
            Clock::Ignored => "none: a request is accepted however old it is".to_owned(),
        }
    }

    fn tiles(&self) -> Vec<Tile> {
        let total = self.total();
        let shown = Verdict::ALL.into_iter().filter(|&verdict| verdict == Verdict::Valid || total.of(verdict) > 0);
        let tile = |verdict: Verdict| {
            let class = verdict.as_str();
            Tile { class, count: grouped(total.of(verdict)), label: class.to_owned() }
        };
        let replays = (total.replays() > 0).then(|| Tile {
            class: "replayed",
            count: grouped(total.replays()),
            label: "of them replayed".to_owned(),
        });
        shown.map(tile).chain(replays).collect()
    }

    fn chart(&self) -> Option<Chart> {
        let timeline = self.timeline();
        let highest =
            timeline.steps().map(|(_, step)| step.iter().sum::<u64>()).max().filter(|&highest| highest > 0)?;
        let (first, _) = timeline.steps().next()?;
        let end = timeline.steps().last().map_or(first, |(begin, _)| begin.saturating_add(timeline.length()));
        let column = |(place, (begin, step)): (usize, (i64, &[u64; Verdict::ALL.len()]))| {
            let mut below = 0_u64;
            let bar = |(verdict, count): (Verdict, &u64)| {
                let from = scaled(below, highest);
                below = below.saturating_add(*count);
                // A single refusal among a million must still be seen.
                let lowest = if verdict == Verdict::Valid { 0 } else { 2 };
                let height = scaled(below, highest).saturating_sub(from).max(lowest);
                Bar { class: verdict.as_str(), y: HEIGHT.saturating_sub(from).saturating_sub(height), height }
            };
            let counts = Verdict::ALL.into_iter().zip(step).filter(|(_, count)| **count > 0);
            Column {
                x: place.saturating_mul(STEP),
                title: format!("{}: {}", time::shown(begin), counted(step)),
                bars: counts.map(bar).collect(),
            }
        };
        let columns = timeline.steps().enumerate().map(column).filter(|column| !column.bars.is_empty()).collect();
        let total = self.total();
        let in_chart = |&verdict: &Verdict| total.of(verdict) > 0 && verdict != Verdict::Unreadable;
        Some(Chart {
            highest: grouped(highest),
            width: timeline.steps().len().saturating_mul(STEP),
            height: HEIGHT,
            bar_width: STEP.saturating_sub(1),
            each: duration(timeline.length()),
            columns,
            begin: time::shown(first),
            end: time::shown(end),
            legend: Verdict::ALL.into_iter().filter(in_chart).map(Verdict::as_str).collect(),
        })
    }

    /// Head and lines of the table by scheme and key.
    fn table_lines(&self) -> (Vec<HeadCell>, Vec<TableLine>) {
        let lines = Lines::of(self);
        let times = lines.head.len().saturating_sub(lines.times());
        let class = |at: usize| match at {
            ..NAMES => "",
            at if at < times => "number",
            _ => "time",
        };
        let line = |line: &super::table::Line| {
            let cell = |(at, (&name, text)): (usize, (&&'static str, &String))| {
                let class = if text == "0" && at >= NAMES { "number none" } else { class(at) };
                TableCell { name, class, text: text.clone() }
            };
            TableLine { is_sum: line.is_sum, cells: lines.head.iter().zip(&line.cells).enumerate().map(cell).collect() }
        };
        let head = lines.head.iter().enumerate().map(|(at, &text)| HeadCell { class: class(at), text }).collect();
        (head, lines.lines.iter().map(line).collect())
    }

    fn replay_line<'s>(&'s self, replay: &'s Replay) -> ReplayLine<'s> {
        ReplayLine {
            input: self.input(replay.at.input),
            line: replay.at.line,
            id: &replay.id,
            scheme: replay.scheme.map_or("", Scheme::as_str),
            first_input: self.input(replay.first.input),
            first_line: replay.first.line,
        }
    }

    fn refusal_line<'s>(&'s self, input: usize, refusal: &'s Refusal) -> RefusalLine<'s> {
        RefusalLine {
            input: self.input(input),
            line: refusal.line,
            id: &refusal.id,
            scheme: refusal.scheme.map_or("", Scheme::as_str),
            verdict: refusal.verdict.as_str(),
            reason: &refusal.reason,
        }
    }

    fn input(&self, number: usize) -> &str {
        self.about.inputs.get(number).map(String::as_str).unwrap_or_default()
    }
}

/// The counts of a step in words.
fn counted(step: &[u64]) -> String {
    let counts = Verdict::ALL.into_iter().zip(step).filter(|(_, count)| **count > 0);
    counts.map(|(verdict, count)| format!("{} {}", grouped(*count), verdict.as_str())).collect::<Vec<_>>().join(", ")
}

/// A count on the chart's scale.
fn scaled(count: u64, highest: u64) -> u64 {
    count.saturating_mul(HEIGHT).checked_div(highest).unwrap_or_default()
}

/// A number with its thousands set apart, as in 1 234 567.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && digits.len().saturating_sub(place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A length of time in its largest unit.
fn duration(seconds: i64) -> String {
    let (length, unit) = match seconds {
        ..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let exact =
        matches!((seconds, unit), (_, "minute")) || seconds % 3600 == 0 && unit == "hour" || seconds % 86_400 == 0;
    let about = if exact { "" } else { "about " };
    if length == 1 { format!("{about}one {unit}") } else { format!("{about}{length} {unit}s") }
}

/// How every text of the page is escaped, in elements and in attributes within double quotes.
#[derive(Clone, Copy)]
pub(super) struct Html;

impl Escaper for Html {
    fn write_escaped_str<W: Write>(&self, mut page: W, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| match character {
            '&' => page.write_str("&amp;"),
            '<' => page.write_str("&lt;"),
            '>' => page.write_str("&gt;"),
            '"' => page.write_str("&quot;"),
            '\'' => page.write_str("&#39;"),
            // The lines of an explanation, and what sets thousands apart.
            '\n' | '\u{202f}' => page.write_char(character),
            // What turns the direction of text round, or is invisible, could make a refusal read as something else.
            character if is_printable(character) => page.write_char(character),
            _ => page.write_char('\u{fffd}'),
        })
    }
}
