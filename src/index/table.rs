//! 32-bit keys to page numbers.
//!
//! Entries are sorted by key and page. Their leading bits are not stored: a *directory* says where the entries of each
//! value of them begin, eight to sixteen entries a value. What is left of a key and its page lie in as many bits as the table
//! needs: the more entries, the fewer bits of a key and the more of a page, so that an entry takes about 36 bits in a small table and in a
//! large one. A look-up is one read of the directory and one of some forty to eighty bytes, a merge is sequential. Equal keys are no proof of
//! anything: unlike things share a key by chance once in four thousand million pairs.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | number of entries |
//! | 4 | leading bits that the directory takes |
//! | 4 | bits of a page |
//! | 4 · (2^bits + 1) | where entries begin |
//! | each | bits, the least significant first: the rest of the key, the page counted from the table's first |
//! | 8 | zeros, so that an entry is always read as one number |

use super::bytes::{Bytes, Slice, stretch, u32_at, u64_at};
use crate::error::{Error, ErrorKind, Result};
use std::borrow::Cow;
use std::hint::black_box;

const HEAD: u64 = 16;

/// Zeros behind the entries.
const PAD: u64 = 8;

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

/// How many bits the parts of an entry take.
#[derive(Clone, Copy, Debug)]
struct Widths {
    /// What the directory does not say of a key.
    low: u32,
    page: u32,
}

impl Widths {
    const fn entry(self) -> u64 {
        (self.low + self.page) as u64
    }

    const fn pack(self, entry: Entry) -> u64 {
        (key_of(entry) as u64 & ones(self.low)) | (entry & ones(self.page)) << self.low
    }

    /// The rest of the key and the page of the entry that begins with this bit.
    fn unpack(self, bytes: &[u8], bit: u64) -> Option<(u32, u32)> {
        let (raw, _) = bytes.get((bit / 8) as usize..)?.split_first_chunk::<8>()?;
        let number = u64::from_le_bytes(*raw) >> (bit % 8);
        Some(((number & ones(self.low)) as u32, (number >> self.low & ones(self.page)) as u32))
    }
}

const fn ones(bits: u32) -> u64 {
    (1 << bits) - 1
}

/// The bytes of a table of these entries, which ascend and are of fewer than [`MOST_PAGES`] pages.
pub fn encode(entries: &[Entry]) -> Vec<u8> {
    let bits = (entries.len() / 8).max(1).ilog2().min(24);
    let last = entries.iter().map(|&entry| entry as u32).max().unwrap_or(0);
    let widths = Widths { low: 32 - bits, page: 32 - last.leading_zeros() };
    let packed = (entries.len() as u64 * widths.entry()).div_ceil(8);
    let mut out = Vec::with_capacity((HEAD + (4 << bits) + 4 + packed + PAD) as usize);
    out.extend_from_slice(&(entries.len() as u64).to_le_bytes());
    for size in [bits, widths.page] {
        out.extend_from_slice(&size.to_le_bytes());
    }
    let mut at = 0;
    for value in 0..=1u64 << bits {
        at += entries[at..].partition_point(|&entry| u64::from(key_of(entry)) >> widths.low < value);
        out.extend_from_slice(&(at as u32).to_le_bytes());
    }
    // Bits that do not fill a byte yet, at most seven.
    let (mut open, mut filled) = (0, 0);
    for &entry in entries {
        open |= widths.pack(entry) << filled;
        filled += widths.entry() as u32;
        let whole = filled / 8;
        out.extend_from_slice(&open.to_le_bytes()[..whole as usize]);
        open >>= 8 * whole;
        filled %= 8;
    }
    if filled > 0 {
        out.push(open as u8);
    }
    out.extend_from_slice(&[0; PAD as usize]);
    out
}

/// What the head of a table says.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    count: u64,
    /// Leading bits of a key, which the directory takes.
    bits: u32,
    widths: Widths,
}

/// A table, wherever its bytes lie.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    bytes: Slice<'a>,
    shape: Shape,
}

/// Entries that are read at once where one key is looked up: with eight to sixteen a value of the directory, hardly ever too few.
const AT_ONCE: u64 = 64;

/// Entries that were read together, from this one on.
struct Piece<'a> {
    bytes: &'a [u8],
    from: u64,
    widths: Widths,
}

impl Piece<'_> {
    /// The rest of the key and the page of an entry.
    fn get(&self, entry: u64) -> Result<(u32, u32)> {
        let before = self.from * self.widths.entry() / 8 * 8;
        self.widths.unpack(self.bytes, entry * self.widths.entry() - before).ok_or_else(damaged)
    }
}

impl Shape {
    /// Reads the head of what [`encode`] wrote.
    pub fn read(bytes: &dyn Bytes) -> Result<Self> {
        let count = u64_at(bytes, 0)?;
        let (bits, page) = (u32_at(bytes, 8)?, u32_at(bytes, 12)?);
        if bits > 24 || page > MOST_PAGES.ilog2() {
            return Err(damaged());
        }
        let widths = Widths { low: 32 - bits, page };
        let packed = count.checked_mul(widths.entry()).map(|packed| packed.div_ceil(8));
        let length = packed.and_then(|packed| packed.checked_add(HEAD + 4 * ((1 << bits) + 1) + PAD));
        if Some(bytes.len()) != length {
            return Err(damaged());
        }
        Ok(Self { count, bits, widths })
    }
}

impl<'a> Table<'a> {
    /// Opens what [`encode`] wrote.
    pub fn open(bytes: Slice<'a>) -> Result<Self> {
        Ok(Self { bytes, shape: Shape::read(&bytes)? })
    }

    /// A table whose head was read before.
    pub const fn of_shape(bytes: Slice<'a>, shape: Shape) -> Self {
        Self { bytes, shape }
    }

    /// How many entries there are.
    pub const fn len(&self) -> u64 {
        self.shape.count
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.shape.count == 0
    }

    /// Appends the first pages with this key, at most `most`, ascending.
    pub fn find(&self, key: u32, most: usize, out: &mut Vec<u32>) -> Result<()> {
        let stretch = self.stretch_of(key)?;
        self.find_in(stretch, self.block(stretch)?, key, most, out)
    }

    /// The entries among which those of a key are: the first step of [`find`](Self::find).
    pub fn stretch_of(&self, key: u32) -> Result<(u64, u64)> {
        self.stretch_between(&self.bytes.get(HEAD + 4 * u64::from(self.leading(key)), 8)?)
    }

    /// The bytes of the first of these entries, mostly of all: the second step. Of bytes in memory both ends are looked at: nothing
    /// waits for what is seen there, so that the processor fetches them while it goes on to the next look-up.
    pub fn block(&self, (from, to): (u64, u64)) -> Result<Cow<'a, [u8]>> {
        let (start, length) = self.bytes_between(from, to.min(from + AT_ONCE));
        let block = self.bytes.get(start, length)?;
        black_box([0, length - PAD].map(|end| block.get(end as usize).copied()));
        Ok(block)
    }

    /// The last step: appends what is found in a stretch that begins with this block.
    pub fn find_in(
        &self,
        (from, to): (u64, u64),
        mut block: Cow<'a, [u8]>,
        key: u32,
        most: usize,
        out: &mut Vec<u32>,
    ) -> Result<()> {
        let low = self.low(key);
        let (mut at, mut found) = (from, 0);
        while found < most {
            let end = to.min(at + AT_ONCE);
            let piece = Piece { bytes: &block, from: at, widths: self.shape.widths };
            for entry in at..end {
                let (here, page) = piece.get(entry)?;
                if here > low || found == most {
                    return Ok(());
                }
                if here == low {
                    out.push(page);
                    found += 1;
                }
            }
            if end == to {
                break;
            }
            at = end;
            block = self.block((at, to))?;
        }
        Ok(())
    }

    /// Calls `visit` with each of many keys, which ascend, and its first pages, at most `most`. Memory: the directory.
    ///
    /// Cost: one read a key, or, where keys are close, one of the whole table piece by piece.
    pub fn find_each(&self, keys: &[u32], most: usize, mut visit: impl FnMut(usize, &[u32])) -> Result<()> {
        /// Entries that are read ahead.
        const AHEAD: u64 = 1 << 16;
        let directory = stretch(&self.bytes, HEAD, 4 * ((1 << self.shape.bits) + 1))?;
        let are_close = keys.len() as u64 * 64 > self.shape.count;
        let (mut buffer, mut held, mut found) = (Vec::new(), 0..0, Vec::new());
        for (number, &key) in keys.iter().enumerate() {
            let at = 4 * self.leading(key) as usize;
            let (from, to) = self.stretch_between(&directory[at..at + 8])?;
            if from == to {
                continue;
            }
            // A crowd of equal keys is not read to its end.
            let wanted = to.min(from + (most as u64).saturating_mul(4).max(4096));
            if from < held.start || wanted > held.end {
                let end = if are_close { self.shape.count.min(wanted.max(from + AHEAD)) } else { wanted };
                held = from..end;
                buffer.resize(self.bytes_between(from, end).1 as usize, 0);
                self.read(from, end, &mut buffer)?;
            }
            let piece = Piece { bytes: &buffer, from: held.start, widths: self.shape.widths };
            let low = self.low(key);
            found.clear();
            let mut is_behind = false;
            for entry in from..wanted {
                let (here, page) = piece.get(entry)?;
                is_behind = here > low || found.len() == most;
                if is_behind {
                    break;
                }
                if here == low {
                    found.push(page);
                }
            }
            if !is_behind && wanted < to && found.len() < most {
                found.clear();
                self.find(key, most, &mut found)?;
            }
            if !found.is_empty() {
                visit(number, &found);
            }
        }
        Ok(())
    }

    /// All entries, ascending. Memory: eight bytes an entry, besides the table.
    pub fn entries(&self) -> Result<Vec<Entry>> {
        let directory = stretch(&self.bytes, HEAD, 4 * ((1 << self.shape.bits) + 1))?;
        let (start, length) = self.bytes_between(0, self.shape.count);
        let raw = stretch(&self.bytes, start, length)?;
        let all = Piece { bytes: &raw, from: 0, widths: self.shape.widths };
        let mut entries = Vec::with_capacity(self.shape.count as usize);
        for value in 0..1u64 << self.shape.bits {
            let at = 4 * value as usize;
            let (from, to) = self.stretch_between(&directory[at..at + 8])?;
            for number in from..to {
                let (low, page) = all.get(number)?;
                entries.push(entry((value << self.shape.widths.low) as u32 | low, page));
            }
        }
        Ok(entries)
    }

    /// The bits of a key that the directory takes.
    const fn leading(&self, key: u32) -> u32 {
        (key as u64 >> self.shape.widths.low) as u32
    }

    /// The bits of a key that entries hold.
    const fn low(&self, key: u32) -> u32 {
        (key as u64 & ones(self.shape.widths.low)) as u32
    }

    /// The entries between two neighbouring ends of the directory.
    fn stretch_between(&self, ends: &[u8]) -> Result<(u64, u64)> {
        let end = |bytes: &[u8]| bytes.first_chunk().map_or(0, |end| u64::from(u32::from_le_bytes(*end)));
        let (from, to) = (end(ends), end(&ends[4..]));
        if from <= to && to <= self.shape.count { Ok((from, to)) } else { Err(damaged()) }
    }

    /// Where the bytes of some entries begin, and how many are read for them.
    const fn bytes_between(&self, from: u64, to: u64) -> (u64, u64) {
        let width = self.shape.widths.entry();
        let (start, end) = (from * width / 8, (to * width).div_ceil(8) + PAD);
        (HEAD + 4 * ((1 << self.shape.bits) + 1) + start, end - start)
    }

    /// Reads some entries into a buffer that is large enough.
    fn read<'b>(&self, from: u64, to: u64, buffer: &'b mut [u8]) -> Result<Piece<'b>> {
        let (start, length) = self.bytes_between(from, to);
        let bytes = &mut buffer[..length as usize];
        self.bytes.read(start, bytes)?;
        Ok(Piece { bytes, from, widths: self.shape.widths })
    }
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
            let table = Table::open(Slice::new(&bytes, 0, bytes.len() as u64)).unwrap();
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

    /// Bytes that do not lie in memory.
    struct Elsewhere(Vec<u8>);

    impl Bytes for Elsewhere {
        fn len(&self) -> u64 {
            Bytes::len(&self.0)
        }

        fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
            self.0.read(offset, buffer)
        }
    }

    #[test]
    fn in_memory_and_elsewhere_the_same_is_found_of_crowds_of_any_size() {
        for crowd in [1, 63, 64, 65, 128, 900] {
            let entries = entries(crowd, 1);
            let bytes = encode(&entries);
            let length = bytes.len() as u64;
            let elsewhere = Elsewhere(bytes.clone());
            for bytes in [Slice::new(&bytes, 0, length), Slice::new(&elsewhere, 0, length)] {
                let table = Table::open(bytes).unwrap();
                for most in [0, 1, 64, 65, 200, usize::MAX] {
                    let mut found = Vec::new();
                    table.find(0, most, &mut found).unwrap();
                    assert_eq!(found, (0..crowd).take(most).collect::<Vec<u32>>());
                }
            }
        }
    }

    #[test]
    fn a_damaged_table_is_refused_and_never_read_behind_its_end() {
        let bytes = encode(&entries(3_000, 1 << 32));
        for at in (0..bytes.len()).step_by(7) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xff;
            let whole = Slice::new(&damaged, 0, damaged.len() as u64);
            if let Ok(table) = Table::open(whole) {
                let _ = table.entries();
                let _ = table.find(0x1234_5678, 64, &mut Vec::new());
            }
            let cut = damaged[..at].to_vec();
            let cut = Slice::new(&cut, 0, cut.len() as u64);
            assert!(Table::open(cut).is_err(), "cut off at {at}");
        }
    }
}
