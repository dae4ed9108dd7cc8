//! Holds the two sides of the IPC together: the TypeScript that is committed, the commands that exist, and what the
//! windows may call. `REMIT_WRITE_BINDINGS=1 cargo xtask test bindings` writes the TypeScript anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn capability(name: &str) -> serde_json::Value {
    let path = root().join("src-tauri/capabilities").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap().to_owned();
    words.fold(first, |text, word| {
        text + &word[..1].to_uppercase() + &word[1..]
    })
}

#[test]
fn the_committed_bindings_are_the_generated_ones() {
    let committed = root().join("ui/src/lib/platform/bindings.ts");
    if std::env::var_os("REMIT_WRITE_BINDINGS").is_some() {
        remit::ipc::write_bindings(&committed).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let fresh = folder.path().join("bindings.ts");
    remit::ipc::write_bindings(&fresh).unwrap();
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    assert!(
        read(&committed) == read(&fresh),
        "ui/src/lib/platform/bindings.ts is not what src-tauri/src/ipc declares; run REMIT_WRITE_BINDINGS=1 cargo xtask test bindings"
    );
}

#[test]
fn every_command_has_its_binding_and_its_permission_and_there_is_no_other() {
    let bindings = std::fs::read_to_string(root().join("ui/src/lib/platform/bindings.ts")).unwrap();
    let names: BTreeSet<&str> = remit::ipc::COMMAND_NAMES.iter().copied().collect();
    for name in &names {
        assert!(
            bindings.contains(&format!("\"{name}\"")),
            "{name} has no binding ({})",
            camel(name)
        );
    }
    assert_eq!(
        bindings.matches("__TAURI_INVOKE(\"").count(),
        names.len(),
        "a command is not in command_names.rs"
    );

    let main = capability("main.json");
    let allowed: BTreeSet<String> = main["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    let mut wanted: BTreeSet<String> = names
        .iter()
        .map(|name| format!("allow-{}", name.replace('_', "-")))
        .collect();
    wanted.extend([
        "core:event:allow-listen".to_owned(),
        "core:event:allow-unlisten".to_owned(),
    ]);
    assert_eq!(
        allowed, wanted,
        "the main window may call the app's commands and hear its events, and nothing else"
    );
}

#[test]
fn windows_have_a_capability_each_and_the_demo_may_do_nothing() {
    let mut files: Vec<_> = std::fs::read_dir(root().join("src-tauri/capabilities"))
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    files.sort();
    assert_eq!(files, ["demo.json", "main.json"]);
    assert_eq!(
        capability("main.json")["windows"],
        serde_json::json!(["main"])
    );
    assert_eq!(
        capability("demo.json")["windows"],
        serde_json::json!(["demo"])
    );
    assert_eq!(
        capability("demo.json")["permissions"],
        serde_json::json!([])
    );
    assert!(capability("demo.json").get("remote").is_none());
}

#[test]
fn the_content_policy_is_strict() {
    let config: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(root().join("tauri.conf.json")).unwrap())
            .unwrap();
    let security = &config["app"]["security"];
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(config["app"]["withGlobalTauri"], false);
    assert_eq!(config["build"]["removeUnusedCommands"], true);
    let policy = security["csp"].as_object().unwrap();
    assert_eq!(policy["default-src"], "'self'");
    for (directive, value) in policy {
        let value = value.as_str().unwrap();
        for loose in ["unsafe-inline", "unsafe-eval", "*", "https:"] {
            assert!(!value.contains(loose), "{directive} allows {loose}");
        }
        let remote = value
            .split(' ')
            .find(|source| source.starts_with("http") && *source != "http://ipc.localhost");
        assert_eq!(remote, None, "{directive} allows a remote origin");
    }
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for plugin in ["tauri-plugin-fs", "tauri-plugin-http", "tauri-plugin-shell"] {
        assert!(
            !manifest.contains(plugin),
            "{plugin} must not be in the app"
        );
    }
}
