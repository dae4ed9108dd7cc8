//! The sandbox's clock: the computer's, or one that only moves when it is told to.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Which clock a sandbox runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClockMode {
    /// The computer's clock.
    #[default]
    Real,
    /// Starts at the computer's time and then moves only through
    /// [`Control::advance`](crate::Control::advance), so that two hours pass in an instant.
    Virtual,
}

#[derive(Debug)]
pub(crate) struct Clock {
    standing: Option<Mutex<Timestamp>>,
}

impl Clock {
    pub(crate) fn new(mode: ClockMode) -> Self {
        let standing = match mode {
            ClockMode::Real => None,
            ClockMode::Virtual => Some(Mutex::new(Timestamp::now())),
        };
        Self { standing }
    }

    pub(crate) fn is_virtual(&self) -> bool {
        self.standing.is_some()
    }

    pub(crate) fn now(&self) -> Timestamp {
        match &self.standing {
            None => Timestamp::now(),
            Some(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a virtual clock forward to `to`; it never goes back, and a real one is left alone.
    pub(crate) fn advance_to(&self, to: Timestamp) {
        if let Some(at) = &self.standing {
            let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
            *at = to.max(*at);
        }
    }
}

/// `yyyy-MM-ddTHH:mm:ssZ`, the wire's only spelling of a time (pockyt-api.md section 2).
pub(crate) fn wire(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Reads exactly that spelling.
pub(crate) fn parse_wire(text: &str) -> Option<Timestamp> {
    let at: Timestamp = text.parse().ok()?;
    (wire(at) == text).then_some(at)
}

/// `at` plus `by`, staying in the range of representable times.
pub(crate) fn later(at: Timestamp, by: std::time::Duration) -> Timestamp {
    SignedDuration::try_from(by)
        .ok()
        .and_then(|by| at.checked_add(by).ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_documented_spelling_of_a_time_is_read() {
        let at = parse_wire("2023-02-13T11:50:58Z").unwrap();
        assert_eq!(wire(at), "2023-02-13T11:50:58Z");
        for text in [
            "2023-02-13T11:50:58+00:00",
            "2023-02-13T11:50:58.5Z",
            "2023-02-13 11:50:58Z",
            "2023-02-13",
            "20230213115058",
        ] {
            assert_eq!(parse_wire(text), None, "{text}");
        }
    }
}
