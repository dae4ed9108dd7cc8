//! Payouts released as the page releases them, many at once.

use crate::commands::invoke;
use crate::owner::Owner;
use fastrand::Rng;
use pockyt_sandbox::Control;
use serde_json::{Value, json};

/// Whom the payouts go to, and where.
pub(crate) struct Target {
    payee: String,
    account: String,
}

impl Target {
    /// The only payee there is.
    pub(crate) async fn of(owner: &Owner, control: &Control) -> Self {
        let query =
            json!({ "search": "", "statuses": [], "sort": "name", "cursor": null, "limit": 10 });
        let page = invoke(&owner.driver, "list_payees", &json!({ "query": query })).await;
        let payee = &page.unwrap()["payees"][0];
        let accounts = control.accounts_of(payee["customerNo"].as_str().unwrap());
        Self {
            payee: payee["id"].as_str().unwrap().to_owned(),
            account: accounts[0].token.clone(),
        }
    }

    /// A filled-in form for so many cents.
    pub(crate) fn draft(&self, id: &str, invoice: &str, minor: i64) -> Value {
        json!({
            "draftId": id,
            "payeeId": self.payee,
            "accountToken": self.account,
            "amount": format!("{}.{:02}", minor / 100, minor % 100),
            "currency": "USD",
            "invoiceId": invoice,
            "channel": "STANDARD_ACH",
            "description": "",
            "note": "",
            "retryOf": null,
        })
    }
}

/// A UUID from the seed.
pub(crate) fn uuid_of(chance: &mut Rng) -> String {
    let hex = format!("{:032x}", chance.u128(..));
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..],
    ];
    let [a, b, c, d, e] = parts;
    format!("{a}-{b}-4{c}-8{d}-{e}")
}

/// What Remit has answered since this was last asked.
pub(crate) const TOLD: &str = "const told = window.told ?? []; window.told = []; return told;";

/// The script that releases payouts as the page does. It goes on after it has returned.
pub(crate) fn release(orders: &Value) -> String {
    format!(
        "const orders = {orders};
         window.told ??= [];
         const call = (command, input) => window.__TAURI_INTERNALS__.invoke(command, input);
         const sleep = (time) => new Promise((done) => setTimeout(done, time));
         const preview = async (draft) => {{
           for (;;) {{
             try {{
               return await call('preview_payout', {{ draft }});
             }} catch (error) {{
               // The account is still being opened.
               if (error.code !== 'no_profile') throw error;
               await sleep(20);
             }}
           }}
         }};
         const release = async ({{ draft, after, twice, withdraw }}) => {{
           const id = draft.draftId;
           await sleep(after);
           const {{ review }} = await preview(draft);
           const submit = () => call('submit_payout', {{ draft, review }})
             .then(() => window.told.push({{ id, taken: true }}), (error) => window.told.push({{ id, refused: error.code }}));
           await Promise.all(twice ? [submit(), submit()] : [submit()]);
           if (withdraw) {{
             await call('cancel_payout', {{ id }})
               .then(() => window.told.push({{ id, withdrawn: true }}), (error) => window.told.push({{ id, refused: error.code }}));
           }}
         }};
         for (const order of orders) {{
           const {{ draftId: id }} = order.draft;
           void release(order).catch((error) => window.told.push({{ id, refused: error.code ?? String(error) }}));
         }}"
    )
}
