//! The payees of the ledger, by all that a file may call them.

use remit_core::{Currency, FundingAccount, Ledger, LedgerError, Payee, PayeeId};
use remit_import::PayeeKey;
use std::collections::{BTreeMap, HashMap};

/// Whom a row means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Found {
    /// It says nobody.
    #[default]
    Nobody,
    /// Nobody in the ledger.
    Unknown,
    /// This one, by its place in the [`Book`].
    One(u32),
    /// Several fit, or what it says does not fit the same one; nobody guesses.
    Several(Vec<u32>),
}

/// The payees of the ledger, read once for all rows.
#[derive(Debug, Default)]
pub struct Book {
    payees: Vec<(Payee, Vec<FundingAccount>)>,
    by_id: HashMap<PayeeId, u32>,
    by_customer_no: HashMap<String, Vec<u32>>,
    by_code: HashMap<String, Vec<u32>>,
    by_email: HashMap<String, Vec<u32>>,
    by_name: HashMap<String, Vec<u32>>,
}

impl Book {
    /// Reads all payees.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn load(ledger: &dyn Ledger) -> Result<Self, LedgerError> {
        Ok(Self::of(ledger.payees_with_accounts().await?))
    }

    fn of(payees: Vec<(Payee, Vec<FundingAccount>)>) -> Self {
        let mut book = Self::default();
        for (place, (payee, _)) in (0_u32..).zip(&payees) {
            book.by_id.insert(payee.id, place);
            let add = |index: &mut HashMap<String, Vec<u32>>, word: String| {
                index.entry(word).or_default().push(place);
            };
            if let Some(number) = &payee.customer_no {
                add(&mut book.by_customer_no, number.0.clone());
            }
            add(&mut book.by_code, payee.id.customer_code());
            add(&mut book.by_code, payee.id.to_string());
            add(&mut book.by_email, payee.email.trim().to_lowercase());
            add(&mut book.by_name, folded(&payee.display_name()));
        }
        book.payees = payees;
        book
    }

    /// A payee.
    #[must_use]
    pub fn payee(&self, place: u32) -> Option<&Payee> {
        self.payees.get(place as usize).map(|(payee, _)| payee)
    }

    /// All accounts of a payee.
    #[must_use]
    pub fn accounts(&self, place: u32) -> &[FundingAccount] {
        self.payees
            .get(place as usize)
            .map_or(&[], |(_, accounts)| accounts)
    }

    /// The accounts that a payout in this currency may go to.
    pub fn usable(&self, place: u32, currency: Currency) -> impl Iterator<Item = &FundingAccount> {
        self.accounts(place).iter().filter(move |account| {
            account.usable() && account.currency.eq_ignore_ascii_case(currency.code())
        })
    }

    /// The one currency of the accounts that can receive money; nothing where they have several, or one that is not known.
    #[must_use]
    pub fn only_currency(&self, place: u32) -> Option<Currency> {
        let mut usable = self.accounts(place).iter().filter(|one| one.usable());
        let first = usable.next()?;
        let one = usable.all(|other| other.currency.eq_ignore_ascii_case(&first.currency));
        Currency::from_code(&first.currency).ok().filter(|_| one)
    }

    /// The currencies of the accounts of these payees that can receive money, those of most accounts first.
    pub(crate) fn currencies(&self, places: impl IntoIterator<Item = u32>) -> Vec<Currency> {
        let mut counts: BTreeMap<Currency, usize> = BTreeMap::new();
        for place in places {
            let usable = self.accounts(place).iter().filter(|one| one.usable());
            for currency in usable.filter_map(|one| Currency::from_code(&one.currency).ok()) {
                *counts.entry(currency).or_default() += 1;
            }
        }
        let mut all: Vec<_> = counts.into_iter().collect();
        all.sort_by_key(|(_, accounts)| std::cmp::Reverse(*accounts));
        all.into_iter().map(|(currency, _)| currency).collect()
    }

    /// The places of all payees.
    pub(crate) fn places(&self) -> impl Iterator<Item = u32> {
        (0_u32..).zip(&self.payees).map(|(place, _)| place)
    }

    /// Where a payee stands in the book.
    #[must_use]
    pub fn place(&self, id: PayeeId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// Whom a row means: all that it says must fit the same payee.
    pub(crate) fn find(&self, key: &PayeeKey<'_>) -> Found {
        let mut scratch = String::new();
        let mut lower = |text: &str| {
            scratch.clear();
            scratch.extend(text.trim().chars().flat_map(char::to_lowercase));
            scratch.clone()
        };
        let fits = |index: &HashMap<String, Vec<u32>>, word: &str| -> Vec<u32> {
            index.get(word).cloned().unwrap_or_default()
        };
        let mut said: Vec<Vec<u32>> = Vec::new();
        if let Some(number) = key.customer_no {
            said.push(fits(&self.by_customer_no, number));
        }
        if let Some(email) = key.email {
            said.push(fits(&self.by_email, &lower(email)));
        }
        if let Some(code) = key.code {
            said.push(fits(&self.by_code, &lower(code)));
        }
        if let Some(name) = key.name {
            said.push(fits(&self.by_name, &folded(name)));
        }
        if let Some(word) = key.code_or_name {
            let mut both = fits(&self.by_code, &lower(word));
            both.extend(fits(&self.by_name, &folded(word)));
            both.sort_unstable();
            both.dedup();
            said.push(both);
        }
        let Some((first, others)) = said.split_first() else {
            return Found::Nobody;
        };
        let mut all = first.clone();
        all.retain(|place| others.iter().all(|other| other.contains(place)));
        match all.as_slice() {
            [one] => return Found::One(*one),
            [] => {}
            _ => return Found::Several(all),
        }
        // Each of those that some of it fits is shown, and the owner says which is meant.
        let mut any: Vec<u32> = said.into_iter().flatten().collect();
        any.sort_unstable();
        any.dedup();
        if any.is_empty() {
            Found::Unknown
        } else {
            Found::Several(any)
        }
    }
}

/// A name without regard to case and how many spaces are in it.
fn folded(name: &str) -> String {
    let words: Vec<_> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}
