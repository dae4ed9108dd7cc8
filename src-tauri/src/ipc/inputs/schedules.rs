//! Schedules.

use crate::ipc::IpcError;
use crate::ipc::views::MoneyView;
use jiff::civil::Date;
use remit_core::{Code, Currency, Error, Money, Rhythm, ScheduleMode, ScheduleRow};
use serde::{Deserialize, Serialize};
use specta::Type;

/// On which days a schedule comes round; dates as `2026-12-01`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "every", rename_all = "snake_case")]
pub enum ScheduleRhythm {
    /// On one day.
    Once {
        /// Which.
        date: String,
    },
    /// On a day of every week.
    Week {
        /// From 1 for Monday to 7 for Sunday.
        weekday: i8,
    },
    /// On every fourteenth day.
    TwoWeeks {
        /// The first.
        from: String,
    },
    /// On a day of every month, or its last.
    Month {
        /// From 1 to 31.
        day: i8,
    },
}

impl From<Rhythm> for ScheduleRhythm {
    fn from(rhythm: Rhythm) -> Self {
        match rhythm {
            Rhythm::Once { date } => Self::Once {
                date: date.to_string(),
            },
            Rhythm::Week { weekday } => Self::Week { weekday },
            Rhythm::TwoWeeks { from } => Self::TwoWeeks {
                from: from.to_string(),
            },
            Rhythm::Month { day } => Self::Month { day },
        }
    }
}

impl TryFrom<ScheduleRhythm> for Rhythm {
    type Error = IpcError;

    fn try_from(rhythm: ScheduleRhythm) -> Result<Self, IpcError> {
        Ok(match rhythm {
            ScheduleRhythm::Once { date } => Self::Once { date: day(&date)? },
            ScheduleRhythm::Week { weekday } => Self::Week { weekday },
            ScheduleRhythm::TwoWeeks { from } => Self::TwoWeeks { from: day(&from)? },
            ScheduleRhythm::Month { day } => Self::Month { day },
        })
    }
}

/// A day as the window writes it.
pub(crate) fn day(text: &str) -> Result<Date, IpcError> {
    text.parse()
        .map_err(|_| IpcError::field(Code::FieldInvalid, "date", "This is not a date."))
}

/// What a schedule is proposed from.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ScheduleFrom {
    /// A run, released or a draft.
    Run {
        /// Which.
        id: String,
    },
    /// A payout.
    Payout {
        /// Which.
        id: String,
    },
}

/// A payment of a schedule.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "the fields are those of remit_core::ScheduleRow"
)]
pub struct SchedulePayment {
    pub payee_id: String,
    pub account_token: Option<String>,
    pub amount: MoneyView,
    pub description: String,
    pub note: String,
}

/// What the owner says about a schedule.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "the fields are those of remit_runs::ScheduleForm"
)]
pub struct ScheduleForm {
    pub name: String,
    pub rhythm: ScheduleRhythm,
    /// `09:00`.
    pub time: String,
    pub zone: String,
    pub prefix: String,
    pub rows: Vec<SchedulePayment>,
    pub mode: ScheduleMode,
}

impl TryFrom<ScheduleForm> for remit_runs::ScheduleForm {
    type Error = IpcError;

    fn try_from(form: ScheduleForm) -> Result<Self, IpcError> {
        let time = form.time.trim().parse().map_err(|_| {
            IpcError::field(
                Code::FieldInvalid,
                "time",
                "This is not a time. Write it as 09:00.",
            )
        })?;
        Ok(Self {
            name: form.name,
            rhythm: form.rhythm.try_into()?,
            time,
            zone: form.zone,
            prefix: form.prefix,
            rows: form.rows.into_iter().map(row).collect::<Result<_, _>>()?,
            mode: form.mode,
        })
    }
}

fn row(payment: SchedulePayment) -> Result<ScheduleRow, IpcError> {
    let amount = |error| IpcError::from(Error::amount(&error));
    let currency = Currency::from_code(&payment.amount.currency).map_err(amount)?;
    Ok(ScheduleRow {
        payee_id: payment
            .payee_id
            .parse()
            .map_err(|_| IpcError::bad_id(Code::PayeeNotFound))?,
        account_token: payment.account_token.as_deref().map(Into::into),
        money: Money::parse_positive(&payment.amount.amount, currency).map_err(amount)?,
        description: payment.description.trim().to_owned(),
        note: payment.note.trim().to_owned(),
    })
}
