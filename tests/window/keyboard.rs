//! What is done by keys alone: a payout run from the first row to the last payment, the way of Tab past what there is to
//! press, and the way back out of what lies over a page.

use crate::owner::{Owner, Setting};
use crate::steps;
use fantoccini::key::Key;
use std::time::Duration;

/// Three rows, one of them with an amount that cannot be read.
const ROWS: [&str; 4] = [
    "Payee;Amount;Currency;Invoice ID;Description",
    "ana@example.com;11.00;USD;MAY-001;May",
    "ana@example.com;a hundred;USD;MAY-002;May",
    "ana@example.com;13.00;USD;MAY-003;May",
];

/// Goes to a button by Tab and presses it with Enter.
async fn tab_and_press(owner: &Owner, name: &str) {
    owner.tab_to(name).await;
    owner.keys(&[Key::Enter]).await;
}

/// Goes to a page by way of the palette.
async fn go_to(owner: &Owner, key: &str) {
    owner.chord(Key::Control, 'k').await;
    owner.read("palette.do").await;
    owner.until_focused(&owner.say("palette.label")).await;
    owner.type_text(&owner.say(key)).await;
    owner.keys(&[Key::Enter]).await;
    owner.until_no_layer().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_is_pasted_mended_accepted_released_and_paid_by_keys_alone() {
    let pockyt = steps::pockyt().await;
    let owner = Setting::new("en", "light").start().await;
    steps::have_a_payee(&owner, &pockyt).await;

    go_to(&owner, "runs.title").await;
    owner.read("runs.emptyTitle").await;
    tab_and_press(&owner, &owner.say("runs.paste")).await;
    owner.read("runs.pasteTitle").await;
    owner.until_focused(&owner.say("runs.pasteLabel")).await;
    owner
        .type_text(&ROWS.join(&char::from(Key::Enter).to_string()))
        .await;
    tab_and_press(&owner, &owner.say("runs.pasteDeed")).await;
    owner.see("2 rows ready").await;

    // The grid is one stop of Tab, which begins at its first cell; arrows go on from there.
    owner.tab_to("Ana Ruiz").await;
    owner.keys(&[Key::Down, Key::Right]).await;
    owner.read("problems.text_amount_unreadable").await;
    for character in "13.00".chars() {
        owner.key(character).await;
    }
    owner.keys(&[Key::Enter]).await;
    owner.inspect("57-runs-keyboard-grid").await;

    tab_and_press(&owner, &owner.say("runs.review")).await;
    owner.read("runs.reviewTitle").await;
    let warning = owner.say("problems.kind_payee_amount_repeated");
    let named = owner.say_with("runs.acceptNamed", &[("problem", &warning)]);
    tab_and_press(&owner, &named).await;
    owner.until_focused(&owner.say("runs.acceptReason")).await;
    owner.type_text("Two months at once").await;
    tab_and_press(&owner, "Accept on 2 rows").await;
    owner.until_no_layer().await;
    owner.see_pressable("Pay USD 37.00 in 3 payouts").await;
    tab_and_press(&owner, "Pay USD 37.00 in 3 payouts").await;
    owner
        .see_within("3 of 3 settled", Duration::from_secs(60))
        .await;
    owner.read("runs.status_finished").await;
    owner.inspect("58-runs-keyboard-finished").await;

    let made = pockyt.control().payouts();
    let mut invoices: Vec<_> = made.iter().map(|payout| &*payout.invoice_id).collect();
    invoices.sort_unstable();
    assert_eq!(invoices, ["MAY-001", "MAY-002", "MAY-003"]);
    pockyt.stop().await;
}

/// The names that Tab comes by from the title of a page to its end.
async fn stops(owner: &Owner) -> Vec<String> {
    const MOST: usize = 80;
    owner.to_title().await;
    let mut names = Vec::new();
    for _ in 0..MOST {
        owner.keys(&[Key::Tab]).await;
        let within = "return document.activeElement.closest('main') !== null";
        if owner.driver.run(within).await != true {
            return names;
        }
        names.push(owner.focused().await);
    }
    panic!("Tab finds no end: {names:?}");
}

const REGISTER: [&str; 15] = [
    "A person",
    "First name",
    "Last name",
    "Date of birth",
    "E-mail",
    "Phone",
    "Language of mails",
    "Country",
    "Street and number",
    "Apartment, floor",
    "City",
    "State",
    "ZIP code",
    "Cancel",
    "Register",
];
const SETTINGS: [&str; 22] = [
    "Save the recovery key",
    "Theme",
    "Contrast",
    "Language",
    "Connect another account",
    "Edit Test account",
    "Payouts at once",
    "Requests a minute",
    "Set up an address",
    "Set up a relay",
    "Send a test notification",
    "Back up now",
    "Make a copy every day",
    "Folder for copies",
    "Choose",
    "Verify history",
    "A payout needs you",
    "All payouts, or a run, have ended",
    "A schedule came round",
    "A payee can be paid",
    "Notifications from Pockyt do not get through",
    "When the window is closed",
];
const PAY: [&str; 8] = [
    "Payee",
    "Bank account ••••6789",
    "Amount",
    "Invoice ID",
    "Standard ACH",
    "Description",
    "Note",
    "Review",
];
/// In the grid Tab goes on from cell to cell and leaves after the last one of a row; two of these cells are empty.
const GRID: [&str; 17] = [
    "Columns",
    "More",
    "All\n3",
    "To do\n3",
    "Ready\n0",
    "Waiting\n0",
    "Skipped\n0",
    "2 kinds of problems",
    "Ana Ruiz",
    "a hundred",
    "USD",
    "MAY-002",
    "",
    "May",
    "",
    "Skip row",
    "Review",
];
const REVIEW: [&str; 5] = [
    "Accept: Same payee and amount twice",
    "Send later",
    "Can this be sent twice?",
    "Back to the rows",
    "Release",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tab_goes_as_one_reads_and_focus_comes_back_from_what_lay_over_the_page() {
    let pockyt = steps::pockyt().await;
    let owner = Setting::new("en", "light").start().await;
    steps::have_a_payee(&owner, &pockyt).await;

    go_to(&owner, "payees.register").await;
    owner.read("payees.registerTitle").await;
    let register = stops(&owner).await;

    go_to(&owner, "common.settings").await;
    owner.read("settings.appearance").await;
    owner.see_pressable("Verify history").await;
    let mut settings = stops(&owner).await;
    // Remit makes a copy of its own ten seconds after the account opened, which is listed from then on.
    settings.retain(|name| !name.starts_with("Look inside or restore"));
    for (opener, shows) in [
        ("Edit Test account", "common.save"),
        ("Save the recovery key", "backups.keyDialogTitle"),
    ] {
        owner.to_title().await;
        tab_and_press(&owner, opener).await;
        close_and_come_back(&owner, shows, opener).await;
    }
    owner.tab_to("Back up now").await;
    owner.key('?').await;
    close_and_come_back(&owner, "common.keysTitle", "Back up now").await;
    owner.chord(Key::Control, 'k').await;
    close_and_come_back(&owner, "palette.do", "Back up now").await;

    go_to(&owner, "common.payees").await;
    owner.see("ana@example.com").await;
    let columns = owner.say("lists.columns");
    tab_and_press(&owner, &columns).await;
    close_and_come_back(&owner, "payees.columnAccount", &columns).await;

    go_to(&owner, "runs.title").await;
    owner.read("runs.emptyTitle").await;
    tab_and_press(&owner, &owner.say("runs.paste")).await;
    owner.until_focused(&owner.say("runs.pasteLabel")).await;
    let again = "ana@example.com;13.00;USD;MAY-004;May";
    let rows = [ROWS[0], ROWS[2], ROWS[3], again];
    owner
        .type_text(&rows.join(&char::from(Key::Enter).to_string()))
        .await;
    tab_and_press(&owner, &owner.say("runs.pasteDeed")).await;
    owner.see("No row is ready").await;
    let grid = stops(&owner).await;
    owner.to_title().await;
    tab_and_press(&owner, &owner.say("runs.review")).await;
    owner.read("runs.warningsTitle").await;
    let review = stops(&owner).await;

    owner.key('n').await;
    owner.until_focused(&owner.say("pay.payee")).await;
    owner.type_text("ana").await;
    owner.see("ana@example.com").await;
    owner.keys(&[Key::Enter]).await;
    owner.see("6789").await;
    let pay = stops(&owner).await;

    let found = [
        ("register", register),
        ("settings", settings),
        ("grid", grid),
        ("review", review),
        ("pay", pay),
    ];
    let read: [(&str, &[&str]); 5] = [
        ("register", &REGISTER),
        ("settings", &SETTINGS),
        ("grid", &GRID),
        ("review", &REVIEW),
        ("pay", &PAY),
    ];
    let read = read.map(|(page, names)| (page, names.iter().map(ToString::to_string).collect()));
    assert_eq!(found, read);
    pockyt.stop().await;
}

/// What lies over the page is left by Escape, and the focus is where it was.
async fn close_and_come_back(owner: &Owner, shows: &str, opener: &str) {
    owner.read(shows).await;
    owner.keys(&[Key::Escape]).await;
    owner.until_no_layer().await;
    owner.until_focused(opener).await;
}
