//! What the reader of notifications takes in memory. Alone in its program, so that nothing else allocates meanwhile.

use peak_alloc::PeakAlloc;
use pockyt::{NOTIFICATION_LIMIT, ParseError, Received};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// The most that reading and checking a body takes beside the body, as a multiple of [`NOTIFICATION_LIMIT`].
const MOST: usize = 8;

/// Reads the body and checks it, and returns how much memory that took at most.
fn taken(content_type: Option<&str>, body: &[u8]) -> usize {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    if let Ok(received) = Received::parse(content_type, body) {
        assert!(received.verify(&"token".into()).is_err());
    }
    ALLOCATOR.peak_usage() - before
}

/// As many repetitions as fit between a beginning and an end.
fn filled(begin: &str, repeated: &str, end: &str) -> Vec<u8> {
    let times = (NOTIFICATION_LIMIT - begin.len() - end.len()) / repeated.len();
    format!("{begin}{}{end}", repeated.repeat(times)).into_bytes()
}

#[test]
fn no_body_takes_more_than_a_few_times_its_limit() {
    let nested = (NOTIFICATION_LIMIT - 6) / 2;
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(nested), "]".repeat(nested)).into_bytes();
    assert!(Received::parse(None, &deep).is_ok());
    let numbered = |pair: fn(usize) -> String, between: &str| {
        let pairs: Vec<_> = (0..6000).map(pair).collect();
        pairs.join(between)
    };
    let form = numbered(|n| format!("f{n}=1"), "&").into_bytes();
    let json = format!("{{{}}}", numbered(|n| format!("\"{n}\":1"), ",")).into_bytes();
    assert!(form.len() < NOTIFICATION_LIMIT && json.len() < NOTIFICATION_LIMIT);
    let bodies = [
        ("one long value", filled("a=", "x", "")),
        ("one long name", filled("", "x", "=1&verifySign=1")),
        ("escapes", filled("a=", "%41", "")),
        ("broken escapes", filled("a=", "%4", "")),
        ("a form of empty names", filled("", "a&", "")),
        ("a form of nothing", filled("", "&", "")),
        ("a form of many fields", form),
        ("a long string", filled("{\"a\":\"", "x", "\"}")),
        (
            "an escaped string",
            filled("{\"a\":\"", "\\u0041", "\",\"verifySign\":\"1\"}"),
        ),
        (
            "one name again and again",
            filled("{", "\"\":0,", "\"\":0}"),
        ),
        ("an object of many members", json),
        ("a deep value", deep),
        ("an open value", filled("{\"a\":", "[", "")),
        ("open objects", filled("", "{\"a\":", "")),
        ("a long number", filled("{\"a\":", "9", "}")),
        ("noise", filled("", "\u{1}\u{fffd}", "")),
    ];
    // What is made once for all, such as a table of the hash function, does not count.
    taken(None, b"a=1&verifySign=1");
    for (what, body) in &bodies {
        assert!(
            body.len() <= NOTIFICATION_LIMIT && body.len() > NOTIFICATION_LIMIT / 2,
            "{what}"
        );
        for content_type in [None, Some("application/json")] {
            let taken = taken(content_type, body);
            assert!(taken <= MOST * NOTIFICATION_LIMIT, "{what}: {taken} bytes");
        }
    }

    let huge = vec![b'a'; 64 * 1024 * 1024];
    assert_eq!(Received::parse(None, &huge), Err(ParseError::TooLarge));
    assert!(taken(None, &huge) < 1024);
    assert!(Received::parse(None, &huge[..NOTIFICATION_LIMIT]).is_ok());
    let beyond = Received::parse(None, &huge[..=NOTIFICATION_LIMIT]);
    assert_eq!(beyond.unwrap_err(), ParseError::TooLarge);
}
