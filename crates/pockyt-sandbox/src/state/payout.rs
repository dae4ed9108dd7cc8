//! Payouts and the money they move.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Mail, MailKind, State};
use crate::clock::later;
use crate::config::{FeePayer, Speed};
use crate::money::{Currency, Money};
use crate::outcomes::Outcome;

/// A payout's status on the wire (pockyt-api.md section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayoutStatus {
    /// Accepted, queued.
    Pending,
    /// Funds credited.
    Success,
    /// Not completed, funds not deducted.
    Failed,
    /// Came back after success.
    Returned,
}

impl PayoutStatus {
    /// Lower-case wire spelling.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Returned => "returned",
        }
    }

    /// Whether a payout in this status may still turn into `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Pending, Self::Success | Self::Failed | Self::Returned)
                | (Self::Success, Self::Returned)
        )
    }
}

/// A transfer that Pockyt accepted: each one of these moved the merchant's money once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Payout {
    /// Pockyt's number, 18 digits beginning with 3.
    pub transaction_no: String,
    /// The merchant's ID.
    pub invoice_id: String,
    /// To whom.
    pub customer_no: String,
    /// To which account.
    pub account_token: String,
    /// How much was ordered.
    pub amount: Money,
    /// What Pockyt takes.
    pub fee: Money,
    /// What the merchant was debited.
    pub debited: Money,
    /// Status now.
    pub status: PayoutStatus,
    /// When it was accepted.
    pub created: Timestamp,
    /// When it settled last.
    pub settled: Option<Timestamp>,
    /// What is still to happen to it, soonest first.
    pub ahead: Vec<(Timestamp, PayoutStatus)>,
    /// Where notifications go.
    pub ipn_url: Option<String>,
    /// `false` if no notification may be sent.
    pub notifies: bool,
    /// `true` if each notification goes out twice.
    pub notifies_twice: bool,
    /// Public description.
    pub description: Option<String>,
    /// `processingChannel`, kept as sent.
    pub channel: Option<String>,
}

/// Why a balance changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// What a new merchant starts with.
    Opening,
    /// Set by hand over the control API.
    Adjustment,
    /// A payout was accepted.
    Debit,
    /// A payout failed or came back.
    Credit,
}

/// One change of one balance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Movement {
    /// Why.
    pub kind: MovementKind,
    /// Which balance.
    pub currency: Currency,
    /// By how many minor units; negative for a debit.
    pub minor: i64,
    /// Because of which payout.
    pub transaction_no: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// An order to pay, checked and ready to be accepted.
pub(crate) struct Order {
    pub(crate) invoice_id: String,
    pub(crate) customer_no: String,
    pub(crate) account_token: String,
    pub(crate) amount: Money,
    pub(crate) fee: Money,
    pub(crate) ipn_url: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) channel: Option<String>,
}

impl Order {
    /// What the merchant is debited, unless it does not fit in 64 bits.
    pub(crate) fn debit(&self, payer: FeePayer) -> Option<Money> {
        let minor = match payer {
            FeePayer::Payee => Some(self.amount.minor),
            FeePayer::Merchant => self.amount.minor.checked_add(self.fee.minor),
        }?;
        Some(Money {
            minor,
            ..self.amount
        })
    }
}

impl State {
    pub(crate) fn balance(&self, currency: Currency) -> i64 {
        self.balances.get(&currency).copied().unwrap_or(0)
    }

    /// Changes a balance and writes down why. A sum that does not fit changes nothing.
    pub(crate) fn book(
        &mut self,
        kind: MovementKind,
        currency: Currency,
        minor: i64,
        transaction_no: Option<String>,
        at: Timestamp,
    ) -> bool {
        let Some(balance) = self.balance(currency).checked_add(minor) else {
            return false;
        };
        self.balances.insert(currency, balance);
        self.movements.push(Movement {
            kind,
            currency,
            minor,
            transaction_no,
            at,
        });
        true
    }

    /// Accepts an order: debits the merchant and plans what becomes of the payout.
    pub(crate) fn accept(
        &mut self,
        order: Order,
        debited: Money,
        outcome: Outcome,
        speed: Speed,
        now: Timestamp,
    ) -> &Payout {
        let settle = |after: Duration| later(now, after);
        let ahead = match outcome {
            Outcome::Success | Outcome::Silent | Outcome::Lost | Outcome::Twice => {
                vec![(settle(speed.settle), PayoutStatus::Success)]
            }
            Outcome::Fail => vec![(settle(speed.settle), PayoutStatus::Failed)],
            Outcome::Slow => vec![(settle(speed.slow), PayoutStatus::Success)],
            Outcome::Return => vec![
                (settle(speed.settle), PayoutStatus::Success),
                (
                    settle(speed.settle.saturating_add(speed.bounce)),
                    PayoutStatus::Returned,
                ),
            ],
            Outcome::Pending => Vec::new(),
        };
        let transaction_no = self.number("3", 18);
        if let Some((at, _)) = ahead.first() {
            self.agenda.insert((*at, transaction_no.clone()));
        }
        self.book(
            MovementKind::Debit,
            debited.currency,
            -debited.minor,
            Some(transaction_no.clone()),
            now,
        );
        self.invoices
            .entry(order.invoice_id.clone())
            .or_default()
            .push(transaction_no.clone());
        let payout = Payout {
            transaction_no: transaction_no.clone(),
            invoice_id: order.invoice_id,
            customer_no: order.customer_no,
            account_token: order.account_token,
            amount: order.amount,
            fee: order.fee,
            debited,
            status: PayoutStatus::Pending,
            created: now,
            settled: None,
            ahead,
            ipn_url: order.ipn_url,
            notifies: outcome != Outcome::Silent,
            notifies_twice: outcome == Outcome::Twice,
            description: order.description,
            channel: order.channel,
        };
        self.payouts.entry(transaction_no).or_insert(payout)
    }

    /// Lets the next change due at or before `now` happen and says which payout it changed.
    pub(crate) fn settle_next(&mut self, now: Timestamp, writes_mail: bool) -> Option<String> {
        let (at, transaction_no) = self.agenda.first().filter(|(at, _)| *at <= now).cloned()?;
        self.agenda.remove(&(at, transaction_no.clone()));
        let payout = self.payouts.get_mut(&transaction_no)?;
        let (_, status) = payout.ahead.remove(0);
        if let Some((next, _)) = payout.ahead.first() {
            self.agenda.insert((*next, transaction_no.clone()));
        }
        self.turn(&transaction_no, status, writes_mail, at);
        Some(transaction_no)
    }

    /// Makes everything that is planned for the payouts due now, in its order.
    pub(crate) fn hasten(&mut self, now: Timestamp) {
        let planned = std::mem::take(&mut self.agenda);
        for (_, transaction_no) in planned {
            if let Some(payout) = self.payouts.get_mut(&transaction_no) {
                payout
                    .ahead
                    .iter_mut()
                    .for_each(|(at, _)| *at = (*at).min(now));
                self.agenda.insert((now, transaction_no));
            }
        }
    }

    /// Gives a payout this status now and drops what was planned for it. `false` if it cannot become that.
    pub(crate) fn force(
        &mut self,
        transaction_no: &str,
        status: PayoutStatus,
        writes_mail: bool,
        now: Timestamp,
    ) -> bool {
        let Some(payout) = self.payouts.get_mut(transaction_no) else {
            return false;
        };
        if !payout.status.may_become(status) {
            return false;
        }
        if let Some((at, _)) = payout.ahead.first() {
            self.agenda.remove(&(*at, transaction_no.to_owned()));
        }
        payout.ahead.clear();
        self.turn(transaction_no, status, writes_mail, now);
        true
    }

    fn turn(
        &mut self,
        transaction_no: &str,
        status: PayoutStatus,
        writes_mail: bool,
        at: Timestamp,
    ) {
        let Some(payout) = self.payouts.get_mut(transaction_no) else {
            return;
        };
        payout.status = status;
        payout.settled = Some(at);
        let debited = payout.debited;
        let kind = match status {
            PayoutStatus::Success => Some(MailKind::Arrived {
                amount: payout.amount,
                fee: payout.fee,
                description: payout.description.clone(),
            }),
            PayoutStatus::Returned => Some(MailKind::Returned {
                amount: payout.amount,
            }),
            PayoutStatus::Pending | PayoutStatus::Failed => None,
        };
        let payee = self.payees.get(&payout.customer_no);
        if let (Some(kind), Some(payee), true) = (kind, payee, writes_mail) {
            self.mails.push(Mail::to(payee, kind, at));
        }
        if matches!(status, PayoutStatus::Failed | PayoutStatus::Returned) {
            self.book(
                MovementKind::Credit,
                debited.currency,
                debited.minor,
                Some(transaction_no.to_owned()),
                at,
            );
        }
    }
}
