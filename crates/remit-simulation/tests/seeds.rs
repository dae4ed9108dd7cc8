//! A fixed set of seeds, on the fast ledger and on the real one. A larger one: `cargo xtask simulate`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use remit_simulation::{Fleet, On, Plan, run};

#[test]
fn no_seed_breaks_a_promise() {
    let fleet = Fleet {
        from: 0,
        seeds: 2_000,
        most_failures: 1,
        real_one_in: 0,
    };
    assert_eq!(fleet.sail(|| ()), []);
}

#[test]
fn no_seed_breaks_a_promise_on_the_real_ledger() {
    let fleet = Fleet {
        from: 1_000_000,
        seeds: 24,
        most_failures: 1,
        real_one_in: 1,
    };
    assert_eq!(fleet.sail(|| ()), []);
}

/// A clock 55 days ahead: two looks at a paid payout within three days, and the money came back on the sixth.
#[test]
fn a_clock_that_is_ahead_ends_no_watch() {
    let outcome = run(&Plan::new(109_870), On::Memory, false).unwrap();
    assert_eq!(outcome.failure, None);
}

#[test]
fn a_seed_replays_to_the_same_trace_on_either_ledger() {
    for seed in [3, 7, 11, 19] {
        let plan = Plan::new(seed);
        let first = run(&plan, On::Memory, true).unwrap();
        assert!(first.trace.len() > 20, "it must tell something");
        let again = run(&plan, On::Memory, true).unwrap();
        assert_eq!(first.trace, again.trace, "seed {seed}");
        let real = run(&plan, On::Disk, true).unwrap();
        assert_eq!(
            run(&plan, On::Disk, true).unwrap().trace,
            real.trace,
            "seed {seed}"
        );
    }
}
