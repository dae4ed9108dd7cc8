//! Puts Pockyt's wire protocol behind core's gateway port: values one way, errors the other.

use crate::ipc::IpcError;
use crate::profiles::Profile;
use async_trait::async_trait;
use jiff::Timestamp;
use pockyt::{
    AccountFilter, BaseUrl, Client, Config, CurrencyCode, ExtraFields, GovernmentId,
    GovernmentIdType, InvalidValue, Merchant, MerchantNo, NewPayee, NotSent, PayeeDetails,
    PayeeUpdate, PayoutKey, PreparedPay, ProcessingChannel, Received, RefusalKind, RequestId,
    StoreNo, UnknownCause, WireAmount,
};
use remit_core::{
    Accepted, AccountSnapshot, AccountToken, Answer, Certainty, Channel, Code, Currency,
    CustomerNo, Gateway, GatewayError, InvoiceId, Money, Notification, PayOrder, PayeeChanges,
    PayeeKey, PayeeSnapshot, PayoutSnapshot, ProfileType, Refusal, Registered, Registration,
    RequestKey, TransactionNo, WireBody, WireStatus,
};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::future::Future;
use tokio::sync::watch;

/// Pockyt, for one account.
pub(crate) struct PockytGateway {
    client: Option<Client>,
    /// Turns true when the account is being closed: questions are then not waited for any longer.
    closing: watch::Receiver<bool>,
    token: Option<SecretString>,
}

impl PockytGateway {
    /// A gateway for an account at an address. Without a token everything is refused before it leaves.
    pub(crate) fn new(
        base_url: &str,
        profile: &Profile,
        token: Option<&SecretString>,
        closing: watch::Receiver<bool>,
    ) -> Result<Self, IpcError> {
        let field = |field: &str, problem: InvalidValue| {
            IpcError::field(
                Code::FieldInvalid,
                field,
                format!("It {}.", problem.problem()),
            )
        };
        let address = BaseUrl::parse(base_url).map_err(|problem| {
            IpcError::field(
                Code::AddressNotHttps,
                "baseUrl",
                format!("The address {}.", problem.problem()),
            )
        })?;
        let merchant = Merchant {
            merchant_no: MerchantNo::new(profile.merchant_no.as_str())
                .map_err(|problem| field("merchantNo", problem))?,
            store_no: StoreNo::new(profile.store_no.as_str())
                .map_err(|problem| field("storeNo", problem))?,
            mer_group_no: None,
            payor_no: None,
        };
        let client = token
            .map(|token| Client::new(Config::new(address, merchant, token.clone())))
            .transpose()
            .map_err(|error| IpcError::from(remit_core::Error::from(gateway_error(error))))?;
        Ok(Self {
            client,
            closing,
            token: token.cloned(),
        })
    }

    fn client(&self) -> Result<&Client, GatewayError> {
        self.client.as_ref().ok_or(GatewayError {
            certainty: Certainty::NotSent,
            kind: Refusal::TokenUnavailable,
            words: None,
            field: None,
            evidence: None,
        })
    }
}

impl PockytGateway {
    /// Waits for the answer to a question, but not longer than the account is open. Never for what changes something.
    async fn ask<T>(
        &self,
        question: impl Future<Output = Result<T, pockyt::Error>>,
    ) -> Result<T, GatewayError> {
        let mut closing = self.closing.clone();
        tokio::select! {
            answer = question => answer.map_err(gateway_error),
            _ = closing.wait_for(|closing| *closing) => Err(GatewayError {
                certainty: Certainty::Unknown,
                kind: Refusal::ConnectionLost,
                words: None,
                field: None,
                evidence: None,
            }),
        }
    }
}

#[async_trait]
impl Gateway for PockytGateway {
    async fn register(
        &self,
        registration: &Registration,
    ) -> Result<Answer<Registered>, GatewayError> {
        let payee = NewPayee {
            profile_type: profile_type(registration.profile_type),
            email: registration.email.clone(),
            details: details(registration)?,
        };
        let answer = self
            .client()?
            .register_payee(&payee)
            .await
            .map_err(registration_error)?;
        let value = Registered {
            customer_no: CustomerNo(answer.value.customer_no.to_string()),
            status: answer.value.status.map(|status| status.as_str().to_owned()),
        };
        Ok(Answer {
            value,
            evidence: answer.raw,
        })
    }

    async fn update(
        &self,
        customer_no: &CustomerNo,
        changes: &PayeeChanges,
    ) -> Result<Answer<()>, GatewayError> {
        let update = PayeeUpdate {
            customer_no: customer(customer_no)?,
            profile_type: None,
            email: Some(changes.email.clone()),
            details: PayeeDetails {
                phone: changes.phone.clone(),
                country_code: some(&changes.country_code),
                state: some(&changes.state),
                city: some(&changes.city),
                street: some(&changes.street),
                street2: changes.street2.clone(),
                zip: some(&changes.zip),
                ..PayeeDetails::default()
            },
        };
        let answer = self
            .client()?
            .update_payee(&update)
            .await
            .map_err(registration_error)?;
        Ok(Answer {
            value: (),
            evidence: answer.raw,
        })
    }

    async fn retrieve(&self, key: &PayeeKey) -> Result<Answer<PayeeSnapshot>, GatewayError> {
        let key = match key {
            PayeeKey::CustomerNo(number) => pockyt::PayeeKey::CustomerNo(customer(number)?),
            PayeeKey::CustomerCode(code) => pockyt::PayeeKey::CustomerCode(code.clone()),
            PayeeKey::Email(email) => pockyt::PayeeKey::Email(email.clone()),
        };
        let answer = self.ask(self.client()?.retrieve_payee(&key)).await?;
        let payee = answer.value;
        let kind =
            payee
                .profile_type
                .as_deref()
                .map(|word| match word.to_ascii_uppercase().as_str() {
                    "BUSINESS" => ProfileType::Business,
                    _ => ProfileType::Individual,
                });
        let value = PayeeSnapshot {
            customer_no: CustomerNo(payee.customer_no.to_string()),
            status: payee.status.as_str().to_owned(),
            first_name: payee.first_name.unwrap_or_default(),
            last_name: payee.last_name.unwrap_or_default(),
            email: payee.email.unwrap_or_default(),
            profile_type: kind,
            phone: payee.phone,
            country_code: payee.country_code,
            state: payee.state,
            city: payee.city,
            street: payee.street,
            zip: payee.zip,
        };
        Ok(Answer {
            value,
            evidence: answer.raw,
        })
    }

    async fn accounts(
        &self,
        customer_no: &CustomerNo,
        only: Option<&AccountToken>,
    ) -> Result<Answer<Vec<AccountSnapshot>>, GatewayError> {
        let filter = only.map(account).transpose()?.map(AccountFilter::Token);
        let answer = self
            .ask(
                self.client()?
                    .payout_accounts(&customer(customer_no)?, filter.as_ref()),
            )
            .await?;
        let accounts = answer.value.into_iter().map(|account| AccountSnapshot {
            token: AccountToken(account.token.to_string()),
            kind: account.account_type.unwrap_or_default(),
            country: account.country.unwrap_or_default(),
            currency: account
                .currency
                .map(|code| code.to_string())
                .unwrap_or_default(),
            masked: account.card_number,
            tag: account.tag,
            status: account.status.as_str().to_owned(),
        });
        Ok(Answer {
            value: accounts.collect(),
            evidence: answer.raw,
        })
    }

    fn prepare_pay(&self, order: &PayOrder, at: Timestamp) -> Result<WireBody, GatewayError> {
        let wire = pockyt::PayOrder {
            customer_no: customer(&order.customer_no)?,
            account_token: account(&order.account_token)?,
            invoice_id: invoice(&order.invoice_id)?,
            amount: WireAmount::new(order.money.decimal()).map_err(invalid)?,
            currency: currency(order.money.currency)?,
            ipn_url: order.ipn_url.clone(),
            processing_channel: match order.channel {
                Channel::StandardAch => Some(ProcessingChannel::StandardAch),
                Channel::SameDayAch => Some(ProcessingChannel::SameDayAch),
                Channel::RealTimePay => Some(ProcessingChannel::RealTimePay),
                Channel::Unspecified => None,
            },
            description: some(&order.description),
            note: some(&order.note),
            subject: None,
        };
        let prepared = self
            .client()?
            .prepare_pay(&wire, at)
            .map_err(gateway_error)?;
        Ok(WireBody(prepared.to_json()))
    }

    async fn pay(
        &self,
        body: &WireBody,
        key: RequestKey,
    ) -> Result<Answer<Accepted>, GatewayError> {
        let client = self.client()?;
        // A body that cannot be read cannot have been sent before either: refusing it is final.
        let prepared = PreparedPay::from_json(body.as_str()).map_err(|problem| GatewayError {
            certainty: Certainty::Refused,
            ..invalid(problem)
        })?;
        let answer = client
            .pay(&prepared, RequestId::from(key.0))
            .await
            .map_err(gateway_error)?;
        let payout = answer.value;
        let fee = money(payout.fee.as_ref(), payout.currency.as_ref());
        let value = Accepted {
            transaction_no: TransactionNo(payout.transaction_no.to_string()),
            fee,
            status: WireStatus::from_wire(payout.status.as_str()),
        };
        Ok(Answer {
            value,
            evidence: answer.raw,
        })
    }

    async fn inquire(
        &self,
        invoice_id: &InvoiceId,
    ) -> Result<Answer<PayoutSnapshot>, GatewayError> {
        let key = PayoutKey::InvoiceId(invoice(invoice_id)?);
        let answer = self.ask(self.client()?.inquire(&key)).await?;
        let payout = answer.value;
        let value = PayoutSnapshot {
            invoice_id: invoice_id.clone(),
            transaction_no: Some(TransactionNo(payout.transaction_no.to_string())),
            money: money(payout.amount.as_ref(), payout.currency.as_ref()),
            fee: money(payout.fee.as_ref(), payout.currency.as_ref()),
            account_token: payout
                .account_token
                .map(|token| AccountToken(token.to_string())),
            status: WireStatus::from_wire(payout.status.as_str()),
        };
        Ok(Answer {
            value,
            evidence: answer.raw,
        })
    }

    async fn balance(&self, of: Currency) -> Result<Answer<Money>, GatewayError> {
        let code = currency(of)?;
        let answer = self.ask(self.client()?.balance(&code)).await?;
        let entry = answer.value.iter().find(|entry| entry.currency == code);
        let exponent = u8::try_from(of.exponent()).unwrap_or(u8::MAX);
        match entry.and_then(|entry| entry.amount.to_minor_units(exponent)) {
            Some(minor) => Ok(Answer {
                value: Money::new(minor, of),
                evidence: answer.raw,
            }),
            None => Err(GatewayError {
                certainty: Certainty::Unknown,
                kind: Refusal::Garbled,
                words: None,
                field: None,
                evidence: Some(answer.raw),
            }),
        }
    }

    fn read_notification(
        &self,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Notification, Option<InvoiceId>> {
        let received = Received::parse(content_type, body).map_err(|_| None)?;
        let claimed = received
            .claimed_invoice_id()
            .map(|id| InvoiceId(id.to_string()));
        let Some(token) = &self.token else {
            return Err(claimed);
        };
        let verified = received.verify(token).map_err(|_| claimed.clone())?;
        let payout = PayoutSnapshot {
            invoice_id: claimed.ok_or(None)?,
            transaction_no: verified
                .transaction_no()
                .map(|number| TransactionNo(number.to_string())),
            money: money(verified.amount().as_ref(), verified.currency().as_ref()),
            fee: None,
            account_token: verified
                .account_token()
                .map(|token| AccountToken(token.to_string())),
            status: verified
                .status()
                .map_or(WireStatus::Other(String::new()), |status| {
                    WireStatus::from_wire(status.as_str())
                }),
        };
        // The signature stays out of the evidence, as it does of what Remit sends; and so do empty values, which anybody can
        // add where they are not signed (pockyt-api.md section 3.2), and make another content of the same.
        let told: BTreeMap<_, _> = verified
            .fields()
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let raw = serde_json::to_string(&told).unwrap_or_default();
        Ok(Notification { payout, raw })
    }
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn details(registration: &Registration) -> Result<PayeeDetails, GatewayError> {
    let id_type = registration
        .government_id_type
        .as_deref()
        .map(GovernmentIdType::from_wire)
        .transpose()
        .map_err(invalid)?;
    let government_id = registration
        .government_id
        .as_ref()
        .map(GovernmentId::new)
        .transpose()
        .map_err(invalid)?;
    let mut extra = registration.extra.clone();
    // The stored page that lists a company's fields is cut off; other public sources call it `company` (section 4.1).
    extra.extend(
        registration
            .company
            .as_deref()
            .and_then(some)
            .map(|name| ("company".to_owned(), SecretString::from(name))),
    );
    Ok(PayeeDetails {
        first_name: some(&registration.first_name),
        last_name: some(&registration.last_name),
        date_of_birth: Some(
            registration
                .date_of_birth
                .parse()
                .map_err(|_| not_sent_invalid("dateOfBirth"))?,
        ),
        country: None,
        country_code: some(&registration.country_code),
        state: some(&registration.state),
        city: some(&registration.city),
        street: some(&registration.street),
        street2: registration.street2.clone(),
        zip: some(&registration.zip),
        phone: registration.phone.clone(),
        lang: some(&registration.lang),
        customer_code: Some(registration.payee_id.customer_code()),
        government_id_type: id_type,
        government_id,
        extra: ExtraFields::from_iter(extra),
    })
}

fn profile_type(kind: ProfileType) -> pockyt::ProfileType {
    match kind {
        ProfileType::Individual => pockyt::ProfileType::Individual,
        ProfileType::Business => pockyt::ProfileType::Business,
    }
}

fn customer(number: &CustomerNo) -> Result<pockyt::CustomerNo, GatewayError> {
    pockyt::CustomerNo::new(number.as_str()).map_err(invalid)
}

fn account(token: &AccountToken) -> Result<pockyt::AccountToken, GatewayError> {
    pockyt::AccountToken::new(token.as_str()).map_err(invalid)
}

fn invoice(id: &InvoiceId) -> Result<pockyt::InvoiceId, GatewayError> {
    pockyt::InvoiceId::new(id.as_str()).map_err(invalid)
}

fn currency(currency: Currency) -> Result<CurrencyCode, GatewayError> {
    CurrencyCode::new(currency.code()).map_err(invalid)
}

fn money(amount: Option<&WireAmount>, currency: Option<&CurrencyCode>) -> Option<Money> {
    let currency = Currency::from_code(currency?.as_str()).ok()?;
    Money::parse(amount?.as_str(), currency).ok()
}

fn invalid(problem: InvalidValue) -> GatewayError {
    GatewayError {
        words: Some(problem.to_string()),
        ..not_sent_invalid(problem.field())
    }
}

fn not_sent_invalid(field: &str) -> GatewayError {
    GatewayError {
        certainty: Certainty::NotSent,
        kind: Refusal::Invalid,
        words: None,
        field: Some(field.to_owned()),
        evidence: None,
    }
}

/// Registering and updating have one refusal more: the e-mail address is taken. No code of its own is documented.
fn registration_error(error: pockyt::Error) -> GatewayError {
    let taken = error.ret_msg().is_some_and(|words| {
        let words = words.to_ascii_lowercase();
        words.contains("email")
            && ["already", "exist", "registered", "duplicate"]
                .iter()
                .any(|word| words.contains(word))
    });
    let refused = matches!(error, pockyt::Error::Refused(_));
    let error = gateway_error(error);
    if taken && refused {
        return GatewayError {
            certainty: Certainty::Refused,
            kind: Refusal::EmailRegistered,
            field: Some("email".to_owned()),
            ..error
        };
    }
    error
}

fn gateway_error(error: pockyt::Error) -> GatewayError {
    let words = match (error.ret_code(), error.ret_msg()) {
        (Some(code), Some(message)) => Some(format!("{code} {message}").trim().to_owned()),
        (Some(code), None) => Some(code.to_owned()),
        _ => None,
    };
    let evidence = error.evidence().map(|evidence| match evidence.http_status {
        Some(status) => format!("HTTP {status}\n{}", evidence.body_excerpt),
        None => evidence.body_excerpt.clone(),
    });
    let (certainty, kind, field) = match error {
        pockyt::Error::NotSent(NotSent::Invalid(problem)) => return invalid(problem),
        pockyt::Error::NotSent(
            NotSent::Connect(_) | NotSent::ConnectTimeout | NotSent::Setup(_),
        ) => (Certainty::NotSent, Refusal::Unreachable, None),
        pockyt::Error::Unknown(unknown) => {
            let kind = match unknown.cause {
                UnknownCause::Timeout => Refusal::Timeout,
                UnknownCause::ConnectionLost => Refusal::ConnectionLost,
                UnknownCause::TooMany => Refusal::RateLimited,
                UnknownCause::Garbled
                | UnknownCause::TooLarge
                | UnknownCause::UnexpectedStatus(_) => Refusal::Garbled,
                UnknownCause::ServerError(_) | UnknownCause::SystemError(_) => Refusal::SystemError,
            };
            (Certainty::Unknown, kind, None)
        }
        pockyt::Error::Refused(refused) => match refused.kind {
            // Neither proves that nothing happened (pockyt-api.md section 10, question 12): an inquiry decides.
            RefusalKind::Duplicate => (Certainty::Unknown, Refusal::Duplicate, None),
            RefusalKind::Other => (Certainty::Unknown, Refusal::Unrecognised, None),
            RefusalKind::BadSignature => (Certainty::Refused, Refusal::TokenRejected, None),
            RefusalKind::AccessDenied => (Certainty::Refused, Refusal::MerchantRejected, None),
            RefusalKind::MissingParameter { name } => {
                (Certainty::Refused, Refusal::MissingParameter, name)
            }
            // "No such merchant" must never be taken for "no such payout".
            RefusalKind::NoSuchRecord | RefusalKind::Mismatch
                if says_merchant(&refused.message) =>
            {
                (Certainty::Refused, Refusal::MerchantRejected, None)
            }
            RefusalKind::NoSuchRecord => (Certainty::Refused, Refusal::NoSuchRecord, None),
            RefusalKind::Mismatch | RefusalKind::BadValue => {
                (Certainty::Refused, Refusal::BadValue, None)
            }
            RefusalKind::BalanceOrState => (Certainty::Refused, Refusal::BalanceOrState, None),
            RefusalKind::ApiVersion => (Certainty::Refused, Refusal::Other, None),
        },
    };
    GatewayError {
        certainty,
        kind,
        words,
        field,
        evidence,
    }
}

fn says_merchant(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    words.contains("merchant") || words.contains("store")
}
