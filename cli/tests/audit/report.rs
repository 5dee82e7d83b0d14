//! The report: one page for people to read and hand on.

use serde_json::json;

use super::{Desk, dlga_record, haso_record, lines};

/// The report of an audit of these records.
fn report(desk: &Desk, records: &str, options: &[&str]) -> String {
    desk.write("records.jsonl", records);
    desk.run(&[options, &["records.jsonl", "--report", "report.html"]].concat());
    std::fs::read_to_string(desk.path("report.html")).unwrap()
}

/// A Haso record that is refused, and one that cannot be read.
fn refused() -> String {
    haso_record("x").to_string().replace("GOLD", "SILVER") + "\n"
}

#[test]
fn the_report_needs_nothing_but_itself_and_escapes_what_strangers_sent() {
    let desk = Desk::new("report");
    let hostile = dlga_record("<script>alert(1)</script>'\u{202e}").to_string();
    desk.write("records.jsonl", hostile.replace("\"{}\"", "\"{ }\"") + "\n{\"<img src=x onerror=alert(1)>\n");
    let run = desk.run(&["--at-received", "records.jsonl", "--report", "report.html"]);
    assert_eq!(run.code, Some(1));
    let page = std::fs::read_to_string(desk.path("report.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&#39;\u{fffd}"));
    for forbidden in ["<script", "<img", "http:", "https:", "src=", "url(", "@import", "\u{202e}"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("prefers-color-scheme: dark") && page.contains("@media print"));
    assert!(page.contains("<svg") && page.contains("<h1>One request was refused, one line could not be read</h1>"));
}

#[test]
fn the_report_shows_the_first_hundred_refusals() {
    let desk = Desk::new("hundred");
    let page = report(&desk, &refused().repeat(101), &["--ignore-clock"]);
    assert_eq!(page.matches("<td class=\"reason\">").count(), 100);
    assert!(page.contains("the first 100 of 101"));
}

#[test]
fn the_title_says_what_was_found_and_counts_what_could_not_be_read_apart() {
    let desk = Desk::new("title");
    let good = lines(&[dlga_record("a")]);
    let bad = "not a record\n";
    for (records, title) in [
        (good.clone(), "Every request is genuine"),
        (good.repeat(3), "Every signature is genuine, 2 requests were replayed"),
        (format!("{good}{bad}"), "Every request that could be read is genuine, one line could not be read"),
        (
            good.repeat(2) + &bad.repeat(2),
            "Every signature is genuine, one request was replayed, 2 lines could not be read",
        ),
        (refused(), "One request was refused"),
        (refused().repeat(2) + &good.repeat(2), "2 requests were refused, one request was replayed"),
        (bad.repeat(2), "Nothing that was read is a request"),
    ] {
        let page = report(&desk, &records, &["--ignore-clock"]);
        assert!(page.contains(&format!("<h1>{title}</h1>")), "{title}\n{page}");
        assert!(page.contains(&format!("<title>imza audit: {title}</title>")), "{title}");
    }
    desk.write("records.jsonl", "");
    desk.run(&["--ignore-clock", "--exit-zero", "records.jsonl", "--report", "report.html"]);
    assert!(std::fs::read_to_string(desk.path("report.html")).unwrap().contains("<h1>No request was found</h1>"));
}

#[test]
fn the_report_says_what_was_asked_and_what_the_verdicts_mean() {
    let desk = Desk::new("asked");
    let records = lines(&[dlga_record("a")]) + &refused() + "{}\n";
    for (options, clock) in [
        (
            ["--at-received", "--past", "60"].as_slice(),
            "the time at which each request was received; \
             a DLGA request may be 60 seconds older and 900 seconds younger than that",
        ),
        (
            &["--now", "1615296512"],
            "2021-03-09 13:28:32 for every request; \
             a DLGA request may be 900 seconds older and 900 seconds younger than that",
        ),
        (&["--ignore-clock"], "none: a request is accepted however old it is"),
    ] {
        let page = report(&desk, &records, options);
        for line in [format!("<dt>Clock</dt><dd>{clock}</dd>").as_str(), "<dt>Keys</dt><dd><code>keys.toml</code></dd>"]
        {
            assert!(page.contains(line), "{line}\n{page}");
        }
        assert!(page.contains("<dt>Read</dt><dd><code>records.jsonl</code></dd>"));
        let (_, meanings) = page.split_once("What the verdicts mean").unwrap();
        let (meanings, _) = meanings.split_once("</dl>").unwrap();
        // Those that were given, and no others.
        for verdict in ["valid", "invalid", "unreadable"] {
            assert!(meanings.contains(&format!("<span>{verdict}</span></dt><dd>")), "{verdict}: {meanings}");
        }
        assert_eq!(meanings.matches("<dt").count(), 3, "{meanings}");
    }
}

#[test]
fn every_cell_has_its_columns_name_for_narrow_screens_and_the_reason_has_the_width() {
    let desk = Desk::new("narrow");
    let page = report(&desk, &(refused() + &lines(&[dlga_record("a"), dlga_record("b")])), &["--ignore-clock"]);
    assert!(page.contains("@media (max-width: 40rem)") && page.contains("content: attr(data-name)"));
    let cells = page.matches("<td").count();
    let named = page.matches("<td data-name=\"").count() + page.matches("<td class=\"reason\">").count();
    assert!(cells > 20 && cells == named, "{cells} {named}");
}

#[test]
fn with_several_inputs_each_row_says_which_one() {
    let desk = Desk::new("several");
    desk.write("<one>.jsonl", refused());
    let run = desk.run(&["--ignore-clock", "<one>.jsonl", "<one>.jsonl", "--report", "report.html"]);
    assert_eq!(run.all("verdict"), [json!("invalid"), json!("invalid")]);
    let page = std::fs::read_to_string(desk.path("report.html")).unwrap();
    assert_eq!(page.matches("<td data-name=\"input\" class=\"id\">&lt;one&gt;.jsonl</td>").count(), 2);
}
