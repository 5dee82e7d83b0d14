//! A line of JSON: a recorded request of either scheme, borrowed from the line wherever it can be.

use std::borrow::Cow;
use std::fmt;
use std::str::Utf8Error;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{quick, time};
use imza::mac::{Alphabet, decode_base64};

/// A recorded request, wherever it was recorded.
pub(super) struct Recorded<'a> {
    /// The recorder's own name for it: any JSON, handed through as it stands.
    pub(super) id: Option<Json<'a>>,
    /// When it was received, in seconds since 1970.
    pub(super) received_at: Option<i64>,
    pub(super) request: Request<'a>,
}

/// What was sent.
pub(super) enum Request<'a> {
    Dlga { method: Text<'a>, resource: Text<'a>, headers: Vec<(Text<'a>, Text<'a>)>, body: Cow<'a, [u8]> },
    Haso { endpoint: Text<'a>, fields: Vec<(Text<'a>, Text<'a>)> },
}

/// Why a line is no record: where and what.
#[derive(Debug)]
pub(super) struct Unreadable(pub(super) String);

impl Unreadable {
    /// A fault at a column of the line, from 1.
    pub(super) fn at(column: usize, fault: impl fmt::Display) -> Self {
        Self(format!("column {column}: {fault}"))
    }

    pub(super) fn not_utf8(error: Utf8Error) -> Self {
        Self::at(error.valid_up_to().saturating_add(1), "this is not UTF-8; for such a body, use body_base64")
    }

    /// What serde says: it repeats the value that it refuses, which can be as long as the line.
    pub(super) fn json(error: &serde_json::Error) -> Self {
        let said = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let fault = said.strip_suffix(&place).unwrap_or(&said);
        Self::at(error.column(), fault.chars().take(200).collect::<String>())
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Scheme {
    Dlga,
    Haso,
}

/// The members of a record. Members that it does not know are ignored; one that stands twice is not.
#[derive(Debug, Deserialize)]
pub(super) struct Members<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Json<'a>>,
    pub(super) scheme: Scheme,
    #[serde(borrow)]
    pub(super) received_at: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) method: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) resource: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) headers: Option<Headers<'a>>,
    #[serde(borrow)]
    pub(super) body: Option<BodyText<'a>>,
    #[serde(borrow)]
    pub(super) body_base64: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) endpoint: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) fields: Option<Fields<'a>>,
}

impl<'a> Recorded<'a> {
    /// Reads a line, without its line feed.
    pub(super) fn parse(line: &'a str) -> Result<Self, Unreadable> {
        let members = match quick::members(line) {
            Some(members) => members,
            None => serde_json::from_str(line).map_err(|error| Unreadable::json(&error))?,
        };
        // What the record lacks is missed where it ends.
        let lacks = |name| Unreadable::at(line.len(), format_args!("the record has no `{name}`"));
        let received_at = match members.received_at {
            None => None,
            Some(text) => Some(time::seconds(text.as_str()).ok_or_else(|| {
                Unreadable::at(line.len(), "`received_at` is no time: it reads like 2021-03-09T13:30:00Z")
            })?),
        };
        let request = match members.scheme {
            Scheme::Dlga => Request::Dlga {
                method: members.method.ok_or_else(|| lacks("method"))?,
                resource: members.resource.ok_or_else(|| lacks("resource"))?,
                headers: members.headers.ok_or_else(|| lacks("headers"))?.0,
                body: body(members.body, members.body_base64).map_err(|fault| Unreadable::at(line.len(), fault))?,
            },
            Scheme::Haso => Request::Haso {
                endpoint: members.endpoint.ok_or_else(|| lacks("endpoint"))?,
                fields: members.fields.ok_or_else(|| lacks("fields"))?.0,
            },
        };
        Ok(Self { id: members.id, received_at, request })
    }
}

/// A body's bytes: as text, or in base64 where they are no text.
fn body<'a>(text: Option<BodyText<'a>>, in_base64: Option<Text>) -> Result<Cow<'a, [u8]>, String> {
    match (text, in_base64) {
        (None, None) => Ok(Cow::Borrowed(b"")),
        (Some(BodyText(bytes)), None) => Ok(bytes),
        (None, Some(text)) => decode(text.as_str()).map(Cow::Owned),
        (Some(_), Some(_)) => Err("the record has both `body` and `body_base64`".to_owned()),
    }
}

/// The bytes of the JSON text that some JSON begins with, and what follows it. Its escapes are all of one
/// character, as in nearly every body: else `serde_json` must read it.
pub(super) fn unescape(json: &str) -> Option<(Cow<'_, [u8]>, &str)> {
    let begun = json.strip_prefix('"')?;
    let mut rest = begun;
    let mut bytes = Vec::new();
    loop {
        let (piece, behind) = rest.split_at_checked(quote_or_escape(rest.as_bytes())?)?;
        if let Some(behind) = behind.strip_prefix('"') {
            if bytes.is_empty() {
                return Some((Cow::Borrowed(piece.as_bytes()), behind));
            }
            bytes.extend_from_slice(piece.as_bytes());
            return Some((Cow::Owned(bytes), behind));
        }
        let (escape, behind) = behind.split_at_checked(r"\n".len())?;
        if bytes.is_empty() {
            bytes.reserve_exact(begun.len());
        }
        bytes.extend_from_slice(piece.as_bytes());
        bytes.push(match escape {
            r#"\""# => b'"',
            r"\\" => b'\\',
            r"\/" => b'/',
            r"\n" => b'\n',
            r"\t" => b'\t',
            r"\r" => b'\r',
            r"\b" => 0x08,
            r"\f" => 0x0c,
            _ => return None,
        });
        rest = behind;
    }
}

/// Where a text's next quote or backslash stands. Most texts are so short that calling memchr takes longer than
/// looking at eight bytes at a time.
pub(super) fn quote_or_escape(text: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHS: u64 = ONES << 7;
    // The lowest high bit that is set is that of the first byte that is zero.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let of_each = |byte: u8| u64::from_ne_bytes([byte; 8]);
    let (words, rest) = text.as_chunks();
    let mut at = 0_usize;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let found = zeros(word ^ of_each(b'"')) | zeros(word ^ of_each(b'\\'));
        if found != 0 {
            return Some(at.saturating_add(found.trailing_zeros() as usize / 8));
        }
        at = at.saturating_add(8);
    }
    rest.iter().position(|byte| matches!(byte, b'"' | b'\\')).map(|within| at.saturating_add(within))
}

/// The bytes of a body that was recorded in base64.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, String> {
    let bytes = decode_base64(text.as_bytes(), Alphabet::Standard);
    bytes.map(|bytes| bytes.to_vec()).ok_or_else(|| "the body is not base64".to_owned())
}

/// A value as the line has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Json<'a>(pub(super) &'a str);

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(|value| Self(value.get()))
    }
}

/// A text of the line; borrowed unless it holds escapes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text<'a>(Cow<'a, str>);

impl<'a> Text<'a> {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn into_bytes(self) -> Cow<'a, [u8]> {
        match self.0 {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        }
    }
}

impl<'a, T: Into<Cow<'a, str>>> From<T> for Text<'a> {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl AsRef<[u8]> for Text<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowing;
        impl<'de> Visitor<'de> for Borrowing {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(text.into())
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(text.to_owned().into())
            }
        }
        deserializer.deserialize_str(Borrowing)
    }
}

/// The bytes of a body that was recorded as a text.
#[derive(Debug)]
pub(super) struct BodyText<'a>(pub(super) Cow<'a, [u8]>);

impl<'de: 'a, 'a> Deserialize<'de> for BodyText<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let json = <&RawValue>::deserialize(deserializer)?.get();
        if let Some((bytes, "")) = unescape(json) {
            return Ok(Self(bytes));
        }
        serde_json::from_str(json).map(|text: Text| Self(text.into_bytes())).map_err(D::Error::custom)
    }
}

/// Headers as an object from name to value. A header that stands twice does so here: as a name twice,
/// or as a list of its values.
#[derive(Debug)]
pub(super) struct Headers<'a>(pub(super) Vec<(Text<'a>, Text<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Headers<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Headers<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object of headers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
                let mut headers = Vec::with_capacity(8);
                while let Some(name) = object.next_key::<Text>()? {
                    match object.next_value()? {
                        Values::One(value) => headers.push((name, value)),
                        Values::Several(values) => {
                            headers.extend(values.into_iter().map(|value| (name.clone(), value)));
                        }
                    }
                }
                Ok(Headers(headers))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// What stands for one header's name.
enum Values<'a> {
    One(Text<'a>),
    Several(Vec<Text<'a>>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Values<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrSeveral;
        impl<'de> Visitor<'de> for OneOrSeveral {
            type Value = Values<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a header's value: a text, or a list of texts")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Values::One(text.into()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Values::One(text.to_owned().into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = list.next_element()? {
                    values.push(value);
                }
                Ok(Values::Several(values))
            }
        }
        deserializer.deserialize_any(OneOrSeveral)
    }
}

/// Posted fields as an object from name to value, a name that stands twice kept twice (HASO-9).
/// `null` is an absent field (HASO-6); what is no text either (a number, a flag) is what was posted:
/// its JSON, digit by digit.
#[derive(Debug)]
pub(super) struct Fields<'a>(pub(super) Vec<(Text<'a>, Text<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object of fields")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
                use serde::de::Error as _;
                let mut fields = Vec::with_capacity(8);
                while let Some((name, value)) = object.next_entry::<Text, &RawValue>()? {
                    let value = match value.get() {
                        "null" => continue,
                        text if text.starts_with('"') => serde_json::from_str(text).map_err(A::Error::custom)?,
                        other => other.into(),
                    };
                    fields.push((name, value));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Object)
    }
}
