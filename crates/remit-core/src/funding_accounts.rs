//! Step 4 of the work: listing the funding accounts of payees.

use crate::engine::{Changed, Engine};
use crate::error::Error;
use crate::event::{EventKind, NewEvent, Source, Subject};
use crate::gateway::{AccountSnapshot, Answer, Refusal};
use crate::ids::{AccountToken, PayeeId};
use crate::payee::{AccountStatus, FundingAccount, Payee};
use crate::payee_status::registered;
use jiff::Timestamp;

impl Engine {
    /// Asks Pockyt for a payee's accounts, or for only one of them by its number (step 4).
    ///
    /// # Errors
    /// When Pockyt cannot be asked or the ledger fails.
    pub async fn refresh_accounts(
        &self,
        payee: &Payee,
        only: Option<&AccountToken>,
    ) -> Result<Vec<FundingAccount>, Error> {
        let question = self.questions.ask(payee.id);
        let asked = self.ports.gateway.accounts(registered(payee)?, only).await;
        let answer = match asked {
            // Asked about one account, Pockyt has no record (000021): it does not list it.
            Err(error) if only.is_some() && error.kind == Refusal::NoSuchRecord => Answer {
                value: Vec::new(),
                evidence: error.evidence.unwrap_or_default(),
            },
            answer => answer?,
        };
        let mut answered = question.answered().await;
        let known = self.ports.ledger.accounts(payee.id).await?;
        let now = self.now();
        let mut rows = Vec::new();
        let mut events = Vec::new();
        let is_told = |token: &AccountToken| {
            only.is_none_or(|asked| asked == token) && answered.is_news_of(token)
        };
        let seen = answer
            .value
            .into_iter()
            .filter(|account| is_told(&account.token));
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
        for gone in known.iter().filter(|account| is_told(&account.token)) {
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
        answered.tells_accounts(only);
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
