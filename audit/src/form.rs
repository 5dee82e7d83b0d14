//! Forms as browsers post them: `application/x-www-form-urlencoded`.

use super::record::Text;

/// The names and values of a form's body.
pub(super) fn parse(body: &str) -> Vec<(Text<'static>, Text<'static>)> {
    let field = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name).into(), decode(value).into())
    };
    body.split('&').filter(|pair| !pair.is_empty()).map(field).collect()
}

/// Fields that a recording took apart. Some recorders decode them in doing so and some do not; a
/// token never holds a `%`, so it tells.
pub(super) fn decoded<'a>(fields: Vec<(Text<'a>, Text<'a>)>) -> Vec<(Text<'a>, Text<'a>)> {
    let is_encoded = fields.iter().any(|(name, value)| name.as_str() == "requestToken" && value.as_str().contains('%'));
    if !is_encoded {
        return fields;
    }
    fields.iter().map(|(name, value)| (decode(name.as_str()).into(), decode(value.as_str()).into())).collect()
}

/// Undoes the encoding: `+` is a blank and `%41` an `A`; a `%` without two hex digits is itself.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        let escaped = if byte == b'%' { hex_pair(behind) } else { None };
        match (byte, escaped) {
            (b'+', _) => bytes.push(b' '),
            (_, Some((value, behind))) => {
                bytes.push(value);
                rest = behind;
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The byte that two leading hex digits write, and what follows them.
fn hex_pair(text: &[u8]) -> Option<(u8, &[u8])> {
    let [high, low, behind @ ..] = text else { return None };
    Some((digit(*high)? << 4 | digit(*low)?, behind))
}

/// A hex digit's value.
fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
