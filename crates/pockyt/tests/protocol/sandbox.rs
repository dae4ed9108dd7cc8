//! The client against the sandbox, which shares no code with it.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;
use pockyt::{
    ACKNOWLEDGEMENT, AccountFilter, AccountMethod, AccountStatus, AccountToken, BankNumber,
    BankPurpose, Client, Clock, CurrencyCode, CustomerNo, Error, InvoiceId, NewAccount, NewPayee,
    PayOrder, PayeeDetails, PayeeKey, PayeeStatus, PayeeUpdate, PayoutKey, PayoutStatus,
    ProfileType, Received, RefusalKind, UnknownCause, WireAmount,
};
use pockyt_sandbox::{AccountKind, Effect, Fault, NewMethod, NotificationFormat, Sandbox, Speed};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::support::{TOKEN, config, request_id, usd};

const PAY: &str = "/v3/payouts/pay";

async fn sandbox(settings: pockyt_sandbox::Config) -> (Sandbox, Client) {
    let sandbox = Sandbox::start(settings).await.unwrap();
    let mut config = config(&sandbox.base_url());
    config.clock = Clock::default();
    config.total_timeout = Duration::from_secs(5);
    (sandbox, Client::new(config).unwrap())
}

fn ana() -> NewPayee {
    NewPayee {
        profile_type: ProfileType::Individual,
        email: "ana@example.com".to_owned(),
        details: PayeeDetails {
            first_name: Some("Ana".to_owned()),
            last_name: Some("Núñez".to_owned()),
            date_of_birth: Some("1990-04-12".parse().unwrap()),
            country_code: Some("US".to_owned()),
            state: Some("NY".to_owned()),
            city: Some("New York".to_owned()),
            street: Some("123 Main St & Co".to_owned()),
            zip: Some("10005".to_owned()),
            ..PayeeDetails::default()
        },
    }
}

/// A payee who may be paid, and an order for her.
async fn ready(settings: pockyt_sandbox::Config) -> (Sandbox, Client, PayOrder) {
    let (sandbox, client) = sandbox(settings).await;
    let customer_no = client
        .register_payee(&ana())
        .await
        .unwrap()
        .value
        .customer_no;
    let account = sandbox
        .control()
        .complete_payee(
            customer_no.as_str(),
            NewMethod::sample(AccountKind::BankAccount),
        )
        .await
        .unwrap();
    let order = PayOrder {
        customer_no,
        account_token: AccountToken::new(account).unwrap(),
        invoice_id: InvoiceId::new("INV-1").unwrap(),
        amount: WireAmount::new("60.00").unwrap(),
        currency: usd(),
        ipn_url: None,
        processing_channel: None,
        description: Some("October — design".to_owned()),
        note: None,
        subject: None,
    };
    (sandbox, client, order)
}

async fn pay(client: &Client, order: &PayOrder) -> Result<pockyt::Answer<pockyt::Payout>, Error> {
    let prepared = client.prepare_pay(order, jiff::Timestamp::now()).unwrap();
    client.pay(&prepared, request_id()).await
}

#[track_caller]
fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> RefusalKind {
    match result.unwrap_err() {
        Error::Refused(refused) => refused.kind,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_six_steps() {
    for format in [NotificationFormat::Form, NotificationFormat::Json] {
        let (sender, mut notifications) = mpsc::unbounded_channel();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ipn_url = format!("http://{}/ipn", listener.local_addr().unwrap());
        let intake = post(move |headers: HeaderMap, body: Bytes| async move {
            let media = headers["content-type"].to_str().unwrap().to_owned();
            sender.send((media, body)).unwrap();
            ACKNOWLEDGEMENT
        });
        let app = Router::new().route("/ipn", intake);
        tokio::spawn(async move { axum::serve(listener, app).await });

        let (sandbox, client, order) = ready(pockyt_sandbox::Config {
            speed: Speed::instant(),
            notification_format: format,
            ..pockyt_sandbox::Config::default()
        })
        .await;
        let key = PayeeKey::CustomerNo(order.customer_no.clone());
        let payee = client.retrieve_payee(&key).await.unwrap().value;
        assert_eq!(payee.status, PayeeStatus::Active);
        assert_eq!(payee.last_name.as_deref(), Some("Núñez"));
        let only = AccountFilter::Token(order.account_token.clone());
        for filter in [None, Some(&only)] {
            let accounts = client
                .payout_accounts(&order.customer_no, filter)
                .await
                .unwrap()
                .value;
            assert_eq!(accounts.len(), 1);
            assert_eq!(accounts[0].token, order.account_token);
            assert_eq!(accounts[0].status, AccountStatus::Activated);
        }
        let order = PayOrder {
            ipn_url: Some(ipn_url),
            ..order
        };
        let paid = pay(&client, &order).await.unwrap().value;
        assert_eq!(paid.status, PayoutStatus::Pending);
        assert_eq!(paid.amount, Some(order.amount.clone()));

        let notified = async {
            loop {
                let (media, body) = notifications.recv().await.unwrap();
                let received = Received::parse(Some(&media), &body).unwrap();
                let verified = received.verify(&TOKEN.into()).unwrap();
                if verified.status() == Some(PayoutStatus::Success) {
                    break verified;
                }
            }
        };
        let verified = tokio::time::timeout(Duration::from_secs(10), notified)
            .await
            .unwrap();
        assert_eq!(verified.invoice_id(), Some(order.invoice_id.clone()));
        assert_eq!(verified.transaction_no(), Some(paid.transaction_no.clone()));
        assert_eq!(verified.amount(), Some(order.amount.clone()));
        assert_eq!(verified.currency(), Some(usd()));

        let found = client
            .inquire(&PayoutKey::InvoiceId(order.invoice_id.clone()))
            .await
            .unwrap()
            .value;
        assert_eq!(found.status, PayoutStatus::Success);
        assert_eq!(found.transaction_no, paid.transaction_no);
        let by_number = PayoutKey::TransactionNo(paid.transaction_no);
        assert!(client.inquire(&by_number).await.is_ok());
        assert_eq!(sandbox.control().transfers_for("INV-1"), 1);
        for call in sandbox.control().calls() {
            assert!(call.warnings.is_empty(), "{call:?}");
        }
        sandbox.stop().await;
    }
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_inquiry_finds_the_one_transfer() {
    let (sandbox, client, order) = ready(pockyt_sandbox::Config::default()).await;
    let control = sandbox.control();
    control.inject(Fault::on(PAY, Effect::Drop).after_processing());
    let prepared = client.prepare_pay(&order, jiff::Timestamp::now()).unwrap();
    let error = client.pay(&prepared, request_id()).await.unwrap_err();
    assert!(!error.pay_outcome_is_definite(), "{error:?}");
    assert!(
        matches!(&error, Error::Unknown(unknown) if unknown.cause == UnknownCause::ConnectionLost)
    );
    let found = client
        .inquire(&PayoutKey::InvoiceId(order.invoice_id.clone()))
        .await
        .unwrap();
    // The same body under the same key is answered as it was the first time.
    let again = client.pay(&prepared, request_id()).await.unwrap();
    assert_eq!(again.value.transaction_no, found.value.transaction_no);
    assert_eq!(control.transfers_for("INV-1"), 1);
    sandbox.stop().await;
}

#[tokio::test]
async fn a_request_lost_before_processing_is_unknown_and_inquiry_finds_nothing() {
    let (sandbox, client, order) = ready(pockyt_sandbox::Config::default()).await;
    sandbox.control().inject(Fault::on(PAY, Effect::Drop));
    let error = pay(&client, &order).await.unwrap_err();
    assert!(!error.pay_outcome_is_definite());
    let key = PayoutKey::InvoiceId(order.invoice_id.clone());
    assert!(client.inquire(&key).await.unwrap_err().is_no_such_record());
    sandbox.stop().await;
}

#[tokio::test]
async fn refusals_say_what_is_wrong() {
    let (sandbox, client, order) = ready(pockyt_sandbox::Config::default()).await;
    assert_eq!(
        refusal(client.register_payee(&ana()).await),
        RefusalKind::Duplicate
    );

    let poor = PayOrder {
        amount: WireAmount::new("99999999.00").unwrap(),
        invoice_id: InvoiceId::new("INV-2").unwrap(),
        ..order.clone()
    };
    let error = pay(&client, &poor).await.unwrap_err();
    assert!(error.pay_outcome_is_definite());
    assert_eq!(error.ret_code(), Some("000040"));

    pay(&client, &order).await.unwrap();
    let prepared = client.prepare_pay(&order, jiff::Timestamp::now()).unwrap();
    let other_key = serde_json::from_str(r#""00000000-0000-4000-8000-000000000000""#).unwrap();
    let error = client.pay(&prepared, other_key).await.unwrap_err();
    assert!(!error.pay_outcome_is_definite());
    assert_eq!(refusal::<()>(Err(error)), RefusalKind::Duplicate);

    let nobody = PayeeKey::CustomerNo(CustomerNo::new("2000305228303182610217").unwrap());
    assert!(
        client
            .retrieve_payee(&nobody)
            .await
            .unwrap_err()
            .is_no_such_record()
    );

    sandbox
        .control()
        .switch(|switches| switches.required_at_register = vec!["phone".to_owned()]);
    let another = NewPayee {
        email: "b@example.com".to_owned(),
        ..ana()
    };
    assert_eq!(
        refusal(client.register_payee(&another).await),
        RefusalKind::MissingParameter {
            name: Some("phone".to_owned())
        }
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn a_wrong_token_and_a_wrong_merchant_are_told_apart() {
    let (sandbox, _client) = sandbox(pockyt_sandbox::Config::default()).await;
    let mut wrong = config(&sandbox.base_url());
    wrong.clock = Clock::default();
    wrong.token = "another".into();
    let client = Client::new(wrong.clone()).unwrap();
    assert_eq!(
        refusal(client.balance(&usd()).await),
        RefusalKind::BadSignature
    );
    wrong.token = TOKEN.into();
    wrong.merchant.merchant_no = pockyt::MerchantNo::new("999999").unwrap();
    let client = Client::new(wrong).unwrap();
    assert_ne!(
        refusal(client.balance(&usd()).await),
        RefusalKind::BadSignature
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn payees_and_accounts_from_beginning_to_end() {
    let (sandbox, client) = sandbox(pockyt_sandbox::Config::default()).await;
    let customer_no = client
        .register_payee(&ana())
        .await
        .unwrap()
        .value
        .customer_no;
    let by_email = PayeeKey::Email("ana@example.com".to_owned());
    assert_eq!(
        client
            .retrieve_payee(&by_email)
            .await
            .unwrap()
            .value
            .customer_no,
        customer_no
    );
    client
        .update_payee(&PayeeUpdate {
            customer_no: customer_no.clone(),
            profile_type: None,
            email: None,
            details: PayeeDetails {
                zip: Some("10006".to_owned()),
                ..PayeeDetails::default()
            },
        })
        .await
        .unwrap();
    let key = PayeeKey::CustomerNo(customer_no.clone());
    let payee = client.retrieve_payee(&key).await.unwrap().value;
    assert_eq!(payee.zip.as_deref(), Some("10006"));
    assert_eq!(payee.status, PayeeStatus::Pending);

    let new = |method, extra: &[(&str, &str)]| NewAccount {
        customer_no: customer_no.clone(),
        country: "US".to_owned(),
        currency: usd(),
        tag: None,
        client_ip: None,
        method,
        extra: extra
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect(),
    };
    let bank = AccountMethod::Bank {
        purpose: BankPurpose::Checking,
        bank_account_id: Some(BankNumber::new(&"000123456789".into()).unwrap()),
        branch_id: Some("021000021".to_owned()),
        bank_code: None,
        card_number: None,
        government_id: None,
        government_id_type: None,
    };
    let paypal = AccountMethod::PayPal {
        account: "ana@example.com".to_owned(),
    };
    let venmo = AccountMethod::Venmo {
        account: "9876543210".to_owned(),
    };
    let wallet = [
        ("blockchain", "ETH - Ethereum"),
        (
            "walletAddress",
            "0x52908400098527886E0F7030069857D2E4169EE7",
        ),
    ];
    let mut tokens = Vec::new();
    for account in [
        new(bank, &[]),
        new(paypal, &[]),
        new(venmo, &[]),
        new(AccountMethod::Crypto, &wallet),
    ] {
        tokens.push(client.create_account(&account).await.unwrap().value.token);
    }
    client
        .delete_account(&customer_no, &tokens[0])
        .await
        .unwrap();
    let left = client
        .payout_accounts(&customer_no, None)
        .await
        .unwrap()
        .value;
    assert_eq!(left.len(), 3);
    client.deactivate_payee(&customer_no).await.unwrap();
    let payee = client.retrieve_payee(&key).await.unwrap().value;
    assert_eq!(payee.status, PayeeStatus::Deactivated);
    client.delete_payee(&customer_no).await.unwrap();
    assert!(
        client
            .retrieve_payee(&key)
            .await
            .unwrap_err()
            .is_no_such_record()
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn balance_and_rate() {
    let (sandbox, client) = sandbox(pockyt_sandbox::Config::default()).await;
    let [balance] = client
        .balance(&usd())
        .await
        .unwrap()
        .value
        .try_into()
        .unwrap();
    assert_eq!(balance.currency, usd());
    assert_eq!(
        balance.amount.to_minor_units(2),
        Some(
            sandbox
                .control()
                .balance(pockyt_sandbox::Currency::from_code("USD").unwrap())
        )
    );
    let cny = CurrencyCode::new("CNY").unwrap();
    assert!(client.fx_rate(&usd(), &cny).await.is_ok());
    sandbox.stop().await;
}
