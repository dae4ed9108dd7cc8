//! After the storm: what Pockyt never got goes out again, and Remit is killed while it waits there for the second time. Then
//! everything must come to its end, and by itself.

use super::Storm;
use crate::books::{self, UNSETTLED};
use crate::by_hand::ByHand;
use crate::commands::ask;
use crate::{PAY, orders};
use pockyt_sandbox::{Effect, Fault};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Longer than this after the last fault, nothing may be unsettled. What Pockyt never got goes out again only when it was
/// asked about several times over three minutes.
const UNTIL_SETTLED: Duration = Duration::from_secs(15 * 60);
/// How long what Pockyt never got may take to be sent again.
const UNTIL_SENT_AGAIN: Duration = Duration::from_secs(6 * 60);
/// So many requests Remit has on the wire at once.
const AT_ONCE: usize = 4;
/// How many payments get lost each time, so that there are some to be sent again.
const LOST: u32 = 6;

/// When the process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hit {
    /// When the first that are sent again wait for their answers. Pockyt has made their transfers.
    First,
    /// The same, but they get lost, so that they go out a third time.
    FirstLostAgain,
    /// When the last that are sent again wait for their answers.
    Last,
}

impl Hit {
    /// In a short test and in a long one. A payout goes out three times at most, so only once may what is sent again get lost.
    pub(super) const ONCE: [Self; 1] = [Self::Last];
    pub(super) const SEVERAL: [Self; 3] = [Self::First, Self::FirstLostAgain, Self::Last];

    /// How long what is to be hit waits for its answer: the last may be some seconds apart.
    fn held(self) -> Duration {
        match self {
            Self::First | Self::FirstLostAgain => Duration::from_millis(2500),
            Self::Last => Duration::from_secs(6),
        }
    }
}

impl Storm {
    /// Kills Remit while a payment is on the wire that was there before.
    pub(super) async fn hit_what_is_sent_again(&mut self, hits: &[Hit]) {
        let begun = Instant::now();
        for hit in hits {
            self.control.clear_faults();
            self.lose_some().await;
            // Only what never reached Pockyt the first time may have waited there: then once more.
            let count = match self.kill_while_sent_again(*hit).await {
                Some(0) => {
                    self.control.clear_faults();
                    self.lose_some().await;
                    self.kill_while_sent_again(Hit::Last).await
                }
                count => count,
            };
            let Some(count) = count else {
                return;
            };
            let time = begun.elapsed();
            println!(
                "crash: {hit:?}: killed with {count} sent again on the wire, {time:.0?} after the storm"
            );
            self.sent_again.push(count);
        }
    }

    /// Lets nothing go wrong any more, and waits until every payout is settled. Returns what the owner did for that.
    pub(super) async fn calm_down(&mut self) -> ByHand {
        self.control.clear_faults();
        let begun = Instant::now();
        let (mut told, mut by_hand) = (begun, ByHand::later());
        while self.overdue.is_empty() && begun.elapsed() < UNTIL_SETTLED {
            self.look().await;
            let unsettled = books::count(&self.owner.driver, &UNSETTLED).await;
            if unsettled == 0 {
                break;
            }
            if told.elapsed() > Duration::from_secs(20) {
                told = Instant::now();
                println!("crash: {unsettled} unsettled after {:.0?}", begun.elapsed());
            }
            by_hand.shorten_the_waiting(&self.owner.driver).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        by_hand
    }

    /// That a paid payout came back Remit learns by notification, or by its own look a day later. The owner looks now, if that
    /// look is still to come. Returns at how many.
    pub(super) async fn look_now_at_what_came_back(&mut self) -> usize {
        let paid = books::payouts(&self.owner.driver, &["paid"]).await;
        let book = books::transfers(&self.control);
        let returned = |payout: &&Value| {
            let transfers = book.get(payout["invoiceId"].as_str().unwrap());
            let mut statuses = transfers.into_iter().flatten();
            statuses.any(|(status, _)| books::shown_for(*status) == "returned")
        };
        let mut looked = 0;
        for payout in paid.iter().filter(returned) {
            if books::asks_in(payout).is_some_and(|left| left.is_positive()) {
                let id = json!({ "id": payout["id"] });
                ask(&self.owner.driver, "check_payout", &id).await;
                looked += 1;
            }
        }
        looked
    }

    /// What must hold at any moment.
    async fn look(&mut self) {
        self.listen().await;
        self.nobody_is_paid_twice();
        let forgotten = books::forgotten(&self.owner.driver).await;
        self.overdue.extend(forgotten);
    }

    /// Releases payouts whose first requests get lost on the way, when all others have left.
    async fn lose_some(&mut self) {
        self.all_have_left().await;
        let lost = Fault::on(PAY, Effect::Drop).times(LOST);
        self.control.inject(lost);
        let begun = Instant::now();
        while !self.control.faults().gateway.is_empty() {
            let mut orders: Vec<Value> = (0..LOST).map(|_| self.order()).collect();
            for order in &mut orders {
                order["withdraw"] = json!(false);
            }
            self.owner
                .driver
                .run(&orders::release(&json!(orders)))
                .await;
            let time = begun.elapsed();
            assert!(time < Duration::from_secs(90), "none gets lost");
            // One that is refused, as a second of the same amount is, gets lost nowhere.
            let released = Instant::now();
            while !self.control.faults().gateway.is_empty()
                && released.elapsed() < Duration::from_secs(10)
            {
                self.listen().await;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        self.all_have_left().await;
    }

    /// Waits until every payout was on the wire once, and nothing is there now.
    async fn all_have_left(&mut self) {
        let begun = Instant::now();
        while self.control.waiting(PAY) > 0
            || books::count(&self.owner.driver, &["ready", "sending"]).await > 0
        {
            self.look().await;
            let time = begun.elapsed();
            assert!(time < Duration::from_secs(90), "some do not leave");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Kills Remit while what it sends again is on the wire, and starts it again. Returns how many requests that were whose payout
    /// had another before; none at all when it sends nothing again.
    async fn kill_while_sent_again(&mut self, hit: Hit) -> Option<usize> {
        let lost = self.never_got().await;
        let before = self.control.calls_of(PAY).len();
        let held = if hit == Hit::FirstLostAgain {
            Fault::on(PAY, Effect::Drop)
        } else {
            Fault::on(PAY, Effect::Genuine).after_processing()
        };
        let mut held = held.forever().delayed(hit.held().as_millis() as u64);
        if hit == Hit::Last {
            // One in fifty may be asked about so rarely by now that it goes out much later.
            held.skip = lost.saturating_sub(AT_ONCE + lost / 50) as u32;
        }
        self.control.inject(held);
        let moment = Duration::from_millis(self.chance.u64(..500));
        let (begun, mut first) = (Instant::now(), None);
        let mut looked = begun;
        let on_the_wire = loop {
            let waiting = self.control.waiting(PAY);
            if waiting > 0 {
                let waits = first.get_or_insert_with(Instant::now).elapsed();
                let seen = waits > hit.held() / 2;
                let now = match hit {
                    // What is to get lost Pockyt lists only when it has.
                    Hit::FirstLostAgain => waiting >= lost.min(AT_ONCE) || seen,
                    _ if self.sent_again_among_the_last(waiting) == 0 => false,
                    Hit::First => waiting >= lost.min(AT_ONCE) || seen,
                    Hit::Last => seen || self.never_got().await == 0,
                };
                if now {
                    tokio::time::sleep(moment).await;
                    break self.control.waiting(PAY);
                }
            } else {
                first = None;
                if looked.elapsed() > Duration::from_secs(2) {
                    looked = Instant::now();
                    self.look().await;
                }
                if !self.overdue.is_empty() || begun.elapsed() > UNTIL_SENT_AGAIN {
                    return None;
                }
                if self.control.calls_of(PAY).len() > before && self.never_got().await == 0 {
                    return Some(0);
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        self.owner.driver.kill_program();
        self.control.clear_faults();
        let killed = Instant::now();
        self.owner.start_again().await;
        // What got lost is in Pockyt's list of calls only now.
        tokio::time::sleep(hit.held().saturating_sub(killed.elapsed())).await;
        self.nobody_is_paid_twice();
        let calls = self.control.calls_of(PAY).len();
        Some(self.sent_again_among_the_last(on_the_wire.min(calls - before)))
    }

    /// How many of the last so many payments that reached Pockyt were there before.
    fn sent_again_among_the_last(&self, count: usize) -> usize {
        let calls = self.control.calls_of(PAY);
        let first = calls.len().saturating_sub(count);
        let again = (first..calls.len()).filter(|at| {
            let invoice = &calls[*at].invoice_id;
            calls[..*at].iter().any(|call| call.invoice_id == *invoice)
        });
        again.count()
    }

    /// How many payouts that left are not at Pockyt.
    async fn never_got(&self) -> usize {
        let open = books::payouts(&self.owner.driver, &["sending", "unknown"]).await;
        let book = books::transfers(&self.control);
        open.iter()
            .filter(|payout| !book.contains_key(payout["invoiceId"].as_str().unwrap()))
            .count()
    }
}
