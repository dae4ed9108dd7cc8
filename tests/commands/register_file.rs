//! Many payees from one file: each person once, whatever is repeated, crashed or lost.

use crate::desk::{compared, wait_for, wait_within};
use crate::shop::{Shop, config};
use crate::words::file_words;
use pockyt_sandbox::{Config, Effect, Fault};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

const REGISTER: &str = "/v3/payee/register";
const HEADER: &str = "First name,Last name,E-mail,Date of birth,Country,State,City,Street,Postal code,Own code,Address line 2,Team\n";

fn line(email: &str, code: &str) -> String {
    format!(
        "Ana,Ruiz,{email},1990-04-30,United States,New York,New York,1 Main St,10001,{code},=2nd floor,Blue\n"
    )
}

/// People `from..to`, each with an address of its own.
fn people(from: u32, to: u32) -> String {
    (from..to).fold(HEADER.to_owned(), |mut text, number| {
        write!(
            text,
            "{}",
            line(&format!("p{number}@example.com"), &format!("C-{number}"))
        )
        .unwrap();
        text
    })
}

struct Office {
    shop: Shop,
    folder: TempDir,
}

impl Office {
    fn new() -> Self {
        Self::at(config())
    }

    fn at(config: Config) -> Self {
        Self {
            shop: Shop::at(config),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn open(&self, path: &Path) -> Value {
        let asked = json!({ "path": path, "language": "en" });
        self.shop.desk.ok("open_roster", asked)
    }

    fn invite(&self, draft: &Value) -> Value {
        self.shop
            .desk
            .ok("invite_roster", json!({ "id": draft["id"] }))
    }

    fn people(&self, draft: &Value) -> Value {
        let query = json!({ "id": draft["id"], "onlyProblems": false, "from": 0, "limit": 100 });
        self.shop.desk.ok("roster_people", query)
    }

    #[track_caller]
    fn until_done(&self, id: &Value) -> Value {
        // A registration that a crash kept from leaving goes out anew only after Pockyt was asked about it four times, and an
        // answer that a busy machine brings too late puts each of them off by minutes.
        wait_within(Duration::from_mins(15), "every row to be settled", || {
            let roster = self.shop.desk.ok("roster", json!({ "id": id }));
            (roster["open"] == 0).then_some(roster)
        })
    }

    fn states(&self, id: &Value) -> Vec<String> {
        let query = json!({ "id": id, "states": [], "after": null, "limit": 500 });
        let page = self.shop.desk.ok("roster_rows", query);
        let rows = page["rows"].as_array().unwrap().iter();
        rows.map(|row| row["state"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Everyone at Pockyt, who must be there once each.
    #[track_caller]
    fn at_pockyt(&self, wanted: usize) {
        let payees = self.shop.pockyt.payees();
        let numbers: HashSet<_> = payees
            .iter()
            .map(|payee| payee.customer_no.clone())
            .collect();
        assert_eq!((payees.len(), numbers.len()), (wanted, wanted));
        let calls = self.shop.pockyt.calls_of(REGISTER).len();
        assert_eq!(calls, wanted, "and each was sent once");
    }
}

#[test]
fn everyone_in_a_file_is_invited_once_and_the_same_file_again_invites_nobody() {
    let office = Office::new();
    office.shop.register("known@example.com");
    let mut text = people(0, 3);
    text += &line("P1@Example.com", "");
    text += &line("other@example.com", "c-2");
    text += &line("Known@example.com", "");
    text += &line("not an address", "");
    text += &line("last@example.com", "");
    let path = office.write("people.csv", &text);
    let draft = office.open(&path);
    let counts = |draft: &Value| {
        let of = |name: &str| draft[name].as_u64().unwrap();
        (of("ready"), of("known"), of("repeated"), of("faulty"))
    };
    assert_eq!(counts(&draft), (4, 1, 2, 1), "{draft}");
    let page = office.people(&draft);
    assert_eq!(
        page["rows"][3]["sameAs"], 3,
        "the line of the first: {page}"
    );
    let fault = json!([{ "field": "email", "fault": "email_invalid" }]);
    assert_eq!(page["rows"][6]["faults"], fault);

    let edit = json!({ "row": 7, "field": "email", "text": "mended@example.com" });
    let mended = office.shop.desk.ok(
        "edit_roster_cell",
        json!({ "id": draft["id"], "edit": edit }),
    );
    assert_eq!(counts(&mended), (5, 1, 2, 0));
    let roster = office.invite(&draft);
    assert_eq!(office.invite(&draft)["id"], roster["id"], "a second click");
    let done = office.until_done(&roster["id"]);
    assert_eq!(done["rows"], 8);
    let wanted = [
        "invited", "invited", "invited", "repeated", "repeated", "known", "invited", "invited",
    ];
    assert_eq!(office.states(&roster["id"]), wanted);
    office.at_pockyt(6);

    let again = office.open(&path);
    assert_eq!(
        counts(&again),
        (0, 7, 0, 1),
        "other@example.com is c-2: {again}"
    );
    office.shop.desk.refused(
        "invite_roster",
        json!({ "id": again["id"] }),
        "run_empty",
        None,
    );
    office.at_pockyt(6);

    let out = office.folder.path().join("out.csv");
    *office.shop.desk.host.choice.lock().unwrap() = Some(out.clone());
    let asked = json!({ "id": roster["id"], "words": file_words("en") });
    office.shop.desk.ok("export_roster", asked);
    let written = std::fs::read_to_string(out).unwrap();
    let lines: Vec<_> = written.lines().collect();
    assert_eq!(lines.len(), 9, "nothing is dropped: {written}");
    assert!(
        lines[0].ends_with("Own code,Address line 2,Status,Reason"),
        "what nobody needs is not kept: {written}"
    );
    assert!(
        lines[1].contains("'=2nd floor,Invited,"),
        "no spreadsheet runs it: {written}"
    );
    assert!(
        !written.contains("1990"),
        "what is not kept is not written: {written}"
    );
}

#[test]
fn why_a_row_was_left_out_is_told_and_exported_in_the_windows_language() {
    let office = Office::new();
    let text = people(0, 2) + &line("P1@example.com", "") + &line("not an address", "");
    let draft = office.open(&office.write("people.csv", &text));
    let roster = office.invite(&draft);
    office.until_done(&roster["id"]);

    let asked = json!({ "id": roster["id"], "states": ["faulty"], "after": null, "limit": 9 });
    let faulty = office.shop.desk.ok("roster_rows", asked);
    let fault = json!([{ "field": "email", "fault": "email_invalid" }]);
    assert_eq!(faulty["rows"][0]["faults"], fault, "{faulty}");

    let out = office.folder.path().join("out.csv");
    for (language, repeated, left_out) in [
        (
            "zh-CN",
            "重复,与第 3 行是同一人，只邀请一次。",
            "未邀请,电子邮箱: 这还不是完整的邮箱地址，请写成 ana@example.com 这样。",
        ),
        (
            "es",
            "Repetido,Es la misma persona de la fila 3; se invita una vez.",
            "Omitido,Correo electrónico: Todavía no es una dirección de correo.",
        ),
    ] {
        *office.shop.desk.host.choice.lock().unwrap() = Some(out.clone());
        let asked = json!({ "id": roster["id"], "words": file_words(language) });
        office.shop.desk.ok("export_roster", asked);
        let written = std::fs::read_to_string(&out).unwrap();
        let lines: Vec<_> = written.lines().collect();
        assert!(lines[3].ends_with(repeated), "{written}");
        assert!(lines[4].contains(left_out), "{written}");
    }
}

#[test]
fn a_crash_in_the_middle_goes_on_where_it_stood() {
    let mut office = Office::new();
    office
        .shop
        .pockyt
        .inject(Fault::on(REGISTER, Effect::Genuine).delayed(60).times(100));
    let draft = office.open(&office.write("people.csv", &people(0, 30)));
    let id = office.invite(&draft)["id"].clone();
    for some in [4, 11, 19] {
        wait_for("some to be registered", || {
            (office.shop.pockyt.payees().len() >= some).then_some(())
        });
        office.shop = office.shop.crash();
    }
    office.until_done(&id);
    assert_eq!(office.states(&id), vec!["invited"; 30]);
    let payees = office.shop.pockyt.payees();
    let emails: HashSet<_> = payees
        .iter()
        .map(|payee| payee.customer_no.clone())
        .collect();
    assert_eq!(
        (payees.len(), emails.len(), office.shop.desk.payees().len()),
        (30, 30, 30)
    );
}

#[test]
fn a_lost_answer_is_asked_about_and_nobody_is_invited_twice() {
    let office = Office::new();
    office
        .shop
        .pockyt
        .inject(Fault::on(REGISTER, Effect::Drop).after_processing());
    let draft = office.open(&office.write("people.csv", &people(0, 3)));
    let id = office.invite(&draft)["id"].clone();
    office.until_done(&id);
    assert_eq!(office.states(&id), vec!["invited"; 3]);
    office.at_pockyt(3);
}

#[test]
fn what_has_not_been_sent_can_be_cancelled_and_a_refusal_is_told_in_pockyts_words() {
    let office = Office::new();
    let refused = Effect::Ret {
        code: "000023".to_owned(),
        message: "state is not served".to_owned(),
    };
    office.shop.pockyt.inject(Fault::on(REGISTER, refused));
    office
        .shop
        .pockyt
        .inject(Fault::on(REGISTER, Effect::Genuine).delayed(400).times(100));
    let draft = office.open(&office.write("people.csv", &people(0, 12)));
    let id = office.invite(&draft)["id"].clone();
    wait_for("the first to be registered", || {
        (!office.shop.pockyt.payees().is_empty()).then_some(())
    });
    let stopped = office.shop.desk.ok("stop_roster", json!({ "id": id }));
    assert_eq!(stopped["stopped"], true);
    office.until_done(&id);
    let query = json!({ "id": id, "states": ["refused"], "after": null, "limit": 5 });
    let page = office.shop.desk.ok("roster_rows", query);
    assert_eq!(page["rows"].as_array().unwrap().len(), 1);
    assert!(
        page["rows"][0]["words"]
            .as_str()
            .unwrap()
            .contains("not served"),
        "{page}"
    );
    let states = office.states(&id);
    let cancelled = states.iter().filter(|state| *state == "cancelled").count();
    assert!(cancelled > 5, "{states:?}");
    assert_eq!(office.shop.pockyt.payees().len() + 1 + cancelled, 12);
}

/// Three people whose government IDs, obviously no real ones, stand in the file, at an account that needs them.
fn with_ids() -> (Office, PathBuf) {
    let office = Office::at(Config {
        pockyt_user: false,
        ..config()
    });
    let changes = json!({ "name": "Corner shop", "pockytUser": false, "token": null });
    let profile = json!({ "id": office.shop.profile, "changes": changes });
    office.shop.desk.ok("update_profile", profile);
    let header = HEADER.replace("Team", "Government ID,ID type");
    let text = (0..3).fold(header, |text, number| {
        let id = format!("{FAKE}{number},SSN");
        text + &line(&format!("p{number}@example.com"), "").replace("Blue", &id)
    });
    let path = office.write("people.csv", &text);
    (office, path)
}

const FAKE: &str = "000-00-000";

#[test]
fn government_ids_pass_through_and_are_found_nowhere() {
    let (office, path) = with_ids();
    let draft = office.open(&path);
    assert_eq!(draft["ready"], 3, "{:?}", office.people(&draft));
    let id = office.invite(&draft)["id"].clone();
    office.until_done(&id);
    assert_eq!(office.states(&id), vec!["invited"; 3]);
    let out = office.folder.path().join("out.csv");
    *office.shop.desk.host.choice.lock().unwrap() = Some(out.clone());
    let asked = json!({ "id": id, "words": file_words("en") });
    office.shop.desk.ok("export_roster", asked);
    assert!(!std::fs::read_to_string(out).unwrap().contains(FAKE));
    let told = office.shop.desk.answers();
    assert!(
        told.iter().all(|answer| !answer.contains(FAKE)),
        "the window never gets it back"
    );
}

#[test]
fn a_government_id_that_a_crash_took_along_is_told_and_the_file_again_invites_the_rest() {
    let (mut office, path) = with_ids();
    let slow = Fault::on(REGISTER, Effect::Genuine)
        .after_processing()
        .delayed(1500)
        .times(1);
    office.shop.pockyt.inject(slow);
    let draft = office.open(&path);
    let id = office.invite(&draft)["id"].clone();
    wait_for("the first to be sent", || {
        let calls = office.shop.pockyt.calls_of(REGISTER);
        (!calls.is_empty()).then_some(())
    });
    office.shop = office.shop.crash();
    office.until_done(&id);
    let states = office.states(&id);
    assert_eq!(states[1..], ["id_gone", "id_gone"], "{states:?}");
    let again = office.open(&path);
    let id = office.invite(&again)["id"].clone();
    office.until_done(&id);
    assert_eq!(office.shop.pockyt.payees().len(), 3);
}

#[test]
fn what_is_at_work_is_counted_until_the_last_person_is_registered() {
    let (office, path) = with_ids();
    let slow = Fault::on(REGISTER, Effect::Genuine).delayed(800).times(3);
    office.shop.pockyt.inject(slow);
    let work = || office.shop.desk.ok("at_work", json!({}));
    let idle = json!({
        "days": 0, "payouts": 0, "underWay": 0, "people": 0, "ids": 0, "nextRunAt": null, "nextDayAt": null, "offline": false,
    });
    assert_eq!(work(), idle);
    let draft = office.open(&path);
    let other = office.write("others.csv", &people(10, 11));
    let id = office.invite(&draft)["id"].clone();
    let begun = work();
    assert_eq!(
        (&begun["people"], &begun["ids"]),
        (&json!(3), &json!(3)),
        "{begun}"
    );
    let other = office.open(&other);
    office.invite(&draft);
    assert_eq!(
        office
            .shop
            .desk
            .ok("roster_draft", json!({ "id": other["id"] }))["id"],
        other["id"],
        "a late click closes no other file"
    );
    office.until_done(&id);
    wait_for("nothing to be at work", || (work() == idle).then_some(()));
}

#[test]
fn a_roster_that_is_stopped_keeps_no_government_id_and_no_window_open() {
    let (office, path) = with_ids();
    let slow = Fault::on(REGISTER, Effect::Genuine)
        .after_processing()
        .delayed(1500)
        .times(1);
    office.shop.pockyt.inject(slow);
    let draft = office.open(&path);
    let id = office.invite(&draft)["id"].clone();
    wait_for("the first to be sent", || {
        let calls = office.shop.pockyt.calls_of(REGISTER);
        (!calls.is_empty()).then_some(())
    });
    let desk = &office.shop.desk;
    desk.ok("stop_roster", json!({ "id": id }));
    let work = || desk.ok("at_work", json!({}));
    assert_eq!(work()["ids"], 1, "of the one that is on its way");
    office.until_done(&id);
    assert_eq!(office.states(&id), ["invited", "cancelled", "cancelled"]);
    wait_for("nothing to be kept", || {
        let work = work();
        (work["ids"] == 0 && work["people"] == 0).then_some(())
    });
}

#[test]
fn a_copy_that_is_put_back_invites_nobody_before_the_owner_says_so() {
    let office = Office::new();
    let desk = &office.shop.desk;
    office
        .shop
        .pockyt
        .inject(Fault::on(REGISTER, Effect::Genuine).delayed(1500).times(2));
    let draft = office.open(&office.write("people.csv", &people(0, 6)));
    let id = office.invite(&draft)["id"].clone();
    let copy = desk.ok("back_up_now", json!({}))["path"].clone();
    desk.ok("stop_roster", json!({ "id": id }));
    office.until_done(&id);
    let before = office.shop.pockyt.payees().len();
    assert!(before < 4, "{before}");

    let restore = json!({ "path": copy, "recoveryKey": null, "profile": null });
    desk.ok("restore_backup", restore);
    compared(desk);
    // Longer than the inviter waits to look by itself.
    std::thread::sleep(Duration::from_secs(7));
    let roster = desk.ok("roster", json!({ "id": id }));
    assert_eq!(roster["held"], true, "{roster}");
    assert_eq!(office.shop.pockyt.payees().len(), before);
    assert_eq!(
        desk.ok("at_work", json!({}))["people"],
        0,
        "it keeps no window open"
    );

    desk.ok("resume_roster", json!({ "id": id }));
    office.until_done(&id);
    assert_eq!(office.shop.pockyt.payees().len(), 6);
}
