//! Balances and rates (pockyt-api.md sections 4.14 and 4.15).

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Answer, Client};
use crate::amount::{BalanceAmount, WireAmount, literal};
use crate::error::Error;
use crate::ids::CurrencyCode;
use crate::text;

/// What the merchant has in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The currency.
    pub currency: CurrencyCode,
    /// How much.
    pub amount: BalanceAmount,
}

/// A rate of exchange, for information: nothing holds Pockyt to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FxRate {
    /// What is given.
    pub source: CurrencyCode,
    /// What is got.
    pub destination: CurrencyCode,
    /// How many units of the destination one unit of the source is, as a decimal.
    pub rate: WireAmount,
}

#[derive(Deserialize)]
struct BalanceReply {
    balance: Vec<BalanceEntry>,
}

#[derive(Deserialize)]
struct BalanceEntry {
    amount: Box<RawValue>,
    #[serde(default, deserialize_with = "text::currency")]
    currency: Option<CurrencyCode>,
}

#[derive(Deserialize)]
struct FxReply {
    result: Fx,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fx {
    rate: Box<RawValue>,
    #[serde(default, deserialize_with = "text::currency")]
    source_currency: Option<CurrencyCode>,
    #[serde(default, deserialize_with = "text::currency")]
    destination_currency: Option<CurrencyCode>,
}

impl Client {
    /// Reads the balance in one currency. The answer is a list, of which one entry is to be expected. Repeated when the
    /// trouble may pass.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn balance(&self, currency: &CurrencyCode) -> Result<Answer<Vec<Balance>>, Error> {
        let mut fields = self.fields();
        fields.set("currency", currency.as_str());
        let reply = self.read("/v3/payouts/balance", fields).await?;
        let entries = reply.json::<BalanceReply>()?.balance;
        let balances: Option<Vec<_>> = entries
            .into_iter()
            .map(|entry| {
                Some(Balance {
                    currency: entry.currency?,
                    amount: BalanceAmount::from_json(&entry.amount)?,
                })
            })
            .collect();
        match balances {
            Some(balances) => Ok(reply.answer(balances)),
            None => Err(reply.garbled()),
        }
    }

    /// Reads a rate of exchange. **Experimental**: the path ([`super::Config::fx_path`]) and the names of the request's
    /// fields are assumed (question 2). Repeated when the trouble may pass.
    ///
    /// # Errors
    /// [`Error`]. A rate for another pair than the one asked for is no answer.
    pub async fn fx_rate(
        &self,
        source: &CurrencyCode,
        destination: &CurrencyCode,
    ) -> Result<Answer<FxRate>, Error> {
        let mut fields = self.fields();
        fields
            .set("sourceCurrency", source.as_str())
            .set("destinationCurrency", destination.as_str());
        let reply = self.read(&self.config.fx_path, fields).await?;
        let fx = reply.json::<FxReply>()?.result;
        let rate = literal(&fx.rate).and_then(|text| WireAmount::new(text).ok());
        let other =
            |told: &Option<CurrencyCode>, asked| told.as_ref().is_some_and(|told| told != asked);
        match rate {
            Some(rate)
                if !rate.is_zero()
                    && !other(&fx.source_currency, source)
                    && !other(&fx.destination_currency, destination) =>
            {
                Ok(reply.answer(FxRate {
                    source: source.clone(),
                    destination: destination.clone(),
                    rate,
                }))
            }
            _ => Err(reply.garbled()),
        }
    }
}
