//! What is looked for along the series of invoice IDs: how far each may have gone on in the lost ledger (docs/adr/0008).

use super::asking::Looked;
use super::{Engine, TOGETHER, UNSEEN_RETRY_GAP, retries_of};
use crate::error::Error;
use crate::ids::InvoiceId;
use crate::pay::suggested_prefix;
use crate::series::InvoiceSeries;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// How many numbers of a series in a row Pockyt must not have before the series is taken to end.
const GAP: u64 = 20;
/// The same for Remit's own of a month whose payouts may have been lost, at least: a run numbers all rows of its file, also those
/// that it does not pay.
const OWN_GAP: u64 = 500;
/// The same at most, however many rows a run had. Each number costs four inquiries: at the 16 a second that four at once make
/// when Pockyt answers in a quarter of one, so many take ten minutes.
const WIDEST_GAP: u64 = 2_500;
/// How many numbers are bridged in all series together, beyond the gap that each may have.
const BRIDGED: u64 = 10_000;
/// How many series are walked of those with several invoice IDs, the newest first.
const SERIES: u32 = 1_000;
/// The same of those with one: texts that end in a digit by chance form one each.
const LONE_SERIES: u32 = 200;
/// How many months of suggested invoice IDs are looked through at most.
const MONTHS: usize = 36;

impl Engine {
    /// The series of invoice IDs that may have gone on in the lost ledger, Remit's own of each month since and those in use; each
    /// with how many numbers in a row Pockyt must not have before it is taken to end.
    pub(super) async fn series(
        &self,
        since: Timestamp,
    ) -> Result<Vec<(InvoiceSeries, u64)>, Error> {
        let ledger = &self.ports.ledger;
        let first = match self.last_release(Some(since)).await? {
            Some(newest) => newest,
            None => ledger
                .event_at(1)
                .await?
                .map_or(since, |event| event.event.at),
        };
        let month = |at: Timestamp| at.to_zoned(TimeZone::UTC).date().first_of_month();
        let mut known = [first, since, self.now()].map(month);
        known.sort();
        let lost = known[0]..=known[2];
        // The clock that the lost ledger went by may have been wrong.
        let first = known[0].saturating_sub(1.month());
        let last = known[2].saturating_add(1.month());
        let months = first.series(1.month()).take_while(|month| *month <= last);
        let months: Vec<_> = months.take(MONTHS).collect();

        let mut left = BRIDGED;
        let mut bridge = |gap: u64| {
            let beyond = (gap.clamp(GAP, WIDEST_GAP) - GAP).min(left);
            left -= beyond;
            GAP + beyond
        };
        let own_gap = ledger.longest_run().await?.max(OWN_GAP);
        let mut in_use = ledger.invoice_series(SERIES, LONE_SERIES).await?;
        let mut series = Vec::with_capacity(months.len() + in_use.len());
        for month in months.into_iter().rev() {
            let prefix = suggested_prefix(month);
            let place = in_use.iter().position(|known| known.prefix == prefix);
            let of_month = match place {
                Some(place) => in_use.remove(place),
                None => InvoiceSeries::empty(prefix),
            };
            let gap = if lost.contains(&month) { own_gap } else { GAP };
            let gap = bridge(gap.max(of_month.span));
            // As Remit writes them, whatever the owner entered among them.
            series.push((
                InvoiceSeries {
                    digits: 4,
                    ..of_month
                },
                gap,
            ));
        }
        // A run may have paid none of the rows between its first and its last.
        series.extend(in_use.into_iter().map(|series| {
            let gap = bridge(series.span);
            (series, gap)
        }));
        Ok(series)
    }

    /// Walks a series until Pockyt has none of so many numbers in a row beyond its last one.
    pub(super) async fn look_through(&self, series: InvoiceSeries, gap: u64) -> Result<(), Error> {
        let InvoiceSeries {
            prefix,
            last,
            digits,
            ..
        } = series;
        let mut missing = 0;
        // A form, or the draft of a run, may have been open with numbers that others had overtaken.
        let mut number = last.saturating_sub(gap);
        while number <= last || missing < gap {
            // So many are asked about in any case; and not too many before the answers are made durable.
            let ahead = (gap - missing).max(last.saturating_sub(number).saturating_add(1));
            let beyond = number.saturating_add(ahead.min(TOGETHER.into()));
            let next: Vec<_> = (number..beyond)
                .map(|number| InvoiceId(format!("{prefix}{number:0digits$}")))
                .collect();
            // No number is that large.
            if next.is_empty() {
                break;
            }
            self.ask_ahead_with_retries(&next).await?;
            for (number, invoice_id) in (number..).zip(next) {
                let there = self.is_there(invoice_id).await?;
                // Only beyond the last number may the series be at its end.
                missing = if there || number <= last {
                    0
                } else {
                    missing + 1
                };
            }
            number = beyond;
            self.keep_answers().await?;
        }
        Ok(())
    }

    /// Whether the ledger or Pockyt has an invoice ID, or a retry of it. What is found is recorded.
    pub(super) async fn is_there(&self, invoice_id: InvoiceId) -> Result<bool, Error> {
        let there = match self.look_for(&invoice_id).await? {
            Looked::Known => return Ok(true),
            // Pockyt does not have what it refused, and may have what was tried again.
            Looked::Missing => false,
            // A number that Pockyt refused, and that was tried again, may have been given once more after an earlier restore.
            Looked::Found(answer) => {
                self.keep_found(answer, None).await?;
                true
            }
        };
        self.look_for_retries_of(invoice_id.clone(), None, UNSEEN_RETRY_GAP)
            .await?;
        if there {
            return Ok(true);
        }
        for retry in retries_of(&invoice_id, UNSEEN_RETRY_GAP) {
            if let Looked::Known = self.look_for(&retry).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
