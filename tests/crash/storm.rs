//! Payouts flow, the process is killed at a moment that nobody chose, and starts again. Ten times here; with
//! `cargo xtask crash` hundreds of times.

#![expect(
    clippy::print_stdout,
    reason = "a long test tells how far it is, and what it counted"
)]

mod calm;

use crate::books::{self, Faults, LedgerFile, UNSETTLED};
use crate::by_hand::ByHand;
use crate::orders::{self, TOLD, Target};
use crate::owner::Owner;
use crate::{INQUIRY, PAY, steps, weather};
use calm::Hit;
use fastrand::Rng;
use pockyt_sandbox::{Control, Sandbox, Speed};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// How many kills without `REMIT_CRASH_KILLS`.
const A_FEW: usize = 10;
/// How long payouts may take to be on the wire after a start.
const UNTIL_IN_FLIGHT: Duration = Duration::from_secs(30);
/// With so many kills or more, what is sent again is hit several times.
const MANY: usize = 160;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_the_process_is_killed_each_payout_is_paid_once_and_none_is_lost() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let kills = number("REMIT_CRASH_KILLS").map_or(A_FEW, |kills: u64| kills as usize);
    let seed = number("REMIT_CRASH_SEED").unwrap_or(1);
    println!("crash: {kills} kills, seed {seed}");
    // A run that begins at the same moment comes first: it waits for its end while this goes on.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let begun = Instant::now();
    let mut storm = Storm::begin(seed).await;
    for kill in 1..=kills {
        storm.payouts_flow().await;
        storm.kill_in_flight().await;
        storm.nobody_is_paid_twice();
        if kill % 25 == 0 {
            let restart = storm.restarts.last().copied().unwrap_or_default();
            let time = begun.elapsed();
            println!("crash: {kill} kills in {time:.0?}, the last restart in {restart:.1?}");
        }
    }
    let weathered = begun.elapsed();
    let hits: &[Hit] = if kills < MANY {
        &Hit::ONCE
    } else {
        &Hit::SEVERAL
    };
    storm.hit_what_is_sent_again(hits).await;
    let by_hand = storm.calm_down().await;
    storm.conclude(weathered, hits, &by_hand).await;
}

/// What is known of a payout that was released.
#[derive(Default)]
struct Released {
    invoice: String,
    minor: i64,
    /// Remit said that it took it.
    taken: bool,
    /// Remit said that it was withdrawn.
    withdrawn: bool,
}

struct Storm {
    owner: Owner,
    pockyt: Sandbox,
    control: Control,
    chance: Rng,
    target: Target,
    released: BTreeMap<String, Released>,
    /// How many payments were on the wire at each kill.
    in_flight: Vec<usize>,
    restarts: Vec<Duration>,
    /// What Remit refused, in its order.
    refused: Vec<String>,
    /// How many requests waited at each kill that were the second, or third, for their payout.
    sent_again: Vec<usize>,
    /// What Remit did not ask about when it was to.
    overdue: BTreeSet<String>,
}

impl Storm {
    async fn begin(seed: u64) -> Self {
        let (pockyt, owner) = steps::unguarded(Speed {
            settle: Duration::from_secs(2),
            slow: Duration::from_secs(20),
            bounce: Duration::from_secs(1),
        })
        .await;
        let control = pockyt.control();
        Self {
            target: Target::of(&owner, &control).await,
            owner,
            pockyt,
            control,
            chance: Rng::with_seed(seed),
            released: BTreeMap::new(),
            in_flight: Vec::new(),
            restarts: Vec::new(),
            refused: Vec::new(),
            sent_again: Vec::new(),
            overdue: BTreeSet::new(),
        }
    }

    /// Releases some payouts, several at once, and returns without waiting for any.
    async fn payouts_flow(&mut self) {
        let burst = self.chance.usize(3..=9);
        weather::turns(&self.control, &mut self.chance, burst);
        let orders: Vec<Value> = (0..burst).map(|_| self.order()).collect();
        self.owner
            .driver
            .run(&orders::release(&json!(orders)))
            .await;
    }

    /// One payout, and how its release is to go.
    fn order(&mut self) -> Value {
        let chance = &mut self.chance;
        let id = orders::uuid_of(chance);
        let invoice = format!("CRASH-{:05}", self.released.len());
        // The last digits choose what becomes of it: most succeed, some fail, come back, dawdle or are not notified of.
        let cents = *chance.choice(&[0, 0, 0, 0, 1, 2, 3, 4, 6, 7]).unwrap();
        let minor = chance.i64(10..5_000) * 100 + cents;
        let released = Released {
            invoice: invoice.clone(),
            minor,
            ..Released::default()
        };
        self.released.insert(id.clone(), released);
        json!({
            "draft": self.target.draft(&id, &invoice, minor),
            "after": chance.u32(..250),
            "twice": chance.u8(..5) == 0,
            "withdraw": chance.u8(..8) == 0,
        })
    }

    /// Kills Remit at some moment at which a payment is on the wire, and starts it again.
    async fn kill_in_flight(&mut self) {
        let mut moment = Duration::from_millis(self.chance.u64(..900));
        let begun = Instant::now();
        let mut released = begun;
        let mut first = None;
        let in_flight = loop {
            self.listen().await;
            let in_flight = self.control.waiting(PAY);
            if in_flight > 0 && first.get_or_insert_with(Instant::now).elapsed() >= moment {
                break in_flight;
            }
            if begun.elapsed() > UNTIL_IN_FLIGHT {
                self.owner.picture("crash-missed").await;
                let refused = &self.refused[self.refused.len().saturating_sub(20)..];
                let shown = self.owner.text().await;
                panic!("no payment is on its way; refused last: {refused:?}; shown: {shown}");
            }
            if first.unwrap_or(released).elapsed() > 2 * moment + Duration::from_secs(1) {
                // They were all answered before the moment came, or between two looks.
                self.payouts_flow().await;
                released = Instant::now();
                moment = Duration::ZERO;
                first = None;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        self.owner.driver.kill_program();
        self.in_flight.push(in_flight);
        let killed = Instant::now();
        self.owner.start_again().await;
        self.restarts.push(killed.elapsed());
    }

    /// Takes down what Remit has answered.
    async fn listen(&mut self) {
        let told = self.owner.driver.run(TOLD).await;
        for told in told.as_array().into_iter().flatten() {
            let released = self.released.get_mut(told["id"].as_str().unwrap()).unwrap();
            released.taken |= told["taken"] == true;
            released.withdrawn |= told["withdrawn"] == true;
            let refused = told["refused"].as_str();
            self.refused
                .extend(refused.map(|code| format!("{}: {code}", released.invoice)));
        }
    }

    /// Paid twice is paid twice, whatever comes later.
    fn nobody_is_paid_twice(&self) {
        for (invoice, transfers) in books::transfers(&self.control) {
            assert_eq!(transfers.len(), 1, "{invoice} was paid more than once");
        }
    }

    /// Compares the books, closes Remit, verifies the file, and prints one line.
    async fn conclude(mut self, weathered: Duration, hits: &[Hit], by_hand: &ByHand) {
        // What comes back does so a second after it settled.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let looked = self.look_now_at_what_came_back().await;
        let shown = books::payouts(&self.owner.driver, &[]).await;
        let faults = self.compare(&shown);
        let inquiries = self.control.calls_of(INQUIRY).len();
        let requests = self.control.calls_of(PAY).len();
        self.owner.picture("crash-3-after-the-storm").await;
        let home = self.owner.close();
        let file = LedgerFile::of(&home.path().join("data")).await;
        let verified = file.verify().await;

        let mut in_flight = self.in_flight.clone();
        in_flight.sort_unstable();
        let mut restarts = self.restarts.clone();
        restarts.sort_unstable();
        println!(
            "crash: {} kills, {} payouts, {} transfers in {requests} requests, {inquiries} inquiries, {} events; \
             {faults}; {by_hand}, {looked} that came back looked at before their time; \
             in flight at the kill {}/{}/{} (min/median/max); sent again and in flight at {} more {:?}; \
             restart {:.1?} (median); {:.0?} of kills",
            in_flight.len(),
            shown.len(),
            self.control.transfers().len(),
            verified.events,
            in_flight[0],
            in_flight[in_flight.len() / 2],
            in_flight[in_flight.len() - 1],
            self.sent_again.len(),
            self.sent_again,
            restarts[restarts.len() / 2],
            weathered,
        );
        faults.assert_none();
        assert_eq!(verified.broken_at, None, "the history does not verify");
        assert!(in_flight[0] > 0, "a kill hit no payment in flight");
        let hit = self.sent_again.iter().filter(|count| **count > 0).count();
        assert_eq!(hit, hits.len(), "nothing sent again was hit");
        by_hand.assert_rare(shown.len());
        self.pockyt.stop().await;
    }

    /// What the two books, and the answers that Remit gave, do not agree on.
    fn compare(&self, shown: &[Value]) -> Faults {
        let mut faults = Faults::default();
        let book = books::transfers(&self.control);
        let mut rows: BTreeMap<&str, &Value> = BTreeMap::new();
        for row in shown {
            rows.insert(row["invoiceId"].as_str().unwrap(), row);
        }
        for (invoice, transfers) in &book {
            if transfers.len() > 1 {
                faults.doubles.push(format!("{invoice}: {transfers:?}"));
            }
            if !rows.contains_key(invoice.as_str()) {
                faults.lost.push(format!("{invoice} is at Pockyt only"));
            }
        }
        for released in self.released.values() {
            let transfer = book.get(&released.invoice).and_then(|found| found.first());
            let Some(row) = rows.get(released.invoice.as_str()) else {
                if released.taken {
                    faults.lost.push(format!("{} was taken", released.invoice));
                }
                continue;
            };
            let open = UNSETTLED.contains(&row["state"].as_str().unwrap());
            if open || self.overdue.contains(&released.invoice) {
                faults.stuck.push(row.to_string());
                continue;
            }
            let expected = match transfer {
                Some((status, _)) => books::shown_for(*status),
                // Nothing failed before it reached Pockyt: only what was withdrawn may have no transfer.
                None => "cancelled",
            };
            let amount = format!("{}.{:02}", released.minor / 100, released.minor % 100);
            let paid = transfer.is_none_or(|(_, minor)| *minor == released.minor);
            let withdrawn = !released.withdrawn || row["state"] == "cancelled";
            if row["state"] != expected || row["amount"]["amount"] != amount || !paid || !withdrawn
            {
                faults
                    .wrong
                    .push(format!("{expected} at Pockyt ({transfer:?}): {row}"));
            }
        }
        faults
    }
}
