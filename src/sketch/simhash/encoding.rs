//! Fingerprints in a [file](mod@crate::sketch::file): 8 bytes each.
//!
//! The fingerprint of a page never changes under one scheme; `tests/vectors/` pins it.

use crate::error::Result;
use crate::scheme::Scheme;
use crate::sketch::file::{self, Kind};

/// Fingerprints with the digests of their pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketches {
    /// What they were made with.
    pub scheme: Scheme,
    /// xxh3-128 of each page's raw text.
    pub digests: Vec<u128>,
    /// One a digest.
    pub fingerprints: Vec<u64>,
}

/// Writes fingerprints to one buffer.
pub fn encode(sketches: &Sketches) -> Vec<u8> {
    let fingerprints = sketches.fingerprints.iter();
    file::write(sketches.scheme, &sketches.digests, fingerprints.flat_map(|bits| bits.to_le_bytes()))
}

/// Reads what [`encode`] wrote; `place` names the file in errors.
///
/// Fails on another magic, version or length, and on a wrong checksum. Whether the scheme fits is the
/// caller's question: [`Scheme::ensure_same`].
pub fn decode(bytes: &[u8], place: &str) -> Result<Sketches> {
    let (scheme, digests, bodies) = file::read(bytes, Kind::SimHash, place)?;
    let fingerprints = bodies.as_chunks().0.iter().map(|bits| u64::from_le_bytes(*bits)).collect();
    Ok(Sketches { scheme, digests, fingerprints })
}
