//! Other forms of a field's value, as data.

use crate::explain::text::{lower_turkish, percent_decoded, percent_encoded, upper_turkish};
use crate::haso::Shape;

pub(super) type AmountForm = fn(&str) -> Option<String>;

/// Amounts are whole kuruş, digits only (HASO-7).
pub(super) const AMOUNTS: [(&str, AmountForm); 10] = [
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
];

/// The form of HASO-8.
pub(super) const ISO_DATE: &str = "yyyy-MM-dd";

/// No pattern.
pub(super) const AS_POSTED: &str = "";

/// Dates enter as `yyyy-MM-dd` where the recipe says so (HASO-8), else as posted.
pub(super) const DATES: [(&str, &str); 12] = [
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
];

pub(super) type TextForm = fn(&str) -> String;

pub(super) const TEXTS: [(&str, TextForm); 8] = [
    ("values have no blanks around them", |value| value.trim().to_owned()),
    ("values are in capitals", str::to_uppercase),
    ("values are in small letters", str::to_lowercase),
    ("values are in capitals, as Turkish has them", upper_turkish),
    ("values are in small letters, as Turkish has them", lower_turkish),
    ("values are percent-encoded", |value| percent_encoded(value.as_bytes(), b"")),
    ("values are form-encoded, with `+` for a blank", |value| {
        percent_encoded(value.as_bytes(), b" ").replace(' ', "+")
    }),
    ("values are percent-decoded", |value| {
        String::from_utf8(percent_decoded(value.as_bytes())).unwrap_or_else(|_| value.to_owned())
    }),
];

/// A field of whole kuruş, by its shape or its name (HASO-7).
pub(super) fn is_amount(name: &str, shape: Shape) -> bool {
    shape == Shape::Amount || name.to_ascii_lowercase().contains("amount")
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
