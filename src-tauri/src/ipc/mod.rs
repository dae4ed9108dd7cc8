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
    backups, bulk, demo, engine, notices, notifications, overview, payees, payouts, profiles,
    recovery_keys, rosters, run_drafts, runs, schedules, startup,
};
use specta_typescript::Typescript;
use std::path::Path;
use tauri::ipc::Invoke;
use tauri::{Runtime, generate_handler};
use tauri_specta::{Builder, collect_commands, collect_events};

/// Every command, declared once, for one of the macros that take them.
macro_rules! commands {
    ($taken_by:ident) => {
        $taken_by![
            startup::startup,
            startup::window_ready,
            startup::set_preferences,
            profiles::try_demo,
            profiles::test_connection,
            profiles::connect,
            profiles::list_profiles,
            profiles::switch_profile,
            profiles::update_profile,
            demo::open_demo_page,
            demo::play_payee,
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
            bulk::look_at_payouts,
            bulk::check_payouts,
            bulk::withdraw_payouts,
            bulk::retry_payouts,
            bulk::export_payouts,
            bulk::chosen_payees,
            bulk::refresh_payees,
            bulk::export_payees,
            overview::overview,
            engine::engine_status,
            engine::at_work,
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
            notices::show_tray,
            notices::quit,
            runs::list_runs,
            runs::halted_runs,
            runs::coming_runs,
            runs::rows_to_come,
            runs::run,
            runs::run_outcomes,
            runs::run_left,
            runs::pause_run,
            runs::resume_run,
            runs::stop_run,
            runs::queue_run_row,
            run_drafts::choose_run_file,
            run_drafts::import_run,
            run_drafts::cancel_import,
            run_drafts::paste_run,
            run_drafts::compose_run,
            run_drafts::copy_run,
            run_drafts::retry_run,
            run_drafts::repeat_left,
            run_drafts::save_run_template,
            run_drafts::run_draft,
            run_drafts::set_run_mapping,
            run_drafts::rename_run,
            run_drafts::run_rows,
            run_drafts::edit_run_cells,
            run_drafts::decide_run_rows,
            run_drafts::accept_run_warning,
            run_drafts::review_run,
            run_drafts::release_run,
            run_drafts::discard_run,
            run_drafts::export_run,
            rosters::open_roster,
            rosters::roster_draft,
            rosters::set_roster_mapping,
            rosters::roster_people,
            rosters::edit_roster_cell,
            rosters::invite_roster,
            rosters::list_rosters,
            rosters::roster,
            rosters::roster_rows,
            rosters::stop_roster,
            rosters::resume_roster,
            rosters::export_roster,
            rosters::save_roster_template,
            schedules::list_schedules,
            schedules::schedule,
            schedules::propose_schedule,
            schedules::make_schedule,
            schedules::change_schedule,
            schedules::set_schedule_state,
            schedules::draft_missed,
            schedules::skip_missed,
        ]
    };
}

/// What answers the commands.
pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    commands!(generate_handler)
}

/// The events, each declared once.
#[must_use]
pub fn events<R: Runtime>() -> Builder<R> {
    Builder::new()
        .disable_serde_phases()
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
            events::CloseAsked,
            events::RunChanged,
            events::RunFinished,
            events::RunMissed,
            events::RosterChanged,
            events::RunImport,
            events::ScheduleChanged,
            events::ScheduleCame,
        ])
}

/// The events and the commands with all their types, which are of use to whoever writes them down.
fn described<R: Runtime>() -> Builder<R> {
    events().commands(commands!(collect_commands))
}

/// Writes the TypeScript side of the commands and events.
///
/// # Errors
/// When a type cannot be put into TypeScript, or the file cannot be written.
pub fn write_bindings(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let header = "// Written by the test `bindings` from src-tauri/src/ipc. Change it there.\n/* eslint-disable */\n// @ts-nocheck\n";
    described::<tauri::Wry>().export(Typescript::default().header(header), path)?;
    Ok(())
}
