//! A ledger with ten thousand payees, the engine and the sender of runs over it, and the owner's part of a run: from the file to the
//! release.

use crate::ports::{NoVault, RandomIds, SystemClock, Wire, client};
use crate::samples;
use crate::sandbox::Target;
use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use futures_util::future::try_join_all;
use jiff::Timestamp;
use remit_core::{
    Accepted, AccountSnapshot, AccountStatus, AccountToken, Answer, Changed, Currency, CustomerNo,
    Engine, FundingAccount, Gateway, GatewayError, Ids, InvoiceId, Ledger, Limits, Money,
    Notification, Observer, PayOrder, PayeeChanges, PayeeKey, PayeeSnapshot, PayoutId,
    PayoutSnapshot, Policy, Ports, Registered, Registration, RequestKey, RunId, RunOrigin, Runs,
    State, WireBody,
};
use remit_ledger::SqliteLedger;
use remit_runs::{Decision, Draft, NewDraft, RunChange, RunObserver, Sending};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

const LEDGER: &str = "ledger.db";
/// How many payees are recorded together.
const TOGETHER: u32 = 500;

/// A ledger of so many payees, whom the local Pockyt all takes for the one that it can pay.
pub(super) async fn template(target: &Target, payees: u32, folder: &Path) -> Result<TempDir> {
    let folder = tempfile::tempdir_in(folder)?;
    let ledger = SqliteLedger::open(&folder.path().join(LEDGER), &samples::key()?)?;
    for from in (0..payees).step_by(TOGETHER as usize) {
        let record = |number: u32| add(&ledger, target, number);
        try_join_all((from..payees.min(from + TOGETHER)).map(record)).await?;
    }
    drop(ledger);
    Ok(folder)
}

async fn add(ledger: &SqliteLedger, target: &Target, number: u32) -> Result<()> {
    let mut payee = samples::payee(&target.customer_no);
    payee.email = email(number);
    let now = payee.created_at;
    let id = payee.id;
    let account = FundingAccount {
        token: AccountToken::from(target.account_token.as_str()),
        payee_id: id,
        kind: "BANK_ACCOUNT".to_owned(),
        country: "US".to_owned(),
        currency: "USD".to_owned(),
        masked: Some("****5655".to_owned()),
        tag: None,
        status: AccountStatus::Activated,
        status_raw: "ACTIVATED".to_owned(),
        first_seen_at: now,
        changed_at: None,
        checked_at: now,
    };
    ledger.record_payee(payee, Vec::new()).await?;
    ledger
        .record_accounts(id, vec![account], Vec::new())
        .await?;
    Ok(())
}

fn email(number: u32) -> String {
    format!("contractor{number}@example.com")
}

/// An open account.
pub(super) struct Desk {
    /// What became of payouts.
    pub(super) told: mpsc::UnboundedReceiver<(PayoutId, State)>,
    ledger: Arc<SqliteLedger>,
    engine: Arc<Engine>,
    sending: Arc<Sending>,
    first: Arc<OnceLock<Instant>>,
    tasks: [JoinHandle<()>; 2],
    _folder: TempDir,
}

impl Desk {
    /// Opens a copy of the template, with the limit of the owner and everything else as it is by itself.
    pub(super) async fn open(template: &TempDir, target: &Target, folder: &Path) -> Result<Self> {
        let folder = tempfile::tempdir_in(folder)?;
        for file in std::fs::read_dir(template.path())? {
            let file = file?;
            std::fs::copy(file.path(), folder.path().join(file.file_name()))?;
        }
        let ledger = SqliteLedger::open(&folder.path().join(LEDGER), &samples::key()?)?;
        let ledger = Arc::new(ledger);
        let first = Arc::<OnceLock<Instant>>::default();
        let ports = Ports {
            gateway: Arc::new(FirstNoted {
                wire: Wire {
                    client: client(&target.base_url)?,
                },
                first: Arc::clone(&first),
            }),
            ledger: ledger.clone(),
            vault: Arc::new(NoVault),
            clock: Arc::new(SystemClock(Instant::now())),
            ids: Arc::new(RandomIds),
        };
        let policy = Policy {
            limits: Limits {
                at_once: super::AT_ONCE,
                per_minute: 0,
            },
            ..Policy::default()
        };
        let (tell, told) = mpsc::unbounded_channel();
        let observer = Arc::new(Told {
            tell,
            sending: OnceLock::new(),
        });
        let engine = Arc::new(Engine::new(ports, policy, observer.clone(), None));
        let sending = Sending::new(Arc::clone(&engine), ledger.clone(), observer.clone());
        let sending = Arc::new(sending);
        // Set once, here.
        let _ = observer.sending.set(Arc::downgrade(&sending));
        engine.recover().await?;
        let (driven, sent) = (Arc::clone(&engine), Arc::clone(&sending));
        let tasks = [
            tokio::spawn(async move { driven.drive().await }),
            tokio::spawn(async move { sent.drive().await }),
        ];
        Ok(Self {
            told,
            ledger,
            engine,
            sending,
            first,
            tasks,
            _folder: folder,
        })
    }

    /// A draft of a file with one row a payee, all in order.
    pub(super) async fn draft(&self, rows: u32, run: u32) -> Result<Draft> {
        let mut file = "E-mail,Amount,Currency,Invoice ID,Description\n".to_owned();
        for row in 0..rows {
            let (email, amount) = (email(row), 1000 + row % 500);
            // Pockyt takes each number only once, whichever run of the bench it is of.
            writeln!(file, "{email},{amount}.00,USD,R{run}-{row:05},Work in May")?;
        }
        let new = NewDraft {
            name: "payroll.csv".to_owned(),
            origin: RunOrigin::File,
            source: file.into_bytes(),
            follows: None,
            retries: BTreeMap::new(),
            repeats: BTreeMap::new(),
        };
        let id = RunId(RandomIds.uuid());
        let (mut draft, content) = new.read(id, Timestamp::now(), &[], &mut |_| true)?;
        let recorded = self.ledger.record_run(draft.run().clone(), content, vec![]);
        draft.set_run(recorded.await?);
        self.check(&mut draft).await?;
        Ok(draft)
    }

    async fn check(&self, draft: &mut Draft) -> Result<()> {
        let (ledger, now) = (self.ledger.as_ref(), self.engine.now());
        Ok(draft.check(ledger, ledger, now, true).await?)
    }

    /// The owner accepts what is asked about, and looks at the review. Returns its fingerprint.
    pub(super) async fn review(&self, draft: &mut Draft) -> Result<String> {
        let ledger = self.ledger.as_ref();
        let asked = draft.review(ledger, &RandomIds).await?;
        for warning in asked.warnings {
            let rows = draft.rows_with(warning.code);
            let accept = Decision::Accept {
                codes: vec![warning.code],
                reason: "everyone is new".to_owned(),
            };
            let kept = draft.decide(&rows, &accept)?;
            kept.record(ledger, draft.run().id).await?;
        }
        self.check(draft).await?;
        let review = draft.review(ledger, &RandomIds).await?;
        if !review.may_release || review.count != super::ROWS as usize {
            bail!("the run cannot be released: {review:?}");
        }
        Ok(review.review)
    }

    /// What the app does between the click and the answer to it.
    pub(super) async fn release(&self, draft: &mut Draft, review: &str) -> Result<()> {
        let ledger = self.ledger.as_ref();
        let turn = self.engine.turn_to_release_run(draft.payees()).await;
        self.check(draft).await?;
        draft.review(ledger, &RandomIds).await?;
        draft
            .release(ledger, &turn, self.engine.now(), review, None)
            .await?;
        self.sending.wake();
        Ok(())
    }

    /// How long after this the first request was handed to the network.
    pub(super) fn first_left(&self, since: Instant) -> Result<Duration> {
        let first = self.first.get().context("nothing left")?;
        Ok(first.duration_since(since))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Passes on what became of payouts, to the sender of runs as well.
struct Told {
    tell: mpsc::UnboundedSender<(PayoutId, State)>,
    sending: OnceLock<Weak<Sending>>,
}

impl Observer for Told {
    fn changed(&self, change: Changed) {
        if let Some(sending) = self.sending.get().and_then(Weak::upgrade) {
            sending.heard(&change);
        }
        if let Changed::Payout(id, state) = change {
            // Nobody may be measuring any more.
            let _ = self.tell.send((id, state));
        }
    }
}

impl RunObserver for Told {
    fn told(&self, _: RunChange) {}
}

/// The way to Pockyt, which notes when the first payout takes it.
struct FirstNoted {
    wire: Wire,
    first: Arc<OnceLock<Instant>>,
}

#[async_trait]
impl Gateway for FirstNoted {
    async fn register(&self, of: &Registration) -> Result<Answer<Registered>, GatewayError> {
        self.wire.register(of).await
    }

    async fn update(
        &self,
        of: &CustomerNo,
        changes: &PayeeChanges,
    ) -> Result<Answer<()>, GatewayError> {
        self.wire.update(of, changes).await
    }

    async fn retrieve(&self, key: &PayeeKey) -> Result<Answer<PayeeSnapshot>, GatewayError> {
        self.wire.retrieve(key).await
    }

    async fn accounts(
        &self,
        of: &CustomerNo,
        token: Option<&AccountToken>,
    ) -> Result<Answer<Vec<AccountSnapshot>>, GatewayError> {
        self.wire.accounts(of, token).await
    }

    fn prepare_pay(&self, order: &PayOrder, at: Timestamp) -> Result<WireBody, GatewayError> {
        self.wire.prepare_pay(order, at)
    }

    async fn pay(
        &self,
        body: &WireBody,
        key: RequestKey,
    ) -> Result<Answer<Accepted>, GatewayError> {
        self.first.get_or_init(Instant::now);
        self.wire.pay(body, key).await
    }

    async fn inquire(&self, id: &InvoiceId) -> Result<Answer<PayoutSnapshot>, GatewayError> {
        self.wire.inquire(id).await
    }

    async fn balance(&self, currency: Currency) -> Result<Answer<Money>, GatewayError> {
        self.wire.balance(currency).await
    }

    fn read_notification(
        &self,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Notification, Option<InvoiceId>> {
        self.wire.read_notification(content_type, body)
    }
}
