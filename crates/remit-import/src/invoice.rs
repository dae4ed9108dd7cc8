//! What a file says is an invoice ID.

use crate::problem;
use crate::table::{Cell, Kind};
use crate::{Problem, payee};

/// The longest that Remit takes; Pockyt publishes no limit.
const LONGEST: usize = 64;

/// Reads the cell; nothing if it is empty.
pub(crate) fn read(cell: Cell<'_>) -> Result<Option<&str>, Problem> {
    problem::unusable(cell)?;
    payee::identifier(cell)?;
    if cell.text.is_empty() {
        return Ok(None);
    }
    // A number with decimals is no number of an invoice, but what somebody typed is.
    if cell.kind == Kind::Number && cell.text.contains('.') {
        return Err(Problem::DigitsLost);
    }
    text(cell.text, LONGEST)?;
    Ok(Some(cell.text))
}

/// Whether it may be sent as a text of at most so many characters.
pub(crate) fn text(text: &str, most: usize) -> Result<(), Problem> {
    if text.len() <= most && is_plain(text) {
        return Ok(());
    }
    if text.len() > most {
        let length = text.chars().count();
        if length > most {
            return Err(Problem::TooLong { most, length });
        }
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::ControlCharacter);
    }
    Ok(())
}

/// Whether it holds nothing but printable ASCII, as nearly all texts do.
pub(crate) fn is_plain(text: &str) -> bool {
    // Without a way out in the middle, many bytes are looked at in one go.
    let plain = |so_far, byte| so_far & (0x20..0x7f).contains(&byte);
    text.bytes().fold(true, plain)
}
