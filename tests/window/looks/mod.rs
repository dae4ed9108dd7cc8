//! Every screen in every state: none with a barrier, in light, in dark and in high contrast. `cargo xtask screens` walks
//! this way in more looks and languages, and keeps the pictures.

mod album;
mod walk;
mod world;

use crate::owner::Setting;
use crate::steps;
use album::{Album, Look};
use pockyt_sandbox::Speed;

/// What everybody sees somewhere.
const LOOKS: &[Look] = &[Look::Light, Look::Dark, Look::Contrast];
/// What is looked at by eye.
const ALL: &[Look] = &[
    Look::Light,
    Look::Dark,
    Look::Contrast,
    Look::ContrastDark,
    Look::Small,
    Look::Large,
];
const BOTH: &[Look] = &[Look::Light, Look::Dark];
const ROOM: &[Look] = &[Look::Small, Look::Large];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "`cargo xtask screens` looks for the same barriers; this walk alone: `-- --ignored looks::every_screen`"]
async fn every_screen_is_without_a_barrier_in_three_looks() {
    walk("en", |owner| Album::of_barriers(owner, LOOKS)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "`cargo xtask screens` runs it"]
async fn pictures_in_english() {
    walk("en", |owner| Album::of_pictures(owner, "en", ALL)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "`cargo xtask screens` runs it"]
async fn pictures_in_chinese() {
    walk("zh-CN", |owner| Album::of_pictures(owner, "zh-CN", BOTH)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "`cargo xtask screens` runs it"]
async fn pictures_in_spanish() {
    walk("es", |owner| Album::of_pictures(owner, "es", ROOM)).await;
}

async fn walk(
    language: &'static str,
    album: impl for<'o> FnOnce(&'o crate::owner::Owner) -> Album<'o>,
) {
    let mut config = steps::pockyt_config();
    config.speed = Speed::instant();
    let pockyt = pockyt_sandbox::Sandbox::start(config).await.unwrap();
    let owner = Setting::new(language, "light").start().await;
    let mut album = album(&owner);
    walk::from_the_first_start(&mut album, &pockyt).await;
    walk::with_nothing_in_it(&mut album, &pockyt).await;
    walk::payees(&mut album, &pockyt).await;
    walk::pay(&mut album).await;
    walk::payouts(&mut album, &pockyt).await;
    let run = walk::runs(&mut album).await;
    walk::schedules(&mut album, &run).await;
    walk::around(&mut album).await;
    walk::roster(&mut album).await;
    walk::settings(&mut album).await;
    walk::without_a_network(&mut album, pockyt).await;
    album.close();
}
