//! Releases take turns, by whomever: what may have paid an invoice already is looked for when all that was released before is
//! on record.

use crate::desk::{Desk, wait, wait_for};
use crate::shop::{self, Shop};
use serde_json::{Value, json};
use std::time::Duration;

/// A payee who was paid before, so that nothing about another payment is unusual.
fn trusted(shop: &Shop, email: &str) -> (String, String) {
    let draft = shop.draft(email);
    let paid = shop.pay(&draft);
    shop.desk.until(paid["id"].as_str().unwrap(), "paid");
    let text = |name: &str| draft[name].as_str().unwrap().to_owned();
    (text("payeeId"), text("accountToken"))
}

/// A run with these rows: the number of its release, which names what was reviewed.
fn reviewed(desk: &Desk, rows: &[(&str, String, String)]) -> Value {
    let mut text = "Email,Amount,Currency,Invoice ID\n".to_owned();
    for (email, amount, invoice) in rows {
        text += &format!("{email},{amount},USD,{invoice}\n");
    }
    let draft = desk.ok("paste_run", json!({ "text": text }));
    let id = &draft["run"]["id"];
    let review = desk.ok("review_run", json!({ "id": id }));
    assert_eq!(review["mayRelease"], true, "{draft:#} {review:#}");
    // Put off, so that nothing of it is paid before the test is over.
    json!({ "id": id, "review": review["review"], "notBefore": "2031-01-01T00:00:00Z" })
}

#[test]
fn a_run_that_is_released_by_hand_waits_for_its_turn() {
    let shop = Shop::new();
    let emails = ["ana@example.com", "bo@example.com"];
    let payees = emails.map(|email| trusted(&shop, email).0);
    let rows = [
        (emails[0], "13.00".to_owned(), "AAA-1".to_owned()),
        (emails[1], "14.00".to_owned(), "AAA-2".to_owned()),
    ];
    let release = reviewed(&shop.desk, &rows);
    let session = shop.desk.session();
    // Somebody releases a payout to one of its payees just now.
    let turn = wait(
        session
            .engine()
            .turn_to_release([payees[1].parse().unwrap()]),
    );
    std::thread::scope(|scope| {
        let released = scope.spawn(|| shop.desk.ok("release_run", release));
        std::thread::sleep(Duration::from_millis(400));
        assert!(!released.is_finished(), "it waits");
        drop(turn);
        assert_eq!(released.join().unwrap()["status"], "scheduled");
    });
}

#[test]
fn releases_that_share_payees_never_wait_for_each_other_for_ever() {
    let shop = Shop::new();
    let emails = ["ana@example.com", "bo@example.com", "cem@example.com"];
    let payees = emails.map(|email| trusted(&shop, email));
    for round in 1..=6 {
        let row = |run: &str, at: usize, add: usize| {
            let amount = format!("{}.{round:02}", 11 + at + add);
            (emails[at], amount, format!("{run}-{round}{at}"))
        };
        let one = reviewed(&shop.desk, &[0, 1, 2].map(|at| row("ONE", at, 0)));
        let other = reviewed(&shop.desk, &[2, 1, 0].map(|at| row("OTHER", at, 4)));
        let (payee, token) = &payees[round % 3];
        let mut single = shop::draft(&json!(payee), token, &format!("SINGLE-{round}"));
        single["amount"] = json!(format!("19.{round:02}"));
        let review = shop.review(&single);
        let single = json!({ "draft": single, "review": review });
        let (desk, begun) = (&shop.desk, std::time::Instant::now());
        std::thread::scope(|scope| {
            for (command, arguments) in [
                ("release_run", one),
                ("submit_payout", single),
                ("release_run", other),
            ] {
                scope.spawn(move || desk.ok(command, arguments));
            }
        });
        assert!(begun.elapsed() < Duration::from_secs(20), "{round}");
    }
    wait_for("the single ones", || {
        (shop.pockyt.transfers().len() == 9).then_some(())
    });
}
