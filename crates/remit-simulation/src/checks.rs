//! What must hold. After each step: nothing that contradicts Pockyt. In the end: nothing that is not as it is at Pockyt.

use crate::ledger::Known;
use crate::owner::{Debt, PAYEES, account_of, debt_of};
use crate::plan::Plan;
use crate::pockyt::{Pockyt, Transfer};
use crate::world::{World, open};
use jiff::Timestamp;
use remit_core::{Currency, InvoiceId, Payout, Reason, State, WireStatus};
use std::collections::{BTreeMap, BTreeSet};

/// Looks at the ledger and at Pockyt's books.
pub(crate) struct Checks<'w> {
    pub(crate) world: &'w World,
    pub(crate) plan: &'w Plan,
    pub(crate) pockyt: &'w Pockyt,
    pub(crate) known: &'w Known,
    /// What was paid later than this may still be watched.
    pub(crate) watched_since: Timestamp,
    /// Invoice IDs of a lost ledger that are in no series that the copy knew, so that nobody can find them again. Entering
    /// them again is still harmless.
    pub(crate) out_of_reach: &'w BTreeSet<InvoiceId>,
}

impl Checks<'_> {
    /// After each step.
    pub(crate) fn step(&self) {
        let books = open(&self.pockyt.books);
        let mut paid: BTreeMap<Debt, &Transfer> = BTreeMap::new();
        for transfer in &books.transfers {
            self.is_in_the_ledger(transfer);
            let debt = debt_of(transfer.money, &transfer.account_token);
            if let Some(debt) = debt.filter(|_| transfer.live())
                && let Some(other) = paid.insert(debt, transfer)
            {
                self.world.fail(|| {
                    let (one, two) = (&other.invoice_id, &transfer.invoice_id);
                    format!("PAID TWICE: {one} and {two} both pay debt {}", debt.0)
                });
            }
        }
        for payout in self.known.payouts() {
            let found = books.transfer(&payout.invoice_id);
            self.agrees(payout, found);
        }
    }

    fn is_in_the_ledger(&self, transfer: &Transfer) {
        let id = &transfer.invoice_id;
        let held = self.known.by_invoice(id).is_some();
        if !held && !self.known.recovering() && !self.out_of_reach.contains(id) {
            self.world.fail(|| {
                format!("LOST: Pockyt has accepted {id}, and the ledger does not have it")
            });
        }
    }

    /// Whether what the ledger claims of a payout may be true.
    fn agrees(&self, payout: &Payout, found: Option<&Transfer>) {
        let own = found.filter(|transfer| is_of(payout, transfer));
        let status = own.map(|transfer| &transfer.status);
        let fine = match payout.state {
            State::Draft | State::Scheduled | State::AwaitingApproval | State::Cancelled => {
                status.is_none()
            }
            // In a ledger that was put back it may have been sent before, and the engine does not know so yet.
            State::Ready => status.is_none() || self.known.put_back(),
            State::Sending | State::Unknown => true,
            State::Processing => status.is_some(),
            State::Paid => matches!(status, Some(WireStatus::Success | WireStatus::Returned)),
            State::Failed => matches!(status, None | Some(WireStatus::Failed)),
            State::Returned => status == Some(&WireStatus::Returned),
        };
        let known_wrong = payout.state == State::Cancelled && self.known.put_back();
        if !fine && !known_wrong {
            self.world.fail(|| {
                let truth = status.map_or("nothing of it", WireStatus::word);
                format!(
                    "WRONG: {} is {:?} in the ledger, and Pockyt has {truth}",
                    payout.invoice_id, payout.state
                )
            });
        }
    }

    /// Some days after the troubles stopped: every payout has ended, or waits for the owner.
    pub(crate) fn settled(&self) {
        for payout in self.known.payouts() {
            let open = matches!(
                payout.state,
                State::Ready | State::Sending | State::Unknown | State::Processing
            );
            if open && !self.owner_must_look(payout) {
                self.world.fail(|| {
                    format!(
                        "STUCK: {} is still {:?} ({:?})",
                        payout.invoice_id, payout.state, payout.reason
                    )
                });
            }
        }
    }

    /// Whether nothing is due but what waits for the owner.
    pub(crate) fn quiet(&self) -> bool {
        let mut payouts = self.known.payouts();
        payouts.all(|payout| payout.next_at.is_none() || self.owner_must_look(payout))
    }

    /// In the end everything is as it is at Pockyt, and nothing is due.
    pub(crate) fn end(&self) {
        let books = open(&self.pockyt.books);
        let mut ours: BTreeMap<Currency, i64> = BTreeMap::new();
        for payout in self.known.payouts() {
            if self.owner_must_look(payout) {
                continue;
            }
            let own = books
                .transfer(&payout.invoice_id)
                .filter(|transfer| is_of(payout, transfer));
            let true_end = match own.map(|transfer| &transfer.status) {
                Some(WireStatus::Success) => payout.state == State::Paid,
                Some(WireStatus::Failed) => payout.state == State::Failed,
                Some(WireStatus::Returned) => payout.state == State::Returned,
                Some(WireStatus::Pending | WireStatus::Other(_)) => {
                    payout.state == State::Processing
                }
                None => matches!(payout.state, State::Failed | State::Cancelled),
            };
            if !true_end {
                self.world.fail(|| {
                    let truth = own.map_or("nothing of it", |transfer| transfer.status.word());
                    format!(
                        "WRONG END: {} ends as {:?}, and Pockyt has {truth}",
                        payout.invoice_id, payout.state
                    )
                });
            }
            // One that was paid while the clock was ahead is watched until that day has come, too.
            let watched = payout.state == State::Paid && payout.since > self.watched_since;
            if payout.next_at.is_some() && !watched {
                self.world.fail(|| {
                    format!(
                        "DUE FOR EVER: {} is {:?} and still due",
                        payout.invoice_id, payout.state
                    )
                });
            }
            if payout.state == State::Paid {
                *ours.entry(payout.money.currency).or_default() += payout.money.minor;
            }
        }
        let mut theirs: BTreeMap<Currency, i64> = BTreeMap::new();
        for transfer in &books.transfers {
            let counted = self
                .known
                .by_invoice(&transfer.invoice_id)
                .is_some_and(|payout| !self.owner_must_look(payout));
            if counted && transfer.status == WireStatus::Success {
                *theirs.entry(transfer.money.currency).or_default() += transfer.money.minor;
            }
        }
        if ours != theirs {
            self.world
                .fail(|| format!("SUMS: the ledger has {ours:?} paid, Pockyt {theirs:?}"));
        }
    }

    /// Whether only the owner can tell what became of it, and is asked to (docs/adr/0004): by what happened in the world, not by
    /// what the engine makes of it.
    fn owner_must_look(&self, payout: &Payout) -> bool {
        let foreign = || {
            let books = self.pockyt.books.try_lock();
            books.is_ok_and(|books| {
                books
                    .transfer(&payout.invoice_id)
                    .is_some_and(|transfer| !is_of(payout, transfer))
            })
        };
        let clears_up = match (payout.state, payout.reason) {
            // Every payee is as before by then; an account that changed may not be whose it was.
            (State::Ready, Some(Reason::AccountChanged)) => {
                let changed = |number| {
                    payout.account_token == account_of(number)
                        && self.plan.changes_account_of(number)
                };
                return (0..PAYEES).any(changed);
            }
            (State::Unknown, Some(Reason::Duplicate)) => payout.attempts <= 1,
            (State::Unknown | State::Processing, Some(Reason::InvoiceTaken)) => true,
            _ => false,
        };
        clears_up && (self.pockyt.muddled(&payout.invoice_id) || foreign())
    }
}

/// Whether a transfer under a payout's invoice ID is this payout's.
fn is_of(payout: &Payout, transfer: &Transfer) -> bool {
    payout.money == transfer.money && payout.account_token == transfer.account_token
}
