//! The keychain of Linux, for real: each test starts a private D-Bus session with a home of its own, and in it this same
//! program again, with the part that is named `in_…` and ignored otherwise. Needs the packages dbus and gnome-keyring.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use remit_core::{Secret, Vault, VaultError};
use remit_vault::{KeyringVault, MOST_CHARACTERS};
use secrecy::{ExposeSecret, SecretString};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Says that the home and the D-Bus session are the test's own, so that no part ever touches the user's keychain.
const PRIVATE: &str = "REMIT_VAULT_TEST_HOME";

/// Without folders of services, so that nothing is started on demand.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

/// Starts the keychain and waits until it serves: it goes to the background before it does.
const START: &str = "gnome-keyring-daemon --start --components=secrets >/dev/null || exit 1
until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
  string:org.freedesktop.secrets | grep -q 'boolean true'; do sleep 0.02; done
";

/// The same, unlocked, and with a default collection to wait for.
const START_UNLOCKED: &str = "printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null || exit 1
until dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
  org.freedesktop.Secret.Service.ReadAlias string:default 2>/dev/null | grep -q collection; do sleep 0.02; done
";

fn private(program: &str, home: &Path) -> Command {
    let mut command = Command::new(program);
    for (variable, folder) in [
        ("HOME", "home"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_RUNTIME_DIR", "run"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
    ] {
        let folder = home.join(folder);
        fs::create_dir_all(&folder).unwrap();
        command.env(variable, folder);
    }
    command
        .env(PRIVATE, home)
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("GNOME_KEYRING_CONTROL")
        .env_remove("DISPLAY");
    command
}

fn assert_passes(part: &str, mut command: Command) {
    let output = command
        .stdin(Stdio::null())
        .output()
        .expect("the packages dbus and gnome-keyring are installed");
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{part}: {told}"
    );
}

/// Runs a part of this program in a session of its own, after a shell command.
fn run_in_session(part: &str, before: &str, home: &Path) {
    let bus = home.join("bus.conf");
    fs::write(&bus, BUS).unwrap();
    let mut command = private("dbus-run-session", home);
    command.arg("--config-file").arg(bus).args([
        "--",
        "sh",
        "-c",
        &format!("{before}exec \"$0\" \"$@\""),
    ]);
    command.arg(std::env::current_exe().unwrap()).args([
        "--exact",
        part,
        "--ignored",
        "--nocapture",
    ]);
    assert_passes(part, command);
}

fn vault() -> KeyringVault {
    assert!(
        std::env::var_os(PRIVATE).is_some(),
        "runs only in a session of its own, started by the tests that are not ignored"
    );
    KeyringVault::new("remit-test")
}

fn token() -> Secret {
    Secret::ApiToken("main".to_owned())
}

#[test]
fn keeps_secrets() {
    let home = tempfile::tempdir().unwrap();
    run_in_session("in_an_unlocked_keychain", START_UNLOCKED, home.path());
}

#[tokio::test]
#[ignore = "a part of keeps_secrets"]
async fn in_an_unlocked_keychain() {
    let vault = vault();
    vault.probe().await.unwrap();
    assert!(vault.get(&token()).await.unwrap().is_none());
    let longest = "x".repeat(MOST_CHARACTERS);
    for value in ["first", "sécond 令牌", longest.as_str()] {
        vault
            .set(&token(), &SecretString::from(value))
            .await
            .unwrap();
        assert_eq!(
            vault.get(&token()).await.unwrap().unwrap().expose_secret(),
            value
        );
        let another = KeyringVault::new("remit-test");
        assert_eq!(
            another
                .get(&token())
                .await
                .unwrap()
                .unwrap()
                .expose_secret(),
            value,
            "it is in the keychain, not in the process"
        );
    }
    let key = Secret::LedgerKey("main".to_owned());
    assert!(
        vault.get(&key).await.unwrap().is_none(),
        "each secret under its own name"
    );
    assert!(
        KeyringVault::new("other")
            .get(&token())
            .await
            .unwrap()
            .is_none(),
        "each service its own entries"
    );

    let too_long = SecretString::from(format!("{longest}secret-tail"));
    let refused = vault.set(&token(), &too_long).await.unwrap_err();
    assert!(
        matches!(&refused, VaultError::Failed(told) if told.contains("1280") && !told.contains("secret-tail")),
        "{refused:?}"
    );
    assert_eq!(
        vault.get(&token()).await.unwrap().unwrap().expose_secret(),
        longest,
        "and what was there stays"
    );

    vault.delete(&token()).await.unwrap();
    vault.delete(&token()).await.unwrap();
    assert!(vault.get(&token()).await.unwrap().is_none());

    let calls = (0..8).map(|number| {
        let secret = Secret::ApiToken(format!("profile {number}"));
        let vault = std::sync::Arc::new(KeyringVault::new("remit-test"));
        tokio::spawn(async move { vault.set(&secret, &SecretString::from("value")).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
}

#[test]
fn tells_that_there_is_no_session() {
    let home = tempfile::tempdir().unwrap();
    let part = "in_no_session";
    let mut command = private(
        std::env::current_exe().unwrap().to_str().unwrap(),
        home.path(),
    );
    command.args(["--exact", part, "--ignored", "--nocapture"]);
    assert_passes(part, command);
}

#[tokio::test]
#[ignore = "a part of tells_that_there_is_no_session"]
async fn in_no_session() {
    let vault = vault();
    for answer in [
        vault.probe().await,
        vault.get(&token()).await.map(drop),
        vault.set(&token(), &SecretString::from("value")).await,
    ] {
        assert!(
            matches!(&answer, Err(VaultError::Missing(told)) if told.contains("gnome-keyring")),
            "{answer:?}"
        );
    }
}

#[test]
fn finds_a_keychain_that_came_later() {
    let home = tempfile::tempdir().unwrap();
    run_in_session("in_a_session_without_a_keychain", "", home.path());
}

#[tokio::test]
#[ignore = "a part of finds_a_keychain_that_came_later"]
async fn in_a_session_without_a_keychain() {
    let vault = vault();
    let answer = vault.probe().await;
    assert!(
        matches!(&answer, Err(VaultError::Missing(told)) if told.contains("gnome-keyring")),
        "{answer:?}"
    );
    let started = Command::new("sh")
        .args(["-c", START_UNLOCKED])
        .status()
        .unwrap();
    assert!(started.success());
    assert_eq!(vault.probe().await, Ok(()), "without a restart");
}

#[test]
fn tells_that_there_is_no_place_for_a_secret() {
    let home = tempfile::tempdir().unwrap();
    run_in_session(
        "in_a_keychain_without_a_default_collection",
        START,
        home.path(),
    );
}

#[tokio::test]
#[ignore = "a part of tells_that_there_is_no_place_for_a_secret"]
async fn in_a_keychain_without_a_default_collection() {
    let vault = vault();
    assert!(
        vault.get(&token()).await.unwrap().is_none(),
        "reading shows nothing amiss: hence the probe"
    );
    for answer in [
        vault.probe().await,
        vault.set(&token(), &SecretString::from("value")).await,
    ] {
        assert!(
            matches!(&answer, Err(VaultError::Missing(told)) if told.contains("default keyring")),
            "{answer:?}"
        );
    }
}

#[test]
fn tells_that_the_keychain_is_locked() {
    let home = tempfile::tempdir().unwrap();
    run_in_session("in_a_keychain_to_be_locked", START_UNLOCKED, home.path());
    run_in_session("in_a_locked_keychain", START, home.path());
}

#[tokio::test]
#[ignore = "a part of tells_that_the_keychain_is_locked"]
async fn in_a_keychain_to_be_locked() {
    vault()
        .set(&token(), &SecretString::from("value"))
        .await
        .unwrap();
}

#[tokio::test]
#[ignore = "a part of tells_that_the_keychain_is_locked"]
async fn in_a_locked_keychain() {
    let vault = vault();
    for answer in [vault.get(&token()).await.map(drop), vault.probe().await] {
        assert_eq!(
            answer,
            Err(VaultError::Locked),
            "without anybody to ask, it stays locked"
        );
    }
}
