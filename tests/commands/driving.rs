//! A mistake in Remit ends neither the sending nor the asking: the owner is told, and it goes on.

use crate::desk::wait_for;
use crate::runs_sending::{assert_each_paid_once, payable, released, rows, until_status};
use crate::shop::{PAY, Shop, again};
use remit::ipc::events::AppEvent;
use remit_core::{Code, State};
use serde_json::json;

/// The owner hears of it before it goes on.
#[track_caller]
fn is_told_once(shop: &Shop) {
    wait_for("the owner to be told", || {
        (!shop.desk.host.troubles().is_empty()).then_some(())
    });
    assert_eq!(shop.desk.host.troubles(), [Code::Internal]);
}

#[test]
fn an_engine_that_breaks_off_is_told_and_goes_on_and_each_payout_is_paid_once() {
    let shop = Shop::new();
    let first = shop.draft("ana@example.com");
    *shop.desk.host.breaks_at.lock().unwrap() =
        Some(|event| matches!(event, AppEvent::Payout(told) if told.state == State::Processing));
    let amounts = ["12.00", "13.00", "14.00"];
    let released = amounts.map(|amount| shop.pay(&again(&first, json!({ "amount": amount }))));
    for payout in &released {
        shop.desk.until(payout["id"].as_str().unwrap(), "paid");
    }
    // Not what was on its way alone.
    let later = shop.pay(&again(&first, json!({ "amount": "15.00" })));
    shop.desk.until(later["id"].as_str().unwrap(), "paid");
    assert_eq!(shop.pockyt.transfers().len(), 4);
    assert_eq!(shop.pockyt.calls_of(PAY).len(), 4, "each was sent once");
    is_told_once(&shop);
}

#[test]
fn what_makes_payouts_of_a_run_breaks_off_and_goes_on_and_each_row_is_paid_once() {
    let shop = Shop::new();
    let rows = rows(6, &payable(&shop, 2));
    let (first, later) = rows.split_at(3);
    *shop.desk.host.breaks_at.lock().unwrap() = Some(|event| matches!(event, AppEvent::Run(_)));
    for run in [first, later] {
        let run = released(&shop.desk, run);
        until_status(&shop.desk, &run, "finished");
    }
    assert_each_paid_once(&shop.pockyt, &rows);
    is_told_once(&shop);
}
