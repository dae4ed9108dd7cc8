//! A model of Pockyt and of the network in between. It shares nothing with pockyt-sandbox but docs/pockyt-api.md.

mod answers;
pub(crate) mod assumed;
mod books;
mod gateway;
mod tell;

pub(crate) use books::{Books, Client, Transfer};
pub(crate) use gateway::PockytGateway;
pub(crate) use tell::Delivery;

use crate::faults::{PayFate, Silence};
use crate::ledger::Known;
use crate::world::{self, World, open};
use answers::{duplicate, refused, silent, useless};
use assumed::{DECIDES, RETURNS, SHOWN_WITHIN, WAY};
use books::fee;
use gateway::Slot;
use remit_core::{Accepted, GatewayError, InvoiceId, PayoutId, RequestKey, WireBody, WireStatus};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What happens at Pockyt or on the way, whatever the laptop does.
pub(crate) enum Event {
    /// A pay request arrives.
    Arrives(Arc<Request>),
    /// Its answer arrives back.
    Answers(Arc<Request>, Box<Result<Accepted, GatewayError>>),
    /// Pockyt decides about a transfer.
    Decides(usize, Vec<WireStatus>),
    /// A notification is tried.
    Tells(Delivery),
}

/// A pay request on its way.
pub(crate) struct Request {
    body: WireBody,
    key: RequestKey,
    fate: PayFate,
    slot: Slot,
}

/// What left of a payout.
struct Sent {
    key: RequestKey,
    body: WireBody,
    /// When the last request left.
    at: Duration,
    /// How many times Pockyt has said since that it has no such payout.
    not_found: u32,
}

/// Pockyt, and the network.
pub(crate) struct Pockyt {
    world: Arc<World>,
    pub(crate) books: Mutex<Books>,
    /// What the ledger holds.
    known: Arc<Mutex<Known>>,
    sent: Mutex<BTreeMap<PayoutId, Sent>>,
    /// Invoice IDs to which Pockyt, or the network, did what only the owner can clear up (docs/adr/0004).
    muddled: Mutex<Vec<InvoiceId>>,
    shown_within: Mutex<Duration>,
    /// Counts the changes of its books.
    version: AtomicU64,
}

impl Pockyt {
    pub(crate) fn new(world: Arc<World>, known: Arc<Mutex<Known>>) -> Arc<Self> {
        Arc::new(Self {
            world,
            books: Mutex::default(),
            known,
            sent: Mutex::default(),
            muddled: Mutex::default(),
            shown_within: Mutex::new(SHOWN_WITHIN),
            version: AtomicU64::new(0),
        })
    }

    /// Sets for how long Pockyt may say "no such payout" after it has accepted it.
    pub(crate) fn shows_within(&self, span: Duration) {
        *open(&self.shown_within) = span;
    }

    /// How often its books have changed.
    pub(crate) fn version(&self) -> u64 {
        self.version.load(Ordering::Relaxed)
    }

    /// Whether only the owner can clear up what Pockyt holds under this invoice ID.
    pub(crate) fn muddled(&self, invoice_id: &InvoiceId) -> bool {
        open(&self.muddled).contains(invoice_id)
    }

    fn later(&self, span: Duration, event: Event) {
        self.world.later(span, world::Event::Pockyt(event));
    }

    fn way(&self) -> Duration {
        self.world.luck.span(WAY.0, WAY.1)
    }

    /// A pay request leaves the laptop.
    fn leaves(&self, request: &Arc<Request>) {
        let arrives = |span: Duration| self.later(span, Event::Arrives(Arc::clone(request)));
        match request.fate {
            PayFate::Lost(silence) => self.silence(request, silence),
            PayFate::Late(silence, span) => {
                arrives(span);
                self.silence(request, silence);
            }
            PayFate::Doubled => {
                arrives(self.way());
                arrives(self.way());
            }
            PayFate::Answered
            | PayFate::AnswerLost(_)
            | PayFate::Slow(_)
            | PayFate::Useless { .. }
            | PayFate::Refused(_)
            | PayFate::Unreachable
            | PayFate::CalledDuplicate { .. }
            | PayFate::Dies { .. } => arrives(self.way()),
        }
    }

    /// A request has no answer: the time runs out by itself, a connection breaks at some moment.
    fn silence(&self, request: &Arc<Request>, silence: Silence) {
        if silence == Silence::Broken {
            let error = Box::new(Err(silent(silence)));
            self.later(self.way(), Event::Answers(Arc::clone(request), error));
        }
    }

    /// Something happens.
    pub(crate) fn happens(&self, event: Event) -> Option<Delivery> {
        match event {
            Event::Arrives(request) => self.arrives(&request),
            Event::Answers(request, answer) => self.answers(&request, *answer),
            Event::Decides(index, verdicts) => self.decides(index, verdicts),
            Event::Tells(delivery) => return Some(delivery),
        }
        None
    }

    fn arrives(&self, request: &Arc<Request>) {
        let invoice_id = gateway::invoice_of(&request.body);
        self.world.trace.say("Pockyt", || {
            let name = invoice_id.as_ref().map_or("?", InvoiceId::as_str);
            format!("gets the request for {name}")
        });
        let muddle = |wanted: bool| {
            if wanted && let Some(id) = &invoice_id {
                open(&self.muddled).push(id.clone());
            }
        };
        let answer = match request.fate {
            PayFate::Refused(what) => Err(refused(what)),
            PayFate::Useless { what, took_effect } => {
                if took_effect {
                    let _ = self.takes(request);
                }
                Err(useless(what))
            }
            PayFate::CalledDuplicate { took_effect } => {
                muddle(true);
                if took_effect {
                    let _ = self.takes(request);
                }
                Err(duplicate())
            }
            _ => self.takes(request),
        };
        match request.fate {
            PayFate::Late(..) => {}
            PayFate::AnswerLost(silence) => self.silence(request, silence),
            PayFate::Slow(span) => {
                self.later(span, Event::Answers(Arc::clone(request), Box::new(answer)));
            }
            _ => self.later(
                self.way(),
                Event::Answers(Arc::clone(request), Box::new(answer)),
            ),
        }
    }

    /// Pockyt takes a request into its books.
    fn takes(&self, request: &Request) -> Result<Accepted, GatewayError> {
        let now = self.world.time.world();
        let shown_within = *open(&self.shown_within);
        let hidden = if self.world.luck.one_in(3) {
            self.world
                .luck
                .span(Duration::from_millis(100), shown_within)
        } else {
            Duration::ZERO
        };
        let shown_from = now.saturating_add(hidden);
        let (index, answer) = open(&self.books).pay(
            &request.body,
            request.key,
            now,
            shown_from,
            &self.world.luck,
        );
        self.world.trace.say("Pockyt", || match (&index, &answer) {
            (Some(_), Ok(taken)) => format!("accepts it as {}", taken.transaction_no),
            (None, Ok(taken)) => format!("repeats its acceptance of {}", taken.transaction_no),
            (_, Err(error)) => format!("refuses it: {error}"),
        });
        if let Some(index) = index {
            self.version.fetch_add(1, Ordering::Relaxed);
            let verdicts = match self.world.luck.number(20) {
                0..12 => vec![WireStatus::Success],
                12..15 => vec![WireStatus::Failed],
                15 => vec![WireStatus::Returned],
                16 => vec![WireStatus::Other("onhold".to_owned()), WireStatus::Success],
                17 => vec![WireStatus::Other("onhold".to_owned()), WireStatus::Failed],
                _ => vec![WireStatus::Success, WireStatus::Returned],
            };
            let span = self.world.luck.span(DECIDES.0, DECIDES.1);
            self.later(span, Event::Decides(index, verdicts));
        }
        answer
    }

    fn answers(&self, request: &Request, answer: Result<Accepted, GatewayError>) {
        // A connection does not outlive a sleep, nor the network.
        let time = &self.world.time;
        let lost = !time.awake() || self.world.faults.offline(time.world());
        let answer = if lost {
            Err(silent(Silence::Broken))
        } else {
            answer
        };
        request.slot.put(answer);
    }

    fn decides(&self, index: usize, mut verdicts: Vec<WireStatus>) {
        if verdicts.is_empty() {
            return;
        }
        let verdict = verdicts.remove(0);
        let told = {
            let mut books = open(&self.books);
            let Some(transfer) = books.transfers.get_mut(index) else {
                return;
            };
            transfer.status = verdict.clone();
            transfer.clone()
        };
        self.world.trace.say("Pockyt", || {
            format!(
                "{} of {} is now {}",
                told.transaction_no,
                told.invoice_id,
                verdict.word()
            )
        });
        self.version.fetch_add(1, Ordering::Relaxed);
        self.tell_of(&told);
        if !verdicts.is_empty() {
            let (least, most) = if verdict == WireStatus::Success {
                RETURNS
            } else {
                DECIDES
            };
            let span = self.world.luck.span(least, most);
            self.later(span, Event::Decides(index, verdicts));
        }
    }
}
