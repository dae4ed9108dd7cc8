//! What differs between operating systems.

/// Prepares the process for the system's web view.
#[cfg(target_os = "linux")]
pub(crate) fn prepare() {
    use std::os::unix::process::CommandExt;

    // WebKitGTK draws nothing with some graphics drivers unless this is set (tauri-apps/tauri#8462, #13899). The
    // environment of a running process cannot be changed safely, so the process starts over with it, once.
    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(SWITCH).is_none()
        && let Ok(program) = std::env::current_exe()
    {
        let mut again = std::process::Command::new(program);
        let failure = again
            .args(std::env::args_os().skip(1))
            .env(SWITCH, "1")
            .exec();
        tracing::warn!(%failure, "starting over with {SWITCH} failed; going on without");
    }
}

/// Nothing to prepare on this system.
#[cfg(not(target_os = "linux"))]
pub(crate) fn prepare() {}

/// Makes a file that was put into a folder durable there.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &std::path::Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

/// Windows keeps folders durable by itself, and cannot open them as files.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &std::path::Path) -> std::io::Result<()> {
    Ok(())
}
