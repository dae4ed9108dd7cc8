//! The overview: how to connect, what there is, and how to see something else than success.

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use maud::{Markup, html};

use super::page::{Place, page, time};
use super::reader::{Language, Reader, Values};
use crate::gateway;
use crate::money::{Currency, Money};
use crate::outcomes::RULES;
use crate::record::Call;
use crate::world::World;

/// Calls shown.
const RECENT: usize = 15;

pub(super) async fn show(
    Shared(world): Shared<Arc<World>>,
    Query(query): Query<Values>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let reader = Reader::new(&world, &query, &headers, "");
    let words = reader.words();
    let place = Place {
        title: words.overview,
        path: "/",
        wide: true,
    };
    let content = html! {
        h1 { (words.sandbox) }
        p.lead { (words.overview_lead) }
        div.columns {
            (connection(&reader, &world))
            (balances(&reader, &world))
        }
        (outcomes(&reader))
        (calls(&reader, &world))
    };
    page(&reader, &place, &content)
}

fn connection(reader: &Reader, world: &World) -> Markup {
    let words = reader.words();
    let switches = world.switches();
    html! {
        section.card {
            h2 { (words.connect) }
            dl.facts {
                dt { (words.base_url) } dd { code { "http://" (world.addr) } }
                dt { (words.merchant_no) } dd { code { (world.config.merchant_no) } }
                dt { (words.store_no) } dd { code { (world.config.store_no) } }
                dt { (words.api_token) } dd { (words.api_token_hidden) }
                dt { (words.feature) } dd { (if switches.pockyt_user { words.on } else { words.off }) }
            }
        }
    }
}

fn balances(reader: &Reader, world: &World) -> Markup {
    let words = reader.words();
    let held: Vec<Money> = world.store.read(|state| {
        Currency::ALL
            .into_iter()
            .filter_map(|currency| {
                let minor = *state.balances.get(&currency)?;
                Some(Money { minor, currency })
            })
            .collect()
    });
    html! {
        section.card {
            h2 #balances { (words.balances) }
            table aria-labelledby="balances" {
                thead { tr { th scope="col" { (words.currency) } th.number scope="col" { (words.amount) } } }
                tbody {
                    @for money in held {
                        tr { th scope="row" { (money.currency) } td.number { (money.grouped()) } }
                    }
                }
            }
        }
    }
}

fn outcomes(reader: &Reader) -> Markup {
    let words = reader.words();
    html! {
        section.card {
            h2 #outcomes { (words.outcomes) }
            p { (words.outcomes_lead) }
            table aria-labelledby="outcomes" {
                thead {
                    tr {
                        th scope="col" { (words.marker) }
                        th scope="col" { (words.cents) }
                        th scope="col" { (words.what_happens) }
                    }
                }
                tbody {
                    @for rule in RULES {
                        tr {
                            td { code { (rule.marker) } }
                            td { code { "." (format!("{:02}", rule.cents)) } }
                            td {
                                (match reader.language {
                                    Language::English => rule.meaning,
                                    Language::Chinese => rule.meaning_zh,
                                })
                            }
                        }
                    }
                }
            }
        }
    }
}

fn calls(reader: &Reader, world: &World) -> Markup {
    let words = reader.words();
    let calls = world.calls();
    let answered = |call: &Call| match &call.outcome {
        Some((code, message)) => format!("{code} {message}"),
        None => words.unanswered.to_owned(),
    };
    html! {
        section.card {
            h2 #calls { (words.recent_calls) }
            @if calls.is_empty() {
                p.quiet { (words.no_calls) }
                ul.paths { @for path in gateway::paths() { li { code { "POST " (path) } } } }
            } @else {
                div.scroll tabindex="0" role="region" aria-labelledby="calls" {
                    table aria-labelledby="calls" {
                        thead {
                            tr {
                                th scope="col" { (words.time) }
                                th scope="col" { (words.call) }
                                th scope="col" { (words.invoice) }
                                th scope="col" { (words.answer) }
                            }
                        }
                        tbody {
                            @for call in calls.iter().rev().take(RECENT) {
                                tr {
                                    td { (time(reader, call.at)) }
                                    td { code { (call.endpoint) } }
                                    td { (call.invoice_id.as_deref().unwrap_or("–")) }
                                    td { (answered(call)) @if let Some(fault) = &call.fault { " · " (fault) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
