//! What the database itself refuses, each time a payout changes or an event comes, at the least price.

/// `RAISE(ABORT)` undoes the statement that met it; to be able to, SQLite copies aside each page that any such statement
/// changes, and so it did for every claim and every event. Here a trigger fires before its row is written and a statement
/// writes one row, so that there is nothing to undo: `RAISE(FAIL)` refuses the same. (What a statement of Remit has written
/// before it failed, the writer's scope undoes in any case.)
pub(crate) const SCHEMA: &str = "
DROP TRIGGER payouts_keep_their_identity;
CREATE TRIGGER payouts_keep_their_identity BEFORE UPDATE ON payouts
  WHEN OLD.id IS NOT NEW.id OR OLD.request_key IS NOT NEW.request_key OR OLD.retry_of IS NOT NEW.retry_of
    OR (OLD.retried_by IS NOT NULL AND OLD.retried_by IS NOT NEW.retried_by)
  BEGIN SELECT RAISE(FAIL, 'the idempotency key and the links of a payout cannot change'); END;
DROP TRIGGER payouts_keep_what_was_released;
CREATE TRIGGER payouts_keep_what_was_released BEFORE UPDATE ON payouts
  WHEN OLD.state <> 'draft' AND (OLD.payee_id IS NOT NEW.payee_id OR OLD.customer_no IS NOT NEW.customer_no
    OR OLD.payee_name IS NOT NEW.payee_name OR OLD.account_token IS NOT NEW.account_token
    OR OLD.account_label IS NOT NEW.account_label OR OLD.amount_minor IS NOT NEW.amount_minor
    OR OLD.currency IS NOT NEW.currency OR OLD.invoice_id IS NOT NEW.invoice_id OR OLD.created_at IS NOT NEW.created_at)
  BEGIN SELECT RAISE(FAIL, 'the payee, account, amount and invoice ID of a released payout cannot change'); END;
DROP TRIGGER payouts_keep_their_body;
-- What certainly never left this computer is made afresh: back in ready, without a body, with no attempt counted.
CREATE TRIGGER payouts_keep_their_body BEFORE UPDATE ON payouts
  WHEN OLD.body IS NOT NULL
    AND NOT (OLD.state = 'sending' AND NEW.state = 'ready' AND NEW.body IS NULL AND NEW.attempts = 0)
    AND (OLD.body IS NOT NEW.body OR OLD.channel IS NOT NEW.channel
    OR OLD.description IS NOT NEW.description OR OLD.ipn_url IS NOT NEW.ipn_url)
  BEGIN SELECT RAISE(FAIL, 'the request of a payout cannot change once it was made'); END;
DROP TRIGGER events_in_order;
CREATE TRIGGER events_in_order BEFORE INSERT ON events
  WHEN NEW.seq IS NOT (SELECT ifnull(max(seq), 0) + 1 FROM events)
  BEGIN SELECT RAISE(FAIL, 'history has no gaps and no second version'); END;
";
