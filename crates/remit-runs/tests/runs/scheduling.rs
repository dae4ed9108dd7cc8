//! Schedules under a clock that does as told: each day is made once, what was missed asks, and nothing goes by itself that
//! wants a word.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod periods;
mod typing;

use crate::shop::{self, Counter, Shop};
use async_trait::async_trait;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use remit_core::{
    AccountStatus, Clock, Code, Currency, Error, EventKind, Ids, Ledger, Money, Occasion,
    Occurrence, OccurrenceState, PayeeId, Rhythm, Run, RunContent, RunId, RunOrigin, RunState,
    Runs, Schedule, ScheduleId, ScheduleMode, ScheduleRow, ScheduleState, Schedules, Source, Stay,
    Subject, Turn, Turns, Untold,
};
use remit_runs::{
    Decision, Draft, ProblemCode, ScheduleChange, ScheduleForm, ScheduleObserver, SchedulePorts,
    Scheduling, Till,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

const ID: ScheduleId = ScheduleId(Uuid::from_u128(77));

/// A clock that stands still until it is set.
struct FakeClock(Mutex<Timestamp>);

#[async_trait]
impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn steady(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _: Duration) {}
}

/// What the account holds, and what was told.
struct World {
    ready: Mutex<bool>,
    balance: Mutex<Option<i64>>,
    /// Whoever asks for the balance waits until it no longer hangs.
    hangs: Mutex<bool>,
    /// Whether somebody waits so.
    waits: Mutex<bool>,
    /// Whether Pockyt tells about payees, and how long it was given last.
    tells: Mutex<bool>,
    within: Mutex<Duration>,
    /// What passes while Pockyt tells about one payee.
    clock: Arc<FakeClock>,
    slow: Mutex<SignedDuration>,
    /// When the owner ends Remit.
    closes: Mutex<Option<Closes>>,
    closing: Mutex<bool>,
    told: Mutex<Vec<String>>,
    turns: Turns,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closes {
    /// While Pockyt is asked about the payees.
    WhileAsked,
    /// After it told of them, and before it told the balance.
    Afterwards,
}

#[async_trait]
impl Till for World {
    fn is_ready(&self) -> bool {
        *self.ready.lock().unwrap()
    }

    fn is_closing(&self) -> bool {
        *self.closing.lock().unwrap()
    }

    async fn refresh(
        &self,
        payees: &BTreeSet<PayeeId>,
        within: Duration,
    ) -> Result<BTreeSet<PayeeId>, Error> {
        *self.within.lock().unwrap() = within;
        let slow = *self.slow.lock().unwrap() * i32::try_from(payees.len()).unwrap();
        *self.clock.0.lock().unwrap() += slow;
        let closes = *self.closes.lock().unwrap() == Some(Closes::WhileAsked);
        if closes {
            *self.closing.lock().unwrap() = true;
        }
        let tells = !closes && *self.tells.lock().unwrap();
        Ok(if tells {
            BTreeSet::new()
        } else {
            payees.clone()
        })
    }

    async fn turn(&self, payees: BTreeSet<PayeeId>) -> Turn {
        self.turns.to_release_run(payees).await
    }

    async fn balance(&self, currency: Currency) -> Option<Money> {
        while *self.hangs.lock().unwrap() {
            *self.waits.lock().unwrap() = true;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        if *self.closes.lock().unwrap() == Some(Closes::Afterwards) {
            *self.closing.lock().unwrap() = true;
            return None;
        }
        let minor = *self.balance.lock().unwrap();
        minor.map(|minor| Money::new(minor, currency))
    }
}

impl World {
    /// From now on whoever asks for the balance waits.
    fn hang(&self) {
        *self.waits.lock().unwrap() = false;
        *self.hangs.lock().unwrap() = true;
    }

    async fn somebody_waits(&self) {
        while !*self.waits.lock().unwrap() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl ScheduleObserver for World {
    fn heard(&self, change: ScheduleChange) {
        let word = match change {
            ScheduleChange::Changed(_) => return,
            ScheduleChange::Drafted(..) => "drafted".to_owned(),
            ScheduleChange::Released(..) => "released".to_owned(),
            ScheduleChange::Stayed(_, _, stay) => format!("stays: {stay:?}"),
            ScheduleChange::Missed(schedule, days) => {
                let doubt = days.iter().any(|day| schedule.may_have_paid(*day));
                let word = if doubt { "may be paid" } else { "missed" };
                format!("{word}: {}", days.len())
            }
            ScheduleChange::Trouble(error) => format!("trouble: {error}"),
        };
        self.told.lock().unwrap().push(word);
    }
}

/// An office with a schedule, and its clock.
struct Office {
    shop: Shop,
    clock: Arc<FakeClock>,
    world: Arc<World>,
    scheduling: Scheduling,
}

impl Office {
    async fn new() -> Self {
        let shop = Shop::new().await;
        let clock = Arc::new(FakeClock(Mutex::new(shop::now())));
        let world = Arc::new(World {
            ready: Mutex::new(true),
            balance: Mutex::new(None),
            hangs: Mutex::new(false),
            waits: Mutex::new(false),
            tells: Mutex::new(true),
            within: Mutex::default(),
            clock: Arc::clone(&clock),
            slow: Mutex::default(),
            closes: Mutex::new(None),
            closing: Mutex::new(false),
            told: Mutex::default(),
            turns: Turns::default(),
        });
        let scheduling = scheduling(1, &shop, &clock, &world);
        Self {
            shop,
            clock,
            world,
            scheduling,
        }
    }

    /// Every Friday at nine in Berlin: the first is 27 November 2026, 08:00 UTC.
    fn form(&self, mode: ScheduleMode) -> ScheduleForm {
        ScheduleForm {
            name: "Rent".to_owned(),
            rhythm: Rhythm::Week { weekday: 5 },
            time: "09:00:00".parse().unwrap(),
            zone: "Europe/Berlin".to_owned(),
            prefix: "RENT".to_owned(),
            rows: vec![ScheduleRow {
                number: 0,
                payee_id: self.shop.payee("ana").id,
                account_token: Some(self.shop.account("ana", 0).token),
                money: Money::new(10_000, Currency::USD),
                description: "December".to_owned(),
                note: String::new(),
            }],
            mode,
        }
    }

    async fn begin(&self, mode: ScheduleMode) -> Schedule {
        self.scheduling.begin(ID, self.form(mode)).await.unwrap()
    }

    /// A schedule that releases by itself, to a payee who was paid the like before.
    async fn trusted(&self) -> Schedule {
        self.shop.sent("ana", 10_100, "OLD-1").await;
        self.begin(ScheduleMode::Release).await
    }

    fn set(&self, time: &str) {
        *self.clock.0.lock().unwrap() = time.parse().unwrap();
    }

    /// The clock shows a time, and the task looks at it.
    async fn at(&self, time: &str) {
        self.set(time);
        self.scheduling.round().await.unwrap();
    }

    /// The draft is made, and Remit ends before it is released.
    async fn ends_before_the_release(&self, time: &str) {
        self.set(time);
        self.world.hang();
        tokio::select! {
            _ = self.scheduling.round() => panic!("it was to wait"),
            () = self.world.somebody_waits() => {}
        }
        *self.world.hangs.lock().unwrap() = false;
    }

    /// The task looks at this time, and while it waits for Pockyt something else happens.
    async fn meanwhile(&self, time: &str, what: impl Future<Output = ()>) {
        self.set(time);
        self.world.hang();
        let happens = async {
            self.world.somebody_waits().await;
            what.await;
            *self.world.hangs.lock().unwrap() = false;
        };
        let (round, ()) = tokio::join!(self.scheduling.round(), happens);
        round.unwrap();
    }

    /// The owner reviews the draft and releases it.
    async fn releases_by_hand(&self) {
        let mut draft = self.draft().await;
        let (ledger, ids) = (&*self.shop.ledger, &self.shop.ids);
        let review = draft.review(ledger, ids).await.unwrap().review;
        let now = self.clock.now();
        let turn = self.world.turns.to_release_run(draft.payees()).await;
        let released = draft.release(ledger, &turn, now, &review, None);
        released.await.unwrap();
    }

    /// What stops the payment of today, one way each.
    async fn stop(&self, way: usize) {
        let lower = |mode| {
            let mut form = self.form(mode);
            form.rows[0].money = Money::new(10_050, Currency::USD);
            form
        };
        let stopped = match way {
            0 => self.scheduling.set_state(ID, ScheduleState::Paused).await,
            1 => self.scheduling.set_state(ID, ScheduleState::Ended).await,
            2 => {
                self.scheduling
                    .change(ID, self.form(ScheduleMode::Draft))
                    .await
            }
            _ => {
                self.scheduling
                    .change(ID, lower(ScheduleMode::Release))
                    .await
            }
        };
        stopped.unwrap();
    }

    /// The days that have come, newest first: state, stay, and where the run stands.
    async fn days(&self) -> Vec<(String, OccurrenceState, Option<Stay>, Option<RunState>)> {
        let mut found = Vec::new();
        for day in self.shop.ledger.occurrences(ID).await.unwrap() {
            let state = match day.run {
                Some(run) => Some(self.shop.ledger.run(run).await.unwrap().unwrap().state),
                None => None,
            };
            let date = day.occasion.date.to_string();
            found.push((date, day.state, day.stay, state));
        }
        found
    }

    async fn only(&self) -> (OccurrenceState, Option<Stay>, Option<RunState>) {
        let days = self.days().await;
        assert_eq!(days.len(), 1, "{days:?}");
        (days[0].1, days[0].2, days[0].3)
    }

    fn told(&self) -> Vec<String> {
        std::mem::take(&mut *self.world.told.lock().unwrap())
    }

    async fn draft(&self) -> Draft {
        let days = self.shop.ledger.occurrences(ID).await.unwrap();
        self.shop.open(days[0].run.unwrap()).await
    }
}

/// A task, by which start of Remit.
fn scheduling(start: u64, shop: &Shop, clock: &Arc<FakeClock>, world: &Arc<World>) -> Scheduling {
    Scheduling::new(ports(start, shop, clock, world))
}

fn ports(start: u64, shop: &Shop, clock: &Arc<FakeClock>, world: &Arc<World>) -> SchedulePorts {
    SchedulePorts {
        clock: clock.clone(),
        ids: Arc::new(Counter::starting(500 + start)),
        ledger: shop.ledger.clone(),
        runs: shop.ledger.clone(),
        schedules: shop.ledger.clone(),
        till: world.clone(),
        observer: world.clone(),
    }
}

#[tokio::test]
async fn a_day_is_one_draft_however_often_the_task_looks() {
    let office = Office::new().await;
    let begun = office.begin(ScheduleMode::Draft).await;
    assert_eq!(begun.next.unwrap().date, date(2026, 11, 27));
    office.at("2026-11-27T07:59:59Z").await;
    assert!(office.days().await.is_empty(), "not before its time");
    office.at("2026-11-27T08:00:00Z").await;
    office.at("2026-11-27T08:00:00Z").await;
    // Another task, of a start after a crash.
    let other = scheduling(2, &office.shop, &office.clock, &office.world);
    other.round().await.unwrap();
    let drafted = (OccurrenceState::Drafted, None, Some(RunState::Draft));
    assert_eq!(office.only().await, drafted);
    assert_eq!(office.told(), ["drafted"]);

    let draft = office.draft().await;
    assert_eq!(draft.run().name, "Rent 2026-11-27");
    let row = &draft.checked().rows()[0];
    assert_eq!(row.invoice_id.as_deref(), Some("RENT-2026-11-27-1"));
    assert_eq!(row.money, Some(Money::new(10_000, Currency::USD)));
    office.at("2026-12-04T08:00:10Z").await;
    assert_eq!(office.days().await.len(), 2);
    let known = office.shop.ledger.schedule(ID).await.unwrap().unwrap();
    assert_eq!(known.next.unwrap().date, date(2026, 12, 11));
    let event = office
        .shop
        .ledger
        .events(Subject::Run(draft.run().id))
        .await;
    let event = &event.unwrap()[0].event;
    assert_eq!(
        (event.kind, event.source),
        (EventKind::RunDrafted, Source::Remit)
    );
}

#[tokio::test]
async fn what_asks_nothing_is_released_by_itself_week_after_week() {
    let office = Office::new().await;
    office.trusted().await;
    for (time, count) in [
        ("2026-11-27T08:00:00Z", 1),
        // The very same amount within a week, down to the second.
        ("2026-12-04T08:00:00Z", 2),
        ("2026-12-11T08:00:00Z", 3),
    ] {
        office.at(time).await;
        office.at(time).await;
        assert_eq!(office.told(), ["released"], "{time}");
        let days = office.days().await;
        assert_eq!(days.len(), count);
        assert_eq!(days[0].3, Some(RunState::Released), "{time}");
        office
            .shop
            .pays_released("ana", time.parse().unwrap())
            .await;
    }
    let run = office.shop.ledger.occurrences(ID).await.unwrap()[0].run;
    let events = office.shop.ledger.events(Subject::Run(run.unwrap())).await;
    let released = events.unwrap().pop().unwrap().event;
    assert_eq!(
        (released.kind, released.source),
        (EventKind::RunReleased, Source::Remit)
    );
}

#[tokio::test]
async fn whatever_wants_a_word_stays_a_draft() {
    async fn stays(office: &Office, stay: Stay) {
        office.at("2026-11-27T08:00:05Z").await;
        let expected = (OccurrenceState::Drafted, Some(stay), Some(RunState::Draft));
        assert_eq!(office.only().await, expected);
        assert_eq!(office.told(), [format!("stays: {stay:?}")]);
        office.at("2026-11-27T08:00:35Z").await;
        assert_eq!(office.only().await, expected, "and is not tried again");
    }
    // A first payout.
    let office = Office::new().await;
    office.begin(ScheduleMode::Release).await;
    stays(&office, Stay::Asks).await;
    // A balance that does not suffice.
    let office = Office::new().await;
    office.trusted().await;
    *office.world.balance.lock().unwrap() = Some(9_999);
    stays(&office, Stay::BalanceTooLow).await;
    // No token, or a comparison under way.
    let office = Office::new().await;
    office.trusted().await;
    *office.world.ready.lock().unwrap() = false;
    stays(&office, Stay::NotReady).await;
    // An account that changed.
    let office = Office::new().await;
    office.trusted().await;
    let mut account = office.shop.account("ana", 0);
    account.masked = Some("****9999".to_owned());
    account.changed_at = Some(shop::now());
    office.shop.sees("ana", vec![account]).await;
    stays(&office, Stay::Asks).await;
    // An account that is gone, though there is another that was paid before.
    let office = Office::new().await;
    office.trusted().await;
    let mut gone = office.shop.account("ana", 0);
    gone.status = AccountStatus::Gone;
    let mut other = office.shop.account("ana", 0);
    other.token = remit_core::AccountToken::from("another");
    office.shop.sees("ana", vec![gone, other.clone()]).await;
    office.shop.sent_to("ana", &other, 10_200, "OLD-2").await;
    stays(&office, Stay::Asks).await;
    // An invoice ID that was used.
    let office = Office::new().await;
    office.trusted().await;
    office.shop.sent("bo", 500, "RENT-2026-11-27-1").await;
    stays(&office, Stay::Asks).await;
    // The same amount was sent this week, and not by the schedule.
    let office = Office::new().await;
    office.trusted().await;
    office.shop.sent("ana", 10_000, "OLD-3").await;
    stays(&office, Stay::Asks).await;
}

#[tokio::test]
async fn a_balance_that_others_are_to_take_pays_nothing_by_itself() {
    // It suffices for the one or the other.
    let office = Office::new().await;
    office.trusted().await;
    *office.world.balance.lock().unwrap() = Some(15_000);
    office.shop.waits(5_000, "ALONE-1", 1).await;
    office.at("2026-11-27T08:00:05Z").await;
    assert_eq!(office.told(), ["released"], "to the cent");

    // The day's run was released and has not left: the next one fits alone, and not with it.
    *office.world.balance.lock().unwrap() = Some(24_999);
    office.at("2026-12-04T08:00:05Z").await;
    assert_eq!(office.told(), ["stays: Asks"], "the same is to leave");

    // Two schedules on one day.
    let office = Office::new().await;
    office.trusted().await;
    office.shop.sent("bo", 10_100, "OLD-2").await;
    let bo = ScheduleRow {
        payee_id: office.shop.payee("bo").id,
        account_token: Some(office.shop.account("bo", 0).token),
        ..office.form(ScheduleMode::Release).rows[0].clone()
    };
    let second = ScheduleForm {
        name: "Cleaner".to_owned(),
        prefix: "CLEAN".to_owned(),
        rows: vec![bo],
        ..office.form(ScheduleMode::Release)
    };
    let other = ScheduleId(Uuid::from_u128(78));
    office.scheduling.begin(other, second).await.unwrap();
    *office.world.balance.lock().unwrap() = Some(19_999);
    office.at("2026-11-27T08:00:05Z").await;
    let mut told = office.told();
    told.sort();
    assert_eq!(told, ["released", "stays: BalanceTooLow"]);
    let left = office.shop.ledger.to_leave().await.unwrap();
    assert_eq!(left, [Money::new(10_000, Currency::USD)]);
}

#[tokio::test]
async fn a_schedule_of_many_payees_does_not_use_up_the_hour_of_one_of_few() {
    let office = Office::new().await;
    office.trusted().await;
    let mut rows = Vec::new();
    for (name, invoice) in [("bo", "OLD-2"), ("li", "OLD-3"), ("li2", "OLD-4")] {
        office.shop.sent(name, 10_100, invoice).await;
        rows.push(ScheduleRow {
            payee_id: office.shop.payee(name).id,
            account_token: Some(office.shop.account(name, 0).token),
            ..office.form(ScheduleMode::Release).rows[0].clone()
        });
    }
    let many = ScheduleForm {
        name: "Cleaners".to_owned(),
        prefix: "CLEAN".to_owned(),
        rows,
        ..office.form(ScheduleMode::Release)
    };
    // Whatever comes first otherwise.
    for (number, prefix) in [(76, "FIRST"), (78, "LAST")] {
        let form = ScheduleForm {
            prefix: prefix.to_owned(),
            ..many.clone()
        };
        let id = ScheduleId(Uuid::from_u128(number));
        office.scheduling.begin(id, form).await.unwrap();
    }
    *office.world.slow.lock().unwrap() = SignedDuration::from_mins(25);
    office.at("2026-11-27T08:00:05Z").await;
    assert_eq!(office.told(), ["released", "stays: Late", "stays: Late"]);
}

#[tokio::test]
async fn what_was_not_paid_the_last_time_is_told_and_does_not_come_round_by_itself() {
    let office = Office::new().await;
    office.trusted().await;
    let ledger = &*office.shop.ledger;
    office.at("2026-11-27T08:00:00Z").await;
    assert_eq!(office.told(), ["released"]);
    // The owner stops it before it was sent.
    let run = office.draft().await.run().clone();
    let stopped = Run {
        state: RunState::Stopped,
        ..run.clone()
    };
    ledger.stop_run(stopped, Vec::new()).await.unwrap();

    office.at("2026-12-04T08:00:00Z").await;
    assert_eq!(office.told(), ["stays: Asks"]);
    let mut draft = office.draft().await;
    assert_eq!(draft.run().follows, Some(run.id));
    let problems = &draft.checked().rows()[0].problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].code, ProblemCode::NotPaidBefore);
    let params = &problems[0].params;
    assert!(
        params.contains(&("why", "stopped".to_owned())),
        "{params:?}"
    );
    assert!(params.contains(&("run", run.id.to_string())), "{params:?}");

    // Once it was paid again, nothing about the next one wants a word.
    let row = draft.checked().rows()[0].row;
    let accepts = Decision::Accept {
        codes: vec![ProblemCode::NotPaidBefore],
        reason: "It is due again".to_owned(),
    };
    let kept = draft.decide(&[row], &accepts).unwrap();
    kept.record(ledger, draft.run().id).await.unwrap();
    office.releases_by_hand().await;
    let at = "2026-12-04T09:00:00Z".parse().unwrap();
    office.shop.pays_released("ana", at).await;
    office.at("2026-12-11T08:00:00Z").await;
    assert_eq!(office.told(), ["released"]);
}

#[tokio::test]
async fn what_passed_by_asks_and_never_fires() {
    for mode in [ScheduleMode::Draft, ScheduleMode::Release] {
        let office = Office::new().await;
        office.shop.sent("ana", 10_100, "OLD-1").await;
        office.begin(mode).await;
        // Three Fridays, the last one within the hour.
        office.at("2026-12-11T08:30:00Z").await;
        assert_eq!(office.told(), ["missed: 3"]);
        let days = office.days().await;
        let missed = |date: &str| (date.to_owned(), OccurrenceState::Missed, None, None);
        let dates = ["2026-12-11", "2026-12-04", "2026-11-27"];
        assert_eq!(days, dates.map(missed));
        office.at("2026-12-11T08:31:00Z").await;
        assert_eq!(office.days().await, days, "it waits");

        let second = [date(2026, 12, 4)];
        let made = office.scheduling.draft_missed(ID, &second);
        assert_eq!(made.await.unwrap().len(), 1);
        let again = office.scheduling.draft_missed(ID, &second);
        let error = again.await.unwrap_err();
        assert_eq!(error.code(), Code::ScheduleAnswered, "answered once");
        let rest = [date(2026, 12, 11), date(2026, 11, 27)];
        office.scheduling.skip_missed(ID, &rest).await.unwrap();
        office.at("2026-12-11T08:32:00Z").await;
        let days = office.days().await;
        let states: Vec<_> = days.iter().map(|day| (day.1, day.3)).collect();
        use OccurrenceState::{Drafted, Skipped};
        let draft = Some(RunState::Draft);
        assert_eq!(states, [(Skipped, None), (Drafted, draft), (Skipped, None)]);
    }
}

#[tokio::test]
async fn a_little_late_is_in_time_and_more_than_an_hour_asks() {
    for (time, state) in [
        ("2026-11-27T09:00:00Z", OccurrenceState::Drafted),
        ("2026-11-27T09:00:01Z", OccurrenceState::Missed),
    ] {
        let office = Office::new().await;
        office.begin(ScheduleMode::Draft).await;
        office.at(time).await;
        assert_eq!(office.only().await.0, state, "{time}");
    }
}

#[tokio::test]
async fn a_crash_before_the_release_releases_once_or_asks() {
    for (time, expected) in [
        ("2026-11-27T08:20:00Z", (None, RunState::Released)),
        ("2026-11-27T09:20:00Z", (Some(Stay::Late), RunState::Draft)),
    ] {
        let office = Office::new().await;
        office.trusted().await;
        office.ends_before_the_release("2026-11-27T08:00:00Z").await;
        let (state, _, run) = office.only().await;
        assert_eq!(
            (state, run),
            (OccurrenceState::Releasing, Some(RunState::Draft))
        );
        office.at(time).await;
        office.at(time).await;
        let (_, stay, run) = office.only().await;
        assert_eq!((stay, run), (expected.0, Some(expected.1)), "{time}");
    }
}

#[tokio::test]
async fn a_remit_that_is_closed_during_a_release_decides_nothing() {
    for closes in [Closes::WhileAsked, Closes::Afterwards] {
        let office = Office::new().await;
        office.trusted().await;
        *office.world.closes.lock().unwrap() = Some(closes);
        office.at("2026-11-27T08:00:30Z").await;
        let waits = (OccurrenceState::Releasing, None, Some(RunState::Draft));
        assert_eq!(office.only().await, waits, "{closes:?}");
        assert!(office.told().is_empty(), "{closes:?}");
        // The next start.
        *office.world.closes.lock().unwrap() = None;
        *office.world.closing.lock().unwrap() = false;
        office.at("2026-11-27T08:05:00Z").await;
        assert_eq!(office.told(), ["released"], "{closes:?}");
    }
}

#[tokio::test]
async fn a_draft_that_the_owner_changed_is_the_owners() {
    let office = Office::new().await;
    office.trusted().await;
    office.ends_before_the_release("2026-11-27T08:00:00Z").await;
    let mut draft = office.draft().await;
    let edit = [(1, remit_import::Field::Note, "Changed".to_owned())];
    let kept = draft.edit(&edit).unwrap();
    let id = draft.run().id;
    kept.record(&*office.shop.ledger, id).await.unwrap();
    office.at("2026-11-27T08:00:30Z").await;
    let stays = (
        OccurrenceState::Drafted,
        Some(Stay::Changed),
        Some(RunState::Draft),
    );
    assert_eq!(office.only().await, stays);
}

/// How many ways there are to [`Office::stop`].
const WAYS: usize = 4;

#[tokio::test]
async fn stopping_a_schedule_whose_day_just_came_releases_nothing() {
    for way in 0..WAYS {
        let office = Office::new().await;
        office.trusted().await;
        // It is due, and the task has not looked yet.
        office.set("2026-11-27T08:00:05Z");
        office.stop(way).await;
        office.at("2026-11-27T08:00:30Z").await;
        let (state, _, run) = office.only().await;
        let draft = (OccurrenceState::Drafted, Some(RunState::Draft));
        assert_eq!((state, run), draft, "way {way}");
        assert_eq!(office.told(), ["drafted"], "way {way}");
        let row = office.draft().await.checked().rows()[0].clone();
        assert_eq!(row.money, Some(Money::new(10_000, Currency::USD)), "{way}");
    }
}

#[tokio::test]
async fn stopping_a_schedule_leaves_the_draft_that_was_about_to_be_released() {
    let stays = (
        OccurrenceState::Drafted,
        Some(Stay::Changed),
        Some(RunState::Draft),
    );
    for way in 0..WAYS {
        // Remit ended before the release, and the next start is told to stop.
        let office = Office::new().await;
        office.trusted().await;
        office.ends_before_the_release("2026-11-27T08:00:00Z").await;
        office.stop(way).await;
        assert_eq!(office.only().await, stays, "with the change, way {way}");
        office.at("2026-11-27T08:00:30Z").await;
        assert_eq!(office.only().await, stays, "way {way}");

        // It is stopped while the release waits for Pockyt.
        let office = Office::new().await;
        office.trusted().await;
        office
            .meanwhile("2026-11-27T08:00:00Z", office.stop(way))
            .await;
        assert_eq!(office.only().await, stays, "meanwhile, way {way}");
        assert!(office.told().is_empty(), "the owner knows, way {way}");
    }
}

#[tokio::test]
async fn a_run_that_is_released_is_not_told_as_one_that_waits() {
    let released = |day: (OccurrenceState, Option<Stay>, Option<RunState>)| {
        assert_eq!((day.1, day.2), (None, Some(RunState::Released)));
    };
    // Two looks at once, of one task and of two.
    let office = Office::new().await;
    office.trusted().await;
    let other = scheduling(2, &office.shop, &office.clock, &office.world);
    for (time, second) in [
        ("2026-11-27T08:00:00Z", &office.scheduling),
        ("2026-12-04T08:00:00Z", &other),
    ] {
        let first = office.meanwhile(time, std::future::ready(()));
        let ((), second) = tokio::join!(first, second.round());
        second.unwrap();
        assert_eq!(office.told(), ["released"], "{time}");
        let (_, state, stay, run) = office.days().await.remove(0);
        released((state, stay, run));
        office
            .shop
            .pays_released("ana", time.parse().unwrap())
            .await;
    }
    // The owner presses Release while it waits for Pockyt.
    let office = Office::new().await;
    office.trusted().await;
    office
        .meanwhile("2026-11-27T08:00:00Z", office.releases_by_hand())
        .await;
    released(office.only().await);
    assert!(office.told().is_empty(), "the owner did it");
    // And throws it away.
    let office = Office::new().await;
    office.trusted().await;
    let discards = async {
        let run = remit_core::Run {
            state: RunState::Discarded,
            ..office.draft().await.run().clone()
        };
        office
            .shop
            .ledger
            .change_run(run, Vec::new())
            .await
            .unwrap();
    };
    office.meanwhile("2026-11-27T08:00:00Z", discards).await;
    assert_eq!(office.only().await.2, Some(RunState::Discarded));
    assert!(office.told().is_empty(), "the owner did it");
}

#[tokio::test]
async fn what_happens_while_it_waits_for_pockyt_is_seen() {
    async fn stays(office: &Office, stay: Stay) {
        let expected = (OccurrenceState::Drafted, Some(stay), Some(RunState::Draft));
        assert_eq!(office.only().await, expected);
        assert_eq!(office.told(), [format!("stays: {stay:?}")]);
    }
    let time = "2026-11-27T08:00:00Z";
    // The owner pays the same by hand.
    let office = Office::new().await;
    office.trusted().await;
    let pays = async {
        office.shop.sent("ana", 10_000, "BY-HAND-1").await;
    };
    office.meanwhile(time, pays).await;
    stays(&office, Stay::Asks).await;
    // The computer sleeps.
    let office = Office::new().await;
    office.trusted().await;
    let sleeps = async { office.set("2026-11-29T08:00:00Z") };
    office.meanwhile(time, sleeps).await;
    stays(&office, Stay::Late).await;
    // The owner types into it.
    let office = Office::new().await;
    office.trusted().await;
    let types = async {
        let mut draft = office.draft().await;
        let edit = [(1, remit_import::Field::Note, "Changed".to_owned())];
        let kept = draft.edit(&edit).unwrap();
        let id = draft.run().id;
        kept.record(&*office.shop.ledger, id).await.unwrap();
    };
    office.meanwhile(time, types).await;
    let left = (
        OccurrenceState::Drafted,
        Some(Stay::Changed),
        Some(RunState::Draft),
    );
    assert_eq!(office.only().await, left);
    assert!(office.told().is_empty(), "the owner knows");
}

#[tokio::test]
async fn pockyt_is_asked_about_payees_for_as_long_as_the_day_may_be_late() {
    let office = Office::new().await;
    office.trusted().await;
    *office.world.tells.lock().unwrap() = false;
    office.at("2026-11-27T08:10:00Z").await;
    let within = *office.world.within.lock().unwrap();
    assert_eq!(within, Duration::from_secs(50 * 60));
    assert_eq!(office.told(), ["stays: NotTold"]);
    let day = office.shop.ledger.occurrences(ID).await.unwrap().remove(0);
    let names = vec![office.shop.payee("ana").display_name()];
    assert_eq!(day.untold, Some(Untold { names, more: 0 }));
}

#[tokio::test]
async fn a_clock_that_jumps_makes_questions_and_takes_them_back() {
    let office = Office::new().await;
    office.trusted().await;
    office.at("2046-11-27T08:30:00Z").await;
    let asked = office.days().await;
    assert!(asked.len() > 1000, "twenty years of Fridays");
    assert!(asked.iter().all(|day| day.1 == OccurrenceState::Missed));
    office.told();
    office.at("2026-11-26T12:00:00Z").await;
    assert!(office.days().await.is_empty(), "none of them has come");
    office.at("2026-11-27T08:00:10Z").await;
    assert_eq!(office.told(), ["released"]);
    // Back over a day that was made, and on over it again.
    office.at("2026-11-26T12:00:00Z").await;
    office.at("2026-11-27T08:00:20Z").await;
    assert_eq!(office.days().await.len(), 1, "once at most");
    assert!(office.told().is_empty());
}

#[tokio::test]
async fn after_a_restore_what_may_have_happened_asks() {
    let office = Office::new().await;
    let known = office.trusted().await;
    // The copy is of Thursday, and was put back on Friday, ten past nine.
    let asks_until = Some("2026-11-27T08:10:00Z".parse().unwrap());
    let restored = Schedule {
        asks_until,
        ..known
    };
    let ledger = &office.shop.ledger;
    ledger
        .change_schedule(restored, Vec::new(), Vec::new())
        .await
        .unwrap();
    office.at("2026-11-27T08:11:00Z").await;
    assert_eq!(office.told(), ["may be paid: 1"]);
    assert_eq!(office.only().await.0, OccurrenceState::Missed);

    // The owner makes its draft; each row of it wants a word.
    let days = [date(2026, 11, 27)];
    office.scheduling.draft_missed(ID, &days).await.unwrap();
    let mut draft = office.draft().await;
    let row = &draft.checked().rows()[0];
    let codes: Vec<_> = row.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [ProblemCode::DayMayBePaid]);
    assert!(row.asks && row.warned);
    let (ledger, ids) = (&*office.shop.ledger, &office.shop.ids);
    let review = draft.review(ledger, ids).await.unwrap();
    assert!(!review.may_release);
    let accepted = Decision::Accept {
        codes: vec![ProblemCode::DayMayBePaid],
        reason: "Pockyt has not paid it".to_owned(),
    };
    draft
        .decide(&[1], &accepted)
        .unwrap()
        .record(ledger, draft.run().id)
        .await
        .unwrap();
    let checked = draft.check(ledger, ledger, shop::now(), true);
    checked.await.unwrap();
    assert!(draft.review(ledger, ids).await.unwrap().may_release);
    office.at("2026-12-04T08:00:00Z").await;
    assert_eq!(office.told(), ["released"], "the next is certain");
}

#[tokio::test]
async fn what_a_doubtful_day_left_out_wants_a_word_too() {
    let office = Office::new().await;
    let known = office.trusted().await;
    let asks_until = Some("2026-11-27T08:10:00Z".parse().unwrap());
    let row = |number| ScheduleRow {
        number,
        ..known.rows[0].clone()
    };
    let restored = Schedule {
        asks_until,
        rows: (1..4).map(row).collect(),
        ..known.clone()
    };
    let ledger = &*office.shop.ledger;
    let changed = ledger.change_schedule(restored, Vec::new(), Vec::new());
    changed.await.unwrap();
    office.at("2026-11-27T08:11:00Z").await;
    let days = [date(2026, 11, 27)];
    office.scheduling.draft_missed(ID, &days).await.unwrap();

    // Of the day, and of each run of what was left out, the first row alone is paid.
    let mut draft = office.draft().await;
    for rows in [3, 2, 1] {
        assert_eq!(draft.checked().rows().len(), rows);
        for row in draft.checked().rows() {
            let mut problems = row.problems.iter();
            assert!(
                problems.any(|problem| problem.code == ProblemCode::DayMayBePaid) && row.asks,
                "{row:?}"
            );
        }
        if rows > 1 {
            draft = left_of(&office.shop, draft).await;
        }
    }
}

/// The run of what a run left out, which was all of it but the first row.
async fn left_of(shop: &Shop, mut draft: Draft) -> Draft {
    let ledger = &*shop.ledger;
    let id = draft.run().id;
    let problems = draft.checked().problems().into_iter();
    let accepted = Decision::Accept {
        codes: problems.map(|problem| problem.code).collect(),
        reason: "Pockyt has not paid it".to_owned(),
    };
    let rows: Vec<u32> = draft.checked().rows().iter().map(|row| row.row).collect();
    let (first, others) = rows.split_at(1);
    for (rows, said) in [(first, accepted), (others, Decision::Skip)] {
        let kept = draft.decide(rows, &said).unwrap();
        kept.record(ledger, id).await.unwrap();
    }
    let checked = draft.check(ledger, ledger, shop::now(), true);
    checked.await.unwrap();
    let review = draft.review(ledger, &shop.ids).await.unwrap();
    let turn = shop::turn(&draft).await;
    let released = draft.release(ledger, &turn, shop::now(), &review.review, None);
    released.await.unwrap();
    let left = ledger.run_left(id, None, 10).await.unwrap();
    let book = remit_runs::Book::load(ledger).await.unwrap();
    let mut opened = shop.open_again(id).await;
    let rows = opened.left_again(book, &left).into_iter();
    let rows: Vec<_> = rows.map(|row| row.made).collect();
    let source = remit_runs::made::table(&rows);
    shop.after(id, RunOrigin::Left, source, BTreeMap::new())
        .await
}

#[tokio::test]
async fn one_schedule_that_fails_keeps_no_other_from_being_paid() {
    let office = Office::new().await;
    let known = office.trusted().await;
    let ledger = &office.shop.ledger;
    // A draft that cannot be read is to be released before the other one.
    let broken = Schedule {
        id: ScheduleId(office.shop.ids.uuid()),
        prefix: "A".to_owned(),
        next: known.next.map(|next| Occasion {
            at: next.at - jiff::SignedDuration::from_secs(60),
            ..next
        }),
        revision: 0,
        ..known
    };
    ledger
        .record_schedule(broken.clone(), Vec::new())
        .await
        .unwrap();
    let unreadable = RunId(office.shop.ids.uuid());
    let occurrence = Occurrence {
        schedule: broken.id,
        occasion: broken.next.unwrap(),
        rhythm: broken.rhythm,
        state: OccurrenceState::Releasing,
        run: Some(unreadable),
        stay: None,
        untold: None,
    };
    let run = Run {
        id: unreadable,
        ..office.shop.draft("Payee\n").await.run().clone()
    };
    let content = RunContent {
        source: Vec::new(),
        settings: "{".to_owned(),
        edits: Vec::new(),
        decisions: Vec::new(),
    };
    let later = Schedule {
        next: None,
        ..broken
    };
    ledger
        .record_occurrence(later, occurrence, run, content, Vec::new())
        .await
        .unwrap();
    office.set("2026-11-27T08:00:00Z");
    let error = office.scheduling.round().await.unwrap_err();
    assert_eq!(error.code(), Code::LedgerCorrupt, "and it is told");
    assert_eq!(office.told(), ["released"]);
    let (_, _, run) = office.only().await;
    assert_eq!(run, Some(RunState::Released));
}

#[tokio::test]
async fn pausing_changing_and_ending() {
    let office = Office::new().await;
    office.begin(ScheduleMode::Draft).await;
    let paused = office.scheduling.set_state(ID, ScheduleState::Paused).await;
    assert_eq!(paused.unwrap().next, None);
    office.at("2026-12-05T08:00:00Z").await;
    assert!(office.days().await.is_empty(), "what passes is not missed");
    let active = office.scheduling.set_state(ID, ScheduleState::Active).await;
    assert_eq!(active.unwrap().next.unwrap().date, date(2026, 12, 11));

    // Made today at nine; another time of today comes no second time.
    office.at("2026-12-11T08:00:00Z").await;
    let later = ScheduleForm {
        time: "17:00:00".parse().unwrap(),
        zone: "America/New_York".to_owned(),
        ..office.form(ScheduleMode::Draft)
    };
    let changed = office.scheduling.change(ID, later.clone()).await.unwrap();
    assert_eq!(changed.next.unwrap().date, date(2026, 12, 18));
    assert_eq!(
        changed.next.unwrap().at,
        "2026-12-18T22:00:00Z".parse().unwrap()
    );

    // A change of what is due just now comes after it.
    office.set("2026-12-18T22:00:01Z");
    let monthly = ScheduleForm {
        rhythm: Rhythm::Month { day: 31 },
        ..later.clone()
    };
    let changed = office.scheduling.change(ID, monthly).await.unwrap();
    assert_eq!(office.days().await.len(), 2);
    assert_eq!(changed.next.unwrap().date, date(2026, 12, 31));

    let ended = office.scheduling.set_state(ID, ScheduleState::Ended).await;
    assert_eq!(ended.unwrap().next, None);
    let error = office.scheduling.change(ID, later).await.unwrap_err();
    assert_eq!(error.code(), Code::ScheduleEnded);
    office.at("2027-02-28T22:00:00Z").await;
    assert_eq!(office.days().await.len(), 2);
}

#[tokio::test]
async fn a_day_whose_time_is_moved_to_one_that_passed_asks() {
    for zone in [None, Some("Asia/Shanghai")] {
        let office = Office::new().await;
        let late = ScheduleForm {
            time: "18:00:00".parse().unwrap(),
            ..office.form(ScheduleMode::Release)
        };
        let begun = office.scheduling.begin(ID, late.clone()).await.unwrap();
        assert_eq!(begun.next.unwrap().date, date(2026, 11, 27));
        // Noon in Berlin: nine has passed there, and six in the evening in Shanghai an hour ago.
        office.at("2026-11-27T11:00:00Z").await;
        let moved = match zone {
            Some(zone) => ScheduleForm {
                zone: zone.to_owned(),
                ..late
            },
            None => office.form(ScheduleMode::Release),
        };
        let changed = office.scheduling.change(ID, moved.clone()).await.unwrap();
        assert_eq!(changed.next.unwrap().date, date(2026, 12, 4));
        let missed = (OccurrenceState::Missed, None, None);
        assert_eq!(office.only().await, missed, "{zone:?}");
        assert_eq!(office.told(), ["missed: 1"]);
        // Said once; and what never was to come by the old time is no missed day.
        office.scheduling.change(ID, moved).await.unwrap();
        office.at("2026-11-27T12:00:00Z").await;
        assert_eq!(office.only().await, missed);
        let wednesday = ScheduleForm {
            rhythm: Rhythm::Week { weekday: 3 },
            ..office.form(ScheduleMode::Release)
        };
        office.scheduling.change(ID, wednesday).await.unwrap();
        assert_eq!(office.days().await.len(), 1);
        assert!(office.told().is_empty());
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_schedule_is_told_at_its_field() {
    let office = Office::new().await;
    office.begin(ScheduleMode::Draft).await;
    let other = ScheduleId(office.shop.ids.uuid());
    let good = ScheduleForm {
        prefix: "PAY".to_owned(),
        ..office.form(ScheduleMode::Draft)
    };
    let wrong = |change: &dyn Fn(&mut ScheduleForm)| {
        let mut form = good.clone();
        change(&mut form);
        form
    };
    for (form, expected) in [
        (wrong(&|form| form.name = " ".to_owned()), "name"),
        (wrong(&|form| form.name = "n".repeat(101)), "name"),
        (wrong(&|form| form.prefix = "rent".to_owned()), "prefix"),
        (wrong(&|form| form.prefix = String::new()), "prefix"),
        (wrong(&|form| form.prefix = "房租".to_owned()), "prefix"),
        (wrong(&|form| form.zone = "Mars/Olympus".to_owned()), "zone"),
        (
            wrong(&|form| form.rhythm = Rhythm::Month { day: 0 }),
            "rhythm",
        ),
        (
            wrong(&|form| {
                form.rhythm = Rhythm::Once {
                    date: date(2026, 11, 24),
                };
            }),
            "date",
        ),
        (
            wrong(&|form| form.rows[0].money = Money::new(0, Currency::USD)),
            "rows",
        ),
    ] {
        match office.scheduling.begin(other, form).await.unwrap_err() {
            Error::Input { field, .. } => assert_eq!(field, expected),
            error => assert_eq!(error.to_string(), expected),
        }
    }
    let once = ScheduleForm {
        rhythm: Rhythm::Once {
            date: date(2026, 11, 26),
        },
        ..good
    };
    let begun = office.scheduling.begin(other, once).await.unwrap();
    assert_eq!(begun.next.unwrap().date, date(2026, 11, 26));
    office.at("2026-11-26T08:00:00Z").await;
    let done = office.shop.ledger.schedule(other).await.unwrap().unwrap();
    assert_eq!(done.next, None, "once is once");
}
