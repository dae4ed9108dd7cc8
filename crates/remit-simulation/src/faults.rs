//! What the next requests, questions, notifications and writes meet. The plan says so one by one, so that a plan can be
//! cut down to what matters.

use crate::world::open;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

/// How a request ends that has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    /// No answer in time.
    Timeout,
    /// The connection breaks.
    Broken,
}

/// An answer that tells nothing reliable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Useless {
    /// Not what Pockyt sends.
    Garbled,
    /// HTTP 5xx.
    ServerError,
    /// 000000.
    SystemError,
    /// 000080.
    SupplierError,
    /// HTTP 429.
    TooMany,
    /// A code that is in no list.
    Unrecognised,
}

/// A definite refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The signature is wrong.
    Signature,
    /// A value has the wrong form.
    Value,
    /// 000040.
    BalanceOrState,
    /// No such record.
    NoRecord,
}

/// What becomes of a pay request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PayFate {
    /// It arrives, and its answer too.
    Answered,
    /// It is lost on its way.
    Lost(Silence),
    /// It arrives, and its answer is lost.
    AnswerLost(Silence),
    /// It is given up, and arrives after all, so long after it left.
    Late(Silence, Duration),
    /// It arrives, and its answer takes so long.
    Slow(Duration),
    /// It arrives, whether it then takes effect or not, and is answered with nothing of use.
    Useless { what: Useless, took_effect: bool },
    /// It arrives and is refused.
    Refused(Refused),
    /// The network could not be reached.
    Unreachable,
    /// It is answered with "duplicate", although nothing was there before.
    CalledDuplicate { took_effect: bool },
    /// It is doubled on its way.
    Doubled,
    /// The process dies before it leaves, or when it has just left.
    Dies { left: bool },
}

/// What becomes of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AskFate {
    /// It has no answer.
    Silent(Silence),
    /// Its answer takes so long.
    Slow(Duration),
    /// It is answered with nothing of use.
    Useless(Useless),
    /// It is refused.
    Refused(Refused),
    /// The answer tells another amount, or none that can be read.
    OtherAmount { readable: bool },
    /// The answer tells a status that is in no list.
    OtherWord,
}

/// What becomes of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TellFate {
    /// It never comes.
    Missing,
    /// It comes so late.
    Late(Duration),
    /// It comes twice, the second time so much later.
    Twice(Duration),
    /// It is signed, and tells another amount.
    OtherAmount,
    /// It is signed, and tells another currency.
    OtherCurrency,
    /// It is signed, and tells another number of Pockyt's.
    OtherNumber,
    /// Its signature is broken.
    Unsigned,
}

/// What becomes of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WriteFate {
    /// It goes well.
    Kept,
    /// The disk is full: it changes nothing.
    Fails,
    /// The process dies before it.
    DiesBefore,
    /// It is durable, and the process dies before it learns so.
    DiesAfter,
}

/// What is next.
#[derive(Default)]
pub(crate) struct Faults {
    pays: Mutex<VecDeque<PayFate>>,
    asks: Mutex<VecDeque<AskFate>>,
    tells: Mutex<VecDeque<TellFate>>,
    writes: Mutex<VecDeque<WriteFate>>,
    offline_until: Mutex<Duration>,
}

impl Faults {
    pub(crate) fn pay(&self, fate: PayFate) {
        open(&self.pays).push_back(fate);
    }

    pub(crate) fn ask(&self, fate: AskFate) {
        open(&self.asks).push_back(fate);
    }

    pub(crate) fn tell(&self, fate: TellFate) {
        open(&self.tells).push_back(fate);
    }

    /// After so many writes that go well, one meets this.
    pub(crate) fn write(&self, after: u8, fate: WriteFate) {
        let mut writes = open(&self.writes);
        writes.clear();
        writes.extend(std::iter::repeat_n(WriteFate::Kept, after.into()));
        writes.push_back(fate);
    }

    pub(crate) fn offline_until(&self, until: Duration) {
        *open(&self.offline_until) = until;
    }

    pub(crate) fn offline(&self, now: Duration) -> bool {
        now < *open(&self.offline_until)
    }

    pub(crate) fn next_pay(&self) -> PayFate {
        open(&self.pays).pop_front().unwrap_or(PayFate::Answered)
    }

    pub(crate) fn next_ask(&self) -> Option<AskFate> {
        open(&self.asks).pop_front()
    }

    pub(crate) fn next_tell(&self) -> Option<TellFate> {
        open(&self.tells).pop_front()
    }

    pub(crate) fn next_write(&self) -> WriteFate {
        open(&self.writes).pop_front().unwrap_or(WriteFate::Kept)
    }

    /// The troubles end.
    pub(crate) fn stop(&self) {
        open(&self.pays).clear();
        open(&self.asks).clear();
        open(&self.tells).clear();
        open(&self.writes).clear();
        *open(&self.offline_until) = Duration::ZERO;
    }
}
