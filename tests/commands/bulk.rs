//! Many rows of a list at once: named one by one, or by the filter that finds them.

use crate::desk::{Desk, payee_query, payout_query, wait, with};
use crate::shop::{PAY, Shop, again, config};
use crate::words::file_words;
use pockyt_sandbox::{Config, Control};
use serde_json::{Value, json};
use std::path::Path;

fn these(payouts: &[&Value]) -> Value {
    let ids: Vec<_> = payouts.iter().map(|payout| &payout["id"]).collect();
    json!({ "choice": { "query": null, "ids": ids } })
}

fn all_but(query: Value, left_out: &[&Value]) -> Value {
    let ids: Vec<_> = left_out.iter().map(|row| &row["id"]).collect();
    json!({ "choice": { "query": query, "ids": ids } })
}

/// The same choice, for a file in a language.
fn told(mut choice: Value, language: &'static str) -> Value {
    choice["words"] = file_words(language);
    choice
}

/// A shop with one payout that was paid, one that failed, and two that wait for Pockyt, which is away.
fn with_payouts(test: impl FnOnce(&Desk, &Control, [Value; 4], &Path)) {
    let state = tempfile::tempdir().unwrap();
    let shop = Shop::at(Config {
        state_file: Some(state.path().join("sandbox.json")),
        ..config()
    });
    let form = shop.draft("ana@example.com");
    let paid = shop.pay(&form);
    shop.desk.until(paid["id"].as_str().unwrap(), "paid");
    let failing = again(&form, json!({ "amount": "12.01", "invoiceId": "B-1" }));
    let failed = shop.pay(&failing);
    shop.desk.until(failed["id"].as_str().unwrap(), "failed");
    // Apart in amount and number: neither is a second look at the other.
    let forms = ["12.50", "13.70"].map(|amount| again(&form, json!({ "amount": amount })));
    let reviews = forms.each_ref().map(|form| shop.review(form));
    wait(shop.sandbox.stop());
    let [second, third] = [0, 1].map(|at| {
        let released = json!({ "draft": forms[at], "review": reviews[at] });
        shop.desk.ok("submit_payout", released)
    });
    let payouts = [paid, failed, second, third];
    test(&shop.desk, &shop.pockyt, payouts, state.path());
}

#[test]
fn what_is_queued_is_withdrawn_and_what_has_left_is_left_alone() {
    with_payouts(|desk, pockyt, [paid, failed, second, third], _| {
        let all = all_but(payout_query(), &[]);
        assert_eq!(
            desk.ok("look_at_payouts", all),
            json!({ "count": 4, "checkable": 0, "withdrawable": 2, "retryable": 1 })
        );
        let but_one = all_but(payout_query(), &[&third]);
        assert_eq!(
            desk.ok("look_at_payouts", but_one.clone()),
            json!({ "count": 3, "checkable": 0, "withdrawable": 1, "retryable": 1 })
        );
        // A filter that has none of what can be withdrawn finds nothing, rather than all.
        let settled = with(payout_query(), json!({ "states": ["paid"] }));
        assert_eq!(
            desk.ok("look_at_payouts", all_but(settled.clone(), &[])),
            json!({ "count": 1, "checkable": 0, "withdrawable": 0, "retryable": 0 })
        );
        let report = desk.ok("withdraw_payouts", all_but(settled, &[]));
        assert_eq!(report["done"], 0, "{report}");

        let report = desk.ok("withdraw_payouts", but_one);
        assert_eq!(
            (&report["done"], &report["failed"]),
            (&json!(1), &json!(0)),
            "{report}"
        );
        let state = |payout: &Value| {
            let shown = desk.ok("payout", json!({ "id": payout["id"] }));
            shown["payout"]["state"].as_str().unwrap().to_owned()
        };
        assert_eq!(
            [&paid, &failed, &second, &third].map(state),
            ["paid", "failed", "cancelled", "ready"]
        );
        let report = desk.ok("withdraw_payouts", these(&[&paid, &second, &third]));
        assert_eq!(report["done"], 1, "the one that is still queued");
        assert_eq!(state(&third), "cancelled");
        assert_eq!(pockyt.calls_of(PAY).len(), 2, "nothing more was sent");
    });
}

#[test]
fn what_failed_becomes_a_draft_that_sends_nothing_by_itself() {
    with_payouts(|desk, _, [paid, failed, ..], _| {
        let draft = desk.ok("retry_payouts", these(&[&paid, &failed]));
        assert_eq!(
            (&draft["run"]["status"], &draft["run"]["rows"]),
            (&json!("draft"), &json!(1)),
            "{draft}"
        );
        let row = json!({ "id": draft["run"]["id"], "filter": "all", "from": 0, "limit": 10 });
        let rows = desk.ok("run_rows", row);
        assert_eq!(rows["total"], 1, "{rows}");
        assert_eq!(desk.payouts().len(), 4, "no payout was made");
        desk.refused(
            "retry_payouts",
            these(&[&paid]),
            "run_nothing_to_retry",
            None,
        );
    });
}

#[test]
fn marked_rows_go_into_a_file_that_no_spreadsheet_runs() {
    with_payouts(|desk, _, [paid, ..], folder| {
        let place = folder.join("payouts.csv");
        *desk.host.choice.lock().unwrap() = Some(place.clone());
        let all_but_paid = told(all_but(payout_query(), &[&paid]), "zh-CN");
        let written = desk.ok("export_payouts", all_but_paid);
        assert_eq!(written, json!(place.display().to_string()));
        let text = std::fs::read_to_string(&place).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 4, "a header and three: {text}");
        let headers = "放行时间,收款人,收款账户,付款编号,状态,原因,金额,币种,手续费,Pockyt 编号,发送时间,结束时间,说明";
        assert_eq!(lines[0].trim_start_matches('\u{feff}'), headers);
        assert!(text.contains("B-1"), "{text}");
        assert!(text.contains(",失败,Pockyt "), "and why: {text}");
        assert!(!text.contains(paid["invoiceId"].as_str().unwrap()));
        assert_eq!(
            desk.ok("export_payouts", told(these(&[&paid]), "en")),
            Value::Null,
            "no place was chosen"
        );

        let place = folder.join("payees.csv");
        *desk.host.choice.lock().unwrap() = Some(place.clone());
        let everybody = told(all_but(payee_query(), &[]), "es");
        desk.ok("export_payees", everybody);
        let text = std::fs::read_to_string(&place).unwrap();
        assert!(
            text.contains("Nombre,Correo electrónico,Estado,País,Número de cliente,Último pago"),
            "{text}"
        );
        assert!(text.contains("ana@example.com,Activo"), "{text}");
    });
}

#[test]
fn marked_payees_are_asked_about_and_named() {
    let shop = Shop::new();
    let (ana, _) = shop.payable("ana@example.com");
    let ben = shop.register("ben@example.com");
    let cai = shop.register("cai@example.com");
    let chosen = shop
        .desk
        .ok("chosen_payees", all_but(payee_query(), &[&cai]));
    let mut chosen = chosen.as_array().unwrap().clone();
    chosen.sort_by_key(|payee| payee["email"].to_string());
    assert_eq!(
        chosen,
        [
            json!({ "id": ana["id"], "email": "ana@example.com", "payable": true }),
            json!({ "id": ben["id"], "email": "ben@example.com", "payable": false }),
        ]
    );
    let report = shop.desk.ok("refresh_payees", these(&[&ana, &ben]));
    assert_eq!(
        (&report["asked"], &report["failed"]),
        (&json!(2), &json!(0)),
        "{report}"
    );
    wait(shop.sandbox.stop());
    let report = shop.desk.ok("refresh_payees", these(&[&ana, &ben]));
    assert_eq!(
        report["asked"], 1,
        "what stops one stops the other: {report}"
    );
}
