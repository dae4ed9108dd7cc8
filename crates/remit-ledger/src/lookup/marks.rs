//! Which letters a text may hold.

/// Which letters and pairs of letters a text holds. A letter or digit of ASCII has a bit of its own, and so has what joins
/// them in numbers and addresses; pairs share theirs.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks([u64; 2]);

/// The first bit that pairs share.
const PAIRS: u32 = 39;

impl Marks {
    pub(super) fn of(text: &[u8]) -> Self {
        let mut marks = Self::default();
        let mut before = None;
        for &byte in text {
            if let Some(bit) = own_bit(byte) {
                marks.set(bit);
            }
            if let Some(before) = before {
                marks.set(pair_bit(before, byte));
            }
            before = Some(byte);
        }
        marks
    }

    fn set(&mut self, bit: u32) {
        self.0[(bit / 64) as usize] |= 1 << (bit % 64);
    }

    pub(super) fn holds(self, needed: Self) -> bool {
        (needed.0[0] & !self.0[0]) | (needed.0[1] & !self.0[1]) == 0
    }
}

/// Whether the mark of a word is proof of it.
pub(super) fn is_proof(word: &[u8]) -> bool {
    matches!(word, [letter] if own_bit(*letter).is_some())
}

fn own_bit(byte: u8) -> Option<u32> {
    match byte {
        b'a'..=b'z' => Some(u32::from(byte - b'a')),
        b'0'..=b'9' => Some(26 + u32::from(byte - b'0')),
        b'-' => Some(36),
        b'.' => Some(37),
        b'@' => Some(38),
        _ => None,
    }
}

fn pair_bit(first: u8, second: u8) -> u32 {
    let pair = u32::from(first) << 8 | u32::from(second);
    PAIRS + (pair.wrapping_mul(0x9e37_79b1) >> 16) % (128 - PAIRS)
}
