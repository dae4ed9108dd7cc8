//! A pay request before it is signed: exact, durable, free of secrets (invariant I1).

use std::collections::BTreeMap;

use jiff::Timestamp;
use reqwest::Url;

use super::{Client, wire_time};
use crate::address::is_private;
use crate::amount::WireAmount;
use crate::error::Error;
use crate::fields::check_text;
use crate::ids::{
    AccountToken, CurrencyCode, CustomerNo, InvoiceId, MerGroupNo, MerchantNo, StoreNo,
};
use crate::invalid::InvalidValue;

/// How quickly money is to travel. Without one Pockyt takes STANDARD_ACH.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessingChannel {
    /// STANDARD_ACH.
    StandardAch,
    /// SAME_DAY_ACH.
    SameDayAch,
    /// REAL_TIME_PAY.
    RealTimePay,
}

impl ProcessingChannel {
    fn as_str(self) -> &'static str {
        match self {
            Self::StandardAch => "STANDARD_ACH",
            Self::SameDayAch => "SAME_DAY_ACH",
            Self::RealTimePay => "REAL_TIME_PAY",
        }
    }
}

/// What is to be paid (section 4.12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayOrder {
    /// The payee.
    pub customer_no: CustomerNo,
    /// The payee's account.
    pub account_token: AccountToken,
    /// The merchant's number of the payout, unique for ever.
    pub invoice_id: InvoiceId,
    /// How much: more than nothing, at most two decimals.
    pub amount: WireAmount,
    /// In which currency.
    pub currency: CurrencyCode,
    /// Where notifications go: HTTPS, or HTTP on this computer's loopback.
    pub ipn_url: Option<String>,
    /// How quickly.
    pub processing_channel: Option<ProcessingChannel>,
    /// For the payee to read; at most 100 characters.
    pub description: Option<String>,
    /// For the merchant alone; at most 100 characters.
    pub note: Option<String>,
    /// Subject of the e-mail to the payee; at most 100 characters. Described as unused in 2022.
    pub subject: Option<String>,
}

/// The exact fields of a pay request, unsigned. The same one, signed with the same token, is the same body to the byte,
/// so it may be stored before anything is sent and sent again after a crash. It holds nothing derived from the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedPay {
    fields: BTreeMap<String, String>,
    invoice_id: InvoiceId,
}

const ALLOWED: &[&str] = &[
    "accountToken",
    "amount",
    "currency",
    "customerNo",
    "description",
    "invoiceId",
    "ipnUrl",
    "merGroupNo",
    "merchantNo",
    "note",
    "processingChannel",
    "storeNo",
    "subject",
    "timestamp",
];

impl PreparedPay {
    /// Its canonical JSON text: one object, names in order, values all strings.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::Value::from_iter(self.fields.clone()).to_string()
    }

    /// Reads what [`PreparedPay::to_json`] wrote, and nothing else.
    ///
    /// # Errors
    /// When the text differs by so much as a space from what would be written, or is no complete pay request.
    pub fn from_json(json: &str) -> Result<Self, InvalidValue> {
        let fields: BTreeMap<String, String> = serde_json::from_str(json)
            .map_err(|_| InvalidValue::new("prepared payout", "is not an object of strings"))?;
        let prepared = Self::from_fields(fields)?;
        if prepared.to_json() == json {
            Ok(prepared)
        } else {
            Err(InvalidValue::new(
                "prepared payout",
                "is not in canonical form",
            ))
        }
    }

    /// The merchant's number of the payout.
    #[must_use]
    pub fn invoice_id(&self) -> &InvoiceId {
        &self.invoice_id
    }

    /// The fields by wire name, without a signature.
    #[must_use]
    pub fn fields(&self) -> &BTreeMap<String, String> {
        &self.fields
    }

    fn from_fields(fields: BTreeMap<String, String>) -> Result<Self, InvalidValue> {
        for (name, value) in &fields {
            if !ALLOWED.contains(&name.as_str()) {
                return Err(InvalidValue::new(
                    "prepared payout",
                    "holds a field that pay does not take",
                ));
            }
            if value.is_empty() {
                return Err(InvalidValue::new(name.clone(), "must not be empty"));
            }
        }
        let field = |name: &'static str| {
            fields
                .get(name)
                .map(String::as_str)
                .ok_or_else(|| InvalidValue::new(name, "is missing"))
        };
        MerchantNo::new(field("merchantNo")?)?;
        StoreNo::new(field("storeNo")?)?;
        CustomerNo::new(field("customerNo")?)?;
        AccountToken::new(field("accountToken")?)?;
        CurrencyCode::new(field("currency")?)?;
        let invoice_id = InvoiceId::new(field("invoiceId")?)?;
        let amount = WireAmount::new(field("amount")?)?;
        if amount.is_zero() {
            return Err(InvalidValue::new("amount", "must be more than nothing"));
        }
        if amount.decimals() > 2 {
            return Err(InvalidValue::new(
                "amount",
                "must have at most two decimals",
            ));
        }
        let timestamp = field("timestamp")?;
        if !timestamp
            .parse::<Timestamp>()
            .is_ok_and(|at| wire_time(at) == timestamp)
        {
            return Err(InvalidValue::new(
                "timestamp",
                "must be like 2023-02-15T22:50:00Z",
            ));
        }
        if let Some(url) = fields.get("ipnUrl")
            && !Url::parse(url).is_ok_and(|url| is_private(&url))
        {
            return Err(InvalidValue::new(
                "ipnUrl",
                "must begin with https://; only this computer may be reached without",
            ));
        }
        for name in ["description", "note", "subject"] {
            if let Some(text) = fields.get(name) {
                check_text(name, text)?;
            }
        }
        Ok(Self { fields, invoice_id })
    }
}

impl Client {
    /// Makes the exact fields of a pay request, to be stored before [`Client::pay`] sends them. Pure: sends nothing,
    /// and `timestamp` is the caller's.
    ///
    /// # Errors
    /// [`Error::NotSent`] when a value is not one that Pockyt takes: nothing or more than two decimals, texts above 100
    /// characters, a notification address that is not HTTPS.
    pub fn prepare_pay(
        &self,
        order: &PayOrder,
        timestamp: Timestamp,
    ) -> Result<PreparedPay, Error> {
        let mut fields = self.fields();
        fields
            .set("customerNo", order.customer_no.as_str())
            .set("accountToken", order.account_token.as_str())
            .set("invoiceId", order.invoice_id.as_str())
            .set("amount", order.amount.as_str())
            .set("currency", order.currency.as_str())
            .set_opt("ipnUrl", order.ipn_url.as_deref())
            .set_opt(
                "processingChannel",
                order.processing_channel.map(ProcessingChannel::as_str),
            )
            .set_opt("description", order.description.as_deref())
            .set_opt("note", order.note.as_deref())
            .set_opt("subject", order.subject.as_deref())
            .set("timestamp", wire_time(timestamp));
        Ok(PreparedPay::from_fields(fields.into_parts().0)?)
    }

    /// A payout that was prepared for one merchant must never be sent as another's.
    pub(super) fn check_merchant(&self, prepared: &PreparedPay) -> Result<(), InvalidValue> {
        let merchant = &self.config.merchant;
        let same =
            |name: &str, ours: Option<&str>| prepared.fields.get(name).map(String::as_str) == ours;
        if same("merchantNo", Some(merchant.merchant_no.as_str()))
            && same("storeNo", Some(merchant.store_no.as_str()))
            && same(
                "merGroupNo",
                merchant.mer_group_no.as_ref().map(MerGroupNo::as_str),
            )
        {
            Ok(())
        } else {
            Err(InvalidValue::new(
                "prepared payout",
                "belongs to another merchant, store or merchant group",
            ))
        }
    }
}
