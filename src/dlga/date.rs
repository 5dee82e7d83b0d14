//! The `x-dlg-date` header (DLGA-1, DLGA-18): Java's `EEE, dd MMM yyyy HH:mm:ss Z` with English names.
//!
//! `httpdate` is the calendar: it knows which days exist and what weekday they are. It reads only
//! `GMT`; the zone is put on top here. It also panics on years that it cannot hold, so no time
//! reaches it unchecked.

use std::fmt::{self, Write as _};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The last second that the scheme can date: 9999-12-31 23:59:59 GMT (DLGA-18).
const LAST_SECOND: i64 = 253_402_300_799;

/// Seconds in 400 Gregorian years, after which calendar and weekdays repeat.
const SECONDS_IN_400_YEARS: i64 = 146_097 * 86_400;

/// The length of the form that the calendar reads: `Tue, 09 Mar 2021 13:28:32 GMT`.
const CALENDARS_FORM: usize = 29;

/// The longest form there is: `Tue, 09 Mar 2021 16:28:32 GMT+03:00`.
const LONGEST: usize = 35;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A date as the `x-dlg-date` header has it: its text, which is what is signed (DLGA-9), and the
/// instant that the text names. Holds its text in place, without an allocation.
///
/// ```
/// use imza::dlga::Date;
///
/// let date = Date::from_unix(1_615_296_512)?;
/// assert_eq!(date.as_str(), "Tue, 09 Mar 2021 13:28:32 GMT");
/// assert_eq!(Date::parse("Tue, 9 Mar 2021 16:28:32 +0300")?.unix_seconds(), 1_615_296_512);
/// # Ok::<(), imza::dlga::DateError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Date {
    text: [u8; LONGEST],
    len: usize,
    unix: i64,
}

impl Date {
    /// The date of a time in seconds since 1970-01-01 00:00:00 GMT, written with `GMT` (DLGA-1).
    ///
    /// # Errors
    /// [`DateError::OutOfRange`] outside the years 1970 to 9999 (DLGA-19).
    pub fn from_unix(seconds: i64) -> Result<Self, DateError> {
        let time = in_range(seconds)
            .and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
            .ok_or(DateError::OutOfRange)?;
        let mut text = Text::new();
        // `Text` has room for every date, so this cannot fail.
        let _ = write!(text, "{}", httpdate::HttpDate::from(time));
        Ok(Self { text: text.bytes, len: text.len, unix: seconds })
    }

    /// Reads the text of an `x-dlg-date` header, in any of the forms of DLGA-18; blanks around it
    /// are not taken off.
    ///
    /// # Errors
    /// [`DateError`] says where the text leaves the pattern, or why the date does not exist.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, DateError> {
        let bytes = text.as_ref();
        let unix = instant(bytes)?;
        let mut text = Text::new();
        text.push(bytes).map_err(|_| DateError::Pattern { offset: LONGEST })?;
        Ok(Self { text: text.bytes, len: text.len, unix })
    }

    /// The header's text.
    pub fn as_str(&self) -> &str {
        // The text is ASCII and `len` within it, so the fallback is never taken.
        str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The instant, in seconds since 1970-01-01 00:00:00 GMT: 0 to 253402300799.
    pub fn unix_seconds(&self) -> i64 {
        self.unix
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.text.get(..self.len).unwrap_or_default()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({self})")
    }
}

/// Why a text or a time is no date for the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DateError {
    /// The text is not in the pattern.
    #[error(
        "the date leaves the pattern at byte {offset}: it must read like `Tue, 09 Mar 2021 13:28:32 GMT` \
         (zone: none, GMT, UTC, UT, Z, +0300, +03:00 or GMT+03:00)"
    )]
    Pattern {
        /// The first byte that does not fit; the text's length where it ends too early.
        offset: usize,
    },
    /// There is no such day or time of day.
    #[error("there is no such date or time of day; also second 60 is not taken")]
    DoesNotExist,
    /// Weekday and date contradict each other.
    #[error("the weekday contradicts the date, which is a {actual}")]
    Weekday {
        /// The weekday that the date really is.
        actual: &'static str,
    },
    /// The instant lies outside the years that the scheme can date.
    #[error("the time lies outside the years 1970 to 9999")]
    OutOfRange,
}

impl DateError {
    /// The byte at which the text leaves the pattern, where that is the fault.
    pub fn offset(&self) -> Option<usize> {
        match self {
            Self::Pattern { offset } => Some(*offset),
            Self::Weekday { .. } => Some(0),
            _ => None,
        }
    }
}

/// The seconds as httpdate can hold them.
fn in_range(seconds: i64) -> Option<u64> {
    u64::try_from(seconds).ok().filter(|_| seconds <= LAST_SECOND)
}

/// The instant that a header's text names.
fn instant(text: &[u8]) -> Result<i64, DateError> {
    let mut scanner = Scanner { text, at: 0 };
    let weekday = scanner.name(&WEEKDAYS)?;
    scanner.literal(b", ")?;
    let day = scanner.number(1, 2)?;
    scanner.literal(b" ")?;
    let month = scanner.name(&MONTHS)?;
    scanner.literal(b" ")?;
    let year = scanner.number(4, 4)?;
    scanner.literal(b" ")?;
    let hour = scanner.number(2, 2)?;
    scanner.literal(b":")?;
    let minute = scanner.number(2, 2)?;
    scanner.literal(b":")?;
    let second = scanner.number(2, 2)?;
    let zone = scanner.zone()?;

    // The local date may stand in 1969, west of Greenwich. The calendar begins in 1970 but repeats
    // itself every 400 years, so it is asked about 2369 then.
    let (calendar_year, shift) = match year {
        1970.. => (year, 0),
        1969 => (2369, SECONDS_IN_400_YEARS),
        _ => return Err(DateError::OutOfRange),
    };
    let calendar = |weekday: &str| {
        let mut text = Text::new();
        write!(text, "{weekday}, {day:02} {month} {calendar_year} {hour:02}:{minute:02}:{second:02} GMT").ok()?;
        look_up(text.as_str())
    };
    // The usual text is the calendar's own form, and need not be written anew, which saves a sixth of a short signature.
    let is_calendars_form = shift == 0 && text.len() == CALENDARS_FORM && text.ends_with(b" GMT");
    let as_it_stands = str::from_utf8(text).ok().filter(|_| is_calendars_form).and_then(look_up);
    let local = as_it_stands.or_else(|| calendar(weekday)).ok_or_else(|| {
        match WEEKDAYS.into_iter().find(|other| calendar(other).is_some()) {
            Some(actual) => DateError::Weekday { actual },
            None => DateError::DoesNotExist,
        }
    })?;
    local
        .checked_sub(shift)
        .and_then(|local| local.checked_sub(zone))
        .filter(|&unix| in_range(unix).is_some())
        .ok_or(DateError::OutOfRange)
}

/// The instant of a date in the calendar's own form.
fn look_up(text: &str) -> Option<i64> {
    let time = httpdate::parse_http_date(text).ok()?;
    i64::try_from(time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// Reads the header's text from left to right.
struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn advance(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    fn pattern<T>(&self) -> Result<T, DateError> {
        Err(DateError::Pattern { offset: self.at })
    }

    fn literal(&mut self, expected: &[u8]) -> Result<(), DateError> {
        for byte in expected {
            if self.rest().first() != Some(byte) {
                return self.pattern();
            }
            self.advance(1);
        }
        Ok(())
    }

    fn name(&mut self, names: &[&'static str]) -> Result<&'static str, DateError> {
        match names.iter().find(|name| self.rest().starts_with(name.as_bytes())) {
            Some(name) => {
                self.advance(name.len());
                Ok(name)
            }
            None => self.pattern(),
        }
    }

    /// A number of `least` to `most` digits, and no digit behind it.
    fn number(&mut self, least: usize, most: usize) -> Result<u16, DateError> {
        let mut value = 0_u16;
        let mut digits = 0_usize;
        while let Some(digit) = self.rest().first().filter(|b| b.is_ascii_digit()) {
            if digits == most {
                return self.pattern();
            }
            value = value.saturating_mul(10).saturating_add(u16::from(digit.wrapping_sub(b'0')));
            digits = digits.saturating_add(1);
            self.advance(1);
        }
        if digits < least { self.pattern() } else { Ok(value) }
    }

    /// The zone up to the end of the text, in seconds east of Greenwich. No zone is GMT: "if it is
    /// missing, the platform assumes GMT".
    fn zone(&mut self) -> Result<i64, DateError> {
        if self.rest().is_empty() {
            return Ok(0);
        }
        self.literal(b" ")?;
        let named = ["GMT", "UTC", "UT", "Z"].into_iter().find(|name| self.rest().starts_with(name.as_bytes()));
        if let Some(name) = named {
            self.advance(name.len());
            if self.rest().is_empty() {
                return Ok(0);
            }
            if name != "GMT" {
                return self.pattern();
            }
        }
        let after_gmt = named.is_some();
        let sign = match self.rest().first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return self.pattern(),
        };
        self.advance(1);
        // `+0300` and `+03:00`; after `GMT` only with the colon, and there the hour may have one digit.
        let hours_at = self.at;
        let colon = after_gmt || self.rest().get(2) == Some(&b':');
        let (hours, minutes_at, minutes) = if colon {
            let hours = self.number(if after_gmt { 1 } else { 2 }, 2)?;
            self.literal(b":")?;
            (hours, self.at, self.number(2, 2)?)
        } else {
            let both = self.number(4, 4)?;
            (both / 100, hours_at.saturating_add(2), both % 100)
        };
        if !self.rest().is_empty() {
            return self.pattern();
        }
        if hours > 23 {
            return Err(DateError::Pattern { offset: hours_at });
        }
        if minutes > 59 {
            return Err(DateError::Pattern { offset: minutes_at });
        }
        let seconds = u32::from(hours).saturating_mul(3600).saturating_add(u32::from(minutes).saturating_mul(60));
        Ok(i64::from(seconds).saturating_mul(sign))
    }
}

/// Text in place, as long as a date can be.
struct Text {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Text {
    fn new() -> Self {
        Self { bytes: [0; LONGEST], len: 0 }
    }

    fn push(&mut self, piece: &[u8]) -> fmt::Result {
        let end = self.len.saturating_add(piece.len());
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(piece);
        self.len = end;
        Ok(())
    }

    fn as_str(&self) -> &str {
        str::from_utf8(self.bytes.get(..self.len).unwrap_or_default()).unwrap_or_default()
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.push(piece.as_bytes())
    }
}
