//! Payouts: sections 4.12 and 4.13.

use serde_json::{Value, json};

use super::answer::{Answer, Refusal};
use super::fields::Fields;
use super::{Desk, account, payee};
use crate::assumptions::{self, DUPLICATE_REQUEST, INVOICE_ID_MAX, TEXT_MAX, code};
use crate::clock::wire;
use crate::config::StatusSpelling;
use crate::money::{Currency, Money};
use crate::notify::may_notify;
use crate::outcomes::{self, Outcome};
use crate::state::{AccountStatus, Order, PayeeStatus, Payout};

const CHANNELS: [&str; 3] = ["STANDARD_ACH", "SAME_DAY_ACH", "REAL_TIME_PAY"];

pub(super) fn pay(desk: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    let order = read_order(fields)?;
    if desk.state.invoices.contains_key(&order.invoice_id) && !desk.switches.accept_duplicates {
        return Err(Refusal::new(code::BAD_VALUE, DUPLICATE_REQUEST));
    }
    check_parties(desk, &order)?;
    let too_large = || Refusal::bad("amount", "too large");
    let debit = order.debit(desk.config.fee_payer).ok_or_else(too_large)?;
    if desk.state.balance(debit.currency) < debit.minor {
        return Err(Refusal::new(
            code::BALANCE_OR_STATE,
            "account balance is not sufficient",
        ));
    }
    let outcome = outcomes::of(
        &order.invoice_id,
        order.amount,
        desk.switches.outcomes_by_amount,
    );
    let payout = desk
        .state
        .accept(order, debit, outcome, desk.config.speed, desk.now);
    let mut result = describe(payout);
    if let Some(object) = result.as_object_mut() {
        object.insert("customerNo".to_owned(), payout.customer_no.as_str().into());
    }
    let mut answer = Answer::new("pending").with("result", result);
    answer.lost = outcome == Outcome::Lost;
    Ok(answer)
}

fn read_order(fields: &Fields) -> Result<Order, Refusal> {
    let customer_no = fields.require("customerNo")?.to_owned();
    let account_token = fields.require("accountToken")?.to_owned();
    fields.require("invoiceId")?;
    let invoice_id = fields
        .text("invoiceId", INVOICE_ID_MAX)?
        .unwrap_or_default();
    let amount = fields.require("amount")?;
    let currency = Currency::from_code(fields.require("currency")?)
        .ok_or_else(|| Refusal::bad("currency", "not a currency of this account"))?;
    let amount = Money::parse(amount, currency).map_err(|error| Refusal::bad("amount", error))?;
    if amount.minor == 0 {
        return Err(Refusal::bad("amount", "must be more than nothing"));
    }
    if fields.get("processingChannel").is_some() {
        fields.one_of("processingChannel", &CHANNELS)?;
    }
    let ipn_url = fields.get("ipnUrl").map(str::to_owned);
    if ipn_url.as_deref().is_some_and(|url| !may_notify(url)) {
        let rule = "an absolute https URL (the sandbox also takes http on loopback)";
        return Err(Refusal::bad("ipnUrl", rule));
    }
    fields.text("note", TEXT_MAX)?;
    fields.text("subject", TEXT_MAX)?;
    Ok(Order {
        invoice_id,
        customer_no,
        account_token,
        fee: assumptions::fee(amount),
        amount,
        ipn_url,
        description: fields.text("description", TEXT_MAX)?,
        channel: fields.get("processingChannel").map(str::to_owned),
    })
}

/// Payee and account exist, belong together and may be paid.
fn check_parties(desk: &Desk<'_>, order: &Order) -> Result<(), Refusal> {
    let payee = payee::find(desk, &order.customer_no)?;
    let account = account::find(desk, &order.customer_no, &order.account_token)?;
    let state_forbids = |why: String| {
        Refusal::new(
            code::BALANCE_OR_STATE,
            format!("transaction status error: {why}"),
        )
    };
    if payee.status != PayeeStatus::Active {
        let word = payee::status_word(payee.status, StatusSpelling::Reference);
        return Err(state_forbids(format!("the payee is {word}")));
    }
    if account.status != AccountStatus::Activated {
        let word = account.status.wire();
        return Err(state_forbids(format!("the funding account is {word}")));
    }
    Ok(())
}

pub(super) fn inquire(desk: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    let transaction_no = match (fields.get("transactionNo"), fields.get("invoiceId")) {
        (Some(number), _) => Some(number),
        (None, Some(invoice)) => desk
            .state
            .invoices
            .get(invoice)
            .and_then(|numbers| numbers.first())
            .map(String::as_str),
        (None, None) => return Err(Refusal::missing("invoiceId")),
    };
    let payout = transaction_no
        .and_then(|number| desk.state.payouts.get(number))
        .filter(|payout| {
            fields
                .get("invoiceId")
                .is_none_or(|invoice| payout.invoice_id == invoice)
        })
        .ok_or_else(|| {
            let message = "parameter has no related information: no such payout";
            Refusal::new(code::NO_SUCH_RECORD, message)
        })?;
    Ok(Answer::new("query success").with("result", describe(payout)))
}

fn describe(payout: &Payout) -> Value {
    let mut result = json!({
        "amount": payout.amount.wire(),
        "transactionFee": payout.fee.wire(),
        "transactionNo": payout.transaction_no,
        "createdTime": wire(payout.created),
        "invoiceId": payout.invoice_id,
        "currency": payout.amount.currency.code(),
        "accountToken": payout.account_token,
        "status": payout.status.wire(),
    });
    if let (Some(settled), Some(object)) = (payout.settled, result.as_object_mut()) {
        object.insert("paymentTime".to_owned(), wire(settled).into());
    }
    result
}
