//! Lists: search, order, pages, totals and sums.

use super::samples::{
    at, bring_to, krw, payee, payee_id, payout, payout_id, record_payee, record_payout, usd,
};
use crate::{
    Ledger, LedgerError, Page, PayeeId, PayeeQuery, PayeeRow, PayeeSort, PayeeStatus, PayoutId,
    PayoutPage, PayoutQuery, PayoutSort, State, TransactionNo,
};
use std::collections::BTreeSet;

pub(super) async fn run<L: Ledger>(open: &impl AsyncFn() -> L) {
    payees_are_found_by_any_part(&open().await).await;
    payees_come_in_each_order(&open().await).await;
    payouts_are_found_and_summed(&open().await).await;
    sums_are_exact_or_refused(&open().await).await;
    pages_hold_each_row_once(&open().await).await;
    a_cursor_fits_its_own_list(&open().await).await;
}

fn all_payees() -> PayeeQuery {
    PayeeQuery {
        search: String::new(),
        statuses: Vec::new(),
        sort: PayeeSort::Name,
        cursor: None,
        limit: 100,
    }
}

fn all_payouts() -> PayoutQuery {
    PayoutQuery {
        search: String::new(),
        states: Vec::new(),
        payee_id: None,
        run: None,
        from: None,
        to: None,
        sort: PayoutSort::Newest,
        cursor: None,
        limit: 100,
    }
}

fn payee_ids(page: &Page<PayeeRow>) -> Vec<PayeeId> {
    page.rows.iter().map(|row| row.payee.id).collect()
}

fn payout_ids(page: &PayoutPage) -> Vec<PayoutId> {
    page.page.rows.iter().map(|payout| payout.id).collect()
}

async fn payees_are_found_by_any_part(ledger: &impl Ledger) {
    record_payee(ledger, &payee(1, "José", "Núñez")).await;
    record_payee(ledger, &payee(2, "伟", "张")).await;
    let mut company = payee(3, "Ana", "Bell");
    company.company = Some("100%_Legal \\ GmbH".to_owned());
    record_payee(ledger, &company).await;
    for (search, found) in [
        ("nunez", vec![1]),
        ("JOSÉ", vec![1]),
        ("se nu", vec![1]),
        ("张", vec![2]),
        ("张伟", vec![2]),
        ("100%_", vec![3]),
        ("%", vec![3]),
        ("_", vec![3]),
        ("\\", vec![3]),
        ("bell", vec![3]),
        ("PAYEE3@", vec![3]),
        ("2000305228303182600002", vec![2]),
        ("'; DROP TABLE payees; --", vec![]),
        ("nobody", vec![]),
        ("  ", vec![3, 1, 2]),
    ] {
        let page = ledger
            .payees(
                PayeeQuery {
                    search: search.to_owned(),
                    ..all_payees()
                },
                at(0),
            )
            .await
            .unwrap();
        assert_eq!(
            payee_ids(&page),
            found.iter().copied().map(payee_id).collect::<Vec<_>>(),
            "searching for {search:?}"
        );
        assert_eq!(
            page.total,
            found.len() as u64,
            "the total is of the whole search for {search:?}"
        );
    }

    // What changes is found under its new text, and no more under the old.
    let mut moved = ledger.payee(payee_id(1)).await.unwrap().unwrap();
    moved.email = "pepe@example.org".to_owned();
    ledger.change_payee(moved, Vec::new()).await.unwrap();
    for (search, total) in [("pepe@", 1), ("payee1@", 0)] {
        let page = ledger
            .payees(
                PayeeQuery {
                    search: search.to_owned(),
                    ..all_payees()
                },
                at(0),
            )
            .await
            .unwrap();
        assert_eq!(page.total, total, "searching for {search:?}");
    }
}

async fn payees_come_in_each_order(ledger: &impl Ledger) {
    let statuses = [
        PayeeStatus::Active,
        PayeeStatus::Pending,
        PayeeStatus::Active,
        PayeeStatus::Refused,
    ];
    for (number, (name, status)) in
        (1..).zip(["Émile", "Zoe", "adam", "Ben"].into_iter().zip(statuses))
    {
        let mut payee = payee(number, name, "Q");
        payee.status = status;
        let payee = record_payee(ledger, &payee).await;
        if number < 3 {
            let recorded = record_payout(ledger, &payout(number, &payee, usd(100))).await;
            let settled = i64::try_from(number).unwrap();
            bring_to(
                ledger,
                recorded,
                &[State::Sending, State::Processing, State::Paid],
                settled,
            )
            .await;
        }
    }
    let list = async |sort, statuses: &[PayeeStatus]| {
        let query = PayeeQuery {
            sort,
            statuses: statuses.to_vec(),
            ..all_payees()
        };
        payee_ids(&ledger.payees(query, at(0)).await.unwrap())
    };
    let ids = |numbers: &[u128]| numbers.iter().copied().map(payee_id).collect::<Vec<_>>();
    assert_eq!(
        list(PayeeSort::Name, &[]).await,
        ids(&[3, 1, 2]),
        "by name without regard to case and accents; refused ones left out"
    );
    assert_eq!(
        list(PayeeSort::Status, &[]).await,
        ids(&[3, 1, 2]),
        "one status after the other, each by name"
    );
    assert_eq!(
        list(PayeeSort::LastPaid, &[]).await,
        ids(&[2, 1, 3]),
        "last paid first, never paid last"
    );
    assert_eq!(
        list(PayeeSort::Newest, &[]).await,
        ids(&[3, 2, 1]),
        "newest first"
    );
    assert_eq!(
        list(PayeeSort::Name, &[PayeeStatus::Refused]).await,
        ids(&[4]),
        "refused ones when asked for"
    );
    assert_eq!(
        list(
            PayeeSort::Name,
            &[PayeeStatus::Pending, PayeeStatus::Refused]
        )
        .await,
        ids(&[4, 2])
    );
}

async fn payouts_are_found_and_summed(ledger: &impl Ledger) {
    let jose = record_payee(ledger, &payee(1, "José", "Núñez")).await;
    let wei = record_payee(ledger, &payee(2, "伟", "张")).await;
    for (number, owner, money) in [
        (1, &jose, usd(300)),
        (2, &wei, usd(1_00)),
        (3, &wei, krw(900)),
        (4, &jose, usd(300)),
    ] {
        record_payout(ledger, &payout(number, owner, money)).await;
    }
    let mut first = ledger.payout(payout_id(1)).await.unwrap().unwrap();
    first.transaction_no = Some(TransactionNo::from("318453016214317262"));
    bring_to(ledger, first, &[State::Sending], 1).await;

    let list = async |query: PayoutQuery| ledger.payouts(query).await.unwrap();
    let ids = |numbers: &[u128]| numbers.iter().copied().map(payout_id).collect::<Vec<_>>();
    let page = list(all_payouts()).await;
    assert_eq!(payout_ids(&page), ids(&[4, 3, 2, 1]), "newest first");
    assert_eq!((page.page.total, page.page.next), (4, None));
    assert_eq!(
        page.sums,
        [krw(900), usd(7_00)],
        "one sum a currency, never added together (I8)"
    );
    let largest = list(PayoutQuery {
        sort: PayoutSort::Amount,
        ..all_payouts()
    })
    .await;
    assert_eq!(payout_ids(&largest)[0], payout_id(3), "by currency first");
    assert_eq!(payout_ids(&largest)[3], payout_id(2), "then largest first");

    for (search, found) in [
        ("nunez", vec![4, 1]),
        ("inv-0003", vec![3]),
        ("16214317", vec![1]),
        ("OCTOBER", vec![4, 3, 2, 1]),
        ("receipt", vec![]),
    ] {
        let page = list(PayoutQuery {
            search: search.to_owned(),
            ..all_payouts()
        })
        .await;
        assert_eq!(payout_ids(&page), ids(&found), "searching for {search:?}");
    }
    let page = list(PayoutQuery {
        states: vec![State::Sending],
        ..all_payouts()
    })
    .await;
    assert_eq!(
        (payout_ids(&page), page.sums),
        (ids(&[1]), vec![usd(3_00)]),
        "only these states, in the sums as well"
    );
    let page = list(PayoutQuery {
        payee_id: Some(wei.id),
        ..all_payouts()
    })
    .await;
    assert_eq!(payout_ids(&page), ids(&[3, 2]), "only this payee's");
    let page = list(PayoutQuery {
        from: Some(at(2)),
        to: Some(at(4)),
        limit: 1,
        ..all_payouts()
    })
    .await;
    assert_eq!(
        payout_ids(&page),
        ids(&[3]),
        "at or after the one instant, before the other"
    );
    assert_eq!(
        (page.page.total, page.sums),
        (2, vec![krw(900), usd(1_00)]),
        "total and sums are of the query, not of the page"
    );
}

async fn sums_are_exact_or_refused(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    for number in 1..=2 {
        record_payout(ledger, &payout(number, &owner, usd(i64::MAX / 2))).await;
    }
    let sums = ledger.payouts(all_payouts()).await.unwrap().sums;
    assert_eq!(
        sums,
        [usd(i64::MAX - 1)],
        "a sum beyond what a float can hold is exact"
    );
    record_payout(ledger, &payout(3, &owner, usd(2))).await;
    let answer = ledger.payouts(all_payouts()).await;
    assert!(
        matches!(answer, Err(LedgerError::Failed(_))),
        "a sum that cannot be held is an error, never wrapped: {answer:?}"
    );
}

async fn pages_hold_each_row_once(ledger: &impl Ledger) {
    let mut owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    // Many rows with the same sort key: the page must still end and begin at a definite row.
    for number in 2..=25 {
        owner = record_payee(ledger, &payee(number, "Ana", "Bell")).await;
    }
    for number in 1..=25 {
        let mut payout = payout(number, &owner, usd(100));
        payout.created_at = at(7);
        record_payout(ledger, &payout).await;
    }
    for sort in [
        PayeeSort::Name,
        PayeeSort::Status,
        PayeeSort::LastPaid,
        PayeeSort::Newest,
    ] {
        let mut query = PayeeQuery {
            sort,
            limit: 4,
            ..all_payees()
        };
        let mut seen = Vec::new();
        loop {
            let page = ledger.payees(query.clone(), at(0)).await.unwrap();
            assert_eq!(page.total, 25);
            seen.extend(payee_ids(&page));
            assert_eq!(
                seen.len() < 25,
                page.next.is_some(),
                "there is a next page exactly while rows are left"
            );
            let Some(next) = page.next else { break };
            query.cursor = Some(next);
        }
        assert_eq!(seen.len(), 25, "{sort:?}: every row on one page");
        assert_eq!(
            seen.iter().collect::<BTreeSet<_>>().len(),
            25,
            "{sort:?}: and on one only"
        );
    }
    for sort in [PayoutSort::Newest, PayoutSort::Amount] {
        let mut query = PayoutQuery {
            sort,
            limit: 4,
            ..all_payouts()
        };
        let mut seen = Vec::new();
        let mut late = if sort == PayoutSort::Newest { 100 } else { 200 };
        let total_before = ledger.payouts(query.clone()).await.unwrap().page.total;
        loop {
            let page = ledger.payouts(query.clone()).await.unwrap();
            seen.extend(payout_ids(&page));
            let Some(next) = page.page.next else { break };
            query.cursor = Some(next);
            // Rows that come in between, some before the cursor, some behind it.
            for created_at in [at(8), at(6)] {
                late += 1;
                let mut payout = payout(late, &owner, usd(if late % 2 == 0 { 50 } else { 150 }));
                payout.created_at = created_at;
                record_payout(ledger, &payout).await;
            }
        }
        let once: BTreeSet<_> = seen.iter().collect();
        assert_eq!(
            once.len(),
            seen.len(),
            "{sort:?}: no row twice, whatever comes in between"
        );
        for number in 1..=25 {
            assert!(
                once.contains(&payout_id(number)),
                "{sort:?}: none left out that was there from the beginning"
            );
        }
        assert!(seen.len() as u64 >= total_before);
    }
}

async fn a_cursor_fits_its_own_list(ledger: &impl Ledger) {
    for number in 1..=3 {
        record_payee(ledger, &payee(number, "Ana", "Bell")).await;
    }
    let first = ledger
        .payees(
            PayeeQuery {
                limit: 1,
                ..all_payees()
            },
            at(0),
        )
        .await
        .unwrap();
    for (sort, cursor) in [
        (PayeeSort::Newest, first.next),
        (PayeeSort::Name, Some("nonsense".to_owned())),
    ] {
        let answer = ledger
            .payees(
                PayeeQuery {
                    sort,
                    cursor,
                    ..all_payees()
                },
                at(0),
            )
            .await;
        assert!(
            matches!(answer, Err(LedgerError::Failed(_))),
            "a cursor of another list is refused, not misread: {answer:?}"
        );
    }
    let most = ledger
        .payees(
            PayeeQuery {
                limit: 0,
                ..all_payees()
            },
            at(0),
        )
        .await
        .unwrap();
    assert_eq!(most.rows.len(), 1, "a page has at least one row");
}
