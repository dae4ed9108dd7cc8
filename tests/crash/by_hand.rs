//! The owner's own Check now: it may shorten a waiting, and must do nothing that Remit does not do by itself.

use crate::books;
use crate::commands::ask;
use crate::driver::Driver;
use jiff::SignedDuration;
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant};

/// So long Remit asks by itself only.
const BY_ITSELF: Duration = Duration::from_secs(6 * 60);
/// After that the owner asks about what it would ask about only later than in this time. What was not found for long it asks
/// about rarely.
const MUCH_LATER: SignedDuration = SignedDuration::from_secs(60);
/// How often.
const BETWEEN: Duration = Duration::from_secs(60);
/// About so many payouts at most, or one in a hundred.
const FEW: usize = 3;

pub(crate) struct ByHand {
    begun: Instant,
    last: Option<Instant>,
    invoices: BTreeSet<String>,
    times: usize,
}

impl ByHand {
    /// From now on Remit asks by itself.
    pub(crate) fn later() -> Self {
        Self {
            begun: Instant::now(),
            last: None,
            invoices: BTreeSet::new(),
            times: 0,
        }
    }

    /// Asks about what Remit would ask about much later, when it is time for that; never about what it was to ask about
    /// already.
    pub(crate) async fn shorten_the_waiting(&mut self, driver: &Driver) {
        let rested = self.last.is_none_or(|last| last.elapsed() > BETWEEN);
        if self.begun.elapsed() < BY_ITSELF || !rested {
            return;
        }
        self.last = Some(Instant::now());
        for payout in books::payouts(driver, &["unknown", "processing"]).await {
            if books::asks_in(&payout).is_some_and(|left| left > MUCH_LATER) {
                ask(driver, "check_payout", &json!({ "id": payout["id"] })).await;
                let invoice = payout["invoiceId"].as_str().unwrap();
                self.invoices.insert(invoice.to_owned());
                self.times += 1;
            }
        }
    }

    /// Remit asks by itself about all but a few.
    pub(crate) fn assert_rare(&self, payouts: usize) {
        let few = FEW.max(payouts / 100);
        let asked = &self.invoices;
        assert!(asked.len() <= few, "more than {few}: {asked:?}");
    }
}

impl fmt::Display for ByHand {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (payouts, times) = (self.invoices.len(), self.times);
        write!(out, "{payouts} asked about by hand ({times} times)")
    }
}
