//! What the ledger says, read once for all rows and kept until the draft is looked at afresh; what cannot have changed by then
//! is kept on.

use super::book::Book;
use super::paid;
use super::settings::Settings;
use crate::not_paid::{NotPaid, last_try};
use crate::whole::all_rows;
use jiff::Timestamp;
use jiff::civil::Date;
use remit_core::{
    AccountToken, Changes, Currency, History, InvoiceId, Ledger, LedgerError, Money, PayeeId,
    Payout, PayoutId, RowState, Run, RunId, RunOrigin, RunRowOutcome, Runs, SimilarInvoice,
    StillToPay,
};
use std::collections::{HashMap, HashSet};
use std::mem;

/// To whom and where, in which currency.
pub(super) type Target = (PayeeId, AccountToken, Currency);

/// A payout that stands in the way of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Used {
    pub(super) payout: PayoutId,
    pub(super) state: String,
    pub(super) name: String,
    /// The run that is still to make it.
    pub(super) run: Option<RunId>,
}

/// A payment that a row repeats and that was not made, or not for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Repeated {
    pub(super) why: NotPaid,
    pub(super) payee: PayeeId,
    pub(super) payout: PayoutId,
    /// The run, where there is no payout.
    pub(super) run: Option<RunId>,
}

/// A payment of another day of the same schedule, which is of the same period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PaidInPeriod {
    pub(super) day: Date,
    pub(super) payout: PayoutId,
    /// The run that is still to make it.
    pub(super) run: Option<RunId>,
}

/// What the ledger says.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) now: Timestamp,
    /// How far the changes had come before anything here was read.
    changes: Changes,
    pub(super) book: Book,
    pub(super) histories: HashMap<Target, History>,
    /// Invoice IDs that were looked for, and who has them.
    pub(super) invoices: HashMap<String, Option<Used>>,
    /// The same for payouts with similar ones, which have paid or may still.
    pub(super) similar: HashMap<String, Vec<SimilarInvoice>>,
    /// Rows that another run of the very same content has paid, or may still pay, or one of what was left out of such a run.
    pub(super) paid: HashMap<u32, Used>,
    /// What rows repeat that was not paid, by row.
    pub(super) not_paid: HashMap<u32, Repeated>,
    /// Payouts of other days of the schedule that the run is a day of, but for days of the same period.
    pub(super) same_schedule: HashSet<PayoutId>,
    /// What another day of the schedule has paid for the same period, or may still, by payee.
    pub(super) paid_in_period: HashMap<PayeeId, PaidInPeriod>,
    /// Whether a lost, newer ledger may have paid the day of the schedule, which the run is or is left out of.
    pub(super) day_in_doubt: bool,
    /// Whom the payouts paid that rows try again.
    pub(super) retried: HashMap<PayoutId, PayeeId>,
    /// Those of them that cannot be tried again any more.
    pub(super) not_retryable: HashMap<PayoutId, Used>,
    /// What was released and is still to leave, by payee and amount; with the run that is still to make it a payout.
    pub(super) to_come: HashMap<(PayeeId, Money), Option<StillToPay>>,
    /// Whether the ledger was put back after the draft was made: the lost one may have released it.
    pub(super) put_back: bool,
}

impl Facts {
    /// Reads afresh what does not depend on the rows, and forgets all else, but for what nothing was written of since.
    pub(super) async fn refresh(
        &mut self,
        ledger: &dyn Ledger,
        runs: &dyn Runs,
        run: &Run,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        // Told before anything is read, so that nothing is older than they say.
        let changes = ledger.changes();
        let same = |now: Option<u64>, then| now.is_some() && now == then;
        let same_payees = same(changes.payees, self.changes.payees);
        let same_payouts = same(changes.payouts, self.changes.payouts);
        let mut facts = Self {
            now,
            changes,
            put_back: ledger
                .recovery()
                .await?
                .is_some_and(|recovery| recovery.since >= run.created_at),
            ..Self::default()
        };
        if !same_payees {
            facts.book = Book::load(ledger).await?;
        }
        facts.paid = paid::by_others(ledger, runs, run, settings).await?;
        let begun = begun_as(runs, run).await?;
        if let Some(repeated) = begun.as_ref().and_then(|begun| begun.follows) {
            facts
                .read_repeated(ledger, runs, repeated, settings)
                .await?;
        }
        for retried in settings.retries.values() {
            let payout = ledger.payout(*retried).await?;
            if let Some(payout) = &payout {
                facts.retried.insert(*retried, payout.payee_id);
            }
            if let Some(payout) = payout.filter(|payout| !payout.retryable()) {
                let by = payout.retried_by.unwrap_or(payout.id);
                let used = Used {
                    payout: by,
                    ..Used::of(&payout)
                };
                facts.not_retryable.insert(*retried, used);
            }
        }
        if let Some(day) = begun.filter(|begun| begun.origin == RunOrigin::Scheduled) {
            facts.day_in_doubt = runs.may_have_been_paid(day.id).await?;
        }
        // Nothing fails from here on: what is kept is never lost.
        if same_payees {
            facts.book = mem::take(&mut self.book);
        }
        if same_payouts {
            facts.histories = mem::take(&mut self.histories);
            facts.invoices = mem::take(&mut self.invoices);
            facts.similar = mem::take(&mut self.similar);
            facts.to_come = mem::take(&mut self.to_come);
        }
        *self = facts;
        Ok(())
    }

    /// What of that which rows repeat was not paid.
    async fn read_repeated(
        &mut self,
        ledger: &dyn Ledger,
        runs: &dyn Runs,
        repeated: RunId,
        settings: &Settings,
    ) -> Result<(), LedgerError> {
        let repeats = settings.repeats.iter();
        let places: HashMap<PayoutId, u32> = repeats.map(|(row, payout)| (*payout, *row)).collect();
        if places.is_empty() {
            return Ok(());
        }
        for outcome in all_rows(runs, repeated, &[]).await? {
            let Some(place) = places.get(&outcome.row.payout_id) else {
                continue;
            };
            if let Some(why) = NotPaid::of_row(ledger, &outcome).await? {
                let repeated = Repeated {
                    why,
                    payee: outcome.row.payee_id,
                    payout: outcome.row.payout_id,
                    run: outcome.payout.is_none().then_some(repeated),
                };
                self.not_paid.insert(*place, repeated);
            }
        }
        Ok(())
    }

    /// Finds out who has these invoice IDs.
    pub(super) async fn look_for(
        &mut self,
        ledger: &dyn Ledger,
        invoices: impl Iterator<Item = &str>,
    ) -> Result<(), LedgerError> {
        let unknown = in_order(invoices.filter(|invoice| !self.invoices.contains_key(*invoice)));
        if unknown.is_empty() {
            return Ok(());
        }
        let found = ledger.invoices_used(unknown.clone()).await?;
        let nobody = unknown.into_iter().map(|invoice| (invoice.0, None));
        self.invoices.extend(nobody);
        for (invoice, payout) in found {
            let used = match ledger.payout(payout).await? {
                Some(payout) => Used::of(&payout),
                None => Used::to_come(payout),
            };
            self.invoices.insert(invoice.0, Some(used));
        }
        Ok(())
    }

    /// Finds out who has similar ones.
    pub(super) async fn look_for_similar(
        &mut self,
        ledger: &dyn Ledger,
        invoices: impl Iterator<Item = &str>,
    ) -> Result<(), LedgerError> {
        let unknown = in_order(invoices.filter(|invoice| !self.similar.contains_key(*invoice)));
        if unknown.is_empty() {
            return Ok(());
        }
        let found = ledger.similar_invoices(&unknown).await?;
        for invoice in unknown {
            self.similar.insert(invoice.0, Vec::new());
        }
        for similar in found {
            let another = similar.asked != similar.invoice_id;
            if let Some(Some(used)) = self.invoices.get_mut(similar.asked.as_str())
                && used.payout == similar.payout
            {
                used.run = similar.run;
            }
            if let Some(others) = self.similar.get_mut(similar.asked.as_str())
                && another
                && similar.may_have_paid
            {
                others.push(similar);
            }
        }
        Ok(())
    }

    /// Whether an invoice ID is known to be another's.
    pub(super) fn is_used(&self, invoice: &str) -> bool {
        self.invoices.get(invoice).is_some_and(Option::is_some)
    }

    /// Finds out what was released and is still to leave.
    pub(super) async fn look_ahead(
        &mut self,
        ledger: &dyn Ledger,
        payments: HashSet<(PayeeId, Money)>,
    ) -> Result<(), LedgerError> {
        let unknown: Vec<_> = payments
            .into_iter()
            .filter(|payment| !self.to_come.contains_key(payment))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let found = ledger.still_to_pay(unknown.clone()).await?;
        self.to_come.extend(unknown.into_iter().zip(found));
        Ok(())
    }

    /// Reads what was paid there before.
    pub(super) async fn recall(
        &mut self,
        ledger: &dyn Ledger,
        targets: HashSet<Target>,
    ) -> Result<(), LedgerError> {
        let unknown: Vec<Target> = targets
            .into_iter()
            .filter(|target| !self.histories.contains_key(target))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let found = ledger.histories(unknown.clone()).await?;
        self.histories.extend(unknown.into_iter().zip(found));
        Ok(())
    }

    /// Which of what was paid before other days of the same schedule have paid.
    pub(super) async fn recall_schedule(
        &mut self,
        ledger: &dyn Ledger,
        runs: &dyn Runs,
        run: RunId,
    ) -> Result<(), LedgerError> {
        let recent = self.histories.values().flat_map(|history| &history.recent);
        let asked = recent.map(|sent| sent.payout).collect();
        let found = runs.of_same_schedule(run, asked).await?;
        self.same_schedule = found.into_iter().collect();
        self.paid_in_period.clear();
        let other = runs.paid_in_period(run).await?;
        if let Some((of, day)) = other.and_then(|other| Some((other.run?, other.occasion.date))) {
            for outcome in all_rows(runs, of, &[]).await? {
                let used = Used::of_row(ledger, of, &outcome).await?;
                self.paid_in_period.extend(used.map(|used| {
                    let paid = PaidInPeriod {
                        day,
                        payout: used.payout,
                        run: used.run,
                    };
                    (outcome.row.payee_id, paid)
                }));
            }
        }
        Ok(())
    }
}

/// The run that the rows of this one were in first: of what an earlier one left out, that one. What it repeats and may have
/// paid, its rows do wherever they are.
async fn begun_as(runs: &dyn Runs, run: &Run) -> Result<Option<Run>, LedgerError> {
    let mut of = run.clone();
    while let Some(earlier) = of.follows.filter(|_| of.origin == RunOrigin::Left) {
        let Some(earlier) = runs.run(earlier).await? else {
            return Ok(None);
        };
        of = earlier;
    }
    Ok(Some(of))
}

/// Each once, in the order of the indexes that they are looked for in: neighbours lie on the same page of the file.
fn in_order<'a>(invoices: impl Iterator<Item = &'a str>) -> Vec<InvoiceId> {
    let mut all: Vec<&str> = invoices.collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter().map(InvoiceId::from).collect()
}

impl Used {
    fn of(payout: &Payout) -> Self {
        let state = serde_json::to_value(payout.state);
        let state = state.ok().and_then(|word| Some(word.as_str()?.to_owned()));
        Self {
            payout: payout.id,
            state: state.unwrap_or_default(),
            name: payout.payee_name.clone(),
            run: None,
        }
    }

    /// What a row of a released run has paid, at the first try or a later one, or may still pay.
    pub(super) async fn of_row(
        ledger: &dyn Ledger,
        run: RunId,
        outcome: &RunRowOutcome,
    ) -> Result<Option<Self>, LedgerError> {
        if let Some(first) = &outcome.payout {
            let last = last_try(ledger, first).await?;
            let paid = last.may_have_paid() || last.paid_as_another();
            return Ok(paid.then(|| Self::of(&last)));
        }
        let to_come = || Self {
            run: Some(run),
            ..Self::to_come(outcome.row.payout_id)
        };
        Ok((outcome.row.state != RowState::Stopped).then(to_come))
    }

    fn to_come(payout: PayoutId) -> Self {
        Self {
            payout,
            state: "ready".to_owned(),
            name: String::new(),
            run: None,
        }
    }
}
