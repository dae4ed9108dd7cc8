//! Rows that name no currency: it is asked, and what the payees can be paid in is offered; never guessed.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use crate::shop::{Shop, now};
use remit_core::{Currency, FundingAccount, Money};
use remit_import::Field;
use remit_runs::Draft;
use remit_runs::ProblemCode::{self, CurrencyMissing};

fn currency(code: &str) -> Currency {
    Currency::from_code(code).unwrap()
}

fn eur() -> Currency {
    currency("EUR")
}

fn in_euros(account: FundingAccount) -> FundingAccount {
    FundingAccount {
        currency: "EUR".to_owned(),
        ..account
    }
}

fn lacks(draft: &Draft, row: usize) -> bool {
    let row = draft.checked().row(row).unwrap();
    let codes: Vec<ProblemCode> = row.problems.iter().map(|problem| problem.code).collect();
    codes.contains(&CurrencyMissing)
}

/// Bo is paid in euros, Tom in dollars or euros.
async fn shop() -> Shop {
    let shop = Shop::new().await;
    shop.sees("bo", vec![in_euros(shop.account("bo", 0))]).await;
    let (dollars, euros) = (shop.account("twice", 0), shop.account("twice", 1));
    shop.sees("twice", vec![dollars, in_euros(euros)]).await;
    shop
}

const FILE: &str = "E-mail,Amount\nana@example.com,10.00\nbo@example.com,20.00\ntwice@example.com,30.00\n\
                    pending@example.com,40.00\nnobody@example.com,50.00\nbo@example.com,$60.00\n";

#[tokio::test]
async fn it_is_asked_and_those_of_the_payees_accounts_are_offered() {
    let shop = shop().await;
    let mut draft = shop.draft(FILE).await;
    let money = |draft: &Draft, row: usize| draft.checked().row(row).unwrap().money;
    for row in 1..=6 {
        assert!(lacks(&draft, row), "row {row} must be asked");
        assert_eq!(money(&draft, row), None, "row {row}");
    }
    assert_eq!(
        draft.checked().currencies(),
        [eur(), Currency::USD],
        "those of the run's payees, the likeliest first"
    );
    for row in 1..=5 {
        let kept = draft.edit(&[(row, Field::Currency, "USD".to_owned())]);
        let id = draft.run().id;
        kept.unwrap().record(&*shop.ledger, id).await.unwrap();
    }
    let ledger = &*shop.ledger;
    draft.check(ledger, ledger, now(), false).await.unwrap();
    assert_eq!(money(&draft, 1), Some(Money::new(1_000, Currency::USD)));
    assert!(lacks(&draft, 6), "a sign that many currencies have");
    let kept = draft.edit(&[(6, Field::Currency, "USD".to_owned())]);
    kept.unwrap().record(ledger, draft.run().id).await.unwrap();
    draft.check(ledger, ledger, now(), false).await.unwrap();
    assert!(draft.checked().currencies().is_empty(), "nothing to ask");
}
