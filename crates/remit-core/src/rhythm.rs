//! On which days a schedule comes round, and at which moment of such a day. Days are days of a calendar and have no time zone;
//! only the moment has one, so that neither daylight saving nor another time zone ever adds a day or loses one.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// Days of neighbouring months that are nearer than this may be of one period; by one rhythm they are 28 apart at least, and the
/// owner may move a day by one or two.
const NEAR_IN_MONTHS: i64 = 26;

/// On which days a schedule comes round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "every")]
pub enum Rhythm {
    /// On one day.
    Once {
        /// Which.
        date: Date,
    },
    /// On a day of every week.
    Week {
        /// Which, from 1 for Monday to 7 for Sunday.
        weekday: i8,
    },
    /// On every fourteenth day.
    TwoWeeks {
        /// The first.
        from: Date,
    },
    /// On a day of every month; on the last one of a month that has no such day, so that 31 is always the last.
    Month {
        /// Which, from 1 to 31.
        day: i8,
    },
}

impl Rhythm {
    /// Whether it can come round at all: numbers of days that there are.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Once { .. } | Self::TwoWeeks { .. } => true,
            Self::Week { weekday } => (1..=7).contains(weekday),
            Self::Month { day } => (1..=31).contains(day),
        }
    }

    /// Whether a day of its own and another day are of one period: nearer to each other than its days come, or, by the month,
    /// of one month. Beside a day that was to be the only one, every other is of its period.
    fn is_one_period(&self, day: Date, other: Date) -> bool {
        let apart = days_apart(day, other);
        match *self {
            Self::Once { .. } => true,
            Self::Week { .. } => apart < 7,
            Self::TwoWeeks { .. } => apart < 14,
            Self::Month { .. } => {
                apart < NEAR_IN_MONTHS || day.first_of_month() == other.first_of_month()
            }
        }
    }

    /// The first of its days that comes after this one; nothing when there is none, or the calendar ends before.
    #[must_use]
    pub fn after(&self, day: Date) -> Option<Date> {
        match *self {
            Self::Once { date } => (date > day).then_some(date),
            Self::Week { weekday } => {
                let weekday = Weekday::from_monday_one_offset(weekday).ok()?;
                day.nth_weekday(1, weekday).ok()
            }
            Self::TwoWeeks { from } if from > day => Some(from),
            Self::TwoWeeks { from } => {
                let since = day.since(from).ok()?.get_days();
                from.checked_add((since - since % 14 + 14).days()).ok()
            }
            Self::Month { day: wanted } => {
                let this = in_month(day, wanted)?;
                if this > day {
                    return Some(this);
                }
                let next = day.first_of_month().checked_add(1.month()).ok()?;
                in_month(next, wanted)
            }
        }
    }
}

/// Whether two days of one schedule, each by the rhythm of its time, are of one period, which is paid once.
#[must_use]
pub fn same_period(one: (Rhythm, Date), other: (Rhythm, Date)) -> bool {
    one.0.is_one_period(one.1, other.1) || other.0.is_one_period(other.1, one.1)
}

/// The day of this number in a month, or its last one.
fn in_month(month: Date, day: i8) -> Option<Date> {
    let last = month.days_in_month();
    month.with().day(day.min(last)).build().ok()
}

/// How many days lie between two, whichever comes first.
#[must_use]
pub fn days_apart(one: Date, other: Date) -> i64 {
    one.duration_until(other).as_hours().abs() / 24
}

/// A time of day in a time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeOfDay {
    time: Time,
    zone: TimeZone,
}

impl TimeOfDay {
    /// In the zone of this name (`Europe/Berlin`); nothing when there is none.
    #[must_use]
    pub fn new(time: Time, zone: &str) -> Option<Self> {
        let zone = TimeZone::get(zone).ok()?;
        Some(Self { time, zone })
    }

    /// The moment on a day. A time that the clocks skip on that day is as much later as they skip; of one that they show
    /// twice, the first. Nothing at the end of the calendar.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<Timestamp> {
        let local = day.to_datetime(self.time);
        let moment = self.zone.to_ambiguous_timestamp(local).compatible();
        moment.ok()
    }

    /// What day it is there at a moment.
    #[must_use]
    pub fn day_at(&self, moment: Timestamp) -> Date {
        self.zone.to_datetime(moment).date()
    }
}

/// A day of a schedule and its moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Occasion {
    /// The day, in the schedule's own time zone.
    pub date: Date,
    /// The moment.
    pub at: Timestamp,
}

/// All occasions whose moment comes after this one, in their order.
pub fn occasions(
    rhythm: Rhythm,
    time: TimeOfDay,
    after: Timestamp,
) -> impl Iterator<Item = Occasion> {
    // A time of today may be still to come, and where clocks skip, one of yesterday.
    let begin = time.day_at(after).checked_sub(2.days());
    let first = begin.unwrap_or(Date::MIN);
    let days = std::iter::successors(rhythm.after(first), move |day| rhythm.after(*day));
    days.map_while(move |date| {
        Some(Occasion {
            date,
            at: time.on(date)?,
        })
    })
    .skip_while(move |occasion| occasion.at <= after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    const ZONES: [&str; 7] = [
        "Europe/Berlin",
        "America/New_York",
        "Asia/Shanghai",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Pacific/Apia",
        "UTC",
    ];

    fn at(hour: i8, minute: i8, zone: &str) -> TimeOfDay {
        TimeOfDay::new(time(hour, minute, 0, 0), zone).unwrap()
    }

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn days(rhythm: Rhythm, after: &str, zone: &str, count: usize) -> Vec<String> {
        let found = occasions(rhythm, at(9, 0, zone), moment(after)).take(count);
        found.map(|occasion| occasion.date.to_string()).collect()
    }

    #[test]
    fn a_month_without_the_day_has_it_on_its_last() {
        let expected = ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"];
        let every_31st = Rhythm::Month { day: 31 };
        let found = days(every_31st, "2027-12-01T00:00:00Z", "Europe/Berlin", 4);
        assert_eq!(found, expected);
        let expected = ["2026-12-30", "2027-01-30", "2027-02-28", "2027-03-30"];
        let every_30th = Rhythm::Month { day: 30 };
        let found = days(every_30th, "2026-12-01T00:00:00Z", "UTC", 4);
        assert_eq!(found, expected, "a short month does not shift the next");
    }

    #[test]
    fn weeks_go_on_over_the_end_of_the_year() {
        let friday = Rhythm::Week { weekday: 5 };
        let expected = ["2026-12-25", "2027-01-01", "2027-01-08"];
        let found = days(friday, "2026-12-24T12:00:00Z", "America/New_York", 3);
        assert_eq!(found, expected);
        let from = date(2026, 12, 18);
        let expected = ["2026-12-18", "2027-01-01", "2027-01-15"];
        let found = days(Rhythm::TwoWeeks { from }, "2026-12-01T00:00:00Z", "UTC", 3);
        assert_eq!(found, expected);
        let found = days(Rhythm::TwoWeeks { from }, "2027-01-01T09:00:00Z", "UTC", 1);
        assert_eq!(found, ["2027-01-15"], "not the one of this very moment");
    }

    #[test]
    fn once_is_once() {
        let once = Rhythm::Once {
            date: date(2028, 2, 29),
        };
        let found = days(once, "2026-11-26T00:00:00Z", "Asia/Shanghai", 9);
        assert_eq!(found, ["2028-02-29"]);
        assert!(days(once, "2028-02-29T01:00:00Z", "Asia/Shanghai", 9).is_empty());
    }

    #[test]
    fn today_counts_while_its_time_is_to_come_whatever_day_it_is_elsewhere() {
        let daily = Rhythm::Month { day: 1 };
        // In Shanghai it is the first already, 08:59.
        let found = days(daily, "2026-12-01T00:59:00Z", "Asia/Shanghai", 1);
        assert_eq!(found, ["2026-12-01"]);
        let found = days(daily, "2026-12-01T01:00:00Z", "Asia/Shanghai", 1);
        assert_eq!(found, ["2027-01-01"]);
    }

    #[test]
    fn nine_stays_nine_across_daylight_saving() {
        let sunday = Rhythm::Week { weekday: 7 };
        for (zone, after, expected) in [
            (
                "Europe/Berlin",
                "2027-03-20T00:00:00Z",
                ["2027-03-21T08:00:00Z", "2027-03-28T07:00:00Z"],
            ),
            (
                "America/New_York",
                "2026-10-24T12:00:00Z",
                ["2026-10-25T13:00:00Z", "2026-11-01T14:00:00Z"],
            ),
            (
                "Asia/Shanghai",
                "2027-03-20T00:00:00Z",
                ["2027-03-21T01:00:00Z", "2027-03-28T01:00:00Z"],
            ),
        ] {
            let time = at(9, 0, zone);
            let found: Vec<_> = occasions(sunday, time, moment(after)).take(2).collect();
            assert_eq!(found[0].at, moment(expected[0]), "{zone}");
            assert_eq!(found[1].at, moment(expected[1]), "{zone}");
        }
    }

    #[test]
    fn a_skipped_time_is_later_and_of_a_time_shown_twice_the_first_is_meant() {
        for (zone, skipped, then, twice, first) in [
            (
                "Europe/Berlin",
                date(2027, 3, 28),
                "2027-03-28T01:30:00Z",
                date(2026, 10, 25),
                "2026-10-25T00:30:00Z",
            ),
            (
                "America/New_York",
                date(2027, 3, 14),
                "2027-03-14T07:30:00Z",
                date(2026, 11, 1),
                "2026-11-01T05:30:00Z",
            ),
        ] {
            assert_eq!(at(2, 30, zone).on(skipped), Some(moment(then)), "{zone}");
            let hour = if zone == "Europe/Berlin" { 2 } else { 1 };
            let twice = at(hour, 30, zone).on(twice);
            assert_eq!(twice, Some(moment(first)), "{zone}");
        }
    }

    #[test]
    fn a_zone_that_is_none_is_told() {
        assert_eq!(TimeOfDay::new(Time::midnight(), "Mars/Olympus"), None);
        assert!(!Rhythm::Week { weekday: 0 }.is_sound());
        assert!(!Rhythm::Month { day: 32 }.is_sound());
        assert_eq!(Rhythm::Once { date: Date::MAX }.after(Date::MAX), None);
        assert_eq!(Rhythm::Month { day: 31 }.after(Date::MAX), None);
    }

    fn rhythms() -> impl Strategy<Value = Rhythm> {
        let day = || (-800_i32..800).prop_map(|days| date(2026, 11, 26) + days.days());
        prop_oneof![
            day().prop_map(|date| Rhythm::Once { date }),
            (1_i8..=7).prop_map(|weekday| Rhythm::Week { weekday }),
            day().prop_map(|from| Rhythm::TwoWeeks { from }),
            (1_i8..=31).prop_map(|day| Rhythm::Month { day }),
        ]
    }

    #[test]
    fn a_period_is_paid_once_by_the_old_rhythm_and_the_new_one() {
        let week = Rhythm::Week { weekday: 5 };
        let month = Rhythm::Month { day: 1 };
        let weeks = Rhythm::TwoWeeks {
            from: date(2026, 11, 27),
        };
        let only = Rhythm::Once {
            date: date(2026, 11, 27),
        };
        let second = Rhythm::Once {
            date: date(2026, 12, 27),
        };
        for (one, from, other, to, same) in [
            (week, date(2026, 11, 27), week, date(2026, 11, 28), true),
            (week, date(2026, 11, 27), week, date(2026, 12, 3), true),
            (week, date(2026, 11, 27), week, date(2026, 12, 4), false),
            (weeks, date(2026, 11, 27), weeks, date(2026, 12, 10), true),
            (weeks, date(2026, 11, 27), weeks, date(2026, 12, 11), false),
            (month, date(2026, 12, 1), month, date(2026, 12, 31), true),
            (month, date(2027, 1, 31), month, date(2027, 2, 1), true),
            (month, date(2027, 1, 31), month, date(2027, 2, 26), false),
            (month, date(2026, 12, 1), week, date(2026, 12, 25), true),
            (week, date(2026, 11, 27), month, date(2026, 12, 1), true),
            (week, date(2026, 11, 27), second, date(2026, 12, 27), true),
            (only, date(2026, 11, 27), second, date(2026, 12, 27), true),
            (only, date(2026, 11, 27), week, date(2026, 12, 18), true),
        ] {
            assert_eq!(same_period((one, from), (other, to)), same, "{from} {to}");
            assert_eq!(same_period((other, to), (one, from)), same, "{to} {from}");
        }
    }

    proptest! {
        #[test]
        fn no_two_days_of_one_rhythm_are_of_one_period(
            rhythm in rhythms(), begin in 1_700_000_000_i64..1_900_000_000,
        ) {
            let after = Timestamp::from_second(begin).unwrap();
            let found: Vec<_> = occasions(rhythm, at(9, 0, "UTC"), after).take(30).collect();
            for pair in found.windows(2) {
                let [one, other] = [pair[0], pair[1]].map(|of| (rhythm, of.date));
                prop_assert!(!same_period(one, other), "{} {}", one.1, other.1);
            }
        }

        #[test]
        fn each_day_comes_once_in_order_and_none_is_left_out(
            rhythm in rhythms(), hour in 0_i8..24, minute in 0_i8..60, zone in 0..ZONES.len(),
            begin in 1_700_000_000_i64..1_900_000_000,
        ) {
            let time = at(hour, minute, ZONES[zone]);
            let after = Timestamp::from_second(begin).unwrap();
            let found: Vec<Occasion> = occasions(rhythm, time.clone(), after).take(30).collect();
            for pair in found.windows(2) {
                prop_assert!(pair[0].date < pair[1].date && pair[0].at < pair[1].at);
                let gap = pair[1].date.since(pair[0].date).unwrap().get_days();
                let (least, most) = match rhythm {
                    Rhythm::Once { .. } => (0, 0),
                    Rhythm::Week { .. } => (7, 7),
                    Rhythm::TwoWeeks { .. } => (14, 14),
                    Rhythm::Month { .. } => (28, 31),
                };
                prop_assert!((least..=most).contains(&gap), "{gap}");
            }
            for occasion in &found {
                prop_assert!(occasion.at > after);
                // Within the hour or so that clocks skip, it is the day's own time.
                let local = time.zone.to_datetime(occasion.at);
                let wanted = occasion.date.to_datetime(time.time);
                let late = local.duration_since(wanted);
                prop_assert!(late >= SignedDuration::ZERO && late <= SignedDuration::from_hours(24));
            }
            // Going on from any of them finds the very next.
            for pair in found.windows(2) {
                prop_assert_eq!(occasions(rhythm, time.clone(), pair[0].at).next(), Some(pair[1]));
            }
            // The first is the first: just before it there is no other.
            if let Some(first) = found.first() {
                let before = first.at - SignedDuration::from_nanos(1);
                prop_assert_eq!(occasions(rhythm, time.clone(), before).next(), Some(*first));
            }
        }

        #[test]
        fn another_time_zone_moves_the_moment_and_never_the_day(
            rhythm in rhythms(), begin in 1_700_000_000_i64..1_900_000_000, one in 0..ZONES.len(), other in 0..ZONES.len(),
        ) {
            let after = Timestamp::from_second(begin).unwrap();
            let (one, other) = (at(9, 0, ZONES[one]), at(9, 0, ZONES[other]));
            let late = after + SignedDuration::from_hours(72);
            let theirs: Vec<_> = occasions(rhythm, other, after).take(40).map(|of| of.date).collect();
            for occasion in occasions(rhythm, one, late).take(20) {
                prop_assert!(theirs.contains(&occasion.date));
            }
        }
    }
}
