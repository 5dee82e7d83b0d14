//! What the date header may say (DLGA-1, DLGA-18) and how a clock is written (DLGA-19).

use imza::dlga::{Date, DateError};

use crate::corpus::{cases, place, text};

/// DLGA-1, DLGA-18.
#[test]
fn every_date_of_the_corpus_is_read_or_refused_as_the_rules_say() {
    for case in cases("dlga-dates.json") {
        let name = &case["name"];
        assert_eq!(text(&case, "text").parse(), Date::parse(text(&case, "text")), "{name}");
        match (Date::parse(text(&case, "text")), case["unix"].as_i64()) {
            (Ok(date), Some(unix)) => {
                assert_eq!(date.unix_seconds(), unix, "{name}");
                assert_eq!(date.as_str(), text(&case, "text"), "{name}: DLGA-9, never re-formatted");
            }
            (Err(error), None) => {
                let reason = match error {
                    DateError::Pattern { .. } | DateError::Names { .. } => "pattern",
                    DateError::DoesNotExist => "does-not-exist",
                    DateError::Weekday { .. } => "weekday",
                    DateError::OutOfRange => "out-of-range",
                    _ => "unknown to this test",
                };
                assert_eq!(reason, text(&case, "reason"), "{name}");
                assert_eq!(error.offset(), place(&case, "offset"), "{name}");
            }
            (outcome, expected) => panic!("{name}: {outcome:?}, where the rules give {expected:?}"),
        }
    }
}

/// DLGA-1, DLGA-19.
#[test]
fn every_clock_of_the_corpus_is_written_or_refused_as_the_rules_say() {
    for case in cases("dlga-clock.json") {
        let written = Date::from_unix(case["unix"].as_i64().unwrap());
        match case["text"].as_str() {
            Some(text) => assert_eq!(written.unwrap().as_str(), text),
            None => assert_eq!(written, Err(DateError::OutOfRange), "{}", case["name"]),
        }
    }
}

/// DLGA-18: the error tells which weekday it would be.
#[test]
fn a_contradicting_weekday_is_told_together_with_the_right_one() {
    let error = Date::parse("Mon, 09 Mar 2021 13:28:32 GMT").unwrap_err();
    assert_eq!(error, DateError::Weekday { actual: "Tue" });
    assert_eq!(error.to_string(), "the weekday contradicts the date, which is a Tue");
}

/// DLGA-18: bytes that are no text at all.
#[test]
fn bytes_that_are_not_utf_8_leave_the_pattern_where_they_stand() {
    assert_eq!(Date::parse(b"Tue, 09 M\xff\xfe").unwrap_err().offset(), Some(8));
    assert_eq!(Date::parse(b"\x80").unwrap_err().offset(), Some(0));
}

/// DLGA-18: the zones that Java 17's `SimpleDateFormat` refuses in the vendor's pattern, and those that it reads.
#[test]
fn a_zone_that_java_refuses_can_be_warned_of() {
    for (zone, warned) in [
        (" UT", true),
        (" Z", true),
        (" +03:00", true),
        (" -00:00", true),
        (" GMT", false),
        (" UTC", false),
        (" +0300", false),
        (" -0000", false),
        (" GMT+03:00", false),
        (" GMT-3:00", false),
        ("", false),
    ] {
        let date = Date::parse(format!("Tue, 09 Mar 2021 13:28:32{zone}")).unwrap();
        let warning = date.zone_warning();
        assert_eq!(warning.map(|warning| warning.zone().to_owned()), warned.then(|| zone.trim().to_owned()), "{date}");
        assert!(warning.is_none_or(|warning| warning.to_string().contains(&format!("`{}`", zone.trim()))), "{date}");
    }
    assert_eq!(Date::from_unix(0).unwrap().zone_warning(), None);
}
