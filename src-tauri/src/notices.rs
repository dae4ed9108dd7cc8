//! The system's own notifications. What they say comes from the window, which speaks the owner's language.

use crate::ipc::inputs::Notice;
use notify_rust::{Notification, NotificationResponse};

/// Shows a notification, and calls `opened` when the owner presses it, where the system tells. Returns at once: some systems
/// tell by keeping whoever asks waiting.
pub(crate) fn show(notice: Notice, opened: impl FnOnce() + Send + 'static) {
    let waits = std::thread::Builder::new().name("notification".to_owned());
    let begun = waits.spawn(move || {
        let pressed = |response: &NotificationResponse| {
            if matches!(response, NotificationResponse::Default) {
                opened();
            }
        };
        let shown = prepared(&notice)
            .show()
            .and_then(|handle| handle.wait_for_response(pressed));
        // A desktop without notifications is no trouble: the window tells the same.
        if let Err(cause) = shown {
            tracing::info!(%cause, "the system shows no notification");
        }
    });
    if let Err(cause) = begun {
        tracing::warn!(%cause, "a notification could not be shown");
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn prepared(notice: &Notice) -> Notification {
    const NAME: &str = "remit";

    let mut notification = Notification::new();
    notification
        .appname("Remit")
        .icon(NAME)
        .hint(notify_rust::Hint::DesktopEntry(NAME.to_owned()))
        .summary(&notice.title)
        .body(&escaped(&notice.body))
        .action("default", "Remit");
    notification
}

#[cfg(target_os = "macos")]
fn prepared(notice: &Notice) -> Notification {
    // The system shows the icon of the program that is named, once; again is an error that changes nothing.
    let _ = notify_rust::set_application(crate::IDENTIFIER);
    let mut notification = Notification::new();
    notification.summary(&notice.title).body(&notice.body);
    notification
}

#[cfg(windows)]
fn prepared(notice: &Notice) -> Notification {
    let mut notification = Notification::new();
    notification
        .app_id(crate::IDENTIFIER)
        .summary(&notice.title)
        .body(&notice.body);
    notification
}

/// The body may hold markup on these desktops, and a payee's name is a stranger's text.
#[cfg(all(unix, not(target_os = "macos")))]
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_name_is_no_markup() {
        let notice = Notice {
            title: "USD 1.00 to <b>Ana</b>".to_owned(),
            body: "<a href='x'>Ana & Co</a>".to_owned(),
            leads_to: None,
        };
        let prepared = prepared(&notice);
        assert_eq!(prepared.summary, notice.title, "the title is plain text");
        assert_eq!(prepared.body, "&lt;a href='x'&gt;Ana &amp; Co&lt;/a&gt;");
        assert_eq!(prepared.actions[0], "default", "it can be pressed");
    }
}
