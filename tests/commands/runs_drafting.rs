//! A run from a file to its release: faults mended in place, words said, a crash in between, and the same file again.

use crate::desk::{Desk, with};
use crate::shop::{Shop, draft, payable};
use crate::words::file_words;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Forty rows, of which nine have a fault each of its own kind, and one is for a payee who is not ready.
fn file(emails: &[&str]) -> String {
    let mut file = "E-mail;Name;Amount;Currency;Invoice no.;Description;Cost centre\n".to_owned();
    for row in 1..=40 {
        let mut cells = [
            emails[row % emails.len()].to_owned(),
            String::new(),
            format!("{}.{:02}", 100 + row, row),
            "USD".to_owned(),
            format!("MAY-{row:03}"),
            format!("May, row {row}"),
            format!("=HYPERLINK(\"{row}\")"),
        ];
        match row {
            3 => cells[0] = "nobody@example.com".to_owned(),
            5 => cells[2] = "13.00".to_owned(),
            7 => cells[2] = "a hundred".to_owned(),
            11 => cells[3] = "DOLLARIDOOS".to_owned(),
            15 => cells[4] = "MAY-014".to_owned(),
            19 => cells[0] = String::new(),
            23 => cells[2] = "12.3456".to_owned(),
            27 => cells[5] = "x".repeat(101),
            31 => cells[4] = "PAID-EARLIER".to_owned(),
            35 => (cells[0], cells[1]) = (String::new(), "Ana Ruiz".to_owned()),
            39 => cells[0] = "pending@example.com".to_owned(),
            _ => {}
        }
        file += &cells.join(";");
        file += "\n";
    }
    file
}

struct Office {
    shop: Shop,
    path: PathBuf,
    payees: Vec<Value>,
}

impl Office {
    fn new() -> Self {
        let shop = Shop::new();
        let emails = ["ana@example.com", "bo@example.com"];
        let mut payees = Vec::new();
        for email in emails {
            let (payee, token) = payable(&shop.desk, &shop.pockyt, email);
            let invoice = format!("OLD-{email}");
            if payees.is_empty() {
                shop.pay(&draft(&payee["id"], &token, "PAID-EARLIER"));
            }
            let first = with(
                draft(&payee["id"], &token, &invoice),
                json!({ "amount": "13.00" }),
            );
            shop.pay(&first);
            payees.push(payee);
        }
        shop.register("pending@example.com");
        let path = shop.desk.folder.join("may payroll.csv");
        std::fs::write(&path, file(&emails)).unwrap();
        Self { shop, path, payees }
    }

    fn desk(&self) -> &Desk {
        &self.shop.desk
    }

    fn import(&self) -> Value {
        self.desk().ok("import_run", json!({ "path": self.path }))
    }

    fn rows(&self, id: &str, filter: &str) -> Vec<Value> {
        let page = self.desk().ok(
            "run_rows",
            json!({ "id": id, "filter": filter, "from": 0, "limit": 100 }),
        );
        page["rows"].as_array().unwrap().clone()
    }

    fn edit(&self, id: &str, row: u32, field: &str, text: &str) -> Value {
        let edits = json!([{ "row": row, "field": field, "text": text }]);
        let edited = self
            .desk()
            .ok("edit_run_cells", json!({ "id": id, "edits": edits }));
        adds_up(&edited["checks"]);
        edited["rows"][0].clone()
    }

    fn decide(&self, id: &str, row: u32, decision: Value) -> Value {
        let decided = self.desk().ok(
            "decide_run_rows",
            json!({ "id": id, "rows": [row], "decision": decision }),
        );
        adds_up(&decided["checks"]);
        decided["rows"][0].clone()
    }

    fn accept_all(&self, id: &str) {
        for code in [
            "amount_far_from_usual",
            "payee_amount_repeated",
            "same_amount_recently",
            "invoice_similar",
            "new_account",
            "account_unseen",
        ] {
            self.desk().ok(
                "accept_run_warning",
                json!({ "id": id, "code": code, "reason": "The monthly amount" }),
            );
        }
    }
}

#[track_caller]
fn adds_up(checks: &Value) {
    let number = |name: &str| checks[name].as_u64().unwrap();
    let parts = ["ready", "waiting", "refused", "skipped"].map(number);
    assert_eq!(parts.iter().sum::<u64>(), number("rows"), "{checks}");
}

fn errors(row: &Value) -> Vec<&str> {
    let problems = row["problems"].as_array().unwrap().iter();
    problems
        .filter(|problem| problem["kind"] == "error")
        .map(|problem| problem["code"].as_str().unwrap())
        .collect()
}

#[test]
fn another_run_of_the_same_file_is_told_apart_by_its_name() {
    let office = Office::new();
    let names: Vec<_> = (0..3)
        .map(|_| office.import()["run"]["name"].clone())
        .collect();
    let expected = [
        "may payroll.csv",
        "may payroll (2).csv",
        "may payroll (3).csv",
    ];
    assert_eq!(names, expected);
}

#[test]
fn forty_rows_with_every_kind_of_fault_are_mended_reviewed_and_released() {
    let office = Office::new();
    let run = office.import();
    let id = run["run"]["id"].as_str().unwrap().to_owned();
    assert_eq!(run["run"]["name"], "may payroll.csv");
    assert_eq!(run["run"]["status"], "draft");
    assert_eq!(run["checks"]["rows"], 40);
    assert_eq!(run["complete"], true);
    assert_eq!(run["sameContent"], json!([]));
    assert_eq!(run["source"]["delimiter"], ";");
    assert_eq!(run["columns"][0]["field"], "email");
    adds_up(&run["checks"]);

    let rows = office.rows(&id, "all");
    assert_eq!(rows.len(), 40);
    for (row, fault) in [
        (3, "payee_unknown"),
        (7, "amount_unreadable"),
        (11, "currency_unknown"),
        (14, "invoice_repeated"),
        (15, "invoice_repeated"),
        (19, "missing"),
        (23, "amount_too_precise"),
        (27, "too_long"),
        (31, "invoice_used"),
        (35, "payee_ambiguous"),
        (39, "payee_not_active"),
    ] {
        assert_eq!(
            errors(&rows[row - 1]),
            [fault],
            "row {row}: {}",
            rows[row - 1]
        );
        assert_eq!(rows[row - 1]["line"], row + 1);
    }
    let used = &rows[30]["problems"];
    let used = used
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["code"] == "invoice_used")
        .unwrap();
    let earlier = office
        .desk()
        .ok("payout", json!({ "id": used["params"]["payout"] }));
    assert_eq!(earlier["payout"]["invoiceId"], "PAID-EARLIER");

    for (row, field, text) in [
        (3, "payee", "bo@example.com"),
        (7, "amount", "107.07"),
        (11, "currency", "usd"),
        (15, "invoice_id", "MAY-015"),
        (19, "payee", "ana@example.com"),
        (23, "amount", "123.45"),
        (27, "description", "May"),
    ] {
        let mended = office.edit(&id, row, field, text);
        assert_eq!(errors(&mended), [] as [&str; 0], "row {row}: {mended}");
    }
    let chosen = office.decide(
        &id,
        35,
        json!({ "kind": "payee", "payee": office.payees[0]["id"] }),
    );
    assert_eq!(errors(&chosen), [] as [&str; 0]);
    assert_eq!(chosen["payee"]["id"], office.payees[0]["id"]);
    // The one that was paid before stays as it is: a bad row never stops the others.
    let waits = office.decide(&id, 39, json!({ "kind": "wait", "waits": true }));
    assert_eq!(
        (&waits["standing"], &waits["waits"]),
        (&json!("waiting"), &json!(false)),
        "the account that nobody has seen wants a word first"
    );
    office.decide(&id, 40, json!({ "kind": "skip" }));

    let review = office.desk().ok("review_run", json!({ "id": id }));
    assert_eq!(
        review["mayRelease"], false,
        "the same was paid the other day: {review}"
    );
    office.desk().refused(
        "release_run",
        json!({ "id": id, "review": review["review"], "notBefore": null }),
        "run_warnings_open",
        None,
    );
    office.accept_all(&id);
    let review = office.desk().ok("review_run", json!({ "id": id }));
    assert_eq!(review["mayRelease"], true, "{review}");
    assert_eq!(
        (&review["count"], &review["waits"]),
        (&json!(37), &json!(1))
    );
    assert!(
        review["balances"][0]["balance"]["amount"].is_string(),
        "{review}"
    );

    let release =
        json!({ "id": id, "review": review["review"], "notBefore": "2031-01-01T00:00:00Z" });
    let released = office.desk().ok("release_run", release.clone());
    assert_eq!(released["status"], "scheduled", "{released}");
    let work = office.desk().ok("at_work", json!({}));
    assert_eq!(
        (&work["nextRunAt"], &work["payouts"]),
        (&json!("2031-01-01T00:00:00Z"), &json!(0)),
        "it is known to be to go out"
    );
    assert_eq!(released["progress"]["total"][0]["currency"], "USD");
    let again = office.desk().ok("release_run", release);
    assert_eq!(
        again["releasedAt"], released["releasedAt"],
        "a double click releases once"
    );
    let edits = json!([{ "row": 1, "field": "amount", "text": "1.00" }]);
    office.desk().refused(
        "edit_run_cells",
        json!({ "id": id, "edits": edits }),
        "run_released",
        None,
    );

    // The same file again: Remit knows the run, and the rows that were in it.
    let second = office.import();
    assert_eq!(second["sameContent"][0]["id"], json!(id));
    assert!(second["sameContent"][0]["releasedAt"].is_string());
    let second = second["run"]["id"].as_str().unwrap();
    let rows = office.rows(second, "all");
    let used = rows
        .iter()
        .filter(|row| errors(row).contains(&"invoice_used"));
    assert_eq!(used.count(), 39, "all but the one that was left out");
    assert_eq!(errors(&rows[39]), [] as [&str; 0]);
}

#[test]
fn a_draft_survives_whatever_happens_and_leaves_its_file_alone() {
    let office = Office::new();
    let before = std::fs::read(&office.path).unwrap();
    let run = office.import();
    let id = run["run"]["id"].as_str().unwrap().to_owned();
    let heard = office.desk().host.heard();
    assert!(
        heard.iter().any(|event| event["ofBytes"].is_number()),
        "progress is told"
    );
    office.edit(&id, 7, "amount", "107.07");
    office.edit(&id, 8, "note", "for the books");
    office.decide(&id, 9, json!({ "kind": "skip" }));
    office
        .desk()
        .ok("rename_run", json!({ "id": id, "name": " May " }));
    let draft = office.desk().ok("run_draft", json!({ "id": id }));
    // The payout that has the invoice ID of row 31 goes on meanwhile.
    let settled = |mut rows: Vec<Value>| {
        rows.remove(30);
        rows
    };
    let rows = settled(office.rows(&id, "all"));
    assert_eq!(
        std::fs::read(&office.path).unwrap(),
        before,
        "a file is only read"
    );
    std::fs::remove_file(&office.path).unwrap();

    let office = Office {
        shop: office.shop.crash(),
        ..office
    };
    let again = office.desk().ok("run_draft", json!({ "id": id }));
    assert_eq!(again, draft);
    assert_eq!(again["run"]["name"], "May");
    assert_eq!(settled(office.rows(&id, "all")), rows);
    assert_eq!(office.rows(&id, "skipped").len(), 1);

    // Out again: the file's own columns first, nothing that a spreadsheet would run, then how each row stands.
    let place = office.desk().folder.join("out.csv");
    *office.desk().host.choice.lock().unwrap() = Some(place.clone());
    let exported = office.desk().ok(
        "export_run",
        json!({ "id": id, "format": "csv", "words": file_words("en") }),
    );
    assert_eq!(exported, json!(place));
    let text = std::fs::read_to_string(&place).unwrap();
    let mut lines = text.lines();
    let header = lines.next().unwrap().trim_start_matches('\u{feff}');
    assert!(
        header.starts_with(
            "E-mail,Name,Amount,Currency,Invoice no.,Description,Cost centre,Note,Status"
        ),
        "{header}"
    );
    assert!(lines.next().unwrap().contains("'=HYPERLINK"), "{text}");
    assert!(text.contains(",Skipped,"), "{text}");

    office.desk().ok("discard_run", json!({ "id": id }));
    office
        .desk()
        .refused("run_draft", json!({ "id": id }), "run_not_found", None);
}

#[test]
fn runs_are_made_of_anything_and_a_mapping_is_remembered() {
    let office = Office::new();
    let desk = office.desk();
    let ids: Vec<_> = office
        .payees
        .iter()
        .map(|payee| payee["id"].clone())
        .collect();
    let composed = desk.ok("compose_run", json!({ "payees": ids }));
    let id = composed["run"]["id"].as_str().unwrap();
    assert_eq!(composed["run"]["origin"], "composed");
    let rows = office.rows(id, "all");
    assert_eq!(rows[1]["payee"]["id"], ids[1]);
    assert_eq!(
        errors(&rows[0]),
        ["missing"],
        "an amount is to be filled in: {}",
        rows[0]
    );
    let row = office.edit(id, 1, "amount", "12.34");
    assert_eq!(
        row["amount"],
        json!({ "amount": "12.34", "currency": "USD" }),
        "{row}"
    );
    assert!(
        row["invoiceId"].as_str().unwrap().starts_with("INV-"),
        "{row}"
    );

    let pasted = desk.ok(
        "paste_run",
        json!({ "text": "ana@example.com\t5.00\tUSD\nbo@example.com\t6.00\tUSD\n" }),
    );
    assert_eq!(pasted["checks"]["rows"], 2, "{pasted}");
    assert_eq!(pasted["columns"][0]["field"], "email");

    let path = desk.folder.join("odd.csv");
    let odd = |sum: &str| format!("Wer;Was;Email\nAna;{sum};ana@example.com\n");
    std::fs::write(&path, odd("7,00")).unwrap();
    let first = desk.ok("import_run", json!({ "path": path }));
    assert_eq!(first["complete"], false, "{first}");
    let mapping = json!({
        "columns": [null, "amount", "email"], "headerRow": 0, "decimalMark": "comma", "dateOrder": null,
        "currency": "usd", "sheet": null,
    });
    let mapped = desk.ok(
        "set_run_mapping",
        json!({ "id": first["run"]["id"], "mapping": mapping }),
    );
    assert_eq!(mapped["complete"], true, "{mapped}");
    let row = &office.rows(first["run"]["id"].as_str().unwrap(), "all")[0];
    assert_eq!(
        row["amount"],
        json!({ "amount": "7.00", "currency": "USD" }),
        "{row}"
    );
    std::fs::write(&path, odd("8,00")).unwrap();
    let second = desk.ok("import_run", json!({ "path": path }));
    assert_eq!(second["complete"], true, "{second}");
    assert_eq!(second["columns"][1]["remembered"], true);
    assert_eq!(second["sameContent"], json!([]));

    let place = desk.folder.join("template.xlsx");
    *desk.host.choice.lock().unwrap() = Some(place.clone());
    desk.ok(
        "save_run_template",
        json!({ "format": "xlsx", "language": "en" }),
    );
    assert!(std::fs::read(&place).unwrap().starts_with(b"PK"));
}

#[test]
fn a_file_that_cannot_be_read_is_told_plainly() {
    let shop = Shop::new();
    let desk = &shop.desk;
    for (name, content, code) in [
        ("empty.csv", &b""[..], "file_empty"),
        (
            "picture.csv",
            b"\x89PNG\r\n\x1a\n\0\0\0\0",
            "file_not_a_table",
        ),
        ("report.pdf", b"%PDF-1.7", "file_other_format"),
        (
            "quote.csv",
            b"Payee,Amount\n\"ana,5\n",
            "file_unclosed_quote",
        ),
    ] {
        let path = desk.folder.join(name);
        std::fs::write(&path, content).unwrap();
        desk.refused("import_run", json!({ "path": path }), code, None);
    }
    let missing = desk.folder.join("missing.csv");
    let error = desk
        .ask("import_run", json!({ "path": missing }))
        .unwrap_err();
    assert_eq!(error["code"], "file_unreadable");
    let id = uuid::Uuid::now_v7().to_string();
    desk.refused("run_draft", json!({ "id": id }), "run_not_found", None);
    desk.refused("compose_run", json!({ "payees": [] }), "run_empty", None);
    desk.ok("cancel_import", json!({}));
}
