//! The first payout in the demo, made the way of somebody who has never seen Remit: only what the window offers is pressed.
//! It counts the presses, what is typed and how long Remit lets one wait; docs/guide/first-payout.md tells what came of it.

#![expect(clippy::print_stdout, reason = "the waits are for whoever reads them")]

use crate::owner::{Owner, Setting};
use std::time::{Duration, Instant};

/// The most presses that the whole way may take.
const PRESSES: u32 = 8;
/// The longest that Remit and the demo may keep whoever waits for them, altogether. A busy machine needs more than a quiet one.
const WAITING: Duration = Duration::from_secs(45);

/// What a practised person needs for a press and for a character, by the keystroke-level model: thinking of it, pointing
/// at it, pressing; and typing at forty words a minute. Reading is not in it.
const PRESS: Duration = Duration::from_millis(1350 + 1100 + 200);
const CHARACTER: Duration = Duration::from_millis(280);

/// What the way took so far.
#[derive(Default)]
struct Way {
    presses: u32,
    characters: u32,
    waited: Duration,
}

impl Way {
    /// Presses a button of Remit's, and waits for what it leads to.
    async fn press(&mut self, owner: &Owner, key: &str, leads_to: &str) {
        self.press_what(owner, &owner.say(key), leads_to).await;
    }

    /// The same by what stands on it.
    async fn press_what(&mut self, owner: &Owner, what: &str, leads_to: &str) {
        owner.see_pressable(what).await;
        self.presses += 1;
        let start = Instant::now();
        owner.press(what).await;
        owner.see_within(leads_to, WAITING).await;
        let waited = start.elapsed();
        self.waited += waited;
        println!("{:2}. {what}: {waited:.1?}", self.presses);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_payout_in_the_demo_takes_few_presses_and_one_number() {
    let owner = Setting::new("en", "light").start().await;
    let mut way = Way::default();
    owner.read("welcome.title").await;
    owner.picture("90-first-start").await;
    let first = owner.say("payees.firstTitle");
    way.press(&owner, "welcome.demoButton", &first).await;
    owner.picture("91-demo").await;
    let form = owner.say("payees.registerTitle");
    way.press(&owner, "payees.register", &form).await;
    let ready = owner.say("payees.submit");
    way.press(&owner, "payees.demoFill", &ready).await;
    owner.picture("92-made-up-person").await;
    let invited = owner.say("payees.demoHint");
    way.press(&owner, "payees.submit", &invited).await;
    owner.picture("93-invited").await;

    let payee = owner
        .driver
        .run("return document.querySelector('h1').innerText")
        .await;
    let payee = payee.as_str().unwrap().to_owned();
    let gap = [("name", payee.as_str())];
    let active = owner.say_with("payees.next_active", &gap);
    let play = owner.say_with("payees.demoPlay", &gap);
    way.press_what(&owner, &play, &active).await;
    owner.picture("94-can-be-paid").await;
    let amount = owner.say("pay.amount");
    way.press(&owner, "payees.payPayee", &amount).await;
    // Where one begins to type: it takes no press.
    owner.until_focused(&amount).await;
    owner.type_text("250").await;
    way.characters += 3;
    let review = owner.say("pay.reviewTitle");
    way.press(&owner, "pay.toReview", &review).await;
    owner.picture("95-review").await;
    let gaps = [("amount", "USD 250.00"), ("payee", payee.as_str())];
    let deed = owner.say_with("pay.payNow", &gaps);
    let paid = owner.say("payouts.story_paid");
    way.press_what(&owner, &deed, &paid).await;
    owner.picture("96-paid").await;

    let Way {
        presses,
        characters,
        waited,
    } = way;
    let hands = PRESS * presses + CHARACTER * characters;
    println!(
        "{presses} presses and {characters} characters: {:.0?} of hands by the keystroke-level model, {:.0?} of waiting",
        hands, waited
    );
    assert!(presses <= PRESSES, "{presses} presses");
    assert!(waited < WAITING, "{waited:?} of waiting");
}
