//! A ledger in memory that keeps every promise of the port, and can break on demand.

use super::lists::{Sorted, descending, fold, page_of};
use async_trait::async_trait;
use jiff::Timestamp;
use remit_core::{
    AccountStatus, AccountToken, ChainHead, Currency, CustomerNo, Event, EventKind, FundingAccount,
    History, IllegalEdge, InvoiceId, InvoiceSeries, Learnt, Ledger, LedgerError, Money, NewEvent,
    Page, Payee, PayeeId, PayeeQuery, PayeeRow, PayeeSort, PayeeStatus, Payout, PayoutChange,
    PayoutId, PayoutPage, PayoutQuery, PayoutSort, Reason, Recorded, Recovery, Source, State,
    Subject, Verdict, Verified, allowed,
};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

/// What goes wrong with one write.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Nothing: this write goes through.
    None,
    /// It fails and changes nothing.
    Fails(LedgerError),
    /// It becomes durable, and the process dies before it learns so.
    DiesAfter,
}

#[derive(Clone, Default)]
struct Content {
    payees: BTreeMap<PayeeId, Payee>,
    accounts: BTreeMap<(PayeeId, AccountToken), FundingAccount>,
    payouts: BTreeMap<PayoutId, Payout>,
    events: Vec<Event>,
    recovery: Option<Recovery>,
    faults: VecDeque<Fault>,
    stuck: Option<PayoutId>,
}

/// A copy of a ledger.
pub(crate) struct Copy(Content);

#[derive(Default)]
pub(crate) struct MemoryLedger {
    content: Mutex<Content>,
}

impl MemoryLedger {
    /// The next writes meet these faults, one each.
    pub(crate) fn break_writes(&self, faults: impl IntoIterator<Item = Fault>) {
        self.open().faults = faults.into_iter().collect();
    }

    /// Each change of this payout is refused, until told otherwise.
    pub(crate) fn refuse_changes_of(&self, payout: Option<PayoutId>) {
        self.open().stuck = payout;
    }

    /// A payout, for a test to look at.
    pub(crate) fn payout_by_id(&self, id: PayoutId) -> Option<Payout> {
        self.open().payouts.get(&id).cloned()
    }

    /// Every payout, for a test to look at.
    pub(crate) fn all_payouts(&self) -> Vec<Payout> {
        self.open().payouts.values().cloned().collect()
    }

    /// A copy of all that is on record.
    pub(crate) fn copy(&self) -> Copy {
        Copy(self.open().clone())
    }

    /// Puts a copy in place of all that is on record.
    pub(crate) fn put_back(&self, copy: &Copy) {
        self.open().clone_from(&copy.0);
    }

    /// The content, after others have had a turn.
    async fn read<T>(&self, look: impl FnOnce(&Content) -> T) -> T {
        tokio::task::yield_now().await;
        look(&self.open())
    }

    fn open(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap()
    }

    async fn write<T>(
        &self,
        change: impl FnOnce(&mut Content) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        // Others get a turn before each operation, as they do with a real store.
        tokio::task::yield_now().await;
        let (result, dies) = {
            let mut content = self.open();
            let fault = content.faults.pop_front().unwrap_or(Fault::None);
            if let Fault::Fails(error) = fault {
                return Err(error);
            }
            (change(&mut content), matches!(fault, Fault::DiesAfter))
        };
        if dies {
            std::future::pending::<()>().await;
        }
        result
    }
}

impl Content {
    fn append(&mut self, events: Vec<NewEvent>) {
        for event in events {
            let seq = self.events.len() as u64 + 1;
            let previous = self.events.last().map_or("", |event| event.hash.as_str());
            let hash = event.hash(seq, previous);
            self.events.push(Event { seq, hash, event });
        }
    }

    fn email_free(&self, payee: &Payee) -> Result<(), LedgerError> {
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
        if before.revision != after.revision {
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

    /// Payouts that were released and neither cancelled nor failed.
    fn counted(&self) -> impl Iterator<Item = &Payout> {
        self.payouts.values().filter(|payout| {
            !matches!(
                payout.state,
                State::Draft | State::Cancelled | State::Failed
            )
        })
    }

    fn row(&self, payee: &Payee, paid_since: Timestamp) -> PayeeRow {
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
            last_paid_at: paid.iter().filter_map(|payout| payout.settled_at).max(),
            paid: sums(recent.map(|payout| payout.money)).unwrap(),
        }
    }

    fn accounts_of(&self, payee: PayeeId) -> Vec<FundingAccount> {
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
fn reported(payout: &Payout) -> bool {
    match payout.state {
        State::Paid | State::Returned => true,
        State::Failed => payout.reason == Some(Reason::ReportedFailed),
        _ => false,
    }
}

/// The word by which events call a state.
fn word(state: State) -> Option<String> {
    let word = serde_json::to_value(state).unwrap();
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

fn sums(amounts: impl Iterator<Item = Money>) -> Result<Vec<Money>, LedgerError> {
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

fn due<T: Clone>(
    rows: impl Iterator<Item = T>,
    at: impl Fn(&T) -> Option<Timestamp>,
    now: Timestamp,
    limit: u32,
) -> Vec<T> {
    let mut rows: Vec<T> = rows
        .filter(|row| at(row).is_some_and(|at| at <= now))
        .collect();
    rows.sort_by_key(at);
    rows.truncate(limit as usize);
    rows
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn record_payee(
        &self,
        payee: Payee,
        events: Vec<NewEvent>,
    ) -> Result<Recorded<Payee>, LedgerError> {
        self.write(|content| {
            let mut payee = payee;
            if let Some(known) = content.payees.get(&payee.id) {
                if known.status != PayeeStatus::Refused {
                    return Ok(Recorded::Known(known.clone()));
                }
                payee.revision = known.revision + 1;
            }
            content.email_free(&payee)?;
            content.payees.insert(payee.id, payee.clone());
            content.append(events);
            Ok(Recorded::New(payee))
        })
        .await
    }

    async fn change_payee(
        &self,
        payee: Payee,
        events: Vec<NewEvent>,
    ) -> Result<Payee, LedgerError> {
        self.write(|content| {
            let known = content.payees.get(&payee.id).ok_or(LedgerError::NotFound)?;
            if known.revision != payee.revision {
                return Err(LedgerError::Conflict);
            }
            content.email_free(&payee)?;
            let payee = Payee {
                revision: payee.revision + 1,
                ..payee
            };
            content.payees.insert(payee.id, payee.clone());
            content.append(events);
            Ok(payee)
        })
        .await
    }

    async fn record_accounts(
        &self,
        payee: PayeeId,
        accounts: Vec<FundingAccount>,
        events: Vec<NewEvent>,
    ) -> Result<(), LedgerError> {
        self.write(|content| {
            if !content.payees.contains_key(&payee) {
                return Err(LedgerError::NotFound);
            }
            for account in accounts {
                content
                    .accounts
                    .insert((payee, account.token.clone()), account);
            }
            content.append(events);
            Ok(())
        })
        .await
    }

    async fn payee(&self, id: PayeeId) -> Result<Option<Payee>, LedgerError> {
        Ok(self.read(|content| content.payees.get(&id).cloned()).await)
    }

    async fn payee_row(
        &self,
        id: PayeeId,
        paid_since: Timestamp,
    ) -> Result<Option<PayeeRow>, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        Ok(content
            .payees
            .get(&id)
            .map(|payee| content.row(payee, paid_since)))
    }

    async fn payee_by_customer_no(
        &self,
        customer_no: &CustomerNo,
    ) -> Result<Option<Payee>, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let mut payees = content.payees.values();
        Ok(payees
            .find(|payee| payee.customer_no.as_ref() == Some(customer_no))
            .cloned())
    }

    async fn payee_by_email(&self, email: &str) -> Result<Option<Payee>, LedgerError> {
        let same = |payee: &&Payee| {
            payee.status != PayeeStatus::Refused
                && payee.email.to_lowercase() == email.to_lowercase()
        };
        Ok(self
            .read(|content| content.payees.values().find(same).cloned())
            .await)
    }

    async fn accounts(&self, payee: PayeeId) -> Result<Vec<FundingAccount>, LedgerError> {
        Ok(self.read(|content| content.accounts_of(payee)).await)
    }

    async fn payees(
        &self,
        query: PayeeQuery,
        paid_since: Timestamp,
    ) -> Result<Page<PayeeRow>, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let needle = fold(&query.search);
        let wanted = |payee: &&Payee| {
            let text = fold(&format!(
                "{} {} {} {} {}",
                payee.display_name(),
                payee.first_name,
                payee.last_name,
                payee.email,
                payee.customer_no.as_ref().map_or("", CustomerNo::as_str),
            ));
            let listed = if query.statuses.is_empty() {
                payee.status != PayeeStatus::Refused
            } else {
                query.statuses.contains(&payee.status)
            };
            listed && needle.split(' ').all(|word| text.contains(word))
        };
        let rows = content.payees.values().filter(wanted).map(|payee| {
            let row = content.row(payee, paid_since);
            let name = fold(&payee.display_name());
            let key = match query.sort {
                PayeeSort::Name => name,
                PayeeSort::Status => format!("{:?} {name}", payee.status),
                PayeeSort::LastPaid => descending(row.last_paid_at),
                PayeeSort::Newest => descending(Some(payee.created_at)),
            };
            Sorted::new(key, payee.id, row)
        });
        page_of(
            &format!("{:?}", query.sort),
            rows.collect(),
            query.cursor.as_deref(),
            query.limit,
        )
    }

    async fn payees_due(&self, now: Timestamp, limit: u32) -> Result<Vec<Payee>, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let rows = content.payees.values().cloned();
        Ok(due(rows, |payee| payee.next_check_at, now, limit))
    }

    async fn record_payout(
        &self,
        payout: Payout,
        events: Vec<NewEvent>,
    ) -> Result<Recorded<Payout>, LedgerError> {
        self.write(|content| {
            if let Some(known) = content.payouts.get(&payout.id) {
                return Ok(Recorded::Known(known.clone()));
            }
            if content
                .payouts
                .values()
                .any(|other| other.invoice_id == payout.invoice_id)
            {
                return Err(LedgerError::InvoiceUsed(payout.invoice_id));
            }
            if !content.payees.contains_key(&payout.payee_id) {
                return Err(LedgerError::NotFound);
            }
            if let Some(earlier) = payout.retry_of {
                let earlier = content
                    .payouts
                    .get_mut(&earlier)
                    .ok_or(LedgerError::NotFound)?;
                if !earlier.retryable() {
                    return Err(LedgerError::Conflict);
                }
                earlier.retried_by = Some(payout.id);
                earlier.revision += 1;
            }
            content.payouts.insert(payout.id, payout.clone());
            content.append(events);
            Ok(Recorded::New(payout))
        })
        .await
    }

    async fn apply(
        &self,
        changes: Vec<PayoutChange>,
    ) -> Result<Vec<Result<Payout, LedgerError>>, LedgerError> {
        self.write(|content| {
            Ok(changes
                .into_iter()
                .map(|change| content.apply_one(change))
                .collect())
        })
        .await
    }

    async fn payout(&self, id: PayoutId) -> Result<Option<Payout>, LedgerError> {
        Ok(self.read(|content| content.payouts.get(&id).cloned()).await)
    }

    async fn payout_by_invoice(
        &self,
        invoice_id: &InvoiceId,
    ) -> Result<Option<Payout>, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let mut payouts = content.payouts.values();
        Ok(payouts
            .find(|payout| payout.invoice_id == *invoice_id)
            .cloned())
    }

    async fn payouts(&self, query: PayoutQuery) -> Result<PayoutPage, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let needle = fold(&query.search);
        let wanted = |payout: &&Payout| {
            let text = fold(&format!(
                "{} {} {} {}",
                payout.payee_name,
                payout.invoice_id,
                payout
                    .transaction_no
                    .as_ref()
                    .map_or("", |number| number.as_str()),
                payout.description,
            ));
            (query.states.is_empty() || query.states.contains(&payout.state))
                && query.payee_id.is_none_or(|id| id == payout.payee_id)
                && query.from.is_none_or(|from| payout.created_at >= from)
                && query.to.is_none_or(|to| payout.created_at < to)
                && needle.split(' ').all(|word| text.contains(word))
        };
        let found: Vec<&Payout> = content.payouts.values().filter(wanted).collect();
        let sums = sums(found.iter().map(|payout| payout.money))?;
        let rows = found.into_iter().map(|payout| {
            let key = match query.sort {
                PayoutSort::Newest => descending(Some(payout.created_at)),
                PayoutSort::Amount => format!(
                    "{} {:020}",
                    payout.money.currency,
                    i64::MAX - payout.money.minor
                ),
            };
            Sorted::new(key, payout.id, payout.clone())
        });
        let page = page_of(
            &format!("{:?}", query.sort),
            rows.collect(),
            query.cursor.as_deref(),
            query.limit,
        )?;
        Ok(PayoutPage { page, sums })
    }

    async fn payouts_due(
        &self,
        states: &[State],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Payout>, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let rows = content
            .payouts
            .values()
            .filter(|payout| states.contains(&payout.state))
            .cloned();
        Ok(due(rows, |payout| payout.next_at, now, limit))
    }

    async fn payouts_put_off(
        &self,
        states: &[State],
        beyond: Timestamp,
        limit: u32,
    ) -> Result<Vec<Payout>, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let put_off = |payout: &&Payout| {
            states.contains(&payout.state) && payout.next_at.is_some_and(|next| next > beyond)
        };
        let mut rows: Vec<Payout> = content.payouts.values().filter(put_off).cloned().collect();
        rows.sort_by_key(|payout| (payout.next_at, payout.created_at, payout.id));
        rows.reverse();
        rows.truncate(limit as usize);
        Ok(rows)
    }

    async fn payouts_in(
        &self,
        state: State,
        after: Option<PayoutId>,
        limit: u32,
    ) -> Result<Vec<Payout>, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let place = |payout: &Payout| (payout.created_at, payout.id);
        let start = after
            .map(|id| content.payouts.get(&id).ok_or(LedgerError::NotFound))
            .transpose()?
            .map(place);
        let mut rows: Vec<Payout> = content
            .payouts
            .values()
            .filter(|payout| {
                payout.state == state && start.is_none_or(|start| place(payout) > start)
            })
            .cloned()
            .collect();
        rows.sort_by_key(place);
        rows.truncate(limit as usize);
        Ok(rows)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let payouts = content.payouts.values().filter_map(|payout| payout.next_at);
        let payees = content
            .payees
            .values()
            .filter_map(|payee| payee.next_check_at);
        Ok(payouts.chain(payees).min())
    }

    async fn history(
        &self,
        payee: PayeeId,
        account: &AccountToken,
        currency: Currency,
    ) -> Result<History, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let mut mine: Vec<&Payout> = content
            .counted()
            .filter(|payout| payout.payee_id == payee)
            .collect();
        mine.sort_by_key(|payout| std::cmp::Reverse((payout.created_at, payout.id)));
        let mut with_fee: Vec<&Payout> = content
            .payouts
            .values()
            .filter(|payout| payout.money.currency == currency && payout.fee.is_some())
            .collect();
        with_fee.sort_by_key(|payout| (payout.created_at, payout.id));
        Ok(History {
            count: mine.len() as u64,
            recent: mine
                .iter()
                .filter(|payout| payout.money.currency == currency)
                .take(20)
                .map(|payout| (payout.money.minor, payout.created_at))
                .collect(),
            account_last_used: content
                .counted()
                .filter(|payout| payout.account_token == *account)
                .filter_map(|payout| payout.sent_at)
                .max(),
            last_fee: with_fee.last().and_then(|payout| payout.fee),
        })
    }

    async fn last_invoice_number(&self, prefix: &str) -> Result<Option<u64>, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let number = |payout: &Payout| {
            let rest = payout.invoice_id.as_str().strip_prefix(prefix)?;
            let start = rest.trim_end_matches(|letter: char| letter.is_ascii_digit());
            rest[start.len()..].parse().ok()
        };
        Ok(content.payouts.values().filter_map(number).max())
    }

    async fn record_events(&self, events: Vec<NewEvent>) -> Result<(), LedgerError> {
        self.write(|content| {
            content.append(events);
            Ok(())
        })
        .await
    }

    async fn events(&self, subject: Subject) -> Result<Vec<Event>, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let about = content
            .events
            .iter()
            .filter(|event| event.event.subject == subject);
        Ok(about.cloned().collect())
    }

    async fn verify(&self) -> Result<Verified, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let head = content.events.last().map(|event| event.hash.clone());
        Ok(Verified {
            events: content.events.len() as u64,
            head: head.unwrap_or_default(),
            broken_at: None,
        })
    }

    async fn head(&self) -> Result<ChainHead, LedgerError> {
        let head = |content: &Content| {
            let last = content.events.last();
            last.map(|event| ChainHead {
                seq: event.seq,
                hash: event.hash.clone(),
            })
        };
        Ok(self.read(head).await.unwrap_or_default())
    }

    async fn event_at(&self, seq: u64) -> Result<Option<Event>, LedgerError> {
        let at = |content: &Content| {
            content
                .events
                .iter()
                .find(|event| event.seq == seq)
                .cloned()
        };
        Ok(self.read(at).await)
    }

    async fn learnt(&self, since: Timestamp, overdue: Timestamp) -> Result<Learnt, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let mut learnt = Learnt::default();
        for payout in content.payouts.values() {
            let Some(ended) = payout.settled_at.filter(|at| *at >= since) else {
                continue;
            };
            if payout.ipn_url.is_none() || !reported(payout) {
                continue;
            }
            let about = || {
                let subject = Subject::Payout(payout.id);
                let events = content.events.iter().map(|event| &event.event);
                events.filter(move |event| event.subject == subject)
            };
            let moved = about()
                .filter(|event| event.from.is_some() && event.from != event.to)
                .rfind(|event| event.to == word(payout.state));
            let heard = || {
                about().any(|event| {
                    event.kind == EventKind::Notified
                        && matches!(
                            event.verdict,
                            Some(Verdict::Applied | Verdict::AlreadyKnown)
                        )
                })
            };
            match moved.map(|event| event.source) {
                Some(Source::Notification) => learnt.notified += 1,
                Some(Source::Inquiry) if ended < overdue && !heard() => learnt.repaired += 1,
                Some(Source::Inquiry) => learnt.asked_first += 1,
                _ => {}
            }
        }
        Ok(learnt)
    }

    async fn recovery(&self) -> Result<Option<Recovery>, LedgerError> {
        Ok(self.read(|content| content.recovery).await)
    }

    async fn record_recovery(
        &self,
        recovery: Recovery,
        events: Vec<NewEvent>,
    ) -> Result<(), LedgerError> {
        self.write(|content| {
            content.recovery = Some(recovery);
            content.append(events);
            Ok(())
        })
        .await
    }

    async fn payee_by_account(&self, token: &AccountToken) -> Result<Option<Payee>, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let mut keys = content.accounts.keys();
        let holder = keys.find(|(_, account)| account == token);
        Ok(holder.and_then(|(payee, _)| content.payees.get(payee).cloned()))
    }

    async fn invoice_series(&self, payouts: u32) -> Result<Vec<InvoiceSeries>, LedgerError> {
        tokio::task::yield_now().await;
        let content = self.open();
        let mut rows: Vec<&Payout> = content.payouts.values().collect();
        rows.sort_by_key(|payout| std::cmp::Reverse((payout.created_at, payout.id)));
        let all: Vec<InvoiceSeries> = rows
            .iter()
            .filter_map(|payout| InvoiceSeries::of(&payout.invoice_id))
            .collect();
        let newest = rows.iter().take(payouts as usize);
        let mut found: Vec<InvoiceSeries> = Vec::new();
        for series in newest.filter_map(|payout| InvoiceSeries::of(&payout.invoice_id)) {
            if !found.iter().any(|known| known.prefix == series.prefix) {
                let same = all.iter().filter(|other| other.prefix == series.prefix);
                found.extend(same.max_by_key(|other| (other.last, other.digits)).cloned());
            }
        }
        Ok(found)
    }
}
