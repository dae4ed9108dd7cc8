//! Funding accounts: sections 4.5 to 4.11.

use serde_json::{Value, json};

use super::answer::{Answer, Refusal};
use super::fields::Fields;
use super::{Desk, payee};
use crate::assumptions::{
    BANK_FIELDS_CN, BANK_FIELDS_US, CRYPTO_FIELDS, WALLET_FIELDS, WALLET_ID, code,
};
use crate::clock::wire;
use crate::money::Currency;
use crate::state::{AccountKind, AccountStatus, FundingAccount, NewMethod, PayeeStatus, mask};

pub(super) fn list(desk: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    let payee = payee::find(desk, fields.require("customerNo")?)?;
    let wanted = |account: &&FundingAccount| {
        fields
            .get("accountToken")
            .is_none_or(|token| account.token == token)
            && fields
                .get("accountTag")
                .is_none_or(|tag| account.tag.as_deref() == Some(tag))
    };
    let accounts: Vec<Value> = desk
        .state
        .accounts_of(&payee.customer_no)
        .into_iter()
        .filter(wanted)
        .map(describe)
        .collect();
    let user = json!({
        "firstName": payee.field("firstName"),
        "lastName": payee.field("lastName"),
        "customerNo": payee.customer_no,
        "email": payee.field("email"),
    });
    Ok(Answer::new("success")
        .with("accounts", accounts.into())
        .with("user", user))
}

fn describe(account: &FundingAccount) -> Value {
    let mut described = json!({
        "country": account.method.country,
        "createdAt": wire(account.created),
        "accountType": account.method.kind.wire(),
        "currency": account.method.currency,
        "accountToken": account.token,
        "cardNumber": account.method.masked,
        "status": account.status.wire().to_lowercase(),
    });
    if let (Some(tag), Some(object)) = (&account.tag, described.as_object_mut()) {
        object.insert("accountTag".to_owned(), tag.as_str().into());
    }
    described
}

pub(super) fn create_bank(desk: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    fields.one_of("accountType", &[AccountKind::BankAccount.wire()])?;
    let purpose = fields.one_of("bankAccountPurpose", &["CHECKING", "SAVINGS"])?;
    let number = match fields.require("accountCountry")? {
        "US" => {
            let routing = fields.require("branchId")?;
            if !is_routing_number(routing) {
                let rule = "a US routing number has 9 digits and a check digit that fits";
                return Err(Refusal::bad("branchId", rule));
            }
            fields.require("bankAccountId")?
        }
        "CN" => {
            fields.require("bankCode")?;
            fields.require("cardNumber")?
        }
        _ => fields
            .get("bankAccountId")
            .map_or_else(|| fields.require("cardNumber"), Ok)?,
    };
    create(desk, fields, AccountKind::BankAccount, number, purpose)
}

/// Nine digits whose weighted sum is a multiple of ten (the ABA's rule).
pub(crate) fn is_routing_number(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .zip([3, 7, 1].iter().cycle())
        .map(|(d, w)| d * w)
        .sum();
    text.len() == 9 && digits.len() == 9 && sum.is_multiple_of(10) && sum > 0
}

pub(super) fn create_paypal(desk: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    create(
        desk,
        fields,
        AccountKind::Paypal,
        fields.require(WALLET_ID)?,
        "PayPal",
    )
}

pub(super) fn create_venmo(desk: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    create(
        desk,
        fields,
        AccountKind::Venmo,
        fields.require(WALLET_ID)?,
        "Venmo",
    )
}

pub(super) fn create_crypto(desk: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    let [chain, address] = CRYPTO_FIELDS;
    let chain = fields.require(chain)?;
    create(
        desk,
        fields,
        AccountKind::Crypto,
        fields.require(address)?,
        chain,
    )
}

fn currency(fields: &Fields, name: &str) -> Result<Currency, Refusal> {
    Currency::from_code(fields.require(name)?)
        .ok_or_else(|| Refusal::bad(name, "not a currency of this account"))
}

/// Adds the account. One whose payee is Active can be used at once, as the documented answer shows; any other waits.
fn create(
    desk: &mut Desk<'_>,
    fields: &Fields,
    kind: AccountKind,
    number: &str,
    label: &str,
) -> Result<Answer, Refusal> {
    let payee = payee::find(desk, fields.require("customerNo")?)?;
    let status = match payee.status {
        PayeeStatus::Active => AccountStatus::Activated,
        _ => AccountStatus::Pending,
    };
    let method = NewMethod {
        kind,
        country: fields.require("accountCountry")?.to_owned(),
        currency: currency(fields, "accountCurrency")?.code().to_owned(),
        masked: mask(number),
        label: label.to_owned(),
    };
    let tag = fields.text("accountTag", 64)?;
    let customer_no = payee.customer_no.clone();
    let mut result = json!({
        "accountStatus": status.wire(),
        "country": method.country,
        "firstName": payee.field("firstName"),
        "lastName": payee.field("lastName"),
        "accountType": kind.wire(),
        "currency": method.currency,
        "customerNo": customer_no,
        "email": payee.field("email"),
        "timestamp": wire(desk.now),
        "status": "success",
    });
    let token = desk
        .state
        .add_account(&customer_no, method, status, tag.clone(), desk.now);
    if let Some(object) = result.as_object_mut() {
        object.insert("accountToken".to_owned(), token.into());
        if let Some(tag) = tag {
            object.insert("accountTag".to_owned(), tag.into());
        }
    }
    Ok(Answer::new("success").with("result", result))
}

pub(super) fn configurations(_: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    let country = fields.require("accountCountry")?;
    currency(fields, "accountCurrency")?;
    let wanted: &[(&str, &str, bool, u32)] = match fields.require("accountType")? {
        "BANK_ACCOUNT" if country == "CN" => &BANK_FIELDS_CN,
        "BANK_ACCOUNT" => &BANK_FIELDS_US,
        "CRYPTO" => &WALLET_FIELDS,
        _ => {
            return Err(Refusal::bad(
                "accountType",
                "must be one of BANK_ACCOUNT, CRYPTO",
            ));
        }
    };
    let parameters: Vec<Value> = wanted
        .iter()
        .map(|(name, description, required, longest)| {
            json!({
                "name": name,
                "description": description,
                "required": if *required { "true" } else { "false" },
                "maxLength": longest.to_string(),
            })
        })
        .collect();
    Ok(Answer::new("success").with("result", json!({ "parameters": parameters })))
}

pub(super) fn delete(desk: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    let customer_no = payee::find(desk, fields.require("customerNo")?)?
        .customer_no
        .clone();
    let token = find(desk, &customer_no, fields.require("accountToken")?)?
        .token
        .clone();
    if let Some(account) = desk.state.accounts.get_mut(&token) {
        account.removed = true;
    }
    Ok(Answer::new("success"))
}

/// The payee's account of this token.
pub(super) fn find<'a>(
    desk: &'a Desk<'_>,
    customer_no: &str,
    token: &str,
) -> Result<&'a FundingAccount, Refusal> {
    let account = desk
        .state
        .accounts
        .get(token)
        .filter(|account| !account.removed)
        .ok_or_else(|| {
            let message = "parameter has no related information: no such accountToken";
            Refusal::new(code::NO_SUCH_RECORD, message)
        })?;
    if account.customer_no == customer_no {
        Ok(account)
    } else {
        let message = "parameters do not match: accountToken does not belong to customerNo";
        Err(Refusal::new(code::MISMATCH, message))
    }
}

#[cfg(test)]
mod tests {
    use super::is_routing_number;

    #[test]
    fn routing_numbers_carry_a_check_digit() {
        assert!(is_routing_number("021000021"));
        assert!(is_routing_number("110000000"));
        for wrong in [
            "021000022",
            "02100002",
            "0210000210",
            "000000000",
            "02100002a",
        ] {
            assert!(!is_routing_number(wrong), "{wrong}");
        }
    }
}
