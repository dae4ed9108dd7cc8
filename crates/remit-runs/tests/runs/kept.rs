//! What a draft keeps of the ledger from one look to the next: never anything that was written since.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use crate::shop::{self, Shop, now};
use proptest::prelude::*;
use remit_core::{
    AccountStatus, Code, Error, EventKind, FundingAccount, Ledger, Payee, PayeeStatus, Run,
    RunState, Runs, Subject,
};
use remit_runs::{Decision, Draft, ProblemCode, RunError};
use std::fmt::Write;

const HEADER: &str = "Payee,Amount,Currency,Invoice ID,Description,Note\n";

pub(crate) async fn look_again(shop: &Shop, draft: &mut Draft) {
    let checked = draft.check(&*shop.ledger, &*shop.ledger, now(), true);
    checked.await.unwrap();
}

/// Accepts all that is asked about. Returns what a release must name.
pub(crate) async fn reviewed(shop: &Shop, draft: &mut Draft) -> String {
    let review = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    for warning in review.warnings {
        let rows = draft.rows_with(warning.code);
        let accept = Decision::Accept {
            codes: vec![warning.code],
            reason: "as agreed".to_owned(),
        };
        let kept = draft.decide(&rows, &accept).unwrap();
        kept.record(&*shop.ledger, draft.run().id).await.unwrap();
    }
    look_again(shop, draft).await;
    let review = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    assert!(review.may_release, "{:?}", draft.checked());
    review.review
}

/// As the release of the window does.
async fn release(shop: &Shop, draft: &mut Draft, review: &str) -> Result<Run, RunError> {
    let turn = shop::turn(draft).await;
    look_again(shop, draft).await;
    draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    draft
        .release(&*shop.ledger, &turn, now(), review, None)
        .await
}

/// Something that is written between a review and its release.
#[derive(Clone, Copy, Debug)]
enum Written {
    Status,
    Account,
    AccountGone,
    SameInvoice,
    SameAmount,
    Unusual,
    AnotherRun,
    PaysIt,
    StopsIt,
}

const ALL: [Written; 9] = [
    Written::Status,
    Written::Account,
    Written::AccountGone,
    Written::SameInvoice,
    Written::SameAmount,
    Written::Unusual,
    Written::AnotherRun,
    Written::PaysIt,
    Written::StopsIt,
];

impl Written {
    /// Writes it, for the `nth` time that anything is written.
    async fn write(self, shop: &Shop, nth: usize) {
        let account = |change: &dyn Fn(&mut FundingAccount)| {
            let mut account = shop.account("ana", 0);
            change(&mut account);
            vec![account]
        };
        match self {
            Self::Status => {
                let ana = shop.payee("ana").id;
                let ana = shop.ledger.payee(ana).await.unwrap().unwrap();
                let status = match ana.status {
                    PayeeStatus::Active => PayeeStatus::Pending,
                    _ => PayeeStatus::Active,
                };
                let changed = Payee { status, ..ana };
                shop.ledger.change_payee(changed, Vec::new()).await.unwrap();
            }
            Self::Account => {
                let masked = format!("****{nth:04}");
                let accounts = account(&|account| account.masked = Some(masked.clone()));
                shop.sees("ana", accounts).await;
            }
            Self::AccountGone => {
                shop.sees(
                    "ana",
                    account(&|account| account.status = AccountStatus::Gone),
                )
                .await;
            }
            Self::SameInvoice => {
                shop.sent("bo", 900, &format!("A-{nth}")).await;
            }
            Self::SameAmount => {
                shop.sent("ana", 3_000, &format!("OTHER-{nth}")).await;
            }
            Self::Unusual => {
                for one in 0..3 {
                    let invoice = format!("LARGE-{nth}-{one}");
                    shop.sent("ana", 9_000_000, &invoice).await;
                }
            }
            Self::AnotherRun => {
                let file = format!("{HEADER}bo@example.com,31.00,USD,RUN-{nth},,\n");
                let mut other = shop.draft(&file).await;
                let review = reviewed(shop, &mut other).await;
                release(shop, &mut other, &review).await.unwrap();
            }
            Self::PaysIt => {
                shop.pays_released("bo", now()).await;
            }
            Self::StopsIt => {
                for id in shop.ledger.open_runs().await.unwrap() {
                    let run = shop.ledger.run(id).await.unwrap().unwrap();
                    let stopped = Run {
                        state: RunState::Stopped,
                        ..run
                    };
                    shop.ledger.stop_run(stopped, Vec::new()).await.unwrap();
                }
            }
        }
    }
}

fn file() -> String {
    format!(
        "{HEADER}ana@example.com,30.00,USD,A-1,May,\nbo@example.com,31.00,USD,A-2,,\n\
         li@example.com,32.00,USD,A-3,,\n"
    )
}

#[tokio::test]
async fn what_is_written_after_the_review_is_seen_by_the_release() {
    for written in [
        Written::Status,
        Written::Account,
        Written::AccountGone,
        Written::SameInvoice,
        Written::SameAmount,
        Written::Unusual,
        Written::AnotherRun,
    ] {
        let shop = Shop::new().await;
        let mut draft = shop.draft(&file()).await;
        let review = reviewed(&shop, &mut draft).await;
        let before = shop.ledger.changes();
        look_again(&shop, &mut draft).await;
        draft.review(&*shop.ledger, &shop.ids).await.unwrap();
        assert_eq!(shop.ledger.changes(), before, "a look changes nothing");
        written.write(&shop, 1).await;
        assert_ne!(shop.ledger.changes(), before, "{written:?}");
        match release(&shop, &mut draft, &review).await {
            Err(RunError::Core(error)) => {
                assert_eq!(Error::code(&error), Code::ReviewChanged, "{written:?}");
            }
            other => panic!("{written:?}: {other:?}"),
        }
    }
    let shop = Shop::new().await;
    let mut draft = shop.draft(&file()).await;
    let review = reviewed(&shop, &mut draft).await;
    let run = release(&shop, &mut draft, &review).await.unwrap();
    assert_eq!(run.state, RunState::Released, "nothing was written");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Looked at again or opened anew, it says the same.
    #[test]
    fn a_draft_that_stays_open_says_what_one_opened_anew_says(steps in prop::collection::vec(0..ALL.len(), 1..8)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let shop = Shop::new().await;
            let mut draft = shop.draft(&file()).await;
            for (nth, step) in steps.iter().enumerate() {
                ALL[*step].write(&shop, nth).await;
                look_again(&shop, &mut draft).await;
                let anew = shop.open(draft.run().id).await;
                assert_eq!(draft.checked(), anew.checked(), "after {:?}", ALL[*step]);
            }
        });
    }
}

#[tokio::test]
async fn rows_that_are_accepted_together_are_kept_together_and_none_is_cut_off() {
    let shop = Shop::new().await;
    let mut file = HEADER.to_owned();
    for row in 0..300 {
        writeln!(file, "ana@example.com,30.00,USD,A-{row},,").unwrap();
    }
    let mut draft = shop.draft(&file).await;
    let review = reviewed(&shop, &mut draft).await;
    release(&shop, &mut draft, &review).await.unwrap();
    let run = draft.run().id;
    let events = shop.ledger.events(Subject::Run(run)).await.unwrap();
    let accepted: Vec<_> = events
        .iter()
        .filter(|event| event.event.kind == EventKind::WarningAccepted)
        .collect();
    assert!(accepted.len() < 10, "{} events", accepted.len());
    let mut rows = Vec::new();
    for event in accepted {
        let evidence = event.event.evidence.as_ref().unwrap();
        let evidence: serde_json::Value = serde_json::from_str(evidence).unwrap();
        assert_eq!(evidence["warning"], ProblemCode::PayeeAmountRepeated.word());
        assert_eq!(event.event.reason.as_deref(), Some("as agreed"));
        rows.extend(evidence["rows"].as_array().unwrap().clone());
    }
    let kept = shop.ledger.run_rows(run, &[], None, 500).await.unwrap();
    assert_eq!(rows.len(), 300);
    for (row, kept) in rows.iter().zip(kept) {
        assert_eq!(row["payout"], kept.row.payout_id.to_string());
        assert_eq!(row["invoice"], kept.row.invoice_id.as_str());
    }
}

#[tokio::test]
async fn an_accepted_warning_says_nothing_of_another_account_or_of_another_payout() {
    let shop = Shop::new().await;
    shop.sent("ana", 3_000, "OLD-1").await;
    let mut account = shop.account("ana", 0);
    let mut becomes = async |masked: &str, after: i64| {
        account.masked = Some(masked.to_owned());
        account.changed_at = Some(now() + jiff::SignedDuration::from_secs(after));
        shop.sees("ana", vec![account.clone()]).await;
    };
    becomes("****1111", 0).await;
    let mut draft = shop
        .draft(&format!("{HEADER}ana@example.com,30.00,USD,A-1,May,\n"))
        .await;
    reviewed(&shop, &mut draft).await;
    let id = draft.run().id;
    let open = async || {
        let mut draft = shop.open(id).await;
        let review = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
        let open = |code| !draft.rows_with(code).is_empty();
        let codes = [ProblemCode::AccountChanged, ProblemCode::SameAmountRecently];
        (review.may_release, codes.map(open))
    };
    assert_eq!(
        open().await,
        (true, [false, false]),
        "what was accepted stays so"
    );

    becomes("****6666", 60).await;
    assert_eq!(
        open().await,
        (false, [true, false]),
        "this account nobody has seen"
    );
    becomes("****1111", 0).await;
    assert_eq!(open().await, (true, [false, false]));

    shop.sent("ana", 3_000, "BY-HAND").await;
    assert_eq!(
        open().await,
        (false, [false, true]),
        "the same was paid meanwhile"
    );
}
