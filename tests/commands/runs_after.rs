//! What comes of a run afterwards: tried again, copied, and exported.

use crate::desk::Desk;
use crate::runs_sending::{Target, outcomes, payable, released, rows, until_status};
use crate::shop::Shop;
use crate::words::file_words;
use remit_core::{Currency, Money};
use serde_json::{Value, json};

/// A run of four rows, of which the second fails at Pockyt.
fn run_with_a_failure(shop: &Shop) -> (String, Vec<Target>) {
    let to = payable(shop, 2);
    let mut rows = rows(4, &to);
    rows[1].money = Money::new(2_001, Currency::USD);
    let run = released(&shop.desk, &rows);
    until_status(&shop.desk, &run, "finished");
    (run, to)
}

fn draft_rows(desk: &Desk, id: &Value) -> Vec<Value> {
    let arguments = json!({ "id": id, "filter": "all", "from": 0, "limit": 100 });
    let page = desk.ok("run_rows", arguments);
    page["rows"].as_array().unwrap().clone()
}

/// Accepts what is asked about a draft, and releases it.
fn release(desk: &Desk, id: &Value) -> String {
    let review = desk.ok("review_run", json!({ "id": id }));
    for warning in review["warnings"].as_array().unwrap() {
        let arguments = json!({ "id": id, "code": warning["code"], "reason": "Asked" });
        desk.ok("accept_run_warning", arguments);
    }
    let review = desk.ok("review_run", json!({ "id": id }));
    let arguments = json!({ "id": id, "review": review["review"], "notBefore": null });
    desk.ok("release_run", arguments);
    id.as_str().unwrap().to_owned()
}

#[test]
fn what_failed_is_tried_again_once_and_linked() {
    let shop = Shop::new();
    let desk = &shop.desk;
    let (run, _) = run_with_a_failure(&shop);
    let failed = outcomes(desk, &run).remove(1);
    assert_eq!(failed["payoutState"], "failed", "{failed}");

    let retry = desk.ok("retry_run", json!({ "id": run }));
    let id = &retry["run"]["id"];
    let rows = draft_rows(desk, id);
    assert_eq!(rows.len(), 1, "only what failed: {rows:?}");
    assert_eq!(rows[0]["invoiceId"], "RUN-0001-R2");
    let edits = json!([{ "row": 1, "field": "amount", "text": "20.02" }]);
    desk.ok("edit_run_cells", json!({ "id": id, "edits": edits }));
    let retry = release(desk, id);
    until_status(desk, &retry, "finished");
    let again = outcomes(desk, &retry).remove(0);
    let detail = desk.ok("payout", json!({ "id": again["payoutId"] }));
    assert_eq!(detail["payout"]["retryOf"], failed["payoutId"]);
    assert_eq!(
        shop.pockyt.transfers().len(),
        5,
        "four, of which one failed, and that one again"
    );
    desk.refused(
        "retry_run",
        json!({ "id": run }),
        "run_nothing_to_retry",
        None,
    );
}

#[test]
fn a_copied_run_has_the_same_rows_under_numbers_of_its_own() {
    let shop = Shop::new();
    let desk = &shop.desk;
    let (run, to) = run_with_a_failure(&shop);
    let copy = desk.ok("copy_run", json!({ "id": run }));
    assert_eq!(copy["run"]["origin"], "copied");
    let rows = draft_rows(desk, &copy["run"]["id"]);
    assert_eq!(rows.len(), 4);
    for (number, row) in rows.iter().enumerate() {
        assert_eq!(row["payee"]["id"], json!(to[number % 2].0.to_string()));
        let invoice = row["invoiceId"].as_str().unwrap();
        assert!(invoice.starts_with("INV-"), "never the same one: {invoice}");
    }
    let asks = |row: &Value, code: &str| {
        let mut problems = row["problems"].as_array().unwrap().iter();
        problems.any(|problem| problem["code"] == code)
    };
    assert!(asks(&rows[0], "same_amount_recently"), "{}", rows[0]);
    assert!(!asks(&rows[1], "same_amount_recently"), "it failed");
    for (number, row) in rows.iter().enumerate() {
        assert_eq!(asks(row, "not_paid_before"), number == 1, "{row}");
    }

    // A schedule of it says so as well; so does whatever repeats the failed payout alone.
    let of = json!({ "kind": "run", "id": run });
    let proposed = desk.ok("propose_schedule", json!({ "from": of }));
    let repeated = proposed["rows"].as_array().unwrap().iter();
    let why: Vec<_> = repeated.map(|row| &row["notPaid"]).collect();
    let (nothing, failed) = (&Value::Null, &json!("failed"));
    assert_eq!(why, [nothing, failed, nothing, nothing]);

    // Tried again and paid, it was paid.
    let retry = desk.ok("retry_run", json!({ "id": run }));
    let id = &retry["run"]["id"];
    let edits = json!([{ "row": 1, "field": "amount", "text": "20.02" }]);
    desk.ok("edit_run_cells", json!({ "id": id, "edits": edits }));
    let retry = release(desk, id);
    until_status(desk, &retry, "finished");
    let proposed = desk.ok("propose_schedule", json!({ "from": of }));
    assert_eq!(&proposed["rows"][1]["notPaid"], nothing);
}

#[test]
fn the_outcome_is_exported_as_a_workbook_with_the_files_columns_first() {
    let shop = Shop::new();
    let desk = &shop.desk;
    shop.payable("ana@example.com");
    let path = desk.folder.join("june.csv");
    let file = "Email,Amount,Currency,Invoice no.,Cost centre\nana@example.com,12.00,USD,J-1,=1+1\nana@example.com,20.01,USD,J-2,\n";
    std::fs::write(&path, file).unwrap();
    let draft = desk.ok("import_run", json!({ "path": path }));
    let run = release(desk, &draft["run"]["id"]);
    until_status(desk, &run, "finished");
    let place = desk.folder.join("outcome.xlsx");
    *desk.host.choice.lock().unwrap() = Some(place.clone());
    desk.ok(
        "export_run",
        json!({ "id": run, "format": "xlsx", "words": file_words("zh-CN") }),
    );

    // Read by the same reader that reads the files of others.
    let read = desk.ok("import_run", json!({ "path": place }));
    let headers: Vec<_> = read["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["header"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(
        headers[..6],
        [
            "Email",
            "Amount",
            "Currency",
            "Invoice no.",
            "Cost centre",
            "状态"
        ],
        "{headers:?}"
    );
    assert_eq!(read["checks"]["rows"], 2, "{read}");
}

#[test]
fn rows_that_were_not_sent_are_told_and_exported_and_become_one_run() {
    let shop = Shop::new();
    let desk = &shop.desk;
    shop.payable("ana@example.com");
    let path = desk.folder.join("may.csv");
    let file = "Email,Amount,Currency\nana@example.com,12.00,USD\ntom@example.com,45.50,USD\nana@example.com,9.00,USD\n";
    std::fs::write(&path, file).unwrap();
    let draft = desk.ok("import_run", json!({ "path": path }));
    let id = &draft["run"]["id"];
    let skip = json!({ "id": id, "rows": [3], "decision": { "kind": "skip" } });
    desk.ok("decide_run_rows", skip);
    let run = release(desk, id);
    until_status(desk, &run, "finished");

    assert_eq!(desk.ok("run", json!({ "id": run }))["left"], 2);
    let page = desk.ok(
        "list_runs",
        json!({ "query": { "search": "", "cursor": null, "limit": 9 } }),
    );
    assert_eq!(page["runs"][0]["left"], 2, "the list says so too: {page}");
    let left = desk.ok("run_left", json!({ "id": run, "after": null, "limit": 9 }));
    let row = |row: u32, payee: &str, amount: &str, skipped: bool, problem: Value| json!({ "row": row, "line": row + 1, "payee": payee, "amount": amount, "skipped": skipped, "problem": problem });
    assert_eq!(
        left["rows"][0],
        row(
            2,
            "tom@example.com",
            "USD 45.50",
            false,
            json!("payee_unknown")
        )
    );
    let (second, next) = (&left["rows"][1], &left["next"]);
    assert_eq!(
        (&second["row"], &second["skipped"]),
        (&json!(3), &json!(true))
    );
    assert_eq!(
        (&second["amount"], next),
        (&json!("USD 9.00"), &Value::Null)
    );

    let place = desk.folder.join("outcome.csv");
    for (language, header, unknown, skipped) in [
        (
            "en",
            "Status,Reason",
            "Not sent,Payee not known",
            "Not sent,You skipped it",
        ),
        ("zh-CN", "状态,原因", "未发送,收款人未知", "未发送,您已跳过"),
        (
            "es",
            "Estado,Motivo",
            "No enviado,Beneficiario desconocido",
            "No enviado,Usted la omitió",
        ),
    ] {
        *desk.host.choice.lock().unwrap() = Some(place.clone());
        let asked = json!({ "id": run, "format": "csv", "words": file_words(language) });
        desk.ok("export_run", asked);
        let exported = std::fs::read_to_string(&place).unwrap();
        let lines: Vec<_> = exported.lines().collect();
        assert!(lines[0].contains(header), "{exported}");
        assert!(lines[2].contains(unknown), "{exported}");
        assert!(lines[3].contains(skipped), "{exported}");
    }

    let made = desk.ok("repeat_left", json!({ "id": run }));
    assert_eq!(
        (&made["run"]["origin"], &made["run"]["follows"]),
        (&json!("left"), &json!(run))
    );
    let rows = draft_rows(desk, &made["run"]["id"]);
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!(rows[0]["cells"]["payee"]["text"], "tom@example.com");
    let again = desk.ok("repeat_left", json!({ "id": run }));
    assert_eq!(
        again["run"]["id"], made["run"]["id"],
        "there is one already"
    );

    // Paid by the first, it is not paid by another that is made of the same rows.
    let paid = release(desk, &made["run"]["id"]);
    until_status(desk, &paid, "finished");
    let another = desk.ok("repeat_left", json!({ "id": run }));
    assert_ne!(another["run"]["id"], made["run"]["id"]);
    let rows = draft_rows(desk, &another["run"]["id"]);
    assert_eq!(rows[1]["standing"], "refused", "{}", rows[1]);
    assert_eq!(shop.pockyt.transfers().len(), 2, "each row once");
}
