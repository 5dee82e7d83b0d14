//! A message in the making: by the rules, or otherwise.

use zeroize::Zeroizing;

use super::forms::{AMOUNTS, AS_POSTED, AmountForm, DAY_BEFORE, ISO_DATE, NEXT_DAY, TEXTS, TextForm, is_amount};
use super::order::{Fields, Order, Piece};
use crate::explain::call::Call;
use crate::explain::encodings::{ENCODINGS, Encoding};
use crate::haso::{HmacKey, Secret, Shape};
use crate::mac::Tag;

/// A message in the making.
#[derive(Clone, Copy)]
pub(super) struct Draft<'a> {
    pub(super) fields: &'a Fields<'a>,
    pub(super) merchant_id: &'a str,
    pub(super) pieces: &'a [Piece],
    key: Option<&'a [u8]>,
    salt: Option<&'a [u8]>,
    roles: Roles,
    placement: Placement,
    absent: Option<Absent>,
    amount: Option<AmountForm>,
    date: Option<&'static str>,
    text: Option<TextForm>,
    /// Values that are written otherwise, by the names of their fields.
    rewritten: &'a [(String, String)],
    encoding: Option<Encoding>,
    separator: Separator,
    call: Call,
}

impl<'a> Draft<'a> {
    /// By the rules, whatever the recipe's checks say.
    pub(super) fn of(merchant_id: &'a str, pieces: &'a [Piece], fields: &'a Fields<'a>) -> Self {
        Self {
            fields,
            merchant_id,
            pieces,
            key: None,
            salt: None,
            roles: Roles::ByTheRules,
            placement: Placement::AsInRecipe,
            absent: None,
            amount: None,
            date: None,
            text: None,
            rewritten: &[],
            encoding: None,
            separator: Separator { text: "", at_salt: true },
            call: Call::Hmac,
        }
    }

    pub(super) fn with<'b>(&'b self, values: &[&'b Value]) -> Draft<'b> {
        let mut draft: Draft<'b> = *self;
        for &value in values {
            match value {
                Value::Key(key) => draft.key = Some(key),
                Value::Salt(salt) => draft.salt = Some(salt),
                Value::Roles(roles) => draft.roles = *roles,
                Value::Placement(placement) => draft.placement = *placement,
                Value::Order(order) => draft.pieces = &order.pieces,
                Value::MerchantId(id) => draft.merchant_id = id,
                Value::Absent(absent) => draft.absent = Some(*absent),
                Value::Amount(at) => draft.amount = AMOUNTS.get(*at).map(|(_, form)| *form),
                Value::Date(pattern) => draft.date = Some(pattern),
                Value::Text(at) => draft.text = TEXTS.get(*at).map(|(_, form)| *form),
                Value::Rewritten(values) => draft.rewritten = values,
                Value::Encoding(at) => draft.encoding = ENCODINGS.get(*at).map(|(_, encoding)| *encoding),
                Value::Call(call) => draft.call = *call,
                Value::Separator(separator) => draft.separator = *separator,
            }
        }
        draft
    }

    pub(super) fn matches(&self, secret: &Secret, tag: &Tag) -> bool {
        let (key, salt) = self.credentials(secret);
        self.call.matches(key, tag, |take| self.each_part(salt, take))
    }

    /// How many bytes are hashed and copied.
    pub(super) fn cost(&self) -> usize {
        let copies = if self.text.is_some() || self.encoding.is_some() { 16 } else { 2 };
        // A pattern is filled in place by place.
        let filled_in = if self.date.is_some() { 576 } else { 64 };
        let pieces = self.pieces.iter().fold(0, |cost: usize, piece| {
            let len = match piece {
                Piece::MerchantId => self.merchant_id.len(),
                Piece::Field { name, .. } => self.fields.posted(name).unwrap_or_default().len(),
                Piece::Salt => 0,
            };
            cost.saturating_add(len.saturating_mul(copies)).saturating_add(filled_in)
        });
        pieces.saturating_add(self.salt.unwrap_or_default().len())
    }

    /// Hands the bytes of the message over, the salt among them.
    pub(super) fn each_part_with(&self, secret: &Secret, take: impl FnMut(&[u8])) {
        self.each_part(self.credentials(secret).1, take);
    }

    /// The bytes of the message, the salt among them.
    pub(super) fn message(&self, secret: &Secret) -> Zeroizing<Vec<u8>> {
        // The exact room first: a vector that grows would leave the salt behind in freed memory.
        let mut len = 0_usize;
        self.each_part_with(secret, |part| len = len.saturating_add(part.len()));
        let mut message = Zeroizing::new(Vec::with_capacity(len));
        self.each_part_with(secret, |part| message.extend_from_slice(part));
        message
    }

    /// What keys the HMAC, and what stands in the message. A merchant who has only a salt has it in both places.
    fn credentials<'s>(&'s self, secret: &'s Secret) -> (&'s [u8], &'s [u8]) {
        let salt = self.salt.unwrap_or(secret.reveal_salt());
        let key = self.key.or_else(|| merchant_key(secret)).unwrap_or(salt);
        match self.roles {
            Roles::ByTheRules => (key, salt),
            Roles::Exchanged => (salt, key),
            Roles::SaltTwice => (salt, salt),
            Roles::KeyTwice => (key, key),
        }
    }

    /// Where the salt stands in the recipe.
    pub(super) fn salt_place(&self) -> Placement {
        let place = self.pieces.iter().position(|piece| *piece == Piece::Salt);
        match place {
            Some(0) => Placement::First,
            _ if self.pieces.last() == Some(&Piece::Salt) => Placement::Last,
            Some(1) => Placement::Second,
            _ => Placement::AsInRecipe,
        }
    }

    /// Hands the message over part by part.
    fn each_part(&self, salt: &[u8], mut take: impl FnMut(&[u8])) {
        let is_salt = |piece: &&Piece| **piece == Piece::Salt;
        let mut order: Vec<&Piece> = self.pieces.iter().filter(|piece| !is_salt(piece)).collect();
        let end = order.len();
        let places: &[Option<usize>] = match self.placement {
            Placement::AsInRecipe => &[self.pieces.iter().position(|piece| *piece == Piece::Salt)],
            Placement::LeftOut => &[],
            Placement::First => &[Some(0)],
            Placement::Second => &[Some(1)],
            Placement::Last => &[Some(end)],
            Placement::FirstAndLast => &[Some(end), Some(0)],
            Placement::LastTwice => &[Some(end), Some(end)],
        };
        for place in places.iter().copied().flatten() {
            order.insert(place.min(order.len()), &Piece::Salt);
        }
        let mut is_first = true;
        for piece in order {
            let text = match piece {
                Piece::Salt => None,
                Piece::MerchantId => Some(self.merchant_id.to_owned()),
                Piece::Field { name, shape } => Some(self.value(name, *shape)),
            };
            if text.as_ref().is_some_and(String::is_empty) {
                continue;
            }
            if !is_first && (self.separator.at_salt || *piece != Piece::Salt) {
                take(self.separator.text.as_bytes());
            }
            is_first = false;
            match text {
                Some(text) => take(&self.encoded(&text)),
                None => take(salt),
            }
        }
    }

    /// What the fields add to the message, in order.
    pub(super) fn values(&self) -> Vec<Vec<u8>> {
        let fields = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Field { name, shape } => Some(self.encoded(&self.value(name, *shape))),
            Piece::MerchantId | Piece::Salt => None,
        });
        fields.collect()
    }

    fn encoded(&self, text: &str) -> Vec<u8> {
        let other = self.encoding.and_then(|encoding| encoding(text.as_bytes()));
        other.unwrap_or_else(|| text.as_bytes().to_vec())
    }

    /// What a field adds to the message.
    pub(super) fn value(&self, name: &str, shape: Shape) -> String {
        let rewritten = self.rewritten.iter().find(|(field, _)| field == name);
        if let Some((_, value)) = rewritten {
            return value.clone();
        }
        let Some(posted) = self.fields.posted(name) else {
            let absent = self.absent.filter(|absent| absent.field.is_none_or(|only| only == name));
            return absent.map(|absent| absent.text).unwrap_or_default().to_owned();
        };
        let by_recipe = if shape == Shape::Date { ISO_DATE } else { AS_POSTED };
        // By the rules, another form of a date is none.
        let is_date = self.date.is_some() || Shape::Date.signed_part(posted).is_ok();
        let pattern = Some(self.date.unwrap_or(by_recipe)).filter(|pattern| *pattern != AS_POSTED && is_date);
        let dated = pattern.and_then(|pattern| formatted(posted, pattern));
        let amount = self.amount.filter(|_| is_amount(name, shape)).and_then(|form| form(posted));
        let value = dated.or(amount).unwrap_or_else(|| posted.to_owned());
        self.text.map_or(value.clone(), |form| form(&value))
    }
}

/// The merchant key, where there is one (HASO-4).
pub(super) fn merchant_key(secret: &Secret) -> Option<&[u8]> {
    (secret.hmac_key() == HmacKey::MerchantKey).then(|| secret.reveal_hmac_key())
}

/// A value that can be tried instead of the one that the rules have.
#[derive(PartialEq, Eq)]
pub(super) enum Value {
    Key(Zeroizing<Vec<u8>>),
    Salt(Zeroizing<Vec<u8>>),
    Roles(Roles),
    Placement(Placement),
    Order(Order),
    MerchantId(String),
    Absent(Absent),
    /// A place in [`AMOUNTS`].
    Amount(usize),
    /// A pattern of [`DATES`].
    Date(&'static str),
    /// A place in [`TEXTS`].
    Text(usize),
    /// Values by the names of their fields.
    Rewritten(Vec<(String, String)>),
    /// A place in [`ENCODINGS`].
    Encoding(usize),
    Call(Call),
    Separator(Separator),
}

impl Value {
    /// What to do about this mistake.
    pub(super) fn advice(&self) -> &'static str {
        match self {
            Self::Key(_) | Self::Salt(_) => {
                "take key and salt as they were handed out, not decoded, encoded or trimmed"
            }
            Self::Roles(_) => {
                "key the HMAC with the merchant key and put the salt into the message; a merchant with only a salt has it in both \
                 places"
            }
            Self::Placement(_) => "put the salt where the recipe has it, at the end of the message",
            Self::Order(_) => "put the values together in the order of the method's recipe",
            Self::MerchantId(_) => "sign the merchant id exactly as it is posted",
            Self::Absent(_) => "leave a field that is absent or empty out, with nothing in its place",
            Self::Amount(_) => "post and sign amounts as whole kuruş, in digits alone",
            Self::Date(_) => "sign dates as yyyy-MM-dd",
            Self::Text(_) | Self::Rewritten(_) | Self::Encoding(_) => {
                "sign each value exactly as it is posted, in UTF-8"
            }
            Self::Call(_) => "compute HMAC-SHA256 with the merchant key as the key and the message as the message",
            Self::Separator(_) => "put the values together with nothing between them",
        }
    }

    /// Whether it is a credential, or makes one stand where another belongs: that is not shown.
    pub(super) fn is_of_credentials(&self) -> bool {
        matches!(self, Self::Key(_) | Self::Salt(_) | Self::Roles(_))
    }
}

/// Which credential keys the HMAC, and which stands in the message (HASO-3, HASO-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Roles {
    ByTheRules,
    Exchanged,
    SaltTwice,
    KeyTwice,
}

/// Where the salt stands (HASO-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placement {
    AsInRecipe,
    LeftOut,
    First,
    Second,
    Last,
    FirstAndLast,
    LastTwice,
}

/// What stands between two terms, and whether also beside the salt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Separator {
    pub(super) text: &'static str,
    pub(super) at_salt: bool,
}

/// What stands for a field that is absent or empty, which by HASO-6 is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Absent {
    pub(super) text: &'static str,
    /// Only for this field; `None` for any.
    pub(super) field: Option<&'static str>,
}

const MIDNIGHT: &str = "00:00:00";

/// A value that begins with a date, in a pattern; midnight where it has no time.
fn formatted(value: &str, pattern: &str) -> Option<String> {
    let date = Shape::Date.signed_part(value).map(str::to_owned).ok().or_else(|| of_other_order(value))?;
    let (date, pattern) = match (pattern.strip_prefix(NEXT_DAY), pattern.strip_prefix(DAY_BEFORE)) {
        (Some(rest), _) => (neighbour(&date, true)?, rest),
        (_, Some(rest)) => (neighbour(&date, false)?, rest),
        _ => (date, pattern),
    };
    let pattern = if pattern.is_empty() { ISO_DATE } else { pattern };
    let time = match value.get(11..).map(|time| (time.get(..8), time.get(..5))) {
        Some((Some(time), _)) => time.to_owned(),
        Some((None, Some(minutes))) => format!("{minutes}:00"),
        _ => MIDNIGHT.to_owned(),
    };
    let place = |text: &'_ str, from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
    let short = |digits: String| digits.strip_prefix('0').map(str::to_owned).unwrap_or(digits);
    let hour = time.get(..2).and_then(|hour| hour.parse::<u8>().ok()).unwrap_or_default();
    let written = pattern
        .replace("#d", &short(place(&date, 8, 10)))
        .replace("#M", &short(place(&date, 5, 7)))
        .replace("#y", &place(&date, 2, 4))
        .replace("#h", &(hour.wrapping_add(11) % 12).wrapping_add(1).to_string())
        .replace("yyyy", &place(&date, 0, 4))
        .replace("MM", &place(&date, 5, 7))
        .replace("dd", &place(&date, 8, 10))
        .replace("HH", &place(&time, 0, 2))
        .replace("mm", &place(&time, 3, 5))
        .replace("ss", &place(&time, 6, 8))
        .replace("#t", if hour < 12 { "AM" } else { "PM" });
    Some(written)
}

/// The date of a value that has its day first, or no signs between.
fn of_other_order(value: &str) -> Option<String> {
    let text = value.get(..10).unwrap_or(value);
    let mut parts = text.split(['.', '/', '-']);
    let date = match (parts.next(), parts.next(), parts.next()) {
        (Some(day), Some(month), Some(year)) => format!("{year}-{month:0>2}-{day:0>2}"),
        (Some(digits), None, _) => format!("{}-{}-{}", digits.get(..4)?, digits.get(4..6)?, digits.get(6..8)?),
        _ => return None,
    };
    Shape::Date.signed_part(&date).is_ok().then_some(date)
}

/// The day after a date, or the day before: the first candidate that exists.
fn neighbour(date: &str, after: bool) -> Option<String> {
    let number = |from: usize, to: usize| date.get(from..to)?.parse::<u16>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let exists = |(year, month, day): (u16, u16, u16)| {
        let date = format!("{year:04}-{month:02}-{day:02}");
        Shape::Date.signed_part(&date).is_ok().then_some(date)
    };
    if after {
        let next_year = (year.checked_add(1)?, 1, 1);
        let candidates = [(year, month, day.checked_add(1)?), (year, month.checked_add(1)?, 1), next_year];
        return candidates.into_iter().find_map(exists);
    }
    let (last_year, last_month) = (year.checked_sub(1)?, month.checked_sub(1)?);
    let ends = [31, 30, 29, 28].map(|day| (year, last_month, day));
    let candidates = [(year, month, day.checked_sub(1)?)].into_iter().chain(ends).chain([(last_year, 12, 31)]);
    candidates.into_iter().find_map(exists)
}
