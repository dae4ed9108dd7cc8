//! What the engine says of itself, and the owner's limits.

use crate::desk::wait_for;
use crate::shop::{PAY, Shop, again};
use remit::ipc::events::AppEvent;
use serde_json::{Value, json};

#[test]
fn the_engine_tells_how_it_stands() {
    let shop = Shop::new();
    shop.desk.host.events.lock().unwrap().clear();
    let released = shop.pay(&shop.draft("ana@example.com"));
    shop.desk.until(released["id"].as_str().unwrap(), "paid");
    let status = shop.desk.ok("engine_status", json!({}));
    assert_eq!(
        (
            &status["waiting"],
            &status["offlineSince"],
            &status["heldUntil"],
            &status["recovery"]
        ),
        (&json!(0), &Value::Null, &Value::Null, &Value::Null),
        "{status}"
    );
    assert!(
        status["answeredAt"].is_string() && status["nextAskAt"].is_string(),
        "{status}"
    );
    let learnt = &status["learnt"];
    let all = learnt["notified"].as_u64().unwrap() + learnt["askedFirst"].as_u64().unwrap();
    assert_eq!(
        (all, &learnt["repaired"]),
        (1, &json!(0)),
        "one payout ended: {status}"
    );
}

#[test]
fn limits_are_in_force_at_once_and_remembered() {
    let shop = Shop::new();
    let set = |in_flight: u32, per_minute: u32| json!({ "limits": { "inFlight": in_flight, "perMinute": per_minute } });
    for (limits, field) in [
        (set(0, 0), "inFlight"),
        (set(65, 0), "inFlight"),
        (set(1, 6001), "perMinute"),
    ] {
        shop.desk
            .refused("set_limits", limits, "field_invalid", Some(field));
    }
    let draft = shop.draft("ana@example.com");
    let status = shop.desk.ok("set_limits", set(1, 1));
    assert_eq!(status["limits"], json!({ "inFlight": 1, "perMinute": 1 }));
    for _ in 0..3 {
        shop.pay(&again(&draft, json!({})));
    }
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let waiting = shop.desk.ok("engine_status", json!({}))["waiting"]
        .as_u64()
        .unwrap();
    assert!(waiting >= 2, "one a minute leaves: {waiting} wait");
    assert!(shop.pockyt.calls_of(PAY).len() <= 1);

    let shop = shop.crash();
    let status = shop.desk.ok("engine_status", json!({}));
    assert_eq!(
        status["limits"],
        json!({ "inFlight": 1, "perMinute": 1 }),
        "they are remembered"
    );
    shop.desk.ok("set_limits", set(8, 0));
    for payout in shop.desk.payouts() {
        shop.desk.until(payout["id"].as_str().unwrap(), "paid");
    }
    assert_eq!(shop.pockyt.transfers().len(), 3);
    let told = || {
        shop.desk
            .host
            .events
            .lock()
            .unwrap()
            .iter()
            .any(|event| matches!(event, AppEvent::Engine(_)))
    };
    wait_for("the window to be told", || told().then_some(()));
}
