//! Bands and rows from a promise.
//!
//! A signature is cut into b bands of r slots. Two pages become a candidate pair if one band agrees, which
//! for slots that agree with probability J happens with `1 - (1 - Jʳ)ᵇ`: the S-curve (Leskovec, Rajaraman,
//! Ullman, "Mining of Massive Datasets", section 3.4.2). The promise fixes the curve at the threshold: for each
//! r the least b that reaches the recall there. Of these shapes the cheapest is taken, by a model of what a
//! page costs; more pages mean more unrelated pages in the buckets, which more rows keep apart.

use crate::error::{Error, Result};
use crate::hash;
use crate::scheme::MAX_SLOTS;
use crate::similarity::Threshold;
use serde::{Deserialize, Serialize};

/// How a signature is cut into bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Banding {
    /// Number of bands.
    pub bands: u16,
    /// Slots a band.
    pub rows: u16,
}

/// Unrelated pages (Jaccard below 0.1) that a page meets in one band, per million pages, for 1, 2, … rows.
///
/// Measured on a hard case, one country's news of ten days in Arabic, 3-word shingles (`cargo bench --bench study
/// -- bands`, `docs/accuracy.md`); pages on unlike topics meet far fewer.
const UNRELATED_PER_BAND: [f64; 9] = [220.0, 3.0, 0.11, 0.0063, 4.4e-4, 3.3e-5, 2.7e-6, 2.2e-7, 1.9e-8];

/// Pages that a page meets in one band because two 32-bit keys are equal by chance, per million pages.
const CHANCE_PER_BAND: f64 = 1e6 / 4_294_967_296.0;

/// Nanoseconds that the parts of the work take for a page of ordinary length: one slot's share of the sketch,
/// one band (key and sort), one unrelated page met (two signatures compared, half of it on either page's
/// account). Only their proportions matter; see `cargo bench --bench stages`.
const SLOT_COST: f64 = 4.0;
const BAND_COST: f64 = 25.0;
const MEETING_COST: f64 = 150.0;

/// Two rows let too many pairs far below the threshold through.
const FEWEST_ROWS: u16 = 3;

/// Up to this many pages the shape is the same, so that inputs need not be counted before they are read.
pub const SMALL_INPUT: u64 = 10_000_000;

/// The number of pages that a shape is chosen for: one for all inputs up to [`SMALL_INPUT`], then one a factor
/// of a hundred.
pub fn size_class(pages: u64) -> u64 {
    let mut class = SMALL_INPUT;
    while class < pages {
        class = class.saturating_mul(100);
    }
    class
}

impl Banding {
    /// The cheapest shape for `pages` pages that finds a pair at `threshold` with probability `recall`.
    ///
    /// Fails if `recall` is not between 0 and 1, or if no shape of at most [`MAX_SLOTS`] slots keeps the
    /// promise.
    pub fn for_promise(threshold: Threshold, recall: f64, pages: u64) -> Result<Self> {
        if !(recall > 0.0 && recall < 1.0) {
            return Err(Error::usage("--recall", format!("{recall} is not between 0 and 1"))
                .next_step("for every pair use --method exact"));
        }
        (FEWEST_ROWS..=MOST_ROWS as u16)
            .filter_map(|rows| Self::with_rows(rows, threshold, recall))
            .min_by(|a, b| a.cost(pages).total_cmp(&b.cost(pages)))
            .ok_or_else(|| {
                let wanted =
                    format!("a recall of {recall} at Jaccard {threshold} needs over {MAX_SLOTS} slots");
                Error::usage("--threshold", wanted)
                    .next_step("raise it, lower --recall, or use --method exact")
            })
    }

    /// The least bands of `rows` rows that keep the promise; none if they need too many slots.
    pub fn with_rows(rows: u16, threshold: Threshold, recall: f64) -> Option<Self> {
        let band = threshold.as_f64().powi(i32::from(rows));
        let bands = if band >= 1.0 { 1.0 } else { ((1.0 - recall).ln() / (-band).ln_1p()).ceil().max(1.0) };
        (bands * f64::from(rows) <= f64::from(MAX_SLOTS)).then_some(Self { bands: bands as u16, rows })
    }

    /// Slots that the bands use.
    pub const fn slots(self) -> u16 {
        self.bands * self.rows
    }

    /// The S-curve: the probability that a pair of similarity `jaccard` becomes a candidate.
    pub fn recall_at(self, jaccard: f64) -> f64 {
        1.0 - (1.0 - jaccard.powi(i32::from(self.rows))).powi(i32::from(self.bands))
    }

    /// Unrelated pages that a page meets among `pages` pages on close topics; an upper guide, not a promise.
    pub fn unrelated_candidates(self, pages: u64) -> f64 {
        let row = usize::from(self.rows).clamp(1, MOST_ROWS);
        pages as f64 / 1e6 * f64::from(self.bands) * (UNRELATED_PER_BAND[row - 1] + CHANCE_PER_BAND)
    }

    /// Nanoseconds a page, at a quarter of the most pages: a class spans two orders of magnitude.
    fn cost(self, pages: u64) -> f64 {
        let meetings = self.unrelated_candidates(size_class(pages) / 4);
        SLOT_COST * f64::from(self.slots()) + BAND_COST * f64::from(self.bands) + MEETING_COST * meetings
    }

    /// The 32-bit key of one band of a signature; keys of unlike `salt` do not meet.
    pub fn key(self, signature: &[u16], band: usize, salt: u32) -> u32 {
        let rows = usize::from(self.rows);
        let seed = (band as u64) << 32 | u64::from(salt);
        let mut bytes = [0; 2 * MOST_ROWS];
        for (pair, slot) in bytes.chunks_exact_mut(2).zip(&signature[band * rows..(band + 1) * rows]) {
            pair.copy_from_slice(&slot.to_le_bytes());
        }
        (hash::seeded(&bytes[..2 * rows], seed) >> 32) as u32
    }
}

/// The most rows of any shape.
const MOST_ROWS: usize = UNRELATED_PER_BAND.len();
