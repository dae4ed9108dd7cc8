//! What a column may hold, and what people call it.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::synonyms::{is_foreign, synonyms};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename = "RunField", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Field {
    /// The payee in any way: customer number, own code, e-mail address or exact name.
    Payee,
    /// Pockyt's number of the payee.
    CustomerNo,
    /// The owner's own code for the payee.
    PayeeCode,
    /// The payee's e-mail address.
    Email,
    /// The payee's exact name.
    PayeeName,
    /// How much.
    Amount,
    /// In which currency.
    Currency,
    /// The owner's number of the payment.
    InvoiceId,
    /// What the payee may read.
    Description,
    /// What only the owner reads.
    Note,
    /// When it is to be paid.
    Date,
}

/// The languages that headers are understood in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
    /// Spanish.
    Spanish,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Payee,
        Self::CustomerNo,
        Self::PayeeCode,
        Self::Email,
        Self::PayeeName,
        Self::Amount,
        Self::Currency,
        Self::InvoiceId,
        Self::Description,
        Self::Note,
        Self::Date,
    ];

    /// The header that a template has for it.
    #[must_use]
    pub fn header(self, language: Language) -> &'static str {
        let [english, chinese, spanish] = match self {
            Self::Payee => ["Payee", "收款方", "Beneficiario"],
            Self::CustomerNo => ["Customer number", "客户号", "Número de cliente"],
            Self::PayeeCode => ["Payee code", "收款人编号", "Código del beneficiario"],
            Self::Email => ["E-mail", "电子邮箱", "Correo electrónico"],
            Self::PayeeName => ["Payee name", "收款人姓名", "Nombre del beneficiario"],
            Self::Amount => ["Amount", "金额", "Importe"],
            Self::Currency => ["Currency", "币种", "Moneda"],
            Self::InvoiceId => ["Invoice ID", "付款编号", "Número de factura"],
            Self::Description => ["Description", "付款说明", "Descripción"],
            Self::Note => ["Note", "备注", "Nota"],
            Self::Date => ["Date", "付款日期", "Fecha"],
        };
        match language {
            Language::English => english,
            Language::Chinese => chinese,
            Language::Spanish => spanish,
        }
    }

    /// Whether it says who is paid.
    #[must_use]
    pub fn names_payee(self) -> bool {
        matches!(
            self,
            Self::Payee | Self::CustomerNo | Self::PayeeCode | Self::Email | Self::PayeeName
        )
    }
}

/// How sure it is what a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename = "RunFieldConfidence", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Confidence {
    /// Only what stands in the column suggests it.
    Guess,
    /// Its name contains one that is known.
    Likely,
    /// Its name is one that is known.
    Certain,
}

/// What a column with this header holds.
pub(crate) fn by_header(header: &str) -> Option<(Field, Confidence)> {
    let bare = bare(header);
    if bare.is_empty() {
        return None;
    }
    if is_foreign(&bare) {
        return None;
    }
    let is = |field: &Field| synonyms(*field).any(|word| word == bare);
    if let Some(field) = Field::ALL.into_iter().find(is) {
        return Some((field, Confidence::Certain));
    }
    let known = Field::ALL
        .into_iter()
        .flat_map(|field| synonyms(field).map(move |word| (word.chars().count(), word, field)));
    // Short words are part of too many others; in Chinese two characters are a word.
    let contained = known.filter(|(length, word, _)| {
        let long = *length >= if word.is_ascii() { 4 } else { 2 };
        long && bare.contains(word)
    });
    contained
        .max_by_key(|(length, ..)| *length)
        .map(|(_, _, field)| (field, Confidence::Likely))
}

/// A header without case, accents, spaces and marks: `Número de Factura *` is `numerodefactura`.
pub(crate) fn bare(header: &str) -> String {
    let folded = header.nfkd().filter(|char| !is_combining_mark(*char));
    let letters = folded.filter(|char| char.is_alphanumeric());
    letters.flat_map(char::to_lowercase).nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_understood_in_three_languages() {
        for field in Field::ALL {
            for language in [Language::English, Language::Chinese, Language::Spanish] {
                let header = field.header(language);
                assert_eq!(
                    by_header(header),
                    Some((field, Confidence::Certain)),
                    "{header}"
                );
            }
        }
        for (header, field, confidence) in [
            ("INVOICE_NO.", Field::InvoiceId, Confidence::Certain),
            ("Amount (USD)", Field::Amount, Confidence::Likely),
            ("Importe €", Field::Amount, Confidence::Certain),
            ("付款金额（美元）", Field::Amount, Confidence::Likely),
            ("Correo Electrónico *", Field::Email, Confidence::Certain),
            ("Contractor e-mail", Field::Email, Confidence::Certain),
            (
                "Invoice number (yours)",
                Field::InvoiceId,
                Confidence::Likely,
            ),
        ] {
            assert_eq!(by_header(header), Some((field, confidence)), "{header}");
        }
        for header in ["", "***", "Zip", "城市", "Invoice date", "Bank name"] {
            assert_eq!(by_header(header), None, "{header}");
        }
    }

    #[test]
    fn no_name_means_two_things() {
        let mut seen = std::collections::HashMap::new();
        for field in Field::ALL {
            for word in synonyms(field) {
                assert_eq!(word, bare(word), "it must be as `bare` leaves it");
                assert_eq!(seen.insert(word, field), None, "{word}");
            }
        }
    }
}
