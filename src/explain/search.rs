//! Trying the known mistakes, one at a time and in pairs.

use std::borrow::Cow;
use std::mem::{Discriminant, discriminant};

use super::{Change, MOST_READINGS, Reading};

/// What can be tried instead of what the rules say. The variants of the enum `V` are the parts that a
/// mistake can be in: two values of one variant are never tried together.
#[derive(Clone)]
pub(crate) struct Alternatives<V> {
    list: Vec<(Change, V)>,
    /// What makes no difference but beside an alternative in a certain part.
    beside: Vec<((Change, V), Discriminant<V>)>,
    rules: Vec<V>,
}

impl<V: PartialEq> Alternatives<V> {
    /// Alternatives to what the rules have, `rules`: an equal value is not worth trying again.
    pub(crate) fn to(rules: Vec<V>) -> Self {
        Self { list: Vec::new(), beside: Vec::new(), rules }
    }

    /// Adds a value, unless an equal one is there: one wording for a reading is enough.
    pub(crate) fn add(&mut self, change: impl Into<Cow<'static, str>>, value: V) {
        if !self.has(&value) {
            self.list.push((Change::new(change), value));
        }
    }

    /// Adds a value that makes a difference only beside alternatives in the part that `part` is in.
    pub(crate) fn add_beside(&mut self, part: &V, change: impl Into<Cow<'static, str>>, value: V) {
        self.beside.push(((Change::new(change), value), discriminant(part)));
    }

    /// Whether an equal value is there, or what the rules have.
    pub(crate) fn has(&self, value: &V) -> bool {
        self.list.iter().map(|(_, earlier)| earlier).chain(&self.rules).any(|earlier| earlier == value)
    }

    /// Adds every line of a table.
    pub(crate) fn add_all<T>(&mut self, table: impl IntoIterator<Item = (&'static str, T)>, value: impl Fn(T) -> V) {
        for (change, of) in table {
            self.add(change, value(of));
        }
    }
}

/// Where a search begins: the rules, with one of the keys.
pub(crate) struct Base<'a, V> {
    /// What is already seen to be different, and so part of every reading.
    pub(crate) seen: Vec<Change>,
    pub(crate) key_index: usize,
    /// What can be changed.
    pub(crate) alternatives: Vec<&'a Alternatives<V>>,
}

impl<'a, V> Base<'a, V> {
    fn all(&self) -> Vec<&'a (Change, V)> {
        self.alternatives.iter().flat_map(|some| &some.list).collect()
    }

    fn beside(&self) -> impl Iterator<Item = &'a ((Change, V), Discriminant<V>)> {
        self.alternatives.iter().flat_map(|some| &some.beside)
    }
}

/// What a search found.
#[derive(Default)]
pub(crate) struct Found {
    /// Fewest changes first.
    pub(crate) matches: Vec<Reading>,
    pub(crate) tried: usize,
    pub(crate) cut_short: bool,
}

/// Tries every base as it stands, then with each alternative, then with each pair of them in
/// different parts, neither of which matches alone. `judge` says whether the base of a key index matches
/// with some values changed.
pub(crate) fn search<V>(bases: &[Base<'_, V>], in_pairs: bool, judge: impl Fn(usize, &[&V]) -> bool) -> Found {
    let mut found = Found::default();
    let mut attempt = |base: &Base<'_, V>, changed: &[&(Change, V)]| {
        if found.tried == MOST_READINGS {
            found.cut_short = true;
            return false;
        }
        found.tried = found.tried.saturating_add(1);
        let values: Vec<&V> = changed.iter().map(|(_, value)| value).collect();
        let matched = judge(base.key_index, &values);
        if matched {
            let changes: Vec<_> = base.seen.iter().chain(changed.iter().map(|(change, _)| change)).cloned().collect();
            let place = found.matches.partition_point(|earlier| earlier.changes.len() <= changes.len());
            found.matches.insert(place, Reading { changes, key_index: base.key_index });
        }
        matched
    };

    let mut settled = false;
    for base in bases {
        settled |= attempt(base, &[]);
    }
    if !settled {
        let mut open: Vec<_> = bases.iter().map(|base| (base, base.all())).collect();
        for (base, list) in &mut open {
            list.retain(|one| !attempt(base, &[*one]));
        }
        for (base, list) in open.iter().filter(|_| in_pairs) {
            for (index, one) in list.iter().enumerate() {
                let behind = list.iter().skip(index.saturating_add(1));
                for other in behind.filter(|other| discriminant(&other.1) != discriminant(&one.1)) {
                    attempt(base, &[*one, *other]);
                }
            }
            for (one, part) in base.beside() {
                for other in list.iter().filter(|other| discriminant(&other.1) == *part) {
                    attempt(base, &[one, *other]);
                }
            }
        }
    }
    found
}
