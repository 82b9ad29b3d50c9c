//! Signatures in a [file](mod@crate::sketch::file): 2 bytes a slot.
//!
//! The slots of a page never change under one scheme; `tests/vectors/` pins them.

use super::signature::Signatures;
use crate::error::Result;
use crate::scheme::Scheme;
use crate::sketch::file::{self, Kind};

/// Signatures with the digests of their pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketches {
    /// What they were made with.
    pub scheme: Scheme,
    /// xxh3-128 of each page's raw text.
    pub digests: Vec<u128>,
    /// One a digest.
    pub signatures: Signatures,
}

/// Writes sketches to one buffer.
pub fn encode(sketches: &Sketches) -> Vec<u8> {
    let slots = sketches.signatures.values().iter();
    file::write(sketches.scheme, &sketches.digests, slots.flat_map(|slot| slot.to_le_bytes()))
}

/// Reads what [`encode`] wrote; `place` names the file in errors.
///
/// Fails on another magic, version or length, and on a wrong checksum. Whether the scheme fits is the
/// caller's question: [`Scheme::ensure_same`].
pub fn decode(bytes: &[u8], place: &str) -> Result<Sketches> {
    let (scheme, digests, bodies) = file::read(bytes, Kind::MinHash, place)?;
    let slots: Vec<u16> = bodies.as_chunks().0.iter().map(|slot| u16::from_le_bytes(*slot)).collect();
    let mut signatures = Signatures::new(scheme.sketch.size());
    signatures.extend(&slots);
    Ok(Sketches { scheme, digests, signatures })
}
