//! Faults on demand: what the gateway or the notifications should do wrong, and how often.

use serde::{Deserialize, Serialize};

/// What a caller gets instead of the genuine answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Effect {
    /// The genuine answer: for delays alone.
    #[default]
    Genuine,
    /// The connection closes without an answer.
    Drop,
    /// This HTTP status with a JSON body that is no envelope.
    Status {
        /// The status, such as 502.
        status: u16,
    },
    /// HTTP 200 and bytes that are not JSON.
    Garbage,
    /// HTTP 200 and an HTML page, as a captive portal sends.
    Html,
    /// A proper envelope with this code and message, such as 000000, 000080 or a code never seen.
    Ret {
        /// `ret_code`.
        code: String,
        /// `ret_msg`.
        message: String,
    },
    /// "Duplicate request error". With `processed`, it looks as if something on the way had sent the request twice
    /// and passed on the second answer.
    Duplicate,
}

/// One fault of the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which path, such as `/v3/payouts/pay`; none means every one.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// How many calls pass unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// How many calls it then meets; none means all, until cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// Milliseconds by which the answer is late, in real time.
    #[serde(default)]
    pub delay_ms: u64,
    /// Whether the request takes effect nevertheless.
    #[serde(default)]
    pub processed: bool,
    /// What the caller gets.
    #[serde(default)]
    pub effect: Effect,
}

impl Fault {
    /// The next call of `endpoint` gets `effect` and is not processed.
    #[must_use]
    pub fn on(endpoint: &str, effect: Effect) -> Self {
        Self {
            endpoint: Some(endpoint.to_owned()),
            skip: 0,
            times: Some(1),
            delay_ms: 0,
            processed: false,
            effect,
        }
    }

    /// The same, but the request takes effect first.
    #[must_use]
    pub fn after_processing(self) -> Self {
        Self {
            processed: true,
            ..self
        }
    }

    /// For the next `times` calls.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self {
            times: Some(times),
            ..self
        }
    }

    /// Until cleared.
    #[must_use]
    pub fn forever(self) -> Self {
        Self {
            times: None,
            ..self
        }
    }

    /// Late by this much as well.
    #[must_use]
    pub fn delayed(self, delay_ms: u64) -> Self {
        Self { delay_ms, ..self }
    }
}

/// What notifications do wrong. Several at once add up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum NotificationEffect {
    /// The genuine one is not sent.
    None,
    /// It is sent twice.
    Duplicated,
    /// It is held back until the next one has been sent, for a minute at most.
    Reordered,
    /// It comes late.
    Delayed {
        /// By how many seconds.
        seconds: u64,
    },
    /// One with a wrong signature that claims success goes ahead of it.
    Forged,
    /// One with a right signature and a wrong amount goes ahead of it.
    Mismatched,
}

/// One fault of the notifications: it meets changes of status, each of which would send one notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationFault {
    /// How many changes it meets; none means all, until cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// What goes wrong.
    #[serde(flatten)]
    pub effect: NotificationEffect,
}

impl NotificationFault {
    /// For the next change of status.
    #[must_use]
    pub fn once(effect: NotificationEffect) -> Self {
        Self {
            times: Some(1),
            effect,
        }
    }

    /// Until cleared.
    #[must_use]
    pub fn forever(effect: NotificationEffect) -> Self {
        Self {
            times: None,
            effect,
        }
    }
}

/// The faults that are set.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Faults {
    /// Of the gateway; the first that fits a call meets it.
    pub gateway: Vec<Fault>,
    /// Of the notifications.
    pub notifications: Vec<NotificationFault>,
}

fn spend(times: &mut Option<u32>) {
    if let Some(left) = times {
        *left = left.saturating_sub(1);
    }
}

impl Faults {
    /// The fault that meets this call, if any, spent once.
    pub(crate) fn meet(&mut self, endpoint: &str) -> Option<Fault> {
        let fault = self.gateway.iter_mut().find(|fault| {
            fault.times != Some(0)
                && fault
                    .endpoint
                    .as_deref()
                    .is_none_or(|only| only == endpoint)
        })?;
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        spend(&mut fault.times);
        let met = fault.clone();
        self.gateway.retain(|fault| fault.times != Some(0));
        Some(met)
    }

    /// What goes wrong with the notification of this change of status, each fault spent once.
    pub(crate) fn meet_notification(&mut self) -> Vec<NotificationEffect> {
        let met = self
            .notifications
            .iter_mut()
            .map(|fault| {
                spend(&mut fault.times);
                fault.effect.clone()
            })
            .collect();
        self.notifications.retain(|fault| fault.times != Some(0));
        met
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_skips_then_meets_and_is_spent() {
        let mut faults = Faults::default();
        let mut drop = Fault::on("/v3/payouts/pay", Effect::Drop).times(2);
        drop.skip = 1;
        faults.gateway.push(drop);
        assert_eq!(faults.meet("/v3/payee/retrieve"), None);
        assert_eq!(faults.meet("/v3/payouts/pay"), None);
        assert!(faults.meet("/v3/payouts/pay").is_some());
        assert!(faults.meet("/v3/payouts/pay").is_some());
        assert_eq!(faults.meet("/v3/payouts/pay"), None);
        assert!(faults.gateway.is_empty());
    }
}
