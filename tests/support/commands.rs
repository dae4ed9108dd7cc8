//! Commands called as the page calls them, and payout runs that are made and released so.

use crate::driver::Driver;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long an account may take to be opened.
const OPENING: Duration = Duration::from_secs(60);

/// Calls a command as the page does, once the account is open. Its refusal comes back as the page gets it.
pub(crate) async fn invoke(driver: &Driver, command: &str, input: &Value) -> Result<Value, Value> {
    let call = format!(
        "window.__TAURI_INTERNALS__.invoke('{command}', {input}).then((done) => ({{ done }}), (refused) => ({{ refused }}))"
    );
    let begun = Instant::now();
    loop {
        let mut answer = driver.run_async(&call).await;
        if answer.get("done").is_some() {
            return Ok(answer["done"].take());
        }
        if answer["refused"]["code"] != "no_profile" || begun.elapsed() > OPENING {
            return Err(answer);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What a command answers that may not be refused.
pub(crate) async fn ask(driver: &Driver, command: &str, input: &Value) -> Value {
    let answer = invoke(driver, command, input).await;
    answer.unwrap_or_else(|refused| panic!("{command} was refused: {refused}"))
}

/// Says yes to whatever is asked about the rows of a draft.
pub(crate) async fn accept_all(driver: &Driver, id: &Value) {
    let review = ask(driver, "review_run", &json!({ "id": id })).await;
    for warning in review["warnings"].as_array().unwrap() {
        let accepted = json!({ "id": id, "code": warning["code"], "reason": "Asked" });
        ask(driver, "accept_run_warning", &accepted).await;
    }
}

/// Where a released run stands: its status, and how many rows stand where.
pub(crate) async fn standing(driver: &Driver, id: &Value) -> (String, Vec<(String, u64)>) {
    let run = ask(driver, "run", &json!({ "id": id })).await;
    let progress = &run["progress"];
    // A draft has none yet.
    let counts = |what: &str| progress[what].as_array().into_iter().flatten();
    let counted = counts("rows").chain(counts("payouts")).map(|one| {
        let state = one["state"].as_str().unwrap().to_owned();
        (state, one["count"].as_u64().unwrap())
    });
    let status = run["status"].as_str().unwrap().to_owned();
    (status, counted.collect())
}

/// All rows of a released run, page by page.
pub(crate) async fn outcomes(driver: &Driver, id: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = json!({ "id": id, "states": [], "after": after, "limit": 500 });
        let mut page = ask(driver, "run_outcomes", &page).await;
        found.extend(page["rows"].as_array().unwrap().iter().cloned());
        after = page["next"].take();
        if after.is_null() {
            return found;
        }
    }
}
