//! Sorting more than fits into memory: sorted runs in a temporary file, merged when they are read.
//!
//! Entries are gathered up to a fixed number; these are sorted and appended to a [`Spool`] as one run. The merge
//! holds one block of each run and gives the entries in ascending order (external merge sort; Knuth, "The Art of
//! Computer Programming", volume 3, section 5.4). What fits into memory never touches the disk.

use super::spool::Spool;
use crate::error::Result;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::PathBuf;

/// What can be sorted: of a fixed size, and written and read as bytes.
pub trait Entry: Copy + Ord + Send {
    /// Bytes of one.
    const BYTES: usize;

    /// Appends the bytes.
    fn write(&self, out: &mut Vec<u8>);

    /// What [`write`](Self::write) has written, from [`BYTES`](Self::BYTES) bytes.
    fn read(bytes: &[u8]) -> Self;
}

impl Entry for u32 {
    const BYTES: usize = 4;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Self {
        bytes.try_into().map_or(0, Self::from_le_bytes)
    }
}

impl Entry for u64 {
    const BYTES: usize = 8;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Self {
        bytes.try_into().map_or(0, Self::from_le_bytes)
    }
}

/// A number from up to eight bytes, the least significant first.
pub fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// Bytes of a run that the merge reads at once.
const BLOCK: usize = 1 << 18;

/// Takes entries in any order, in memory of a fixed size.
#[derive(Debug)]
pub struct RunWriter<E> {
    most: usize,
    entries: Vec<E>,
    spool: Option<Spool>,
    /// Where each run ends in the spool.
    ends: Vec<u64>,
    temp_dir: PathBuf,
    is_distinct: bool,
}

impl<E: Entry> RunWriter<E> {
    /// Holds up to `most` entries in memory, at least one; the rest goes to `temp_dir`.
    pub fn new(most: usize, temp_dir: PathBuf) -> Self {
        let (most, is_distinct) = (most.max(1), false);
        Self { most, entries: Vec::new(), spool: None, ends: Vec::new(), temp_dir, is_distinct }
    }

    /// The same; of equal entries that are in memory together one stays, so that the merge gives fewer of them.
    pub fn distinct(most: usize, temp_dir: PathBuf) -> Self {
        Self { is_distinct: true, ..Self::new(most, temp_dir) }
    }

    /// Takes an entry.
    pub fn push(&mut self, entry: E) -> Result<()> {
        if self.entries.len() == self.most {
            self.sort();
            if self.entries.len() > self.most / 2 {
                self.spill()?;
            }
        }
        self.entries.push(entry);
        Ok(())
    }

    fn sort(&mut self) {
        self.entries.sort_unstable();
        if self.is_distinct {
            self.entries.dedup();
        }
    }

    fn spill(&mut self) -> Result<()> {
        let spool = match &mut self.spool {
            Some(spool) => spool,
            None => self.spool.insert(Spool::create(&self.temp_dir)?),
        };
        let mut block = Vec::with_capacity(BLOCK + E::BYTES);
        for entry in self.entries.drain(..) {
            entry.write(&mut block);
            if block.len() >= BLOCK {
                spool.append(&block)?;
                block.clear();
            }
        }
        spool.append(&block)?;
        self.ends.push(spool.len());
        Ok(())
    }

    /// All entries, ready to be merged.
    pub fn finish(mut self) -> Merge<E> {
        self.sort();
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let runs =
            starts.zip(&self.ends).map(|(start, &end)| Run { next: start, end, block: Vec::new(), at: 0 });
        let mut runs: Vec<Run<E>> = runs.collect();
        // The entries that were never written are a run of one block.
        runs.push(Run { next: 0, end: 0, block: self.entries, at: 0 });
        Merge { spool: self.spool, runs, heads: BinaryHeap::new(), is_begun: false }
    }
}

/// A sorted run: the block at hand, and where the rest lies in the spool.
#[derive(Debug)]
struct Run<E> {
    next: u64,
    end: u64,
    block: Vec<E>,
    at: usize,
}

/// Gives entries in ascending order.
#[derive(Debug)]
pub struct Merge<E> {
    spool: Option<Spool>,
    runs: Vec<Run<E>>,
    /// The next entry of each run.
    heads: BinaryHeap<Reverse<(E, usize)>>,
    is_begun: bool,
}

impl<E: Entry> Merge<E> {
    /// The next entry; none behind the last.
    pub fn next_entry(&mut self) -> Result<Option<E>> {
        if !self.is_begun {
            self.is_begun = true;
            for run in 0..self.runs.len() {
                self.advance(run)?;
            }
        }
        let Some(Reverse((entry, run))) = self.heads.pop() else { return Ok(None) };
        self.advance(run)?;
        Ok(Some(entry))
    }

    /// Calls `visit` with each group of entries that have one `key`, in ascending order, of those that `counts` lets
    /// through. A group of more than `most` entries is given as its first `most + 1`, so that memory stays fixed.
    pub fn for_each_group<K: PartialEq>(
        mut self,
        counts: impl Fn(&E) -> bool,
        key: impl Fn(&E) -> K,
        most: usize,
        mut visit: impl FnMut(&[E]) -> Result<()>,
    ) -> Result<()> {
        let mut group: Vec<E> = Vec::new();
        while let Some(entry) = self.next_entry()? {
            if !counts(&entry) {
                continue;
            }
            if group.first().is_some_and(|first| key(first) != key(&entry)) {
                visit(&group)?;
                group.clear();
            }
            if group.len() <= most {
                group.push(entry);
            }
        }
        if group.is_empty() { Ok(()) } else { visit(&group) }
    }

    /// Puts the next entry of a run among the heads.
    fn advance(&mut self, number: usize) -> Result<()> {
        let run = &mut self.runs[number];
        if run.at == run.block.len()
            && run.next < run.end
            && let Some(spool) = &self.spool
        {
            let whole = BLOCK / E::BYTES * E::BYTES;
            let len = (run.end - run.next).min(whole as u64);
            let mut bytes = vec![0; len as usize];
            spool.read(run.next, &mut bytes)?;
            run.block.clear();
            run.block.extend(bytes.chunks_exact(E::BYTES).map(E::read));
            run.at = 0;
            run.next += len;
        }
        if let Some(&entry) = run.block.get(run.at) {
            run.at += 1;
            self.heads.push(Reverse((entry, number)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(count: u64) -> Vec<u32> {
        (0..count).map(|number| (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as u32).collect()
    }

    #[test]
    fn entries_come_back_sorted_whatever_fits_into_memory() {
        for (count, most) in [(0, 10), (5, 10), (10, 10), (11, 10), (1000, 7), (200_000, 60_000)] {
            let mut writer = RunWriter::new(most, std::env::temp_dir());
            let mut expected = entries(count);
            expected.iter().for_each(|&entry| writer.push(entry).unwrap());
            expected.sort_unstable();
            let mut merge = writer.finish();
            let mut found = Vec::new();
            while let Some(entry) = merge.next_entry().unwrap() {
                found.push(entry);
            }
            assert!(found == expected, "{count} entries, {most} in memory");
        }
    }

    #[test]
    fn groups_are_whole_up_to_their_limit() {
        let mut writer = RunWriter::new(4, std::env::temp_dir());
        (0..9u32).chain([20, 21, 22, 29, 40]).for_each(|entry| writer.push(entry).unwrap());
        let mut groups = Vec::new();
        let visit = |group: &[u32]| {
            groups.push(group.to_vec());
            Ok(())
        };
        writer.finish().for_each_group(|entry| entry % 10 != 9, |entry| entry / 10, 3, visit).unwrap();
        assert_eq!(groups, [vec![0, 1, 2, 3], vec![20, 21, 22], vec![40]]);
    }
}
