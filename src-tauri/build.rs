//! Builds what Tauri needs: the configuration, the capabilities, and a permission for each of the app's own commands,
//! so that a window reaches only the commands that its capability lists.

include!("src/ipc/command_names.rs");

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/src/ipc/command_names.rs");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMAND_NAMES));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:error={error:#}");
        std::process::exit(1);
    }
}
