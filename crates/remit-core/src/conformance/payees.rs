//! Payees and their accounts.

use super::samples::{
    account, assert_chained, at, bring_to, payee, payee_event, payee_id, payout, record_payee,
    record_payout, usd,
};
use crate::{
    AccountStatus, AccountToken, CustomerNo, EventKind, Ledger, LedgerError, PayeeStatus,
    ProfileType, Recorded, State, Subject,
};

pub(super) async fn run<L: Ledger>(open: &impl AsyncFn() -> L) {
    what_is_recorded_is_read_back(&open().await).await;
    the_same_payee_is_recorded_once(&open().await).await;
    a_refused_payee_is_replaced(&open().await).await;
    an_email_address_is_of_one_payee(&open().await).await;
    a_change_needs_the_current_revision(&open().await).await;
    accounts_are_replaced_one_by_one(&open().await).await;
    due_payees_come_earliest_first(&open().await).await;
    a_row_shows_what_was_paid(&open().await).await;
    all_come_with_their_accounts_and_histories(&open().await).await;
}

async fn all_come_with_their_accounts_and_histories(ledger: &impl Ledger) {
    let mut refused = payee(3, "Bo", "Ek");
    refused.status = PayeeStatus::Refused;
    let mut expected = Vec::new();
    for who in [payee(1, "Ana", "Ruiz"), payee(2, "Li", "Wei"), refused] {
        let who = record_payee(ledger, &who).await;
        let accounts = vec![
            account(&who, "2", AccountStatus::Pending, 1),
            account(&who, "1", AccountStatus::Activated, 2),
        ];
        ledger
            .record_accounts(who.id, accounts, Vec::new())
            .await
            .unwrap();
        if who.status != PayeeStatus::Refused {
            let accounts = ledger.accounts(who.id).await.unwrap();
            expected.push((who, accounts));
        }
    }
    let mut found = ledger.payees_with_accounts().await.unwrap();
    found.sort_by_key(|(payee, _)| payee.id);
    assert_eq!(found, expected, "all but refused ones, each with its own");
    let keys: Vec<_> = expected
        .iter()
        .rev()
        .map(|(payee, _)| (payee.id, AccountToken::from("1"), usd(1).currency))
        .collect();
    let mut histories = Vec::new();
    for (payee, account, currency) in &keys {
        histories.push(ledger.history(*payee, account, *currency).await.unwrap());
    }
    assert_eq!(ledger.histories(keys).await, Ok(histories));
}

async fn what_is_recorded_is_read_back(ledger: &impl Ledger) {
    let mut company = payee(1, "José", "Núñez");
    company.profile_type = ProfileType::Business;
    company.company = Some("Núñez & Söhne".to_owned());
    company.next_check_at = Some(at(9));
    let mut bare = payee(2, "伟", "张");
    bare.customer_no = None;
    bare.phone = None;
    bare.street2 = None;
    bare.status_raw = None;
    bare.reason = None;
    bare.checked_at = None;
    for written in [company, bare] {
        let recorded = record_payee(ledger, &written).await;
        assert_eq!(recorded, written, "recording changes nothing");
        assert_eq!(
            ledger.payee(written.id).await,
            Ok(Some(written.clone())),
            "every field is read back exactly"
        );
        let by_number = match &written.customer_no {
            Some(number) => ledger.payee_by_customer_no(number).await,
            None => ledger.payee(written.id).await,
        };
        assert_eq!(
            by_number,
            Ok(Some(written.clone())),
            "a payee is found by Pockyt's number"
        );
        assert_eq!(
            ledger.payee_by_email(&written.email.to_uppercase()).await,
            Ok((written.status != PayeeStatus::Refused).then_some(written)),
            "a payee is found by its address in any case"
        );
    }
    assert_eq!(
        ledger.payee(payee_id(99)).await,
        Ok(None),
        "an unknown payee is not an error"
    );
    assert_eq!(
        ledger.payee_by_customer_no(&CustomerNo::from("none")).await,
        Ok(None)
    );
    assert_eq!(ledger.payee_by_email("none@example.com").await, Ok(None));
    for status in [
        PayeeStatus::Registering,
        PayeeStatus::Pending,
        PayeeStatus::InReview,
        PayeeStatus::Declined,
        PayeeStatus::Deactivated,
        PayeeStatus::Unknown,
    ] {
        let mut changed = ledger.payee(payee_id(2)).await.unwrap().unwrap();
        changed.status = status;
        let changed = ledger.change_payee(changed, Vec::new()).await.unwrap();
        assert_eq!(
            ledger.payee(payee_id(2)).await,
            Ok(Some(changed)),
            "each status is read back"
        );
    }
}

async fn the_same_payee_is_recorded_once(ledger: &impl Ledger) {
    let first = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let mut again = first.clone();
    again.note = "a second click".to_owned();
    let answer = ledger
        .record_payee(again.clone(), payee_event(&again, EventKind::Created))
        .await;
    assert_eq!(
        answer,
        Ok(Recorded::Known(first.clone())),
        "a form submitted twice records once"
    );
    assert_eq!(
        ledger.payee(first.id).await,
        Ok(Some(first.clone())),
        "and changes nothing"
    );
    let events = ledger.events(Subject::Payee(first.id)).await.unwrap();
    assert_eq!(events.len(), 1, "and leaves no second event");
    assert_chained(&events);
}

async fn a_refused_payee_is_replaced(ledger: &impl Ledger) {
    let mut refused = payee(1, "Ana", "Bell");
    refused.status = PayeeStatus::Refused;
    let refused = record_payee(ledger, &refused).await;
    let mut corrected = payee(1, "Anna", "Bell");
    corrected.status = PayeeStatus::Registering;
    let answer = ledger
        .record_payee(
            corrected.clone(),
            payee_event(&corrected, EventKind::Created),
        )
        .await
        .unwrap();
    let Recorded::New(replaced) = answer else {
        panic!("a refused registration may be sent again, so it counts as new")
    };
    assert!(
        replaced.revision > refused.revision,
        "the replacement is a change like any other"
    );
    assert_eq!(
        ledger.payee(refused.id).await,
        Ok(Some(replaced.clone())),
        "the replacement is what is stored"
    );
    assert_eq!(replaced.first_name, "Anna");
    assert_eq!(
        ledger
            .events(Subject::Payee(refused.id))
            .await
            .unwrap()
            .len(),
        2,
        "both are in the history"
    );
}

async fn an_email_address_is_of_one_payee(ledger: &impl Ledger) {
    let first = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let mut other = payee(2, "Ana", "Bell");
    other.email = first.email.to_uppercase();
    let events = payee_event(&other, EventKind::Created);
    let answer = ledger.record_payee(other.clone(), events.clone()).await;
    assert_eq!(
        answer,
        Err(LedgerError::EmailUsed(first.id)),
        "case makes no difference, and the holder is named"
    );
    assert_eq!(
        ledger.payee(other.id).await,
        Ok(None),
        "nothing is half-done"
    );
    assert_eq!(
        ledger.events(Subject::Payee(other.id)).await,
        Ok(Vec::new()),
        "not even its event"
    );

    other.status = PayeeStatus::Refused;
    let other = record_payee(ledger, &other).await;
    let mut revived = other.clone();
    revived.status = PayeeStatus::Pending;
    let answer = ledger.change_payee(revived, events.clone()).await;
    assert_eq!(
        answer,
        Err(LedgerError::EmailUsed(first.id)),
        "a refused payee cannot come back with a taken address"
    );

    let mut left = first.clone();
    left.email = "moved@example.com".to_owned();
    ledger.change_payee(left, Vec::new()).await.unwrap();
    let mut revived = other.clone();
    revived.status = PayeeStatus::Pending;
    assert!(
        ledger.change_payee(revived, events).await.is_ok(),
        "once the address is free it may be used"
    );

    let mut turned_away = payee(3, "Cy", "Dee");
    turned_away.status = PayeeStatus::Refused;
    let turned_away = record_payee(ledger, &turned_away).await;
    let mut newcomer = payee(4, "Cy", "Dee");
    newcomer.email.clone_from(&turned_away.email);
    record_payee(ledger, &newcomer).await;
    let mut corrected = turned_away;
    corrected.status = PayeeStatus::Registering;
    let answer = ledger.record_payee(corrected, Vec::new()).await;
    assert_eq!(
        answer,
        Err(LedgerError::EmailUsed(newcomer.id)),
        "a refused payee holds no address, and has to find it free when it is sent again"
    );
}

async fn a_change_needs_the_current_revision(ledger: &impl Ledger) {
    let first = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let mut changed = first.clone();
    changed.city = "Austin".to_owned();
    let stored = ledger
        .change_payee(changed.clone(), payee_event(&first, EventKind::Updated))
        .await
        .unwrap();
    assert_eq!(
        stored.revision,
        first.revision + 1,
        "a change has the next revision"
    );
    assert_eq!(ledger.payee(first.id).await, Ok(Some(stored.clone())));
    let late = ledger
        .change_payee(changed, payee_event(&first, EventKind::Updated))
        .await;
    assert_eq!(
        late,
        Err(LedgerError::Conflict),
        "a change that was read before another is refused"
    );
    assert_eq!(
        ledger.payee(first.id).await,
        Ok(Some(stored)),
        "and changes nothing"
    );
    assert_eq!(
        ledger.events(Subject::Payee(first.id)).await.unwrap().len(),
        2,
        "and leaves no event"
    );
    let unknown = ledger.change_payee(payee(9, "No", "One"), Vec::new()).await;
    assert_eq!(unknown, Err(LedgerError::NotFound));
}

async fn accounts_are_replaced_one_by_one(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let gone = account(&owner, "2010A", AccountStatus::Gone, 1);
    let pending = account(&owner, "2010B", AccountStatus::Pending, 2);
    let late = account(&owner, "2010C", AccountStatus::Activated, 9);
    let mut early = account(&owner, "2010D", AccountStatus::Activated, 5);
    early.masked = None;
    early.tag = None;
    early.changed_at = None;
    let all = vec![gone.clone(), pending.clone(), late.clone(), early.clone()];
    let seen = payee_event(&owner, EventKind::AccountSeen);
    ledger
        .record_accounts(owner.id, all, seen.clone())
        .await
        .unwrap();
    let listed = ledger.accounts(owner.id).await.unwrap();
    assert_eq!(
        listed,
        [early.clone(), late.clone(), pending.clone(), gone.clone()],
        "usable first, by when first seen; gone last"
    );

    let mut invalid = late.clone();
    invalid.status = AccountStatus::Invalid;
    ledger
        .record_accounts(owner.id, vec![invalid.clone()], Vec::new())
        .await
        .unwrap();
    let listed = ledger.accounts(owner.id).await.unwrap();
    assert_eq!(
        listed,
        [early.clone(), pending.clone(), invalid, gone],
        "one is replaced, the others keep their rows"
    );
    let row = ledger.payee_row(owner.id, at(0)).await.unwrap().unwrap();
    assert_eq!(
        row.usable_account,
        Some(early),
        "the first usable account shows beside the payee"
    );
    assert!(row.account_pending, "one waits for Pockyt");
    let mut activated = pending;
    activated.status = AccountStatus::Activated;
    ledger
        .record_accounts(owner.id, vec![activated], Vec::new())
        .await
        .unwrap();
    let row = ledger.payee_row(owner.id, at(0)).await.unwrap().unwrap();
    assert!(!row.account_pending, "none waits any more");

    assert_eq!(
        ledger.accounts(payee_id(9)).await,
        Ok(Vec::new()),
        "an unknown payee has no accounts"
    );
    let stranger = ledger.record_accounts(payee_id(9), Vec::new(), seen).await;
    assert_eq!(stranger, Err(LedgerError::NotFound));
    assert_eq!(
        ledger.events(Subject::Payee(owner.id)).await.unwrap().len(),
        2,
        "the events of what went through, no others"
    );
}

async fn due_payees_come_earliest_first(ledger: &impl Ledger) {
    for (number, next_check_at) in [(1, Some(30)), (2, Some(10)), (3, Some(20)), (4, None)] {
        let mut payee = payee(number, "Ana", "Bell");
        payee.next_check_at = next_check_at.map(at);
        record_payee(ledger, &payee).await;
    }
    let due = async |now, limit| {
        ledger
            .payees_due(at(now), limit)
            .await
            .unwrap()
            .iter()
            .map(|payee| payee.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(due(9, 10).await, []);
    assert_eq!(
        due(20, 10).await,
        [payee_id(2), payee_id(3)],
        "the instant itself counts as come"
    );
    assert_eq!(
        due(99, 2).await,
        [payee_id(2), payee_id(3)],
        "no more than asked for, the earliest"
    );
    assert_eq!(ledger.next_due().await, Ok(Some(at(10))));
}

async fn a_row_shows_what_was_paid(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    assert_eq!(ledger.payee_row(payee_id(9), at(0)).await, Ok(None));
    let row = ledger.payee_row(owner.id, at(0)).await.unwrap().unwrap();
    assert_eq!(
        (row.last_paid_at, row.paid),
        (None, Vec::new()),
        "nothing was paid yet"
    );

    let to_paid = [State::Sending, State::Processing, State::Paid];
    let mut last = None;
    for (number, money, settled) in [
        (1, usd(1_00), 100),
        (2, usd(2_50), 300),
        (3, super::samples::krw(500), 200),
        (4, usd(7_00), 400),
    ] {
        let recorded = record_payout(ledger, &payout(number, &owner, money)).await;
        last = Some(bring_to(ledger, recorded, &to_paid, settled).await);
    }
    let waiting = record_payout(ledger, &payout(5, &owner, usd(99_00))).await;
    assert_eq!(
        waiting.account_token,
        AccountToken::from("2010305228294111721580")
    );
    bring_to(ledger, last.unwrap(), &[State::Returned], 500).await;

    let row = ledger.payee_row(owner.id, at(200)).await.unwrap().unwrap();
    assert_eq!(
        row.last_paid_at,
        Some(at(300)),
        "a returned payout is not a paid one"
    );
    assert_eq!(
        row.paid,
        [super::samples::krw(500), usd(2_50)],
        "from the instant on, one sum a currency, by code"
    );
}
