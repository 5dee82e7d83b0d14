//! Verdicts over posted fields and a presented token (HASO-4, HASO-6 to HASO-12).

use imza::haso::{Error, Merchant, Recipe, SET_PRE_DEFINED_LIMIT};
use serde_json::Value;

use crate::corpus::{cases, place, text};
use crate::merchant;

/// The outcome of a case: the index of the secret that matched.
fn judge(case: &Value) -> Result<usize, Error> {
    let id = text(case, "merchant_id");
    let secrets = case["secrets"].as_array().unwrap();
    let mut merchant = merchant(id, &secrets[0])?;
    for older in &secrets[1..] {
        merchant = match text(older, "hmac_key") {
            "merchant-salt" => merchant.older_salt(text(older, "merchant_salt"))?,
            _ => merchant.older_secret(text(older, "merchant_key"), text(older, "merchant_salt"))?,
        };
    }
    let mut recipe = match text(case, "recipe") {
        "" => Recipe::find(text(case, "endpoint"))?.clone(),
        line => Recipe::parse(line)?,
    };
    if !case["field_checks"].as_bool().unwrap() {
        recipe = recipe.without_field_checks();
    }
    if case["ignore_other_fields"].as_bool().unwrap() {
        recipe = recipe.ignoring_other_fields();
    }
    let fields = case["fields"].as_array().unwrap().iter();
    let fields: Vec<_> = fields.map(|field| (field[0].as_str().unwrap(), field[1].as_str().unwrap())).collect();
    merchant.verify(&recipe, &fields, text(case, "token")).map(|accepted| accepted.key_index())
}

/// HASO-2, HASO-4, HASO-6 to HASO-12.
#[test]
fn every_request_of_the_corpus_gets_the_verdict_of_the_rules() {
    for case in cases("haso-verdicts.json") {
        let (name, verdict) = (&case["name"], &case["verdict"]);
        match judge(&case) {
            Ok(key_index) => {
                assert_eq!(text(verdict, "kind"), "accepted", "{name}");
                assert_eq!(Some(key_index), place(verdict, "key_index"), "{name}");
            }
            Err(error) => {
                let kind = match error {
                    Error::FieldMissing { .. } => "field-missing",
                    Error::FieldUnknown { .. } => "field-unknown",
                    Error::FieldDuplicate { .. } => "field-duplicate",
                    Error::FieldInvalid { .. } => "field-invalid",
                    Error::RecipeInvalid { .. } => "recipe-invalid",
                    Error::RecipeUnknown { .. } => "recipe-unknown",
                    Error::TokenMalformed(_) => "token-malformed",
                    Error::TokenMismatch => "token-mismatch",
                    _ => "unknown to this test",
                };
                assert_eq!(kind, text(verdict, "kind"), "{name}: {error}");
                assert_eq!(error.field(), verdict["field"].as_str(), "{name}: {error}");
                assert_eq!(error.offset(), place(verdict, "offset"), "{name}: {error}");
            }
        }
    }
}

/// HASO-9: the error tells which names there are, and does not let a name forge a line of a log.
#[test]
fn an_unknown_field_is_named_on_one_line_together_with_the_known_ones() {
    let merchant = Merchant::new("m", "key-not-real", "salt-not-real").unwrap();
    let error = merchant.token(&SET_PRE_DEFINED_LIMIT, &[("a\nb", "1")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the method has no field `a\\nb`; it has merchantId, customerId, dealerSegment, ipAddress, limitReductionFlag"
    );
    let error = merchant.token(&SET_PRE_DEFINED_LIMIT, &[("x".repeat(1000), "1")]).unwrap_err();
    assert_eq!(error.field(), Some("x".repeat(64).as_str()));
}

/// HASO-11: SHA-1 is a part of another vendor's history, and not told to a merchant.
#[test]
fn a_token_of_20_bytes_is_told_by_its_length_alone() {
    let merchant = Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real").unwrap();
    let recipe = Recipe::parse("merchantId + merhant_salt").unwrap();
    for token in ["4J2OtxTeMpyfMad4y26RaKA/rrk=", "e09d8eb714de329c9f31a778cb6e9168a03faeb9"] {
        let refused = merchant.verify(&recipe, &[("", ""); 0], token).unwrap_err().to_string();
        assert!(refused.contains("20 bytes") && !refused.contains("2021") && !refused.contains("Diyalog"), "{refused}");
    }
}
