//! remit-vault
