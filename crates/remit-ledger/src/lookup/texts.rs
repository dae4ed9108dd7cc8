//! Texts that are searched for words. Lines that many texts share, as names are, are kept and looked at once; the rest of
//! each has marks that say which letters and pairs of letters it may hold, so that most need not be looked at.

use super::lines::Lines;
use super::marks::{Marks, is_proof};
use memchr::memmem::Finder;
use remit_core::LedgerError;
use std::num::NonZero;
use std::thread;

/// So many slots share a word of [`Slots`].
const WIDE: usize = 64;

/// A set of slots.
#[derive(Clone, Default)]
pub(super) struct Slots(Vec<u64>);

impl Slots {
    fn all(count: usize) -> Self {
        let mut words = vec![u64::MAX; count.div_ceil(WIDE)];
        if let Some(last) = words.last_mut().filter(|_| !count.is_multiple_of(WIDE)) {
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

    /// Leaves those that are to be kept. Many are looked at on all processors at once.
    fn retain(&mut self, keep: impl Fn(usize) -> bool + Sync) {
        if self.0.len() <= SHARE {
            return retain(&mut self.0, 0, &keep);
        }
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        let share = self.0.len().div_ceil(processors).max(SHARE);
        thread::scope(|scope| {
            let (own, others) = self.0.split_at_mut(share);
            let keep = &keep;
            for (nth, words) in others.chunks_mut(share).enumerate() {
                scope.spawn(move || retain(words, (nth + 1) * share, keep));
            }
            retain(own, 0, keep);
        });
    }
}

/// So many words of [`Slots`] are worth a thread of their own.
const SHARE: usize = 1024;

/// Whether one is kept can be guessed so rarely that it must not be branched upon. `first` is the number of the first word.
fn retain(words: &mut [u64], first: usize, keep: &impl Fn(usize) -> bool) {
    for (index, word) in words.iter_mut().enumerate() {
        let (mut left, mut kept) = (*word, 0);
        while left != 0 {
            let bit = left.trailing_zeros();
            kept |= u64::from(keep((first + index) * WIDE + bit as usize)) << bit;
            left &= left - 1;
        }
        *word = kept;
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

/// The shared lines of a text; the first is its first line.
type Shared = [u32; SHARED];

/// What of a text is its own.
#[derive(Clone, Copy)]
struct Own {
    begin: u32,
    length: u32,
    marks: Marks,
}

/// A longer beginning than this is of few numbers.
const LONGEST_BEGINNING: usize = 16;

/// What a number has in common with its neighbours, such as the `inv-202611-` of an invoice ID.
fn beginning(line: &[u8]) -> Option<&[u8]> {
    let end = line.iter().rposition(|byte| *byte == b'-')? + 1;
    (end <= LONGEST_BEGINNING && !line.contains(&b'@')).then(|| &line[..end])
}

#[derive(Default)]
pub(super) struct Texts {
    lines: Lines,
    /// Of each text. Apart from what is its own, which is mostly not looked at.
    shared: Vec<Shared>,
    own: Vec<Own>,
    bytes: Vec<u8>,
    /// How many bytes are of no text any more.
    stale: usize,
    recent: Option<Recent>,
}

impl Texts {
    /// The first line of a text.
    pub(super) fn first_line(&self, slot: usize) -> &[u8] {
        let [first, ..] = self.shared[slot];
        self.lines.get(first)
    }

    /// Appends a text, in the next slot.
    pub(super) fn push(&mut self, text: &str) -> Result<(), LedgerError> {
        let (shared, own) = self.keep(text)?;
        self.shared.push(shared);
        self.own.push(own);
        self.recent = None;
        Ok(())
    }

    pub(super) fn replace(&mut self, slot: usize, text: &str) -> Result<(), LedgerError> {
        let (shared, own) = self.keep(text)?;
        if self.shared[slot] == shared && self.bytes_of(&self.own[slot]) == self.bytes_of(&own) {
            // It is the last that was kept.
            self.bytes.truncate(own.begin as usize);
            return Ok(());
        }
        self.stale += self.own[slot].length as usize;
        self.shared[slot] = shared;
        self.own[slot] = own;
        self.recent = None;
        if self.stale > self.bytes.len() / 2 {
            self.compact();
        }
        Ok(())
    }

    fn bytes_of(&self, own: &Own) -> &[u8] {
        &self.bytes[own.begin as usize..][..own.length as usize]
    }

    fn keep(&mut self, text: &str) -> Result<(Shared, Own), LedgerError> {
        let too_much = || LedgerError::Failed("there is more text than can be searched".to_owned());
        let begin = self.bytes.len();
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
                if self.bytes.len() > begin {
                    self.bytes.push(b'\n');
                }
                self.bytes.extend_from_slice(line);
                // Looked at once for all of them; what goes on beyond it is found in the whole.
                if let Some(beginning) = beginning(line).filter(|_| count < SHARED) {
                    let line = self.lines.number(beginning).ok_or_else(too_much)?;
                    if !shared.contains(&line) {
                        shared[count] = line;
                        count += 1;
                    }
                }
            }
        }
        let (begin, length) = u32::try_from(begin)
            .ok()
            .zip(u32::try_from(self.bytes.len() - begin).ok())
            .ok_or_else(too_much)?;
        let mut own = Own {
            begin,
            length,
            marks: Marks::default(),
        };
        own.marks = Marks::of(self.bytes_of(&own));
        Ok((shared, own))
    }

    /// Makes room for so many texts.
    pub(super) fn reserve(&mut self, count: usize) {
        self.shared.reserve_exact(count);
        self.own.reserve_exact(count);
    }

    /// Gives back room that is not needed once all are there.
    pub(super) fn shrink(&mut self) {
        self.lines.shrink();
        self.shared.shrink_to_fit();
        self.own.shrink_to_fit();
        self.bytes.shrink_to_fit();
    }

    fn compact(&mut self) {
        let mut bytes = Vec::with_capacity(self.bytes.len() - self.stale);
        for own in &mut self.own {
            let kept = &self.bytes[own.begin as usize..][..own.length as usize];
            // Not more than before, which was few enough.
            own.begin = bytes.len() as u32;
            bytes.extend_from_slice(kept);
        }
        self.bytes = bytes;
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
                    among.map_or_else(|| Slots::all(self.own.len()), |recent| recent.found);
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
            let [first, second, third] = self.shared[slot];
            let shared = holding.has(first) | holding.has(second) | holding.has(third);
            let own = &self.own[slot];
            let may_be_own = own.marks.holds(needed);
            if proof {
                return shared | may_be_own;
            }
            shared || may_be_own && finder.find(self.bytes_of(own)).is_some()
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
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

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
    fn as_a_plain_scan_on_several_processors() {
        let texts: Vec<String> = (0..3 * SHARE * WIDE + 7)
            .map(|number| {
                format!(
                    "name {}\ninv-2026{:02}-{number:06}",
                    number % 97,
                    number % 12
                )
            })
            .collect();
        let mut held = Texts::default();
        for text in &texts {
            held.push(text).unwrap();
        }
        for word in ["inv", "05-1", "-0", "name 9", "196614", "nowhere"] {
            let words = [word.to_owned()];
            assert_eq!(found(&mut held, &words), expected(&texts, &words), "{word}");
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
        assert!(texts.bytes.len() < 100, "{}", texts.bytes.len());
        assert_eq!(texts.bytes_of(&texts.own[0]), b"number 1");
        assert_eq!(texts.bytes_of(&texts.own[1]), b"text 999");
    }
}
