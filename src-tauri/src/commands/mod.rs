//! The commands: one per step of the work, and the few around them. Each turns a call of the window into a call of the
//! engine and the answer into a view; nothing else happens here.

pub mod backups;
pub mod bulk;
pub mod demo;
pub mod engine;
pub mod notices;
pub mod notifications;
pub mod overview;
pub mod payees;
pub mod payouts;
pub mod profiles;
pub mod recovery_keys;
pub mod rosters;
pub mod run_drafts;
pub mod runs;
pub mod schedules;
pub mod startup;

use crate::ipc::IpcError;
use crate::ipc::views::AccountView;
use crate::session::Session;
use remit_core::{Code, Currency, FundingAccount, PayeeId, PayeeRow};

/// Numbers beyond what a view counts show as the largest it can.
fn count(number: impl TryInto<u32>) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}

/// The first instant of this year in the computer's own time zone: "paid this year" starts here.
pub(crate) fn start_of_year(session: &Session) -> jiff::Timestamp {
    let now = session.engine().now();
    let zoned = now.to_zoned(jiff::tz::TimeZone::system());
    zoned
        .first_of_year()
        .and_then(|day| day.start_of_day())
        .map_or(now, |start| start.timestamp())
}

async fn payee_row(session: &Session, id: PayeeId) -> Result<PayeeRow, IpcError> {
    let row = session
        .ledger()
        .payee_row(id, start_of_year(session))
        .await?;
    row.ok_or_else(|| IpcError::bad_id(Code::PayeeNotFound))
}

fn payee_id(text: &str) -> Result<PayeeId, IpcError> {
    text.parse()
        .map_err(|_| IpcError::bad_id(Code::PayeeNotFound))
}

async fn account_view(session: &Session, account: FundingAccount) -> Result<AccountView, IpcError> {
    // An account in a currency that Remit cannot pay in was never paid.
    let last_paid_at = match Currency::from_code(&account.currency) {
        Ok(currency) => {
            session
                .ledger()
                .history(account.payee_id, &account.token, currency)
                .await?
                .account_last_used
        }
        Err(_) => None,
    };
    Ok(AccountView::new(account, last_paid_at))
}

async fn account_views(
    session: &Session,
    accounts: Vec<FundingAccount>,
) -> Result<Vec<AccountView>, IpcError> {
    let mut views = Vec::with_capacity(accounts.len());
    for account in accounts {
        views.push(account_view(session, account).await?);
    }
    Ok(views)
}
