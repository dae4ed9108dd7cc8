//! Marked rows of a list as a file, and as a draft of a run.

use super::App;
use super::runs::{why, write_whole};
use crate::chosen;
use crate::ipc::IpcError;
use crate::ipc::inputs::{FileWords, PayeeChoice, PayoutChoice};
use jiff::Timestamp;
use remit_core::{Code, PayeeRow, Payout};
use remit_import::write_list;
use std::path::PathBuf;

/// The columns of a list of payouts.
const OF_PAYOUTS: [&str; 13] = [
    "released_at",
    "payee",
    "account",
    "invoice_id",
    "status",
    "reason",
    "amount",
    "currency",
    "fee",
    "pockyt_number",
    "sent_at",
    "settled_at",
    "description",
];

/// The columns of a list of payees.
const OF_PAYEES: [&str; 6] = [
    "name",
    "email",
    "status",
    "country",
    "customer_number",
    "last_paid_at",
];

impl App {
    pub(crate) async fn export_payouts(
        &self,
        choice: PayoutChoice,
        words: FileWords,
    ) -> Result<Option<String>, IpcError> {
        let Some(path) = self.host.choose_place("payouts.csv").await else {
            return Ok(None);
        };
        let session = self.session().await?;
        let payouts = chosen::payouts(&session, &choice, &[]).await?;
        let rows = payouts.iter().map(|payout| payout_cells(payout, &words));
        write(path, words.columns.all(OF_PAYOUTS), rows.collect()).await
    }

    pub(crate) async fn export_payees(
        &self,
        choice: PayeeChoice,
        words: FileWords,
    ) -> Result<Option<String>, IpcError> {
        let Some(path) = self.host.choose_place("payees.csv").await else {
            return Ok(None);
        };
        let session = self.session().await?;
        let payees = chosen::payees(&session, choice, session.engine().now()).await?;
        let rows = payees.iter().map(|row| payee_cells(row, &words));
        write(path, words.columns.all(OF_PAYEES), rows.collect()).await
    }
}

/// Writes the file where that holds up nobody.
async fn write<const N: usize>(
    path: PathBuf,
    headers: [String; N],
    rows: Vec<[String; N]>,
) -> Result<Option<String>, IpcError> {
    let written = tokio::task::spawn_blocking(move || {
        write_whole(&path, |file| write_list(file, &headers, &rows))
    });
    written.await.unwrap_or_else(|cause| {
        tracing::error!(%cause, "the writing of a file was cut short");
        Err(IpcError::new(
            Code::FileNotWritten,
            "Something unforeseen went wrong in Remit while the file was written. Export it again.",
        ))
    })
    .map(Some)
}

fn payout_cells(payout: &Payout, words: &FileWords) -> [String; 13] {
    let number = payout.transaction_no.as_ref();
    [
        payout.created_at.to_string(),
        payout.payee_name.clone(),
        payout.account_label.clone(),
        payout.invoice_id.0.clone(),
        words.payout.of(payout.state),
        why(payout, words),
        payout.money.decimal(),
        payout.money.currency.code().to_owned(),
        payout.fee.map(|fee| fee.decimal()).unwrap_or_default(),
        number.map(|number| number.0.clone()).unwrap_or_default(),
        time(payout.sent_at),
        time(payout.settled_at),
        payout.description.clone(),
    ]
}

fn payee_cells(row: &PayeeRow, words: &FileWords) -> [String; 6] {
    let payee = &row.payee;
    let number = payee.customer_no.as_ref();
    [
        payee.display_name(),
        payee.email.clone(),
        words.payee.of(payee.status),
        payee.country_code.clone(),
        number.map(|number| number.0.clone()).unwrap_or_default(),
        time(row.last_paid_at),
    ]
}

fn time(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}
