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
    let first = format!("--{boundary}");
    let parts = match body.strip_prefix(first.as_str()) {
        Some(parts) => parts,
        None => body.split_once(&delimiter).ok_or("the multipart body does not hold its boundary")?.1,
    };
    let mut fields = Vec::new();
    let mut is_closed = false;
    for part in parts.split(&delimiter) {
        if part.starts_with("--") {
            is_closed = true;
            break;
        }
        let Some((head, value)) = part.split_once(&line_end.repeat(2)) else {
            return Err("a part of the multipart body has no empty line between its headers and its value".to_owned());
        };
        let name = head.lines().find_map(disposition).and_then(|disposition| parameter(disposition, "name"));
        let name = name.ok_or("a part of the multipart body has no name")?;
        push(&mut fields, name.into_owned().into(), value.to_owned().into())?;
    }
    if is_closed { Ok(fields) } else { Err("the multipart body ends before its last boundary".to_owned()) }
}

/// The value of a part's header `Content-Disposition`.
fn disposition(line: &str) -> Option<&str> {
    let (name, value) = line.split_once(':')?;
    name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
}

/// A parameter of a header's value, out of its quotes.
fn parameter<'h>(value: &'h str, name: &str) -> Option<Cow<'h, str>> {
    value.split(';').skip(1).find_map(|parameter| {
        let (found, value) = parameter.split_once('=')?;
        let value = value.trim();
        let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        // How browsers write a quote within a name.
        let value = quoted.map_or(Cow::Borrowed(value), |value| value.replace("%22", "\"").into());
        found.trim().eq_ignore_ascii_case(name).then_some(value)
    })
}
