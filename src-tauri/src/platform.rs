//! What differs between operating systems.

/// Prepares the process for the system's web view. Before anything else: no other thread may be there.
#[cfg(target_os = "linux")]
pub(crate) fn prepare() {
    // WebKitGTK draws nothing with some graphics drivers unless this is set (tauri-apps/tauri#8462, #13899). Whoever has set
    // it, has chosen.
    if let Err(cause) = glib::setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1", false) {
        tracing::warn!(%cause, "the web view may draw nothing");
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
