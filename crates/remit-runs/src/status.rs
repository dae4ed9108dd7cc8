//! How a run stands as a whole, and how fast it goes.

use jiff::{SignedDuration, Timestamp};
use remit_core::{RowState, Run, RunProgress, RunState, State};
use serde::{Deserialize, Serialize};

/// How a run stands as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum RunStatus {
    /// Being prepared; nothing of it is sent.
    Draft,
    /// Released, and put off.
    Scheduled,
    /// Rows become payouts, or payouts are on their way.
    Sending,
    /// The owner paused it.
    Paused,
    /// It is paused, and the moment for which it was released has passed without it.
    Missed,
    /// Nothing of it goes on by itself: rows are held or wait, or Pockyt has another payment under an invoice ID.
    Attention,
    /// Every row is settled.
    Finished,
    /// The owner stopped it.
    Stopped,
}

impl RunStatus {
    /// How a run stands, given how its rows do.
    #[must_use]
    pub fn of(run: &Run, progress: &RunProgress, now: Timestamp) -> Self {
        match run.state {
            RunState::Draft | RunState::Discarded => return Self::Draft,
            RunState::Stopped => return Self::Stopped,
            RunState::Released => {}
        }
        let rows = |states: &[RowState]| sum(&progress.rows, states);
        let payouts = |states: &[State]| sum(&progress.payouts, states);
        let queued = rows(&[RowState::Queued]);
        let stuck = rows(&[RowState::Waiting, RowState::Held]);
        let ready = payouts(&[State::Ready]);
        // Of those that Pockyt turns out not to have, none goes out again while the run is paused.
        let halted = queued + stuck + ready + progress.unsure;
        let is_due = run.not_before.is_some_and(|moment| moment <= now);
        if run.paused && is_due && !has_begun(progress) {
            Self::Missed
        } else if run.paused && halted > 0 {
            Self::Paused
        } else if run.not_before > Some(now) && queued + stuck > 0 {
            Self::Scheduled
        } else if queued + ready + payouts(&[State::Sending]) > 0 {
            Self::Sending
        } else if stuck + progress.asks > 0 {
            Self::Attention
        } else if payouts(&[State::Unknown, State::Processing]) > 0 {
            Self::Sending
        } else {
            Self::Finished
        }
    }
}

/// Whether anything of a run became a payout, or nothing of it is to become one now.
pub(crate) fn has_begun(progress: &RunProgress) -> bool {
    let queued = sum(&progress.rows, &[RowState::Queued]);
    queued == 0 || !progress.payouts.is_empty()
}

fn sum<T: PartialEq>(counts: &[(T, u64)], of: &[T]) -> u64 {
    let chosen = counts.iter().filter(|(which, _)| of.contains(which));
    chosen.map(|(_, count)| count).sum()
}

/// How fast a run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How many payouts leave in a minute.
    pub per_minute: u64,
    /// How long until the last one has left.
    pub seconds_left: u64,
}

impl Pace {
    /// How fast a run goes; nothing unless something of it is being sent.
    #[must_use]
    pub fn of(run: &Run, progress: &RunProgress, now: Timestamp) -> Option<Self> {
        let left =
            sum(&progress.rows, &[RowState::Queued]) + sum(&progress.payouts, &[State::Ready]);
        let last = progress.last_sent_at?;
        let minute = SignedDuration::from_mins(1);
        if left == 0 || run.paused || now.duration_since(last) > minute {
            return None;
        }
        // In its first minute a run has sent for less than one.
        let began = run.released_at.max(run.not_before)?;
        let sent_for = last
            .duration_since(began)
            .clamp(SignedDuration::from_secs(1), minute);
        let millis = u64::try_from(sent_for.as_millis()).ok()?;
        let per_minute = progress.sent_in_last_minute.checked_mul(60_000)? / millis;
        Some(Self {
            per_minute,
            seconds_left: left.checked_mul(60)?.checked_div(per_minute)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use remit_core::{RunId, RunOrigin};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_767_225_600 + second).unwrap()
    }

    fn released() -> Run {
        Run {
            id: RunId(uuid::Uuid::from_u128(1)),
            name: String::new(),
            origin: RunOrigin::File,
            state: RunState::Released,
            paused: false,
            not_before: None,
            content_hash: String::new(),
            follows: None,
            rows: 3,
            created_at: at(0),
            released_at: Some(at(0)),
            revision: 1,
        }
    }

    fn progress(rows: &[(RowState, u64)], payouts: &[(State, u64)]) -> RunProgress {
        RunProgress {
            rows: rows.to_vec(),
            payouts: payouts.to_vec(),
            ..RunProgress::default()
        }
    }

    #[test]
    fn a_run_stands_where_its_rows_leave_it() {
        let run = released();
        let paused = Run {
            paused: true,
            ..released()
        };
        let put_off = Run {
            not_before: Some(at(60)),
            ..released()
        };
        let stopped = Run {
            state: RunState::Stopped,
            ..released()
        };
        let missed = Run {
            paused: true,
            not_before: Some(at(-60)),
            ..released()
        };
        let held = progress(&[(RowState::Held, 1)], &[(State::Paid, 1)]);
        let queued = progress(&[(RowState::Queued, 1), (RowState::Held, 1)], &[]);
        let untouched = progress(&[(RowState::Queued, 2), (RowState::Waiting, 1)], &[]);
        let begun = progress(&[(RowState::Queued, 2)], &[(State::Paid, 1)]);
        let under_way = progress(&[], &[(State::Paid, 1), (State::Processing, 1)]);
        let settled = progress(
            &[],
            &[(State::Paid, 1), (State::Failed, 1), (State::Returned, 1)],
        );
        let checking = RunProgress {
            unsure: 1,
            ..progress(&[], &[(State::Paid, 1), (State::Unknown, 1)])
        };
        // Pockyt accepted a payout of which it then told another payment.
        let both = RunProgress {
            asks: 1,
            unsure: 1,
            ..progress(&[], &[(State::Processing, 1), (State::Unknown, 1)])
        };
        let asks = RunProgress {
            asks: 1,
            ..progress(&[], &[(State::Unknown, 1)])
        };
        for (run, progress, status) in [
            (&run, &queued, RunStatus::Sending),
            (&run, &held, RunStatus::Attention),
            (&run, &asks, RunStatus::Attention),
            (&run, &under_way, RunStatus::Sending),
            (&run, &settled, RunStatus::Finished),
            (&paused, &queued, RunStatus::Paused),
            (&paused, &settled, RunStatus::Finished),
            (&put_off, &queued, RunStatus::Scheduled),
            (&stopped, &under_way, RunStatus::Stopped),
            (&paused, &checking, RunStatus::Paused),
            (&paused, &asks, RunStatus::Attention),
            (&paused, &both, RunStatus::Paused),
            (&missed, &untouched, RunStatus::Missed),
            (&missed, &begun, RunStatus::Paused),
            (&missed, &held, RunStatus::Paused),
        ] {
            assert_eq!(RunStatus::of(run, progress, at(10)), status, "{progress:?}");
        }
        assert_eq!(RunStatus::of(&put_off, &queued, at(60)), RunStatus::Sending);
    }

    #[test]
    fn the_pace_is_that_of_the_last_minute() {
        let going = |sent, last| RunProgress {
            sent_in_last_minute: sent,
            last_sent_at: Some(at(last)),
            ..progress(&[(RowState::Queued, 90)], &[(State::Ready, 10)])
        };
        let pace = |sent, last, now| Pace::of(&released(), &going(sent, last), at(now));
        let expected = |per_minute, seconds_left| {
            Some(Pace {
                per_minute,
                seconds_left,
            })
        };
        assert_eq!(pace(50, 300, 301), expected(50, 120));
        assert_eq!(pace(10, 6, 7), expected(100, 60), "six seconds in");
        assert_eq!(pace(10, 0, 0), expected(600, 10), "at once");
        assert_eq!(pace(50, 300, 400), None, "nothing is sent any more");
    }
}
