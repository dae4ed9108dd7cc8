//! The payee's side: the invitation, the portal, and the review that Pockyt's people would do.

use crate::driver::Driver;
use crate::window::Window;
use pockyt_sandbox::Sandbox;
use std::sync::Arc;

/// A browser of the payee's own, in front of the mailbox.
pub(crate) async fn browser(pockyt: &Sandbox, album: &str) -> Window {
    let driver = Arc::new(Driver::browser().await);
    driver.client.goto(&pockyt.mailbox_url()).await.unwrap();
    Window::new(driver, ".", &format!("{album}/portal"))
}

/// From the mailbox, follows the invitation and completes the profile, looking at every page.
pub(crate) async fn complete_profile(payee: &Window) {
    payee.inspect("01-mailbox").await;
    payee.follow_css("main a[href*='/mailbox/']").await;
    payee.inspect("02-invitation").await;
    payee.follow_css("main a[href*='/portal/']").await;
    payee.inspect("03-details").await;
    payee.follow_css("form[action*='/details'] button").await;
    payee.follow_css("form[action*='/identity'] button").await;
    payee.inspect("04-identity-errors").await;
    payee.fill_css("[name=date_of_birth]", "1990-04-30").await;
    payee.press_css("[name=document][value=passport]").await;
    payee.follow_css("form[action*='/identity'] button").await;
    payee.inspect("05-methods").await;
    payee.press_css("[name=kind][value=bank]").await;
    payee.follow_css("form[action*='/method'] button").await;
    payee.press_css("[name=account_type][value=checking]").await;
    payee.fill_css("[name=routing_number]", "021000021").await;
    payee
        .fill_css("[name=account_number]", "000123456789")
        .await;
    payee.inspect("06-bank").await;
    payee.follow_css("form[action*='/method'] button").await;
    payee.inspect("07-check").await;
    payee.follow_css("form[action*='/submit'] button").await;
    payee.inspect("08-in-review").await;
    payee.follow_css("[name=decision][value=approve]").await;
    payee.inspect("09-approved").await;
}
