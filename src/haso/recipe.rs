//! The notation of the vendor's pages: which fields a message runs together, in which order, and what must be true of
//! posted fields.
//!
//! Rules kept here: HASO-2, HASO-6, HASO-7, HASO-8, HASO-9, HASO-10, HASO-12.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::{Error, FieldFault, METHODS, RecipeFault};
use crate::shown::shown;

/// The salt as the vendor spells it, and as it is printed here.
const SALT: &str = "merhant_salt";

/// Every spelling of the salt that the vendor's pages have.
const SALT_NAMES: [&str; 3] = [SALT, "merchant_salt", "merchantSalt"];

/// The posted field with the merchant id, which comes from the credentials (HASO-9).
pub const MERCHANT_ID: &str = "merchantId";

/// The posted field with the token.
pub const REQUEST_TOKEN: &str = "requestToken";

/// What is printed between two terms.
const PLUS: &str = " + ";

/// The form in which a date enters the message (HASO-8), as the vendor's pages print it.
const DATE_FORMAT: &str = "\"yyyy-MM-dd\"";

/// Fields that are optional in every method (HASO-6), so that the notation need not say so.
const OPTIONAL_ANYWAY: [&str; 2] = ["ipAddress", "paymentReferenceCode"];

/// Amounts, whatever the method (HASO-7).
const AMOUNTS: [&str; 2] = ["orderAmount", "balanceAmount"];

/// A method's recipe: which values its token is made of, in which order.
///
/// The documented methods have theirs in [`METHODS`](super::METHODS). Any other is written down as
/// the vendor's page prints it:
///
/// ```
/// use imza::haso::{Merchant, Recipe};
///
/// let recipe = Recipe::parse("merchantId + ipAddress+ orderNo + note? + merchantSalt")?;
/// assert_eq!(recipe.to_string(), "merchantId + ipAddress + orderNo + note? + merhant_salt");
///
/// let merchant = Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real")?;
/// assert_eq!(merchant.message(&recipe, &[("orderNo", "77")])?.to_string(), "100004277[salt]");
/// # Ok::<(), imza::haso::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    pub(super) method: Option<Method>,
    pub(super) terms: Cow<'static, [Term]>,
    pub(super) field_checks: bool,
    pub(super) ignores_other_fields: bool,
}

/// What the vendor's table says of a method beside its terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Method {
    pub(super) section: &'static str,
    pub(super) endpoint: &'static str,
    pub(super) store_only: bool,
    pub(super) other_parameters: &'static [&'static str],
}

/// One term of a recipe's sum.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Term {
    /// The merchant id, which comes from the credentials (HASO-9).
    MerchantId,
    /// A posted field.
    Field(Field),
    /// The salt (HASO-3).
    Salt,
}

/// A posted field that a recipe names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub(super) name: Cow<'static, str>,
    pub(super) required: bool,
    pub(super) shape: Shape,
}

impl Field {
    /// A field with what its name alone says (HASO-6, HASO-7, HASO-10): `ipAddress` and `paymentReferenceCode` are
    /// optional, `ipAddress` is an address, `orderAmount` and `balanceAmount` are amounts; any other is required, and
    /// any text.
    ///
    /// # Errors
    /// [`Error::RecipeInvalid`] for a name that the notation does not have (letters of any alphabet, digits and `_`),
    /// and for `merchantId` and the salt, which are terms of their own.
    pub fn new(name: &str) -> Result<Self, Error> {
        let invalid = |offset, fault| Err(Error::RecipeInvalid { offset, fault });
        match name.find(|c| !is_of_name(c)) {
            _ if name.is_empty() => invalid(0, RecipeFault::EmptyTerm),
            Some(offset) => invalid(offset, RecipeFault::NotInNotation),
            None if name == MERCHANT_ID || SALT_NAMES.contains(&name) => invalid(0, RecipeFault::NotInNotation),
            None => Ok(Self::named(name)),
        }
    }

    fn named(name: &str) -> Self {
        let shape = match name {
            "ipAddress" => Shape::IpAddress,
            name if AMOUNTS.contains(&name) => Shape::Amount,
            _ => Shape::Text,
        };
        Self { name: Cow::Owned(name.to_owned()), required: !OPTIONAL_ANYWAY.contains(&name), shape }
    }

    /// The field as one that may be absent (HASO-6): `name?`.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    /// The field with another shape, such as [`Shape::Date`].
    #[must_use]
    pub fn with_shape(self, shape: Shape) -> Self {
        Self { shape, ..self }
    }

    /// The field's name as posted.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it must be there (HASO-9); an optional one that is absent adds nothing (HASO-6).
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// What its value must look like.
    pub fn shape(&self) -> Shape {
        self.shape
    }
}

impl From<Field> for Term {
    fn from(field: Field) -> Self {
        Self::Field(field)
    }
}

/// What a field's value must look like (HASO-7, HASO-8, HASO-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// Any text.
    Text,
    /// A text of at most so many characters: the vendor's `String(10)`.
    TextUpTo(usize),
    /// Whole kuruş, digits only.
    Amount,
    /// A date, with or without a time behind it; only the date enters the message.
    Date,
    /// An IPv4 or IPv6 address.
    IpAddress,
}

impl Recipe {
    /// Reads the vendor's notation: names joined by `+`, the salt exactly once, as `merhant_salt`,
    /// `merchant_salt` or `merchantSalt`. Spaces between its parts do not matter. `name?` is an optional
    /// field (`ipAddress` and `paymentReferenceCode` always are), `name.ToString("yyyy-MM-dd")` a date
    /// that enters the message in that form (HASO-8).
    ///
    /// # Errors
    /// [`Error::RecipeInvalid`] with the byte: an empty term, a name or the salt twice, no salt, or
    /// something that the notation does not have.
    pub fn parse(line: &str) -> Result<Self, Error> {
        let mut terms: Vec<Term> = Vec::new();
        let mut offset = 0_usize;
        for piece in line.split('+') {
            let blanks = piece.len().saturating_sub(piece.trim_start().len());
            let at = offset.saturating_add(blanks);
            let term = parse_term(piece.trim())
                .map_err(|(within, fault)| Error::RecipeInvalid { offset: at.saturating_add(within), fault })?;
            add(&mut terms, term).map_err(|fault| Error::RecipeInvalid { offset: at, fault })?;
            offset = offset.saturating_add(piece.len()).saturating_add("+".len());
        }
        Self::with_salt(terms).map_err(|fault| Error::RecipeInvalid { offset: line.len(), fault })
    }

    /// A recipe of these terms, in this order; what [`Recipe::parse`] makes of a line.
    ///
    /// ```
    /// use imza::haso::{Field, Recipe, Shape, Term};
    ///
    /// let day = Field::new("day")?.with_shape(Shape::Date).optional();
    /// let recipe = Recipe::of([Term::MerchantId, Field::new("orderNo")?.into(), day.into(), Term::Salt])?;
    /// assert_eq!(recipe.to_string(), "merchantId + orderNo + day?.ToString(\"yyyy-MM-dd\") + merhant_salt");
    /// # Ok::<(), imza::haso::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::RecipeInvalid`] for a term that occurs twice, and where there is no salt. The offset counts the bytes
    /// of the terms as they are printed.
    pub fn of(terms: impl IntoIterator<Item = Term>) -> Result<Self, Error> {
        let (mut checked, mut offset) = (Vec::new(), 0_usize);
        for term in terms {
            let len = term.to_string().len().saturating_add(PLUS.len());
            add(&mut checked, term).map_err(|fault| Error::RecipeInvalid { offset, fault })?;
            offset = offset.saturating_add(len);
        }
        let end = offset.saturating_sub(PLUS.len());
        Self::with_salt(checked).map_err(|fault| Error::RecipeInvalid { offset: end, fault })
    }

    fn with_salt(terms: Vec<Term>) -> Result<Self, RecipeFault> {
        if !terms.contains(&Term::Salt) {
            return Err(RecipeFault::NoSalt);
        }
        Ok(Self { method: None, terms: Cow::Owned(terms), field_checks: true, ignores_other_fields: false })
    }

    /// The documented method with this name (`SetPreDefinedLimit`) or path
    /// (`/RequestV2/SetPreDefinedLimit`).
    ///
    /// # Errors
    /// [`Error::RecipeUnknown`] where the table has none.
    pub fn find(endpoint: &str) -> Result<&'static Self, Error> {
        METHODS
            .iter()
            .copied()
            .find(|recipe| recipe.endpoint() == Some(endpoint) || recipe.name() == Some(endpoint))
            .ok_or_else(|| Error::RecipeUnknown { endpoint: shown(endpoint) })
    }

    /// Switches the checks of HASO-10 off: lengths, amounts and addresses are then taken as they are.
    /// For an audit, which must re-compute what was really sent. A date must still be one (HASO-8).
    #[must_use]
    pub fn without_field_checks(self) -> Self {
        Self { field_checks: false, ..self }
    }

    /// Takes and ignores whatever the sum does not name (HASO-9), also when it is given twice, as lists
    /// are in posted forms. A misspelt optional field then goes unnoticed; a name that differs from one of the
    /// sum's in the case of its letters alone is an error all the same.
    ///
    /// Act on the fields that were verified and on no others: whatever is ignored, anyone on the path can change.
    #[must_use]
    pub fn ignoring_other_fields(self) -> Self {
        Self { ignores_other_fields: true, ..self }
    }

    /// The terms of the sum, in order.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The posted fields among the terms, in order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.terms.iter().filter_map(|term| match term {
            Term::Field(field) => Some(field),
            Term::MerchantId | Term::Salt => None,
        })
    }

    /// The path of a documented method, such as `/RequestV2/SetPreDefinedLimit`.
    pub fn endpoint(&self) -> Option<&'static str> {
        self.method.map(|method| method.endpoint)
    }

    /// The name of a documented method: the last part of its path.
    pub fn name(&self) -> Option<&'static str> {
        self.endpoint()?.rsplit('/').next()
    }

    /// The section of the vendor's pages that prints a documented method, such as `5.2.5`.
    pub fn section(&self) -> Option<&'static str> {
        self.method.map(|method| method.section)
    }

    /// Whether the method stands only in the in-store edition of the vendor's pages (V.39).
    pub fn is_store_only(&self) -> bool {
        self.method.is_some_and(|method| method.store_only)
    }

    /// Parameters of a documented method that are posted but **not protected** by the token.
    pub fn other_parameters(&self) -> &'static [&'static str] {
        self.method.map(|method| method.other_parameters).unwrap_or_default()
    }

    /// The weaknesses of the scheme that hold for this recipe (HASO-12).
    pub fn weaknesses(&self) -> Vec<Weakness> {
        let mut found = vec![Weakness::Replayable];
        for side in self.terms.split(|term| *term == Term::Salt) {
            // Terms of a fixed length keep nothing apart: a merchant id or a date that stands in a field's
            // value can take the place of the real one. Only the salt does, which nobody can write down.
            let of_any_length: Vec<_> = side
                .iter()
                .filter_map(|term| match term {
                    Term::Field(field) if !(field.required && field.shape == Shape::Date) => Some(field.name.clone()),
                    _ => None,
                })
                .collect();
            found.extend(of_any_length.windows(2).filter_map(|pair| match pair {
                [left, right] => Some(Weakness::FieldsRunTogether { left: left.clone(), right: right.clone() }),
                _ => None,
            }));
        }
        let names = |recipe: &Self| recipe.terms.iter().map(|term| term.name().to_owned()).collect::<Vec<_>>();
        let same = METHODS.iter().filter(|other| other.method != self.method && names(other) == names(self));
        found.extend(same.filter_map(|other| other.name()).map(|method| Weakness::SameTokenAs { method }));
        found.extend(self.other_parameters().iter().map(|&parameter| Weakness::Unprotected { parameter }));
        found
    }

    /// Checks posted fields, given as (name, value) in any order, against the recipe (HASO-7 to HASO-10): what
    /// [`Merchant::token`](super::Merchant::token) checks, but for the merchant id.
    ///
    /// # Errors
    /// As there.
    pub fn check(&self, fields: &[impl PostedField]) -> Result<(), Error> {
        self.check_fields(None, fields)
    }

    /// [`Recipe::check`], and a posted merchant id must be this one (HASO-9).
    ///
    /// # Errors
    /// As there; [`FieldFault::NotTheMerchant`] for another merchant id.
    pub fn check_for(&self, merchant_id: &str, fields: &[impl PostedField]) -> Result<(), Error> {
        self.check_fields(Some(merchant_id), fields)
    }

    fn check_fields(&self, merchant_id: Option<&str>, fields: &[impl PostedField]) -> Result<(), Error> {
        for (index, field) in fields.iter().enumerate() {
            let (name, value) = (field.name(), field.value());
            if self.ignores_other_fields && !self.names(name) && self.like(name).is_none() {
                continue;
            }
            if !self.knows(name) {
                let like = self.like(name).map(str::to_owned);
                return Err(Error::FieldUnknown { field: shown(name), known: self.known_names(), like });
            }
            if fields.iter().take(index).any(|earlier| earlier.name() == name) {
                return Err(Error::FieldDuplicate { field: name.to_owned() });
            }
            if name == MERCHANT_ID && merchant_id.is_some_and(|own| own != value) {
                return Err(Error::FieldInvalid { field: name.to_owned(), fault: FieldFault::NotTheMerchant });
            }
        }
        self.fields().try_for_each(|field| {
            let value = value_of(fields, &field.name);
            if value.is_empty() && field.required {
                return Err(Error::FieldMissing { field: field.name.clone().into_owned() });
            }
            if value.is_empty() || !(self.field_checks || field.shape == Shape::Date) {
                return Ok(());
            }
            field
                .shape
                .check(value)
                .map_err(|fault| Error::FieldInvalid { field: field.name.clone().into_owned(), fault })
        })
    }

    /// Whether a field is a term of the sum; the merchant id always counts as one.
    fn names(&self, name: &str) -> bool {
        name == MERCHANT_ID || self.fields().any(|field| field.name == name)
    }

    fn knows(&self, name: &str) -> bool {
        // What a method of the table is posted with, beside the fields of its recipe (HASO-9).
        let posted_too = |method: Method| name == REQUEST_TOKEN || method.other_parameters.contains(&name);
        self.names(name) || self.method.is_some_and(posted_too)
    }

    /// The name of the sum that differs from this one in the case of its letters alone. Go's and .NET's decoders
    /// of JSON, and others, would take this field for that one, so that other values than the verified ones
    /// would be acted upon (HASO-9).
    fn like(&self, name: &str) -> Option<&str> {
        let names = std::iter::once(MERCHANT_ID).chain(self.fields().map(Field::name));
        names.into_iter().find(|known| *known != name && is_same_but_for_case(known, name))
    }

    fn known_names(&self) -> String {
        let fields = self.fields().map(Field::name);
        std::iter::once(MERCHANT_ID)
            .chain(fields)
            .chain(self.other_parameters().iter().copied())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// Whether two names are one where the case of letters does not count, as Unicode's simple mappings have it:
/// `ı` and `İ` are then an `i`, `ſ` is an `s` and the Kelvin sign a `k`, as in Go's and Java's comparisons.
fn is_same_but_for_case(one: &str, other: &str) -> bool {
    let folded = |c: char| {
        let mut upper = c.to_uppercase();
        let upper = match (upper.next(), upper.next()) {
            (Some(upper), None) => upper,
            _ => c,
        };
        // Of all letters, `İ` alone has more than one in lower case: an `i`, and its dot once more.
        upper.to_lowercase().next().unwrap_or(upper)
    };
    one.chars().map(folded).eq(other.chars().map(folded))
}

/// A posted field, however its owner holds it. A pair of texts, `(name, value)`, is one.
pub trait PostedField {
    /// The field's name.
    fn name(&self) -> &str;

    /// The field's value as posted, decoded and otherwise unchanged (HASO-5).
    fn value(&self) -> &str;
}

impl<N: AsRef<str>, V: AsRef<str>> PostedField for (N, V) {
    fn name(&self) -> &str {
        self.0.as_ref()
    }

    fn value(&self) -> &str {
        self.1.as_ref()
    }
}

/// A field's posted value; an absent field is the same as an empty one (HASO-6).
pub(super) fn value_of<'f>(fields: &'f [impl PostedField], name: &str) -> &'f str {
    fields.iter().find(|field| field.name() == name).map(PostedField::value).unwrap_or_default()
}

impl FromStr for Recipe {
    type Err = Error;

    fn from_str(line: &str) -> Result<Self, Error> {
        Self::parse(line)
    }
}

impl fmt::Display for Recipe {
    /// Writes the vendor's notation, which [`Recipe::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            let plus = if index == 0 { "" } else { PLUS };
            write!(f, "{plus}{term}")?;
        }
        Ok(())
    }
}

impl Term {
    fn name(&self) -> &str {
        match self {
            Self::MerchantId => MERCHANT_ID,
            Self::Field(field) => &field.name,
            Self::Salt => SALT,
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        let Self::Field(field) = self else { return Ok(()) };
        if !field.required && !OPTIONAL_ANYWAY.contains(&&*field.name) {
            f.write_str("?")?;
        }
        if field.shape == Shape::Date {
            write!(f, ".ToString({DATE_FORMAT})")?;
        }
        Ok(())
    }
}

/// Adds a term to those that stand before it.
fn add(terms: &mut Vec<Term>, term: Term) -> Result<(), RecipeFault> {
    if terms.iter().any(|earlier| earlier.name() == term.name()) {
        return Err(if term == Term::Salt { RecipeFault::SaltTwice } else { RecipeFault::NameTwice });
    }
    terms.push(term);
    Ok(())
}

/// What a name is made of.
fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Reads one trimmed term; a fault comes with its byte offset in the term.
fn parse_term(term: &str) -> Result<Term, (usize, RecipeFault)> {
    let name_len = term.find(|c| !is_of_name(c)).unwrap_or(term.len());
    let (name, rest) = term.split_at_checked(name_len).unwrap_or((term, ""));
    if term.is_empty() {
        return Err((0, RecipeFault::EmptyTerm));
    }
    if name.is_empty() {
        return Err((0, RecipeFault::NotInNotation));
    }
    if rest.is_empty() && SALT_NAMES.contains(&name) {
        return Ok(Term::Salt);
    }
    if rest.is_empty() && name == MERCHANT_ID {
        return Ok(Term::MerchantId);
    }
    if SALT_NAMES.contains(&name) || name == MERCHANT_ID {
        return Err((name_len, RecipeFault::NotInNotation));
    }
    let rest = rest.trim_start();
    let (optional, rest) = match rest.strip_prefix('?') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, rest),
    };
    let mut field = Field::named(name);
    if optional {
        field = field.optional();
    }
    if !rest.is_empty() {
        if !is_date_format(rest) {
            return Err((term.len().saturating_sub(rest.len()), RecipeFault::NotInNotation));
        }
        field = field.with_shape(Shape::Date);
    }
    Ok(field.into())
}

/// Whether this is `.ToString("yyyy-MM-dd")`; blanks do not matter, but for those within the quotes.
fn is_date_format(text: &str) -> bool {
    let mut tokens = [".", "ToString", "(", DATE_FORMAT, ")"].into_iter();
    tokens.try_fold(text, |rest, token| rest.trim_start().strip_prefix(token)).is_some_and(str::is_empty)
}

impl Shape {
    /// What a value that is not empty adds to the message, where it has this shape (HASO-7, HASO-8, HASO-10): of a
    /// date the first ten characters, of any other the whole value.
    ///
    /// # Errors
    /// [`FieldFault`] says what is wrong with the value, and where.
    pub fn signed_part(self, value: &str) -> Result<&str, FieldFault> {
        self.check(value).map(|()| self.as_signed(value))
    }

    fn check(self, value: &str) -> Result<(), FieldFault> {
        match self {
            Self::Text => Ok(()),
            Self::TextUpTo(most) => match value.char_indices().nth(most) {
                Some((offset, _)) => Err(FieldFault::TooLong { chars: value.chars().count(), most, offset }),
                None => Ok(()),
            },
            Self::Amount => match value.bytes().position(|b| !b.is_ascii_digit()) {
                Some(offset) => Err(FieldFault::NotAnAmount { offset }),
                None => Ok(()),
            },
            Self::Date => leading_date(value).map(|_date| ()),
            Self::IpAddress => value.parse::<IpAddr>().map(|_address| ()).map_err(|_| FieldFault::NotAnIpAddress),
        }
    }

    /// What a value of this shape adds to the message, whatever else is wrong with it (HASO-10).
    pub(super) fn as_signed(self, value: &str) -> &str {
        match self {
            Self::Date => leading_date(value).unwrap_or_default(),
            _ => value,
        }
    }
}

/// The `yyyy-MM-dd` that a value begins with, where that day exists (HASO-8).
fn leading_date(value: &str) -> Result<&str, FieldFault> {
    let not_a_date = |offset| Err(FieldFault::NotADate { offset });
    for (offset, expected) in b"dddd-dd-dd".iter().enumerate() {
        match (value.as_bytes().get(offset), expected) {
            (Some(b'0'..=b'9'), b'd') | (Some(b'-'), b'-') => {}
            _ => return not_a_date(offset),
        }
    }
    let number =
        |from: usize, to: usize| value.get(from..to).and_then(|digits| digits.parse::<u16>().ok()).unwrap_or_default();
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return not_a_date(5),
    };
    if year == 0 {
        return not_a_date(0);
    }
    if day == 0 || day > days {
        return not_a_date(8);
    }
    Ok(value.get(..10).unwrap_or_default())
}

/// Something that a token does not protect against (HASO-12).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Weakness {
    /// Nothing binds the token to a time or a request: whoever saw it can send it again.
    Replayable,
    /// Two fields run together: characters moved from one to the other give the same token.
    FieldsRunTogether {
        /// The field in front.
        left: Cow<'static, str>,
        /// The field behind it.
        right: Cow<'static, str>,
    },
    /// Another method has the same recipe: its tokens are valid here, and the other way round.
    SameTokenAs {
        /// The other method's name.
        method: &'static str,
    },
    /// A posted parameter that the recipe does not name: anyone on the path can change it unseen.
    Unprotected {
        /// Its name.
        parameter: &'static str,
    },
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replayable => f.write_str("nothing binds the token to a time or a request: it can be sent again"),
            Self::FieldsRunTogether { left, right } => {
                write!(f, "{left} and {right} run together: characters moved from one to the other give the same token")
            }
            Self::SameTokenAs { method } => write!(f, "{method} has the same recipe: its tokens are valid here too"),
            Self::Unprotected { parameter } => write!(f, "{parameter} is not protected by the token"),
        }
    }
}
