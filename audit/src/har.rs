//! HAR files, as browsers and proxies write them: one JSON document, read entry by entry.
//!
//! Reading is in two steps, like that of lines: [`read`] finds the entries and keeps of each only the
//! request and its time, and [`parse`] understands one. A HAR holds whatever the browser did, so an
//! entry may be of neither scheme.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::form;
use super::record::{Fields, Recorded, Request, Text, Unreadable, decode};
use super::time;
use imza::dlga;

/// Headers that only a DLGA request has (DLGA-1 to DLGA-4). `Date` is not among them, and
/// `X-Authorization` may be anybody's.
const DLGA_HEADERS: [&str; 4] = ["x-dlg-date", "x-dlg-requester-userid", "x-dlg-authorization", "X-Requester-UserId"];

/// Hands over the entries of a HAR document, each as one line of JSON, until `take` says no.
/// Gives how many there were.
pub(super) fn read(source: impl Read, mut take: impl FnMut(Vec<u8>) -> bool) -> serde_json::Result<u64> {
    let mut entries = 0_u64;
    let mut deserializer = serde_json::Deserializer::from_reader(source);
    let mut count = |entry| {
        entries = entries.saturating_add(1);
        take(entry)
    };
    Within { path: &["log", "entries"], take: &mut count }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(entries)
}

/// The place within the document that is looked for, and who takes what is found there.
struct Within<'t> {
    path: &'static [&'static str],
    take: &'t mut dyn FnMut(Vec<u8>) -> bool,
}

impl<'de> DeserializeSeed<'de> for Within<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.path.is_empty() { deserializer.deserialize_seq(self) } else { deserializer.deserialize_map(self) }
    }
}

impl<'de> Visitor<'de> for Within<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.path.first() {
            Some(member) => write!(f, "an object with the member `{member}`"),
            None => f.write_str("a list of entries"),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(name) = object.next_key::<String>()? {
            match self.path.split_first() {
                Some((member, path)) if *member == name => object.next_value_seed(Within { path, take: self.take })?,
                _ => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(Line(entry)) = list.next_element()? {
            if !(self.take)(entry) {
                return Err(A::Error::custom("nobody takes the verdicts any more"));
            }
        }
        Ok(())
    }
}

/// An entry as one line of JSON; empty where it is no object.
struct Line(Vec<u8>);

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Anything;
        impl<'de> Visitor<'de> for Anything {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an entry")
            }

            fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
                Kept::deserialize(MapAccessDeserializer::new(object)).map(Kept::into_line)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                IgnoredAny.visit_seq(list).map(|_| Vec::new())
            }

            fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
                Ok(Vec::new())
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Vec::new())
            }

            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Vec::new())
            }

            fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
                Ok(Vec::new())
            }

            fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
                Ok(Vec::new())
            }

            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Vec::new())
            }
        }
        deserializer.deserialize_any(Anything).map(Self)
    }
}

/// What is kept of an entry; the answer, which can be long, is passed over.
#[derive(Deserialize)]
#[serde(expecting = "an entry with a request")]
struct Kept {
    #[serde(rename = "startedDateTime")]
    started: Option<Box<RawValue>>,
    request: Option<Box<RawValue>>,
}

impl Kept {
    fn into_line(self) -> Vec<u8> {
        let or_null = |member: Option<Box<RawValue>>| member.map_or("null".into(), Box::<str>::from);
        let mut line =
            format!("{{\"startedDateTime\":{},\"request\":{}}}", or_null(self.started), or_null(self.request))
                .into_bytes();
        // Within JSON a line feed can only be a blank between two tokens.
        line.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
        line
    }
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, rename = "startedDateTime")]
    started: Option<Text<'a>>,
    #[serde(borrow)]
    request: Sent<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a request")]
struct Sent<'a> {
    #[serde(borrow)]
    method: Text<'a>,
    #[serde(borrow)]
    url: Text<'a>,
    #[serde(borrow, default, deserialize_with = "or_none")]
    headers: Vec<Pair<'a>>,
    #[serde(borrow)]
    post_data: Option<PostData<'a>>,
    body_size: Option<f64>,
}

#[derive(Deserialize)]
struct Pair<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow, default, deserialize_with = "or_none")]
    value: Text<'a>,
}

/// `null` is as good as absent: no headers, an empty value.
fn or_none<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData<'a> {
    #[serde(borrow)]
    mime_type: Option<Text<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    params: Option<Vec<Pair<'a>>>,
    #[serde(borrow)]
    encoding: Option<Text<'a>>,
}

impl<'a> PostData<'a> {
    /// The body's text. An empty one is none: some recorders write it where they left the body out, or
    /// took a form apart.
    fn text(&self) -> Option<&Text<'a>> {
        self.text.as_ref().filter(|text| !text.as_str().is_empty())
    }

    /// Whether this is a form in parts, which are not percent-encoded.
    fn is_multipart(&self) -> bool {
        let mime_type = self.mime_type.as_ref().and_then(|text| text.as_str().split(';').next());
        mime_type.is_some_and(|name| name.trim().eq_ignore_ascii_case("multipart/form-data"))
    }
}

/// Understands an entry that [`read`] handed over; `None` for a request of neither scheme.
/// `endpoint_of` knows the endpoint that a URL's path ends with, where there is a recipe for it.
pub(super) fn parse<'a>(
    entry: &'a [u8],
    endpoint_of: impl Fn(&str) -> Option<&'a str> + Copy,
) -> Result<Option<Recorded<'a>>, Unreadable> {
    if entry.is_empty() {
        return Err(Unreadable::at(1, "the entry is no object"));
    }
    let Entry { started, request } = match serde_json::from_slice(entry) {
        Err(_) if is_of_neither(entry, endpoint_of) => return Ok(None),
        read => read.map_err(|error| Unreadable::json(&error))?,
    };
    // A browser asks before it posts to another server; that question carries no signature.
    if request.method.as_str() == "OPTIONS" {
        return Ok(None);
    }
    let request = match sent_to_haso(&request, endpoint_of) {
        _ if is_dlga(&request.headers) => sent_to_dlga(request)?,
        Some(request) => request?,
        None => return Ok(None),
    };
    let received_at = started.and_then(|text| time::seconds(text.as_str()));
    Ok(Some(Recorded { id: None, received_at, request }))
}

/// Whether an entry that cannot be read, such as one with a body that is no text, is nobody's concern:
/// its address and headers tell.
fn is_of_neither<'a>(entry: &[u8], endpoint_of: impl Fn(&str) -> Option<&'a str>) -> bool {
    #[derive(Deserialize)]
    struct Glance<'a> {
        #[serde(borrow)]
        request: Outside<'a>,
    }
    #[derive(Deserialize)]
    struct Outside<'a> {
        #[serde(borrow)]
        url: Text<'a>,
        #[serde(borrow, default, deserialize_with = "or_none")]
        headers: Vec<Pair<'a>>,
    }
    let Ok(Glance { request: Outside { url, headers } }) = serde_json::from_slice(entry) else { return false };
    !is_dlga(&headers) && path_of(url.as_str()).is_none_or(|path| endpoint_of(&path).is_none())
}

fn is_dlga(headers: &[Pair]) -> bool {
    headers.iter().any(|Pair { name, value }| {
        let is = |other: &str| name.as_str().eq_ignore_ascii_case(other);
        DLGA_HEADERS.into_iter().any(is) || is("X-Authorization") && value.as_str().starts_with("DLGA ")
    })
}

fn sent_to_dlga(sent: Sent) -> Result<Request, Unreadable> {
    let resource = dlga::resource_of_url(sent.url.as_str()).map_err(|error| Unreadable(error.to_string()))?;
    let body = sent.body().map_err(Unreadable)?.into_owned();
    Ok(Request::Dlga {
        resource: Text::from(resource.into_owned()),
        // HTTP/2's `:method` and the like are no headers.
        headers: sent
            .headers
            .into_iter()
            .filter(|header| !header.name.as_str().starts_with(':'))
            .map(|Pair { name, value }| (name, value))
            .collect(),
        method: sent.method,
        body: Cow::Owned(body),
    })
}

/// A request to an endpoint that a recipe is known for, or that posts a `requestToken`.
fn sent_to_haso<'a>(
    sent: &Sent<'a>,
    endpoint_of: impl Fn(&str) -> Option<&'a str>,
) -> Option<Result<Request<'a>, Unreadable>> {
    let path = path_of(sent.url.as_str())?;
    let known = if sent.method.as_str() == "POST" { endpoint_of(&path) } else { None };
    let fields = match sent.fields() {
        Ok(fields) => fields,
        Err(fault) => return known.map(|_endpoint| Err(Unreadable(fault))),
    };
    if known.is_none() && !fields.iter().any(|(name, _)| name.as_str() == "requestToken") {
        return None;
    }
    let endpoint = known.map_or_else(|| Text::from(path), Text::from);
    Some(Ok(Request::Haso { endpoint, fields }))
}

/// The path of a URL, without its query.
fn path_of(url: &str) -> Option<String> {
    let resource = dlga::resource_of_url(url).ok()?;
    Some(resource.split_once('?').map_or(&*resource, |(path, _query)| path).to_owned())
}

impl<'a> Sent<'a> {
    /// The bytes of the body.
    fn body(&self) -> Result<Cow<'_, [u8]>, String> {
        let post_data = self.post_data.as_ref();
        match (post_data.and_then(PostData::text), post_data) {
            (Some(text), Some(PostData { encoding: Some(encoding), .. })) if encoding.as_str() == "base64" => {
                decode(text.as_str()).map(Cow::Owned)
            }
            (Some(text), _) => Ok(Cow::Borrowed(text.as_ref())),
            (None, Some(PostData { params: Some(params), .. })) if !params.is_empty() => {
                Err("the recording has the posted parameters one by one, but not the bytes of the body".to_owned())
            }
            (None, _) if self.body_size.is_some_and(|bytes| bytes > 0.0) => {
                Err("the recording says that there was a body, but does not hold it".to_owned())
            }
            (None, _) => Ok(Cow::Borrowed(b"")),
        }
    }

    /// The posted fields, of a form or of a JSON object.
    fn fields(&self) -> Result<Vec<(Text<'a>, Text<'a>)>, String> {
        if let Some(post_data @ PostData { params: Some(params), .. }) = &self.post_data
            && (post_data.text().is_none() || post_data.is_multipart())
            && !params.is_empty()
        {
            let fields = params.iter().map(|Pair { name, value }| (name.clone(), value.clone())).collect();
            return Ok(if post_data.is_multipart() { fields } else { form::decoded(fields) });
        }
        let body = self.body()?;
        let Ok(text) = str::from_utf8(&body) else { return Ok(Vec::new()) };
        let json = text.strip_prefix('\u{feff}').unwrap_or(text);
        if !json.trim_start().starts_with('{') {
            return Ok(form::parse(text));
        }
        let owned = |text: &Text| Text::from(text.as_str().to_owned());
        let fields = serde_json::from_str::<Fields>(json).map_err(|error| format!("the body is not JSON: {error}"))?;
        Ok(fields.0.iter().map(|(name, value)| (owned(name), owned(value))).collect())
    }
}
