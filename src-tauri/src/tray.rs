//! Remit's sign in the system's tray: what is being sent, and the way back to a window that was closed meanwhile
//! (docs/adr/0016-tray.md); and what becomes of a window that is closed where there is no tray. What is said comes from the
//! window, which speaks the owner's language.

use crate::host::bring_forward;
use crate::ipc::events::CloseAsked;
use crate::ipc::inputs::{Notice, TrayWords};
use crate::notices;
use std::cell::RefCell;
use tauri::menu::MenuEvent;
use tauri::{AppHandle, Manager, Runtime};
use tauri_specta::Event;
use tray_icon::menu::{Menu, MenuItem, PredefinedMenuItem};
use tray_icon::{Icon, MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};

const OPEN: &str = "tray-open";
const QUIT: &str = "tray-quit";
const PICTURE: tauri::image::Image<'_> = tauri::include_image!("src-tauri/icons/32x32.png");

/// What the window last said, and where it is shown.
#[derive(Default)]
struct Tray {
    words: Option<TrayWords>,
    /// The window was closed, and Remit went on.
    closed: bool,
    /// The window was told to ask, and has not said anything since.
    asked: bool,
    /// None where the desktop has no tray.
    sign: Option<Sign>,
}

/// The sign as it is shown.
struct Sign {
    icon: TrayIcon,
    status: MenuItem,
    open: MenuItem,
    quit: MenuItem,
}

/// What becomes of a window that the owner closes.
enum Closing {
    /// It is hidden, and the system tells.
    Hides(Notice),
    /// It stays, and asks.
    Asks,
    /// It goes, and Remit with it.
    Ends,
}

thread_local! {
    /// The systems' signs belong to the main thread.
    static TRAY: RefCell<Tray> = RefCell::default();
}

/// Shows the sign with these words. Once nothing holds Remit open any more, and its window was closed, Remit ends.
/// On the main thread only.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>, words: TrayWords) {
    let done = TRAY.with_borrow_mut(|tray| {
        match &tray.sign {
            Some(sign) => sign.say(&words),
            None => match Sign::new(app, &words) {
                Ok(sign) => tray.sign = Some(sign),
                // It is tried again with the next words: the desktop's panel may start later than Remit.
                Err(cause) => tracing::info!(%cause, "this desktop shows no tray"),
            },
        }
        let done = tray.closed && words.stays.is_none();
        tray.words = Some(words);
        tray.asked = false;
        done
    });
    if done {
        crate::end(app.clone());
    }
}

/// Whether the window that the owner is closing is to be left alone: Remit goes on without it, or it asks first.
/// On the main thread only.
pub(crate) fn keeps_window<R: Runtime>(app: &AppHandle<R>) -> bool {
    match TRAY.with_borrow_mut(Tray::close) {
        Closing::Hides(notice) => {
            hide(app, notice);
            true
        }
        Closing::Asks => {
            bring_forward(app);
            // A window that cannot hear it could not be closed any more.
            CloseAsked.emit(app).is_ok()
        }
        Closing::Ends => false,
    }
}

fn hide<R: Runtime>(app: &AppHandle<R>, notice: Notice) {
    for (label, window) in app.webview_windows() {
        // The demo's pages make no sense without Remit.
        let gone = if label == "main" {
            window.hide()
        } else {
            window.close()
        };
        if let Err(cause) = gone {
            tracing::warn!(%cause, "a window could not be hidden");
        }
    }
    let app = app.clone();
    notices::show(notice, move || {
        bring_forward(&app);
    });
}

/// The window is open again: nothing ends Remit but closing it once more. From any thread.
pub(crate) fn window_is_back<R: Runtime>(app: &AppHandle<R>) {
    let told = app.run_on_main_thread(|| {
        TRAY.with_borrow_mut(|tray| tray.closed = false);
    });
    if let Err(cause) = told {
        tracing::warn!(%cause, "the sign in the tray was not told of the window");
    }
}

/// What the owner chose in the sign's menu.
pub(crate) fn chosen<R: Runtime>(app: &AppHandle<R>, event: &MenuEvent) {
    match event.id().as_ref() {
        OPEN => {
            bring_forward(app);
        }
        QUIT => crate::end(app.clone()),
        _ => (),
    }
}

impl Tray {
    fn close(&mut self) -> Closing {
        let Some(words) = &self.words else {
            return Closing::Ends;
        };
        match &words.stays {
            Some(notice) if self.sign.is_some() => {
                self.closed = true;
                Closing::Hides(notice.clone())
            }
            // A window that has said nothing since may hang: closing it once more closes it.
            Some(_) if words.asks && !self.asked => {
                self.asked = true;
                Closing::Asks
            }
            _ => Closing::Ends,
        }
    }
}

impl Sign {
    fn new<R: Runtime>(
        app: &AppHandle<R>,
        words: &TrayWords,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let status = MenuItem::new(&words.status, false, None);
        let open = MenuItem::with_id(OPEN, &words.open, true, None);
        let quit = MenuItem::with_id(QUIT, &words.quit, true, None);
        let line = PredefinedMenuItem::separator();
        let menu = Menu::with_items(&[&status, &line, &open, &quit])?;
        let picture =
            Icon::from_rgba(PICTURE.rgba().to_owned(), PICTURE.width(), PICTURE.height())?;
        let icon = TrayIconBuilder::new()
            .with_id("remit")
            .with_title("Remit")
            .with_tooltip(&words.status)
            .with_icon(picture)
            .with_menu(Box::new(menu))
            // A press on a sign opens its menu on macOS, and the program everywhere else.
            .with_menu_on_left_click(cfg!(target_os = "macos"))
            .build()?;
        let app = app.clone();
        TrayIconEvent::set_event_handler(Some(move |event| {
            let pressed = matches!(
                event,
                TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                }
            );
            if pressed && !cfg!(target_os = "macos") {
                bring_forward(&app);
            }
        }));
        Ok(Self {
            icon,
            status,
            open,
            quit,
        })
    }

    fn say(&self, words: &TrayWords) {
        self.status.set_text(&words.status);
        self.open.set_text(&words.open);
        self.quit.set_text(&words.quit);
        if let Err(cause) = self.icon.set_tooltip(Some(&words.status)) {
            tracing::warn!(%cause, "the sign in the tray could not be changed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tray(stays: bool, asks: bool) -> Tray {
        let notice = Notice {
            title: "Remit goes on".to_owned(),
            body: String::new(),
            leads_to: None,
        };
        Tray {
            words: Some(TrayWords {
                status: "1 payout is being sent".to_owned(),
                open: "Open".to_owned(),
                quit: "Quit".to_owned(),
                stays: stays.then_some(notice),
                asks,
            }),
            ..Tray::default()
        }
    }

    #[test]
    fn without_a_tray_a_window_asks_once_and_only_where_something_would_wait() {
        let mut waits = tray(true, true);
        assert!(matches!(waits.close(), Closing::Asks));
        assert!(matches!(waits.close(), Closing::Ends), "it may hang");
        assert!(matches!(tray(true, false).close(), Closing::Ends));
        // The owner wants it so.
        assert!(matches!(tray(false, true).close(), Closing::Ends));
        assert!(matches!(Tray::default().close(), Closing::Ends));
    }
}
