//! The owner: what is owed, what gets clicked, in one window or two. Believes what the ledger shows, and remembers nothing.

use crate::ledger::{Known, Store};
use crate::world::{World, open};
use futures_util::future::{join, join_all};
use remit_core::{
    AccountToken, Channel, Currency, Draft, Engine, Error, Ids, LedgerError, Money, PayeeId,
    Payout, PayoutId, State,
};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

/// How many payees there are. The last one is paid in a currency without decimals.
pub(crate) const PAYEES: u8 = 3;

/// How often a taken invoice ID is replaced by a new suggestion before the owner gives up.
const TRIES: usize = 4;

/// The amount of the first debt in minor units, and by how much the next one is larger.
const LEAST: i64 = 10_000;
const STEP: i64 = 100;

/// Money owed to somebody. No two debts to a payee are of the same amount, so that a transfer tells which debt it pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Debt(pub(crate) u8);

impl Debt {
    fn payee(self) -> u8 {
        self.0 % PAYEES
    }

    fn money(self) -> Money {
        Money::new(LEAST + STEP * i64::from(self.0), currency_of(self.payee()))
    }

    fn account(self) -> AccountToken {
        account_of(self.payee())
    }
}

/// The debt that a payment pays.
pub(crate) fn debt_of(money: Money, account: &AccountToken) -> Option<Debt> {
    let number = u8::try_from((money.minor - LEAST) / STEP).ok()?;
    let debt = Debt(number);
    (debt.money() == money && debt.account() == *account).then_some(debt)
}

pub(crate) fn payee_of(number: u8) -> PayeeId {
    PayeeId(Uuid::from_u128(0x7000 + u128::from(number)))
}

pub(crate) fn account_of(number: u8) -> AccountToken {
    AccountToken(format!("2010{number}"))
}

pub(crate) fn currency_of(number: u8) -> Currency {
    if number < PAYEES - 1 {
        return Currency::USD;
    }
    Currency::from_code("KRW").unwrap_or(Currency::USD)
}

/// The owner at the screen.
pub(crate) struct Owner {
    world: Arc<World>,
    known: Arc<Mutex<Known>>,
    ids: Arc<dyn Ids>,
    /// What there is a form open for. Nobody fills in two forms for one debt.
    in_hand: Mutex<BTreeSet<Debt>>,
}

/// A debt that there is a form open for.
struct InHand<'o>(&'o Owner, Debt);

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        open(&self.0.in_hand).remove(&self.1);
    }
}

impl Owner {
    pub(crate) fn new(world: Arc<World>, known: Arc<Mutex<Known>>, ids: Arc<dyn Ids>) -> Self {
        Self {
            world,
            known,
            ids,
            in_hand: Mutex::default(),
        }
    }

    /// Pays a debt unless the ledger shows that it is paid or being paid.
    pub(crate) async fn pays(&self, engine: &Engine, debt: Debt, clicks: u8) {
        let Some((_in_hand, earlier)) = self.takes_in_hand(debt) else {
            return;
        };
        if let Some(failed) = earlier
            && self.ids.below(2) == 0
        {
            self.retries(engine, failed).await;
            return;
        }
        self.pays_afresh(engine, debt, clicks, None).await;
    }

    /// Two debts in two windows, each with the invoice ID that both forms suggested.
    pub(crate) async fn pays_two(&self, engine: &Engine, one: Debt, other: Debt) {
        let (Some(_one), Some(_other)) = (self.takes_in_hand(one), self.takes_in_hand(other))
        else {
            return;
        };
        let suggested = self.heard("a suggestion", engine.suggest_invoice_id().await);
        let Some(suggested) = suggested.map(|id| id.0) else {
            return;
        };
        join(
            self.pays_afresh(engine, one, 1, Some(suggested.clone())),
            self.pays_afresh(engine, other, 1, Some(suggested)),
        )
        .await;
    }

    /// Takes in a file of payouts. Its invoice IDs make it harmless to do so twice.
    pub(crate) async fn imports(&self, engine: &Engine, file: u8, windows: u8) {
        let windows = (0..windows).map(|_| async {
            for row in 0..3 {
                let debt = Debt(100 + file * 3 + row);
                // One file numbers its rows; the other's numbers are in no series.
                let invoice_id = if file == 0 {
                    format!("ACME/{row}/x")
                } else {
                    format!("F{file}-{row}")
                };
                let draft = self.draft(debt, invoice_id);
                let done = self.submits(engine, &draft, 1).await;
                self.heard("a row of a file", done);
            }
        });
        join_all(windows).await;
    }

    /// Tries a payout again, in so many windows at once.
    pub(crate) async fn retries_in(&self, engine: &Engine, which: u8, windows: u8) {
        let retryable: Vec<(Debt, PayoutId)> = {
            let known = open(&self.known);
            let retryable = known.payouts().filter(|payout| payout.retryable());
            retryable
                .filter_map(|payout| Some((debt_paid_by(payout)?, payout.id)))
                .filter(|(debt, id)| !paid_by_another(&known, *debt, *id))
                .collect()
        };
        let Some((debt, id)) = nth(&retryable, which) else {
            return;
        };
        if !open(&self.in_hand).insert(debt) {
            return;
        }
        let _in_hand = InHand(self, debt);
        join_all((0..windows).map(|_| self.retries(engine, id))).await;
    }

    async fn retries(&self, engine: &Engine, id: PayoutId) {
        let Some(draft) = self.heard("a retry", engine.prepare_retry(id).await) else {
            return;
        };
        let done = self.submits(engine, &draft, 1).await;
        self.heard("the release of a retry", done);
    }

    /// Withdraws a payout, or tries to.
    pub(crate) async fn cancels(&self, engine: &Engine, which: u8) {
        if let Some(id) = self.which(which) {
            let done = engine.cancel_payout(id).await;
            self.heard("a withdrawal", done);
            engine.wake();
        }
    }

    /// Withdraws whatever may still be withdrawn.
    pub(crate) async fn cancels_all(&self, engine: &Engine) {
        let open: Vec<PayoutId> = {
            let known = open(&self.known);
            let open = known
                .payouts()
                .filter(|payout| matches!(payout.state, State::Ready | State::Sending));
            open.map(|payout| payout.id).collect()
        };
        let asked = join_all(open.into_iter().map(|id| engine.cancel_payout(id))).await;
        for done in asked {
            self.heard("a withdrawal", done);
        }
        engine.wake();
    }

    /// Lets nothing leave for so long. What was released and has not left by then is ready.
    pub(crate) async fn pauses(&self, engine: &Engine, span: Duration) {
        let still = self.heard("a standstill", engine.standstill().await);
        if still.is_some() {
            let _paused = self.world.paused();
            self.world.time.timer(span).await;
        }
    }

    /// Pauses the runs of all that is on record, where the ledger can. Not after this instant, when nobody lets them go on.
    pub(crate) async fn pauses_runs(&self, engine: &Engine, store: &dyn Store, until: Duration) {
        let still = self.heard("a standstill", engine.standstill().await);
        if still.is_some() && self.world.time.world() < until {
            let all = open(&self.known)
                .payouts()
                .map(|payout| payout.id)
                .collect();
            if store.hold_back(&all) {
                self.world.hold_back(all);
            }
        }
    }

    /// Asks about a payout now.
    pub(crate) async fn checks(&self, engine: &Engine, which: u8) {
        if let Some(id) = self.which(which) {
            let done = engine.check_payout(id).await;
            self.heard("a check", done);
            engine.wake();
        }
    }

    /// One of the payouts that the ledger shows.
    pub(crate) fn which(&self, which: u8) -> Option<PayoutId> {
        let known = open(&self.known);
        let all: Vec<PayoutId> = known.payouts().map(|payout| payout.id).collect();
        nth(&all, which)
    }

    /// Opens a form for a debt, if there is none and the owner would pay it now.
    fn takes_in_hand(&self, debt: Debt) -> Option<(InHand<'_>, Option<PayoutId>)> {
        let earlier = self.may_pay(debt)?;
        open(&self.in_hand)
            .insert(debt)
            .then(|| (InHand(self, debt), earlier))
    }

    /// Whether the owner would pay a debt now; with a failed or returned payout of it that could be tried again.
    fn may_pay(&self, debt: Debt) -> Option<Option<PayoutId>> {
        let known = open(&self.known);
        let mut failed = None;
        for payout in known.payouts() {
            if debt_paid_by(payout) != Some(debt) {
                continue;
            }
            match payout.state {
                State::Cancelled => {}
                State::Failed | State::Returned if payout.retried_by.is_none() => {
                    failed = Some(payout.id)
                }
                State::Failed | State::Returned => {}
                _ => return None,
            }
        }
        Some(failed)
    }

    /// Fills in a form and releases; under a new suggestion when the invoice ID is taken.
    async fn pays_afresh(
        &self,
        engine: &Engine,
        debt: Debt,
        clicks: u8,
        suggested: Option<String>,
    ) {
        let mut suggested = suggested;
        for _ in 0..TRIES {
            let invoice_id = match suggested.take() {
                Some(id) => id,
                None => match self.heard("a suggestion", engine.suggest_invoice_id().await) {
                    Some(id) => id.0,
                    None => return,
                },
            };
            let draft = self.draft(debt, invoice_id);
            match self.submits(engine, &draft, clicks).await {
                Err(Error::Ledger(LedgerError::InvoiceUsed(_))) => {}
                done => {
                    self.heard("a release", done);
                    return;
                }
            }
        }
    }

    /// Reviews, thinks, and presses the button so many times.
    async fn submits(&self, engine: &Engine, draft: &Draft, clicks: u8) -> Result<Payout, Error> {
        let review = engine.preview_payout(draft).await?.review;
        let thinks = Duration::from_millis(200 + self.ids.below(30_000));
        self.world.time.timer(thinks).await;
        let presses = (0..clicks.max(1)).map(|_| engine.submit_payout(draft, &review));
        let mut done = join_all(presses).await;
        engine.wake();
        // Of two clicks the first error is told only when neither released it.
        let released = done.iter().position(Result::is_ok).unwrap_or(0);
        done.swap_remove(released)
    }

    fn draft(&self, debt: Debt, invoice_id: String) -> Draft {
        Draft {
            id: PayoutId(self.ids.uuid()),
            payee_id: payee_of(debt.payee()),
            account_token: debt.account(),
            amount: debt.money().decimal(),
            currency: debt.money().currency.code().to_owned(),
            invoice_id,
            channel: Channel::StandardAch,
            description: format!("debt {}", debt.0),
            note: String::new(),
            retry_of: None,
        }
    }

    /// What the owner is told.
    fn heard<T>(&self, what: &str, result: Result<T, Error>) -> Option<T> {
        match result {
            Ok(done) => Some(done),
            Err(error) => {
                check_error(&self.world, &error);
                self.world
                    .trace
                    .say("owner", || format!("{what} fails: {error}"));
                None
            }
        }
    }
}

/// The debt that a payout is to pay.
pub(crate) fn debt_paid_by(payout: &Payout) -> Option<Debt> {
    debt_of(payout.money, &payout.account_token)
}

/// Whether the list shows that the owner paid a debt under another number than this payout's. That a retry of the very same
/// number has paid it is for Remit to know.
fn paid_by_another(known: &Known, debt: Debt, id: PayoutId) -> bool {
    let number = |payout: &Payout| {
        let number = payout.invoice_id.as_str();
        let first = number.rsplit_once("-R").map_or(number, |(first, _)| first);
        first.to_owned()
    };
    let own = known.payout(id).map(number);
    let mut others = known.payouts().filter(|other| {
        !matches!(
            other.state,
            State::Failed | State::Returned | State::Cancelled
        )
    });
    others.any(|other| debt_paid_by(other) == Some(debt) && Some(number(other)) != own)
}

/// Nobody may ever be told that the engine asked for what the state machine does not have.
pub(crate) fn check_error(world: &World, error: &Error) {
    if let Error::Ledger(LedgerError::Illegal(edge)) = error {
        world.fail(|| format!("the engine asks for an edge that is not there: {edge}"));
    }
}

fn nth<T: Copy>(ids: &[T], which: u8) -> Option<T> {
    ids.get(usize::from(which).checked_rem(ids.len())?).copied()
}
