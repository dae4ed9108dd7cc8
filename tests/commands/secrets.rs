//! Secrets stay where they belong (I9): the token in the keychain, a government ID on its way to Pockyt, and nothing that
//! reads like money or people in the ledger file.

use crate::desk::{Desk, with};
use crate::doubles::connect;
use crate::shop::{Shop, TOKEN, config, form};
use crate::words::file_words;
use md5::{Digest, Md5};
use pockyt_sandbox::{Config, Effect, Fault};
use remit_core::LedgerError;
use remit_ledger::{LedgerKey, SqliteLedger};
use secrecy::ExposeSecret;
use serde_json::json;
use std::path::{Path, PathBuf};

const GOVERNMENT_ID: &str = "907-65-4321";
const EXTRA: &str = "PASSPHRASE-OF-ANA";

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path))
        } else {
            found.push(path)
        }
    }
    found
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

/// What must be nowhere, each with its name for the message.
fn secrets(desk: &Desk, profile: &str) -> Vec<(&'static str, String)> {
    let hash: String = Md5::digest(TOKEN)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let key = desk.ledger_key(profile).expose_secret().to_owned();
    vec![
        ("the token", TOKEN.to_owned()),
        ("the hash of the token, which signs as well", hash),
        ("the government ID", GOVERNMENT_ID.to_owned()),
        ("a detail that only Pockyt asked for", EXTRA.to_owned()),
        ("the key of the ledger", key),
    ]
}

/// A journey with everything that could spill a secret: successes, refusals, odd answers that repeat what was sent.
fn journey() -> Shop {
    let shop = Shop::at(Config {
        pockyt_user: false,
        ..config()
    });
    shop.pockyt
        .switch(|switches| switches.required_at_register = vec!["passphrase".to_owned()]);
    let input = with(
        form("ana@example.com"),
        json!({
            "governmentIdType": "SSN", "governmentId": GOVERNMENT_ID,
            "extra": [{ "name": "passphrase", "value": EXTRA }],
        }),
    );
    let echo = format!("unexpected {TOKEN} {GOVERNMENT_ID} {EXTRA}");
    shop.pockyt.inject(Fault::on(
        "/v3/payee/register",
        Effect::Ret {
            code: "000023".to_owned(),
            message: echo.clone(),
        },
    ));
    shop.desk.refused(
        "register_payee",
        json!({ "input": input }),
        "gateway_refused",
        None,
    );
    shop.desk.ok("register_payee", json!({ "input": input }));
    shop.pockyt
        .switch(|switches| switches.required_at_register.clear());
    shop.pockyt.switch(|switches| switches.pockyt_user = true);
    let draft = shop.draft("ben@example.com");
    shop.pockyt.inject(
        Fault::on(
            "/v3/payouts/pay",
            Effect::Ret {
                code: "000777".to_owned(),
                message: format!("moon {TOKEN}"),
            },
        )
        .after_processing(),
    );
    let released = shop.pay(&draft);
    shop.desk.until(released["id"].as_str().unwrap(), "paid");
    export_payouts_with_ids(&shop);
    let wrong = with(
        crate::shop::connection(&shop.sandbox),
        json!({ "token": format!("{TOKEN}x") }),
    );
    shop.desk.refused(
        "test_connection",
        json!({ "input": wrong }),
        "token_rejected",
        None,
    );
    shop
}

/// A file of payouts with a column of government IDs, which the owner takes for notes, is read, shown and exported.
fn export_payouts_with_ids(shop: &Shop) {
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("payroll.csv");
    let file = format!("Payee,SSN,Amount,Currency\nana@example.com,{GOVERNMENT_ID},5,USD\n");
    std::fs::write(&path, file).unwrap();
    let draft = shop.desk.ok("import_run", json!({ "path": path }));
    assert_eq!(draft["columns"][1]["samples"], json!(["••••"]));
    let mapping = json!({
        "columns": ["payee", "note", "amount", "currency"], "headerRow": 0, "decimalMark": null,
        "dateOrder": null, "currency": null, "sheet": null,
    });
    let id = &draft["run"]["id"];
    let mapped = json!({ "id": id, "mapping": mapping });
    shop.desk.ok("set_run_mapping", mapped);
    let out = shop.desk.folder.join("out.csv");
    *shop.desk.host.choice.lock().unwrap() = Some(out.clone());
    let asked = json!({ "id": id, "format": "csv", "words": file_words("en") });
    shop.desk.ok("export_run", asked);
    let out = std::fs::read_to_string(out).unwrap();
    assert!(out.contains("ana@example.com,Not kept,5"), "{out}");
}

#[test]
fn no_secret_is_in_any_file_event_or_answer() {
    let shop = journey();
    let secrets = secrets(&shop.desk, &shop.profile);
    let files = files(&shop.desk.folder);
    let names: Vec<_> = files
        .iter()
        .map(|file| file.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    for expected in ["ledger.db", "ledger.db-wal", "settings.json"] {
        assert!(
            names.iter().any(|name| name == expected),
            "{expected} must be looked at: {names:?}"
        );
    }
    for file in &files {
        let bytes = std::fs::read(file).unwrap();
        for (name, secret) in &secrets {
            assert!(!holds(&bytes, secret), "{name} is in {}", file.display());
        }
    }
    let answers = shop.desk.answers().join("\n");
    let heard = format!("{:?}", shop.desk.host.heard());
    assert!(
        answers.contains("ana@example.com") && heard.contains("payoutId"),
        "there is something to look through"
    );
    for (name, secret) in &secrets {
        assert!(
            !holds(answers.as_bytes(), secret),
            "{name} crossed to the window in an answer"
        );
        assert!(
            !holds(heard.as_bytes(), secret),
            "{name} crossed to the window in an event"
        );
    }
}

#[test]
fn no_secret_is_in_the_rows_of_the_opened_ledger_either() {
    let shop = journey();
    let ledger = shop.desk.profile_folder(&shop.profile).join("ledger.db");
    let connection = connect(&ledger, &shop.desk.ledger_key(&shop.profile));
    let tables: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(
        tables.contains(&"events".to_owned()) && tables.contains(&"payees".to_owned()),
        "{tables:?}"
    );
    let secrets = secrets(&shop.desk, &shop.profile);
    let mut seen = 0;
    for table in tables {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM \"{table}\""))
            .unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                let (rusqlite::types::ValueRef::Text(bytes)
                | rusqlite::types::ValueRef::Blob(bytes)) = row.get_ref(column).unwrap()
                else {
                    continue;
                };
                seen += 1;
                for (name, secret) in &secrets {
                    assert!(
                        !holds(bytes, secret),
                        "{name} is in a row of {table}: {}",
                        String::from_utf8_lossy(bytes)
                    );
                }
            }
        }
    }
    assert!(seen > 50, "there is something to look through: {seen}");
}

#[test]
fn the_demo_keeps_its_token_out_of_its_files_too() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new(folder.path(), &crate::doubles::Keychain::new());
    desk.ok("try_demo", json!({}));
    desk.ok(
        "register_payee",
        json!({ "input": form("ana@example.com") }),
    );
    let secret = remit_core::Secret::ApiToken("demo".to_owned());
    let token = crate::desk::wait(remit_core::Vault::get(desk.keychain.as_ref(), &secret))
        .unwrap()
        .unwrap();
    let files = files(folder.path());
    assert!(
        files.iter().any(|file| file.ends_with("sandbox.json")),
        "the sandbox keeps its state: {files:?}"
    );
    for file in &files {
        assert!(
            !holds(&std::fs::read(file).unwrap(), token.expose_secret()),
            "the token is in {}",
            file.display()
        );
    }
    assert!(
        !desk.answers().join("\n").contains(token.expose_secret()),
        "the token crossed to the window"
    );
}

#[test]
fn the_ledger_file_is_unreadable_without_its_key() {
    let shop = journey();
    let ledger = shop.desk.profile_folder(&shop.profile).join("ledger.db");
    let key = shop.desk.ledger_key(&shop.profile);
    drop(shop.desk);
    let bytes = std::fs::read(&ledger).unwrap();
    for plain in [
        "SQLite format 3",
        "CREATE TABLE",
        "ana@example.com",
        "Ruiz",
        "INV-",
    ] {
        assert!(!holds(&bytes, plain), "{plain:?} can be read in the file");
    }
    let strange = LedgerKey::generate().unwrap();
    let refused = SqliteLedger::open(&ledger, &strange).map(drop);
    assert!(
        matches!(refused, Err(LedgerError::Corrupt(_))),
        "another key opens nothing: {refused:?}"
    );
    let plain = rusqlite::Connection::open(&ledger).unwrap();
    let looked = plain.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    });
    assert!(
        looked.is_err(),
        "without a key there is nothing to see: {looked:?}"
    );
    assert_eq!(
        std::fs::read(&ledger).unwrap(),
        bytes,
        "and trying changed nothing"
    );
    assert!(
        SqliteLedger::open(&ledger, &LedgerKey::parse(&key).unwrap()).is_ok(),
        "its own key still opens it"
    );
}
