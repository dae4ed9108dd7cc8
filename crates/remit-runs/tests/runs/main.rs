//! Drafts, and the schedules that make them, on a real ledger.

mod drafting;
mod scheduling;
mod shop;
