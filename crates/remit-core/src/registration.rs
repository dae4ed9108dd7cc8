//! Steps 1 to 4 of the work: registering payees, learning where they stand, and listing their funding accounts.

use crate::engine::{Changed, Engine};
use crate::error::{Code, Error};
use crate::event::{EventKind, NewEvent, Source, Subject};
use crate::form::{check_email, check_registration};
use crate::gateway::{
    AccountSnapshot, Answer, Certainty, GatewayError, PayeeKey, PayeeSnapshot, Refusal,
    Registration,
};
use crate::ids::{AccountToken, CustomerNo, PayeeId};
use crate::ledger::{LedgerError, Recorded};
use crate::payee::{AccountStatus, FundingAccount, Payee, PayeeChanges, PayeeStatus, ProfileType};
use jiff::{SignedDuration, Timestamp};

/// How many inquiries must have found no such payee before a registration counts as never arrived.
const NOT_FOUND_BEFORE_REFUSED: u32 = 4;

/// How far ahead of the truth a clock may have been: a century.
const CLOCK_WRONG_BY: SignedDuration = SignedDuration::from_hours(24 * 365 * 100);

impl Engine {
    /// Registers a payee. The intent is durable first; the same form sent twice registers once.
    ///
    /// # Errors
    /// Input that cannot be sent; Pockyt's refusal; [`Code::RegistrationUnknown`] when there is no reliable answer, in which
    /// case Remit goes on asking by itself and the payee shows as being registered.
    pub async fn register_payee(&self, registration: Registration) -> Result<Payee, Error> {
        let now = self.now();
        check_registration(&registration, now.to_zoned(jiff::tz::TimeZone::UTC).date())?;
        let id = registration.payee_id;
        let mut event = NewEvent::new(now, Subject::Payee(id), EventKind::Created, Source::Owner);
        event.to = Some("registering".to_owned());
        let payee = match self
            .ports
            .ledger
            .record_payee(new_payee(&registration, now), vec![event])
            .await?
        {
            Recorded::New(payee) => payee,
            // A second click while the first is under way, or after it is done.
            Recorded::Known(payee) => return Ok(payee),
        };
        self.tell(Changed::Payee(id));
        match self.ports.gateway.register(&registration).await {
            Ok(answer) => {
                let status = answer.value.status.unwrap_or_else(|| "PENDING".to_owned());
                let registered = (answer.value.customer_no, status);
                self.adopt(
                    payee,
                    registered,
                    EventKind::Registered,
                    Source::Answer,
                    answer.evidence,
                )
                .await
            }
            // Pockyt has this customer code already: an earlier request arrived, and asking will find it.
            Err(error)
                if error.certainty == Certainty::Unknown || error.kind == Refusal::Duplicate =>
            {
                self.doubt(id, error).await
            }
            Err(error) => {
                let payee = self.refuse(id, &error).await?;
                if payee.customer_no.is_some() {
                    return Ok(payee);
                }
                Err(error.into())
            }
        }
    }

    /// There was no reliable answer to a registration; asking by customer code will tell, if it has not already.
    async fn doubt(&self, id: PayeeId, error: GatewayError) -> Result<Payee, Error> {
        let payee = self
            .amend(id, |payee| {
                if payee.customer_no.is_some() {
                    return None;
                }
                payee.reason.clone_from(&error.words);
                payee.next_check_at =
                    self.policy
                        .next_payee_check(self.now(), 0, self.ports.ids.as_ref());
                let event = NewEvent::new(
                    self.now(),
                    Subject::Payee(id),
                    EventKind::RegistrationUnknown,
                    Source::Answer,
                );
                Some(
                    event
                        .reason(error.words.clone())
                        .evidence(error.evidence.clone()),
                )
            })
            .await?;
        if payee.customer_no.is_some() {
            return Ok(payee);
        }
        Err(Error::rule(
            Code::RegistrationUnknown,
            "Pockyt has not answered. Remit is checking whether the registration went through; it will not be sent twice.",
        ))
    }

    /// Takes over a payee that Pockyt already knows, by e-mail address (pockyt-api.md section 4.2).
    ///
    /// # Errors
    /// When Pockyt does not know the address, or Remit already has the payee.
    pub async fn link_payee(&self, email: &str) -> Result<Payee, Error> {
        let email = email.trim();
        let answer = self
            .ports
            .gateway
            .retrieve(&PayeeKey::Email(email.to_owned()))
            .await?;
        if let Some(known) = self
            .ports
            .ledger
            .payee_by_customer_no(&answer.value.customer_no)
            .await?
        {
            return Ok(known);
        }
        let now = self.now();
        let payee = linked_payee(PayeeId(self.ports.ids.uuid()), email, &answer.value, now);
        let mut event = NewEvent::new(
            now,
            Subject::Payee(payee.id),
            EventKind::Registered,
            Source::Inquiry,
        )
        .evidence(answer.evidence);
        event.to.clone_from(&payee.status_raw);
        let payee = self
            .ports
            .ledger
            .record_payee(payee, vec![event])
            .await?
            .into_inner();
        self.tell(Changed::Payee(payee.id));
        Ok(payee)
    }

    /// Changes a payee, at Pockyt first (pockyt-api.md section 4.3).
    ///
    /// # Errors
    /// Input that cannot be sent, Pockyt's refusal, or a ledger that fails.
    pub async fn update_payee(&self, id: PayeeId, changes: PayeeChanges) -> Result<Payee, Error> {
        check_email(&changes.email)?;
        let before = self.known_payee(id).await?;
        let mut evidence = None;
        if changes != changes_of(&before, &changes.note) {
            let customer_no = registered(&before)?;
            // Pockyt would take what the ledger could then not keep.
            if let Some(other) = self.ports.ledger.payee_by_email(&changes.email).await?
                && other.id != id
            {
                return Err(LedgerError::EmailUsed(other.id).into());
            }
            evidence = Some(
                self.ports
                    .gateway
                    .update(customer_no, &changes)
                    .await?
                    .evidence,
            );
        }
        self.amend(id, |payee| {
            let PayeeChanges {
                email,
                phone,
                country_code,
                state,
                city,
                street,
                street2,
                zip,
                note,
            } = changes.clone();
            *payee = Payee {
                email,
                phone,
                country_code,
                state,
                city,
                street,
                street2,
                zip,
                note,
                ..payee.clone()
            };
            let event = NewEvent::new(
                self.now(),
                Subject::Payee(id),
                EventKind::Updated,
                Source::Owner,
            );
            Some(event.evidence(evidence.clone()))
        })
        .await
    }

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
        self.adopt(payee, found, kind, Source::Inquiry, answer.evidence)
            .await
    }

    /// Asks Pockyt for a payee's accounts, or for only one of them by its number (step 4).
    ///
    /// # Errors
    /// When Pockyt cannot be asked or the ledger fails.
    pub async fn refresh_accounts(
        &self,
        payee: &Payee,
        only: Option<&AccountToken>,
    ) -> Result<Vec<FundingAccount>, Error> {
        let asked = self.ports.gateway.accounts(registered(payee)?, only).await;
        let answer = match asked {
            // Asked about one account, Pockyt has no record (000021): it does not list it.
            Err(error) if only.is_some() && error.kind == Refusal::NoSuchRecord => Answer {
                value: Vec::new(),
                evidence: error.evidence.unwrap_or_default(),
            },
            answer => answer?,
        };
        let known = self.ports.ledger.accounts(payee.id).await?;
        let now = self.now();
        let mut rows = Vec::new();
        let mut events = Vec::new();
        let seen = answer
            .value
            .into_iter()
            .filter(|account| only.is_none_or(|token| *token == account.token));
        for snapshot in seen {
            let before = known.iter().find(|account| account.token == snapshot.token);
            let (account, kind) = merge(payee.id, snapshot, before, now);
            if let Some(kind) = kind {
                let mut event = NewEvent::new(now, Subject::Payee(payee.id), kind, Source::Inquiry)
                    .evidence(answer.evidence.clone());
                event.from = before.map(|account| account.status_raw.clone());
                event.to = Some(account.status_raw.clone());
                events.push(event.reason(account.label()));
            }
            rows.push(account);
        }
        let asked_about =
            |account: &&FundingAccount| only.is_none_or(|token| *token == account.token);
        for gone in known.iter().filter(asked_about) {
            if gone.status != AccountStatus::Gone
                && !rows.iter().any(|account| account.token == gone.token)
            {
                let account = FundingAccount {
                    status: AccountStatus::Gone,
                    checked_at: now,
                    changed_at: Some(now),
                    ..gone.clone()
                };
                let event = NewEvent::new(
                    now,
                    Subject::Payee(payee.id),
                    EventKind::AccountGone,
                    Source::Inquiry,
                );
                events.push(
                    event
                        .reason(account.label())
                        .evidence(answer.evidence.clone()),
                );
                rows.push(account);
            }
        }
        let changed = !events.is_empty();
        self.ports
            .ledger
            .record_accounts(payee.id, rows, events)
            .await?;
        if changed {
            self.tell(Changed::Payee(payee.id));
        }
        Ok(self.ports.ledger.accounts(payee.id).await?)
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

    /// The registration did not go through; nothing changes when a look has found the payee in the meantime.
    async fn refuse(&self, id: PayeeId, error: &GatewayError) -> Result<Payee, Error> {
        self.amend(id, |payee| {
            if payee.customer_no.is_some() {
                return None;
            }
            let now = self.now();
            payee.status = PayeeStatus::Refused;
            payee.status_since = now;
            payee.reason.clone_from(&error.words);
            payee.next_check_at = None;
            let mut event = NewEvent::new(
                now,
                Subject::Payee(id),
                EventKind::RegistrationRefused,
                Source::Answer,
            );
            event.to = Some("refused".to_owned());
            Some(
                event
                    .reason(error.words.clone())
                    .evidence(error.evidence.clone()),
            )
        })
        .await
    }

    /// Changes a payee as it now stands, afresh when another change came first; leaves it when `change` wants nothing.
    async fn amend<F>(&self, id: PayeeId, mut change: F) -> Result<Payee, Error>
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

    /// Records what Pockyt says of a payee: its number, and its status.
    async fn adopt(
        &self,
        payee: Payee,
        found: (CustomerNo, String),
        kind: EventKind,
        source: Source,
        evidence: String,
    ) -> Result<Payee, Error> {
        let (number, word) = found;
        let mut payee = payee;
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

fn new_payee(registration: &Registration, now: Timestamp) -> Payee {
    let text = |value: &str| value.trim().to_owned();
    let optional = |value: &Option<String>| {
        value
            .as_deref()
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    };
    Payee {
        id: registration.payee_id,
        customer_no: None,
        profile_type: registration.profile_type,
        first_name: text(&registration.first_name),
        last_name: text(&registration.last_name),
        company: optional(&registration.company),
        email: text(&registration.email),
        phone: optional(&registration.phone),
        country_code: text(&registration.country_code),
        state: text(&registration.state),
        city: text(&registration.city),
        street: text(&registration.street),
        street2: optional(&registration.street2),
        zip: text(&registration.zip),
        lang: text(&registration.lang),
        status: PayeeStatus::Registering,
        status_raw: None,
        status_since: now,
        reason: None,
        checked_at: None,
        // A crash before the answer leaves the payee due for a check.
        next_check_at: Some(now),
        checks: 0,
        note: String::new(),
        created_at: now,
        revision: 0,
    }
}

fn linked_payee(id: PayeeId, email: &str, snapshot: &PayeeSnapshot, now: Timestamp) -> Payee {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let status = PayeeStatus::from_wire(&snapshot.status);
    Payee {
        id,
        customer_no: Some(snapshot.customer_no.clone()),
        profile_type: snapshot.profile_type.unwrap_or(ProfileType::Individual),
        first_name: snapshot.first_name.clone(),
        last_name: snapshot.last_name.clone(),
        company: None,
        email: email.to_owned(),
        phone: snapshot.phone.clone(),
        country_code: text(&snapshot.country_code),
        state: text(&snapshot.state),
        city: text(&snapshot.city),
        street: text(&snapshot.street),
        street2: None,
        zip: text(&snapshot.zip),
        lang: "en".to_owned(),
        status,
        status_raw: Some(snapshot.status.clone()),
        status_since: now,
        reason: None,
        checked_at: Some(now),
        next_check_at: Some(now),
        checks: 0,
        note: String::new(),
        created_at: now,
        revision: 0,
    }
}

fn changes_of(payee: &Payee, note: &str) -> PayeeChanges {
    let Payee {
        email,
        phone,
        country_code,
        state,
        city,
        street,
        street2,
        zip,
        ..
    } = payee.clone();
    PayeeChanges {
        email,
        phone,
        country_code,
        state,
        city,
        street,
        street2,
        zip,
        note: note.to_owned(),
    }
}

/// The row of an account as Pockyt now lists it, and what happened to it.
fn merge(
    payee_id: PayeeId,
    snapshot: AccountSnapshot,
    before: Option<&FundingAccount>,
    now: Timestamp,
) -> (FundingAccount, Option<EventKind>) {
    let mut account = FundingAccount {
        token: snapshot.token,
        payee_id,
        kind: snapshot.kind,
        country: snapshot.country,
        currency: snapshot.currency,
        masked: snapshot.masked,
        tag: snapshot.tag,
        status: AccountStatus::from_wire(&snapshot.status),
        status_raw: snapshot.status,
        first_seen_at: now,
        changed_at: None,
        checked_at: now,
    };
    let Some(before) = before else {
        return (account, Some(EventKind::AccountSeen));
    };
    let details = |account: &FundingAccount| {
        (
            account.kind.clone(),
            account.country.clone(),
            account.currency.clone(),
            account.masked.clone(),
        )
    };
    let changed = details(before) != details(&account);
    account.first_seen_at = before.first_seen_at;
    account.changed_at = if changed {
        Some(now)
    } else {
        before.changed_at
    };
    let kind = (changed || before.status != account.status).then_some(EventKind::AccountChanged);
    (account, kind)
}
