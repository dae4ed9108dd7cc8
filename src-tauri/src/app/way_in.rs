//! How the end of a payout reaches this computer, and what did.

use super::{App, engine};
use crate::ipc::IpcError;
use crate::ipc::inputs::{NotificationQuery, SecretText};
use crate::ipc::views::{
    AskingView, ForgedView, NotificationPage, NotificationView, TestOutcome, WayInView,
};
use crate::session::Session;
use remit_core::{Code, EventKind};
use std::sync::Arc;

impl App {
    pub(crate) async fn way_in(&self) -> Result<WayInView, IpcError> {
        view(self.session().await?.as_ref()).await
    }

    pub(crate) async fn set_public_url(&self, url: Option<String>) -> Result<WayInView, IpcError> {
        let _opening = self.opening.lock().await;
        let session = self.session().await?;
        let way_in = session.way_in();
        let typed = url.filter(|url| !url.trim().is_empty());
        let url = typed.map(|url| way_in.checked(&url)).transpose()?;
        let kept = url.clone();
        self.change_profile(&session.profile().id, |profile| profile.public_url = kept)?;
        way_in.set_public_url(url);
        view(&session).await
    }

    pub(crate) async fn connect_relay(&self, link: SecretText) -> Result<WayInView, IpcError> {
        let session = {
            let _opening = self.opening.lock().await;
            let session = self.session().await?;
            // First, so that the relay never knows this computer by a name that is forgotten.
            let reader = session.way_in().reader();
            let id = &session.profile().id;
            self.change_profile(id, |profile| profile.reader_id = Some(reader))?;
            session
        };
        // Whoever closes the account does not wait for the relay.
        self.connecting(&session, link).await?;
        view(&session).await
    }

    async fn connecting(&self, session: &Arc<Session>, link: SecretText) -> Result<(), IpcError> {
        session
            .unless_closed(session.way_in().connect(link.into_secret()))
            .await
            .unwrap_or_else(|| Err(super::no_profile()))
    }

    pub(crate) async fn disconnect_relay(&self) -> Result<WayInView, IpcError> {
        let _opening = self.opening.lock().await;
        let session = self.session().await?;
        session.way_in().disconnect().await?;
        view(&session).await
    }

    pub(crate) async fn send_test_notification(&self) -> Result<TestOutcome, IpcError> {
        let session = self.session().await?;
        session
            .unless_closed(session.way_in().test())
            .await
            .unwrap_or_else(|| Err(super::no_profile()))
    }

    pub(crate) async fn list_notifications(
        &self,
        query: NotificationQuery,
    ) -> Result<NotificationPage, IpcError> {
        let session = self.session().await?;
        let page = session.ledger().notifications(query.into()).await?;
        Ok(NotificationPage {
            notifications: page.rows.into_iter().map(NotificationView::from).collect(),
            next: page.next,
            total: number(page.total),
        })
    }

    pub(crate) async fn notification_text(&self, id: &str) -> Result<String, IpcError> {
        let session = self.session().await?;
        let found = match id.parse() {
            Ok(seq) => session.ledger().event_at(seq).await?,
            Err(_) => None,
        };
        found
            .map(|found| found.event)
            .filter(|event| matches!(event.kind, EventKind::Notified | EventKind::Inquired))
            .and_then(|event| event.evidence.or(event.reason))
            .ok_or_else(|| IpcError::bad_id(Code::NotificationNotFound))
    }
}

async fn view(session: &Session) -> Result<WayInView, IpcError> {
    let way_in = session.way_in();
    let status = engine::status(session).await?;
    let forged = session.engine().status().forged;
    Ok(WayInView {
        asking: AskingView {
            answered_at: status.answered_at,
            next_ask_at: status.next_ask_at,
            offline_since: status.offline_since,
        },
        address: way_in.address(),
        relay: way_in.relay().await,
        in_use: way_in.in_use(),
        last_test: way_in.last_test(),
        learnt: status.learnt,
        forged: ForgedView {
            came: number(forged.came),
            not_kept: number(forged.not_kept),
            last_at: forged.last_at.map(|at| at.to_string()),
        },
    })
}

fn number(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
