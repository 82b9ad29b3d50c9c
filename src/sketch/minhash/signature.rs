//! The signature of a page and what two signatures say.

/// One 32-bit minimum a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature(Box<[u32]>);

impl Signature {
    /// A signature of the given slots.
    pub fn new(slots: Box<[u32]>) -> Self {
        Self(slots)
    }

    /// The slots.
    pub fn slots(&self) -> &[u32] {
        &self.0
    }

    /// Estimates the Jaccard similarity: the share of equal slots; none if the numbers of slots differ.
    ///
    /// Unbiased, with a variance of at most that of k independent permutations, `J·(1 - J) / k`.
    pub fn estimate(&self, other: &Self) -> Option<f64> {
        if self.0.len() != other.0.len() {
            return None;
        }
        let equal = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        Some(equal as f64 / self.0.len() as f64)
    }
}
