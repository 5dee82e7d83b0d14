//! The known mistakes of those who sign, as data where they can be.

use zeroize::Zeroizing;

use super::draft::{BY_THE_RULES, BodyEnd, Layout, Requester, Value};
use super::escapes::ESCAPES;
use super::received::Headers;
use crate::dlga::{BodyLine, Date, Request, resource_of_url};
use crate::explain::MOST_BODY;
use crate::explain::json::reform;
use crate::explain::search::Alternatives;
use crate::explain::secret::forms;
use crate::explain::text::{latin5, percent_decoded, percent_encoded, replaced};

/// The vendor's server, for a resource that was signed with its address (DLGA-10).
const VENDOR_HOST: &str = "api.diyalog.im";

const LAYOUTS: [(&str, Layout); 7] = [
    ("a line feed ends the string to sign", Layout { end: "\n", ..BY_THE_RULES }),
    ("CR LF separates the parts", Layout { separator: "\r\n", ..BY_THE_RULES }),
    (
        "CR LF separates the parts and ends the string to sign",
        Layout { separator: "\r\n", end: "\r\n", ..BY_THE_RULES },
    ),
    ("the two characters `\\n` separate the parts", Layout { separator: "\\n", ..BY_THE_RULES }),
    ("nothing separates the parts", Layout { separator: "", ..BY_THE_RULES }),
    ("the requester is signed too, after the date", Layout { requester: Requester::AfterDate, ..BY_THE_RULES }),
    ("the requester is signed too, at the end", Layout { requester: Requester::AtEnd, ..BY_THE_RULES }),
];

const BODY_LINES: [(&str, BodyLine); 3] = [
    ("the body line is `when-present`", BodyLine::WhenPresent),
    ("the body line is `always`", BodyLine::Always),
    ("the body line is `never`", BodyLine::Never),
];

const BODY_ENDS: [(&str, BodyEnd); 4] = [
    ("the body has no final newline", BodyEnd::WithoutNewline),
    ("the body has a final line feed", BodyEnd::With("\n")),
    ("the body has a final CR LF", BodyEnd::With("\r\n")),
    ("the body has no blanks around it", BodyEnd::Trimmed),
];

const CONTENT_TYPES: [&str; 5] = [
    "application/json",
    "application/json; charset=utf-8",
    "text/plain",
    "text/plain;charset=UTF-8",
    "application/x-www-form-urlencoded",
];

const PARAMETERS: [&str; 4] = ["; charset=utf-8", ";charset=utf-8", "; charset=UTF-8", ";charset=UTF-8"];

/// Other ways to write GMT at the end of a date (DLGA-18).
const ZONES: [&str; 7] = [" GMT", " +0000", " UTC", " UT", " Z", " +00:00", " GMT+00:00"];

/// Turkey's time, in seconds east of Greenwich.
const TURKISH_TIME: i64 = 3 * 3600;

/// The known mistakes with a key's secret.
pub(super) fn credential_mistakes(access_key_id: &str, secret: &[u8]) -> Alternatives<Value> {
    let mut all = Alternatives::default();
    for (taken, bytes) in forms(secret) {
        all.add(format!("the secret is taken {taken}"), Value::Secret(bytes));
    }
    let id = Zeroizing::new(access_key_id.as_bytes().to_vec());
    all.add("the access key id is taken for the secret", Value::Secret(id));
    all
}

/// The known mistakes that this request allows.
pub(super) fn alternatives(request: &Request, headers: &Headers<'_>) -> Alternatives<Value> {
    let mut all = Alternatives::to(vec![Value::BodyLine(request.body_line)]);
    all.add_all(BODY_ENDS, Value::BodyEnd);
    all.add_all(BODY_LINES, Value::BodyLine);
    add_bodies(request.body, &mut all);
    add_content_types(request.content_type, headers.content_type, &mut all);
    add_resources(request.resource, headers.host, &mut all);
    add_methods(request.method, &mut all);
    add_dates(headers, &mut all);
    all.add_all(LAYOUTS, Value::Layout);
    all
}

/// Whether a part is short enough to be re-formed.
fn is_short(part: &[u8]) -> bool {
    part.len() <= MOST_BODY
}

fn add_methods(method: &[u8], all: &mut Alternatives<Value>) {
    if is_short(method) {
        all.rules(Value::Method(method.to_vec()));
        all.add("the method is in capitals", Value::Method(method.to_ascii_uppercase()));
        all.add("the method is in small letters", Value::Method(method.to_ascii_lowercase()));
    }
}

fn add_bodies(body: &[u8], all: &mut Alternatives<Value>) {
    if !is_short(body) {
        all.add("the body is empty", Value::Body(Vec::new()));
        return;
    }
    all.rules(Value::Body(body.to_vec()));
    all.add("the body is empty", Value::Body(Vec::new()));
    let mut add = |text: &'static str, body: Vec<u8>| all.add(text, Value::Body(body));
    let with_lf = replaced(body, b"\r\n", b"\n");
    let with_cr_lf = replaced(&with_lf, b"\n", b"\r\n");
    add("the body has LF where it has CR LF", with_lf);
    add("the body has CR LF where it has LF", with_cr_lf);
    for (style, body) in reform(body) {
        all.add(format!("the body is {style}"), Value::Body(body));
    }
    let mut add = |text: &'static str, body: Vec<u8>| all.add(text, Value::Body(body));
    add("the body begins with a byte order mark", [b"\xef\xbb\xbf", body].concat());
    add("the body has no byte order mark", body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).to_vec());
    if let Ok(text) = str::from_utf8(body) {
        add("the body is in ISO-8859-9", latin5(text));
    }
    for (at, (text, _)) in ESCAPES.iter().enumerate().filter(|(_, (_, escapes))| escapes(body) != body) {
        all.add(*text, Value::Escapes(at));
    }
}

fn add_content_types(signed: &[u8], received: Option<&[u8]>, all: &mut Alternatives<Value>) {
    let bare = signed.split(|&b| b == b';').next().unwrap_or_default().trim_ascii();
    if is_short(signed) {
        all.rules(Value::ContentType(signed.to_vec()));
        all.add("the content type has no parameters", Value::ContentType(bare.to_vec()));
    }
    for parameter in PARAMETERS.into_iter().filter(|_| is_short(bare)) {
        let value = [bare, parameter.as_bytes()].concat();
        all.add(format!("the content type ends in `{parameter}`"), Value::ContentType(value));
    }
    all.add("the content type is empty", Value::ContentType(Vec::new()));
    if let Some(received) = received.filter(|received| is_short(received)) {
        all.add("the content type is that of the received header", Value::ContentType(received.to_vec()));
    }
    for other in CONTENT_TYPES {
        all.add(format!("the content type is `{other}`"), Value::ContentType(other.into()));
    }
    if is_short(signed) {
        all.add("the content type is in small letters", Value::ContentType(signed.to_ascii_lowercase()));
    }
}

fn add_dates(headers: &Headers<'_>, all: &mut Alternatives<Value>) {
    if !is_short(headers.date) {
        return;
    }
    all.rules(Value::Date(headers.date.to_vec()));
    if let Some((name, date)) = headers.other_date.filter(|(_, date)| is_short(date)) {
        all.add(format!("the date is that of the header `{name}`"), Value::Date(date.to_vec()));
    }
    let unix = Date::parse(headers.date).map(|date| date.unix_seconds()).ok();
    let gmt = |shift: i64| Some(Date::from_unix(unix?.checked_add(shift)?).ok()?.as_str().to_owned());
    let mut add = |text: String, date: Option<String>| {
        if let Some(date) = date {
            all.add(text, Value::Date(date.into_bytes()));
        }
    };
    let with_zone = |date: Option<String>, zone: &str| Some(format!("{}{zone}", date?.strip_suffix(" GMT")?));
    for zone in ZONES {
        add(format!("the date ends in `{}`", zone.trim_ascii()), with_zone(gmt(0), zone));
    }
    add("the date has no zone".to_owned(), with_zone(gmt(0), ""));
    add("the date is in Turkish time, with `+0300`".to_owned(), with_zone(gmt(TURKISH_TIME), " +0300"));
    add("the date is in Turkish time, with `GMT`".to_owned(), gmt(TURKISH_TIME));
    add("the date has a one-digit day".to_owned(), gmt(0).map(|date| date.replacen(", 0", ", ", 1)));
    add("the date is one second earlier".to_owned(), gmt(-1));
    add("the date is one second later".to_owned(), gmt(1));
    for name in ["x-dlg-date:", "x-dlg-date: "] {
        let line = [name.as_bytes(), headers.date].concat();
        all.add(format!("the date line begins with `{name}`"), Value::Date(line));
    }
    all.add("the date line is empty", Value::Date(Vec::new()));
}

fn add_resources(resource: &[u8], host: Option<&[u8]>, all: &mut Alternatives<Value>) {
    if !is_short(resource) {
        return;
    }
    all.rules(Value::Resource(resource.to_vec()));
    let mut add = |text: &'static str, resource: Vec<u8>| all.add(text, Value::Resource(resource));
    let query_at = resource.iter().position(|&b| b == b'?').unwrap_or(resource.len());
    let (path, query) = resource.split_at_checked(query_at).unwrap_or((resource, &[]));
    if let Some(behind_server) = str::from_utf8(resource).ok().and_then(|url| resource_of_url(url).ok()) {
        add("the resource is what follows the server address", behind_server.into_owned().into_bytes());
    }
    add("the resource has no query", path.to_vec());
    add("the resource has no slash at the end of its path", [path.strip_suffix(b"/").unwrap_or(path), query].concat());
    if !path.ends_with(b"/") {
        add("the resource has a slash at the end of its path", [path, b"/", query].concat());
    }
    add("the resource is percent-decoded", percent_decoded(resource));
    add("the resource is percent-encoded", percent_encoded(resource, b"/?&=%+:@!$'()*,;").into_bytes());
    add("the query of the resource has `+` where it has `%20`", [path, &replaced(query, b"%20", b"+")].concat());
    add("the query of the resource has `%20` where it has `+`", [path, &replaced(query, b"+", b"%20")].concat());
    let without_slash = resource.strip_prefix(b"/").unwrap_or(resource);
    add("the resource has no slash in front", without_slash.to_vec());
    if let Some(at) = without_slash.iter().position(|&b| b == b'/') {
        add("the resource lacks the first part of its path", without_slash.get(at..).unwrap_or_default().to_vec());
    }
    add("the resource is in small letters", resource.to_ascii_lowercase());
    for host in host.filter(|host| is_short(host)).into_iter().chain([VENDOR_HOST.as_bytes()]) {
        for (text, scheme) in [
            ("the resource has `https://` and the server address in front", "https://"),
            ("the resource has `http://` and the server address in front", "http://"),
            ("the resource has the server address in front", ""),
        ] {
            add(text, [scheme.as_bytes(), host, resource].concat());
        }
    }
}
