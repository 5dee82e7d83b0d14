//! The DATE argument (DLGA-18): Unix seconds, RFC 3339 or the header's form. The library has no
//! clock; the command reads the system's where no date is given.

use std::time::{SystemTime, UNIX_EPOCH};

use imza::dlga::Date;
use jiff::Timestamp;

/// The system's clock, in seconds since 1970.
pub(crate) fn now() -> i64 {
    let now = SystemTime::now();
    let seconds = |duration: std::time::Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    match now.duration_since(UNIX_EPOCH) {
        Ok(since) => seconds(since),
        Err(before) => seconds(before.duration()).saturating_neg(),
    }
}

/// Reads the date of a request. The header's form is kept as it is (DLGA-9), with its zone; the
/// others are written with `GMT`.
pub(crate) fn date(text: &str) -> Result<Date, String> {
    match read(text)? {
        Reading::Header(date) => Ok(date),
        Reading::Instant(seconds) => Date::from_unix(seconds).map_err(|error| error.to_string()),
    }
}

/// Reads a clock's time, in seconds since 1970: any number will do.
pub(crate) fn instant(text: &str) -> Result<i64, String> {
    Ok(match read(text)? {
        Reading::Header(date) => date.unix_seconds(),
        Reading::Instant(seconds) => seconds,
    })
}

enum Reading {
    Header(Date),
    Instant(i64),
}

fn read(text: &str) -> Result<Reading, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(Reading::Instant(seconds));
    }
    // Only the header's form begins with a letter: the weekday's.
    if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Date::parse(text).map(Reading::Header).map_err(|error| error.to_string());
    }
    match text.parse::<Timestamp>() {
        // The second that has begun, before 1970 too.
        Ok(time) if is_rfc_3339(text) => {
            Ok(Reading::Instant(time.as_second().saturating_sub(i64::from(time.subsec_nanosecond() < 0))))
        }
        _ => Err("a date is Unix seconds (1615296512), RFC 3339 (2021-03-09T13:28:32Z) or the header's form \
                  (Tue, 09 Mar 2021 13:28:32 GMT)"
            .to_owned()),
    }
}

/// Whether a text has RFC 3339's form: jiff reads further ones of ISO 8601, and second 60 as 59.
fn is_rfc_3339(text: &str) -> bool {
    let has_form = |text: &str, form: &str| {
        let fits = |(byte, form): (u8, u8)| if form == b'd' { byte.is_ascii_digit() } else { byte == form };
        text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
    };
    let Some((time, rest)) = text.split_at_checked("yyyy-mm-ddThh:mm:ss".len()) else { return false };
    let fraction = rest.strip_prefix('.').map(|digits| digits.trim_start_matches(|c: char| c.is_ascii_digit()));
    let zone = fraction.unwrap_or(rest);
    ["dddd-dd-ddTdd:dd:dd", "dddd-dd-ddtdd:dd:dd", "dddd-dd-dd dd:dd:dd"].iter().any(|form| has_form(time, form))
        && !time.ends_with("60")
        && ["Z", "z", "+dd:dd", "-dd:dd"].iter().any(|form| has_form(zone, form))
}
