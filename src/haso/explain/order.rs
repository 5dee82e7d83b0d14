//! The terms of a message and their order.

use crate::haso::{MERCHANT_ID, Recipe, Shape, Term};

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

/// The terms of a message, in order. Orders that differ only in fields that add nothing are equal.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) pieces: Vec<Piece>,
    /// The names of those that add something.
    effective: Vec<String>,
}

impl Order {
    pub(super) fn of(pieces: Vec<Piece>, fields: &[(&str, &str)]) -> Self {
        let adds = |piece: &&Piece| match piece {
            Piece::Field { name, .. } => posted(fields, name).is_some(),
            Piece::MerchantId | Piece::Salt => true,
        };
        let effective = pieces.iter().filter(adds).map(|piece| piece.name().to_owned()).collect();
        Self { pieces, effective }
    }
}

impl PartialEq for Order {
    fn eq(&self, other: &Self) -> bool {
        self.effective == other.effective
    }
}

impl Eq for Order {}

/// The posted value of a field, unless it is empty.
pub(super) fn posted<'f>(fields: &[(&'f str, &'f str)], name: &str) -> Option<&'f str> {
    let value = fields.iter().find(|(n, _)| *n == name).map(|(_, value)| *value);
    value.filter(|value| !value.is_empty())
}
