//! What is held in memory for searching is what the file holds, whatever was written in between and by whom it is asked.

use super::{at, filled, key, payee, payout, place, record};
use crate::lookup::Lookup;
use crate::store::SqliteLedger;
use crate::{file, payouts_query, search};
use proptest::prelude::*;
use remit_core::{
    Currency, CustomerNo, EventKind, InvoiceId, Ledger, LedgerError, Money, NewEvent, Payee,
    PayeeQuery, PayeeSort, PayeeStatus, Payout, PayoutChange, PayoutId, PayoutQuery, PayoutSort,
    Source, State, Subject, TransactionNo,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use uuid::Uuid;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

/// Names of few letters, so that most searches find something.
fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[Aaáb][abn]{0,2}", "[张伟王]{1,2}", "Núñez|Ana|nune"]
}

fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        "[abn]{0,2}",
        "[张伟王]{1,2}",
        "nu|NÚÑ|nune|ez an",
        "[ab] [n张]",
        "inv|-1|@|example|a\n|20003",
        "october|t-[0-9]"
    ]
}

/// Something that is written.
#[derive(Clone, Debug)]
enum Writing {
    Payee {
        first: String,
        last: String,
        company: Option<String>,
        status: PayeeStatus,
    },
    /// Another name and number for a payee.
    Rename {
        which: prop::sample::Index,
        first: String,
        status: PayeeStatus,
    },
    Payout {
        of: prop::sample::Index,
        minor: i64,
        state: State,
        description: String,
        age: i64,
    },
    /// A payout goes on, and gets a transaction number.
    Go { which: prop::sample::Index },
    /// Another payout under an invoice ID that is taken, which is refused.
    Refused { which: prop::sample::Index },
}

fn status() -> impl Strategy<Value = PayeeStatus> {
    prop::sample::select(vec![
        PayeeStatus::Active,
        PayeeStatus::Pending,
        PayeeStatus::Refused,
    ])
}

fn writing() -> impl Strategy<Value = Writing> {
    prop_oneof![
        2 => (name(), name(), prop::option::of(name()), status())
            .prop_map(|(first, last, company, status)| Writing::Payee { first, last, company, status }),
        1 => (any::<prop::sample::Index>(), name(), status())
            .prop_map(|(which, first, status)| Writing::Rename { which, first, status }),
        3 => (any::<prop::sample::Index>(), 1..5_i64, prop::sample::select(vec![State::Draft, State::Ready, State::Paid]), "October|b张|", 0..4_i64)
            .prop_map(|(of, minor, state, description, age)| Writing::Payout { of, minor, state, description, age }),
        2 => any::<prop::sample::Index>().prop_map(|which| Writing::Go { which }),
        1 => any::<prop::sample::Index>().prop_map(|which| Writing::Refused { which }),
    ]
}

/// What was written, which a plain scan looks at.
#[derive(Default)]
struct Known {
    payees: Vec<Payee>,
    payouts: Vec<Payout>,
    count: u128,
}

impl Known {
    async fn write(&mut self, ledger: &SqliteLedger, writing: Writing) {
        self.count += 1;
        let number = (self
            .count
            .wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
            >> 1;
        match writing {
            Writing::Payee {
                first,
                last,
                company,
                status,
            } => {
                let mut payee = payee(number);
                (
                    payee.first_name,
                    payee.last_name,
                    payee.company,
                    payee.status,
                ) = (first, last, company, status);
                payee.created_at = at((number % 5) as i64);
                ledger
                    .record_payee(payee.clone(), Vec::new())
                    .await
                    .unwrap();
                self.payees.push(payee);
            }
            Writing::Rename {
                which,
                first,
                status,
            } => {
                if self.payees.is_empty() {
                    return;
                }
                let known = which.get(&self.payees).id;
                let known = self
                    .payees
                    .iter_mut()
                    .find(|payee| payee.id == known)
                    .unwrap();
                let mut payee = known.clone();
                (payee.first_name, payee.status) = (first, status);
                payee.customer_no = Some(CustomerNo(format!("20003{}", self.count)));
                *known = ledger.change_payee(payee, Vec::new()).await.unwrap();
            }
            Writing::Payout {
                of,
                minor,
                state,
                description,
                age,
            } => {
                if self.payees.is_empty() {
                    return;
                }
                let mut payout = payout(number, of.get(&self.payees));
                payout.money = Money::new(
                    minor,
                    Currency::from_code(if minor % 2 == 0 { "USD" } else { "KRW" }).unwrap(),
                );
                payout.state = state;
                payout.description = description;
                payout.created_at = at(age);
                payout.invoice_id = InvoiceId(format!("INV-{}", self.count));
                record(ledger, &payout).await.unwrap();
                self.payouts.push(payout);
            }
            Writing::Go { which } => {
                if self.payouts.is_empty() {
                    return;
                }
                let index = which.index(self.payouts.len());
                let mut payout = self.payouts[index].clone();
                payout.state = match payout.state {
                    State::Ready => State::Sending,
                    State::Sending => State::Processing,
                    State::Paid | State::Processing => State::Returned,
                    other => other,
                };
                if payout.state == self.payouts[index].state {
                    return;
                }
                payout.transaction_no = Some(TransactionNo(format!("T-{}", self.count)));
                let event = NewEvent::new(
                    at(0),
                    Subject::Payout(payout.id),
                    EventKind::Answered,
                    Source::Inquiry,
                );
                let changed = ledger
                    .apply(vec![PayoutChange::new(payout, vec![event])])
                    .await
                    .unwrap();
                self.payouts[index] = changed.into_iter().next().unwrap().unwrap();
            }
            Writing::Refused { which } => {
                if self.payouts.is_empty() {
                    return;
                }
                let mut another = which.get(&self.payouts).clone();
                another.id = PayoutId(Uuid::from_u128(number));
                let refused = record(ledger, &another).await.unwrap_err();
                assert!(
                    matches!(
                        refused,
                        LedgerError::InvoiceUsed(_) | LedgerError::Failed(_)
                    ),
                    "{refused}"
                );
            }
        }
    }

    /// The payees that a plain scan finds, by name.
    fn payees(&self, typed: &str, statuses: &[PayeeStatus]) -> Vec<Payee> {
        let words: Vec<_> = search::words(typed).collect();
        let mut found: Vec<_> = self
            .payees
            .iter()
            .filter(|payee| {
                let fields = [
                    payee.display_name(),
                    payee.first_name.clone(),
                    payee.last_name.clone(),
                    payee.company.clone().unwrap_or_default(),
                    payee.email.clone(),
                    payee
                        .customer_no
                        .clone()
                        .map_or(String::new(), |number| number.0),
                ];
                let status = if statuses.is_empty() {
                    payee.status != PayeeStatus::Refused
                } else {
                    statuses.contains(&payee.status)
                };
                status
                    && words.iter().all(|word| {
                        fields
                            .iter()
                            .any(|field| search::fold(field).contains(word))
                    })
            })
            .cloned()
            .collect();
        found.sort_by_key(|payee| (search::fold(&payee.display_name()), payee.id.0));
        found
    }

    /// The payouts that a plain scan finds, newest first, and what they come to.
    fn payouts(
        &self,
        typed: &str,
        states: &[State],
        sort: PayoutSort,
    ) -> (Vec<PayoutId>, Vec<Money>) {
        let words: Vec<_> = search::words(typed).collect();
        let mut found: Vec<_> = self
            .payouts
            .iter()
            .filter(|payout| {
                let number = payout
                    .transaction_no
                    .clone()
                    .map_or(String::new(), |number| number.0);
                let fields = [
                    &payout.payee_name,
                    &payout.invoice_id.0,
                    &number,
                    &payout.description,
                ];
                (states.is_empty() || states.contains(&payout.state))
                    && words.iter().all(|word| {
                        fields
                            .iter()
                            .any(|field| search::fold(field).contains(word))
                    })
            })
            .collect();
        match sort {
            PayoutSort::Newest => {
                found.sort_by_key(|payout| std::cmp::Reverse((payout.created_at, payout.id.0)))
            }
            PayoutSort::Amount => found.sort_by_key(|payout| {
                (
                    payout.money.currency.code(),
                    -payout.money.minor,
                    payout.id.0,
                )
            }),
        }
        let mut sums = BTreeMap::new();
        for payout in &found {
            *sums.entry(payout.money.currency.code()).or_insert(0) += payout.money.minor;
        }
        let sums = sums
            .into_iter()
            .map(|(code, minor)| Money::new(minor, Currency::from_code(code).unwrap()))
            .collect();
        (found.into_iter().map(|payout| payout.id).collect(), sums)
    }

    /// Reads every page of both lists.
    async fn check(
        &self,
        ledger: &SqliteLedger,
        typed: &str,
        statuses: &[PayeeStatus],
        states: &[State],
        sort: PayoutSort,
    ) {
        let expected = self.payees(typed, statuses);
        let mut query = PayeeQuery {
            search: typed.to_owned(),
            statuses: statuses.to_vec(),
            sort: PayeeSort::Name,
            cursor: None,
            limit: 2,
        };
        let mut found = Vec::new();
        loop {
            let page = ledger.payees(query.clone(), at(0)).await.unwrap();
            assert_eq!(page.total, expected.len() as u64, "searching for {typed:?}");
            found.extend(page.rows.into_iter().map(|row| row.payee));
            let Some(next) = page.next else { break };
            query.cursor = Some(next);
        }
        assert_eq!(found, expected, "searching for {typed:?}");

        let (expected, sums) = self.payouts(typed, states, sort);
        let mut query = PayoutQuery {
            search: typed.to_owned(),
            states: states.to_vec(),
            payee_id: None,
            run: None,
            from: None,
            to: None,
            sort,
            cursor: None,
            limit: 2,
        };
        let mut found = Vec::new();
        loop {
            let page = ledger.payouts(query.clone()).await.unwrap();
            assert_eq!(
                (page.page.total, &page.sums),
                (expected.len() as u64, &sums),
                "searching for {typed:?}"
            );
            found.extend(page.page.rows.into_iter().map(|payout| payout.id));
            let Some(next) = page.page.next else { break };
            query.cursor = Some(next);
        }
        assert_eq!(found, expected, "searching for {typed:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn finds_what_a_plain_scan_finds(
        writings in proptest::collection::vec(writing(), 1..40),
        searches in proptest::collection::vec((typed(), any::<bool>(), any::<bool>(), any::<bool>()), 1..14),
    ) {
        runtime().block_on(async {
            let (_folder, path) = place();
            let ledger = SqliteLedger::open(&path, &key()).unwrap();
            let mut known = Known::default();
            let mut writings = writings.into_iter();
            let each = writings.len().div_ceil(searches.len());
            for (typed, by_status, by_state, by_amount) in searches {
                for writing in writings.by_ref().take(each) {
                    known.write(&ledger, writing).await;
                }
                let statuses = if by_status { vec![PayeeStatus::Pending, PayeeStatus::Refused] } else { vec![] };
                let states = if by_state { vec![State::Paid, State::Sending] } else { vec![] };
                let sort = if by_amount { PayoutSort::Amount } else { PayoutSort::Newest };
                known.check(&ledger, &typed, &statuses, &states, sort).await;
            }
        });
    }
}

/// While much is written, each page's total and sums are those of one moment, and never of an earlier one than before.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_is_of_one_moment_while_much_is_written() {
    let (_folder, path) = place();
    let (ledger, payee) = filled(&path, 20).await;
    let ledger = Arc::new(ledger);
    let done = Arc::new(AtomicBool::new(false));
    let searches: Vec<_> = (0..3)
        .map(|_| {
            let (ledger, done) = (Arc::clone(&ledger), Arc::clone(&done));
            tokio::spawn(async move {
                let (mut before, mut count) = (0, 0);
                while !done.load(Ordering::Acquire) {
                    let PayoutSumsAndRows { total, sum, rows } =
                        seen(&ledger, every_payout("distinctive")).await;
                    assert_eq!(sum, total * 100, "a sum of other payouts than were counted");
                    assert_eq!(rows, total.min(500), "rows of another moment");
                    assert!(total >= before, "{total} after {before}");
                    before = total;
                    count += 1;
                }
                count
            })
        })
        .collect();
    for number in 21..=320 {
        record(&ledger, &payout(number, &payee)).await.unwrap();
        if number % 10 == 0 {
            // What was answered is found.
            assert_eq!(
                seen(&ledger, every_payout("distinctive")).await.total,
                number as i64
            );
        }
    }
    done.store(true, Ordering::Release);
    for search in searches {
        assert!(search.await.unwrap() > 0);
    }
}

fn every_payout(search: &str) -> PayoutQuery {
    PayoutQuery {
        search: search.to_owned(),
        states: Vec::new(),
        payee_id: None,
        run: None,
        from: None,
        to: None,
        sort: PayoutSort::Newest,
        cursor: None,
        limit: 500,
    }
}

struct PayoutSumsAndRows {
    total: i64,
    sum: i64,
    rows: i64,
}

async fn seen(ledger: &SqliteLedger, query: PayoutQuery) -> PayoutSumsAndRows {
    let page = ledger.payouts(query).await.unwrap();
    PayoutSumsAndRows {
        total: page.page.total as i64,
        sum: page.sums.first().map_or(0, |sum| sum.minor),
        rows: page.page.rows.len() as i64,
    }
}

/// A commit can be seen a moment before the writer says that it is over, and a transaction may end either way.
#[tokio::test]
async fn what_is_seen_is_found_though_its_transaction_is_not_over_for_the_writer() {
    let (_folder, path) = place();
    drop(filled(&path, 8).await);
    let lookup = Arc::<Lookup>::default();
    let writer = file::open_writer(&path, &key()).unwrap();
    Lookup::watch(&lookup, &writer).unwrap();
    let mut reader = file::open_reader(&path, &key()).unwrap();
    let mut ready = || {
        let transaction = reader.transaction().unwrap();
        let query = PayoutQuery {
            states: vec![State::Ready],
            ..every_payout("distinctive")
        };
        let page = payouts_query::list(&transaction, &lookup, &query).unwrap();
        assert!(
            page.page
                .rows
                .iter()
                .all(|payout| payout.state == State::Ready)
        );
        assert_eq!(page.page.total, page.page.rows.len() as u64);
        page.page.total
    };
    let cancel = |number: u128| {
        let cancelled = "UPDATE payouts SET state='cancelled' WHERE id=?";
        let id = Uuid::from_u128(number);
        assert_eq!(writer.execute(cancelled, [id]).unwrap(), 1);
    };
    let run = |statement: &str| writer.execute_batch(statement).unwrap();
    run("BEGIN");
    cancel(1);
    assert_eq!(ready(), 8, "the first look, while a transaction goes on");
    run("COMMIT");
    assert_eq!(ready(), 7, "committed, and not yet over for the writer");
    lookup.written();
    assert_eq!(ready(), 7);
    run("BEGIN");
    cancel(2);
    assert_eq!(ready(), 7, "not committed");
    run("ROLLBACK");
    lookup.written();
    assert_eq!(ready(), 7, "given up");
    run("BEGIN");
    cancel(3);
    assert_eq!(ready(), 7);
    run("COMMIT");
    lookup.written();
    assert_eq!(ready(), 6, "committed after a look");
}
