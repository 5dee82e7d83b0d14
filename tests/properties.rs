//! What holds for any input, tried with inputs that nobody thought of (DLGA and HASO, rule by rule).

use std::time::Duration;

use imza::dlga::{BodyLine, Date, DateError, Kind, Received, Request, Signer, Verifier};
use imza::haso::{Error, Merchant, Recipe};
use imza::mac::Tag;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The last second of 9999 (DLGA-18).
const LAST: i64 = 253_402_300_799;

fn method() -> impl Strategy<Value = String> {
    "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}"
}

/// A value of a header: anything but CR, LF and NUL.
fn header_value() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>().prop_filter("breaks a line", |b| !matches!(b, b'\r' | b'\n' | 0)), 0..30)
}

fn resource() -> impl Strategy<Value = Vec<u8>> {
    let byte = any::<u8>().prop_filter("not in a resource", |b| !b.is_ascii_control() && !b" #".contains(b));
    vec(byte, 0..40).prop_map(|rest| [b"/", rest.as_slice()].concat())
}

fn key_id() -> impl Strategy<Value = String> {
    "[^\\x00-\\x20\\x7f:]{1,20}"
}

/// A requester with something in it; blanks around do not count (DLGA-4).
fn requester() -> impl Strategy<Value = String> {
    "[^\\x00\\r\\n\\t ][^\\x00\\r\\n]{0,10}[^\\x00\\r\\n\\t ]"
}

fn body_line() -> impl Strategy<Value = BodyLine> {
    select(vec![BodyLine::WhenPresent, BodyLine::Always, BodyLine::Never])
}

/// A request that owns its parts.
#[derive(Clone, Debug)]
struct Parts {
    method: String,
    content_type: Vec<u8>,
    resource: Vec<u8>,
    body: Vec<u8>,
    body_line: BodyLine,
}

impl Parts {
    fn request(&self) -> Request<'_> {
        let request = Request::new(&self.method, &self.resource).content_type(&self.content_type);
        request.body(&self.body).body_line(self.body_line)
    }
}

prop_compose! {
    fn parts()(
        method in method(), content_type in header_value(), resource in resource(),
        body in vec(any::<u8>(), 0..200), body_line in body_line(),
    ) -> Parts {
        Parts { method, content_type, resource, body, body_line }
    }
}

/// A date in any zone, from its instant.
fn date() -> impl Strategy<Value = Date> {
    (86_400_i64..LAST - 86_400, -1439_i64..1440, 0_u8..3).prop_map(|(unix, minutes, form)| {
        let local = Date::from_unix(unix + minutes * 60).unwrap().to_string();
        let local = local.strip_suffix(" GMT").unwrap();
        let (sign, hours, minutes) = (if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60);
        let text = match form {
            0 => format!("{local} {sign}{hours:02}{minutes:02}"),
            1 => format!("{local} {sign}{hours:02}:{minutes:02}"),
            _ => format!("{local} GMT{sign}{hours}:{minutes:02}"),
        };
        let date = Date::parse(&text).expect(&text);
        assert_eq!(date.unix_seconds(), unix, "{text}");
        date
    })
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(512))]

    /// DLGA-1 to DLGA-3, DLGA-5 to DLGA-9, DLGA-11, DLGA-12, DLGA-14, DLGA-20.
    #[test]
    fn whatever_is_signed_is_accepted(
        parts in parts(), id in key_id(), secret in vec(any::<u8>(), 1..150), requester in requester(), date in date(),
        skew in -900_i64..=900,
    ) {
        let signer = Signer::new(&id, &secret).unwrap();
        let headers = signer.sign(&parts.request(), date, &requester).unwrap();
        let verifier = Verifier::new().key(&id, &secret).unwrap();
        let accepted = verifier.verify(&parts.request(), &headers, date.unix_seconds() + skew).unwrap();
        prop_assert_eq!((accepted.key_id(), accepted.requester(), accepted.date()), (&*id, &*requester, date));
    }

    /// DLGA-5 to DLGA-11, DLGA-13, DLGA-16: method, content type, date, body, resource, key id and signature.
    #[test]
    fn one_flipped_bit_in_anything_signed_is_refused(
        parts in parts(), id in key_id(), date in date(), which in 0..6_usize, at in any::<Index>(), bit in 0..8_u8,
    ) {
        let signer = Signer::new(&id, "not-a-real-secret").unwrap();
        let [date, requester, authorization] = signer.sign(&parts.request(), date, "45186").unwrap().into_pairs();
        let mut pieces = [
            parts.method.clone().into_bytes(), parts.content_type.clone(), parts.resource.clone(), parts.body.clone(),
            date.1.into_bytes(), authorization.1.into_bytes(),
        ];
        prop_assume!(!pieces[which].is_empty());
        let at = at.index(pieces[which].len());
        pieces[which][at] ^= 1 << bit;
        let [method, content_type, resource, body, date_text, authorization_text] = pieces;
        let request = Request::new(&method, &resource).content_type(&content_type).body(&body);
        let received = [
            (date.0, date_text), (requester.0, requester.1.into_bytes()), (authorization.0, authorization_text),
        ];
        let verifier = Verifier::new().key(&id, "not-a-real-secret").unwrap().ignore_clock();
        let judged = verifier.verify(&request.body_line(parts.body_line), &received, 0);
        prop_assert!(judged.is_err(), "part {}, byte {}, bit {}", which, at, bit);
    }

    /// DLGA-2: the requester alone can be changed unseen.
    #[test]
    fn a_flipped_bit_in_the_requester_goes_unseen(requester in requester(), at in any::<Index>(), bit in 0..8_u8) {
        let signer = Signer::new("id", "not-a-real-secret").unwrap();
        let headers = signer.sign(&Request::get("/"), Date::from_unix(0).unwrap(), &requester).unwrap();
        let mut received = headers.into_pairs().map(|(name, value)| (name, value.into_bytes()));
        let at = at.index(received[1].1.len());
        received[1].1[at] ^= 1 << bit;
        let verifier = Verifier::new().key("id", "not-a-real-secret").unwrap();
        match verifier.verify(&Request::get("/"), &received, 0) {
            Ok(_) => {}
            // DLGA-13, and a requester that has become nothing but blanks.
            Err(rejection) => prop_assert!(matches!(rejection.kind(), Kind::FormatInvalid | Kind::HeadersMissing)),
        }
    }

    /// DLGA-14, DLGA-15, DLGA-17, DLGA-19, DLGA-20: genuine, forged, late and malformed ones in any order, of ids with one
    /// secret, with several and with none; and a slice of verdicts of any length.
    #[test]
    fn many_requests_get_the_verdicts_that_they_get_one_by_one(
        requests in vec((parts(), select(vec![("a", "1"), ("b", "1"), ("b", "2"), ("b", "3"), ("c", "1")]), 0..6_u8), 0..8),
        places in 0..10_usize,
    ) {
        let add = |verifier: Verifier, (id, secret): (&str, &str)| verifier.key(id, secret).unwrap();
        let one_secret = [("a", "1"), ("b", "1")].into_iter().fold(Verifier::new(), add);
        let rotated = [("b", "2"), ("a", "1"), ("b", "3"), ("b", "1")].into_iter().fold(Verifier::new(), add);
        let signed: Vec<_> = requests
            .iter()
            .map(|(parts, (id, secret), fault)| {
                let signer = Signer::new(id, secret).unwrap();
                let headers = signer.sign(&parts.request(), Date::from_unix(0).unwrap(), "45186").unwrap();
                let [date, requester, mut authorization] = headers.into_pairs().map(|(_, value)| value);
                match fault {
                    0 => authorization = authorization.replace(':', ":A"),
                    1 => authorization = authorization.chars().rev().collect(),
                    2 => authorization.clear(),
                    _ => {}
                }
                (parts.request(), [date, requester, authorization], if *fault == 3 { 901 } else { 900 })
            })
            .collect();
        let received: Vec<_> = signed
            .iter()
            .map(|(request, [date, requester, authorization], now)| {
                (*request, Received::new(date.as_bytes(), requester.as_bytes(), authorization.as_bytes()), *now)
            })
            .collect();
        for verifier in [Verifier::new(), one_secret, rotated] {
            let stale = verifier.verify(&Request::get("/"), &[("", "")], 0);
            let mut verdicts = vec![Some(stale); places];
            verifier.verify_many(&received, &mut verdicts);
            for (place, verdict) in verdicts.iter().enumerate() {
                let alone = received.get(place).map(|(request, headers, now)| verifier.verify_received(request, headers, *now));
                prop_assert_eq!(verdict, &alone, "place {}", place);
            }
        }
    }

    /// HASO-7 to HASO-11: the same for tokens.
    #[test]
    fn many_tokens_get_the_verdicts_that_they_get_one_by_one(
        posted in vec(("[0-9]{0,3}", "\\PC{0,150}", 0..3_usize, 0..5_u8), 0..8), places in 0..10_usize,
    ) {
        let secrets = [("new", "salt"), ("older", "salt"), ("oldest", "another")];
        let maker = secrets.map(|(key, salt)| Merchant::new("m", key, salt).unwrap());
        let rotated = Merchant::new("m", "new", "salt").unwrap().older_secret("older", "salt").unwrap();
        let recipe = Recipe::parse("merchantId + customerId + note? + merhant_salt").unwrap();
        let posted: Vec<_> = posted
            .iter()
            .map(|(customer, note, secret, fault)| {
                let fields = [("customerId", customer.as_str()), ("note", note)];
                let token = maker[*secret].token(&recipe, &fields).unwrap_or_default();
                let token = if *fault == 0 { token.to_lowercase() } else { token };
                (if *fault == 1 { vec![fields[1]] } else { fields.to_vec() }, token)
            })
            .collect();
        let slices: Vec<_> = posted.iter().map(|(fields, token)| (fields.as_slice(), token)).collect();
        for merchant in maker.into_iter().chain([rotated]) {
            let mut verdicts = vec![Some(Err(Error::TokenMismatch)); places];
            merchant.verify_many(&recipe, &slices, &mut verdicts);
            for (place, verdict) in verdicts.iter().enumerate() {
                let alone = slices.get(place).map(|(fields, token)| merchant.verify(&recipe, fields, token));
                prop_assert_eq!(verdict, &alone, "place {}", place);
            }
        }
    }

    /// DLGA-13 to DLGA-16, DLGA-18, DLGA-19: any bytes in any place, and every clock.
    #[test]
    fn verifying_gives_a_verdict_on_any_bytes(
        method in vec(any::<u8>(), 0..9), content_type in vec(any::<u8>(), 0..9), resource in vec(any::<u8>(), 0..9),
        body in vec(any::<u8>(), 0..9), now in any::<i64>(), past in any::<Duration>(), future in any::<Duration>(),
        headers in vec((
            select(vec!["x-dlg-date", "X-DLG-Requester-UserId", "x-dlg-authorization", "Date", "X-Requester-UserId",
                "X-Authorization", "", "host"]),
            prop_oneof![
                vec(any::<u8>(), 0..60), "DLGA .{0,60}".prop_map(String::into_bytes), "[ \t]*id[ \t]*".prop_map(String::into_bytes),
                Just(b"Tue, 09 Mar 2021 13:28:32 GMT".to_vec()), Just([b"DLGA id:", [b'A'; 43].as_slice(), b"="].concat()),
            ],
        ), 0..6),
    ) {
        let verifier = Verifier::new().key("id", "not-a-real-secret").unwrap().window(past, future);
        let request = Request::new(&method, &resource).content_type(&content_type).body(&body);
        let rejection = verifier.verify(&request, &headers, now).unwrap_err();
        prop_assert!(matches!(rejection.http_status(), 400 | 401 | 403));
        prop_assert!(!rejection.to_string().contains(['\n', '\0']), "one line: {}", rejection);
        let streamed = verifier.stream(&method, &content_type, &headers).and_then(|stream| stream.finish(&resource, now));
        prop_assert_eq!(streamed.unwrap_err().http_status() / 100, 4);
    }

    /// DLGA-14, DLGA-15, DLGA-19: no clock overflows, and the verdict is the arithmetic's of wider numbers.
    #[test]
    fn every_clock_and_every_window_give_the_verdict_of_wider_arithmetic(
        unix in 0..=LAST, past in any::<u64>(), future in any::<u64>(),
        now in prop_oneof![any::<i64>(), 0..=LAST, Just(i64::MIN), Just(i64::MAX), Just(0)],
    ) {
        let signer = Signer::new("id", "not-a-real-secret").unwrap();
        let headers = signer.sign(&Request::get("/"), Date::from_unix(unix).unwrap(), "r").unwrap();
        let verifier = Verifier::new().key("id", "not-a-real-secret").unwrap();
        let ahead = i128::from(unix) - i128::from(now);
        for (past, future) in [(past, future), (900, 900), (0, 0)] {
            let verifier = verifier.clone().window(Duration::from_secs(past), Duration::from_secs(future));
            let passes = ahead <= i128::from(future) && -ahead <= i128::from(past);
            match verifier.verify(&Request::get("/"), &headers, now) {
                Ok(_) => prop_assert!(passes),
                Err(rejection) => {
                    prop_assert!(!passes);
                    prop_assert_eq!((rejection.kind(), rejection.key_index()), (Kind::ClockSkew, Some(0)));
                }
            }
        }
        prop_assert!(verifier.ignore_clock().verify(&Request::get("/"), &headers, now).is_ok());
    }

    /// DLGA-1, DLGA-18, DLGA-19: the whole range, and every clock outside it.
    #[test]
    fn a_date_that_is_written_reads_back(unix in 0..=LAST, clock in any::<i64>()) {
        let date = Date::from_unix(unix).unwrap();
        prop_assert_eq!(date.unix_seconds(), unix);
        prop_assert_eq!(Date::parse(date.as_str()).unwrap(), date);
        prop_assert_eq!(Date::from_unix(clock).is_ok(), (0..=LAST).contains(&clock));
    }

    /// DLGA-5 to DLGA-7.
    #[test]
    fn a_body_in_any_pieces_is_the_body_in_one(parts in parts(), cuts in vec(any::<Index>(), 0..5)) {
        let (signer, date) = (Signer::new("id", "not-a-real-secret").unwrap(), Date::from_unix(0).unwrap());
        let whole = signer.sign(&parts.request(), date, "r").unwrap();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(parts.body.len() + 1)).collect();
        cuts.extend([0, parts.body.len()]);
        cuts.sort_unstable();
        let pieces = || cuts.windows(2).map(|cut| &parts.body[cut[0]..cut[1]]);

        let mut signing = signer.stream(&parts.method, &parts.content_type, date).unwrap().body_line(parts.body_line);
        pieces().for_each(|piece| signing.update(piece));
        prop_assert_eq!(&signing.finish(&parts.resource, "r").unwrap(), &whole);

        let verifier = Verifier::new().key("id", "not-a-real-secret").unwrap();
        let mut verifying = verifier.stream(&parts.method, &parts.content_type, &whole).unwrap();
        pieces().for_each(|piece| verifying.update(piece));
        prop_assert!(verifying.body_line(parts.body_line).finish(&parts.resource, 0).is_ok());
    }

    /// HASO-1 to HASO-4, HASO-11: and one changed value alone is refused.
    #[test]
    fn whatever_gets_a_token_is_verified_with_it(
        values in vec("\\PC{1,12}", 1..6), key in vec(any::<u8>(), 1..100), salt in vec(any::<u8>(), 1..100),
        id in "\\PC{1,9}", salt_keyed in any::<bool>(), changed in any::<Index>(),
    ) {
        let merchant = if salt_keyed { Merchant::salt_keyed(&id, &salt) } else { Merchant::new(&id, &key, &salt) };
        let merchant = merchant.unwrap();
        let names: Vec<_> = (0..values.len()).map(|number| format!("field{number}")).collect();
        let recipe = Recipe::parse(&format!("merchantId + {} + merhant_salt", names.join("+"))).unwrap();
        let mut fields: Vec<_> = names.iter().zip(values).collect();
        let message = merchant.message(&recipe, &fields).unwrap();
        let run_together: String = fields.iter().map(|(_, value)| value.as_str()).collect();
        prop_assert_eq!(message.reveal(), [id.as_bytes(), run_together.as_bytes(), &salt].concat());

        let token = merchant.token(&recipe, &fields).unwrap();
        fields.reverse();
        prop_assert!(merchant.verify(&recipe, &fields, &token).is_ok());
        let changed = changed.index(fields.len());
        fields[changed].1.push('x');
        prop_assert_eq!(merchant.verify(&recipe, &fields, &token), Err(Error::TokenMismatch));
    }

    /// HASO-5, HASO-11: a flipped bit in a token.
    #[test]
    fn a_token_with_a_flipped_bit_is_refused(at in 0..44_usize, bit in 0..8_u8) {
        let merchant = Merchant::new("m", "key-not-real", "salt-not-real").unwrap();
        let recipe = Recipe::parse("merchantId + merhant_salt").unwrap();
        let none: [(&str, &str); 0] = [];
        let mut token = merchant.token(&recipe, &none).unwrap().into_bytes();
        token[at] ^= 1 << bit;
        let refused = merchant.verify(&recipe, &none, &token).unwrap_err();
        prop_assert!(matches!(refused, Error::TokenMismatch | Error::TokenMalformed(_)));
    }

    /// HASO-2, HASO-6, HASO-8: printed and read again, however the line was spaced and the salt spelt.
    #[test]
    fn a_recipe_that_is_printed_reads_back(
        names in vec("[A-Za-z_][A-Za-z0-9_]{0,8}", 0..6), marks in vec((any::<bool>(), any::<bool>()), 6),
        salt in select(vec!["merhant_salt", "merchant_salt", "merchantSalt"]), at in any::<Index>(),
        blanks in vec("[ \t]{0,3}", 8),
    ) {
        let mut terms: Vec<_> = names
            .iter()
            .zip(marks)
            .map(|(name, (optional, date))| {
                let (mark, form) = (if optional { "?" } else { "" }, if date { ".ToString(\"yyyy-MM-dd\")" } else { "" });
                format!("{name}{mark}{form}")
            })
            .collect();
        terms.insert(at.index(terms.len() + 1), salt.to_owned());
        let line: Vec<_> = terms.iter().zip(&blanks).map(|(term, blanks)| format!("{blanks}{term}{blanks}")).collect();
        let distinct = names.iter().collect::<std::collections::BTreeSet<_>>().len() == names.len();
        match Recipe::parse(&line.join("+")) {
            Ok(recipe) => {
                prop_assert!(distinct);
                prop_assert_eq!(Recipe::parse(&recipe.to_string()).unwrap(), recipe);
            }
            Err(Error::RecipeInvalid { .. }) => prop_assert!(!distinct),
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    /// HASO-7 to HASO-10: fields of any text, with and without the checks.
    #[test]
    fn any_field_gets_a_token_or_an_error_that_names_it(name in "\\PC{0,9}", value in any::<String>()) {
        let merchant = Merchant::new("m", "key-not-real", "salt-not-real").unwrap();
        let line = "merchantId + orderAmount? + day?.ToString(\"yyyy-MM-dd\") + ipAddress + merhant_salt";
        let recipe = Recipe::parse(line).unwrap();
        for name in ["merchantId", "orderAmount", "day", "ipAddress", &name] {
            for recipe in [recipe.clone(), recipe.clone().without_field_checks(), recipe.clone().ignoring_other_fields()] {
                if let Err(error) = merchant.token(&recipe, &[(name, &value)]) {
                    prop_assert!(error.field().is_some() && error.offset().unwrap_or(0) <= value.len());
                    prop_assert!(!error.to_string().contains('\n'));
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(8000))]

    /// DLGA-16, DLGA-18, HASO-2, HASO-11: an offset lies within the text, or just behind it.
    #[test]
    fn any_text_is_read_or_refused_at_a_place_within_it(text in prop_oneof![
        any::<String>(),
        "[A-Za-z0-9+/=_-]{40,48}",
        "(Mon|Tue|Wed), [0-9]{1,2} (Mar|Feb) [0-9]{4} [0-9:]{7,9}( (GMT|Z|UT)?[+-]?[0-9:]{0,6})?",
        "([a-c? +]|merhant_salt|merchantId|[.]ToString[(]\"yyyy-MM-dd\"[)]){1,12}",
    ]) {
        if let Err(error) = Date::parse(&text) {
            prop_assert!(error.offset().unwrap_or(0) <= text.len());
        }
        if let Err(malformed) = Tag::parse(&text) {
            prop_assert!(malformed.offset().unwrap_or(0) <= text.len());
        }
        match Recipe::parse(&text) {
            Ok(recipe) => prop_assert_eq!(Recipe::parse(&recipe.to_string()).unwrap(), recipe),
            Err(error) => {
                let offset = error.offset().unwrap();
                prop_assert!(text.is_char_boundary(offset), "{} in {:?}", offset, text);
            }
        }
        let _ = Recipe::find(&text);
        let _ = imza::dlga::resource_of_url(&text);
    }

    /// DLGA-16, DLGA-18: bytes that are no text.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..60)) {
        prop_assert!(Tag::parse(&bytes).is_err());
        prop_assert!(Date::parse(&bytes).unwrap_err().offset().unwrap() <= bytes.len());
    }

    /// DLGA-18: against a calendar of its own, with days, hours and zones that do not all exist.
    #[test]
    fn dates_are_read_as_an_independent_calendar_has_them(
        weekday in 0..7_usize, right_weekday in any::<bool>(), day in 0..33_i64, one_digit in any::<bool>(),
        month in 1..13_i64, year in prop_oneof![1968..1972_i64, 1970..10_000_i64, 9998..10_000_i64],
        (hour, minute, second) in (0..25_i64, 0..61_i64, 0..61_i64),
        zone in 0..9_usize, east in any::<bool>(), (zone_hour, zone_minute) in (0..25_i64, 0..61_i64),
    ) {
        let days = days_since_1970(year, month, day);
        let true_weekday = usize::try_from((days + 3).rem_euclid(7)).unwrap();
        let weekday = if right_weekday { true_weekday } else { weekday };
        let sign = if east { '+' } else { '-' };
        let (zone, has_offset) = match zone {
            0 => (String::new(), false),
            1 => (" GMT".into(), false),
            2 => (" UTC".into(), false),
            3 => (" UT".into(), false),
            4 => (" Z".into(), false),
            5 => (format!(" {sign}{zone_hour:02}{zone_minute:02}"), true),
            6 => (format!(" {sign}{zone_hour:02}:{zone_minute:02}"), true),
            7 => (format!(" GMT{sign}{zone_hour:02}:{zone_minute:02}"), true),
            _ => (format!(" GMT{sign}{zone_hour}:{zone_minute:02}"), true),
        };
        let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let day_text = if one_digit { day.to_string() } else { format!("{day:02}") };
        let month_name = months[usize::try_from(month - 1).unwrap()];
        let text = format!("{}, {day_text} {month_name} {year} {hour:02}:{minute:02}:{second:02}{zone}", names[weekday]);

        let offset = (zone_hour * 3600 + zone_minute * 60) * i64::from(has_offset) * if east { 1 } else { -1 };
        let unix = days * 86_400 + hour * 3600 + minute * 60 + second - offset;
        let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        let exists = (1..=days_since_1970(next_year, next_month, 1) - days_since_1970(year, month, 1)).contains(&day)
            && hour < 24 && minute < 60 && second < 60;
        let zone_exists = !has_offset || (zone_hour < 24 && zone_minute < 60);
        let expected = exists && zone_exists && weekday == true_weekday && (0..=LAST).contains(&unix);
        match Date::parse(&text) {
            Ok(date) => {
                prop_assert!(expected, "{} was read", text);
                prop_assert_eq!(date.unix_seconds(), unix);
            }
            Err(error) => {
                prop_assert!(!expected, "{}: {}", text, error);
                let leaves_pattern = matches!(error, DateError::Pattern { .. });
                prop_assert_eq!(leaves_pattern, !zone_exists, "{}: {}", text, error);
            }
        }
    }
}

/// Days of the Gregorian calendar, counted without a table: years begin in March, so that the leap day is the last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 - 719_468
}
