//! An entry of a HAR file understood: the request that was sent, where it is of one of the two schemes.
//!
//! A HAR file holds whatever the browser did, so an entry may be of neither scheme; one that cannot be read is
//! passed over too where its address and its headers show that it is of neither.

use std::borrow::Cow;

use imza::dlga;

use super::entries::{Entry, Member};
use super::evidence::{self, Evidence};
use super::fields::{self, Pairs, push};
use super::json::{Fault, Kind, Name, Reader};
use super::record::{Recorded, Request, Text, Unreadable, counted, decode, header};
use super::text::into_bytes;
use super::time;

/// Headers that only a DLGA request has (DLGA-1 to DLGA-4). `Date` is not among them, and
/// `X-Authorization` may be another service's.
const DLGA_HEADERS: [&str; 4] = ["x-dlg-date", "x-dlg-requester-userid", "x-dlg-authorization", "X-Requester-UserId"];

/// Understands an entry; `None` for a request of neither scheme. `endpoint_of` knows the endpoint that the path of
/// a URL ends with, where there is a recipe for it.
pub(super) fn parse<'a>(
    entry: &'a Entry,
    endpoint_of: impl Fn(&str) -> Option<&'a str> + Copy,
) -> Result<Option<Recorded<'a>>, Unreadable> {
    let sent = match entry.damage {
        Some(damage) => Err(damage.to_string()),
        None => Sent::read(entry),
    };
    let sent = match sent {
        Err(_) if is_of_neither(entry, endpoint_of) => return Ok(None),
        sent => sent.map_err(Unreadable::new)?,
    };
    // A browser asks before it posts to another server; that question carries no signature.
    if sent.method.as_str() == "OPTIONS" {
        return Ok(None);
    }
    let received_at = match &sent.started {
        None => Err("the entry has no `startedDateTime`, which --at-received needs".to_owned()),
        Some(text) => time::recorded(text).map_err(|fault| format!("`startedDateTime` {fault}")),
    };
    let received_at = received_at.map_err(Unreadable::new);
    let (request, doubt) = if is_dlga(&sent.headers) {
        sent.into_dlga()?
    } else {
        match sent.into_haso(endpoint_of) {
            Some(sent) => sent?,
            None => return Ok(None),
        }
    };
    Ok(Some(Recorded { id: None, received_at, request, doubt }))
}

/// Whether an entry that cannot be read, such as one with a body that is not text, is of neither scheme: its
/// address and headers show it.
fn is_of_neither<'a>(entry: &Entry, endpoint_of: impl Fn(&str) -> Option<&'a str>) -> bool {
    let (mut has_url, mut has_headers) = (false, false);
    for (member, json) in entry.members() {
        let json = String::from_utf8_lossy(json);
        let mut reader = Reader::lenient(&json);
        match member {
            Member::Url => {
                let Ok(url) = reader.string("") else { return false };
                has_url = true;
                if path_of(&url).is_some_and(|path| endpoint_of(&path).is_some()) {
                    return false;
                }
            }
            Member::Headers => {
                has_headers = true;
                let mut is_ours = false;
                let read = each_pair(&mut reader, |name, value| {
                    is_ours |= is_of_dlga(&name, &value);
                    Ok(())
                });
                if is_ours || read.is_err() && mentions_dlga(&json) {
                    return false;
                }
            }
            _ => {}
        }
    }
    has_url && (has_headers || entry.damage.is_none())
}

fn is_dlga(headers: &[(Text, Text)]) -> bool {
    headers.iter().any(|(name, value)| is_of_dlga(name, value))
}

fn is_of_dlga(name: &Text, value: &Text) -> bool {
    let is = |other: &str| name.as_str().eq_ignore_ascii_case(other);
    DLGA_HEADERS.into_iter().any(is) || is("X-Authorization") && value.as_str().starts_with("DLGA ")
}

/// Whether headers that are not in the form of a HAR document have the name of one of DLGA's.
fn mentions_dlga(headers: &str) -> bool {
    let headers = headers.to_ascii_lowercase();
    DLGA_HEADERS.into_iter().any(|name| headers.contains(&name.to_ascii_lowercase()))
        || headers.contains("x-authorization") && headers.contains("dlga ")
}

/// The path of a URL, without its query.
fn path_of(url: &str) -> Option<String> {
    let resource = dlga::resource_of_url(url).ok()?;
    Some(resource.split_once('?').map_or(&*resource, |(path, _query)| path).to_owned())
}

/// A request as the entry has it.
struct Sent<'a> {
    started: Option<Cow<'a, str>>,
    method: Text<'a>,
    url: Text<'a>,
    headers: Pairs<'a>,
    posted: Posted<'a>,
    body_size: Option<u64>,
}

/// What was posted.
#[derive(Default)]
struct Posted<'a> {
    content_type: Option<Text<'a>>,
    text: Option<Cow<'a, str>>,
    params: Option<Pairs<'a>>,
    encoding: Option<Cow<'a, str>>,
    elsewhere: Option<&'static str>,
}

impl<'a> Sent<'a> {
    fn read(entry: &'a Entry) -> Result<Self, String> {
        let (mut started, mut has_request, mut method, mut url) = (None, false, None, None);
        let (mut headers, mut posted, mut body_size) = (None, None, None);
        for (member, json) in entry.members() {
            let name = member.name();
            let json = str::from_utf8(json).map_err(|_| format!("`{name}` is not UTF-8"))?;
            let reader = &mut Reader::new(json);
            let is_new = match member {
                Member::Request if !json.is_empty() => return Err("`request` is not an object".to_owned()),
                Member::Request => !std::mem::replace(&mut has_request, true),
                Member::Started => read_once(&mut started, name, reader, moment)?,
                Member::Method => read_once(&mut method, name, reader, |reader| reader.string("it is a text"))?,
                Member::Url => read_once(&mut url, name, reader, |reader| reader.string("it is a text"))?,
                Member::Headers => read_once(&mut headers, name, reader, pairs)?,
                Member::PostData => read_once(&mut posted, name, reader, Posted::read)?,
                Member::BodySize => read_once(&mut body_size, name, reader, size)?,
            };
            if !is_new {
                return Err(format!("`{name}` occurs twice"));
            }
        }
        let lacks = |name| format!("the entry has no `{name}`");
        if !has_request {
            return Err(lacks("request"));
        }
        Ok(Self {
            started: started.flatten(),
            method: method.ok_or_else(|| lacks("method"))?.into(),
            url: url.ok_or_else(|| lacks("url"))?.into(),
            headers: headers.unwrap_or_default(),
            posted: posted.unwrap_or_default(),
            body_size: body_size.flatten(),
        })
    }

    fn into_dlga(self) -> Result<(Request<'a>, Option<String>), Unreadable> {
        let resource = dlga::resource_of_url(self.url.as_str()).map_err(|error| Unreadable::new(error.to_string()))?;
        let resource = Text::from(resource.into_owned());
        let (body, doubt) = self.posted.body(&self.headers, self.body_size).map_err(Unreadable::new)?;
        Ok((Request::Dlga { method: self.method, resource, headers: self.headers, body }, doubt))
    }

    /// A request to an endpoint that has a recipe, or that posts a `requestToken`.
    fn into_haso(
        self,
        endpoint_of: impl Fn(&str) -> Option<&'a str>,
    ) -> Option<Result<(Request<'a>, Option<String>), Unreadable>> {
        let path = path_of(self.url.as_str())?;
        let known = if self.method.as_str() == "POST" { endpoint_of(&path) } else { None };
        let (fields, doubt) = match self.posted.fields(&self.headers, self.body_size) {
            Ok(fields) => fields,
            Err(fault) => return known.map(|_endpoint| Err(Unreadable::new(fault))),
        };
        if known.is_none() && !fields.iter().any(|(name, _)| name.as_str() == "requestToken") {
            return None;
        }
        let endpoint = known.map_or_else(|| Text::from(path), Text::from);
        Some(Ok((Request::Haso { endpoint, fields }, doubt)))
    }
}

/// Reads a member's value; whether it is the first one of its name.
fn read_once<'a, T>(
    place: &mut Option<T>,
    name: &str,
    reader: &mut Reader<'a>,
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, Fault>,
) -> Result<bool, String> {
    let value = reader.null().and_then(|is_null| if is_null { Ok(None) } else { read(reader).map(Some) });
    let value = value.and_then(|value| reader.end().map(|()| value));
    let value = value.map_err(|fault| format!("`{name}`: {}", fault.what))?;
    Ok(value.is_none_or(|value| place.replace(value).is_none()))
}

/// A time; anything but a text or a number is none.
fn moment<'a>(reader: &mut Reader<'a>) -> Result<Option<Cow<'a, str>>, Fault> {
    match reader.kind()? {
        Kind::Text => reader.string("").map(Some),
        Kind::Number => reader.value().map(|number| Some(number.into())),
        _ => reader.value().map(|_other| None),
    }
}

/// A number of bytes; -1 and 0 are written too where it is not known, and anything else is not known either.
fn size(reader: &mut Reader) -> Result<Option<u64>, Fault> {
    let size = counted(reader.value()?.trim_matches('"'));
    Ok(size.ok().flatten().filter(|&bytes| bytes > 0))
}

/// A list of objects with `name` and `value`.
fn pairs<'a>(reader: &mut Reader<'a>) -> Result<Pairs<'a>, Fault> {
    let mut pairs = Pairs::new();
    each_pair(reader, |name, value| push(&mut pairs, name, value))?;
    Ok(pairs)
}

fn each_pair<'a>(
    reader: &mut Reader<'a>,
    mut take: impl FnMut(Text<'a>, Text<'a>) -> Result<(), String>,
) -> Result<(), Fault> {
    reader.items("it is a list", |reader| {
        let at = reader.place();
        let (mut name, mut value) = (None, None);
        reader.members("it is a list of objects with `name` and `value`", |member, reader| {
            match member.text.as_str() {
                "name" => once(&mut name, &member, reader.string("the name is a text")?.into()),
                "value" => once(&mut value, &member, header(reader)?),
                _ => reader.value().map(drop),
            }
        })?;
        let name: Text = name.ok_or_else(|| Fault::new(at, "one of the list has no `name`"))?;
        take(name, value.unwrap_or_default()).map_err(|fault| Fault::new(at, fault))
    })
}

/// Takes the value of a member, which occurs once.
fn once<T>(place: &mut Option<T>, member: &Name, value: T) -> Result<(), Fault> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Fault::new(member.at, format!("`{}` occurs twice", member.text.as_str()))),
    }
}

impl<'a> Posted<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Fault> {
        let mut posted = Self::default();
        reader.members("it is an object", |member, reader| {
            if reader.null()? {
                return Ok(());
            }
            match member.text.as_str() {
                "mimeType" => once(&mut posted.content_type, &member, reader.string("`mimeType` is a text")?.into()),
                "text" => once(&mut posted.text, &member, reader.string("`text` is a text")?),
                "params" => once(&mut posted.params, &member, pairs(reader)?),
                "encoding" => once(&mut posted.encoding, &member, reader.string("`encoding` is a text")?),
                "_file" => reader.value().map(|name| posted.is_in("_file", name)),
                "_sha1" => reader.value().map(|name| posted.is_in("_sha1", name)),
                _ => reader.value().map(drop),
            }
        })?;
        Ok(posted)
    }

    /// Takes the name of another file that has the body, as JSON; an empty one names none.
    fn is_in(&mut self, member: &'static str, name: &str) {
        if name != "\"\"" {
            self.elsewhere = Some(member);
        }
    }

    /// The bytes of the body, and what speaks against them.
    fn body(self, headers: &[(Text, Text)], counted: Option<u64>) -> Result<(Cow<'a, [u8]>, Option<String>), String> {
        let text = self.text.unwrap_or_default();
        let encoding = self.encoding.as_deref().unwrap_or_default();
        let is_base64 = encoding.eq_ignore_ascii_case("base64");
        let is_plain = ["", "utf-8", "utf8"].into_iter().any(|plain| encoding.eq_ignore_ascii_case(plain));
        let body = if is_base64 { Cow::Owned(decode(&text)?) } else { into_bytes(text) };
        let evidence = Evidence {
            held: &body,
            is_text: !is_base64,
            counted,
            elsewhere: self.elsewhere,
            unknown_encoding: (!is_base64 && !is_plain).then_some(encoding),
            is_taken_apart: self.params.is_some_and(|params| !params.is_empty()),
        };
        let doubt = evidence::doubt(&evidence, headers);
        Ok((body, doubt))
    }

    /// The posted fields, of the parameters or of the body, and what speaks against them.
    fn fields(mut self, headers: &[(Text, Text)], counted: Option<u64>) -> Result<(Pairs<'a>, Option<String>), String> {
        let recorded = self.content_type.take();
        let content_type = fields::content_type(recorded.as_ref().map(Text::as_str), headers);
        // An empty text is none: some recorders write it where they took a form apart.
        let has_text = self.text.as_ref().is_some_and(|text| !text.is_empty());
        let is_multipart = fields::is_multipart(content_type);
        if let Some(params) = self.params.take_if(|params| !params.is_empty() && (is_multipart || !has_text)) {
            let doubt = evidence::replaced(&params);
            return Ok((if is_multipart { params } else { fields::of_params(params) }, doubt));
        }
        let (body, doubt) = self.body(headers, counted)?;
        match str::from_utf8(&body) {
            Ok(body) => match fields::of_body(content_type, body) {
                Err(fault) => Err(doubt.unwrap_or(fault)),
                fields => fields.map(|fields| (fields, doubt)),
            },
            Err(_) => Err(doubt.unwrap_or_else(|| "the body is not UTF-8".to_owned())),
        }
    }
}
