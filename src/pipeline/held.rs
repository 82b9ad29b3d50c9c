//! What is held of each page besides its row, or waits in a temporary file: its shingles, its proof for an index.

use crate::error::Result;
use crate::frame::{Key, key};
use crate::io::spool::Spool;
use std::path::Path;

/// Proofs of all pages, by page number, until an index takes them.
#[derive(Debug)]
pub struct WaitingProofs {
    spool: Spool,
    ends: Vec<u64>,
}

impl WaitingProofs {
    pub(super) fn new(temp_dir: &Path) -> Result<Self> {
        Ok(Self { spool: Spool::create(temp_dir)?, ends: Vec::new() })
    }

    /// Takes the proofs of a batch, one behind the other, and where they end.
    pub(super) fn take(&mut self, proofs: &[u8], ends: &[usize]) -> Result<()> {
        let before = self.spool.len();
        self.spool.append(proofs)?;
        self.ends.extend(ends.iter().map(|&end| before + end as u64));
        Ok(())
    }

    /// Appends the encoded proof of a page.
    pub fn read(&self, page: u32, out: &mut Vec<u8>) -> Result<()> {
        let start = page.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        let from = out.len();
        out.resize(from + (self.ends[page as usize] - start) as usize, 0);
        self.spool.read(start, &mut out[from..])
    }
}

/// The shingles of all pages as they stand, by page number.
#[derive(Debug, Default)]
pub struct HeldShingles {
    keys: Vec<Key>,
    ends: Vec<usize>,
}

/// Shingles that are held at most: 128 MB. Beyond, or beyond the budget, texts are read again.
const MOST_HELD: usize = 32 << 20;

impl HeldShingles {
    pub(super) fn bytes(&self) -> u64 {
        size_of_val(self.keys.as_slice()) as u64 + size_of_val(self.ends.as_slice()) as u64
    }

    /// Whether there are too many.
    pub(super) const fn is_full(&self) -> bool {
        self.keys.len() > MOST_HELD
    }

    /// The shingles of a page, in order and with repetitions.
    pub fn page(&self, page: u32) -> &[Key] {
        let start = page.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.keys[start..self.ends[page as usize]]
    }

    pub(super) fn push(&mut self, shingles: &[u64]) {
        self.keys.extend(shingles.iter().map(|&shingle| key(shingle)));
        self.ends.push(self.keys.len());
    }

    pub(super) fn append(&mut self, other: &Self) {
        let before = self.keys.len();
        self.keys.extend_from_slice(&other.keys);
        self.ends.extend(other.ends.iter().map(|end| before + end));
    }
}
