//! Most lines are alike: a DLGA request without blanks between its tokens, its texts without escapes but
//! for the body. These are read here, in half the time that `serde_json` takes.
//!
//! Whatever is otherwise is not taken, and `serde_json` is asked: all faults are found and told there. What
//! is taken here reads the same there; a test holds the two together.

use memchr::{memchr, memchr2};
use serde_json::value::RawValue;

use super::record::{BodyText, Headers, Members, Scheme, Text, unescape};

/// The members of a line, which is UTF-8; `None` for one that is not like most.
pub(super) fn members(line: &str) -> Option<Members<'_>> {
    // JSON's texts hold no control characters. The least byte is found by vectors.
    if line.bytes().fold(u8::MAX, u8::min) < b' ' {
        return None;
    }
    let mut cursor = Cursor { rest: line };
    let (mut id, mut scheme, mut received_at, mut method) = (None, None, None, None);
    let (mut resource, mut headers, mut body) = (None, None, None);
    cursor.take("{")?;
    loop {
        let name = cursor.text()?;
        cursor.take(":")?;
        let twice = match name {
            "id" => id.replace(serde_json::from_str::<&RawValue>(cursor.raw_text()?).ok()?).is_some(),
            "scheme" => scheme.replace(cursor.text()?).is_some(),
            "received_at" => received_at.replace(Text::from(cursor.text()?)).is_some(),
            "method" => method.replace(Text::from(cursor.text()?)).is_some(),
            "resource" => resource.replace(Text::from(cursor.text()?)).is_some(),
            "headers" => headers.replace(cursor.headers()?).is_some(),
            "body" => body.replace(BodyText(unescape(cursor.raw_text()?)?)).is_some(),
            _ => return None,
        };
        if twice {
            return None;
        }
        if cursor.take(",").is_none() {
            break;
        }
    }
    cursor.take("}")?;
    let is_dlga = cursor.rest.is_empty() && scheme == Some("dlga");
    let (body_base64, endpoint, fields) = (None, None, None);
    let scheme = Scheme::Dlga;
    is_dlga.then_some(Members {
        id,
        scheme,
        received_at,
        method,
        resource,
        headers,
        body,
        body_base64,
        endpoint,
        fields,
    })
}

/// What of the line is still to be read.
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, token: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(token)?;
        Some(())
    }

    /// A text without escapes.
    fn text(&mut self) -> Option<&'a str> {
        let behind = self.rest.strip_prefix('"')?;
        let (text, rest) = behind.split_at_checked(memchr2(b'"', b'\\', behind.as_bytes())?)?;
        self.rest = rest.strip_prefix('"')?;
        Some(text)
    }

    /// A text as it stands, its quotes and escapes with it.
    fn raw_text(&mut self) -> Option<&'a str> {
        let line = self.rest;
        let mut behind = line.strip_prefix('"')?;
        loop {
            let (text, rest) = behind.split_at_checked(memchr(b'"', behind.as_bytes())?)?;
            behind = rest.strip_prefix('"')?;
            // A quote behind an odd number of backslashes is one of the text.
            if text.bytes().rev().take_while(|&byte| byte == b'\\').count().is_multiple_of(2) {
                self.rest = behind;
                return line.get(..line.len().checked_sub(behind.len())?);
            }
        }
    }

    fn headers(&mut self) -> Option<Headers<'a>> {
        let mut headers = Vec::with_capacity(8);
        self.take("{")?;
        loop {
            let name = self.text()?;
            self.take(":")?;
            headers.push((name.into(), self.text()?.into()));
            if self.take(",").is_none() {
                break;
            }
        }
        self.take("}")?;
        Some(Headers(headers))
    }
}

#[cfg(test)]
mod tests {
    use super::members;
    use crate::audit::record::Members;

    /// A line that is taken, and what `serde_json` must make of any change of it: the same, or nothing here.
    const LINE: &str = r#"{"id":"ş","scheme":"dlga","received_at":"2021-03-09T13:30:00Z","method":"POST","resource":"/v1/x","headers":{"a":"b","x-dlg-date":""},"body":"{\"a\":\"\\\\\",\n\"b\"}"}"#;

    #[test]
    fn what_is_taken_reads_the_same_with_serde_json() {
        assert!(members(LINE).is_some());
        let pieces = ["\"", "\\", "{", "}", ",", ":", " ", "\\\"", "\\\\", "null", "1", "\u{1}", "\"body\":\"\",", "ş"];
        let mut taken = 0;
        for (place, _) in LINE.char_indices() {
            let (before, behind) = LINE.split_at(place);
            let mut without = behind.chars();
            without.next();
            let without = without.as_str();
            let changed = pieces
                .iter()
                .flat_map(|piece| [format!("{before}{piece}{behind}"), format!("{before}{piece}{without}")]);
            for line in changed.chain([before.to_owned(), format!("{before}{without}")]) {
                let Some(here) = members(&line) else { continue };
                taken += 1;
                let there: Members = serde_json::from_str(&line).expect(&line);
                assert_eq!(format!("{here:?}"), format!("{there:?}"), "{line}");
            }
        }
        assert!(taken > 1000, "{taken}");
    }
}
