//! The payee's side, played in a browser: the invitation, the portal, and the review that Pockyt's people would do.

use crate::driver::Driver;
use crate::window::Window;

/// Follows the invitation in the sandbox's mailbox and completes the profile, looking at every page.
pub(crate) async fn complete_profile(sandbox: &str, language: &str, album: &str) {
    let browser = Window::new(Driver::browser().await, &format!("{album}/portal"));
    let go = async |path: &str| {
        let url = format!("{sandbox}{path}?lang={language}");
        browser.driver.client.goto(&url).await.unwrap();
    };
    go("/mailbox").await;
    browser.inspect("01-mailbox").await;
    browser
        .press_css("main ul a, main table a, main a[href*='/mailbox/']")
        .await;
    browser.press_css("main a[href*='/portal/']").await;
    browser.press_css("form[action*='/details'] button").await;
    browser.press_css("form[action*='/identity'] button").await;
    browser.inspect("02-identity-errors").await;
    browser.fill_css("[name=date_of_birth]", "1990-04-30").await;
    browser.press_css("[name=document][value=passport]").await;
    browser.press_css("form[action*='/identity'] button").await;
    browser.inspect("03-methods").await;
    browser.press_css("[name=kind][value=bank]").await;
    browser.press_css("form[action*='/method'] button").await;
    browser
        .press_css("[name=account_type][value=checking]")
        .await;
    browser.fill_css("[name=routing_number]", "021000021").await;
    browser
        .fill_css("[name=account_number]", "000123456789")
        .await;
    browser.inspect("04-bank").await;
    browser.press_css("form[action*='/method'] button").await;
    browser.inspect("05-check").await;
    browser.press_css("form[action*='/submit'] button").await;
    browser.inspect("06-in-review").await;
    browser.press_css("[name=decision][value=approve]").await;
    browser.inspect("07-approved").await;
}
