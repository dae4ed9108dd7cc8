//! What the window says for the files that Remit writes, from its own catalogue.

use crate::catalogue::Catalogue;
use serde_json::{Map, Value, json};

/// The words of files in one language. What is not among them is written plainly.
pub fn file_words(language: &'static str) -> Value {
    let words = Catalogue::of(language);
    let of = |beginning: &str, codes: &[&str]| {
        let said = codes.iter().map(|code| {
            let text = words.say(&format!("{beginning}{code}"));
            ((*code).to_owned(), Value::from(text))
        });
        said.collect::<Map<String, Value>>()
    };
    let gap = |key: &str, gap: &str| words.say_with(key, &[(gap, &format!("{{{gap}}}"))]);
    json!({
        "columns": of("files.column_", &[
            "account", "amount", "country", "currency", "customer_number", "description", "email", "fee", "invoice_id",
            "last_paid_at", "name", "not_kept", "payee", "pockyt_number", "reason", "released_at", "sent_amount", "sent_at",
            "sent_currency", "sent_invoice_id", "settled_at", "status",
        ]),
        "payout": of("domain.payout_", &["ready", "processing", "unknown", "paid", "failed", "returned"]),
        "reason": of("domain.reason_", &["refused", "reported_failed", "reported_returned"]),
        "payee": of("domain.payee_", &["pending", "active"]),
        "row": of("runs.row_", &["queued", "waiting", "held", "stopped"]),
        "hold": of("runs.hold_", &["payee_not_active", "invoice_used"]),
        "standing": of("runs.standing_", &["ready", "asks", "waiting", "refused", "skipped"]),
        "problem": of("problems.kind_", &["payee_unknown", "first_payout", "amount_unreadable"]),
        "left": {
            "not_sent": words.say("files.notSent"),
            "skipped": words.say("runs.leftSkipped"),
            "not_ready": words.say("runs.leftNotReady"),
        },
        "person": of("roster.state_", &["invited", "known", "repeated", "refused", "faulty"]),
        "personWhy": {
            "id_gone": words.say("roster.idGone"),
            "repeated": gap("roster.standing_repeated", "line"),
            "refused": gap("payees.pockytRefuses", "words"),
        },
        "field": of("roster.field_", &["email", "zip"]),
        "fault": {
            "email_invalid": words.say("payees.emailInvalid"),
            "country_unknown": words.say("roster.fault_country_unknown"),
        },
    })
}
