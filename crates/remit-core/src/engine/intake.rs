//! Notifications: whatever arrives is kept with its verdict, and only what holds moves a payout (I6).

use super::transition::Input;
use super::{Changed, Engine};
use crate::error::{Code, Error};
use crate::event::{EventKind, NewEvent, Source, Subject, Verdict, kept};
use crate::gateway::Notification;
use crate::ids::{InvoiceId, PayoutId};
use crate::ledger::LedgerError;
use crate::notified::{Posted, Way};
use crate::payout::Payout;
use futures_util::future::join_all;
use std::collections::BTreeMap;

/// How much of a notification that does not hold is kept.
const KEPT_OF_FORGED: usize = 2048;

/// What the gateway made of a body: a notification, or the invoice that one is about that is not believed.
type Read = Result<Notification, Option<InvoiceId>>;

/// What became of what arrived.
struct Taken {
    payout: Option<PayoutId>,
    verdict: Verdict,
    /// Whether it is on record now and was not before.
    new: bool,
}

impl Engine {
    /// Takes a notification. When this returns without an error, its trace is durable, and the sender may be told
    /// `success` (pockyt-api.md section 5), unless it is [`Verdict::Forged`]. One whose content is on record already is
    /// counted, not kept again.
    ///
    /// # Errors
    /// When the ledger fails; the sender must then not be told `success`, so that it tries again.
    pub async fn take_notification(
        &self,
        way: Way,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Verdict, Error> {
        let read = self.read(Posted { content_type, body });
        self.take_read(way, read, body).await
    }

    /// Takes several that came together, so that they share commits; answers for each as
    /// [`Engine::take_notification`] does. Those about the same invoice are taken one after the other, as they came, up to
    /// the first that fails.
    pub async fn take_notifications(
        &self,
        way: Way,
        posted: &[Posted<'_>],
    ) -> Vec<Result<Verdict, Error>> {
        let mut about = BTreeMap::<_, Vec<(usize, Read, &[u8])>>::new();
        for (place, posted) in posted.iter().enumerate() {
            let read = self.read(*posted);
            let invoice = match &read {
                Ok(notification) => Some(notification.payout.invoice_id.clone()),
                Err(claimed) => claimed.clone(),
            };
            let before = about.entry(invoice).or_default();
            before.push((place, read, posted.body));
        }
        let each = about.into_values().map(|in_order| async move {
            let mut taken = Vec::with_capacity(in_order.len());
            let mut failed = None;
            for (place, read, body) in in_order {
                let outcome = match &failed {
                    None => self.take_read(way, read, body).await,
                    Some(error) => Err(Error::clone(error)),
                };
                failed = outcome.as_ref().err().cloned();
                taken.push((place, outcome));
            }
            taken
        });
        let mut taken: Vec<_> = join_all(each).await.into_iter().flatten().collect();
        taken.sort_by_key(|(place, _)| *place);
        taken.into_iter().map(|(_, outcome)| outcome).collect()
    }

    fn read(&self, posted: Posted<'_>) -> Read {
        let gateway = &self.ports.gateway;
        gateway.read_notification(posted.content_type, posted.body)
    }

    async fn take_read(&self, way: Way, read: Read, body: &[u8]) -> Result<Verdict, Error> {
        let taken = match read {
            Ok(notification) => self.take_signed(way, notification).await?,
            Err(claimed) => match self.take_forged(way, claimed, body).await? {
                Some(taken) => taken,
                None => return Ok(Verdict::Forged),
            },
        };
        self.tell(Changed::Notification(taken.payout, taken.verdict));
        if taken.new {
            let (now, steady) = (self.now(), self.ports.clock.steady());
            let mut floods = self.floods();
            let trouble = match taken.verdict {
                Verdict::Mismatched if floods.mismatched.take(now, steady).first => mismatched(),
                Verdict::Contradicts if floods.contradicts.take(now, steady).first => {
                    paid_after_all()
                }
                verdict => return Ok(verdict),
            };
            drop(floods);
            self.tell(Changed::Trouble(trouble));
        }
        Ok(taken.verdict)
    }

    /// Records that a relay kept something that cannot be opened here, and why; of many, the first.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn note_unopened(&self, why: &str) -> Result<(), Error> {
        let (now, steady) = (self.now(), self.ports.clock.steady());
        let fate = self.floods().unopened.take(now, steady);
        if fate.kept {
            let (subject, kind) = (Subject::Nothing, EventKind::Notified);
            let mut event = NewEvent::new(now, subject, kind, Source::Relay).reason(why.to_owned());
            event.verdict = Some(Verdict::Unopened);
            self.ports.ledger.record_events(vec![event]).await?;
            self.tell(Changed::Notification(None, Verdict::Unopened));
        }
        if fate.first {
            self.tell(Changed::Trouble(unopened()));
        }
        Ok(())
    }

    async fn take_signed(&self, way: Way, notification: Notification) -> Result<Taken, Error> {
        let Notification { payout, raw } = notification;
        let found = self
            .ports
            .ledger
            .payout_by_invoice(&payout.invoice_id)
            .await?;
        match found {
            Some(found) => {
                let input = Input::Reported(payout, way.source(), raw);
                self.hear(found, &input).await
            }
            None => self.keep(way, None, Verdict::Unmatched, raw).await,
        }
    }

    /// Keeps what nobody signed, as far as it is evidence; nothing for one of too many.
    async fn take_forged(
        &self,
        way: Way,
        claimed: Option<InvoiceId>,
        body: &[u8],
    ) -> Result<Option<Taken>, Error> {
        let steady = self.ports.clock.steady();
        let fate = self.floods().forged.take(self.now(), steady);
        if fate.first {
            self.tell(Changed::Trouble(forged()));
        }
        if !fate.kept {
            return Ok(None);
        }
        let payout = match claimed {
            Some(invoice) => self.ports.ledger.payout_by_invoice(&invoice).await?,
            None => None,
        };
        let beginning = body.get(..KEPT_OF_FORGED).unwrap_or(body);
        let text = String::from_utf8_lossy(beginning).into_owned();
        let payout = payout.map(|payout| payout.id);
        self.keep(way, payout, Verdict::Forged, text)
            .await
            .map(Some)
    }

    /// Plays a signed notification. One that tells nothing new is counted.
    async fn hear(&self, payout: Payout, input: &Input) -> Result<Taken, Error> {
        let id = payout.id;
        let taken = |verdict, new| Taken {
            payout: Some(id),
            verdict,
            new,
        };
        let step = self.step(&payout, input.clone())?;
        if let Input::Reported(_, _, raw) = input
            && step.verdict != Verdict::Applied
            && self.heard_before(raw, step.verdict).await?
        {
            return Ok(taken(step.verdict, false));
        }
        Ok(taken(self.report_from(payout, input).await?, true))
    }

    /// Whether the same content is on record with as much as this verdict says; it is then counted.
    async fn heard_before(&self, raw: &str, verdict: Verdict) -> Result<bool, Error> {
        let ledger = &self.ports.ledger;
        let evidence = kept(raw.to_owned());
        match ledger
            .notified(&evidence, verdict == Verdict::Forged)
            .await?
        {
            Some(heard) if heard.tells(verdict) => {
                ledger.notified_again(heard.seq, self.now()).await?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Plays a report until it has had its whole effect: a report that overtakes the answer takes two edges.
    pub(super) async fn report(&self, id: PayoutId, input: &Input) -> Result<Verdict, Error> {
        let payout = self.ports.ledger.payout(id).await?;
        self.report_from(payout.ok_or(LedgerError::NotFound)?, input)
            .await
    }

    /// As [`Engine::report`], on a payout that was just read.
    async fn report_from(&self, read: Payout, input: &Input) -> Result<Verdict, Error> {
        let mut payout = read;
        let mut first = None;
        loop {
            let step = self.step(&payout, input.clone())?;
            if let Some(first) = first
                && step.verdict != Verdict::Applied
            {
                return Ok(first);
            }
            let goes_on = step.change.payout.state != payout.state;
            match self.apply(step.change).await {
                Ok(applied) => {
                    let verdict = *first.get_or_insert(step.verdict);
                    if !goes_on {
                        return Ok(verdict);
                    }
                    payout = applied;
                }
                Err(LedgerError::Conflict) => {
                    let found = self.ports.ledger.payout(payout.id).await?;
                    payout = found.ok_or(LedgerError::NotFound)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Keeps what moves nothing, unless the same is on record with the same verdict; it is then counted.
    async fn keep(
        &self,
        way: Way,
        payout: Option<PayoutId>,
        verdict: Verdict,
        raw: String,
    ) -> Result<Taken, Error> {
        let new = !self.heard_before(&raw, verdict).await?;
        if new {
            let subject = payout.map_or(Subject::Nothing, Subject::Payout);
            let kind = EventKind::Notified;
            let mut event = NewEvent::new(self.now(), subject, kind, way.source()).evidence(raw);
            event.verdict = Some(verdict);
            self.ports.ledger.record_events(vec![event]).await?;
        }
        Ok(Taken {
            payout,
            verdict,
            new,
        })
    }
}

fn forged() -> Error {
    Error::rule(
        Code::NotificationForged,
        "Somebody sent Remit a notification that Pockyt did not sign. It changed nothing. If Pockyt's own notifications are \
         refused too, copy the API token again from the Merchant Portal; else whoever knows the address is guessing.",
    )
}

fn mismatched() -> Error {
    Error::rule(
        Code::NotificationMismatched,
        "A notification from Pockyt disagrees with the payout that it names, so it changed nothing. Remit asks Pockyt itself. \
         Look at it under Activity, and ask Pockyt if it stays so.",
    )
}

/// Why what Pockyt contradicts is not paid again.
pub(crate) fn paid_after_all() -> Error {
    Error::rule(
        Code::PaidAfterAll,
        "Pockyt says that this was paid after all, although it failed or was withdrawn. Look in Pockyt before you pay again.",
    )
}

fn unopened() -> Error {
    Error::rule(
        Code::NotificationUnopened,
        "The relay kept a notification that cannot be opened on this computer: it is damaged, or sealed to another key. Nothing \
         is lost, since Remit asks Pockyt itself. If it happens again, ask whoever runs the relay for a new link.",
    )
}
