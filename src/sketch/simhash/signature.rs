//! Fingerprints and their distance.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// Bits in which two fingerprints differ, 0 to 64.
#[inline]
pub const fn distance(a: u64, b: u64) -> u32 {
    (a ^ b).count_ones()
}

/// Bits in which the fingerprints of a candidate pair may differ, 0 to [`Distance::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Distance(u8);

impl Distance {
    /// The most bits: further out, unrelated pages become many (`docs/accuracy.md`, "SimHash").
    pub const MOST: Self = Self(8);

    /// A distance; fails outside 0 to 8.
    pub fn new(bits: u32) -> Result<Self> {
        match u8::try_from(bits) {
            Ok(bits) if bits <= Self::MOST.0 => Ok(Self(bits)),
            _ => Err(Error::usage("--distance", format!("{bits} bits are outside 0 to {}", Self::MOST.0))),
        }
    }

    /// In bits.
    pub const fn bits(self) -> u32 {
        self.0 as u32
    }

    /// Whether two fingerprints differ in no more bits.
    #[inline]
    pub const fn reaches(self, a: u64, b: u64) -> bool {
        distance(a, b) <= self.bits()
    }
}
