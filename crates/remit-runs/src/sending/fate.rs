//! What becomes of a row when its turn comes. Whom it pays and where to was decided at the review; here is only seen whether
//! that still holds.

use super::Sending;
use crate::account_seen;
use remit_core::{
    AccountStatus, Code, Error, FundingAccount, Hold, Intent, NewEvent, Payee, PayeeStatus, Payout,
    RowState, RunRow,
};

/// What becomes of a row.
pub(super) enum Fate {
    /// It is this payout.
    Pays(Box<Payout>, NewEvent),
    /// Something changed since the review, and the owner must look.
    Holds(Hold),
    /// Its payee cannot be paid yet.
    Waits,
}

impl Sending {
    pub(super) fn fate(
        &self,
        row: &RunRow,
        known: Option<&(Payee, Vec<FundingAccount>)>,
    ) -> Result<Fate, Error> {
        let Some((payee, accounts)) = known else {
            return Ok(Fate::Holds(Hold::PayeeNotActive));
        };
        if payee.status != PayeeStatus::Active {
            return Ok(match row.state {
                RowState::Waiting => Fate::Waits,
                _ => Fate::Holds(Hold::PayeeNotActive),
            });
        }
        match chosen(row, payee, accounts) {
            Chosen::One(account) => self.pay(row, payee, account),
            Chosen::Unclear => Ok(Fate::Holds(Hold::AccountUnclear)),
            Chosen::Changed => Ok(Fate::Holds(Hold::AccountChanged)),
            Chosen::None => Ok(Fate::Waits),
        }
    }

    fn pay(&self, row: &RunRow, payee: &Payee, account: &FundingAccount) -> Result<Fate, Error> {
        let intent = Intent {
            id: row.payout_id,
            request_key: row.request_key,
            payee,
            account,
            money: row.money,
            invoice_id: row.invoice_id.clone(),
            channel: row.channel,
            description: &row.description,
            note: &row.note,
            retry_of: row.retry_of,
        };
        match self.engine.payout(intent) {
            Ok((payout, event)) => Ok(Fate::Pays(Box::new(payout), event)),
            Err(error @ (Error::Ledger(_) | Error::Vault(_))) => Err(error),
            Err(error) => Ok(Fate::Holds(match error.code() {
                Code::PayeeNotActive | Code::PayeeNotRegistered => Hold::PayeeNotActive,
                Code::AccountGone | Code::AccountNotUsable => Hold::AccountChanged,
                _ => Hold::Refused,
            })),
        }
    }
}

/// Which account a row pays to.
enum Chosen<'a> {
    One(&'a FundingAccount),
    /// There are several, and the owner chose none.
    Unclear,
    /// The one that was reviewed is gone, or is not as the owner saw it; or the one that the payee registered was replaced.
    Changed,
    /// There is none yet.
    None,
}

fn chosen<'a>(row: &RunRow, payee: &Payee, accounts: &'a [FundingAccount]) -> Chosen<'a> {
    if let Some(token) = &row.account_token {
        let reviewed = accounts.iter().find(|account| account.token == *token);
        return reviewed
            .filter(|account| account_seen(account) == row.account_seen)
            .map_or(Chosen::Changed, Chosen::One);
    }
    let code = row.money.currency.code();
    let mut fitting = accounts
        .iter()
        .filter(|account| account.currency.eq_ignore_ascii_case(code));
    // The owner let it go to the account that the payee registers, and to no other after that.
    let replaced = fitting.clone().any(|account| {
        account.status == AccountStatus::Gone || account.changed_at > Some(payee.status_since)
    });
    let mut usable = fitting.by_ref().filter(|account| account.usable());
    match (usable.next(), usable.next()) {
        (Some(_), None) if replaced => Chosen::Changed,
        (Some(only), None) => Chosen::One(only),
        (Some(_), Some(_)) => Chosen::Unclear,
        (None, _) => Chosen::None,
    }
}
