//! The one sender (I2). Buttons, schedules and retries only mark payouts ready; only this claims and sends.

use super::asking_first::Objection;
use super::transition::{Draft, Input};
use super::{Changed, Engine};
use crate::error::Error;
use crate::event::{EventKind, Source, Verdict, word};
use crate::gateway::{GatewayError, PayOrder};
use crate::ids::{PayoutId, WireBody};
use crate::ledger::{LedgerError, PayoutChange};
use crate::machine::IllegalEdge;
use crate::mutant::{Mutant, mutated};
use crate::payout::{Payout, Reason, State};
use futures_util::future::{Either, select};
use jiff::Timestamp;
use std::time::Duration;

impl Engine {
    /// Claims what is ready, in one transaction. The intent, with the exact body, is durable when this returns (I1); what
    /// is returned must be sent.
    ///
    /// What pays somebody, or somewhere, that is not what it was at the release does not leave. A ledger that was put back asks
    /// Pockyt first; there that is looked at after the answer.
    pub(super) async fn claim_all(&self, ready: &[Payout]) -> (Vec<Payout>, Result<(), Error>) {
        let now = self.now();
        let looked_at = if self.was_put_back() { &[] } else { ready };
        let moved = match self.moved_targets(looked_at).await {
            Ok(moved) => moved,
            Err(error) => return (Vec::new(), Err(error)),
        };
        let change = |payout: &Payout| {
            let found = moved.iter().find(|(id, _)| *id == payout.id);
            match found {
                Some((_, reason)) => {
                    let step = self.step(payout, Input::Held(*reason))?;
                    Ok(step.change)
                }
                None => self.claim(payout, now),
            }
        };
        let changes: Result<Vec<_>, Error> = ready.iter().map(change).collect();
        match changes {
            Ok(changes) if changes.is_empty() => (Vec::new(), Ok(())),
            Ok(changes) => {
                let (mut taken, outcome) = self.take(changes).await;
                taken.retain(|payout| payout.state == State::Sending);
                (taken, outcome)
            }
            Err(error) => (Vec::new(), Err(error)),
        }
    }

    /// Of these those whose payee or account is not what it was when they were released, each with why.
    async fn moved_targets(&self, payouts: &[Payout]) -> Result<Vec<(PayoutId, Reason)>, Error> {
        if payouts.is_empty() {
            return Ok(Vec::new());
        }
        let ids = payouts.iter().map(|payout| payout.id).collect();
        Ok(self.ports.ledger.moved_targets(ids).await?)
    }

    /// Why a payout does not leave, if its payee or account is not what it was when it was released.
    pub(super) async fn moved_target(&self, payout: &Payout) -> Result<Option<Reason>, Error> {
        let moved = self.moved_targets(std::slice::from_ref(payout)).await?;
        Ok(moved.into_iter().map(|(_, reason)| reason).next())
    }

    pub(super) async fn take(&self, claims: Vec<PayoutChange>) -> (Vec<Payout>, Result<(), Error>) {
        if mutated(Mutant::SendsBeforeCommit) {
            for PayoutChange { payout, .. } in &claims {
                let body = payout.body.clone().unwrap_or(WireBody(String::new()));
                let _ = self.ports.gateway.pay(&body, payout.request_key).await;
            }
        }
        let swallows = mutated(Mutant::SwallowsFailedCommit);
        let unkept: Vec<_> = claims.iter().filter(|_| swallows).cloned().collect();
        let answers = match self.ports.ledger.apply(claims).await {
            Err(_) if swallows => unkept.into_iter().map(|claim| Ok(claim.payout)).collect(),
            Ok(answers) => answers,
            Err(error) => return (Vec::new(), Err(error.into())),
        };
        let mut outcome = Ok(());
        let mut claimed = Vec::new();
        for answer in answers {
            match answer {
                Ok(payout) => {
                    self.tell(Changed::Payout(payout.id, payout.state));
                    claimed.push(payout);
                }
                // It changed in the meantime, say because the owner withdrew it: it is simply not ours to send.
                Err(LedgerError::Conflict) => {}
                // Told (I12), but the others are sent.
                Err(error) => outcome = Err(error.into()),
            }
        }
        (claimed, outcome)
    }

    pub(super) fn claim(&self, payout: &Payout, now: Timestamp) -> Result<PayoutChange, Error> {
        let body = match &payout.body {
            Some(body) => body.clone(),
            // The owner's input was checked this way before release. Should it fail now, the empty body is refused
            // before anything leaves, and the payout fails with its reason instead of holding up the others.
            None => self
                .ports
                .gateway
                .prepare_pay(&order(payout), now)
                .unwrap_or_else(|_| WireBody(String::new())),
        };
        let input = if payout.attempts == 0 && self.was_put_back() {
            Input::Ask(body)
        } else {
            Input::Claim(body)
        };
        let step = self.step(payout, input)?;
        Ok(step.change)
    }

    /// Sends a payout that was claimed. Returns what came back, which [`Engine::conclude`] must record; nothing when all is
    /// recorded.
    pub(super) async fn send(&self, payout: Payout) -> Result<Option<(Payout, Input)>, Error> {
        let objection = self.objection(&payout).await?;
        // Nothing is waited for between here and the request: whoever calls it back does so before, or it is on the wire.
        if !self.ahead.leaves(&payout) {
            return self.was_called_back(payout).await.map(|()| None);
        }
        match objection {
            None => {}
            Some(Objection::Changed) => return Ok(None),
            Some(Objection::Instead(input)) => return Ok(Some((payout, input))),
            Some(Objection::There(told)) => {
                let id = payout.id;
                self.conclude(payout, Input::Doubted(Reason::Restored))
                    .await?;
                self.report(id, &told).await?;
                return Ok(None);
            }
        }
        let mut body = payout
            .body
            .clone()
            .unwrap_or_else(|| WireBody(String::new()));
        let mut key = payout.request_key;
        if payout.attempts > 1 && mutated(Mutant::NewKeyOnResend) {
            key.0 = self.ports.ids.uuid();
        }
        if payout.attempts > 1 && mutated(Mutant::NewBodyOnResend) {
            body = self
                .ports
                .gateway
                .prepare_pay(&order(&payout), self.now())?;
        }
        // The computer may have slept since the claim. What waited too long to leave waits for another claim instead.
        if self.now().duration_since(payout.since).abs() >= self.policy.answer_within {
            return Ok(Some((payout, Input::Trouble(GatewayError::not_sent()))));
        }
        let request = self.ports.gateway.pay(&body, key);
        let clock = &self.ports.clock;
        let patience = Duration::try_from(self.policy.answer_within).unwrap_or_default();
        let input = match select(request, clock.sleep(patience)).await {
            Either::Left((Ok(answer), _)) => Input::Accepted(answer),
            Either::Left((Err(error), _)) => Input::Trouble(error),
            Either::Right(_) => {
                let given_up = self.advance_from(payout, |now| self.give_up_waiting(now));
                return given_up.await.map(|_| None);
            }
        };
        Ok(Some((payout, input)))
    }

    /// It was called back while Pockyt was asked, so its request does not leave. A first one is ready again, or will be; of one
    /// that may have left before nobody knows, so that it is asked about anew.
    async fn was_called_back(&self, payout: Payout) -> Result<(), Error> {
        if payout.attempts <= 1 {
            return Ok(());
        }
        let revision = payout.revision;
        let stays = Input::Trouble(GatewayError::not_sent());
        self.advance_from(payout, |now| {
            if now.revision != revision {
                return Ok(None);
            }
            Ok(Some(self.step(now, stays.clone())?.change))
        })
        .await
        .map(drop)
    }

    /// Records what came back for a payout.
    pub(super) async fn conclude(&self, payout: Payout, input: Input) -> Result<(), Error> {
        self.advance_from(payout, |payout| {
            let step = self.step(payout, input.clone())?;
            Ok(Some(step.change))
        })
        .await
        .map(drop)
    }
}

impl Draft<'_> {
    /// It does not leave. It is looked at again now and then: a payee may become Active again.
    pub(super) fn held(&mut self, reason: Reason) -> Result<Verdict, IllegalEdge> {
        let told = self.before.reason == Some(reason);
        match self.before.state {
            State::Ready => {
                self.after.reason = Some(reason);
                self.heard_before = told;
            }
            // In a ledger that was put back Pockyt was asked first.
            State::Sending if self.before.attempts <= 1 => self.never_left(Some(reason))?,
            // Meanwhile a notification told of it.
            _ => return Ok(self.stays()),
        }
        self.note(EventKind::Held, Source::Remit, None);
        self.event.reason = word(&reason);
        self.put_off();
        Ok(Verdict::Applied)
    }

    /// Nothing happens to it.
    fn stays(&mut self) -> Verdict {
        self.heard_before = true;
        Verdict::AlreadyKnown
    }

    /// It is to be sent later, the later the more often it was.
    pub(super) fn put_off(&mut self) {
        self.after.not_found = self.before.not_found.saturating_add(1);
        let times = self.after.not_found;
        self.after.next_at = self.policy.next_check(self.at, times, self.ids);
    }
}

pub(crate) fn order(payout: &Payout) -> PayOrder {
    PayOrder {
        customer_no: payout.customer_no.clone(),
        account_token: payout.account_token.clone(),
        invoice_id: payout.invoice_id.clone(),
        money: payout.money,
        channel: payout.channel,
        description: payout.description.clone(),
        note: payout.note.clone(),
        ipn_url: payout.ipn_url.clone(),
    }
}
