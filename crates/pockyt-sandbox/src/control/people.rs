//! Playing the payee and the compliance team.

use super::error::unknown;
use super::{Control, ControlError};
use crate::state::{NewMethod, PayeeStatus, Stage};
use crate::web;

impl Control {
    /// Gives a payee this status. Active activates the accounts under review, Declined invalidates them.
    ///
    /// # Errors
    /// [`ControlError::Unknown`] for an unknown payee; [`ControlError::State`].
    pub async fn set_payee_status(
        &self,
        customer_no: &str,
        status: PayeeStatus,
    ) -> Result<(), ControlError> {
        let writes_mail = self.world.switches().pockyt_user;
        self.world
            .change(|state, now| state.set_payee_status(customer_no, status, writes_mail, now))
            .await?
            .then_some(())
            .ok_or_else(|| unknown("payee", customer_no))
    }

    /// Plays a payee to the end: the portal is filled in with this method and compliance approves. Returns the
    /// `accountToken`.
    ///
    /// # Errors
    /// As [`set_payee_status`](Self::set_payee_status).
    pub async fn complete_payee(
        &self,
        customer_no: &str,
        method: NewMethod,
    ) -> Result<String, ControlError> {
        let token = self.submit_payee(customer_no, method).await?;
        self.set_payee_status(customer_no, PayeeStatus::Active)
            .await?;
        Ok(token)
    }

    /// Plays a payee up to the review: still Pending, with an account under review. Returns the `accountToken`.
    ///
    /// # Errors
    /// As [`set_payee_status`](Self::set_payee_status).
    pub async fn submit_payee(
        &self,
        customer_no: &str,
        method: NewMethod,
    ) -> Result<String, ControlError> {
        self.world
            .change(|state, now| {
                let payee = state.payees.get_mut(customer_no)?;
                payee.onboarding.stage = Stage::Check;
                payee.onboarding.method = Some(method);
                state.submit_onboarding(customer_no, now)
            })
            .await?
            .ok_or_else(|| unknown("payee", customer_no))
    }

    /// Plays what is left of a payee's part, as the portal's forms offer it, and the approval. A second time, and for a payee
    /// who is done with it, it changes nothing. Returns the payee's status.
    ///
    /// # Errors
    /// [`ControlError::Refused`] if the forms do not take what Pockyt was told of the payee; else as
    /// [`set_payee_status`](Self::set_payee_status).
    pub async fn play_payee(&self, customer_no: &str) -> Result<PayeeStatus, ControlError> {
        let writes_mail = self.world.switches().pockyt_user;
        self.world
            .change(|state, now| {
                let nobody = || unknown("payee", customer_no);
                let known = state.payees.get_mut(customer_no);
                let payee = known.filter(|payee| !payee.deleted).ok_or_else(nobody)?;
                web::fill_in(payee, now).map_err(ControlError::Refused)?;
                state.submit_onboarding(customer_no, now);
                let payee = state.payees.get(customer_no).ok_or_else(nobody)?;
                if payee.onboarding.stage != Stage::InReview {
                    return Ok(payee.status);
                }
                let approved = PayeeStatus::Active;
                state.set_payee_status(customer_no, approved, writes_mail, now);
                Ok(approved)
            })
            .await?
    }
}
