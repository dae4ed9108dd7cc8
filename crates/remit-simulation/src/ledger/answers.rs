//! What a ledger in memory answers to larger questions: lists with sums, history, how payouts came to be known.

use super::content::{Content, reported, sums, word};
use super::lists::{Sorted, descending, fold, page_of};
use jiff::Timestamp;
use remit_core::{
    AccountToken, Currency, CustomerNo, EventKind, FEES_LOOKED_AT, FundingAccount, History,
    InvoiceId, InvoiceSeries, Learnt, LedgerError, Page, Payee, PayeeId, PayeeQuery, PayeeRow,
    PayeeSort, PayeeStatus, Payout, PayoutPage, PayoutQuery, PayoutSort, Sent, SeriesInUse,
    SimilarInvoice, Source, Subject, ToldFee, Verdict, normalised_invoice,
};

impl Content {
    pub(super) fn payees(
        &self,
        query: PayeeQuery,
        paid_since: Timestamp,
    ) -> Result<Page<PayeeRow>, LedgerError> {
        let needle = fold(&query.search);
        let wanted = |payee: &&Payee| {
            let text = fold(&format!(
                "{} {} {} {} {}",
                payee.display_name(),
                payee.first_name,
                payee.last_name,
                payee.email,
                payee.customer_no.as_ref().map_or("", CustomerNo::as_str),
            ));
            let listed = if query.statuses.is_empty() {
                payee.status != PayeeStatus::Refused
            } else {
                query.statuses.contains(&payee.status)
            };
            listed && needle.split(' ').all(|word| text.contains(word))
        };
        let rows = self.payees.values().filter(wanted).map(|payee| {
            let row = self.row(payee, paid_since);
            let name = fold(&payee.display_name());
            let key = match query.sort {
                PayeeSort::Name => name,
                PayeeSort::Status => format!("{:?} {name}", payee.status),
                PayeeSort::LastPaid => descending(row.last_paid_at),
                PayeeSort::Newest => descending(Some(payee.created_at)),
            };
            Sorted::new(key, payee.id, row)
        });
        page_of(
            &format!("{:?}", query.sort),
            rows.collect(),
            query.cursor.as_deref(),
            query.limit,
        )
    }

    pub(super) fn payouts(&self, query: PayoutQuery) -> Result<PayoutPage, LedgerError> {
        let needle = fold(&query.search);
        let wanted = |payout: &&Payout| {
            let text = fold(&format!(
                "{} {} {} {}",
                payout.payee_name,
                payout.invoice_id,
                payout
                    .transaction_no
                    .as_ref()
                    .map_or("", |number| number.as_str()),
                payout.description,
            ));
            (query.states.is_empty() || query.states.contains(&payout.state))
                // Nothing here comes from a run.
                && query.run.is_none()
                && query.payee_id.is_none_or(|id| id == payout.payee_id)
                && query.from.is_none_or(|from| payout.created_at >= from)
                && query.to.is_none_or(|to| payout.created_at < to)
                && needle.split(' ').all(|word| text.contains(word))
        };
        let found: Vec<&Payout> = self.payouts.values().filter(wanted).collect();
        let sums = sums(found.iter().map(|payout| payout.money))?;
        let rows = found.into_iter().map(|payout| {
            let key = match query.sort {
                PayoutSort::Newest => descending(Some(payout.created_at)),
                PayoutSort::Amount => format!(
                    "{} {:020}",
                    payout.money.currency,
                    i64::MAX - payout.money.minor
                ),
            };
            Sorted::new(key, payout.id, payout.clone())
        });
        let page = page_of(
            &format!("{:?}", query.sort),
            rows.collect(),
            query.cursor.as_deref(),
            query.limit,
        )?;
        Ok(PayoutPage { page, sums })
    }

    pub(super) fn history(
        &self,
        payee: PayeeId,
        account: &AccountToken,
        currency: Currency,
    ) -> Result<History, LedgerError> {
        let mut mine: Vec<&Payout> = self
            .counted()
            .filter(|payout| payout.payee_id == payee)
            .collect();
        mine.sort_by_key(|payout| std::cmp::Reverse((payout.created_at, payout.id)));
        let mut with_fee: Vec<&Payout> = self
            .payouts
            .values()
            .filter(|payout| payout.money.currency == currency && payout.fee.is_some())
            .collect();
        with_fee.sort_by_key(|payout| std::cmp::Reverse((payout.created_at, payout.id)));
        let mut fees: Vec<ToldFee> = Vec::new();
        for payout in with_fee.into_iter().take(FEES_LOOKED_AT) {
            let kind = FundingAccount::kind_in(&payout.account_label);
            let known = |told: &ToldFee| told.channel == payout.channel && told.kind == kind;
            if let Some(fee) = payout.fee.filter(|_| !fees.iter().any(known)) {
                fees.push(ToldFee {
                    kind: kind.to_owned(),
                    channel: payout.channel,
                    fee,
                });
            }
        }
        Ok(History {
            count: mine.len() as u64,
            recent: mine
                .iter()
                .filter(|payout| payout.money.currency == currency && payout.may_have_paid())
                .take(20)
                .map(|payout| Sent {
                    payout: payout.id,
                    minor: payout.money.minor,
                    at: payout.created_at,
                })
                .collect(),
            account_last_used: self
                .counted()
                .filter(|payout| payout.account_token == *account)
                .filter_map(|payout| payout.sent_at)
                .max(),
            fees: fees.into(),
        })
    }

    pub(super) fn similar_invoices(&self, invoices: &[InvoiceId]) -> Vec<SimilarInvoice> {
        let mut newest: Vec<&Payout> = self.payouts.values().collect();
        newest.sort_by_key(|payout| std::cmp::Reverse((payout.created_at, payout.id)));
        let similar_to = |asked: &InvoiceId| {
            let wanted = normalised_invoice(asked.as_str());
            let similar = newest
                .iter()
                .filter(|payout| normalised_invoice(payout.invoice_id.as_str()) == wanted);
            let similar = similar.map(|payout| SimilarInvoice {
                asked: asked.clone(),
                payout: payout.id,
                invoice_id: payout.invoice_id.clone(),
                payee_id: payout.payee_id,
                money: payout.money,
                may_have_paid: payout.may_have_paid(),
                run: None,
            });
            similar.collect::<Vec<_>>()
        };
        invoices.iter().flat_map(similar_to).collect()
    }

    pub(super) fn learnt(
        &self,
        since: Timestamp,
        overdue: Timestamp,
    ) -> Result<Learnt, LedgerError> {
        let mut learnt = Learnt::default();
        for payout in self.payouts.values() {
            let Some(ended) = payout.settled_at.filter(|at| *at >= since) else {
                continue;
            };
            if payout.ipn_url.is_none() || !reported(payout) {
                continue;
            }
            let about = || {
                let subject = Subject::Payout(payout.id);
                let events = self.events.iter().map(|event| &event.event);
                events.filter(move |event| event.subject == subject)
            };
            let moved = about()
                .filter(|event| event.from.is_some() && event.from != event.to)
                .rfind(|event| event.to == word(payout.state));
            let heard = || {
                about().any(|event| {
                    event.kind == EventKind::Notified
                        && matches!(
                            event.verdict,
                            Some(Verdict::Applied | Verdict::AlreadyKnown)
                        )
                })
            };
            match moved.map(|event| event.source) {
                Some(Source::Notification | Source::Relay) => learnt.notified += 1,
                Some(Source::Inquiry) if ended < overdue && !heard() => learnt.repaired += 1,
                Some(Source::Inquiry) => learnt.asked_first += 1,
                _ => {}
            }
        }
        Ok(learnt)
    }

    pub(super) fn invoice_series(
        &self,
        several: u32,
        single: u32,
    ) -> Result<Vec<InvoiceSeries>, LedgerError> {
        let mut rows: Vec<&Payout> = self.payouts.values().collect();
        rows.sort_by_key(|payout| std::cmp::Reverse((payout.created_at, payout.id)));
        let mut series = SeriesInUse::default();
        for payout in rows {
            series.see(&payout.invoice_id, self.runs.0.get(&payout.id).copied());
        }
        series.first(several, single, |invoice_id| {
            let mut payouts = self.payouts.values();
            Ok(payouts.any(|payout| payout.invoice_id == *invoice_id))
        })
    }
}
