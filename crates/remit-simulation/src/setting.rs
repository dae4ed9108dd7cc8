//! What there is before anything happens: three payees with an account each, at Pockyt and in the ledger.

use crate::ledger::{Store, at_once};
use crate::owner::{PAYEES, account_of, currency_of, payee_of};
use crate::pockyt::{Client, Pockyt};
use crate::time::LaptopClock;
use crate::world::{World, open};
use async_trait::async_trait;
use jiff::Timestamp;
use remit_core::{
    AccountSnapshot, AccountStatus, Clock, CustomerNo, EventKind, FundingAccount, NewEvent, Payee,
    PayeeSnapshot, PayeeStatus, ProfileType, Secret, Source, Subject, Vault, VaultError,
};
use secrecy::SecretString;
use std::sync::Arc;

/// No engine of a run needs a secret.
pub(crate) struct NoVault;

#[async_trait]
impl Vault for NoVault {
    async fn probe(&self) -> Result<(), VaultError> {
        Ok(())
    }
    async fn get(&self, _: &Secret) -> Result<Option<SecretString>, VaultError> {
        Ok(None)
    }
    async fn set(&self, _: &Secret, _: &SecretString) -> Result<(), VaultError> {
        Ok(())
    }
    async fn delete(&self, _: &Secret) -> Result<(), VaultError> {
        Ok(())
    }
}

/// What the laptop's wall clock shows.
pub(crate) fn wall(world: &World) -> Timestamp {
    LaptopClock(Arc::clone(&world.time)).now()
}

/// Furnishes the world.
pub(crate) fn furnish(world: &World, store: &dyn Store, pockyt: &Pockyt) {
    let ledger = store.ledger();
    let now = wall(world);
    for number in 0..PAYEES {
        let payee = payee(number, now);
        let event = NewEvent::new(
            now,
            Subject::Payee(payee.id),
            EventKind::Registered,
            Source::Answer,
        );
        let account = account_row(number, now);
        let recorded = at_once(ledger.record_payee(payee, vec![event]))
            .map(drop)
            .and_then(|()| {
                at_once(ledger.record_accounts(payee_of(number), vec![account], Vec::new()))
            });
        if let Err(error) = recorded {
            world.fail(|| format!("the ledger takes no payee: {error}"));
        }
        let client = Client {
            payee: snapshot(number),
            accounts: vec![listed(number)],
        };
        open(&pockyt.books)
            .clients
            .insert(customer_no(number), client);
    }
}

/// Compliance suspends a payee, or reinstates it.
pub(crate) fn suspend(pockyt: &Pockyt, number: u8, suspended: bool) {
    if let Some(client) = open(&pockyt.books).clients.get_mut(&customer_no(number)) {
        let status = if suspended { "PENDING" } else { "ACTIVE" };
        status.clone_into(&mut client.payee.status);
    }
}

/// A payee's account stops working, or works again.
pub(crate) fn account(pockyt: &Pockyt, number: u8, usable: bool) {
    if let Some(client) = open(&pockyt.books).clients.get_mut(&customer_no(number)) {
        for account in &mut client.accounts {
            let status = if usable { "activated" } else { "invalid" };
            status.clone_into(&mut account.status);
        }
    }
}

fn customer_no(number: u8) -> CustomerNo {
    CustomerNo(format!("2000{number}"))
}

fn payee(number: u8, now: Timestamp) -> Payee {
    Payee {
        id: payee_of(number),
        customer_no: Some(customer_no(number)),
        profile_type: ProfileType::Individual,
        first_name: "Ana".to_owned(),
        last_name: format!("Núñez {number}"),
        company: None,
        email: format!("ana{number}@example.com"),
        phone: None,
        country_code: "US".to_owned(),
        state: "NY".to_owned(),
        city: "New York".to_owned(),
        street: "1 Main St".to_owned(),
        street2: None,
        zip: "10005".to_owned(),
        lang: "en".to_owned(),
        status: PayeeStatus::Active,
        status_raw: Some("ACTIVE".to_owned()),
        status_since: now,
        reason: None,
        checked_at: Some(now),
        next_check_at: None,
        checks: 0,
        note: String::new(),
        created_at: now,
        revision: 0,
    }
}

fn snapshot(number: u8) -> PayeeSnapshot {
    PayeeSnapshot {
        customer_no: customer_no(number),
        status: "ACTIVE".to_owned(),
        first_name: "Ana".to_owned(),
        last_name: format!("Núñez {number}"),
        email: format!("ana{number}@example.com"),
        profile_type: None,
        phone: None,
        country_code: None,
        state: None,
        city: None,
        street: None,
        zip: None,
    }
}

fn listed(number: u8) -> AccountSnapshot {
    AccountSnapshot {
        token: account_of(number),
        kind: "BANK_ACCOUNT".to_owned(),
        country: "US".to_owned(),
        currency: currency_of(number).code().to_owned(),
        masked: Some("****5655".to_owned()),
        tag: None,
        status: "activated".to_owned(),
    }
}

fn account_row(number: u8, now: Timestamp) -> FundingAccount {
    let listed = listed(number);
    FundingAccount {
        token: listed.token,
        payee_id: payee_of(number),
        kind: listed.kind,
        country: listed.country,
        currency: listed.currency,
        masked: listed.masked,
        tag: listed.tag,
        status: AccountStatus::Activated,
        status_raw: listed.status,
        first_seen_at: now,
        changed_at: None,
        checked_at: now,
    }
}
