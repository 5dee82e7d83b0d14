//! The recipes that the vendor's public pages show, as data.

use std::borrow::Cow;

use super::recipe::Method;
use super::{Field, Recipe, Shape, Term};

/// Declares the methods, each with the vendor's section and path, and [`METHODS`], which lists them all.
macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident = $section:literal $endpoint:literal $edition:ident [$($term:expr),*] [$($other:literal),*];)*) => {
        $(
            $(#[$doc])*
            pub static $name: Recipe = Recipe {
                method: Some(Method {
                    section: $section,
                    endpoint: $endpoint,
                    store_only: Edition::$edition.is_store(),
                    other_parameters: &[$($other),*],
                }),
                terms: {
                    const TERMS: &[Term] = &[Term::MerchantId, $($term,)* Term::Salt];
                    Cow::Borrowed(TERMS)
                },
                field_checks: true,
                ignores_other_fields: false,
            };
        )*

        /// Every documented method, in the order of the vendor's sections.
        pub static METHODS: &[&Recipe] = &[$(&$name),*];
    };
}

methods! {
    /// Confirms a customer's credit bureau report with the PIN code that the customer received.
    SEND_KKB_PIN_CODE = "5.2.2" "/RequestV2/SendKkbPinCode" Rest
        [IP_ADDRESS, required("kkbRefNo"), required("pinCode")]
        ["testResult"];

    /// Asks for the result of a credit bureau report.
    ASK_KKB_REPORT_RESULT = "5.2.3" "/RequestV2/AskKkbReportResult" Store
        [IP_ADDRESS, required("kkbRefNo")]
        ["testResult"];

    /// Stores a pre-defined limit for a customer without SMS confirmation.
    SET_PRE_DEFINED_LIMIT = "5.2.5" "/RequestV2/SetPreDefinedLimit" Rest
        [required("customerId"), required_up_to("dealerSegment", 10), IP_ADDRESS]
        ["limitReductionFlag"];

    /// Sets a shopper's limit from the merchant's own decision system.
    SET_LIMIT_FROM_KDS = "5.2.6" "/RequestV2/SetLimitFromKds" Rest
        [required("shopperName"), required("shopperSurname"), required_up_to("dealerSegment", 10), IP_ADDRESS]
        ["tckn", "mobileNumber", "email", "birthDate", "kdsLimit", "kdsSegment"];

    /// Lists the payments of a transaction.
    GET_PAYMENTS_OF_TRANSACTION = "5.5" "/Index/GetPaymentsOfTransaction" Rest
        [required("merchantOid"), required("transactionCode"), IP_ADDRESS]
        [];

    /// Marks one payment as paid.
    SET_PAID_PAYMENT = "5.6" "/RequestV2/SetPaidPayment" Rest
        [required_up_to("merchantOid", 20), required("paymentCode"), PAYMENT_REFERENCE_CODE, PAYMENT_DATE, IP_ADDRESS]
        [];

    /// Lists a customer's transactions.
    GET_CUSTOMER_TRANSACTIONS = "5.9" "/Index/GetCustomerTransactions" Store
        [required_up_to("customerId", 10), IP_ADDRESS]
        ["transactionCodes", "pageNo", "pageSize"];

    /// Lists a customer's payments.
    GET_CUSTOMER_PAYMENTS = "5.10" "/Index/GetCustomerPayments" Store
        [required_up_to("customerId", 10), IP_ADDRESS]
        ["paymentStatuses", "pageNo", "pageSize"];

    /// Adds to a customer's balance.
    LOAD_CUSTOMER_BALANCE = "5.19" "/RequestV2/LoadCustomerBalance" Rest
        [required("customerId"), amount("balanceAmount"), IP_ADDRESS]
        ["paymentDate", "paymentReferenceCode"];

    /// Marks several payments as paid.
    SET_BULK_PAID_PAYMENT = "5.20" "/RequestV2/SetBulkPaidPayment" Rest
        [required_up_to("merchantOid", 20), PAYMENT_REFERENCE_CODE, PAYMENT_DATE, IP_ADDRESS]
        ["paymentCodes"];

    /// Asks for the payment plan of an order by dealer segment.
    GET_PAYMENT_PLAN_BY_DEALER_SEGMENT = "5.21" "/Index/GetPaymentPlanByDealerSegment" Store
        [IP_ADDRESS, optional("dealerSegment", Shape::Text), amount("orderAmount")]
        ["notCalculateFees", "forceRiskFreeEvaluate", "postponeSelected", "RevisedFeeRate", "basketList"];
}

/// In which edition of the vendor's pages a method stands.
enum Edition {
    /// The REST edition, V.41.
    Rest,
    /// Only the in-store edition, V.39.
    Store,
}

impl Edition {
    const fn is_store(&self) -> bool {
        matches!(self, Self::Store)
    }
}

const IP_ADDRESS: Term = optional("ipAddress", Shape::IpAddress);
const PAYMENT_REFERENCE_CODE: Term = optional("paymentReferenceCode", Shape::Text);
const PAYMENT_DATE: Term = field("paymentDate", true, Shape::Date);

const fn required(name: &'static str) -> Term {
    field(name, true, Shape::Text)
}

const fn required_up_to(name: &'static str, characters: usize) -> Term {
    field(name, true, Shape::TextUpTo(characters))
}

const fn amount(name: &'static str) -> Term {
    field(name, true, Shape::Amount)
}

const fn optional(name: &'static str, shape: Shape) -> Term {
    field(name, false, shape)
}

const fn field(name: &'static str, required: bool, shape: Shape) -> Term {
    Term::Field(Field { name: Cow::Borrowed(name), required, shape })
}
