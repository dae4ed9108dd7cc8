//! Texts that are searched for words. Lines that many texts share, as names are, are kept and looked at once; the rest of
//! each has marks that say which letters and pairs of letters it may hold, so that most need not be looked at.

use super::lines::Lines;
use super::marks::{Marks, is_proof};
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

/// What was found last. Often the next search is for the same words, or for more of them.
struct Recent {
    words: Vec<String>,
    found: Slots,
}

/// How many shared lines a text has at most; what is more is its own.
const SHARED: usize = 3;

/// A line that is not there.
const NONE: u32 = u32::MAX;

struct Text {
    /// The first line of the text is the first of these.
    shared: [u32; SHARED],
    /// Where the rest begins, and how long it is.
    own: (u32, u32),
    /// Of the rest.
    marks: Marks,
}

#[derive(Default)]
pub(super) struct Texts {
    lines: Lines,
    texts: Vec<Text>,
    own: Vec<u8>,
    /// How many bytes of the latter are of no text any more.
    stale: usize,
    recent: Option<Recent>,
}

impl Texts {
    /// The first line of a text.
    pub(super) fn first_line(&self, slot: usize) -> &[u8] {
        let [first, ..] = self.texts[slot].shared;
        self.lines.get(first)
    }

    /// Appends a text, in the next slot.
    pub(super) fn push(&mut self, text: &str) -> Result<(), LedgerError> {
        let text = self.keep(text)?;
        self.texts.push(text);
        self.recent = None;
        Ok(())
    }

    pub(super) fn replace(&mut self, slot: usize, text: &str) -> Result<(), LedgerError> {
        let new = self.keep(text)?;
        let old = std::mem::replace(&mut self.texts[slot], new);
        let new = &self.texts[slot];
        if old.shared == new.shared && self.own_of(&old) == self.own_of(new) {
            // It is the last that was kept.
            self.own.truncate(new.own.0 as usize);
            self.texts[slot] = old;
            return Ok(());
        }
        self.stale += old.own.1 as usize;
        self.recent = None;
        if self.stale > self.own.len() / 2 {
            self.compact();
        }
        Ok(())
    }

    fn own_of(&self, text: &Text) -> &[u8] {
        let (begin, length) = text.own;
        &self.own[begin as usize..][..length as usize]
    }

    fn keep(&mut self, text: &str) -> Result<Text, LedgerError> {
        let too_much = || LedgerError::Failed("there is more text than can be searched".to_owned());
        let begin = self.own.len();
        let mut shared = [NONE; SHARED];
        let mut count = 0;
        for (index, line) in text.lines().map(str::as_bytes).enumerate() {
            // Numbers and addresses are of one row each; names and purposes are not.
            let once = |byte: &u8| byte.is_ascii_digit() || *byte == b'@';
            if index == 0 || count < SHARED && !line.iter().any(once) {
                let line = self.lines.number(line).ok_or_else(too_much)?;
                if !shared.contains(&line) {
                    shared[count] = line;
                    count += 1;
                }
            } else {
                if self.own.len() > begin {
                    self.own.push(b'\n');
                }
                self.own.extend_from_slice(line);
            }
        }
        let own = u32::try_from(begin)
            .ok()
            .zip(u32::try_from(self.own.len() - begin).ok())
            .ok_or_else(too_much)?;
        Ok(Text {
            shared,
            own,
            marks: Marks::of(&self.own[begin..]),
        })
    }

    /// Gives back room that is not needed once all are there.
    pub(super) fn shrink(&mut self) {
        self.lines.shrink();
        self.own.shrink_to_fit();
        self.texts.shrink_to_fit();
    }

    fn compact(&mut self) {
        let mut own = Vec::with_capacity(self.own.len() - self.stale);
        for text in &mut self.texts {
            let (begin, length) = text.own;
            // Not more than before, which was few enough.
            text.own.0 = own.len() as u32;
            own.extend_from_slice(&self.own[begin as usize..][..length as usize]);
        }
        self.own = own;
        self.stale = 0;
    }

    /// The slots whose texts contain each of the words.
    pub(super) fn containing(&mut self, words: &[String]) -> &Slots {
        let recent = match self.recent.take() {
            Some(recent) if recent.words == words => recent,
            other => {
                // A text with these words holds what is part of them, too.
                let among = other.filter(|recent| {
                    let within = |part: &String| words.iter().any(|word| word.contains(part));
                    recent.words.iter().all(within)
                });
                let mut found =
                    among.map_or_else(|| Slots::all(self.texts.len()), |recent| recent.found);
                for word in words {
                    self.narrow(&mut found, word.as_bytes());
                }
                Recent {
                    words: words.to_vec(),
                    found,
                }
            }
        };
        &self.recent.insert(recent).found
    }

    /// Leaves those that contain a word. It holds no line break.
    fn narrow(&self, found: &mut Slots, word: &[u8]) {
        let holding = self.lines.holding(word);
        let (needed, proof, finder) = (Marks::of(word), is_proof(word), Finder::new(word));
        found.retain(|slot| {
            let text = &self.texts[slot];
            text.shared.iter().any(|line| holding.has(*line))
                || text.marks.holds(needed) && (proof || finder.find(self.own_of(text)).is_some())
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
            mut texts in proptest::collection::vec("([ab1张伟@ -]{0,5}\n){0,6}", 0..150),
            searches in proptest::collection::vec(proptest::collection::vec("[ab1张伟@-]{1,4}", 0..3), 1..12),
            changes in proptest::collection::vec((any::<prop::sample::Index>(), "([ab1张伟]{0,9}\n){0,4}"), 12),
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
        texts.push("kept\nnumber 1").unwrap();
        texts.push("").unwrap();
        for number in 0..1000 {
            texts.replace(1, &format!("kept\ntext {number}")).unwrap();
        }
        assert!(texts.own.len() < 100, "{}", texts.own.len());
        assert_eq!(texts.own_of(&texts.texts[0]), b"number 1");
        assert_eq!(texts.own_of(&texts.texts[1]), b"text 999");
    }
}
