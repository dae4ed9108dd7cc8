//! What the engine of the open account is doing, how fast it may go, and whether its history is as it was written.

use super::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::Limits;
use crate::ipc::views::{
    BadEvent, EngineStatusView, HistoryReport, LearntView, RecoveryView, RememberedHead,
};
use crate::session::{Session, rolled_back};
use jiff::SignedDuration;
use remit_core::{Code, LedgerError, Subject, Verified};

/// How far back is counted from whom Remit learnt how payouts ended.
const LATELY: SignedDuration = SignedDuration::from_hours(24 * 30);
/// In how much time Pockyt repeats a notification (pockyt-api.md section 5).
const REPEATS: SignedDuration = SignedDuration::from_hours(2);

impl App {
    pub(crate) async fn engine_status(&self) -> Result<EngineStatusView, IpcError> {
        status(self.session().await?.as_ref()).await
    }

    pub(crate) async fn set_limits(&self, limits: Limits) -> Result<EngineStatusView, IpcError> {
        let limits = limits.checked()?;
        let _opening = self.opening.lock().await;
        let session = self.session().await?;
        self.change_profile(&session.profile().id, |profile| profile.limits = limits)?;
        session.engine().limit(limits.into());
        status(&session).await
    }

    pub(crate) async fn verify_history(&self) -> Result<HistoryReport, IpcError> {
        let session = self.session().await?;
        session
            .unless_closed(verify(&session))
            .await
            .unwrap_or_else(|| Err(super::no_profile()))
    }
}

pub(super) async fn status(session: &Session) -> Result<EngineStatusView, IpcError> {
    let engine = session.engine();
    let ledger = session.ledger();
    let now = engine.now();
    let before = |span| now.checked_sub(span).unwrap_or(now);
    let since = before(LATELY);
    let learnt = ledger.learnt(since, before(REPEATS)).await?;
    let waiting = session.runs().ready_to_send(u32::MAX).await?;
    let next = engine.next_due().await?;
    let status = engine.status();
    let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(EngineStatusView {
        limits: status.limits.into(),
        under_way: status.under_way,
        waiting,
        offline_since: status.offline_since.map(|at| at.to_string()),
        held_until: status.held_until.map(|at| at.to_string()),
        answered_at: status.answered_at.map(|at| at.to_string()),
        next_ask_at: next.map(|at| at.to_string()),
        recovery: status.recovery.map(RecoveryView::from),
        learnt: LearntView {
            notified: number(learnt.notified),
            asked_first: number(learnt.asked_first),
            repaired: number(learnt.repaired),
            since: since.to_string(),
        },
    })
}

async fn verify(session: &Session) -> Result<HistoryReport, IpcError> {
    let ledger = session.ledger();
    let (verified, damage) = match ledger.verify().await {
        Ok(verified) => (verified, None),
        Err(error @ LedgerError::Corrupt(_)) => {
            tracing::error!(?error, "the check of the ledger failed");
            let head = ledger.head().await.unwrap_or_default();
            let verified = Verified {
                events: head.seq,
                head: head.hash,
                broken_at: None,
            };
            (verified, Some(damaged()))
        }
        Err(error) => return Err(error.into()),
    };
    let first_bad = match verified.broken_at {
        Some(seq) => Some(bad_event(session, seq).await),
        None => None,
    };
    let (keychain, unread) = match session.bookmark().compare().await {
        Ok(stands) => (stands, None),
        Err(error) => (RememberedHead::Unreadable, Some(error.into())),
    };
    let older = matches!(
        keychain,
        RememberedHead::MissingEvents | RememberedHead::Differs
    )
    .then(|| rolled_back().into());
    let altered = first_bad.as_ref().map(|bad| altered(bad.seq));
    let trouble = altered.or(damage).or(older).or(unread);
    if trouble.is_none() {
        session.bookmark().keep().await?;
    }
    Ok(HistoryReport {
        events: u32::try_from(verified.events).unwrap_or(u32::MAX),
        head: verified.head,
        checked_at: session.engine().now().to_string(),
        first_bad,
        keychain,
        trouble,
    })
}

async fn bad_event(session: &Session, seq: u64) -> BadEvent {
    let found = session.ledger().event_at(seq).await.ok().flatten();
    let event = found.map(|found| found.event);
    let subject = event.as_ref().map(|event| event.subject);
    BadEvent {
        seq: u32::try_from(seq).unwrap_or(u32::MAX),
        at: event.as_ref().map(|event| event.at.to_string()),
        kind: event.map(|event| event.kind),
        payout_id: match subject {
            Some(Subject::Payout(id)) => Some(id.to_string()),
            _ => None,
        },
        payee_id: match subject {
            Some(Subject::Payee(id)) => Some(id.to_string()),
            _ => None,
        },
    }
}

fn altered(seq: u32) -> IpcError {
    IpcError::new(
        Code::HistoryAltered,
        format!(
            "Entry {seq} of the history is not as Remit wrote it: something other than Remit changed the file, or the disk \
             fails. What comes before it is as it was. Compare the payouts since then with Pockyt, and restore a copy from before."
        ),
    )
}

fn damaged() -> IpcError {
    IpcError::new(
        Code::LedgerCorrupt,
        "The ledger file is damaged in places. Make no new payouts for now; check the disk, and restore the newest copy.",
    )
}
