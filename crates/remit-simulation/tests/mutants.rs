//! The simulation finds mistakes: each of these, deliberately made, breaks a promise within the seeds stated.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use remit_core::{Mutant, activate};
use remit_simulation::Fleet;

/// Within how many seeds, from 0, each is found.
const FOUND_WITHIN: [(Mutant, u64); Mutant::ALL.len()] = [
    (Mutant::SendsBeforeCommit, 100),
    (Mutant::DefersClaims, 1_000),
    (Mutant::SwallowsFailedCommit, 1_000),
    (Mutant::NewKeyOnResend, 100),
    (Mutant::NewBodyOnResend, 100),
    (Mutant::FailsOnTimeout, 100),
    (Mutant::FailsOnServerError, 1_000),
    (Mutant::AcceptsDuplicate, 1_000),
    (Mutant::ResendsAtFirstNotFound, 100),
    (Mutant::GivesUpTooSoon, 1_000),
    (Mutant::BelievesTheClock, 1_000),
    (Mutant::IgnoresClockSetBack, 1_000),
    (Mutant::TrustsForgedNotification, 1_000),
    (Mutant::TrustsAnyAmount, 1_000),
    (Mutant::TakesPaidBack, 1_000),
    (Mutant::PaysWhatWasPaidAfterAll, 1_000),
    (Mutant::CancelsWhatWasSent, 1_000),
    (Mutant::SendsWhatWasGivenBack, 1_000),
    (Mutant::ClaimsWithoutRevision, 1_000),
    (Mutant::RecoverySkipsRows, 1_000),
    (Mutant::AsksOnlyOnce, 100),
    (Mutant::RestoredSendsAtOnce, 1_000),
    (Mutant::FindsNothing, 1_000),
    (Mutant::ReleasesWhileComparing, 1_000),
];

#[test]
fn every_mistake_is_found_within_the_seeds_stated() {
    let mut unfound = Vec::new();
    for (mutant, seeds) in FOUND_WITHIN {
        let fleet = Fleet {
            from: 0,
            seeds,
            most_failures: 1,
            real_one_in: 0,
        };
        match fleet.sail(|| activate(Some(mutant))).first() {
            Some(broken) => eprintln!("{mutant:?}: seed {}: {}", broken.seed, broken.failure),
            None => unfound.push(mutant),
        }
    }
    assert_eq!(unfound, [], "not found within the seeds stated");
}

#[test]
fn the_table_names_every_mistake() {
    for mutant in Mutant::ALL {
        assert!(
            FOUND_WITHIN.iter().any(|(named, _)| *named == mutant),
            "{mutant:?}"
        );
    }
}
