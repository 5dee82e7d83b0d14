//! The `x-dlg-date` header: Java's `EEE, dd MMM yyyy HH:mm:ss Z` with English names.
//!
//! Rules kept here: DLGA-1, DLGA-18.
//!
//! `httpdate` is the calendar: it knows which days exist, and holds us to their weekdays. It reads only
//! `GMT`; the zone is put on top here. Texts in the usual form are read without it, for speed. It also panics on years that it cannot hold, so no time
//! reaches it unchecked.

use std::fmt::{self, Write as _};
use std::str::FromStr;
use std::time::{Duration, UNIX_EPOCH};

/// The last second that the scheme can date: 9999-12-31 23:59:59 GMT (DLGA-18).
const LAST_SECOND: i64 = 253_402_300_799;

/// Seconds in 400 Gregorian years, after which calendar and weekdays repeat.
const SECONDS_IN_400_YEARS: i64 = 146_097 * 86_400;

/// The length of the usual form: `Tue, 09 Mar 2021 13:28:32 GMT`.
const USUAL: usize = 29;

/// The longest form there is: `Tue, 09 Mar 2021 16:28:32 GMT+03:00`.
const LONGEST: usize = 35;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The Turkish weekdays with the English ones that the header has, short as Java writes them and in full.
pub(crate) const TURKISH_WEEKDAYS: [(&str, &str); 14] = [
    ("Mon", "Pzt"),
    ("Tue", "Sal"),
    ("Wed", "Çar"),
    ("Thu", "Per"),
    ("Fri", "Cum"),
    ("Sat", "Cmt"),
    ("Sun", "Paz"),
    ("Mon", "Pazartesi"),
    ("Tue", "Salı"),
    ("Wed", "Çarşamba"),
    ("Thu", "Perşembe"),
    ("Fri", "Cuma"),
    ("Sat", "Cumartesi"),
    ("Sun", "Pazar"),
];

/// The Turkish months likewise.
pub(crate) const TURKISH_MONTHS: [(&str, &str); 24] = [
    ("Jan", "Oca"),
    ("Feb", "Şub"),
    ("Mar", "Mar"),
    ("Apr", "Nis"),
    ("May", "May"),
    ("Jun", "Haz"),
    ("Jul", "Tem"),
    ("Aug", "Ağu"),
    ("Sep", "Eyl"),
    ("Oct", "Eki"),
    ("Nov", "Kas"),
    ("Dec", "Ara"),
    ("Jan", "Ocak"),
    ("Feb", "Şubat"),
    ("Mar", "Mart"),
    ("Apr", "Nisan"),
    ("May", "Mayıs"),
    ("Jun", "Haziran"),
    ("Jul", "Temmuz"),
    ("Aug", "Ağustos"),
    ("Sep", "Eylül"),
    ("Oct", "Ekim"),
    ("Nov", "Kasım"),
    ("Dec", "Aralık"),
];

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
        let text = text.as_ref();
        instant(text).map(|unix| Self::of(text, unix))
    }

    /// The date of a text that [`instant`] has read.
    pub(super) fn of(text: &[u8], unix: i64) -> Self {
        let mut place = Text::new();
        // No date is longer than the room, so this cannot fail.
        let _ = place.push(text);
        Self { text: place.bytes, len: place.len, unix }
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

    /// What is to be said to a signer whose date has a zone that the vendor's server may not read (DLGA-18):
    /// `UT`, `Z`, or an offset with a colon and without `GMT`. Such a date is signed and verified all the same.
    ///
    /// ```
    /// use imza::dlga::Date;
    ///
    /// assert!(Date::parse("Tue, 09 Mar 2021 13:28:32 Z")?.zone_warning().is_some());
    /// assert!(Date::parse("Tue, 09 Mar 2021 16:28:32 +0300")?.zone_warning().is_none());
    /// # Ok::<(), imza::dlga::DateError>(())
    /// ```
    pub fn zone_warning(&self) -> Option<ZoneWarning<'_>> {
        let zone = self.as_str().rsplit(' ').next()?;
        let is_offset_with_colon = zone.starts_with(['+', '-']) && zone.contains(':');
        (matches!(zone, "UT" | "Z") || is_offset_with_colon).then_some(ZoneWarning { zone })
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.text.get(..self.len).unwrap_or_default()
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
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

/// A zone that Java's `SimpleDateFormat` refuses, though it is otherwise unmistakable (DLGA-18). `Display` says
/// what to write in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneWarning<'d> {
    zone: &'d str,
}

impl ZoneWarning<'_> {
    /// The zone as the date has it.
    pub fn zone(&self) -> &str {
        self.zone
    }
}

impl fmt::Display for ZoneWarning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the date's zone is `{}`, which Java's SimpleDateFormat does not read in the vendor's pattern, so the \
             vendor's server may refuse it; write `GMT` or an offset like `+0300`",
            self.zone
        )
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
    /// The names of weekday and month are those of another language; otherwise the text is in the pattern.
    #[error(
        "the date has {}: use an English locale, so that it reads like `Tue, 09 Mar 2021 13:28:32 GMT` (byte {offset})",
        if *.are_turkish { "Turkish names" } else { "names that are not English" }
    )]
    Names {
        /// The first byte that does not fit.
        offset: usize,
        /// Whether they are Turkish.
        are_turkish: bool,
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
            Self::Pattern { offset } | Self::Names { offset, .. } => Some(*offset),
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
pub(super) fn instant(text: &[u8]) -> Result<i64, DateError> {
    in_pattern(text).map_err(|error| in_another_language(text, error))
}

/// The same, where a name that is not English is any other text that leaves the pattern.
fn in_pattern(text: &[u8]) -> Result<i64, DateError> {
    if let Some(unix) = text.try_into().ok().and_then(usual) {
        return Ok(unix);
    }
    let mut scanner = Scanner { text, at: 0 };
    let (_, weekday) = scanner.name(&WEEKDAYS)?;
    scanner.literal(b", ")?;
    let day = scanner.digits(1, 2)?;
    scanner.literal(b" ")?;
    let (month_index, month) = scanner.name(&MONTHS)?;
    scanner.literal(b" ")?;
    let year = scanner.digits(4, 4)?;
    scanner.literal(b" ")?;
    let time_at = scanner.at;
    scanner.digits(2, 2)?;
    scanner.literal(b":")?;
    scanner.digits(2, 2)?;
    scanner.literal(b":")?;
    scanner.digits(2, 2)?;
    let time = text.get(time_at..scanner.at).unwrap_or_default();
    let zone = scanner.zone()?;

    // The local date may stand in 1969, west of Greenwich. The calendar begins in 1970 but repeats
    // itself every 400 years, so it is asked about 2369 then.
    let (year, shift) = match year {
        b"1969" => (&b"2369"[..], SECONDS_IN_400_YEARS),
        year if year < &b"1970"[..] => return Err(DateError::OutOfRange),
        year => (year, 0),
    };
    // The calendar refuses a date with a wrong weekday, so it is asked with the right one.
    let actual = weekday_of(number(year), month_index, number(day));
    let zero = if day.len() == 1 { &b"0"[..] } else { b"" };
    let mut text = Text::new();
    for piece in [actual.as_bytes(), b", ", zero, day, b" ", month.as_bytes(), b" ", year, b" ", time, b" GMT"] {
        // `Text` has room for every date, so this cannot fail.
        text.push(piece).map_err(|_| DateError::DoesNotExist)?;
    }
    let local = calendar(text.as_bytes()).ok_or(DateError::DoesNotExist)?;
    if weekday != actual {
        return Err(DateError::Weekday { actual });
    }
    local
        .checked_sub(shift)
        .and_then(|local| local.checked_sub(zone))
        .filter(|&unix| in_range(unix).is_some())
        .ok_or(DateError::OutOfRange)
}

/// What is said of a text that leaves the pattern: where it does so only by its names, that they are not English.
fn in_another_language(text: &[u8], error: DateError) -> DateError {
    /// The longest text that is looked at: no name in full is longer than 16 bytes.
    const MOST: usize = LONGEST + 2 * 16;
    let DateError::Pattern { offset } = error else { return error };
    if text.len() > MOST {
        return error;
    }
    let text = String::from_utf8_lossy(text);
    let names = || {
        let (weekday, rest) = text.split_once(", ")?;
        let (day, rest) = rest.split_once(' ')?;
        let (month, rest) = rest.split_once(' ')?;
        let weekday_is_turkish = is_turkish(weekday, &WEEKDAYS, &TURKISH_WEEKDAYS)?;
        let month_is_turkish = is_turkish(month, &MONTHS, &TURKISH_MONTHS)?;
        // In January every day of a month exists, so only the weekday can be wrong.
        match in_pattern(format!("Mon, {day} Jan {rest}").as_bytes()) {
            Ok(_) | Err(DateError::Weekday { .. }) => Some(weekday_is_turkish && month_is_turkish),
            Err(_) => None,
        }
    };
    names().map_or(error, |are_turkish| DateError::Names { offset, are_turkish })
}

/// Whether a name is Turkish or as the header has it; `None` where it is no name, or an English one in another form.
fn is_turkish(name: &str, english: &[&str], turkish: &[(&str, &str)]) -> Option<bool> {
    if english.contains(&name) || turkish.iter().any(|(_, known)| *known == name) {
        return Some(true);
    }
    let begins_in_english = |known: &&str| name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(known));
    let is_word = name.chars().all(|c| c.is_ascii_alphabetic() || c == '.' || !c.is_ascii());
    (is_word && !name.is_empty() && !english.iter().any(begins_in_english)).then_some(false)
}

/// The instant of a date in the usual form, `Tue, 09 Mar 2021 13:28:32 GMT`, in a sixth of the calendar's time; `None` for any
/// other text and where there is no such date, which is then for [`instant`] to say. The tests hold it to the calendar.
#[expect(clippy::arithmetic_side_effects, reason = "of numbers with at most four digits")]
fn usual(text: &[u8; USUAL]) -> Option<i64> {
    #[rustfmt::skip]
    let [w1, w2, w3, b',', b' ', d1, d2, b' ', m1, m2, m3, b' ', y1, y2, y3, y4, b' ',
         hour1, hour2, b':', minute1, minute2, b':', second1, second2, b' ', b'G', b'M', b'T'] = *text else { return None };
    let two = |tens: u8, ones: u8| {
        let are_digits = tens.is_ascii_digit() && ones.is_ascii_digit();
        are_digits.then(|| i64::from(tens & 0xf) * 10 + i64::from(ones & 0xf))
    };
    let place = |names: &[&str], name: [u8; 3]| {
        let place = names.iter().position(|known| known.as_bytes() == name)?;
        i64::try_from(place).ok()
    };
    let (weekday, month) = (place(&WEEKDAYS, [w1, w2, w3])?, place(&MONTHS, [m1, m2, m3])?);
    let (day, year) = (two(d1, d2)?, two(y1, y2)? * 100 + two(y3, y4)?);
    let (hour, minute, second) = (two(hour1, hour2)?, two(minute1, minute2)?, two(second1, second2)?);

    // Years that begin with March end with the leap day: then a year's days before a month do not depend on the year.
    let is_early = month < 2;
    let years = if is_early { year - 1 } else { year };
    let months = if is_early { month + 10 } else { month - 2 };
    let before = (153 * months + 2) / 5;
    let leap_days = years / 4 - years / 100 + years / 400;
    let days = 365 * years + leap_days + before + day - 719_469;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 if is_leap => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    };
    let exists = year >= 1970
        && (1..=last).contains(&day)
        && (days + 3) % 7 == weekday
        && hour < 24
        && minute < 60
        && second < 60;
    exists.then_some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

/// The instant of a date in the form `Tue, 09 Mar 2021 13:28:32 GMT`, where there is such a date.
fn calendar(text: &[u8]) -> Option<i64> {
    let time = httpdate::parse_http_date(str::from_utf8(text).ok()?).ok()?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// The weekday of a Gregorian date, by Sakamoto's rule; the month counts from 0. Of a day that does not exist it is
/// any.
fn weekday_of(year: i64, month: usize, day: i64) -> &'static str {
    // What the days of the months before add up to, where the year begins with March.
    const DAYS_BEFORE: [i64; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let year = if month < 2 { year.saturating_sub(1) } else { year };
    let leap_days = year.div_euclid(4).saturating_sub(year.div_euclid(100)).saturating_add(year.div_euclid(400));
    let days = DAYS_BEFORE.get(month).copied().unwrap_or_default().saturating_add(day);
    // Sunday is 0 in the rule, and last in the table.
    let from_monday = year.saturating_add(leap_days).saturating_add(days).saturating_add(6).rem_euclid(7);
    usize::try_from(from_monday).ok().and_then(|at| WEEKDAYS.get(at)).copied().unwrap_or_default()
}

/// The number that some digits write.
fn number(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |number: i64, digit| number.saturating_mul(10).saturating_add(i64::from(digit & 0xf)))
}

/// Reads the header's text from left to right.
struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes the next bytes.
    fn take(&mut self, bytes: usize) -> &'a [u8] {
        let taken = self.rest().get(..bytes).unwrap_or_default();
        self.at = self.at.saturating_add(taken.len());
        taken
    }

    fn pattern<T>(&self) -> Result<T, DateError> {
        Err(DateError::Pattern { offset: self.at })
    }

    fn literal(&mut self, expected: &[u8]) -> Result<(), DateError> {
        for byte in expected {
            if self.rest().first() != Some(byte) {
                return self.pattern();
            }
            self.take(1);
        }
        Ok(())
    }

    /// One of these names, with its place among them.
    fn name(&mut self, names: &[&'static str]) -> Result<(usize, &'static str), DateError> {
        match names.iter().enumerate().find(|(_, name)| self.rest().starts_with(name.as_bytes())) {
            Some((place, name)) => {
                self.take(name.len());
                Ok((place, name))
            }
            None => self.pattern(),
        }
    }

    /// `least` to `most` digits, and no digit behind them.
    fn digits(&mut self, least: usize, most: usize) -> Result<&'a [u8], DateError> {
        let count = self.rest().iter().take_while(|b| b.is_ascii_digit()).count();
        let digits = self.take(count.min(most));
        if count < least || count > most { self.pattern() } else { Ok(digits) }
    }

    /// The zone up to the end of the text, in seconds east of Greenwich. No zone is GMT: "if it is
    /// missing, the platform assumes GMT".
    fn zone(&mut self) -> Result<i64, DateError> {
        if self.rest().is_empty() {
            return Ok(0);
        }
        self.literal(b" ")?;
        let named = ["GMT", "UTC", "UT", "Z"].into_iter().find(|name| self.rest().starts_with(name.as_bytes()));
        self.take(named.map_or(0, str::len));
        if named.is_some() && self.rest().is_empty() {
            return Ok(0);
        }
        let seconds_in_minute = match (named, self.rest().first()) {
            (None | Some("GMT"), Some(b'+')) => 60,
            (None | Some("GMT"), Some(b'-')) => -60,
            _ => return self.pattern(),
        };
        self.take(1);
        // `+0300` and `+03:00`; after `GMT` only with the colon, and there the hour may have one digit.
        let hours_at = self.at;
        let (hours, minutes) = if named.is_some() || self.rest().get(2) == Some(&b':') {
            let hours = self.digits(if named.is_some() { 1 } else { 2 }, 2)?;
            self.literal(b":")?;
            (hours, self.digits(2, 2)?)
        } else {
            self.digits(4, 4)?.split_at_checked(2).unwrap_or_default()
        };
        if !self.rest().is_empty() {
            return self.pattern();
        }
        let minutes_at = self.at.saturating_sub(minutes.len());
        match (number(hours), number(minutes)) {
            (24.., _) => Err(DateError::Pattern { offset: hours_at }),
            (_, 60..) => Err(DateError::Pattern { offset: minutes_at }),
            (hours, minutes) => Ok(hours.saturating_mul(60).saturating_add(minutes).saturating_mul(seconds_in_minute)),
        }
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

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.push(piece.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::arithmetic_side_effects,
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test may panic: that is how it fails"
    )]

    use std::time::{Duration, UNIX_EPOCH};

    use proptest::prelude::*;

    use super::{SECONDS_IN_400_YEARS, USUAL, calendar, usual};

    const DAY: u64 = 86_400;

    fn agree(text: [u8; USUAL]) {
        assert_eq!(usual(&text), calendar(&text), "{}", text.escape_ascii());
    }

    /// DLGA-18: every day of 400 years, at another time each, as httpdate writes and reads it; and the same with each
    /// other number for the day, and with another weekday.
    #[test]
    fn the_usual_form_is_read_as_the_calendar_reads_it_for_400_years() {
        let last = u64::try_from(SECONDS_IN_400_YEARS).unwrap() / DAY;
        for day in (0..=last).chain([2_932_896]) {
            let second = day * DAY + day * 7919 % DAY;
            let written = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(second));
            let text: [u8; USUAL] = written.as_bytes().try_into().unwrap();
            assert_eq!(usual(&text), Some(i64::try_from(second).unwrap()), "{written}");
            agree(text);
            if day % 27 == 0 {
                for other in 0..=32 {
                    let mut text = text;
                    text[5..7].copy_from_slice(format!("{other:02}").as_bytes());
                    agree(text);
                }
                for weekday in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "sun", "Xyz"] {
                    let mut text = text;
                    text[..3].copy_from_slice(weekday.as_bytes());
                    agree(text);
                }
            }
        }
    }

    proptest! {
        /// DLGA-18: also where bytes of it are others, so near the form that only one rule is broken.
        #[test]
        fn a_text_near_the_usual_form_is_read_as_the_calendar_reads_it(
            second in 0_u64..253_402_300_800,
            changes in prop::collection::vec((0_usize..25, prop::sample::select(b"0123456789 :,aAbBcDdeFgGhiJlLmMnNoOpPrSstTuvVwWyY".to_vec())), 0..3),
        ) {
            let written = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(second));
            let mut text: [u8; USUAL] = written.as_bytes().try_into().unwrap();
            for (at, byte) in changes {
                text[at] = byte;
            }
            agree(text);
        }
    }

    #[test]
    fn names_of_another_language_are_told_as_such() {
        use super::{Date, DateError};

        for (text, expected) in [
            ("Sal, 09 Mar 2021 13:28:32 GMT", DateError::Names { offset: 0, are_turkish: true }),
            ("\u{c7}ar, 30 Eyl 2026 16:28:32 +0300", DateError::Names { offset: 0, are_turkish: true }),
            ("Wed, 30 Eyl 2026 16:28:32 GMT", DateError::Names { offset: 8, are_turkish: true }),
            ("Sal\u{131}, 09 Mart 2021 13:28:32 GMT", DateError::Names { offset: 0, are_turkish: true }),
            ("Di., 09 M\u{e4}rz 2021 13:28:32 GMT", DateError::Names { offset: 0, are_turkish: false }),
            ("Tuesday, 09 Mar 2021 13:28:32 GMT", DateError::Pattern { offset: 3 }),
            ("tue, 09 Mar 2021 13:28:32 GMT", DateError::Pattern { offset: 0 }),
            ("Sal, 09 Mar 2021", DateError::Pattern { offset: 0 }),
            ("Sal", DateError::Pattern { offset: 0 }),
        ] {
            assert_eq!(Date::parse(text), Err(expected), "{text}");
        }
        let turkish = Date::parse("Sal, 09 Mar 2021 13:28:32 GMT").map_err(|error| error.to_string());
        assert_eq!(
            turkish,
            Err("the date has Turkish names: use an English locale, so that it reads like `Tue, 09 Mar 2021 13:28:32 GMT` \
                 (byte 0)"
                .to_owned())
        );
    }
}
