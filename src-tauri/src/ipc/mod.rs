//! What crosses between the backend and the window: commands, views, errors and events. `ui/src/lib/platform/bindings.ts`
//! is written from here.

mod command_names;
mod error;
pub mod events;
pub mod inputs;
pub mod views;

pub use command_names::COMMAND_NAMES;
pub use error::IpcError;

use crate::commands::{
    backups, engine, notices, notifications, overview, payees, payouts, profiles, recovery_keys,
    startup,
};
use specta_typescript::Typescript;
use std::path::Path;
use tauri::Runtime;
use tauri_specta::{Builder, collect_commands, collect_events};

/// Every command and event, declared once.
#[must_use]
pub fn builder<R: Runtime>() -> Builder<R> {
    Builder::new()
        .disable_serde_phases()
        .commands(collect_commands![
            startup::startup,
            startup::window_ready,
            startup::set_preferences,
            profiles::try_demo,
            profiles::test_connection,
            profiles::connect,
            profiles::list_profiles,
            profiles::switch_profile,
            profiles::update_profile,
            profiles::open_demo_page,
            payees::register_payee,
            payees::link_payee,
            payees::update_payee,
            payees::refresh_payee,
            payees::refresh_all_payees,
            payees::list_payees,
            payees::payee,
            payees::list_funding_accounts,
            payees::refresh_account,
            payouts::suggest_invoice_id,
            payouts::preview_payout,
            payouts::submit_payout,
            payouts::cancel_payout,
            payouts::prepare_retry,
            payouts::check_payout,
            payouts::list_payouts,
            payouts::payout,
            payouts::balances,
            overview::overview,
            engine::engine_status,
            engine::set_limits,
            engine::verify_history,
            backups::backup_status,
            backups::set_backup_options,
            backups::choose_folder,
            backups::choose_backup,
            backups::back_up_now,
            backups::inspect_backup,
            backups::restore_backup,
            backups::restore_elsewhere,
            recovery_keys::new_recovery_key,
            recovery_keys::confirm_recovery_key,
            recovery_keys::enter_recovery_key,
            notifications::way_in,
            notifications::set_public_url,
            notifications::connect_relay,
            notifications::disconnect_relay,
            notifications::send_test_notification,
            notifications::list_notifications,
            notifications::notification_text,
            notices::show_notification,
        ])
        .events(collect_events![
            events::PayoutChanged,
            events::PayeeChanged,
            events::NotificationArrived,
            events::ProfileChanged,
            events::Trouble,
            events::EngineChanged,
            events::BackupsChanged,
            events::WayInChanged,
            events::NoticePressed,
        ])
}

/// Writes the TypeScript side of [`builder`].
///
/// # Errors
/// When a type cannot be put into TypeScript, or the file cannot be written.
pub fn write_bindings(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let header = "// Written by the test `bindings` from src-tauri/src/ipc. Change it there.\n/* eslint-disable */\n// @ts-nocheck\n";
    builder::<tauri::Wry>().export(Typescript::default().header(header), path)?;
    Ok(())
}
