//! Records by name: written once in the order of their names, then found one by one or read in that order.
//!
//! What is short stays in memory, the rest lies in a temporary file ([`spool`](super::spool)). In memory is the first name
//! of each block of some kilobytes (a sparse index), so that finding a record costs one short read, and so that many small records
//! cost a few bytes each.
//!
//! A record is the length of its name and its own (4 bytes each, little endian), the name, and its bytes.

use super::spool::Spool;
use crate::error::{Error, ErrorKind, Result};
use crate::page::Strings;
use std::path::{Path, PathBuf};

/// Bytes from which on a block is ended.
const BLOCK: u64 = 4 << 10;

/// Bytes that are written to the temporary file at once.
const AT_ONCE: usize = 1 << 20;

/// Bytes before the name of a record.
const LENGTHS: usize = 8;

/// Takes records in the order of their names.
#[derive(Debug)]
pub struct NamedWriter {
    temp_dir: PathBuf,
    /// Bytes that may stay in memory.
    most_held: usize,
    spool: Option<Spool>,
    /// What is not in the spool.
    buffer: Vec<u8>,
    records: u64,
    blocks: Blocks,
}

/// Where blocks begin: their first names, offsets and numbers of their first records.
#[derive(Debug, Default)]
struct Blocks {
    names: Strings,
    starts: Vec<(u64, u64)>,
}

impl NamedWriter {
    /// Holds up to `most_held` bytes in memory; more go to `temp_dir`.
    pub fn new(temp_dir: &Path, most_held: usize) -> Self {
        let (spool, buffer, blocks) = (None, Vec::new(), Blocks::default());
        Self { temp_dir: temp_dir.to_owned(), most_held, spool, buffer, records: 0, blocks }
    }

    fn len(&self) -> u64 {
        self.spool.as_ref().map_or(0, Spool::len) + self.buffer.len() as u64
    }

    /// Appends a record; its name must stand behind that of the one before.
    pub fn push(&mut self, name: &str, record: &[u8]) -> Result<()> {
        self.append(name, record);
        let most = if self.spool.is_some() { AT_ONCE } else { self.most_held };
        if self.buffer.len() > most { self.spill() } else { Ok(()) }
    }

    fn append(&mut self, name: &str, record: &[u8]) {
        let at = self.len();
        if self.blocks.starts.last().is_none_or(|(start, _)| at - start >= BLOCK) {
            self.blocks.names.push(name);
            self.blocks.starts.push((at, self.records));
        }
        self.buffer.extend_from_slice(&(name.len() as u32).to_le_bytes());
        self.buffer.extend_from_slice(&(record.len() as u32).to_le_bytes());
        self.buffer.extend_from_slice(name.as_bytes());
        self.buffer.extend_from_slice(record);
        self.records += 1;
    }

    fn spill(&mut self) -> Result<()> {
        let spool = match &mut self.spool {
            Some(spool) => spool,
            None => self.spool.insert(Spool::create(&self.temp_dir)?),
        };
        spool.append(&self.buffer)?;
        self.buffer = Vec::new();
        Ok(())
    }

    /// All records.
    pub fn finish(mut self) -> Result<Named> {
        if self.spool.is_some() {
            self.spill()?;
        }
        Ok(self.end())
    }

    fn end(self) -> Named {
        let Self { spool, mut buffer, records, blocks, .. } = self;
        buffer.shrink_to_fit();
        let store = spool.map_or(Store::Held(buffer), Store::Spooled);
        Named { store, records, blocks }
    }
}

/// Where the bytes are.
#[derive(Debug)]
enum Store {
    Held(Vec<u8>),
    Spooled(Spool),
}

impl Store {
    fn len(&self) -> u64 {
        match self {
            Self::Held(bytes) => bytes.len() as u64,
            Self::Spooled(spool) => spool.len(),
        }
    }

    fn read(&self, from: u64, buffer: &mut [u8]) -> Result<()> {
        match self {
            Self::Held(bytes) => buffer.copy_from_slice(&bytes[from as usize..][..buffer.len()]),
            Self::Spooled(spool) => spool.read(from, buffer)?,
        }
        Ok(())
    }
}

/// Records by name.
#[derive(Debug)]
pub struct Named {
    store: Store,
    records: u64,
    blocks: Blocks,
}

impl Named {
    /// Records in the order of their names, in memory.
    pub fn in_memory(records: impl Iterator<Item = (String, Vec<u8>)>) -> Self {
        let mut writer = NamedWriter::new(Path::new(""), usize::MAX);
        records.for_each(|(name, record)| writer.append(&name, &record));
        writer.end()
    }

    /// How many there are.
    pub const fn len(&self) -> u64 {
        self.records
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Whether all of them are in memory.
    pub const fn is_held(&self) -> bool {
        matches!(self.store, Store::Held(_))
    }

    /// The record of a name, and its number among all.
    pub fn find(&self, name: &str) -> Result<Option<(u64, Vec<u8>)>> {
        let Some((block, first)) = self.block_of(name)? else { return Ok(None) };
        let mut rest = block.as_slice();
        for number in first.. {
            let Some((found, record)) = take_record(&mut rest) else { break };
            if found == name.as_bytes() {
                return Ok(Some((number, record.to_vec())));
            }
        }
        Ok(None)
    }

    /// The block that a name is in, if it is anywhere, and the number of its first record.
    fn block_of(&self, name: &str) -> Result<Option<(Vec<u8>, u64)>> {
        let Blocks { names, starts } = &self.blocks;
        let (mut low, mut high) = (0, starts.len());
        while low < high {
            let middle = low.midpoint(high);
            if names.get(middle as u32) <= name { low = middle + 1 } else { high = middle }
        }
        let Some(at) = low.checked_sub(1) else { return Ok(None) };
        let (start, first) = starts[at];
        let end = starts.get(at + 1).map_or(self.store.len(), |(start, _)| *start);
        let mut block = vec![0; (end - start) as usize];
        self.store.read(start, &mut block)?;
        Ok(Some((block, first)))
    }

    /// Reads all of them, `at_once` bytes at a time.
    pub const fn reader(&self, at_once: usize) -> NamedReader<'_> {
        NamedReader { named: self, next: 0, at_once, block: Vec::new(), at: 0 }
    }
}

/// A record off the front: its name and its bytes.
fn take_record<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    let (lengths, behind) = rest.split_first_chunk::<LENGTHS>()?;
    let [a, b, c, d, e, f, g, h] = *lengths;
    let (name, record) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    let (name, behind) = behind.split_at_checked(name as usize)?;
    let (record, behind) = behind.split_at_checked(record as usize)?;
    *rest = behind;
    Some((name, record))
}

/// Reads records in the order of their names.
#[derive(Debug)]
pub struct NamedReader<'a> {
    named: &'a Named,
    /// Where the bytes behind the block are.
    next: u64,
    at_once: usize,
    block: Vec<u8>,
    at: usize,
}

impl NamedReader<'_> {
    /// The next record: its name and its bytes; none behind the last.
    pub fn next_record(&mut self) -> Result<Option<(&str, &[u8])>> {
        let mut wanted = self.at_once;
        // Borrowed anew below, since what is given ends the loop.
        while take_record(&mut &self.block[self.at..]).is_none() {
            let left = self.named.store.len() - self.next;
            if left == 0 {
                return Ok(None);
            }
            self.block.drain(..self.at);
            self.at = 0;
            let more = left.min(wanted as u64) as usize;
            let from = self.block.len();
            self.block.resize(from + more, 0);
            self.named.store.read(self.next, &mut self.block[from..])?;
            self.next += more as u64;
            wanted *= 2;
        }
        let mut rest = &self.block[self.at..];
        let Some((name, record)) = take_record(&mut rest) else { return Ok(None) };
        self.at = self.block.len() - rest.len();
        let name = std::str::from_utf8(name)
            .map_err(|cause| Error::new(ErrorKind::Saved, "temporary file", cause.to_string()))?;
        Ok(Some((name, record)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_found_and_read_in_order_wherever_they_are() {
        let names: Vec<String> = (0..3000u64).map(|number| format!("s{:05}", number * 7)).collect();
        let record = |name: &str| name.as_bytes().repeat(1 + usize::from(name.as_bytes()[5] - b'0').pow(4));
        for most_held in [0, 100, 1 << 30] {
            let mut writer = NamedWriter::new(&std::env::temp_dir(), most_held);
            names.iter().for_each(|name| writer.push(name, &record(name)).unwrap());
            let named = writer.finish().unwrap();
            assert_eq!((named.len(), named.is_held()), (3000, most_held > 100));
            for (name, number) in names.iter().zip(0..) {
                assert_eq!(named.find(name).unwrap(), Some((number, record(name))));
            }
            for name in ["", "a", "s00001", "s2", "t"] {
                assert_eq!(named.find(name).unwrap(), None);
            }
            for at_once in [1, 5000, 1 << 20] {
                let mut reader = named.reader(at_once);
                for name in &names {
                    assert_eq!(reader.next_record().unwrap(), Some((name.as_str(), &record(name)[..])));
                }
                assert_eq!(reader.next_record().unwrap(), None);
            }
        }
        assert_eq!(Named::in_memory([].into_iter()).find("a").unwrap(), None);
        assert_eq!(Named::in_memory([].into_iter()).reader(9).next_record().unwrap(), None);
    }
}
