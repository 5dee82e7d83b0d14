//! Other forms of a field's value, as data.

use crate::explain::text::{lower_turkish, upper_turkish};
use crate::haso::Shape;

pub(super) type AmountForm = fn(&str) -> Option<String>;

/// Amounts are whole kuruş, digits only (HASO-7).
pub(super) const AMOUNTS: [(&str, AmountForm); 18] = [
    ("amounts are multiplied by 100", |amount| digits(amount).map(|digits| format!("{digits}00"))),
    ("amounts are divided by 100", |amount| {
        lira(amount).map(|(lira, kurus)| if kurus == "00" { lira } else { format!("{lira}.{kurus}") })
    }),
    ("amounts are in lira, with a point and two decimals", |amount| {
        lira(amount).map(|(lira, kurus)| format!("{lira}.{kurus}"))
    }),
    ("amounts are in lira, with a comma and two decimals", |amount| {
        lira(amount).map(|(lira, kurus)| format!("{lira},{kurus}"))
    }),
    ("amounts have `.00` at their end", |amount| digits(amount).map(|digits| format!("{digits}.00"))),
    ("amounts have `,00` at their end", |amount| digits(amount).map(|digits| format!("{digits},00"))),
    ("amounts have no decimal sign", |amount| Some(amount.replace(['.', ','], ""))),
    ("amounts have no decimals", |amount| amount.split(['.', ',']).next().map(str::to_owned)),
    ("amounts have a point for their comma", |amount| Some(amount.replace(',', "."))),
    ("amounts have a comma for their point", |amount| Some(amount.replace('.', ","))),
    ("amounts have `.0` at their end", |amount| digits(amount).map(|digits| format!("{digits}.0"))),
    ("amounts have no zeros at the end of their decimals", |amount| {
        amount.contains('.').then(|| amount.trim_end_matches('0').trim_end_matches('.').to_owned())
    }),
    ("amounts have no zeros in front", |amount| {
        Some(amount.trim_start_matches('0').to_owned()).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    }),
    ("amounts have a point between thousands", |amount| digits(amount).map(|digits| thousands(digits, '.'))),
    ("amounts have a comma between thousands", |amount| digits(amount).map(|digits| thousands(digits, ','))),
    ("amounts are in lira, with a point between thousands and a comma and two decimals", |amount| {
        lira(amount).map(|(lira, kurus)| format!("{},{kurus}", thousands(&lira, '.')))
    }),
    ("amounts are in lira, with a comma between thousands and a point and two decimals", |amount| {
        lira(amount).map(|(lira, kurus)| format!("{}.{kurus}", thousands(&lira, ',')))
    }),
    ("amounts are in kuruş instead of lira", |amount| {
        let (lira, kurus) = amount.split_once(['.', ',']).unwrap_or((amount, ""));
        Some(format!("{lira}{}", kurus.get(..2).map_or_else(|| format!("{kurus:0<2}"), str::to_owned)))
    }),
];

/// The form of HASO-8.
pub(super) const ISO_DATE: &str = "yyyy-MM-dd";

/// No pattern.
pub(super) const AS_POSTED: &str = "";

/// `yyyy-MM-dd` of the day after, and of the day before.
pub(super) const NEXT_DAY: &str = "+1";
pub(super) const DAY_BEFORE: &str = "-1";

/// Dates enter as `yyyy-MM-dd` where the recipe says so (HASO-8), else as posted.
pub(super) const DATES: [(&str, &str); 18] = [
    ("dates enter as posted", AS_POSTED),
    ("dates enter as `yyyy-MM-dd`", ISO_DATE),
    ("dates enter as `dd.MM.yyyy`", "dd.MM.yyyy"),
    ("dates enter as `dd/MM/yyyy`", "dd/MM/yyyy"),
    ("dates enter as `MM/dd/yyyy`", "MM/dd/yyyy"),
    ("dates enter as `dd-MM-yyyy`", "dd-MM-yyyy"),
    ("dates enter as `yyyy/MM/dd`", "yyyy/MM/dd"),
    ("dates enter as `yyyyMMdd`", "yyyyMMdd"),
    ("dates enter as `yyyy-MM-ddTHH:mm:ss`", "yyyy-MM-ddTHH:mm:ss"),
    ("dates enter as `yyyy-MM-dd HH:mm:ss`", "yyyy-MM-dd HH:mm:ss"),
    ("dates enter as `dd.MM.yyyy HH:mm:ss`", "dd.MM.yyyy HH:mm:ss"),
    ("dates enter as `MM/dd/yyyy HH:mm:ss`", "MM/dd/yyyy HH:mm:ss"),
    ("dates enter as `yyyy-MM-dd HH:mm`", "yyyy-MM-dd HH:mm"),
    ("dates enter as `yyyy-MM-ddTHH:mm:ss.000Z`", "yyyy-MM-ddTHH:mm:ss.000Z"),
    ("dates enter as `yyyy-MM-ddTHH:mm:ssZ`", "yyyy-MM-ddTHH:mm:ssZ"),
    ("dates enter as `yyyy-MM-dd 00:00:00`", "yyyy-MM-dd 00:00:00"),
    ("dates are of the day after (local time instead of UTC)", NEXT_DAY),
    ("dates are of the day before (UTC instead of local time)", DAY_BEFORE),
];

pub(super) type TextForm = fn(&str) -> String;

pub(super) const TEXTS: [(&str, TextForm); 5] = [
    ("values have no spaces around them", |value| value.trim().to_owned()),
    ("values are in upper case", str::to_uppercase),
    ("values are in lower case", str::to_lowercase),
    ("values are in upper case, as Turkish has them", upper_turkish),
    ("values are in lower case, as Turkish has them", lower_turkish),
];

/// A field of whole kuruş, by its shape or its name (HASO-7).
pub(super) fn is_amount(name: &str, shape: Shape) -> bool {
    shape == Shape::Amount || name.to_ascii_lowercase().contains("amount")
}

/// Digits in groups of three.
fn thousands(digits: &str, between: char) -> String {
    let mut written = String::with_capacity(digits.len().saturating_mul(2));
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at).is_multiple_of(3) {
            written.push(between);
        }
        written.push(digit);
    }
    written
}

fn digits(amount: &str) -> Option<&str> {
    Some(amount).filter(|amount| !amount.is_empty() && amount.bytes().all(|b| b.is_ascii_digit()))
}

/// Kuruş as lira and the two digits of what is left.
fn lira(amount: &str) -> Option<(String, String)> {
    let padded = format!("{:0>3}", digits(amount)?);
    let (lira, kurus) = padded.split_at_checked(padded.len().saturating_sub(2))?;
    Some((lira.to_owned(), kurus.to_owned()))
}
