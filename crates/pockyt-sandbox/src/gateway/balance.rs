//! Balance and FX: sections 4.14 and 4.15.

use serde_json::json;
use serde_json::value::RawValue;

use super::Desk;
use super::answer::{Answer, Refusal};
use super::fields::Fields;
use crate::assumptions::{FX_DESTINATION, FX_SOURCE, per_dollar};
use crate::money::{Currency, Money};

fn currency(code: &str, name: &str) -> Result<Currency, Refusal> {
    Currency::from_code(code).ok_or_else(|| Refusal::bad(name, "not a currency of this account"))
}

/// The amount is a JSON number with its decimals (`499000.00`), so its text is written as it is.
pub(super) fn balance(desk: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    let currency = currency(fields.require("currency")?, "currency")?;
    let minor = desk.state.balance(currency);
    let amount = Money { minor, currency }.wire();
    let text = format!("[{{\"amount\":{amount},\"currency\":\"{currency}\"}}]");
    let mut answer = Answer::new("success");
    answer.exact = RawValue::from_string(text)
        .ok()
        .map(|value| ("balance", value));
    Ok(answer)
}

/// Rounded to 7 decimals, half up, in whole numbers throughout.
pub(super) fn fx_rate(_: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    let source = currency(fields.require(FX_SOURCE)?, FX_SOURCE)?;
    let destination = currency(fields.get(FX_DESTINATION).unwrap_or("CNY"), FX_DESTINATION)?;
    let result = json!({
        "rate": rate(source, destination),
        FX_SOURCE: source.code(),
        FX_DESTINATION: destination.code(),
    });
    Ok(Answer::new("success").with("result", result))
}

fn rate(source: Currency, destination: Currency) -> String {
    const ONE: i128 = 10_000_000;
    let from = i128::from(per_dollar(source));
    let to = i128::from(per_dollar(destination));
    let scaled = (to * ONE * 2 + from) / (from * 2);
    format!("{}.{:07}", scaled / ONE, scaled % ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_seven_decimals() {
        assert_eq!(rate(Currency::Usd, Currency::Cny), "7.1026254");
        assert_eq!(rate(Currency::Usd, Currency::Usd), "1.0000000");
        assert_eq!(rate(Currency::Cny, Currency::Usd), "0.1407930");
    }
}
