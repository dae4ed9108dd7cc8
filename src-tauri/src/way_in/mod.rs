//! How the end of a payout reaches this computer, besides by asking: through an address of the owner's that leads to the
//! listener, or by a relay. Both end in one [`Intake`].

mod address;
mod follower;
mod intake;
mod probe;

pub(crate) use address::Addresses;
pub(crate) use intake::Intake;

use crate::host::Host;
use crate::ipc::IpcError;
use crate::ipc::events::{AppEvent, WayInChanged};
use crate::ipc::views::{AddressView, IpnUrlSource, RelayView, TestOutcome};
use crate::profiles::Profile;
use follower::Follower;
use remit_core::{Code, Engine, Secret, Vault};
use remit_relay::client::Client;
use remit_relay::link::Link;
use remit_relay::sealed::PrivateKey;
use remit_relay::wire::ReaderId;
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Turn, Notify};

/// The ways in of an open account.
pub(crate) struct WayIn {
    host: Arc<dyn Host>,
    vault: Arc<dyn Vault>,
    engine: Arc<Engine>,
    intake: Arc<Intake>,
    profile_id: String,
    token: Option<SecretString>,
    reader: ReaderId,
    came_back: Arc<Notify>,
    addresses: Mutex<Addresses>,
    follower: Mutex<Option<Follower>>,
    /// Held while another relay, or none, becomes the one that is followed.
    changing: Turn<()>,
    keying: Turn<()>,
    /// Why the relay that the keychain knows of is not followed.
    trouble: Mutex<Option<IpcError>>,
    last_test: Mutex<Option<TestOutcome>>,
    testing: Turn<()>,
}

/// What the ways in are made of.
pub(crate) struct Parts {
    pub(crate) host: Arc<dyn Host>,
    pub(crate) vault: Arc<dyn Vault>,
    pub(crate) engine: Arc<Engine>,
    pub(crate) intake: Arc<Intake>,
    pub(crate) token: Option<SecretString>,
    pub(crate) addresses: Addresses,
    pub(crate) came_back: Arc<Notify>,
}

impl WayIn {
    /// The ways in of an account. A relay that it has is followed from now on.
    pub(crate) async fn open(parts: Parts, profile: &Profile) -> Self {
        let reader = profile.reader_id.clone().and_then(|id| id.try_into().ok());
        let way_in = Self {
            host: parts.host,
            vault: parts.vault,
            engine: parts.engine,
            intake: parts.intake,
            profile_id: profile.id.clone(),
            token: parts.token,
            reader: reader.unwrap_or_else(fresh_reader),
            came_back: parts.came_back,
            addresses: Mutex::new(parts.addresses),
            follower: Mutex::default(),
            changing: Turn::default(),
            keying: Turn::default(),
            trouble: Mutex::default(),
            last_test: Mutex::default(),
            testing: Turn::default(),
        };
        way_in.follow_known().await;
        way_in
    }

    /// This installation's name at the relay, to be kept with the account.
    pub(crate) fn reader(&self) -> String {
        self.reader.to_string()
    }

    /// Where Pockyt is told to post.
    pub(crate) fn in_use(&self) -> IpnUrlSource {
        self.addresses().in_use()
    }

    pub(crate) fn address(&self) -> AddressView {
        self.addresses().view()
    }

    /// Sets the address from outside, for payouts that are released from now on.
    pub(crate) fn set_public_url(&self, url: Option<String>) {
        self.addresses().public_url = url;
        self.use_addresses();
    }

    /// Checks a public address as the owner typed it.
    ///
    /// # Errors
    /// When Pockyt could not, or should not, be told to post there.
    pub(crate) fn checked(&self, url: &str) -> Result<String, IpcError> {
        self.addresses().checked(url)
    }

    /// The relay, and how the way to it is.
    pub(crate) async fn relay(&self) -> RelayView {
        // The keychain may have been locked when the account was opened.
        if lock(&self.follower).is_none() {
            self.follow_known().await;
        }
        let key = self.key().await;
        let mut view = match lock(&self.follower).as_ref() {
            Some(follower) => follower.view(),
            None => follower::none(),
        };
        if let Some(link) = &self.addresses().relay {
            view.host = link.relay().host_str().map(str::to_owned);
        }
        if view.error.is_none() {
            view.error = lock(&self.trouble).clone();
        }
        match key {
            Ok(key) => view.public_key = Some(key.public().to_string()),
            Err(error) => view.error = view.error.or(Some(error)),
        }
        view
    }

    /// Takes a relay link: asks the relay once, keeps the link in the keychain, and follows the relay.
    ///
    /// # Errors
    /// When it is no link, or one of another key, when the relay does not answer, or the keychain does not work. All is
    /// then as before.
    pub(crate) async fn connect(&self, link: SecretString) -> Result<(), IpcError> {
        let link = Link::parse(link.expose_secret()).map_err(|error| {
            IpcError::field(Code::RelayLinkInvalid, "link", follower::sentence(&error))
        })?;
        let key = self.key().await?;
        if !link.is_for(&key.public()) {
            return Err(of_another_key());
        }
        let client = self.client(link.clone(), key)?;
        client
            .fetch(None, Duration::ZERO)
            .await
            .map_err(|error| follower::trouble(&error))?;
        let _changing = self.changing.lock().await;
        let text = SecretString::from(link.reveal().as_str());
        self.vault.set(&self.link_place(), &text).await?;
        self.follow(link, client).await;
        self.use_addresses();
        Ok(())
    }

    /// Forgets the relay. The key stays, so that a new link to it can be taken.
    ///
    /// # Errors
    /// When the keychain does not work; the relay is then followed as before.
    pub(crate) async fn disconnect(&self) -> Result<(), IpcError> {
        let _changing = self.changing.lock().await;
        self.vault.delete(&self.link_place()).await?;
        self.unfollow().await;
        *lock(&self.trouble) = None;
        self.addresses().relay = None;
        self.use_addresses();
        Ok(())
    }

    /// Sends a notification to where Pockyt would, and waits for it to arrive here.
    ///
    /// # Errors
    /// When there is no such place, or no token to sign with.
    pub(crate) async fn test(&self) -> Result<TestOutcome, IpcError> {
        // One at a time: a second click waits for the first, and then tests again.
        let _turn = self.testing.lock().await;
        let (sent_to, url) = {
            let addresses = self.addresses();
            (addresses.in_use(), addresses.ipn_url())
        };
        let url = url.ok_or_else(no_way_in)?;
        let token = self.token.as_ref().ok_or_else(no_token)?;
        let outcome = probe::send(&self.intake, &self.engine, sent_to, &url, token).await?;
        *lock(&self.last_test) = Some(outcome.clone());
        self.tell();
        Ok(outcome)
    }

    pub(crate) fn last_test(&self) -> Option<TestOutcome> {
        lock(&self.last_test).clone()
    }

    /// Follows nothing any more.
    pub(crate) async fn stop(&self) {
        self.unfollow().await;
    }

    /// Follows the relay that the keychain knows of, unless it is followed already.
    async fn follow_known(&self) {
        let _changing = self.changing.lock().await;
        if lock(&self.follower).is_none()
            && let Err(error) = self.follow_again().await
        {
            tracing::warn!(code = ?error.code, "the relay is not followed");
            *lock(&self.trouble) = Some(error);
        }
    }

    async fn follow_again(&self) -> Result<(), IpcError> {
        // The keychain may not have worked when the account was opened.
        let known = self.addresses().relay.clone();
        let link = match known {
            Some(link) => Some(link),
            None => relay_link(self.vault.as_ref(), &self.profile_id).await?,
        };
        let Some(link) = link else {
            return Ok(());
        };
        let key = self.key().await?;
        if !link.is_for(&key.public()) {
            return Err(of_another_key());
        }
        let client = self.client(link.clone(), key)?;
        self.follow(link, client).await;
        self.use_addresses();
        Ok(())
    }

    async fn follow(&self, link: Link, client: Client) {
        self.unfollow().await;
        *lock(&self.trouble) = None;
        self.addresses().relay = Some(link);
        let follower = Follower::start(
            client,
            Arc::clone(&self.intake),
            Arc::clone(&self.host),
            Arc::clone(&self.came_back),
        );
        *lock(&self.follower) = Some(follower);
    }

    async fn unfollow(&self) {
        let before = lock(&self.follower).take();
        if let Some(follower) = before {
            follower.stop().await;
        }
    }

    fn client(&self, link: Link, key: PrivateKey) -> Result<Client, IpcError> {
        Client::new(link, key, self.reader.clone()).map_err(|error| follower::trouble(&error))
    }

    /// The private key, made when there is none yet.
    async fn key(&self) -> Result<PrivateKey, IpcError> {
        // Two that find none would make two, and only one is kept.
        let _keying = self.keying.lock().await;
        let place = Secret::RelayKey(self.profile_id.clone());
        if let Some(text) = self.vault.get(&place).await? {
            return PrivateKey::parse(text.expose_secret()).map_err(|_| {
                IpcError::new(
                    Code::KeychainFailed,
                    "The relay key in the keychain is damaged. Restore the keychain that was used before.",
                )
            });
        }
        let key = PrivateKey::generate()
            .map_err(|error| IpcError::new(Code::Internal, follower::sentence(&error)))?;
        let text = SecretString::from(key.reveal().as_str());
        self.vault.set(&place, &text).await?;
        Ok(key)
    }

    fn link_place(&self) -> Secret {
        Secret::RelayLink(self.profile_id.clone())
    }

    /// What is released from now on goes by the addresses as they are.
    fn use_addresses(&self) {
        let url = self.addresses().ipn_url();
        self.engine.set_ipn_url(url);
        self.tell();
    }

    fn addresses(&self) -> MutexGuard<'_, Addresses> {
        lock(&self.addresses)
    }

    fn tell(&self) {
        self.host.tell(AppEvent::WayIn(WayInChanged));
    }
}

/// The relay link that the keychain holds.
///
/// # Errors
/// When the keychain does not work, or what it holds is no link.
pub(crate) async fn relay_link(
    vault: &dyn Vault,
    profile_id: &str,
) -> Result<Option<Link>, remit_core::Error> {
    let text = vault.get(&Secret::RelayLink(profile_id.to_owned())).await?;
    let Some(text) = text else {
        return Ok(None);
    };
    Link::parse(text.expose_secret()).map(Some).map_err(|_| {
        remit_core::Error::rule(
            Code::RelayLinkInvalid,
            "The relay link in the keychain is damaged, so Remit learns by asking Pockyt alone. Enter the relay link again.",
        )
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn fresh_reader() -> ReaderId {
    loop {
        // Always one: a UUID is letters and digits.
        if let Ok(reader) = uuid::Uuid::new_v4().simple().to_string().try_into() {
            return reader;
        }
    }
}

fn of_another_key() -> IpcError {
    IpcError::field(
        Code::RelayLinkOfAnotherKey,
        "link",
        "This relay link was made for another Remit's key. Give whoever runs the relay the public key that is shown here, and \
         ask for a new link.",
    )
}

fn no_way_in() -> IpcError {
    IpcError::new(
        Code::NoWayIn,
        "There is no address that a notification could be sent to. Enter a public address or a relay link first.",
    )
}

fn no_token() -> IpcError {
    IpcError::new(
        Code::TokenMissing,
        "The API token is not in the keychain. Enter it in Settings.",
    )
}
