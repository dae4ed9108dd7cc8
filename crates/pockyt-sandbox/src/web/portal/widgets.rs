//! The pieces the portal's forms are made of.

use maud::{Markup, html};

use super::forms::Wrong;
use crate::web::words::{Words, fill};

/// The step indicator; `current` counts from 1.
pub(super) fn steps(words: &Words, current: usize) -> Markup {
    let names = [
        words.step_details,
        words.step_identity,
        words.step_method,
        words.step_check,
    ];
    html! {
        p.step-count { (fill(words.step_of, "n", &current.to_string())) }
        ol.steps aria-label=(words.steps) {
            @for (place, name) in (1..).zip(names) {
                @if place < current {
                    li.done { span.dot aria-hidden="true" { "✓" } span { (name) } span.hidden { " (" (words.step_done) ")" } }
                } @else if place == current {
                    li.current aria-current="step" { span.dot aria-hidden="true" { (place) } span { (name) } }
                } @else {
                    li { span.dot aria-hidden="true" { (place) } span { (name) } }
                }
            }
        }
    }
}

/// What is wrong with a form, with a link to each field.
pub(super) fn summary(words: &Words, wrong: &[Wrong]) -> Markup {
    html! {
        @if !wrong.is_empty() {
            div.errors role="alert" {
                h2 { (words.errors_title) }
                ul { @for (name, message) in wrong { li { a href=(format!("#{name}")) { (message) } } } }
            }
        }
    }
}

/// One labelled text field.
pub(super) struct Field<'a> {
    pub(super) name: &'static str,
    pub(super) label: &'a str,
    pub(super) hint: Option<&'a str>,
    pub(super) value: &'a str,
    /// `autocomplete`, or "off".
    pub(super) fills: &'a str,
    /// `inputmode`.
    pub(super) keys: &'a str,
    pub(super) required: bool,
}

pub(super) fn field(field: &Field<'_>, wrong: &[Wrong]) -> Markup {
    let message = wrong
        .iter()
        .find(|(name, _)| *name == field.name)
        .map(|(_, m)| *m);
    let hint_id = format!("{}-hint", field.name);
    let error_id = format!("{}-error", field.name);
    let mut described = Vec::new();
    if field.hint.is_some() {
        described.push(hint_id.as_str());
    }
    if message.is_some() {
        described.push(error_id.as_str());
    }
    let described = (!described.is_empty()).then(|| described.join(" "));
    html! {
        div.field {
            label for=(field.name) { (field.label) }
            @if let Some(hint) = field.hint { p.hint #(hint_id) { (hint) } }
            input #(field.name) name=(field.name) type="text" value=(field.value) autocomplete=(field.fills)
                inputmode=(field.keys) required[field.required] maxlength="100"
                aria-invalid=[message.map(|_| "true")] aria-describedby=[described];
            @if let Some(message) = message { p.error #(error_id) { (message) } }
        }
    }
}

/// A group of radio buttons drawn as cards: value, label, hint.
pub(super) fn choices(
    name: &'static str,
    legend: &str,
    options: &[(&str, &str, &str)],
    chosen: &str,
    wrong: &[Wrong],
) -> Markup {
    let message = wrong
        .iter()
        .find(|(wrong, _)| *wrong == name)
        .map(|(_, m)| *m);
    let error_id = format!("{name}-error");
    html! {
        fieldset aria-describedby=[message.map(|_| error_id.as_str())] {
            legend { (legend) }
            @if let Some(message) = message { p.error #(error_id) { (message) } }
            div.choices {
                @for (place, (value, label, hint)) in options.iter().enumerate() {
                    label.choice {
                        input id=[(place == 0).then_some(name)] type="radio" name=(name) value=(value) checked[*value == chosen] required;
                        span { strong { (label) } @if !hint.is_empty() { span.hint { (hint) } } }
                    }
                }
            }
        }
    }
}
