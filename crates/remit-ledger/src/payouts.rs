//! Payouts: how they are recorded and changed. How they are listed and counted is in `payouts_query.rs`.

use crate::columns::{
    Cells, Columns, Word, count, id, id_or_null, insert_unless_taken, instant, instant_or_null,
    owned, text, text_or_null, word, word_or_null,
};
use crate::errors::translate;
use crate::events::Prepared;
use crate::payout_change::Change;
use crate::writer::Scope;
use crate::{events, payees, search, similar};
use remit_core::{
    AccountToken, Currency, CustomerNo, IllegalEdge, InvoiceId, LedgerError, Money, NewEvent,
    PayeeId, Payout, PayoutId, Reason, RequestKey, State, TransactionNo, WireBody, allowed,
};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, ToSql};
use uuid::Uuid;

/// What a payout pays, to whom and under which numbers cannot change once it is released, whoever writes (I3, I4).
pub(crate) const SCHEMA: &str = "
CREATE TABLE payouts (
  id BLOB PRIMARY KEY,
  payee_id BLOB NOT NULL REFERENCES payees (id),
  customer_no TEXT NOT NULL,
  payee_name TEXT NOT NULL,
  account_token TEXT NOT NULL,
  account_label TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  fee_minor INTEGER,
  fee_currency TEXT,
  invoice_id TEXT NOT NULL UNIQUE,
  request_key BLOB NOT NULL UNIQUE,
  channel TEXT NOT NULL,
  description TEXT NOT NULL,
  note TEXT NOT NULL,
  ipn_url TEXT,
  state TEXT NOT NULL,
  reason TEXT,
  detail TEXT,
  since INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  sent_at INTEGER,
  settled_at INTEGER,
  transaction_no TEXT,
  body TEXT,
  attempts INTEGER NOT NULL,
  not_found INTEGER NOT NULL,
  checks INTEGER NOT NULL,
  last_checked_at INTEGER,
  next_at INTEGER,
  retry_of BLOB REFERENCES payouts (id),
  retried_by BLOB,
  revision INTEGER NOT NULL,
  search TEXT NOT NULL,
  CHECK ((fee_minor IS NULL) = (fee_currency IS NULL))
) STRICT;
CREATE INDEX payouts_by_age ON payouts (created_at, id);
CREATE INDEX payouts_whole ON payouts (currency, amount_minor, created_at, state, payee_id, id, search);
CREATE INDEX payouts_by_amount ON payouts (currency, -amount_minor, id);
CREATE INDEX payouts_by_state ON payouts (state, created_at, id);
CREATE INDEX payouts_due ON payouts (state, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX payouts_next_due ON payouts (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX payouts_of_payee ON payouts (payee_id, created_at, id);
CREATE INDEX payouts_paid ON payouts (payee_id, settled_at) WHERE state = 'paid';
CREATE INDEX payouts_with_fee ON payouts (currency, created_at) WHERE fee_minor IS NOT NULL;
CREATE TRIGGER payouts_never_go BEFORE DELETE ON payouts
  BEGIN SELECT RAISE(ABORT, 'payouts are never deleted'); END;
CREATE TRIGGER payouts_keep_their_identity BEFORE UPDATE ON payouts
  WHEN OLD.id IS NOT NEW.id OR OLD.request_key IS NOT NEW.request_key OR OLD.retry_of IS NOT NEW.retry_of
    OR (OLD.retried_by IS NOT NULL AND OLD.retried_by IS NOT NEW.retried_by)
  BEGIN SELECT RAISE(ABORT, 'the idempotency key and the links of a payout cannot change'); END;
CREATE TRIGGER payouts_keep_what_was_released BEFORE UPDATE ON payouts
  WHEN OLD.state <> 'draft' AND (OLD.payee_id IS NOT NEW.payee_id OR OLD.customer_no IS NOT NEW.customer_no
    OR OLD.payee_name IS NOT NEW.payee_name OR OLD.account_token IS NOT NEW.account_token
    OR OLD.account_label IS NOT NEW.account_label OR OLD.amount_minor IS NOT NEW.amount_minor
    OR OLD.currency IS NOT NEW.currency OR OLD.invoice_id IS NOT NEW.invoice_id OR OLD.created_at IS NOT NEW.created_at)
  BEGIN SELECT RAISE(ABORT, 'the payee, account, amount and invoice ID of a released payout cannot change'); END;
-- What certainly never left this computer is made afresh: back in ready, without a body, with no attempt counted.
CREATE TRIGGER payouts_keep_their_body BEFORE UPDATE ON payouts
  WHEN OLD.body IS NOT NULL
    AND NOT (OLD.state = 'sending' AND NEW.state = 'ready' AND NEW.body IS NULL AND NEW.attempts = 0)
    AND (OLD.body IS NOT NEW.body OR OLD.channel IS NOT NEW.channel
    OR OLD.description IS NOT NEW.description OR OLD.ipn_url IS NOT NEW.ipn_url)
  BEGIN SELECT RAISE(ABORT, 'the request of a payout cannot change once it was made'); END;
";

/// Leads to the payouts that ended lately and were to be notified about.
pub(crate) const BY_END: &str = "
CREATE INDEX payouts_by_end ON payouts (settled_at) WHERE ipn_url IS NOT NULL AND settled_at IS NOT NULL;
";

/// What was paid to a payee is summed for each row of a list: from the index alone, without a look at each payout.
pub(crate) const PAID: &str = "
DROP INDEX payouts_paid;
CREATE INDEX payouts_paid ON payouts (payee_id, settled_at, currency, amount_minor) WHERE state = 'paid';
";

/// The text by which a payout is found: that of [`crate::payout_change::SEARCHED`].
pub(crate) fn search_text(payout: &Payout) -> String {
    search::text([
        payout.payee_name.as_str(),
        payout.invoice_id.as_str(),
        payout
            .transaction_no
            .as_ref()
            .map_or("", TransactionNo::as_str),
        &payout.description,
    ])
}

/// All columns in the order of the table but its last, the one that is searched, with a revision.
pub(crate) fn columns(payout: &Payout, revision: u64) -> Result<Columns<'_>, LedgerError> {
    Ok(vec![
        ("id", id(&payout.id.0)),
        ("payee_id", id(&payout.payee_id.0)),
        ("customer_no", text(payout.customer_no.as_str())),
        ("payee_name", text(&payout.payee_name)),
        ("account_token", text(payout.account_token.as_str())),
        ("account_label", text(&payout.account_label)),
        ("amount_minor", payout.money.minor.into()),
        ("currency", word(&payout.money.currency)?),
        ("fee_minor", owned(payout.fee.map(|fee| fee.minor).into())),
        (
            "fee_currency",
            word_or_null(payout.fee.map(|fee| fee.currency).as_ref())?,
        ),
        ("invoice_id", text(payout.invoice_id.as_str())),
        ("request_key", id(&payout.request_key.0)),
        ("channel", word(&payout.channel)?),
        ("description", text(&payout.description)),
        ("note", text(&payout.note)),
        ("ipn_url", text_or_null(payout.ipn_url.as_deref())),
        ("state", word(&payout.state)?),
        ("reason", word_or_null(payout.reason.as_ref())?),
        ("detail", text_or_null(payout.detail.as_deref())),
        ("since", owned(instant(payout.since)?)),
        ("created_at", owned(instant(payout.created_at)?)),
        ("sent_at", owned(instant_or_null(payout.sent_at)?)),
        ("settled_at", owned(instant_or_null(payout.settled_at)?)),
        (
            "transaction_no",
            text_or_null(payout.transaction_no.as_ref().map(TransactionNo::as_str)),
        ),
        (
            "body",
            text_or_null(payout.body.as_ref().map(WireBody::as_str)),
        ),
        ("attempts", payout.attempts.into()),
        ("not_found", payout.not_found.into()),
        ("checks", payout.checks.into()),
        (
            "last_checked_at",
            owned(instant_or_null(payout.last_checked_at)?),
        ),
        ("next_at", owned(instant_or_null(payout.next_at)?)),
        (
            "retry_of",
            id_or_null(payout.retry_of.as_ref().map(|id| &id.0)),
        ),
        (
            "retried_by",
            id_or_null(payout.retried_by.as_ref().map(|id| &id.0)),
        ),
        ("revision", owned(count(revision)?)),
    ])
}

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Payout> {
    let mut cells = Cells::of(row);
    Ok(Payout {
        id: PayoutId(cells.next()?),
        payee_id: PayeeId(cells.next()?),
        customer_no: CustomerNo(cells.next()?),
        payee_name: cells.next()?,
        account_token: AccountToken(cells.next()?),
        account_label: cells.next()?,
        money: Money::new(cells.next()?, cells.word()?),
        fee: fee(cells.next()?, cells.word_or_null()?),
        invoice_id: InvoiceId(cells.next()?),
        request_key: RequestKey(cells.next()?),
        channel: cells.word()?,
        description: cells.next()?,
        note: cells.next()?,
        ipn_url: cells.next()?,
        state: cells.word()?,
        reason: cells.word_or_null()?,
        detail: cells.next()?,
        since: cells.instant()?,
        created_at: cells.instant()?,
        sent_at: cells.instant_or_null()?,
        settled_at: cells.instant_or_null()?,
        transaction_no: cells.next::<Option<String>>()?.map(TransactionNo),
        body: cells.next::<Option<String>>()?.map(WireBody),
        attempts: cells.next()?,
        not_found: cells.next()?,
        checks: cells.next()?,
        last_checked_at: cells.instant_or_null()?,
        next_at: cells.instant_or_null()?,
        retry_of: cells.next::<Option<Uuid>>()?.map(PayoutId),
        retried_by: cells.next::<Option<Uuid>>()?.map(PayoutId),
        revision: cells.next()?,
    })
}

/// Whether a payout has paid, or may still, by the columns of its state and, behind it, its reason.
pub(crate) fn may_have_paid(row: &Row<'_>, state: usize) -> rusqlite::Result<bool> {
    let reason = row.get::<_, Option<Word<Reason>>>(state + 1)?;
    let state: State = row.get::<_, Word<_>>(state)?.0;
    Ok(state.may_have_paid(reason.map(|word| word.0)))
}

/// The fee, where Pockyt has told one.
pub(crate) fn fee(minor: Option<i64>, currency: Option<Currency>) -> Option<Money> {
    minor
        .zip(currency)
        .map(|(minor, currency)| Money::new(minor, currency))
}

fn one(
    connection: &Connection,
    condition: &str,
    value: impl ToSql,
) -> Result<Option<Payout>, LedgerError> {
    connection
        .prepare_cached(&format!("SELECT * FROM payouts WHERE {condition}"))
        .and_then(|mut statement| statement.query_row([value], read).optional())
        .map_err(translate)
}

pub(crate) fn find(connection: &Connection, id: PayoutId) -> Result<Option<Payout>, LedgerError> {
    one(connection, "id=?", id.0)
}

pub(crate) fn find_by_invoice(
    connection: &Connection,
    invoice_id: &InvoiceId,
) -> Result<Option<Payout>, LedgerError> {
    one(connection, "invoice_id=?", invoice_id.as_str())
}

fn require_free_invoice(connection: &Connection, payout: &Payout) -> Result<(), LedgerError> {
    let taken = connection
        .prepare_cached("SELECT 1 FROM payouts WHERE invoice_id=? AND id<>?")
        .and_then(|mut statement| statement.exists((payout.invoice_id.as_str(), payout.id.0)))
        .map_err(translate)?;
    if taken {
        return Err(LedgerError::InvoiceUsed(payout.invoice_id.clone()));
    }
    Ok(())
}

/// A payout about to be recorded, with what can be made of it before it is the turn of the one writer.
#[derive(Clone)]
pub(crate) struct New {
    pub(crate) payout: Payout,
    search: String,
    events: Vec<Prepared>,
}

impl New {
    pub(crate) fn of(payout: Payout, events: Vec<NewEvent>) -> Self {
        Self {
            search: search_text(&payout),
            events: Prepared::all(events),
            payout,
        }
    }
}

/// Records a payout, with the text by which it is found. Returns it as it stands when it was on record before.
pub(crate) fn record(scope: &mut Scope<'_>, new: &New) -> Result<Option<Payout>, LedgerError> {
    let New {
        payout,
        search,
        events,
    } = new;
    let retried = match payout.retry_of {
        Some(earlier) => {
            if let Some(known) = find(scope, payout.id)? {
                return Ok(Some(known));
            }
            let mut earlier = find(scope, earlier)?.ok_or(LedgerError::NotFound)?;
            if !earlier.retryable() {
                return Err(LedgerError::Conflict);
            }
            earlier.retried_by = Some(payout.id);
            Some(earlier)
        }
        None => None,
    };
    let mut columns = columns(payout, payout.revision)?;
    columns.push(("search", text(search)));
    // The keys of the table say what an own look at each would; which of them it was is asked only when one did.
    let inserted = insert_unless_taken(scope, "payouts", &columns);
    if inserted != Ok(true) {
        if let Some(known) = find(scope, payout.id)? {
            return Ok(Some(known));
        }
        payees::require(scope, payout.payee_id)?;
        require_free_invoice(scope, payout)?;
        inserted?;
        return Err(LedgerError::Failed(
            "its idempotency key is that of another payout".to_owned(),
        ));
    }
    similar::keep(scope, payout)?;
    if let Some(retried) = retried {
        Change::of(scope, &retried)?.write(scope)?;
    }
    if payout.state == State::Paid {
        refresh_last_paid(scope, payout.payee_id)?;
    }
    events::append_prepared(scope, events)?;
    Ok(None)
}

/// Applies each change by itself, and returns the revisions that they made. An error of the store itself, rather than of
/// one change, ends the call.
pub(crate) fn apply(
    scope: &mut Scope<'_>,
    changes: &[(Payout, Vec<Prepared>)],
) -> Result<Vec<Result<u64, LedgerError>>, LedgerError> {
    let mut answers = Vec::with_capacity(changes.len());
    for (payout, events) in changes {
        answers.push(by_itself(scope, |scope| apply_one(scope, payout, events))?);
    }
    Ok(answers)
}

/// Does a part of the work that concerns one payout; an error of the store itself ends the whole.
pub(crate) fn by_itself<T>(
    scope: &mut Scope<'_>,
    work: impl FnOnce(&mut Scope<'_>) -> Result<T, LedgerError>,
) -> Result<Result<T, LedgerError>, LedgerError> {
    let answer = scope.attempt(work);
    match answer {
        // SQLite has undone the whole transaction: what followed would be a change by itself.
        Err(error) if scope.is_autocommit() => Err(error),
        Ok(_)
        | Err(
            LedgerError::Conflict
            | LedgerError::InvoiceUsed(_)
            | LedgerError::Illegal(_)
            | LedgerError::NotFound
            | LedgerError::Failed(_),
        ) => Ok(answer),
        Err(error) => Err(error),
    }
}

fn apply_one(
    scope: &mut Scope<'_>,
    payout: &Payout,
    events: &[Prepared],
) -> Result<u64, LedgerError> {
    let change = Change::of(scope, payout)?;
    let known = change.state;
    if change.revision != payout.revision {
        return Err(LedgerError::Conflict);
    }
    // Only the schedule of the next check may change without an event.
    if events.is_empty() && known != payout.state {
        return Err(LedgerError::Failed(
            "a payout was to change without a word of why".to_owned(),
        ));
    }
    if !allowed(known, payout.state) {
        return Err(IllegalEdge {
            from: known,
            to: payout.state,
        }
        .into());
    }
    if change.renamed.is_some() {
        require_free_invoice(scope, payout)?;
    }
    change.write(scope)?;
    if known == State::Paid || payout.state == State::Paid {
        refresh_last_paid(scope, payout.payee_id)?;
    }
    events::append_prepared(scope, events)?;
    Ok(payout.revision + 1)
}

fn refresh_last_paid(connection: &Connection, payee: PayeeId) -> Result<(), LedgerError> {
    connection
        .prepare_cached(
            "UPDATE payees SET last_paid_at=(SELECT max(settled_at) FROM payouts WHERE payee_id=?1 AND state='paid') WHERE id=?1",
        )
        .and_then(|mut statement| statement.execute([Value::from(payee.0)]))
        .map_err(translate)?;
    Ok(())
}
