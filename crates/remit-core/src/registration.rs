//! Step 1 of the work: registering payees, taking over those that Pockyt knows already, and changing them.

use crate::engine::{Changed, Engine};
use crate::error::{Code, Error};
use crate::event::{EventKind, NewEvent, Source, Subject};
use crate::form::{check_email, check_registration};
use crate::gateway::{Certainty, GatewayError, PayeeKey, PayeeSnapshot, Refusal, Registration};
use crate::ids::PayeeId;
use crate::ledger::{LedgerError, Recorded};
use crate::payee::{Payee, PayeeChanges, PayeeStatus, ProfileType};
use crate::payee_status::registered;
use jiff::Timestamp;

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
        let question = self.questions.ask(id);
        match self.ports.gateway.register(&registration).await {
            Ok(answer) => {
                let status = answer.value.status.unwrap_or_else(|| "PENDING".to_owned());
                let registered = (answer.value.customer_no, status);
                let from = (question, Source::Answer, answer.evidence);
                self.adopt(payee, registered, EventKind::Registered, from)
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

    /// The registration did not go through; nothing changes when a look has found the payee in the meantime.
    pub(crate) async fn refuse(&self, id: PayeeId, error: &GatewayError) -> Result<Payee, Error> {
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
