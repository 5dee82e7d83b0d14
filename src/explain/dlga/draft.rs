//! A string to sign in the making: by the rules, or otherwise.

use zeroize::Zeroizing;

use super::received::Headers;
use crate::dlga::{BodyLine, Request};
use crate::explain::MOST_BODY;
pub(super) use crate::explain::call::Call;
use crate::explain::mask::Mask;
use crate::explain::side_by_side::Difference;
use crate::mac::Tag;

/// A string to sign in the making.
#[derive(Clone, Copy)]
pub(super) struct Draft<'a> {
    method: &'a [u8],
    content_type: &'a [u8],
    date: &'a [u8],
    requester: &'a [u8],
    body: &'a [u8],
    body_end: BodyEnd,
    body_line: BodyLine,
    resource: &'a [u8],
    layout: Layout,
    call: Call,
}

impl<'a> Draft<'a> {
    /// By the rules (DLGA-5), whatever DLGA-13 forbids.
    pub(super) fn of(request: &Request<'a>, headers: &Headers<'a>) -> Self {
        Self {
            method: request.method,
            content_type: headers.signed_content_type(request),
            date: headers.date,
            requester: headers.requester,
            body: request.body,
            body_end: BodyEnd::AsItIs,
            body_line: request.body_line,
            resource: request.resource,
            layout: BY_THE_RULES,
            call: Call::Hmac,
        }
    }

    pub(super) fn with<'b>(&'b self, values: &[&'b Value]) -> Draft<'b> {
        let mut draft: Draft<'b> = *self;
        for &value in values {
            match value {
                Value::Secret(_) => {}
                Value::Method(method) => draft.method = method,
                Value::ContentType(content_type) => draft.content_type = content_type,
                Value::Date(date) => draft.date = date,
                Value::Body(body) => draft.body = body,
                Value::BodyEnd(end) => draft.body_end = *end,
                Value::BodyLine(body_line) => draft.body_line = *body_line,
                Value::Resource(resource) => draft.resource = resource,
                Value::Layout(layout) => draft.layout = *layout,
                Value::Call(call) => draft.call = *call,
            }
        }
        draft
    }

    pub(super) fn matches(&self, secret: &[u8], values: &[&Value], tag: &Tag) -> bool {
        let taken = values.iter().find_map(|value| if let Value::Secret(taken) = value { Some(taken) } else { None });
        self.call.matches(taken.map_or(secret, |taken| taken.as_slice()), tag, |take| self.each_part(take))
    }

    fn parts(&self) -> [(&'static str, &'a [u8]); 6] {
        [
            ("method", self.method),
            ("content type", self.content_type),
            ("date", self.date),
            ("requester", self.requester),
            ("body", self.body),
            ("resource", self.resource),
        ]
    }

    pub(super) fn body(&self) -> &'a [u8] {
        self.body
    }

    /// How many bytes there are to sign.
    pub(super) fn len(&self) -> usize {
        self.parts().iter().fold(0, |len, (_, part)| len.saturating_add(part.len()))
    }

    /// The part that is too long to be re-formed; where only all together are, the request.
    pub(super) fn long_part(&self) -> Option<&'static str> {
        let long = self.parts().into_iter().find(|(_, part)| part.len() > MOST_BODY);
        long.map(|(name, _)| name).or_else(|| (self.len() > MOST_BODY).then_some("request"))
    }

    /// How many bytes are hashed and copied.
    pub(super) fn cost(&self) -> usize {
        self.len().saturating_mul(if self.call == Call::Hmac { 1 } else { 4 })
    }

    /// The body that is signed, and what is put behind it.
    fn signed_body(&self) -> (&'a [u8], &'static str) {
        let body = self.body;
        match self.body_end {
            BodyEnd::AsItIs => (body, ""),
            BodyEnd::WithoutNewline => {
                let body = body.strip_suffix(b"\n").unwrap_or(body);
                (body.strip_suffix(b"\r").unwrap_or(body), "")
            }
            BodyEnd::Trimmed => (body.trim_ascii(), ""),
            BodyEnd::With(end) => (body, end),
        }
    }

    /// The parts that another draft signs otherwise; where only their arrangement differs, the whole string to sign.
    pub(super) fn differences(&self, signed: &Self, mask: &Mask) -> Vec<Difference> {
        let whole_body = |draft: &Self| {
            let (body, end) = draft.signed_body();
            [body, end.as_bytes()].concat()
        };
        let parts = self.parts().into_iter().zip(signed.parts()).filter(|((name, _), _)| *name != "body");
        let mut differences: Vec<_> = parts
            .filter_map(|((name, received), (_, signed))| Difference::between(name, received, signed, mask))
            .chain(Difference::between("body", &whole_body(self), &whole_body(signed), mask))
            .collect();
        if differences.is_empty() {
            let all = |draft: &Self| {
                let mut bytes = Vec::with_capacity(draft.len().saturating_add(128));
                draft.each_part(|part| bytes.extend_from_slice(part));
                bytes
            };
            differences.extend(Difference::between("string to sign", &all(self), &all(signed), mask));
        }
        differences
    }

    pub(super) fn each_part(&self, mut take: impl FnMut(&[u8])) {
        let (body, body_end) = self.signed_body();
        let separator = self.layout.separator.as_bytes();
        let is_empty = body.is_empty() && body_end.is_empty();
        let body_line = if self.body_line.after_body(is_empty).is_empty() { b"".as_slice() } else { separator };
        let is_in_lines = matches!(self.layout.lines, Lines::Date | Lines::DateAndRequester);
        let mut before: &[u8] = b"";
        for line in self.layout.order {
            take(before);
            before = separator;
            match line {
                Line::Method => take(self.method),
                Line::ContentType => take(self.content_type),
                Line::Resource => take(self.resource),
                Line::Body => {
                    take(body);
                    take(body_end.as_bytes());
                    before = body_line;
                }
                Line::Date => {
                    if is_in_lines {
                        [separator, b"x-dlg-date:"].into_iter().for_each(&mut take);
                    }
                    take(self.date);
                    if matches!(self.layout.lines, Lines::Requester | Lines::DateAndRequester) {
                        [separator, b"x-dlg-requester-userid:", self.requester].into_iter().for_each(&mut take);
                    }
                    if self.layout.requester == Requester::AfterDate {
                        [separator, self.requester].into_iter().for_each(&mut take);
                    }
                }
            }
        }
        if self.layout.requester == Requester::AtEnd {
            take(separator);
            take(self.requester);
        }
        take(self.layout.end.as_bytes());
    }
}

/// A value that can be tried instead of the one that the rules have.
#[derive(PartialEq, Eq)]
pub(super) enum Value {
    Secret(Zeroizing<Vec<u8>>),
    Method(Vec<u8>),
    ContentType(Vec<u8>),
    Date(Vec<u8>),
    Body(Vec<u8>),
    BodyEnd(BodyEnd),
    BodyLine(BodyLine),
    Resource(Vec<u8>),
    Layout(Layout),
    Call(Call),
}

impl Value {
    /// The bytes of a part that is written otherwise; of the other parts nothing.
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Secret(secret) => secret,
            Self::Method(part)
            | Self::ContentType(part)
            | Self::Date(part)
            | Self::Body(part)
            | Self::Resource(part) => part,
            _ => b"",
        }
    }
}

impl Value {
    /// What to do about this mistake.
    pub(super) fn advice(&self) -> &'static str {
        match self {
            Self::Secret(_) => "take the secret's bytes as they were handed out, not decoded, encoded or trimmed",
            Self::Method(_) => "sign the method exactly as it is sent",
            Self::ContentType(_) => {
                "sign the whole value of the Content-Type header as it is sent, and an empty line where there is none"
            }
            Self::Date(_) => "sign the text of the date header byte for byte as it is sent",
            Self::Body(_) => "send the very bytes of the body that are signed, or sign the bytes that are sent",
            Self::BodyEnd(BodyEnd::WithoutNewline) => "send the body without its final newline, or sign it with it",
            Self::BodyEnd(BodyEnd::Trimmed) => "send the body without the blanks around it, or sign it with them",
            Self::BodyEnd(_) => "send the body with the end that was signed, or sign it without that",
            Self::BodyLine(_) => {
                "put a line feed behind the body where there is a body, and nothing where there is none"
            }
            Self::Resource(_) => "sign path and query exactly as they go over the wire",
            Self::Layout(_) => {
                "put the string to sign together of method, content type, date, body and resource, a line feed between two \
                 of them and none at the end"
            }
            Self::Call(_) => "compute HMAC-SHA256 with the secret as the key and the string to sign as the message",
        }
    }
}

/// What is done with the end of the body before it is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyEnd {
    AsItIs,
    WithoutNewline,
    Trimmed,
    With(&'static str),
}

/// How the parts are put together (DLGA-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) order: &'static [Line],
    pub(super) separator: &'static str,
    pub(super) requester: Requester,
    pub(super) lines: Lines,
    pub(super) end: &'static str,
}

/// A part that has a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Method,
    ContentType,
    Date,
    Body,
    Resource,
}

/// Which headers stand as lines of their own, as TeleSign's scheme has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    None,
    Date,
    DateAndRequester,
    Requester,
}

/// Where the requester is signed, which by DLGA-2 it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Requester {
    Unsigned,
    AfterDate,
    AtEnd,
}

pub(super) const BY_THE_RULES: Layout = Layout {
    order: &[Line::Method, Line::ContentType, Line::Date, Line::Body, Line::Resource],
    separator: "\n",
    requester: Requester::Unsigned,
    lines: Lines::None,
    end: "",
};
