//! What the owner types into a draft while it is being released is never paid as it was before.

use super::*;
use remit_runs::RunError;

/// Numbers before the first of which something happens: a review draws its numbers after it has read the draft and before it
/// keeps the rows.
struct Interrupted {
    numbers: Counter,
    happens: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Ids for Interrupted {
    fn uuid(&self) -> Uuid {
        let happens = self.happens.lock().unwrap().take();
        if let Some(happens) = happens {
            happens();
        }
        self.numbers.uuid()
    }

    fn below(&self, _: u64) -> u64 {
        0
    }
}

#[derive(Clone, Copy, Debug)]
enum Typed {
    Amount,
    Skip,
}

/// The owner types into the draft of the day that came last.
async fn types(ledger: &remit_ledger::SqliteLedger, typed: Typed) {
    let day = ledger.occurrences(ID).await.unwrap().remove(0);
    let run = ledger.run(day.run.unwrap()).await.unwrap().unwrap();
    let content = ledger.run_content(run.id).await.unwrap().unwrap();
    let mut draft = Draft::open(run, &content).unwrap();
    let checked = draft.check(ledger, ledger, shop::now(), true);
    checked.await.unwrap();
    let kept = match typed {
        Typed::Amount => {
            let amount = (1, remit_import::Field::Amount, "1.00".to_owned());
            draft.edit(&[amount]).unwrap()
        }
        Typed::Skip => draft.decide(&[1], &Decision::Skip).unwrap(),
    };
    kept.record(ledger, draft.run().id).await.unwrap();
}

/// The same, from where nothing can be waited for.
fn typing(office: &Office, typed: Typed) -> Box<dyn FnOnce() + Send> {
    let ledger = Arc::clone(&office.shop.ledger);
    Box::new(move || {
        let types = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            runtime.unwrap().block_on(types(&ledger, typed));
        };
        std::thread::spawn(types).join().unwrap();
    })
}

#[tokio::test]
async fn what_is_typed_between_the_look_and_the_review_stays_a_draft() {
    for typed in [Typed::Amount, Typed::Skip] {
        let mut office = Office::new().await;
        office.trusted().await;
        let ids = Arc::new(Interrupted {
            numbers: Counter::starting(777),
            happens: Mutex::new(None),
        });
        office.scheduling = Scheduling::new(SchedulePorts {
            ids: ids.clone(),
            ..ports(1, &office.shop, &office.clock, &office.world)
        });
        // The day's draft has its number by then.
        let interrupts = async {
            *ids.happens.lock().unwrap() = Some(typing(&office, typed));
        };
        office.meanwhile("2026-11-27T08:00:00Z", interrupts).await;
        assert!(ids.happens.lock().unwrap().is_none(), "it happened");
        let left = (
            OccurrenceState::Drafted,
            Some(Stay::Changed),
            Some(RunState::Draft),
        );
        assert_eq!(office.only().await, left, "{typed:?}");
        assert!(office.told().is_empty(), "the owner knows");
    }
}

#[tokio::test]
async fn what_the_owner_reviewed_is_released_though_it_was_looked_at_as_it_was_before() {
    let office = Office::new().await;
    office.begin(ScheduleMode::Draft).await;
    office.at("2026-11-27T08:00:00Z").await;
    let (ledger, ids) = (&*office.shop.ledger, &office.shop.ids);
    let mut before = office.draft().await;
    types(ledger, Typed::Amount).await;
    let mut draft = office.draft().await;
    let review = draft.review(ledger, ids).await.unwrap().review;
    // Whoever read it before the owner typed keeps what it said then.
    before.review(ledger, ids).await.unwrap();
    let turn = office.world.turns.to_release_run(draft.payees()).await;
    let now = office.clock.now();
    let refused = draft.release(ledger, &turn, now, &review, None).await;
    let changed = |error: &RunError| matches!(error, RunError::Core(error) if error.code() == Code::ReviewChanged);
    assert!(refused.is_err_and(|error| changed(&error)));
    // The owner looks again: it says the same, and is what is paid.
    let again = draft.review(ledger, ids).await.unwrap().review;
    assert_eq!(again, review);
    let released = draft.release(ledger, &turn, now, &review, None).await;
    let id = released.unwrap().id;
    let rows = ledger.run_rows(id, &[], None, 9).await.unwrap();
    assert_eq!(rows[0].row.money, Money::new(100, Currency::USD));
}
