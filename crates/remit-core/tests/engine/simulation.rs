//! Random runs: faults, crashes, notifications in any order, an owner who withdraws. One seed is one run. Whatever
//! happens, each payout moves money at most once, and in the end the ledger says what is true.

use crate::support::{Fate, Fault, World, refusal, trouble};
use jiff::SignedDuration;
use proptest::prelude::*;
use remit_core::{Certainty, Engine, LedgerError, Refusal, State, Way, WireStatus};
use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Happening {
    Release,
    Tick,
    /// Two processes at once on one ledger.
    TwoTicks,
    /// A process that dies after so many turns; the next start recovers.
    DiesAfter(u8),
    NextPay(Fate),
    NextWrite(u8),
    ReadsFail(bool),
    Time(u32),
    Settle(u8, WireStatus),
    Notify(u8),
    /// A notification that was kept back and comes late, perhaps twice.
    Replay(u8),
    LateArrives,
    Cancel(u8),
    Check(u8),
}

fn fate() -> impl Strategy<Value = Fate> {
    let unknown = prop::sample::select(vec![
        Refusal::Timeout,
        Refusal::ConnectionLost,
        Refusal::Garbled,
        Refusal::SystemError,
        Refusal::BadValue,
    ])
    .prop_map(|kind| trouble(Certainty::Unknown, kind));
    prop_oneof![
        2 => unknown.clone().prop_map(Fate::AnswerLost),
        2 => unknown.clone().prop_map(Fate::Fails),
        2 => unknown.prop_map(Fate::Late),
        1 => Just(Fate::Fails(trouble(Certainty::NotSent, Refusal::Unreachable))),
        1 => Just(Fate::Fails(refusal(Refusal::BadValue))),
        1 => Just(Fate::Fails(refusal(Refusal::BalanceOrState))),
        1 => Just(Fate::Fails(refusal(Refusal::Duplicate))),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    let status = prop_oneof![
        Just(WireStatus::Success),
        Just(WireStatus::Failed),
        Just(WireStatus::Returned),
        Just(WireStatus::Other("onhold".to_owned())),
    ];
    prop_oneof![
        3 => Just(Happening::Release),
        8 => Just(Happening::Tick),
        2 => Just(Happening::TwoTicks),
        3 => (0_u8..40).prop_map(Happening::DiesAfter),
        5 => fate().prop_map(Happening::NextPay),
        1 => (0_u8..3).prop_map(Happening::NextWrite),
        1 => any::<bool>().prop_map(Happening::ReadsFail),
        6 => (1_u32..400).prop_map(Happening::Time),
        2 => (any::<u8>(), status).prop_map(|(which, status)| Happening::Settle(which, status)),
        2 => any::<u8>().prop_map(Happening::Notify),
        2 => any::<u8>().prop_map(Happening::Replay),
        1 => Just(Happening::LateArrives),
        1 => any::<u8>().prop_map(Happening::Cancel),
        2 => any::<u8>().prop_map(Happening::Check),
    ]
}

struct Run {
    world: World,
    engine: Arc<Engine>,
    payee: remit_core::Payee,
    notifications: Vec<Vec<u8>>,
}

impl Run {
    async fn start() -> Self {
        let (world, engine, payee) = World::with_payee().await;
        Self {
            world,
            engine,
            payee,
            notifications: Vec::new(),
        }
    }

    fn which<T: Clone>(rows: &[T], which: u8) -> Option<T> {
        let index = usize::from(which).checked_rem(rows.len())?;
        rows.get(index).cloned()
    }

    async fn happens(&mut self, happening: Happening) {
        let world = &self.world;
        let payouts = world.ledger.all_payouts();
        let transfers = world.pockyt.transfers();
        match happening {
            Happening::Release => {
                let draft = world.draft(&self.payee, "12.50");
                if let Ok(preview) = self.engine.preview_payout(&draft).await {
                    let _ = self.engine.submit_payout(&draft, &preview.review).await;
                }
            }
            // What fails because a write failed goes on at the next tick.
            Happening::Tick => drop(self.engine.tick().await),
            Happening::TwoTicks => {
                let other = world.engine();
                let _ = futures_util::future::join(self.engine.tick(), other.tick()).await;
            }
            Happening::DiesAfter(turns) => {
                {
                    let mut process = pin!(self.engine.tick());
                    for _ in 0..turns {
                        let turn =
                            std::future::poll_fn(|cx| Poll::Ready(process.as_mut().poll(cx)));
                        if turn.await.is_ready() {
                            break;
                        }
                        tokio::task::yield_now().await;
                    }
                }
                self.engine = world.engine();
                while self.engine.recover().await.is_err() {}
            }
            Happening::NextPay(fate) => world.pockyt.pay_fates([fate]),
            Happening::NextWrite(skip) => {
                let mut faults = vec![Fault::None; usize::from(skip)];
                faults.push(Fault::Fails(LedgerError::DiskFull));
                world.ledger.break_writes(faults);
            }
            Happening::ReadsFail(fail) => {
                let error = trouble(Certainty::Unknown, Refusal::Timeout);
                world.pockyt.reads_fail(fail.then_some(error));
            }
            Happening::Time(seconds) => {
                world
                    .clock
                    .advance(SignedDuration::from_secs(seconds.into()));
            }
            Happening::Settle(which, status) => {
                if let Some(transfer) = Self::which(&transfers, which)
                    && world.pockyt.may_become(&transfer.status, &status)
                {
                    world.pockyt.settle(&transfer.invoice_id, status);
                }
            }
            Happening::Notify(which) => {
                if let Some(transfer) = Self::which(&transfers, which) {
                    let body = world.pockyt.notification(&transfer.invoice_id);
                    self.notifications.push(body.clone());
                    let _ = self
                        .engine
                        .take_notification(Way::Listener, None, &body)
                        .await;
                }
            }
            Happening::Replay(which) => {
                if let Some(body) = Self::which(&self.notifications, which) {
                    let _ = self
                        .engine
                        .take_notification(Way::Listener, None, &body)
                        .await;
                }
            }
            Happening::LateArrives => world.pockyt.deliver_late(),
            Happening::Cancel(which) => {
                if let Some(payout) = Self::which(&payouts, which) {
                    let _ = self.engine.cancel_payout(payout.id).await;
                }
            }
            Happening::Check(which) => {
                if let Some(payout) = Self::which(&payouts, which) {
                    let _ = self.engine.check_payout(payout.id).await;
                }
            }
        }
    }

    /// What must hold at every moment.
    fn check(&self) -> Result<(), TestCaseError> {
        let transfers = self.world.pockyt.transfers();
        let invoices: BTreeSet<_> = transfers
            .iter()
            .map(|transfer| &transfer.invoice_id)
            .collect();
        prop_assert_eq!(invoices.len(), transfers.len(), "money moved twice");
        for payout in self.world.ledger.all_payouts() {
            let transfer = self.world.pockyt.snapshot(&payout.invoice_id);
            let state = payout.state;
            let status = transfer.map(|transfer| transfer.status);
            match state {
                State::Cancelled => prop_assert!(status.is_none(), "withdrawn, and sent"),
                State::Failed => prop_assert!(
                    matches!(status, None | Some(WireStatus::Failed)),
                    "failed, and yet Pockyt has it as {status:?}"
                ),
                State::Paid => prop_assert!(matches!(
                    status,
                    Some(WireStatus::Success | WireStatus::Returned)
                )),
                State::Returned => prop_assert_eq!(status, Some(WireStatus::Returned)),
                State::Processing => prop_assert!(status.is_some(), "accepted by nobody"),
                _ => {}
            }
            let sent: BTreeSet<_> = self
                .world
                .pockyt
                .pays()
                .into_iter()
                .filter(|(body, _)| body.as_str().contains(payout.invoice_id.as_str()))
                .map(|(_, key)| key.0)
                .collect();
            prop_assert!(sent.len() <= 1, "one key for its whole life");
        }
        Ok(())
    }

    /// The troubles end; everything must come to its true end.
    async fn settles(&mut self) -> Result<(), TestCaseError> {
        let world = &self.world;
        world.pockyt.pay_fates([]);
        world.ledger.break_writes([]);
        world.pockyt.reads_fail(None);
        world.pockyt.deliver_late();
        self.engine = world.engine();
        self.engine.recover().await.unwrap();
        // A request may go out again only now, so Pockyt decides more than once.
        for _ in 0..20 {
            world.run(&self.engine, 60).await;
            for transfer in world.pockyt.transfers() {
                if world
                    .pockyt
                    .may_become(&transfer.status, &WireStatus::Success)
                {
                    world
                        .pockyt
                        .settle(&transfer.invoice_id, WireStatus::Success);
                }
            }
        }
        self.check()?;
        for payout in world.ledger.all_payouts() {
            let status = world
                .pockyt
                .snapshot(&payout.invoice_id)
                .map(|told| told.status);
            let expected = match status {
                Some(WireStatus::Success) => State::Paid,
                Some(WireStatus::Failed) => State::Failed,
                Some(WireStatus::Returned) => State::Returned,
                Some(_) => State::Processing,
                None => {
                    let ended = matches!(payout.state, State::Failed | State::Cancelled);
                    prop_assert!(ended, "stuck in {:?}", payout.state);
                    continue;
                }
            };
            prop_assert_eq!(payout.state, expected, "the ledger tells the truth");
        }
        prop_assert_eq!(
            self.engine.next_due().await.unwrap(),
            None,
            "all is settled"
        );
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_happens_money_moves_once_and_the_ledger_tells_the_truth(
        happenings in prop::collection::vec(happening(), 1..80)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut run = Run::start().await;
            for happening in happenings {
                run.happens(happening).await;
                run.world.pockyt.deliver_overdue();
                run.check()?;
            }
            run.settles().await
        })?;
    }
}
