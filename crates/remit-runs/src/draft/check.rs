//! All rows held against the ledger and one another: which are ready, which wait, which cannot be paid, and why.

use super::book::Found;
use super::facts::Target;
use super::problem::{ProblemCode, ProblemKind, RowProblem};
use super::settings::Numbers;
use super::{Draft, currency, rows};
use crate::error::RunError;
use jiff::Timestamp;
use remit_core::{
    AccountToken, Currency, FundingAccount, Ledger, Money, PayeeId, PayoutId, RunOrigin, Runs,
    Sent, Unusual, far_from_usual, normalised_invoice, sent_lately, unlike_before,
};
use remit_import::{Field, Standing};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How often numbers are sought that nobody has; each time they lie beyond all that were tried.
const TRIES: usize = 32;

/// A row as it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedRow {
    /// Its place in the file, from 0.
    pub row: u32,
    /// Where it stands.
    pub standing: Standing,
    /// Whether it waits for the owner's word.
    pub asks: bool,
    /// Whether it is sent by itself once its payee can be paid.
    pub waits: bool,
    /// Whether nothing but the owner's word about warnings keeps it from being sent, now or later.
    pub warned: bool,
    /// Whom it pays.
    pub payee: Found,
    /// Where to, by its place among the payee's accounts.
    pub account: Option<u32>,
    /// How much.
    pub money: Option<Money>,
    /// The invoice ID as it will be sent.
    pub invoice_id: Option<String>,
    /// Whether that is one of Remit's own.
    pub own_number: bool,
    /// What is wrong.
    pub problems: Vec<RowProblem>,
}

/// What rows of one standing come to in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingTotal {
    /// Where they stand.
    pub standing: Standing,
    /// Their currency.
    pub currency: Currency,
    /// Their sum in minor units; wide enough for any number of rows.
    pub minor: i128,
}

impl StandingTotal {
    /// The sum, where it can be one amount.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        Some(Money::new(i64::try_from(self.minor).ok()?, self.currency))
    }
}

/// On how many rows a problem is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProblemCount {
    /// Which.
    pub code: ProblemCode,
    /// On how many rows.
    pub rows: usize,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    rows: Vec<CheckedRow>,
    currencies: Vec<Currency>,
}

impl Checked {
    /// All rows, in the order of the file.
    #[must_use]
    pub fn rows(&self) -> &[CheckedRow] {
        &self.rows
    }

    /// What rows without a currency can be given, the likeliest first; nothing where every row has one.
    #[must_use]
    pub fn currencies(&self) -> &[Currency] {
        &self.currencies
    }

    /// A row, by its place in the file.
    #[must_use]
    pub fn row(&self, row: usize) -> Option<&CheckedRow> {
        let first = self.rows.first()?.row as usize;
        self.rows.get(row.checked_sub(first)?)
    }

    /// How many rows stand there.
    #[must_use]
    pub fn count(&self, standing: Standing) -> usize {
        let rows = self.rows.iter();
        rows.filter(|row| row.standing == standing).count()
    }

    /// How many rows wait for the owner's word.
    #[must_use]
    pub fn asks(&self) -> usize {
        self.rows.iter().filter(|row| row.asks).count()
    }

    /// What the rows come to, by standing and currency.
    #[must_use]
    pub fn totals(&self) -> Vec<StandingTotal> {
        let mut sums: BTreeMap<(Standing, Currency), i128> = BTreeMap::new();
        for row in &self.rows {
            if let Some(money) = row.money {
                let sum = sums.entry((row.standing, money.currency)).or_default();
                *sum = sum.saturating_add(i128::from(money.minor));
            }
        }
        let total = |((standing, currency), minor)| StandingTotal {
            standing,
            currency,
            minor,
        };
        sums.into_iter().map(total).collect()
    }

    /// The problems that are open on rows that the owner did not leave out, but for those that a row waits out; those of most
    /// rows first.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemCount> {
        let mut counts: BTreeMap<ProblemCode, usize> = BTreeMap::new();
        for row in self
            .rows
            .iter()
            .filter(|row| row.standing != Standing::Skipped)
        {
            let codes: HashSet<_> = row
                .problems
                .iter()
                .filter(|problem| problem.open() && !(row.waits && problem.code.may_wait()))
                .map(|problem| problem.code)
                .collect();
            for code in codes {
                *counts.entry(code).or_default() += 1;
            }
        }
        let counted = |(code, rows)| ProblemCount { code, rows };
        let mut counts: Vec<_> = counts.into_iter().map(counted).collect();
        counts.sort_by_key(|count| std::cmp::Reverse(count.rows));
        counts
    }
}

impl Draft {
    /// Checks all rows. With `afresh` the ledger is read again, but for what it says has not changed; without, only what it was
    /// not asked yet.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn check(
        &mut self,
        ledger: &dyn Ledger,
        runs: &dyn Runs,
        now: Timestamp,
        afresh: bool,
    ) -> Result<(), RunError> {
        if afresh {
            let (facts, run, settings) = (&mut self.facts, &self.run, &self.settings);
            facts.refresh(ledger, runs, run, settings, now).await?;
        }
        let mut rows = rows::read(self);
        self.number(ledger, runs, &mut rows, now).await?;
        let targets = rows.iter().filter_map(|row| self.target(row)).collect();
        self.facts.recall(ledger, targets).await?;
        let payments = rows.iter().filter_map(|row| self.payment(row)).collect();
        self.facts.look_ahead(ledger, payments).await?;
        if self.run.origin == RunOrigin::Scheduled {
            self.facts
                .recall_schedule(ledger, runs, self.run.id)
                .await?;
        }
        self.hold_against_ledger(&mut rows);
        hold_against_each_other(self, &mut rows);
        for row in &mut rows {
            self.settle(row);
        }
        refuse_beyond_sums(&mut rows);
        let currencies = currency::offered(self.book(), &rows);
        self.checked = Checked { rows, currencies };
        Ok(())
    }

    /// Gives Remit's own numbers to rows that have none, and finds out which invoice IDs are used.
    async fn number(
        &mut self,
        ledger: &dyn Ledger,
        runs: &dyn Runs,
        rows: &mut [CheckedRow],
        now: Timestamp,
    ) -> Result<(), RunError> {
        let theirs = || {
            let rows = rows.iter();
            rows.filter(|row| row.standing != Standing::Skipped)
                .filter_map(|row| row.invoice_id.as_deref())
        };
        self.facts.look_for(ledger, theirs()).await?;
        self.facts.look_for_similar(ledger, theirs()).await?;
        if !rows.iter().any(|row| row.own_number) {
            return Ok(());
        }
        let before = self.settings.numbers.clone();
        let mut numbers = before.clone();
        if numbers.prefix.is_empty() {
            numbers = Numbers::next(ledger, now).await?;
        }
        let theirs: HashSet<&str> = theirs().collect();
        for _ in 0..TRIES {
            let own: Vec<String> = rows
                .iter()
                .filter(|row| row.own_number)
                .map(|row| numbers.of(row.row as usize))
                .collect();
            let asked = own.iter().map(String::as_str);
            self.facts.look_for(ledger, asked).await?;
            let taken =
                |number: &String| self.facts.is_used(number) || theirs.contains(number.as_str());
            // In a ledger that was put back a number may be taken because the lost one paid that very row.
            let kept = self.facts.put_back && !before.prefix.is_empty();
            if kept || !own.iter().any(taken) {
                break;
            }
            let next = Numbers::next(ledger, now).await?;
            let beyond = numbers.first.saturating_add(self.table.len() as u64);
            numbers = Numbers {
                first: next.first.max(beyond),
                ..next
            };
        }
        for row in rows.iter_mut().filter(|row| row.own_number) {
            row.invoice_id = Some(numbers.of(row.row as usize));
        }
        if numbers != before {
            self.settings.numbers = numbers;
            self.prepared = None;
            runs.record_settings(self.run.id, self.settings.text()?)
                .await?;
        }
        Ok(())
    }

    /// Whom a row pays, and where, in which currency; to no account yet where the payee has none.
    fn target(&self, row: &CheckedRow) -> Option<Target> {
        let (payee, money) = self.payment(row)?;
        let token = self.account(row).map(|account| account.token.clone());
        let token = token.unwrap_or_else(|| AccountToken(String::new()));
        Some((payee, token, money.currency))
    }

    fn payment(&self, row: &CheckedRow) -> Option<(PayeeId, Money)> {
        let Found::One(place) = row.payee else {
            return None;
        };
        Some((self.book().payee(place)?.id, row.money?))
    }

    fn account(&self, row: &CheckedRow) -> Option<&FundingAccount> {
        let Found::One(place) = row.payee else {
            return None;
        };
        self.book().accounts(place).get(row.account? as usize)
    }

    /// The payout that a row tries again; none once another payee is meant than that one paid.
    pub(super) fn retried(&self, row: &CheckedRow) -> Option<PayoutId> {
        let retried = *self.settings.retries.get(&row.row)?;
        let Found::One(place) = row.payee else {
            return None;
        };
        let payee = self.book().payee(place)?.id;
        (self.facts.retried.get(&retried) == Some(&payee)).then_some(retried)
    }

    fn hold_against_ledger(&self, rows: &mut [CheckedRow]) {
        let invoice_column = self.settings.mapping.column(Field::InvoiceId);
        for row in rows {
            let retried = self.retried(row);
            let retried = retried.and_then(|payout| self.facts.not_retryable.get(&payout));
            let typed =
                invoice_column.is_some_and(|column| self.table.is_edited(row.row as usize, column));
            // The same row of the same file, unless the owner gives it a number of its own: one that is deleted is none.
            let paid = self.facts.paid.get(&row.row);
            let paid = paid.filter(|_| !typed || row.own_number);
            let invoice = row.invoice_id.as_deref();
            let used = invoice.and_then(|invoice| self.facts.invoices.get(invoice)?.as_ref());
            if let Some(used) = used.or(paid).or(retried) {
                row.problems.push(
                    RowProblem::new(Field::InvoiceId, ProblemCode::InvoiceUsed)
                        .with("payout", used.payout)
                        .with("state", &used.state)
                        .with("name", &used.name)
                        .of_run(used.run),
                );
            }
            if used.is_none() && self.facts.day_in_doubt {
                let problem = RowProblem::new(Field::InvoiceId, ProblemCode::DayMayBePaid);
                row.problems.push(problem);
            }
            let payee = match row.payee {
                Found::One(place) => self.book().payee(place).map(|payee| payee.id),
                _ => None,
            };
            let similar = invoice.and_then(|invoice| self.facts.similar.get(invoice));
            let similar = similar.and_then(|others| {
                let mut others = others.iter();
                others.find(|other| Some(other.payee_id) == payee)
            });
            // What is the very same is an error already.
            if let (None, Some(similar)) = (used, similar) {
                row.problems.push(
                    RowProblem::new(Field::InvoiceId, ProblemCode::InvoiceSimilar)
                        .with("invoice", &similar.invoice_id)
                        .with("payout", similar.payout)
                        .of_run(similar.run),
                );
            }
            let (Some(target), Some((payee, money))) = (self.target(row), self.payment(row)) else {
                continue;
            };
            if let Some(paid) = self.facts.paid_in_period.get(&payee) {
                row.problems.push(
                    RowProblem::new(Field::Payee, ProblemCode::PaidInPeriod)
                        .with("day", paid.day)
                        .with("payout", paid.payout)
                        .of_run(paid.run),
                );
            }
            let to_come = self.facts.to_come.get(&(payee, money)).copied().flatten();
            if let Some((payout, run)) = to_come.filter(|(payout, _)| !is_named(row, *payout)) {
                row.problems.push(
                    RowProblem::new(Field::Amount, ProblemCode::SameAmountToCome)
                        .with("payout", payout)
                        .of_run(run),
                );
            }
            // Whoever else is paid instead repeats nothing.
            let repeated = self.facts.not_paid.get(&row.row);
            let repeated = repeated.filter(|one| one.payee == payee && !is_named(row, one.payout));
            if let Some(repeated) = repeated {
                row.problems.push(
                    RowProblem::new(Field::Payee, ProblemCode::NotPaidBefore)
                        .with("why", repeated.why.word())
                        .with("payout", repeated.payout)
                        .of_run(repeated.run),
                );
            }
            if let Some(history) = self.facts.histories.get(&target) {
                let unusual = match self.account(row) {
                    Some(account) => unlike_before(account, money, history),
                    None => far_from_usual(money, history).into_iter().collect(),
                };
                row.problems.extend(unusual.into_iter().filter_map(warning));
                // That its schedule paid the same a week ago is what the schedule is for; a day ago is not.
                let other = |sent: &&Sent| {
                    !self.facts.same_schedule.contains(&sent.payout) && !is_named(row, sent.payout)
                };
                if let Some(sent) = sent_lately(money, history, self.facts.now).find(other) {
                    let day = sent.at.strftime("%Y-%m-%d");
                    row.problems.push(
                        RowProblem::new(Field::Amount, ProblemCode::SameAmountRecently)
                            .with("day", day)
                            .with("payout", sent.payout),
                    );
                }
            }
        }
    }

    /// Says where a row stands, now that all is known that is wrong with it.
    fn settle(&self, row: &mut CheckedRow) {
        let said = self.decisions.get(&row.row);
        let waits = said.is_some_and(|said| said.waits);
        let mut problems = row.problems.iter();
        if waits && problems.any(|problem| problem.code.may_wait()) {
            row.problems
                .push(RowProblem::new(Field::Payee, ProblemCode::AccountUnseen));
        }
        let account = self.account(row);
        let warnings = row.problems.iter_mut();
        for problem in warnings.filter(|problem| problem.code.kind() == ProblemKind::Warning) {
            problem.concern(account);
            problem.accepted = said
                .is_some_and(|said| said.accepted.iter().any(|one| problem.is_accepted_by(one)));
        }
        row.waits = false;
        row.asks = false;
        row.warned = false;
        if row.standing == Standing::Skipped {
            return;
        }
        let open: Vec<_> = row
            .problems
            .iter()
            .filter(|problem| problem.open())
            .collect();
        row.standing = if open.is_empty() {
            Standing::Ready
        } else if !open.iter().all(|problem| problem.code.asks()) {
            Standing::Refused
        } else {
            row.waits = waits && open.iter().all(|problem| problem.code.may_wait());
            row.asks = !row.waits;
            Standing::Waiting
        };
        row.warned = open
            .iter()
            .any(|problem| problem.code.kind() == ProblemKind::Warning)
            && open.iter().all(|problem| {
                problem.code.kind() == ProblemKind::Warning || waits && problem.code.may_wait()
            });
    }
}

fn warning(unusual: Unusual) -> Option<RowProblem> {
    Some(match unusual {
        Unusual::FirstPayout => RowProblem::new(Field::Payee, ProblemCode::FirstPayout),
        Unusual::NewAccount => RowProblem::new(Field::Payee, ProblemCode::NewAccount),
        Unusual::AccountChanged => RowProblem::new(Field::Payee, ProblemCode::AccountChanged),
        Unusual::AmountFarFromUsual { usual } => {
            RowProblem::new(Field::Amount, ProblemCode::AmountFarFromUsual)
                .with("usual", usual.decimal())
                .with("currency", usual.currency.code())
        }
        Unusual::SimilarInvoice { .. }
        | Unusual::SameAmountRecently { .. }
        | Unusual::BalanceUnknown
        | Unusual::FeeUnknown
        | Unusual::DecimalsUnconfirmed => return None,
    })
}

/// Refuses rows from the one on with which the rows of a currency would come to more than an amount can be: no sum of a run,
/// and of none that it becomes, fails or is left out for that.
fn refuse_beyond_sums(rows: &mut [CheckedRow]) {
    let mut sums: HashMap<Currency, Money> = HashMap::new();
    for row in rows {
        let counts = matches!(row.standing, Standing::Ready | Standing::Waiting);
        let Some(money) = row.money.filter(|_| counts) else {
            continue;
        };
        let sum = sums
            .entry(money.currency)
            .or_insert_with(|| Money::new(0, money.currency));
        match sum.checked_add(money) {
            Ok(more) => *sum = more,
            Err(_) => {
                row.problems
                    .push(RowProblem::new(Field::Amount, ProblemCode::TotalTooLarge));
                row.standing = Standing::Refused;
                row.waits = false;
                row.asks = false;
                row.warned = false;
            }
        }
    }
}

/// Whether a problem of the row names a payout: it is not named for two reasons.
fn is_named(row: &CheckedRow, payout: PayoutId) -> bool {
    let named = ("payout", payout.to_string());
    let mut problems = row.problems.iter();
    problems.any(|problem| problem.params.contains(&named))
}

/// The same invoice ID twice, nearly the same, or the same payee and amount.
fn hold_against_each_other(draft: &Draft, rows: &mut [CheckedRow]) {
    let mut exact: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut similar: HashMap<String, Vec<usize>> = HashMap::new();
    let mut payments: HashMap<(u32, Money), Vec<usize>> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        if row.standing == Standing::Skipped {
            continue;
        }
        if let Some(invoice) = row.invoice_id.as_deref() {
            exact.entry(invoice).or_default().push(index);
            if !row.own_number {
                let same = normalised_invoice(invoice);
                similar.entry(same).or_default().push(index);
            }
        }
        if let (Found::One(place), Some(money)) = (&row.payee, row.money) {
            payments.entry((*place, money)).or_default().push(index);
        }
    }
    let mut found: Vec<(usize, RowProblem)> = Vec::new();
    let line = |index: usize| rows.get(index).map_or(0, |row| draft.line(row.row));
    for group in exact.values() {
        for (index, other) in neighbours(group) {
            let problem = RowProblem::new(Field::InvoiceId, ProblemCode::InvoiceRepeated);
            found.push((index, problem.with("line", line(other))));
        }
    }
    let repeated: HashSet<usize> = found.iter().map(|(index, _)| *index).collect();
    for group in similar.values() {
        for (index, other) in neighbours(group) {
            // One reason to look again is enough.
            let known = |row: &CheckedRow| {
                let mut problems = row.problems.iter();
                problems.any(|problem| problem.code == ProblemCode::InvoiceSimilar)
            };
            if repeated.contains(&index) || rows.get(index).is_some_and(known) {
                continue;
            }
            let invoice = rows.get(other).and_then(|row| row.invoice_id.clone());
            let problem = RowProblem::new(Field::InvoiceId, ProblemCode::InvoiceSimilar)
                .with("invoice", invoice.unwrap_or_default())
                .with("line", line(other));
            found.push((index, problem));
        }
    }
    for group in payments.values() {
        for (index, other) in neighbours(group) {
            let problem = RowProblem::new(Field::Amount, ProblemCode::PayeeAmountRepeated);
            found.push((index, problem.with("line", line(other))));
        }
    }
    // In the same order whatever the maps' is.
    found.sort_by_key(|(index, problem)| (*index, problem.code));
    for (index, problem) in found {
        if let Some(row) = rows.get_mut(index) {
            row.problems.push(problem);
        }
    }
}

/// Each of a group of alike with the one before it; the first with the one after.
fn neighbours(group: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    let first = group.first().zip(group.get(1));
    let later = group
        .windows(2)
        .filter_map(|pair| Some((pair.get(1)?, pair.first()?)));
    first
        .into_iter()
        .chain(later)
        .map(|(one, other)| (*one, *other))
}
