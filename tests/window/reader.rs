//! The Pay journey as a screen reader meets it: every control has a role and a name on the system's accessibility bus.

use crate::owner::{Owner, Setting};
use crate::steps::{self, PAYEE};
use crate::window::{GLANCE, PATIENCE};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_screen_reader_finds_every_control_of_the_pay_journey_by_name() {
    let pockyt = steps::pockyt().await;
    // The other tests' windows keep away from the bus.
    let setting = Setting::new("en", "light").with("NO_AT_BRIDGE", "0".to_owned());
    let owner = setting.start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    found(
        &owner,
        &[
            ("link", "Pay"),
            ("push button", "Refresh"),
            ("link", "Payees"),
        ],
    )
    .await;

    owner.push("payees.payPayee").await;
    owner.pick("6789").await;
    owner.enter("pay.amount", "12.30").await;
    let form = [
        ("combo box", "Payee"),
        (
            "radio button",
            "Standard ACH Standard ACH The default. Typically one to three banking days.",
        ),
        ("entry", "Amount"),
        ("entry", "Invoice ID"),
        ("entry", "Description optional"),
        ("entry", "Note optional"),
        ("push button", "Review"),
    ];
    found(&owner, &form).await;

    owner.push("pay.toReview").await;
    owner.read("pay.reviewTitle").await;
    let deed = owner.say_with("pay.payNow", &[("amount", "USD 12.30"), ("payee", PAYEE)]);
    owner.see_pressable(&deed).await;
    found(&owner, &[("push button", &deed), ("push button", "Change")]).await;
    owner.press(&deed).await;
    owner.read("payouts.story_paid").await;
    found(&owner, &[("push button", "Copy Invoice ID")]).await;
    pockyt.stop().await;
}

/// Waits until these controls are among those that the bus offers. None there may be without a name.
async fn found(owner: &Owner, wanted: &[(&str, &str)]) {
    let start = Instant::now();
    loop {
        let (named, said) = controls(owner);
        let has = |(role, name): &&(&str, &str)| {
            said.iter().any(|line| line == &format!("{role}\t{name}"))
        };
        let missing: Vec<_> = wanted.iter().filter(|one| !has(one)).collect();
        if named && missing.is_empty() {
            return;
        }
        assert!(
            start.elapsed() < PATIENCE,
            "missing {missing:?}, or one without a name:\n{}",
            said.join("\n")
        );
        tokio::time::sleep(GLANCE).await;
    }
}

/// What the bus offers, and whether all of it has a name.
fn controls(owner: &Owner) -> (bool, Vec<String>) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers/controls.py");
    // Debian's own Python has Debian's packages.
    let answer = Command::new("/usr/bin/python3")
        .arg(script)
        .arg(owner.driver.program().to_string())
        .output()
        .unwrap();
    let mut said: Vec<_> = [&answer.stdout, &answer.stderr]
        .into_iter()
        .flat_map(|text| {
            String::from_utf8_lossy(text)
                .lines()
                .map(|line| line.replace(['\u{a0}', '\u{202f}'], " "))
                .collect::<Vec<_>>()
        })
        .collect();
    said.dedup();
    (answer.status.success(), said)
}
