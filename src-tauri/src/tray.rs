//! Remit's sign in the system's tray: what is being sent, and the way back to a window that was closed meanwhile
//! (docs/adr/0016-tray.md). What it says comes from the window, which speaks the owner's language.

use crate::host::bring_forward;
use crate::ipc::inputs::TrayWords;
use crate::notices;
use std::cell::RefCell;
use tauri::menu::MenuEvent;
use tauri::{AppHandle, Manager, Runtime};
use tray_icon::menu::{Menu, MenuItem, PredefinedMenuItem};
use tray_icon::{Icon, MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};

const OPEN: &str = "tray-open";
const QUIT: &str = "tray-quit";
const SIGN: tauri::image::Image<'_> = tauri::include_image!("src-tauri/icons/32x32.png");

/// The sign as it is shown.
struct Tray {
    words: TrayWords,
    /// The window was closed, and Remit went on.
    closed: bool,
    sign: TrayIcon,
    status: MenuItem,
    open: MenuItem,
    quit: MenuItem,
}

thread_local! {
    /// The systems' signs belong to the main thread. None where the desktop has no tray.
    static TRAY: RefCell<Option<Tray>> = const { RefCell::new(None) };
}

/// Shows the sign with these words. Once nothing holds Remit open any more, and its window was closed, Remit ends.
/// On the main thread only.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>, words: TrayWords) {
    let done = TRAY.with_borrow_mut(|shown| match shown {
        Some(tray) => {
            tray.say(words);
            tray.closed && tray.words.stays.is_none()
        }
        None => {
            match Tray::new(app, words) {
                Ok(tray) => *shown = Some(tray),
                // It is tried again with the next words: the desktop's panel may start later than Remit.
                Err(cause) => tracing::info!(%cause, "this desktop shows no tray"),
            }
            false
        }
    });
    if done {
        crate::end(app.clone());
    }
}

/// Whether Remit goes on without its window, which the owner is closing: then the window is hidden, and the system tells.
/// On the main thread only.
pub(crate) fn outlives_window<R: Runtime>(app: &AppHandle<R>) -> bool {
    let notice = TRAY.with_borrow_mut(|shown| {
        let tray = shown.as_mut()?;
        let notice = tray.words.stays.clone()?;
        tray.closed = true;
        Some(notice)
    });
    let Some(notice) = notice else { return false };
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
    true
}

/// The window is open again: nothing ends Remit but closing it once more. From any thread.
pub(crate) fn window_is_back<R: Runtime>(app: &AppHandle<R>) {
    let told = app.run_on_main_thread(|| {
        TRAY.with_borrow_mut(|shown| {
            if let Some(tray) = shown {
                tray.closed = false;
            }
        });
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
    fn new<R: Runtime>(
        app: &AppHandle<R>,
        words: TrayWords,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let status = MenuItem::new(&words.status, false, None);
        let open = MenuItem::with_id(OPEN, &words.open, true, None);
        let quit = MenuItem::with_id(QUIT, &words.quit, true, None);
        let line = PredefinedMenuItem::separator();
        let menu = Menu::with_items(&[&status, &line, &open, &quit])?;
        let icon = Icon::from_rgba(SIGN.rgba().to_owned(), SIGN.width(), SIGN.height())?;
        let sign = TrayIconBuilder::new()
            .with_id("remit")
            .with_title("Remit")
            .with_tooltip(&words.status)
            .with_icon(icon)
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
            words,
            closed: false,
            sign,
            status,
            open,
            quit,
        })
    }

    fn say(&mut self, words: TrayWords) {
        self.status.set_text(&words.status);
        self.open.set_text(&words.open);
        self.quit.set_text(&words.quit);
        if let Err(cause) = self.sign.set_tooltip(Some(&words.status)) {
            tracing::warn!(%cause, "the sign in the tray could not be changed");
        }
        self.words = words;
    }
}
