//! The text of a request's date as other programs write it (DLGA-1, DLGA-9).

use std::borrow::Cow;

use crate::dlga::{Date, TURKISH_MONTHS as MONTHS, TURKISH_WEEKDAYS as DAYS};

/// Turkey's time, in seconds east of Greenwich.
const TURKISH_TIME: i64 = 3 * 3600;

/// A short name, the long one, and the Turkish one.
type Name = (&'static str, &'static str, &'static str);

const LONG_DAYS: [Name; 7] = [
    ("Mon", "Monday", "Pazartesi"),
    ("Tue", "Tuesday", "Salı"),
    ("Wed", "Wednesday", "Çarşamba"),
    ("Thu", "Thursday", "Perşembe"),
    ("Fri", "Friday", "Cuma"),
    ("Sat", "Saturday", "Cumartesi"),
    ("Sun", "Sunday", "Pazar"),
];

const LONG_MONTHS: [Name; 12] = [
    ("Jan", "January", "Ocak"),
    ("Feb", "February", "Şubat"),
    ("Mar", "March", "Mart"),
    ("Apr", "April", "Nisan"),
    ("May", "May", "Mayıs"),
    ("Jun", "June", "Haziran"),
    ("Jul", "July", "Temmuz"),
    ("Aug", "August", "Ağustos"),
    ("Sep", "September", "Eylül"),
    ("Oct", "October", "Ekim"),
    ("Nov", "November", "Kasım"),
    ("Dec", "December", "Aralık"),
];

/// Ways to write GMT at the end of a date.
const ZONES: [&str; 10] = [" GMT", " +0000", " UTC", " UT", " Z", " +00:00", " GMT+00:00", " -0000", "Z", " (GMT)"];

/// Ways to write Turkey's zone.
const TURKISH_ZONES: [&str; 7] = [" +0300", " +03:00", " GMT+3", " GMT+03:00", " GMT+0300", " TRT", " EET"];

/// The parts of a date's text.
struct Parts<'a> {
    weekday: &'a str,
    day: &'a str,
    month: &'a str,
    year: &'a str,
    time: &'a str,
    zone: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (weekday, rest) = text.split_once(", ")?;
        let (day, rest) = rest.split_once(' ')?;
        let (month, rest) = rest.split_once(' ')?;
        let (year, rest) = rest.split_once(' ')?;
        let at = rest.find(' ').unwrap_or(rest.len());
        let (time, zone) = rest.split_at_checked(at)?;
        Some(Self { weekday, day, month, year, time, zone })
    }

    fn month_number(&self) -> Option<usize> {
        MONTHS.iter().position(|(english, _)| *english == self.month)?.checked_add(1)
    }

    fn two_digit_day(&self) -> String {
        format!("{:0>2}", self.day)
    }
}

/// The English name where a Turkish one is given.
fn english(names: &[(&'static str, &'static str)], name: &str) -> String {
    names.iter().find(|(_, turkish)| *turkish == name).map_or(name, |(english, _)| english).to_owned()
}

/// Every other form of a date's text, with its clause, which follows *the date*. `unix` is its time, where it can be read.
pub(crate) fn written(text: &str, take: &mut dyn FnMut(Cow<'static, str>, String)) {
    let unix = Date::parse(text).map(|date| date.unix_seconds()).ok();
    if let Some(parts) = Parts::of(text) {
        as_it_is(&parts, take);
    }
    for (clause, name) in
        [("line begins with `x-dlg-date:`", "x-dlg-date:"), ("line begins with `x-dlg-date: `", "x-dlg-date: ")]
    {
        take(clause.into(), format!("{name}{text}"));
    }
    take("line is empty".into(), String::new());
    take("is in lower case".into(), text.to_lowercase());
    take("is in upper case".into(), text.to_uppercase());
    take("has no spaces around it".into(), text.trim().to_owned());
    let Some(unix) = unix else { return };
    let date = |shift: i64| Date::from_unix(unix.checked_add(shift)?).ok().map(|date| date.as_str().to_owned());
    let (Some(gmt), Some(turkish)) = (date(0), date(TURKISH_TIME)) else { return };
    for zone in ZONES {
        take(format!("ends in `{}`", zone.trim()).into(), gmt.replace(" GMT", zone));
    }
    take("has no zone".into(), gmt.replace(" GMT", ""));
    take("is in Turkish time, with `GMT`".into(), turkish.clone());
    take("is in Turkish time, without a zone".into(), turkish.replace(" GMT", ""));
    for zone in TURKISH_ZONES {
        take(format!("is in Turkish time, with `{}`", zone.trim()).into(), turkish.replace(" GMT", zone));
    }
    for (shift, clause) in [
        (-1, "is one second earlier"),
        (1, "is one second later"),
        (-3600, "is one hour earlier"),
        (3600, "is one hour later"),
        (-TURKISH_TIME, "is three hours earlier"),
    ] {
        if let Some(shifted) = date(shift) {
            take(clause.into(), shifted);
        }
    }
    if let (Some(gmt), Some(turkish)) = (Parts::of(&gmt), Parts::of(&turkish)) {
        as_it_is(&gmt, take);
        in_other_patterns(&gmt, &turkish, unix, take);
    }
}

/// Its names and digits in another form; the zone stays.
fn as_it_is(parts: &Parts<'_>, take: &mut dyn FnMut(Cow<'static, str>, String)) {
    let Parts { weekday, day, month, year, time, zone } = parts;
    let turkish = |names: &[(&'static str, &'static str)], name: &str| {
        names.iter().find(|(english, _)| *english == name).map_or(name.to_owned(), |(_, turkish)| (*turkish).to_owned())
    };
    let one_digit = day.strip_prefix('0').unwrap_or(day);
    let two_digits = parts.two_digit_day();
    take("has a one-digit day".into(), format!("{weekday}, {one_digit} {month} {year} {time}{zone}"));
    take("has a two-digit day".into(), format!("{weekday}, {two_digits} {month} {year} {time}{zone}"));
    take(
        "has Turkish names".into(),
        format!("{}, {day} {} {year} {time}{zone}", turkish(&DAYS, weekday), turkish(&MONTHS, month)),
    );
    take(
        "has English names".into(),
        format!("{}, {day} {} {year} {time}{zone}", english(&DAYS, weekday), english(&MONTHS, month)),
    );
    take("has no weekday".into(), format!("{day} {month} {year} {time}{zone}"));
    take("has milliseconds".into(), format!("{weekday}, {day} {month} {year} {time}.000{zone}"));
    take("has no space behind its comma".into(), format!("{weekday},{day} {month} {year} {time}{zone}"));
    take("has its day after a second space".into(), format!("{weekday},  {one_digit} {month} {year} {time}{zone}"));
    take("has no comma".into(), format!("{weekday} {day} {month} {year} {time}{zone}"));
    take("has dashes between day, month and year".into(), format!("{weekday}, {day}-{month}-{year} {time}{zone}"));
    take("has a line feed at its end".into(), format!("{weekday}, {day} {month} {year} {time}{zone}\n"));
    take("has its zone in lower case".into(), format!("{weekday}, {day} {month} {year} {time}{}", zone.to_lowercase()));
    take(
        "has no seconds but `:00`".into(),
        format!("{weekday}, {day} {month} {year} {}:00{zone}", time.get(..5).unwrap_or(time)),
    );
    let long = |turkish: bool| {
        let names = |names: &[Name], name: &str| {
            let found = names.iter().find(|(short, ..)| *short == name);
            found.map_or(name, |(_, english, turkish_name)| if turkish { turkish_name } else { english }).to_owned()
        };
        format!("{}, {day} {} {year} {time}{zone}", names(&LONG_DAYS, weekday), names(&LONG_MONTHS, month))
    };
    take("has long names".into(), long(false));
    take("has long Turkish names".into(), long(true));
    take("has no seconds".into(), format!("{weekday}, {day} {month} {year} {}{zone}", time.get(..5).unwrap_or(time)));
    let (hour, rest) = time.split_once(':').unwrap_or((time, ""));
    let twelve = match hour.parse::<u8>() {
        Ok(0) => 12,
        Ok(hour @ 13..) => hour.saturating_sub(12),
        Ok(hour) => hour,
        Err(_) => return,
    };
    take(
        "has an hour of twelve (`hh` for `HH`)".into(),
        format!("{weekday}, {day} {month} {year} {twelve:02}:{rest}{zone}"),
    );
    let half = if hour.parse::<u8>().is_ok_and(|hour| hour >= 12) { "PM" } else { "AM" };
    take(
        "has an hour of twelve and AM or PM".into(),
        format!("{weekday}, {day} {month} {year} {twelve:02}:{rest} {half}{zone}"),
    );
    if let Ok(year) = year.parse::<u16>() {
        for (other, clause) in
            [(year.saturating_add(1), "is of the next year"), (year.saturating_sub(1), "is of the year before")]
        {
            take(
                format!("{clause} (`YYYY` for `yyyy`)").into(),
                format!("{weekday}, {day} {month} {other} {time}{zone}"),
            );
        }
    }
}

/// Other formats of the same time.
fn in_other_patterns(gmt: &Parts<'_>, turkish: &Parts<'_>, unix: i64, take: &mut dyn FnMut(Cow<'static, str>, String)) {
    for (parts, of, zone) in [(gmt, "", "Z"), (turkish, " in Turkish time", "+03:00")] {
        let Some(month) = parts.month_number() else { return };
        let Parts { year, time, weekday, month: name, .. } = parts;
        let day = parts.two_digit_day();
        let date = format!("{year}-{month:02}-{day}");
        for (pattern, text) in [
            ("yyyy-MM-ddTHH:mm:ssZ", format!("{date}T{time}{zone}")),
            ("yyyy-MM-ddTHH:mm:ss", format!("{date}T{time}")),
            ("yyyy-MM-ddTHH:mm:ss.fffZ", format!("{date}T{time}.000{zone}")),
            ("yyyy-MM-ddTHH:mm:ss.fffffffZ (.NET's `o`)", format!("{date}T{time}.0000000{zone}")),
            ("yyyy-MM-ddTHH:mm:ss+00:00", format!("{date}T{time}+00:00")),
            ("yyyy-MM-dd HH:mm:ss", format!("{date} {time}")),
            ("yyyy-MM-dd HH:mm:ssZ (.NET's `u`)", format!("{date} {time}Z")),
            ("yyyy-MM-dd HH:mm", format!("{date} {}", time.get(..5).unwrap_or(time))),
            ("yyyy-MM-dd", date.clone()),
            ("dd.MM.yyyy HH:mm:ss", format!("{day}.{month:02}.{year} {time}")),
            ("yyyyMMddTHHmmssZ", format!("{year}{month:02}{day}T{}Z", time.replace(':', ""))),
            ("yyyyMMddHHmmss", format!("{year}{month:02}{day}{}", time.replace(':', ""))),
            ("EEE MMM dd HH:mm:ss yyyy", format!("{weekday} {name} {day} {time} {year}")),
            ("yyyy-MM-ddTHH:mm:ss.fff+00:00", format!("{date}T{time}.000+00:00")),
            ("yyyy-MM-ddTHH:mmZ", format!("{date}T{}{zone}", time.get(..5).unwrap_or(time))),
            ("yyyy-MM-ddTHH:mm:ss+0300", format!("{date}T{time}{}", zone.replace(':', ""))),
            ("dd/MM/yyyy HH:mm:ss", format!("{day}/{month:02}/{year} {time}")),
            ("MM/dd/yyyy HH:mm:ss", format!("{month:02}/{day}/{year} {time}")),
            ("yyyy/MM/dd HH:mm:ss", format!("{year}/{month:02}/{day} {time}")),
            ("EEE MMM dd HH:mm:ss zzz yyyy (Java's toString)", {
                let zone = if of.is_empty() { "UTC" } else { "TRT" };
                format!("{weekday} {name} {day} {time} {zone} {year}")
            }),
            ("EEE MMM dd HH:mm:ss 'GMT' yyyy (Java's toString)", format!("{weekday} {name} {day} {time} GMT {year}")),
            (
                "EEE, dd MMM yy HH:mm:ss",
                format!("{weekday}, {day} {name} {} {time} GMT", year.get(2..).unwrap_or(year)),
            ),
            ("EEE MMM dd yyyy HH:mm:ss 'GMT'Z (JavaScript's toString)", {
                let zone = if of.is_empty() { "+0000 (Coordinated Universal Time)" } else { "+0300 (GMT+03:00)" };
                format!("{weekday} {name} {day} {year} {time} GMT{zone}")
            }),
            ("EEE MMM dd HH:mm:ss yyyy (C's asctime)", {
                let padded = day.strip_prefix('0').map_or(day.clone(), |digit| format!(" {digit}"));
                format!("{weekday} {name} {padded} {time} {year}")
            }),
            ("EEEE, dd-MMM-yy HH:mm:ss 'GMT' (RFC 850)", {
                let long = LONG_DAYS.iter().find(|(short, ..)| short == weekday).map_or(*weekday, |(_, long, _)| long);
                format!("{long}, {day}-{name}-{} {time} GMT", year.get(2..).unwrap_or(year))
            }),
            ("d.MM.yyyy HH:mm:ss", format!("{}.{month:02}.{year} {time}", day.trim_start_matches('0'))),
            ("d.M.yyyy HH:mm:ss", format!("{}.{month}.{year} {time}", day.trim_start_matches('0'))),
            ("M/d/yyyy h:mm:ss tt", {
                let (hour, rest) = time.split_once(':').unwrap_or((time, ""));
                let hour: u8 = hour.parse().unwrap_or_default();
                let (twelve, half) =
                    ((hour.wrapping_add(11) % 12).wrapping_add(1), if hour < 12 { "AM" } else { "PM" });
                format!("{month}/{}/{year} {twelve}:{rest} {half}", day.trim_start_matches('0'))
            }),
            ("yyyy-MM-ddTHH:mm:ss+03:00[Europe/Istanbul]", format!("{date}T{time}{zone}[Europe/Istanbul]")),
            ("yyyy-MM-ddTHH:mm:ss.fff+03:00[Europe/Istanbul]", format!("{date}T{time}.000{zone}[Europe/Istanbul]")),
            ("yyyy-MM-ddTHH:mm:ss.ffffffZ", format!("{date}T{time}.000000{zone}")),
            ("yyyy-MM-ddTHH:mm:ss.ffffff+00:00", format!("{date}T{time}.000000+00:00")),
        ] {
            take(format!("is `{pattern}`{of}").into(), text);
        }
    }
    take("is Unix seconds".into(), unix.to_string());
    take("is Unix milliseconds".into(), format!("{unix}000"));
    take("is Unix seconds with a point".into(), format!("{unix}.0"));
}

/// The longest time between two looks at the clock, in seconds.
const LONGEST: i64 = 300;

/// The date some seconds later or earlier: of a program that asks the clock again.
pub(crate) fn shifted(text: &str, take: &mut dyn FnMut(Cow<'static, str>, String) -> bool) -> bool {
    let Ok(unix) = Date::parse(text).map(|date| date.unix_seconds()) else { return true };
    (2..=LONGEST).flat_map(|seconds| [(seconds, "later"), (seconds.wrapping_neg(), "earlier")]).all(|(shift, which)| {
        let date = unix.checked_add(shift).and_then(|unix| Date::from_unix(unix).ok());
        date.is_none_or(|date| take(format!("is {} seconds {which}", shift.abs()).into(), date.as_str().to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, clause: &str, other: &str) {
        let mut all = Vec::new();
        written(text, &mut |clause, other| all.push((clause.into_owned(), other)));
        assert!(all.iter().any(|(c, o)| c == clause && o == other), "{text} {clause}: {other} is not among {all:#?}");
    }

    #[test]
    fn a_date_in_the_forms_that_programs_give_it() {
        let date = "Tue, 09 Mar 2021 13:28:32 GMT";
        has(date, "has a one-digit day", "Tue, 9 Mar 2021 13:28:32 GMT");
        has("Tue, 9 Mar 2021 16:28:32 +0300", "has a two-digit day", "Tue, 09 Mar 2021 16:28:32 +0300");
        has("Sal, 09 Mar 2021 13:28:32 GMT", "has English names", date);
        has(date, "has Turkish names", "Sal, 09 Mar 2021 13:28:32 GMT");
        has(date, "ends in `+0000`", "Tue, 09 Mar 2021 13:28:32 +0000");
        has(date, "is in Turkish time, with `+0300`", "Tue, 09 Mar 2021 16:28:32 +0300");
        has(date, "is `yyyy-MM-ddTHH:mm:ss.fffffffZ (.NET's `o`)`", "2021-03-09T13:28:32.0000000Z");
        has(date, "is `yyyy-MM-dd HH:mm` in Turkish time", "2021-03-09 16:28");
        has(date, "has milliseconds", "Tue, 09 Mar 2021 13:28:32.000 GMT");
        has(date, "has no space behind its comma", "Tue,09 Mar 2021 13:28:32 GMT");
        has(date, "is `yyyy-MM-ddTHH:mmZ`", "2021-03-09T13:28Z");
        has(date, "is `yyyy-MM-ddTHH:mm:ss+0300` in Turkish time", "2021-03-09T16:28:32+0300");
        has(
            date,
            "is `EEE MMM dd HH:mm:ss zzz yyyy (Java's toString)` in Turkish time",
            "Tue Mar 09 16:28:32 TRT 2021",
        );
        has(date, "is Unix milliseconds", "1615296512000");
        has(date, "has an hour of twelve (`hh` for `HH`)", "Tue, 09 Mar 2021 01:28:32 GMT");
        has(
            "Thu, 31 Dec 2020 13:28:32 GMT",
            "is of the next year (`YYYY` for `yyyy`)",
            "Thu, 31 Dec 2021 13:28:32 GMT",
        );
    }
}
