//! Payees from a file: thirty rows with faults, mended in place, invited, and the same file again.

use crate::owner::{Owner, Setting};
use crate::steps;
use fantoccini::key::Key;
use pockyt_sandbox::Sandbox;
use std::fmt::Write;

/// Thirty people, four of them with a fault each of its own kind, and one who is there twice.
fn people() -> String {
    let mut text =
        "First name,Last name,E-mail,Date of birth,Country,State,City,Street,Postal code\n"
            .to_owned();
    for row in 0..30 {
        let mut email = format!("p{row}@example.com");
        let (mut born, mut country, mut zip) = ("1990-04-30", "US", "10001");
        match row {
            2 => email = "no address".to_owned(),
            4 => born = "2015-01-01",
            6 => country = "Narnia",
            8 => zip = "1",
            10 => email = "P9@example.com".to_owned(),
            _ => {}
        }
        writeln!(
            text,
            "Nora,Vance,{email},{born},{country},NY,New York,1 Main St,{zip}"
        )
        .unwrap();
    }
    text
}

/// Where the grid has what, in the rows that need mending.
const MENDS: [(u32, u32, &str); 4] = [
    (0, 2, "p2@example.com"),
    (1, 3, "1990-04-30"),
    (2, 4, "US"),
    (3, 8, "10001"),
];

async fn opened(
    language: &'static str,
    theme: &'static str,
) -> (Owner, Sandbox, tempfile::TempDir) {
    let pockyt = steps::pockyt().await;
    let owner = Setting::new(language, theme).start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    std::fs::write(&path, people()).unwrap();
    owner.push("common.payees").await;
    owner.push("roster.button").await;
    owner.read("roster.choose").await;
    owner.inspect(&format!("70-roster-dialog-{theme}")).await;
    owner.keys(&[Key::Escape]).await;
    owner.open_people(&path).await;
    owner.read("runs.columnsTitle").await;
    owner.inspect(&format!("71-roster-columns-{theme}")).await;
    (owner, pockyt, folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_people_are_mended_in_place_and_each_invited_once() {
    let (owner, pockyt, folder) = opened("en", "light").await;
    owner.press("Look at 30 rows").await;
    owner.see("Invite 25 payees").await;
    owner.inspect("72-roster-problems").await;
    for (row, column, text) in MENDS {
        owner
            .press_css(&format!("[data-cell='{row}-{column}']"))
            .await;
        owner.keys(&[Key::Delete]).await;
        owner.type_text(text).await;
        owner.keys(&[Key::Enter]).await;
    }
    owner.press("Invite 29 payees").await;
    owner.see("30 of 30 rows done").await;
    owner.inspect("73-roster-result").await;
    assert_eq!(
        pockyt.control().payees().len(),
        30,
        "29, and the one before"
    );

    owner.open_people(&folder.path().join("people.csv")).await;
    owner.see("29 are payees already").await;
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_people_of_a_file_in_chinese_and_dark() {
    let (owner, pockyt, _folder) = opened("zh-CN", "dark").await;
    owner.press("查看 30 行").await;
    owner.see("邀请 25 位收款人").await;
    owner.inspect("74-roster-problems-dark").await;
    owner.press("邀请 25 位收款人").await;
    owner.see("已完成 30/30 行").await;
    owner.inspect("75-roster-result-dark").await;
    pockyt.stop().await;
}
