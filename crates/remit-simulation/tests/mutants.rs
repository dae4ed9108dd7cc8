//! The simulation finds mistakes: each of these, deliberately made, breaks a promise within the seeds stated.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use remit_core::{Mutant, activate};
use remit_simulation::Fleet;

/// How it is told that the state machine has no such edge.
const EDGE: &str = "the engine asks for an edge";

/// Within how many seeds, from 0, each is found, and what it breaks then.
const FOUND_WITHIN: [(Mutant, u64, &[&str]); Mutant::ALL.len()] = [
    (Mutant::SendsBeforeCommit, 100, &["I1: "]),
    (Mutant::DefersClaims, 1_000, &["NOT ON DISK: "]),
    (Mutant::SwallowsFailedCommit, 1_000, &["I1: "]),
    (Mutant::NewKeyOnResend, 100, &["I1: another key"]),
    (Mutant::NewBodyOnResend, 100, &["I1: another body"]),
    (Mutant::FailsOnTimeout, 100, &["WRONG: "]),
    (Mutant::FailsOnServerError, 1_000, &["WRONG: "]),
    (Mutant::AcceptsDuplicate, 1_000, &["WRONG: "]),
    (Mutant::ResendsAtFirstNotFound, 100, &["I4: "]),
    (Mutant::GivesUpTooSoon, 1_000, &["WRONG: "]),
    (Mutant::BelievesTheClock, 1_000, &["I4: "]),
    (
        Mutant::IgnoresClockSetBack,
        1_000,
        &["DUE FOR EVER: ", "STUCK: "],
    ),
    (Mutant::TrustsForgedNotification, 1_000, &["I6: "]),
    (Mutant::TrustsAnyAmount, 1_000, &["I6: "]),
    (Mutant::TakesPaidBack, 1_000, &[EDGE]),
    (
        Mutant::PaysWhatWasPaidAfterAll,
        1_000,
        &["PAID AFTER ALL: "],
    ),
    (Mutant::CancelsWhatWasSent, 1_000, &[EDGE]),
    (Mutant::SendsWhatWasGivenBack, 1_000, &["I1: "]),
    (
        Mutant::ClaimsWithoutRevision,
        1_000,
        &["OVERWRITTEN: ", EDGE],
    ),
    (Mutant::RecoverySkipsRows, 1_000, &["STUCK: "]),
    (Mutant::AsksOnlyOnce, 100, &["STUCK: "]),
    (Mutant::RestoredSendsAtOnce, 1_000, &["COMPARING: "]),
    (Mutant::FindsNothing, 1_000, &["LOST: "]),
    (
        Mutant::ReleasesWhileComparing,
        1_000,
        &["PAID TWICE: ", "LOST: "],
    ),
    (Mutant::RetriesFoundAreNotLinked, 1_000, &["PAID TWICE: "]),
    (
        Mutant::SkipsAskingFirst,
        1_000,
        &["PAID TWICE: ", "WRONG: ", "STUCK: "],
    ),
    (Mutant::ResendsWhatIsHeldBack, 1_000, &["PAUSED: "]),
    (Mutant::ForgetsEarlierRequests, 1_000, &["I4: ", "WRONG: "]),
];

#[test]
fn every_mistake_is_found_within_the_seeds_stated() {
    let mut unfound = Vec::new();
    for (mutant, seeds, kinds) in FOUND_WITHIN {
        let fleet = Fleet {
            from: 0,
            seeds,
            most_failures: 1,
            real_one_in: 0,
        };
        match fleet.sail(|| activate(Some(mutant))).first() {
            Some(broken) => {
                eprintln!("{mutant:?}: seed {}: {}", broken.seed, broken.failure);
                if !kinds.iter().any(|kind| broken.failure.starts_with(kind)) {
                    unfound.push((mutant, Some(broken.clone())));
                }
            }
            None => unfound.push((mutant, None)),
        }
    }
    assert_eq!(
        unfound,
        [],
        "not found, or by chance, within the seeds stated"
    );
}

#[test]
fn the_table_names_every_mistake() {
    for mutant in Mutant::ALL {
        assert!(
            FOUND_WITHIN.iter().any(|(named, ..)| *named == mutant),
            "{mutant:?}"
        );
    }
}
