//! The frame every page stands in, and the pieces they share.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, html};

use super::reader::{Language, Reader};
use super::words::fill;
use crate::config::WAY_BACK;

/// Where a page is shown.
pub(crate) struct Place<'a> {
    /// Its title.
    pub(crate) title: &'a str,
    /// Its path, for the language links and the mark in the navigation.
    pub(crate) path: &'a str,
    /// One narrow card, or the whole width.
    pub(crate) wide: bool,
}

pub(crate) fn page(reader: &Reader, place: &Place<'_>, content: &Markup) -> Html<String> {
    let words = reader.words();
    let other = |language: Language, tag: &str, name: &str| {
        let joint = if place.path.contains('?') { '&' } else { '?' };
        html! {
            a lang=(tag) hreflang=(tag) href=(format!("{}{joint}lang={}", place.path, &tag[..2]))
                aria-current=[(reader.language == language).then_some("true")] { (name) }
        }
    };
    let to = |path: &str, name: &str| {
        let here = place.path == path || (path != "/" && place.path.starts_with(path));
        html! {
            a href=(reader.link(path)) aria-current=[here.then_some("page")] { (name) }
        }
    };
    let page = html! {
        (DOCTYPE)
        html lang=(words.html_lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (place.title) " · " (words.sandbox) }
                link rel="icon" href="/assets/mark.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/sandbox.css";
            }
            body {
                a.skip href="#content" { (words.skip) }
                header {
                    p.banner { (words.banner) }
                    div.bar {
                        span.brand { img src="/assets/mark.svg" alt="" width="28" height="28"; (words.sandbox) }
                        nav aria-label=(words.pages) {
                            (to("/", words.overview)) (to("/mailbox", words.mailbox)) (to("/portal", words.portal))
                        }
                        @if let Some(program) = reader.program { (way_back(reader, program, "way-back")) }
                    }
                }
                main #content .wide[place.wide] tabindex="-1" { (content) }
                footer {
                    nav aria-label=(words.language) {
                        (other(Language::English, "en", "English"))
                        (other(Language::Chinese, "zh-Hans", "简体中文"))
                    }
                }
            }
        }
    };
    Html(page.into_string())
}

/// A page that says what went wrong.
pub(crate) fn problem(reader: &Reader, status: StatusCode) -> Response {
    let words = reader.words();
    let (title, body) = if status == StatusCode::NOT_FOUND {
        (words.not_found, words.not_found_body)
    } else {
        (words.not_kept, words.not_kept_body)
    };
    let place = Place {
        title,
        path: "/",
        wide: false,
    };
    let content = html! {
        section.card {
            h1 { (title) }
            p.lead { (body) }
            p.actions { a.button href=(reader.link("/mailbox")) { (words.mailbox) } }
        }
    };
    (status, page(reader, &place, &content)).into_response()
}

/// What leads back to the program that shows the pages, which then closes their window.
pub(crate) fn way_back(reader: &Reader, program: &str, class: &str) -> Markup {
    let name = fill(reader.words().way_back, "program", program);
    html! { a.(class) href=(reader.link(WAY_BACK)) { (name) } }
}

/// The page for a browser that follows that way, in which it leads nowhere.
pub(crate) fn farewell(reader: &Reader, program: &str) -> Html<String> {
    let words = reader.words();
    let place = Place {
        title: &fill(words.way_back, "program", program),
        path: WAY_BACK,
        wide: false,
    };
    let content = html! {
        section.card.outcome {
            h1 { (place.title) }
            p.lead { (fill(words.farewell, "program", program)) }
        }
    };
    page(reader, &place, &content)
}

pub(crate) fn time(reader: &Reader, at: Timestamp) -> Markup {
    html! { time datetime=(at.strftime("%Y-%m-%dT%H:%M:%SZ")) { (reader.time(at)) } }
}

/// A state as icon, word and colour.
#[derive(Clone, Copy)]
pub(crate) enum Tone {
    Waiting,
    Good,
    Bad,
    Closed,
}

pub(crate) fn badge(tone: Tone, word: &str) -> Markup {
    let (class, icon) = match tone {
        Tone::Waiting => ("waiting", "◷"),
        Tone::Good => ("good", "✓"),
        Tone::Bad => ("bad", "✕"),
        Tone::Closed => ("closed", "–"),
    };
    html! { span.badge.(class) { span aria-hidden="true" { (icon) } " " (word) } }
}
