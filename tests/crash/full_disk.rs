//! A data folder that cannot be written, or cannot be written any more: nothing is sent that was not written down, what
//! came back is asked for again, and once there is space all goes on.

use crate::driver::Ground;
use crate::owner::{Owner, Setting};
use crate::{DEED, PAY, assert_one_transfer_one_request, steps, until};
use nix::unistd::geteuid;
use pockyt_sandbox::{Effect, Fault};
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Long enough for a payout to be asked about again.
const A_WHILE: Duration = Duration::from_secs(60);

/// Something of somebody else's that takes all the space there is.
struct Ballast(PathBuf);

impl Ballast {
    fn fill(owner: &Owner) -> Self {
        let path = owner.data_folder().join("ballast");
        let path = owner.driver.seen_from_outside(&path);
        let mut file = File::create(&path).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        Self(path)
    }

    fn remove(self) {
        std::fs::remove_file(self.0).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_full_disk_nothing_is_released_and_with_space_it_is() {
    let pockyt = steps::pockyt().await;
    let control = pockyt.control();
    let owner = Setting::new("en", "light").on(Ground::Small).start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    steps::review_payout(&owner, "1250").await;

    let ballast = Ballast::fill(&owner);
    owner.press(DEED).await;
    owner.read("errors.disk_full.title").await;
    owner.read("errors.disk_full.action").await;
    owner.inspect("crash-4-disk-full").await;
    assert!(control.calls_of(PAY).is_empty(), "sent without being kept");

    ballast.remove();
    owner.press(DEED).await;
    let paid = owner.say("payouts.story_paid");
    owner.see_within(&paid, A_WHILE).await;
    assert_one_transfer_one_request(&control);
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_a_full_disk_cannot_keep_is_asked_for_again() {
    let pockyt = steps::pockyt().await;
    let control = pockyt.control();
    let owner = Setting::new("en", "light").on(Ground::Small).start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    steps::review_payout(&owner, "1250").await;

    let late = Fault::on(PAY, Effect::Genuine).after_processing();
    control.inject(late.delayed(3_000));
    owner.press(DEED).await;
    until("Pockyt has made the transfer", || {
        control.transfers().len() == 1
    })
    .await;
    let ballast = Ballast::fill(&owner);
    owner.read("errors.disk_full.title").await;
    owner.picture("crash-5-disk-full-at-the-answer").await;
    // What is shown is what is on the disk: it is neither paid nor failed.
    owner.read("domain.payout_sending").await;

    ballast.remove();
    let paid = owner.say("payouts.story_paid");
    owner.see_within(&paid, A_WHILE).await;
    assert_one_transfer_one_request(&control);
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_data_folder_that_may_only_be_read_is_told_and_works_once_it_may_be_written() {
    let setting = Setting::new("en", "light").on(Ground::ReadOnly);
    let folder = setting.data_folder().display().to_string();
    let owner = setting.start().await;
    owner.read("errors.data_folder_read_only.title").await;
    owner.read("errors.data_folder_read_only.action").await;
    owner.see(&folder).await;
    owner.inspect("crash-6-read-only").await;

    let mut mend = Command::new("nsenter");
    mend.args(["--target", &owner.driver.program().to_string(), "--mount"]);
    if !geteuid().is_root() {
        mend.args(["--user", "--preserve-credentials"]);
    }
    let mended = mend.args(["mount", "-o", "remount,bind,rw", &folder]);
    assert!(mended.status().unwrap().success());
    owner.push("common.tryAgain").await;
    owner.read("welcome.title").await;
}
