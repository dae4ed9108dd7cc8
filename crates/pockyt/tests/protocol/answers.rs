//! The documents' example answers, and answers they contradict themselves about.

use pockyt::{
    AccountMethod, AccountStatus, CurrencyCode, Error, InvoiceId, NewAccount, NewPayee,
    PayeeDetails, PayeeKey, PayeeStatus, PayoutKey, PayoutStatus, ProfileType, TransactionNo,
    UnknownCause,
};

use crate::support::{Gateway, account_token, client, customer_no, order, request_id, usd};

async fn gateway(body: &str) -> (Gateway, pockyt::Client) {
    let gateway = Gateway::answering(&[(200, body)]).await;
    let client = client(&gateway.base);
    (gateway, client)
}

async fn pay(body: &str) -> Result<pockyt::Answer<pockyt::Payout>, Error> {
    let (_gateway, client) = gateway(body).await;
    let prepared = client
        .prepare_pay(&order(), jiff::Timestamp::UNIX_EPOCH)
        .unwrap();
    client.pay(&prepared, request_id()).await
}

#[track_caller]
fn assert_garbled<T: std::fmt::Debug>(result: Result<T, Error>) {
    let error = result.unwrap_err();
    assert!(!error.pay_outcome_is_definite());
    match error {
        Error::Unknown(unknown) => assert_eq!(unknown.cause, UnknownCause::Garbled),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn payee_answers() {
    let new = NewPayee {
        profile_type: ProfileType::Individual,
        email: "a@example.com".to_owned(),
        details: PayeeDetails::default(),
    };
    let (_g, client) = gateway(r#"{"ret_msg":"success","ret_code":"000100","customer":{"firstName":"John","lastName":"Doe","customerCode":"1665425422","createdTime":"2022-10-10T18:15:19Z","customerNo":"2000305228292319592008","email":"JohnDoe@example.com"}}"#).await;
    let registered = client.register_payee(&new).await.unwrap();
    assert_eq!(
        registered.value.customer_no.as_str(),
        "2000305228292319592008"
    );
    assert_eq!(registered.value.status, None);
    assert!(registered.raw.contains("JohnDoe"));

    let (_g, client) = gateway(r#"{"ret_code":"000100","customer":{"customerNo":2000305228292319592,"status":"Pending","payeeStatus":null}}"#).await;
    let registered = client.register_payee(&new).await.unwrap().value;
    assert_eq!(registered.status, Some(PayeeStatus::Pending));
    assert_eq!(registered.customer_no.as_str(), "2000305228292319592");

    for bad in [
        r#"{"ret_code":"000100"}"#,
        r#"{"ret_code":"000100","customer":{"customerNo":""}}"#,
    ] {
        assert_garbled(self::gateway(bad).await.1.register_payee(&new).await);
    }
    // Another payee's answer.
    let coded = NewPayee {
        details: PayeeDetails {
            customer_code: Some("ours".to_owned()),
            ..PayeeDetails::default()
        },
        ..new
    };
    let told = |code: &str| {
        format!(
            r#"{{"ret_code":"000100","customer":{{"customerNo":"2000","customerCode":"{code}"}}}}"#
        )
    };
    let (_g, client) = self::gateway(&told("theirs")).await;
    assert_garbled(client.register_payee(&coded).await);
    let (_g, client) = self::gateway(&told("ours")).await;
    assert!(client.register_payee(&coded).await.is_ok());

    let example = r#"{"ret_msg":"query success","ret_code":"000100","customer":{"zip":"10005","lastName":"Doe","country":"USA","updatedTime":"2023-02-13T11:46:37Z","payeeStatus":"Activated","city":"hometown","customerCode":"1665425123","dateOfBirth":"1999-01-01","firstName":"John","profileType":"INDIVIDUAL","phone":"1234567890","countryCode":"US","street":"123 main St","createdTime":"2023-02-13T11:45:37Z","state":"NY","lang":"en","customerNo":"2000305228303182610217","email":"JohnDoe@example.com"}}"#;
    let (_g, client) = self::gateway(example).await;
    let payee = client
        .retrieve_payee(&PayeeKey::CustomerNo(customer_no()))
        .await
        .unwrap()
        .value;
    assert_eq!(payee.status, PayeeStatus::Active);
    assert_eq!(payee.zip.as_deref(), Some("10005"));
    assert_eq!(payee.updated_time, "2023-02-13T11:46:37Z".parse().ok());
    assert_eq!(payee.street2, None);

    let other = PayeeKey::CustomerNo(pockyt::CustomerNo::new("2000").unwrap());
    assert_garbled(client.retrieve_payee(&other).await);
    for (key, answered) in [
        (PayeeKey::CustomerCode("1665425123".to_owned()), true),
        (PayeeKey::CustomerCode("1665425124".to_owned()), false),
        (PayeeKey::Email("johndoe@EXAMPLE.com".to_owned()), true),
        (PayeeKey::Email("jane@example.com".to_owned()), false),
    ] {
        let answer = client.retrieve_payee(&key).await;
        if answered {
            assert_eq!(answer.unwrap().value.customer_no, customer_no());
        } else {
            assert_garbled(answer);
        }
    }
    let (_g, client) =
        self::gateway(r#"{"ret_code":"000100","customer":{"customerNo":"2000"}}"#).await;
    for key in [
        PayeeKey::CustomerCode("1665425123".to_owned()),
        PayeeKey::Email("a@example.com".to_owned()),
    ] {
        assert_garbled(client.retrieve_payee(&key).await);
    }
}

#[tokio::test]
async fn account_answers() {
    let (_g, client) = gateway(r#"{"accounts":[{"accountTag":"t","country":"CN","createdAt":"…","accountType":"BANK_ACCOUNT","currency":"CNY","accountToken":"2010305228289296332658","cardNumber":"****5655","status":"activated"}],"ret_msg":"success","user":{"customerNo":"2000305228303182610217"},"ret_code":"000100"}"#).await;
    let [account] = client
        .payout_accounts(&customer_no(), None)
        .await
        .unwrap()
        .value
        .try_into()
        .unwrap();
    assert_eq!(account.status, AccountStatus::Activated);
    assert_eq!(account.card_number.as_deref(), Some("****5655"));
    assert_eq!(account.created_at, None);

    let (_g, client) = gateway(r#"{"ret_code":"000100","accounts":[]}"#).await;
    let none = client.payout_accounts(&customer_no(), None).await;
    assert_eq!(none.unwrap().value, []);
    // An account that is wrongly taken for gone can no longer be paid; another payee's must never be.
    for bad in [
        r#"{"ret_code":"000100"}"#,
        r#"{"ret_code":"000100","accounts":null}"#,
        r#"{"ret_code":"000100","accounts":[{"status":"activated"}]}"#,
        r#"{"ret_code":"000100","accounts":[],"user":{"customerNo":"2000"}}"#,
    ] {
        let (_g, client) = gateway(bad).await;
        assert_garbled(client.payout_accounts(&customer_no(), None).await);
    }

    let (_g, client) = gateway(r#"{"result":{"accountStatus":"PENDING","accountToken":"2010305228294111721580","status":"success"},"ret_msg":"success","ret_code":"000100"}"#).await;
    let new = NewAccount {
        customer_no: customer_no(),
        country: "US".to_owned(),
        currency: usd(),
        tag: None,
        client_ip: None,
        method: AccountMethod::Crypto,
        extra: pockyt::ExtraFields::default(),
    };
    let created = client.create_account(&new).await.unwrap().value;
    assert_eq!(created.token, account_token());
    assert_eq!(created.status, Some(AccountStatus::Pending));
}

#[tokio::test]
async fn payout_answers() {
    let example = r#"{"result":{"amount":"60.0","transactionFee":"14.00","transactionNo":"305469836617940464","createdTime":"2022-10-31T12:13:03Z","invoiceId":"9aae4c685d824c5da746f97620c59ec7","currency":"usd","accountToken":"2010305228294111721580","customerNo":"2000305228303182610217","status":"pending"},"ret_msg":"pending","ret_code":"000100"}"#;
    let payout = pay(example).await.unwrap().value;
    assert_eq!(payout.status, PayoutStatus::Pending);
    assert_eq!(payout.fee.unwrap().as_str(), "14.00");
    assert_eq!(payout.amount.unwrap().as_str(), "60.0");
    assert_eq!(payout.currency, Some(usd()));

    let sparse = pay(r#"{"ret_code":"000100","result":{"transactionNo":"1","amount":60.00,"transactionFee":"$1"}}"#)
        .await
        .unwrap()
        .value;
    assert_eq!(sparse.amount.unwrap().as_str(), "60.00");
    assert_eq!(sparse.fee, None);
    assert_eq!(sparse.status, PayoutStatus::Other(String::new()));

    // Without a number, or about another invoice ID than was sent, nobody knows what was taken.
    assert_garbled(pay(r#"{"ret_code":"000100"}"#).await);
    assert_garbled(pay(r#"{"ret_code":"000100","result":{"status":"pending"}}"#).await);
    let another = example.replace("9aae4c685d824c5da746f97620c59ec7", "0000");
    assert_garbled(pay(&another).await);
    // Told otherwise than it was sent, it was taken all the same: the fee may be in the amount.
    for (ours, anothers) in [
        (r#""amount":"60.0""#, r#""amount":"600""#),
        (r#""currency":"usd""#, r#""currency":"CNY""#),
        ("2000305228303182610217", "2000305228303182610218"),
        ("2010305228294111721580", "2010305228294111721581"),
    ] {
        assert!(example.contains(ours), "{ours}");
        let taken = pay(&example.replace(ours, anothers)).await.unwrap();
        assert_eq!(taken.value.transaction_no.as_str(), "305469836617940464");
    }

    let (_g, client) = gateway(example).await;
    let other = PayoutKey::InvoiceId(InvoiceId::new("other").unwrap());
    assert_garbled(client.inquire(&other).await);
    let other = PayoutKey::TransactionNo(TransactionNo::new("3").unwrap());
    assert_garbled(client.inquire(&other).await);
    let same = PayoutKey::TransactionNo(TransactionNo::new("305469836617940464").unwrap());
    assert!(client.inquire(&same).await.is_ok());
}

#[tokio::test]
async fn balances_and_rates_are_exact() {
    let (_g, client) = gateway(r#"{"balance":[{"amount":499000.00,"currency":"USD"},{"amount":"1.5","currency":"cny"},{"amount":1.23456789E7,"currency":"EUR"}],"ret_msg":"success","ret_code":"000100"}"#).await;
    let balances = client.balance(&usd()).await.unwrap().value;
    let shown: Vec<_> = balances
        .iter()
        .map(|balance| format!("{} {}", balance.amount, balance.currency))
        .collect();
    assert_eq!(shown, ["499000.00 USD", "1.5 CNY", "12345678.9 EUR"]);
    assert_eq!(balances[0].amount.to_minor_units(2), Some(49_900_000));

    for bad in [
        r#"{"ret_code":"000100"}"#,
        r#"{"ret_code":"000100","balance":[{"amount":null,"currency":"USD"}]}"#,
        r#"{"ret_code":"000100","balance":[{"amount":"1,000","currency":"USD"}]}"#,
        r#"{"ret_code":"000100","balance":[{"amount":"1"}]}"#,
    ] {
        assert_garbled(self::gateway(bad).await.1.balance(&usd()).await);
    }

    let (_g, client) = gateway(r#"{"ret_code":"000100","ret_msg":"success","result":{"rate":"7.1026254","sourceCurrency":"USD","destinationCurrency":"CNY"}}"#).await;
    let cny = CurrencyCode::new("CNY").unwrap();
    let rate = client.fx_rate(&usd(), &cny).await.unwrap().value;
    assert_eq!(rate.rate.as_str(), "7.1026254");
    assert_garbled(client.fx_rate(&cny, &usd()).await);
}

#[tokio::test]
async fn configurations_come_as_they_are() {
    let (_g, client) =
        gateway(r#"{"ret_code":"000100","anything":[{"name":"branchId","size":9}]}"#).await;
    let answer = client
        .account_configurations(&std::collections::BTreeMap::new())
        .await
        .unwrap();
    assert_eq!(answer.value["anything"][0]["name"], "branchId");
}
