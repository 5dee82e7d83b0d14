//! Times of a recording: when a request was received.

use jiff::Timestamp;

use imza::dlga::Date;

/// Seconds since 1970 of a text in RFC 3339 (a fraction of a second is cut off), as Unix seconds or in
/// the form of the `x-dlg-date` header.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let timestamp = text.parse::<Timestamp>().map(Timestamp::as_second).ok();
    timestamp.or_else(|| text.parse().ok()).or_else(|| Date::parse(text).ok().map(|date| date.unix_seconds()))
}

/// A time as the table and the report show it; empty for one that no calendar has.
pub(super) fn shown(seconds: i64) -> String {
    Timestamp::from_second(seconds).map(|time| time.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}
