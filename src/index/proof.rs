//! The shingles of a page, compact: what an old page is proved by once its text is gone.
//!
//! Of each shingle the upper [`BITS`] bits are kept, all of them, sorted, in the code of Elias and Fano (Elias 1974, Fano
//! 1971): the lower bits as they are, the upper ones as a unary list of gaps, about two bits a shingle more than the
//! entropy. Nothing is estimated. But two unlike shingles share 40 bits once in 10¹²: of two pages of 230 shingles one
//! figure in 20 million is one too high, of two pages of 2,000 shingles one in 270 thousand.

use crate::error::{Error, ErrorKind, Result};
use crate::shingle::ShingleSet;

/// Bits of a shingle that are kept.
pub const BITS: u32 = 40;

/// Bits of a shingle that are lost.
const LOST: u32 = u64::BITS - BITS;

/// A set as it is remembered: with zeros for what is lost.
pub fn reduced(set: &ShingleSet) -> ShingleSet {
    ShingleSet::new(set.as_slice().iter().map(|shingle| shingle >> LOST << LOST).collect())
}

/// Appends the proof of a page.
pub fn encode(set: &ShingleSet, out: &mut Vec<u8>) {
    let set = reduced(set);
    let keys = set.as_slice();
    out.extend_from_slice(&(keys.len() as u32).to_le_bytes());
    let low_bits = low_bits(keys.len());
    let mut low = BitWriter::default();
    let mut high = BitWriter::default();
    let mut before = 0;
    for key in keys.iter().map(|key| key >> LOST) {
        low.push(key & ((1 << low_bits) - 1), low_bits);
        let upper = key >> low_bits;
        high.unary(upper - before);
        before = upper;
    }
    out.extend(low.finish());
    out.extend(high.finish());
}

/// The set that [`encode`] wrote, [`reduced`]; fails on anything else.
pub fn decode(bytes: &[u8]) -> Result<ShingleSet> {
    let damaged = || {
        Error::new(ErrorKind::Saved, "index", "has a damaged proof")
            .next_step("check it with tamis index stat --check")
    };
    let (count, rest) = bytes.split_first_chunk::<4>().ok_or_else(damaged)?;
    let count = u32::from_le_bytes(*count) as usize;
    let low_bits = low_bits(count);
    let low_bytes = (count * low_bits as usize).div_ceil(8);
    // Every shingle takes a bit at least, so that no count is believed beyond what is there.
    if low_bytes > rest.len() || count > 8 * (rest.len() - low_bytes) {
        return Err(damaged());
    }
    let (low, high) = rest.split_at(low_bytes);
    let (mut low, mut high) = (BitReader::new(low), BitReader::new(high));
    let mut keys = Vec::with_capacity(count);
    let mut upper = 0u64;
    for _ in 0..count {
        upper += high.unary().ok_or_else(damaged)?;
        let lower = low.take(low_bits).ok_or_else(damaged)?;
        keys.push((upper << low_bits | lower) << LOST);
    }
    let is_ascending = keys.windows(2).all(|pair| pair[0] < pair[1]);
    if !is_ascending || upper >> (BITS - low_bits) != 0 || !low.is_over() || !high.is_over() {
        return Err(damaged());
    }
    Ok(ShingleSet::new(keys))
}

/// Lower bits of so many keys that are stored as they are.
fn low_bits(count: usize) -> u32 {
    BITS - (count.max(1) as u64).ilog2()
}

#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    word: u64,
    filled: u32,
}

impl BitWriter {
    /// Appends `count` bits, at most 40.
    fn push(&mut self, bits: u64, count: u32) {
        self.word |= bits << self.filled;
        self.filled += count;
        while self.filled >= 8 {
            self.bytes.push(self.word as u8);
            self.word >>= 8;
            self.filled -= 8;
        }
    }

    /// Appends so many zeros and a one.
    fn unary(&mut self, mut zeros: u64) {
        while zeros >= 32 {
            self.push(0, 32);
            zeros -= 32;
        }
        self.push(1 << zeros, zeros as u32 + 1);
    }

    fn finish(mut self) -> Vec<u8> {
        if self.filled > 0 {
            self.bytes.push(self.word as u8);
        }
        self.bytes
    }
}

struct BitReader<'a> {
    bytes: &'a [u8],
    word: u64,
    filled: u32,
}

impl<'a> BitReader<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, word: 0, filled: 0 }
    }

    fn fill(&mut self) {
        while self.filled <= 48
            && let Some((&first, rest)) = self.bytes.split_first()
        {
            self.word |= u64::from(first) << self.filled;
            self.filled += 8;
            self.bytes = rest;
        }
    }

    /// Whether nothing is left but the zeros that fill the last byte.
    const fn is_over(&self) -> bool {
        self.bytes.is_empty() && self.filled < 8 && self.word == 0
    }

    fn take(&mut self, count: u32) -> Option<u64> {
        self.fill();
        if self.filled < count {
            return None;
        }
        let bits = self.word & ((1 << count) - 1);
        self.word >>= count;
        self.filled -= count;
        Some(bits)
    }

    /// Zeros before the next one, which is taken too.
    fn unary(&mut self) -> Option<u64> {
        let mut zeros = 0;
        loop {
            self.fill();
            if self.filled == 0 {
                return None;
            }
            if self.word == 0 {
                zeros += u64::from(self.filled);
                self.filled = 0;
                continue;
            }
            let here = self.word.trailing_zeros();
            zeros += u64::from(here);
            self.word = self.word >> here >> 1;
            self.filled -= here + 1;
            return Some(zeros);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(count: u64) -> ShingleSet {
        ShingleSet::new((0..count).map(|at| (at + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect())
    }

    #[test]
    fn a_set_comes_back_as_it_is_remembered() {
        let odd =
            [vec![], vec![0], vec![u64::MAX], vec![0, u64::MAX], (0..100).map(|at| at << LOST).collect()];
        let odd = odd.into_iter().map(ShingleSet::new);
        for set in odd.chain([1, 2, 3, 31, 32, 33, 230, 4096, 100_000].map(set)) {
            let mut bytes = Vec::new();
            encode(&set, &mut bytes);
            assert_eq!(decode(&bytes).unwrap(), reduced(&set), "{} shingles", set.len());
        }
    }

    #[test]
    fn an_ordinary_page_takes_a_kilobyte() {
        let mut bytes = Vec::new();
        encode(&set(230), &mut bytes);
        assert!(bytes.len() < 1_000, "{} bytes", bytes.len());
    }

    #[test]
    fn a_damaged_proof_is_refused_or_read_and_never_read_behind_its_end() {
        let mut bytes = Vec::new();
        encode(&set(300), &mut bytes);
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xa5;
            let _ = decode(&damaged);
            assert!(decode(&bytes[..at]).is_err(), "cut off at {at}");
        }
    }
}
