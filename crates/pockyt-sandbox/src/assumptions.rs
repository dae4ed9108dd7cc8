//! What the sandbox had to decide because pockyt-api.md could not see it. Each decision carries its reason; the
//! numbers are those of the open questions in section 10 of that page. When Pockyt says otherwise, change it here.

use std::time::Duration;

use crate::money::{Currency, Money};

/// Path of "delete payee" (question 1): by analogy with the page title and the sibling paths.
pub const DELETE_PAYEE: &str = "/v3/payee/delete";
/// Path of "deactivate payee" (question 1): by analogy, as above.
pub const DEACTIVATE_PAYEE: &str = "/v3/payee/deactivate";
/// Path of "check FX rate" (question 2): only the page's title is known.
pub const FX_RATE: &str = "/v3/payouts/fx-rate";
/// Request names of "check FX rate" (question 2): the names its response uses.
pub const FX_SOURCE: &str = "sourceCurrency";
/// See [`FX_SOURCE`].
pub const FX_DESTINATION: &str = "destinationCurrency";
/// Identifier of a PayPal or Venmo account (question 4): the older documents' name.
pub const WALLET_ID: &str = "bankAccountId";
/// Identifiers of a crypto account (question 4): unseen, so named after what they hold.
pub const CRYPTO_FIELDS: [&str; 2] = ["blockchain", "walletAddress"];

/// How far a request's `timestamp` may be from the sandbox's clock (question 7): what signed APIs commonly allow.
/// A control switch turns the check off.
pub const CLOCK_TOLERANCE: Duration = Duration::from_secs(15 * 60);

/// Ways `ret_code` is used where no document prints one (questions 11, 12, 20). All come with HTTP 200.
pub mod code {
    /// A required parameter is missing (documented).
    pub const PARAMETER_NULL: &str = "000020";
    /// No such merchant, payee, account or payout (documented for records in general).
    pub const NO_SUCH_RECORD: &str = "000021";
    /// The store is not the merchant's, the account is not the payee's (documented wording "do not match").
    pub const MISMATCH: &str = "000022";
    /// Format errors (documented), and duplicates of e-mail, customer code and invoice ID (question 12).
    pub const BAD_VALUE: &str = "000023";
    /// Signature failure (question 12): "no rights / access denied" is the nearest documented meaning.
    pub const NO_RIGHTS: &str = "000030";
    /// Balance too low, and a payee or account whose state forbids paying: the two documented meanings (question 11).
    pub const BALANCE_OR_STATE: &str = "000040";
    /// A path that does not exist: "API version error" is the nearest documented meaning.
    pub const NO_SUCH_PATH: &str = "000010";
    /// The sandbox could not keep its state: outcome unknown (documented "system error").
    pub const SYSTEM_ERROR: &str = "000000";
    /// Success (documented).
    pub const SUCCESS: &str = "000100";
}

/// `ret_msg` of a repeated invoice ID or request (R11-IDEM prints these words, question 12).
pub const DUPLICATE_REQUEST: &str = "Duplicate request error";

/// Scope of a `Pockyt-Request-ID` (question 13): the endpoint. Keys are kept as long as the state file lives.
/// The same key with any other field, `timestamp` included, is refused, the strictest reading of "identical". Only an
/// accepted request counts as "completed": a refusal changed nothing, so running it again is harmless and may now
/// succeed. Keys of requests that change nothing are not kept.
#[must_use]
pub fn request_scope(path: &str, key: &str) -> String {
    format!("{path} {key}")
}

/// When a notification is tried, counted from the first (question 18): 8 times within 2 hours are documented,
/// the spacing is not, so it widens the way retry schedules usually do.
pub const NOTIFICATION_TRIES: [Duration; 8] = [
    Duration::from_secs(0),
    Duration::from_secs(15),
    Duration::from_secs(60),
    Duration::from_secs(3 * 60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(25 * 60),
    Duration::from_secs(60 * 60),
    Duration::from_secs(120 * 60),
];

/// The word a receiver must answer with HTTP 200 (documented), without surrounding white space.
pub const ACKNOWLEDGEMENT: &str = "success";

/// Longest invoice ID (question 23).
pub const INVOICE_ID_MAX: usize = 64;
/// Longest description or note (question 23; the C# SDK's limit).
pub const TEXT_MAX: usize = 100;

/// Decimal places (question 22): ISO 4217's, of which only the won's differs from two.
#[must_use]
pub fn exponent(currency: Currency) -> u32 {
    match currency {
        Currency::Krw => 0,
        _ => 2,
    }
}

/// The fee of a payout: 0.95 flat in USD (the figure G-FEES prints) and nothing in other currencies, never more than
/// the amount. Who bears it is a setting, because it is not documented (question 17).
#[must_use]
pub fn fee(amount: Money) -> Money {
    let minor = match amount.currency {
        Currency::Usd => amount.minor.min(95),
        _ => 0,
    };
    Money { minor, ..amount }
}

/// What the merchant holds when the sandbox is new: figures to try things with.
pub const OPENING_BALANCES: [(Currency, i64); 4] = [
    (Currency::Usd, 25_000_000),
    (Currency::Cny, 8_000_000),
    (Currency::Eur, 2_000_000),
    (Currency::Gbp, 1_000_000),
];

/// FX rates: units of `currency` for one US dollar, in ten-millionths. Plausible, fixed and fictitious, except the
/// yuan's, which is the documented sample.
#[must_use]
pub fn per_dollar(currency: Currency) -> i64 {
    match currency {
        Currency::Usd => 10_000_000,
        Currency::Cny => 71_026_254,
        Currency::Eur => 9_210_500,
        Currency::Gbp => 7_893_400,
        Currency::Php => 561_250_000,
        Currency::Idr => 157_804_000_000,
        Currency::Krw => 13_302_500_000,
        Currency::Hkd => 78_125_000,
        Currency::Thb => 361_900_000,
        Currency::Myr => 47_205_000,
        Currency::Bdt => 1_097_500_000,
        Currency::Pkr => 2_783_400_000,
    }
}

/// Fields the configurations endpoint (question 3) lists for a US bank account, with their longest length.
pub const BANK_FIELDS_US: [(&str, &str, bool, u32); 4] = [
    ("bankAccountId", "Bank account number", true, 17),
    ("branchId", "9-digit ABA routing number", true, 9),
    ("bankAccountPurpose", "CHECKING or SAVINGS", true, 8),
    ("accountTag", "Your own reference", false, 64),
];
/// The same for a Chinese bank account (section 4.6, R-CN).
pub const BANK_FIELDS_CN: [(&str, &str, bool, u32); 5] = [
    ("bankAccountId", "Bank account number", true, 32),
    ("branchId", "Branch number", true, 16),
    ("bankCode", "Bank code, such as 01050000", true, 8),
    ("cardNumber", "Card number", true, 19),
    ("accountTag", "Your own reference", false, 64),
];
/// The same for a crypto wallet.
pub const WALLET_FIELDS: [(&str, &str, bool, u32); 3] = [
    ("blockchain", "Chain, such as ETH - Ethereum", true, 32),
    ("walletAddress", "Address of the wallet", true, 128),
    ("accountTag", "Your own reference", false, 64),
];
