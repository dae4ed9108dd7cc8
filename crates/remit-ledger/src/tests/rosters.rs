//! Rosters in the file: begun in one transaction, each row settled once.

use super::{at, place};
use crate::file;
use crate::schema::tests::leave_at;
use crate::store::SqliteLedger;
use remit_core::{
    Ledger, Payee, PayeeId, ProfileType, Recovery, RecoveryCause, Roster, RosterForm, RosterId,
    RosterRow, RosterState, Rosters,
};
use uuid::Uuid;

const ID: RosterId = RosterId(Uuid::from_u128(7));

fn roster() -> Roster {
    Roster {
        id: ID,
        name: "people.csv".to_owned(),
        headers: vec!["E-mail".to_owned()],
        stopped: false,
        held: false,
        created_at: at(0),
    }
}

fn row(place: u32, email: &str) -> RosterRow {
    RosterRow {
        place,
        line: place + 1,
        payee_id: PayeeId(Uuid::from_u128(u128::from(place) + 1000)),
        name: email.to_owned(),
        email: email.to_owned(),
        code: Some(format!("c-{place}")),
        cells: vec![email.to_owned()],
        form: Some(RosterForm {
            profile_type: ProfileType::Individual,
            first_name: "Ana".to_owned(),
            last_name: "Ruiz".to_owned(),
            company: None,
            email: email.to_owned(),
            phone: None,
            date_of_birth: "1990-04-30".to_owned(),
            country_code: "US".to_owned(),
            state: "NY".to_owned(),
            city: "New York".to_owned(),
            street: "1 Main St".to_owned(),
            street2: None,
            zip: "10001".to_owned(),
            lang: "en".to_owned(),
            government_id_type: None,
            has_id: false,
        }),
        state: RosterState::Queued,
        same_as: None,
        words: None,
        attempts: 0,
        faults: Vec::new(),
    }
}

fn payee(email: &str) -> Payee {
    Payee {
        email: email.to_owned(),
        ..super::payee(1)
    }
}

async fn states(ledger: &SqliteLedger) -> Vec<RosterState> {
    let rows = ledger.roster_rows(ID, &[], None, 100).await.unwrap();
    rows.iter().map(|row| row.state).collect()
}

#[tokio::test]
async fn a_roster_is_begun_once_and_each_row_is_settled_once() {
    let (_folder, path) = place();
    let ledger = SqliteLedger::open(&path, &super::key()).unwrap();
    let known = payee("known@example.com");
    ledger
        .record_payee(known.clone(), Vec::new())
        .await
        .unwrap();
    let rows = vec![
        row(1, "ana@example.com"),
        row(2, "KNOWN@example.com"),
        row(3, "bo@example.com"),
        row(4, "cy@example.com"),
    ];
    let new = ledger.begin_roster(roster(), rows.clone()).await;
    let again = ledger.begin_roster(roster(), rows).await;
    assert_eq!((new, again), (Ok(true), Ok(false)));
    use RosterState::{Cancelled, Invited, Known, Queued};
    assert_eq!(states(&ledger).await, [Queued, Known, Queued, Queued]);
    let second = ledger.roster_rows(ID, &[Known], None, 9).await.unwrap();
    assert_eq!((second[0].payee_id, &second[0].form), (known.id, &None));

    ledger.begin_row(ID, 1).await.unwrap();
    let queue = ledger.rows_to_invite(9).await.unwrap();
    let places: Vec<_> = queue.iter().map(|(_, row)| row.place).collect();
    assert_eq!(places, [3, 4, 1], "what was begun is looked at last");
    let first = PayeeId(Uuid::from_u128(1001));
    ledger
        .settle_row(ID, 1, Invited, first, None)
        .await
        .unwrap();
    let refused = RosterState::Refused;
    let late = Some("too late".to_owned());
    ledger
        .settle_row(ID, 1, refused, first, late)
        .await
        .unwrap();
    assert!(!ledger.begin_row(ID, 1).await.unwrap(), "it is settled");
    ledger.begin_row(ID, 3).await.unwrap();
    ledger.stop_roster(ID).await.unwrap();
    assert_eq!(states(&ledger).await, [Invited, Known, Queued, Cancelled]);

    drop(ledger);
    let ledger = SqliteLedger::open(&path, &super::key()).unwrap();
    assert_eq!(states(&ledger).await, [Invited, Known, Queued, Cancelled]);
    ledger.unbegin_row(ID, 3).await.unwrap();
    assert_eq!(
        states(&ledger).await[2],
        Cancelled,
        "it never left, and the owner cancelled"
    );
    let (roster, counts) = ledger.roster(ID).await.unwrap().unwrap();
    assert!(roster.stopped);
    assert_eq!((counts.total(), counts.checking), (4, 0));
    let all = ledger.roster_rows(ID, &[], None, 9).await.unwrap();
    let forms: Vec<_> = all.iter().map(|row| row.form.is_some()).collect();
    assert_eq!(forms, [false; 4], "forgotten once settled");
}

#[tokio::test]
async fn an_own_code_of_an_earlier_file_is_the_same_payee() {
    let (_folder, path) = place();
    let ledger = SqliteLedger::open(&path, &super::key()).unwrap();
    let payee = payee("old@example.com");
    ledger
        .record_payee(payee.clone(), Vec::new())
        .await
        .unwrap();
    let mut old = row(1, "old@example.com");
    old.code = Some("kit-7".to_owned());
    ledger.begin_roster(roster(), vec![old]).await.unwrap();
    let again = Roster {
        id: RosterId(Uuid::from_u128(8)),
        ..roster()
    };
    let mut moved = row(1, "new@example.com");
    moved.code = Some("kit-7".to_owned());
    ledger
        .begin_roster(again.clone(), vec![moved])
        .await
        .unwrap();
    let rows = ledger.roster_rows(again.id, &[], None, 9).await.unwrap();
    assert_eq!(
        (rows[0].state, rows[0].payee_id),
        (RosterState::Known, payee.id)
    );
    let codes = ledger.codes_of_payees().await.unwrap();
    assert!(codes.contains(&("kit-7".to_owned(), payee.id)));
}

#[tokio::test]
async fn a_roster_of_a_copy_that_was_put_back_waits_for_the_owner() {
    let (_folder, path) = place();
    let ledger = SqliteLedger::open(&path, &super::key()).unwrap();
    let done = Roster {
        id: RosterId(Uuid::from_u128(8)),
        ..roster()
    };
    let faults = vec![("email".to_owned(), "email_invalid".to_owned())];
    let faulty = RosterRow {
        state: RosterState::Faulty,
        form: None,
        faults: faults.clone(),
        ..row(9, "no address")
    };
    let rows = vec![row(1, "ana@example.com"), row(2, "bo@example.com")];
    ledger.begin_roster(roster(), rows).await.unwrap();
    ledger
        .begin_roster(done.clone(), vec![faulty])
        .await
        .unwrap();
    let kept = ledger.roster_rows(done.id, &[], None, 9).await.unwrap();
    assert_eq!(kept[0].faults, faults);
    ledger.begin_row(ID, 2).await.unwrap();
    let to_invite = async || ledger.rows_to_invite(9).await.unwrap().len();
    assert_eq!(
        (to_invite().await, ledger.people_to_invite().await),
        (2, Ok(2))
    );

    let recovery = |done_at| Recovery {
        cause: RecoveryCause::RolledBack,
        since: at(1),
        done_at,
        found: 0,
        replaced: None,
    };
    let put_back = async |done_at| {
        let recorded = ledger.record_recovery(recovery(done_at), Vec::new());
        recorded.await.unwrap();
    };
    put_back(None).await;
    put_back(Some(at(2))).await;
    assert_eq!(
        (to_invite().await, ledger.people_to_invite().await),
        (0, Ok(0))
    );
    let held = async |id| ledger.roster(id).await.unwrap().unwrap().0.held;
    assert!(held(ID).await && !held(done.id).await);
    assert_eq!(
        ledger.begin_row(ID, 1).await,
        Ok(false),
        "also one that was read before"
    );

    ledger.resume_roster(ID).await.unwrap();
    assert_eq!(to_invite().await, 2);
    assert_eq!(ledger.begin_row(ID, 1).await, Ok(true));
    ledger.unbegin_row(ID, 1).await.unwrap();
    put_back(None).await;
    ledger.stop_roster(ID).await.unwrap();
    assert_eq!(
        states(&ledger).await,
        [RosterState::Cancelled, RosterState::Queued]
    );
    assert_eq!(to_invite().await, 1, "what was begun is settled");
}

/// The last version that kept every column of a file.
const WITH_EVERY_COLUMN: usize = 23;

#[tokio::test]
async fn what_earlier_builds_kept_of_columns_that_nobody_needs_is_gone() {
    let (_folder, path) = place();
    leave_at(&path, &super::key(), WITH_EVERY_COLUMN);
    let old = file::connect(&path, &super::key()).unwrap();
    let id = ID.0;
    old.execute(
        "INSERT INTO rosters VALUES (?1, 'people.csv', '[\"E-mail\",\"SSN\"]', 0, 0)",
        [id],
    )
    .unwrap();
    for (place, state) in [(1, "invited"), (2, "faulty")] {
        let cells = r#"["ana@example.com","000-00-0000"]"#;
        old.execute(
            "INSERT INTO roster_rows VALUES (?1, ?2, ?2, ?1, 'Ana Ruiz', 'ana@example.com', NULL, ?3, NULL, ?4, NULL, NULL, 0)",
            (id, place, cells, state),
        )
        .unwrap();
    }
    old.close().unwrap();
    let ledger = SqliteLedger::open(&path, &super::key()).unwrap();
    let (roster, _) = ledger.roster(ID).await.unwrap().unwrap();
    assert_eq!(roster.headers, ["Name", "E-mail"]);
    let rows = ledger.roster_rows(ID, &[], None, 9).await.unwrap();
    let cells: Vec<_> = rows.into_iter().map(|row| row.cells).collect();
    assert_eq!(cells, vec![vec!["Ana Ruiz", "ana@example.com"]; 2]);
    let late = ledger.settle_row(ID, 1, RosterState::Refused, PayeeId(id), None);
    assert_eq!(late.await, Ok(()), "and a settled row stays as it is");
    assert_eq!(states(&ledger).await[0], RosterState::Invited);
}
