//! What happens in an order that chance alone would rarely make.

use crate::chance::Chance;
use crate::faults::{PayFate, Refused, Silence};
use crate::plan::{HOUR, Happening, MINUTE, SECOND, What, turns};
use std::time::Duration;

/// What happens in a run of so long, by this chance; nothing where it does not come to that.
pub(crate) type Story = fn(&Chance, Duration) -> Vec<Happening>;

/// In so long the rows of some files are released.
const RUSH: Duration = Duration::from_secs(100);

/// For so long nothing leaves, so that what is released by then is ready in a copy.
const QUEUED: Duration = Duration::from_secs(90);

/// So often the owner tries again what may be tried again after a ledger was put back.
const TRIES: usize = 4;

const RETRIES: What = What::Retries {
    which: 0,
    windows: 1,
};

/// What was refused is tried again, in the ledger that is then lost and soon after in the one that was put back.
pub(crate) fn retried_twice(chance: &Chance, horizon: Duration) -> Vec<Happening> {
    let story = [
        What::Pay(PayFate::Refused(Refused::Value)),
        What::Pays {
            debt: 11,
            clicks: 1,
        },
        What::BacksUp,
        What::Retries {
            which: 0,
            windows: 1,
        },
        What::Restores,
    ];
    let step = horizon / 6;
    let mut at = Duration::ZERO;
    let mut happenings: Vec<Happening> = story
        .into_iter()
        .map(|what| {
            at += chance.span(SECOND, step);
            Happening { at, what }
        })
        .collect();
    let at = at + chance.span(SECOND * 3, MINUTE * 3);
    let what = What::Retries {
        which: 0,
        windows: 1,
    };
    happenings.push(Happening { at, what });
    happenings
}

/// A payout is refused, and then told as paid, before the owner tries it again.
pub(crate) fn contradicted(chance: &Chance, horizon: Duration) -> Vec<Happening> {
    if !chance.one_in(4) {
        return Vec::new();
    }
    let retries = What::Retries {
        which: 0,
        windows: 1,
    };
    let story = [
        What::Pay(PayFate::Refused(Refused::Value)),
        What::Pays {
            debt: 10,
            clicks: 1,
        },
        What::Contradicts,
        retries,
        retries,
    ];
    let mut at = Duration::ZERO;
    let next = |what| {
        at += chance.span(SECOND, horizon / 6);
        Happening { at, what }
    };
    story.into_iter().map(next).collect()
}

/// Many payouts are ready at once, with little room on the wire; and the owner thinks better of it.
pub(crate) fn rush(chance: &Chance, horizon: Duration) -> Vec<Happening> {
    if !chance.one_in(3) {
        return Vec::new();
    }
    let begins = chance.span(SECOND, horizon / 2);
    let limits = |chance: &Chance| What::Limits {
        at_once: u8::try_from(1 + chance.number(4)).unwrap_or(1),
        per_minute: if chance.one_in(4) { 60 } else { 0 },
    };
    let mut happenings = vec![
        Happening {
            at: begins,
            what: limits(chance),
        },
        Happening {
            at: begins,
            what: What::Pauses(RUSH),
        },
    ];
    happenings.extend((0..3).map(|file| Happening {
        at: begins + SECOND,
        what: What::Imports { file, windows: 1 },
    }));
    for _ in 0..=chance.number(5) {
        let which = u8::try_from(chance.number(16)).unwrap_or(0);
        let what = match chance.number(10) {
            0 | 1 => What::CancelsAll,
            2 => What::Pauses(chance.span(Duration::from_millis(10), SECOND * 5)),
            3 | 4 => limits(chance),
            5 => What::Offline(chance.span(SECOND, MINUTE)),
            6 => What::Sleeps(chance.span(SECOND, HOUR)),
            7 => What::Dies(turns(chance), chance.span(SECOND, MINUTE)),
            _ => What::Cancels { which },
        };
        let at = begins + RUSH + chance.span(Duration::from_millis(1), SECOND * 2);
        happenings.push(Happening { at, what });
    }
    happenings
}

/// One after the other, each within a part of the run after the one before.
fn in_turn(
    chance: &Chance,
    horizon: Duration,
    story: impl IntoIterator<Item = What>,
) -> impl Iterator<Item = Happening> {
    let mut at = Duration::ZERO;
    story.into_iter().map(move |what| {
        at += chance.span(SECOND, horizon / 6);
        Happening { at, what }
    })
}

/// A payout that was queued when a copy was made is refused and tried again, in the ledger that is then lost. In the one that
/// was put back the owner tries again whatever may be.
pub(crate) fn queued_in_the_copy(chance: &Chance, horizon: Duration) -> Vec<Happening> {
    if !chance.one_in(3) {
        return Vec::new();
    }
    let begins = chance.span(SECOND, horizon / 6);
    let at = |after: Duration, what| Happening {
        at: begins + after,
        what,
    };
    let pays = What::Pays { debt: 8, clicks: 1 };
    let mut happenings = vec![
        at(Duration::ZERO, What::Pauses(QUEUED)),
        at(SECOND, pays),
        at(QUEUED - SECOND, What::BacksUp),
        at(QUEUED - SECOND, What::Pay(PayFate::Refused(Refused::Value))),
    ];
    let mut after = QUEUED;
    let mut then = |what, least| {
        after += chance.span(least, horizon / 8);
        happenings.push(at(after, what));
    };
    then(RETRIES, SECOND);
    then(What::Restores, MINUTE);
    (0..TRIES).for_each(|_| then(RETRIES, MINUTE));
    happenings
}

/// A file is taken in, one row of it is refused and tried again, in the ledger that is then lost. The owner takes the same file
/// in once more.
pub(crate) fn taken_in_again(chance: &Chance, horizon: Duration) -> Vec<Happening> {
    if !chance.one_in(3) {
        return Vec::new();
    }
    let file = u8::try_from(chance.number(3)).unwrap_or(0);
    let imports = What::Imports { file, windows: 1 };
    let story = [
        What::BacksUp,
        What::Pay(PayFate::Refused(Refused::Value)),
        imports,
        RETRIES,
        What::Restores,
        imports,
    ];
    in_turn(chance, horizon, story).collect()
}

/// The runs of what was lost on its way are paused for a while.
pub(crate) fn held_back(chance: &Chance, horizon: Duration) -> Vec<Happening> {
    if !chance.one_in(3) {
        return Vec::new();
    }
    let imports = What::Imports {
        file: u8::try_from(chance.number(3)).unwrap_or(0),
        windows: 1,
    };
    let story = [
        What::Pay(PayFate::Lost(Silence::Broken)),
        imports,
        What::PausesRuns,
        What::ResumesRuns,
        What::PausesRuns,
    ];
    in_turn(chance, horizon, story).collect()
}

/// A request is lost, and the one that goes out again finds no network.
pub(crate) fn unsent(chance: &Chance, horizon: Duration) -> Vec<Happening> {
    if !chance.one_in(6) {
        return Vec::new();
    }
    let story = [
        What::Pay(PayFate::Lost(Silence::Broken)),
        What::Pay(PayFate::Unreachable),
        What::Pays { debt: 9, clicks: 1 },
    ];
    in_turn(chance, horizon, story).collect()
}
