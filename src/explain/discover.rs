//! Finding the recipe of a method whose page is not public, from requests that are known to be good.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::ops::ControlFlow;

use zeroize::Zeroizing;

use super::mask::Mask;
use crate::haso::{
    Error, Field, FieldFault, HmacKey, MERCHANT_ID, Merchant, REQUEST_TOKEN, Recipe, Secret, Shape, Term,
};
use crate::mac::{Key, Mac, Tag};

/// How many tries [`Discoverer::run`] makes at the most, unless told otherwise. With eight posted
/// fields beside `merchantId`, none of them a date with a time, that is everything: 3,945,640. With nine
/// it is every order that has `merchantId` in front, 3,945,640 tries of the 39,456,404 that there are,
/// and the shorter ones of the others. Where that finds nothing, what is left goes to a salt between the fields.
pub const MOST_TRIES: u64 = 10_000_000;

/// The most fields of a request with which a recipe is searched; and the most with which a token is explained, beside
/// those that the recipe names. No method has more than a dozen.
pub const MOST_FIELDS: usize = 256;

/// The most recipes that are found: where the requests tell so little, another one is needed.
pub const MOST_FOUND: usize = 1_000;

/// Tries between two calls of the progress callback.
const TRIES_PER_CALL: u64 = 1 << 16;

/// How many bytes of work each try may take on average, so that long values do not make a search longer.
const WORK_PER_TRY: u64 = 256;

/// What a try costs beside the bytes that it hashes; and what it costs to judge a recipe with one more request.
const PER_TRY: usize = 64;
const PER_CANDIDATE: usize = 8_192;

/// The most fields that only other requests have and that are put between those of the longest one.
const MOST_OF_OTHERS: usize = 8;

/// Finds recipes: which of the posted fields, in which order, under which key reading (HASO-4), give
/// the token of a request that is known to be good.
///
/// ```
/// use std::ops::ControlFlow;
/// use imza::explain::haso::Discoverer;
///
/// let fields = [("customerId", "5500123"), ("ipAddress", "85.105.1.2"), ("dealerSegment", "GOLD")];
/// let discovery = Discoverer::new("1000042", "merchant-key-not-real", "merchant-salt-not-real")?
///     .sample(&fields, "Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=")?
///     .run(|_progress| ControlFlow::Continue(()));
///
/// let found: Vec<String> = discovery.found().iter().map(ToString::to_string).collect();
/// assert_eq!(found, ["merchantId + customerId + dealerSegment + ipAddress + merhant_salt"]);
/// # Ok::<(), imza::haso::Error>(())
/// ```
///
/// The number of orders grows factorially, so the search has a bound ([`Discoverer::most_tries`]) and
/// begins with what is most likely. First `merchantId` stands first, as in every recipe that is
/// public: with none of the fields, then with one, and so on to all of them; of each number first with
/// the salt at the end, then with the salt in front; each under both key readings. Only then
/// `merchantId` stands elsewhere or nowhere, with the salt at the end and at last with the salt in
/// front. Where no recipe is found so, the salt is tried between the fields too, in the same sequence: in each
/// order, at every place but the ends.
///
/// A value that begins with a date enters as posted and as `yyyy-MM-dd` (HASO-8). Secrets are zeroized
/// on drop and `[redacted]` in `Debug`.
#[derive(Clone)]
pub struct Discoverer {
    merchant_id: Box<str>,
    #[expect(clippy::vec_box, reason = "a vector that grows would leave keys behind in freed memory")]
    readings: Vec<Box<Reading>>,
    salt: Zeroizing<Box<[u8]>>,
    samples: Vec<Sample>,
    most_tries: u64,
    mask: Mask,
}

/// One reading of HASO-4.
#[derive(Clone)]
struct Reading {
    hmac_key: HmacKey,
    key: Key,
    /// Verifies what is found, through the same code that will use it.
    merchant: Merchant,
}

impl Reading {
    fn of(merchant_id: &str, secret: &Secret) -> Result<Self, Error> {
        let (hmac_key, key) = (secret.hmac_key(), Key::new(secret.reveal_hmac_key()));
        Ok(Self { hmac_key, key, merchant: Merchant::of(merchant_id, secret)? })
    }
}

/// A request that is known to be good.
#[derive(Clone)]
struct Sample {
    /// Without `merchantId` and `requestToken`.
    fields: Vec<(String, String)>,
    /// Where in `fields` a name is.
    places: HashMap<String, usize>,
    token: String,
    tag: Tag,
}

impl Sample {
    /// A field's value; an absent one is the same as an empty one (HASO-6).
    fn value(&self, name: &str) -> &str {
        self.places.get(name).and_then(|&place| self.fields.get(place)).map_or("", |(_, value)| value)
    }

    fn filled(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(|(_, value)| !value.is_empty())
    }
}

impl Discoverer {
    /// Takes a merchant's credentials; both key readings of HASO-4 are tried.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty id, key or salt (HASO-10).
    pub fn new(merchant_id: &str, key: impl AsRef<[u8]>, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self::of(merchant_id, &Secret::new(key, salt)?)
    }

    /// Takes the credentials of a merchant who has only a salt, which keys the HMAC too (HASO-4).
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty id or salt (HASO-10).
    pub fn salt_keyed(merchant_id: &str, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self::of(merchant_id, &Secret::salt_only(salt)?)
    }

    /// Takes a merchant's credentials; where there are two secrets, both key readings of HASO-4 are tried.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty id (HASO-10).
    pub fn of(merchant_id: &str, secret: &Secret) -> Result<Self, Error> {
        let (key, salt) = (secret.reveal_hmac_key(), secret.reveal_salt());
        let mut mask = Mask::default();
        mask.hide("salt", salt);
        let mut readings = vec![Box::new(Reading::of(merchant_id, secret)?)];
        if secret.hmac_key() == HmacKey::MerchantKey {
            mask.hide("key", key);
        }
        if key != salt {
            readings.push(Box::new(Reading::of(merchant_id, &Secret::salt_only(salt)?)?));
        }
        Ok(Self {
            merchant_id: merchant_id.into(),
            readings,
            salt: Zeroizing::new(salt.into()),
            samples: Vec::new(),
            most_tries: MOST_TRIES,
            mask,
        })
    }

    /// Adds a request that is known to be good: its posted fields as (name, value), in any order, and
    /// its token. `merchantId` and `requestToken` may be among the fields. A second request of the same
    /// method, with other values, narrows several recipes to one; a field that only one of them has
    /// becomes optional (`name?`).
    ///
    /// # Errors
    /// A field that stands twice, another merchant's id (HASO-9), or a token that cannot be one (HASO-11).
    pub fn sample<N: AsRef<str>, V: AsRef<str>>(
        mut self,
        fields: &[(N, V)],
        token: impl AsRef<str>,
    ) -> Result<Self, Error> {
        let (mut posted, mut places, mut seen) = (Vec::new(), HashMap::new(), HashSet::new());
        for (name, value) in fields {
            let (name, value) = (name.as_ref(), value.as_ref());
            let field = || self.mask.name(name);
            if !seen.insert(name) {
                return Err(Error::FieldDuplicate { field: field() });
            }
            if name == MERCHANT_ID && *value != *self.merchant_id {
                return Err(Error::FieldInvalid { field: field(), fault: FieldFault::NotTheMerchant });
            }
            if ![MERCHANT_ID, REQUEST_TOKEN].contains(&name) {
                places.insert(name.to_owned(), posted.len());
                posted.push((name.to_owned(), value.to_owned()));
            }
        }
        let token = token.as_ref().to_owned();
        let tag = Tag::parse(&token).map_err(Error::TokenMalformed)?;
        self.samples.push(Sample { fields: posted, places, token, tag });
        Ok(self)
    }

    /// Stops after so many tries; [`MOST_TRIES`] otherwise. A search also ends when it has hashed 256 bytes a try on
    /// average, recipes that are judged with all requests among them, so that neither long values nor many dates make
    /// it longer.
    #[must_use]
    pub fn most_tries(self, most_tries: u64) -> Self {
        Self { most_tries, ..self }
    }

    /// How many tries a complete search makes: one for each order, with the salt at either end, under each key reading.
    /// Where these find nothing there are more, with the salt between the fields; see [`Progress::planned`].
    pub fn planned(&self) -> u64 {
        self.longest().map(|sample| self.plan(&self.items(sample), false)).unwrap_or_default()
    }

    /// Searches. `progress` is called every 65,536 tries, or as much other work, and may stop the search.
    pub fn run(&self, progress: impl FnMut(Progress) -> ControlFlow<()>) -> Discovery {
        let mut discovery =
            Discovery { found: Vec::new(), tried: 0, planned: 0, work: 0, end: End::Complete, notes: Vec::new() };
        let Some(sample) = self.longest() else { return discovery };
        if let Some(too_long) = self.samples.iter().find(|sample| sample.fields.len() > MOST_FIELDS) {
            let fields = too_long.fields.len();
            let note =
                format!("A request has {fields} fields; nothing is searched where there are more than {MOST_FIELDS}.");
            return Discovery { planned: u64::MAX, end: End::Bound, notes: vec![note], ..discovery };
        }
        let items = self.items(sample);
        let fields_of_others = self.fields_of_others(sample);
        discovery.planned = self.plan(&items, false);
        discovery.notes = self.notes();
        let most_work = self.most_tries.saturating_mul(WORK_PER_TRY);
        let mut walk = Walk {
            discoverer: self,
            sample,
            items: &items,
            fields_of_others: &fields_of_others,
            discovery,
            lines: HashSet::new(),
            work_left: most_work,
            work_to_call: TRIES_PER_CALL.saturating_mul(WORK_PER_TRY),
            progress,
            path: Vec::new(),
        };
        if let ControlFlow::Break(end) = walk.all() {
            walk.discovery.end = end;
        }
        let mut discovery = walk.discovery;
        discovery.work = most_work.saturating_sub(walk.work_left);
        if discovery.found.len() >= MOST_FOUND {
            discovery.notes.push(format!(
                "The search ended with {MOST_FOUND} recipes: another request, with other values, narrows them."
            ));
        }
        discovery
    }

    /// The request with the most fields: what it does not have, the others can add.
    fn longest(&self) -> Option<&Sample> {
        // `max_by_key` gives the last of several, the first is wanted.
        self.samples.iter().rev().max_by_key(|sample| sample.filled().count())
    }

    /// Every order, with the salt at either end, and between the items too where it is `within`, under each key reading.
    fn plan(&self, items: &[Item], within: bool) -> u64 {
        let places = |size: usize| if within { size.saturating_add(1).max(2) } else { 2 };
        orders(items, |size| as_u64(places(size))).saturating_mul(as_u64(self.readings.len()))
    }

    /// A field that a recipe can name: its name is in the notation, and no secret in the wrong place.
    fn field(&self, name: &str) -> Option<Field> {
        Field::new(name).ok().filter(|_| !self.mask.hides_in(name))
    }

    /// The values of a request that a recipe can name, and last the merchant id.
    fn items(&self, sample: &Sample) -> Vec<Item> {
        let mut items = Vec::new();
        let named = sample.filled().filter_map(|(name, value)| Some((self.field(name)?, value)));
        for (place, (field, value)) in named.enumerate() {
            let as_posted = Term::Field(field.clone());
            let as_date = Term::Field(field.with_shape(Shape::Date));
            let mut add = |terms: Vec<Term>, value: &str| items.push(Item { terms, place, bytes: value.into() });
            match Shape::Date.signed_part(value) {
                // Of a date and nothing else, both forms are the same.
                Ok(date) if date == value => add(vec![as_posted, as_date], value),
                Ok(date) => {
                    add(vec![as_posted], value);
                    add(vec![as_date], date);
                }
                Err(_) => add(vec![as_posted], value),
            }
        }
        let merchant_id = self.merchant_id.as_bytes().to_vec();
        items.push(Item { terms: vec![Term::MerchantId], place: items.len(), bytes: merchant_id });
        items
    }

    /// The fields that this request does not have, but others do, each in the forms that it may have.
    fn fields_of_others(&self, longest: &Sample) -> Vec<Vec<Term>> {
        let mut seen = HashSet::new();
        let of_others = self.samples.iter().flat_map(Sample::filled);
        of_others
            .filter(|(name, _)| longest.value(name).is_empty() && seen.insert(*name))
            .filter_map(|(name, value)| {
                let field = self.field(name)?;
                let as_date = Shape::Date.signed_part(value).ok().map(|_| field.clone().with_shape(Shape::Date));
                Some([field].into_iter().chain(as_date).map(Term::Field).collect())
            })
            .take(MOST_OF_OTHERS)
            .collect()
    }

    /// What the requests leave open, or what was left out, a sentence each.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let mut seen = HashSet::new();
        let mut alike: Vec<Vec<&str>> = Vec::new();
        let mut groups: HashMap<Vec<&str>, usize> = HashMap::new();
        for (name, _) in self.samples.iter().flat_map(|sample| &sample.fields).filter(|(name, _)| seen.insert(name)) {
            let values: Vec<&str> = self.samples.iter().map(|sample| sample.value(name)).collect();
            if self.field(name).is_none() {
                notes.push(format!("The field `{}` was not tried: no recipe can name it.", self.mask.name(name)));
            } else if values.iter().all(|value| value.is_empty()) {
                notes.push(format!("{name} is empty, so it adds nothing: its place, if it has one, cannot be told."));
            } else {
                let group = *groups.entry(values).or_insert(alike.len());
                match alike.get_mut(group) {
                    Some(names) => names.push(name),
                    None => alike.push(vec![name]),
                }
            }
        }
        for names in &alike {
            if let Some((last, [first @ .., before_last])) = names.split_last() {
                let mut list = first.join(", ");
                list.push_str(if first.is_empty() { "" } else { ", " });
                notes.push(format!(
                    "{list}{before_last} and {last} have the same value, so they cannot be told apart: \
                     another request, with other values, can."
                ));
            }
        }
        notes
    }
}

impl fmt::Debug for Discoverer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discoverer")
            .field("merchant_id", &self.merchant_id)
            .field("secrets", &format_args!("[redacted]"))
            .field("samples", &self.samples.len())
            .field("most_tries", &self.most_tries)
            .finish_non_exhaustive()
    }
}

/// A recipe that gives the token of every request that was given. `Display` is the vendor's notation,
/// under the other key reading with ` # hmac_key = merchant-salt` behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovered {
    recipe: Recipe,
    hmac_key: HmacKey,
}

impl Discovered {
    /// The recipe.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The key reading.
    pub fn hmac_key(&self) -> HmacKey {
        self.hmac_key
    }
}

impl fmt::Display for Discovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.recipe.fmt(f)?;
        match self.hmac_key {
            HmacKey::MerchantKey => Ok(()),
            salt @ HmacKey::MerchantSalt => write!(f, " # hmac_key = {salt}"),
        }
    }
}

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Tries made.
    pub tried: u64,
    /// Tries that the whole search makes, or its bound where that is less. It grows once, when nothing was found
    /// with the salt at either end.
    pub planned: u64,
    /// Recipes found.
    pub found: usize,
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// Everything was tried.
    Complete,
    /// The bound was reached.
    Bound,
    /// The progress callback stopped it.
    Stopped,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovery {
    found: Vec<Discovered>,
    tried: u64,
    planned: u64,
    work: u64,
    end: End,
    notes: Vec<String>,
}

impl Discovery {
    /// Every recipe that gives the tokens, among those tried, in the order of the search.
    pub fn found(&self) -> &[Discovered] {
        &self.found
    }

    /// Tries made.
    pub fn tried(&self) -> u64 {
        self.tried
    }

    /// The work that was done, in bytes: at most 256 for each try that [`Discoverer::most_tries`] allows.
    pub fn work(&self) -> u64 {
        self.work
    }

    /// Tries that a complete search makes; with the salt between the fields, where it came to that.
    pub fn planned(&self) -> u64 {
        self.planned
    }

    /// Why it ended.
    pub fn end(&self) -> End {
        self.end
    }

    /// What cannot be told from the requests that were given, a sentence each: two fields of one value,
    /// an empty one.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(String::as_str)
    }
}

/// A value that can be in a message.
struct Item {
    /// The terms that have this value: more than one where it does not tell how it was posted.
    terms: Vec<Term>,
    /// Which field it is: the two forms of a date are one field, and only one of them is taken.
    place: usize,
    bytes: Vec<u8>,
}

impl Item {
    fn is_merchant_id(&self) -> bool {
        self.terms == [Term::MerchantId]
    }
}

/// How many orders there are of some of these items, one form of each field at the most, each with as many places of the
/// salt as its size has. Saturating.
fn orders(items: &[Item], places_of_salt: impl Fn(usize) -> u64) -> u64 {
    let forms = |place: usize| items.iter().filter(|item| item.place == place).count();
    let places = items.last().map_or(0, |last| last.place.saturating_add(1));
    // By how many they are: the ways to choose so many fields, each in one of its forms.
    let mut choices: Vec<u64> = vec![1];
    for forms in (0..places).map(forms).filter(|&forms| forms > 0) {
        let with: Vec<u64> = choices.iter().map(|ways| ways.saturating_mul(as_u64(forms))).collect();
        choices.push(0);
        choices.iter_mut().skip(1).zip(with).for_each(|(ways, with)| *ways = ways.saturating_add(with));
    }
    let ordered = |(size, ways): (usize, u64)| {
        let orders = (1..=size).fold(ways, |product, n| product.saturating_mul(as_u64(n)));
        orders.saturating_mul(places_of_salt(size))
    };
    choices.into_iter().enumerate().map(ordered).fold(0, u64::saturating_add)
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Where merchant id and salt stand.
#[derive(Clone, Copy)]
struct Frame {
    merchant_is_first: bool,
    salt: Place,
}

/// Where the salt is in a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    Last,
    /// Between the items: behind so many of the path.
    Behind(usize),
}

/// A search on its way.
struct Walk<'a, P> {
    discoverer: &'a Discoverer,
    sample: &'a Sample,
    items: &'a [Item],
    fields_of_others: &'a [Vec<Term>],
    discovery: Discovery,
    /// Those of the recipes that were found.
    lines: HashSet<String>,
    /// What the search may still do, and what until the next call of `progress`, in bytes.
    work_left: u64,
    work_to_call: u64,
    progress: P,
    /// The items of the message in the making.
    path: Vec<&'a Item>,
}

impl<'a, P: FnMut(Progress) -> ControlFlow<()>> Walk<'a, P> {
    fn all(&mut self) -> ControlFlow<End> {
        let sizes = || 0..=self.items.len();
        // By size, so that a bound cuts off the longest messages, and the salt at either end by turns.
        let first = sizes().flat_map(|size| [(true, Place::Last, size), (true, Place::First, size)]);
        let elsewhere =
            [Place::Last, Place::First].into_iter().flat_map(|salt| sizes().map(move |size| (false, salt, size)));
        self.frames(first.chain(elsewhere).collect())?;
        if !self.discovery.found.is_empty() {
            return ControlFlow::Continue(());
        }
        self.discovery.planned = self.discoverer.plan(self.items, true);
        // Behind a merchant id in front the salt can precede every field.
        let within = [true, false].into_iter().flat_map(|merchant_is_first| {
            let before = usize::from(!merchant_is_first);
            sizes().flat_map(move |size| (before..size).map(move |at| (merchant_is_first, Place::Behind(at), size)))
        });
        self.frames(within.collect())
    }

    /// Tries every order of so many items in each frame.
    fn frames(&mut self, frames: Vec<(bool, Place, usize)>) -> ControlFlow<End> {
        let salt: &'a [u8] = &self.discoverer.salt;
        for (merchant_is_first, place, size) in frames {
            let merchant_id = if merchant_is_first { self.discoverer.merchant_id.as_bytes() } else { b"" };
            let begun = self.discoverer.readings.iter().map(|reading| {
                let mut mac = reading.key.begin();
                mac.update(if place == Place::First { salt } else { b"" });
                mac.update(merchant_id);
                mac.update(if place == Place::Behind(0) { salt } else { b"" });
                mac
            });
            self.descend(&begun.collect::<Vec<_>>(), size, Frame { merchant_is_first, salt: place })?;
        }
        ControlFlow::Continue(())
    }

    /// Tries every order of so many more items behind those of the path. The HMAC of what they have in
    /// common is computed once: a try costs the last item, the salt and the end.
    fn descend(&mut self, begun: &[Mac], more: usize, frame: Frame) -> ControlFlow<End> {
        let Some(after_this) = more.checked_sub(1) else {
            return begun.iter().enumerate().try_for_each(|(reading, mac)| self.attempt(mac.clone(), reading, frame));
        };
        for item in self.items {
            // The orders that begin with the merchant id are a frame of their own.
            let is_taken = self.path.iter().any(|earlier| earlier.place == item.place);
            if is_taken || item.is_merchant_id() && (frame.merchant_is_first || self.path.is_empty()) {
                continue;
            }
            self.path.push(item);
            let salt: &[u8] = if frame.salt == Place::Behind(self.path.len()) { &self.discoverer.salt } else { b"" };
            let with_item = |mac: &Mac| {
                let mut mac = mac.clone();
                mac.update(&item.bytes);
                mac.update(salt);
                mac
            };
            self.spend(item.bytes.len().saturating_add(salt.len()).saturating_mul(begun.len()))?;
            let flow = if after_this == 0 {
                let tries = begun.iter().enumerate();
                tries
                    .map(|(reading, mac)| (reading, with_item(mac)))
                    .try_for_each(|(reading, mac)| self.attempt(mac, reading, frame))
            } else {
                self.descend(&begun.iter().map(with_item).collect::<Vec<_>>(), after_this, frame)
            };
            self.path.pop();
            flow?;
        }
        ControlFlow::Continue(())
    }

    /// One try: the path, under one key reading.
    fn attempt(&mut self, mut mac: Mac, reading: usize, frame: Frame) -> ControlFlow<End> {
        self.count()?;
        if frame.salt == Place::Last {
            self.spend(self.discoverer.salt.len())?;
            mac.update(&self.discoverer.salt);
        }
        if mac.verify(&self.sample.tag) {
            self.matched(reading, frame)?;
        }
        ControlFlow::Continue(())
    }

    /// Counts a try.
    fn count(&mut self) -> ControlFlow<End> {
        let Self { discoverer, discovery, .. } = self;
        if discovery.tried >= discoverer.most_tries {
            return ControlFlow::Break(End::Bound);
        }
        discovery.tried = discovery.tried.saturating_add(1);
        self.spend(PER_TRY)?;
        if self.discovery.tried.is_multiple_of(TRIES_PER_CALL) { self.call() } else { ControlFlow::Continue(()) }
    }

    /// Counts bytes that are hashed.
    fn spend(&mut self, bytes: usize) -> ControlFlow<End> {
        let Some(left) = self.work_left.checked_sub(as_u64(bytes)) else {
            return ControlFlow::Break(End::Bound);
        };
        self.work_left = left;
        self.work_to_call = self.work_to_call.saturating_sub(as_u64(bytes));
        if self.work_to_call == 0 { self.call() } else { ControlFlow::Continue(()) }
    }

    fn call(&mut self) -> ControlFlow<End> {
        self.work_to_call = TRIES_PER_CALL.saturating_mul(WORK_PER_TRY);
        let Self { discoverer, discovery, .. } = self;
        let planned = discovery.planned.min(discoverer.most_tries);
        let progress = Progress { tried: discovery.tried, planned, found: discovery.found.len() };
        (self.progress)(progress).map_break(|()| End::Stopped)
    }

    /// The path gives the token of its request: which recipes does that make, and do they give the
    /// tokens of the others too?
    fn matched(&mut self, reading: usize, frame: Frame) -> ControlFlow<End> {
        let mut terms: Vec<&'a Term> = Vec::new();
        terms.extend(frame.merchant_is_first.then_some(&Term::MerchantId));
        terms.extend((frame.salt == Place::Behind(0)).then_some(&Term::Salt));
        let path = self.path.clone();
        self.forms(&path, &mut terms, reading, frame)
    }

    /// Goes through the forms that the items of a path can have.
    fn forms(
        &mut self,
        path: &[&'a Item],
        terms: &mut Vec<&'a Term>,
        reading: usize,
        frame: Frame,
    ) -> ControlFlow<End> {
        let Some((item, rest)) = path.split_first() else {
            return self.narrow(terms, self.fields_of_others, reading, frame);
        };
        let before = terms.len();
        let salt_follows = frame.salt == Place::Behind(self.path.len().saturating_sub(rest.len()));
        for term in &item.terms {
            terms.push(term);
            terms.extend(salt_follows.then_some(&Term::Salt));
            let flow = self.forms(rest, terms, reading, frame);
            terms.truncate(before);
            flow?;
        }
        ControlFlow::Continue(())
    }

    /// Keeps the terms if they give every token; where they do not, tries them with fields that this
    /// request does not have, but others do.
    fn narrow(&mut self, terms: &[&'a Term], more: &'a [Vec<Term>], reading: usize, frame: Frame) -> ControlFlow<End> {
        if self.keep_if_good(terms, reading, frame)? {
            return ControlFlow::Continue(());
        }
        let Some((forms, rest)) = more.split_first() else { return ControlFlow::Continue(()) };
        self.narrow(terms, rest, reading, frame)?;
        for at in 0..=terms.len() {
            for form in forms {
                let mut longer = terms.to_vec();
                longer.insert(at, form);
                self.narrow(&longer, rest, reading, frame)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn keep_if_good(&mut self, terms: &[&Term], reading: usize, frame: Frame) -> ControlFlow<End, bool> {
        let samples = &self.discoverer.samples;
        let mut terms: Vec<Term> = terms.iter().map(|&term| term.clone()).collect();
        for term in &mut terms {
            if let Term::Field(field) = term
                && samples.iter().any(|sample| sample.value(field.name()).is_empty())
            {
                *term = field.clone().optional().into();
            }
        }
        match frame.salt {
            Place::First => terms.insert(0, Term::Salt),
            Place::Last => terms.push(Term::Salt),
            Place::Behind(_) => {}
        }
        let (Ok(recipe), Some(reading)) = (Recipe::of(terms), self.discoverer.readings.get(reading)) else {
            return ControlFlow::Continue(false);
        };
        let lenient = recipe.clone().without_field_checks().ignoring_other_fields();
        let mut is_good = true;
        for sample in samples {
            let values = lenient.fields().map(|field| sample.value(field.name()).len());
            self.spend(values.fold(PER_CANDIDATE, usize::saturating_add))?;
            is_good = is_good && reading.merchant.verify(&lenient, &sample.fields, &sample.token).is_ok();
        }
        let discovered = Discovered { recipe, hmac_key: reading.hmac_key };
        if is_good && self.lines.insert(discovered.to_string()) {
            self.discovery.found.push(discovered);
            if self.discovery.found.len() >= MOST_FOUND {
                return ControlFlow::Break(End::Bound);
            }
        }
        ControlFlow::Continue(is_good)
    }
}
