//! The terms of a message and their order.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use crate::explain::discover::MOST_FIELDS;
use crate::haso::{Field, MERCHANT_ID, Recipe, Shape, Term};

/// A term of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    MerchantId,
    Field { name: String, shape: Shape },
    Salt,
}

impl Piece {
    pub(super) fn posted(name: &str) -> Self {
        Self::Field { name: name.to_owned(), shape: Shape::Text }
    }

    pub(super) fn is(&self, field: &str) -> bool {
        matches!(self, Self::Field { name, .. } if name == field)
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::MerchantId => MERCHANT_ID,
            Self::Field { name, .. } => name,
            Self::Salt => "the salt",
        }
    }
}

pub(super) fn pieces(recipe: &Recipe) -> Vec<Piece> {
    let piece = |term: &Term| match term {
        Term::MerchantId => Piece::MerchantId,
        Term::Field(field) => Piece::Field { name: field.name().to_owned(), shape: field.shape() },
        Term::Salt => Piece::Salt,
    };
    recipe.terms().iter().map(piece).collect()
}

/// The terms of a message, in order.
#[derive(PartialEq, Eq)]
pub(super) struct Order {
    pub(super) pieces: Vec<Piece>,
}

/// The names of those terms that add something: orders that differ in the others alone make one message.
pub(super) fn effective(pieces: &[Piece], fields: &Fields<'_>) -> Vec<String> {
    let adds = |piece: &&Piece| match piece {
        Piece::Field { name, .. } => fields.posted(name).is_some(),
        Piece::MerchantId | Piece::Salt => true,
    };
    pieces.iter().filter(adds).map(|piece| piece.name().to_owned()).collect()
}

/// Posted fields, each name once and found at once: of one that is given twice, the first counts.
pub(super) struct Fields<'f> {
    pub(super) list: Vec<(&'f str, &'f str)>,
    values: HashMap<&'f str, &'f str>,
    /// How many bytes all values have.
    pub(super) len: usize,
    /// Whether there were more.
    pub(super) are_cut: bool,
}

impl<'f> Fields<'f> {
    pub(super) fn of(fields: impl Iterator<Item = (&'f str, &'f str)>, recipe: &Recipe) -> Self {
        let named: HashSet<&str> = recipe.fields().map(Field::name).chain([MERCHANT_ID]).collect();
        let mut all = Self { list: Vec::new(), values: HashMap::new(), len: 0, are_cut: false };
        for (name, value) in fields {
            if all.list.len() >= MOST_FIELDS && !named.contains(name) {
                all.are_cut = true;
            } else if let Entry::Vacant(place) = all.values.entry(name) {
                place.insert(value);
                all.list.push((name, value));
                all.len = all.len.saturating_add(value.len());
            }
        }
        all
    }

    /// The value of a field, unless it is absent or empty.
    pub(super) fn posted(&self, name: &str) -> Option<&'f str> {
        self.values.get(name).copied().filter(|value| !value.is_empty())
    }
}
