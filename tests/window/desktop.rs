//! A desktop that shows notifications: it takes the name on the session bus under which programs look for one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Mutex, MutexGuard};
use x11rb::protocol::xproto::{ConnectionExt, InputFocus};
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, connection, interface};

const PATH: &str = "/org/freedesktop/Notifications";

/// A notification as a program asked for it.
pub(crate) struct Shown {
    pub(crate) id: u32,
    pub(crate) title: String,
    pub(crate) body: String,
}

struct Notifications {
    shown: UnboundedSender<Shown>,
    last: AtomicU32,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    #[expect(
        clippy::too_many_arguments,
        reason = "the desktops' own specification has so many"
    )]
    fn notify(
        &self,
        _app_name: String,
        _replaces_id: u32,
        _app_icon: String,
        summary: String,
        body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expire_timeout: i32,
    ) -> u32 {
        let id = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let _nobody = self.shown.send(Shown {
            id,
            title: summary,
            body,
        });
        id
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned(), "actions".to_owned()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let words = ["a test's desktop", "Remit", "1", "1.2"];
        words.map(str::to_owned).into()
    }

    fn close_notification(&self, _id: u32) {}

    #[zbus(signal)]
    async fn action_invoked(
        emitter: &SignalEmitter<'_>,
        id: u32,
        action_key: &str,
    ) -> zbus::Result<()>;
}

/// There is one name on the bus, for one test at a time.
static NAME: Mutex<()> = Mutex::const_new(());

/// The desktop.
pub(crate) struct Desktop {
    bus: Connection,
    shown: UnboundedReceiver<Shown>,
    _name: MutexGuard<'static, ()>,
}

impl Desktop {
    pub(crate) async fn new() -> Self {
        let name = NAME.lock().await;
        let (sender, shown) = unbounded_channel();
        let notifications = Notifications {
            shown: sender,
            last: AtomicU32::new(0),
        };
        let bus = connection::Builder::session()
            .unwrap()
            .name("org.freedesktop.Notifications")
            .unwrap()
            .serve_at(PATH, notifications)
            .unwrap()
            .build()
            .await
            .unwrap();
        Self {
            bus,
            shown,
            _name: name,
        }
    }

    /// Takes the keyboard away from every window.
    pub(crate) fn look_away(&self) {
        let (display, _) = x11rb::connect(None).unwrap();
        display
            .set_input_focus(InputFocus::NONE, x11rb::NONE, x11rb::CURRENT_TIME)
            .unwrap()
            .check()
            .unwrap();
    }

    /// Waits for the notification of this title.
    pub(crate) async fn until(&mut self, patience: Duration, title: &str) -> Shown {
        let mut titles = Vec::new();
        let found = tokio::time::timeout(patience, async {
            while let Some(shown) = self.shown.recv().await {
                if shown.title == title {
                    return Some(shown);
                }
                titles.push(shown.title);
            }
            None
        });
        let found = found.await.ok().flatten();
        found.unwrap_or_else(|| panic!("“{title}” was not shown, but {titles:?}"))
    }

    /// Presses a notification, after the moment that it takes to be read.
    pub(crate) async fn press(&self, shown: &Shown) {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let emitter = SignalEmitter::new(&self.bus, PATH).unwrap();
        Notifications::action_invoked(&emitter, shown.id, "default")
            .await
            .unwrap();
    }
}
