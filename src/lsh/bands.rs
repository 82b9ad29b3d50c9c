//! Band keys of all pages as sorted runs.
//!
//! One run a band: 32 bits of key and 32 bits of page in a register, sorted; pages with one key are neighbours.
//! No hash map, sequential access only, so a run may as well lie on a disk: whoever reads runs asks
//! [`SortedBands`] for buckets and does not learn where they come from.
//!
//! Thirty-two bits of key let unrelated pages meet once in 4 billion pairs a band; verification removes them.
//! Memory: 8 bytes a band and page.

use rayon::prelude::*;

/// Sorted runs of band keys, wherever they lie.
pub trait SortedBands: Sync {
    /// The number of bands.
    fn bands(&self) -> usize;

    /// Calls `visit` with the pages of each bucket of a band, two or more in ascending order.
    fn for_each_bucket(&self, band: usize, visit: &mut dyn FnMut(&[u32]));
}

/// Collects the band keys of pages.
#[derive(Debug)]
pub struct BandsBuilder {
    runs: Vec<Vec<u64>>,
}

/// Band keys in memory, sorted.
#[derive(Debug)]
pub struct MemoryBands {
    runs: Vec<Vec<u64>>,
}

impl BandsBuilder {
    /// For a known number of bands.
    pub fn new(bands: u16) -> Self {
        Self { runs: vec![Vec::new(); usize::from(bands)] }
    }

    /// Adds one page: its key in each band.
    pub fn add(&mut self, page: u32, keys: &[u32]) {
        for (run, &key) in self.runs.iter_mut().zip(keys) {
            run.push(u64::from(key) << 32 | u64::from(page));
        }
    }

    /// Sorts the runs.
    pub fn sort(mut self) -> MemoryBands {
        self.runs.par_iter_mut().for_each(|run| run.sort_unstable());
        MemoryBands { runs: self.runs }
    }
}

impl SortedBands for MemoryBands {
    fn bands(&self) -> usize {
        self.runs.len()
    }

    fn for_each_bucket(&self, band: usize, visit: &mut dyn FnMut(&[u32])) {
        let mut pages = Vec::new();
        for bucket in self.runs[band].chunk_by(|a, b| a >> 32 == b >> 32).filter(|bucket| bucket.len() > 1) {
            pages.clear();
            pages.extend(bucket.iter().map(|&entry| entry as u32));
            visit(&pages);
        }
    }
}
