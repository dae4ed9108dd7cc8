//! remit-ledger
