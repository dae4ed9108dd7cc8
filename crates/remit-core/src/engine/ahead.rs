//! What is claimed ahead of the wire, so that no room on it stands empty while a claim is made durable; and how the owner gets it
//! back. Each payout here is in sending on the disk, and its request has not left: whoever takes it out either sends it or gives
//! it back, and nobody else has it (docs/adr/0015). In a ledger that was put back Pockyt is asked before a request leaves, so that
//! what was taken for the wire can be called back as long as that takes.

use super::transition::Input;
use super::wire::Wire;
use super::{Changed, Engine};
use crate::error::Error;
use crate::ids::{PayeeId, PayoutId};
use crate::ledger::{LedgerError, PayoutChange};
use crate::mutant::{Mutant, mutated};
use crate::payout::{Payout, State};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// What waits for the wire. Its lock is never held while anything is waited for.
#[derive(Default)]
pub(super) struct Ahead(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Payout>,
    /// Taken for the wire, while Pockyt may still be asked first. Leaves only if it is here then.
    leaving: Vec<Payout>,
    /// Called back, and not known to be ready on the disk yet. Never leaves.
    returning: Vec<Payout>,
    /// Whether payouts are being claimed.
    claiming: bool,
    /// Who changed while they are.
    changed: Vec<PayeeId>,
    /// For how many nothing may be claimed.
    standing: u32,
    wakers: Vec<Waker>,
}

impl Queue {
    /// What pays one of these goes back, and is looked at again before it may leave.
    fn call_back_of(&mut self, payees: &[PayeeId]) {
        self.call_back_if(|payout| payees.contains(&payout.payee_id));
    }

    fn call_back_if(&mut self, called: impl Fn(&Payout) -> bool) {
        let Self {
            waiting,
            leaving,
            returning,
            ..
        } = self;
        waiting.retain(|payout| {
            let called = called(payout);
            returning.extend(called.then(|| payout.clone()));
            !called
        });
        returning.extend(leaving.extract_if(.., |payout| called(payout)));
    }

    fn wake(&mut self) {
        self.wakers.drain(..).for_each(Waker::wake);
    }
}

/// What to call back.
#[derive(Clone, Copy)]
pub(crate) enum Back {
    All,
    One(PayoutId),
    /// All but the first so many.
    AllBut(usize),
}

impl Ahead {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many wait for the wire.
    pub(super) fn len(&self) -> usize {
        self.queue().waiting.len()
    }

    /// All of them, those included that are on their way back.
    pub(super) fn ids(&self) -> Vec<PayoutId> {
        let queue = self.queue();
        let all = queue.waiting.iter().chain(&queue.returning);
        all.map(|payout| payout.id).collect()
    }

    /// Whether one was called back and is not known to be ready.
    pub(super) fn owes(&self) -> bool {
        !self.queue().returning.is_empty()
    }

    /// The next one, for the wire.
    pub(super) fn pop(&self) -> Option<Payout> {
        let mut queue = self.queue();
        let next = queue.waiting.pop_front()?;
        queue.leaving.push(next.clone());
        Some(next)
    }

    /// Its request leaves now. Not if it was called back, or has moved, since it was taken for the wire.
    pub(super) fn leaves(&self, payout: &Payout) -> bool {
        let mut queue = self.queue();
        let same = |one: &Payout| (one.id, one.revision) == (payout.id, payout.revision);
        let found = queue.leaving.iter().position(same);
        found.map(|at| queue.leaving.swap_remove(at)).is_some()
    }

    /// It is told to be in a state. What has moved otherwise meanwhile, say by a notification, is not sent. That it was released
    /// may be told only after its claim; and whatever makes ready again what is claimed takes it out of here first.
    pub(super) fn moved(&self, id: PayoutId, state: State) {
        let is_claim = matches!(state, State::Ready | State::Sending);
        if is_claim || mutated(Mutant::SendsWhatWasGivenBack) {
            return;
        }
        let mut queue = self.queue();
        queue.waiting.retain(|payout| payout.id != id);
        queue.leaving.retain(|payout| payout.id != id);
        queue.returning.retain(|payout| payout.id != id);
    }

    /// A payee, or an account of theirs, is told to have changed. What was claimed for them was looked at before that. Whether any
    /// of it is on its way back now.
    pub(super) fn payee_changed(&self, payee: PayeeId) -> bool {
        if mutated(Mutant::SendsWhatWasGivenBack) {
            return false;
        }
        let mut queue = self.queue();
        queue.call_back_of(&[payee]);
        if queue.claiming {
            queue.changed.push(payee);
        }
        !queue.returning.is_empty()
    }

    /// Waits until something may be claimed. A claim under way waits for nobody, so whoever waits for its end does not wait in a
    /// circle.
    pub(super) async fn to_claim(&self) -> Claiming<'_> {
        self.until(|queue| {
            let free = queue.standing == 0 && !queue.claiming;
            queue.claiming |= free;
            free
        })
        .await;
        Claiming(self)
    }

    async fn until(&self, mut ready: impl FnMut(&mut Queue) -> bool) {
        poll_fn(|context| {
            let mut queue = self.queue();
            if ready(&mut queue) {
                return Poll::Ready(());
            }
            let waker = context.waker();
            if !queue.wakers.iter().any(|other| other.will_wake(waker)) {
                queue.wakers.push(waker.clone());
            }
            Poll::Pending
        })
        .await;
    }

    /// Takes these away from the wire. Returns them, with those whose way back failed before.
    fn call_back(&self, back: Back) -> Vec<Payout> {
        let mut queue = self.queue();
        let kept = (queue.waiting.clone(), queue.leaving.clone());
        match back {
            Back::All => queue.call_back_if(|_| true),
            Back::AllBut(most) => {
                let most = most.min(queue.waiting.len());
                let many = queue.waiting.split_off(most);
                queue.returning.extend(many);
            }
            Back::One(id) => queue.call_back_if(|payout| payout.id == id),
        }
        if mutated(Mutant::SendsWhatWasGivenBack) {
            (queue.waiting, queue.leaving) = kept;
        }
        queue.returning.clone()
    }

    fn is_back(&self, id: PayoutId) {
        self.queue().returning.retain(|payout| payout.id != id);
    }
}

/// Payouts are being claimed. Until it is dropped nobody is told that nothing is claimed.
pub(super) struct Claiming<'a>(&'a Ahead);

impl Claiming<'_> {
    /// They are durable, and wait for the wire.
    pub(super) fn claimed(&self, payouts: Vec<Payout>) {
        let mut queue = self.0.queue();
        queue.waiting.extend(payouts);
        let changed = std::mem::take(&mut queue.changed);
        queue.call_back_of(&changed);
    }

    /// It is durable, and is taken for the wire at once.
    pub(super) fn taken(&self, payout: &Payout) {
        let mut queue = self.0.queue();
        queue.leaving.push(payout.clone());
        let changed = std::mem::take(&mut queue.changed);
        queue.call_back_of(&changed);
    }
}

impl Drop for Claiming<'_> {
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        queue.claiming = false;
        queue.changed.clear();
        queue.wake();
    }
}

/// Nothing is claimed while it lives, and what was claimed and has not left is ready again: the owner's word reaches it. To be
/// held until that word is in the ledger.
#[must_use]
pub struct Standstill {
    ahead: Arc<Ahead>,
    wire: Arc<Wire>,
}

impl Drop for Standstill {
    fn drop(&mut self) {
        let mut queue = self.ahead.queue();
        queue.standing = queue.standing.saturating_sub(1);
        queue.wake();
        drop(queue);
        self.wire.bell.ring();
    }
}

impl Engine {
    /// Brings the sending to a standstill, for a change that must reach all that has not left.
    ///
    /// # Errors
    /// When the ledger fails; what it did not take is tried again, and does not leave before.
    pub async fn standstill(&self) -> Result<Standstill, Error> {
        self.give_back(Back::All).await
    }

    /// Makes ready what was claimed and has not left: the one place where this happens. A claim under way is waited for.
    pub(crate) async fn give_back(&self, back: Back) -> Result<Standstill, Error> {
        self.ahead.queue().standing += 1;
        let still = Standstill {
            ahead: Arc::clone(&self.ahead),
            wire: Arc::clone(&self.wire),
        };
        self.ahead.until(|queue| !queue.claiming).await;
        let called = self.ahead.call_back(back);
        if called.is_empty() {
            return Ok(still);
        }
        let never_left = |payout: &Payout| -> Result<Option<PayoutChange>, Error> {
            if payout.state != State::Sending || payout.attempts > 1 {
                return Ok(None);
            }
            Ok(Some(self.step(payout, Input::GivenBack)?.change))
        };
        let mut changes = Vec::with_capacity(called.len());
        let mut ids = Vec::with_capacity(called.len());
        for payout in called {
            match never_left(&payout)? {
                Some(change) => {
                    ids.push(payout.id);
                    changes.push(change);
                }
                None => self.ahead.is_back(payout.id),
            }
        }
        let answers = self.ports.ledger.apply(changes).await?;
        let mut outcome = Ok(());
        for (id, answer) in ids.into_iter().zip(answers) {
            let back = match answer {
                Ok(payout) => {
                    self.tell(Changed::Payout(id, payout.state));
                    Ok(())
                }
                // It changed in the meantime.
                Err(LedgerError::Conflict) => self.advance(id, never_left).await.map(drop),
                Err(error) => Err(error.into()),
            };
            if back.is_ok() {
                self.ahead.is_back(id);
            }
            outcome = outcome.and(back);
        }
        outcome.map(|()| still)
    }
}
