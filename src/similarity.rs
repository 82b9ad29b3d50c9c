//! Exact Jaccard and containment of two shingle sets, compared as integers.

use crate::error::{Error, Result};
use crate::shingle::ShingleSet;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How two sets overlap: three counts from which every ratio follows exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlap {
    /// Shingles in both sets.
    pub shared: u32,
    /// Shingles in the first set.
    pub size_a: u32,
    /// Shingles in the second set.
    pub size_b: u32,
}

impl Overlap {
    /// Counts the overlap of two sets. Cost: linear in the sizes, or `small · log(large)` where they differ
    /// much.
    pub fn of(a: &ShingleSet, b: &ShingleSet) -> Self {
        let shared = intersection(a.as_slice(), b.as_slice());
        Self { shared: shared as u32, size_a: a.len() as u32, size_b: b.len() as u32 }
    }

    /// Shingles in either set.
    pub const fn union(self) -> u64 {
        self.size_a as u64 + self.size_b as u64 - self.shared as u64
    }

    /// Jaccard similarity, 0 to 1; 0 for two empty sets, since an empty page equals nothing.
    pub fn jaccard(self) -> f64 {
        ratio(self.shared, self.union())
    }

    /// Share of the first set's shingles that are in the second.
    pub fn containment_a(self) -> f64 {
        ratio(self.shared, self.size_a.into())
    }

    /// Share of the second set's shingles that are in the first.
    pub fn containment_b(self) -> f64 {
        ratio(self.shared, self.size_b.into())
    }

    /// The size of the smaller set.
    pub fn smaller(self) -> u32 {
        self.size_a.min(self.size_b)
    }

    /// Whether the Jaccard similarity is at least `threshold`, without rounding.
    pub fn reaches(self, threshold: Threshold) -> bool {
        self.union() > 0 && threshold.is_met(self.shared.into(), self.union())
    }

    /// The same overlap seen from the other side.
    #[must_use]
    pub const fn swapped(self) -> Self {
        Self { shared: self.shared, size_a: self.size_b, size_b: self.size_a }
    }
}

fn ratio(part: u32, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / whole as f64 }
}

/// Size ratio from which looking up each element of the smaller set beats walking through both.
const GALLOP: usize = 16;

fn intersection(a: &[u64], b: &[u64]) -> usize {
    let (small, large) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if small.len() * GALLOP < large.len() {
        let mut rest = large;
        return small
            .iter()
            .filter(|shingle| {
                let at = rest.partition_point(|other| other < shingle);
                rest = &rest[at..];
                rest.first() == Some(shingle)
            })
            .count();
    }
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while i < small.len() && j < large.len() {
        let (x, y) = (small[i], large[j]);
        shared += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    shared
}

/// A threshold on a ratio, kept as an exact decimal fraction. Met means `>=`, everywhere.
///
/// ```
/// use tamis::similarity::Threshold;
/// let seven_tenths: Threshold = "0.7".parse()?;
/// assert!(seven_tenths.is_met(7, 10));
/// assert!(!seven_tenths.is_met(699_999, 1_000_000));
/// # Ok::<(), tamis::error::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Threshold {
    /// In units of [`SCALE`](Self::SCALE).
    billionths: u64,
}

impl Threshold {
    const SCALE: u64 = 1_000_000_000;

    /// A threshold of `tenths` tenths.
    pub const fn tenths(tenths: u64) -> Self {
        Self { billionths: tenths * (Self::SCALE / 10) }
    }

    /// A threshold of `hundredths` hundredths.
    pub const fn hundredths(hundredths: u64) -> Self {
        Self { billionths: hundredths * (Self::SCALE / 100) }
    }

    /// Whether `part / whole >= self`, computed without rounding.
    pub fn is_met(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(Self::SCALE) >= u128::from(self.billionths) * u128::from(whole)
    }

    /// The smallest `part` of `whole` that meets the threshold.
    pub fn least(self, whole: u64) -> u64 {
        let product = u128::from(self.billionths) * u128::from(whole);
        product.div_ceil(u128::from(Self::SCALE)) as u64
    }

    /// As a number between 0 and 1, for display and for choosing bands.
    pub fn as_f64(self) -> f64 {
        self.billionths as f64 / Self::SCALE as f64
    }
}

impl FromStr for Threshold {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let fault = || Error::usage("threshold", format!("{text:?} is not a decimal above 0 and up to 1"));
        let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
        let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !matches!(whole, "" | "0" | "1") || digits.len() > 9 || !digits_only(digits) {
            return Err(fault());
        }
        let whole = u64::from(whole == "1");
        let fraction: u64 = format!("{digits:0<9}").parse().map_err(|_| fault())?;
        let billionths = whole * Self::SCALE + fraction;
        if billionths == 0 || billionths > Self::SCALE { Err(fault()) } else { Ok(Self { billionths }) }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_f64())
    }
}

/// Written as the number that it is.
impl serde::Serialize for Threshold {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_f64())
    }
}

impl<'de> serde::Deserialize<'de> for Threshold {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        format!("{number:.9}").parse().map_err(serde::de::Error::custom)
    }
}
