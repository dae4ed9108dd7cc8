//! What the page in the window can do and see: nothing from elsewhere, nothing of the token, nothing of Remit's inside.

use crate::owner::Setting;
use crate::steps::{self, TOKEN};
use serde_json::json;
use std::time::Duration;

/// Everything a script in the page can get at, as one text: the document, what is stored, what is typed, every object
/// that is reachable from the window.
const ALL_THAT_IS_VISIBLE: &str = "
    const seen = new Set();
    const texts = [document.documentElement.outerHTML, document.cookie, location.href];
    for (const store of [localStorage, sessionStorage]) {
      for (let i = 0; i < store.length; i++) texts.push(store.getItem(store.key(i)));
    }
    for (const field of document.querySelectorAll('input, textarea, select')) texts.push(field.value);
    const waiting = [window, ...document.querySelectorAll('*')];
    while (waiting.length && seen.size < 200000) {
      const one = waiting.pop();
      if (typeof one === 'string') texts.push(one);
      if (one === null || !['object', 'function'].includes(typeof one) || seen.has(one)) continue;
      seen.add(one);
      if (one instanceof Map || one instanceof Set) waiting.push(...one.keys(), ...one.values());
      for (const key of Reflect.ownKeys(one)) {
        try { waiting.push(one[key]); } catch { /* Some properties of the browser may not be read. */ }
      }
    }
    return texts.join('\\n');";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_is_nowhere_in_the_window_once_it_is_connected() {
    let pockyt = steps::pockyt().await;
    let owner = Setting::new("en", "light").start().await;
    let visible = async || {
        let all = owner.driver.run(ALL_THAT_IS_VISIBLE).await;
        all.as_str().unwrap().to_owned()
    };
    owner.push("welcome.connectButton").await;
    steps::fill_connect_form(&owner, &pockyt, TOKEN).await;
    assert!(
        visible().await.contains(TOKEN),
        "while it is typed, this search must find it"
    );
    owner.push("welcome.connect").await;
    owner.read("payees.firstTitle").await;
    assert!(
        !visible().await.contains(TOKEN),
        "still there when connected"
    );

    owner.push("common.settings").await;
    owner.press("Edit Test account").await;
    owner.read("settings.newToken").await;
    owner.inspect("15-edit-account").await;
    assert!(
        !visible().await.contains(TOKEN),
        "given back to the settings"
    );

    for command in ["startup", "list_profiles"] {
        let asked = format!("window.__TAURI_INTERNALS__.invoke('{command}')");
        let answer = owner.driver.run_async(&asked).await.to_string();
        assert!(answer.contains("200043"), "{command} answered {answer}");
        assert!(!answer.contains(TOKEN), "{command} gives the token away");
    }
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_reaches_nothing_outside_and_runs_nothing_foreign() {
    let pockyt = steps::pockyt().await;
    let elsewhere = pockyt.mailbox_url();
    let owner = Setting::new("en", "light").start().await;
    owner.read("welcome.title").await;
    let tried = format!(
        "new Promise(async (done) => {{
           const refused = [];
           document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));
           let evaluated = 'ran', fetched = 'answered';
           try {{ (0, eval)('1') }} catch (error) {{ evaluated = error.name }}
           try {{ await fetch('{elsewhere}', {{ mode: 'no-cors' }}) }} catch (error) {{ fetched = error.name }}
           const image = new Image();
           image.src = '{elsewhere}';
           const script = document.createElement('script');
           script.textContent = 'window.intruder = true';
           document.body.append(image, script);
           const frame = document.createElement('iframe');
           frame.src = '{elsewhere}';
           document.body.append(frame);
           setTimeout(() => done({{ evaluated, fetched, refused: [...new Set(refused)].sort(), intruder: window.intruder ?? null }}), 500);
         }})"
    );
    let outcome = owner.driver.run_async(&tried).await;
    assert_eq!(outcome["evaluated"], json!("EvalError"), "{outcome}");
    assert_eq!(outcome["fetched"], json!("TypeError"), "{outcome}");
    assert_eq!(outcome["intruder"], json!(null), "{outcome}");
    for directive in ["connect-src", "img-src", "script-src-elem", "frame-src"] {
        let refused = outcome["refused"].as_array().unwrap();
        assert!(
            refused.contains(&json!(directive)),
            "{directive}: {outcome}"
        );
    }
    assert!(
        pockyt.control().calls().is_empty(),
        "the page reached Pockyt by itself"
    );
    let globals = "return [typeof window.__TAURI__, Object.isFrozen(Object.prototype)]";
    let globals = owner.driver.run(globals).await;
    assert_eq!(globals, json!(["undefined", true]));
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_window_may_call_nothing() {
    let owner = Setting::new("en", "light").start().await;
    owner.push("welcome.demoButton").await;
    owner.read("payees.firstTitle").await;
    owner.push("common.demoPortal").await;
    let demo = owner.turn_to_demo().await;
    demo.follow_css("main a[href*='/mailbox']").await;
    for command in ["startup", "list_profiles", "window_ready"] {
        let asked = format!("window.__TAURI_INTERNALS__.invoke('{command}')");
        let answer = demo.driver.run_async(&asked).await;
        let refusal = answer["error"].as_str().unwrap_or_default();
        assert!(refusal.contains("not allowed"), "{command}: {answer}");
    }
    let before = demo.driver.client.current_url().await.unwrap();
    demo.driver
        .run("location.href = 'http://127.0.0.1:9/'; return null")
        .await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let after = demo.driver.client.current_url().await.unwrap();
    assert_eq!(after, before, "the demo's window shows the demo alone");
}
