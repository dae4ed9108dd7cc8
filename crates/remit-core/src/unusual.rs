//! What about a payout deserves a second look before it is released.

use crate::engine::Engine;
use crate::error::Error;
use crate::ids::{InvoiceId, PayoutId, RunId};
use crate::ledger::{History, LedgerError, Sent, SimilarInvoice};
use crate::money::{Currency, Money};
use crate::pay::Draft;
use crate::payee::FundingAccount;
use jiff::{SignedDuration, Timestamp};

/// Something about a payout that deserves a second look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusual {
    /// Nothing was ever sent to this account.
    NewAccount,
    /// The account's details changed since it was last used.
    AccountChanged,
    /// The first payout to this payee.
    FirstPayout,
    /// More than three times, or less than a third of, what this payee usually gets.
    AmountFarFromUsual {
        /// The median of the last payouts.
        usual: Money,
    },
    /// A payout to the same payee, which has paid or may still, has an invoice ID that differs only in how it is written.
    SimilarInvoice {
        /// That payout.
        payout: PayoutId,
        /// The released run that is still to make it.
        run: Option<RunId>,
    },
    /// The same payee was sent the same amount within the last week, or a payout of it has not left yet, however old, or a
    /// released run is still to make one.
    SameAmountRecently {
        /// That payout.
        payout: PayoutId,
        /// The released run that is still to make it.
        run: Option<RunId>,
    },
    /// The balance could not be read.
    BalanceUnknown,
    /// Pockyt tells its fee only with the answer.
    FeeUnknown,
    /// How many decimals Pockyt takes in this currency is not published (pockyt-api.md section 10, question 22).
    DecimalsUnconfirmed,
}

impl Unusual {
    /// The payout that may have paid the same already. The owner's word is wanted that it has not, so the review's
    /// fingerprint tells of it.
    #[must_use]
    pub const fn may_have_paid(&self) -> Option<PayoutId> {
        match self {
            Self::SimilarInvoice { payout, .. } | Self::SameAmountRecently { payout, .. } => {
                Some(*payout)
            }
            _ => None,
        }
    }
}

impl Engine {
    /// What speaks for a payout being of an invoice that was paid already; a payout is not named for two reasons.
    pub(crate) async fn doubts(
        &self,
        draft: &Draft,
        money: Money,
        invoice_id: &InvoiceId,
        history: &History,
    ) -> Result<Vec<Unusual>, Error> {
        let ledger = &self.ports.ledger;
        let similar = ledger
            .similar_invoices(std::slice::from_ref(invoice_id))
            .await?;
        // Released since this one was checked: told as what it is, rather than as a doubt.
        let same = |other: &SimilarInvoice| other.invoice_id == *invoice_id;
        if similar
            .iter()
            .any(|other| same(other) && other.payout != draft.id)
        {
            return Err(LedgerError::InvoiceUsed(invoice_id.clone()).into());
        }
        let mut doubts: Vec<Unusual> = similar
            .into_iter()
            .filter(|other| other.payee_id == draft.payee_id && other.payout != draft.id)
            .filter(|other| other.may_have_paid)
            .map(|other| Unusual::SimilarInvoice {
                payout: other.payout,
                run: other.run,
            })
            .collect();
        let sent = sent_lately(money, history, self.now()).find(|sent| sent.payout != draft.id);
        let sent = sent.map(|sent| (sent.payout, None));
        let to_come = ledger.still_to_pay(vec![(draft.payee_id, money)]).await?;
        let to_come = to_come.into_iter().flatten();
        let to_come = to_come.filter(|(payout, _)| *payout != draft.id);
        for (payout, run) in sent.into_iter().chain(to_come) {
            let mut known = doubts.iter();
            if known.all(|doubt| doubt.may_have_paid() != Some(payout)) {
                doubts.push(Unusual::SameAmountRecently { payout, run });
            }
        }
        Ok(doubts)
    }
}

/// All that deserves a second look, with the doubts among it.
pub(crate) fn unusual(
    account: &FundingAccount,
    money: Money,
    history: &History,
    fee: Option<Money>,
    balance_unknown: bool,
    doubts: Vec<Unusual>,
) -> Vec<Unusual> {
    let mut found = unlike_before(account, money, history);
    found.extend(doubts);
    if balance_unknown {
        found.push(Unusual::BalanceUnknown);
    }
    if fee.is_none() {
        found.push(Unusual::FeeUnknown);
    }
    if money.currency != Currency::USD {
        found.push(Unusual::DecimalsUnconfirmed);
    }
    found
}

/// In what a payout is unlike those before.
#[must_use]
pub fn unlike_before(account: &FundingAccount, money: Money, history: &History) -> Vec<Unusual> {
    let mut found = Vec::new();
    if history.count == 0 {
        found.push(Unusual::FirstPayout);
    } else if history.account_last_used.is_none() {
        found.push(Unusual::NewAccount);
    }
    if let (Some(used), Some(changed)) = (history.account_last_used, account.changed_at)
        && changed > used
    {
        found.push(Unusual::AccountChanged);
    }
    found.extend(far_from_usual(money, history));
    found
}

/// Whether an amount is far from what the payee usually gets, and keeps.
#[must_use]
pub fn far_from_usual(money: Money, history: &History) -> Option<Unusual> {
    let mut amounts: Vec<i64> = history.recent.iter().map(|sent| sent.minor).collect();
    amounts.sort_unstable();
    let usual = amounts.get(amounts.len() / 2).copied()?;
    let far = money.minor / 3 > usual || money.minor < usual / 3;
    (amounts.len() >= 3 && far).then(|| Unusual::AmountFarFromUsual {
        usual: Money::new(usual, money.currency),
    })
}

/// The payouts of the last week to the same payee that are of the same amount, and have paid or may still; newest first.
pub fn sent_lately(money: Money, history: &History, now: Timestamp) -> impl Iterator<Item = &Sent> {
    let week_ago = now.checked_sub(SignedDuration::from_hours(24 * 7)).ok();
    let sent = history.recent.iter();
    sent.filter(move |sent| sent.minor == money.minor && Some(sent.at) >= week_ago)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_far_from_the_median_of_at_least_three() {
        let history = |amounts: &[i64]| History {
            count: amounts.len() as u64,
            recent: amounts
                .iter()
                .map(|minor| Sent {
                    payout: PayoutId(uuid::Uuid::nil()),
                    minor: *minor,
                    at: Timestamp::UNIX_EPOCH,
                })
                .collect(),
            ..History::default()
        };
        let odd =
            |minor, history: &History| far_from_usual(Money::new(minor, Currency::USD), history);
        let kept = history(&[9_900, 9_000, 9_500]);
        let usual = Money::new(9_500, Currency::USD);
        assert_eq!(odd(9_400, &kept), None);
        for far in [95_000, 950] {
            assert_eq!(odd(far, &kept), Some(Unusual::AmountFarFromUsual { usual }));
        }
        assert_eq!(odd(95_000, &history(&[9_000, 9_500])), None);
    }
}
