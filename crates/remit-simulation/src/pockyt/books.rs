//! Pockyt's own books: payees, accounts, transfers, keys. No network here, and nothing goes wrong.

use super::answers::{duplicate, no_such_record, refused};
use super::assumed::KEY_LIVES;
use crate::chance::Chance;
use crate::faults::Refused;
use remit_core::{
    Accepted, AccountSnapshot, AccountToken, Currency, CustomerNo, GatewayError, InvoiceId, Money,
    PayeeSnapshot, RequestKey, TransactionNo, WireBody, WireStatus,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// Money that Pockyt moves, or moved.
#[derive(Clone, Debug)]
pub(crate) struct Transfer {
    pub(crate) invoice_id: InvoiceId,
    pub(crate) money: Money,
    pub(crate) account_token: AccountToken,
    pub(crate) transaction_no: TransactionNo,
    pub(crate) status: WireStatus,
    /// From when on an inquiry tells of it.
    pub(crate) shown_from: Duration,
    /// Where notifications go.
    pub(crate) ipn_url: Option<String>,
}

impl Transfer {
    /// Whether its money is, or may yet come to be, with the payee.
    pub(crate) fn live(&self) -> bool {
        !matches!(self.status, WireStatus::Failed | WireStatus::Returned)
    }
}

/// A payee as Pockyt has it.
pub(crate) struct Client {
    pub(crate) payee: PayeeSnapshot,
    pub(crate) accounts: Vec<AccountSnapshot>,
}

#[derive(Default)]
pub(crate) struct Books {
    pub(crate) clients: BTreeMap<CustomerNo, Client>,
    pub(crate) transfers: Vec<Transfer>,
    by_invoice: BTreeMap<InvoiceId, usize>,
    keys: BTreeMap<RequestKey, (usize, Duration)>,
}

/// What a pay request asks for.
struct Order {
    customer_no: CustomerNo,
    account_token: AccountToken,
    invoice_id: InvoiceId,
    money: Money,
    ipn_url: Option<String>,
}

impl Order {
    fn read(body: &WireBody) -> Option<Self> {
        let order: serde_json::Value = serde_json::from_str(body.as_str()).ok()?;
        let text = |name: &str| order.get(name)?.as_str();
        let currency = Currency::from_code(text("currency")?).ok()?;
        Some(Self {
            customer_no: CustomerNo::from(text("customerNo")?),
            account_token: AccountToken::from(text("accountToken")?),
            invoice_id: InvoiceId::from(text("invoiceId")?),
            money: Money::parse(text("amount")?, currency).ok()?,
            ipn_url: text("ipnUrl").map(str::to_owned),
        })
    }
}

impl Books {
    /// Takes a pay request; the place of a new transfer with the answer.
    pub(crate) fn pay(
        &mut self,
        body: &WireBody,
        key: RequestKey,
        now: Duration,
        shown_from: Duration,
        chance: &Chance,
    ) -> (Option<usize>, Result<Accepted, GatewayError>) {
        if let Some((index, until)) = self.keys.get(&key)
            && now < *until
        {
            let repeated = self.transfers.get(*index).map(accepted);
            return (None, repeated.ok_or_else(no_such_record));
        }
        let Some(order) = Order::read(body) else {
            return (None, Err(refused(Refused::Value)));
        };
        if self.by_invoice.contains_key(&order.invoice_id) {
            return (None, Err(duplicate()));
        }
        let Some(client) = self.clients.get(&order.customer_no) else {
            return (None, Err(no_such_record()));
        };
        let usable = |account: &&AccountSnapshot| {
            account.token == order.account_token && account.status == "activated"
        };
        if client.payee.status != "ACTIVE" || client.accounts.iter().find(usable).is_none() {
            return (None, Err(refused(Refused::BalanceOrState)));
        }
        let number = self.transfers.len();
        let transfer = Transfer {
            invoice_id: order.invoice_id,
            money: order.money,
            account_token: order.account_token,
            transaction_no: TransactionNo(format!("3000{number}")),
            status: WireStatus::Pending,
            shown_from,
            ipn_url: order.ipn_url,
        };
        let answer = accepted(&transfer);
        self.by_invoice.insert(transfer.invoice_id.clone(), number);
        self.transfers.push(transfer);
        let (least, most) = KEY_LIVES;
        let until = now.saturating_add(chance.span(least, most));
        self.keys.insert(key, (number, until));
        (Some(number), Ok(answer))
    }

    /// The transfer under an invoice ID, whether it is shown yet or not.
    pub(crate) fn transfer(&self, invoice_id: &InvoiceId) -> Option<&Transfer> {
        self.transfers.get(*self.by_invoice.get(invoice_id)?)
    }
}

/// The first answer is always "pending" (section 4.12).
fn accepted(transfer: &Transfer) -> Accepted {
    Accepted {
        transaction_no: transfer.transaction_no.clone(),
        fee: fee(transfer),
        status: WireStatus::Pending,
    }
}

pub(super) fn fee(transfer: &Transfer) -> Option<Money> {
    Some(Money::new(95, transfer.money.currency))
}
