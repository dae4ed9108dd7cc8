//! How an account stands: what waits for the owner, what is on its way, and what was paid month by month.

use crate::engine::Engine;
use crate::error::Error;
use crate::money::Money;
use crate::payout::{Actor, Channel, Payout, State};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// For how long a payout that failed or came back waits for the owner before only the list of payouts shows it.
const LATELY: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How many payouts of each need are named.
const NAMED: u32 = 4;

/// The states of payouts that are on their way to their end.
pub const UNDER_WAY: [State; 6] = [
    State::Scheduled,
    State::AwaitingApproval,
    State::Ready,
    State::Sending,
    State::Unknown,
    State::Processing,
];

/// Why a payout waits for the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Need {
    /// The money came back lately, and it was not paid again.
    Returned,
    /// It failed lately, and it was not paid again.
    Failed,
    /// Only the owner can tell what Pockyt's record under its invoice ID is.
    Undecided,
    /// Its payee or account is not what it was when it was released, so it does not leave.
    Held,
    /// Pockyt has moved it for longer than it should take.
    Stalled,
    /// It wants a second look.
    Approval,
}

impl Need {
    /// Every need, the most pressing first.
    pub const ALL: [Self; 6] = [
        Self::Returned,
        Self::Failed,
        Self::Undecided,
        Self::Held,
        Self::Stalled,
        Self::Approval,
    ];
}

/// What of an account is wanted.
#[derive(Clone, Debug)]
pub struct OverviewQuery {
    /// When each month begins, earliest first; the last of these is when the last month ends.
    pub months: Vec<Timestamp>,
    /// Payouts that failed or came back before are left out of what waits for the owner.
    pub ended_since: Timestamp,
    /// A payout in processing has stalled that is so since then or earlier, by its channel.
    pub stalled_since: [(Channel, Timestamp); 4],
    /// At most how many payouts of each need are named.
    pub limit: u32,
}

impl OverviewQuery {
    /// Why a payout waits for the owner; nothing when it does not.
    #[must_use]
    pub fn need(&self, payout: &Payout) -> Option<Need> {
        let lately = payout.retried_by.is_none() && payout.since >= self.ended_since;
        match payout.state {
            State::Returned => lately.then_some(Need::Returned),
            State::Failed => lately.then_some(Need::Failed),
            State::AwaitingApproval => Some(Need::Approval),
            State::Unknown | State::Processing if payout.must_act() == Actor::Owner => {
                Some(Need::Undecided)
            }
            State::Ready if payout.on_hold() => Some(Need::Held),
            State::Processing => self.has_stalled(payout).then_some(Need::Stalled),
            _ => None,
        }
    }

    fn has_stalled(&self, payout: &Payout) -> bool {
        let of_channel = |(channel, since): &(Channel, Timestamp)| {
            *channel == payout.channel && payout.since <= *since
        };
        self.stalled_since.iter().any(of_channel)
    }
}

/// Payouts that wait for the owner for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// Why.
    pub need: Need,
    /// How many they are.
    pub total: u64,
    /// Those that came last into their state, the latest first.
    pub newest: Vec<Payout>,
}

/// Payouts in one state and one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// Where they stand.
    pub state: State,
    /// How many they are.
    pub payouts: u64,
    /// What they come to.
    pub sum: Money,
}

/// What was paid in one month and one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaidOut {
    /// When the month began.
    pub month: Timestamp,
    /// How many payouts.
    pub payouts: u64,
    /// What they come to.
    pub sum: Money,
}

/// How an account stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// Whether there is any payee or payout.
    pub begun: bool,
    /// How many payees Pockyt declined.
    pub declined: u64,
    /// How many registrations Pockyt refused.
    pub refused: u64,
    /// What waits for the owner, by [`Need::ALL`]; needs without a payout are left out.
    pub needs: Vec<Needed>,
    /// What is on its way, by [`UNDER_WAY`], then by currency code.
    pub under_way: Vec<UnderWay>,
    /// What was paid and has not come back, by currency code, then by month; months without a payout are left out.
    pub paid: Vec<PaidOut>,
}

impl Engine {
    /// How the account stands, with what was paid in these months.
    ///
    /// # Errors
    /// When the ledger cannot be read, or a sum cannot be held exactly.
    pub async fn overview(&self, months: Vec<Timestamp>) -> Result<Overview, Error> {
        let now = self.now();
        let before = |span| now.checked_sub(span).unwrap_or(now);
        let stalled = |channel| (channel, before(self.policy.stalled_after(channel)));
        let query = OverviewQuery {
            months,
            ended_since: before(LATELY),
            stalled_since: Channel::ALL.map(stalled),
            limit: NAMED,
        };
        Ok(self.ports().ledger.overview(query).await?)
    }
}
