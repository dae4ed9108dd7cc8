//! Texts that are searched for words. Each has marks that say which letters and pairs of letters it may hold, so that most
//! texts need not be looked at.

use memchr::memmem::Finder;
use remit_core::LedgerError;

/// So many slots share a word of [`Slots`].
const WIDE: usize = 64;

/// A set of slots.
#[derive(Clone, Default)]
pub(super) struct Slots(Vec<u64>);

impl Slots {
    fn all(count: usize) -> Self {
        let mut words = vec![u64::MAX; count.div_ceil(WIDE)];
        if let Some(last) = words.last_mut().filter(|_| count % WIDE > 0) {
            *last = (1 << (count % WIDE)) - 1;
        }
        Self(words)
    }

    pub(super) fn each(&self, mut of: impl FnMut(usize)) {
        for (index, word) in self.0.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                of(index * WIDE + left.trailing_zeros() as usize);
                left &= left - 1;
            }
        }
    }

    fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        for (index, word) in self.0.iter_mut().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left & left.wrapping_neg();
                if !keep(index * WIDE + bit.trailing_zeros() as usize) {
                    *word &= !bit;
                }
                left ^= bit;
            }
        }
    }
}

/// Which letters and pairs of letters a text holds. A letter or digit of ASCII has a bit of its own; pairs share theirs.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Marks([u64; 2]);

/// The first bit that pairs share.
const PAIRS: u32 = 36;

impl Marks {
    fn of(text: &[u8]) -> Self {
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

    fn and(self, other: Self) -> Self {
        Self([self.0[0] | other.0[0], self.0[1] | other.0[1]])
    }

    fn holds(self, needed: Self) -> bool {
        self.0[0] & needed.0[0] == needed.0[0] && self.0[1] & needed.0[1] == needed.0[1]
    }
}

fn own_bit(byte: u8) -> Option<u32> {
    match byte {
        b'a'..=b'z' => Some(u32::from(byte - b'a')),
        b'0'..=b'9' => Some(26 + u32::from(byte - b'0')),
        _ => None,
    }
}

fn pair_bit(first: u8, second: u8) -> u32 {
    let pair = u32::from(first) << 8 | u32::from(second);
    PAIRS + (pair.wrapping_mul(0x9e37_79b1) >> 16) % (128 - PAIRS)
}

/// What was found last. Often the next search is for the same words, or for more of them.
struct Recent {
    words: Vec<String>,
    found: Slots,
}

#[derive(Default)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    /// Where each begins, and how long it is.
    places: Vec<(u32, u32)>,
    marks: Vec<Marks>,
    /// How many bytes are of no text any more.
    stale: usize,
    recent: Option<Recent>,
}

impl Texts {
    pub(super) fn get(&self, slot: usize) -> &[u8] {
        let (begin, length) = self.places[slot];
        &self.bytes[begin as usize..][..length as usize]
    }

    /// Appends a text, in the next slot.
    pub(super) fn push(&mut self, text: &str) -> Result<(), LedgerError> {
        let place = self.keep(text)?;
        self.places.push(place);
        self.marks.push(Marks::of(text.as_bytes()));
        self.recent = None;
        Ok(())
    }

    pub(super) fn replace(&mut self, slot: usize, text: &str) -> Result<(), LedgerError> {
        if self.get(slot) == text.as_bytes() {
            return Ok(());
        }
        self.stale += self.places[slot].1 as usize;
        self.places[slot] = self.keep(text)?;
        self.marks[slot] = Marks::of(text.as_bytes());
        self.recent = None;
        if self.stale > self.bytes.len() / 2 {
            self.compact();
        }
        Ok(())
    }

    fn keep(&mut self, text: &str) -> Result<(u32, u32), LedgerError> {
        let place = u32::try_from(self.bytes.len())
            .ok()
            .zip(u32::try_from(text.len()).ok())
            .ok_or_else(|| {
                LedgerError::Failed("there is more text than can be searched".to_owned())
            })?;
        self.bytes.extend_from_slice(text.as_bytes());
        Ok(place)
    }

    /// Gives back room that is not needed once all are there.
    pub(super) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.places.shrink_to_fit();
        self.marks.shrink_to_fit();
    }

    fn compact(&mut self) {
        let mut bytes = Vec::with_capacity(self.bytes.len() - self.stale);
        for (begin, length) in &mut self.places {
            let text = &self.bytes[*begin as usize..][..*length as usize];
            // Not more than before, which was few enough.
            *begin = bytes.len() as u32;
            bytes.extend_from_slice(text);
        }
        self.bytes = bytes;
        self.stale = 0;
    }

    /// The slots whose texts contain each of the words.
    pub(super) fn containing(&mut self, words: &[String]) -> &Slots {
        let recent = self.recent.take();
        let recent = match recent {
            Some(recent) if recent.words == words => recent,
            other => {
                // A text with these words holds what is part of them, too.
                let among = other.filter(|recent| {
                    let within = |part: &String| words.iter().any(|word| word.contains(part));
                    recent.words.iter().all(within)
                });
                let mut found =
                    among.map_or_else(|| Slots::all(self.places.len()), |recent| recent.found);
                self.narrow(&mut found, words);
                Recent {
                    words: words.to_vec(),
                    found,
                }
            }
        };
        &self.recent.insert(recent).found
    }

    fn narrow(&self, found: &mut Slots, words: &[String]) {
        let needed = words
            .iter()
            .map(|word| Marks::of(word.as_bytes()))
            .fold(Marks::default(), Marks::and);
        // The mark of a single letter is proof.
        let to_find: Vec<_> = words
            .iter()
            .map(String::as_bytes)
            .filter(|word| !matches!(word, [letter] if own_bit(*letter).is_some()))
            .map(Finder::new)
            .collect();
        found.retain(|slot| {
            self.marks[slot].holds(needed) && {
                let text = self.get(slot);
                to_find.iter().all(|word| word.find(text).is_some())
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(texts: &mut Texts, words: &[String]) -> Vec<usize> {
        let mut slots = Vec::new();
        texts.containing(words).each(|slot| slots.push(slot));
        slots
    }

    fn expected(texts: &[String], words: &[String]) -> Vec<usize> {
        let holds = |text: &String| words.iter().all(|word| text.contains(word));
        (0..texts.len())
            .filter(|&slot| holds(&texts[slot]))
            .collect()
    }

    proptest! {
        #[test]
        fn as_a_plain_scan(
            mut texts in proptest::collection::vec("[ab1张伟@\n -]{0,12}", 0..150),
            searches in proptest::collection::vec(proptest::collection::vec("[ab1张伟@-]{1,4}", 0..3), 1..12),
            changes in proptest::collection::vec((any::<prop::sample::Index>(), "[ab1张伟]{0,30}"), 12),
        ) {
            let mut held = Texts::default();
            for text in &texts {
                held.push(text).unwrap();
            }
            for (words, (index, text)) in searches.iter().zip(changes) {
                // What is typed grows: each beginning of the last word, then all of it twice.
                let (last, others) = words.split_last().map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
                let ends = last.char_indices().map(|(at, letter)| at + letter.len_utf8());
                for end in ends.chain([last.len()]) {
                    let typed: Vec<String> = others.iter().cloned().chain([last[..end].to_owned()]).filter(|word| !word.is_empty()).collect();
                    prop_assert_eq!(found(&mut held, &typed), expected(&texts, &typed));
                }
                if !texts.is_empty() {
                    let slot = index.index(texts.len());
                    held.replace(slot, &text).unwrap();
                    texts[slot] = text;
                }
                prop_assert_eq!(found(&mut held, words), expected(&texts, words));
            }
        }
    }

    #[test]
    fn what_was_replaced_takes_no_room_for_long() {
        let mut texts = Texts::default();
        texts.push("kept").unwrap();
        texts.push("").unwrap();
        for number in 0..1000 {
            texts.replace(1, &format!("text {number}")).unwrap();
        }
        assert!(texts.bytes.len() < 100, "{}", texts.bytes.len());
        assert_eq!(
            (texts.get(0), texts.get(1)),
            (&b"kept"[..], &b"text 999"[..])
        );
    }
}
