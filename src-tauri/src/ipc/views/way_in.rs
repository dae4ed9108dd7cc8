//! How the end of a payout reaches this computer.

use super::LearntView;
use crate::ipc::IpcError;
use serde::{Deserialize, Serialize};
use specta::Type;

/// How the end of a payout reaches this computer.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "WayIn")]
pub struct WayInView {
    /// Remit asks Pockyt, always.
    pub asking: AskingView,
    /// An address of the owner's.
    pub address: AddressView,
    /// A relay.
    pub relay: RelayView,
    /// Where Pockyt is told to post what becomes of payouts that are released from now on.
    pub in_use: IpnUrlSource,
    /// The last test notification since the account was opened.
    pub last_test: Option<TestOutcome>,
    /// How payouts lately came to be known.
    pub learnt: LearntView,
    /// Notifications that Pockyt did not sign.
    pub forged: ForgedView,
}

/// Asking Pockyt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Asking")]
pub struct AskingView {
    /// When Pockyt last answered.
    pub answered_at: Option<String>,
    /// When it will be asked next; nothing while all is settled.
    pub next_ask_at: Option<String>,
    /// Since when it cannot be reached.
    pub offline_since: Option<String>,
}

/// An address of the owner's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Address")]
pub struct AddressView {
    /// Where this computer takes notifications: what a tunnel must lead to. Nobody can guess its path.
    pub local_url: String,
    /// The address from outside that leads there.
    pub public_url: Option<String>,
}

/// How the way to the relay is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RelayState {
    /// There is none.
    None,
    /// It is being asked for the first time.
    Connecting,
    /// It answers.
    Connected,
    /// It does not answer, and is asked again by itself.
    Interrupted,
    /// It answers, but not us: the owner needs a new link.
    Refused,
}

/// A relay.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Relay")]
pub struct RelayView {
    /// How the way to it is.
    pub state: RelayState,
    /// Its name.
    pub host: Option<String>,
    /// Since when it is so.
    pub since: Option<String>,
    /// When it is asked again.
    pub again_at: Option<String>,
    /// When it last gave a notification, since the account was opened.
    pub last_arrived_at: Option<String>,
    /// What is wrong and what to do.
    pub error: Option<IpcError>,
    /// The public key that whoever runs the relay needs to make a link; nothing when the keychain cannot keep its other half.
    pub public_key: Option<String>,
}

/// Where Pockyt is told to post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum IpnUrlSource {
    /// Nowhere: Remit learns by asking alone.
    None,
    /// This computer's own address, which only a Pockyt on this computer can reach.
    Local,
    /// The public address.
    Address,
    /// The relay.
    Relay,
}

/// What a test notification showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TestResult {
    /// It arrived: the way in works.
    Arrived,
    /// The address could not be reached.
    Unreachable,
    /// Something answered there that does not lead here.
    WrongAnswer,
    /// It was taken there, and did not arrive here.
    NotArrived,
}

/// A test of the way in.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TestOutcome {
    /// When.
    pub at: String,
    /// Where it was sent.
    pub sent_to: IpnUrlSource,
    /// What it showed.
    pub result: TestResult,
    /// How long it took to arrive, in milliseconds.
    pub took_ms: Option<u32>,
    /// What is wrong and what to do.
    pub error: Option<IpcError>,
}

/// Notifications that Pockyt did not sign. The first of each hour are kept as evidence, the others only counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Forged")]
pub struct ForgedView {
    /// How many came since the account was opened.
    pub came: u32,
    /// How many of those were not kept.
    pub not_kept: u32,
    /// When the last came.
    pub last_at: Option<String>,
}
