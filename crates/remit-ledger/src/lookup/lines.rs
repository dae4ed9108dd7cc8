//! Lines that texts share, each kept once.

use super::marks::{Marks, is_proof};
use memchr::memmem::Finder;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

#[derive(Default)]
pub(super) struct Lines {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<u32>,
    marks: Vec<Marks>,
    /// By the hash of a line, the newest that has it: another with the same hash is kept once more, which does no harm.
    known: HashMap<u64, u32>,
    hashing: RandomState,
}

/// Which lines hold a word.
pub(super) struct Holding(Vec<u64>);

impl Holding {
    pub(super) fn has(&self, line: u32) -> bool {
        let word = self.0.get(line as usize / 64).copied().unwrap_or_default();
        word >> (line % 64) & 1 == 1
    }
}

impl Lines {
    pub(super) fn get(&self, line: u32) -> &[u8] {
        let line = line as usize;
        let begin = line.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[begin as usize..self.ends[line] as usize]
    }

    /// The number of a line; nothing when there are too many.
    pub(super) fn number(&mut self, line: &[u8]) -> Option<u32> {
        let hash = self.hashing.hash_one(line);
        if let Some(&known) = self.known.get(&hash)
            && self.get(known) == line
        {
            return Some(known);
        }
        let end = u32::try_from(self.bytes.len() + line.len()).ok()?;
        let number = u32::try_from(self.ends.len()).ok()?;
        self.bytes.extend_from_slice(line);
        self.ends.push(end);
        self.marks.push(Marks::of(line));
        self.known.insert(hash, number);
        Some(number)
    }

    pub(super) fn holding(&self, word: &[u8]) -> Holding {
        let (needed, proof, finder) = (Marks::of(word), is_proof(word), Finder::new(word));
        let mut holding = vec![0_u64; self.marks.len().div_ceil(64)];
        for (line, marks) in (0_u32..).zip(&self.marks) {
            if marks.holds(needed) && (proof || finder.find(self.get(line)).is_some()) {
                holding[line as usize / 64] |= 1 << (line % 64);
            }
        }
        Holding(holding)
    }

    pub(super) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.marks.shrink_to_fit();
        self.known.shrink_to_fit();
    }
}
