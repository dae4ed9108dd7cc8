//! What the model takes for granted of Pockyt. Nothing else is: whatever is not here may happen. Sections are those of
//! docs/pockyt-api.md; what no source tells is marked as an assumption, and Remit's promises rest on it.

use std::time::Duration;

/// An invoice ID is used once, for ever: a second payout under it is refused (section 4.12 "unique"; section 2 "Duplicate
/// request error"). A key that is repeated while Pockyt remembers it is answered as before (section 2). How long it
/// remembers is not documented, so here it forgets after minutes (section 10, question 13).
pub(crate) const KEY_LIVES: (Duration, Duration) =
    (Duration::from_secs(60), Duration::from_secs(30 * 60));

/// How late a request may arrive after it left. Assumption: less than Remit waits before it sends again
/// (`Policy::resend_after`, three minutes), even with [`SHOWN_WITHIN`] on top.
pub(crate) const ARRIVES_WITHIN: Duration = Duration::from_secs(120);

/// For how long an inquiry may say "no such payout" after Pockyt has accepted it. Assumption, for a ledger that was put
/// back: with [`ARRIVES_WITHIN`] it is less than the three minutes after which "no such payout" counts.
pub(crate) const SHOWN_WITHIN: Duration = Duration::from_secs(50);

/// The same where nothing is put back and no clock is set: then only a day of "no such payout" counts
/// (`Policy::resend_for`).
pub(crate) const SHOWN_WITHIN_HOURS: Duration = Duration::from_secs(2 * 3600);

/// How long Pockyt takes to decide. Processing times are not documented (section 7).
pub(crate) const DECIDES: (Duration, Duration) =
    (Duration::from_secs(5), Duration::from_secs(2 * 86_400));

/// When money that arrived may still come back (section 5: success, then returned, is prudent to allow).
pub(crate) const RETURNS: (Duration, Duration) =
    (Duration::from_secs(600), Duration::from_secs(20 * 86_400));

/// A notification is tried 8 times within 2 hours until it is acknowledged (section 5); their spacing is not documented.
pub(crate) const TELLS_AFTER: [Duration; 8] = [
    Duration::from_secs(1),
    Duration::from_secs(15),
    Duration::from_secs(60),
    Duration::from_secs(180),
    Duration::from_secs(600),
    Duration::from_secs(1200),
    Duration::from_secs(1800),
    Duration::from_secs(3300),
];

/// How long Remit waits for an answer, as crates/pockyt is set.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// How long Remit tries to connect, as crates/pockyt is set.
pub(crate) const CONNECTS_WITHIN: Duration = Duration::from_secs(10);

/// How long anything takes on its way, when nothing is wrong.
pub(crate) const WAY: (Duration, Duration) = (Duration::from_millis(5), Duration::from_secs(2));
