//! The first rows of an order, out of many that are not in order.

use super::table::Id;

/// Where a row stands: its key, and its `id` among equals.
pub(super) type Place<K> = (K, Id);

/// Keeps the first few of what it is offered.
pub(super) struct First<K> {
    wanted: usize,
    /// Only what comes behind this.
    behind: Option<Place<K>>,
    kept: Vec<(Place<K>, usize)>,
    /// Nothing from here on is among the first.
    bound: Option<Place<K>>,
}

/// How many times as many as are wanted are gathered before the last of them are dropped.
const ROOM: usize = 8;

impl<K: Ord + Copy> First<K> {
    pub(super) fn new(wanted: usize, behind: Option<Place<K>>) -> Self {
        Self {
            wanted,
            behind,
            kept: Vec::with_capacity(wanted * ROOM),
            bound: None,
        }
    }

    /// The `id` is asked for only where the key does not decide.
    pub(super) fn offer(&mut self, key: K, id: impl Fn() -> Id, slot: usize) {
        if let Some((bound, last)) = &self.bound
            && (key > *bound || key == *bound && id() >= *last)
        {
            return;
        }
        let place = (key, id());
        if self.behind.is_some_and(|behind| place <= behind) {
            return;
        }
        self.kept.push((place, slot));
        if self.kept.len() == self.wanted * ROOM {
            let (_, last, _) = self.kept.select_nth_unstable(self.wanted - 1);
            self.bound = Some(last.0);
            self.kept.truncate(self.wanted);
        }
    }

    /// The slots of the first, in order.
    pub(super) fn slots(mut self) -> impl Iterator<Item = usize> {
        self.kept.sort_unstable();
        self.kept.truncate(self.wanted);
        self.kept.into_iter().map(|(_, slot)| slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn as_sorting_all_of_them(
            places in proptest::collection::vec(0..200_u32, 0..300),
            wanted in 1..12_usize,
            behind in proptest::option::of(0..200_u32),
        ) {
            let id = |slot: usize| (slot as u128).to_be_bytes();
            let mut first = First::new(wanted, behind.map(|behind| (behind, [u8::MAX; 16])));
            for (slot, place) in places.iter().enumerate() {
                first.offer(*place, || id(slot), slot);
            }
            let mut all: Vec<_> = places
                .iter()
                .enumerate()
                .filter(|(_, place)| behind.is_none_or(|behind| **place > behind))
                .map(|(slot, place)| (*place, slot))
                .collect();
            all.sort_unstable();
            all.truncate(wanted);
            let expected: Vec<_> = all.into_iter().map(|(_, slot)| slot).collect();
            prop_assert_eq!(first.slots().collect::<Vec<_>>(), expected);
        }
    }
}
