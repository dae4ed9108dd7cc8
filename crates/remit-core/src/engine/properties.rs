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
        1 => "[a-z]{4}".prop_map(|body| Input::Ask(WireBody(body))),
        1 => (prop::sample::select(vec!["3000", "3001"]), status()).prop_map(|(number, status)| {
            Input::Accepted(Answer {
                value: Accepted { transaction_no: number.into(), fee: None, status },
                evidence: String::new(),
            })
        }),
        3 => error().prop_map(Input::Trouble),
        1 => Just(Input::GivenBack),
        1 => prop::sample::select(vec![Reason::AccountChanged, Reason::PayeeNotActive])
            .prop_map(Input::Held),
        1 => Just(Input::Interrupted),
        1 => (snapshot(), source)
            .prop_map(|(snapshot, source)| Input::Reported(snapshot, source, String::new())),
        8 => Just(Input::NotFound(None)),
        1 => Just(Input::NotAnswered),
        1 => Just(Input::Cancel),
    ]
}

fn seconds() -> impl Strategy<Value = i64> {
    prop_oneof![30 => 0_i64..120, 1 => 0_i64..100_000]
}

/// What really happened, kept apart from what the payout remembers.
#[derive(Default)]
struct Truth {
    /// A request may have reached Pockyt.
    may_have_left: bool,
    /// How many requests may have left.
    sendings: u32,
    /// The answer to the only request was a definite refusal.
    refused: bool,
    /// The answer to the only request was "duplicate".
    duplicate: bool,
    /// How many inquiries have found nothing since the last request.
    not_found: u32,
    /// When an inquiry last found nothing.
    last_not_found: Option<Timestamp>,
    /// When the first request may have left, and the last.
    first_sent: Option<Timestamp>,
    last_sent: Option<Timestamp>,
}

impl Truth {
    fn note(&mut self, input: &Input, before: &Payout, after: &Payout, at: Timestamp) {
        let sending = before.state == State::Sending;
        let given_up = sending && after.state != State::Sending;
        match input {
            Input::Claim(_) | Input::Ask(_) => {
                self.not_found = 0;
                self.refused = false;
                self.duplicate = false;
                self.sendings += 1;
                self.first_sent.get_or_insert(at);
                self.last_sent = Some(at);
            }
            Input::Trouble(_) | Input::GivenBack | Input::Held(_)
                if after.state == State::Ready =>
            {
                self.sendings = 0;
                self.first_sent = None;
            }
            Input::Trouble(error) if sending => {
                let left = error.certainty != Certainty::NotSent;
                self.may_have_left |= left;
                self.refused = self.sendings == 1 && error.certainty == Certainty::Refused;
                self.duplicate = self.sendings == 1 && left && error.kind == Refusal::Duplicate;
                self.last_sent = Some(at);
            }
            Input::NotFound(_) if before.state == State::Unknown => {
                self.not_found += 1;
                self.last_not_found = Some(at);
            }
            _ => self.may_have_left |= given_up,
        }
    }

    /// Whether "no such payout" was told often enough, and long enough after the last request.
    fn absent(&self, policy: &Policy, at: Timestamp, wait: SignedDuration) -> bool {
        let waited = self.last_sent.map(|sent| at.duration_since(sent));
        self.not_found >= policy.not_found_before_resend && waited >= Some(wait)
    }

    /// Whether failed is more than a guess.
    fn proves_failure(
        &self,
        input: &Input,
        before: &Payout,
        policy: &Policy,
        at: Timestamp,
    ) -> bool {
        match input {
            Input::Trouble(error) => {
                let known = !matches!(error.kind, Refusal::Duplicate | Refusal::BalanceOrState);
                self.sendings == 1
                    && ((error.certainty == Certainty::Refused && known)
                        || (error.certainty == Certainty::NotSent
                            && error.kind == Refusal::Invalid))
            }
            Input::NotFound(_) => {
                let first_was_not_taken = self.refused || self.duplicate;
                (first_was_not_taken && self.absent(policy, at, policy.resend_after))
                    || self.absent(policy, at, policy.resend_for)
            }
            Input::Reported(told, source, _) => {
                let inquired = *source == Source::Inquiry;
                let taken = self.duplicate && inquired && before.state == State::Unknown;
                let ours = told.invoice_id == before.invoice_id;
                ours && (taken
                    || (told.status == WireStatus::Failed && agrees(told, before, inquired)))
            }
            _ => false,
        }
    }
}

/// Whether a report is about this payout beyond doubt, or leaves out what could raise one.
fn agrees(told: &PayoutSnapshot, payout: &Payout, inquired: bool) -> bool {
    let ours = payout.transaction_no.as_ref();
    let same_number = ours.is_some() && told.transaction_no.as_ref() == ours;
    let other_number = ours.is_some() && told.transaction_no.is_some() && !same_number;
    let money = told.money.map_or(inquired, |money| money == payout.money);
    let account = told.account_token.as_ref();
    let account = account.is_none_or(|token| *token == payout.account_token);
    !other_number && ((inquired && same_number) || (money && account))
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
        let proved = truth.proves_failure(input, before, policy, at);
        prop_assert!(proved, "failed without proof");
    }
    if to == State::Paid && from != to {
        let told = matches!(input, Input::Reported(told, source, _)
            if told.status == WireStatus::Success
                && agrees(told, before, *source == Source::Inquiry));
        prop_assert!(told, "paid without being told");
        let another = truth.duplicate && from == State::Unknown;
        prop_assert!(!another, "another payment was taken for this one");
    }
    if from == State::Unknown && to == State::Sending {
        prop_assert!(truth.absent(policy, at, policy.resend_after));
        let since = |then: Option<Timestamp>| then.map(|then| at.duration_since(then));
        prop_assert!(since(truth.last_not_found) < Some(SignedDuration::from_mins(2)));
        prop_assert!(since(truth.first_sent) < Some(SignedDuration::from_hours(24)));
        prop_assert!(truth.sendings < 3 && !truth.duplicate && !truth.refused);
    }
    // Nothing that is not settled is ever left without a time at which it is looked at again.
    prop_assert!(
        SETTLED.contains(&to) || after.next_at.is_some(),
        "{to:?} for ever"
    );
    prop_assert!(to != State::Unknown || after.reason.is_some());
    let withdrawn = after.reason == Some(Reason::Withdrawn) || after.paid_after_all();
    prop_assert!(to != State::Cancelled || withdrawn);
    // What Pockyt says was paid is not tried again, whatever it was before, until Pockyt, asked, takes that back.
    if let (Input::Reported(told, source, _), State::Failed | State::Cancelled) = (input, from) {
        let paid = told.status == WireStatus::Success && told.invoice_id == before.invoice_id;
        let inquired = *source == Source::Inquiry;
        let doubted = paid && agrees(told, before, inquired);
        prop_assert!(!doubted || (after.paid_after_all() && !after.retryable()));
        let taken_back = before.paid_after_all() && !after.paid_after_all();
        prop_assert!(!taken_back || (inquired && !paid));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn no_sequence_of_inputs_makes_a_payout_lie(
        steps in prop::collection::vec((input(), seconds()), 1..60)
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
            if let Input::Claim(_) | Input::Ask(_) = input {
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
