//! Similar invoice IDs: found in files of any age, and without a look at every payout.

use super::{at, filled, key, payee, payout, place, record};
use crate::schema::tests::leave_at;
use crate::store::SqliteLedger;
use crate::writer::Scope;
use crate::{file, payees, payouts, similar};
use remit_core::{EventKind, InvoiceId, Ledger, NewEvent, PayoutChange, Source, State, Subject};

/// The newest version without the table.
const BEFORE: usize = 10;

async fn alike(ledger: &SqliteLedger, invoice: &str) -> Vec<String> {
    let found = ledger.similar_invoices(&[InvoiceId::from(invoice)]).await;
    let found = found.unwrap().into_iter();
    found.map(|similar| similar.invoice_id.0).collect()
}

#[tokio::test]
async fn payouts_of_an_earlier_version_are_found() {
    let (_folder, path) = place();
    leave_at(&path, &key(), BEFORE);
    let connection = file::connect(&path, &key()).unwrap();
    // As it recorded payouts then, which was without the table.
    connection.execute_batch(similar::SCHEMA).unwrap();
    let scope = &mut Scope::of(&connection);
    payees::record(scope, &payee(1), &[]).unwrap();
    for number in 1..=3 {
        let payout = payout(number, &payee(1));
        payouts::record(scope, &payouts::New::of(payout, Vec::new())).unwrap();
    }
    connection
        .execute_batch("DROP TABLE similar_invoices")
        .unwrap();
    connection.close().unwrap();

    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    let invoice = "distinctive invoice 02";
    assert_eq!(alike(&ledger, invoice).await, ["Distinctive-Invoice-2"]);
}

#[tokio::test]
async fn a_draft_is_found_under_its_newest_invoice_id() {
    let (_folder, path) = place();
    let (ledger, payee) = filled(&path, 0).await;
    let mut draft = payout(1, &payee);
    draft.state = State::Draft;
    let mut draft = record(&ledger, &draft).await.unwrap().into_inner();
    draft.invoice_id = InvoiceId::from("A-9");
    let about = Subject::Payout(draft.id);
    let event = NewEvent::new(at(1), about, EventKind::StatusChanged, Source::Owner);
    let changed = ledger
        .apply(vec![PayoutChange::new(draft, vec![event])])
        .await;
    changed.unwrap().remove(0).unwrap();
    assert_eq!(alike(&ledger, "distinctive invoice 1").await, [""; 0]);
    assert_eq!(alike(&ledger, "a9").await, ["A-9"]);
}

#[tokio::test]
async fn a_search_reads_nothing_but_what_it_finds() {
    let (_folder, path) = place();
    let (_ledger, _) = filled(&path, 0).await;
    let connection = file::open_reader(&path, &key()).unwrap();
    let plan: Vec<String> = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {}", similar::FIND))
        .unwrap()
        .query_map(["7"], |row| row.get(3))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(
        plan.iter().all(|step| !step.starts_with("SCAN")),
        "{plan:?}"
    );
}
