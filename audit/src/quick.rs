//! Most lines are alike: a DLGA request without whitespace between its tokens, its texts without escapes but
//! for the body. These are read here, faster than by [`json`](super::json).
//!
//! A line that is different is not read here but there, where all faults are found. What is read here reads the
//! same there; a test compares the two.

use std::borrow::Cow;

use super::fields::{MOST_PAIRS, Pairs};
use super::record::{Json, Members, Scheme};
use super::text::{quote_or_escape, unescape};

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
        // The first letter of a name, behind its quote, tells which one it can be.
        match cursor.rest.as_bytes().get(1)? {
            b'i' => once(&mut id, cursor.take("\"id\":").and_then(|()| cursor.quoted())?)?,
            b's' => once(&mut scheme, cursor.take("\"scheme\":\"dlga\"")?)?,
            b'm' => once(&mut method, cursor.take("\"method\":").and_then(|()| cursor.text())?)?,
            b'h' => once(&mut headers, cursor.take("\"headers\":").and_then(|()| cursor.headers())?)?,
            b'b' => once(&mut body, cursor.take("\"body\":").and_then(|()| cursor.unescaped())?)?,
            b'r' => match cursor.take("\"received_at\":") {
                Some(()) => {
                    let at = line.len().saturating_sub(cursor.rest.len());
                    once(&mut received_at, (Cow::Borrowed(cursor.text()?), at))?;
                }
                None => once(&mut resource, cursor.take("\"resource\":").and_then(|()| cursor.text())?)?,
            },
            _ => return None,
        }
        if cursor.take(",").is_none() {
            break;
        }
    }
    cursor.take("}")?;
    scheme.filter(|()| cursor.rest.is_empty())?;
    Some(Members {
        id: id.map(Json),
        scheme: Some(Scheme::Dlga),
        received_at,
        method: method.map(Into::into),
        resource: resource.map(Into::into),
        headers,
        body_is_text: body.is_some(),
        body,
        ..Members::default()
    })
}

/// Puts a member in its place, which must be free.
fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
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
        let (text, rest) = behind.split_at_checked(quote_or_escape(behind.as_bytes())?)?;
        self.rest = rest.strip_prefix('"')?;
        Some(text)
    }

    /// A text without escapes, its quotes with it.
    fn quoted(&mut self) -> Option<&'a str> {
        let line = self.rest;
        let text = self.text()?;
        line.get(..text.len().saturating_add(2))
    }

    /// The bytes of a text whose escapes are simple.
    fn unescaped(&mut self) -> Option<Cow<'a, [u8]>> {
        let (bytes, rest) = unescape(self.rest)?;
        self.rest = rest;
        Some(bytes)
    }

    fn headers(&mut self) -> Option<Pairs<'a>> {
        let mut headers = Vec::with_capacity(8);
        self.take("{")?;
        loop {
            let name = self.header_name()?;
            if headers.len() >= MOST_PAIRS {
                return None;
            }
            headers.push((name.into(), self.text()?.into()));
            if self.take(",").is_none() {
                break;
            }
        }
        self.take("}")?;
        Some(headers)
    }

    /// A header's name and the colon behind it. Comparing the usual names is faster than searching for their end.
    fn header_name(&mut self) -> Option<&'a str> {
        let usual = None
            .or_else(|| self.take("\"x-dlg-date\":").map(|()| "x-dlg-date"))
            .or_else(|| self.take("\"content-type\":").map(|()| "content-type"))
            .or_else(|| self.take("\"x-dlg-authorization\":").map(|()| "x-dlg-authorization"))
            .or_else(|| self.take("\"x-dlg-requester-userid\":").map(|()| "x-dlg-requester-userid"));
        if usual.is_some() {
            return usual;
        }
        let name = self.text()?;
        self.take(":")?;
        Some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::members;
    use crate::record::Members;

    /// A line that is read here, and what `Members::read` must make of any change of it: the same, or nothing here.
    const LINE: &str = r#"{"id":"ş","scheme":"dlga","received_at":"2021-03-09T13:30:00Z","method":"POST","resource":"/v1/x","headers":{"a":"b","x-dlg-date":"","content-type":"c","x-dlg-requester-userid":"1","x-dlg-authorization":"d"},"body":"{\"a\":\"\\\\\",\n\"b\"}"}"#;

    #[test]
    fn what_is_read_here_reads_the_same_as_by_the_reader_of_json() {
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
                let there = Members::read(&line, 0).expect(&line);
                assert_eq!(format!("{here:?}"), format!("{there:?}"), "{line}");
            }
        }
        assert!(taken > 1000, "{taken}");
    }
}
