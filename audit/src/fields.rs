//! The fields that were posted to Haso: of a JSON object, of a form, of a form in parts (HASO-9).

use std::borrow::Cow;

use super::json::{Fault, Kind, Reader};
use super::text::Text;

/// The most fields or headers that one request may have.
pub(super) const MOST_PAIRS: usize = 1000;

/// Names and values in the order in which they were sent, a name that was sent twice kept twice.
pub(super) type Pairs<'a> = Vec<(Text<'a>, Text<'a>)>;

/// Adds a pair, where there is room for one more.
pub(super) fn push<'a>(pairs: &mut Pairs<'a>, name: Text<'a>, value: Text<'a>) -> Result<(), String> {
    if pairs.len() >= MOST_PAIRS {
        return Err(format!("the request has more than {MOST_PAIRS} names"));
    }
    pairs.push((name, value));
    Ok(())
}

/// The members of an object. `null` is an absent field (HASO-6); what is not a text either (a number, a flag) is
/// what was posted: its JSON, digit by digit.
pub(super) fn of_object<'a>(reader: &mut Reader<'a>, what: &str) -> Result<Pairs<'a>, Fault> {
    let mut fields = Vec::with_capacity(8);
    reader.members(what, |name, reader| {
        let value = match reader.kind()? {
            Kind::Null => return reader.value().map(drop),
            Kind::Text => reader.string("")?.into(),
            _ => reader.value()?.into(),
        };
        push(&mut fields, name.text, value).map_err(|fault| Fault::new(name.at, fault))
    })?;
    Ok(fields)
}

/// The content type of a posted body, of a recording's own word for it and of what the header says: the one that can be
/// split by, where the body is a form in parts.
pub(super) fn content_type<'c>(recorded: Option<&'c str>, headers: &'c [(Text, Text)]) -> &'c str {
    let header = headers.iter().find(|(name, _)| name.as_str().eq_ignore_ascii_case("content-type"));
    let header = header.map(|(_, value)| value.as_str());
    let both = || [recorded, header].into_iter().flatten().filter(|text| !text.is_empty());
    let with_boundary = both().find(|text| is_multipart(text) && boundary(text).is_some());
    with_boundary.or_else(|| both().next()).unwrap_or_default()
}

/// The fields of a body with this content type. Whether a body is JSON is seen from the body itself.
pub(super) fn of_body(content_type: &str, body: &str) -> Result<Pairs<'static>, String> {
    if is_multipart(content_type) {
        return of_parts(content_type, body);
    }
    let json = body.strip_prefix('\u{feff}').unwrap_or(body);
    if !json.trim_start().starts_with('{') {
        return of_form(body);
    }
    let mut reader = Reader::new(json);
    let fields = of_object(&mut reader, "").and_then(|fields| reader.end().map(|()| fields));
    let not_json =
        |fault: Fault| format!("the body is not JSON at its byte {}: {}", fault.at.saturating_add(1), fault.what);
    let owned = |text: Text| Text::from(text.as_str().to_owned());
    Ok(fields.map_err(not_json)?.into_iter().map(|(name, value)| (owned(name), owned(value))).collect())
}

/// A form as browsers post it, `application/x-www-form-urlencoded`.
fn of_form(body: &str) -> Result<Pairs<'static>, String> {
    let mut fields = Vec::new();
    for (name, value) in form_urlencoded::parse(body.as_bytes()) {
        push(&mut fields, name.into_owned().into(), value.into_owned().into())?;
    }
    Ok(fields)
}

/// Fields that a recording took apart. Some recorders decode them in doing so and some do not; a
/// token never holds a `%`, so it shows which.
pub(super) fn of_params(params: Pairs<'_>) -> Pairs<'_> {
    let is_encoded = params.iter().any(|(name, value)| name.as_str() == "requestToken" && value.as_str().contains('%'));
    if !is_encoded {
        return params;
    }
    let decoded = |text: &Text| {
        let spaces = text.as_str().replace('+', " ");
        Text::from(percent_encoding::percent_decode_str(&spaces).decode_utf8_lossy().into_owned())
    };
    params.iter().map(|(name, value)| (decoded(name), decoded(value))).collect()
}

/// Whether this is the content type of a form in parts, which are not percent-encoded.
pub(super) fn is_multipart(content_type: &str) -> bool {
    let name = content_type.split(';').next().unwrap_or_default();
    name.trim().eq_ignore_ascii_case("multipart/form-data")
}

/// What is between the parts of a form.
fn boundary(content_type: &str) -> Option<Cow<'_, str>> {
    parameter(content_type, "boundary").filter(|boundary| !boundary.is_empty())
}

/// The parts of a form, `multipart/form-data` (RFC 7578).
fn of_parts(content_type: &str, body: &str) -> Result<Pairs<'static>, String> {
    let boundary = boundary(content_type).ok_or("the content type of the multipart body names no boundary")?;
    // A recorder may have made line feeds of all line ends.
    let line_end = if body.contains("\r\n") { "\r\n" } else { "\n" };
    let delimiter = format!("{line_end}--{boundary}");
    let split = |text| split_at(text, &delimiter, line_end);
    let first = body.strip_prefix(delimiter.trim_start()).filter(|behind| ends_line(behind, line_end));
    let first = first.or_else(|| Some(split(body)?.1));
    let mut rest = first.ok_or("the multipart body does not hold its boundary")?;
    let mut fields = Vec::new();
    while !rest.starts_with("--") {
        let (part, behind) = split(rest).ok_or("the multipart body ends before its last boundary")?;
        let Some((head, value)) = part.split_once(&line_end.repeat(2)) else {
            return Err("a part of the multipart body has no empty line between its headers and its value".to_owned());
        };
        let name = head.lines().find_map(disposition).and_then(|disposition| parameter(disposition, "name"));
        let name = name.ok_or("a part of the multipart body has no name")?;
        push(&mut fields, name.into_owned().into(), value.to_owned().into())?;
        rest = behind;
    }
    Ok(fields)
}

/// What is in front of a delimiter and behind it.
fn split_at<'b>(text: &'b str, delimiter: &str, line_end: &str) -> Option<(&'b str, &'b str)> {
    text.match_indices(delimiter).find_map(|(at, _)| {
        let (before, from) = text.split_at_checked(at)?;
        let behind = from.strip_prefix(delimiter)?;
        ends_line(behind, line_end).then_some((before, behind))
    })
}

/// Whether a delimiter that this follows is the whole of its line, but for spaces and for what closes the form.
fn ends_line(behind: &str, line_end: &str) -> bool {
    behind.starts_with("--") || behind.trim_start_matches([' ', '\t']).starts_with(line_end)
}

/// The value of a part's header `Content-Disposition`.
fn disposition(line: &str) -> Option<&str> {
    let (name, value) = line.split_once(':')?;
    name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
}

/// A parameter of a header's value, out of its quotes.
fn parameter<'h>(value: &'h str, name: &str) -> Option<Cow<'h, str>> {
    let mut is_quoted = false;
    let mut parameters = value.split(|c| {
        is_quoted ^= c == '"';
        c == ';' && !is_quoted
    });
    parameters.find_map(|parameter| {
        let (found, value) = parameter.split_once('=')?;
        let value = value.trim();
        let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        // How browsers write a quote within a name.
        let value = quoted.map_or(Cow::Borrowed(value), |value| value.replace("%22", "\"").into());
        found.trim().eq_ignore_ascii_case(name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_form_are_found_however_they_are_written() {
        let part =
            |head: &str, value: &str| format!("--b;1\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n");
        let form = |parts: &str| of_body("multipart/form-data; charset=\"x;y\"; Boundary=\"b;1\"", parts);
        let found =
            |fields: Pairs| fields.iter().map(|(n, v)| format!("{}={}", n.as_str(), v.as_str())).collect::<Vec<_>>();
        let good = part("name=\"a\"", "1");
        for (body, expected) in [
            (format!("{good}--b;1--"), vec!["a=1"]),
            (format!("{good}--b;1--\r\nan epilogue\r\n--b;1\r\n"), vec!["a=1"]),
            (format!("a preamble, --b;1\r\n--b;12\r\n{good}--b;1--\r\n"), vec!["a=1"]),
            (format!("{}--b;1--", part("filename=\"; name=x\"; name=\"a;b\"", "")), vec!["a;b="]),
            (format!("{}--b;1--", part("name=a", "1\r\n--b;12\r\n --b;1\r\n2")), vec!["a=1\r\n--b;12\r\n --b;1\r\n2"]),
            (format!("{}--b;1--", good.replacen("--b;1", "--b;1 \t", 1)), vec!["a=1"]),
            (format!("{good}{good}--b;1--").replace("\r\n", "\n"), vec!["a=1", "a=1"]),
            ("--b;1--".to_owned(), vec![]),
        ] {
            let expected = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(form(&body).map(found), Ok(expected), "{body}");
        }
        for (body, fault) in [
            (good.clone(), "the multipart body ends before its last boundary"),
            (good[..40].to_owned(), "the multipart body ends before its last boundary"),
            ("--b;12\r\n--b;1".to_owned(), "the multipart body does not hold its boundary"),
            (format!("{}--b;1--", part("filename=\"name=a\"", "")), "a part of the multipart body has no name"),
            (
                "--b;1\r\nx\r\n--b;1--".to_owned(),
                "a part of the multipart body has no empty line between its headers and its value",
            ),
        ] {
            assert_eq!(form(&body).map(found), Err(fault.to_owned()), "{body}");
        }
    }
}
