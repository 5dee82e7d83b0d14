//! The report: one HTML page that needs nothing but itself, for the screen, light or dark, and for paper.
//!
//! Ids, reasons and file names come from whoever sent the requests, so every text is escaped.

use std::fmt::Write as _;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::summary::{MOST_REFUSALS, Summary};
use super::table::{Lines, NAMES};
use super::time;
use super::verdict::Verdict;

/// Height of the chart's drawing, and width of one of its steps.
const HEIGHT: u64 = 200;
const STEP: usize = 8;

impl Summary {
    /// The report as an HTML page, of an audit of the inputs with these names.
    pub fn report(&self, inputs: &[String]) -> String {
        let mut page = String::with_capacity(64 * 1024);
        // Writing to a text cannot fail.
        let _ = self.write_page(&mut page, inputs);
        page
    }

    fn write_page(&self, page: &mut String, inputs: &[String]) -> std::fmt::Result {
        let total = self.total();
        let refused = total.total().saturating_sub(total.of(Verdict::Valid));
        writeln!(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
        writeln!(page, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
        writeln!(page, "<meta name=\"color-scheme\" content=\"light dark\">")?;
        // Should the escaping ever fail: nothing on this page may load or run.
        let policy = "default-src 'none'; style-src 'unsafe-inline'";
        writeln!(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")?;
        writeln!(page, "<title>imza audit: {}</title>", verdict_in_words(refused))?;
        writeln!(page, "<style>\n{STYLE}</style>\n</head>\n<body>\n<main>")?;
        writeln!(page, "<header>\n<p class=\"tool\">imza audit</p>\n<h1>{}</h1>", verdict_in_words(refused))?;
        let names: Vec<String> = inputs.iter().map(|name| format!("<code>{}</code>", Escaped(name))).collect();
        writeln!(page, "<p class=\"inputs\">{}</p>\n</header>", names.join(", "))?;
        self.write_tiles(page)?;
        self.write_chart(page)?;
        self.write_table(page)?;
        self.write_refusals(page, refused)?;
        writeln!(page, "<footer>Written by imza {}. All times are UTC.</footer>", env!("CARGO_PKG_VERSION"))?;
        writeln!(page, "</main>\n</body>\n</html>")
    }

    /// The counts at a glance.
    fn write_tiles(&self, page: &mut String) -> std::fmt::Result {
        let total = self.total();
        writeln!(page, "<section class=\"tiles\">")?;
        for verdict in Verdict::ALL.into_iter().filter(|&verdict| verdict == Verdict::Valid || total.of(verdict) > 0) {
            let (name, count) = (verdict.as_str(), total.of(verdict));
            writeln!(page, "<div class=\"tile {name}\"><b>{}</b><span>{name}</span></div>", grouped(count))?;
        }
        if total.replays() > 0 {
            let count = grouped(total.replays());
            writeln!(page, "<div class=\"tile replayed\"><b>{count}</b><span>of them replayed</span></div>")?;
        }
        writeln!(page, "</section>")
    }

    /// Verdicts over time: a column for each step, the verdicts on top of one another.
    fn write_chart(&self, page: &mut String) -> std::fmt::Result {
        let timeline = self.timeline();
        let highest = timeline.steps().map(|(_, step)| step.iter().sum::<u64>()).max().unwrap_or_default();
        let Some((first, _)) = timeline.steps().next().filter(|_| highest > 0) else { return Ok(()) };
        let steps = timeline.steps().len();
        let width = steps.saturating_mul(STEP);
        let each = duration(timeline.length());
        writeln!(page, "<section>\n<h2>Verdicts over time</h2>\n<figure>")?;
        writeln!(page, "<div class=\"chart\"><span class=\"most\">{}</span>", grouped(highest))?;
        write!(page, "<svg viewBox=\"0 0 {width} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" ")?;
        writeln!(page, "aria-label=\"Verdicts over time, a column for {each}\">")?;
        for (place, (begin, step)) in timeline.steps().enumerate() {
            let x = place.saturating_mul(STEP);
            let mut below = 0_u64;
            let all: u64 = step.iter().sum();
            if all == 0 {
                continue;
            }
            writeln!(page, "<g><title>{}: {}</title>", time::shown(begin), counted(step))?;
            for (verdict, count) in Verdict::ALL.into_iter().zip(step).filter(|(_, count)| **count > 0) {
                let from = scaled(below, highest);
                below = below.saturating_add(*count);
                // A single refusal among a million must still be seen.
                let height =
                    scaled(below, highest).saturating_sub(from).max(if verdict == Verdict::Valid { 0 } else { 2 });
                let y = HEIGHT.saturating_sub(from).saturating_sub(height);
                let (name, wide) = (verdict.as_str(), STEP.saturating_sub(1));
                writeln!(page, "<rect class=\"{name}\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{height}\"/>")?;
            }
            writeln!(page, "</g>")?;
        }
        let last = timeline.steps().last().map_or(first, |(begin, _)| begin.saturating_add(timeline.length()));
        writeln!(page, "</svg></div>")?;
        write!(page, "<figcaption><span>{}</span><span>a column is {each}</span>", time::shown(first))?;
        writeln!(page, "<span>{}</span></figcaption>\n</figure>", time::shown(last))?;
        let total = self.total();
        writeln!(page, "<p class=\"legend\">")?;
        for verdict in
            Verdict::ALL.into_iter().filter(|&verdict| total.of(verdict) > 0 && verdict != Verdict::Unreadable)
        {
            writeln!(page, "<span class=\"{0}\">{0}</span>", verdict.as_str())?;
        }
        writeln!(page, "</p>\n</section>")
    }

    fn write_table(&self, page: &mut String) -> std::fmt::Result {
        let Lines { head, lines } = Lines::of(self);
        writeln!(
            page,
            "<section>\n<h2>By scheme and key</h2>\n<div class=\"wide\"><table class=\"keys\">\n<thead><tr>"
        )?;
        let times = head.len().saturating_sub(2);
        let class = |at: usize| match at {
            ..NAMES => "",
            at if at < times => " class=\"number\"",
            _ => " class=\"time\"",
        };
        for (at, name) in head.iter().enumerate() {
            write!(page, "<th{}>{}</th>", class(at), Escaped(name))?;
        }
        writeln!(page, "</tr></thead>\n<tbody>")?;
        for line in lines {
            write!(page, "<tr{}>", if line.is_sum { " class=\"sum\"" } else { "" })?;
            for (at, cell) in line.cells.iter().enumerate() {
                let class = if cell == "0" && at >= NAMES { " class=\"number none\"" } else { class(at) };
                write!(page, "<td{class}>{}</td>", Escaped(cell))?;
            }
            writeln!(page, "</tr>")?;
        }
        writeln!(page, "</tbody>\n</table></div>\n<ul>")?;
        for remark in self.remarks() {
            writeln!(page, "<li>{}</li>", Escaped(&remark))?;
        }
        writeln!(page, "</ul>\n</section>")
    }

    fn write_refusals(&self, page: &mut String, refused: u64) -> std::fmt::Result {
        if self.refusals().is_empty() {
            return Ok(());
        }
        let shown = match usize::try_from(refused) {
            Ok(refused) if refused <= MOST_REFUSALS => String::new(),
            _ => format!(" <small>the first {MOST_REFUSALS} of {}</small>", grouped(refused)),
        };
        writeln!(page, "<section>\n<h2>Refused{shown}</h2>\n<div class=\"wide\"><table class=\"refusals\">")?;
        writeln!(page, "<thead><tr><th class=\"number\">line</th><th>id</th><th>scheme</th><th>verdict</th>")?;
        writeln!(page, "<th>reason</th></tr></thead>\n<tbody>")?;
        for refusal in self.refusals() {
            write!(
                page,
                "<tr><td class=\"number\">{}</td><td class=\"id\">{}</td>",
                refusal.line,
                Escaped(&refusal.id)
            )?;
            write!(page, "<td>{}</td>", Escaped(refusal.scheme.as_deref().unwrap_or_default()))?;
            write!(page, "<td class=\"{0}\"><span>{0}</span></td>", Escaped(&refusal.verdict))?;
            writeln!(page, "<td class=\"reason\">{}</td></tr>", Escaped(&refusal.reason))?;
        }
        writeln!(page, "</tbody>\n</table></div>\n</section>")
    }
}

/// A refused record, read back from the audit's own line.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    #[serde(deserialize_with = "beginning")]
    id: String,
    line: u64,
    scheme: Option<String>,
    verdict: String,
    reason: String,
}

/// The beginning of an id, which can be as long as a line.
fn beginning<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let Some(id) = Option::<&RawValue>::deserialize(deserializer)? else { return Ok(String::new()) };
    let text = serde_json::from_str::<String>(id.get()).unwrap_or_else(|_| id.get().to_owned());
    Ok(text.chars().take(64).collect())
}

fn verdict_in_words(refused: u64) -> String {
    match refused {
        0 => "Every request is genuine".to_owned(),
        1 => "One request was refused".to_owned(),
        _ => format!("{} requests were refused", grouped(refused)),
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

/// A text within HTML, in an element or in an attribute's double quotes.
struct Escaped<'t>(&'t str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            // What turns the direction of text round could make a refusal read as something else.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => f.write_char('\u{fffd}'),
            control if control.is_control() && control != '\n' => f.write_char('\u{fffd}'),
            other => f.write_char(other),
        })
    }
}

const STYLE: &str = include_str!("report.css");
