//! Funding accounts of payees (pockyt-api.md sections 4.5 to 4.11).

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::payee::GovernmentIdType;
use super::{Answer, Client};
use crate::error::Error;
use crate::ids::{AccountToken, CurrencyCode, CustomerNo};
use crate::secret::{BankNumber, ExtraFields, GovernmentId};
use crate::status::AccountStatus;
use crate::text;

/// Which of a payee's accounts to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountFilter {
    /// The one with this token.
    Token(AccountToken),
    /// Those with the merchant's own reference.
    Tag(String),
}

/// A funding account as Pockyt lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundingAccount {
    /// Its number, which a payout names.
    pub token: AccountToken,
    /// Whether it may receive money.
    pub status: AccountStatus,
    /// BANK_ACCOUNT and so on.
    pub account_type: Option<String>,
    /// ISO 3166 alpha-2.
    pub country: Option<String>,
    /// Its currency.
    pub currency: Option<CurrencyCode>,
    /// The merchant's own reference.
    pub tag: Option<String>,
    /// Masked, such as `****5655`.
    pub card_number: Option<String>,
    /// When it was added.
    pub created_at: Option<Timestamp>,
}

/// What a bank account is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BankPurpose {
    /// A current account.
    Checking,
    /// A savings account.
    Savings,
}

/// Where money goes. How Pockyt names the identifiers is documented for bank accounts only.
#[derive(Clone, Debug)]
pub enum AccountMethod {
    /// A bank account (section 4.6). For US ACH: `bank_account_id`, `branch_id` and the purpose.
    Bank {
        /// Checking or savings.
        purpose: BankPurpose,
        /// The account number.
        bank_account_id: Option<BankNumber>,
        /// For the United States the 9-digit routing number.
        branch_id: Option<String>,
        /// The bank's code; in China 8 digits.
        bank_code: Option<String>,
        /// The card's number; in China.
        card_number: Option<BankNumber>,
        /// The account holder's government ID; in China.
        government_id: Option<GovernmentId>,
        /// What kind of number that is.
        government_id_type: Option<GovernmentIdType>,
    },
    /// PayPal (section 4.7). **Experimental**: the identifier's name is assumed (question 4).
    PayPal {
        /// The e-mail address of the PayPal account.
        account: String,
    },
    /// Venmo (section 4.8). **Experimental**: the identifier's name is assumed (question 4).
    Venmo {
        /// The telephone number of the Venmo account.
        account: String,
    },
    /// A cryptocurrency wallet (section 4.9). **Experimental**: no name of a field is known, so chain, address and memo
    /// go into [`NewAccount::extra`].
    Crypto,
}

/// An account to add to a payee.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The payee.
    pub customer_no: CustomerNo,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// The account's currency.
    pub currency: CurrencyCode,
    /// The merchant's own reference.
    pub tag: Option<String>,
    /// The payee's address on the Internet.
    pub client_ip: Option<IpAddr>,
    /// Where money goes.
    pub method: AccountMethod,
    /// Fields whose names the documents do not show.
    pub extra: ExtraFields,
}

/// An account that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedAccount {
    /// Its number.
    pub token: AccountToken,
    /// Whether it may receive money already, where told.
    pub status: Option<AccountStatus>,
}

#[derive(Deserialize)]
struct AccountsReply {
    accounts: Vec<ListedAccount>,
    #[serde(default)]
    user: Option<AccountsUser>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountsUser {
    #[serde(default, deserialize_with = "text::optional")]
    customer_no: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedAccount {
    account_token: AccountToken,
    #[serde(default, deserialize_with = "text::optional")]
    status: Option<String>,
    #[serde(default, deserialize_with = "text::optional")]
    account_type: Option<String>,
    #[serde(default, deserialize_with = "text::optional")]
    country: Option<String>,
    #[serde(default, deserialize_with = "text::currency")]
    currency: Option<CurrencyCode>,
    #[serde(default, deserialize_with = "text::optional")]
    account_tag: Option<String>,
    #[serde(default, deserialize_with = "text::optional")]
    card_number: Option<String>,
    #[serde(default, deserialize_with = "text::time")]
    created_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct CreatedReply {
    result: Created,
}

/// `status` is left out on purpose: here it is the call's outcome, not the account's state.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    account_token: AccountToken,
    #[serde(default, deserialize_with = "text::optional")]
    account_status: Option<String>,
}

impl From<ListedAccount> for FundingAccount {
    fn from(listed: ListedAccount) -> Self {
        Self {
            token: listed.account_token,
            status: AccountStatus::from_wire(&listed.status.unwrap_or_default()),
            account_type: listed.account_type,
            country: listed.country,
            currency: listed.currency,
            tag: listed.account_tag,
            card_number: listed.card_number,
            created_at: listed.created_at,
        }
    }
}

impl Client {
    /// Lists a payee's funding accounts, or those that match. Repeated when the trouble may pass.
    ///
    /// # Errors
    /// [`Error`]. An answer without a list, which is not the same as an empty one, or about another payee counts as garbled.
    pub async fn payout_accounts(
        &self,
        customer_no: &CustomerNo,
        filter: Option<&AccountFilter>,
    ) -> Result<Answer<Vec<FundingAccount>>, Error> {
        let mut fields = self.fields();
        fields.set("customerNo", customer_no.as_str());
        match filter {
            Some(AccountFilter::Token(token)) => fields.set("accountToken", token.as_str()),
            Some(AccountFilter::Tag(tag)) => fields.set("accountTag", tag.as_str()),
            None => &mut fields,
        };
        let reply = self.read("/v3/payee/payout-accounts", fields).await?;
        let AccountsReply { accounts, user } = reply.json()?;
        let told = user.and_then(|user| user.customer_no);
        if told.is_some_and(|told| told != customer_no.as_str()) {
            return Err(reply.garbled());
        }
        Ok(reply.answer(accounts.into_iter().map(FundingAccount::from).collect()))
    }

    /// Adds a funding account. With the "Pockyt User" feature the payee does this in the portal instead.
    ///
    /// # Errors
    /// [`Error`]. After [`Error::Unknown`] list the accounts before adding it again.
    pub async fn create_account(
        &self,
        account: &NewAccount,
    ) -> Result<Answer<CreatedAccount>, Error> {
        let mut fields = self.payor_fields();
        fields
            .set("customerNo", account.customer_no.as_str())
            .set("accountCountry", account.country.as_str())
            .set("accountCurrency", account.currency.as_str())
            .set_opt("accountTag", account.tag.as_deref())
            .set_opt("clientIp", account.client_ip.map(|ip| ip.to_string()));
        let path = match &account.method {
            AccountMethod::Bank {
                purpose,
                bank_account_id,
                branch_id,
                bank_code,
                card_number,
                government_id,
                government_id_type,
            } => {
                fields
                    .set("accountType", "BANK_ACCOUNT")
                    .set(
                        "bankAccountPurpose",
                        match purpose {
                            BankPurpose::Checking => "CHECKING",
                            BankPurpose::Savings => "SAVINGS",
                        },
                    )
                    .set_secret(
                        "bankAccountId",
                        bank_account_id.as_ref().map(BankNumber::secret),
                    )
                    .set_opt("branchId", branch_id.as_deref())
                    .set_opt("bankCode", bank_code.as_deref())
                    .set_secret("cardNumber", card_number.as_ref().map(BankNumber::secret))
                    .set_secret(
                        "governmentId",
                        government_id.as_ref().map(GovernmentId::secret),
                    )
                    .set_opt(
                        "governmentIdType",
                        government_id_type.map(GovernmentIdType::as_str),
                    );
                "/v3/payee/account/create/bank-account"
            }
            AccountMethod::PayPal { account } => {
                fields
                    .set("accountType", "PAYPAL")
                    .set("bankAccountId", account.as_str());
                "/v3/payee/account/create/paypal"
            }
            AccountMethod::Venmo { account } => {
                fields.set("bankAccountId", account.as_str());
                "/v3/payee/account/create/venmo"
            }
            AccountMethod::Crypto => "/v3/payee/account/create/crypto",
        };
        fields.extend(&account.extra)?;
        let reply = self.write(path, fields).await?;
        let created = reply.json::<CreatedReply>()?.result;
        Ok(reply.answer(CreatedAccount {
            token: created.account_token,
            status: created
                .account_status
                .as_deref()
                .map(AccountStatus::from_wire),
        }))
    }

    /// Asks which parameters an account of some kind needs. **Experimental**: neither the names of the request's fields
    /// nor the answer's form are documented, so the caller gives the one and gets the other as it came (question 3).
    /// Repeated when the trouble may pass.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn account_configurations(
        &self,
        query: &BTreeMap<String, String>,
    ) -> Result<Answer<Value>, Error> {
        let mut fields = self.fields();
        let query: ExtraFields = query
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        fields.extend(&query)?;
        let reply = self
            .read("/v3/payee/account/configurations", fields)
            .await?;
        reply.read()
    }

    /// Removes a funding account.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn delete_account(
        &self,
        customer_no: &CustomerNo,
        token: &AccountToken,
    ) -> Result<Answer<()>, Error> {
        let mut fields = self.fields();
        fields
            .set("customerNo", customer_no.as_str())
            .set("accountToken", token.as_str());
        let reply = self.write("/v3/payee/account/delete", fields).await?;
        Ok(reply.answer(()))
    }
}
