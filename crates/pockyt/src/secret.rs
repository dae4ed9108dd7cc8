//! Values that pass through to Pockyt and must show up nowhere else.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use crate::invalid::InvalidValue;

/// Further fields of a request, for parameters whose names the documents do not show, or that Pockyt asked for by name
/// (000020). Treated as secret: nobody knows what they hold.
pub type ExtraFields = BTreeMap<String, SecretString>;

macro_rules! secret_text {
    ($(#[$doc:meta])* $name:ident, $field:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(SecretString);

        impl $name {
            /// Takes the text as the owner typed it, without white space around it.
            ///
            /// # Errors
            /// When it has fewer than 4 or more than 64 characters, or holds control characters.
            pub fn new(text: &SecretString) -> Result<Self, InvalidValue> {
                let text = text.expose_secret().trim();
                if !(4..=64).contains(&text.chars().count()) {
                    return Err(InvalidValue::new($field, "must have 4 to 64 characters"));
                }
                if text.chars().any(char::is_control) {
                    return Err(InvalidValue::new($field, "must not hold control characters"));
                }
                Ok(Self(text.into()))
            }

            pub(crate) fn secret(&self) -> &SecretString {
                &self.0
            }
        }
    };
}

secret_text! {
    /// An identity number of a payee: SSN, passport and so on. Its `Debug` shows nothing.
    GovernmentId, "governmentId"
}
secret_text! {
    /// A bank account's or card's number. Its `Debug` shows nothing.
    BankNumber, "bank account number"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let id = GovernmentId::new(&"123-45-6789".into()).unwrap();
        let number = BankNumber::new(&" 000123456789 ".into()).unwrap();
        let debug = format!("{id:?} {number:?}");
        assert!(!debug.contains("6789"), "{debug}");
    }

    #[test]
    fn refusals_do_not_repeat_the_value() {
        let error = GovernmentId::new(&"12\u{7}345".into()).unwrap_err();
        assert!(!error.to_string().contains("12"), "{error}");
        assert!(BankNumber::new(&"123".into()).is_err());
    }
}
