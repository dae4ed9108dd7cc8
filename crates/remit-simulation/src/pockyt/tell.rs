//! Notifications, with all that may happen to them.

use super::assumed::TELLS_AFTER;
use super::{Event, Pockyt, Transfer, fee};
use crate::faults::TellFate;
use remit_core::{Currency, InvoiceId, Money, PayoutSnapshot, TransactionNo, WireStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A notification, and how often it was tried.
#[derive(Clone)]
pub(crate) struct Delivery {
    pub(crate) body: Vec<u8>,
    tries: usize,
    /// Whether Pockyt told it, and told the true amount.
    is_true: bool,
    acknowledged: Arc<AtomicBool>,
}

impl Delivery {
    fn new(body: Vec<u8>, is_true: bool) -> Self {
        Self {
            body,
            is_true,
            tries: 0,
            acknowledged: Arc::default(),
        }
    }

    /// Whether Pockyt told it, and told the true amount.
    pub(crate) fn true_to_the_books(&self) -> bool {
        self.is_true
    }

    /// The receiver said `success`.
    pub(crate) fn acknowledge(&self) {
        self.acknowledged.store(true, Ordering::Relaxed);
    }

    /// Whether it was, so that it is not tried again.
    pub(crate) fn acknowledged(&self) -> bool {
        self.acknowledged.load(Ordering::Relaxed)
    }
}

impl Pockyt {
    /// Tells of a transfer as it now stands.
    pub(super) fn tell_of(&self, transfer: &Transfer) {
        if transfer.ipn_url.is_none() {
            return;
        }
        let mut told = snapshot(transfer);
        let mut signed = true;
        let mut wait = Duration::ZERO;
        let fate = self.world.faults.next_tell();
        match fate {
            Some(TellFate::Missing) => return,
            Some(TellFate::Late(span)) => wait = span,
            Some(TellFate::Twice(span)) => {
                self.tell_in(span, Delivery::new(notification(&told, true), true));
            }
            Some(TellFate::OtherAmount) => {
                told.money = told
                    .money
                    .map(|money| Money::new(money.minor + 1, money.currency));
            }
            Some(TellFate::OtherCurrency) => {
                let other = |money: Money| {
                    let code = if money.currency == Currency::USD {
                        "GBP"
                    } else {
                        "USD"
                    };
                    Currency::from_code(code)
                        .ok()
                        .map(|currency| Money::new(money.minor, currency))
                };
                told.money = told.money.and_then(other);
            }
            Some(TellFate::OtherNumber) => {
                told.transaction_no = Some(TransactionNo::from("39999"));
            }
            Some(TellFate::Unsigned) => signed = false,
            None => {}
        }
        let is_true = signed && told.money == Some(transfer.money);
        self.tell_in(wait, Delivery::new(notification(&told, signed), is_true));
    }

    /// Someone who is not Pockyt tells that a payout was paid, or failed.
    pub(crate) fn forge(&self, invoice_id: &InvoiceId, money: Money, paid: bool) {
        let status = if paid {
            WireStatus::Success
        } else {
            WireStatus::Failed
        };
        self.tell_falsely(invoice_id, money, status, false);
    }

    /// Pockyt tells that a payout was paid, whatever its books say.
    pub(crate) fn contradict(&self, invoice_id: &InvoiceId, money: Money) {
        self.tell_falsely(invoice_id, money, WireStatus::Success, true);
    }

    fn tell_falsely(&self, invoice_id: &InvoiceId, money: Money, status: WireStatus, signed: bool) {
        let told = PayoutSnapshot {
            invoice_id: invoice_id.clone(),
            transaction_no: None,
            money: Some(money),
            fee: None,
            account_token: None,
            status,
        };
        let delivery = Delivery::new(notification(&told, signed), false);
        self.tell_in(Duration::ZERO, delivery);
    }

    /// Tries a delivery again later, unless it was tried often enough.
    pub(crate) fn try_again(&self, mut delivery: Delivery) {
        delivery.tries += 1;
        if let Some(span) = TELLS_AFTER.get(delivery.tries) {
            self.later(*span, Event::Tells(delivery));
        }
    }

    fn tell_in(&self, span: Duration, delivery: Delivery) {
        let first = span.saturating_add(self.way());
        self.later(first, Event::Tells(delivery));
    }
}

/// What an inquiry tells of a transfer.
pub(super) fn snapshot(transfer: &Transfer) -> PayoutSnapshot {
    PayoutSnapshot {
        invoice_id: transfer.invoice_id.clone(),
        transaction_no: Some(transfer.transaction_no.clone()),
        money: Some(transfer.money),
        fee: fee(transfer),
        account_token: Some(transfer.account_token.clone()),
        status: transfer.status.clone(),
    }
}

fn notification(told: &PayoutSnapshot, signed: bool) -> Vec<u8> {
    serde_json::json!({
        "invoiceId": told.invoice_id,
        "transactionNo": told.transaction_no,
        "amount": told.money.map(Money::decimal),
        "currency": told.money.map(|money| money.currency),
        "accountToken": told.account_token,
        "status": told.status.word(),
        "signed": signed,
    })
    .to_string()
    .into_bytes()
}
