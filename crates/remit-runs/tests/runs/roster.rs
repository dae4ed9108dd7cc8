//! Files of people on a real ledger: who is ready, who is a payee already, who is repeated, and what must be mended.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use crate::shop::{Counter, Shop, now};
use jiff::civil::date;
use proptest::prelude::*;
use remit_core::{PayeeId, RosterId, RosterState};
use remit_import::PersonField;
use remit_runs::{Acquainted, Book, House, PersonFault, PersonStanding, RosterDraft};
use uuid::Uuid;

const HEADER: &str = "First name,Last name,Email,Date of birth,Country,State,City,Street,Zip,Code,Type,Company,SSN,ID type\n";

fn draft(text: &str, invites: bool) -> RosterDraft {
    let house = House {
        invites,
        lang: "en".to_owned(),
    };
    let id = RosterId(Uuid::from_u128(1));
    let mut watcher = |_| true;
    RosterDraft::read(
        id,
        "people.csv".to_owned(),
        text.as_bytes(),
        &[],
        house,
        &mut watcher,
    )
    .unwrap()
}

fn checked(text: &str, known: &Acquainted) -> RosterDraft {
    let mut draft = draft(text, true);
    draft.check(known, date(2026, 11, 26));
    draft
}

fn person(email: &str, code: &str) -> String {
    format!("Ana,Ruiz,{email},1990-04-30,usa,new york,New York,1 Main St,10001,{code},,,,\n")
}

#[tokio::test]
async fn each_row_is_ready_known_repeated_or_says_what_to_mend() {
    let shop = Shop::new().await;
    let known = Acquainted {
        book: Book::load(shop.ledger.as_ref()).await.unwrap(),
        codes: [("k-1".to_owned(), PayeeId(Uuid::from_u128(9)))].into(),
    };
    let mut text = HEADER.to_owned();
    text += &person("new@example.com", "A-1");
    text += &person("NEW@example.com", "");
    text += &person("else@example.com", "a-1");
    text += &person("ana@example.com", "");
    text += &person("moved@example.com", "K-1");
    text += &person("ana@example.com", "K-1");
    text += "Bo,Ek,bo2@example.com,1990-04-30,Narnia,NY,X,1 St,10001,,,,,\n";
    text += "Bo,Ek,bo3@example.com,2015-04-30,US,Nowhere,X,1 St,1,,,,,\n";
    text += "Bo,Ek,bo4@example.com,1990-04-30,US,NY,X,1 St,10001,,,Ek Ltd,,\n";
    text += "Bo,Ek,bo5@example.com,1990-04-30,US,NY,X,1 St,10001,,company,Ek Ltd,,\n";
    let draft = checked(&text, &known);
    let rows = draft.checked();
    let form = &rows[0].form;
    assert_eq!(
        (form.country_code.as_str(), form.state.as_str()),
        ("US", "NY")
    );
    assert_eq!(rows[0].standing, PersonStanding::Ready);
    assert_eq!(rows[1].standing, PersonStanding::Repeated(2));
    assert_eq!(rows[2].standing, PersonStanding::Repeated(2));
    assert!(matches!(rows[3].standing, PersonStanding::Known(_)));
    assert_eq!(
        rows[4].standing,
        PersonStanding::Known(PayeeId(Uuid::from_u128(9)))
    );
    let faults = |row: usize| rows[row].faults.clone();
    assert_eq!(
        faults(5),
        [(PersonField::Email, PersonFault::SeveralPayees)]
    );
    assert_eq!(
        faults(6),
        [(PersonField::CountryCode, PersonFault::CountryUnknown)]
    );
    let wanted = [
        (PersonField::State, PersonFault::StateUnknown),
        (PersonField::DateOfBirth, PersonFault::UnderAge),
        (PersonField::Zip, PersonFault::ZipInvalid),
    ];
    assert_eq!(faults(7), wanted);
    assert_eq!(
        faults(8),
        [(PersonField::ProfileType, PersonFault::KindUnknown)]
    );
    assert_eq!(rows[9].standing, PersonStanding::Ready);
}

#[test]
fn a_row_with_a_fault_claims_nobody() {
    let mut text = HEADER.to_owned();
    text += &person("ana@example.com", "").replace("10001", "1");
    text += &person("ana@example.com", "");
    let mut draft = checked(&text, &Acquainted::default());
    let standings = |draft: &RosterDraft| {
        let rows = draft.checked().iter();
        rows.map(|row| row.standing).collect::<Vec<_>>()
    };
    assert_eq!(
        standings(&draft),
        [PersonStanding::Faulty, PersonStanding::Ready]
    );
    draft.edit(1, PersonField::Zip, "10001").unwrap();
    draft.check(&Acquainted::default(), date(2026, 11, 26));
    assert_eq!(
        standings(&draft),
        [PersonStanding::Ready, PersonStanding::Repeated(2)]
    );
}

#[test]
fn what_must_not_be_kept_is_in_no_row() {
    let text = HEADER.to_owned()
        + "Ana,Ruiz,ana@example.com,1990-04-30,US,NY,NYC,1 St,10001,,,,987-65-4320,SSN\n";
    let mut draft = draft(&text, false);
    draft.check(&Acquainted::default(), date(2026, 11, 26));
    assert_eq!(draft.cell(1, PersonField::GovernmentId), "••••");
    let shown = format!("{:?}", draft.columns());
    assert!(!shown.contains("987-65"), "{shown}");
    let begun = draft.begin(now(), &Counter::default()).unwrap();
    assert_eq!(begun.ids.len(), 1);
    let kept = format!("{:?}", begun.rows);
    assert!(!kept.contains("987-65"), "{kept}");
    assert!(begun.rows[0].cells.iter().all(|cell| cell != "1990-04-30"));
    assert_eq!(
        begun.rows[0]
            .form
            .as_ref()
            .unwrap()
            .government_id_type
            .as_deref(),
        Some("SSN")
    );
}

/// No real number: none begins with 000.
const FAKE: &str = "000-00-0000";
const NEEDED: &str = "First name,Last name,Email,Date of birth,Country,State,City,Street,Zip";
const ANA: &str = "Ana,Ruiz,ana@example.com,1990-04-30,US,NY,NYC,1 St,10001";

/// What the owner makes of the columns: `None` for those that hold these fields, or are called so.
fn mapped(
    draft: &mut RosterDraft,
    change: impl Fn(&str, Option<PersonField>) -> Option<PersonField>,
) {
    let headers = draft.columns().into_iter().map(|(header, _)| header);
    let held = draft.mapping().columns.clone();
    let columns = headers
        .zip(held)
        .map(|(header, held)| change(&header, held));
    let header = draft.mapping().header;
    draft.map(header, columns.collect(), None).unwrap();
    draft.check(&Acquainted::default(), date(2026, 11, 26));
}

/// Everything that goes to the window or into the ledger.
#[track_caller]
fn nowhere(draft: &RosterDraft, secret: &str) {
    let shown = PersonField::ALL.map(|field| draft.cell(1, field));
    let begun = draft.begin(now(), &Counter::default()).unwrap();
    let told = format!(
        "{:?} {shown:?} {:?} {:?}",
        draft.columns(),
        begun.roster,
        begun.rows
    );
    assert!(!told.contains(secret), "{told}");
}

#[test]
fn a_column_of_ids_that_the_owner_needs_not_is_neither_kept_nor_shown() {
    for (header, id) in [
        ("SSN", "987654320"),
        ("Our SSN no.", "987654320"),
        ("Nr", FAKE),
    ] {
        let mut of_pockyt = draft(&format!("{NEEDED},{header},Team\n{ANA},{id},Blue\n"), true);
        mapped(&mut of_pockyt, |called, held| {
            held.filter(|_| called != header)
        });
        nowhere(&of_pockyt, id);
        let roster = of_pockyt.begin(now(), &Counter::default()).unwrap().roster;
        assert_eq!(
            roster.headers.len(),
            8,
            "without the date of birth: {roster:?}"
        );
        // The same file again, by what is remembered.
        let remembered = [of_pockyt.to_remember()];
        let text = format!("{NEEDED},{header},Team\n{ANA},{id},Blue\n");
        let (house, id_of) = (
            House {
                invites: true,
                lang: "en".to_owned(),
            },
            of_pockyt.id(),
        );
        let mut watcher = |_| true;
        let again = RosterDraft::read(
            id_of,
            String::new(),
            text.as_bytes(),
            &remembered,
            house,
            &mut watcher,
        );
        let mut again = again.unwrap();
        assert!(again.remembered());
        again.check(&Acquainted::default(), date(2026, 11, 26));
        nowhere(&again, id);
    }
}

#[test]
fn of_two_columns_of_ids_the_one_that_is_not_chosen_is_secret_too() {
    let text = format!("{NEEDED},SSN,Passport,ID type\n{ANA},987654320,X1234567,SSN\n");
    let mut both = draft(&text, false);
    mapped(&mut both, |called, held| {
        held.filter(|_| called != "Passport")
    });
    nowhere(&both, "X1234567");
    nowhere(&both, "987654320");
    assert_eq!(both.begin(now(), &Counter::default()).unwrap().ids.len(), 1);
}

#[test]
fn an_id_that_was_typed_is_gone_once_the_file_has_a_column_of_them() {
    let text = format!("{NEEDED},Paper,ID type\n{ANA},X1234567,SSN\n");
    let mut typed = draft(&text, false);
    typed.check(&Acquainted::default(), date(2026, 11, 26));
    typed
        .edit(1, PersonField::GovernmentId, "987654320")
        .unwrap();
    mapped(&mut typed, |called, held| match called {
        "Paper" => Some(PersonField::GovernmentId),
        _ => held,
    });
    nowhere(&typed, "987654320");
    nowhere(&typed, "X1234567");
}

#[test]
fn an_id_in_another_field_is_to_be_mended_and_not_kept() {
    let text = format!(
        "{NEEDED},SSN,Phone\n{ANA},123123123,{FAKE}\n{}\n",
        ANA.replace("ana@", "bo@") + ",,"
    );
    let mut draft = draft(&text, true);
    mapped(&mut draft, |called, held| match called {
        "SSN" => Some(PersonField::Code),
        _ => held,
    });
    let looks = PersonFault::LooksLikeId;
    assert_eq!(
        draft.checked()[0].faults,
        [(PersonField::Code, looks), (PersonField::Phone, looks)]
    );
    assert_eq!(draft.checked()[1].standing, PersonStanding::Ready);
    nowhere(&draft, FAKE);
    nowhere(&draft, "123123123");
}

#[test]
fn what_a_column_of_ids_holds_is_kept_in_no_other_field() {
    for (header, field) in [
        ("SSN", PersonField::Phone),
        ("Our SSN no.", PersonField::Street2),
        ("Passport no.", PersonField::Company),
        ("护照", PersonField::CustomerNo),
        ("DNI", PersonField::Phone),
    ] {
        let bo = ANA.replace("ana@", "bo@") + ",";
        let text = format!("{NEEDED},{header}\n{ANA},123123123\n{bo}\n");
        let mut draft = draft(&text, true);
        mapped(&mut draft, |called, held| match called {
            called if called == header => Some(field),
            _ => held,
        });
        let faults = &draft.checked()[0].faults;
        assert!(
            faults.contains(&(field, PersonFault::LooksLikeId)),
            "{header}: {faults:?}"
        );
        assert_eq!(draft.checked()[1].standing, PersonStanding::Ready);
        nowhere(&draft, "123123123");
    }

    // A name as a passport has it is a name.
    let text = format!("{NEEDED},Name on passport\n{ANA},Ruiz Gil\n");
    let mut named = draft(&text, true);
    mapped(&mut named, |called, held| match called {
        "Last name" => None,
        "Name on passport" => Some(PersonField::LastName),
        _ => held,
    });
    assert_eq!(named.checked()[0].standing, PersonStanding::Ready);
    assert_eq!(named.checked()[0].form.last_name, "Ruiz Gil");
}

proptest! {
    /// Whatever is in a file, each row is one of the roster's, and nobody is queued twice.
    #[test]
    fn no_row_is_dropped_and_nobody_is_queued_twice(
        rows in proptest::collection::vec((0u8..5, 0u8..4, any::<bool>()), 1..40),
    ) {
        let text = rows.iter().fold(HEADER.to_owned(), |text, (email, code, fine)| {
            let code = if *code == 0 { String::new() } else { format!("C{code}") };
            let row = person(&format!("p{email}@example.com"), &code);
            text + &if *fine { row } else { row.replace("1990", "soon") }
        });
        let draft = checked(&text, &Acquainted::default());
        prop_assert_eq!(draft.checked().len(), rows.len());
        if let Ok(begun) = draft.begin(now(), &Counter::default()) {
            prop_assert_eq!(begun.rows.len(), rows.len());
            let queued: Vec<_> = begun.rows.iter().filter(|row| row.state == RosterState::Queued).collect();
            let mut emails: Vec<_> = queued.iter().map(|row| row.email.to_lowercase()).collect();
            let mut codes: Vec<_> = queued.iter().filter_map(|row| row.code.clone()).collect();
            for all in [&mut emails, &mut codes] {
                let before = all.len();
                all.sort_unstable();
                all.dedup();
                prop_assert_eq!(all.len(), before);
            }
        }
    }
}
