//! The signatures of pages and what two of them say.

/// Signatures of one scheme in one buffer: 2 bytes a slot, addressed by dense page number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signatures {
    slots: usize,
    values: Vec<u16>,
}

impl Signatures {
    /// None yet; `slots` slots each.
    pub const fn new(slots: u16) -> Self {
        Self { slots: slots as usize, values: Vec::new() }
    }

    /// Slots a signature.
    pub const fn slots(&self) -> usize {
        self.slots
    }

    /// The number of signatures.
    pub fn len(&self) -> usize {
        self.values.len() / self.slots
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Appends signatures that stand one behind the other.
    pub fn extend(&mut self, values: &[u16]) {
        debug_assert!(values.len().is_multiple_of(self.slots));
        self.values.extend_from_slice(values);
    }

    /// The signature of the given number.
    pub fn get(&self, number: u32) -> &[u16] {
        let start = number as usize * self.slots;
        &self.values[start..start + self.slots]
    }

    /// All signatures, one behind the other.
    pub fn values(&self) -> &[u16] {
        &self.values
    }
}

/// Slots of which two signatures of one scheme have the same lower byte. Their share estimates the Jaccard similarity J
/// of the pages: unbiased but for 2⁻⁸ of chance, with a variance of at most that of k independent permutations,
/// `J·(1 - J) / k`. Lower bytes are all that is remembered of an old page (b-bit minwise hashing, Li and König 2010), and
/// whether two pages are compared must not depend on whether one of them is old.
pub fn agreement(a: &[u16], b: &[u16]) -> usize {
    a.iter().zip(b).map(|(&a, &b)| usize::from(a as u8 == b as u8)).sum()
}

/// The same, of a signature and the lower bytes of another.
pub fn agreement_with_bytes(a: &[u16], b: &[u8]) -> usize {
    a.iter().zip(b).map(|(&a, &b)| usize::from(a as u8 == b)).sum()
}

/// The Jaccard similarity that so many agreeing slots estimate, chance taken out: unbiased, and below 0 for pages that agree
/// less than by chance.
pub fn estimate(agreeing: usize, slots: usize) -> f64 {
    const CHANCE: f64 = 1.0 / 256.0;
    (agreeing as f64 / slots as f64 - CHANCE) / (1.0 - CHANCE)
}

/// The agreement that a pair of similarity `jaccard` or more misses with a probability of 10⁻⁴ at most: four
/// standard deviations down. Who agrees less need not be verified.
pub fn least_agreement(jaccard: f64, slots: usize) -> usize {
    let slots = slots as f64;
    let deviation = (jaccard * (1.0 - jaccard) / slots).sqrt();
    ((jaccard - 4.0 * deviation).max(0.0) * slots).floor() as usize
}
