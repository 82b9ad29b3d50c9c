//! Everything that makes two fingerprints comparable, stamped on everything saved.

use crate::error::{Error, ErrorKind, Result};
use crate::hash::HASH_VERSION;
use crate::shingle::Ngram;
use crate::text::PROFILE_VERSION;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a sketch was made with. Two sketches may be compared only if their schemes are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    /// Version of folding and words: [`PROFILE_VERSION`].
    pub text_profile: u32,
    /// Version of the hash functions: [`HASH_VERSION`].
    pub hash: u32,
    /// Words a shingle.
    pub ngram: Ngram,
    /// What the shingles became.
    #[serde(flatten)]
    pub sketch: Sketch,
}

/// The kind of a sketch and its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Sketch {
    /// A MinHash signature.
    MinHash {
        /// Slots of 16 bits, 1 to [`MAX_SLOTS`].
        slots: u16,
    },
    /// A SimHash fingerprint.
    SimHash {
        /// Its bits: 64.
        bits: u16,
    },
}

impl Sketch {
    /// Slots or bits.
    pub const fn size(self) -> u16 {
        match self {
            Self::MinHash { slots } => slots,
            Self::SimHash { bits } => bits,
        }
    }
}

impl fmt::Display for Sketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MinHash { slots } => write!(f, "MinHash of {slots} slots"),
            Self::SimHash { bits } => write!(f, "SimHash of {bits} bits"),
        }
    }
}

/// The most slots a sketch may have.
pub const MAX_SLOTS: u16 = 4096;

impl Scheme {
    /// The MinHash scheme of this version of Tamis; fails unless 1 ≤ `slots` ≤ [`MAX_SLOTS`].
    pub fn minhash(ngram: Ngram, slots: u16) -> Result<Self> {
        if !(1..=MAX_SLOTS).contains(&slots) {
            return Err(Error::usage("sketch", format!("{slots} slots are outside 1 to {MAX_SLOTS}")));
        }
        Ok(Self::of(ngram, Sketch::MinHash { slots }))
    }

    /// The SimHash scheme of this version of Tamis: 64 bits of single words, whatever pages are compared by.
    pub const fn simhash() -> Self {
        Self::of(Ngram::WORD, Sketch::SimHash { bits: u64::BITS as u16 })
    }

    const fn of(ngram: Ngram, sketch: Sketch) -> Self {
        Self { text_profile: PROFILE_VERSION, hash: HASH_VERSION, ngram, sketch }
    }

    /// Fails at the first field in which `other`, read from `place`, differs, and names both values.
    pub fn ensure_same(&self, other: &Self, place: &str) -> Result<()> {
        let fields = |scheme: &Self| {
            [
                ("text profile", scheme.text_profile.to_string()),
                ("hash version", scheme.hash.to_string()),
                ("ngram", scheme.ngram.words().to_string()),
                ("sketch", scheme.sketch.to_string()),
            ]
        };
        let differing = fields(self).into_iter().zip(fields(other)).find(|(here, there)| here != there);
        match differing {
            None => Ok(()),
            Some(((name, here), (_, there))) => Err(Error::new(
                ErrorKind::Saved,
                place,
                format!("was made with {name} {there}, this run has {here}"),
            )
            .next_step("use the same settings, or make it anew")),
        }
    }
}
