//! remit-core
