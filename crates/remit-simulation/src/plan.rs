//! A plan: everything that is going to happen in a run, made from the seed, as a list that can be cut.

use crate::chance::Chance;
use crate::faults::{AskFate, PayFate, Refused, Silence, TellFate, Useless, WriteFate};
use crate::pockyt::assumed::ARRIVES_WITHIN;
use crate::stories;
use crate::world::span_in_words;
use jiff::{SignedDuration, Timestamp};
use std::fmt;
use std::time::Duration;

/// One thing that happens, and when.
#[derive(Clone, Debug)]
pub(crate) struct Happening {
    pub(crate) at: Duration,
    pub(crate) what: What,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// The owner pays a debt, unless the ledger shows that it is paid or being paid. `clicks` is how often the button is
    /// pressed.
    Pays { debt: u8, clicks: u8 },
    /// The owner pays two debts in two windows at the same time, both under the invoice ID that was suggested.
    PaysTwo { debt: u8 },
    /// The owner takes in a file of payouts, with invoice IDs of its own, in so many windows at once.
    Imports { file: u8, windows: u8 },
    /// The owner tries a failed or returned payout again, in so many windows at once.
    Retries { which: u8, windows: u8 },
    /// The owner withdraws a payout, or tries to.
    Cancels { which: u8 },
    /// The owner withdraws everything that may still be withdrawn.
    CancelsAll,
    /// The owner brings the sending to a standstill for so long, as each pause does for a moment.
    Pauses(Duration),
    /// The owner pauses the runs of all that is on record.
    PausesRuns,
    /// The owner lets them go on.
    ResumesRuns,
    /// The owner sets the limits.
    Limits { at_once: u8, per_minute: u8 },
    /// The owner presses "check now".
    Checks { which: u8 },
    /// The next pay request meets this.
    Pay(PayFate),
    /// The next question meets this.
    Ask(AskFate),
    /// The next notification meets this.
    Tell(TellFate),
    /// After so many more writes, one meets this.
    Write(u8, WriteFate),
    /// The process is killed after so many more turns, and starts again after the span.
    Dies(u16, Duration),
    /// The laptop sleeps.
    Sleeps(Duration),
    /// There is no network.
    Offline(Duration),
    /// The laptop's wall clock jumps.
    Jumps(SignedDuration),
    /// Someone forges a notification.
    Forges { which: u8, paid: bool },
    /// Pockyt tells of a failed payout that it was paid. The owner sees it, and tries all the same.
    Contradicts,
    /// Pockyt suspends a payee, or reinstates it.
    Suspends { payee: u8, suspended: bool },
    /// A payee's account changes its state at Pockyt.
    Account { payee: u8, usable: bool },
    /// The owner backs up.
    BacksUp,
    /// The owner puts the last copy back; everything after it is lost.
    Restores,
}

/// A whole run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where its chance comes from.
    pub seed: u64,
    pub(crate) start: Timestamp,
    pub(crate) horizon: Duration,
    pub(crate) happenings: Vec<Happening>,
}

/// 23:30 on the last day of a month: numbers of a new month begin soon.
const MONTH_ENDS: i64 = 1_790_811_000;

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

impl Plan {
    /// The plan of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let chance = Chance::new(seed, "plan");
        let horizon = chance
            .pick(&[MINUTE * 3, MINUTE * 30, HOUR * 3, DAY * 2, DAY * 8])
            .unwrap_or(HOUR);
        let start = MONTH_ENDS
            - i64::try_from(chance.number(10 * 86_400)).unwrap_or(0) * i64::from(chance.one_in(2));
        // Few troubles show what many hide.
        let troubles = [4, 10, 25, 50].get(chance.index(4)).copied().unwrap_or(10);
        let restores = chance.one_in(4);
        let mut happenings = Vec::new();
        let mut add = |what: What| {
            let at = Duration::from_millis(
                chance.number(u64::try_from(horizon.as_millis()).unwrap_or(0)),
            );
            happenings.push(Happening { at, what });
        };
        for _ in 0..=chance.number(6) {
            add(pays(&chance));
        }
        for _ in 0..troubles {
            add(anything(&chance));
        }
        if restores {
            add(What::BacksUp);
            add(What::Restores);
            for _ in 0..chance.number(4) {
                add(pays(&chance));
            }
        }
        if restores && chance.one_in(3) {
            happenings.extend(stories::retried_twice(&chance, horizon));
        }
        // Each of its own chance, so that the plans of known seeds stay as they were.
        let told = |story: stories::Story, name| story(&Chance::new(seed, name), horizon);
        happenings.extend(told(stories::rush, "rush"));
        happenings.extend(told(stories::held_back, "held back"));
        happenings.extend(told(stories::unsent, "unsent"));
        // In a ledger that was put back it need not have failed yet, so that it would be believed.
        if !restores {
            happenings.extend(told(stories::contradicted, "contradicts"));
        }
        if restores {
            happenings.extend(told(stories::queued_in_the_copy, "queued"));
            happenings.extend(told(stories::taken_in_again, "taken in again"));
        }
        if restores {
            happenings.iter_mut().for_each(limit_jump);
        }
        happenings.sort_by_key(|happening| happening.at);
        Self {
            seed,
            start: Timestamp::from_second(start).unwrap_or(Timestamp::UNIX_EPOCH),
            horizon,
            happenings,
        }
    }

    /// How many things happen.
    pub(crate) fn len(&self) -> usize {
        self.happenings.len()
    }

    /// Whether the laptop's clock is ever set.
    pub(crate) fn jumps(&self) -> bool {
        self.happenings
            .iter()
            .any(|happening| matches!(happening.what, What::Jumps(_)))
    }

    /// Whether a copy of the ledger is ever put back.
    pub(crate) fn restores(&self) -> bool {
        self.happenings
            .iter()
            .any(|happening| happening.what == What::Restores)
    }

    /// Whether Pockyt ever changes the account of this payee.
    pub(crate) fn changes_account_of(&self, number: u8) -> bool {
        self.happenings.iter().any(
            |happening| matches!(happening.what, What::Account { payee, .. } if payee == number),
        )
    }

    /// The same run without some of what happens.
    pub(crate) fn without(&self, from: usize, to: usize) -> Self {
        let mut plan = self.clone();
        plan.happenings.drain(from..to.min(self.happenings.len()));
        plan
    }
}

fn pays(chance: &Chance) -> What {
    let debt = u8::try_from(chance.number(12)).unwrap_or(0);
    match chance.number(8) {
        0 => What::PaysTwo { debt },
        1 => What::Imports {
            file: debt % 3,
            windows: 1 + u8::from(chance.one_in(2)),
        },
        2 => What::Pays { debt, clicks: 2 },
        _ => What::Pays { debt, clicks: 1 },
    }
}

fn anything(chance: &Chance) -> What {
    let which = u8::try_from(chance.number(16)).unwrap_or(0);
    match chance.number(40) {
        0..9 => What::Pay(pay_fate(chance)),
        9..13 => What::Ask(ask_fate(chance)),
        13..16 => What::Tell(tell_fate(chance)),
        16..19 => What::Write(which / 3, write_fate(chance)),
        19..23 => What::Dies(turns(chance), chance.span(SECOND, DAY)),
        23 => What::Sleeps(chance.span(SECOND, DAY * 7)),
        24 => What::Offline(chance.span(SECOND, HOUR * 12)),
        25..27 => What::Jumps(jump(chance)),
        27 => What::Forges {
            which,
            paid: chance.one_in(2),
        },
        28 => What::Suspends {
            payee: which % 3,
            suspended: chance.one_in(2),
        },
        29 => What::Account {
            payee: which % 3,
            usable: chance.one_in(2),
        },
        30..33 => What::Retries {
            which,
            windows: 1 + u8::from(chance.one_in(2)),
        },
        33..35 => What::Cancels { which },
        35..37 => What::Checks { which },
        _ => pays(chance),
    }
}

pub(crate) fn turns(chance: &Chance) -> u16 {
    u16::try_from(chance.number(60)).unwrap_or(0)
}

fn jump(chance: &Chance) -> SignedDuration {
    let span = chance.span(SECOND, DAY * 400);
    let span = SignedDuration::try_from(span).unwrap_or_default();
    if chance.one_in(2) { span } else { -span }
}

/// By how much a clock is wrong at most where a ledger is put back: its months tell which invoice IDs to look for.
const WRONG_BY: SignedDuration = SignedDuration::from_hours(24 * 25);

fn limit_jump(happening: &mut Happening) {
    if let What::Jumps(by) = &mut happening.what {
        *by = (*by).clamp(-WRONG_BY, WRONG_BY);
    }
}

fn silence(chance: &Chance) -> Silence {
    if chance.one_in(2) {
        Silence::Timeout
    } else {
        Silence::Broken
    }
}

fn useless(chance: &Chance) -> Useless {
    let all = [
        Useless::Garbled,
        Useless::ServerError,
        Useless::SystemError,
        Useless::SupplierError,
        Useless::TooMany,
        Useless::Unrecognised,
    ];
    chance.pick(&all).unwrap_or(Useless::Garbled)
}

fn refused(chance: &Chance) -> Refused {
    let all = [
        Refused::Signature,
        Refused::Value,
        Refused::BalanceOrState,
        Refused::NoRecord,
    ];
    chance.pick(&all).unwrap_or(Refused::Value)
}

fn pay_fate(chance: &Chance) -> PayFate {
    match chance.number(14) {
        0 | 1 => PayFate::Lost(silence(chance)),
        2 | 3 => PayFate::AnswerLost(silence(chance)),
        4 | 5 => PayFate::Late(silence(chance), chance.span(SECOND * 5, ARRIVES_WITHIN)),
        6 => PayFate::Slow(chance.span(SECOND, SECOND * 30)),
        7 | 8 => PayFate::Useless {
            what: useless(chance),
            took_effect: chance.one_in(2),
        },
        9 => PayFate::Refused(refused(chance)),
        10 => PayFate::Unreachable,
        11 => PayFate::CalledDuplicate {
            took_effect: chance.one_in(2),
        },
        12 => PayFate::Doubled,
        _ => PayFate::Dies {
            left: chance.one_in(2),
        },
    }
}

fn ask_fate(chance: &Chance) -> AskFate {
    match chance.number(7) {
        0 | 1 => AskFate::Silent(silence(chance)),
        2 => AskFate::Slow(chance.span(SECOND, SECOND * 30)),
        3 => AskFate::Useless(useless(chance)),
        4 => AskFate::Refused(Refused::Signature),
        5 => AskFate::OtherAmount {
            readable: chance.one_in(2),
        },
        _ => AskFate::OtherWord,
    }
}

fn tell_fate(chance: &Chance) -> TellFate {
    match chance.number(8) {
        0 | 1 => TellFate::Missing,
        2 => TellFate::Late(chance.span(SECOND, DAY * 5)),
        3 => TellFate::Twice(chance.span(SECOND, DAY * 5)),
        4 => TellFate::OtherAmount,
        5 => TellFate::OtherCurrency,
        6 => TellFate::OtherNumber,
        _ => TellFate::Unsigned,
    }
}

fn write_fate(chance: &Chance) -> WriteFate {
    let all = [
        WriteFate::Fails,
        WriteFate::DiesBefore,
        WriteFate::DiesAfter,
    ];
    chance.pick(&all).unwrap_or(WriteFate::Fails)
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.happenings
            .iter()
            .try_for_each(|happening| writeln!(f, "{happening}"))
    }
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}", span_in_words(self.at), self.what)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pays { debt, clicks } => {
                write!(f, "the owner pays debt {debt} with {clicks} click(s)")
            }
            Self::PaysTwo { debt } => write!(
                f,
                "the owner pays debts {debt} and {} in two windows",
                debt.wrapping_add(1)
            ),
            Self::Imports { file, windows } => {
                write!(f, "the owner takes in file {file} in {windows} window(s)")
            }
            Self::Retries { which, windows } => write!(
                f,
                "the owner tries payout {which} again in {windows} window(s)"
            ),
            Self::Cancels { which } => write!(f, "the owner withdraws payout {which}"),
            Self::CancelsAll => f.write_str("the owner withdraws all that may be withdrawn"),
            Self::Pauses(span) => write!(f, "the owner lets nothing leave for {span:?}"),
            Self::PausesRuns => f.write_str("the owner pauses the runs of all that is on record"),
            Self::ResumesRuns => f.write_str("the owner lets the paused runs go on"),
            Self::Limits {
                at_once,
                per_minute,
            } => write!(
                f,
                "the owner allows {at_once} at once and {per_minute} in a minute"
            ),
            Self::Checks { which } => write!(f, "the owner checks payout {which} now"),
            Self::Pay(fate) => write!(f, "the next pay request: {fate:?}"),
            Self::Ask(fate) => write!(f, "the next question: {fate:?}"),
            Self::Tell(fate) => write!(f, "the next notification: {fate:?}"),
            Self::Write(after, fate) => write!(f, "after {after} more writes, one: {fate:?}"),
            Self::Dies(turns, back) => write!(
                f,
                "the process is killed after {turns} more turns, and starts again after {back:?}"
            ),
            Self::Sleeps(span) => write!(f, "the laptop sleeps for {span:?}"),
            Self::Offline(span) => write!(f, "no network for {span:?}"),
            Self::Jumps(by) => write!(f, "the laptop's clock jumps by {by:?}"),
            Self::Forges { which, paid } => write!(
                f,
                "someone forges a notification that payout {which} {}",
                if *paid { "was paid" } else { "failed" }
            ),
            Self::Contradicts => f.write_str("Pockyt tells of a failed payout that it was paid"),
            Self::Suspends { payee, suspended } => write!(
                f,
                "Pockyt {} payee {payee}",
                if *suspended { "suspends" } else { "reinstates" }
            ),
            Self::Account { payee, usable } => write!(
                f,
                "the account of payee {payee} becomes {}",
                if *usable { "usable" } else { "invalid" }
            ),
            Self::BacksUp => f.write_str("the owner backs up"),
            Self::Restores => f.write_str("the owner puts the last copy back"),
        }
    }
}
