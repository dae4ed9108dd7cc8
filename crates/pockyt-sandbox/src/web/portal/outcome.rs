//! What the portal shows once everything is filled in: the review, and what came of it.

use maud::{Markup, html};

use super::views::{action, described};
use crate::state::{AccountStatus, FundingAccount, Payee, PayeeStatus, Payout, PayoutStatus};
use crate::web::page::{Tone, badge, time, way_back};
use crate::web::reader::Reader;
use crate::web::words::{Words, fill};

pub(super) fn in_review(reader: &Reader, payee: &Payee) -> Markup {
    let words = reader.words();
    html! {
        section.card.outcome {
            span.mark.waiting aria-hidden="true" { "◷" }
            h1 { (words.review_title) }
            p.lead { (words.review_lead) }
        }
        section.card.sandbox-only {
            p.tag { (words.only_here) }
            h2 { (words.play_compliance) }
            p { (words.play_compliance_body) }
            form method="post" action=(action(reader, payee, "decision")) {
                p.actions {
                    button type="submit" name="decision" value="approve" { (words.approve) }
                    button.danger type="submit" name="decision" value="decline" { (words.decline) }
                }
            }
        }
    }
}

pub(super) fn closed(
    reader: &Reader,
    payee: &Payee,
    accounts: &[FundingAccount],
    payouts: &[Payout],
) -> Markup {
    let words = reader.words();
    let (class, mark, title, lead) = match payee.status {
        PayeeStatus::Active => ("good", "✓", words.active_title, words.active_lead),
        PayeeStatus::Declined => ("bad", "✕", words.declined_title, words.declined_lead),
        PayeeStatus::Pending | PayeeStatus::Deactivated => (
            "closed",
            "–",
            words.deactivated_title,
            words.deactivated_lead,
        ),
    };
    html! {
        section.card.outcome {
            span.mark.(class) aria-hidden="true" { (mark) }
            h1 { (title) }
            p.lead { (lead) }
            @if payee.status == PayeeStatus::Declined {
                form method="post" action=(action(reader, payee, "restart")) {
                    p.actions { button type="submit" { (words.start_again) } }
                }
            }
        }
        @if payee.status == PayeeStatus::Active {
            @if let Some(program) = reader.program {
                section.card.sandbox-only {
                    p.tag { (words.only_here) }
                    p { (fill(words.played, "program", program)) }
                    p.actions { (way_back(reader, program, "button")) }
                }
            }
            section.card {
                h2 { (words.your_methods) }
                @if accounts.is_empty() { p.quiet { (words.no_methods) } } @else {
                    ul.people { @for account in accounts { li { span { (described(words, &account.method)) } (usability(words, account)) } } }
                }
                p.actions { a.button.second href=(action(reader, payee, "method")) { (words.add_method) } }
            }
        }
        @if !payouts.is_empty() { (payments(reader, payouts)) }
    }
}

fn usability(words: &Words, account: &FundingAccount) -> Markup {
    match account.status {
        AccountStatus::Activated => badge(Tone::Good, words.usable),
        AccountStatus::Pending => badge(Tone::Waiting, words.reviewing),
        AccountStatus::Invalid => badge(Tone::Bad, words.invalid),
    }
}

fn payments(reader: &Reader, payouts: &[Payout]) -> Markup {
    let words = reader.words();
    let status = |payout: &Payout| match payout.status {
        PayoutStatus::Pending => badge(Tone::Waiting, words.pay_pending),
        PayoutStatus::Success => badge(Tone::Good, words.pay_success),
        PayoutStatus::Failed => badge(Tone::Bad, words.pay_failed),
        PayoutStatus::Returned => badge(Tone::Bad, words.pay_returned),
    };
    html! {
        section.card {
            h2 #payments { (words.payments) }
            table aria-labelledby="payments" {
                thead {
                    tr {
                        th scope="col" { (words.date) }
                        th.number scope="col" { (words.amount) }
                        th scope="col" { (words.status) }
                    }
                }
                tbody {
                    @for payout in payouts {
                        tr {
                            td { (time(reader, payout.created)) }
                            td.number { (payout.amount) }
                            td { (status(payout)) }
                        }
                    }
                }
            }
        }
    }
}
