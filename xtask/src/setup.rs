//! What building and testing need: installed where that is allowed, else named with the way to get it.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{step, ui};

/// Packages of Debian and Ubuntu.
const DEBIAN_PACKAGES: &[&str] = &[
    // the build
    "build-essential",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "libxdo-dev",
    "pkg-config",
    // the virtual session
    "dbus",
    "gnome-keyring",
    "xvfb",
    // what a screen reader would find
    "at-spi2-core",
    "gir1.2-atspi-2.0",
    "python3-gi",
    // window tests, screenshots
    "fonts-dejavu-core",
    "fonts-noto-cjk",
    "imagemagick",
    "libfaketime",
    "util-linux",
    "webkit2gtk-driver",
    "xdotool",
    // the relay's tests
    "postgresql",
    // senders of notifications that share no code with Remit
    "python3",
];

/// Something a system lacks and how to get it.
struct Missing(&'static str);

/// Sets everything up. A second call asks only whether all is there, in well under a second.
///
/// # Errors
/// When something is missing that may not be, or cannot be, installed from here; says how to get it.
pub(crate) fn everything() -> Result<()> {
    if cfg!(target_os = "linux") {
        linux()?;
    }
    let missing: Vec<_> = toolchain().into_iter().chain(platform()).collect();
    if !missing.is_empty() {
        for Missing(how) in &missing {
            eprintln!("missing: {how}");
        }
        bail!("install what is missing, then run this again");
    }
    ui::install()
}

/// What every system needs. (An older Rust than the workspace's is refused by cargo itself.)
fn toolchain() -> Vec<Missing> {
    let mut missing = Vec::new();
    let works = |tool: &str| step::answer(step::cargo().args([tool, "--version"])).is_some();
    if !works("fmt") || !works("clippy") {
        missing.push(Missing(
            "rustfmt and clippy: `rustup component add rustfmt clippy`",
        ));
    }
    if step::answer(step::program("python3").arg("--version")).is_none() {
        missing.push(Missing("Python 3, as python3: https://www.python.org"));
    }
    let node = step::answer(step::program("node").arg("--version"));
    if !node.as_deref().is_some_and(node_suits)
        || step::answer(step::npm().arg("--version")).is_none()
    {
        missing.push(Missing(
            "Node.js 20.19 or later in 20, or 22.12 or later, with npm: https://nodejs.org",
        ));
    }
    missing
}

/// What Windows and macOS need beyond it.
fn platform() -> Vec<Missing> {
    let mut missing = Vec::new();
    if cfg!(target_os = "macos") && step::answer(step::program("xcode-select").arg("-p")).is_none()
    {
        missing.push(Missing(
            "Xcode's command-line tools: `xcode-select --install`",
        ));
    }
    if cfg!(windows) {
        if !cfg!(target_env = "msvc") {
            missing.push(Missing(
                "the MSVC toolchain: install Visual Studio Build Tools with \"Desktop development with C++\" \
                 (`winget install Microsoft.VisualStudio.2022.BuildTools`), then `rustup default stable-msvc`",
            ));
        }
        if !webview2_installed() {
            missing.push(Missing(
                "WebView2 (part of Windows 11): `winget install Microsoft.EdgeWebView2Runtime`",
            ));
        }
        if step::answer(step::program("perl").arg("-v")).is_none() {
            missing.push(Missing("Perl, which builds OpenSSL for the ledger: `winget install StrawberryPerl.StrawberryPerl`"));
        }
    }
    missing
}

/// Whether the WebView2 runtime is registered, for the machine or for this user.
fn webview2_installed() -> bool {
    const RUNTIME: &str = r"Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    let registered = |hive: &str| {
        let key = format!(r"{hive}\{RUNTIME}");
        step::answer(step::program("reg").args(["query", &key, "/v", "pv"])).is_some()
    };
    [
        r"HKLM\SOFTWARE\WOW6432Node",
        r"HKLM\SOFTWARE",
        r"HKCU\Software",
    ]
    .into_iter()
    .any(registered)
}

/// Whether the UI's build tools run on the Node that gave this version.
fn node_suits(version: &str) -> bool {
    let mut numbers = version
        .trim_start_matches('v')
        .split('.')
        .map_while(|part| part.parse().ok());
    let version: (u32, u32) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    (version.0 == 20 && version.1 >= 19) || version >= (22, 12)
}

/// Installs the missing packages on Debian and Ubuntu; names them elsewhere and goes on.
fn linux() -> Result<()> {
    if step::answer(step::program("dpkg-query").arg("--version")).is_none() {
        println!(
            "not Debian or Ubuntu: install what your system calls {}",
            DEBIAN_PACKAGES.join(", ")
        );
        return Ok(());
    }
    install(DEBIAN_PACKAGES)
}

/// Installs those of some packages of Debian and Ubuntu that are missing.
///
/// # Errors
/// When they cannot be installed from here; says how to get them.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let missing = missing_packages(packages)?;
    if missing.is_empty() {
        return Ok(());
    }
    let install = format!(
        "apt-get install --no-install-recommends --yes {}",
        missing.join(" ")
    );
    let root = step::answer(step::program("id").arg("-u")).as_deref() == Some("0");
    if !root && step::answer(step::program("sudo").args(["-n", "true"])).is_none() {
        bail!(
            "packages are missing; install them with\n  sudo apt-get update && sudo {install}\nthen run this again"
        );
    }
    let apt = |arguments: &str| {
        let mut command = step::program(if root { "env" } else { "sudo" });
        if !root {
            command.args(["-n", "env"]);
        }
        command
            .arg("DEBIAN_FRONTEND=noninteractive")
            .args(arguments.split(' '));
        command
    };
    println!("$ {install}");
    quietly(&mut apt("apt-get update"))?;
    quietly(&mut apt(&install))
}

/// Those of the packages that are not installed.
fn missing_packages<'p>(packages: &[&'p str]) -> Result<Vec<&'p str>> {
    // It fails when a package is unknown, and lists the others all the same.
    let output = step::program("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status} ${Package}\\n"])
        .args(packages)
        .output()
        .context("could not start `dpkg-query`")?;
    let listed = String::from_utf8_lossy(&output.stdout);
    let installed: Vec<_> = listed
        .lines()
        .filter_map(|line| line.strip_prefix("installed "))
        .collect();
    Ok(packages
        .iter()
        .copied()
        .filter(|package| !installed.contains(package))
        .collect())
}

/// Runs the command and shows what it said only when it fails.
fn quietly(command: &mut Command) -> Result<()> {
    let output = command.output().context("could not start apt-get")?;
    if !output.status.success() {
        let (said, complained) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        bail!("apt-get failed ({}):\n{said}{complained}", output.status);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::node_suits;

    #[test]
    fn node_20_from_19_on_and_22_from_12_on_suit() {
        for version in ["v20.19.0", "v20.20.2", "v22.12.0", "v24.0.0"] {
            assert!(node_suits(version), "{version}");
        }
        for version in [
            "v18.20.8", "v20.18.3", "v21.7.0", "v22.11.0", "", "nonsense",
        ] {
            assert!(!node_suits(version), "{version}");
        }
    }
}
