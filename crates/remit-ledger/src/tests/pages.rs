//! Pages of lists that change while they are read.

use super::{at, key, payee, payout, place, record};
use crate::store::SqliteLedger;
use proptest::prelude::*;
use remit_core::{
    Currency, Ledger, Money, PayeeId, PayeeQuery, PayeeSort, PayoutId, PayoutQuery, PayoutSort,
};
use std::collections::BTreeSet;

/// What decides where a row stands: few values, so that many rows share one.
type Place = (i64, i64);

fn places(most: usize) -> impl Strategy<Value = Vec<Place>> {
    proptest::collection::vec((0..4_i64, 1..4_i64), 0..most)
}

async fn record_at(ledger: &SqliteLedger, number: u128, (age, amount): Place) -> PayoutId {
    let mut payout = payout(number, &payee(1));
    payout.created_at = at(age);
    payout.money = Money::new(
        amount,
        Currency::from_code(if age % 2 == 0 { "USD" } else { "KRW" }).unwrap(),
    );
    record(ledger, &payout).await.unwrap().into_inner().id
}

/// Numbers that are not in the order in which they are made.
fn scattered(count: u128) -> u128 {
    (count.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)) >> 1
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_payout_twice_and_none_left_out(before in places(30), between in places(30), limit in 1..6_u32, by_amount: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (_folder, path) = place();
            let ledger = SqliteLedger::open(&path, &key()).unwrap();
            ledger.record_payee(payee(1), Vec::new()).await.unwrap();
            let mut count = 0;
            let mut there = BTreeSet::new();
            for place in before {
                count += 1;
                there.insert(record_at(&ledger, scattered(count), place).await);
            }
            let mut query = PayoutQuery {
                search: String::new(),
                states: Vec::new(),
                payee_id: None,
                run: None,
                from: None,
                to: None,
                sort: if by_amount { PayoutSort::Amount } else { PayoutSort::Newest },
                cursor: None,
                limit,
            };
            let mut between = between.into_iter();
            let mut seen = Vec::new();
            loop {
                let page = ledger.payouts(query.clone()).await.unwrap().page;
                assert!(page.rows.len() <= limit as usize);
                seen.extend(page.rows);
                let Some(next) = page.next else { break };
                query.cursor = Some(next);
                for place in between.by_ref().take(3) {
                    count += 1;
                    record_at(&ledger, scattered(count), place).await;
                }
            }
            let once: BTreeSet<_> = seen.iter().map(|payout| payout.id).collect();
            assert_eq!(once.len(), seen.len(), "a row came twice");
            assert!(once.is_superset(&there), "a row was left out");
            let in_order = |pair: &[remit_core::Payout]| if by_amount {
                (pair[0].money.currency, -pair[0].money.minor) <= (pair[1].money.currency, -pair[1].money.minor)
            } else {
                pair[0].created_at >= pair[1].created_at
            };
            assert!(seen.windows(2).all(in_order), "out of order");
        });
    }

    #[test]
    fn no_payee_twice_and_none_left_out(names in proptest::collection::vec("[A-Cá-ç]{1,2}", 1..30), limit in 1..6_u32) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (_folder, path) = place();
            let ledger = SqliteLedger::open(&path, &key()).unwrap();
            let (first, later) = names.split_at(names.len() / 2);
            let recorded = async |count: usize, name: &str| {
                let mut payee = payee(scattered(count as u128 + 1));
                payee.first_name = name.to_owned();
                ledger.record_payee(payee.clone(), Vec::new()).await.unwrap();
                payee.id
            };
            let mut there: BTreeSet<PayeeId> = BTreeSet::new();
            for (count, name) in first.iter().enumerate() {
                there.insert(recorded(count, name).await);
            }
            let mut later = later.iter().enumerate();
            let mut query = PayeeQuery { search: String::new(), statuses: Vec::new(), sort: PayeeSort::Name, cursor: None, limit };
            let mut seen = Vec::new();
            loop {
                let page = ledger.payees(query.clone(), at(0)).await.unwrap();
                seen.extend(page.rows.into_iter().map(|row| row.payee.id));
                let Some(next) = page.next else { break };
                query.cursor = Some(next);
                if let Some((count, name)) = later.next() {
                    recorded(first.len() + count, name).await;
                }
            }
            let once: BTreeSet<_> = seen.iter().copied().collect();
            assert_eq!(once.len(), seen.len(), "a row came twice");
            assert!(once.is_superset(&there), "a row was left out");
        });
    }
}
