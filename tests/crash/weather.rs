//! What can go wrong at Pockyt and on the way to it, by chance.

use crate::{INQUIRY, PAY};
use fastrand::Rng;
use pockyt_sandbox::{Control, Effect, Fault, NotificationEffect, NotificationFault};

/// Lets other things go wrong than so far: the first payments are answered late, so that there is a moment to be hit.
pub(crate) fn turns(control: &Control, chance: &mut Rng, payments: usize) {
    control.clear_faults();
    for turn in 0..payments {
        let fault = payment(chance);
        let late = chance.u64(150..900);
        let delayed = turn < 3 || chance.bool();
        control.inject(if delayed { fault.delayed(late) } else { fault });
    }
    for _ in 0..chance.usize(..3) {
        control.inject(inquiry(chance));
    }
    for _ in 0..chance.usize(..3) {
        control.inject_notification(notification(chance));
    }
}

fn payment(chance: &mut Rng) -> Fault {
    // Out of twelve: most are accepted and answered late, five are accepted but not answered, one never arrives.
    match chance.u8(..12) {
        0 => Fault::on(PAY, nonsense(chance)),
        1..6 => Fault::on(PAY, nonsense(chance)).after_processing(),
        6..8 => Fault::on(PAY, Effect::Genuine),
        _ => Fault::on(PAY, Effect::Genuine).after_processing(),
    }
}

fn inquiry(chance: &mut Rng) -> Fault {
    let fault = if chance.bool() {
        Fault::on(INQUIRY, nonsense(chance))
    } else {
        Fault::on(INQUIRY, Effect::Genuine)
    };
    fault.delayed(chance.u64(..400)).times(chance.u32(1..4))
}

/// No answer, or none that tells anything.
fn nonsense(chance: &mut Rng) -> Effect {
    let ret = |code: &str| Effect::Ret {
        code: code.to_owned(),
        message: "system error".to_owned(),
    };
    match chance.u8(..6) {
        0 => Effect::Drop,
        1 => Effect::Status { status: 502 },
        2 => Effect::Garbage,
        3 => Effect::Html,
        4 => ret("000000"),
        _ => ret("000080"),
    }
}

fn notification(chance: &mut Rng) -> NotificationFault {
    NotificationFault::once(match chance.u8(..6) {
        0 => NotificationEffect::None,
        1 => NotificationEffect::Duplicated,
        2 => NotificationEffect::Reordered,
        3 => NotificationEffect::Delayed { seconds: 5 },
        4 => NotificationEffect::Forged,
        _ => NotificationEffect::Mismatched,
    })
}
