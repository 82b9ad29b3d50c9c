//! 32-bit keys to page numbers.
//!
//! Entries are sorted by key and page. Their leading bits are not stored: a *directory* says where the entries of each
//! value of them begin, eight to sixteen entries a value. A look-up is one read of the directory and one of some forty
//! bytes, a merge is sequential. Equal keys are no proof of anything: unlike things share a key by chance once in four
//! thousand million pairs.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | number of entries |
//! | 4 | leading bits that the directory takes |
//! | 4 | bytes of a key's remaining bits: 2 to 4 |
//! | 4 | bytes of a page: 2 to 4 |
//! | 4 · (2^bits + 1) | where entries begin |
//! | each | the remaining bits, the page counted from the table's first |

use super::bytes::{Bytes, Slice, stretch, u32_at, u64_at};
use crate::error::{Error, ErrorKind, Result};

const HEAD: u64 = 20;

/// Pages of a table at most: three bytes number them.
pub const MOST_PAGES: u64 = 1 << 24;

/// A key above, a page below, counted from the table's first.
pub type Entry = u64;

/// The entry of a key and a page.
pub const fn entry(key: u32, page: u32) -> Entry {
    (key as u64) << 32 | page as u64
}

const fn key_of(entry: Entry) -> u32 {
    (entry >> 32) as u32
}

/// The bytes of a table of these entries, which ascend.
pub fn encode(entries: &[Entry]) -> Vec<u8> {
    let bits = (entries.len() / 8).max(1).ilog2().min(24);
    let key_bytes = (32 - bits).div_ceil(8) as usize;
    let last = entries.iter().map(|&entry| entry as u32).max().unwrap_or(0);
    let page_bytes = (4 - last.leading_zeros() as usize / 8).clamp(2, 4);
    let mut out =
        Vec::with_capacity(HEAD as usize + (4 << bits) + entries.len() * (key_bytes + page_bytes) + 4);
    out.extend_from_slice(&(entries.len() as u64).to_le_bytes());
    for size in [bits as usize, key_bytes, page_bytes] {
        out.extend_from_slice(&(size as u32).to_le_bytes());
    }
    let mut at = 0;
    for value in 0..=1u64 << bits {
        at += entries[at..].partition_point(|&entry| u64::from(key_of(entry)) >> (32 - bits) < value);
        out.extend_from_slice(&(at as u32).to_le_bytes());
    }
    for &entry in entries {
        out.extend_from_slice(&key_of(entry).to_le_bytes()[..key_bytes]);
        out.extend_from_slice(&(entry as u32).to_le_bytes()[..page_bytes]);
    }
    out
}

/// A table, wherever its bytes lie.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    bytes: Slice<'a>,
    count: u64,
    bits: u32,
    key_bytes: usize,
    page_bytes: usize,
}

impl<'a> Table<'a> {
    /// Opens what [`encode`] wrote.
    pub fn open(bytes: Slice<'a>) -> Result<Self> {
        let count = u64_at(&bytes, 0)?;
        let bits = u32_at(&bytes, 8)?;
        let (key_bytes, page_bytes) = (u32_at(&bytes, 12)? as usize, u32_at(&bytes, 16)? as usize);
        let is_sound = bits <= 24
            && (2..=4).contains(&key_bytes)
            && (2..=4).contains(&page_bytes)
            && 8 * key_bytes + bits as usize >= 32
            && Some(bytes.len())
                == count
                    .checked_mul((key_bytes + page_bytes) as u64)
                    .and_then(|entries| entries.checked_add(HEAD + 4 * ((1 << bits) + 1)));
        if !is_sound {
            return Err(damaged());
        }
        Ok(Self { bytes, count, bits, key_bytes, page_bytes })
    }

    /// How many entries there are.
    pub const fn len(&self) -> u64 {
        self.count
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Appends the first pages with this key, at most `most`, ascending.
    pub fn find(&self, key: u32, most: usize, out: &mut Vec<u32>) -> Result<()> {
        let value = if self.bits == 0 { 0 } else { u64::from(key >> (32 - self.bits)) };
        let mut ends = [0; 8];
        self.bytes.read(HEAD + 4 * value, &mut ends)?;
        let (from, to) = ((u64::from_le_bytes(ends) as u32), (u64::from_le_bytes(ends) >> 32) as u32);
        if from > to || u64::from(to) > self.count {
            return Err(damaged());
        }
        let size = self.key_bytes + self.page_bytes;
        let mut block = [0; 512];
        let some = block.len() / size;
        let (mut at, mut found) = (from, 0);
        while at < to && found < most {
            let count = some.min((to - at) as usize);
            let block = &mut block[..count * size];
            self.bytes.read(self.start() + u64::from(at) * size as u64, block)?;
            for raw in block.chunks_exact(size) {
                let here = self.low(raw);
                if here > self.low_of(key) || found == most {
                    return Ok(());
                }
                if here == self.low_of(key) {
                    out.push(self.page(raw));
                    found += 1;
                }
            }
            at += count as u32;
        }
        Ok(())
    }

    /// Calls `visit` with each of many keys, which ascend, and its first pages, at most `most`. Memory: the directory.
    ///
    /// Cost: one read a key, or, where keys are close, one of the whole table piece by piece.
    pub fn find_each(&self, keys: &[u32], most: usize, mut visit: impl FnMut(usize, &[u32])) -> Result<()> {
        const PIECE: usize = 1 << 18;
        let directory = stretch(&self.bytes, HEAD, 4 * ((1 << self.bits) + 1))?;
        let size = self.key_bytes + self.page_bytes;
        let are_close = keys.len() as u64 * 64 > self.count;
        let (mut piece, mut piece_from, mut found) = (Vec::new(), 0u32, Vec::new());
        for (number, &key) in keys.iter().enumerate() {
            let value = if self.bits == 0 { 0 } else { (key >> (32 - self.bits)) as usize };
            let (from, to) = (
                little(&directory[4 * value..4 * value + 4]),
                little(&directory[4 * value + 4..4 * value + 8]),
            );
            if from > to || u64::from(to) > self.count {
                return Err(damaged());
            }
            if from == to {
                continue;
            }
            // A crowd of equal keys is not read to its end.
            let wanted = ((to - from) as usize).min(most.saturating_mul(4).max(4096)) * size;
            let start = from.wrapping_sub(piece_from) as usize * size;
            if from < piece_from || start + wanted > piece.len() {
                let ahead = if are_close { PIECE.max(wanted) } else { wanted };
                let rest = (self.count - u64::from(from)) * size as u64;
                piece.resize(ahead.min(rest as usize) / size * size, 0);
                self.bytes.read(self.start() + u64::from(from) * size as u64, &mut piece)?;
                piece_from = from;
            }
            let start = (from - piece_from) as usize * size;
            let low = self.low_of(key);
            found.clear();
            let mut is_behind = false;
            for raw in piece[start..start + wanted].chunks_exact(size) {
                let here = self.low(raw);
                is_behind = here > low || found.len() == most;
                if is_behind {
                    break;
                }
                if here == low {
                    found.push(self.page(raw));
                }
            }
            if !is_behind && wanted < (to - from) as usize * size && found.len() < most {
                found.clear();
                self.find(key, most, &mut found)?;
            }
            if !found.is_empty() {
                visit(number, &found);
            }
        }
        Ok(())
    }

    /// All entries, ascending. Memory: eight bytes an entry.
    pub fn entries(&self) -> Result<Vec<Entry>> {
        let directory = stretch(&self.bytes, HEAD, 4 * ((1 << self.bits) + 1))?;
        let size = self.key_bytes + self.page_bytes;
        let raw = stretch(&self.bytes, self.start(), self.count * size as u64)?;
        let mut entries = Vec::with_capacity(self.count as usize);
        let ends = directory.chunks_exact(4).map(|end| end.try_into().map_or(0, u32::from_le_bytes));
        let mut from = 0;
        for (end, value) in ends.skip(1).zip(0u64..) {
            let leading = if self.bits == 0 { 0 } else { (value << (32 - self.bits)) as u32 };
            if end < from || u64::from(end) > self.count {
                return Err(damaged());
            }
            for raw in raw[from as usize * size..end as usize * size].chunks_exact(size) {
                entries.push(entry(leading | self.low(raw), self.page(raw)));
            }
            from = end;
        }
        Ok(entries)
    }

    const fn start(&self) -> u64 {
        HEAD + 4 * ((1 << self.bits) + 1)
    }

    /// The bits of a key that entries hold.
    const fn low_of(&self, key: u32) -> u32 {
        if self.bits == 0 { key } else { key & (u32::MAX >> self.bits) }
    }

    /// The same, of an entry: stored in whole bytes, so that bits of the directory may be there too.
    fn low(&self, raw: &[u8]) -> u32 {
        self.low_of(little(&raw[..self.key_bytes]))
    }

    fn page(&self, raw: &[u8]) -> u32 {
        little(&raw[self.key_bytes..])
    }
}

fn little(bytes: &[u8]) -> u32 {
    let mut all = [0; 4];
    all[..bytes.len()].copy_from_slice(bytes);
    u32::from_le_bytes(all)
}

fn damaged() -> Error {
    Error::new(ErrorKind::Saved, "index", "has a damaged table")
        .next_step("check it with tamis index stat --check")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(count: u32, spread: u64) -> Vec<Entry> {
        let key = |page: u32| (u64::from(page).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) % spread;
        let mut entries: Vec<Entry> = (0..count).map(|page| entry(key(page) as u32, page)).collect();
        entries.sort_unstable();
        entries
    }

    #[test]
    fn what_is_looked_up_is_what_was_put_in() {
        for (count, spread) in
            [(0, 1), (1, 1), (7, 3), (500, 1 << 32), (70_000, 1 << 32), (3_000, 40), (900, 1)]
        {
            let entries = entries(count, spread);
            let bytes = encode(&entries);
            let table = Table::open(Slice { of: &bytes, start: 0, length: bytes.len() as u64 }).unwrap();
            assert_eq!(table.entries().unwrap(), entries, "{count} entries of {spread} keys");
            let mut keys: Vec<u32> = entries.iter().map(|&entry| key_of(entry)).collect();
            keys.extend([0, 1, u32::MAX, 0x8000_0000, 77]);
            for key in keys {
                let mut found = Vec::new();
                table.find(key, 5, &mut found).unwrap();
                let expected =
                    entries.iter().filter(|&&entry| key_of(entry) == key).map(|&entry| entry as u32);
                assert_eq!(found, expected.take(5).collect::<Vec<u32>>(), "key {key} of {count} entries");
            }
            // Looked up together: all keys, and a few.
            for step in [1, 97] {
                let mut keys: Vec<u32> = entries.iter().step_by(step).map(|&entry| key_of(entry)).collect();
                keys.push(u32::MAX);
                let (mut together, mut alone) = (vec![Vec::new(); keys.len()], Vec::new());
                table.find_each(&keys, 5, |number, pages| together[number] = pages.to_vec()).unwrap();
                for &key in &keys {
                    let mut found = Vec::new();
                    table.find(key, 5, &mut found).unwrap();
                    alone.push(found);
                }
                assert_eq!(together, alone, "every {step} of {count} entries");
            }
        }
    }

    #[test]
    fn a_damaged_table_is_refused_and_never_read_behind_its_end() {
        let bytes = encode(&entries(3_000, 1 << 32));
        for at in (0..bytes.len()).step_by(7) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xff;
            let whole = Slice { of: &damaged, start: 0, length: damaged.len() as u64 };
            if let Ok(table) = Table::open(whole) {
                let _ = table.entries();
                let _ = table.find(0x1234_5678, 64, &mut Vec::new());
            }
            let cut = damaged[..at].to_vec();
            let cut = Slice { of: &cut, start: 0, length: cut.len() as u64 };
            assert!(Table::open(cut).is_err(), "cut off at {at}");
        }
    }
}
