//! The first payout in the demo, made the way of somebody who has never seen Remit: only what the window offers is pressed.
//! It counts the presses, what is typed and how long Remit lets one wait; docs/guide/first-payout.md tells what came of it.

#![expect(clippy::print_stdout, reason = "the waits are for whoever reads them")]

use crate::owner::{Owner, Setting};
use crate::window::Window;
use std::time::{Duration, Instant};

/// The most presses that the whole way may take.
const PRESSES: u32 = 18;
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
        owner.see_pressable(&owner.say(key)).await;
        self.presses += 1;
        let start = Instant::now();
        owner.push(key).await;
        owner.see_within(leads_to, WAITING).await;
        self.took(key, start);
    }

    /// Presses what leads on in the demo's own pages.
    async fn follow(&mut self, demo: &Window, selector: &str) {
        self.presses += 1;
        let start = Instant::now();
        demo.follow_css(selector).await;
        self.took(selector, start);
    }

    fn took(&mut self, what: &str, start: Instant) {
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
    let mailbox = owner.say("payees.demoOpenMailbox");
    way.press(&owner, "payees.submit", &mailbox).await;
    owner.picture("93-invited").await;

    let payee = owner
        .driver
        .run("return document.querySelector('h1').innerText")
        .await;
    let payee = payee.as_str().unwrap().to_owned();
    way.presses += 1;
    let start = Instant::now();
    owner.push("payees.demoOpenMailbox").await;
    let demo = owner.turn_to_demo().await;
    demo.see_css("main a[href*='/mailbox/']").await;
    way.took("payees.demoOpenMailbox", start);
    for selector in [
        "main a[href*='/mailbox/']",
        "main a[href*='/portal/']",
        "form[action*='/details'] button",
    ] {
        way.follow(&demo, selector).await;
    }
    way.presses += 1;
    demo.press_css("[name=document][value=passport]").await;
    way.follow(&demo, "form[action*='/identity'] button").await;
    way.presses += 1;
    demo.press_css("[name=kind][value=bank]").await;
    for selector in [
        "form[action*='/method'] button",
        "form[action*='/method'] button",
        "form[action*='/submit'] button",
        "[name=decision][value=approve]",
    ] {
        way.follow(&demo, selector).await;
    }
    demo.picture("94-approved").await;
    owner.turn_back().await;

    let start = Instant::now();
    let active = owner.say_with("payees.next_active", &[("name", &payee)]);
    owner.see_within(&active, WAITING).await;
    way.took("(Remit learns that the payee can be paid)", start);
    let amount = owner.say("pay.amount");
    way.press(&owner, "payees.payPayee", &amount).await;
    owner.enter("pay.amount", "250").await;
    way.characters += 3;
    let review = owner.say("pay.reviewTitle");
    way.press(&owner, "pay.toReview", &review).await;
    owner.picture("95-review").await;
    let gaps = [("amount", "USD 250.00"), ("payee", payee.as_str())];
    let deed = owner.say_with("pay.payNow", &gaps);
    owner.see_pressable(&deed).await;
    way.presses += 1;
    let start = Instant::now();
    owner.press(&deed).await;
    let paid = owner.say("payouts.story_paid");
    owner.see_within(&paid, WAITING).await;
    way.took("pay.payNow", start);
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
