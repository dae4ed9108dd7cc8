//! Cuts a plan that fails down to what it needs to fail.

use crate::plan::Plan;
use crate::run::{On, run};

/// How many runs a cut may take.
const MOST: u32 = 3_000;

/// The smallest cut of a failing plan that still breaks the same kind of promise: first large parts are left out, then
/// single happenings, until none can be.
#[must_use]
pub fn shrink(plan: &Plan, on: On, failure: &str) -> Plan {
    let mut plan = plan.clone();
    let mut runs = 0;
    let mut size = plan.len().div_ceil(2);
    while size > 0 {
        let mut from = 0;
        let mut cut = false;
        while from < plan.len() && runs < MOST {
            let smaller = plan.without(from, from + size);
            runs += 1;
            if fails_alike(&smaller, on, failure) {
                plan = smaller;
                cut = true;
            } else {
                from += size;
            }
        }
        if runs >= MOST {
            break;
        }
        if !cut || size > 1 {
            size /= 2;
        }
    }
    plan
}

fn fails_alike(plan: &Plan, on: On, failure: &str) -> bool {
    run(plan, on, false).is_ok_and(|outcome| {
        outcome
            .failure
            .is_some_and(|other| kind(&other) == kind(failure))
    })
}

/// What kind of promise was broken: the first words, without the names in them.
fn kind(failure: &str) -> &str {
    failure.split_once(':').map_or(failure, |(kind, _)| kind)
}
