//! A data folder with the large ledger in it, and its key in the keychain.

use crate::samples;
use crate::search::large;
use anyhow::{Result, ensure};
use remit_core::{Secret, Vault};
use remit_vault::KeyringVault;
use secrecy::SecretString;
use serde_json::json;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// By what name Remit's secrets are in the keychain.
const KEYCHAIN_SERVICE: &str = "io.github.remit-payouts.remit";
const ACCOUNT: &str = "bench";

/// A file of payouts beside the ledger.
const FILE: &str = "payouts.csv";

pub(crate) struct Stage(TempDir);

/// A payout to each payee.
fn rows() -> String {
    let mut file = String::from("Customer number,Amount,Currency,Invoice ID,Description\n");
    for payee in 0..large::PAYEES {
        let (units, week) = (100 + payee % 900, payee % 52);
        let _ = writeln!(
            file,
            "2000305{payee:015},{units}.25,USD,RUN-{payee:06},\"Work in January, week {week}\""
        );
    }
    file
}

impl Stage {
    pub(crate) async fn new(folder: &Path) -> Result<Self> {
        ensure!(
            std::env::var("HOME").is_ok_and(|home| home.contains("remit-session-")),
            "this wants a desktop and a keychain of its own: run it with `cargo xtask bench`"
        );
        let large = large::file(folder).await?;
        let stage = tempfile::tempdir_in(folder)?;
        let profile = json!({
            "id": ACCOUNT,
            "name": "Bench",
            "environment": "custom",
            // Nobody is there.
            "base_url": "http://127.0.0.1:9",
            "merchant_no": "200043",
            "store_no": "300014",
            "pockyt_user": true,
            "listener_port": 0,
            "listener_path": "bench-0123456789abcdef0123456789abcdef",
            "backups": { "folder": null, "automatic": false },
        });
        let settings = [
            (
                "accounts.json",
                json!({ "profiles": [profile], "active": ACCOUNT }),
            ),
            (
                "preferences.json",
                json!({ "preferences": { "theme": "light", "language": "en" } }),
            ),
        ];
        for (name, content) in settings {
            fs::write(stage.path().join(name), content.to_string())?;
        }
        let account = stage.path().join("profiles").join(ACCOUNT);
        fs::create_dir_all(&account)?;
        fs::copy(large, account.join("ledger.db"))?;
        fs::write(stage.path().join(FILE), rows())?;
        let vault = KeyringVault::new(KEYCHAIN_SERVICE);
        let (key, token) = (
            SecretString::from(samples::KEY),
            SecretString::from("bench"),
        );
        vault
            .set(&Secret::LedgerKey(ACCOUNT.to_owned()), &key)
            .await?;
        // As the keychain has it of an account that was new: else its history is compared with Pockyt first.
        vault
            .set(
                &Secret::LedgerHead(ACCOUNT.to_owned()),
                &SecretString::from("0 "),
            )
            .await?;
        vault
            .set(&Secret::ApiToken(ACCOUNT.to_owned()), &token)
            .await?;
        Ok(Self(stage))
    }

    /// What tells Remit where it is.
    pub(crate) fn environment(&self) -> [(&'static str, PathBuf); 1] {
        [("REMIT_DATA_DIR", self.folder())]
    }

    /// Where the file of payouts is.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder().join(FILE)
    }

    fn folder(&self) -> PathBuf {
        let folder = fs::canonicalize(self.0.path());
        folder.unwrap_or_else(|_| self.0.path().to_owned())
    }
}
