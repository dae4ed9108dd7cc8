//! The way past every screen, in the order in which an owner would come to them.

use super::album::Album;
use super::world;
use crate::owner::Owner;
use crate::steps::{self, TOKEN};
use fantoccini::key::Key;
use pockyt_sandbox::{Effect, Fault, Sandbox};
use serde_json::{Value, json};

/// Goes to an address, by way of a page that keeps nothing.
async fn go(owner: &Owner, address: &str) {
    visit(owner, "#/nowhere").await;
    owner.read("common.notFoundTitle").await;
    visit(owner, address).await;
}

async fn visit(owner: &Owner, address: &str) {
    owner
        .driver
        .run(&format!("location.hash = '{address}'"))
        .await;
}

/// Goes to an address whose page shows this text.
async fn come(owner: &Owner, address: &str, key: &str) {
    go(owner, address).await;
    owner.read(key).await;
    loaded(owner).await;
}

/// Waits until nothing is awaited.
async fn loaded(owner: &Owner) {
    while owner.count(".skeleton").await > 0 {
        tokio::time::sleep(crate::window::GLANCE).await;
    }
}

/// Lets the program's answer to these commands never come, or be a failure.
async fn hold(owner: &Owner, commands: &[&str], fails: bool) {
    let failure = json!({
        "code": "ledger_failed", "message": "", "field": null, "retry": true, "detail": null,
    });
    let answer = if fails {
        format!(
            "Promise.resolve(new Response(JSON.stringify({failure}), \
             {{ headers: {{ 'Tauri-Response': 'error', 'Content-Type': 'application/json' }} }}))"
        )
    } else {
        "new Promise(() => {})".to_owned()
    };
    let commands = json!(commands);
    let script = format!(
        "window.genuine ??= window.fetch;
         window.fetch = (to, ...rest) =>
           {commands}.some((one) => String(to?.url ?? to).endsWith('/' + one)) ? {answer} : window.genuine(to, ...rest);"
    );
    owner.driver.run(&script).await;
}

async fn let_go(owner: &Owner) {
    owner.driver.run("window.fetch = window.genuine").await;
}

/// A page while its content is awaited, and when it cannot be had.
async fn awaited_and_failed(album: &mut Album<'_>, screen: &str, address: &str, command: &str) {
    let owner = album.owner;
    visit(owner, "#/nowhere").await;
    owner.read("common.notFoundTitle").await;
    hold(owner, &[command], false).await;
    visit(owner, address).await;
    owner.see_css(".skeleton").await;
    album.stop(screen, "loading").await;
    visit(owner, "#/nowhere").await;
    owner.read("common.notFoundTitle").await;
    hold(owner, &[command], true).await;
    visit(owner, address).await;
    owner.read("errors.ledger_failed.title").await;
    album.stop(screen, "error").await;
    let_go(owner).await;
}

/// The same for a page whose content the window keeps in mind while the account is shown: it is left, and come back to.
async fn awaited_and_failed_anew(
    album: &mut Album<'_>,
    screen: &str,
    address: &str,
    commands: &[&str],
) {
    let owner = album.owner;
    for fails in [false, true] {
        visit(owner, "#/welcome").await;
        owner.read("welcome.demoTitle").await;
        hold(owner, commands, fails).await;
        visit(owner, address).await;
        if fails {
            owner.read("errors.ledger_failed.title").await;
            loaded(owner).await;
        } else {
            owner.see_css(".skeleton").await;
        }
        album
            .stop(screen, if fails { "error" } else { "loading" })
            .await;
    }
    visit(owner, "#/welcome").await;
    owner.read("welcome.demoTitle").await;
    let_go(owner).await;
}

pub(super) async fn from_the_first_start(album: &mut Album<'_>, pockyt: &Sandbox) {
    let owner = album.owner;
    owner.read("welcome.title").await;
    album.stop("welcome", "first-start").await;
    owner.push("backups.bringButton").await;
    owner.read("backups.bringPath").await;
    album.stop("welcome", "restore-from-a-copy").await;
    owner.push("welcome.backToWelcome").await;
    owner.push("welcome.connectButton").await;
    owner.read("welcome.token").await;
    album.stop("welcome", "connect").await;
    owner.push("welcome.connect").await;
    owner.read("welcome.required").await;
    album.stop("welcome", "connect-errors").await;
    steps::fill_connect_form(owner, pockyt, "not-the-token").await;
    owner.push("welcome.test").await;
    owner.read("errors.token_rejected.title").await;
    album.stop("welcome", "connect-wrong-token").await;
    owner.enter("welcome.token", TOKEN).await;
    owner.push("welcome.test").await;
    owner.read("welcome.testOk").await;
    album.stop("welcome", "connect-tested").await;
    owner.push("welcome.connect").await;
    owner.read("payees.firstTitle").await;
}

pub(super) async fn with_nothing_in_it(album: &mut Album<'_>, pockyt: &Sandbox) {
    let owner = album.owner;
    album.stop("tour", "first-hint").await;
    owner.push("help.tourNext").await;
    owner.read("help.tour2").await;
    album.stop("tour", "second-hint").await;
    owner.push("help.tourNext").await;
    owner.read("help.tour3").await;
    album.stop("tour", "third-hint").await;
    owner.push("help.tourDone").await;
    album.stop("payees", "empty").await;
    for (screen, key) in [
        ("overview", "overview.emptyTitle"),
        ("payouts", "payouts.emptyTitle"),
        ("runs", "runs.emptyTitle"),
        ("schedules", "schedules.emptyTitle"),
        ("activity", "activity.emptyTitle"),
    ] {
        come(owner, &format!("#/{screen}"), key).await;
        album.stop(screen, "empty").await;
    }
    come(owner, "#/payees/new", "payees.registerTitle").await;
    album.stop("register", "empty").await;
    owner.push("payees.submit").await;
    owner.read("payees.required").await;
    album.stop("register", "errors").await;
    owner.push("payees.kind_BUSINESS").await;
    owner.read("payees.company").await;
    album.stop("register", "company").await;
    owner.push("payees.kind_INDIVIDUAL").await;
    steps::fill_register_form(owner).await;
    owner.enter("payees.email", "rosa@example.com").await;
    let refusal = Effect::Ret {
        code: "000023".to_owned(),
        message: "The address is not accepted".to_owned(),
    };
    let control = pockyt.control();
    control.inject(Fault::on("/v3/payee/register", refusal));
    owner.push("payees.submit").await;
    owner.see("The address is not accepted").await;
    album.stop("register", "refused").await;
    control.clear_faults();
}

pub(super) async fn payees(album: &mut Album<'_>, pockyt: &Sandbox) {
    let owner = album.owner;
    world::people(owner, pockyt).await;
    come(owner, "#/payees", "payees.columnPayee").await;
    album.stop("payees", "filled").await;
    owner.fill_css("[data-search]", "novak").await;
    while owner.count("[role=row][aria-selected]").await != 1 {
        tokio::time::sleep(crate::window::GLANCE).await;
    }
    album.stop("payees", "found").await;
    owner.fill_css("[data-search]", "nobody at all").await;
    owner.read("payees.noResultTitle").await;
    album.stop("payees", "no-match").await;
    owner.push("payees.showAll").await;
    owner.push("runs.payChosen").await;
    owner.see("Chloé Dubois").await;
    album.stop("payees", "pick").await;
    owner.keys(&[Key::Escape]).await;
    awaited_and_failed(album, "payees", "#/payees", "list_payees").await;

    for (search, state) in [
        ("ana@example.com", "active"),
        ("payee1@example.com", "invited"),
        ("payee2@example.com", "in-review"),
        ("payee3@example.com", "declined"),
        ("payee4@example.com", "deactivated"),
        ("payee5@example.com", "long-name"),
    ] {
        let id = world::payee_id(owner, search).await;
        come(owner, &format!("#/payees/{id}"), "payees.details").await;
        album.stop("payee", state).await;
    }
    let refused = world::refused_payee_id(owner).await;
    come(owner, &format!("#/payees/{refused}"), "payees.details").await;
    album.stop("payee", "refused").await;
    let ana = world::payee_id(owner, "ana@example.com").await;
    come(owner, &format!("#/payees/{ana}"), "payees.details").await;
    owner.push("payees.edit").await;
    owner.read("common.save").await;
    album.stop("payee", "edit").await;
    owner.keys(&[Key::Escape]).await;
    awaited_and_failed(album, "payee", &format!("#/payees/{ana}"), "payee").await;
}

pub(super) async fn pay(album: &mut Album<'_>) {
    let owner = album.owner;
    let ana = world::payee_id(owner, "ana@example.com").await;
    come(owner, "#/pay", "pay.payee").await;
    album.stop("pay", "empty").await;
    owner.push("pay.toReview").await;
    owner.read("pay.payeeRequired").await;
    album.stop("pay", "errors").await;
    let address = format!("#/pay?payee={ana}");
    come(owner, &address, "pay.account").await;
    owner.pick("6789").await;
    owner.enter("pay.amount", "1,250").await;
    album.stop("pay", "filled").await;
    owner.enter("pay.amount", "12.3456").await;
    owner.push("pay.toReview").await;
    owner.see("USD").await;
    album.stop("pay", "amount-too-precise").await;
    owner.enter("pay.amount", "300000").await;
    owner.push("pay.toReview").await;
    owner.read("errors.balance_too_low.title").await;
    album.stop("pay", "balance-too-low").await;
    owner.enter("pay.amount", "1250").await;
    owner.push("pay.toReview").await;
    owner.read("pay.reviewTitle").await;
    // It cannot be pressed before there was time to read.
    let gaps = [("amount", "USD 1,250.00"), ("payee", steps::PAYEE)];
    let deed = owner.say_with("pay.payNow", &gaps);
    owner.see_pressable(&deed).await;
    album.stop("pay", "review").await;
    owner.keys(&[Key::Escape]).await;
    owner.read("pay.toReview").await;
    owner.push("common.pay").await;
    owner.read("pay.leaveTitle").await;
    album.stop("pay", "leave").await;
    owner.push("pay.leaveGo").await;

    let paid = world::pay(owner, 0, "1250.00", "INV-1042").await;
    world::until(owner, &paid, &["paid"]).await;
    come(owner, &address, "pay.account").await;
    owner.pick("6789").await;
    owner.enter("pay.amount", "1250").await;
    owner.enter("pay.invoiceId", "inv 1042").await;
    owner.push("pay.toReview").await;
    owner.read("pay.doubtTitle").await;
    album.stop("pay", "doubt").await;
}

pub(super) async fn payouts(album: &mut Album<'_>, pockyt: &Sandbox) {
    let owner = album.owner;
    // The cents choose what becomes of a payout at the sandbox.
    let mut pages = vec![(
        world::pay(owner, 0, "480.00", "INV-1043").await,
        "paid",
        "paid",
    )];
    for (payee, amount, invoice, state) in [
        (0, "310.01", "INV-1044", "failed"),
        (0, "75.02", "INV-1045", "returned"),
        (
            5,
            "2400.05",
            "INV-1046-with-a-very-long-invoice-number",
            "processing",
        ),
    ] {
        pages.push((
            world::pay(owner, payee, amount, invoice).await,
            state,
            state,
        ));
    }
    // What is refused next is the next that is sent.
    for (id, state, _) in &pages {
        world::until(owner, id, &[state]).await;
    }
    let control = pockyt.control();
    let refusal = Effect::Ret {
        code: "000022".to_owned(),
        message: "Account closed".to_owned(),
    };
    control.inject(Fault::on("/v3/payouts/pay", refusal));
    let refused = world::pay(owner, 9, "640.00", "INV-1047").await;
    world::until(owner, &refused, &["failed"]).await;
    control.clear_faults();
    pages.push((refused, "failed", "refused"));
    for (number, payee) in [6, 7, 8, 11, 12, 14, 15, 16].into_iter().enumerate() {
        let amount = format!("{}.00", 240 + 185 * number);
        let invoice = format!("INV-{}", 1060 + number);
        world::pay(owner, payee, &amount, &invoice).await;
    }
    for endpoint in ["/v3/payouts/pay", "/v3/payouts/inquiry"] {
        control.inject(Fault::on(endpoint, Effect::Drop).forever());
    }
    let checking = world::pay(owner, 0, "95.00", "INV-1048").await;
    world::until(owner, &checking, &["unknown"]).await;
    come(owner, &format!("#/payouts/{checking}"), "payouts.details").await;
    album.stop("payout", "checking").await;
    owner.push("help.checking").await;
    owner.read("help.checkingAnswer").await;
    album.stop("payout", "help").await;
    owner.keys(&[Key::Escape]).await;
    control.clear_faults();

    for (id, _, name) in &pages {
        come(owner, &format!("#/payouts/{id}"), "payouts.details").await;
        album.stop("payout", name).await;
    }
    let failed = &pages[1].0;
    come(owner, &format!("#/pay?retry={failed}"), "pay.retryTitle").await;
    owner.read("pay.invoiceId").await;
    album.stop("pay", "again").await;

    come(owner, "#/payouts", "payouts.columnInvoice").await;
    album.stop("payouts", "filled").await;
    for (label, name) in [
        ("payouts.filterState", "states"),
        ("lists.columns", "columns"),
        ("lists.savedFilters", "saved-filters"),
    ] {
        open_menu(owner, label).await;
        album.stop("payouts", name).await;
        owner.keys(&[Key::Escape]).await;
    }
    open_menu(owner, "lists.savedFilters").await;
    owner.push("lists.saveFilter").await;
    owner.read("lists.savedHint").await;
    album.stop("payouts", "save-a-filter").await;
    owner.keys(&[Key::Escape]).await;
    owner.fill_css("[data-search]", "nobody at all").await;
    owner.read("payouts.noMatchTitle").await;
    album.stop("payouts", "no-match").await;
    owner.push("payouts.clearFilters").await;
    awaited_and_failed(album, "payouts", "#/payouts", "list_payouts").await;
    let paid = format!("#/payouts/{}", pages[0].0);
    awaited_and_failed(album, "payout", &paid, "payout").await;
    come(owner, "#/overview", "overview.needs").await;
    album.stop("overview", "filled").await;
}

async fn open_menu(owner: &Owner, label: &str) {
    let label = owner.say(label);
    owner
        .press_css(&format!("button[aria-label^='{label}']"))
        .await;
    owner.see_css("[role=menu]").await;
}

/// Returns the number of a run that has gone out.
pub(super) async fn runs(album: &mut Album<'_>) -> String {
    let owner = album.owner;
    come(owner, "#/runs", "runs.emptyTitle").await;
    owner.push("runs.paste").await;
    owner.read("runs.pasteLabel").await;
    album.stop("runs", "paste").await;
    owner.keys(&[Key::Escape]).await;

    let faulty = world::paste(owner, &world::sheet_with_faults()).await;
    let address = format!("#/runs/{faulty}");
    come(
        owner,
        &format!("{address}?step=columns"),
        "runs.columnHolds",
    )
    .await;
    album.stop("run", "columns").await;
    come(owner, &address, "runs.standing_refused").await;
    owner.press_css("[data-cell='11-1']").await;
    owner.read("problems.text_amount_unreadable").await;
    album.stop("run", "rows-with-problems").await;
    come(owner, &format!("{address}?step=review"), "runs.reviewTitle").await;
    loaded(owner).await;
    album.stop("run", "review-with-warnings").await;
    awaited_and_failed(album, "run", &address, "run_draft").await;

    let finished = world::paste(owner, &world::sheet("MAY", 12)).await;
    world::accept_all(owner, &finished).await;
    come(
        owner,
        &format!("#/runs/{finished}?step=review"),
        "runs.reviewTitle",
    )
    .await;
    loaded(owner).await;
    album.stop("run", "review").await;
    world::release(owner, &finished, Value::Null).await;
    world::until_run(owner, &finished, "finished").await;
    come(owner, &format!("#/runs/{finished}"), "runs.columnLine").await;
    album.stop("run", "finished").await;

    let later = world::paste(owner, &world::sheet("JUL", 6)).await;
    world::release(owner, &later, json!("2030-07-01T09:00:00Z")).await;
    come(owner, &format!("#/runs/{later}"), "runs.columnLine").await;
    album.stop("run", "scheduled").await;

    world::limit(owner, 30).await;
    let slow = world::paste(owner, &world::sheet("AUG", 24)).await;
    world::release(owner, &slow, Value::Null).await;
    come(owner, &format!("#/runs/{slow}"), "runs.columnLine").await;
    album.stop("run", "sending").await;
    owner.push("runs.pause").await;
    owner.read("runs.status_paused").await;
    album.stop("run", "paused").await;
    open_menu(owner, "runs.more").await;
    owner.push("runs.stop").await;
    owner.read("runs.stopTitle").await;
    album.stop("run", "stop").await;
    owner.keys(&[Key::Escape]).await;
    world::limit(owner, 0).await;
    come(owner, "#/runs", "runs.columnProgress").await;
    album.stop("runs", "filled").await;
    owner.fill_css("[data-search]", "nothing at all").await;
    owner.read("runs.noMatchTitle").await;
    album.stop("runs", "no-match").await;
    owner.push("runs.showAll").await;
    awaited_and_failed(album, "runs", "#/runs", "list_runs").await;
    finished
}

pub(super) async fn schedules(album: &mut Album<'_>, run: &str) {
    let owner = album.owner;
    come(owner, &format!("#/runs/{run}"), "runs.columnLine").await;
    open_menu(owner, "runs.more").await;
    album.stop("run", "more").await;
    // Its note is a part of the entry.
    owner.press_css("[role=menuitem]:nth-child(4)").await;
    owner.read("schedules.make").await;
    album.stop("schedules", "new").await;
    owner.push("schedules.make").await;
    owner.read("schedules.details").await;
    album.stop("schedule", "active").await;
    owner.push("schedules.edit").await;
    owner.read("schedules.editTitle").await;
    owner
        .press_css("[role=dialog] [role=row][aria-rowindex='4']")
        .await;
    owner.read("pay.account").await;
    album.stop("schedule", "change").await;
    // Somebody else is paid instead.
    owner.press_css("[role=dialog] input[role=combobox]").await;
    owner.see_css(".picker-item:nth-of-type(2)").await;
    owner
        .fill_css("[role=dialog] input[role=combobox]", "Hiro")
        .await;
    owner.press_css(".picker-item[data-highlighted]").await;
    owner.see("Hiro Tanaka").await;
    owner.read("pay.account").await;
    album.stop("schedule", "change-payee").await;
    owner.push("common.cancel").await;
    owner.until_no_layer().await;
    let address = owner.driver.run("return location.hash").await;
    owner.push("schedules.pause").await;
    owner.read("schedules.resume").await;
    album.stop("schedule", "paused").await;
    come(owner, "#/schedules", "schedules.columnNext").await;
    album.stop("schedules", "filled").await;
    awaited_and_failed(album, "schedules", "#/schedules", "list_schedules").await;
    awaited_and_failed(album, "schedule", address.as_str().unwrap(), "schedule").await;
}

pub(super) async fn around(album: &mut Album<'_>) {
    let owner = album.owner;
    come(owner, "#/activity", "activity.columnWhen").await;
    album.stop("activity", "filled").await;
    owner
        .press_css("[role=grid] [role=row][aria-selected]")
        .await;
    owner.read("activity.means").await;
    album.stop("activity", "notification").await;
    owner.keys(&[Key::Escape]).await;
    owner.fill_css("[data-search]", "nobody at all").await;
    owner.read("activity.noMatchTitle").await;
    album.stop("activity", "no-match").await;
    owner.push("activity.clearFilters").await;
    awaited_and_failed(album, "activity", "#/activity", "list_notifications").await;

    awaited_and_failed_anew(album, "overview", "#/overview", &["overview", "balances"]).await;
    come(owner, "#/overview", "overview.needs").await;
    owner.press_css("nav button:has(kbd)").await;
    owner.read("palette.do").await;
    album.stop("palette", "open").await;
    owner.type_text("ana").await;
    owner.see("Ana Ruiz").await;
    album.stop("palette", "found").await;
    owner.type_text(" nobody of this name").await;
    owner.read("palette.nothing").await;
    album.stop("palette", "nothing").await;
    // Until the palette is gone, a key is its own.
    owner.keys(&[Key::Escape]).await;
    owner.until_no_layer().await;
    owner.key('?').await;
    owner.read("common.keysTitle").await;
    album.stop("keys", "sheet").await;
    owner.keys(&[Key::Escape]).await;
    visit(owner, "#/nowhere").await;
    owner.read("common.notFoundTitle").await;
    album.stop("not-found", "page").await;
}

pub(super) async fn settings(album: &mut Album<'_>) {
    let owner = album.owner;
    come(owner, "#/settings", "settings.appearance").await;
    loaded(owner).await;
    let sections = owner
        .driver
        .run("return document.querySelectorAll('main h2').length")
        .await;
    for section in 0..sections.as_u64().unwrap() {
        let show = format!("document.querySelectorAll('main h2')[{section}].scrollIntoView()");
        owner.driver.run(&show).await;
        album
            .stop("settings", &format!("section-{}", section + 1))
            .await;
    }
    owner.push("backups.keyShow").await;
    owner.see_css("[role=dialog] ol").await;
    album.stop("settings", "recovery-key").await;
    owner.keys(&[Key::Escape]).await;
    owner.until_no_layer().await;
    let asked = ["list_profiles", "engine_status", "way_in", "backup_status"];
    awaited_and_failed_anew(album, "settings", "#/settings", &asked).await;
}

/// Payees from a file.
pub(super) async fn roster(album: &mut Album<'_>) {
    let owner = album.owner;
    come(owner, "#/payees", "payees.columnPayee").await;
    owner.push("roster.button").await;
    owner.read("roster.choose").await;
    album.stop("roster", "dialog").await;
    owner.keys(&[Key::Escape]).await;
    owner.until_no_layer().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crew-2026.csv");
    std::fs::write(&path, world::people_file()).unwrap();
    owner.open_people(&path).await;
    owner.read("runs.columnsTitle").await;
    album.stop("roster", "columns").await;
    // What leads on says how many rows there are.
    owner.press_css(".foot button").await;
    owner.see_css("[data-cell]").await;
    album.stop("roster", "rows-to-mend").await;
    owner.press_css("[data-cell='0-2']").await;
    owner.see_css("[data-cell='0-2']:focus").await;
    album.stop("roster", "cell").await;
    owner.press_css(".foot button").await;
    owner.read("roster.export").await;
    album.stop("roster", "result").await;
}

pub(super) async fn without_a_network(album: &mut Album<'_>, pockyt: Sandbox) {
    let owner = album.owner;
    pockyt.stop().await;
    let queued = world::pay(owner, 0, "75.00", "INV-1050").await;
    come(owner, &format!("#/payouts/{queued}"), "engine.waitsNetwork").await;
    album.stop("payout", "queued-offline").await;
    owner.push("payouts.cancel").await;
    owner.read("payouts.cancelTitle").await;
    album.stop("payout", "cancel").await;
    owner.push("payouts.cancelKeep").await;
    come(owner, "#/payees", "payees.columnPayee").await;
    album.stop("payees", "offline").await;
    come(owner, "#/overview", "overview.needs").await;
    album.stop("overview", "offline").await;
}
