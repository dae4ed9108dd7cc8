//! Standard outcomes: how a person makes a payout fail, come back or dawdle by the way it is written.

use crate::money::Money;

/// What becomes of a payout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// `success`, and a notification.
    Success,
    /// `failed`; the money is credited back.
    Fail,
    /// `success`, then `returned`; the money is credited back.
    Return,
    /// `success` after two minutes.
    Slow,
    /// `success`, but no notification is ever sent.
    Silent,
    /// Stays `pending` for ever.
    Pending,
    /// Accepted, but the connection closes without an answer; then `success`.
    Lost,
    /// `success`, and every notification comes twice.
    Twice,
}

/// One row of the table people read.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// What happens.
    pub outcome: Outcome,
    /// An invoice ID that holds this does it, in any currency.
    pub marker: &'static str,
    /// An amount that ends in these hundredths does it too.
    pub cents: i64,
    /// The same in words.
    pub meaning: &'static str,
    /// In Simplified Chinese.
    pub meaning_zh: &'static str,
}

/// Every rule, in the order of their cents. An invoice ID counts before the amount.
pub const RULES: [Rule; 7] = [
    Rule {
        outcome: Outcome::Fail,
        marker: "-fail",
        cents: 1,
        meaning: "Fails; the money is not deducted.",
        meaning_zh: "失败，不扣款。",
    },
    Rule {
        outcome: Outcome::Return,
        marker: "-return",
        cents: 2,
        meaning: "Succeeds, then is returned and credited back.",
        meaning_zh: "先成功，随后被退回并退款。",
    },
    Rule {
        outcome: Outcome::Slow,
        marker: "-slow",
        cents: 3,
        meaning: "Succeeds after two minutes.",
        meaning_zh: "两分钟后成功。",
    },
    Rule {
        outcome: Outcome::Silent,
        marker: "-silent",
        cents: 4,
        meaning: "Succeeds, but no notification is sent.",
        meaning_zh: "成功，但不发送通知。",
    },
    Rule {
        outcome: Outcome::Pending,
        marker: "-pending",
        cents: 5,
        meaning: "Stays pending and never settles.",
        meaning_zh: "一直待处理，永不结算。",
    },
    Rule {
        outcome: Outcome::Lost,
        marker: "-lost",
        cents: 6,
        meaning: "Is accepted, but the answer is lost; succeeds.",
        meaning_zh: "已受理，但应答丢失；最终成功。",
    },
    Rule {
        outcome: Outcome::Twice,
        marker: "-twice",
        cents: 7,
        meaning: "Succeeds; each notification comes twice.",
        meaning_zh: "成功，每条通知发送两次。",
    },
];

/// The outcome of a payout with this invoice ID and amount.
#[must_use]
pub fn of(invoice_id: &str, amount: Money, by_amount: bool) -> Outcome {
    RULES
        .iter()
        .find(|rule| invoice_id.contains(rule.marker))
        .or_else(|| {
            let hundredths = amount.currency.exponent() == 2 && by_amount;
            RULES
                .iter()
                .find(|rule| hundredths && amount.minor % 100 == rule.cents)
        })
        .map_or(Outcome::Success, |rule| rule.outcome)
}

/// The table as plain text, for `--help`.
#[must_use]
pub fn table() -> String {
    RULES
        .iter()
        .map(|rule| {
            format!(
                "  {:<9} or  x.{:02}   {}\n",
                rule.marker, rule.cents, rule.meaning
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    #[test]
    fn invoice_id_counts_before_the_amount() {
        let usd = |minor| Money {
            minor,
            currency: Currency::Usd,
        };
        let won = Money {
            minor: 101,
            currency: Currency::Krw,
        };
        assert_eq!(of("INV-1", usd(10_000), true), Outcome::Success);
        assert_eq!(of("INV-1", usd(10_001), true), Outcome::Fail);
        assert_eq!(of("INV-1", usd(10_001), false), Outcome::Success);
        assert_eq!(of("INV-1-return", usd(10_001), true), Outcome::Return);
        assert_eq!(of("INV-1", won, true), Outcome::Success);
    }
}
