//! What the relay counts, for Prometheus. Nothing here tells one mailbox from another.

use std::fmt;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Why a notification was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Refusal {
    UnknownPath,
    Rate,
    Full,
    Malformed,
    Store,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Why {
    reason: Refusal,
}

/// The counters.
pub(crate) struct Metrics {
    registry: Registry,
    taken: Histogram,
    refused: Family<Why, Counter>,
    delivered: Counter,
    acknowledged: Counter,
    expired: Counter,
    unauthorized: Counter,
    waiting: Gauge,
}

/// A long-poll that waits, until it is dropped.
pub(crate) struct Waiting(Gauge);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("remit_relay");
        let seconds = [
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
        ];
        let metrics = Self {
            taken: Histogram::new(seconds),
            refused: Family::default(),
            delivered: Counter::default(),
            acknowledged: Counter::default(),
            expired: Counter::default(),
            unauthorized: Counter::default(),
            waiting: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register(
            "taken_seconds",
            "Time from a notification's last byte to its durable write, of those answered success",
            metrics.taken.clone(),
        );
        registry.register(
            "refused",
            "Notifications answered otherwise than success",
            metrics.refused.clone(),
        );
        registry.register(
            "delivered",
            "Notifications handed out; one that several readers fetch counts for each",
            metrics.delivered.clone(),
        );
        registry.register(
            "acknowledgements",
            "Acknowledgements taken",
            metrics.acknowledged.clone(),
        );
        registry.register(
            "expired",
            "Notifications removed by the sweep",
            metrics.expired.clone(),
        );
        registry.register(
            "unauthorized",
            "Requests with a wrong or missing token",
            metrics.unauthorized.clone(),
        );
        registry.register(
            "waiting",
            "Long-polls that wait now",
            metrics.waiting.clone(),
        );
        Self {
            registry,
            ..metrics
        }
    }

    pub(crate) fn taken(&self, within: Duration) {
        self.taken.observe(within.as_secs_f64());
    }

    pub(crate) fn refused(&self, reason: Refusal) {
        self.refused.get_or_create(&Why { reason }).inc();
    }

    pub(crate) fn delivered(&self, notifications: usize) {
        self.delivered.inc_by(notifications as u64);
    }

    pub(crate) fn acknowledged(&self) {
        self.acknowledged.inc();
    }

    pub(crate) fn expired(&self, notifications: i64) {
        self.expired.inc_by(notifications.unsigned_abs());
    }

    pub(crate) fn unauthorized(&self) {
        self.unauthorized.inc();
    }

    pub(crate) fn waiting(&self) -> Waiting {
        self.waiting.inc();
        Waiting(self.waiting.clone())
    }

    /// All of it as text.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut said = String::new();
        text::encode(&mut said, &self.registry)?;
        Ok(said)
    }
}
