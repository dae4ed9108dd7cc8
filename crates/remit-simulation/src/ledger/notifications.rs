//! Notifications in the ledger in memory.

use super::content::{Content, word};
use super::lists::{Sorted, fold, page_of};
use jiff::Timestamp;
use remit_core::{
    Event, EventKind, Heard, LedgerError, NotificationQuery, NotificationRow, Page, Payout, State,
    Subject, Verdict,
};

impl Content {
    pub(super) fn notified(&self, evidence: &str, forged: bool) -> Option<Heard> {
        let mut events = self.events.iter().rev();
        let found = events.find(|event| {
            event.event.kind == EventKind::Notified
                && event.event.evidence.as_deref() == Some(evidence)
                && (event.event.verdict == Some(Verdict::Forged)) == forged
        })?;
        Some(Heard {
            seq: found.seq,
            verdict: found.event.verdict,
        })
    }

    pub(super) fn notified_again(&mut self, seq: u64, at: Timestamp) -> Result<(), LedgerError> {
        let on_record = self.events.iter().any(|event| {
            let event = (event.seq, event.event.kind, &event.event.evidence);
            matches!(event, (place, EventKind::Notified, Some(_)) if place == seq)
        });
        if !on_record {
            return Err(LedgerError::NotFound);
        }
        let (times, last) = self.again.entry(seq).or_insert((0, at));
        *times += 1;
        *last = at;
        Ok(())
    }

    pub(super) fn notifications(
        &self,
        query: &NotificationQuery,
    ) -> Result<Page<NotificationRow>, LedgerError> {
        let wanted = |row: &NotificationRow| {
            let event = &row.event.event;
            let any = query.sources.is_empty() || query.sources.contains(&event.source);
            let verdict = event.verdict;
            let judged = query.verdicts.is_empty()
                || verdict.is_some_and(|verdict| query.verdicts.contains(&verdict));
            any && judged && found(row.payout.as_ref(), &query.search)
        };
        let rows = self.events.iter().filter(|event| told(event));
        let rows = rows.map(|event| self.notification(event)).filter(wanted);
        let sorted = rows.map(|row| {
            let key = format!("{:020}", u64::MAX - row.event.seq);
            Sorted::new(key, row.event.seq, row)
        });
        let (cursor, limit) = (query.cursor.as_deref(), query.limit);
        page_of("notifications", sorted.collect(), cursor, limit)
    }

    fn notification(&self, event: &Event) -> NotificationRow {
        let payout = match event.event.subject {
            Subject::Payout(id) => self.payouts.get(&id).cloned(),
            _ => None,
        };
        let again = self.again.get(&event.seq);
        NotificationRow {
            event: event.clone(),
            payout,
            again: again.map_or(0, |(times, _)| *times),
            again_at: again.map(|(_, last)| *last),
        }
    }
}

/// A notification, or an inquiry that moved a payout to its end.
fn told(event: &Event) -> bool {
    let event = &event.event;
    let ends = [State::Paid, State::Failed, State::Returned].map(word);
    event.kind == EventKind::Notified
        || (event.kind == EventKind::Inquired
            && event.from.is_some()
            && event.from != event.to
            && ends.contains(&event.to))
}

fn found(payout: Option<&Payout>, search: &str) -> bool {
    let search = fold(search);
    let mut words = search.split_whitespace().peekable();
    if words.peek().is_none() {
        return true;
    }
    payout.is_some_and(|payout| {
        let number = payout.transaction_no.as_ref();
        let number = number.map_or("", |number| number.as_str());
        let invoice = payout.invoice_id.as_str();
        let texts = [&payout.payee_name, invoice, number, &payout.description].map(fold);
        words.all(|word| texts.iter().any(|text| text.contains(word)))
    })
}
