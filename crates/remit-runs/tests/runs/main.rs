//! Drafts, files of people, and the schedules that make them, on a real ledger.

mod currency;
mod drafting;
mod kept;
mod leaving_out;
mod put_off;
mod roster;
mod same_file;
mod scheduling;
mod shop;
mod withheld;
