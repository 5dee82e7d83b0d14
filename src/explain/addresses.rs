//! IP addresses as proxies, frameworks and programs write them.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

type Form = fn(&str) -> Option<String>;

/// The table. A clause follows the name of the field: *ipAddress is without its port*.
pub(crate) const FORMS: [(&str, Form); 29] = [
    ("is the IPv4 address within `::ffff:…`", |text| of_v6(text)?.to_ipv4_mapped().map(|v4| v4.to_string())),
    ("is within `::ffff:…`, as IPv6 has an IPv4 address", |text| Some(format!("::ffff:{}", of_v4(text)?))),
    ("is without its port", |text| Some(without_port(text)?.to_owned())),
    ("is without its brackets and port", |text| Some(text.strip_prefix('[')?.split_once(']')?.0.to_owned())),
    ("is within brackets", |text| of_v6(text).map(|_| format!("[{text}]"))),
    ("is the first of the list", |text| Some(list(text)?.next()?.to_owned())),
    ("is the last of the list", |text| Some(list(text)?.next_back()?.to_owned())),
    ("is the first of the list, without its port", |text| {
        let first = list(text)?.next()?;
        Some(without_port(first)?.to_owned())
    }),
    ("is the last of the list, without its port", |text| {
        let last = list(text)?.next_back()?;
        Some(without_port(last)?.to_owned())
    }),
    ("is without its zone", |text| Some(text.split_once('%')?.0.to_owned())),
    ("is in its short form", |text| of_v6(text).map(|v6| v6.to_string())),
    ("is in its long form", |text| Some(segments(of_v6(text)?, |segment| format!("{segment:x}")))),
    ("is in its long form, with all zeros", |text| Some(segments(of_v6(text)?, |segment| format!("{segment:04x}")))),
    ("is in upper case", |text| of_v6(text).map(|_| text.to_ascii_uppercase())),
    ("is in lower case", |text| Some(text.to_ascii_lowercase())),
    ("has no zeros in front of its numbers", |text| {
        let parts: Option<Vec<String>> =
            text.split('.').map(|part| Some(part.parse::<u8>().ok()?.to_string())).collect();
        parts.filter(|parts| parts.len() == 4).map(|parts| parts.join("."))
    }),
    ("is without the spaces around it", |text| Some(text.trim().to_owned())),
    ("is the second of the list", |text| Some(list(text)?.nth(1)?.to_owned())),
    ("has no spaces in its list", |text| Some(list(text)?.collect::<Vec<_>>().join(","))),
    ("has a space behind each comma of its list", |text| Some(list(text)?.collect::<Vec<_>>().join(", "))),
    ("is within `::FFFF:…`, as IPv6 has an IPv4 address", |text| Some(format!("::FFFF:{}", of_v4(text)?))),
    ("is within `0:0:0:0:0:ffff:…`, as IPv6 has an IPv4 address", |text| {
        Some(format!("0:0:0:0:0:ffff:{}", of_v4(text)?))
    }),
    ("is within `::ffff:…`, in hexadecimal digits", |text| {
        let v4 = of_v4(text).or_else(|| of_v6(text)?.to_ipv4_mapped())?;
        let [.., high, low] = v4.to_ipv6_mapped().segments();
        Some(format!("::ffff:{high:x}:{low:x}"))
    }),
    ("has three digits in each number", |text| {
        Some(of_v4(text)?.octets().map(|number| format!("{number:03}")).join("."))
    }),
    ("is one number, as PHP's ip2long has it", |text| Some(of_v4(text)?.to_bits().to_string())),
    ("is without its prefix length", |text| Some(text.split_once('/')?.0.to_owned())),
    ("has its prefix length behind it", |text| {
        of_v4(text).map(|_| format!("{text}/32")).or_else(|| of_v6(text).map(|_| format!("{text}/128")))
    }),
    ("is without `for=` in front", |text| Some(text.strip_prefix("for=")?.trim_matches('"').to_owned())),
    ("is without the quotes around it", |text| Some(text.strip_prefix('"')?.strip_suffix('"')?.to_owned())),
];

/// Addresses that a program takes for its own: what was signed has nothing of the posted one.
pub(crate) const OWN: [&str; 6] = ["127.0.0.1", "::1", "0.0.0.0", "localhost", "::ffff:127.0.0.1", "unknown"];

/// Every other form of an address, with its clause.
pub(crate) fn written(text: &str, take: &mut dyn FnMut(Cow<'static, str>, String)) {
    for (clause, form) in FORMS {
        if let Some(other) = form(text).filter(|other| other != text) {
            take(clause.into(), other);
        }
    }
    for own in OWN {
        if own != text {
            take(format!("is `{own}`").into(), own.to_owned());
        }
    }
}

fn of_v4(text: &str) -> Option<Ipv4Addr> {
    text.parse().ok()
}

/// An IPv6 address, with or without brackets and zone.
fn of_v6(text: &str) -> Option<Ipv6Addr> {
    let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    text.split('%').next()?.parse().ok()
}

fn without_port(text: &str) -> Option<&str> {
    if let Some(inside) = text.strip_prefix('[') {
        return inside.split_once(']').map(|(address, _)| address);
    }
    let (address, port) = text.rsplit_once(':')?;
    let is_port = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    let is_address =
        address.parse::<Ipv4Addr>().is_ok() || address.contains('.') && address.parse::<Ipv6Addr>().is_ok();
    (is_port && is_address).then_some(address)
}

/// The parts of a list such as `X-Forwarded-For` has; `None` where there is but one.
fn list(text: &str) -> Option<impl DoubleEndedIterator<Item = &str>> {
    text.contains(',').then(|| text.split(',').map(str::trim))
}

fn segments(address: Ipv6Addr, written: fn(u16) -> String) -> String {
    address.segments().map(written).join(":")
}

/// Whether a value is an address, in any form that is known here.
pub(crate) fn looks_so(text: &str) -> bool {
    let text = text.trim();
    let first = text.split(',').next().unwrap_or_default().trim();
    let first = without_port(first).unwrap_or(first);
    first.parse::<IpAddr>().is_ok() || of_v6(first).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, clause: &str, other: &str) {
        let mut all = Vec::new();
        written(text, &mut |clause, other| all.push((clause.into_owned(), other)));
        assert!(all.iter().any(|(c, o)| c == clause && o == other), "{text} {clause}: {other} is not among {all:?}");
    }

    #[test]
    fn an_address_in_the_forms_that_proxies_and_programs_give_it() {
        has("::ffff:85.105.1.2", "is the IPv4 address within `::ffff:…`", "85.105.1.2");
        has("85.105.1.2", "is within `::ffff:…`, as IPv6 has an IPv4 address", "::ffff:85.105.1.2");
        has("85.105.1.2:51234", "is without its port", "85.105.1.2");
        has("[2a02::1]:443", "is without its port", "2a02::1");
        has("[2a02::1]", "is without its brackets and port", "2a02::1");
        has("85.105.1.2, 10.0.0.5", "is the first of the list", "85.105.1.2");
        has("85.105.1.2, 10.0.0.5:80", "is the last of the list, without its port", "10.0.0.5");
        has("fe80::1%eth0", "is without its zone", "fe80::1");
        has("2a02:0:0:0:0:0:0:1", "is in its short form", "2a02::1");
        has("2a02::1", "is in its long form", "2a02:0:0:0:0:0:0:1");
        has("2a02::1", "is in its long form, with all zeros", "2a02:0000:0000:0000:0000:0000:0000:0001");
        has("2a02::ab", "is in upper case", "2A02::AB");
        has("085.105.001.002", "has no zeros in front of its numbers", "85.105.1.2");
        has("85.105.1.2", "is `127.0.0.1`", "127.0.0.1");
    }
}
