//! Maps and sets by keys that are hashes already.

use super::line::chain;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A map by keys that are hashes.
pub(super) type KeyMap<K, V> = HashMap<K, V, BuildHasherDefault<KeyHasher>>;

/// A set of keys that are hashes.
pub(super) type KeySet<K> = HashSet<K, BuildHasherDefault<KeyHasher>>;

/// Bytes of a table, about.
pub(super) fn table_bytes<K, V>(table: &KeyMap<K, V>) -> usize {
    table.capacity() * 8 / 7 * (size_of::<(K, V)>() + 1)
}

/// Keys are hashes already.
#[derive(Clone, Copy, Default)]
pub struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(u64::from(byte)));
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = self.0.rotate_left(5) ^ key;
    }

    fn write_u32(&mut self, key: u32) {
        self.write_u64(chain(0, u64::from(key)));
    }
}
