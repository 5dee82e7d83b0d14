//! The known mistakes of those who make tokens, as data where they can be.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use zeroize::Zeroizing;

use super::draft::{Absent, Draft, Placement, Roles, Separator, Value, merchant_key};
use super::forms::{AMOUNTS, DATES, TEXTS};
use super::order::{Fields, Order, Piece, effective, pieces};
use crate::explain::call::Call;
use crate::explain::encodings::ENCODINGS;
use crate::explain::mask::Mask;
use crate::explain::search::Alternatives;
use crate::explain::secret::{UNSET, forms};
use crate::explain::{MOST_BODY, addresses, percent};
use crate::haso::{MERCHANT_ID, METHODS, REQUEST_TOKEN, Recipe, Secret, Shape};

const IP_ADDRESS: &str = "ipAddress";

const ABSENT_IS_NULL: Absent = Absent { text: "null", field: None };

const ABSENT: [(&str, Absent); 9] = [
    ("an absent field is `null`", ABSENT_IS_NULL),
    ("an absent field is `None`", Absent { text: "None", field: None }),
    ("an absent field is `undefined`", Absent { text: "undefined", field: None }),
    ("an absent field is `NULL`", Absent { text: "NULL", field: None }),
    ("an absent field is `nil`", Absent { text: "nil", field: None }),
    ("an absent ipAddress is `127.0.0.1`", Absent { text: "127.0.0.1", field: Some(IP_ADDRESS) }),
    ("an absent ipAddress is `0.0.0.0`", Absent { text: "0.0.0.0", field: Some(IP_ADDRESS) }),
    ("an absent ipAddress is `localhost`", Absent { text: "localhost", field: Some(IP_ADDRESS) }),
    ("an absent ipAddress is `::1`", Absent { text: "::1", field: Some(IP_ADDRESS) }),
];

const CALLS: [(&str, Call); 19] = [
    ("key and message change places in the HMAC", Call::Exchanged),
    ("it is plain SHA-256 of the message, no HMAC", Call::Sha256 { before: false, behind: false }),
    ("it is plain SHA-256 of the key and the message, no HMAC", Call::Sha256 { before: true, behind: false }),
    ("it is plain SHA-256 of the message and the key, no HMAC", Call::Sha256 { before: false, behind: true }),
    ("the HMAC is over the hex of the message's SHA-256, in lower case", Call::OfHexHash { upper: false }),
    ("the HMAC is over the message's SHA-256", Call::OfHash),
    ("the HMAC is over the base64 of the message", Call::OfBase64),
    ("it is plain SHA-256 of the message between twice the key, no HMAC", Call::Sha256 { before: true, behind: true }),
    ("the HMAC is over the hex of the message's SHA-256, in upper case", Call::OfHexHash { upper: true }),
    ("the HMAC is over the hex of the message", Call::OfHex),
    ("the HMAC is over the base64 of the message's SHA-256", Call::OfBase64Hash),
    ("the HMAC is over the HMAC once more", Call::OfHmac),
    ("it is SHA-256 of the HMAC", Call::Sha256OfHmac),
    ("it is SHA-256 of the SHA-256 of the key and the message, no HMAC", Call::Sha256Twice),
    ("it is plain SHA-256 of the key, `:` and the message, no HMAC", Call::Sha256With { between: ":", first: true }),
    ("it is plain SHA-256 of the message, `:` and the key, no HMAC", Call::Sha256With { between: ":", first: false }),
    ("it is plain SHA-256 of the key, `|` and the message, no HMAC", Call::Sha256With { between: "|", first: true }),
    (
        "it is plain SHA-256 of the key, a line feed and the message, no HMAC",
        Call::Sha256With { between: "\n", first: true },
    ),
    (
        "it is plain SHA-256 of the message, a line feed and the key, no HMAC",
        Call::Sha256With { between: "\n", first: false },
    ),
];

/// Nothing separates the terms (HASO-2).
const SEPARATORS: [(&str, &str); 18] = [
    ("`|`", "|"),
    ("`,`", ","),
    ("a space", " "),
    ("a line feed", "\n"),
    ("CR LF", "\r\n"),
    ("`&`", "&"),
    ("`;`", ";"),
    ("`:`", ":"),
    ("`-`", "-"),
    ("`_`", "_"),
    ("`+`", "+"),
    ("` + `", " + "),
    ("`.`", "."),
    ("`#`", "#"),
    ("`/`", "/"),
    ("a tab", "\t"),
    ("`||`", "||"),
    ("`*`", "*"),
];

/// The known mistakes that these fields allow.
pub(super) fn alternatives(
    recipe: &Recipe,
    fields: &Fields<'_>,
    draft: &Draft<'_>,
    mask: &Mask,
) -> Alternatives<Value> {
    let mut all = Alternatives::to(vec![Value::Placement(draft.salt_place())]);
    all.add("the salt is left out", Value::Placement(Placement::LeftOut));
    all.add("the salt stands first", Value::Placement(Placement::First));
    all.add("the salt stands last", Value::Placement(Placement::Last));
    all.add("the salt stands after the first term", Value::Placement(Placement::Second));
    all.add("the salt stands first and last", Value::Placement(Placement::FirstAndLast));
    all.add("the salt stands last, twice", Value::Placement(Placement::LastTwice));
    add_orders(recipe, fields, draft.pieces, mask, &mut all);
    if let Some(posted) = fields.posted(MERCHANT_ID).filter(|posted| *posted != draft.merchant_id) {
        all.add("the merchant id is the posted one", Value::MerchantId(posted.to_owned()));
    }
    all.add_all(ABSENT, Value::Absent);
    add_values(fields, draft, &mut all);
    add_rewritten(fields, mask, &mut all);
    all.add_all(CALLS, Value::Call);
    for (name, text) in SEPARATORS {
        all.add(format!("{name} separates the terms"), Value::Separator(Separator { text, at_salt: true }));
    }
    for (name, text) in SEPARATORS {
        let clause = format!("{name} separates the terms, but not the salt");
        all.add(clause, Value::Separator(Separator { text, at_salt: false }));
    }
    all
}

/// The known mistakes with key and salt; none with a key where there is only a salt.
pub(super) fn credential_mistakes(secret: &Secret) -> Alternatives<Value> {
    let mut all = Alternatives::default();
    if let Some(key) = merchant_key(secret) {
        all.add("key and salt change places", Value::Roles(Roles::Exchanged));
        all.add("the salt keys the HMAC", Value::Roles(Roles::SaltTwice));
        all.add("the key stands in the place of the salt", Value::Roles(Roles::KeyTwice));
        for (taken, bytes) in forms(key) {
            all.add(format!("the key is taken {taken}"), Value::Key(bytes));
        }
        let salt = secret.reveal_salt();
        for (clause, bytes, place) in [
            ("key and salt together key the HMAC", [key, salt], Value::Key as fn(_) -> _),
            ("salt and key together key the HMAC", [salt, key], Value::Key),
            ("the key stands behind the salt", [salt, key], Value::Salt),
            ("the key stands before the salt", [key, salt], Value::Salt),
        ] {
            all.add(clause, place(Zeroizing::new(bytes.concat())));
        }
        for (what, unset) in UNSET {
            all.add(format!("the key is {what}"), Value::Key(Zeroizing::new(unset.into())));
        }
    }
    for (taken, bytes) in forms(secret.reveal_salt()) {
        all.add(format!("the salt is taken {taken}"), Value::Salt(bytes));
    }
    for (what, unset) in UNSET.into_iter().filter(|(_, unset)| !unset.is_empty()) {
        all.add(format!("the salt is {what}"), Value::Salt(Zeroizing::new(unset.into())));
    }
    all
}

/// What is tried alone: every order of some of the terms, a further field in every place, one field in another form, and an
/// address with the port that a proxy put behind it, which can be any.
pub(super) fn alone(draft: &Draft<'_>, mask: &Mask, take: &mut dyn FnMut(Cow<'static, str>, Value) -> bool) {
    let _ = other_orders(draft, mask, take)
        && further_fields(draft, mask, take)
        && single_fields(draft, mask, take)
        && ports(draft, take);
}

/// The most terms whose every order is tried.
const MOST_ORDERED: usize = 6;

fn other_orders(draft: &Draft<'_>, mask: &Mask, take: &mut dyn FnMut(Cow<'static, str>, Value) -> bool) -> bool {
    let adds = |piece: &&Piece| match piece {
        Piece::Field { name, .. } => draft.fields.posted(name).is_some(),
        Piece::MerchantId => true,
        Piece::Salt => false,
    };
    let terms: Vec<&Piece> = draft.pieces.iter().filter(adds).collect();
    if terms.len() > MOST_ORDERED {
        return true;
    }
    let mut orders: Vec<Vec<&Piece>> = vec![Vec::new()];
    let mut at = 0_usize;
    while let Some(order) = orders.get(at).cloned() {
        at = at.saturating_add(1);
        let further = terms.iter().filter(|piece| !order.contains(*piece));
        orders.extend(further.map(|piece| [&*order, &[*piece]].concat()));
    }
    orders.into_iter().rev().all(|order| {
        let names: Vec<_> = order.iter().map(|piece| mask.name(piece.name())).collect();
        let clause = match names.as_slice() {
            [] => "nothing but the salt is signed".to_owned(),
            names => format!("the terms are {}", names.join(", ")),
        };
        let pieces = order.into_iter().cloned().chain([Piece::Salt]).collect();
        take(mask.text(&clause).into(), Value::Order(Order { pieces }))
    })
}

fn further_fields(draft: &Draft<'_>, mask: &Mask, take: &mut dyn FnMut(Cow<'static, str>, Value) -> bool) -> bool {
    let others = draft.fields.list.iter().map(|(name, _)| *name).filter(|name| {
        ![MERCHANT_ID, REQUEST_TOKEN].contains(name) && !draft.pieces.iter().any(|piece| piece.is(name))
    });
    others.flat_map(|name| (0..=draft.pieces.len().min(MOST_TERMS)).map(move |at| (name, at))).all(|(name, at)| {
        let mut pieces = draft.pieces.to_vec();
        let behind = at.checked_sub(1).and_then(|before| draft.pieces.get(before));
        let place = behind.map_or("first".to_owned(), |piece| format!("after {}", piece.name()));
        pieces.insert(at.min(pieces.len()), Piece::posted(name));
        let clause = mask.text(&format!("the field {} is added {place}", mask.name(name)));
        take(clause.into(), Value::Order(Order { pieces }))
    })
}

/// One field in a form that the others do not have.
fn single_fields(draft: &Draft<'_>, mask: &Mask, take: &mut dyn FnMut(Cow<'static, str>, Value) -> bool) -> bool {
    draft.pieces.iter().filter_map(|piece| Some((piece.name(), draft.fields.posted(piece.name())?))).all(
        |(name, value)| {
            let amounts = AMOUNTS.iter().filter_map(|(clause, form)| Some((*clause, form(value)?)));
            let texts = TEXTS.iter().map(|(clause, form)| (*clause, form(value)));
            let encodings = ENCODINGS
                .iter()
                .filter_map(|(clause, encoding)| Some((*clause, String::from_utf8(encoding(value.as_bytes())?).ok()?)));
            let amounts = amounts.filter(|_| value.bytes().any(|b| b.is_ascii_digit()));
            texts.chain(encodings).chain(amounts).filter(|(_, other)| other != value).all(|(clause, other)| {
                let clause = format!("in {} alone, {}", mask.name(name), of_values(clause));
                take(mask.text(&clause).into(), Value::Rewritten(vec![(name.to_owned(), other)]))
            })
        },
    )
}

fn ports(draft: &Draft<'_>, take: &mut dyn FnMut(Cow<'static, str>, Value) -> bool) -> bool {
    let Some(address) = draft.fields.posted(IP_ADDRESS) else { return true };
    let address = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
    (1..=u16::MAX).all(|port| {
        let value = Value::Rewritten(vec![(IP_ADDRESS.to_owned(), format!("{address}:{port}"))]);
        take(format!("{IP_ADDRESS} has the port `:{port}` behind it").into(), value)
    })
}

/// Other forms of the values: those that make a difference here, and not the same one twice. Some make one only
/// to fields that the recipe does not name, and so only beside another order.
fn add_values(fields: &Fields<'_>, draft: &Draft<'_>, all: &mut Alternatives<Value>) {
    if fields.len > MOST_BODY {
        return;
    }
    let amounts = AMOUNTS.iter().enumerate().map(|(at, (text, _))| (*text, Value::Amount(at)));
    let dates = DATES.into_iter().map(|(text, pattern)| (text, Value::Date(pattern)));
    let texts = TEXTS.iter().enumerate().map(|(at, (text, _))| (*text, Value::Text(at)));
    let encodings = ENCODINGS.iter().enumerate().map(|(at, (clause, _))| (of_values(clause), Value::Encoding(at)));
    let posted: Vec<Piece> = fields.list.iter().map(|(name, _)| Piece::posted(name)).collect();
    let of_posted = Draft::of(draft.merchant_id, &posted, fields);
    let any_order = Value::Order(Order { pieces: Vec::new() });
    // The values, and where the alternative is that has them; those by the rules have none.
    let mut known = vec![(draft.values(), None)];
    let mut known_of_posted = vec![of_posted.values()];
    let others = amounts.chain(dates).chain(texts).map(|(text, value)| (text.to_owned(), value));
    for (text, value) in others.chain(encodings) {
        let (values, values_of_posted) = (draft.with(&[&value]).values(), of_posted.with(&[&value]).values());
        match known.iter().find(|(earlier, _)| *earlier == values) {
            None => {
                known_of_posted.push(values_of_posted);
                known.push((values, Some(all.add_new(text, value))));
            }
            Some((_, Some(at))) => all.name(*at, text),
            Some((_, None)) if !known_of_posted.contains(&values_of_posted) => {
                known_of_posted.push(values_of_posted);
                all.add_beside(&any_order, text, value);
            }
            Some((_, None)) => {}
        }
    }
}

/// A clause about one value as one about all of them.
fn of_values(clause: &str) -> String {
    let (verb, rest) = clause.split_once(' ').unwrap_or((clause, ""));
    let verb = match verb {
        "is" => "are",
        "has" => "have",
        "begins" => "begin",
        // It is about more than one already.
        "values" | "amounts" => return clause.to_owned(),
        other => other,
    };
    format!("values {verb} {rest}")
}

/// Values that are written otherwise: percent-encoded by some program, or addresses in other forms.
fn add_rewritten(fields: &Fields<'_>, mask: &Mask, all: &mut Alternatives<Value>) {
    if fields.len > MOST_BODY {
        return;
    }
    let posted: Vec<_> = fields.list.iter().filter(|(name, _)| ![MERCHANT_ID, REQUEST_TOKEN].contains(name)).collect();
    let values: Vec<&[u8]> = posted.iter().map(|(_, value)| value.as_bytes()).collect();
    percent::of_values(&values, &mut |clause, written| {
        let texts: Option<Vec<String>> = written.into_iter().map(|value| String::from_utf8(value).ok()).collect();
        let Some(texts) = texts else { return };
        let named = posted.iter().map(|(name, _)| (*name).to_owned()).zip(texts);
        all.add(mask.text(&of_values(&clause)), Value::Rewritten(named.collect()));
    });
    for (name, value) in posted.iter().filter(|(name, value)| *name == IP_ADDRESS || addresses::looks_so(value)) {
        addresses::written(value, &mut |clause, other| {
            let clause = mask.text(&format!("{} {clause}", mask.name(name)));
            all.add(clause, Value::Rewritten(vec![((*name).to_owned(), other)]));
        });
    }
}

/// An address that is written otherwise, once more.
pub(super) fn second_addresses(values: &[(String, String)], take: &mut dyn FnMut(Cow<'static, str>, Value) -> bool) {
    let [(name, value)] = values else { return };
    let mut wanted = addresses::looks_so(value);
    addresses::written(value, &mut |clause, other| {
        wanted = wanted && take(format!("then {clause}").into(), Value::Rewritten(vec![(name.clone(), other)]));
    });
}

/// The most terms of a recipe whose other orders are tried: no method has more than seven.
const MOST_TERMS: usize = 24;

fn add_orders(recipe: &Recipe, fields: &Fields<'_>, by_recipe: &[Piece], mask: &Mask, all: &mut Alternatives<Value>) {
    if by_recipe.len() > MOST_TERMS {
        return;
    }
    let names = |pieces: &[Piece]| pieces.iter().map(|piece| piece.name().to_owned()).collect::<Vec<_>>();
    // The effects of an order, and where the alternative is that has them; the recipe's own has none.
    let mut known = HashMap::from([(effective(by_recipe, fields), None)]);
    let mut known_names = vec![names(by_recipe)];
    let mut add = |text: String, pieces: Vec<Piece>| {
        if known_names.first() == Some(&names(&pieces)) {
            return;
        }
        let text = mask.text(&text);
        let is_known = known_names.contains(&names(&pieces));
        known_names.push(names(&pieces));
        match known.entry(effective(&pieces, fields)) {
            Entry::Vacant(place) => {
                place.insert(Some(all.add_new(text, Value::Order(Order { pieces }))));
            }
            Entry::Occupied(place) => {
                if let Some(at) = place.get() {
                    all.name(*at, text.clone());
                }
                // It moves only fields that are absent, which add something where an absent field is not nothing.
                if !is_known {
                    all.add_beside(&Value::Absent(ABSENT_IS_NULL), text, Value::Order(Order { pieces }));
                }
            }
        }
    };
    let without = |gone: &Piece| by_recipe.iter().filter(|piece| *piece != gone).cloned().collect::<Vec<_>>();
    let is_recipe_field = |name: &str| by_recipe.iter().any(|piece| piece.is(name));
    let terms = by_recipe.iter().filter(|piece| **piece != Piece::Salt);

    for piece in terms.clone() {
        add(format!("{} is left out", piece.name()), without(piece));
    }
    for method in METHODS.iter().filter(|method| method.endpoint() != recipe.endpoint()) {
        add(format!("the order is that of {}", method.name().unwrap_or_default()), pieces(method));
    }
    let ip_address = Piece::Field { name: IP_ADDRESS.to_owned(), shape: Shape::IpAddress };
    let before_ip = by_recipe.iter().filter(|piece| !piece.is(IP_ADDRESS)).cloned().collect::<Vec<_>>();
    for at in 0..=before_ip.len() {
        let mut moved = before_ip.clone();
        let behind = at.checked_sub(1).and_then(|before| before_ip.get(before));
        let place = behind.map_or("first".to_owned(), |piece| format!("after {}", piece.name()));
        moved.insert(at, ip_address.clone());
        add(format!("{IP_ADDRESS} stands {place}"), moved);
    }
    for (at, one) in by_recipe.iter().enumerate().filter(|(_, piece)| **piece != Piece::Salt) {
        for (other_at, other) in by_recipe.iter().enumerate().skip(at.saturating_add(1)) {
            if *other != Piece::Salt {
                let mut exchanged = by_recipe.to_vec();
                exchanged.swap(at, other_at);
                add(format!("{} and {} change places", one.name(), other.name()), exchanged);
            }
        }
    }
    let others: Vec<&str> = fields
        .list
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !is_recipe_field(name) && ![MERCHANT_ID, REQUEST_TOKEN].contains(name))
        .collect();
    let at_end = |more: &[&str]| {
        let salt_is_last = by_recipe.last() == Some(&Piece::Salt);
        let end = by_recipe.len().saturating_sub(usize::from(salt_is_last));
        let more = more.iter().map(|name| Piece::posted(name));
        by_recipe.iter().take(end).cloned().chain(more).chain(by_recipe.iter().skip(end).cloned()).collect::<Vec<_>>()
    };
    for name in &others {
        add(format!("the field {} is added at the end", mask.name(name)), at_end(&[name]));
    }
    add("the other posted fields are added at the end".to_owned(), at_end(&others));

    let posted_names: Vec<&str> =
        fields.list.iter().map(|(name, _)| *name).filter(|name| *name != REQUEST_TOKEN).collect();
    let in_order = |names: &[&str]| {
        let has_merchant = names.contains(&MERCHANT_ID);
        let first = (!has_merchant).then_some(Piece::MerchantId);
        let piece = |name: &&str| if *name == MERCHANT_ID { Piece::MerchantId } else { Piece::posted(name) };
        first.into_iter().chain(names.iter().map(piece)).chain([Piece::Salt]).collect::<Vec<_>>()
    };
    let in_recipe: Vec<&str> =
        posted_names.iter().copied().filter(|name| *name == MERCHANT_ID || is_recipe_field(name)).collect();
    let in_order_of_names = |names: &[&str]| {
        let mut sorted = names.to_vec();
        sorted.sort_by_cached_key(|name| name.to_lowercase());
        in_order(&sorted)
    };
    add("the recipe's fields stand in the order in which they are posted".to_owned(), in_order(&in_recipe));
    add("all posted fields stand in the order in which they are posted".to_owned(), in_order(&posted_names));
    add("the recipe's fields stand in the order of their names".to_owned(), in_order_of_names(&in_recipe));
    add("all posted fields stand in the order of their names".to_owned(), in_order_of_names(&posted_names));
}
