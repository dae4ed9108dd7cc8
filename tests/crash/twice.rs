//! Remit started twice: the first window comes to the front, and there is never a second sender.

use crate::catalogue::Catalogue;
use crate::driver::{Driver, Ground};
use crate::owner::Setting;
use crate::window::Window;
use nix::sys::signal::{Signal, kill};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a second start may take to end.
const SOON: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_start_shows_the_first_window_and_ends() {
    let owner = Setting::new("en", "light").start().await;
    owner.read("welcome.title").await;
    let window = owner.driver.window_on_display("^Remit$").unwrap();
    // Another program's window lies over it and has the keyboard.
    let browser = Driver::browser().await;
    let other = browser.window_on_display("").unwrap();
    xdotool(&["windowraise", &other, "windowfocus", "--sync", &other]);
    assert_eq!(xdotool(&["getwindowfocus"]), other);

    let mut second = start(owner.data_folder());
    assert!(ended(&mut second, SOON), "the second start goes on");
    assert!(second.wait().unwrap().success());
    let rung = Instant::now();
    while xdotool(&["getwindowfocus"]) != window {
        assert!(rung.elapsed() < SOON, "the first window is not in front");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    owner.read("welcome.title").await;
    drop(browser);

    // After a power cut the way is free, though the old bell still hangs there.
    let owner = owner.after_a_power_cut().await;
    owner.read("welcome.title").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_start_at_once_one_stays() {
    // The desk is kept, so that no other window is in the way.
    let owner = Setting::new("en", "light").start().await;
    let home = tempfile::tempdir().unwrap();
    for round in 0..5 {
        let folder = home.path().join(round.to_string());
        let mut both = [start(&folder), start(&folder)];
        let begun = Instant::now();
        let left = loop {
            let left: Vec<bool> = both
                .iter_mut()
                .map(|one| one.try_wait().unwrap().is_none())
                .collect();
            if left.iter().filter(|left| **left).count() < 2 || begun.elapsed() > 2 * SOON {
                break left;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        // The one that is left stays.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let stays: Vec<bool> = both
            .iter_mut()
            .map(|one| one.try_wait().unwrap().is_none())
            .collect();
        for one in &mut both {
            let _gone = one.kill();
            let _reaped = one.wait();
        }
        assert_eq!(left, stays, "round {round}");
        assert!(left == [true, false] || left == [false, true], "{left:?}");
    }
    drop(owner);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_beside_one_that_hangs_says_so_and_goes_on_when_that_is_gone() {
    let owner = Setting::new("en", "light").start().await;
    owner.read("welcome.title").await;
    let first = owner.driver.program();
    kill(first, Signal::SIGSTOP).unwrap();

    let second = Driver::remit(owner.data_folder(), Ground::Usual, &[]).await;
    let second = Window::new(Arc::new(second), "^Remit$", "en-light");
    let words = Catalogue::of("en");
    second.see(&words.say("errors.already_open.title")).await;
    second.see(&words.say("errors.already_open.action")).await;
    second.inspect("crash-11-already-open").await;

    owner.driver.kill_program();
    second.press(&words.say("common.tryAgain")).await;
    second.see(&words.say("welcome.title")).await;
}

fn start(data_folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_remit"))
        .env("REMIT_DATA_DIR", data_folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn ended(process: &mut Child, within: Duration) -> bool {
    let begun = Instant::now();
    while process.try_wait().unwrap().is_none() {
        if begun.elapsed() > within {
            let _gone = process.kill();
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

fn xdotool(arguments: &[&str]) -> String {
    let said = Command::new("xdotool").args(arguments).output().unwrap();
    String::from_utf8_lossy(&said.stdout).trim().to_owned()
}
