//! How an account stands.

use super::samples::{
    apply, at, bring_to, krw, payee, payout, payout_id, record_payee, record_payout, usd,
};
use crate::{
    Channel, Ledger, LedgerError, Need, Overview, OverviewQuery, PaidOut, PayeeStatus, Payout,
    PayoutId, Reason, State, UnderWay,
};
use jiff::Timestamp;

pub(super) async fn run<L: Ledger>(open: &impl AsyncFn() -> L) {
    an_account_begins_with_nothing(&open().await).await;
    what_waits_for_the_owner_is_named(&open().await).await;
    what_is_on_its_way_is_counted_by_state_and_currency(&open().await).await;
    what_was_paid_is_summed_by_month_and_currency(&open().await).await;
    a_sum_that_cannot_be_held_is_refused(&open().await).await;
}

const PAID: [State; 3] = [State::Sending, State::Processing, State::Paid];

fn query() -> OverviewQuery {
    OverviewQuery {
        months: vec![at(0), at(100), at(200), at(300)],
        ended_since: at(0),
        stalled_since: Channel::ALL.map(|channel| (channel, Timestamp::UNIX_EPOCH)),
        limit: 100,
    }
}

async fn overview(ledger: &impl Ledger, query: OverviewQuery) -> Overview {
    ledger.overview(query).await.unwrap()
}

/// The payouts that wait for the owner for a reason: how many, and which are named.
fn named(overview: &Overview, need: Need) -> (u64, Vec<PayoutId>) {
    let found = overview.needs.iter().find(|needed| needed.need == need);
    found.map_or((0, Vec::new()), |needed| {
        let named = needed.newest.iter().map(|payout| payout.id).collect();
        (needed.total, named)
    })
}

async fn an_account_begins_with_nothing(ledger: &impl Ledger) {
    assert_eq!(overview(ledger, query()).await, Overview::default());

    let mut declined = payee(1, "Ana", "Bell");
    declined.status = PayeeStatus::Declined;
    record_payee(ledger, &declined).await;
    let mut refused = payee(2, "Bo", "Chen");
    refused.status = PayeeStatus::Refused;
    record_payee(ledger, &refused).await;
    record_payee(ledger, &payee(3, "Cy", "Diaz")).await;
    let found = overview(ledger, query()).await;
    assert!(found.begun, "a payee is a beginning");
    assert_eq!((found.declined, found.refused), (1, 1));
    assert_eq!(found.needs, [], "no payout waits for the owner");
}

async fn what_waits_for_the_owner_is_named(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let record = async |number: u128, change: &dyn Fn(&mut Payout)| {
        let mut payout = payout(number, &owner, usd(100));
        change(&mut payout);
        record_payout(ledger, &payout).await
    };
    let since = |seconds: i64| move |payout: &mut Payout| payout.since = at(seconds);

    // Came back or failed: at the bound, later, and too long ago.
    for (number, seconds) in [(1, 10), (2, 30), (3, 9)] {
        let back = record(number, &since(seconds)).await;
        let path = [State::Sending, State::Processing, State::Returned];
        bring_to(ledger, back, &path, 1).await;
    }
    let failed = record(4, &since(20)).await;
    let failed = bring_to(ledger, failed, &[State::Sending, State::Failed], 1).await;
    let retried = record(5, &since(21)).await;
    bring_to(ledger, retried, &[State::Sending, State::Failed], 1).await;
    record(6, &|payout| payout.retry_of = Some(payout_id(5))).await;

    // Only the owner can tell.
    let taken = record(7, &since(40)).await;
    let mut taken = bring_to(ledger, taken, &[State::Sending, State::Unknown], 1).await;
    taken.reason = Some(Reason::InvoiceTaken);
    apply(ledger, taken).await;
    let twice = record(8, &since(41)).await;
    let mut twice = bring_to(ledger, twice, &[State::Sending, State::Unknown], 1).await;
    (twice.reason, twice.checks) = (Some(Reason::Duplicate), 1);
    apply(ledger, twice).await;
    // Not asked about yet, or doubtful in a way that Remit resolves.
    let asking = record(9, &since(42)).await;
    let mut asking = bring_to(ledger, asking, &[State::Sending, State::Unknown], 1).await;
    asking.reason = Some(Reason::Duplicate);
    apply(ledger, asking).await;
    let other = record(10, &since(43)).await;
    let mut other = bring_to(ledger, other, &[State::Sending, State::Processing], 1).await;
    other.reason = Some(Reason::InvoiceTaken);
    apply(ledger, other).await;

    // Released, and its payee or account is not what it was.
    for (number, reason) in [
        (17, Reason::PayeeNotActive),
        (18, Reason::AccountChanged),
        (19, Reason::NotSent),
    ] {
        record(number, &|payout| payout.reason = Some(reason)).await;
    }

    // Slow, each by what its channel should take.
    for (number, seconds, channel) in [
        (11, 50, Channel::StandardAch),
        (12, 51, Channel::StandardAch),
        (13, 55, Channel::RealTimePay),
        (14, 49, Channel::SameDayAch),
    ] {
        let slow = record(number, &|payout| {
            payout.since = at(seconds);
            payout.channel = channel;
        })
        .await;
        bring_to(ledger, slow, &[State::Sending, State::Processing], 1).await;
    }
    for (number, seconds) in [(15, 60), (16, 61)] {
        record(number, &|payout| {
            payout.since = at(seconds);
            payout.state = State::AwaitingApproval;
        })
        .await;
    }

    let wanted = OverviewQuery {
        ended_since: at(10),
        stalled_since: [
            (Channel::StandardAch, at(50)),
            (Channel::SameDayAch, at(48)),
            (Channel::RealTimePay, at(55)),
            (Channel::Unspecified, at(0)),
        ],
        ..query()
    };
    let found = overview(ledger, wanted.clone()).await;
    let ids = |numbers: &[u128]| numbers.iter().copied().map(payout_id).collect::<Vec<_>>();
    let needs: Vec<_> = found.needs.iter().map(|needed| needed.need).collect();
    assert_eq!(needs, Need::ALL, "the most pressing first");
    assert_eq!(
        named(&found, Need::Returned),
        (2, ids(&[2, 1])),
        "the latest first, and none that came back too long ago"
    );
    assert_eq!(
        named(&found, Need::Failed),
        (1, ids(&[4])),
        "one that is paid again needs nothing"
    );
    assert_eq!(
        named(&found, Need::Undecided),
        (3, ids(&[10, 8, 7])),
        "what Remit resolves by itself does not wait for the owner"
    );
    assert_eq!(named(&found, Need::Held), (2, ids(&[18, 17])));
    assert_eq!(
        named(&found, Need::Stalled),
        (2, ids(&[13, 11])),
        "by the time that its channel should take"
    );
    assert_eq!(named(&found, Need::Approval), (2, ids(&[16, 15])));
    let whole = found.needs.iter().flat_map(|needed| &needed.newest);
    let whole = whole.cloned().collect::<Vec<_>>();
    assert!(whole.contains(&failed), "as the ledger holds it");

    let found = overview(ledger, OverviewQuery { limit: 1, ..wanted }).await;
    assert_eq!(
        named(&found, Need::Undecided),
        (3, ids(&[10])),
        "all are counted, so many are named"
    );
    assert_eq!(named(&found, Need::Returned), (2, ids(&[2])));
    assert_eq!(named(&found, Need::Approval), (2, ids(&[16])));
}

async fn what_is_on_its_way_is_counted_by_state_and_currency(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    for (number, money) in [(1, usd(100)), (2, krw(700)), (3, usd(250))] {
        record_payout(ledger, &payout(number, &owner, money)).await;
    }
    let mut scheduled = payout(4, &owner, usd(5));
    scheduled.state = State::Scheduled;
    record_payout(ledger, &scheduled).await;
    let mut draft = payout(5, &owner, usd(7));
    draft.state = State::Draft;
    record_payout(ledger, &draft).await;
    let sending = record_payout(ledger, &payout(6, &owner, usd(11))).await;
    bring_to(ledger, sending, &[State::Sending], 1).await;
    for (number, path) in [
        (7, PAID.as_slice()),
        (8, &[State::Cancelled]),
        (9, &[State::Sending, State::Failed]),
    ] {
        let ended = record_payout(ledger, &payout(number, &owner, usd(1_000))).await;
        bring_to(ledger, ended, path, 1).await;
    }
    let under_way = |state, payouts, sum| UnderWay {
        state,
        payouts,
        sum,
    };
    assert_eq!(
        overview(ledger, query()).await.under_way,
        [
            under_way(State::Scheduled, 1, usd(5)),
            under_way(State::Ready, 1, krw(700)),
            under_way(State::Ready, 2, usd(350)),
            under_way(State::Sending, 1, usd(11)),
        ],
        "neither what is being written nor what has ended"
    );
}

async fn what_was_paid_is_summed_by_month_and_currency(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    for (number, money, settled) in [
        (1, usd(100), -1),
        (2, usd(200), 0),
        (3, usd(300), 99),
        (4, usd(400), 100),
        (5, krw(500), 150),
        (6, usd(600), 299),
        (7, usd(700), 300),
    ] {
        let paid = record_payout(ledger, &payout(number, &owner, money)).await;
        bring_to(ledger, paid, &PAID, settled).await;
    }
    let back = record_payout(ledger, &payout(8, &owner, usd(800))).await;
    bring_to(ledger, back, &[&PAID[..], &[State::Returned]].concat(), 150).await;
    record_payout(ledger, &payout(9, &owner, usd(900))).await;

    let paid = |month, payouts, sum| PaidOut {
        month: at(month),
        payouts,
        sum,
    };
    assert_eq!(
        overview(ledger, query()).await.paid,
        [
            paid(100, 1, krw(500)),
            paid(0, 2, usd(500)),
            paid(100, 1, usd(400)),
            paid(200, 1, usd(600)),
        ],
        "from the beginning of a month to, but not into, the next; what came back was not paid"
    );
    let none = OverviewQuery {
        months: vec![at(0)],
        ..query()
    };
    assert_eq!(overview(ledger, none).await.paid, [], "no month, no sum");
}

async fn a_sum_that_cannot_be_held_is_refused(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    for number in 1..=2 {
        record_payout(ledger, &payout(number, &owner, usd(i64::MAX / 2))).await;
    }
    let found = overview(ledger, query()).await;
    assert_eq!(found.under_way[0].sum, usd(i64::MAX - 1), "exact");
    record_payout(ledger, &payout(3, &owner, usd(2))).await;
    let answer = ledger.overview(query()).await;
    assert!(
        matches!(answer, Err(LedgerError::Failed(_))),
        "never wrapped: {answer:?}"
    );
}
