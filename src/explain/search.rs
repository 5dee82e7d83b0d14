//! Trying the known mistakes, one at a time and in pairs.

use std::borrow::Cow;
use std::mem::{Discriminant, discriminant};
use std::ops::ControlFlow;

use super::budget::{Budget, MOST_READINGS};
use super::explanation::{Change, Reading};

/// What can be tried instead of what the rules say. The variants of the enum `V` are the parts that a
/// mistake can be in: two values of one variant are never tried together.
pub(crate) struct Alternatives<V> {
    list: Vec<(Change, V)>,
    /// What makes no difference but beside an alternative in a certain part.
    beside: Vec<((Change, V), Discriminant<V>)>,
    rules: Vec<V>,
}

impl<V> Default for Alternatives<V> {
    fn default() -> Self {
        Self { list: Vec::new(), beside: Vec::new(), rules: Vec::new() }
    }
}

impl<V: PartialEq> Alternatives<V> {
    /// Alternatives to what the rules have, `rules`: an equal value is not worth trying again.
    pub(crate) fn to(rules: Vec<V>) -> Self {
        Self { rules, ..Self::default() }
    }

    /// A further value that the rules have.
    pub(crate) fn rules(&mut self, value: V) {
        self.rules.push(value);
    }

    /// Adds a value, unless an equal one is there: one wording for a reading is enough.
    pub(crate) fn add(&mut self, change: impl Into<Cow<'static, str>>, value: V) {
        if !self.has(&value) {
            self.list.push((Change::new(change), value));
        }
    }

    /// Adds a value that is known to be new.
    pub(crate) fn add_new(&mut self, change: impl Into<Cow<'static, str>>, value: V) {
        self.list.push((Change::new(change), value));
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
pub(crate) struct Base<V> {
    pub(crate) key_index: usize,
    /// What can be changed in what this key is made of.
    pub(crate) credentials: Alternatives<V>,
}

/// What a search found.
#[derive(Default)]
pub(crate) struct Found {
    /// Fewest changes first.
    pub(crate) matches: Vec<Reading>,
    pub(crate) tried: usize,
    /// Why not everything was tried.
    pub(crate) cut_short: Option<CutShort>,
}

/// A bound that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CutShort {
    Readings,
    Work,
}

/// What a search asks of a scheme.
pub(crate) trait Judge<V> {
    /// How many bytes the HMAC of the base with these values takes.
    fn cost(&self, base: &Base<V>, changed: &[&V]) -> usize;

    /// Whether the base matches with these values.
    fn matches(&self, base: &Base<V>, changed: &[&V]) -> bool;

    /// What is already seen to be different with this key, and so part of every reading.
    fn seen(&self, key_index: usize) -> Vec<Change>;
}

/// A search on its way.
struct Search<'a, J> {
    judge: &'a J,
    budget: &'a Budget,
    found: Found,
}

/// Tries every key as it stands, then with each alternative, then with each pair of them in different parts, neither of
/// which matches alone; until a bound is reached. `base` makes ready what a key is tried with.
pub(crate) fn search<V>(
    keys: &[usize],
    base: impl Fn(usize) -> Base<V>,
    common: &Alternatives<V>,
    in_pairs: bool,
    judge: &impl Judge<V>,
    budget: &Budget,
) -> Found {
    let mut search = Search { judge, budget, found: Found::default() };
    // A bound that is reached ends the search; what was found until then stays.
    let _ = search.run(keys, base, common, in_pairs);
    search.found
}

impl<J> Search<'_, J> {
    fn run<V>(
        &mut self,
        keys: &[usize],
        base: impl Fn(usize) -> Base<V>,
        common: &Alternatives<V>,
        in_pairs: bool,
    ) -> ControlFlow<()>
    where
        J: Judge<V>,
    {
        let mut settled = false;
        for &key_index in keys {
            settled |= self.attempt(&Base { key_index, credentials: Alternatives::default() }, &[])?;
        }
        if settled {
            return ControlFlow::Continue(());
        }
        let mut open = Vec::new();
        for &key_index in keys {
            let base = base(key_index);
            let mut matching = Vec::new();
            for (at, one) in base.credentials.list.iter().chain(&common.list).enumerate() {
                if self.attempt(&base, &[one])? {
                    matching.push(at);
                }
            }
            open.push((key_index, matching));
        }
        for (key_index, matching) in open.into_iter().filter(|_| in_pairs) {
            let base = base(key_index);
            let all = base.credentials.list.iter().chain(&common.list).enumerate();
            let list: Vec<_> = all.filter(|(at, _)| !matching.contains(at)).map(|(_, one)| one).collect();
            for (index, one) in list.iter().enumerate() {
                let behind = list.iter().skip(index.saturating_add(1));
                for other in behind.filter(|other| discriminant(&other.1) != discriminant(&one.1)) {
                    self.attempt(&base, &[*one, *other])?;
                }
            }
            for (one, part) in base.credentials.beside.iter().chain(&common.beside) {
                for other in list.iter().filter(|other| discriminant(&other.1) == *part) {
                    self.attempt(&base, &[one, *other])?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn attempt<V>(&mut self, base: &Base<V>, changed: &[&(Change, V)]) -> ControlFlow<(), bool>
    where
        J: Judge<V>,
    {
        let values: Vec<&V> = changed.iter().map(|(_, value)| value).collect();
        let bound = if self.found.tried == MOST_READINGS {
            Some(CutShort::Readings)
        } else {
            (!self.budget.affords(self.judge.cost(base, &values))).then_some(CutShort::Work)
        };
        if bound.is_some() {
            self.found.cut_short = bound;
            return ControlFlow::Break(());
        }
        self.found.tried = self.found.tried.saturating_add(1);
        let matched = self.judge.matches(base, &values);
        if matched {
            let seen = self.judge.seen(base.key_index).into_iter();
            let all: Vec<_> = seen.chain(changed.iter().map(|(change, _)| change.clone())).collect();
            let place = self.found.matches.partition_point(|earlier| earlier.changes.len() <= all.len());
            self.found.matches.insert(place, Reading { changes: all, key_index: base.key_index });
        }
        ControlFlow::Continue(matched)
    }
}
