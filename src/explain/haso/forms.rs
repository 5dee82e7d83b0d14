//! Other forms of a field's value, as data.

use crate::explain::text::{lower_turkish, upper_turkish};
use crate::haso::Shape;

pub(super) type AmountForm = fn(&str) -> Option<String>;

/// Amounts are whole kuruş, digits only (HASO-7).
pub(super) const AMOUNTS: [(&str, AmountForm); 33] = [
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
    ("amounts are in lira, as a floating-point number", |amount| lira_as_float(amount)),
    ("amounts are in lira, as a floating-point number with a comma", |amount| {
        lira_as_float(amount).map(|amount| amount.replace('.', ","))
    }),
    ("amounts are in lira, with a point and three decimals", |amount| {
        lira(amount).map(|(lira, kurus)| format!("{lira}.{kurus}0"))
    }),
    ("amounts are in lira, with a point and four decimals", |amount| {
        lira(amount).map(|(lira, kurus)| format!("{lira}.{kurus}00"))
    }),
    ("amounts have a point and two decimals", |amount| decimals(amount, 2)),
    ("amounts have a point and one decimal", |amount| decimals(amount, 1)),
    ("amounts have no sign between thousands", |amount| {
        let at = amount.rfind(['.', ','])?;
        let (whole, decimals) = amount.split_at_checked(at)?;
        Some(format!("{}{decimals}", whole.replace(['.', ','], "")))
    }),
    ("amounts have no sign between thousands and a point before the decimals", |amount| {
        let (whole, decimals) = amount.rsplit_once(['.', ','])?;
        Some(format!("{}.{decimals}", whole.replace(['.', ','], "")))
    }),
    ("amounts have a space between thousands", |amount| digits(amount).map(|digits| thousands(digits, ' '))),
    ("amounts have no currency", |amount| {
        Some(amount.trim_matches(|c: char| c.is_alphabetic() || c.is_whitespace() || c == '₺').to_owned())
    }),
    ("amounts have no minus sign", |amount| amount.strip_prefix('-').map(str::to_owned)),
    ("amounts are one kuruş less", |amount| Some(digits(amount)?.parse::<u64>().ok()?.checked_sub(1)?.to_string())),
    ("amounts are one kuruş more", |amount| Some(digits(amount)?.parse::<u64>().ok()?.checked_add(1)?.to_string())),
    ("amounts are lira times 100, not rounded", |amount| {
        let kurus: u32 = digits(amount)?.parse().ok()?;
        Some((f64::from(kurus) / 100.0 * 100.0).to_string())
    }),
    ("amounts are in lira, with a point and two decimals, and `TL` behind", |amount| {
        lira(amount).map(|(lira, kurus)| format!("{lira}.{kurus} TL"))
    }),
];

/// The form of HASO-8.
pub(super) const ISO_DATE: &str = "yyyy-MM-dd";

/// No pattern.
pub(super) const AS_POSTED: &str = "";

/// `yyyy-MM-dd` of the day after, and of the day before.
pub(super) const NEXT_DAY: &str = "+1";
pub(super) const DAY_BEFORE: &str = "-1";

/// Each pattern beside what it says; `#` stands before a letter for a number without a zero in front, and `#t` is AM or PM.
/// What begins with [`NEXT_DAY`] or [`DAY_BEFORE`] is of that day. Dates enter as `yyyy-MM-dd` where the recipe says so (HASO-8), else as posted.
pub(super) const DATES: [(&str, &str); 41] = [
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
    ("dates are Turkey's midnight in UTC, `yyyy-MM-ddT21:00:00.000Z` of the day before", "-1yyyy-MM-ddT21:00:00.000Z"),
    ("dates are Turkey's midnight in UTC, `yyyy-MM-ddT21:00:00Z` of the day before", "-1yyyy-MM-ddT21:00:00Z"),
    ("dates enter as `d.M.yyyy`", "#d.#M.yyyy"),
    ("dates enter as `d/M/yyyy`", "#d/#M/yyyy"),
    ("dates enter as `M/d/yyyy`", "#M/#d/yyyy"),
    ("dates enter as `yyyy-M-d`", "yyyy-#M-#d"),
    ("dates enter as `d.M.yyyy HH:mm:ss`", "#d.#M.yyyy HH:mm:ss"),
    ("dates enter as `d.MM.yyyy HH:mm:ss`", "#d.MM.yyyy HH:mm:ss"),
    ("dates enter as `M/d/yyyy h:mm:ss tt`", "#M/#d/yyyy #h:mm:ss #t"),
    ("dates enter as `dd/MM/yyyy HH:mm:ss`", "dd/MM/yyyy HH:mm:ss"),
    ("dates enter as `dd.MM.yyyy HH:mm`", "dd.MM.yyyy HH:mm"),
    ("dates enter as `dd.MM.yy`", "dd.MM.#y"),
    ("dates enter as `ddMMyyyy`", "ddMMyyyy"),
    ("dates enter as `yyyy.MM.dd`", "yyyy.MM.dd"),
    ("dates enter as `yyyyMMddHHmmss`", "yyyyMMddHHmmss"),
    ("dates enter as `yyyy-MM-ddTHH:mm`", "yyyy-MM-ddTHH:mm"),
    ("dates enter as `yyyy-MM-dd HH:mm:ss.000`", "yyyy-MM-dd HH:mm:ss.000"),
    ("dates enter as `yyyy-MM-ddTHH:mm:ss.000`", "yyyy-MM-ddTHH:mm:ss.000"),
    ("dates enter as `yyyy-MM-ddTHH:mm:ss.0000000`", "yyyy-MM-ddTHH:mm:ss.0000000"),
    ("dates enter as `yyyy-MM-ddTHH:mm:ss+03:00`", "yyyy-MM-ddTHH:mm:ss+03:00"),
    ("dates enter as `yyyy-MM-ddTHH:mm:ss.000+03:00`", "yyyy-MM-ddTHH:mm:ss.000+03:00"),
    ("dates enter as `yyyy-MM-ddTHH:mm:ss.000000Z`", "yyyy-MM-ddTHH:mm:ss.000000Z"),
    ("dates enter as `yyyy-MM-ddTHH:mm:ss+00:00`", "yyyy-MM-ddTHH:mm:ss+00:00"),
];

pub(super) type TextForm = fn(&str) -> String;

pub(super) const TEXTS: [(&str, TextForm); 14] = [
    ("values have no spaces around them", |value| value.trim().to_owned()),
    ("values are in upper case", str::to_uppercase),
    ("values are in lower case", str::to_lowercase),
    ("values are in upper case, as Turkish has them", upper_turkish),
    ("values are in lower case, as Turkish has them", lower_turkish),
    ("values have single spaces", |value| {
        value.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }),
    ("values have no spaces", |value| value.replace(' ', "")),
    ("values have LF where they have CR LF", |value| value.replace("\r\n", "\n")),
    ("values have CR LF where they have LF", |value| value.replace("\r\n", "\n").replace('\n', "\r\n")),
    ("values have a capital letter in front", |value| {
        let mut letters = value.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }),
    ("values have no zeros in front", |value| {
        let bare = value.trim_start_matches('0');
        if bare.starts_with(|c: char| c.is_ascii_digit()) { bare.to_owned() } else { value.to_owned() }
    }),
    ("values are within double quotes", |value| format!("\"{value}\"")),
    ("values have `1` and `0` for `true` and `false`", |value| match value {
        "true" | "True" => "1".to_owned(),
        "false" | "False" => "0".to_owned(),
        other => other.to_owned(),
    }),
    ("values have `+` where they have spaces in front", |value| {
        value.strip_prefix(' ').map_or_else(|| value.to_owned(), |rest| format!("+{rest}"))
    }),
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

/// An amount with so many decimals.
fn decimals(amount: &str, places: usize) -> Option<String> {
    let (whole, decimals) = amount.split_once('.').unwrap_or((amount, ""));
    digits(whole)?;
    let decimals: String = decimals.chars().chain(['0'; 2]).take(places).collect();
    Some(format!("{whole}.{decimals}"))
}

/// `1500.5`, as Python and Java print it.
fn lira_as_float(amount: &str) -> Option<String> {
    let (lira, kurus) = lira(amount)?;
    Some(format!("{lira}.{}", kurus.strip_suffix('0').unwrap_or(&kurus)))
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
