//! Sets of words by their keys: the low 32 bits of a word's hash.

/// A frozen set that is asked for every word of a page: open addressing, a quarter full.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet {
    slots: Box<[u32]>,
    len: usize,
}

/// The key of a word; never 0, which marks a free slot.
#[inline]
pub const fn key(word: u64) -> u32 {
    word as u32 | 1
}

impl KeySet {
    /// A set of these keys.
    pub fn new(keys: impl ExactSizeIterator<Item = u32>) -> Self {
        let mut set = Self { slots: vec![0; (4 * keys.len()).next_power_of_two()].into(), len: 0 };
        for key in keys {
            let slot = set.slot(key);
            if set.slots[slot] == 0 {
                set.slots[slot] = key;
                set.len += 1;
            }
        }
        set
    }

    /// Whether it has this key.
    #[inline]
    pub fn has(&self, key: u32) -> bool {
        !self.slots.is_empty() && self.slots[self.slot(key)] == key
    }

    /// Bytes that it takes.
    pub const fn bytes(&self) -> usize {
        size_of_val::<[u32]>(&self.slots)
    }

    /// How many keys it has.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether it has none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Where a key stands, or would.
    #[inline]
    fn slot(&self, key: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = (key.wrapping_mul(0x9E37_79B1) >> 7) as usize & mask;
        while self.slots[slot] != 0 && self.slots[slot] != key {
            slot = (slot + 1) & mask;
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_its_keys_and_no_others() {
        let keys: Vec<u32> = (0..300u64).map(|n| key(n * 2_654_435_761)).collect();
        let set = KeySet::new(keys.iter().copied());
        assert!(keys.iter().all(|&key| set.has(key)));
        assert!(
            (300..900u64).all(|n| !set.has(key(n * 2_654_435_761)) || keys.contains(&key(n * 2_654_435_761)))
        );
        assert!(!KeySet::default().has(1) && KeySet::new([].into_iter()).is_empty());
    }
}
