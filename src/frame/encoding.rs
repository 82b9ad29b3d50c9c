//! Frames in a file; the plain bytes, packed by whoever writes them.
//!
//! Little endian throughout.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `TAMISFRM` |
//! | 4 | format version, [`FORMAT_VERSION`] |
//! | 4 + 4 + 4 | text profile, hash version, words a shingle |
//! | 4 | number of sites that have a frame; then by name: |
//! | 4, n | bytes of a name, the name in UTF-8 |
//! | 4, 4 · n | number of shingles that are frame to any site; the upper halves of their hashes, ascending |
//! | 16 | xxh3-128 of everything before |
//!
//! There is one way to write a frame: what is read without a fault is written again as the same bytes. Its digest, which
//! manifests name, is its checksum.

use super::common::Frame;
use super::shingles::FrameShingles;
use crate::error::{Error, ErrorKind, Result};
use crate::hash::{self, HASH_VERSION};
use crate::shingle::Ngram;
use crate::text::PROFILE_VERSION;

/// Version of the file layout.
pub const FORMAT_VERSION: u32 = 2;

/// The first bytes of a file.
pub const MAGIC: &[u8; 8] = b"TAMISFRM";

/// Bytes of the checksum.
const CHECKSUM: usize = 16;

/// The bytes of a frame of shingles of `ngram` words.
pub fn encode(frame: &Frame, ngram: Ngram) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let put = |number: usize, out: &mut Vec<u8>| out.extend_from_slice(&(number as u32).to_le_bytes());
    for version in [FORMAT_VERSION, PROFILE_VERSION, HASH_VERSION] {
        put(version as usize, &mut out);
    }
    put(ngram.words(), &mut out);
    put(frame.sites().len(), &mut out);
    for name in frame.sites() {
        put(name.len(), &mut out);
        out.extend_from_slice(name.as_bytes());
    }
    let keys = frame.shingles().keys();
    put(keys.len(), &mut out);
    keys.iter().for_each(|&key| put(key as usize, &mut out));
    let checksum = hash::digest(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    out
}

/// Digest of the bytes of a frame, as [`encode`] wrote them.
pub fn digest(bytes: &[u8]) -> u128 {
    bytes.last_chunk().map_or(0, |checksum| u128::from_le_bytes(*checksum))
}

/// Reads what [`encode`] wrote; `place` names the file in errors.
///
/// Fails on another magic, version or size of shingles, on a wrong checksum, and on anything that this version would
/// not have written. What it allocates is bounded by what it is given.
pub fn decode(bytes: &[u8], ngram: Ngram, place: &str) -> Result<Frame> {
    let fault = |what: &str, step: &str| Error::new(ErrorKind::Saved, place, what).next_step(step);
    let anew = "take another copy, or run tamis dedup again";
    let mut rest = Reader(bytes);
    if rest.take() != Some(*MAGIC) {
        return Err(fault("is no frame", "name a folder that tamis dedup has written"));
    }
    let versions = [
        ("format version", FORMAT_VERSION),
        ("text profile", PROFILE_VERSION),
        ("hash version", HASH_VERSION),
        ("words a shingle", ngram.words() as u32),
    ];
    for (name, here) in versions {
        let there = rest.number().ok_or_else(|| fault("is cut off", anew))?;
        if there != here {
            return Err(fault(
                &format!("has {name} {there}, here it is {here}"),
                "use the Tamis that wrote it",
            ));
        }
    }
    let body = rest.0.split_last_chunk::<CHECKSUM>().map(|(body, _)| body);
    let body = body.ok_or_else(|| fault("is cut off", anew))?;
    if hash::digest(&bytes[..bytes.len() - CHECKSUM]) != digest(bytes) {
        return Err(fault("is damaged or cut off: its checksum does not fit", anew));
    }
    Reader(body).frame().ok_or_else(|| fault("is damaged: it says what no Tamis has written", anew))
}

/// Takes pieces off the front; none if there is no such piece.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (piece, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*piece)
    }

    fn number(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (piece, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(piece)
    }

    fn frame(&mut self) -> Option<Frame> {
        let mut names = Vec::new();
        for _ in 0..self.number()? {
            let length = self.number()? as usize;
            names.push(std::str::from_utf8(self.bytes(length)?).ok()?.to_owned());
        }
        let count = self.number()? as usize;
        let bytes = self.bytes(count.checked_mul(4)?)?;
        let keys: Vec<u32> = bytes.as_chunks::<4>().0.iter().map(|key| u32::from_le_bytes(*key)).collect();
        let is_as_written =
            self.0.is_empty() && names.is_sorted_by(|a, b| a < b) && keys.is_sorted_by(|a, b| a < b);
        is_as_written.then(|| Frame::new(names.into_iter().collect(), FrameShingles::from_ascending(keys)))
    }
}
