//! Ports for programs that are told theirs.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below those that systems hand out to whoever asks for any, so that no server of another test takes one in the meantime.
const PORTS: Range<u16> = 15_000..32_000;

/// A port that was free a moment ago and that this process did not name before.
pub(crate) fn free_port() -> u16 {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    // Test programs that run at once begin far apart.
    let begin = std::process::id().wrapping_mul(997) as u16;
    let ports = PORTS.len() as u16;
    for _ in 0..ports {
        let next = begin.wrapping_add(TAKEN.fetch_add(1, Ordering::Relaxed));
        let port = PORTS.start + next % ports;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("every port of {PORTS:?} is taken");
}
