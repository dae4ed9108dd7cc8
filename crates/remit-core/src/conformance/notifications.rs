//! Notifications: which content is on record, how often it came again, and how they are listed.

use super::samples::{apply, at, payee, payout, record_payee, record_payout, usd};
use crate::{
    EventKind, Heard, Ledger, LedgerError, NewEvent, NotificationQuery, NotificationRow, Page,
    Payout, PayoutChange, Source, State, Subject, Verdict,
};

pub(super) async fn run<L: Ledger>(open: &impl AsyncFn() -> L) {
    a_content_is_recognised(&open().await).await;
    what_comes_again_is_counted(&open().await).await;
    notifications_and_what_asking_told_are_listed(&open().await).await;
    pages_hold_each_once(&open().await).await;
}

fn all() -> NotificationQuery {
    NotificationQuery {
        limit: 100,
        ..NotificationQuery::default()
    }
}

fn notified(second: i64, subject: Subject, source: Source, verdict: Verdict) -> NewEvent {
    let mut event = NewEvent::new(at(second), subject, EventKind::Notified, source);
    event.verdict = Some(verdict);
    event
}

/// Records what came, which moved nothing.
async fn came(ledger: &impl Ledger, evidence: &str, verdict: Verdict) {
    let event = notified(1, Subject::Nothing, Source::Notification, verdict);
    let event = event.evidence(evidence.to_owned());
    ledger.record_events(vec![event]).await.unwrap();
}

async fn page(ledger: &impl Ledger, query: NotificationQuery) -> Page<NotificationRow> {
    ledger.notifications(query).await.unwrap()
}

/// Moves a payout by an event, as the engine does.
async fn told(
    ledger: &impl Ledger,
    payout: Payout,
    to: State,
    kind: EventKind,
    source: Source,
) -> Payout {
    let word = |state: State| {
        let word = serde_json::to_value(state).unwrap();
        word.as_str().unwrap().to_owned()
    };
    let mut event = NewEvent::new(at(5), Subject::Payout(payout.id), kind, source);
    event.from = Some(word(payout.state));
    event.to = Some(word(to));
    let mut event = event.evidence(format!("{} is {}", payout.invoice_id, word(to)));
    event.verdict = (kind == EventKind::Notified).then_some(Verdict::Applied);
    let moved = Payout {
        state: to,
        ..payout
    };
    let change = PayoutChange::new(moved, vec![event]);
    ledger.apply(vec![change]).await.unwrap().remove(0).unwrap()
}

async fn a_content_is_recognised(ledger: &impl Ledger) {
    assert_eq!(ledger.notified("a=1", false).await, Ok(None));
    came(ledger, "a=1", Verdict::Unmatched).await;
    came(ledger, "a=2", Verdict::Forged).await;
    let heard = |seq, verdict| {
        Ok(Some(Heard {
            seq,
            verdict: Some(verdict),
        }))
    };
    assert_eq!(
        ledger.notified("a=1", false).await,
        heard(1, Verdict::Unmatched)
    );
    assert_eq!(ledger.notified("a=1", true).await, Ok(None));
    assert_eq!(
        ledger.notified("a=2", true).await,
        heard(2, Verdict::Forged)
    );
    assert_eq!(ledger.notified("a=2", false).await, Ok(None));
    assert_eq!(
        ledger.notified("a=", false).await,
        Ok(None),
        "the whole content"
    );
    assert_eq!(ledger.notified("A=1", false).await, Ok(None), "exactly");
    came(ledger, "a=1", Verdict::OutOfOrder).await;
    assert_eq!(
        ledger.notified("a=1", false).await,
        heard(3, Verdict::OutOfOrder),
        "the newest, where the same was kept twice"
    );
    came(ledger, "a=1", Verdict::Forged).await;
    assert_eq!(
        ledger.notified("a=1", false).await,
        heard(3, Verdict::OutOfOrder)
    );
    assert_eq!(
        ledger.notified("a=1", true).await,
        heard(4, Verdict::Forged)
    );
    let inquired = NewEvent::new(
        at(1),
        Subject::Nothing,
        EventKind::Inquired,
        Source::Inquiry,
    );
    let inquired = inquired.evidence("b=1".to_owned());
    ledger.record_events(vec![inquired]).await.unwrap();
    assert_eq!(
        ledger.notified("b=1", false).await,
        Ok(None),
        "an answer to a question is no notification"
    );
    let bare = notified(1, Subject::Nothing, Source::Relay, Verdict::Unopened);
    ledger.record_events(vec![bare]).await.unwrap();
    assert_eq!(ledger.notified("", false).await, Ok(None));
}

async fn what_comes_again_is_counted(ledger: &impl Ledger) {
    came(ledger, "a=1", Verdict::Unmatched).await;
    came(ledger, "a=2", Verdict::Unmatched).await;
    let head = ledger.head().await.unwrap();
    ledger.notified_again(1, at(7)).await.unwrap();
    ledger.notified_again(1, at(9)).await.unwrap();
    let rows = page(ledger, all()).await.rows;
    let counts: Vec<_> = rows
        .iter()
        .map(|row| (row.event.seq, row.again, row.again_at))
        .collect();
    assert_eq!(counts, [(2, 0, None), (1, 2, Some(at(9)))]);
    assert_eq!(
        ledger.head().await,
        Ok(head),
        "a count is no event: the history does not grow"
    );
    assert_eq!(
        ledger.notified_again(3, at(1)).await,
        Err(LedgerError::NotFound)
    );
}

async fn notifications_and_what_asking_told_are_listed(ledger: &impl Ledger) {
    let ana = record_payee(ledger, &payee(1, "Ana", "Núñez")).await;
    let bo = record_payee(ledger, &payee(2, "Bo", "Chen")).await;
    let mut payouts = Vec::new();
    for (number, owner) in [(1, &ana), (2, &ana), (3, &bo)] {
        let mut payout = record_payout(ledger, &payout(number, owner, usd(100))).await;
        payout.state = State::Sending;
        payout.attempts = 1;
        payouts.push(apply(ledger, payout).await);
    }
    let [first, second, third]: [Payout; 3] = payouts.try_into().unwrap();
    let by = EventKind::Inquired;
    let first = told(ledger, first, State::Processing, by, Source::Inquiry).await;
    let first = told(ledger, first, State::Paid, by, Source::Inquiry).await;
    let by = EventKind::Notified;
    let second = told(ledger, second, State::Processing, by, Source::Notification).await;
    let second = told(ledger, second, State::Failed, by, Source::Notification).await;
    let third = told(ledger, third, State::Processing, by, Source::Relay).await;
    let forged = notified(8, Subject::Payout(third.id), Source::Relay, Verdict::Forged);
    let nobody = notified(
        9,
        Subject::Nothing,
        Source::Notification,
        Verdict::Unmatched,
    );
    ledger
        .record_events(vec![forged, nobody.clone()])
        .await
        .unwrap();

    let whole = page(ledger, all()).await;
    assert_eq!(whole.total, 6, "asking that told of no end is not listed");
    let last = &whole.rows[0];
    assert_eq!((&last.event.event, &last.payout), (&nobody, &None));
    let moved: Vec<_> = whole
        .rows
        .iter()
        .map(|row| {
            let payout = row.payout.as_ref().map(|payout| payout.id);
            (payout, row.event.event.source, row.event.event.verdict)
        })
        .collect();
    let applied = Some(Verdict::Applied);
    assert_eq!(
        moved,
        [
            (None, Source::Notification, Some(Verdict::Unmatched)),
            (Some(third.id), Source::Relay, Some(Verdict::Forged)),
            (Some(third.id), Source::Relay, applied),
            (Some(second.id), Source::Notification, applied),
            (Some(second.id), Source::Notification, applied),
            (Some(first.id), Source::Inquiry, None),
        ],
        "newest first"
    );
    assert_eq!(
        whole.rows[3].payout,
        Some(second),
        "the payout as it stands now"
    );

    let count = async |query: NotificationQuery| page(ledger, query).await.total;
    for (sources, total) in [
        (vec![Source::Relay], 2),
        (vec![Source::Notification], 3),
        (vec![Source::Inquiry], 1),
        (vec![Source::Inquiry, Source::Relay], 3),
        (vec![Source::Owner], 0),
    ] {
        let query = NotificationQuery { sources, ..all() };
        assert_eq!(count(query.clone()).await, total, "{query:?}");
    }
    for (verdicts, total) in [
        (vec![Verdict::Applied], 3),
        (vec![Verdict::Forged, Verdict::Unmatched], 2),
        (vec![Verdict::Mismatched], 0),
    ] {
        let query = NotificationQuery { verdicts, ..all() };
        assert_eq!(count(query.clone()).await, total, "{query:?}");
    }
    for (search, total) in [
        ("nunez", 3),
        ("CHEN", 2),
        ("inv-0002", 2),
        ("ana inv-0001", 1),
        ("%", 0),
        ("nobody", 0),
        ("  ", 6),
    ] {
        let query = NotificationQuery {
            search: search.to_owned(),
            ..all()
        };
        assert_eq!(count(query).await, total, "{search:?}");
    }
    let both = NotificationQuery {
        search: "chen".to_owned(),
        verdicts: vec![Verdict::Applied],
        sources: vec![Source::Relay],
        ..all()
    };
    assert_eq!(count(both).await, 1, "all that is asked for must hold");
}

async fn pages_hold_each_once(ledger: &impl Ledger) {
    for number in 0..25 {
        came(ledger, &format!("a={number}"), Verdict::Unmatched).await;
    }
    let mut seen = Vec::new();
    let mut query = NotificationQuery { limit: 10, ..all() };
    loop {
        let page = page(ledger, query.clone()).await;
        assert_eq!(page.total, 25 + u64::from(query.cursor.is_some()));
        seen.extend(page.rows.iter().map(|row| row.event.seq));
        if query.cursor.is_none() {
            // What comes in between moves nothing of what follows.
            came(ledger, "more", Verdict::Unmatched).await;
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=25).rev().collect::<Vec<u64>>());
    query.cursor = Some("payouts by age 7".to_owned());
    assert!(
        matches!(
            ledger.notifications(query).await,
            Err(LedgerError::Failed(_))
        ),
        "a cursor of another list"
    );
}
