//! The app's listener with the engine and a ledger behind it, as the app has them. The notifications are signed, and each is of
//! a payout that this ledger does not know: it is read, checked, looked up, and kept as evidence.

use super::TOKEN;
use crate::ports::{NoVault, RandomIds, SystemClock, Wire, client};
use crate::samples;
use anyhow::Result;
use pockyt::Received;
use remit_core::{
    Changed, Engine, InvoiceId, Notification, Observer, PayoutSnapshot, Policy, Ports, Verdict,
    Way, WireStatus,
};
use remit_ledger::SqliteLedger;
use remit_listener::{Bound, Kept};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::io::AsyncReadExt;

/// Serves until standard input ends, and tells on standard output where.
pub(crate) async fn serve(folder: &Path) -> Result<()> {
    let folder = tempfile::tempdir_in(folder)?;
    let ledger = SqliteLedger::open(&folder.path().join("ledger.db"), &samples::key()?)?;
    let ports = Ports {
        gateway: Arc::new(Wire {
            // Nobody is asked anything.
            client: client("http://127.0.0.1:1")?,
        }),
        ledger: Arc::new(ledger),
        vault: Arc::new(NoVault),
        clock: Arc::new(SystemClock(Instant::now())),
        ids: Arc::new(RandomIds),
    };
    let engine = Engine::new(ports, Policy::default(), Arc::new(Silent), None);
    let bound = Bound::bind(0, "bench").await?;
    println!("{}", bound.url());
    let listener = bound.serve(Arc::new(Intake(engine)));
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    listener.stop().await;
    Ok(())
}

struct Intake(Engine);

impl remit_listener::Intake for Intake {
    async fn take(&self, content_type: Option<&str>, body: &[u8]) -> Kept {
        let taken = self.0.take_notification(Way::Listener, content_type, body);
        match taken.await {
            Ok(Verdict::Forged) => Kept::Refused,
            Ok(_) => Kept::Durably,
            Err(_) => Kept::Failed,
        }
    }
}

struct Silent;

impl Observer for Silent {
    fn changed(&self, _: Changed) {}
}

/// Reads and checks a notification as the app's gateway does, as far as its number.
pub(crate) fn read(
    content_type: Option<&str>,
    body: &[u8],
) -> Result<Notification, Option<InvoiceId>> {
    let received = Received::parse(content_type, body).map_err(|_| None)?;
    let claimed = received
        .claimed_invoice_id()
        .map(|id| InvoiceId(id.to_string()));
    let verified = received
        .verify(&TOKEN.into())
        .map_err(|_| claimed.clone())?;
    let payout = PayoutSnapshot {
        invoice_id: claimed.ok_or(None)?,
        transaction_no: None,
        money: None,
        fee: None,
        account_token: None,
        status: WireStatus::Other(String::new()),
    };
    let raw = serde_json::to_string(verified.fields()).unwrap_or_default();
    Ok(Notification { payout, raw })
}
