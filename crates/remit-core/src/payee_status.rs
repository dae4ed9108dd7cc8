//! Step 3 of the work: learning where payees stand.

use crate::engine::{Changed, Engine};
use crate::error::{Code, Error};
use crate::event::{EventKind, NewEvent, Source, Subject};
use crate::gateway::{Certainty, GatewayError, PayeeKey, Refusal};
use crate::ids::{CustomerNo, PayeeId};
use crate::ledger::LedgerError;
use crate::payee::{Payee, PayeeStatus};
use crate::questions::Question;
use jiff::{SignedDuration, Timestamp};

/// How many inquiries must have found no such payee before a registration counts as never arrived.
const NOT_FOUND_BEFORE_REFUSED: u32 = 4;

/// How far ahead of the truth a clock may have been: a century.
const CLOCK_WRONG_BY: SignedDuration = SignedDuration::from_hours(24 * 365 * 100);

impl Engine {
    /// Asks Pockyt where a payee stands and which accounts it has (steps 3 and 4).
    ///
    /// # Errors
    /// When Pockyt cannot be asked or the ledger fails.
    pub async fn refresh_payee(&self, id: PayeeId) -> Result<Payee, Error> {
        let payee = self.known_payee(id).await?;
        let payee = self.refresh_payee_status(payee).await?;
        self.refresh_accounts(&payee, None).await?;
        Ok(payee)
    }

    /// Asks Pockyt only where a payee stands (step 3).
    pub(crate) async fn refresh_payee_status(&self, payee: Payee) -> Result<Payee, Error> {
        let key = match &payee.customer_no {
            Some(number) => PayeeKey::CustomerNo(number.clone()),
            None => PayeeKey::CustomerCode(payee.id.customer_code()),
        };
        let question = self.questions.ask(payee.id);
        let answer = self.ports.gateway.retrieve(&key).await?;
        // A number once told never changes: an answer about another payee must not turn the money to that one.
        let same = |known: &CustomerNo| *known == answer.value.customer_no;
        if !payee.customer_no.as_ref().is_none_or(same) {
            return Err(GatewayError {
                certainty: Certainty::Unknown,
                kind: Refusal::Garbled,
                words: None,
                field: None,
                evidence: Some(answer.evidence),
            }
            .into());
        }
        let found = (answer.value.customer_no, answer.value.status);
        let kind = if payee.customer_no.is_some() {
            EventKind::StatusChanged
        } else {
            EventKind::Registered
        };
        let from = (question, Source::Inquiry, answer.evidence);
        self.adopt(payee, found, kind, from).await
    }

    /// One payee, or an error that says that there is none.
    pub(crate) async fn known_payee(&self, id: PayeeId) -> Result<Payee, Error> {
        let found = self.ports.ledger.payee(id).await?;
        found.ok_or_else(|| Error::rule(Code::PayeeNotFound, "This payee is not in the ledger of this account. Go back to Payees and open it again."))
    }

    /// The regular look at a payee that is not settled.
    pub(crate) async fn check_payee(&self, payee: Payee) -> Result<(), Error> {
        let id = payee.id;
        match self.refresh_payee(id).await {
            Ok(_) => return Ok(()),
            Err(Error::Gateway(error))
                if error.kind == Refusal::NoSuchRecord && payee.customer_no.is_none() =>
            {
                let mut payee = self.known_payee(id).await?;
                payee.checks = payee.checks.saturating_add(1);
                if payee.checks >= NOT_FOUND_BEFORE_REFUSED {
                    // What Pockyt said to the registration itself helps more than that it has no such payee.
                    let words = payee.reason.clone().or(error.words);
                    let error = GatewayError { words, ..error };
                    return self.refuse(id, &error).await.map(drop);
                }
                return self.postpone(payee).await;
            }
            Err(Error::Gateway(_)) => {}
            Err(error) => return Err(error),
        }
        let mut payee = self.known_payee(id).await?;
        if payee.customer_no.is_some() {
            payee.checks = payee.checks.saturating_add(1);
            return self.postpone(payee).await;
        }
        // Only answers that there is no such payee may end in a refusal, so a look that failed is not counted.
        let next = self.policy.next_registration_check(
            payee.status_since,
            self.now(),
            self.ports.ids.as_ref(),
        );
        self.postpone_until(payee, next).await
    }

    async fn postpone(&self, payee: Payee) -> Result<(), Error> {
        let next = self
            .policy
            .next_payee_check(self.now(), payee.checks, self.ports.ids.as_ref());
        self.postpone_until(payee, next).await
    }

    async fn postpone_until(&self, payee: Payee, next: Option<Timestamp>) -> Result<(), Error> {
        let payee = Payee {
            next_check_at: next,
            ..payee
        };
        match self.ports.ledger.change_payee(payee, Vec::new()).await {
            Ok(_) | Err(LedgerError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes the payees due whose next look lies `too_far` ahead.
    pub(crate) async fn bring_payees_forward(
        &self,
        too_far: impl Fn(Option<Timestamp>) -> bool + Send,
    ) -> Result<usize, Error> {
        let now = self.now();
        let end = now.saturating_add(CLOCK_WRONG_BY).unwrap_or(now);
        let mut moved = 0;
        for payee in self.ports.ledger.payees_due(end, u32::MAX).await? {
            if too_far(payee.next_check_at) {
                self.postpone_until(payee, Some(now)).await?;
                moved += 1;
            }
        }
        Ok(moved)
    }

    /// Changes a payee as it now stands, afresh when another change came first; leaves it when `change` wants nothing.
    pub(crate) async fn amend<F>(&self, id: PayeeId, mut change: F) -> Result<Payee, Error>
    where
        F: FnMut(&mut Payee) -> Option<NewEvent> + Send,
    {
        loop {
            let mut payee = self.known_payee(id).await?;
            let Some(event) = change(&mut payee) else {
                return Ok(payee);
            };
            match self.change_payee(payee, vec![event]).await {
                Err(Error::Ledger(LedgerError::Conflict)) => {}
                result => return result,
            }
        }
    }

    /// Records what Pockyt says of a payee, its number and its status, unless what is on record was asked for later.
    pub(crate) async fn adopt(
        &self,
        payee: Payee,
        found: (CustomerNo, String),
        kind: EventKind,
        from: (Question, Source, String),
    ) -> Result<Payee, Error> {
        let (number, word) = found;
        let (question, source, evidence) = from;
        let mut payee = payee;
        let mut answered = question.answered().await;
        if !answered.tells_status() {
            return self.known_payee(payee.id).await;
        }
        loop {
            let now = self.now();
            let status = PayeeStatus::from_wire(&word);
            let changed = payee.status != status || payee.customer_no.as_ref() != Some(&number);
            let mut events = Vec::new();
            if changed {
                let mut event = NewEvent::new(now, Subject::Payee(payee.id), kind, source)
                    .evidence(evidence.clone());
                event.from.clone_from(&payee.status_raw);
                event.to = Some(word.clone());
                events.push(event);
                payee.status_since = now;
                payee.checks = 0;
                payee.reason = None;
            } else {
                payee.checks = payee.checks.saturating_add(1);
            }
            payee.status = status;
            payee.status_raw = Some(word.clone());
            payee.customer_no = Some(number.clone());
            payee.checked_at = Some(now);
            let open = matches!(
                status,
                PayeeStatus::Pending | PayeeStatus::InReview | PayeeStatus::Unknown
            );
            payee.next_check_at = open
                .then(|| {
                    self.policy
                        .next_payee_check(now, payee.checks, self.ports.ids.as_ref())
                })
                .flatten();
            match self.change_payee(payee.clone(), events).await {
                Err(Error::Ledger(LedgerError::Conflict)) => {
                    payee = self.known_payee(payee.id).await?
                }
                result => return result,
            }
        }
    }

    async fn change_payee(&self, payee: Payee, events: Vec<NewEvent>) -> Result<Payee, Error> {
        let payee = self.ports.ledger.change_payee(payee, events).await?;
        self.tell(Changed::Payee(payee.id));
        Ok(payee)
    }
}

/// Pockyt's number of a payee, or an error that says that there is none yet.
pub(crate) fn registered(payee: &Payee) -> Result<&CustomerNo, Error> {
    payee.customer_no.as_ref().ok_or_else(|| {
        Error::rule(Code::PayeeNotRegistered, "Pockyt has not confirmed this payee's registration yet. Remit is checking; try again in a moment.")
    })
}
