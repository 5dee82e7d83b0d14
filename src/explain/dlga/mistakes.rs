//! The known mistakes of those who sign: a table for each part. What makes bytes of bytes is a step, and two steps can
//! follow each other.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::draft::Line::{self, Body, ContentType, Date, Method, Resource};
use super::draft::{BY_THE_RULES, BodyEnd, Call, Layout, Lines, Requester, Value};
use super::received::Headers;
use crate::dlga::{BodyLine, Request, resource_of_url};
use crate::explain::budget::MOST_BODY;
use crate::explain::search::Alternatives;
use crate::explain::secret::{UNSET, forms, hex, padded_base64};
use crate::explain::text::replaced;
use crate::explain::{dates, encodings, json, percent};
use crate::mac::{Alphabet, sha256};

/// Takes a clause that follows *the* and the part's name, and the bytes; says whether more are wanted.
type Take<'t> = &'t mut dyn FnMut(Cow<'static, str>, Vec<u8>) -> bool;

/// The vendor's server, for a resource that was signed with its address (DLGA-10).
const VENDOR_HOST: &str = "api.diyalog.im";

const LAYOUTS: [(&str, Layout); 31] = [
    ("a line feed ends the string to sign", Layout { end: "\n", ..BY_THE_RULES }),
    ("CR LF separates the parts", Layout { separator: "\r\n", ..BY_THE_RULES }),
    (
        "CR LF separates the parts and ends the string to sign",
        Layout { separator: "\r\n", end: "\r\n", ..BY_THE_RULES },
    ),
    ("the two characters `\\n` separate the parts", Layout { separator: "\\n", ..BY_THE_RULES }),
    ("nothing separates the parts", Layout { separator: "", ..BY_THE_RULES }),
    ("a space separates the parts", Layout { separator: " ", ..BY_THE_RULES }),
    ("`|` separates the parts", Layout { separator: "|", ..BY_THE_RULES }),
    ("`,` separates the parts", Layout { separator: ",", ..BY_THE_RULES }),
    ("`:` separates the parts", Layout { separator: ":", ..BY_THE_RULES }),
    ("`;` separates the parts", Layout { separator: ";", ..BY_THE_RULES }),
    ("`&` separates the parts", Layout { separator: "&", ..BY_THE_RULES }),
    ("a tab separates the parts", Layout { separator: "\t", ..BY_THE_RULES }),
    ("`-` separates the parts", Layout { separator: "-", ..BY_THE_RULES }),
    ("`_` separates the parts", Layout { separator: "_", ..BY_THE_RULES }),
    ("two line feeds separate the parts", Layout { separator: "\n\n", ..BY_THE_RULES }),
    ("the requester is signed too, after the date", Layout { requester: Requester::AfterDate, ..BY_THE_RULES }),
    ("the requester is signed too, at the end", Layout { requester: Requester::AtEnd, ..BY_THE_RULES }),
    (
        "the date line is empty and the line `x-dlg-date:…` follows, as TeleSign's scheme has it",
        Layout { lines: Lines::Date, ..BY_THE_RULES },
    ),
    (
        "the date line is empty and the lines `x-dlg-date:…` and `x-dlg-requester-userid:…` follow, as TeleSign's scheme \
         has it",
        Layout { lines: Lines::DateAndRequester, ..BY_THE_RULES },
    ),
    ("the line `x-dlg-requester-userid:…` follows the date", Layout { lines: Lines::Requester, ..BY_THE_RULES }),
    ("the content type stands before the method", in_order(&[ContentType, Method, Date, Body, Resource])),
    ("the date stands before the content type", in_order(&[Method, Date, ContentType, Body, Resource])),
    ("the resource stands before the body", in_order(&[Method, ContentType, Date, Resource, Body])),
    ("the resource stands after the method", in_order(&[Method, Resource, ContentType, Date, Body])),
    ("the body stands before the date", in_order(&[Method, ContentType, Body, Date, Resource])),
    ("the line of the method is left out", in_order(&[ContentType, Date, Body, Resource])),
    ("the line of the content type is left out", in_order(&[Method, Date, Body, Resource])),
    ("the line of the date is left out", in_order(&[Method, ContentType, Body, Resource])),
    ("the resource is left out", in_order(&[Method, ContentType, Date, Body])),
    ("the body alone is signed", in_order(&[Body])),
    ("only method, date and resource are signed", in_order(&[Method, Date, Resource])),
];

const fn in_order(order: &'static [Line]) -> Layout {
    Layout { order, ..BY_THE_RULES }
}

const CALLS: [(&str, Call); 19] = [
    ("key and message change places in the HMAC", Call::Exchanged),
    ("it is plain SHA-256 of the secret and the string to sign, no HMAC", Call::Sha256 { before: true, behind: false }),
    ("it is plain SHA-256 of the string to sign and the secret, no HMAC", Call::Sha256 { before: false, behind: true }),
    (
        "it is plain SHA-256 of the string to sign between twice the secret, no HMAC",
        Call::Sha256 { before: true, behind: true },
    ),
    ("it is plain SHA-256 of the string to sign, no HMAC", Call::Sha256 { before: false, behind: false }),
    ("the HMAC is over the hex of the string's SHA-256, in lower case", Call::OfHexHash { upper: false }),
    ("the HMAC is over the hex of the string's SHA-256, in upper case", Call::OfHexHash { upper: true }),
    ("the HMAC is over the string's SHA-256", Call::OfHash),
    ("the HMAC is over the base64 of the string to sign", Call::OfBase64),
    ("the HMAC is over the hex of the string to sign", Call::OfHex),
    ("the HMAC is over the base64 of the string's SHA-256", Call::OfBase64Hash),
    ("the HMAC is over the HMAC once more", Call::OfHmac),
    ("it is SHA-256 of the HMAC", Call::Sha256OfHmac),
    ("it is SHA-256 of the SHA-256 of the secret and the string to sign, no HMAC", Call::Sha256Twice),
    (
        "it is plain SHA-256 of the secret, `:` and the string to sign, no HMAC",
        Call::Sha256With { between: ":", first: true },
    ),
    (
        "it is plain SHA-256 of the string to sign, `:` and the secret, no HMAC",
        Call::Sha256With { between: ":", first: false },
    ),
    (
        "it is plain SHA-256 of the secret, `|` and the string to sign, no HMAC",
        Call::Sha256With { between: "|", first: true },
    ),
    (
        "it is plain SHA-256 of the secret, a line feed and the string to sign, no HMAC",
        Call::Sha256With { between: "\n", first: true },
    ),
    (
        "it is plain SHA-256 of the string to sign, a line feed and the secret, no HMAC",
        Call::Sha256With { between: "\n", first: false },
    ),
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
    ("the body has no spaces around it", BodyEnd::Trimmed),
];

/// What an HTTP client or a program makes of no body.
const EMPTY_BODIES: [&str; 7] = ["{}", "null", "[]", "undefined", "\"\"", "None", "false"];

/// What a program prints of a value that it cannot write as text.
const PRINTED: [&str; 5] = ["[object Object]", "Array", "undefined", "null", "{}"];

const CONTENT_TYPES: [&str; 6] = [
    "application/json",
    "application/json; charset=utf-8",
    "text/plain",
    "text/plain;charset=UTF-8",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
];

const PARAMETERS: [&str; 6] = [
    "; charset=utf-8",
    ";charset=utf-8",
    "; charset=UTF-8",
    ";charset=UTF-8",
    "; charset=\"utf-8\"",
    "; charset=iso-8859-9",
];

/// The known mistakes with a key's secret.
pub(super) fn credential_mistakes(access_key_id: &str, secret: &[u8]) -> Alternatives<Value> {
    let mut all = Alternatives::default();
    for (taken, bytes) in forms(secret) {
        all.add(format!("the secret is taken {taken}"), Value::Secret(bytes));
    }
    let id = Zeroizing::new(access_key_id.as_bytes().to_vec());
    all.add("the access key id is taken for the secret", Value::Secret(id));
    for (what, unset) in UNSET {
        all.add(format!("the secret is {what}"), Value::Secret(Zeroizing::new(unset.into())));
    }
    all
}

/// The known mistakes that this request allows.
pub(super) fn alternatives(request: &Request, headers: &Headers<'_>) -> Alternatives<Value> {
    let mut all = Alternatives::to(vec![Value::BodyLine(request.body_line)]);
    all.add_all(BODY_ENDS, Value::BodyEnd);
    all.add_all(BODY_LINES, Value::BodyLine);
    all.add("the body is empty", Value::Body(Vec::new()));
    add_steps(&mut all, "body", request.body, Value::Body, bodies);
    add_steps(&mut all, "content type", headers.signed_content_type(request), Value::ContentType, content_types);
    if let Some(received) = headers.content_type.filter(|received| is_short(received)) {
        all.add("the content type is that of the received header", Value::ContentType(received.to_vec()));
    }
    add_steps(&mut all, "resource", request.resource, Value::Resource, resources);
    add_servers(request.resource, headers, &mut all);
    add_steps(&mut all, "method", request.method, Value::Method, methods);
    if let Some((name, date)) = headers.other_date.filter(|(_, date)| is_short(date)) {
        all.add(format!("the date is that of the header `{name}`"), Value::Date(date.to_vec()));
    }
    add_steps(&mut all, "date", headers.date, Value::Date, dates);
    all.add_all(LAYOUTS, Value::Layout);
    all.add_all(CALLS, Value::Call);
    all
}

/// What is tried alone: the date of another second, and the body's names in every order.
pub(super) fn alone(date: &[u8], body: &[u8], take: &mut dyn FnMut(Cow<'static, str>, Value) -> bool) {
    let mut date_of =
        |clause: Cow<'_, str>, date: String| take(format!("the date {clause}").into(), Value::Date(date.into()));
    if str::from_utf8(date).is_ok_and(|date| !dates::shifted(date, &mut date_of)) || !is_short(body) {
        return;
    }
    json::in_other_orders(body, &mut |clause, body| take(format!("the body {clause}").into(), Value::Body(body)));
}

/// The mistakes that a second step can make of a value.
pub(super) fn second(value: &Value, take: &mut dyn FnMut(Cow<'static, str>, Value) -> bool) {
    let mut step = |part: &'static str, bytes: &[u8], value: fn(Vec<u8>) -> Value, steps: fn(&[u8], Take<'_>)| {
        if is_short(bytes) {
            steps(bytes, &mut |clause, bytes| take(format!("then the {part} {clause}").into(), value(bytes)));
        }
    };
    match value {
        Value::Body(body) => step("body", body, Value::Body, bodies),
        Value::ContentType(value) => step("content type", value, Value::ContentType, content_types),
        Value::Resource(resource) => step("resource", resource, Value::Resource, resources),
        Value::Date(date) => step("date", date, Value::Date, dates),
        Value::Secret(secret) => {
            for (taken, bytes) in forms(secret) {
                if !take(format!("then taken {taken}").into(), Value::Secret(bytes)) {
                    return;
                }
            }
        }
        _ => {}
    }
}

fn add_steps(
    all: &mut Alternatives<Value>,
    part: &'static str,
    bytes: &[u8],
    value: fn(Vec<u8>) -> Value,
    steps: fn(&[u8], Take<'_>),
) {
    if is_short(bytes) {
        all.rules(value(bytes.to_vec()));
        steps(bytes, &mut |clause, bytes| {
            all.add(format!("the {part} {clause}"), value(bytes));
            true
        });
    }
}

/// Whether a part is short enough to be written again.
fn is_short(part: &[u8]) -> bool {
    part.len() <= MOST_BODY
}

fn methods(method: &[u8], take: Take<'_>) {
    let _ = take("is in upper case".into(), method.to_ascii_uppercase())
        && take("is in lower case".into(), method.to_ascii_lowercase());
}

fn bodies(body: &[u8], take: Take<'_>) {
    if body.is_empty() {
        for other in EMPTY_BODIES {
            take(format!("is `{other}`").into(), other.into());
        }
        return;
    }
    let with_lf = replaced(body, b"\r\n", b"\n");
    let spaces = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    let all = [
        ("has CR LF where it has LF", replaced(&with_lf, b"\n", b"\r\n")),
        ("has CR where it has a line break", replaced(&with_lf, b"\n", b"\r")),
        ("has LF where it has CR LF", with_lf),
        ("has LF where it has CR", replaced(&replaced(body, b"\r\n", b"\n"), b"\r", b"\n")),
        ("has no whitespace at all", body.iter().copied().filter(|b| !spaces(b)).collect()),
        ("has no tabs", replaced(body, b"\t", b"")),
        ("has `[]` where it has `{}`", replaced(body, b"{}", b"[]")),
        ("has `{}` where it has `[]`", replaced(body, b"[]", b"{}")),
        ("is the hex of its SHA-256, in lower case", hex(&sha256(|update| update(body)), false).to_vec()),
        ("is the hex of its SHA-256, in upper case", hex(&sha256(|update| update(body)), true).to_vec()),
        ("is the base64 of its SHA-256", padded_base64(&sha256(|update| update(body)), Alphabet::Standard).to_vec()),
        ("is in base64", padded_base64(body, Alphabet::Standard).to_vec()),
        ("is in base64, in the URL alphabet", padded_base64(body, Alphabet::Url).to_vec()),
        ("is in hex", hex(body, false).to_vec()),
    ];
    for (clause, bytes) in all {
        if bytes != body && !take(clause.into(), bytes) {
            return;
        }
    }
    let mut wanted = true;
    json::rewritten(body, &mut |clause, bytes| {
        wanted = take(clause, bytes);
        wanted
    });
    if wanted {
        for (clause, text) in json::as_text(body) {
            wanted = wanted && take(clause.into(), text);
        }
    }
    if wanted {
        encodings::encoded(body, &mut |clause, bytes| {
            wanted = take(clause, bytes);
            wanted
        });
    }
    let unlikely = [
        ("is Python's text of its bytes, `b'…'`", [b"b'", body, b"'"].concat()),
        ("is within single quotes", [b"'", body, b"'"].concat()),
        ("is within double quotes", [b"\"", body, b"\""].concat()),
        ("has `\"` where it has `'`", replaced(body, b"'", b"\"")),
        ("has JSON's words and quotes where it has Python's", of_python(body)),
        ("has `\"` where it has `\\\"`", replaced(body, b"\\\"", b"\"")),
        ("has no comma behind its last member", without_last_comma(body)),
        ("has a space where it has a no-break space", replaced(body, "\u{a0}".as_bytes(), b" ")),
        ("has no line breaks", body.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect()),
    ];
    for (clause, bytes) in unlikely {
        wanted = wanted && (bytes == body || take(clause.into(), bytes));
    }
    for other in PRINTED {
        wanted = wanted && take(format!("is `{other}`").into(), other.into());
    }
    if wanted && body.contains(&b'=') && !body.starts_with(b"{") {
        let mut sorted: Vec<&[u8]> = body.split(|&b| b == b'&').collect();
        sorted.sort_unstable();
        let forms = [
            ("has the fields of its form sorted", sorted.join(&b'&')),
            ("ends in `&`", [body, b"&"].concat()),
            ("has `;` for `&`", replaced(body, b"&", b";")),
            ("has `&amp;` for `&`", replaced(body, b"&", b"&amp;")),
            ("has `&` for `&amp;`", replaced(body, b"&amp;", b"&")),
            ("has `[]` for `[0]`, `[1]` and so on in its names", without_indices(body)),
            ("begins with `?`", [b"?", body].concat()),
            ("is JSON of its fields", json::of_form(body).unwrap_or_default()),
            (
                "has no empty fields",
                body.split(|&b| b == b'&').filter(|one| !one.ends_with(b"=")).collect::<Vec<_>>().join(&b'&'),
            ),
            (
                "has the fields of its form the other way round",
                body.split(|&b| b == b'&').rev().collect::<Vec<_>>().join(&b'&'),
            ),
        ];
        for (clause, bytes) in forms {
            wanted = wanted && (bytes == body || take(clause.into(), bytes));
        }
        if wanted {
            percent::of_form(body, take);
        }
    } else if wanted {
        percent::whole(body, take);
    }
}

fn of_python(body: &[u8]) -> Vec<u8> {
    let words = [("'", "\""), ("None", "null"), ("True", "true"), ("False", "false")];
    words.iter().fold(body.to_vec(), |body, (from, to)| replaced(&body, from.as_bytes(), to.as_bytes()))
}

fn without_last_comma(body: &[u8]) -> Vec<u8> {
    [(b",}".as_slice(), b"}".as_slice()), (b",]", b"]")]
        .iter()
        .fold(body.to_vec(), |body, (from, to)| replaced(&body, from, to))
}

/// `a%5B0%5D=1` as `a%5B%5D=1`, and the same without the escapes.
fn without_indices(form: &[u8]) -> Vec<u8> {
    (0..10_u8).fold(form.to_vec(), |form, index| {
        let form = replaced(&form, format!("%5B{index}%5D").as_bytes(), b"%5B%5D");
        replaced(&form, format!("[{index}]").as_bytes(), b"[]")
    })
}

fn content_types(signed: &[u8], take: Take<'_>) {
    let bare = signed.split(|&b| b == b';').next().unwrap_or_default().trim_ascii();
    let mut all: Vec<(Cow<'static, str>, Vec<u8>)> = vec![("has no parameters".into(), bare.to_vec())];
    for parameter in PARAMETERS {
        all.push((format!("ends in `{parameter}`").into(), [bare, parameter.as_bytes()].concat()));
    }
    all.push(("is empty".into(), Vec::new()));
    all.extend(CONTENT_TYPES.map(|other| (format!("is `{other}`").into(), other.into())));
    all.push(("is in lower case".into(), signed.to_ascii_lowercase()));
    all.push(("has no space behind `;`".into(), replaced(signed, b"; ", b";")));
    all.push(("has `utf-8` in upper case".into(), replaced(signed, b"utf-8", b"UTF-8")));
    all.push(("has `UTF-8` in lower case".into(), replaced(signed, b"UTF-8", b"utf-8")));
    all.push(("has a dotless `ı` for `i`".into(), replaced(signed, b"i", "ı".as_bytes())));
    all.push(("begins with its header's name".into(), [b"Content-Type: ", signed].concat()));
    for (clause, bytes) in all {
        if bytes != signed && !take(clause, bytes) {
            return;
        }
    }
}

fn dates(date: &[u8], take: Take<'_>) {
    let Ok(date) = str::from_utf8(date) else { return };
    let mut wanted = true;
    dates::written(date, &mut |clause, text| wanted = wanted && take(clause, text.into_bytes()));
}

fn resources(resource: &[u8], take: Take<'_>) {
    let query_at = resource.iter().position(|&b| b == b'?').unwrap_or(resource.len());
    let (path, query) = resource.split_at_checked(query_at).unwrap_or((resource, &[]));
    let mut all: Vec<(Cow<'static, str>, Vec<u8>)> = Vec::new();
    if let Some(behind_server) = str::from_utf8(resource).ok().and_then(|url| resource_of_url(url).ok()) {
        all.push(("is what follows the server address".into(), behind_server.into_owned().into_bytes()));
    }
    all.push(("has no query".into(), path.to_vec()));
    all.push(("has an empty query".into(), [path, b"?"].concat()));
    let trimmed = path.strip_suffix(b"/").unwrap_or(path);
    all.push(("has no slash at the end of its path".into(), [trimmed, query].concat()));
    all.push(("has a slash at the end of its path".into(), [trimmed, b"/", query].concat()));
    all.push(("has no doubled slashes".into(), [&without_doubled_slashes(path), query].concat()));
    all.push(("has a doubled slash in front".into(), [b"/", resource].concat()));
    all.push(("has no fragment".into(), resource.split(|&b| b == b'#').next().unwrap_or_default().to_vec()));
    let without_slash = resource.strip_prefix(b"/").unwrap_or(resource);
    all.push(("has no slash in front".into(), without_slash.to_vec()));
    all.push(("has a slash in front".into(), [b"/", without_slash].concat()));
    let mut rest = without_slash;
    for count in 1..=3_u8 {
        let Some(at) = rest.iter().position(|&b| b == b'/') else { break };
        let behind = rest.get(at..).unwrap_or_default();
        let parts = if count == 1 { "part".to_owned() } else { format!("{count} parts") };
        all.push((format!("lacks the first {parts} of its path").into(), behind.to_vec()));
        rest = behind.strip_prefix(b"/").unwrap_or_default();
    }
    for prefix in ["/api", "/v1", "/v2", "/diyalog", "/rest", "/services", "/index.php"] {
        all.push((format!("has `{prefix}` in front").into(), [prefix.as_bytes(), resource].concat()));
    }
    all.push(("is in lower case".into(), resource.to_ascii_lowercase()));
    all.push(("has no `.` and `..` in its path".into(), [&without_dots(path), query].concat()));
    let bare = path.split(|&b| b == b';').next().unwrap_or_default();
    all.push(("has no `;…` at the end of its path".into(), [bare, query].concat()));
    if let Some(parameters) = query.strip_prefix(b"?") {
        let mut sorted: Vec<&[u8]> = parameters.split(|&b| b == b'&').collect();
        sorted.sort_unstable();
        all.push(("has the parameters of its query sorted".into(), [path, b"?", &sorted.join(&b'&')].concat()));
        let filled: Vec<&[u8]> = parameters.split(|&b| b == b'&').filter(|one| !one.ends_with(b"=")).collect();
        all.push(("has no empty parameters in its query".into(), [path, b"?", &filled.join(&b'&')].concat()));
        let parameters: Vec<&[u8]> = parameters.split(|&b| b == b'&').collect();
        let but_last = parameters.split_last().map_or(&[][..], |(_, others)| others);
        if let Some(one) = parameters.first().filter(|_| !but_last.is_empty()) {
            all.push(("has only the first parameter of its query".into(), [path, b"?", one].concat()));
            all.push(("has no last parameter in its query".into(), [path, b"?", &but_last.join(&b'&')].concat()));
        }
        let bare: Vec<&[u8]> = parameters.iter().map(|one| one.strip_suffix(b"=").unwrap_or(one)).collect();
        all.push(("has no `=` at the end of empty parameters".into(), [path, b"?", &bare.join(&b'&')].concat()));
        all.push(("is its query alone".into(), query.to_vec()));
        all.push(("is its query alone, without `?`".into(), query.get(1..).unwrap_or_default().to_vec()));
        let reversed: Vec<&[u8]> = parameters.iter().rev().copied().collect();
        all.push((
            "has the parameters of its query the other way round".into(),
            [path, b"?", &reversed.join(&b'&')].concat(),
        ));
        all.push(("has `&` at its end".into(), [resource, b"&"].concat()));
        all.push(("has `&amp;` for `&`".into(), replaced(resource, b"&", b"&amp;")));
        all.push(("has `&` for `&amp;`".into(), replaced(resource, b"&amp;", b"&")));
    }
    for (clause, bytes) in all {
        if bytes != resource && !take(clause, bytes) {
            return;
        }
    }
    let mut wanted = true;
    percent::of_resource(resource, &mut |clause, bytes| {
        wanted = take(clause, bytes);
        wanted
    });
    if wanted {
        encodings::encoded(resource, &mut |clause, bytes| {
            wanted = take(clause, bytes);
            wanted
        });
    }
    let mut unlikely: Vec<(Cow<'static, str>, Vec<u8>)> = Vec::new();
    for behind in [" HTTP/1.1", " HTTP/2", " ", "\n", "#"] {
        unlikely.push((
            format!("has `{}` at its end", behind.escape_debug()).into(),
            [resource, behind.as_bytes()].concat(),
        ));
    }
    unlikely.push(("has the method in front".into(), [b"POST ", resource].concat()));
    unlikely.push(("has the method in front".into(), [b"GET ", resource].concat()));
    unlikely.push(("has no method in front and no ` HTTP/1.1` behind it".into(), bare_of_method(resource).to_vec()));
    unlikely.push(("has `/` where it has `%2F`".into(), replaced(&replaced(resource, b"%2F", b"/"), b"%2f", b"/")));
    unlikely.push((
        "has `%2F` for the slashes within its path".into(),
        [b"/", &*replaced(without_slash, b"/", b"%2F"), query].concat(),
    ));
    unlikely.push(("has its path in lower case".into(), [&*path.to_ascii_lowercase(), query].concat()));
    unlikely.push(("is in upper case".into(), resource.to_ascii_uppercase()));
    unlikely.push(("is `/`".into(), b"/".to_vec()));
    unlikely.push(("is empty".into(), Vec::new()));
    for (clause, bytes) in unlikely {
        wanted = wanted && (bytes == resource || take(clause, bytes));
    }
}

/// What is behind a method and before the protocol, as a request line has it.
fn bare_of_method(resource: &[u8]) -> &[u8] {
    let behind = [b"POST ".as_slice(), b"GET ", b"PUT "].iter().find_map(|method| resource.strip_prefix(*method));
    let bare = behind.unwrap_or(resource);
    bare.strip_suffix(b" HTTP/1.1").unwrap_or(bare)
}

/// A path without `.` and `..` between its slashes (RFC 3986, 5.2.4).
fn without_dots(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    for part in path.split(|&b| b == b'/') {
        match part {
            b"." => {}
            b".." if kept.len() > 1 => drop(kept.pop()),
            part => kept.push(part),
        }
    }
    kept.join(&b'/')
}

fn without_doubled_slashes(path: &[u8]) -> Vec<u8> {
    let mut written: Vec<u8> = Vec::with_capacity(path.len());
    for &byte in path {
        if !(byte == b'/' && written.last() == Some(&b'/')) {
            written.push(byte);
        }
    }
    written
}

/// The resource with the server's address in front, as a proxy or the client knew it, and with what a proxy took off.
fn add_servers(resource: &[u8], headers: &Headers<'_>, all: &mut Alternatives<Value>) {
    if !is_short(resource) {
        return;
    }
    let mut add = |clause: String, resource: Vec<u8>| all.add(clause, Value::Resource(resource));
    if let Some(prefix) = headers.forwarded_prefix.filter(|prefix| is_short(prefix)) {
        let prefix = prefix.strip_suffix(b"/").unwrap_or(prefix);
        add("the resource has the `X-Forwarded-Prefix` in front".to_owned(), [prefix, resource].concat());
        if let Some(without) = resource.strip_prefix(prefix) {
            add("the resource lacks the `X-Forwarded-Prefix`".to_owned(), without.to_vec());
        }
    }
    for (name, original) in headers.originals.iter().filter(|(_, original)| is_short(original)) {
        add(format!("the resource is that of the header `{name}`"), original.to_vec());
    }
    let hosts = headers.hosts.iter().copied().filter(|host| is_short(host)).chain([VENDOR_HOST.as_bytes()]);
    for host in hosts {
        let bare = host.split(|&b| b == b':').next().unwrap_or_default();
        for (port, with_port) in
            [("", host.to_vec()), (" and no port", bare.to_vec()), (" and the port", [bare, b":443"].concat())]
        {
            for (text, scheme) in [
                ("the resource has `https://` and the server address in front", "https://"),
                ("the resource has `http://` and the server address in front", "http://"),
                ("the resource has the server address in front", ""),
            ] {
                add(format!("{text}{port}"), [scheme.as_bytes(), &with_port, resource].concat());
            }
        }
    }
}
