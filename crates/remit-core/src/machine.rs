//! The state machine of a payout: one table. Every change of a state, in the engine and in the ledger, is looked up here.

use crate::payout::State::{
    self, AwaitingApproval, Cancelled, Draft, Failed, Paid, Processing, Ready, Returned, Scheduled,
    Sending, Unknown,
};

/// Which state may follow which. What is not here is an error, never a silent overwrite.
pub const EDGES: &[(State, &[State])] = &[
    (Draft, &[Ready, Cancelled]),
    (Scheduled, &[Ready, Cancelled]),
    (AwaitingApproval, &[Ready, Cancelled]),
    (Ready, &[Sending, Cancelled]),
    // Back to Ready only when the request certainly never left this computer and no earlier one may have (docs/adr/0002).
    (Sending, &[Processing, Failed, Unknown, Ready]),
    (Unknown, &[Processing, Paid, Failed, Returned, Sending]),
    (Processing, &[Paid, Failed, Returned]),
    (Paid, &[Returned]),
    (Failed, &[]),
    (Returned, &[]),
    (Cancelled, &[]),
];

/// A change of state that the table does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a payout cannot go from {from:?} to {to:?}")]
pub struct IllegalEdge {
    /// Where it stands.
    pub from: State,
    /// Where it was to go.
    pub to: State,
}

/// Whether `to` may follow `from`. Staying is always allowed: it changes no state.
#[must_use]
pub fn allowed(from: State, to: State) -> bool {
    from == to
        || EDGES
            .iter()
            .any(|(state, next)| *state == from && next.contains(&to))
}

/// Whether a payout can get from one state to the other at all, over any number of edges.
#[must_use]
pub fn reachable(from: State, to: State) -> bool {
    let mut seen = vec![from];
    let mut index = 0;
    while let Some(state) = seen.get(index).copied() {
        if state == to {
            return true;
        }
        for (_, next) in EDGES.iter().filter(|(edge, _)| *edge == state) {
            for candidate in *next {
                if !seen.contains(candidate) {
                    seen.push(*candidate);
                }
            }
        }
        index += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of a payout's life as it was decided, kept apart from the one that runs.
    const DECIDED: [(State, &str); 11] = [
        (Draft, "Ready Cancelled"),
        (Scheduled, "Ready Cancelled"),
        (AwaitingApproval, "Ready Cancelled"),
        (Ready, "Sending Cancelled"),
        (Sending, "Processing Failed Unknown Ready"),
        (Unknown, "Processing Paid Failed Returned Sending"),
        (Processing, "Paid Failed Returned"),
        (Paid, "Returned"),
        (Failed, ""),
        (Returned, ""),
        (Cancelled, ""),
    ];

    #[test]
    fn the_table_is_the_one_that_was_decided() {
        for (from, next) in DECIDED {
            for to in State::ALL {
                let decided = from == to || next.split(' ').any(|name| name == format!("{to:?}"));
                assert_eq!(allowed(from, to), decided, "{from:?} to {to:?}");
            }
        }
        assert_eq!(EDGES.len(), State::ALL.len(), "each state has one row");
    }

    #[test]
    fn every_payout_can_end_and_none_comes_back_from_its_end() {
        for from in State::ALL {
            assert!(
                [Paid, Failed, Returned, Cancelled]
                    .iter()
                    .any(|end| reachable(from, *end)),
                "{from:?} leads nowhere"
            );
        }
        for end in [Failed, Returned, Cancelled] {
            assert!(
                State::ALL
                    .iter()
                    .all(|to| reachable(end, *to) == (*to == end))
            );
        }
        assert!(reachable(Draft, Returned));
        assert!(!reachable(Processing, Ready) && !reachable(Paid, Failed));
    }
}
