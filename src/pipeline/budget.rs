//! How much memory a run may take, and what each part of it may hold.
//!
//! `--memory` is divided once, here. What can lie on a disk (signatures, shingles, candidate pairs, sampled shingles) is held
//! in memory as long as everything together stays within half of the budget, and goes to temporary files from then on. What
//! cannot (a row and an id a page, the facts of an audit, what was learned of sites) may take what the program itself
//! leaves; beyond, a run ends with a fault that says so, instead of being killed. Batches in flight and texts that are read
//! again shrink with the budget. Nothing here changes a result.

use crate::error::{Error, ErrorKind, Result};
use crate::io::batches::BATCH_BYTES;
use crate::io::resident;

/// Bytes of memory for a whole run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    bytes: u64,
    is_kept: bool,
}

/// What the program and its threads take, whatever is read.
pub const PROGRAM: u64 = 16 << 20;

/// What the frame of the largest site takes while it is learned (measured: 40 MB), and the buffers.
const WORK: u64 = 56 << 20;

/// What the report of `run` and `audit` holds of a site until it is written (measured: 7 to 8 kB; `docs/speed.md`, "Memory of sites").
const SITE_REPORT: u64 = 8 << 10;

/// Where the system does not say what is free.
const USUAL: u64 = 4 << 30;

impl Budget {
    /// The least that can be kept.
    pub const LEAST: u64 = 128 << 20;

    /// A budget of so many bytes, [`LEAST`](Self::LEAST) at least.
    pub fn new(bytes: u64) -> Result<Self> {
        if bytes < Self::LEAST {
            let fault = format!("{bytes} bytes are less than Tamis needs");
            return Err(Error::usage("--memory", fault).next_step("128MiB or more"));
        }
        Ok(Self { bytes, is_kept: true })
    }

    /// Three quarters of what is free now, in the system or in the container.
    pub fn of_free_memory() -> Self {
        let free = resident::available_bytes().unwrap_or(USUAL / 3 * 4);
        Self { bytes: (free / 4 * 3).max(Self::LEAST), is_kept: true }
    }

    /// Everything that can goes to disk at once, in the smallest pieces, and no limit is kept: the slowest way to the same
    /// results.
    pub const fn nothing_held() -> Self {
        Self { bytes: 0, is_kept: false }
    }

    /// Bytes in all.
    pub const fn bytes(self) -> u64 {
        self.bytes
    }

    /// Bytes of records that are read ahead for `threads` threads: few, so that what was read is still in a cache when it
    /// is worked on, and enough for threads to share evenly.
    pub fn wave(self, threads: usize) -> usize {
        let (least, most) = (threads * BATCH_BYTES, threads * 6 * BATCH_BYTES);
        ((self.bytes / 32) as usize).clamp(least, most)
    }

    /// Bytes that everything together may take while some of it could as well lie on a disk.
    pub const fn held(self) -> u64 {
        self.bytes / 2
    }

    /// Bytes that a sort holds.
    pub fn sort(self) -> usize {
        ((self.bytes / 16) as usize).clamp(1 << 16, 64 << 20)
    }

    /// Bytes of what is known of sites that are held: samples while pages are read for the first time, frozen sites then.
    pub fn sites(self) -> u64 {
        (self.bytes / 4).max(1 << 14)
    }

    /// Bytes of what is known of all sites that are held instead of being read from a file, as they are saved.
    pub const fn stored(self) -> usize {
        (self.bytes / 16) as usize
    }

    /// Bytes of keys that bands are made of at once, and of signatures that are compared at once.
    pub const fn signatures(self) -> u64 {
        self.bytes / 8
    }

    /// Words of sampled pages whose shingles are held at once, beyond those of one site.
    pub const fn sampled_words(self) -> usize {
        (self.bytes / 256) as usize
    }

    /// Bytes of texts that are compared at once.
    pub fn compared_texts(self) -> u64 {
        (self.bytes / 16).clamp(1 << 16, 64 << 20)
    }

    /// Bytes of texts that are aligned at once.
    pub fn aligned_texts(self) -> u64 {
        (self.bytes / 64).clamp(1 << 16, 16 << 20)
    }

    /// Fails if `pages` pages, of which `bytes` bytes must be held, are too many; `what` names those bytes.
    pub fn check(self, pages: u64, bytes: u64, what: &str) -> Result<()> {
        if self.fits(bytes) {
            return Ok(());
        }
        let fault = format!(
            "{pages} pages so far need {} MiB for {what}, and more would not fit into {} MiB",
            mebibytes(bytes),
            mebibytes(self.bytes)
        );
        Err(Error::new(ErrorKind::Usage, "--memory", fault)
            .next_step("give more, or take fewer pages at a time"))
    }

    /// Fails if a report of so many sites is too large.
    pub fn check_report(self, sites: u64) -> Result<()> {
        let bytes = sites.saturating_mul(SITE_REPORT);
        if self.fits(bytes) {
            return Ok(());
        }
        let fault = format!(
            "a report of {sites} sites needs {} MiB, which do not fit into {} MiB",
            mebibytes(bytes),
            mebibytes(self.bytes)
        );
        Err(Error::new(ErrorKind::Usage, "--memory", fault)
            .next_step("give more, or use learn, strip and dedup, which write no report"))
    }

    /// Whether what must be held leaves the program and its buffers their room.
    const fn fits(self, bytes: u64) -> bool {
        !self.is_kept || bytes <= (self.bytes / 8 * 7).saturating_sub(PROGRAM + WORK)
    }
}

const fn mebibytes(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_does_not_fit_is_refused_with_what_it_needs() {
        let budget = Budget::new(1 << 30).unwrap();
        assert!(budget.check_report(100_000).is_ok());
        let refused = budget.check_report(10_000_000).unwrap_err().to_string();
        assert!(refused.contains("10000000 sites") && refused.contains("78125 MiB"), "{refused}");
        assert!(Budget::nothing_held().check_report(u64::MAX).is_ok());
    }

    #[test]
    fn the_parts_fit_into_the_whole() {
        for bytes in [Budget::LEAST, 256 << 20, 1 << 30, 64 << 30] {
            let budget = Budget::new(bytes).unwrap();
            let together = budget.held() + 2 * budget.wave(2) as u64 + budget.compared_texts();
            assert!(together < bytes, "{bytes}");
            assert!(budget.held() + 2 * budget.signatures() + budget.sort() as u64 <= bytes, "{bytes}");
        }
    }

    #[test]
    fn too_many_pages_are_a_fault_that_says_what_to_do() {
        let budget = Budget::new(128 << 20).unwrap();
        assert!(budget.check(1000, 40 << 20, "rows").is_ok());
        let told = budget.check(200_000, 41 << 20, "rows").unwrap_err().to_string();
        assert!(told.starts_with("--memory: 200000 pages so far need 41 MiB for rows"), "{told}");
        assert!(Budget::nothing_held().check(u64::MAX, u64::MAX, "rows").is_ok());
        assert!(Budget::new(Budget::LEAST - 1).is_err());
        assert!(Budget::of_free_memory().bytes() >= Budget::LEAST);
    }
}
