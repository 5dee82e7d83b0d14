//! The DATE argument (DLGA-18), and the system's clock where no date is given: the library has none.

use std::time::{SystemTime, UNIX_EPOCH};

use imza::dlga::Date;
use imza_audit::Time;

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
    match Time::read(text).map_err(|error| error.to_string())? {
        Time::Header(date) => Ok(date),
        Time::Unix(seconds) => Date::from_unix(seconds).map_err(|error| error.to_string()),
    }
}

/// Reads a clock's time, in seconds since 1970: any number will do.
pub(crate) fn instant(text: &str) -> Result<i64, String> {
    Time::read(text).map(|time| time.unix_seconds()).map_err(|error| error.to_string())
}
