//! What a test, or a person playing Pockyt, can do to a sandbox while it runs.

mod error;
mod http;
mod people;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::config::Switches;
use crate::faults::{Fault, Faults, NotificationFault};
use crate::money::{Currency, Money};
use crate::notify;
use crate::record::{Call, Transfer};
use crate::state::{
    AccountStatus, FundingAccount, Mail, Movement, MovementKind, NewMethod, Notification, Payee,
    Payout, PayoutStatus,
};
use crate::world::World;

use error::unknown;

pub use error::ControlError;
pub(crate) use http::router;

/// A handle on a running sandbox; clones share it. Every change is in the state file when its method returns.
#[derive(Clone)]
pub struct Control {
    world: Arc<World>,
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("addr", &self.world.addr)
            .finish_non_exhaustive()
    }
}

/// Looking.
impl Control {
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self { world }
    }

    /// Where the sandbox listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.world.addr
    }

    /// The sandbox's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.world.clock.now()
    }

    /// Every gateway call of this run, oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.world.calls()
    }

    /// The calls of one path, oldest first.
    #[must_use]
    pub fn calls_of(&self, endpoint: &str) -> Vec<Call> {
        let mut calls = self.world.calls();
        calls.retain(|call| call.endpoint == endpoint);
        calls
    }

    /// How many callers of this path have sent their request and wait for the answer right now.
    #[must_use]
    pub fn waiting(&self, endpoint: &str) -> usize {
        self.world.waiting(endpoint)
    }

    /// Every transfer that ever happened, earlier runs included: what a test counts to see that nobody was paid twice.
    #[must_use]
    pub fn transfers(&self) -> Vec<Transfer> {
        self.payouts()
            .into_iter()
            .map(|payout| Transfer {
                transaction_no: payout.transaction_no,
                invoice_id: payout.invoice_id,
                customer_no: payout.customer_no,
                account_token: payout.account_token,
                minor: payout.amount.minor,
                currency: payout.amount.currency.code().to_owned(),
                status: payout.status.wire().to_owned(),
                at: payout.created,
            })
            .collect()
    }

    /// How many transfers happened for one invoice ID: 0 or 1, or a client paid twice.
    #[must_use]
    pub fn transfers_for(&self, invoice_id: &str) -> usize {
        self.world
            .store
            .read(|state| state.invoices.get(invoice_id).map_or(0, Vec::len))
    }

    /// Every payee, oldest first, deleted ones too.
    #[must_use]
    pub fn payees(&self) -> Vec<Payee> {
        self.world
            .store
            .read(|state| state.payees.values().cloned().collect())
    }

    /// The payee with this e-mail address.
    #[must_use]
    pub fn payee_by_email(&self, email: &str) -> Option<Payee> {
        self.payees()
            .into_iter()
            .find(|payee| !payee.deleted && payee.field("email").eq_ignore_ascii_case(email))
    }

    /// Where this payee's invitation link leads.
    ///
    /// # Errors
    /// [`ControlError::Unknown`] for an unknown payee.
    pub fn portal_link(&self, customer_no: &str) -> Result<String, ControlError> {
        self.world
            .store
            .read(|state| {
                state
                    .payees
                    .get(customer_no)
                    .map(|p| p.portal_token.clone())
            })
            .map(|token| format!("http://{}/portal/{token}", self.world.addr))
            .ok_or_else(|| unknown("payee", customer_no))
    }

    /// A payee's accounts that were not removed, oldest first.
    #[must_use]
    pub fn accounts_of(&self, customer_no: &str) -> Vec<FundingAccount> {
        self.world.store.read(|state| {
            state
                .accounts_of(customer_no)
                .into_iter()
                .cloned()
                .collect()
        })
    }

    /// Every payout, oldest first.
    #[must_use]
    pub fn payouts(&self) -> Vec<Payout> {
        self.world
            .store
            .read(|state| state.payouts.values().cloned().collect())
    }

    /// Every notification with its tries.
    #[must_use]
    pub fn notifications(&self) -> Vec<Notification> {
        self.world
            .store
            .read(|state| state.notifications.values().cloned().collect())
    }

    /// Every mail, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.world.store.read(|state| state.mails.clone())
    }

    /// A balance in minor units.
    #[must_use]
    pub fn balance(&self, currency: Currency) -> i64 {
        self.world.store.read(|state| state.balance(currency))
    }

    /// Every change of a balance; those of one currency sum to its balance.
    #[must_use]
    pub fn movements(&self) -> Vec<Movement> {
        self.world.store.read(|state| state.movements.clone())
    }

    /// The faults that are set and not used up.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.world.faults(|faults| faults.clone())
    }

    /// How the switches stand.
    #[must_use]
    pub fn switches(&self) -> Switches {
        self.world.switches()
    }
}

/// Making things go wrong.
impl Control {
    /// Adds a fault of the gateway.
    pub fn inject(&self, fault: Fault) {
        self.world.faults(|faults| faults.gateway.push(fault));
    }

    /// Adds a fault of the notifications.
    pub fn inject_notification(&self, fault: NotificationFault) {
        self.world.faults(|faults| faults.notifications.push(fault));
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.world.faults(|faults| *faults = Faults::default());
    }

    /// Changes the switches.
    pub fn switch(&self, change: impl FnOnce(&mut Switches)) {
        let mut switches = self.world.switches();
        change(&mut switches);
        self.world.set_switches(switches);
    }

    /// Forgets every `Pockyt-Request-ID`, as if their lifetime had passed.
    ///
    /// # Errors
    /// [`ControlError::State`] if the state file cannot be written.
    pub async fn forget_request_ids(&self) -> Result<(), ControlError> {
        Ok(self.world.change(|state, _| state.requests.clear()).await?)
    }
}

/// Playing the banks.
impl Control {
    /// Adds an account in this status. Returns the `accountToken`.
    ///
    /// # Errors
    /// As [`set_payee_status`](Self::set_payee_status).
    pub async fn add_account(
        &self,
        customer_no: &str,
        method: NewMethod,
        status: AccountStatus,
    ) -> Result<String, ControlError> {
        self.world
            .change(|state, now| {
                state
                    .payees
                    .contains_key(customer_no)
                    .then(|| state.add_account(customer_no, method, status, None, now))
            })
            .await?
            .ok_or_else(|| unknown("payee", customer_no))
    }

    /// Gives an account this status.
    ///
    /// # Errors
    /// [`ControlError::Unknown`] for an unknown account; [`ControlError::State`].
    pub async fn set_account_status(
        &self,
        token: &str,
        status: AccountStatus,
    ) -> Result<(), ControlError> {
        self.with_account(token, |account| account.status = status)
            .await
    }

    /// Removes an account, as if the payee had deleted it.
    ///
    /// # Errors
    /// As [`set_account_status`](Self::set_account_status).
    pub async fn remove_account(&self, token: &str) -> Result<(), ControlError> {
        self.with_account(token, |account| account.removed = true)
            .await
    }

    async fn with_account(
        &self,
        token: &str,
        change: impl FnOnce(&mut FundingAccount),
    ) -> Result<(), ControlError> {
        self.world
            .change(|state, _| state.accounts.get_mut(token).map(change))
            .await?
            .ok_or_else(|| unknown("account", token))
    }

    /// Sets a balance.
    ///
    /// # Errors
    /// [`ControlError::TooLarge`]; [`ControlError::State`].
    pub async fn set_balance(&self, balance: Money) -> Result<(), ControlError> {
        self.world
            .change(|state, now| {
                let by = balance.minor.checked_sub(state.balance(balance.currency));
                by.is_some_and(|by| {
                    state.book(MovementKind::Adjustment, balance.currency, by, None, now)
                })
            })
            .await?
            .then_some(())
            .ok_or(ControlError::TooLarge)
    }

    /// Gives the payout (every one, if duplicates were let through) of this invoice ID a status now, drops what was
    /// planned for it and notifies.
    ///
    /// # Errors
    /// [`ControlError::Unknown`], [`ControlError::Impossible`], [`ControlError::State`].
    pub async fn set_outcome(
        &self,
        invoice_id: &str,
        status: PayoutStatus,
    ) -> Result<(), ControlError> {
        let writes_mail = self.world.switches().pockyt_user;
        self.world
            .change(|state, now| {
                let numbers = state
                    .invoices
                    .get(invoice_id)
                    .cloned()
                    .ok_or_else(|| unknown("invoice", invoice_id))?;
                for number in numbers {
                    let from = state.payouts.get(&number).map_or("", |p| p.status.wire());
                    if !state.force(&number, status, writes_mail, now) {
                        let to = status.wire();
                        return Err(ControlError::Impossible { from, to });
                    }
                    self.world.announce(state, &number);
                }
                Ok(())
            })
            .await?
    }

    /// Lets everything that is planned for the payouts happen now; those that never settle stay as they are. Returns
    /// how many changes of status that was.
    ///
    /// # Errors
    /// [`ControlError::State`].
    pub async fn settle(&self) -> Result<usize, ControlError> {
        Ok(self
            .world
            .change(|state, now| {
                state.hasten(now);
                self.world.settle_due(state, now)
            })
            .await?)
    }

    /// Moves a virtual clock and does everything that falls due on the way, notifications included, before it returns.
    ///
    /// # Errors
    /// [`ControlError::RealClock`] on the computer's clock.
    pub async fn advance(&self, by: Duration) -> Result<(), ControlError> {
        if !self.world.clock.is_virtual() {
            return Err(ControlError::RealClock);
        }
        notify::advance(&self.world, by).await;
        Ok(())
    }
}
