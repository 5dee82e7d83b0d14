//! Trying the known mistakes: alone, in pairs, and one after the other within a part.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::mem::{Discriminant, discriminant};
use std::ops::ControlFlow;
use std::slice;

use super::budget::Budget;
use super::explanation::{Change, Reading, Told};

/// The most readings that are told with their parts side by side: each costs a look through the whole part.
const MOST_SIDE_BY_SIDE: usize = 8;

/// The most names of one value that are told, where several mistakes make the same bytes.
const MOST_NAMES: usize = 6;

/// The most that is held of the values that two steps make, in bytes that are signed with them.
const MOST_HELD: usize = 1 << 24;

/// A value that can be tried instead of what the rules say, under the name of every mistake that makes it.
pub(crate) struct Alternative<V> {
    names: Vec<Change>,
    pub(crate) value: V,
}

/// What can be tried. The variants of the enum `V` are the parts that a mistake can be in: two values of one variant are
/// never tried together.
pub(crate) struct Alternatives<V> {
    list: Vec<Alternative<V>>,
    /// What makes no difference but beside an alternative in a certain part.
    beside: Vec<(Alternative<V>, Discriminant<V>)>,
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

    /// Adds a value; where an equal one is there, it gets a further name, the plainest first.
    pub(crate) fn add(&mut self, change: impl Into<Cow<'static, str>>, value: V) {
        if self.rules.contains(&value) {
            return;
        }
        let change = Change::new(change);
        match self.list.iter_mut().find(|earlier| earlier.value == value) {
            Some(Alternative { names, .. }) => {
                if names.len() < MOST_NAMES && !names.contains(&change) {
                    names.push(change);
                }
            }
            None => self.list.push(Alternative { names: vec![change], value }),
        }
    }

    /// Gives the value at a place a further name.
    pub(crate) fn name(&mut self, at: usize, change: impl Into<Cow<'static, str>>) {
        if let Some(Alternative { names, .. }) = self.list.get_mut(at).filter(|known| known.names.len() < MOST_NAMES) {
            names.push(Change::new(change));
        }
    }

    /// Adds a value that is known to be new, and gives its place.
    pub(crate) fn add_new(&mut self, change: impl Into<Cow<'static, str>>, value: V) -> usize {
        self.list.push(Alternative { names: vec![Change::new(change)], value });
        self.list.len().saturating_sub(1)
    }

    /// Adds a value that makes a difference only beside alternatives in the part that `part` is in.
    pub(crate) fn add_beside(&mut self, part: &V, change: impl Into<Cow<'static, str>>, value: V) {
        self.beside.push((Alternative { names: vec![Change::new(change)], value }, discriminant(part)));
    }

    /// Adds every line of a table.
    pub(crate) fn add_all<T>(&mut self, table: impl IntoIterator<Item = (&'static str, T)>, value: impl Fn(T) -> V) {
        for (change, of) in table {
            self.add(change, value(of));
        }
    }
}

impl<V> Alternatives<V> {
    /// Every value with each of its names.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &V)> {
        let of_each = |one| {
            let Alternative { names, value }: &Alternative<V> = one;
            names.iter().map(move |name| (name.text(), value))
        };
        self.list.iter().flat_map(of_each)
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
    /// Whether the bound was reached before everything was tried.
    pub(crate) cut_short: bool,
}

/// What a search asks of a scheme.
pub(crate) trait Judge<V> {
    /// How many bytes the HMAC of the base with these values takes.
    fn cost(&self, base: &Base<V>, changed: &[&V]) -> usize;

    /// Whether the base matches with these values.
    fn matches(&self, base: &Base<V>, changed: &[&V]) -> bool;

    /// What is already seen to be different with this key, and so part of every reading.
    fn seen(&self, key_index: usize) -> Vec<Change>;

    /// What differs with these values, and what to do about it; the differences only where they are `shown`.
    fn told(&self, base: &Base<V>, changed: &[&V], shown: bool) -> Told;

    /// What is tried alone, where no pair matches: there is too much of it to be beside anything else.
    fn alone(&self, take: &mut dyn FnMut(Cow<'static, str>, V) -> bool);

    /// The mistakes that a second step can make of a value, in its own part.
    fn second(&self, value: &V, take: &mut dyn FnMut(Cow<'static, str>, V) -> bool);

    /// A number that tells values of one part apart.
    fn fingerprint(&self, value: &V) -> u64;
}

/// A search on its way.
struct Search<'a, J> {
    judge: &'a J,
    budget: &'a Budget,
    found: Found,
}

/// What is tried with one key, where nothing matched before.
type Stage<S, V> = fn(&mut S, &Base<V>, &[&Alternative<V>], &Alternatives<V>) -> ControlFlow<()>;

/// Tries every key as it stands, then with each alternative. Where none matches: with each pair of them in different parts,
/// then with what is tried alone, then with two steps one after the other in one part, then with these beside one or two
/// steps in another part, the likeliest first; until the bound is reached. `base` makes ready what a key is tried with; a
/// request that is not `short` is tried with single mistakes only.
pub(crate) fn search<V>(
    keys: &[usize],
    base: impl Fn(usize) -> Base<V>,
    common: &Alternatives<V>,
    short: bool,
    judge: &impl Judge<V>,
    budget: &Budget,
) -> Found {
    let mut search = Search { judge, budget, found: Found::default() };
    // A bound that is reached ends the search; what was found until then stays.
    let _ = search.run(keys, &base, common, short);
    search.found
}

impl<J> Search<'_, J> {
    fn run<V>(
        &mut self,
        keys: &[usize],
        base: &dyn Fn(usize) -> Base<V>,
        common: &Alternatives<V>,
        short: bool,
    ) -> ControlFlow<()>
    where
        J: Judge<V>,
    {
        let mut settled = false;
        for &key_index in keys {
            settled |= self.attempt(&Base { key_index, credentials: Alternatives::default() }, &[], &[])?;
        }
        if settled {
            return ControlFlow::Continue(());
        }
        for &key_index in keys {
            let base = base(key_index);
            for one in base.credentials.list.iter().chain(&common.list) {
                self.attempt(&base, &[&one.names], &[&one.value])?;
            }
        }
        // Where one mistake matches, two that match make the same bytes and say nothing new.
        let stages: [Stage<Self, V>; 4] = [Self::pairs, Self::alone, Self::chains, Self::chains_in_two_parts];
        for stage in stages.into_iter().filter(|_| short) {
            if self.found.matches.is_empty() {
                for &key_index in keys {
                    let base = base(key_index);
                    let list: Vec<_> = base.credentials.list.iter().chain(&common.list).collect();
                    stage(self, &base, &list, common)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Each alternative beside each in another part.
    fn pairs<V>(&mut self, base: &Base<V>, list: &[&Alternative<V>], common: &Alternatives<V>) -> ControlFlow<()>
    where
        J: Judge<V>,
    {
        for (index, one) in list.iter().enumerate() {
            let behind = list.iter().skip(index.saturating_add(1));
            for other in behind.filter(|other| discriminant(&other.value) != discriminant(&one.value)) {
                self.attempt(base, &[first(one), first(other)], &[&one.value, &other.value])?;
            }
        }
        for (one, part) in base.credentials.beside.iter().chain(&common.beside) {
            for other in list.iter().filter(|other| discriminant(&other.value) == *part) {
                self.attempt(base, &[first(one), first(other)], &[&one.value, &other.value])?;
            }
        }
        ControlFlow::Continue(())
    }

    /// What is beside nothing else.
    fn alone<V>(&mut self, base: &Base<V>, _: &[&Alternative<V>], _: &Alternatives<V>) -> ControlFlow<()>
    where
        J: Judge<V>,
    {
        let judge = self.judge;
        let mut end = ControlFlow::Continue(());
        judge.alone(&mut |clause, value| {
            end = self.attempt(base, &[&[Change::new(clause)]], &[&value]).map_continue(drop);
            end.is_continue()
        });
        end
    }

    /// Two steps in one part.
    fn chains<V>(&mut self, base: &Base<V>, list: &[&Alternative<V>], _: &Alternatives<V>) -> ControlFlow<()>
    where
        J: Judge<V>,
    {
        let mut known: HashSet<_> = list.iter().map(|one| self.identity(&one.value)).collect();
        let mut end = ControlFlow::Continue(());
        for one in list {
            self.judge.second(&one.value, &mut |clause, value| {
                end = if known.insert(self.identity(&value)) {
                    self.attempt(base, &[first(one), &[Change::new(clause)]], &[&value]).map_continue(drop)
                } else {
                    // It was written all the same.
                    self.charge(base, &value)
                };
                end.is_continue()
            });
            end?;
        }
        end
    }

    /// Two steps in one part beside one or two steps in another part. The further down in its table a step is, the less
    /// likely it is: the pairs are tried in the order of the product of all their places, in rounds that double it.
    fn chains_in_two_parts<V>(
        &mut self,
        base: &Base<V>,
        list: &[&Alternative<V>],
        _: &Alternatives<V>,
    ) -> ControlFlow<()>
    where
        J: Judge<V>,
    {
        let mut made = self.made(base, list)?;
        made.sort_by_key(|one| one.unlikely);
        let most = made.last().map_or(0, |last| last.unlikely.saturating_mul(last.unlikely));
        let mut limit = 1_u64;
        while limit / 2 < most {
            for (index, one) in made.iter().enumerate() {
                let behind = made.get(index.saturating_add(1)..).unwrap_or_default();
                let until = |product: u64| {
                    let other = product.checked_div(one.unlikely).unwrap_or_default();
                    behind.partition_point(|behind| behind.unlikely <= other)
                };
                let of_round = behind.get(until(limit / 2)..until(limit)).unwrap_or_default();
                if of_round.is_empty() && one.unlikely.saturating_mul(one.unlikely) > limit {
                    break;
                }
                for other in of_round {
                    let is_pair = one.second.is_none() && other.second.is_none();
                    if !is_pair && discriminant(one.value()) != discriminant(other.value()) {
                        let names: Vec<_> = one.names().chain(other.names()).collect();
                        self.attempt(base, &names, &[one.value(), other.value()])?;
                    }
                }
            }
            limit = limit.saturating_mul(2);
        }
        ControlFlow::Continue(())
    }

    /// What one or two steps make in each part, as much of it as may be held.
    fn made<'a, V>(&mut self, base: &Base<V>, list: &[&'a Alternative<V>]) -> ControlFlow<(), Vec<Made<'a, V>>>
    where
        J: Judge<V>,
    {
        let mut known: HashSet<_> = list.iter().map(|one| self.identity(&one.value)).collect();
        let mut places: HashMap<Discriminant<V>, u64> = HashMap::new();
        let (mut made, mut held) = (Vec::with_capacity(list.len()), 0_usize);
        let mut end = ControlFlow::Continue(());
        for one in list {
            let place = places.entry(discriminant(&one.value)).or_default();
            *place = place.saturating_add(1);
            made.push(Made { first: one, second: None, unlikely: *place });
            let mut unlikely = *place;
            self.judge.second(&one.value, &mut |clause, value| {
                unlikely = unlikely.saturating_add(*place);
                end = self.charge(base, &value);
                if known.insert(self.identity(&value)) {
                    held = held.saturating_add(self.judge.cost(base, &[&value]));
                    if held > MOST_HELD {
                        self.found.cut_short = true;
                        return false;
                    }
                    made.push(Made { first: one, second: Some((Change::new(clause), value)), unlikely });
                }
                end.is_continue()
            });
            end?;
        }
        ControlFlow::Continue(made)
    }

    /// What tells values apart.
    fn identity<V>(&self, value: &V) -> (Discriminant<V>, u64)
    where
        J: Judge<V>,
    {
        (discriminant(value), self.judge.fingerprint(value))
    }

    /// Counts a value that is written, and not tried.
    fn charge<V>(&mut self, base: &Base<V>, value: &V) -> ControlFlow<()>
    where
        J: Judge<V>,
    {
        if self.budget.affords(self.judge.cost(base, &[value])) {
            return ControlFlow::Continue(());
        }
        self.found.cut_short = true;
        ControlFlow::Break(())
    }

    /// Tries some values. Where they match, there is a reading for each name of a single one.
    fn attempt<V>(&mut self, base: &Base<V>, names: &[&[Change]], values: &[&V]) -> ControlFlow<(), bool>
    where
        J: Judge<V>,
    {
        if !self.budget.affords(self.judge.cost(base, values)) {
            self.found.cut_short = true;
            return ControlFlow::Break(());
        }
        self.found.tried = self.found.tried.saturating_add(1);
        let matched = self.judge.matches(base, values);
        if matched {
            let told = self.judge.told(base, values, self.found.matches.len() < MOST_SIDE_BY_SIDE);
            match names {
                [names] => names.iter().for_each(|name| self.tell(base.key_index, &[name], &told)),
                several => {
                    let names: Vec<_> = several.iter().filter_map(|names| names.first()).collect();
                    self.tell(base.key_index, &names, &told);
                }
            }
        }
        ControlFlow::Continue(matched)
    }

    fn tell<V>(&mut self, key_index: usize, changes: &[&Change], told: &Told)
    where
        J: Judge<V>,
    {
        let seen = self.judge.seen(key_index).into_iter();
        let all: Vec<_> = seen.chain(changes.iter().map(|&change| change.clone())).collect();
        // Two values can have one name: a body that got a newline, and its JSON written with one.
        if self.found.matches.iter().any(|known| known.key_index == key_index && known.changes == all) {
            return;
        }
        let place = self.found.matches.partition_point(|earlier| earlier.changes.len() <= all.len());
        self.found.matches.insert(place, Reading { changes: all, key_index, told: told.clone() });
    }
}

/// A value that one or two steps make.
struct Made<'a, V> {
    first: &'a Alternative<V>,
    second: Option<(Change, V)>,
    /// The place of the first step in its table, times that of the second and one.
    unlikely: u64,
}

impl<V> Made<'_, V> {
    fn value(&self) -> &V {
        self.second.as_ref().map_or(&self.first.value, |(_, value)| value)
    }

    fn names(&self) -> impl Iterator<Item = &[Change]> {
        [first(self.first)].into_iter().chain(self.second.as_ref().map(|(name, _)| slice::from_ref(name)))
    }
}

/// The plainest name.
fn first<V>(one: &Alternative<V>) -> &[Change] {
    one.names.get(..1).unwrap_or_default()
}
