//! Lists: searching, filtering, paging and sums. No row twice, none left out (I10).

use crate::desk::{Desk, payee_query, payout_query, with};
use crate::shop::{Shop, again, form};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Every page of a query, and the total that each page told.
fn pages(
    desk: &Desk,
    command: &str,
    rows: &str,
    query: &Value,
) -> (Vec<Vec<Value>>, BTreeSet<u64>) {
    let (mut pages, mut totals, mut cursor) = (Vec::new(), BTreeSet::new(), Value::Null);
    loop {
        let page = desk.ok(
            command,
            json!({ "query": with(query.clone(), json!({ "cursor": cursor })) }),
        );
        totals.insert(page["total"].as_u64().unwrap());
        pages.push(page[rows].as_array().unwrap().clone());
        cursor = page["next"].clone();
        if cursor.is_null() {
            return (pages, totals);
        }
        assert!(pages.len() < 20, "{command} never ends");
    }
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["id"].as_str().unwrap()).collect()
}

fn emails(desk: &Desk, changes: Value) -> Vec<String> {
    let page = desk.ok(
        "list_payees",
        json!({ "query": with(payee_query(), changes) }),
    );
    let payees = page["payees"].as_array().unwrap();
    payees
        .iter()
        .map(|payee| payee["email"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn payees_are_searched_filtered_sorted_and_paged() {
    let shop = Shop::new();
    let people = [
        ("Cleo", "Müller", "c@example.com"),
        ("Ana", "Ruiz", "a@example.com"),
        ("伟", "王", "w@example.com"),
        ("Ben", "Ruiz", "b@example.com"),
    ];
    for (first, last, email) in people {
        let input = with(form(email), json!({ "firstName": first, "lastName": last }));
        shop.desk.ok("register_payee", json!({ "input": input }));
    }
    let (payee, _) = shop.payable("paid@example.com");
    let desk = &shop.desk;

    assert_eq!(
        emails(desk, json!({ "search": "ruiz", "sort": "name" })),
        ["a@example.com", "paid@example.com", "b@example.com"]
    );
    assert_eq!(
        emails(desk, json!({ "search": "muller" })),
        ["c@example.com"],
        "accents and case are forgiven"
    );
    assert_eq!(
        emails(desk, json!({ "search": "王伟" })),
        ["w@example.com"],
        "as a Chinese name is written"
    );
    assert_eq!(
        emails(desk, json!({ "search": payee["customerNo"] })),
        ["paid@example.com"],
        "Pockyt's number is found"
    );
    assert_eq!(
        emails(desk, json!({ "search": "%" })),
        Vec::<String>::new(),
        "a sign of the query language is only a sign"
    );
    assert_eq!(
        emails(desk, json!({ "statuses": ["active"] })),
        ["paid@example.com"]
    );
    assert_eq!(
        emails(desk, json!({ "statuses": ["declined"] })),
        Vec::<String>::new()
    );

    for sort in ["name", "status", "last_paid", "newest"] {
        let query = with(payee_query(), json!({ "sort": sort, "limit": 2 }));
        let (pages, totals) = pages(desk, "list_payees", "payees", &query);
        let sizes: Vec<_> = pages.iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 2, 1], "{sort}");
        assert_eq!(
            totals,
            BTreeSet::from([5]),
            "{sort}: every page tells the total of the whole query"
        );
        let all: Vec<_> = pages.concat();
        assert_eq!(
            ids(&all).into_iter().collect::<BTreeSet<_>>().len(),
            5,
            "{sort}: no payee twice, none left out"
        );
    }
}

#[test]
fn payouts_are_searched_filtered_sorted_paged_and_summed() {
    let shop = Shop::new();
    let base = shop.draft("ana@example.com");
    let mut released = Vec::new();
    for (amount, invoice) in [
        ("10.00", "ALPHA-1"),
        ("30.00", "BETA-2"),
        ("20.01", "ALPHA-3"),
        ("5.50", "BETA-4"),
        ("7.00", "ALPHA-5"),
    ] {
        let draft = again(&base, json!({ "amount": amount, "invoiceId": invoice }));
        released.push(shop.pay(&draft));
    }
    for (payout, (_, state)) in released.iter().zip([
        ("", "paid"),
        ("", "paid"),
        ("", "failed"),
        ("", "paid"),
        ("", "paid"),
    ]) {
        shop.desk.until(payout["id"].as_str().unwrap(), state);
    }
    let desk = &shop.desk;
    let list = |changes: Value| {
        desk.ok(
            "list_payouts",
            json!({ "query": with(payout_query(), changes) }),
        )
    };
    let invoices = |page: &Value| -> Vec<String> {
        page["payouts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|payout| payout["invoiceId"].as_str().unwrap().to_owned())
            .collect()
    };

    let all = list(json!({}));
    assert_eq!(
        invoices(&all),
        ["ALPHA-5", "BETA-4", "ALPHA-3", "BETA-2", "ALPHA-1"],
        "newest first"
    );
    assert_eq!(
        all["sums"],
        json!([{ "amount": "52.50", "currency": "USD" }]),
        "the sum is exact, and what failed does not count as money that went out"
    );
    let failed = list(json!({ "states": ["failed"] }));
    assert_eq!(
        failed["sums"],
        json!([{ "amount": "20.01", "currency": "USD" }]),
        "who asks for what failed gets its sum"
    );
    let largest = list(json!({ "sort": "amount" }));
    assert_eq!(
        invoices(&largest),
        ["BETA-2", "ALPHA-3", "ALPHA-1", "ALPHA-5", "BETA-4"]
    );
    let paid = list(json!({ "states": ["paid"] }));
    assert_eq!(
        (&paid["total"], &paid["sums"]),
        (
            &json!(4),
            &json!([{ "amount": "52.50", "currency": "USD" }])
        )
    );
    assert_eq!(
        invoices(&list(json!({ "search": "beta" }))),
        ["BETA-4", "BETA-2"]
    );
    assert_eq!(
        list(json!({ "search": "ana ruiz" }))["total"],
        5,
        "by the payee's name"
    );
    assert_eq!(list(json!({ "payeeId": base["payeeId"] }))["total"], 5);
    assert_eq!(
        list(json!({ "payeeId": uuid::Uuid::now_v7().to_string() }))["total"],
        0
    );
    let third = released[2]["createdAt"].clone();
    assert_eq!(
        invoices(&list(json!({ "from": third }))),
        ["ALPHA-5", "BETA-4", "ALPHA-3"],
        "at or after"
    );
    assert_eq!(
        invoices(&list(json!({ "to": third }))),
        ["BETA-2", "ALPHA-1"],
        "before"
    );

    for sort in ["newest", "amount"] {
        let query = with(payout_query(), json!({ "sort": sort, "limit": 2 }));
        let (pages, totals) = pages(desk, "list_payouts", "payouts", &query);
        assert_eq!(totals, BTreeSet::from([5]), "{sort}");
        let rows: Vec<_> = pages.concat();
        let whole = list(json!({ "sort": sort }));
        assert_eq!(
            ids(&rows),
            ids(whole["payouts"].as_array().unwrap()),
            "{sort}: pages are the list, cut"
        );
    }
    let first = list(json!({ "limit": 2 }));
    let new = shop.pay(&again(&base, json!({ "invoiceId": "GAMMA-6" })));
    let second = list(json!({ "limit": 2, "cursor": first["next"] }));
    assert_eq!(
        invoices(&second),
        ["ALPHA-3", "BETA-2"],
        "a payout made while paging shifts no row: {new}"
    );

    for (field, value) in [("from", "yesterday"), ("to", "2026-13-01")] {
        let query = with(payout_query(), json!({ field: value }));
        desk.refused(
            "list_payouts",
            json!({ "query": query }),
            "field_invalid",
            Some(field),
        );
    }
    let payee = desk.ok("payee", json!({ "id": base["payeeId"] }))["payee"].clone();
    assert!(payee["lastPaidAt"].is_string(), "{payee}");
    assert_eq!(payee["paidThisYear"][0]["currency"], "USD");
}

#[test]
fn a_limit_that_is_too_small_or_too_large_is_brought_into_range() {
    let shop = Shop::new();
    shop.register("ana@example.com");
    shop.register("ben@example.com");
    assert_eq!(
        emails(&shop.desk, json!({ "limit": 0 })).len(),
        1,
        "at least one row, or paging never ends"
    );
    assert_eq!(
        emails(&shop.desk, json!({ "limit": 4_000_000_000_u32 })).len(),
        2
    );
    let odd = json!({ "query": with(payee_query(), json!({ "cursor": "not a cursor" })) });
    match shop.desk.ask("list_payees", odd) {
        Ok(page) => panic!("a cursor from nowhere must not look like a page: {page}"),
        Err(error) => assert!(error["code"].is_string(), "{error}"),
    }
}
