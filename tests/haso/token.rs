//! Messages and tokens (HASO-1 to HASO-8).

use imza::haso::{Credential, Error, HmacKey, Merchant, PostedField, Recipe, SET_PRE_DEFINED_LIMIT, Secret};

use crate::corpus::{cases, text};
use crate::merchant;

/// HASO-1 to HASO-8: the first stage that differs is the one that is named.
#[test]
fn every_case_of_the_corpus_gets_its_message_and_its_token() {
    for case in cases("haso.json").into_iter().chain(cases("haso-more.json")) {
        let name = &case["name"];
        let merchant = merchant(text(&case, "merchant_id"), &case).unwrap();
        let recipe = Recipe::find(text(&case, "endpoint")).unwrap();
        let fields = case["fields"].as_object().unwrap().iter();
        let fields: Vec<_> = fields.map(|(name, value)| (name, value.as_str().unwrap())).collect();

        let message = merchant.message(recipe, &fields).unwrap();
        assert_eq!(message.reveal(), text(&case, "message").as_bytes(), "{name}: message");
        let token = merchant.token(recipe, &fields).unwrap();
        assert_eq!(token, text(&case, "token"), "{name}: token");
        let mut buffer = [b'.'; 50];
        assert_eq!(merchant.write_token(recipe, &fields, &mut buffer).unwrap(), token, "{name}: written");
        assert_eq!(&buffer[44..], b"......", "{name}: no byte more is written");
        assert_eq!(merchant.verify(recipe, &fields, &token).unwrap().key_index(), 0, "{name}: verified");
    }
}

/// HASO-3: what is shown of a message has no salt in it, unless it is asked for.
#[test]
fn a_message_shows_the_place_of_the_salt_and_not_the_salt() {
    let merchant = Merchant::new("M", "key-not-real", "salt-not-real").unwrap();
    for (line, shown) in [
        ("merchantId + a + merhant_salt", "Mxy[salt]"),
        ("merhant_salt + a", "[salt]xy"),
        ("a + merchantSalt + merchantId", "xy[salt]M"),
    ] {
        let message = merchant.message(&Recipe::parse(line).unwrap(), &[("a", "xy")]).unwrap();
        assert_eq!(message.to_string(), shown);
        assert_eq!(format!("{message:?}"), format!("Message({shown:?})"));
        assert_eq!(message.reveal(), shown.replace("[salt]", "salt-not-real").as_bytes());
    }
}

/// HASO-10.
#[test]
fn an_empty_credential_is_refused_by_its_name() {
    let empty = |credential| Error::Empty { credential };
    assert_eq!(Merchant::new("", "k", "s").unwrap_err(), empty(Credential::MerchantId));
    assert_eq!(Merchant::new("m", "", "s").unwrap_err(), empty(Credential::Key));
    assert_eq!(Merchant::new("m", "k", "").unwrap_err(), empty(Credential::Salt));
    assert_eq!(Merchant::salt_keyed("m", "").unwrap_err(), empty(Credential::Salt));
    let merchant = || Merchant::new("m", "k", "s").unwrap();
    assert_eq!(merchant().older_secret("", "s").unwrap_err(), empty(Credential::Key));
    assert_eq!(merchant().older_secret("k", "").unwrap_err(), empty(Credential::Salt));
    assert_eq!(merchant().older_salt("").unwrap_err(), empty(Credential::Salt));
}

/// HASO-5: 44 characters, or nothing.
#[test]
fn a_buffer_that_is_too_small_is_left_as_it_was() {
    let merchant = Merchant::new("m", "key-not-real", "salt-not-real").unwrap();
    let fields = [("customerId", "1"), ("dealerSegment", "A")];
    for capacity in 0..44 {
        let mut buffer = vec![b'.'; capacity];
        let refused = merchant.write_token(&SET_PRE_DEFINED_LIMIT, &fields, &mut buffer).unwrap_err();
        assert_eq!(refused, Error::BufferTooSmall { needed: 44, capacity });
        assert!(buffer.iter().all(|&b| b == b'.'));
    }
}

/// The merchant of the documentation.
fn usual() -> Merchant {
    Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real").unwrap()
}

/// HASO-4: one secret, whoever takes it, and both ways to say which part of it keys the HMAC.
#[test]
fn a_secret_makes_the_merchant_that_the_constructors_make() {
    let fields = [("customerId", "5500123"), ("dealerSegment", "GOLD")];
    let token = |merchant: &Merchant| merchant.token(&SET_PRE_DEFINED_LIMIT, &fields).unwrap();
    let both = Secret::new("merchant-key-not-real", "merchant-salt-not-real").unwrap();
    let salt = Secret::salt_only("merchant-salt-not-real").unwrap();
    assert_eq!((both.hmac_key(), salt.hmac_key()), (HmacKey::MerchantKey, HmacKey::MerchantSalt));
    assert_eq!(both.reveal_hmac_key(), b"merchant-key-not-real");
    assert_eq!((both.reveal_salt(), salt.reveal_salt()), (salt.reveal_hmac_key(), both.reveal_salt()));

    let keyed = Merchant::of("1000042", &both).unwrap();
    let salted = Merchant::of("1000042", &salt).unwrap();
    assert_eq!(token(&keyed), token(&usual()));
    assert_eq!(token(&salted), token(&Merchant::salt_keyed("1000042", "merchant-salt-not-real").unwrap()));
    assert_ne!(token(&keyed), token(&salted));
    let rotated = keyed.older(&salt);
    let accepted = rotated.verify(&SET_PRE_DEFINED_LIMIT, &fields, token(&salted)).unwrap();
    assert_eq!(accepted.key_index(), 1);

    for (word, key) in [("merchant-key", HmacKey::MerchantKey), ("merchant-salt", HmacKey::MerchantSalt)] {
        assert_eq!((word.parse(), key.to_string().as_str()), (Ok(key), word));
    }
    assert_eq!(
        "salt".parse::<HmacKey>().unwrap_err().to_string(),
        "the HMAC key is either `merchant-key` or `merchant-salt`"
    );
    for owner in [format!("{both:?}"), format!("{salt:#?}")] {
        assert!(owner.contains("[redacted]") && !owner.contains("not-real"), "{owner}");
    }
}

/// HASO-9: fields that are no pairs are taken as they are held.
#[test]
fn fields_of_the_callers_own_type_are_taken() {
    struct Parameter(&'static str, u32);
    impl PostedField for Parameter {
        fn name(&self) -> &str {
            self.0
        }

        fn value(&self) -> &str {
            if self.1 == 7 { "7" } else { "" }
        }
    }
    let recipe = Recipe::parse("merchantId + order + merhant_salt").unwrap();
    let own = usual().token(&recipe, &[Parameter("order", 7)]).unwrap();
    assert_eq!(own, usual().token(&recipe, &[("order", "7")]).unwrap());
}
