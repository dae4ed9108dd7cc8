//! Steps 1 to 4: registering once whatever happens, learning the status, and following the accounts.

use crate::support::{Fate, World, account, code, dies, refusal, trouble};
use futures_util::future::join;
use jiff::SignedDuration;
use remit_core::{
    AccountStatus, AccountToken, Certainty, Code, Engine, Error, EventKind, FundingAccount,
    GatewayError, Ledger, Limits, PayeeChanges, PayeeStatus, Refusal, Subject,
};
use std::collections::BTreeSet;

#[tokio::test]
async fn a_form_submitted_twice_registers_once() {
    let world = World::new();
    let engine = world.engine();
    let form = world.registration();
    let (first, second) = join(
        engine.register_payee(form.clone()),
        engine.register_payee(form.clone()),
    )
    .await;
    assert_eq!(first.unwrap().id, second.unwrap().id);
    let payee = engine.register_payee(form).await.unwrap();
    assert_eq!(payee.status, PayeeStatus::Pending);
    assert_eq!(world.pockyt.registrations(), 1);
}

#[tokio::test]
async fn a_registration_whose_answer_was_lost_is_found_by_customer_code() {
    let world = World::new();
    let engine = world.engine();
    let form = world.registration();
    let id = form.payee_id;
    let lost = trouble(Certainty::Unknown, Refusal::Timeout);
    world.pockyt.register_fates([Fate::AnswerLost(lost)]);
    assert_eq!(
        code(engine.register_payee(form).await),
        Code::RegistrationUnknown
    );
    let registering = engine.ports().ledger.payee(id).await.unwrap().unwrap();
    assert_eq!(
        (registering.status, &registering.customer_no),
        (PayeeStatus::Registering, &None)
    );
    world.run(&engine, 1).await;
    let found = engine.ports().ledger.payee(id).await.unwrap().unwrap();
    assert_eq!(found.status, PayeeStatus::Pending);
    assert!(found.customer_no.is_some());
    assert_eq!(world.pockyt.registrations(), 1, "it was not sent twice");
}

#[tokio::test]
async fn a_crash_while_registering_is_resolved_at_the_next_start() {
    for (fate, status) in [
        (Fate::DiesAfter, PayeeStatus::Pending),
        (Fate::DiesBefore, PayeeStatus::Refused),
    ] {
        let world = World::new();
        let form = world.registration();
        let id = form.payee_id;
        world.pockyt.register_fates([fate]);
        dies(world.engine().register_payee(form)).await;
        let engine = world.engine();
        world.run(&engine, 8).await;
        let payee = engine.ports().ledger.payee(id).await.unwrap().unwrap();
        assert_eq!(payee.status, status);
        assert_eq!(world.pockyt.registrations(), 1);
    }
}

#[tokio::test]
async fn a_registration_that_never_arrived_may_be_sent_again_by_the_owner() {
    let world = World::new();
    let engine = world.engine();
    let form = world.registration();
    let timeout = trouble(Certainty::Unknown, Refusal::Timeout);
    world.pockyt.register_fates([Fate::Fails(timeout)]);
    assert_eq!(
        code(engine.register_payee(form.clone()).await),
        Code::RegistrationUnknown
    );
    world.run(&engine, 8).await;
    let payee = engine.register_payee(form).await.unwrap();
    assert_eq!(payee.status, PayeeStatus::Pending);
    assert_eq!(world.pockyt.registrations(), 2);
}

#[tokio::test]
async fn what_pockyt_refuses_is_told_with_the_field_and_can_be_corrected() {
    let world = World::new();
    let engine = world.engine();
    let form = world.registration();
    let missing = GatewayError {
        field: Some("governmentId".to_owned()),
        ..refusal(Refusal::MissingParameter)
    };
    world.pockyt.register_fates([
        Fate::Fails(missing),
        Fate::Fails(refusal(Refusal::EmailRegistered)),
    ]);
    let error = engine.register_payee(form.clone()).await.unwrap_err();
    assert_eq!(
        (error.code(), error.field().as_deref()),
        (Code::ParameterMissing, Some("governmentId"))
    );
    let refused = engine
        .ports()
        .ledger
        .payee(form.payee_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(refused.status, PayeeStatus::Refused);
    assert_eq!(refused.reason.as_deref(), Some("refused: MissingParameter"));
    assert_eq!(
        code(engine.register_payee(form.clone()).await),
        Code::EmailRegistered
    );
    assert_eq!(
        engine.register_payee(form).await.unwrap().status,
        PayeeStatus::Pending
    );
}

#[tokio::test]
async fn a_look_at_the_payee_while_it_is_being_registered_hides_no_refusal() {
    for (error, expected, status) in [
        (
            refusal(Refusal::MissingParameter),
            Code::ParameterMissing,
            PayeeStatus::Refused,
        ),
        (
            trouble(Certainty::Unknown, Refusal::Timeout),
            Code::RegistrationUnknown,
            PayeeStatus::Registering,
        ),
    ] {
        let world = World::new();
        let (engine, other) = (world.engine(), world.engine());
        let form = world.registration();
        let id = form.payee_id;
        world.pockyt.register_fates([Fate::Fails(error)]);
        // Pockyt takes its time, and meanwhile the payee is due for a look.
        let clock = world.clock.clone();
        world.pockyt.meanwhile(Box::pin(async move {
            clock.advance(jiff::SignedDuration::from_secs(60));
            other.tick().await.unwrap();
        }));
        assert_eq!(code(engine.register_payee(form).await), expected);
        let payee = engine.ports().ledger.payee(id).await.unwrap().unwrap();
        assert_eq!(payee.status, status);
        let events = engine
            .ports()
            .ledger
            .events(Subject::Payee(id))
            .await
            .unwrap();
        assert_eq!(events.len(), 2, "created, and what became of it");
    }
}

#[tokio::test]
async fn a_look_that_finds_the_payee_before_a_lost_answer_settles_it() {
    let world = World::new();
    let (engine, other) = (world.engine(), world.engine());
    let form = world.registration();
    let lost = trouble(Certainty::Unknown, Refusal::Timeout);
    world.pockyt.register_fates([Fate::AnswerLost(lost)]);
    let clock = world.clock.clone();
    world.pockyt.meanwhile(Box::pin(async move {
        clock.advance(jiff::SignedDuration::from_secs(60));
        other.tick().await.unwrap();
    }));
    let payee = engine.register_payee(form).await.unwrap();
    assert_eq!(payee.status, PayeeStatus::Pending);
    assert_eq!(payee.reason, None);
}

#[tokio::test]
async fn a_local_payee_with_the_same_address_is_told_before_anything_is_sent() {
    let world = World::new();
    let engine = world.engine();
    let first = world.registration();
    let mut second = world.registration();
    second.email = first.email.to_uppercase();
    engine.register_payee(first).await.unwrap();
    let error = engine.register_payee(second).await.unwrap_err();
    assert_eq!(
        (error.code(), error.field().as_deref()),
        (Code::EmailRegistered, Some("email"))
    );
    assert_eq!(world.pockyt.registrations(), 1);
}

#[tokio::test]
async fn input_that_cannot_be_sent_is_refused_with_its_field() {
    let world = World::new();
    let engine = world.engine();
    let form = world.registration();
    let mut cases = Vec::new();
    for email in [
        "",
        "ana",
        "@example.com",
        "ana@example",
        "a na@example.com",
        "a@b@c.com",
    ] {
        let mut wrong = form.clone();
        wrong.email = email.to_owned();
        cases.push((wrong, "email"));
    }
    for date in ["30.04.1990", "1990-02-30"] {
        let mut wrong = form.clone();
        wrong.date_of_birth = date.to_owned();
        cases.push((wrong, "dateOfBirth"));
    }
    for country in ["us", "USA", "12"] {
        let mut wrong = form.clone();
        wrong.country_code = country.to_owned();
        cases.push((wrong, "countryCode"));
    }
    let mut blank = form.clone();
    blank.first_name = "  ".to_owned();
    cases.push((blank, "firstName"));
    let mut long = form.clone();
    long.street = "x".repeat(201);
    cases.push((long, "street"));
    for (wrong, field) in cases {
        let told = format!(
            "{:?}",
            (&wrong.email, &wrong.date_of_birth, &wrong.country_code)
        );
        let error = engine.register_payee(wrong).await.expect_err(&told);
        assert_eq!(error.field().as_deref(), Some(field), "{told}");
    }
    assert_eq!(world.pockyt.registrations(), 0);
    assert!(
        engine
            .ports()
            .ledger
            .payee(form.payee_id)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn polling_follows_the_payee_to_active_and_then_rests() {
    let world = World::new();
    let engine = world.engine();
    let payee = engine.register_payee(world.registration()).await.unwrap();
    world.run(&engine, 5).await;
    for (word, status) in [
        ("Under Review", PayeeStatus::InReview),
        ("SUSPENDED-BY-MOON", PayeeStatus::Unknown),
        ("Activated", PayeeStatus::Active),
    ] {
        world.pockyt.set_payee_status(word);
        world.run(&engine, 1).await;
        let now = engine
            .ports()
            .ledger
            .payee(payee.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (now.status, now.status_raw.as_deref()),
            (status, Some(word))
        );
    }
    assert_eq!(engine.next_due().await.unwrap(), None);
}

#[tokio::test]
async fn an_answer_about_another_payee_does_not_redirect_this_one() {
    let (world, engine, payee) = World::with_payee().await;
    world.pockyt.answer_with_other_payee("2000-somebody-else");
    assert_eq!(code(engine.refresh_payee(payee.id).await), Code::Garbled);
    let after = engine
        .ports()
        .ledger
        .payee(payee.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(after.customer_no, payee.customer_no);
}

#[tokio::test]
async fn accounts_are_followed_and_one_that_vanishes_is_kept_as_gone() {
    let (world, engine, payee) = World::with_payee().await;
    let number = payee.customer_no.clone().unwrap();
    let mut moved = account("2010-usd", "activated");
    moved.masked = Some("****0001".to_owned());
    world
        .pockyt
        .set_accounts(&number, vec![moved.clone(), account("2010-two", "pending")]);
    let accounts = engine.refresh_accounts(&payee, None).await.unwrap();
    assert_eq!(accounts.len(), 2);
    assert!(
        accounts[0].changed_at.is_some(),
        "its details changed under the same token"
    );
    assert_eq!(accounts[1].status, AccountStatus::Pending);

    // Only one is asked about: the other is left as it is, though the answer does not list it.
    world.pockyt.set_accounts(&number, vec![moved.clone()]);
    let only = AccountToken::from("2010-usd");
    let accounts = engine.refresh_accounts(&payee, Some(&only)).await.unwrap();
    assert_eq!(accounts[1].status, AccountStatus::Pending);
    let accounts = engine.refresh_accounts(&payee, None).await.unwrap();
    assert_eq!(accounts[1].status, AccountStatus::Gone);

    let kinds: Vec<EventKind> = engine
        .ports()
        .ledger
        .events(Subject::Payee(payee.id))
        .await
        .unwrap()
        .into_iter()
        .map(|event| event.event.kind)
        .collect();
    use EventKind::{AccountChanged, AccountGone, AccountSeen, Created, Registered, StatusChanged};
    assert_eq!(
        kinds,
        [
            Created,
            Registered,
            StatusChanged,
            AccountSeen,
            AccountChanged,
            AccountSeen,
            AccountGone
        ]
    );
}

#[tokio::test]
async fn an_answer_that_was_asked_for_earlier_puts_nothing_back() {
    // The status: it is asked about once more, and declined, while the first answer is on its way.
    let (world, engine, payee) = World::with_payee().await;
    let (pockyt, other) = (world.pockyt.clone(), engine.clone());
    world.pockyt.meanwhile(Box::pin(async move {
        pockyt.set_payee_status("DECLINED");
        other.refresh_payee(payee.id).await.unwrap();
    }));
    let told = engine.refresh_payee(payee.id).await.unwrap();
    assert_eq!(told.status, PayeeStatus::Declined);
    world.pockyt.set_payee_status("ACTIVE");
    let told = engine.refresh_payee(payee.id).await.unwrap();
    assert_eq!(told.status, PayeeStatus::Active, "a later one counts");

    // The registration: a look finds the payee, further on, before its answer.
    let world = World::new();
    let engine = world.engine();
    let form = world.registration();
    let (pockyt, other, id) = (world.pockyt.clone(), engine.clone(), form.payee_id);
    world.pockyt.meanwhile(Box::pin(async move {
        pockyt.set_payee_status("ACTIVE");
        other.tick().await.unwrap();
    }));
    let told = engine.register_payee(form).await.unwrap();
    assert_eq!((told.id, told.status), (id, PayeeStatus::Active));

    // The accounts, each by itself: while all are asked about, one of them changes, and is asked about alone.
    let (world, engine, payee) = World::with_payee().await;
    let number = payee.customer_no.clone().unwrap();
    let usd = AccountToken::from("2010-usd");
    let both = vec![
        account("2010-usd", "activated"),
        account("2010-two", "activated"),
    ];
    world.pockyt.set_accounts(&number, both);
    let (pockyt, other) = (world.pockyt.clone(), engine.clone());
    let (asked, only) = (payee.clone(), usd.clone());
    world.pockyt.meanwhile(Box::pin(async move {
        let number = asked.customer_no.as_ref().unwrap();
        let changed = vec![
            account("2010-usd", "pending"),
            account("2010-two", "pending"),
        ];
        pockyt.set_accounts(number, changed);
        other.refresh_accounts(&asked, Some(&only)).await.unwrap();
    }));
    let statuses = |told: Vec<FundingAccount>| {
        let status = |token: &str| {
            let mut told = told.iter();
            let found = told.find(|account| account.token == AccountToken::from(token));
            found.map(|account| account.status)
        };
        [status("2010-usd"), status("2010-two")]
    };
    let told = engine.refresh_accounts(&payee, None).await.unwrap();
    use AccountStatus::{Activated, Gone, Pending};
    assert_eq!(statuses(told), [Some(Pending), Some(Activated)]);

    // And the other way round: one is asked about alone, and vanishes with all others before its answer.
    let (pockyt, other, asked) = (world.pockyt.clone(), engine.clone(), payee.clone());
    world.pockyt.meanwhile(Box::pin(async move {
        let number = asked.customer_no.as_ref().unwrap();
        pockyt.set_accounts(number, Vec::new());
        other.refresh_accounts(&asked, None).await.unwrap();
    }));
    let told = engine.refresh_accounts(&payee, Some(&usd)).await.unwrap();
    assert_eq!(statuses(told), [Some(Gone), Some(Gone)]);
    let back = vec![account("2010-usd", "activated")];
    world.pockyt.set_accounts(&number, back);
    let told = engine.refresh_accounts(&payee, Some(&usd)).await.unwrap();
    assert_eq!(
        statuses(told),
        [Some(Activated), Some(Gone)],
        "a later one counts"
    );
}

#[tokio::test]
async fn linking_takes_over_a_payee_once() {
    let world = World::new();
    let engine = world.engine();
    assert_eq!(
        code(engine.link_payee("nobody@example.com").await),
        Code::GatewayRefused
    );
    let form = world.registration();
    let email = form.email.clone();
    let registered = engine.register_payee(form).await.unwrap();
    assert_eq!(engine.link_payee(&email).await.unwrap().id, registered.id);
}

#[tokio::test]
async fn changes_go_to_pockyt_first_and_a_note_stays_here() {
    let (world, engine, payee) = World::with_payee().await;
    let changes = PayeeChanges {
        email: payee.email.clone(),
        phone: payee.phone.clone(),
        country_code: payee.country_code.clone(),
        state: payee.state.clone(),
        city: payee.city.clone(),
        street: payee.street.clone(),
        street2: payee.street2.clone(),
        zip: payee.zip.clone(),
        note: "pays late".to_owned(),
    };
    world
        .pockyt
        .reads_fail(Some(refusal(Refusal::TokenRejected)));
    let noted = engine
        .update_payee(payee.id, changes.clone())
        .await
        .unwrap();
    assert_eq!(noted.note, "pays late", "a note needs no Pockyt");
    let moved = PayeeChanges {
        city: "Austin".to_owned(),
        ..changes
    };
    let error = engine
        .update_payee(payee.id, moved.clone())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Gateway(_)));
    let after = engine
        .ports()
        .ledger
        .payee(payee.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        after.city, payee.city,
        "what Pockyt did not take is not kept"
    );
    world.pockyt.reads_fail(None);
    assert_eq!(
        engine.update_payee(payee.id, moved).await.unwrap().city,
        "Austin"
    );
}

#[tokio::test]
async fn an_address_that_another_payee_has_is_refused_before_pockyt_is_changed() {
    let (world, engine, payee) = World::with_payee().await;
    let other = world.active_payee(&engine).await;
    let changes = PayeeChanges {
        email: payee.email.to_uppercase(),
        phone: None,
        country_code: other.country_code.clone(),
        state: other.state.clone(),
        city: other.city.clone(),
        street: other.street.clone(),
        street2: None,
        zip: other.zip.clone(),
        note: String::new(),
    };
    // Pockyt would refuse anything now, and so shows that it is not asked.
    world
        .pockyt
        .reads_fail(Some(refusal(Refusal::TokenRejected)));
    assert_eq!(
        code(engine.update_payee(other.id, changes.clone()).await),
        Code::EmailRegistered
    );
    world.pockyt.reads_fail(None);
    let own = PayeeChanges {
        email: other.email.to_uppercase(),
        ..changes
    };
    assert!(engine.update_payee(other.id, own).await.is_ok());
}

#[tokio::test]
async fn a_registration_that_cannot_be_asked_about_backs_off_and_is_not_taken_for_refused() {
    let world = World::new();
    let engine = world.engine();
    let form = world.registration();
    let id = form.payee_id;
    world.pockyt.register_fates([Fate::AnswerLost(trouble(
        Certainty::Unknown,
        Refusal::Timeout,
    ))]);
    assert!(engine.register_payee(form).await.is_err());
    world
        .pockyt
        .reads_fail(Some(trouble(Certainty::Unknown, Refusal::Timeout)));
    let start = world.clock_now();
    let mut looks = 0;
    while world.clock_now().duration_since(start) < SignedDuration::from_hours(8) {
        world.run(&engine, 1).await;
        looks += 1;
    }
    assert!(looks < 30, "{looks} looks in a night");
    let payee = engine.ports().ledger.payee(id).await.unwrap().unwrap();
    assert_eq!(payee.checks, 0, "no answer is no answer");
    world.pockyt.reads_fail(None);
    world.clock.advance(SignedDuration::from_hours(-30));
    assert_eq!(engine.clock_was_set_back().await.unwrap(), 1);
    engine.tick().await.unwrap();
    let payee = engine.ports().ledger.payee(id).await.unwrap().unwrap();
    assert_eq!(payee.status, PayeeStatus::Pending);
}

#[tokio::test]
async fn a_duplicate_registration_means_ask() {
    let world = World::new();
    let engine = world.engine();
    let form = world.registration();
    let id = form.payee_id;
    world
        .pockyt
        .register_fates([Fate::AnswerLost(refusal(Refusal::Duplicate))]);
    assert_eq!(
        code(engine.register_payee(form).await),
        Code::RegistrationUnknown
    );
    world.run(&engine, 1).await;
    let found = engine.ports().ledger.payee(id).await.unwrap().unwrap();
    assert_eq!(found.status, PayeeStatus::Pending);
}

#[tokio::test]
async fn a_registration_that_ends_refused_tells_what_pockyt_said_first() {
    let world = World::new();
    let engine = world.engine();
    let form = world.registration();
    let id = form.payee_id;
    world
        .pockyt
        .register_fates([Fate::Fails(refusal(Refusal::Duplicate))]);
    engine.register_payee(form).await.unwrap_err();
    world.run(&engine, 8).await;
    let payee = engine.ports().ledger.payee(id).await.unwrap().unwrap();
    assert_eq!(payee.status, PayeeStatus::Refused);
    assert_eq!(payee.reason.as_deref(), Some("refused: Duplicate"));
}

/// A span that no test comes to the end of by itself.
const LONG: std::time::Duration = std::time::Duration::from_secs(120);

#[tokio::test]
async fn many_payees_are_asked_about_in_one_go_and_whom_pockyt_refuses_is_named() {
    let (world, engine, payee) = World::with_payee().await;
    let other = world.active_payee(&engine).await;
    let both = BTreeSet::from([payee.id, other.id]);
    let number = other.customer_no.clone().unwrap();
    let accounts = vec![account("2010-new", "activated")];
    world.pockyt.set_accounts(&number, accounts);
    let untold = engine.refresh_payees(&both, LONG).await.unwrap();
    assert!(untold.is_empty());
    let known = world.ledger.accounts(other.id).await.unwrap();
    let status = |token: &str| {
        let mut known = known.iter();
        let found = known.find(|account| account.token == AccountToken::from(token));
        found.map(|account| account.status)
    };
    assert_eq!(status("2010-usd"), Some(AccountStatus::Gone));
    assert_eq!(status("2010-new"), Some(AccountStatus::Activated));

    let unlisted = trouble(Certainty::Unknown, Refusal::Unrecognised);
    world.pockyt.reads_fail(Some(unlisted));
    let refused = engine.refresh_payees(&both, LONG).await.unwrap();
    assert_eq!(refused, both, "each is named");
    assert_eq!(engine.status().under_way, 0, "its place is free again");
}

#[tokio::test]
async fn whoever_asks_about_many_payees_waits_for_the_network_but_not_for_ever() {
    let (world, engine, payee) = World::with_payee().await;
    let payees = BTreeSet::from([payee.id]);
    let unreachable = trouble(Certainty::NotSent, Refusal::Unreachable);
    world.pockyt.reads_fail(Some(unreachable));
    let asks = async |seconds: i64, comes_back: bool| {
        let asked = engine.refresh_payees(&payees, LONG);
        let time = passes(&world, &engine, seconds, async |second| {
            if comes_back && second == 40 {
                world.pockyt.reads_fail(None);
            }
        });
        join(asked, time).await.0.unwrap()
    };
    assert_eq!(asks(130, false).await, payees, "too late");
    assert_eq!(engine.status().under_way, 0, "its place is free again");
    assert!(asks(110, true).await.is_empty());
    assert_eq!(engine.status().under_way, 0);
}

/// Second after second passes.
async fn passes(world: &World, engine: &Engine, seconds: i64, each: impl AsyncFn(i64)) {
    for second in 0..seconds {
        each(second).await;
        world.clock.advance(SignedDuration::from_secs(1));
        engine.tick().await.unwrap();
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn what_gets_no_certain_answer_is_asked_again_in_time() {
    for kind in [
        Refusal::Timeout,
        Refusal::ConnectionLost,
        Refusal::SystemError,
    ] {
        let (world, engine, payee) = World::with_payee().await;
        let other = world.active_payee(&engine).await;
        let both = BTreeSet::from([payee.id, other.id]);
        world
            .pockyt
            .next_reads([None, Some(trouble(Certainty::Unknown, kind)), None, None]);
        let asked = engine.refresh_payees(&both, LONG);
        let time = passes(&world, &engine, 60, async |_| {});
        let untold = join(asked, time).await.0.unwrap();
        assert!(untold.is_empty(), "{kind:?}: {untold:?}");
        assert_eq!(engine.status().under_way, 0);
    }
}

#[tokio::test]
async fn a_large_run_is_asked_about_within_the_limits_and_in_time() {
    let (world, engine, payee) = World::with_payee().await;
    let mut payees = BTreeSet::from([payee.id]);
    for _ in 1..150 {
        payees.insert(world.active_payee(&engine).await.id);
    }
    let per_minute = 60;
    engine.limit(Limits {
        at_once: 4,
        per_minute,
    });
    let patience = engine.time_to_refresh(payees.len());
    assert!(patience > LONG);
    let before = world.pockyt.reads();
    let most = std::cell::Cell::new(0);
    let asked = async {
        let untold = engine.refresh_payees(&payees, patience).await.unwrap();
        assert!(untold.is_empty(), "{} are not told of", untold.len());
        world.pockyt.reads() - before
    };
    let began = std::cell::RefCell::new(vec![before]);
    let time = async {
        for _ in 0..330 {
            world.clock.advance(SignedDuration::from_secs(1));
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            let mut counts = began.borrow_mut();
            counts.push(world.pockyt.reads());
            let minute = counts.len().saturating_sub(61);
            let left = counts[counts.len() - 1] - counts[minute];
            most.set(most.get().max(left));
        }
    };
    let (asked, ()) = join(asked, time).await;
    assert!(asked >= 300, "two requests each: {asked}");
    let burst = 3;
    assert!(
        most.get() <= per_minute as usize + burst,
        "{} in a minute",
        most.get()
    );
}
