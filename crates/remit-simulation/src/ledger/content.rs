//! What a ledger in memory holds, and the rules by which it changes.

use super::memory::Fault;
use jiff::Timestamp;
use remit_core::{
    AccountStatus, AccountToken, ChainHead, Currency, Due, Durability, Event, FundingAccount,
    IllegalEdge, InvoiceId, LedgerError, Money, Mutant, NewEvent, Payee, PayeeId, PayeeRow,
    PayeeStatus, Payout, PayoutChange, PayoutId, Reason, Recovery, RunId, State, allowed, mutated,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[derive(Clone, Default)]
pub(super) struct Content {
    pub(super) payees: BTreeMap<PayeeId, Payee>,
    pub(super) accounts: BTreeMap<(PayeeId, AccountToken), FundingAccount>,
    pub(super) payouts: BTreeMap<PayoutId, Payout>,
    pub(super) events: Vec<Event>,
    pub(super) recovery: Option<Recovery>,
    /// What records had that made room for these, and these have not.
    pub(super) replaced: BTreeSet<InvoiceId>,
    pub(super) lost: Vec<InvoiceId>,
    /// About what Pockyt has answered in the comparison that is under way.
    pub(super) compared: BTreeSet<InvoiceId>,
    /// How often what a notification told came again, and when last, by its place in the chain.
    pub(super) again: BTreeMap<u64, (u64, Timestamp)>,
    pub(super) faults: VecDeque<Fault>,
    pub(super) stuck: Option<PayoutId>,
    /// Payouts of which nothing is sent, as if their runs were paused.
    pub(super) held_back: BTreeSet<PayoutId>,
    /// Which payouts are of which run, as if there were runs here, and how many rows the longest has.
    pub(super) runs: (BTreeMap<PayoutId, RunId>, u64),
    /// The changes since the last that is on the disk: each payout as it was, and how many events there were.
    pub(super) deferred: Vec<(Payout, usize)>,
}

impl Content {
    pub(super) fn append(&mut self, events: Vec<NewEvent>) {
        for event in events {
            let seq = self.events.len() as u64 + 1;
            let previous = self.events.last().map_or("", |event| event.hash.as_str());
            let hash = event.hash(seq, previous);
            self.events.push(Event { seq, hash, event });
        }
    }

    /// How a comparison stands now.
    pub(super) fn compare(&mut self, recovery: Recovery) {
        let before = self.recovery.replace(recovery);
        if recovery.done_at.is_some() {
            let recorded = self.payouts.values().map(|payout| &payout.invoice_id);
            let settled: BTreeSet<_> = recorded.chain(&self.compared).collect();
            self.lost.retain(|invoice| !settled.contains(invoice));
        }
        let goes_on =
            before.is_some_and(|before| before.done_at.is_none() && before.since == recovery.since);
        if recovery.done_at.is_some() || !goes_on {
            self.compared.clear();
        }
    }

    pub(super) fn email_free(&self, payee: &Payee) -> Result<(), LedgerError> {
        let taken = self.payees.values().find(|other| {
            other.id != payee.id
                && other.status != PayeeStatus::Refused
                && other.email.to_lowercase() == payee.email.to_lowercase()
        });
        match taken {
            Some(other) if payee.status != PayeeStatus::Refused => {
                Err(LedgerError::EmailUsed(other.id))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn apply_all(
        &mut self,
        changes: Vec<PayoutChange>,
    ) -> Vec<Result<Payout, LedgerError>> {
        let durability = changes.iter().map(|change| change.durability).max();
        let mut answers = Vec::with_capacity(changes.len());
        for change in changes {
            let before = self.payouts.get(&change.payout.id).cloned();
            let events = self.events.len();
            let answer = self.apply_one(change);
            if answer.is_ok() {
                self.deferred.extend(before.map(|before| (before, events)));
            }
            answers.push(answer);
        }
        if durability == Some(Durability::AtOnce) {
            self.deferred.clear();
        }
        answers
    }

    /// Where the chain stands, as far as it is on the disk.
    pub(super) fn head(&self) -> ChainHead {
        let durable = match self.deferred.first() {
            Some((_, events)) => *events,
            None => self.events.len(),
        };
        let last = durable
            .checked_sub(1)
            .and_then(|last| self.events.get(last));
        last.map_or_else(ChainHead::default, |event| ChainHead {
            seq: event.seq,
            hash: event.hash.clone(),
        })
    }

    /// The power is cut: the newest changes that were not yet on the disk are as if they had never been made.
    pub(super) fn lose(&mut self, changes: usize) {
        for _ in 0..changes {
            if let Some((before, events)) = self.deferred.pop() {
                self.payouts.insert(before.id, before);
                self.events.truncate(events);
            }
        }
        self.deferred.clear();
    }

    fn apply_one(&mut self, change: PayoutChange) -> Result<Payout, LedgerError> {
        let mut after = change.payout;
        if self.stuck == Some(after.id) {
            return Err(LedgerError::Failed("this row cannot change".to_owned()));
        }
        let before = self
            .payouts
            .get(&after.id)
            .ok_or(LedgerError::NotFound)?
            .clone();
        if before.revision != after.revision && !mutated(Mutant::ClaimsWithoutRevision) {
            return Err(LedgerError::Conflict);
        }
        if !allowed(before.state, after.state) {
            return Err(IllegalEdge {
                from: before.state,
                to: after.state,
            }
            .into());
        }
        if before.state != after.state && change.events.is_empty() {
            return Err(LedgerError::Failed("without a word of why".to_owned()));
        }
        // What never left this computer is made afresh; nothing else of what was released ever changes.
        let never_left = before.state == State::Sending
            && after.state == State::Ready
            && after.attempts == 0
            && after.body.is_none();
        let same_body = before.body.is_none() || before.body == after.body || never_left;
        if released(&before) != released(&after) || !same_body {
            return Err(LedgerError::Failed(
                "what was released cannot change".to_owned(),
            ));
        }
        after.revision += 1;
        self.payouts.insert(after.id, after.clone());
        self.append(change.events);
        Ok(after)
    }

    /// Why a payout's payee or account is not what it was when it was released.
    pub(super) fn moved_target(&self, id: PayoutId) -> Option<Reason> {
        let payout = self.payouts.get(&id)?;
        let account = (payout.payee_id, payout.account_token.clone());
        let changed = self.accounts.get(&account).is_some_and(|account| {
            account.status == AccountStatus::Gone || account.changed_at > Some(payout.created_at)
        });
        if changed {
            return Some(Reason::AccountChanged);
        }
        let payee = self.payees.get(&payout.payee_id)?;
        (payee.status != PayeeStatus::Active).then_some(Reason::PayeeNotActive)
    }

    /// When payouts and payees are due.
    pub(super) fn dues(&self) -> impl Iterator<Item = Timestamp> {
        let payouts = self.payouts.values().filter_map(|payout| payout.next_at);
        let payees = self.payees.values();
        payouts.chain(payees.filter_map(|payee| payee.next_check_at))
    }

    pub(super) fn due(&self, now: Timestamp, limit: u32) -> Due {
        let payouts = Due::lists(limit).map(|(states, most)| {
            let rows = self.payouts.values();
            let rows = rows.filter(|payout| states.contains(&payout.state));
            let rows = rows.filter(|payout| {
                payout.state != State::Ready || !self.held_back.contains(&payout.id)
            });
            due(rows, |payout| payout.next_at, now, most)
        });
        let payees = due(
            self.payees.values(),
            |payee| payee.next_check_at,
            now,
            limit,
        );
        let next = self.dues().filter(|at| *at > now).min();
        Due::of(payouts, payees, next, now, limit)
    }

    /// Payouts that were released and neither cancelled nor failed, or were paid after all.
    pub(super) fn counted(&self) -> impl Iterator<Item = &Payout> {
        self.payouts
            .values()
            .filter(|payout| payout.may_have_paid() || payout.state == State::Returned)
    }

    pub(super) fn row(&self, payee: &Payee, paid_since: Timestamp) -> PayeeRow {
        let paid: Vec<&Payout> = self
            .payouts
            .values()
            .filter(|payout| payout.payee_id == payee.id && payout.state == State::Paid)
            .collect();
        let recent = paid
            .iter()
            .filter(|payout| payout.settled_at >= Some(paid_since));
        PayeeRow {
            payee: payee.clone(),
            usable_account: self
                .accounts_of(payee.id)
                .into_iter()
                .find(FundingAccount::usable),
            account_pending: self
                .accounts_of(payee.id)
                .iter()
                .any(|account| account.status == AccountStatus::Pending),
            last_paid_at: paid.iter().filter_map(|payout| payout.settled_at).max(),
            paid: sums(recent.map(|payout| payout.money)).unwrap_or_default(),
        }
    }

    pub(super) fn accounts_of(&self, payee: PayeeId) -> Vec<FundingAccount> {
        let mut accounts: Vec<FundingAccount> = self
            .accounts
            .values()
            .filter(|account| account.payee_id == payee)
            .cloned()
            .collect();
        accounts.sort_by_key(|account| {
            (
                !account.usable(),
                account.status == AccountStatus::Gone,
                account.first_seen_at,
                account.token.clone(),
            )
        });
        accounts
    }
}

/// Whether Pockyt reported how a payout ended.
pub(super) fn reported(payout: &Payout) -> bool {
    match payout.state {
        State::Paid | State::Returned => true,
        State::Failed => payout.reason == Some(Reason::ReportedFailed),
        _ => false,
    }
}

/// The word by which events call a state.
pub(super) fn word(state: State) -> Option<String> {
    let word = serde_json::to_value(state).ok()?;
    word.as_str().map(str::to_owned)
}

/// What of a payout is fixed by its release.
fn released(payout: &Payout) -> impl PartialEq + use<> {
    let names = (payout.payee_name.clone(), payout.account_label.clone());
    let texts = (payout.description.clone(), payout.ipn_url.clone());
    (
        payout.payee_id,
        payout.customer_no.clone(),
        payout.account_token.clone(),
        payout.money,
        payout.invoice_id.clone(),
        payout.request_key,
        payout.created_at,
        payout.retry_of,
        names,
        texts,
    )
}

pub(super) fn sums(amounts: impl Iterator<Item = Money>) -> Result<Vec<Money>, LedgerError> {
    let mut sums: BTreeMap<Currency, Money> = BTreeMap::new();
    for money in amounts {
        let sum = sums
            .entry(money.currency)
            .or_insert(Money::new(0, money.currency));
        *sum = sum
            .checked_add(money)
            .map_err(|error| LedgerError::Failed(error.to_string()))?;
    }
    Ok(sums.into_values().collect())
}

/// The rows whose time has come, earliest first.
pub(super) fn due<'r, T: Clone + 'r>(
    rows: impl Iterator<Item = &'r T>,
    at: impl Fn(&T) -> Option<Timestamp>,
    now: Timestamp,
    limit: u32,
) -> Vec<T> {
    let mut rows: Vec<&T> = rows
        .filter(|row| at(row).is_some_and(|at| at <= now))
        .collect();
    rows.sort_by_key(|row| at(row));
    rows.into_iter().take(limit as usize).cloned().collect()
}
