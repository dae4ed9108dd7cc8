//! How the account stands, and the system's own notifications.

use crate::shop::{Shop, again};
use serde_json::{Value, json};

/// The one need of a kind.
fn need<'a>(overview: &'a Value, kind: &str) -> &'a Value {
    let needs = overview["needs"].as_array().unwrap();
    let found = needs.iter().find(|needed| needed["need"] == kind);
    found.unwrap_or_else(|| panic!("nothing is {kind}: {overview}"))
}

#[test]
fn the_overview_tells_what_waits_what_is_on_its_way_and_what_was_paid() {
    let shop = Shop::new();
    let desk = &shop.desk;
    let overview = || desk.ok("overview", json!({}));
    let empty = overview();
    assert_eq!(empty["begun"], false, "{empty}");
    assert_eq!(empty["needs"], json!([]));
    let months = empty["months"].as_array().unwrap();
    assert_eq!(months.len(), 12, "{months:?}");
    let names: Vec<_> = months.iter().map(|month| month["month"].as_str()).collect();
    assert!(names.is_sorted(), "earliest first: {names:?}");
    let today = jiff::Zoned::now();
    let this_month = format!("{:04}-{:02}", today.year(), today.month());
    assert_eq!(
        names[11],
        Some(this_month.as_str()),
        "by the owner's calendar"
    );

    let base = shop.draft("ana@example.com");
    // The cents choose what becomes of a payout at the sandbox.
    for (amount, state) in [
        ("10.00", "paid"),
        ("30.00", "paid"),
        ("20.01", "failed"),
        ("7.02", "returned"),
    ] {
        let payout = shop.pay(&again(&base, json!({ "amount": amount })));
        desk.until(payout["id"].as_str().unwrap(), state);
    }
    let slow = shop.pay(&again(&base, json!({ "amount": "50.03" })));
    desk.until(slow["id"].as_str().unwrap(), "processing");
    let found = overview();
    assert_eq!(found["begun"], true);
    let usd = |amount: &str| json!([{ "amount": amount, "currency": "USD" }]);
    let paid = &found["months"][11];
    assert_eq!(
        (&paid["payouts"], &paid["sums"]),
        (&json!(2), &usd("40.00")),
        "neither what failed nor what came back: {found}"
    );
    assert_eq!(found["months"][10]["sums"], json!([]));
    assert_eq!(
        found["underWay"],
        json!([{ "state": "processing", "payouts": 1, "sums": usd("50.03") }])
    );
    assert_eq!(found["toLeave"], json!([]), "Pockyt has accepted it");
    for (kind, amount) in [("returned", "7.02"), ("failed", "20.01")] {
        let needed = need(&found, kind);
        assert_eq!(needed["total"], 1, "{needed}");
        assert_eq!(needed["newest"][0]["amount"]["amount"], amount, "{needed}");
    }

    // What is paid again needs nothing any more.
    let failed = need(&found, "failed")["newest"][0]["id"].clone();
    let retry = desk.ok("prepare_retry", json!({ "id": failed }));
    let retry = again(&retry, json!({ "amount": "20.00", "retryOf": failed }));
    let retry = shop.pay(&retry);
    desk.until(retry["id"].as_str().unwrap(), "paid");
    let after = overview();
    assert_eq!(after["needs"].as_array().unwrap().len(), 1, "{after}");
    assert_eq!(after["months"][11]["sums"], usd("60.00"));
}

#[test]
fn what_cannot_leave_yet_has_yet_to_leave() {
    let shop = Shop::new();
    let base = shop.draft("ana@example.com");
    let (pockyt, desk) = (&shop.pockyt, &shop.desk);
    pockyt.inject(
        pockyt_sandbox::Fault::on(crate::shop::PAY, pockyt_sandbox::Effect::Drop).forever(),
    );
    let payout = shop.pay(&again(&base, json!({ "amount": "9.50" })));
    desk.until(payout["id"].as_str().unwrap(), "unknown");
    let found = desk.ok("overview", json!({}));
    assert_eq!(
        found["toLeave"],
        json!([{ "amount": "9.50", "currency": "USD" }]),
        "{found}"
    );
    assert_eq!(
        found["needs"],
        json!([]),
        "what Remit finds out by itself does not wait for the owner"
    );
}

#[test]
fn the_system_shows_what_the_window_says() {
    let shop = Shop::new();
    let notice = json!({ "title": "USD 12.00 to Ana Ruiz", "body": "The money came back.", "leadsTo": "#/payouts/p-1" });
    shop.desk
        .ok("show_notification", json!({ "notice": notice }));
    let shown = shop.desk.host.notices.lock().unwrap();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].title, "USD 12.00 to Ana Ruiz");
    assert_eq!(shown[0].leads_to.as_deref(), Some("#/payouts/p-1"));
}
