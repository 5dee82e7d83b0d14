//! A line of JSON Lines: a recorded request of either scheme, borrowed from the line wherever it can be.

use std::borrow::Cow;
use std::fmt;
use std::str::Utf8Error;

use imza::mac::{Alphabet, decode_base64};

use super::evidence::{self, Evidence};
use super::fields::{self, Pairs, push};
use super::json::{self, Fault, Kind, Reader};
pub(super) use super::text::Text;
use super::text::into_bytes;
use super::{quick, time};

/// A recorded request, wherever it was recorded.
pub(super) struct Recorded<'a> {
    /// The recorder's own name for it: any JSON, passed through as it is.
    pub(super) id: Option<Json<'a>>,
    /// When it was received, in seconds since 1970; else why that is not known, which matters to some clocks alone.
    pub(super) received_at: Result<i64, Unreadable>,
    pub(super) request: Request<'a>,
    /// Why the body that is held may not be the one that was sent.
    pub(super) doubt: Option<String>,
}

/// What was sent.
pub(super) enum Request<'a> {
    Dlga { method: Text<'a>, resource: Text<'a>, headers: Pairs<'a>, body: Cow<'a, [u8]> },
    Haso { endpoint: Text<'a>, fields: Pairs<'a> },
}

/// Why a line is not a record: where and what.
#[derive(Clone, Debug)]
pub(super) struct Unreadable {
    /// The column of the line, in bytes from 1; none in what has no lines.
    column: Option<usize>,
    what: String,
}

/// What to do with a body that is not a text.
const IN_BASE64: &str = "; for such a body, use body_base64";

impl Unreadable {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self { column: None, what: what.into() }
    }

    pub(super) fn not_utf8(error: Utf8Error) -> Self {
        Fault::new(error.valid_up_to(), format!("this is not UTF-8{IN_BASE64}")).into()
    }

    /// The same at the end of a line, unless it has a column already.
    pub(super) fn in_line(self, line: &str) -> Self {
        Self { column: self.column.or(Some(line.len())), ..self }
    }
}

impl From<Fault> for Unreadable {
    fn from(Fault { at, mut what }: Fault) -> Self {
        // A HAR file knows no such member.
        if what.ends_with(json::HALF) {
            what.push_str(IN_BASE64);
        }
        Self { column: Some(at.saturating_add(1)), what }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(column) = self.column {
            write!(f, "column {column}: ")?;
        }
        f.write_str(&self.what)
    }
}

/// The schemes that a record may name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scheme {
    Dlga,
    Haso,
}

/// A value as the line has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Json<'a>(pub(super) &'a str);

/// The members of a record. Members that it does not know are ignored; one that occurs twice is not.
#[derive(Debug, Default)]
pub(super) struct Members<'a> {
    pub(super) id: Option<Json<'a>>,
    pub(super) scheme: Option<Scheme>,
    /// The text of a time, and where it is.
    pub(super) received_at: Option<(Cow<'a, str>, usize)>,
    pub(super) method: Option<Text<'a>>,
    pub(super) resource: Option<Text<'a>>,
    pub(super) headers: Option<Pairs<'a>>,
    pub(super) body: Option<Cow<'a, [u8]>>,
    /// Whether the body was recorded as a text, and not as bytes.
    pub(super) body_is_text: bool,
    pub(super) body_size: Option<u64>,
    pub(super) content_type: Option<Text<'a>>,
    pub(super) endpoint: Option<Text<'a>>,
    pub(super) fields: Option<Pairs<'a>>,
}

impl<'a> Recorded<'a> {
    /// Reads a line, without its line feed.
    pub(super) fn parse(line: &'a str) -> Result<Self, Unreadable> {
        // Zero bytes in front are what a log has that was cut off while it was written to, and a byte order mark is
        // what the second of two files has that were made into one.
        let record = line.trim_start_matches(['\0', BYTE_ORDER_MARK]);
        let before = line.len().saturating_sub(record.len());
        let (members, begin) = match quick::members(record) {
            Some(members) => (members, before),
            None => (Members::read(line, before)?, 0),
        };
        let received_at = match &members.received_at {
            None => Err(Unreadable::new("the record has no `received_at`, which --at-received needs")),
            Some((text, at)) => time::recorded(text)
                .map_err(|fault| Fault::new(at.saturating_add(begin), format!("`received_at` {fault}")).into()),
        };
        // What the record lacks is missed where it ends.
        Self::of(members, received_at).map_err(|fault| Unreadable::new(fault).in_line(line))
    }

    /// Takes the members of a record; the fault says which is missing, or what of the body cannot be read.
    pub(super) fn of(members: Members<'a>, received_at: Result<i64, Unreadable>) -> Result<Self, String> {
        let lacks = |name| format!("the record has no `{name}`");
        let Members { id, scheme, method, resource, headers, body, body_is_text, body_size, .. } = members;
        let held = body.as_deref().unwrap_or_default();
        let evidence = Evidence { held, is_text: body_is_text, counted: body_size, ..Evidence::default() };
        let mut doubt = evidence::doubt(&evidence, headers.as_deref().unwrap_or_default());
        let request = match scheme.ok_or_else(|| lacks("scheme"))? {
            Scheme::Dlga => Request::Dlga {
                method: method.ok_or_else(|| lacks("method"))?,
                resource: resource.ok_or_else(|| lacks("resource"))?,
                headers: headers.ok_or_else(|| lacks("headers"))?,
                body: body.unwrap_or_default(),
            },
            Scheme::Haso => {
                let endpoint = members.endpoint.ok_or_else(|| lacks("endpoint"))?;
                let fields = match (members.fields, body) {
                    (Some(_), Some(_)) => {
                        return Err("the record has both `fields` and a body".to_owned());
                    }
                    (Some(fields), None) => {
                        doubt = evidence::replaced(&fields);
                        fields
                    }
                    (None, Some(body)) => {
                        let member = members.content_type.as_ref().map(Text::as_str);
                        let content_type = fields::content_type(member, headers.as_deref().unwrap_or_default());
                        let body = str::from_utf8(&body).map_err(|_| "the body is not UTF-8".to_owned());
                        let fields = body.and_then(|body| fields::of_body(content_type, body));
                        fields.map_err(|fault| doubt.take().unwrap_or(fault))?
                    }
                    (None, None) => match doubt {
                        Some(doubt) => return Err(doubt),
                        None => return Err(lacks("fields")),
                    },
                };
                Request::Haso { endpoint, fields }
            }
        };
        Ok(Self { id, received_at, request, doubt })
    }
}

/// U+FEFF, which some programs write in front of a file.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The members that a record may have, each once.
pub(super) const MEMBERS: [&str; 12] = [
    "id",
    "scheme",
    "received_at",
    "method",
    "resource",
    "headers",
    "body",
    "body_base64",
    "body_size",
    "content_type",
    "endpoint",
    "fields",
];

impl<'a> Members<'a> {
    /// Reads the members of a line whose record begins at one of its bytes, however it is written.
    pub(super) fn read(line: &'a str, begin: usize) -> Result<Self, Fault> {
        let mut members = Self::default();
        let mut seen = [false; MEMBERS.len()];
        let mut reader = Reader::from(line, begin);
        reader.members("a record is an object", |name, reader| {
            let member = name.text.as_str();
            let Some(seen) = MEMBERS.iter().zip(&mut seen).find_map(|(known, seen)| (*known == member).then_some(seen))
            else {
                return reader.value().map(drop);
            };
            if std::mem::replace(seen, true) {
                return Err(Fault::new(name.at, format!("`{member}` occurs twice")));
            }
            // What is null is absent.
            if reader.null()? {
                return Ok(());
            }
            let text = |reader: &mut Reader<'a>, what| reader.string(what).map(|text| Some(Text::from(text)));
            match member {
                "id" => members.id = Some(Json(reader.value()?)),
                "scheme" => members.scheme = Some(scheme(reader)?),
                "received_at" => members.received_at = Some(moment(reader)?),
                "method" => members.method = text(reader, "`method` is a text")?,
                "resource" => members.resource = text(reader, "`resource` is a text")?,
                "headers" => members.headers = Some(headers(reader)?),
                "body_size" => members.body_size = size(reader)?,
                "content_type" => members.content_type = text(reader, "`content_type` is a text")?,
                "endpoint" => members.endpoint = text(reader, "`endpoint` is a text")?,
                "fields" => {
                    let what = "`fields` is an object with a member for each field";
                    members.fields = Some(fields::of_object(reader, what)?);
                }
                _body if members.body.is_some() => {
                    return Err(Fault::new(name.at, "the record has both `body` and `body_base64`"));
                }
                "body" => {
                    members.body = Some(into_bytes(reader.string(BODY)?));
                    members.body_is_text = true;
                }
                _body_base64 => {
                    let at = reader.place();
                    let text = reader.string("`body_base64` is a text")?;
                    members.body = Some(decode(&text).map_err(|fault| Fault::new(at, fault))?.into());
                }
            }
            Ok(())
        })?;
        reader.end().map(|()| members)
    }
}

/// What is said of a body that is JSON within the JSON.
const BODY: &str = "`body` is a text, the exact bytes that were sent";

fn scheme(reader: &mut Reader) -> Result<Scheme, Fault> {
    const WHAT: &str = "`scheme` is either \"dlga\" or \"haso\"";
    let at = reader.place();
    match &*reader.string(WHAT)? {
        "dlga" => Ok(Scheme::Dlga),
        "haso" => Ok(Scheme::Haso),
        _ => Err(Fault::new(at, WHAT)),
    }
}

/// A time, which may be a number too, and where it is.
fn moment<'a>(reader: &mut Reader<'a>) -> Result<(Cow<'a, str>, usize), Fault> {
    let at = reader.place();
    let text = match reader.kind()? {
        Kind::Number => reader.value()?.into(),
        _ => reader.string("`received_at` is a text or a number")?,
    };
    Ok((text, at))
}

/// What is said of a size that is none.
pub(super) const BODY_SIZE: &str = "`body_size` is a number of bytes";

fn size(reader: &mut Reader) -> Result<Option<u64>, Fault> {
    let at = reader.place();
    let text = match reader.kind()? {
        Kind::Number => reader.value()?.into(),
        _ => reader.string(BODY_SIZE)?,
    };
    counted(&text).map_err(|what| Fault::new(at, what))
}

/// How many bytes the body had: what nginx has as `$content_length`, which is empty or `-` where there was none. Others
/// write -1 where they do not know.
pub(super) fn counted(size: &str) -> Result<Option<u64>, &'static str> {
    match size.strip_suffix(".0").unwrap_or(size) {
        "" | "-" | "-1" => Ok(None),
        digits => digits.parse().map(Some).map_err(|_| BODY_SIZE),
    }
}

/// Headers as an object from name to value. A header that occurred twice does so here: as a name twice,
/// or as a list of its values.
fn headers<'a>(reader: &mut Reader<'a>) -> Result<Pairs<'a>, Fault> {
    let mut headers = Vec::with_capacity(8);
    reader.members("`headers` is an object with a member for each header", |name, reader| {
        let mut take = |reader: &mut Reader<'a>| {
            let value = header(reader)?;
            push(&mut headers, name.text.clone(), value).map_err(|fault| Fault::new(name.at, fault))
        };
        match reader.kind()? {
            Kind::List => reader.items("", take),
            _ => take(reader),
        }
    })?;
    Ok(headers)
}

/// The value of a header; `null` is an empty one, and a number is its digits.
pub(super) fn header<'a>(reader: &mut Reader<'a>) -> Result<Text<'a>, Fault> {
    match reader.kind()? {
        Kind::Null => reader.value().map(|_null| Text::default()),
        Kind::Number => reader.value().map(Text::from),
        _ => reader.string("the value of a header is a text or a list of texts").map(Text::from),
    }
}

/// The bytes of a body that was recorded in base64, of either alphabet. Some programs write it in several lines.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, String> {
    let of = |text: &[u8]| {
        [Alphabet::Standard, Alphabet::Url].into_iter().find_map(|alphabet| decode_base64(text, alphabet))
    };
    let in_one_line = || text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>();
    let bytes = of(text.as_bytes()).or_else(|| of(&in_one_line()));
    bytes.map(|mut bytes| std::mem::take(&mut *bytes)).ok_or_else(|| "the body is not base64".to_owned())
}
