//! What is known of earlier payouts, and the chain of events.

use super::samples::{
    account, apply, assert_chained, at, bring_to, krw, payee, payee_id, payout, payout_id,
    record_payee, record_payout, usd,
};
use crate::{
    AccountStatus, AccountToken, Channel, EventKind, History, InvoiceId, Ledger, NewEvent, Reason,
    Sent, SimilarInvoice, Source, State, Subject, Verdict, Verified,
};

pub(super) async fn run<L: Ledger>(open: &impl AsyncFn() -> L) {
    earlier_payouts_are_known(&open().await).await;
    the_last_invoice_number_is_known(&open().await).await;
    similar_invoice_ids_are_found(&open().await).await;
    events_are_kept_as_they_are(&open().await).await;
    an_empty_ledger_is_sound(&open().await).await;
}

async fn earlier_payouts_are_known(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let other = record_payee(ledger, &payee(2, "Bo", "Chen")).await;
    let token = payout(1, &owner, usd(1)).account_token;
    let known = ledger
        .history(owner.id, &token, usd(0).currency)
        .await
        .unwrap();
    assert_eq!(
        known,
        History::default(),
        "nothing is known of a payee who was never paid"
    );

    let paid = [State::Sending, State::Processing, State::Paid];
    let mut with_fee = record_payout(ledger, &payout(1, &owner, usd(100))).await;
    with_fee.fee = Some(usd(35));
    bring_to(ledger, with_fee, &paid, 1).await;
    let failed = record_payout(ledger, &payout(2, &owner, usd(200))).await;
    bring_to(ledger, failed, &[State::Sending, State::Failed], 1).await;
    let cancelled = record_payout(ledger, &payout(3, &owner, usd(300))).await;
    bring_to(ledger, cancelled, &[State::Cancelled], 1).await;
    let won = record_payout(ledger, &payout(4, &owner, krw(400))).await;
    bring_to(ledger, won, &paid, 1).await;
    let mut elsewhere = payout(5, &owner, usd(500));
    elsewhere.account_token = AccountToken::from("2010-other");
    let elsewhere = record_payout(ledger, &elsewhere).await;
    bring_to(ledger, elsewhere, &[State::Sending], 1).await;
    record_payout(ledger, &payout(6, &owner, usd(600))).await;
    record_payout(ledger, &payout(7, &other, usd(700))).await;
    let mut draft = payout(8, &owner, usd(800));
    draft.state = State::Draft;
    record_payout(ledger, &draft).await;

    let known = ledger
        .history(owner.id, &token, usd(0).currency)
        .await
        .unwrap();
    assert_eq!(
        known.count, 4,
        "released, neither cancelled nor failed, in any currency, to this payee"
    );
    let sent = |number: u128| Sent {
        payout: payout_id(number),
        minor: i64::try_from(number).unwrap() * 100,
        at: at(i64::try_from(number).unwrap()),
    };
    assert_eq!(
        known.recent,
        [sent(6), sent(5), sent(1)],
        "those in this currency, newest first"
    );
    assert_eq!(
        known.account_last_used,
        Some(at(4)),
        "when the account was last sent anything, in any currency"
    );
    let mut here = account(&owner, token.as_str(), AccountStatus::Activated, 1);
    let standard = Channel::StandardAch;
    assert_eq!(
        known.fee(&here, standard),
        Some(usd(35)),
        "the last fee that Pockyt told"
    );
    assert_eq!(known.fee(&here, Channel::SameDayAch), None, "of this speed");
    here.kind = "PAYPAL".to_owned();
    assert_eq!(
        known.fee(&here, standard),
        None,
        "of an account of this kind"
    );

    let doubted = record_payout(ledger, &payout(9, &owner, usd(900))).await;
    let mut doubted = bring_to(ledger, doubted, &[State::Sending, State::Failed], 1).await;
    doubted.reason = Some(Reason::PaidAfterAll);
    apply(ledger, doubted).await;
    let returned = record_payout(ledger, &payout(10, &owner, usd(1000))).await;
    let path = [&paid[..], &[State::Returned]].concat();
    bring_to(ledger, returned, &path, 1).await;
    let known = ledger
        .history(owner.id, &token, usd(0).currency)
        .await
        .unwrap();
    assert_eq!(
        known.count, 6,
        "what failed and was paid after all is counted"
    );
    let kept = [sent(9), sent(6), sent(5), sent(1)];
    assert_eq!(known.recent, kept, "what came back is not among them");

    for number in 20..40 {
        let returned = record_payout(ledger, &payout(number, &owner, usd(9000))).await;
        bring_to(ledger, returned, &path, 1).await;
    }
    let known = ledger
        .history(owner.id, &token, usd(0).currency)
        .await
        .unwrap();
    assert_eq!(known.recent, kept, "however much came back since");

    for number in 100..125 {
        record_payout(ledger, &payout(number, &owner, usd(1))).await;
    }
    let known = ledger
        .history(owner.id, &token, usd(0).currency)
        .await
        .unwrap();
    assert_eq!(known.count, 51);
    assert_eq!(known.recent.len(), 20, "no more than the last 20");
    assert_eq!(known.recent[0].at, at(124));
}

async fn the_last_invoice_number_is_known(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    assert_eq!(ledger.last_invoice_number("INV-202601-").await, Ok(None));
    let invoices = [
        "INV-202601-0009",
        "INV-202601-0010",
        "INV-202601-7",
        "INV-202602-0500",
        "INV-202601-x",
        "inv-202601-0999",
        "INV-202601-99999999999999999999999999",
        "XINV-202601-0777",
        "INV-202601-",
    ];
    for (number, invoice) in (1..).zip(invoices) {
        let mut payout = payout(number, &owner, usd(1));
        payout.invoice_id = InvoiceId::from(invoice);
        record_payout(ledger, &payout).await;
    }
    assert_eq!(
        ledger.last_invoice_number("INV-202601-").await,
        Ok(Some(10)),
        "as a number, not as a text; only of this prefix"
    );
    assert_eq!(
        ledger.last_invoice_number("INV-202602-").await,
        Ok(Some(500))
    );
    assert_eq!(
        ledger.last_invoice_number("INV-").await,
        Ok(Some(500)),
        "the number that ends the invoice ID"
    );
    assert_eq!(
        ledger.last_invoice_number("INV-202601-00").await,
        Ok(Some(10)),
        "a prefix may end within the number"
    );
    assert_eq!(
        ledger.last_invoice_number("%").await,
        Ok(None),
        "no wildcards"
    );
}

async fn similar_invoice_ids_are_found(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let other = record_payee(ledger, &payee(2, "Bo", "Chen")).await;
    let record = async |number: u128, payee, invoice: &str, state| {
        let mut payout = payout(number, payee, usd(1));
        payout.invoice_id = InvoiceId::from(invoice);
        payout.state = state;
        record_payout(ledger, &payout).await
    };
    let ask = async |invoices: &[&str]| {
        let invoices: Vec<_> = invoices.iter().map(|text| InvoiceId::from(*text)).collect();
        ledger.similar_invoices(&invoices).await.unwrap()
    };
    let first = record(1, &owner, "INV-007", State::Ready).await;
    record(2, &other, "inv 7", State::Cancelled).await;
    record(3, &owner, "INV-0071", State::Ready).await;
    record(4, &owner, "2026-01", State::Ready).await;

    let doubted = record(5, &owner, "INV-8", State::Ready).await;
    let mut doubted = bring_to(ledger, doubted, &[State::Sending, State::Failed], 1).await;
    doubted.reason = Some(Reason::PaidAfterAll);
    apply(ledger, doubted).await;
    let eighth = ask(&["8"]).await;
    assert!(eighth[0].may_have_paid, "paid after all: {eighth:?}");

    assert_eq!(
        ask(&["#7"]).await,
        [
            SimilarInvoice {
                asked: InvoiceId::from("#7"),
                payout: payout_id(2),
                invoice_id: InvoiceId::from("inv 7"),
                payee_id: other.id,
                money: usd(1),
                may_have_paid: false,
                run: None,
            },
            SimilarInvoice {
                asked: InvoiceId::from("#7"),
                payout: payout_id(1),
                invoice_id: InvoiceId::from("INV-007"),
                payee_id: owner.id,
                money: usd(1),
                may_have_paid: true,
                run: None,
            },
        ],
        "to whomever and whatever became of it, newest first"
    );
    let found = ask(&["2026/1", "INV-9", "INV-007", "2026/1", "20261", "%", ""]).await;
    let pairs: Vec<_> = found
        .iter()
        .map(|similar| (similar.asked.as_str(), similar.payout))
        .collect();
    assert_eq!(
        pairs,
        [
            ("2026/1", payout_id(4)),
            ("INV-007", payout_id(2)),
            ("INV-007", payout_id(1)),
            ("2026/1", payout_id(4))
        ],
        "many at once, in the order in which they were asked about, itself among them"
    );

    bring_to(ledger, first, &[State::Sending, State::Failed], 1).await;
    let last = ask(&["7"]).await.pop();
    assert!(last.is_some_and(|it| !it.may_have_paid), "as it stands");
}

async fn events_are_kept_as_they_are(ledger: &impl Ledger) {
    let mut full = NewEvent::new(
        at(1),
        Subject::Nothing,
        EventKind::Notified,
        Source::Notification,
    )
    .reason("no such invoice 发票".to_owned())
    .evidence("{\"status\":\"success\"}".to_owned());
    full.from = Some("ready".to_owned());
    full.to = Some("sending".to_owned());
    full.verdict = Some(Verdict::Unmatched);
    let bare = NewEvent::new(
        at(2),
        Subject::Payee(payee_id(5)),
        EventKind::Created,
        Source::Owner,
    );
    let last = NewEvent::new(
        at(0),
        Subject::Nothing,
        EventKind::Notified,
        Source::Notification,
    );
    ledger
        .record_events(vec![full.clone(), bare.clone()])
        .await
        .unwrap();
    ledger.record_events(Vec::new()).await.unwrap();
    ledger.record_events(vec![last.clone()]).await.unwrap();

    let unmatched = ledger.events(Subject::Nothing).await.unwrap();
    assert_eq!(
        unmatched
            .iter()
            .map(|event| &event.event)
            .collect::<Vec<_>>(),
        [&full, &last],
        "as they were, in the order they came"
    );
    let of_payee = ledger.events(Subject::Payee(payee_id(5))).await.unwrap();
    assert_eq!(
        of_payee
            .iter()
            .map(|event| &event.event)
            .collect::<Vec<_>>(),
        [&bare],
        "each under its own subject"
    );
    assert_eq!(
        ledger.events(Subject::Payee(payee_id(6))).await,
        Ok(Vec::new())
    );

    let mut chain = unmatched;
    chain.extend(of_payee);
    chain.sort_by_key(|event| event.seq);
    assert_chained(&chain);
    let head = chain.last().unwrap().hash.clone();
    assert_eq!(
        ledger.verify().await,
        Ok(Verified {
            events: 3,
            head,
            broken_at: None
        })
    );
}

async fn an_empty_ledger_is_sound(ledger: &impl Ledger) {
    assert_eq!(
        ledger.verify().await,
        Ok(Verified {
            events: 0,
            head: String::new(),
            broken_at: None
        })
    );
    assert_eq!(ledger.next_due().await, Ok(None));
}
