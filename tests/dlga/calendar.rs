//! The calendar behind `x-dlg-date` (DLGA-18), day by day through the 400 years after which it repeats.

use imza::dlga::{Date, DateError};

#[test]
fn every_day_is_read_as_it_is_written() {
    // `httpdate` writes the dates, so two calendars must agree here.
    let four_hundred_years = 146_097;
    let last_day_of_9999 = 253_402_300_799 / 86_400;
    for day in (0..=four_hundred_years).chain([last_day_of_9999]) {
        let seconds = day * 86_400 + day % 86_400;
        let text = Date::from_unix(seconds).unwrap().to_string();
        assert_eq!(Date::parse(&text).unwrap().unix_seconds(), seconds, "{text}");
    }
}

/// The path of the other forms: with a wrong weekday, every day tells the right one.
#[test]
fn every_day_is_held_to_its_weekday() {
    for day in 0..=146_097 {
        let text = Date::from_unix(day * 86_400).unwrap().to_string();
        let (weekday, rest) = text.split_once(',').unwrap();
        let rest = rest.strip_suffix("GMT").unwrap();
        assert_eq!(Date::parse(format!("{weekday},{rest}+0000")).unwrap().unix_seconds(), day * 86_400, "{text}");
        let other = if weekday == "Mon" { "Sun" } else { "Mon" };
        let Err(DateError::Weekday { actual }) = Date::parse(format!("{other},{rest}GMT")) else { panic!("{text}") };
        assert_eq!(actual, weekday, "{text}");
    }
}

#[test]
fn a_day_that_no_month_has_does_not_exist() {
    for year in [1970, 1972, 2000, 2021, 2100, 2400, 9999] {
        let leap_days = i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
        for (month, last) in [
            ("Jan", 31),
            ("Feb", 28 + leap_days),
            ("Mar", 31),
            ("Apr", 30),
            ("May", 31),
            ("Jun", 30),
            ("Jul", 31),
            ("Aug", 31),
            ("Sep", 30),
            ("Oct", 31),
            ("Nov", 30),
            ("Dec", 31),
        ] {
            let read = |day: i64| Date::parse(format!("Mon, {day:02} {month} {year} 00:00:00 GMT"));
            assert_ne!(read(last), Err(DateError::DoesNotExist), "{last} {month} {year}");
            assert_eq!(read(last + 1), Err(DateError::DoesNotExist), "{last} {month} {year}");
            assert_eq!(read(0), Err(DateError::DoesNotExist), "{month} {year}");
        }
    }
}

#[test]
fn west_of_greenwich_1970_begins_in_1969() {
    assert_eq!(Date::parse("Wed, 31 Dec 1969 23:00:00 -0100").unwrap().unix_seconds(), 0);
    assert_eq!(Date::parse("Wed, 31 Dec 1969 22:59:59 -0100"), Err(DateError::OutOfRange));
    assert_eq!(Date::parse("Thu, 31 Dec 1969 23:00:00 -0100"), Err(DateError::Weekday { actual: "Wed" }));
    assert_eq!(Date::parse("Tue, 31 Dec 1968 23:00:00 -0100"), Err(DateError::OutOfRange));
}
