//! A payee's part, played with one press: in the demo alone, by the sandbox's own way, and once.

use crate::desk::{Desk, wait, with};
use crate::doubles::Keychain;
use crate::shop::{Shop, form};
use pockyt_sandbox::{Control, MailKind, PayeeStatus, Stage};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The demo with somebody who was invited, in its form changed by this.
fn invited(changes: Value) -> (TempDir, Desk, Control, Value) {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new(folder.path(), &Keychain::new());
    let pockyt = desk.open_demo();
    let input = with(form("ana@example.com"), changes);
    let payee = desk.ok("register_payee", json!({ "input": input }));
    assert_eq!(payee["status"], "pending");
    let id = json!({ "id": payee["id"] });
    (folder, desk, pockyt, id)
}

#[test]
fn a_payee_is_played_by_one_press_or_several_and_can_then_be_paid() {
    let (_folder, desk, pockyt, id) = invited(json!({}));
    let played: Vec<Value> = std::thread::scope(|scope| {
        let presses: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| desk.ok("play_payee", id.clone())))
            .collect();
        presses
            .into_iter()
            .map(|press| press.join().unwrap())
            .collect()
    });
    for detail in played {
        assert_eq!(detail["payee"]["status"], "active", "{detail}");
        let accounts = detail["accounts"].as_array().unwrap();
        assert_eq!(accounts.len(), 1, "one profile, one account: {detail}");
        assert_eq!(accounts[0]["usable"], true, "{detail}");
    }
    let kinds: Vec<_> = pockyt.mails().into_iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, [MailKind::Invitation, MailKind::Approved]);
    let theirs = &pockyt.payees()[0];
    assert_eq!(theirs.onboarding.stage, Stage::Closed);
    assert!(
        theirs.onboarding.identity.is_some(),
        "as the portal has it, not around it: {theirs:?}"
    );
}

#[test]
fn whoever_was_declined_meanwhile_stays_so_and_is_shown_so() {
    let (_folder, desk, pockyt, id) = invited(json!({}));
    let number = pockyt.payees()[0].customer_no.clone();
    wait(pockyt.set_payee_status(&number, PayeeStatus::Declined)).unwrap();
    let detail = desk.ok("play_payee", id);
    assert_eq!(detail["payee"]["status"], "declined", "{detail}");
    assert!(pockyt.accounts_of(&number).is_empty());
}

#[test]
fn what_the_portal_refuses_is_told_and_nothing_is_half_filled_in() {
    let long = "a".repeat(90);
    let name = json!({ "firstName": long, "lastName": long });
    let (_folder, desk, pockyt, id) = invited(name);
    let error = desk.refused("play_payee", id, "gateway_refused", None);
    let words = error["detail"].as_str().unwrap();
    assert!(words.contains("Enter your full name"), "{error}");
    assert_eq!(pockyt.payees()[0].onboarding.stage, Stage::Details);
}

#[test]
fn nobody_is_played_outside_the_demo() {
    let shop = Shop::new();
    let payee = shop.register("ana@example.com");
    let id = json!({ "id": payee["id"] });
    shop.desk.refused("play_payee", id, "demo_only", None);
    let theirs = &shop.pockyt.payees()[0];
    assert_eq!(
        (theirs.status, theirs.onboarding.stage),
        (PayeeStatus::Pending, Stage::Details)
    );
}
