use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use crate::invalid::InvalidValue;
use crate::redact::Redactor;
use crate::secret::ExtraFields;
use crate::sign::SIGNATURE_FIELD;

/// Every request field that pockyt-api.md section 4 names.
pub(crate) const KNOWN_NAMES: &[&str] = &[
    "accountCountry",
    "accountCurrency",
    "accountTag",
    "accountToken",
    "accountType",
    "amount",
    "bankAccountId",
    "bankAccountPurpose",
    "bankCode",
    "branchId",
    "cardNumber",
    "city",
    "clientIp",
    "company",
    "country",
    "countryCode",
    "currency",
    "customerCode",
    "customerNo",
    "dateOfBirth",
    "description",
    "destinationCurrency",
    "email",
    "firstName",
    "governmentId",
    "governmentIdType",
    "invoiceId",
    "ipnUrl",
    "lang",
    "lastName",
    "merGroupNo",
    "merchantNo",
    "note",
    "payorNo",
    "phone",
    "processingChannel",
    "profileType",
    "sourceCurrency",
    "state",
    "storeNo",
    "street",
    "street2",
    "subject",
    "timestamp",
    "transactionNo",
    "verifySign",
    "zip",
];

/// The fields of a request before it is signed. Empty values are left out, since Pockyt's SDKs disagree about signing
/// them (section 3.2); so a field that is here has a value.
#[derive(Clone, Default)]
pub(crate) struct Fields {
    values: BTreeMap<String, String>,
    redactor: Redactor,
}

impl Fields {
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        let value = value.into();
        if !value.is_empty() {
            self.values.insert(name.to_owned(), value);
        }
        self
    }

    pub(crate) fn set_opt(&mut self, name: &str, value: Option<impl Into<String>>) -> &mut Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    pub(crate) fn set_secret(&mut self, name: &str, value: Option<&SecretString>) -> &mut Self {
        if let Some(value) = value {
            self.redactor.add(value);
            self.set(name, value.expose_secret());
        }
        self
    }

    /// Adds fields whose names the caller knows.
    pub(crate) fn extend(&mut self, extra: &ExtraFields) -> Result<&mut Self, InvalidValue> {
        for (name, value) in extra {
            let plain = (1..=64).contains(&name.len())
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if !plain {
                return Err(InvalidValue::new(
                    "a further field",
                    "must be named with 1 to 64 letters, digits or underscores",
                ));
            }
            if name == SIGNATURE_FIELD || self.values.contains_key(name) {
                return Err(InvalidValue::new(name.clone(), "is set already"));
            }
            self.set_secret(name, Some(value));
        }
        Ok(self)
    }

    pub(crate) fn into_parts(self) -> (BTreeMap<String, String>, Redactor) {
        (self.values, self.redactor)
    }
}

/// Refuses text that is longer than Pockyt's SDKs let pass, or that holds control characters.
pub(crate) fn check_text(field: &'static str, text: &str) -> Result<(), InvalidValue> {
    if text.chars().count() > 100 {
        return Err(InvalidValue::new(field, "must have at most 100 characters"));
    }
    if text.chars().any(char::is_control) {
        return Err(InvalidValue::new(field, "must not hold control characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_values_are_never_sent() {
        let mut fields = Fields::default();
        fields
            .set("a", "")
            .set_opt("b", None::<String>)
            .set_opt("c", Some(""))
            .set("d", "1");
        let names: Vec<_> = fields.into_parts().0.into_keys().collect();
        assert_eq!(names, ["d"]);
    }

    #[test]
    fn further_fields_cannot_replace_anything() {
        let mut fields = Fields::default();
        fields.set("amount", "1.00");
        for name in ["amount", "verifySign", "", "a b", "a=b"] {
            let extra = ExtraFields::from([(name.to_owned(), "9".into())]);
            assert!(fields.clone().extend(&extra).is_err(), "{name}");
        }
        let extra = ExtraFields::from([("company".to_owned(), "Ada Ltd".into())]);
        assert!(fields.extend(&extra).is_ok());
    }
}
