//! Payouts: how they are recorded and changed. How they are listed and counted is in `payouts_query.rs`.

use crate::columns::{
    At, Columns, Word, count, insert, instant, instant_or_null, replace, word, word_or_null,
};
use crate::errors::translate;
use crate::{events, payees, search};
use remit_core::{
    AccountToken, CustomerNo, IllegalEdge, InvoiceId, LedgerError, Money, NewEvent, PayeeId,
    Payout, PayoutChange, PayoutId, Recorded, RequestKey, State, TransactionNo, WireBody, allowed,
};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, Savepoint, ToSql};
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

fn columns(payout: Payout) -> Result<Columns, LedgerError> {
    let search = search::text([
        payout.payee_name.as_str(),
        payout.invoice_id.as_str(),
        payout
            .transaction_no
            .as_ref()
            .map_or("", TransactionNo::as_str),
        &payout.description,
    ]);
    Ok(vec![
        ("id", payout.id.0.into()),
        ("payee_id", payout.payee_id.0.into()),
        ("customer_no", payout.customer_no.0.into()),
        ("payee_name", payout.payee_name.into()),
        ("account_token", payout.account_token.0.into()),
        ("account_label", payout.account_label.into()),
        ("amount_minor", payout.money.minor.into()),
        ("currency", word(&payout.money.currency)?),
        ("fee_minor", payout.fee.map(|fee| fee.minor).into()),
        (
            "fee_currency",
            word_or_null(payout.fee.map(|fee| fee.currency).as_ref())?,
        ),
        ("invoice_id", payout.invoice_id.0.into()),
        ("request_key", payout.request_key.0.into()),
        ("channel", word(&payout.channel)?),
        ("description", payout.description.into()),
        ("note", payout.note.into()),
        ("ipn_url", payout.ipn_url.into()),
        ("state", word(&payout.state)?),
        ("reason", word_or_null(payout.reason.as_ref())?),
        ("detail", payout.detail.into()),
        ("since", instant(payout.since)?),
        ("created_at", instant(payout.created_at)?),
        ("sent_at", instant_or_null(payout.sent_at)?),
        ("settled_at", instant_or_null(payout.settled_at)?),
        (
            "transaction_no",
            payout.transaction_no.map(|number| number.0).into(),
        ),
        ("body", payout.body.map(|body| body.0).into()),
        ("attempts", payout.attempts.into()),
        ("not_found", payout.not_found.into()),
        ("checks", payout.checks.into()),
        ("last_checked_at", instant_or_null(payout.last_checked_at)?),
        ("next_at", instant_or_null(payout.next_at)?),
        ("retry_of", payout.retry_of.map(|id| id.0).into()),
        ("retried_by", payout.retried_by.map(|id| id.0).into()),
        ("revision", count(payout.revision)?),
        ("search", search.into()),
    ])
}

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Payout> {
    Ok(Payout {
        id: PayoutId(row.get("id")?),
        payee_id: PayeeId(row.get("payee_id")?),
        customer_no: CustomerNo(row.get("customer_no")?),
        payee_name: row.get("payee_name")?,
        account_token: AccountToken(row.get("account_token")?),
        account_label: row.get("account_label")?,
        money: Money::new(
            row.get("amount_minor")?,
            row.get::<_, Word<_>>("currency")?.0,
        ),
        fee: read_fee(row)?,
        invoice_id: InvoiceId(row.get("invoice_id")?),
        request_key: RequestKey(row.get("request_key")?),
        channel: row.get::<_, Word<_>>("channel")?.0,
        description: row.get("description")?,
        note: row.get("note")?,
        ipn_url: row.get("ipn_url")?,
        state: row.get::<_, Word<_>>("state")?.0,
        reason: row.get::<_, Option<Word<_>>>("reason")?.map(|word| word.0),
        detail: row.get("detail")?,
        since: row.get::<_, At>("since")?.0,
        created_at: row.get::<_, At>("created_at")?.0,
        sent_at: row.get::<_, Option<At>>("sent_at")?.map(|at| at.0),
        settled_at: row.get::<_, Option<At>>("settled_at")?.map(|at| at.0),
        transaction_no: row
            .get::<_, Option<String>>("transaction_no")?
            .map(TransactionNo),
        body: row.get::<_, Option<String>>("body")?.map(WireBody),
        attempts: row.get("attempts")?,
        not_found: row.get("not_found")?,
        checks: row.get("checks")?,
        last_checked_at: row.get::<_, Option<At>>("last_checked_at")?.map(|at| at.0),
        next_at: row.get::<_, Option<At>>("next_at")?.map(|at| at.0),
        retry_of: row.get::<_, Option<Uuid>>("retry_of")?.map(PayoutId),
        retried_by: row.get::<_, Option<Uuid>>("retried_by")?.map(PayoutId),
        revision: row.get("revision")?,
    })
}

/// The fee of a row, where Pockyt has told one.
pub(crate) fn read_fee(row: &Row<'_>) -> rusqlite::Result<Option<Money>> {
    let currency = row.get::<_, Option<Word<_>>>("fee_currency")?;
    Ok(row
        .get::<_, Option<i64>>("fee_minor")?
        .zip(currency)
        .map(|(minor, currency)| Money::new(minor, currency.0)))
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
    match find_by_invoice(connection, &payout.invoice_id)? {
        Some(other) if other.id != payout.id => {
            Err(LedgerError::InvoiceUsed(payout.invoice_id.clone()))
        }
        _ => Ok(()),
    }
}

pub(crate) fn record(
    connection: &Connection,
    payout: Payout,
    events: Vec<NewEvent>,
) -> Result<Recorded<Payout>, LedgerError> {
    if let Some(known) = find(connection, payout.id)? {
        return Ok(Recorded::Known(known));
    }
    payees::find(connection, payout.payee_id)?.ok_or(LedgerError::NotFound)?;
    require_free_invoice(connection, &payout)?;
    if let Some(earlier) = payout.retry_of {
        let mut earlier = find(connection, earlier)?.ok_or(LedgerError::NotFound)?;
        if !earlier.retryable() {
            return Err(LedgerError::Conflict);
        }
        earlier.retried_by = Some(payout.id);
        write_change(connection, earlier)?;
    }
    insert(connection, "payouts", columns(payout.clone())?)?;
    if payout.state == State::Paid {
        refresh_last_paid(connection, payout.payee_id)?;
    }
    events::append(connection, events)?;
    Ok(Recorded::New(payout))
}

/// Applies each change in a savepoint of its own. An error of the store itself, rather than of one change, ends the call.
pub(crate) fn apply(
    transaction: &mut Savepoint<'_>,
    changes: Vec<PayoutChange>,
) -> Result<Vec<Result<Payout, LedgerError>>, LedgerError> {
    let mut answers = Vec::with_capacity(changes.len());
    for change in changes {
        let attempt = transaction.savepoint().map_err(translate)?;
        let answer = apply_one(&attempt, change);
        match &answer {
            Ok(_) => attempt.commit().map_err(translate)?,
            Err(
                LedgerError::Conflict
                | LedgerError::InvoiceUsed(_)
                | LedgerError::Illegal(_)
                | LedgerError::NotFound
                | LedgerError::Failed(_),
            ) => attempt.finish().map_err(translate)?,
            Err(error) => return Err(error.clone()),
        }
        answers.push(answer);
    }
    Ok(answers)
}

fn apply_one(connection: &Connection, change: PayoutChange) -> Result<Payout, LedgerError> {
    let PayoutChange { payout, events } = change;
    let known = find(connection, payout.id)?.ok_or(LedgerError::NotFound)?;
    if known.revision != payout.revision {
        return Err(LedgerError::Conflict);
    }
    // Only the schedule of the next check may change without an event.
    if events.is_empty() && known.state != payout.state {
        return Err(LedgerError::Failed(
            "a payout was to change without a word of why".to_owned(),
        ));
    }
    if !allowed(known.state, payout.state) {
        return Err(IllegalEdge {
            from: known.state,
            to: payout.state,
        }
        .into());
    }
    require_free_invoice(connection, &payout)?;
    let was_paid = known.state == State::Paid;
    let payout = write_change(connection, payout)?;
    if was_paid || payout.state == State::Paid {
        refresh_last_paid(connection, payout.payee_id)?;
    }
    events::append(connection, events)?;
    Ok(payout)
}

/// Writes a row with the next revision.
fn write_change(connection: &Connection, mut payout: Payout) -> Result<Payout, LedgerError> {
    payout.revision += 1;
    replace(connection, "payouts", &["id"], columns(payout.clone())?)?;
    Ok(payout)
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
