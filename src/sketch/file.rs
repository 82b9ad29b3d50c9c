//! The frame of a file of sketches: head, page digests, sketches, checksum.
//!
//! Little endian throughout:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | what it is a file of: `TAMISMH` (MinHash) or `TAMISSH` (SimHash), and a line feed |
//! | 4 | format version, [`FORMAT_VERSION`] |
//! | 4 + 4 + 2 + 2 | [`Scheme`]: text profile, hash version, words a shingle, slots or bits |
//! | 8 | number of sketches |
//! | 16 each | page digests (xxh3-128 of the raw text) |
//! | 2·slots or bits/8 each | sketches, in the order of the digests |
//! | 8 | xxh3-64 of everything before |

use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::scheme::{Scheme, Sketch};
use crate::shingle::Ngram;

/// Version of the file layout.
pub const FORMAT_VERSION: u32 = 1;

const HEADER: usize = 8 + 4 + 12 + 8;

/// A kind of sketch file.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    MinHash,
    SimHash,
}

impl Kind {
    const fn magic(self) -> &'static [u8; 8] {
        match self {
            Self::MinHash => b"TAMISMH\n",
            Self::SimHash => b"TAMISSH\n",
        }
    }

    const fn holds(self) -> &'static str {
        match self {
            Self::MinHash => "MinHash signatures",
            Self::SimHash => "SimHash fingerprints",
        }
    }

    /// The sketch of a size and its bytes; none if there is no such size.
    fn sketch(self, size: u16) -> Option<(Sketch, u64)> {
        match self {
            Self::MinHash => (size > 0).then_some((Sketch::MinHash { slots: size }, 2 * u64::from(size))),
            Self::SimHash => (size == 64).then_some((Sketch::SimHash { bits: size }, 8)),
        }
    }
}

/// The file of these sketches; `bodies` holds one a digest.
pub(super) fn write(scheme: Scheme, digests: &[u128], bodies: impl Iterator<Item = u8>) -> Vec<u8> {
    let kind = match scheme.sketch {
        Sketch::MinHash { .. } => Kind::MinHash,
        Sketch::SimHash { .. } => Kind::SimHash,
    };
    let mut out = Vec::with_capacity(HEADER + digests.len() * 16);
    out.extend_from_slice(kind.magic());
    out.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
    out.extend_from_slice(&scheme.text_profile.to_le_bytes());
    out.extend_from_slice(&scheme.hash.to_le_bytes());
    out.extend_from_slice(&(scheme.ngram.words() as u16).to_le_bytes());
    out.extend_from_slice(&scheme.sketch.size().to_le_bytes());
    out.extend_from_slice(&(digests.len() as u64).to_le_bytes());
    digests.iter().for_each(|digest| out.extend_from_slice(&digest.to_le_bytes()));
    out.extend(bodies);
    let checksum = hash::checksum(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    out
}

/// Scheme, digests and bodies of what [`write`](fn@write) wrote; `place` names the file in errors.
///
/// Fails on another kind, version or length, and on a wrong checksum.
pub(super) fn read<'a>(bytes: &'a [u8], kind: Kind, place: &str) -> Result<(Scheme, Vec<u128>, &'a [u8])> {
    let fault = |what: String| Error::new(ErrorKind::Saved, place, what).next_step("make the file anew");
    let mut rest = Reader(bytes);
    let cut = || fault("is cut off".into());
    if &rest.take::<8>().ok_or_else(cut)? != kind.magic() {
        return Err(fault(format!("is no file of {}", kind.holds())));
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
    let size = u16::from_le_bytes(rest.take().ok_or_else(cut)?);
    let count = u64::from_le_bytes(rest.take().ok_or_else(cut)?);
    let present = body.checked_sub(HEADER).ok_or_else(cut)? as u64;
    let Some((sketch, _)) = kind.sketch(size).filter(|(_, each)| present == count.saturating_mul(16 + each))
    else {
        return Err(fault(format!("says {count} {} of size {size}, but has {present} bytes", kind.holds())));
    };
    let digests = (0..count).map(|_| rest.take().map(u128::from_le_bytes));
    let digests = digests.collect::<Option<Vec<_>>>().ok_or_else(cut)?;
    let bodies = &bytes[HEADER + digests.len() * 16..body];
    Ok((Scheme { text_profile, hash, ngram, sketch }, digests, bodies))
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
