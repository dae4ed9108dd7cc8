//! A period of a schedule is paid once by itself, however the owner moves its days.

use super::*;

/// A schedule that was trusted to release by itself by one rhythm, and whose run of its first day, at this time, has paid.
async fn paid(rhythm: Rhythm, time: &str) -> Office {
    let office = Office::new().await;
    office.shop.sent("ana", 10_100, "OLD-1").await;
    let form = ScheduleForm {
        rhythm,
        ..office.form(ScheduleMode::Release)
    };
    office.scheduling.begin(ID, form).await.unwrap();
    office.at(time).await;
    assert_eq!(office.told(), ["released"], "{time}");
    office
        .shop
        .pays_released("ana", time.parse().unwrap())
        .await;
    office
}

impl Office {
    /// The owner changes the rhythm, and the amount as little as nobody would call unusual. Its next day is this one.
    async fn moves(&self, rhythm: Rhythm, next: &str) {
        let mut form = ScheduleForm {
            rhythm,
            ..self.form(ScheduleMode::Release)
        };
        form.rows[0].money.minor += 1;
        let changed = self.scheduling.change(ID, form).await.unwrap();
        assert_eq!(changed.next.unwrap().date.to_string(), next);
    }
}

const FRIDAYS: Rhythm = Rhythm::Week { weekday: 5 };

#[tokio::test]
async fn a_day_that_is_moved_after_it_paid_asks_before_it_pays_again() {
    let friday = "2026-11-27T08:00:00Z";
    let first = "2026-12-01T08:00:00Z";
    let only = Rhythm::Once {
        date: date(2026, 11, 27),
    };
    let weeks = |from| Rhythm::TwoWeeks { from };
    for (rhythm, time, other, next) in [
        // Saturdays, and Thursdays, instead of Fridays.
        (FRIDAYS, friday, Rhythm::Week { weekday: 6 }, "2026-11-28"),
        (FRIDAYS, friday, Rhythm::Week { weekday: 4 }, "2026-12-03"),
        // Every two weeks, from another day of the second one.
        (
            weeks(date(2026, 11, 27)),
            friday,
            weeks(date(2026, 12, 10)),
            "2026-12-10",
        ),
        // The fifth, or the last, instead of the first.
        (
            Rhythm::Month { day: 1 },
            first,
            Rhythm::Month { day: 5 },
            "2026-12-05",
        ),
        (
            Rhythm::Month { day: 1 },
            first,
            Rhythm::Month { day: 31 },
            "2026-12-31",
        ),
        // By the week instead of by the month, and the other way.
        (Rhythm::Month { day: 1 }, first, FRIDAYS, "2026-12-04"),
        (FRIDAYS, friday, Rhythm::Month { day: 1 }, "2026-12-01"),
        // Once, and then once more.
        (
            only,
            friday,
            Rhythm::Once {
                date: date(2027, 1, 27),
            },
            "2027-01-27",
        ),
    ] {
        let office = paid(rhythm, time).await;
        office.moves(other, next).await;
        office.at(&format!("{next}T08:00:05Z")).await;
        assert_eq!(office.told(), ["stays: Asks"], "{rhythm:?} to {next}");
        let draft = office.draft().await;
        let problem = draft.checked().rows()[0].problems.first().cloned();
        let problem = problem.unwrap();
        assert_eq!(problem.code, ProblemCode::PaidInPeriod, "{next}");
        let day = time.split('T').next().unwrap().to_owned();
        assert!(problem.params.contains(&("day", day)), "{problem:?}");
    }
}

#[tokio::test]
async fn the_next_period_is_paid_by_itself() {
    let office = paid(FRIDAYS, "2026-11-27T08:00:00Z").await;
    // Another amount, and every second Friday, change no day that was paid.
    let weeks = Rhythm::TwoWeeks {
        from: date(2026, 12, 11),
    };
    office.moves(weeks, "2026-12-11").await;
    office.at("2026-12-11T08:00:00Z").await;
    assert_eq!(office.told(), ["released"]);

    // A day that asked and was released by hand has answered for those after it.
    let office = paid(Rhythm::Month { day: 1 }, "2026-12-01T08:00:00Z").await;
    office.moves(FRIDAYS, "2026-12-04").await;
    office.at("2026-12-04T08:00:00Z").await;
    assert_eq!(office.told(), ["stays: Asks"]);
    let mut draft = office.draft().await;
    let accepts = Decision::Accept {
        codes: vec![ProblemCode::PaidInPeriod],
        reason: "By the week from now on".to_owned(),
    };
    let kept = draft.decide(&[1], &accepts).unwrap();
    let id = draft.run().id;
    kept.record(&*office.shop.ledger, id).await.unwrap();
    office.releases_by_hand().await;
    let at = "2026-12-04T09:00:00Z".parse().unwrap();
    office.shop.pays_released("ana", at).await;
    office.at("2026-12-11T08:00:00Z").await;
    assert_eq!(office.told(), ["released"]);
}

#[tokio::test]
async fn what_did_not_pay_the_period_or_pays_another_payee_asks_nothing_of_it() {
    // Friday's run is stopped before it was sent, so that nobody was paid.
    let office = Office::new().await;
    office.trusted().await;
    office.at("2026-11-27T08:00:00Z").await;
    let stopped = Run {
        state: RunState::Stopped,
        ..office.draft().await.run().clone()
    };
    let ledger = &*office.shop.ledger;
    ledger.stop_run(stopped, Vec::new()).await.unwrap();
    office
        .moves(Rhythm::Week { weekday: 6 }, "2026-11-28")
        .await;
    office.at("2026-11-28T08:00:00Z").await;
    let draft = office.draft().await;
    let problems = &draft.checked().rows()[0].problems;
    let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [ProblemCode::NotPaidBefore], "that alone");

    // Somebody else is paid on the day that was moved.
    let office = paid(FRIDAYS, "2026-11-27T08:00:00Z").await;
    office.shop.sent("bo", 10_100, "OLD-2").await;
    let mut form = office.form(ScheduleMode::Release);
    form.rhythm = Rhythm::Week { weekday: 6 };
    form.rows[0].payee_id = office.shop.payee("bo").id;
    form.rows[0].account_token = Some(office.shop.account("bo", 0).token);
    office.told();
    office.scheduling.change(ID, form).await.unwrap();
    office.at("2026-11-28T08:00:00Z").await;
    assert_eq!(office.told(), ["released"]);
}

#[tokio::test]
async fn the_same_amount_of_the_same_schedule_warns_within_its_period_only() {
    let office = paid(FRIDAYS, "2026-11-27T08:00:00Z").await;
    let paid = office.shop.ledger.occurrences(ID).await.unwrap();
    let paid = office
        .shop
        .ledger
        .run_rows(paid[0].run.unwrap(), &[], None, 9)
        .await;
    let paid: Vec<_> = paid.unwrap().iter().map(|one| one.row.payout_id).collect();
    let same = async |run| office.shop.ledger.of_same_schedule(run, paid.clone()).await;
    office
        .moves(Rhythm::Week { weekday: 6 }, "2026-11-28")
        .await;
    office.at("2026-11-28T08:00:00Z").await;
    assert_eq!(same(office.draft().await.run().id).await, Ok(Vec::new()));
    office.at("2026-12-05T08:00:00Z").await;
    assert_eq!(same(office.draft().await.run().id).await, Ok(paid.clone()));
}
