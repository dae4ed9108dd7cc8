//! Currencies as people write them: codes, signs and a few names.

use remit_core::Currency;

/// What a sign beside an amount says about its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// No sign.
    None,
    /// This currency.
    One(Currency),
    /// One of these, by their codes.
    AnyOf(&'static [&'static str]),
}

impl Mark {
    pub(crate) fn allows(self, currency: Currency) -> bool {
        match self {
            Self::None => true,
            Self::One(one) => one == currency,
            Self::AnyOf(codes) => codes.contains(&currency.code()),
        }
    }
}

const DOLLARS: &[&str] = &[
    "USD", "ARS", "AUD", "BBD", "BMD", "BND", "BSD", "BZD", "CAD", "CLP", "COP", "FJD", "GYD",
    "HKD", "JMD", "KYD", "LRD", "MXN", "NAD", "NZD", "SBD", "SGD", "SRD", "TTD", "TWD", "UYU",
    "XCD",
];

/// Signs and names, in small letters, and the codes they stand for.
const MARKS: [(&str, &[&str]); 41] = [
    ("$", DOLLARS),
    ("us$", &["USD"]),
    ("$us", &["USD"]),
    ("u$s", &["USD"]),
    ("us dollar", &["USD"]),
    ("us dollars", &["USD"]),
    ("美元", &["USD"]),
    ("dólares", &["USD"]),
    ("a$", &["AUD"]),
    ("c$", &["CAD"]),
    ("ca$", &["CAD"]),
    ("hk$", &["HKD"]),
    ("港币", &["HKD"]),
    ("港元", &["HKD"]),
    ("mx$", &["MXN"]),
    ("nt$", &["TWD"]),
    ("nz$", &["NZD"]),
    ("s$", &["SGD"]),
    ("r$", &["BRL"]),
    ("€", &["EUR"]),
    ("euro", &["EUR"]),
    ("euros", &["EUR"]),
    ("欧元", &["EUR"]),
    ("£", &["GBP"]),
    ("英镑", &["GBP"]),
    ("¥", &["CNY", "JPY"]),
    ("rmb", &["CNY"]),
    ("人民币", &["CNY"]),
    ("cn¥", &["CNY"]),
    ("元", &["CNY"]),
    ("jp¥", &["JPY"]),
    ("日元", &["JPY"]),
    ("円", &["JPY"]),
    ("₩", &["KRW"]),
    ("원", &["KRW"]),
    ("₹", &["INR"]),
    ("₱", &["PHP"]),
    ("₫", &["VND"]),
    ("฿", &["THB"]),
    ("₺", &["TRY"]),
    ("zł", &["PLN"]),
];

/// Reads a code, sign or name; nothing if it is none.
pub(crate) fn read(text: &str) -> Option<Mark> {
    if text.is_empty() {
        return Some(Mark::None);
    }
    // By far the commonest, and looking up a code takes a while.
    if text == "USD" {
        return Some(Mark::One(Currency::USD));
    }
    if text.len() == 3
        && let Ok(currency) = Currency::from_code(text)
    {
        return Some(Mark::One(currency));
    }
    let small = text.to_lowercase();
    let (_, codes) = MARKS.iter().find(|(mark, _)| *mark == small)?;
    match codes {
        [code] => Currency::from_code(code).ok().map(Mark::One),
        codes => Some(Mark::AnyOf(codes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_say_what_they_say_and_no_more() {
        let euro = Currency::from_code("EUR").unwrap();
        assert_eq!(read("€"), Some(Mark::One(euro)));
        assert_eq!(read("usd"), Some(Mark::One(Currency::USD)));
        assert!(read("$").unwrap().allows(Currency::USD));
        assert!(!read("$").unwrap().allows(euro));
        assert_eq!(read("¥"), Some(Mark::AnyOf(&["CNY", "JPY"])));
        assert_eq!(read("coins"), None);
        for (mark, codes) in MARKS {
            assert_eq!(mark, mark.to_lowercase());
            for code in codes {
                assert!(Currency::from_code(code).is_ok(), "{code}");
            }
        }
    }
}
