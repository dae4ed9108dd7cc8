//! Many who post at the same time, each as Pockyt does: again and again until the answer is `success`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use remit_relay::link::Link;
use tokio::task::JoinHandle;

const SENDERS: usize = 48;

/// How long an answer may take: longer than a relay takes to start again.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// The longest pause between a sender's notifications, so that the laptops keep up.
const PAUSE_MILLIS: u64 = 60;

/// The body of the notification with a number.
type Body = dyn Fn(usize) -> String + Send + Sync;

/// What was posted to the mailboxes so far.
pub(crate) struct Load {
    next: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    cut_off: Arc<AtomicUsize>,
    senders: Vec<(usize, JoinHandle<Vec<String>>)>,
}

impl Load {
    /// Begins to post numbered notifications to the mailboxes.
    pub(crate) fn start(
        links: &[Link],
        body: impl Fn(usize) -> String + Send + Sync + 'static,
    ) -> Self {
        let body: Arc<Body> = Arc::new(body);
        let http = reqwest::Client::builder()
            .timeout(ANSWERED_WITHIN)
            .build()
            .unwrap();
        let (stop, cut_off) = (Arc::default(), Arc::default());
        let next = Arc::new(AtomicUsize::new(0));
        let senders = (0..SENDERS)
            .map(|sender| {
                let mailbox = sender % links.len();
                let sender = Sender {
                    http: http.clone(),
                    url: links[mailbox].ipn_url().to_string(),
                    body: Arc::clone(&body),
                    next: Arc::clone(&next),
                    stop: Arc::clone(&stop),
                    cut_off: Arc::clone(&cut_off),
                };
                (mailbox, tokio::spawn(sender.send()))
            })
            .collect();
        Self {
            next,
            stop,
            cut_off,
            senders,
        }
    }

    /// How many notifications it has begun to post.
    pub(crate) fn begun(&self) -> usize {
        self.next.load(Ordering::Relaxed)
    }

    /// Posts nothing new; what was answered `success`, by mailbox, as often as it was, and how many requests were cut off.
    pub(crate) async fn end(self) -> (Vec<Vec<String>>, usize) {
        self.stop.store(true, Ordering::Relaxed);
        let mut answered = Vec::new();
        for (mailbox, sender) in self.senders {
            if answered.len() <= mailbox {
                answered.resize_with(mailbox + 1, Vec::new);
            }
            answered[mailbox].extend(sender.await.unwrap());
        }
        (answered, self.cut_off.load(Ordering::Relaxed))
    }
}

struct Sender {
    http: reqwest::Client,
    url: String,
    body: Arc<Body>,
    next: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    cut_off: Arc<AtomicUsize>,
}

impl Sender {
    async fn send(self) -> Vec<String> {
        let mut answered = Vec::new();
        while !self.stop.load(Ordering::Relaxed) {
            let body = (self.body)(self.next.fetch_add(1, Ordering::Relaxed));
            while !self.post(&body).await {
                if self.stop.load(Ordering::Relaxed) {
                    return answered;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            answered.push(body);
            let pause = fastrand::u64(0..=PAUSE_MILLIS);
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        answered
    }

    /// Whether the relay said that it has it.
    async fn post(&self, body: &str) -> bool {
        let request = self.http.post(&self.url).body(body.to_owned());
        let said = async { request.send().await?.text().await };
        match said.await {
            Ok(said) => said == "success",
            Err(error) => {
                // Not reached at all is no news; reached and then cut off is what is looked for.
                if !error.is_connect() {
                    self.cut_off.fetch_add(1, Ordering::Relaxed);
                }
                false
            }
        }
    }
}
