//! Times: as people type them, and as recorders write them. One reader for both.

use std::fmt;

use imza::dlga::{Date, DateError};
use jiff::Timestamp;
use jiff::civil::DateTime;

/// A time as a person types it: Unix seconds, RFC 3339 or the form of the `x-dlg-date` header.
#[derive(Clone, Copy, Debug)]
pub enum Time {
    /// The form of the header, kept with its zone as it is (DLGA-9).
    Header(Date),
    /// Seconds since 1970; the second that has begun, before 1970 too.
    Unix(i64),
}

/// Why a text is not a [`Time`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeError {
    /// It begins as the header's form does, and is not in it (DLGA-9, DLGA-18).
    #[error(transparent)]
    Header(#[from] DateError),
    /// A time without the zone in which it is meant.
    #[error("this time has no zone, such as Z or +03:00; {FORMS}")]
    NoZone,
    /// It is in none of the forms.
    #[error("{FORMS}")]
    NoTime,
}

/// The forms of a time.
const FORMS: &str = "a date is Unix seconds (1615296512), RFC 3339 (2021-03-09T13:28:32Z) or the header's form \
                     (Tue, 09 Mar 2021 13:28:32 GMT)";

/// The last second of the year 9999, since 1970. A larger number is no longer one of seconds.
const LAST_SECOND: i64 = 253_402_300_799;

impl Time {
    /// Reads a text in one of the three forms.
    ///
    /// # Errors
    /// [`TimeError`], a sentence that names the forms.
    pub fn read(text: &str) -> Result<Self, TimeError> {
        if let Ok(seconds) = text.parse() {
            return Ok(Self::Unix(seconds));
        }
        // Only the header's form begins with a letter: the weekday's.
        if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return Ok(Self::Header(Date::parse(text)?));
        }
        match text.parse() {
            Ok(time) if is_rfc_3339(text) => Ok(Self::Unix(begun(time))),
            _ => Err(unread(text)),
        }
    }

    /// The time in seconds since 1970.
    pub fn unix_seconds(&self) -> i64 {
        match self {
            Self::Header(date) => date.unix_seconds(),
            Self::Unix(seconds) => *seconds,
        }
    }
}

/// The seconds since 1970 of a time that was recorded: beside what [`Time::read`] takes, the other forms of
/// ISO 8601, milliseconds and fractions of a second, which are cut off. The fault goes on from the name of the member.
pub(super) fn recorded(text: &str) -> Result<i64, Fault> {
    // In nearly every recording it is RFC 3339.
    if let Ok(time) = text.parse() {
        return Ok(begun(time));
    }
    let text = text.trim();
    if let Some(time) = in_nanoseconds(text).and_then(|text| text.parse().ok()) {
        return Ok(begun(time));
    }
    if let Some(seconds) = number(text) {
        return seconds;
    }
    Time::read(text).map(|time| time.unix_seconds()).map_err(|error| match error {
        TimeError::NoZone => Fault::NoZone,
        _ => Fault::NoTime,
    })
}

/// A time without the digits of its seconds behind the ninth.
fn in_nanoseconds(text: &str) -> Option<String> {
    let (before, fraction) = text.split_once(['.', ','])?;
    let zone = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let digits = fraction.strip_suffix(zone).unwrap_or_default();
    Some(format!("{before}.{}{zone}", digits.get(..9).unwrap_or(digits)))
}

/// What is wrong with a recorded time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NoZone,
    NoTime,
    TooLarge,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoZone => "has no time zone: write 2021-03-09T13:30:00Z, or +03:00 in place of Z",
            Self::NoTime => "is not a time: it reads like 2021-03-09T13:30:00Z",
            Self::TooLarge => "is neither seconds nor milliseconds since 1970",
        })
    }
}

/// A number of seconds, or of milliseconds where as many seconds would be past the year 9999; its decimals, which
/// nginx's `$msec` has, are cut off.
fn number(text: &str) -> Option<Result<i64, Fault>> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    if decimals.is_empty() || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(match whole.parse() {
        Ok(seconds) if seconds <= LAST_SECOND => Ok(seconds),
        Ok(milliseconds) if milliseconds / 1000 <= LAST_SECOND => Ok(milliseconds / 1000),
        _ => Err(Fault::TooLarge),
    })
}

/// The second that has begun at a time.
fn begun(time: Timestamp) -> i64 {
    time.as_second().saturating_sub(i64::from(time.subsec_nanosecond() < 0))
}

/// What is wrong with a text that is not a time.
fn unread(text: &str) -> TimeError {
    let is_local = text.len() > "2021-03-09".len() && text.parse::<DateTime>().is_ok();
    if is_local { TimeError::NoZone } else { TimeError::NoTime }
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

/// A time as the table and the report show it; empty for one that no calendar has.
pub(super) fn shown(seconds: i64) -> String {
    Timestamp::from_second(seconds).map(|time| time.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recorded_time_is_read_in_the_forms_that_recorders_write() {
        for (text, seconds) in [
            ("2021-03-09T13:30:00Z", 1_615_296_600),
            ("2021-03-09T16:30:00.999+03:00", 1_615_296_600),
            ("2021-03-09T16:30:00+0300", 1_615_296_600),
            ("2021-03-09 13:30:00Z", 1_615_296_600),
            (" 2021-03-09T13:30:00Z\n", 1_615_296_600),
            ("2021-03-09T13:30:00.123456789012Z", 1_615_296_600),
            ("2021-03-09T16:30:00,1234567+03:00", 1_615_296_600),
            ("Tue, 09 Mar 2021 13:30:00 GMT", 1_615_296_600),
            ("1615296600", 1_615_296_600),
            ("1615296600.123", 1_615_296_600),
            ("1615296600123", 1_615_296_600),
            ("1615296600123.4", 1_615_296_600),
            ("253402300799", LAST_SECOND),
            ("253402300799999", LAST_SECOND),
            ("-5", -5),
            ("1969-12-31T23:59:59.5Z", -1),
        ] {
            assert_eq!(recorded(text), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_recorded_time_is_said() {
        for (text, fault) in [
            ("2021-03-09T13:30:00", Fault::NoZone),
            ("2021-03-09 13:30:00.123", Fault::NoZone),
            ("253402300800000", Fault::TooLarge),
            ("1615296600123456", Fault::TooLarge),
            ("99999999999999999999", Fault::TooLarge),
            ("yesterday", Fault::NoTime),
            ("2021-03-09", Fault::NoTime),
            ("1e9", Fault::NoTime),
            ("1.", Fault::NoTime),
            ("-", Fault::NoTime),
            ("", Fault::NoTime),
        ] {
            assert_eq!(recorded(text), Err(fault), "{text}");
        }
        assert_eq!(Time::read("2021-03-09T13:30:00").unwrap_err(), TimeError::NoZone);
    }
}
