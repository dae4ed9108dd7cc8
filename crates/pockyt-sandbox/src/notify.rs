//! Sends notifications, and drives everything that happens by itself.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use url::{Host, Url};

use crate::assumptions::ACKNOWLEDGEMENT;
use crate::clock::wire;
use crate::config::NotificationFormat;
use crate::money::Money;
use crate::sign;
use crate::state::{NotificationKind, PayoutStatus, State};
use crate::world::World;

/// Longest sleep in one go: timers stand still while a laptop sleeps, but what is due then is due.
const NAP: Duration = Duration::from_secs(20);
/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most notifications on the wire at once.
const AT_ONCE: usize = 16;
/// Longest answer that is looked at.
const ANSWER_MAX: usize = 1024;

/// A client that follows no redirect, so that a notification never leaves for an address that was not checked.
pub(crate) fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .no_proxy()
        .build()
}

/// Whether notifications may go there: `https`, or `http` to this computer.
pub(crate) fn may_notify(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let loopback = match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => return false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

/// The fields of a notification (pockyt-api.md section 5), signed.
fn fields(state: &State, id: u64, api_token: &str) -> Option<Vec<(&'static str, String)>> {
    let notification = state.notifications.get(&id)?;
    let payout = state.payouts.get(&notification.transaction_no)?;
    let account = state.accounts.get(&payout.account_token)?;
    let (amount, status, token) = match notification.kind {
        NotificationKind::Genuine | NotificationKind::Duplicate => {
            (payout.amount, notification.status, api_token.to_owned())
        }
        NotificationKind::Mismatched => {
            let minor = payout.amount.minor.saturating_add(100);
            let wrong = Money {
                minor,
                ..payout.amount
            };
            (wrong, notification.status, api_token.to_owned())
        }
        NotificationKind::Forged => (
            payout.amount,
            PayoutStatus::Success,
            format!("not {api_token}"),
        ),
    };
    let mut fields = vec![
        ("accountToken", payout.account_token.clone()),
        ("amount", amount.wire()),
        ("currency", amount.currency.code().to_owned()),
        ("invoiceId", payout.invoice_id.clone()),
        ("paymentTime", wire(notification.settled)),
        ("status", status.wire().to_owned()),
        ("transactionNo", payout.transaction_no.clone()),
        ("vendor", account.method.kind.wire().to_owned()),
    ];
    let signature = sign::signature(
        fields.iter().map(|(name, value)| (*name, value.as_str())),
        &token,
    );
    fields.push((sign::FIELD, signature));
    Some(fields)
}

async fn send(world: &World, id: u64) -> Result<(), String> {
    let (url, fields) = world
        .store
        .read(|state| {
            let url = state.notifications.get(&id)?.url.clone();
            Some((url, fields(state, id, &world.config.api_token)?))
        })
        .ok_or("its payout is gone")?;
    let (media, body) = match world.switches().notification_format {
        NotificationFormat::Form => (
            "application/x-www-form-urlencoded",
            serde_urlencoded::to_string(&fields).map_err(|error| error.to_string())?,
        ),
        NotificationFormat::Json => {
            let object: serde_json::Map<_, _> = fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.into()))
                .collect();
            let body = serde_json::to_string(&object).map_err(|error| error.to_string())?;
            ("application/json", body)
        }
    };
    let mut answer = world
        .http
        .post(&url)
        .header("content-type", media)
        .body(body)
        .send()
        .await
        .map_err(|error| error.without_url().to_string())?;
    let status = answer.status();
    let mut text = Vec::new();
    while let Some(chunk) = answer
        .chunk()
        .await
        .map_err(|e| e.without_url().to_string())?
    {
        text.extend_from_slice(&chunk);
        if text.len() > ANSWER_MAX {
            break;
        }
    }
    if status.as_u16() == 200 && text.trim_ascii() == ACKNOWLEDGEMENT.as_bytes() {
        Ok(())
    } else {
        let text: String = String::from_utf8_lossy(&text).chars().take(80).collect();
        Err(format!("answered {} with {text:?}", status.as_u16()))
    }
}

/// Puts the notifications due at `now` on the wire.
fn dispatch(world: &Arc<World>, now: Timestamp) -> JoinSet<()> {
    let due = world.store.read(|state| state.due_deliveries(now));
    let mut sending = JoinSet::new();
    for id in due {
        if world.in_flight().len() >= AT_ONCE || !world.take_off(id) {
            continue;
        }
        let world = Arc::clone(world);
        sending.spawn(async move {
            let outcome = send(&world, id).await;
            let kept = world
                .store
                .change(|state| {
                    let now = world.clock.now();
                    (state.record_attempt(id, now, outcome), true)
                })
                .await;
            if let Err(error) = kept {
                tracing::error!(%error, "a notification's try could not be kept");
            }
            world.landed(id);
            world.wake.notify_one();
        });
    }
    sending
}

/// Does what is due: settles payouts and starts their notifications.
async fn work(world: &Arc<World>) -> JoinSet<()> {
    let now = world.clock.now();
    let due = world
        .store
        .read(|state| state.agenda.first().is_some_and(|(at, _)| *at <= now));
    if due {
        // What cannot be kept is reported by `change`, and told to whoever asks next.
        let _ = world.change(|_, _| ()).await;
    }
    dispatch(world, now)
}

/// Runs until told to stop, sleeping until something is due.
pub(crate) async fn drive(world: Arc<World>, mut stop: tokio::sync::watch::Receiver<bool>) {
    loop {
        {
            let _step = world.stepping.lock().await;
            work(&world).await.detach_all();
        }
        let in_flight = world.in_flight();
        let due = world.store.read(|state| {
            let deliver = state
                .deliveries
                .iter()
                .find(|(_, id)| in_flight.len() < AT_ONCE && !in_flight.contains(id));
            let settle = state.agenda.first().map(|(at, _)| *at);
            settle.into_iter().chain(deliver.map(|(at, _)| *at)).min()
        });
        let asleep = async {
            match due {
                Some(at) if !world.clock.is_virtual() => {
                    let wait = Duration::try_from(at.duration_since(world.clock.now()));
                    tokio::time::sleep(wait.unwrap_or(Duration::ZERO).min(NAP)).await;
                }
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            () = asleep => {}
            () = world.wake.notified() => {}
            _ = stop.changed() => return,
        }
    }
}

/// Moves a virtual clock by `by`, stopping at everything that is due on the way, and returns when all of it is done.
pub(crate) async fn advance(world: &Arc<World>, by: Duration) {
    let _step = world.stepping.lock().await;
    let until = crate::clock::later(world.clock.now(), by);
    loop {
        work(world).await.join_all().await;
        let now = world.clock.now();
        match world.store.read(State::next_due) {
            Some(at) if at <= until => world.clock.advance_to(at.max(now)),
            _ => break,
        }
        if !world.in_flight().is_empty() {
            // One that the driver put on the wire before the step began.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    world.clock.advance_to(until);
}

#[cfg(test)]
mod tests {
    use super::may_notify;

    #[test]
    fn notifications_stay_on_this_computer_or_are_encrypted() {
        for url in [
            "https://example.com/ipn",
            "http://127.0.0.1:8080/ipn",
            "http://[::1]:8080/ipn",
            "http://localhost/ipn",
        ] {
            assert!(may_notify(url), "{url}");
        }
        for url in [
            "http://example.com/ipn",
            "http://127.0.0.1.example.com/",
            "http://192.168.1.2/ipn",
            "ftp://127.0.0.1/",
            "/ipn",
            "",
        ] {
            assert!(!may_notify(url), "{url}");
        }
    }
}
