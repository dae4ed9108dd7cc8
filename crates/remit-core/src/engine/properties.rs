//! Whatever happens to a payout, in whatever order: what no sequence of inputs may ever make of it.

use super::policy::Policy;
use super::transition::{Input, step};
use crate::event::Source;
use crate::gateway::{
    Accepted, Answer, Certainty, GatewayError, PayoutSnapshot, Refusal, WireStatus,
};
use crate::ids::{Ids, InvoiceId, PayeeId, PayoutId, RequestKey, WireBody};
use crate::machine::allowed;
use crate::money::{Currency, Money};
use crate::payout::{Channel, Payout, Reason, State};
use jiff::{SignedDuration, Timestamp};
use proptest::option;
use proptest::prelude::*;
use uuid::Uuid;

struct NoChance;

impl Ids for NoChance {
    fn uuid(&self) -> Uuid {
        Uuid::nil()
    }

    fn below(&self, _: u64) -> u64 {
        0
    }
}

fn released() -> Payout {
    let now = Timestamp::from_second(1_790_000_000).unwrap();
    Payout {
        id: PayoutId(Uuid::from_u128(1)),
        payee_id: PayeeId(Uuid::from_u128(2)),
        customer_no: "2000".into(),
        payee_name: "Ana Núñez".to_owned(),
        account_token: "2010".into(),
        account_label: "Bank account".to_owned(),
        money: Money::new(12_500, Currency::USD),
        fee: None,
        invoice_id: "INV-1".into(),
        request_key: RequestKey(Uuid::from_u128(3)),
        channel: Channel::StandardAch,
        description: String::new(),
        note: String::new(),
        ipn_url: None,
        state: State::Ready,
        reason: None,
        detail: None,
        since: now,
        created_at: now,
        sent_at: None,
        settled_at: None,
        transaction_no: None,
        body: None,
        attempts: 0,
        not_found: 0,
        checks: 0,
        last_checked_at: None,
        next_at: Some(now),
        retry_of: None,
        retried_by: None,
        revision: 0,
    }
}

fn status() -> impl Strategy<Value = WireStatus> {
    prop_oneof![
        Just(WireStatus::Pending),
        Just(WireStatus::Success),
        Just(WireStatus::Failed),
        Just(WireStatus::Returned),
        Just(WireStatus::Other("onhold".to_owned())),
    ]
}

fn error() -> impl Strategy<Value = GatewayError> {
    let certainty = prop::sample::select(vec![
        Certainty::Refused,
        Certainty::NotSent,
        Certainty::Unknown,
    ]);
    let kind = prop::sample::select(vec![
        Refusal::Duplicate,
        Refusal::TokenRejected,
        Refusal::BadValue,
        Refusal::BalanceOrState,
        Refusal::Other,
        Refusal::Unrecognised,
        Refusal::Unreachable,
        Refusal::Timeout,
        Refusal::Garbled,
        Refusal::SystemError,
        Refusal::RateLimited,
        Refusal::Invalid,
    ]);
    (certainty, kind).prop_map(|(certainty, kind)| GatewayError {
        certainty,
        kind,
        words: None,
        field: None,
        evidence: None,
    })
}

fn snapshot() -> impl Strategy<Value = PayoutSnapshot> {
    (
        prop::sample::select(vec!["INV-1", "INV-1", "INV-1", "INV-2"]),
        option::of(prop::sample::select(vec!["3000", "3001"])),
        prop::sample::select(vec![Some(12_500), Some(12_500), Some(12_501), None]),
        prop::sample::select(vec![None, Some("2010"), Some("2011")]),
        status(),
    )
        .prop_map(|(invoice, number, minor, account, status)| PayoutSnapshot {
            invoice_id: InvoiceId::from(invoice),
            transaction_no: number.map(Into::into),
            money: minor.map(|minor| Money::new(minor, Currency::USD)),
            fee: None,
            account_token: account.map(Into::into),
            status,
        })
}

fn input() -> impl Strategy<Value = Input> {
    let source = prop::sample::select(vec![Source::Inquiry, Source::Notification]);
    prop_oneof![
        6 => "[a-z]{4}".prop_map(|body| Input::Claim(WireBody(body))),
        1 => (prop::sample::select(vec!["3000", "3001"]), status()).prop_map(|(number, status)| {
            Input::Accepted(Answer {
                value: Accepted { transaction_no: number.into(), fee: None, status },
                evidence: String::new(),
            })
        }),
        3 => error().prop_map(Input::Trouble),
        1 => Just(Input::Interrupted),
        1 => (snapshot(), source)
            .prop_map(|(snapshot, source)| Input::Reported(snapshot, source, String::new())),
        8 => Just(Input::NotFound(None)),
        1 => Just(Input::NotAnswered),
        1 => Just(Input::Cancel),
    ]
}

/// What really happened, kept apart from what the payout remembers.
#[derive(Default)]
struct Truth {
    /// A request may have reached Pockyt.
    may_have_left: bool,
    /// The last request was definitely refused.
    refused: bool,
    /// How many inquiries have found nothing since the last request.
    not_found: u32,
    /// When the last request may have left.
    last_sent: Option<Timestamp>,
}

impl Truth {
    fn note(&mut self, input: &Input, before: &Payout, after: &Payout, at: Timestamp) {
        let sending = before.state == State::Sending;
        let given_up = sending && after.state != State::Sending;
        match input {
            Input::Claim(_) => {
                self.not_found = 0;
                self.refused = false;
                self.last_sent = Some(at);
            }
            Input::Trouble(error) if sending => {
                self.may_have_left |= error.certainty != Certainty::NotSent;
                self.refused = error.certainty == Certainty::Refused;
                self.last_sent = Some(at);
            }
            Input::NotFound(_) if before.state == State::Unknown => self.not_found += 1,
            _ => self.may_have_left |= given_up,
        }
    }

    /// Whether failed is more than a guess.
    fn proves_failure(&self, input: &Input, before: &Payout) -> bool {
        match input {
            Input::Trouble(error) => {
                error.certainty == Certainty::Refused
                    || (error.certainty == Certainty::NotSent && error.kind == Refusal::Invalid)
            }
            Input::NotFound(_) => self.refused,
            Input::Reported(snapshot, source, _) => {
                let ours = snapshot.invoice_id == before.invoice_id;
                let taken = *source == Source::Inquiry && before.state == State::Unknown;
                ours && (snapshot.status == WireStatus::Failed || taken)
            }
            _ => false,
        }
    }
}

fn identity(payout: &Payout) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        payout.id,
        payout.payee_id,
        payout.customer_no.clone(),
        payout.account_token.clone(),
        payout.money,
        payout.invoice_id.clone(),
        payout.request_key,
        payout.revision,
    )
}

const SETTLED: [State; 4] = [
    State::Paid,
    State::Failed,
    State::Returned,
    State::Cancelled,
];

fn check(
    truth: &Truth,
    input: &Input,
    before: &Payout,
    after: &Payout,
    policy: &Policy,
    at: Timestamp,
) -> Result<(), TestCaseError> {
    let (from, to) = (before.state, after.state);
    prop_assert!(allowed(from, to), "{from:?} to {to:?}");
    prop_assert_eq!(identity(before), identity(after));
    if before.attempts > 0 && after.attempts > 0 {
        prop_assert_eq!(&before.body, &after.body);
        prop_assert_eq!(before.sent_at, after.sent_at);
    }
    if SETTLED.contains(&from) {
        prop_assert!(to == from || (from == State::Paid && to == State::Returned));
        prop_assert!(to != from || before.settled_at == after.settled_at);
    }
    prop_assert_eq!(SETTLED.contains(&to), after.settled_at.is_some());
    if truth.may_have_left {
        prop_assert!(!matches!(to, State::Ready | State::Cancelled));
        prop_assert!(after.attempts > 0 && after.body.is_some());
        prop_assert!(!after.cancellable());
    }
    if to == State::Failed && from != to {
        prop_assert!(truth.proves_failure(input, before), "failed without proof");
    }
    if to == State::Paid && from != to {
        let told = matches!(input, Input::Reported(told, ..) if told.status == WireStatus::Success);
        prop_assert!(told, "paid without being told");
    }
    if from == State::Unknown && to == State::Sending {
        prop_assert!(truth.not_found >= policy.not_found_before_resend);
        let waited = truth.last_sent.map(|sent| at.duration_since(sent));
        prop_assert!(waited >= Some(policy.resend_after));
    }
    // Nothing that is not settled is ever left without a time at which it is looked at again.
    prop_assert!(
        SETTLED.contains(&to) || after.next_at.is_some(),
        "{to:?} for ever"
    );
    prop_assert!(to != State::Unknown || after.reason.is_some());
    prop_assert!(to != State::Cancelled || after.reason == Some(Reason::Withdrawn));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn no_sequence_of_inputs_makes_a_payout_lie(
        steps in prop::collection::vec((input(), 0_i64..120), 1..60)
    ) {
        let policy = Policy::default();
        let mut payout = released();
        let mut at = payout.created_at;
        let mut truth = Truth::default();
        for (input, seconds) in steps {
            at = at.checked_add(SignedDuration::from_secs(seconds)).unwrap();
            // What is refused as senseless changes nothing.
            let Ok(played) = step(&payout, input.clone(), at, &policy, &NoChance) else {
                continue;
            };
            let after = played.change.payout;
            // The truth before a claim is what allows it; the truth after anything else is what it must obey.
            if let Input::Claim(_) = input {
                check(&truth, &input, &payout, &after, &policy, at)?;
                truth.note(&input, &payout, &after, at);
            } else {
                truth.note(&input, &payout, &after, at);
                check(&truth, &input, &payout, &after, &policy, at)?;
            }
            payout = after;
        }
    }
}
