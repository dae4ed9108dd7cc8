//! Keeps Pockyt's notifications for laptops, which sleep and have no public address, until they have fetched them.
//!
//! Pockyt posts to an address of the relay's. The relay seals what came to the owner's public key ([`sealed`]), writes it
//! durably, and only then answers `success`. The laptop fetches by long-poll with a cursor, and acknowledges after its own
//! commit ([`client`]). One string, the relay link ([`link`]), carries all that a laptop needs to know. What goes over the
//! wire between the two is in [`wire`].
//!
//! The feature `server` (the default) is the relay, `client` the laptop's side; neither needs the other.

mod key;

pub mod link;
pub mod sealed;
pub mod wire;

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "server")]
pub mod server;

pub use key::{Inbound, MailboxId, NoRandomness, Token};
