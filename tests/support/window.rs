//! What a person does in a window: look, press, type. Everything waits a while for what it needs.

use crate::driver::Driver;
use fantoccini::Locator;
use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long what must come may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// The time between two looks.
pub(crate) const GLANCE: Duration = Duration::from_millis(60);

/// A window with somebody in front of it.
pub(crate) struct Window {
    /// The driver of the program whose window it is.
    pub(crate) driver: Arc<Driver>,
    /// What its title on the display matches.
    title: &'static str,
    album: PathBuf,
}

impl Window {
    /// The window of this title, whose pictures go to `target/screens/<album>`.
    pub(crate) fn new(driver: Arc<Driver>, title: &'static str, album: &str) -> Self {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let album = target.parent().unwrap().join("screens").join(album);
        std::fs::create_dir_all(&album).unwrap();
        Self {
            driver,
            title,
            album,
        }
    }

    /// All the text there is to read.
    pub(crate) async fn text(&self) -> String {
        let text = self
            .driver
            .run("return document.body?.innerText ?? ''")
            .await;
        plain(text.as_str().unwrap_or_default())
    }

    /// Waits until a text is to be read.
    pub(crate) async fn see(&self, text: &str) {
        self.see_within(text, PATIENCE).await;
    }

    /// Waits until a text is to be read, at most so long.
    pub(crate) async fn see_within(&self, text: &str, patience: Duration) {
        let start = Instant::now();
        loop {
            let shown = self.text().await;
            if shown.contains(&plain(text)) {
                return;
            }
            if start.elapsed() > patience {
                self.picture("missed").await;
                panic!("“{text}” is not to be seen. The window shows:\n{shown}");
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Waits until a CSS selector finds something that is to be seen.
    pub(crate) async fn see_css(&self, selector: &str) {
        self.patiently(selector, async |window| {
            window.displayed(Locator::Css(selector)).await.map(drop)
        })
        .await;
    }

    /// Presses what has this text: a button, a link, a menu's entry, a choice.
    pub(crate) async fn press(&self, text: &str) {
        self.click(&pressable(text), text).await;
    }

    /// Waits until what has this text can be pressed.
    pub(crate) async fn see_pressable(&self, text: &str) {
        let path = pressable(text);
        self.patiently(text, async |window| {
            window.displayed(Locator::XPath(&path)).await.map(drop)
        })
        .await;
    }

    /// Presses the button of this text twice, as fast as a mouse can.
    pub(crate) async fn double_click(&self, text: &str) {
        let path = pressable(text);
        let button = self.displayed(Locator::XPath(&path)).await.unwrap();
        let (down, up) = (
            PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            },
            PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            },
        );
        let there = PointerAction::MoveToElement {
            element: button,
            duration: None,
            x: 0.0,
            y: 0.0,
        };
        let twice = MouseActions::new("mouse".to_owned())
            .then(there)
            .then(down.clone())
            .then(up.clone())
            .then(down)
            .then(up);
        self.driver.client.perform_actions(twice).await.unwrap();
    }

    /// How many a CSS selector finds.
    pub(crate) async fn count(&self, selector: &str) -> usize {
        let found = self.driver.client.find_all(Locator::Css(selector)).await;
        found.unwrap().len()
    }

    /// Chooses the radio button whose label holds this text.
    pub(crate) async fn pick(&self, text: &str) {
        let path = format!(
            "//label[.//input[@type='radio'] and contains(., {})]",
            quoted(text)
        );
        self.click(&path, text).await;
    }

    async fn click(&self, path: &str, what: &str) {
        self.patiently(what, async |window| {
            window.displayed(Locator::XPath(path)).await?.click().await
        })
        .await;
    }

    /// Presses what a CSS selector finds, for pages without words of their own in the catalogue.
    pub(crate) async fn press_css(&self, selector: &str) {
        self.patiently(selector, async |window| {
            window
                .displayed(Locator::Css(selector))
                .await?
                .click()
                .await
        })
        .await;
    }

    /// Presses what leads to another page, and waits until that has come.
    pub(crate) async fn follow_css(&self, selector: &str) {
        let page = async || {
            let script =
                "return document.readyState === 'complete' ? performance.timeOrigin : null";
            // While one page gives way to the next, no script is answered.
            let answer = self.driver.client.execute(script, Vec::new()).await;
            answer.ok()?.as_f64()
        };
        let other_than = async |before: Option<f64>| {
            let start = Instant::now();
            loop {
                let now = page().await;
                if now.is_some() && now != before {
                    return now;
                }
                assert!(start.elapsed() < PATIENCE, "{selector} leads nowhere");
                tokio::time::sleep(GLANCE).await;
            }
        };
        let before = other_than(None).await;
        self.press_css(selector).await;
        other_than(before).await;
    }

    /// Types into what a CSS selector finds.
    pub(crate) async fn fill_css(&self, selector: &str, text: &str) {
        self.patiently(selector, async |window| {
            let field = window.displayed(Locator::Css(selector)).await?;
            field.clear().await?;
            field.send_keys(text).await
        })
        .await;
    }

    /// Types into the field of this label, in place of what is there.
    pub(crate) async fn fill(&self, label: &str, text: &str) {
        self.patiently(label, async |window| {
            let field = window.field(label).await?;
            field.clear().await?;
            field.send_keys(text).await
        })
        .await;
    }

    /// Chooses an entry of the list of this label.
    pub(crate) async fn choose(&self, label: &str, entry: &str) {
        self.patiently(label, async |window| {
            window.field(label).await?.select_by_label(entry).await
        })
        .await;
    }

    async fn field(&self, label: &str) -> Result<Element, CmdError> {
        let path = format!("//label[normalize-space(text())={}]", quoted(label));
        let found = self.displayed(Locator::XPath(&path)).await?;
        let id = found.attr("for").await?.unwrap_or_default();
        self.driver.client.find(Locator::Id(&id)).await
    }

    /// The first match that is to be seen.
    async fn displayed(&self, locator: Locator<'_>) -> Result<Element, CmdError> {
        for found in self.driver.client.find_all(locator).await? {
            if found.is_displayed().await? {
                return Ok(found);
            }
        }
        self.driver.client.find(locator).await
    }

    /// Tries again until it works: the window may be about to show what is wanted, or be replacing it just now.
    async fn patiently(&self, what: &str, deed: impl AsyncFn(&Self) -> Result<(), CmdError>) {
        let start = Instant::now();
        while let Err(cause) = deed(self).await {
            if start.elapsed() > PATIENCE {
                self.picture("missed").await;
                panic!(
                    "“{what}”: {cause}. The window shows:\n{}",
                    self.text().await
                );
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Presses keys, one after another, wherever the focus is.
    pub(crate) async fn keys(&self, keys: &[Key]) {
        for key in keys {
            self.key(char::from(*key)).await;
        }
    }

    /// Presses the key of a character, wherever the focus is.
    pub(crate) async fn key(&self, value: char) {
        let pressed = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.driver.client.perform_actions(pressed).await.unwrap();
    }

    /// Presses the key of a character while another is held.
    pub(crate) async fn chord(&self, held: Key, value: char) {
        let held = char::from(held);
        let pressed = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: held });
        self.driver.client.perform_actions(pressed).await.unwrap();
    }

    /// Waits until no dialog or menu lies over the page: until then, keys are its own.
    pub(crate) async fn until_no_layer(&self) {
        let layers = "return document.querySelectorAll('[role=dialog], [role=menu]').length";
        self.until(layers, &json!(0), "a layer stays open").await;
    }

    /// Waits until the focus is on what has this name.
    pub(crate) async fn until_focused(&self, name: &str) {
        let start = Instant::now();
        loop {
            let focused = self.focused().await;
            if focused == plain(name) {
                return;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "the focus is on “{focused}”, not on “{name}”"
            );
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Puts the focus where a page begins.
    pub(crate) async fn to_title(&self) {
        let script = "const title = document.querySelector('main [data-page-title]'); title?.focus(); \
                      return title !== null && document.activeElement === title";
        self.until(script, &json!(true), "the page has no title")
            .await;
    }

    /// Waits until a script's answer is this.
    async fn until(&self, script: &str, answer: &Value, otherwise: &str) {
        let start = Instant::now();
        while self.driver.run(script).await != *answer {
            if start.elapsed() > PATIENCE {
                self.picture("missed").await;
                panic!("{otherwise}. The window shows:\n{}", self.text().await);
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Types where the focus is.
    pub(crate) async fn type_text(&self, text: &str) {
        let field = self.driver.client.active_element().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Goes on with Tab until the focus is on what has this name, which it must come by.
    pub(crate) async fn tab_to(&self, name: &str) {
        const STOPS: usize = 60;
        let mut seen = Vec::new();
        for _ in 0..STOPS {
            self.keys(&[Key::Tab]).await;
            let focused = self.focused().await;
            if focused == plain(name) {
                return;
            }
            seen.push(focused);
        }
        self.picture("missed").await;
        panic!("Tab does not reach “{name}”. It came by {seen:?}");
    }

    /// Opens a file of people as the system's file dialog would, which is no part of this window.
    pub(crate) async fn open_people(&self, path: &Path) {
        let path = json!(path);
        let open = format!(
            "window.__TAURI_INTERNALS__.invoke('open_roster', {{ path: {path}, language: document.documentElement.lang }})
             .then(({{ id }}) => {{ location.hash = '#/invitations/' + id; return id; }})"
        );
        self.driver.run_async(&open).await;
    }

    /// The name of what has the focus: its label or its text.
    pub(crate) async fn focused(&self) -> String {
        let name = self
            .driver
            .run(
                "const one = document.activeElement;
                 const label = one.getAttribute('aria-labelledby')
                   ? document.getElementById(one.getAttribute('aria-labelledby'))
                   : one.labels?.[0];
                 if (label?.querySelector('input')) return label.innerText;
                 return label?.firstChild?.textContent ?? one.getAttribute('aria-label') ?? one.innerText ?? '';",
            )
            .await;
        plain(name.as_str().unwrap_or_default()).trim().to_owned()
    }

    /// Keeps a picture of the window, and lets axe look for barriers. It must find none.
    pub(crate) async fn inspect(&self, name: &str) {
        tokio::time::sleep(Duration::from_millis(350)).await;
        self.stand_still().await;
        self.picture(name).await;
        let barriers = self.barriers(name).await;
        assert_eq!(barriers, json!([]), "barriers in {name}");
    }

    /// Waits until nothing moves: what fades in is judged, and seen, when it is there.
    pub(crate) async fn stand_still(&self) {
        let moving = "return document.getAnimations().some((one) => \
                      one.playState === 'running' && one.effect.getComputedTiming().endTime < Infinity)";
        while self.driver.run(moving).await == json!(true) {
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// What axe finds to be in somebody's way, and to stay there: an answer of the backend may set a colour moving while it
    /// looks, and what is half faded is no state of the screen.
    pub(crate) async fn barriers(&self, name: &str) -> Value {
        for _ in 0..2 {
            let barriers = self.barriers_now(name).await;
            if barriers == json!([]) {
                return barriers;
            }
            tokio::time::sleep(Duration::from_millis(350)).await;
            self.stand_still().await;
        }
        self.barriers_now(name).await
    }

    async fn barriers_now(&self, name: &str) -> Value {
        if self.driver.run("return typeof window.axe").await != json!("object") {
            let axe =
                Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js");
            self.driver
                .run(&std::fs::read_to_string(axe).unwrap())
                .await;
        }
        let found = self
            .driver
            .run_async(
                // An open menu belongs to its button, wherever in the document it lies.
                "(axe.configure({ rules: [{ id: 'region', selector: 'body *:not([data-layer], [data-layer] *)' }] }),
                 axe.run(document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })
                 .then(({ violations, passes, error }) => ({
                    checked: passes.length,
                    found: violations.map(({ id, help, nodes }) =>
                      `${id}: ${help}: ` + nodes.map((node) => `${node.html} ${node.any.concat(node.all).map((check) => check.message).join('; ')}`).join(' | ')),
                 })))",
            )
            .await;
        assert!(
            found["checked"].as_u64() > Some(5),
            "axe could not look at {name}: {found}"
        );
        found["found"].clone()
    }

    /// Keeps a picture of the window as the display shows it: WebKitWebDriver's own never come from this display.
    pub(crate) async fn picture(&self, name: &str) {
        self.picture_in(&self.album.join(format!("{name}.png")));
    }

    /// The same, kept in this file.
    pub(crate) fn picture_in(&self, file: &Path) {
        capture(&self.on_display(), file);
    }

    /// Gives the window this size, even one that it would not take from a person.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        let window = self.on_display();
        let resized = Command::new("xdotool")
            .args(["windowsize", &window])
            .args([width, height].map(|side| side.to_string()))
            .status();
        assert!(resized.unwrap().success(), "there is no window {window}");
    }

    fn on_display(&self) -> String {
        let window = self.driver.window_on_display(self.title);
        window.unwrap_or_else(|| panic!("no window “{}” is shown", self.title))
    }
}

/// Brings a window of the display to the front and saves what is to be seen of it.
fn capture(window: &str, file: &Path) {
    let raised = Command::new("xdotool")
        .args(["windowraise", window])
        .status();
    assert!(raised.unwrap().success(), "there is no window {window}");
    let saved = Command::new("import")
        .args(["-silent", "-window", window])
        .arg(file)
        .status();
    assert!(saved.unwrap().success(), "no picture of window {window}");
}

/// The text with plain spaces: amounts have such as do not break a line.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

/// The path to what has this text and can be pressed.
fn pressable(text: &str) -> String {
    format!(
        "//*[self::button or self::a or self::label or self::summary or @role='menuitem' or @role='menuitemradio' or @role='option']\
         [not(@aria-disabled='true')]\
         [normalize-space(translate(., '\u{a0}\u{202f}', '  '))={}]",
        quoted(&plain(text))
    )
}

/// The text as XPath wants it.
fn quoted(text: &str) -> String {
    assert!(
        !text.contains('"'),
        "no text of the window has straight quotes"
    );
    format!("\"{text}\"")
}
