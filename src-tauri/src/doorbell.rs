//! One Remit on a data folder: a second start rings, the first shows its window, and the second ends
//! (docs/adr/0009-one-window.md).

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

/// The file that tells where the bell is, and the word that only who can read the folder knows.
const FILE: &str = "doorbell";
/// How long either side waits for the other.
const PATIENCE: Duration = Duration::from_secs(2);
/// The answer of a Remit whose window is now to be seen.
const SHOWN: &[u8] = b"shown";

/// Hangs a bell out; `show` is called whenever somebody rings, and says whether there was a window to show.
///
/// # Errors
/// When there is no port, file or thread to be had. A second start is then told that Remit is already open.
pub(crate) fn hang(folder: &Path, show: impl Fn() -> bool + Send + 'static) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let word = Uuid::new_v4().simple().to_string();
    let port = listener.local_addr()?.port();
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(folder.join(FILE))?
        .write_all(format!("{port} {word}").as_bytes())?;
    let answer_all = move || {
        while let Ok((visitor, _)) = listener.accept() {
            if let Err(cause) = answer(visitor, &word, &show) {
                tracing::warn!(%cause, "somebody rang and went away");
            }
        }
    };
    std::thread::Builder::new()
        .name("doorbell".to_owned())
        .spawn(answer_all)
        .map(drop)
}

fn answer(mut visitor: TcpStream, word: &str, show: impl Fn() -> bool) -> io::Result<()> {
    visitor.set_read_timeout(Some(PATIENCE))?;
    visitor.set_write_timeout(Some(PATIENCE))?;
    let mut said = vec![0; word.len()];
    visitor.read_exact(&mut said)?;
    if said == word.as_bytes() && show() {
        visitor.write_all(SHOWN)?;
    }
    Ok(())
}

/// Rings at the Remit that has the folder. Whether it has shown its window.
pub(crate) fn ring(folder: &Path) -> bool {
    let Ok(bell) = std::fs::read_to_string(folder.join(FILE)) else {
        return false;
    };
    let Some((port, word)) = bell.split_once(' ') else {
        return false;
    };
    port.parse()
        .is_ok_and(|port| ring_at(port, word).unwrap_or(false))
}

fn ring_at(port: u16, word: &str) -> io::Result<bool> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut door = TcpStream::connect_timeout(&address, PATIENCE)?;
    door.set_read_timeout(Some(PATIENCE))?;
    door.set_write_timeout(Some(PATIENCE))?;
    door.write_all(word.as_bytes())?;
    let mut heard = [0; SHOWN.len()];
    door.read_exact(&mut heard)?;
    Ok(heard == SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    #[test]
    fn who_rings_with_the_word_is_answered_as_long_as_there_is_a_window() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!ring(folder.path()), "nobody is there");
        let (rung, open) = (
            Arc::new(AtomicUsize::new(0)),
            Arc::new(AtomicBool::new(true)),
        );
        let (count, is_open) = (Arc::clone(&rung), Arc::clone(&open));
        let show = move || {
            count.fetch_add(1, Ordering::SeqCst);
            is_open.load(Ordering::SeqCst)
        };
        hang(folder.path(), show).unwrap();
        assert!(ring(folder.path()));
        assert!(ring(folder.path()));

        let file = folder.path().join(FILE);
        let bell = std::fs::read_to_string(&file).unwrap();
        let (port, word) = bell.split_once(' ').unwrap();
        let other = Uuid::new_v4().simple().to_string();
        assert!(!ring_at(port.parse().unwrap(), &other).unwrap_or(false));
        assert_eq!(
            rung.load(Ordering::SeqCst),
            2,
            "a stranger raised the window"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = file.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "the word is for the owner alone");
        }

        open.store(false, Ordering::SeqCst);
        assert!(!ring(folder.path()), "the window is gone");
        std::fs::write(&file, format!("1 {word}")).unwrap();
        assert!(!ring(folder.path()), "nobody listens there");
    }
}
