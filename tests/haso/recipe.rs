//! The vendor's notation and its table of methods (HASO-2, HASO-12).

use imza::haso::{
    Error, Field, FieldFault, MERCHANT_ID, METHODS, Merchant, Recipe, RecipeFault, SET_PRE_DEFINED_LIMIT, Shape, Term,
    Weakness,
};

use serde_json::Value;

use crate::corpus::{cases, place, text};

/// HASO-2, HASO-6, HASO-8.
#[test]
fn every_line_of_the_corpus_is_read_or_refused_as_the_rules_say() {
    for case in cases("haso-recipes.json") {
        let name = &case["name"];
        match Recipe::parse(text(&case, "line")) {
            Ok(recipe) => {
                assert_eq!(Some(recipe.to_string().as_str()), case["printed"].as_str(), "{name}");
                assert_eq!(Recipe::parse(&recipe.to_string()).unwrap(), recipe, "{name}: printed and read again");
            }
            Err(Error::RecipeInvalid { offset, fault }) => {
                let fault = match fault {
                    RecipeFault::EmptyTerm => "empty-term",
                    RecipeFault::NotInNotation => "not-in-notation",
                    RecipeFault::NameTwice => "name-twice",
                    RecipeFault::SaltTwice => "salt-twice",
                    RecipeFault::NoSalt => "no-salt",
                    _ => "unknown to this test",
                };
                assert_eq!(Some(fault), case["fault"].as_str(), "{name}");
                assert_eq!(Some(offset), place(&case, "offset"), "{name}");
            }
            Err(error) => panic!("{name}: {error}"),
        }
    }
}

/// HASO-2, HASO-3, HASO-7, HASO-8, HASO-10: the table, word for word.
#[test]
fn the_table_has_the_eleven_documented_methods() {
    let table: Vec<_> = METHODS
        .iter()
        .map(|recipe| {
            let edition = if recipe.is_store_only() { "store" } else { "" };
            let others = recipe.other_parameters().join(" ");
            (recipe.section().unwrap(), recipe.endpoint().unwrap(), recipe.to_string(), edition, others)
        })
        .collect();
    let expected = [
        ("5.2.2", "/RequestV2/SendKkbPinCode", "ipAddress + kkbRefNo + pinCode", "", "testResult"),
        ("5.2.3", "/RequestV2/AskKkbReportResult", "ipAddress + kkbRefNo", "store", "testResult"),
        ("5.2.5", "/RequestV2/SetPreDefinedLimit", "customerId + dealerSegment + ipAddress", "", "limitReductionFlag"),
        (
            "5.2.6",
            "/RequestV2/SetLimitFromKds",
            "shopperName + shopperSurname + dealerSegment + ipAddress",
            "",
            "tckn mobileNumber email birthDate kdsLimit kdsSegment",
        ),
        ("5.5", "/Index/GetPaymentsOfTransaction", "merchantOid + transactionCode + ipAddress", "", ""),
        (
            "5.6",
            "/RequestV2/SetPaidPayment",
            "merchantOid + paymentCode + paymentReferenceCode + paymentDate.ToString(\"yyyy-MM-dd\") + ipAddress",
            "",
            "",
        ),
        (
            "5.9",
            "/Index/GetCustomerTransactions",
            "customerId + ipAddress",
            "store",
            "transactionCodes pageNo pageSize",
        ),
        ("5.10", "/Index/GetCustomerPayments", "customerId + ipAddress", "store", "paymentStatuses pageNo pageSize"),
        (
            "5.19",
            "/RequestV2/LoadCustomerBalance",
            "customerId + balanceAmount + ipAddress",
            "",
            "paymentDate paymentReferenceCode",
        ),
        (
            "5.20",
            "/RequestV2/SetBulkPaidPayment",
            "merchantOid + paymentReferenceCode + paymentDate.ToString(\"yyyy-MM-dd\") + ipAddress",
            "",
            "paymentCodes",
        ),
        (
            "5.21",
            "/Index/GetPaymentPlanByDealerSegment",
            "ipAddress + dealerSegment? + orderAmount",
            "store",
            "notCalculateFees forceRiskFreeEvaluate postponeSelected RevisedFeeRate basketList",
        ),
    ]
    .map(|(section, endpoint, fields, edition, others)| {
        (section, endpoint, format!("merchantId + {fields} + merhant_salt"), edition, others.to_owned())
    });
    assert_eq!(table, expected);
}

/// HASO-10: the table's lengths.
#[test]
fn the_table_states_the_lengths_that_the_vendor_states() {
    let mut lengths = Vec::new();
    for recipe in METHODS {
        for field in recipe.fields() {
            if let Shape::TextUpTo(most) = field.shape() {
                lengths.push((recipe.name().unwrap(), field.name(), most));
            }
        }
    }
    assert_eq!(
        lengths,
        [
            ("SetPreDefinedLimit", "dealerSegment", 10),
            ("SetLimitFromKds", "dealerSegment", 10),
            ("SetPaidPayment", "merchantOid", 20),
            ("GetCustomerTransactions", "customerId", 10),
            ("GetCustomerPayments", "customerId", 10),
            ("SetBulkPaidPayment", "merchantOid", 20),
        ]
    );
}

/// HASO-2: the page's own line and the table give one token.
#[test]
fn a_method_of_the_table_can_also_be_written_down() {
    let merchant = Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real").unwrap();
    let fields = [("customerId", "5500123"), ("dealerSegment", "GOLD"), ("ipAddress", "85.105.1.2")];
    let line = "merchantId + customerId+ dealerSegment+ ipAddress + merhant_salt";
    let (written, table) = (Recipe::parse(line).unwrap(), Recipe::find("SetPreDefinedLimit").unwrap());
    assert_eq!(merchant.token(&written, &fields).unwrap(), merchant.token(table, &fields).unwrap());
}

/// HASO-12.
#[test]
fn every_weakness_of_a_recipe_can_be_asked_for() {
    let told = |recipe: &Recipe| recipe.weaknesses().iter().map(Weakness::to_string).collect::<Vec<_>>();
    assert_eq!(
        told(Recipe::find("GetCustomerPayments").unwrap()),
        [
            "nothing binds the token to a time or a request: it can be sent again",
            "customerId and ipAddress run together: characters moved from one to the other give the same token",
            "GetCustomerTransactions has the same recipe: its tokens are valid here too",
            "paymentStatuses is not protected by the token",
            "pageNo is not protected by the token",
            "pageSize is not protected by the token",
        ]
    );
    assert_eq!(told(&Recipe::parse("merchantId + orderNo + merhant_salt").unwrap()).len(), 1);
}

/// HASO-12: two messages show that a date between two fields keeps nothing apart, when both may change.
#[test]
fn fields_run_together_around_a_date_too() {
    let merchant = Merchant::new("m", "key-not-real", "salt-not-real").unwrap();
    let recipe = Recipe::parse("a + day.ToString(\"yyyy-MM-dd\") + b? + merhant_salt").unwrap();
    let one = [("a", "x2026-01-01"), ("day", "2026-11-22"), ("b", "")];
    let other = [("a", "x"), ("day", "2026-01-01"), ("b", "2026-11-22")];
    assert_eq!(merchant.token(&recipe, &one).unwrap(), merchant.token(&recipe, &other).unwrap());

    let together = |line: &str| {
        let found = Recipe::parse(line).unwrap().weaknesses().into_iter();
        found
            .filter_map(|weakness| match weakness {
                Weakness::FieldsRunTogether { left, right } => Some(format!("{left} {right}")),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(together("a + day.ToString(\"yyyy-MM-dd\") + b? + merhant_salt"), ["a b"]);
    assert_eq!(together("a + day?.ToString(\"yyyy-MM-dd\") + merhant_salt"), ["a day"], "it may be absent");
    assert_eq!(
        together("a + day.ToString(\"yyyy-MM-dd\") + merhant_salt"),
        [""; 0],
        "ten characters are ten characters"
    );
    assert_eq!(together("a + merchantId + b + merhant_salt"), ["a b"]);
    assert_eq!(together("a + merhant_salt + b"), [""; 0], "nobody can write the salt down");
}

/// HASO-1, HASO-2, HASO-12: the page's table and example are the code's.
#[test]
fn the_page_shows_every_recipe_and_the_example_as_they_are() {
    let page = include_str!("../../docs/haso.md");
    for recipe in METHODS {
        let row = page.lines().find(|line| line.contains(&format!("| `{}` |", recipe.endpoint().unwrap())));
        let row = row.unwrap_or_else(|| panic!("{recipe} has no row"));
        assert!(row.starts_with(&format!("| {} ", recipe.section().unwrap())), "{row}");
        assert!(row.contains(&format!("| `{recipe}` |")), "{row}");
        assert_eq!(row.contains("*store*"), recipe.is_store_only(), "{row}");
        let others: Vec<_> = recipe.other_parameters().iter().map(|other| format!("`{other}`")).collect();
        assert!(row.trim_end_matches([' ', '|']).ends_with(&others.join(", ")), "{row}");
    }
    let is_shown =
        |case: &Value| ["message", "token"].iter().all(|stage| page.contains(&format!("    {}\n", text(case, stage))));
    assert_eq!(cases("haso.json").iter().filter(|case| is_shown(case)).count(), 1);
}

/// HASO-2, HASO-6 to HASO-8: what a line can say, terms can say too.
#[test]
fn a_recipe_of_terms_is_the_one_of_its_line() {
    let field = |name: &str| Field::new(name).unwrap();
    let terms = [
        Term::MerchantId,
        field("ipAddress").into(),
        field("orderAmount").into(),
        field("day").with_shape(Shape::Date).optional().into(),
        field("ödeme_1").optional().into(),
        Term::Salt,
    ];
    let line = "merchantId + ipAddress + orderAmount + day?.ToString(\"yyyy-MM-dd\") + ödeme_1? + merhant_salt";
    assert_eq!(Recipe::of(terms), Recipe::parse(line));
    for case in cases("haso-recipes.json") {
        if let Ok(recipe) = Recipe::parse(text(&case, "line")) {
            assert_eq!(Recipe::of(recipe.terms().to_vec()), Ok(recipe), "{}", case["name"]);
        }
    }
    for method in METHODS {
        assert_eq!(Recipe::of(method.terms().to_vec()).unwrap().to_string(), method.to_string());
    }
}

/// HASO-2: the place of a fault is that of the terms as they are printed.
#[test]
fn terms_that_make_no_recipe_are_refused() {
    let field = |name: &str| Term::from(Field::new(name).unwrap());
    let refused = |terms: &[Term]| match Recipe::of(terms.to_vec()).unwrap_err() {
        Error::RecipeInvalid { offset, fault } => (offset, fault),
        error => panic!("{error}"),
    };
    assert_eq!(refused(&[field("a"), field("b"), field("a"), Term::Salt]), (8, RecipeFault::NameTwice));
    assert_eq!(refused(&[Term::MerchantId, Term::MerchantId, Term::Salt]), (13, RecipeFault::NameTwice));
    assert_eq!(refused(&[Term::Salt, field("a"), Term::Salt]), (19, RecipeFault::SaltTwice));
    assert_eq!(refused(&[field("abc"), Term::MerchantId]), (16, RecipeFault::NoSalt));
    assert_eq!(refused(&[]), (0, RecipeFault::NoSalt));

    let invalid = |offset, fault| Err(Error::RecipeInvalid { offset, fault });
    assert_eq!(Field::new(""), invalid(0, RecipeFault::EmptyTerm));
    for (name, offset) in [(MERCHANT_ID, 0), ("merhant_salt", 0), ("merchantSalt", 0), ("a b", 1), ("ş+", 2), ("a?", 1)]
    {
        assert_eq!(Field::new(name), invalid(offset, RecipeFault::NotInNotation), "{name}");
    }
}

/// HASO-7 to HASO-10: fields can be checked by whoever has no secret; only the merchant id is left to the merchant.
#[test]
fn fields_are_checked_without_a_merchant() {
    let recipe = &SET_PRE_DEFINED_LIMIT;
    let good = [("merchantId", "any"), ("customerId", "5500123"), ("dealerSegment", "GOLD")];
    assert_eq!(recipe.check(&good), Ok(()));
    let merchant = Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real").unwrap();
    assert_eq!(
        merchant.token(recipe, &good),
        Err(Error::FieldInvalid { field: "merchantId".to_owned(), fault: FieldFault::NotTheMerchant })
    );
    for (name, value) in
        [("dealerSegment", ""), ("dealerSegment", "ELEVEN CHARS"), ("segment", "x"), ("ipAddress", "x")]
    {
        let fields = [good[1], if name == "dealerSegment" { (name, value) } else { good[2] }, (name, value)];
        let fields = if name == "dealerSegment" { &fields[..2] } else { &fields[..] };
        assert_eq!(recipe.check(fields).unwrap_err(), merchant.token(recipe, fields).unwrap_err(), "{name}");
    }
    assert_eq!(Shape::Date.signed_part("2026-11-22T10:15:00"), Ok("2026-11-22"));
    assert_eq!(Shape::Date.signed_part("2026-11-31"), Err(FieldFault::NotADate { offset: 8 }));
    assert_eq!(Shape::Text.signed_part("x"), Ok("x"));
}
