//! How each trouble reaches the engine: with the kind and the certainty that crates/pockyt and the shell's gateway give it.

use crate::faults::{Refused, Silence, Useless};
use remit_core::{Answer, Certainty, GatewayError, Refusal};

pub(super) fn trouble(certainty: Certainty, kind: Refusal, words: &str) -> GatewayError {
    GatewayError {
        certainty,
        kind,
        words: (!words.is_empty()).then(|| words.to_owned()),
        field: None,
        evidence: Some(words.to_owned()),
    }
}

pub(super) fn unreachable() -> GatewayError {
    trouble(Certainty::NotSent, Refusal::Unreachable, "")
}

pub(super) fn duplicate() -> GatewayError {
    let words = "000023 Duplicate request error";
    trouble(Certainty::Unknown, Refusal::Duplicate, words)
}

pub(super) fn no_such_record() -> GatewayError {
    refused(Refused::NoRecord)
}

pub(super) fn silent(silence: Silence) -> GatewayError {
    let kind = match silence {
        Silence::Timeout => Refusal::Timeout,
        Silence::Broken => Refusal::ConnectionLost,
    };
    trouble(Certainty::Unknown, kind, "")
}

pub(super) fn useless(what: Useless) -> GatewayError {
    let (kind, words) = match what {
        Useless::Garbled => (Refusal::Garbled, ""),
        Useless::ServerError => (Refusal::SystemError, ""),
        Useless::SystemError => (Refusal::SystemError, "000000 system error"),
        Useless::SupplierError => (Refusal::SystemError, "000080 supplier system error"),
        Useless::TooMany => (Refusal::RateLimited, ""),
        Useless::Unrecognised => (Refusal::Unrecognised, "000077 see the manual"),
    };
    trouble(Certainty::Unknown, kind, words)
}

pub(super) fn refused(what: Refused) -> GatewayError {
    let (kind, words) = match what {
        Refused::Signature => (Refusal::TokenRejected, "000030 verifySign does not match"),
        Refused::Value => (Refusal::BadValue, "000023 parameter value error"),
        Refused::BalanceOrState => (Refusal::BalanceOrState, "000040 transaction status error"),
        Refused::NoRecord => (Refusal::NoSuchRecord, "000021 no such record"),
    };
    trouble(Certainty::Refused, kind, words)
}

pub(super) fn answer<T>(value: T, evidence: &str) -> Answer<T> {
    Answer {
        value,
        evidence: evidence.to_owned(),
    }
}
