//! Signatures in a file.
//!
//! Little endian throughout:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `TAMISMH` and a line feed |
//! | 4 | format version, [`FORMAT_VERSION`] |
//! | 4 + 4 + 2 + 2 | [`Scheme`]: text profile, hash version, words a shingle, slots |
//! | 8 | number of signatures |
//! | 16 each | page digests (xxh3-128 of the raw text) |
//! | 2·slots each | signatures, in the order of the digests |
//! | 8 | xxh3-64 of everything before |
//!
//! The slots of a page never change under one scheme; `tests/vectors/` pins them.

use super::signature::Signatures;
use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::scheme::Scheme;
use crate::shingle::Ngram;

/// Version of the file layout.
pub const FORMAT_VERSION: u32 = 1;
const MAGIC: &[u8; 8] = b"TAMISMH\n";

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

const HEADER: usize = 8 + 4 + 12 + 8;

/// Writes sketches to one buffer.
pub fn encode(sketches: &Sketches) -> Vec<u8> {
    let Sketches { scheme, digests, signatures } = sketches;
    let mut out = Vec::with_capacity(HEADER + digests.len() * (16 + 2 * signatures.slots()) + 8);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
    out.extend_from_slice(&scheme.text_profile.to_le_bytes());
    out.extend_from_slice(&scheme.hash.to_le_bytes());
    out.extend_from_slice(&(scheme.ngram.words() as u16).to_le_bytes());
    out.extend_from_slice(&scheme.slots.to_le_bytes());
    out.extend_from_slice(&(digests.len() as u64).to_le_bytes());
    digests.iter().for_each(|digest| out.extend_from_slice(&digest.to_le_bytes()));
    signatures.values().iter().for_each(|slot| out.extend_from_slice(&slot.to_le_bytes()));
    let checksum = hash::checksum(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    out
}

/// Reads what [`encode`] wrote; `place` names the file in errors.
///
/// Fails on another magic, version or length, and on a wrong checksum. Whether the scheme fits is the
/// caller's question: [`Scheme::ensure_same`].
pub fn decode(bytes: &[u8], place: &str) -> Result<Sketches> {
    let fault = |what: String| Error::new(ErrorKind::Saved, place, what).next_step("make the file anew");
    let mut rest = Reader(bytes);
    let cut = || fault("is cut off".into());
    if &rest.take::<8>().ok_or_else(cut)? != MAGIC {
        return Err(fault("is no file of MinHash signatures".into()));
    }
    let version = u32::from_le_bytes(rest.take().ok_or_else(cut)?);
    if version != FORMAT_VERSION {
        return Err(fault(format!("has format version {version}, this Tamis reads {FORMAT_VERSION}")));
    }
    let body = bytes.len().checked_sub(8).ok_or_else(cut)?;
    let stored = Reader(&bytes[body..]).take().map(u64::from_le_bytes).ok_or_else(cut)?;
    if hash::checksum(&bytes[..body]) != stored {
        return Err(fault("is damaged or cut off: its checksum does not fit".into()));
    }
    let text_profile = u32::from_le_bytes(rest.take().ok_or_else(cut)?);
    let hash = u32::from_le_bytes(rest.take().ok_or_else(cut)?);
    let ngram = Ngram::new(u16::from_le_bytes(rest.take().ok_or_else(cut)?).into())?;
    let slots = u16::from_le_bytes(rest.take().ok_or_else(cut)?);
    let scheme = Scheme { text_profile, hash, ngram, slots };
    let count = u64::from_le_bytes(rest.take().ok_or_else(cut)?);
    let size = 16 + 2 * u64::from(slots);
    let present = (body - HEADER) as u64;
    if slots == 0 || present != count.saturating_mul(size) {
        return Err(fault(format!("says {count} signatures of {slots} slots, but has {present} bytes")));
    }
    let digests = (0..count).map(|_| rest.take().map(u128::from_le_bytes));
    let digests = digests.collect::<Option<Vec<_>>>().ok_or_else(cut)?;
    let values = (0..count * u64::from(slots)).map(|_| rest.take().map(u16::from_le_bytes));
    let mut signatures = Signatures::new(slots);
    signatures.extend(&values.collect::<Option<Vec<_>>>().ok_or_else(cut)?);
    Ok(Sketches { scheme, digests, signatures })
}

/// Takes fixed-size pieces off the front.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (piece, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*piece)
    }
}
