//! What goes on for as long as an account is open: a mistake in Remit that breaks it off is told, and it goes on.

use remit_core::{Changed, Code, Error, Observer};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long after it broke off it goes on; twice as long each time that it breaks off again.
const FIRST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(300);
/// Once it went on for so long, the next time is told, and rested after, like the first.
const WELL: Duration = Duration::from_secs(600);

/// Does `work`, which never ends by itself, and does it anew whenever it broke off. It is told whether it did.
pub(crate) async fn keep_going<W: Future<Output = ()>>(
    what: &'static str,
    observer: Arc<dyn Observer>,
    mut work: impl FnMut(bool) -> W,
) {
    unless_it_breaks_off(work(false)).await;
    let mut rest = FIRST_REST;
    loop {
        tracing::error!(what, "it broke off");
        sleep(rest).await;
        let begun = Instant::now();
        let tells = rest == FIRST_REST;
        unless_it_breaks_off(async {
            if tells {
                observer.changed(Changed::Trouble(broke_off()));
            }
            work(true).await;
        })
        .await;
        rest = if begun.elapsed() < WELL {
            rest.saturating_mul(2).min(LONGEST_REST)
        } else {
            FIRST_REST
        };
    }
}

/// Polls it to its end, or to the panic that ends it. Nothing of it is looked at afterwards, and what it shares with others
/// takes no harm: each change is made at once or not at all.
async fn unless_it_breaks_off(work: impl Future<Output = ()>) {
    let mut work = pin!(work);
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.unwrap_or(Poll::Ready(()))
    })
    .await;
}

fn broke_off() -> Error {
    Error::rule(
        Code::Internal,
        "Remit made a mistake and began anew what it was doing. What was on its way is asked about, and nothing is sent twice.",
    )
}
