//! Everything that makes two fingerprints comparable, stamped on everything saved.

use crate::error::{Error, ErrorKind, Result};
use crate::hash::HASH_VERSION;
use crate::shingle::Ngram;
use crate::text::PROFILE_VERSION;
use serde::{Deserialize, Serialize};

/// What a sketch was made with. Two sketches may be compared only if their schemes are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    /// Version of folding and words: [`PROFILE_VERSION`].
    pub text_profile: u32,
    /// Version of the hash functions: [`HASH_VERSION`].
    pub hash: u32,
    /// Words a shingle.
    pub ngram: Ngram,
    /// Slots of the MinHash sketch, 1 to [`MAX_SLOTS`].
    pub slots: u16,
}

/// The most slots a sketch may have.
pub const MAX_SLOTS: u16 = 4096;

impl Scheme {
    /// The scheme of this version of Tamis; fails unless 1 ≤ `slots` ≤ [`MAX_SLOTS`].
    pub fn new(ngram: Ngram, slots: u16) -> Result<Self> {
        if !(1..=MAX_SLOTS).contains(&slots) {
            return Err(Error::usage("sketch", format!("{slots} slots are outside 1 to {MAX_SLOTS}")));
        }
        Ok(Self { text_profile: PROFILE_VERSION, hash: HASH_VERSION, ngram, slots })
    }

    /// Fails at the first field in which `other`, read from `place`, differs, and names both values.
    pub fn ensure_same(&self, other: &Self, place: &str) -> Result<()> {
        let fields = [
            ("text profile", self.text_profile, other.text_profile),
            ("hash version", self.hash, other.hash),
            ("ngram", self.ngram.words() as u32, other.ngram.words() as u32),
            ("sketch slots", self.slots.into(), other.slots.into()),
        ];
        match fields.iter().find(|(_, here, there)| here != there) {
            None => Ok(()),
            Some((name, here, there)) => Err(Error::new(
                ErrorKind::Saved,
                place,
                format!("was made with {name} {there}, this run has {here}"),
            )
            .next_step("use the same settings, or make it anew")),
        }
    }
}
