//! A Tauri window with nothing in it but a line of text: what any app of this toolkit costs.

use std::process::ExitCode;

/// What a command costs that does nothing.
#[tauri::command]
fn nothing() {}

fn main() -> ExitCode {
    let run = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![nothing])
        .run(tauri::generate_context!());
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
