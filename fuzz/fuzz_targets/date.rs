//! Any text as a date (DLGA-18): what is read keeps its text, lies in the years 1970 to 9999, and
//! names the same instant when it is written anew. Where `httpdate` or `jiff` reads a text too, it is the same instant;
//! what `jiff` writes for any instant in any zone is read as that instant.

#![no_main]

use arbitrary::Arbitrary;
use imza::dlga::Date;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::{Offset, TimeZone};
use libfuzzer_sys::fuzz_target;

/// The last second of 9999.
const LAST: i64 = 253_402_300_799;

static JIFF: DateTimeParser = DateTimeParser::new();

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    Text(&'a [u8]),
    Instant { unix: i64, minutes: i16 },
}

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    let mut source = arbitrary::Unstructured::new(bytes);
    match Input::arbitrary(&mut source) {
        Ok(Input::Text(text)) => read(text),
        Ok(Input::Instant { unix, minutes }) => written(unix, minutes),
        Err(_) => {}
    }
});

fn read(text: &[u8]) {
    let Ok(date) = Date::parse(text) else { return };
    assert_eq!(date.as_str().as_bytes(), text);
    let written = Date::from_unix(date.unix_seconds()).unwrap();
    assert_eq!(Date::parse(written.as_str()), Ok(written));
    if let Ok(theirs) = httpdate::parse_http_date(date.as_str()) {
        assert_eq!(httpdate::fmt_http_date(theirs), written.as_str(), "{}", date.as_str());
    }
    if let Ok(theirs) = JIFF.parse_timestamp(text) {
        assert_eq!(theirs.as_second(), date.unix_seconds(), "{}", date.as_str());
    }
}

fn written(unix: i64, minutes: i16) {
    let (unix, minutes) = (unix.rem_euclid(LAST + 1), i32::from(minutes) % 1440);
    let offset = Offset::from_seconds(minutes * 60).unwrap();
    // The last day of 9999 is beyond jiff's range.
    let Ok(theirs) = Timestamp::from_second(unix) else { return };
    assert_eq!(
        Date::from_unix(unix).unwrap().as_str(),
        jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&theirs).unwrap()
    );
    let zoned = theirs.to_zoned(TimeZone::fixed(offset));
    // A local time outside the four digits of a year has no text.
    let Ok(text) = jiff::fmt::rfc2822::to_string(&zoned) else { return };
    // Which year a local time is of decides whether imza reads it.
    if (1970..=9999).contains(&zoned.year()) {
        assert_eq!(Date::parse(&text).expect(&text).unix_seconds(), unix, "{text}");
    }
}
