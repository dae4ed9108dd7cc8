//! Everything the sandbox knows, as one value that is kept in one file.

mod account;
mod mail;
mod notification;
mod payee;
mod payout;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use account::mask;
pub use account::{AccountKind, AccountStatus, FundingAccount};
pub use mail::{Mail, MailKind};
pub use notification::{Attempt, Notification, NotificationKind, Progress};
pub use payee::{Document, Identity, NewMethod, Onboarding, Payee, PayeeStatus, Stage};
pub(crate) use payout::Order;
pub use payout::{Movement, MovementKind, Payout, PayoutStatus};

use crate::assumptions;
use crate::money::Currency;

/// The layout of the state file; a file of another layout is refused, never guessed at.
pub(crate) const LAYOUT: u32 = 1;

/// Between two numbers, so that they do not look like neighbours.
const NUMBER_STEP: u64 = 104_729;

/// A random start of 17 digits at most, so that two sandboxes never give out the same numbers.
fn first_number() -> u64 {
    let (random, _) = Uuid::new_v4().as_u64_pair();
    10_u64.pow(16) + random % (5 * 10_u64.pow(16))
}

/// The answer kept for a `Pockyt-Request-ID`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Completed {
    /// The request's fields in canonical order, signature left out.
    pub(crate) fingerprint: String,
    pub(crate) response: String,
}

/// The whole state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) layout: u32,
    /// The next number to give out; see [`State::number`].
    next_number: u64,
    /// By `customerNo`.
    pub(crate) payees: BTreeMap<String, Payee>,
    /// By `accountToken`.
    pub(crate) accounts: BTreeMap<String, FundingAccount>,
    /// By `transactionNo`.
    pub(crate) payouts: BTreeMap<String, Payout>,
    /// `transactionNo`s by invoice ID: one each, unless duplicates were let through on purpose.
    pub(crate) invoices: BTreeMap<String, Vec<String>>,
    /// Payouts with a change ahead of them, soonest first.
    pub(crate) agenda: BTreeSet<(Timestamp, String)>,
    pub(crate) notifications: BTreeMap<u64, Notification>,
    /// Notifications to be tried, soonest first.
    pub(crate) deliveries: BTreeSet<(Timestamp, u64)>,
    /// The notification that waits for another to overtake it.
    pub(crate) held_back: Option<u64>,
    pub(crate) balances: BTreeMap<Currency, i64>,
    /// Every change of a balance; their sum is the balance.
    pub(crate) movements: Vec<Movement>,
    pub(crate) requests: BTreeMap<String, Completed>,
    /// Oldest first.
    pub(crate) mails: Vec<Mail>,
}

impl State {
    /// A new merchant's state, holding the opening balances.
    pub(crate) fn opening(now: Timestamp) -> Self {
        let mut state = Self {
            layout: LAYOUT,
            next_number: first_number(),
            payees: BTreeMap::new(),
            accounts: BTreeMap::new(),
            payouts: BTreeMap::new(),
            invoices: BTreeMap::new(),
            agenda: BTreeSet::new(),
            notifications: BTreeMap::new(),
            deliveries: BTreeSet::new(),
            held_back: None,
            balances: BTreeMap::new(),
            movements: Vec::new(),
            requests: BTreeMap::new(),
            mails: Vec::new(),
        };
        for (currency, minor) in assumptions::OPENING_BALANCES {
            state.book(MovementKind::Opening, currency, minor, None, now);
        }
        state
    }

    /// A new number: `prefix` and decimal digits, `width` in all (pockyt-api.md section 4, "ID shapes"). Later numbers
    /// are greater, so that what is sorted by number is sorted by age.
    fn number(&mut self, prefix: &str, width: usize) -> String {
        self.next_number += NUMBER_STEP;
        let digits = width.saturating_sub(prefix.len());
        format!("{prefix}{:0>digits$}", self.next_number)
    }

    pub(crate) fn payee_by_portal_token(&self, token: &str) -> Option<&Payee> {
        self.payees.values().find(|p| p.portal_token == token)
    }

    /// The payee's accounts that were not deleted, oldest first.
    pub(crate) fn accounts_of(&self, customer_no: &str) -> Vec<&FundingAccount> {
        self.accounts
            .values()
            .filter(|account| account.customer_no == customer_no && !account.removed)
            .collect()
    }

    /// When something is due next, if anything is.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        let settle = self.agenda.first().map(|(at, _)| *at);
        let deliver = self.deliveries.first().map(|(at, _)| *at);
        settle.into_iter().chain(deliver).min()
    }
}
