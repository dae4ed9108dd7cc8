//! Rows that name no currency: taken from the payee's accounts where those leave no doubt, else asked; never guessed.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use crate::shop::{Shop, now};
use remit_core::{Currency, FundingAccount, Money};
use remit_import::{Field, Standing};
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
async fn it_is_that_of_the_payees_accounts_where_they_have_but_one() {
    let shop = shop().await;
    let draft = shop.draft(FILE).await;
    let money = |row: usize| draft.checked().row(row).unwrap().money;
    assert_eq!(money(1), Some(Money::new(1_000, Currency::USD)));
    assert_eq!(money(2), Some(Money::new(2_000, eur())));
    assert_eq!(draft.checked().row(1).unwrap().standing, Standing::Ready);
    for row in 3..=6 {
        assert!(lacks(&draft, row), "row {row} must be asked");
        assert_eq!(money(row), None, "row {row}");
    }
    assert_eq!(
        draft.checked().currencies(),
        [eur(), Currency::USD],
        "those of the run's payees, the likeliest first"
    );
}

#[tokio::test]
async fn what_the_row_or_the_owner_says_comes_first() {
    let shop = shop().await;
    let mut draft = shop
        .draft("E-mail,Amount,Currency\nana@example.com,10.00,EUR\nana@example.com,11.00,\n")
        .await;
    let of = |draft: &Draft, row: usize| draft.checked().row(row).unwrap().money.unwrap().currency;
    assert_eq!(of(&draft, 1), eur());
    assert_eq!(of(&draft, 2), Currency::USD);
    assert!(draft.checked().currencies().is_empty(), "nothing to ask");
    let kept = draft.edit(&[(2, Field::Currency, "GBP".to_owned())]);
    kept.unwrap()
        .record(&*shop.ledger, draft.run().id)
        .await
        .unwrap();
    draft
        .check(&*shop.ledger, &*shop.ledger, now(), false)
        .await
        .unwrap();
    assert_eq!(of(&draft, 2), currency("GBP"));
}
