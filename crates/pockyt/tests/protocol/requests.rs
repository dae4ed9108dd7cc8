//! What goes on the wire, to the byte.

use std::collections::BTreeMap;

use pockyt::{
    AccountFilter, AccountMethod, BankNumber, BankPurpose, Client, CurrencyCode, ExtraFields,
    GovernmentId, GovernmentIdType, InvoiceId, MerGroupNo, NewAccount, NewPayee, PayOrder,
    PayeeDetails, PayeeKey, PayeeUpdate, PayorDocument, PayorNo, PayoutKey, PreparedPay,
    ProcessingChannel, ProfileType, TransactionNo,
};

use crate::support::{
    Gateway, TOKEN, TOKEN_MD5, account_token, client, config, customer_no, merchant, order,
    request_id, usd,
};

fn details() -> PayeeDetails {
    PayeeDetails {
        first_name: Some("José".to_owned()),
        last_name: Some("Núñez".to_owned()),
        date_of_birth: Some("1999-01-01".parse().unwrap()),
        country_code: Some("US".to_owned()),
        state: Some("NY".to_owned()),
        city: Some("New York".to_owned()),
        street: Some("123 Main St & Co".to_owned()),
        street2: Some(String::new()),
        zip: Some("10005".to_owned()),
        phone: Some("1234567890".to_owned()),
        lang: Some("en".to_owned()),
        customer_code: Some("1665425422".to_owned()),
        government_id_type: Some(GovernmentIdType::Ssn),
        government_id: Some(GovernmentId::new(&"000-00-0000".into()).unwrap()),
        ..PayeeDetails::default()
    }
}

fn account(method: AccountMethod, extra: &[(&str, &str)]) -> NewAccount {
    NewAccount {
        customer_no: customer_no(),
        country: "US".to_owned(),
        currency: usd(),
        tag: Some("1a52692711".to_owned()),
        client_ip: Some("127.0.0.1".parse().unwrap()),
        method,
        extra: extra
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect(),
    }
}

/// Path, notable headers and body of the one request.
fn shown(gateway: &Gateway) -> String {
    let [seen] = gateway.seen().try_into().unwrap();
    let mut fields: BTreeMap<String, String> = serde_json::from_slice(&seen.body).unwrap();
    if let Some(id) = fields.get_mut("governmentId") {
        *id = format!("({} characters)", id.chars().count());
    }
    let header = |name: &str| {
        seen.headers
            .get(name)
            .map(|value| format!("{name}: {}\n", value.to_str().unwrap()))
            .unwrap_or_default()
    };
    format!(
        "POST {}\n{}{}\n{}",
        seen.path,
        header("content-type"),
        header("pockyt-request-id"),
        serde_json::to_string_pretty(&fields).unwrap()
    )
}

/// Sends one request to a gateway that accepts nothing in particular, and shows it.
async fn sent<T>(call: impl AsyncFnOnce(&Client) -> T) -> String {
    let gateway =
        Gateway::answering(&[(200, r#"{"ret_code":"000100","ret_msg":"success"}"#)]).await;
    let _ = call(&client(&gateway.base)).await;
    shown(&gateway)
}

#[tokio::test]
async fn payee_requests() {
    let new = NewPayee {
        profile_type: ProfileType::Individual,
        email: "jose+1@example.com".to_owned(),
        details: details(),
    };
    insta::assert_snapshot!(
        "register",
        sent(async |c| c.register_payee(&new).await).await
    );
    let by_number = PayeeKey::CustomerNo(customer_no());
    insta::assert_snapshot!(
        "retrieve",
        sent(async |c| c.retrieve_payee(&by_number).await).await
    );
    let by_email = PayeeKey::Email("a@example.com".to_owned());
    insta::assert_snapshot!(
        "retrieve_by_email",
        sent(async |c| c.retrieve_payee(&by_email).await).await
    );
    let by_code = PayeeKey::CustomerCode("1665425422".to_owned());
    insta::assert_snapshot!(
        "retrieve_by_code",
        sent(async |c| c.retrieve_payee(&by_code).await).await
    );
    let update = PayeeUpdate {
        customer_no: customer_no(),
        profile_type: None,
        email: None,
        details: PayeeDetails {
            zip: Some("10006".to_owned()),
            ..PayeeDetails::default()
        },
    };
    insta::assert_snapshot!(
        "update",
        sent(async |c| c.update_payee(&update).await).await
    );
    insta::assert_snapshot!(
        "delete",
        sent(async |c| c.delete_payee(&customer_no()).await).await
    );
    insta::assert_snapshot!(
        "deactivate",
        sent(async |c| c.deactivate_payee(&customer_no()).await).await
    );
}

#[tokio::test]
async fn account_requests() {
    let number = |text: &str| Some(BankNumber::new(&text.into()).unwrap());
    let american = account(
        AccountMethod::Bank {
            purpose: BankPurpose::Checking,
            bank_account_id: number("000123456789"),
            branch_id: Some("021000021".to_owned()),
            bank_code: None,
            card_number: None,
            government_id: None,
            government_id_type: None,
        },
        &[],
    );
    insta::assert_snapshot!(
        "bank_us",
        sent(async |c| c.create_account(&american).await).await
    );
    let chinese = NewAccount {
        country: "CN".to_owned(),
        currency: CurrencyCode::new("CNY").unwrap(),
        ..account(
            AccountMethod::Bank {
                purpose: BankPurpose::Savings,
                bank_account_id: number("6222020200112233445"),
                branch_id: Some("12345".to_owned()),
                bank_code: Some("01050000".to_owned()),
                card_number: number("6222020200112233445"),
                government_id: Some(GovernmentId::new(&"000000000000000000".into()).unwrap()),
                government_id_type: Some(GovernmentIdType::IdCard),
            },
            &[("accountHolder", "张伟")],
        )
    };
    insta::assert_snapshot!(
        "bank_cn",
        sent(async |c| c.create_account(&chinese).await).await
    );
    let paypal = account(
        AccountMethod::PayPal {
            account: "a@example.com".to_owned(),
        },
        &[],
    );
    insta::assert_snapshot!(
        "paypal",
        sent(async |c| c.create_account(&paypal).await).await
    );
    let venmo = account(
        AccountMethod::Venmo {
            account: "9876543210".to_owned(),
        },
        &[],
    );
    insta::assert_snapshot!(
        "venmo",
        sent(async |c| c.create_account(&venmo).await).await
    );
    let crypto = account(
        AccountMethod::Crypto,
        &[("blockchain", "ETH - Ethereum"), ("walletAddress", "0x1")],
    );
    insta::assert_snapshot!(
        "crypto",
        sent(async |c| c.create_account(&crypto).await).await
    );
    insta::assert_snapshot!(
        "accounts",
        sent(async |c| c.payout_accounts(&customer_no(), None).await).await
    );
    let token = AccountFilter::Token(account_token());
    insta::assert_snapshot!(
        "accounts_by_token",
        sent(async |c| c.payout_accounts(&customer_no(), Some(&token)).await).await
    );
    let tag = AccountFilter::Tag("1a52692711".to_owned());
    insta::assert_snapshot!(
        "accounts_by_tag",
        sent(async |c| c.payout_accounts(&customer_no(), Some(&tag)).await).await
    );
    let query = BTreeMap::from([("country".to_owned(), "US".to_owned())]);
    insta::assert_snapshot!(
        "configurations",
        sent(async |c| c.account_configurations(&query).await).await
    );
    insta::assert_snapshot!(
        "account_delete",
        sent(async |c| c.delete_account(&customer_no(), &account_token()).await).await
    );
}

#[tokio::test]
async fn payout_requests() {
    // The signature in this snapshot is vector V3.
    insta::assert_snapshot!(
        "pay",
        sent(async |c| {
            let prepared = c
                .prepare_pay(&order(), "2023-02-15T22:50:00Z".parse().unwrap())
                .unwrap();
            c.pay(&prepared, request_id()).await
        })
        .await
    );
    let full = PayOrder {
        processing_channel: Some(ProcessingChannel::RealTimePay),
        description: Some("Design, October".to_owned()),
        note: Some("for \"Project X\"".to_owned()),
        subject: Some("Your payment".to_owned()),
        ipn_url: Some("http://127.0.0.1:8080/ipn/a".to_owned()),
        ..order()
    };
    insta::assert_snapshot!(
        "pay_full",
        sent(async |c| {
            let prepared = c
                .prepare_pay(&full, "2023-02-15T22:50:00Z".parse().unwrap())
                .unwrap();
            c.pay(&prepared, request_id()).await
        })
        .await
    );
    let invoice = PayoutKey::InvoiceId(InvoiceId::new("INV 1").unwrap());
    insta::assert_snapshot!("inquiry", sent(async |c| c.inquire(&invoice).await).await);
    let transaction = PayoutKey::TransactionNo(TransactionNo::new("305469836617940464").unwrap());
    insta::assert_snapshot!(
        "inquiry_by_transaction",
        sent(async |c| c.inquire(&transaction).await).await
    );
    insta::assert_snapshot!("balance", sent(async |c| c.balance(&usd()).await).await);
    let cny = CurrencyCode::new("CNY").unwrap();
    insta::assert_snapshot!("fx", sent(async |c| c.fx_rate(&usd(), &cny).await).await);
}

#[tokio::test]
async fn a_payor_goes_with_payees_and_accounts_but_not_with_payouts() {
    let gateway = Gateway::answering(&[(200, r#"{"ret_code":"000100"}"#)]).await;
    let mut config = config(&gateway.base);
    config.merchant.payor_no = Some(PayorNo::new("P87654321").unwrap());
    config.merchant.mer_group_no = Some(MerGroupNo::new("100001").unwrap());
    let client = Client::new(config).unwrap();
    let new = NewPayee {
        profile_type: ProfileType::Business,
        email: "a@example.com".to_owned(),
        details: PayeeDetails::default(),
    };
    let _ = client.register_payee(&new).await;
    let _ = client
        .create_account(&account(AccountMethod::Crypto, &[]))
        .await;
    let prepared = client
        .prepare_pay(&order(), jiff::Timestamp::UNIX_EPOCH)
        .unwrap();
    let _ = client.pay(&prepared, request_id()).await;
    let bodies: Vec<String> = gateway
        .seen()
        .iter()
        .map(|seen| String::from_utf8(seen.body.to_vec()).unwrap())
        .collect();
    let with_payor: Vec<bool> = bodies
        .iter()
        .map(|body| body.contains("P87654321"))
        .collect();
    assert_eq!(with_payor, [true, true, false]);
    assert!(
        bodies
            .iter()
            .all(|body| body.contains(r#""merGroupNo":"100001""#))
    );
}

#[tokio::test]
async fn a_payor_document_is_a_signed_form() {
    let gateway =
        Gateway::answering(&[(200, r#"{"ret_code":"000100","state":"SUBMITTED"}"#)]).await;
    let client = client(&gateway.base);
    let document = PayorDocument {
        part: "file".to_owned(),
        file_name: "certificate.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        content: b"%PDF-1.7".to_vec(),
    };
    let further = ExtraFields::from([("documentType".to_owned(), "CERTIFICATE".into())]);
    let payor = PayorNo::new("P87654321").unwrap();
    let answer = client
        .upload_payor_document(&payor, document, &further)
        .await
        .unwrap();
    assert_eq!(answer.value["state"], "SUBMITTED");
    let answer = client.register_payor(&further).await.unwrap();
    assert_eq!(answer.value["ret_code"], "000100");
    let seen = gateway.seen();
    assert_eq!(seen[0].path, "/v1/payor/upload/P87654321");
    assert_eq!(seen[1].path, "/v1/payor/register");
    let body = String::from_utf8(seen[1].body.to_vec()).unwrap();
    assert!(body.contains(r#""documentType":"CERTIFICATE""#), "{body}");
    let form = String::from_utf8(seen[0].body.to_vec()).unwrap();
    for part in [
        "documentType",
        "merchantNo",
        "timestamp",
        "verifySign",
        "certificate.pdf",
        "%PDF-1.7",
    ] {
        assert!(form.contains(part), "{part}");
    }
}

#[tokio::test]
async fn the_same_prepared_payout_is_the_same_body_to_the_byte() {
    let gateway = Gateway::answering(&[(200, r#"{"ret_code":"000040","ret_msg":"x"}"#)]).await;
    let first = client(&gateway.base);
    let prepared = first
        .prepare_pay(&order(), "2023-02-15T22:50:00Z".parse().unwrap())
        .unwrap();
    let stored = prepared.to_json();
    let _ = first.pay(&prepared, request_id()).await;
    // After a restart, at another time.
    let mut later = config(&gateway.base);
    later.clock = pockyt::Clock::default();
    let second = Client::new(later).unwrap();
    let read = PreparedPay::from_json(&stored).unwrap();
    assert_eq!(read, prepared);
    let _ = second.pay(&read, request_id()).await;
    let seen = gateway.seen();
    assert_eq!(seen[0].body, seen[1].body);
    assert_eq!(
        seen[0].headers.get("pockyt-request-id"),
        seen[1].headers.get("pockyt-request-id")
    );
    assert!(
        !stored.contains(TOKEN) && !stored.contains(TOKEN_MD5) && !stored.contains("verifySign")
    );
}

#[test]
fn a_prepared_payout_belongs_to_one_merchant() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let gateway = Gateway::answering(&[(200, "{}")]).await;
        let prepared = client(&gateway.base)
            .prepare_pay(&order(), jiff::Timestamp::UNIX_EPOCH)
            .unwrap();
        let mut other = config(&gateway.base);
        other.merchant = pockyt::Merchant {
            store_no: pockyt::StoreNo::new("300015").unwrap(),
            ..merchant()
        };
        let error = Client::new(other)
            .unwrap()
            .pay(&prepared, request_id())
            .await
            .unwrap_err();
        assert!(matches!(error, pockyt::Error::NotSent(_)), "{error}");
        assert!(error.pay_outcome_is_definite());
        assert!(gateway.seen().is_empty());
    });
}

#[test]
fn bad_orders_are_refused_before_anything_is_sent() {
    let client = client("http://127.0.0.1:9");
    let amount = |text: &str| PayOrder {
        amount: pockyt::WireAmount::new(text).unwrap(),
        ..order()
    };
    let described = |text: String| PayOrder {
        description: Some(text),
        ..order()
    };
    let notified = |url: &str| PayOrder {
        ipn_url: Some(url.to_owned()),
        ..order()
    };
    for (bad, field) in [
        (amount("0.00"), "amount"),
        (amount("1.001"), "amount"),
        (described("x".repeat(101)), "description"),
        (described("a\nb".to_owned()), "description"),
        (notified("http://example.com/ipn"), "ipnUrl"),
        (notified("nonsense"), "ipnUrl"),
    ] {
        let error = client
            .prepare_pay(&bad, jiff::Timestamp::UNIX_EPOCH)
            .unwrap_err();
        assert!(error.to_string().contains(field), "{error}");
        assert!(error.pay_outcome_is_definite());
    }
    let good = described("é".repeat(100));
    assert!(
        client
            .prepare_pay(&good, jiff::Timestamp::UNIX_EPOCH)
            .is_ok()
    );
}

#[test]
fn only_what_was_written_is_read_back() {
    let prepared = client("http://127.0.0.1:9")
        .prepare_pay(&order(), jiff::Timestamp::UNIX_EPOCH)
        .unwrap();
    let json = prepared.to_json();
    assert_eq!(PreparedPay::from_json(&json).unwrap(), prepared);
    for (from, to) in [
        ("{", "{ "),
        (
            r#""amount":"60.00""#,
            r#""amount":"60.00","amount":"60.00""#,
        ),
        (r#""amount":"60.00""#, r#""amount":60.00"#),
        (r#""amount":"60.00""#, r#""amount":"0""#),
        (r#""amount":"60.00","#, ""),
        (r#""amount""#, r#""Amount""#),
        (r#""currency":"USD""#, r#""currency":"usd""#),
        (r#""storeNo":"300014","#, ""),
        (r#""storeNo""#, r#""verifySign":"x","storeNo""#),
        ("1970-01-01T00:00:00Z", "1970-01-01 00:00:00Z"),
    ] {
        let changed = json.replacen(from, to, 1);
        assert_ne!(changed, json, "{from}");
        assert!(PreparedPay::from_json(&changed).is_err(), "{changed}");
    }
}
