//! A business with something in every state, made through the window's own bridge to the program: quicker than by hand.

use crate::owner::Owner;
use pockyt_sandbox::{AccountKind, Control, NewMethod, PayeeStatus, Sandbox};
use serde_json::{Value, json};
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A payee: first name, last name, company, and what becomes of it.
type Person = (&'static str, &'static str, Option<&'static str>, Becomes);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Becomes {
    Active,
    Invited,
    Reviewed,
    Declined,
    Deactivated,
}

/// One in every status, then names of every kind and length.
const PEOPLE: [Person; 24] = [
    ("Ana", "Ruiz", None, Becomes::Active),
    ("Tomás", "Núñez", None, Becomes::Invited),
    ("Mei", "Lin", None, Becomes::Reviewed),
    ("Victor", "Osei", None, Becomes::Declined),
    ("Priya", "Raman", None, Becomes::Deactivated),
    (
        "Maximiliana-Alexandrina",
        "Wolfeschlegelsteinhausen-Bergerdorff y Fernández de Córdoba",
        Some("Harbor Lights Photography and Moving Pictures of the Pacific Northwest LLC"),
        Becomes::Active,
    ),
    ("小明", "王", None, Becomes::Active),
    ("Jonas", "Weber", Some("Weber Webdesign"), Becomes::Active),
    ("Aisha", "Bello", None, Becomes::Active),
    ("Chloé", "Dubois", None, Becomes::Active),
    ("Daniel", "Kim", None, Becomes::Invited),
    ("Elena", "Petrova", None, Becomes::Active),
    ("Farid", "Haddad", None, Becomes::Active),
    ("Grace", "Okafor", None, Becomes::Invited),
    ("Hiro", "Tanaka", None, Becomes::Active),
    ("Ingrid", "Svensson", None, Becomes::Active),
    ("João", "Almeida", None, Becomes::Active),
    ("Kwame", "Mensah", None, Becomes::Reviewed),
    ("Lucía", "Gómez", None, Becomes::Active),
    ("Marek", "Novák", None, Becomes::Active),
    ("Nadia", "Rahman", None, Becomes::Active),
    ("Owen", "Murphy", None, Becomes::Active),
    ("Paula", "Costa", Some("Costa & Filhas"), Becomes::Active),
    ("Quinn", "Taylor", None, Becomes::Active),
];

/// What the window asks of the program, and what that answers.
pub(super) async fn ask(owner: &Owner, command: &str, arguments: Value) -> Value {
    let call = format!(
        "window.__TAURI_INTERNALS__.invoke('{command}', {arguments}).catch((error) => ({{ refused: error }}))"
    );
    owner.driver.run_async(&call).await
}

/// The same, where a refusal is a mistake of the test.
async fn get(owner: &Owner, command: &str, arguments: Value) -> Value {
    let answer = ask(owner, command, arguments).await;
    assert!(answer["refused"].is_null(), "{command}: {answer}");
    answer
}

fn mail(number: usize) -> String {
    if number == 0 {
        return "ana@example.com".to_owned();
    }
    format!("payee{number}@example.com")
}

fn registration(number: usize, (first, last, company, _): Person) -> Value {
    json!({ "input": {
        "profileType": if company.is_some() { "BUSINESS" } else { "INDIVIDUAL" },
        "firstName": first, "lastName": last, "company": company, "email": mail(number), "phone": null,
        "dateOfBirth": "1990-04-30", "countryCode": "US", "state": "CA", "city": "Oakland",
        "street": "1 Main Street", "street2": null, "zip": "94607", "lang": "en",
        "governmentIdType": null, "governmentId": null, "extra": [],
        "requestId": format!("00000000-0000-4000-8000-{number:012}"),
    }})
}

fn account(number: usize) -> NewMethod {
    NewMethod {
        kind: if number % 5 == 2 {
            AccountKind::Paypal
        } else {
            AccountKind::BankAccount
        },
        country: "US".to_owned(),
        currency: "USD".to_owned(),
        masked: format!("****{:04}", 6789 + number),
        label: "Checking".to_owned(),
    }
}

/// Registers everybody and lets them become what they become.
pub(super) async fn people(owner: &Owner, pockyt: &Sandbox) {
    let control = pockyt.control();
    for (number, person) in PEOPLE.into_iter().enumerate() {
        get(owner, "register_payee", registration(number, person)).await;
        let customer = customer(&control, number);
        let become_ = |status| control.set_payee_status(&customer, status);
        match person.3 {
            Becomes::Active => {
                let done = control.complete_payee(&customer, account(number)).await;
                done.map(drop)
            }
            Becomes::Reviewed => control
                .submit_payee(&customer, account(number))
                .await
                .map(drop),
            Becomes::Declined => become_(PayeeStatus::Declined).await,
            Becomes::Deactivated => become_(PayeeStatus::Deactivated).await,
            Becomes::Invited => Ok(()),
        }
        .unwrap();
    }
    get(owner, "refresh_all_payees", json!({})).await;
}

fn customer(control: &Control, number: usize) -> String {
    control.payee_by_email(&mail(number)).unwrap().customer_no
}

/// The number by which Remit knows the first payee that is found so.
pub(super) async fn payee_id(owner: &Owner, search: &str) -> String {
    first_payee(owner, search, json!([])).await
}

/// The number of the payee that Pockyt refused, whom the list shows only when asked for.
pub(super) async fn refused_payee_id(owner: &Owner) -> String {
    first_payee(owner, "", json!(["refused"])).await
}

async fn first_payee(owner: &Owner, search: &str, statuses: Value) -> String {
    let query = json!({
        "search": search, "statuses": statuses, "sort": "name", "cursor": null, "limit": 1,
    });
    let page = get(owner, "list_payees", json!({ "query": query })).await;
    page["payees"][0]["id"].as_str().unwrap().to_owned()
}

/// Reviews and releases a payout to the payee of this e-mail; returns its number.
pub(super) async fn pay(owner: &Owner, payee: usize, amount: &str, invoice: &str) -> String {
    let id = payee_id(owner, &mail(payee)).await;
    let detail = get(owner, "payee", json!({ "id": id })).await;
    let draft = json!({
        "draftId": draft_id(invoice), "payeeId": id,
        "accountToken": detail["accounts"][0]["token"], "amount": amount, "currency": "USD",
        "invoiceId": invoice, "channel": "STANDARD_ACH", "description": "Design work, second half",
        "note": "", "retryOf": null,
    });
    let preview = get(owner, "preview_payout", json!({ "draft": draft })).await;
    let release = json!({ "draft": draft, "review": preview["review"] });
    let payout = get(owner, "submit_payout", release).await;
    payout["id"].as_str().unwrap().to_owned()
}

/// A form of its own for each invoice.
fn draft_id(invoice: &str) -> String {
    let mut hasher = DefaultHasher::new();
    invoice.hash(&mut hasher);
    format!("10000000-0000-4000-8000-{:012x}", hasher.finish() >> 16)
}

/// Waits until a payout is in one of these states.
pub(super) async fn until(owner: &Owner, payout: &str, states: &[&str]) {
    let start = std::time::Instant::now();
    loop {
        let detail = get(owner, "payout", json!({ "id": payout })).await;
        let state = detail["payout"]["state"].as_str().unwrap_or_default();
        if states.contains(&state) {
            return;
        }
        assert!(
            start.elapsed().as_secs() < 90,
            "{payout} is {state}, not {states:?}"
        );
        tokio::time::sleep(crate::window::GLANCE).await;
    }
}

/// Pastes a run and returns its number.
pub(super) async fn paste(owner: &Owner, rows: &str) -> String {
    let draft = get(owner, "paste_run", json!({ "text": rows })).await;
    draft["run"]["id"].as_str().unwrap().to_owned()
}

/// A sheet of good rows whose invoice IDs begin so.
pub(super) fn sheet(prefix: &str, rows: usize) -> String {
    let mut text = "Payee;Amount;Currency;Invoice ID;Description\n".to_owned();
    let active: Vec<_> = (0..PEOPLE.len())
        .filter(|number| PEOPLE[*number].3 == Becomes::Active)
        .collect();
    for row in 0..rows {
        let payee = mail(active[row % active.len()]);
        let amount = 120 + row * 35;
        writeln!(
            text,
            "{payee};{amount}.00;USD;{prefix}-{row:03};May, row {row}"
        )
        .unwrap();
    }
    text
}

/// A sheet in which something is wrong with most rows.
pub(super) fn sheet_with_faults() -> String {
    let mut text = sheet("JUN", 10);
    for row in [
        "nobody@example.com;120.00;USD;JUN-050;Who is this",
        "ana@example.com;a hundred;USD;JUN-051;May",
        "ana@example.com;120.00;DOLLARIDOOS;JUN-052;May",
        "ana@example.com;120.00;USD;JUN-001;The same invoice",
        ";120.00;USD;JUN-053;No payee",
        "payee1@example.com;18.005;USD;JUN-054;Not active yet",
        "payee3@example.com;18.00;USD;JUN-055;Declined",
    ] {
        writeln!(text, "{row}").unwrap();
    }
    text
}

/// Accepts every warning of a run.
pub(super) async fn accept_all(owner: &Owner, run: &str) {
    let review = get(owner, "review_run", json!({ "id": run })).await;
    for warning in review["warnings"].as_array().unwrap() {
        let accepted =
            json!({ "id": run, "code": warning["code"], "reason": "Everyone is new this month" });
        get(owner, "accept_run_warning", accepted).await;
    }
}

/// Accepts every warning and releases.
pub(super) async fn release(owner: &Owner, run: &str, not_before: Value) {
    accept_all(owner, run).await;
    let review = get(owner, "review_run", json!({ "id": run })).await;
    let release = json!({ "id": run, "review": review["review"], "notBefore": not_before });
    get(owner, "release_run", release).await;
}

/// Lets Remit ask Pockyt at most so often a minute; 0 for no limit.
pub(super) async fn limit(owner: &Owner, per_minute: u32) {
    let limits = json!({ "limits": { "inFlight": 8, "perMinute": per_minute } });
    get(owner, "set_limits", limits).await;
}

/// Waits until a run stands so.
pub(super) async fn until_run(owner: &Owner, run: &str, status: &str) {
    let start = std::time::Instant::now();
    loop {
        let now = get(owner, "run", json!({ "id": run })).await;
        if now["status"] == status {
            return;
        }
        assert!(start.elapsed().as_secs() < 120, "{now} is not {status}");
        tokio::time::sleep(crate::window::GLANCE).await;
    }
}

/// A file of people in which a few rows are to be mended, one is a payee already and one is there twice.
pub(super) fn people_file() -> String {
    let mut text =
        "First name,Last name,E-mail,Date of birth,Country,State,City,Street,Postal code\n"
            .to_owned();
    for (first, last, email, born, zip) in [
        ("Nora", "Vance", "nora@example.com", "1990-04-30", "10001"),
        (
            "Iris",
            "Okonkwo",
            "iris at example.com",
            "1988-01-12",
            "10002",
        ),
        (
            "Sven",
            "Lindqvist",
            "sven@example.com",
            "2015-06-01",
            "10003",
        ),
        ("Ana", "Ruiz", "ana@example.com", "1990-04-30", "94607"),
        ("Wei", "Zhang", "wei@example.com", "1979-11-23", "1"),
        ("Lea", "Fontaine", "lea@example.com", "1995-02-28", "10004"),
        ("Nora", "Vance", "NORA@example.com", "1990-04-30", "10001"),
        (
            "Omar",
            "Siddiqui",
            "omar@example.com",
            "1983-09-17",
            "10005",
        ),
    ] {
        writeln!(
            text,
            "{first},{last},{email},{born},US,NY,New York,1 Main Street,{zip}"
        )
        .unwrap();
    }
    text
}
