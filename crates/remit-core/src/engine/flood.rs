//! Notifications that nobody signed may come by the thousand. The first of each hour are evidence; of the others only the
//! number is of interest, and the owner is told once.

use jiff::Timestamp;
use std::time::Duration;

/// How many are kept in an hour.
const KEPT: u32 = 20;

const HOUR: Duration = Duration::from_secs(3600);

/// What came of one kind since the engine began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flood {
    /// How many came.
    pub came: u64,
    /// How many of those were not kept.
    pub not_kept: u64,
    /// When the last came.
    pub last_at: Option<Timestamp>,
    kept: u32,
    hour_began: Option<Duration>,
    last: Option<Duration>,
}

/// What is to be done with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fate {
    /// Whether it is kept.
    pub(super) kept: bool,
    /// Whether it is the first for long, so that the owner is to be told.
    pub(super) first: bool,
}

impl Flood {
    /// One came.
    pub(super) fn take(&mut self, now: Timestamp, steady: Duration) -> Fate {
        let within = |began: Option<Duration>| {
            began.is_some_and(|began| steady.saturating_sub(began) < HOUR)
        };
        let first = !within(self.last);
        if !within(self.hour_began) {
            self.hour_began = Some(steady);
            self.kept = 0;
        }
        self.last = Some(steady);
        self.last_at = Some(now);
        self.came += 1;
        let kept = self.kept < KEPT;
        if kept {
            self.kept += 1;
        } else {
            self.not_kept += 1;
        }
        Fate { kept, first }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_hour_are_kept_and_one_message_is_enough_for_a_flood() {
        let mut flood = Flood::default();
        let mut come = |minute: u64| {
            let at = Timestamp::from_second(i64::try_from(minute * 60).unwrap()).unwrap();
            flood.take(at, Duration::from_secs(minute * 60))
        };
        let fates: Vec<Fate> = (0..600).map(|number| come(number / 10)).collect();
        assert_eq!(fates.iter().filter(|fate| fate.kept).count(), 20);
        assert_eq!(fates.iter().filter(|fate| fate.first).count(), 1);
        let next = come(60);
        assert!(next.kept && !next.first, "the flood goes on");
        let later = come(121);
        assert!(later.kept && later.first, "an hour of quiet ends it");
        assert_eq!((flood.came, flood.not_kept), (602, 580));
    }
}
