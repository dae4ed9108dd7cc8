//! Series of invoice IDs: texts that end in a number. What a lost ledger paid is looked for along them (docs/adr/0008).

use crate::ids::{InvoiceId, RunId};
use crate::pay::RETRY;
use std::collections::HashMap;

/// A series of invoice IDs: a text that ends in a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceSeries {
    /// What precedes the number.
    pub prefix: String,
    /// The largest number.
    pub last: u64,
    /// With how many digits that number is written.
    pub digits: usize,
    /// How many numbers lie between the first and the last that one payout run has of it, both counted; of the run where these
    /// are the most. Nothing where no run has any.
    pub span: u64,
}

impl InvoiceSeries {
    /// The series that an invoice ID belongs to, as far as that invoice ID.
    #[must_use]
    pub fn of(invoice_id: &InvoiceId) -> Option<Self> {
        let text = invoice_id.as_str();
        let prefix = text.trim_end_matches(|character: char| character.is_ascii_digit());
        let number = text.strip_prefix(prefix)?;
        Some(Self {
            prefix: prefix.to_owned(),
            last: number.parse().ok()?,
            digits: number.len(),
            span: 0,
        })
    }

    /// A series of which no number is known.
    pub(crate) fn empty(prefix: String) -> Self {
        Self {
            prefix,
            last: 0,
            digits: 1,
            span: 0,
        }
    }

    /// What these would be the retries of.
    fn tried_again(&self) -> Option<InvoiceId> {
        let first = self.prefix.strip_suffix(RETRY)?;
        Some(InvoiceId(first.to_owned()))
    }
}

/// Which series invoice IDs belong to, found in one pass over them.
#[derive(Debug, Default)]
pub struct SeriesInUse {
    /// In the order in which they were met, with how many invoice IDs each has.
    found: Vec<(InvoiceSeries, u64)>,
    places: HashMap<String, usize>,
    /// The first and the last number that a run has of a series.
    of_runs: HashMap<(usize, RunId), (u64, u64)>,
}

impl SeriesInUse {
    /// Takes in an invoice ID, and which run it is of.
    pub fn see(&mut self, invoice_id: &InvoiceId, run: Option<RunId>) {
        let Some(series) = InvoiceSeries::of(invoice_id) else {
            return;
        };
        let number = series.last;
        let place = match self.places.get(&series.prefix) {
            Some(place) => *place,
            None => {
                let place = self.found.len();
                self.places.insert(series.prefix.clone(), place);
                self.found.push((series.clone(), 0));
                place
            }
        };
        if let Some((known, invoices)) = self.found.get_mut(place) {
            *invoices += 1;
            if (series.last, series.digits) > (known.last, known.digits) {
                (known.last, known.digits) = (series.last, series.digits);
            }
        }
        if let Some(run) = run {
            let ends = self.of_runs.entry((place, run)).or_insert((number, number));
            *ends = (ends.0.min(number), ends.1.max(number));
        }
    }

    /// The series in the order in which they were met: so many at most that have several invoice IDs, and so many that have one.
    /// Those of the retries of what `is_known` are none.
    ///
    /// # Errors
    /// Those of `is_known`.
    pub fn first<E>(
        mut self,
        mut several: u32,
        mut single: u32,
        mut is_known: impl FnMut(&InvoiceId) -> Result<bool, E>,
    ) -> Result<Vec<InvoiceSeries>, E> {
        for ((place, _), (first, last)) in &self.of_runs {
            if let Some((series, _)) = self.found.get_mut(*place) {
                series.span = series.span.max((last - first).saturating_add(1));
            }
        }
        let mut chosen = Vec::new();
        for (series, invoices) in self.found {
            let left = if invoices > 1 {
                &mut several
            } else {
                &mut single
            };
            if *left == 0 {
                continue;
            }
            if let Some(first) = series.tried_again()
                && is_known(&first)?
            {
                continue;
            }
            *left -= 1;
            chosen.push(series);
        }
        Ok(chosen)
    }
}
