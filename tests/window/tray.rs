//! A window that is closed while a payout waits: Remit stays in the tray, opens from there, and ends when it is told to or
//! everything is sent.

use crate::closing::{ask_to_close, runs};
use crate::owner::{Owner, Setting};
use crate::steps;
use crate::window::{GLANCE, PATIENCE};
use nix::unistd::Pid;
use pockyt_sandbox::Sandbox;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use zbus::proxy::CacheProperties;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, Proxy, connection, interface};

/// The tray of a desktop: it takes the name on the session bus under which programs look for one.
struct Panel;

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Panel {
    fn register_status_notifier_item(&self, _service: String) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

/// A program's sign in the tray, as the desktop has it.
struct Sign {
    item: Proxy<'static>,
    menu: Proxy<'static>,
}

/// What the desktop knows of an entry.
type Entry = (i32, HashMap<String, OwnedValue>);
/// A tool tip: a picture's name, pictures, the title, the text.
type ToolTip = (String, Vec<(i32, i32, Vec<u8>)>, String, String);

impl Sign {
    async fn of(bus: &Connection, program: Pid) -> Self {
        let start = Instant::now();
        let name = loop {
            let names = zbus::fdo::DBusProxy::new(bus).await.unwrap();
            let names = names.list_names().await.unwrap();
            let own = format!("org.kde.StatusNotifierItem-{program}-");
            if let Some(name) = names.iter().find(|name| name.starts_with(&own)) {
                break name.to_string();
            }
            assert!(start.elapsed() < PATIENCE, "no sign in the tray");
            tokio::time::sleep(GLANCE).await;
        };
        let at = async |path: &'static str, interface: &'static str| {
            zbus::proxy::Builder::<Proxy<'static>>::new(bus)
                .destination(name.clone())
                .unwrap()
                .path(path)
                .unwrap()
                .interface(interface)
                .unwrap()
                // A sign tells of its changes in its own way.
                .cache_properties(CacheProperties::No)
                .build()
                .await
                .unwrap()
        };
        Self {
            item: at("/StatusNotifierItem", "org.kde.StatusNotifierItem").await,
            menu: at("/MenuBar", "com.canonical.dbusmenu").await,
        }
    }

    /// Waits until pointing at the sign tells this, and its menu too.
    async fn until(&self, says: &str) {
        let start = Instant::now();
        loop {
            let tip = self.item.get_property::<ToolTip>("ToolTip").await.unwrap();
            let labels = self.labels().await;
            if tip.3 == says && labels.iter().any(|(_, label)| label == says) {
                return;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "{:?} and {labels:?} instead of {says}",
                tip.3
            );
            tokio::time::sleep(GLANCE).await;
        }
    }

    async fn labels(&self) -> Vec<(i32, String)> {
        let every: (Vec<i32>, Vec<&str>) = (Vec::new(), vec!["label"]);
        let entries: Vec<Entry> = self.menu.call("GetGroupProperties", &every).await.unwrap();
        let label = |(id, properties): Entry| {
            let label = properties.get("label")?.clone();
            Some((id, String::try_from(label).ok()?))
        };
        entries.into_iter().filter_map(label).collect()
    }

    async fn press(&self) {
        self.item.call_method("Activate", &(0, 0)).await.unwrap();
    }

    async fn pick(&self, entry: &str) {
        let labels = self.labels().await;
        let found = labels.iter().find(|(_, label)| label == entry);
        let (id, _) = found.unwrap_or_else(|| panic!("no {entry} in {labels:?}"));
        let event = (id, "clicked", Value::I32(0), 0_u32);
        self.menu.call_method("Event", &event).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_closed_while_a_payout_waits_leaves_remit_in_the_tray_until_it_is_sent() {
    let bus = connection::Builder::session()
        .unwrap()
        .name("org.kde.StatusNotifierWatcher")
        .unwrap()
        .serve_at("/StatusNotifierWatcher", Panel)
        .unwrap()
        .build()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut config = steps::pockyt_config();
    config.state_file = Some(folder.path().join("pockyt.json"));
    let pockyt = Sandbox::start(config.clone()).await.unwrap();
    let mut owner = Setting::new("en", "light").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    let program = owner.driver.program();
    let sign = Sign::of(&bus, program).await;
    sign.until("Nothing is being sent").await;
    steps::review_payout(&owner, "75").await;
    config.addr = pockyt.control().addr();
    pockyt.stop().await;
    owner.press("Pay USD 75.00 to Ana Ruiz").await;
    owner.read("engine.waitsNetwork").await;
    sign.until("1 payout waits for the network").await;

    close(&owner).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(runs(program), "a payout waits");
    sign.press().await;
    seen(&owner, true).await;
    close(&owner).await;
    let pockyt = Sandbox::start(config.clone()).await.unwrap();
    ends(program, Duration::from_secs(90)).await;
    assert_eq!(
        pockyt.control().transfers().len(),
        1,
        "sent without a window"
    );

    owner.start_again().await;
    let program = owner.driver.program();
    let sign = Sign::of(&bus, program).await;
    owner.push("common.settings").await;
    let choice = owner.say("tray.closing_always");
    owner.choose(&owner.say("tray.closing"), &choice).await;
    owner.inspect("70-closing").await;
    sign.until("Nothing is being sent").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    close(&owner).await;
    assert!(runs(program), "the owner wants it to stay");
    sign.pick("Quit Remit").await;
    ends(program, PATIENCE).await;
    assert_eq!(pockyt.control().transfers().len(), 1);
    pockyt.stop().await;
}

/// Closes the window and waits until it is gone.
async fn close(owner: &Owner) {
    let window = owner.driver.window_on_display("^Remit$").unwrap();
    ask_to_close(window.parse().unwrap());
    seen(owner, false).await;
}

/// Waits until the window is to be seen, or is not.
async fn seen(owner: &Owner, wanted: bool) {
    let start = Instant::now();
    while owner.driver.window_on_display("^Remit$").is_some() != wanted {
        assert!(
            start.elapsed() < PATIENCE,
            "the window is seen: {}",
            !wanted
        );
        tokio::time::sleep(GLANCE).await;
    }
}

async fn ends(program: Pid, within: Duration) {
    let start = Instant::now();
    while runs(program) {
        assert!(start.elapsed() < within, "Remit goes on");
        tokio::time::sleep(GLANCE).await;
    }
}
