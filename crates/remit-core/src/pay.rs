//! Step 5 of the work: checking, reviewing and releasing a payout, and what the owner may do with it afterwards.

use crate::digest::sha256_hex;
use crate::engine::Engine;
use crate::engine::ahead::Back;
use crate::engine::intake::paid_after_all;
use crate::engine::transition::Input;
use crate::error::{Code, Error};
use crate::gateway::{Certainty, GatewayError, Refusal};
use crate::ids::{AccountToken, InvoiceId, PayeeId, PayoutId, RequestKey};
use crate::ledger::{LedgerError, Recorded};
use crate::money::{Currency, Money};
use crate::mutant::{Mutant, mutated};
use crate::payee::{AccountStatus, FundingAccount, Payee, PayeeStatus};
use crate::payee_status::registered;
use crate::payout::{Channel, Payout, State};
use crate::release::Intent;
use crate::unusual::{Unusual, unusual};
use futures_util::future::{Either, select};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::pin::pin;
use std::time::Duration;

/// What the owner filled in.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Made when the form was opened: the same form can never make two payouts.
    pub id: PayoutId,
    /// Who is paid.
    pub payee_id: PayeeId,
    /// Where the money goes.
    pub account_token: AccountToken,
    /// A decimal text: `1250.00`.
    pub amount: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The owner's number.
    pub invoice_id: String,
    /// How quickly.
    pub channel: Channel,
    /// What the payee may read; at most 100 characters (pockyt-api.md section 10, question 23).
    pub description: String,
    /// What only the owner reads; at most 100 characters.
    pub note: String,
    /// The payout that this one tries again.
    pub retry_of: Option<PayoutId>,
}

/// What the owner reviews before pressing once.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Who.
    pub payee: Payee,
    /// Where to.
    pub account: FundingAccount,
    /// How much.
    pub money: Money,
    /// How it will be sent: as was wished, where the account takes that.
    pub channel: Channel,
    /// Pockyt's fee, as it was for the last payout that went the same way.
    pub fee: Option<Money>,
    /// The balance before.
    pub balance: Option<Money>,
    /// What other payouts, and rows of released runs, are still to take of the balance; nothing when they take nothing.
    pub others: Option<Money>,
    /// The balance after this payout and those others, the fee included where one is known; below zero where it covers the amount
    /// alone.
    pub balance_after: Option<Money>,
    /// The owner's number.
    pub invoice_id: InvoiceId,
    /// What deserves a second look.
    pub unusual: Vec<Unusual>,
    /// What was reviewed, as a fingerprint; the release must name it.
    pub review: String,
    /// How many payouts this payee was sent before.
    pub previous: u64,
}

impl Engine {
    /// A number that no payout has: the next after the largest with the same prefix.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn suggest_invoice_id(&self) -> Result<InvoiceId, Error> {
        let today = self.now().to_zoned(TimeZone::UTC).date();
        let prefix = suggested_prefix(today);
        let last = self.ports.ledger.last_invoice_number(&prefix).await?;
        let mut number = last.unwrap_or(0).saturating_add(1);
        let until = self.owner_waits_until();
        loop {
            let invoice_id = InvoiceId(format!("{prefix}{number:04}"));
            // Pockyt may have what a ledger that was put back could not take into its list.
            if !self.was_put_back() {
                return Ok(invoice_id);
            }
            let asked = async { Ok(self.ports.gateway.inquire(&invoice_id).await?) };
            if self.promptly(until, asked).await.is_err() {
                return Ok(invoice_id);
            }
            number = number.saturating_add(1);
        }
    }

    /// Checks everything and shows what pressing will do. Sends nothing.
    ///
    /// # Errors
    /// Input that cannot be paid, or a rule that forbids it now.
    pub async fn preview_payout(&self, draft: &Draft) -> Result<Preview, Error> {
        self.check_compared()?;
        let (money, invoice_id) = self.check_draft(draft).await?;
        let until = self.owner_waits_until();
        let (payee, account) = self.fresh_target(draft, until).await?;
        usable(&payee, &account, money.currency)?;
        let history = self
            .ports
            .ledger
            .history(payee.id, &account.token, money.currency)
            .await?;
        // Before the balance: what leaves meanwhile is held against it twice rather than not at all.
        let others = self.ports.ledger.to_leave().await?;
        let others = others
            .into_iter()
            .find(|sum| sum.currency == money.currency && sum.minor > 0);
        let balance = self
            .promptly(until, async {
                Ok(self.ports.gateway.balance(money.currency).await?)
            })
            .await
            .ok()
            .map(|answer| answer.value);
        let channel = account.channel(draft.channel);
        let fee = history.fee(&account, channel);
        let after = |balance: Money| {
            let mut taken = [Some(money), fee, others].into_iter().flatten();
            taken.try_fold(balance, |rest, sum| rest.checked_sub(sum))
        };
        let balance_after = balance
            .map(after)
            .transpose()
            .map_err(|error| Error::amount(&error))?;
        // The fee of another payout only hints at this one's, and whether it is in the amount is not documented
        // (pockyt-api.md section 7); and others may be stopped. What remains is shown, even below zero, and forbids nothing.
        if let Some(balance) = balance
            && balance.minor < money.minor
        {
            let message = format!(
                "The balance is {balance}, which does not cover {money}. Add funds in Pockyt, or pay less."
            );
            return Err(Error::input(Code::BalanceTooLow, "amount", message));
        }
        let doubts = self.doubts(draft, money, &invoice_id, &history).await?;
        let review = fingerprint(&payee, &account, money, &invoice_id, draft, &doubts);
        let unusual = unusual(&account, money, &history, fee, balance.is_none(), doubts);
        Ok(Preview {
            payee,
            account,
            money,
            channel,
            fee,
            balance,
            others,
            balance_after,
            invoice_id,
            unusual,
            review,
            previous: history.count,
        })
    }

    /// Releases a payout that was reviewed. Returns when the intent is durable; the dispatcher sends it (I1, I2).
    ///
    /// # Errors
    /// As [`Engine::preview_payout`], and [`Code::ReviewChanged`] when what was reviewed no longer holds. Nothing is released.
    pub async fn submit_payout(&self, draft: &Draft, review: &str) -> Result<Payout, Error> {
        // The second click of a double click: the first has made the payout.
        if let Some(payout) = self.ports.ledger.payout(draft.id).await? {
            return Ok(payout);
        }
        let (money, invoice_id) = self.check_draft(draft).await?;
        let (payee, account) = self.fresh_target(draft, self.owner_waits_until()).await?;
        usable(&payee, &account, money.currency)?;
        let _turn = self.turn_to_release([payee.id]).await;
        let history = self
            .ports
            .ledger
            .history(payee.id, &account.token, money.currency)
            .await?;
        let doubts = self.doubts(draft, money, &invoice_id, &history).await?;
        if fingerprint(&payee, &account, money, &invoice_id, draft, &doubts) != review {
            let message = "The payee, the account, the amount or what may have paid this invoice already changed since the review. Look at the review again before paying.";
            return Err(Error::rule(Code::ReviewChanged, message));
        }
        self.check_compared()?;
        let intent = Intent {
            id: draft.id,
            request_key: RequestKey(self.ports.ids.uuid()),
            payee: &payee,
            account: &account,
            money,
            invoice_id,
            channel: draft.channel,
            description: &draft.description,
            note: &draft.note,
            retry_of: draft.retry_of,
        };
        let (payout, event) = self.payout(intent)?;
        match self.ports.ledger.record_payout(payout, vec![event]).await {
            Ok(Recorded::New(payout)) => {
                self.released(&payout).await;
                Ok(payout)
            }
            Ok(Recorded::Known(payout)) => Ok(payout),
            Err(LedgerError::Conflict) => Err(retried()),
            Err(error) => Err(error.into()),
        }
    }

    /// Withdraws a payout that nothing has left of yet.
    ///
    /// # Errors
    /// [`Code::NotCancellable`] once it may have been sent; [`Code::PayoutNotFound`].
    pub async fn cancel_payout(&self, id: PayoutId) -> Result<Payout, Error> {
        match self.withdraw(id).await {
            Err(error) if error.code() == Code::NotCancellable => {}
            done => return done,
        }
        // It may only be claimed, and nothing of it have left yet.
        let _still = self.give_back(Back::One(id)).await?;
        self.withdraw(id).await
    }

    async fn withdraw(&self, id: PayoutId) -> Result<Payout, Error> {
        let payout = self.known_payout(id).await?;
        if self.was_put_back() && payout.cancellable() {
            self.ask_before_withdrawing(payout).await?;
        }
        self.advance(id, |payout| {
            if payout.state == State::Cancelled {
                return Ok(None);
            }
            if !payout.cancellable() {
                let message = "This payout is on its way, so it can no longer be withdrawn.";
                return Err(Error::rule(Code::NotCancellable, message));
            }
            let step = self.step(payout, Input::Cancel)?;
            Ok(Some(step.change))
        })
        .await
    }

    /// A draft that tries a failed or returned payout, or a withdrawn retry of one, again: a new payout, linked to the old
    /// one, under an invoice ID made from its, so that a ledger put back to an earlier one finds it at Pockyt.
    ///
    /// # Errors
    /// [`Code::NotRetryable`] when it did not fail, or is being tried again already.
    pub async fn prepare_retry(&self, id: PayoutId) -> Result<Draft, Error> {
        let payout = self.known_payout(id).await?;
        let new = PayoutId(self.ports.ids.uuid());
        check_retryable(&payout, new)?;
        Ok(Draft {
            id: new,
            payee_id: payout.payee_id,
            account_token: payout.account_token,
            amount: payout.money.decimal(),
            currency: payout.money.currency.code().to_owned(),
            invoice_id: self.retry_invoice_id(&payout.invoice_id).await?.0,
            channel: payout.channel,
            description: payout.description,
            note: payout.note,
            retry_of: Some(id),
        })
    }

    /// The first of the invoice IDs made from this one that no payout has; one of the next free series where there is none.
    async fn retry_invoice_id(&self, of: &InvoiceId) -> Result<InvoiceId, Error> {
        let mut next = retry_invoice_id(of);
        while let Some(invoice_id) = next {
            let asked = vec![invoice_id.clone()];
            if self.ports.ledger.invoices_used(asked).await?.is_empty() {
                return Ok(invoice_id);
            }
            next = retry_invoice_id(&invoice_id);
        }
        self.suggest_invoice_id().await
    }

    /// Asks Pockyt about a payout now, because the owner wants to know.
    ///
    /// # Errors
    /// When Pockyt cannot be asked, or the ledger fails.
    pub async fn check_payout(&self, id: PayoutId) -> Result<Payout, Error> {
        let payout = self.known_payout(id).await?;
        let is_open = matches!(
            payout.state,
            State::Unknown | State::Processing | State::Paid
        );
        if (is_open || payout.paid_after_all())
            && let Some(trouble) = self.inquire(&payout).await?
        {
            return Err(trouble);
        }
        self.known_payout(id).await
    }

    /// One payout, or an error that says that there is none.
    ///
    /// # Errors
    /// [`Code::PayoutNotFound`], or a ledger that fails.
    pub async fn known_payout(&self, id: PayoutId) -> Result<Payout, Error> {
        let found = self.ports.ledger.payout(id).await?;
        found.ok_or_else(|| Error::rule(Code::PayoutNotFound, "This payout is not in the ledger of this account. Go back to Payouts and open it again."))
    }

    /// While a ledger that was put back is compared with Pockyt nothing is reviewed or released: what the lost ledger paid could
    /// be paid again, under another number, before it is found. Nor is it while nobody knows whether it was put back.
    ///
    /// # Errors
    /// [`Code::StillComparing`], or why nobody knows.
    pub fn check_compared(&self) -> Result<(), Error> {
        if let Some(why) = self.held() {
            return Err(why);
        }
        if self.compares() && !mutated(Mutant::ReleasesWhileComparing) {
            let message = "This ledger was put back to an earlier one, and Remit is still comparing it with Pockyt. Pay when that is done: what was paid since then is in the list then.";
            return Err(Error::rule(Code::StillComparing, message));
        }
        Ok(())
    }

    async fn check_draft(&self, draft: &Draft) -> Result<(Money, InvoiceId), Error> {
        let currency =
            Currency::from_code(&draft.currency).map_err(|error| Error::amount(&error))?;
        let money = Money::parse_positive(&draft.amount, currency)
            .map_err(|error| Error::amount(&error))?;
        let invoice = draft.invoice_id.trim();
        if invoice.is_empty() {
            return Err(Error::input(
                Code::FieldMissing,
                "invoiceId",
                "Each payout needs an invoice ID of its own.",
            ));
        }
        if invoice.chars().count() > LONGEST_INVOICE_ID {
            return Err(Error::input(
                Code::TextTooLong,
                "invoiceId",
                "An invoice ID has at most 64 characters.",
            ));
        }
        for (field, text) in [("description", &draft.description), ("note", &draft.note)] {
            if text.chars().count() > 100 {
                return Err(Error::input(
                    Code::TextTooLong,
                    field,
                    "Pockyt takes at most 100 characters here.",
                ));
            }
        }
        if let Some(earlier) = draft.retry_of {
            check_retryable(&self.known_payout(earlier).await?, draft.id)?;
        }
        let invoice = InvoiceId(invoice.to_owned());
        let used = self
            .ports
            .ledger
            .invoices_used(vec![invoice.clone()])
            .await?;
        if used.iter().any(|(_, other)| *other != draft.id) {
            return Err(LedgerError::InvoiceUsed(invoice).into());
        }
        Ok((money, invoice))
    }

    /// The payee and the account as Pockyt has them now; as the ledger has them where Pockyt cannot be reached.
    async fn fresh_target(
        &self,
        draft: &Draft,
        until: Duration,
    ) -> Result<(Payee, FundingAccount), Error> {
        let offline = |error: &Error| matches!(error, Error::Gateway(error) if error.certainty != Certainty::Refused);
        let payee = self.known_payee(draft.payee_id).await?;
        registered(&payee)?;
        let refreshed = self.refresh_payee_status(payee.clone());
        let payee = match self.promptly(until, refreshed).await {
            Err(error) if offline(&error) => payee,
            result => result?,
        };
        let listed = self.refresh_accounts(&payee, Some(&draft.account_token));
        let accounts = match self.promptly(until, listed).await {
            Err(error) if offline(&error) => self.ports.ledger.accounts(payee.id).await?,
            result => result?,
        };
        let account = accounts
            .into_iter()
            .find(|account| account.token == draft.account_token);
        let account = account.ok_or_else(|| {
            Error::input(
                Code::AccountGone,
                "accountToken",
                "Pockyt does not list this funding account for the payee. Choose another one.",
            )
        })?;
        Ok((payee, account))
    }

    /// Until when, by the steady clock, the owner waits for Pockyt; less while it is known to be out of reach.
    fn owner_waits_until(&self) -> Duration {
        let waits = self.policy.owner_waits;
        let offline = self.status().offline_since.is_some();
        self.ports.clock.steady() + if offline { waits / 4 } else { waits }
    }

    /// Waits for an answer, but not longer than that.
    pub(crate) async fn promptly<T>(
        &self,
        until: Duration,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let clock = &self.ports.clock;
        let late = clock.sleep(until.saturating_sub(clock.steady()));
        match select(pin!(answer), late).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(GatewayError {
                certainty: Certainty::Unknown,
                kind: Refusal::Timeout,
                words: None,
                field: None,
                evidence: None,
            }
            .into()),
        }
    }
}

/// The longest invoice ID (pockyt-api.md section 10, question 23).
const LONGEST_INVOICE_ID: usize = 64;

/// What precedes the number of a retry in its invoice ID.
pub(crate) const RETRY: &str = "-R";

/// What Remit's own invoice IDs of a month start with.
#[must_use]
pub fn suggested_prefix(day: Date) -> String {
    format!("INV-{}-", day.strftime("%Y%m"))
}

/// The invoice ID of the next retry: `INV-1` is tried again as `INV-1-R2`, and that as `INV-1-R3`. Nothing when it would be
/// too long.
pub(crate) fn retry_invoice_id(of: &InvoiceId) -> Option<InvoiceId> {
    let (first, tries) = of
        .as_str()
        .rsplit_once(RETRY)
        .and_then(|(first, number)| Some((first, number.parse::<u32>().ok()?)))
        .unwrap_or((of.as_str(), 1));
    let invoice_id = format!("{first}{RETRY}{}", tries.checked_add(1)?);
    (invoice_id.chars().count() <= LONGEST_INVOICE_ID).then_some(InvoiceId(invoice_id))
}

/// Whether `new` may try a payout again. Money that may still arrive is never sent a second time under another name.
fn check_retryable(earlier: &Payout, new: PayoutId) -> Result<(), Error> {
    match earlier.retried_by {
        Some(by) if by != new => Err(retried()),
        None if earlier.paid_after_all() => Err(paid_after_all()),
        None if !earlier.retryable() => {
            let message = "Only a failed or returned payout, or a withdrawn retry of one, can be tried again.";
            Err(Error::rule(Code::NotRetryable, message))
        }
        _ => Ok(()),
    }
}

fn retried() -> Error {
    Error::rule(
        Code::NotRetryable,
        "This payout is being tried again already. Open the linked payout.",
    )
}

pub(crate) fn usable(
    payee: &Payee,
    account: &FundingAccount,
    currency: Currency,
) -> Result<(), Error> {
    if payee.status != PayeeStatus::Active {
        let message =
            "Pockyt pays only payees that are Active. Open the payee to see who must act next.";
        return Err(Error::rule(Code::PayeeNotActive, message));
    }
    if account.status == AccountStatus::Gone {
        return Err(Error::input(
            Code::AccountGone,
            "accountToken",
            "Pockyt no longer lists this funding account. Choose another one.",
        ));
    }
    if !account.usable() {
        let message = "This funding account is not activated yet. Choose another one, or wait for Pockyt to activate it.";
        return Err(Error::input(
            Code::AccountNotUsable,
            "accountToken",
            message,
        ));
    }
    if !account.currency.eq_ignore_ascii_case(currency.code()) {
        let message = format!(
            "This account takes {}. Pay in that currency, or choose another account.",
            account.currency
        );
        return Err(Error::input(Code::AccountNotUsable, "currency", message));
    }
    Ok(())
}

/// What the owner saw, as a hash: a release that names another one is refused.
fn fingerprint(
    payee: &Payee,
    account: &FundingAccount,
    money: Money,
    invoice: &InvoiceId,
    draft: &Draft,
    doubts: &[Unusual],
) -> String {
    let doubts: Vec<_> = doubts.iter().map(Unusual::may_have_paid).collect();
    let seen = serde_json::json!([
        draft.id,
        payee.id,
        payee.customer_no,
        payee.display_name(),
        account.token,
        account.kind,
        account.country,
        account.currency,
        account.masked,
        money,
        invoice,
        account.channel(draft.channel),
        draft.description.trim(),
        draft.note.trim(),
        draft.retry_of,
        doubts,
    ]);
    sha256_hex(&[seen.to_string().as_bytes()])
}
