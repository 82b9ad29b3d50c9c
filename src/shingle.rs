//! Shingles: hashes of n words in a row.
//!
//! The hash of words `w₀ … wₙ₋₁` is the polynomial `w₀·Bⁿ⁻¹ + … + wₙ₋₁` modulo 2⁶⁴ in an odd base `B`; the word
//! hashes are uniform, so the low bits are as good as the high ones. It rolls: each further shingle costs two
//! multiplications, whatever n is (Karp and Rabin 1987). Word order counts.

use crate::error::{Error, Result};
use crate::hash::SHINGLE_BASE;
use serde::{Deserialize, Serialize};

/// Words a shingle, 1 to 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Ngram(u8);

impl Ngram {
    /// Three words: a pair scores higher than with longer shingles, so that half the hashes find it
    /// (`docs/accuracy.md`, "Which n").
    pub const DEFAULT: Self = Self(3);

    /// Five words: what passages are looked for by (`docs/accuracy.md`, "Passages").
    pub const SAMPLED: Self = Self(5);

    /// Single words: what a SimHash fingerprint counts.
    pub const WORD: Self = Self(1);

    /// An n-gram size; fails outside 1 to 32.
    pub fn new(n: u32) -> Result<Self> {
        match u8::try_from(n) {
            Ok(n @ 1..=32) => Ok(Self(n)),
            _ => Err(Error::usage("--ngram", format!("{n} words a shingle is outside 1 to 32"))),
        }
    }

    /// The number of words.
    pub const fn words(self) -> usize {
        self.0 as usize
    }
}

impl Default for Ngram {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Appends the shingles of a word sequence to `out`, in order and with repetitions.
///
/// Fewer words than n make one shingle of all of them; no words make none.
pub fn hash_shingles(words: &[u64], ngram: Ngram, out: &mut Vec<u64>) {
    if ngram == Ngram::DEFAULT && words.len() >= 3 {
        // The same sums without waiting for the one before.
        let sum = |w: &[u64]| {
            let leading = w[0].wrapping_mul(SHINGLE_BASE.wrapping_mul(SHINGLE_BASE));
            leading.wrapping_add(w[1].wrapping_mul(SHINGLE_BASE)).wrapping_add(w[2])
        };
        return out.extend(words.windows(3).map(sum));
    }
    hash_rolling(words, ngram.words(), out);
}

/// Shingles of any size, each from the one before.
fn hash_rolling(words: &[u64], n: usize, out: &mut Vec<u64>) {
    let n = n.min(words.len());
    let (first, rest) = words.split_at(n);
    if first.is_empty() {
        return;
    }
    let leading = SHINGLE_BASE.wrapping_pow(n as u32 - 1);
    let append = |sum: u64, word: u64| sum.wrapping_mul(SHINGLE_BASE).wrapping_add(word);
    let mut sum = first.iter().fold(0, |sum, &word| append(sum, word));
    out.reserve(rest.len() + 1);
    out.push(sum);
    for (&leaving, &entering) in words.iter().zip(rest) {
        sum = append(sum.wrapping_sub(leaving.wrapping_mul(leading)), entering);
        out.push(sum);
    }
}

/// The distinct shingles of a page, sorted: what Jaccard and containment are computed on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShingleSet(Vec<u64>);

impl ShingleSet {
    /// The set of `shingles`.
    pub fn new(mut shingles: Vec<u64>) -> Self {
        shingles.sort_unstable();
        shingles.dedup();
        Self(shingles)
    }

    /// The set of a word sequence's shingles.
    pub fn of_words(words: &[u64], ngram: Ngram) -> Self {
        let mut shingles = Vec::new();
        hash_shingles(words, ngram, &mut shingles);
        Self::new(shingles)
    }

    /// Ascending, without repetitions.
    pub fn as_slice(&self) -> &[u64] {
        &self.0
    }

    /// What is in both sets, ascending. Cost: linear in the sizes.
    pub fn shared<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = u64> {
        let mut rest = other.as_slice();
        self.as_slice().iter().copied().filter(move |shingle| {
            let smaller = rest.iter().take_while(|other| *other < shingle).count();
            rest = &rest[smaller..];
            rest.first() == Some(shingle)
        })
    }

    /// The number of distinct shingles.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the page has no words.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rolling_gives_the_sums_of_the_definition_for_every_n() {
        let words: Vec<u64> = (1..60u64).map(|word| word.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
        for n in 1..=32 {
            for len in 0..words.len() {
                let words = &words[..len];
                let sum = |window: &[u64]| {
                    window.iter().fold(0u64, |sum, word| sum.wrapping_mul(SHINGLE_BASE).wrapping_add(*word))
                };
                let defined: Vec<u64> =
                    if len == 0 { Vec::new() } else { words.windows(n.min(len)).map(sum).collect() };
                let (mut rolled, mut hashed) = (Vec::new(), Vec::new());
                hash_rolling(words, n, &mut rolled);
                hash_shingles(words, Ngram::new(n as u32).unwrap(), &mut hashed);
                assert_eq!(rolled, defined, "n {n}, {len} words");
                assert_eq!(hashed, defined, "n {n}, {len} words");
            }
        }
    }
}
