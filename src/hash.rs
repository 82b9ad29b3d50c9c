//! Every hash in Tamis, and the only door to `xxhash-rust`.
//!
//! Two families, both pinned for ever by the test vectors in `tests/vectors/`:
//!
//! * **xxh3** for digests of bytes: page keys, band keys, cluster ids, checksums of saved files.
//! * **Folded multiplication** (the 128-bit product of two words, its halves xored; the core of wyhash,
//!   Wang Yi 2019) for words and shingles, where a hash is taken every few bytes and a call would cost
//!   more than the hash.
//!
//! Neither withstands somebody who searches for collisions. What protects a removal from a collision is
//! `tamis verify`, which compares strings and never hashes.
//!
//! A change of any constant here is a new [`HASH_VERSION`], and saved sketches of the old one are refused.

use xxhash_rust::xxh3::{Xxh3, xxh3_64, xxh3_64_with_seed, xxh3_128};

/// Version of all hash functions in this module; part of every [`Scheme`](crate::scheme::Scheme).
pub const HASH_VERSION: u32 = 1;

/// Fractional digits of π, √2, √3, √5, made odd: constants with nothing up their sleeve.
const PI: u64 = 0x243f_6a88_85a3_08d3;
const ROOT_2: u64 = 0x6a09_e667_f3bc_c909;
const ROOT_3: u64 = 0xbb67_ae85_84ca_a73b;
const ROOT_5: u64 = 0x3c6e_f372_fe94_f82b;

/// Both halves of the 128-bit product of `a` and `b`, xored.
#[inline]
pub const fn folded_multiply(a: u64, b: u64) -> u64 {
    let product = (a as u128) * (b as u128);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Hash of a folded word: its UTF-8 bytes in blocks of 16, the last one padded with zeros.
///
/// ```text
/// state = PI; for each block but the last: state = fold(a ^ state, b ^ ROOT_3)
/// hash  = fold(a ^ state, b ^ ROOT_2)       a, b: the block's halves, little endian
/// ```
///
/// No folded word holds a NUL byte, so the padding cannot make two words equal.
#[derive(Clone)]
pub struct WordHasher {
    buffer: [u8; BUFFER],
    filled: usize,
    state: u64,
}

const BLOCK: usize = 16;
/// Bytes are gathered up to here before blocks are taken in, so that ordinary words meet one branch only.
const HIGH_WATER: usize = 4 * BLOCK;
const BUFFER: usize = HIGH_WATER + BLOCK + 8;

impl Default for WordHasher {
    fn default() -> Self {
        Self { buffer: [0; BUFFER], filled: 0, state: PI }
    }
}

impl WordHasher {
    /// Appends the low `len` bytes (0 to 4) of `bytes`.
    #[inline]
    pub fn push(&mut self, bytes: u32, len: usize) {
        self.buffer[self.filled..self.filled + 4].copy_from_slice(&bytes.to_le_bytes());
        self.filled += len;
        if self.filled >= HIGH_WATER {
            self.take_in();
        }
    }

    /// Appends a character's UTF-8 bytes.
    #[inline]
    pub fn push_char(&mut self, c: char) {
        let mut bytes = [0; 4];
        let len = c.encode_utf8(&mut bytes).len();
        self.push(u32::from_le_bytes(bytes), len);
    }

    /// Whether nothing was appended since the last [`finish`](Self::finish).
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.filled == 0
    }

    /// Whether what was appended begins with an ASCII digit. Words longer than any number are not looked at again.
    #[inline]
    pub const fn starts_with_digit(&self) -> bool {
        self.buffer[0].is_ascii_digit()
    }

    /// The hash of what was appended, at least one byte; the hasher is empty again.
    #[inline]
    pub fn finish(&mut self) -> u64 {
        let mut start = 0;
        let mut state = self.state;
        while self.filled - start > BLOCK {
            state = folded_multiply(self.half(start) ^ state, self.half(start + 8) ^ ROOT_3);
            start += BLOCK;
        }
        let (a, b) = masked(self.half(start), self.half(start + 8), self.filled - start);
        self.filled = 0;
        self.state = PI;
        folded_multiply(a ^ state, b ^ ROOT_2)
    }

    /// Takes three blocks in, which leaves at least one: the last block is never taken in early.
    #[cold]
    fn take_in(&mut self) {
        let taken = HIGH_WATER - BLOCK;
        for start in (0..taken).step_by(BLOCK) {
            self.state = folded_multiply(self.half(start) ^ self.state, self.half(start + 8) ^ ROOT_3);
        }
        self.buffer.copy_within(taken..self.filled, 0);
        self.filled -= taken;
    }

    #[inline]
    fn half(&self, start: usize) -> u64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.buffer[start..start + 8]);
        u64::from_le_bytes(bytes)
    }
}

/// [`WordHasher`] for a word of 1 to 16 bytes whose halves are at hand; bytes from `len` on are ignored.
#[inline]
pub fn short_word(a: u64, b: u64, len: usize) -> u64 {
    let (a, b) = masked(a, b, len);
    folded_multiply(a ^ PI, b ^ ROOT_2)
}

/// [`WordHasher`] for a word of 17 to 32 bytes; `len` bytes are in its second block.
#[inline]
pub fn two_block_word(first: [u64; 2], second: [u64; 2], len: usize) -> u64 {
    let state = folded_multiply(first[0] ^ PI, first[1] ^ ROOT_3);
    let (a, b) = masked(second[0], second[1], len);
    folded_multiply(a ^ state, b ^ ROOT_2)
}

/// [`WordHasher`] for a word whose bytes stand together.
#[inline]
pub fn word_bytes(bytes: &[u8]) -> u64 {
    if let (Some(&first), Some(&last), 9..=16) =
        (bytes.first_chunk::<8>(), bytes.last_chunk::<8>(), bytes.len())
    {
        let behind = u64::from_le_bytes(last) >> (8 * (16 - bytes.len()));
        return short_word(u64::from_le_bytes(first), behind, bytes.len());
    }
    let mut hasher = WordHasher::default();
    for part in bytes.chunks(4) {
        let mut four = [0; 4];
        four[..part.len()].copy_from_slice(part);
        hasher.push(u32::from_le_bytes(four), part.len());
    }
    hasher.finish()
}

/// Masks of the first `len` bytes of a block; those above 16 are never asked for and save a bounds check.
const KEEP: [[u64; 2]; 32] = {
    let mut keep = [[u64::MAX; 2]; 32];
    let mut len = 0;
    while len < BLOCK {
        keep[len] = if len < 8 { [(1 << (8 * len)) - 1, 0] } else { [u64::MAX, (1 << (8 * (len - 8))) - 1] };
        len += 1;
    }
    keep
};

/// The first `len` bytes of a block; all of it from 16 on.
#[inline]
pub fn masked(a: u64, b: u64, len: usize) -> (u64, u64) {
    let [keep_a, keep_b] = KEEP[len & 31];
    (a & keep_a, b & keep_b)
}

/// Hash of a whole word; what [`WordHasher`] computes piece by piece.
pub fn word(folded: &str) -> u64 {
    word_bytes(folded.as_bytes())
}

/// The odd multiplier of the rolling shingle hash.
pub const SHINGLE_BASE: u64 = ROOT_5;

/// The hash that round `round` of a sketch takes of a shingle.
#[inline]
pub const fn in_round(shingle: u64, round: u64) -> u64 {
    folded_multiply(shingle ^ round_seed(round), ROOT_3)
}

#[inline]
const fn round_seed(round: u64) -> u64 {
    (round + 1).wrapping_mul(PI)
}

/// 128-bit digest of a sequence of word hashes: equal for equal folded word sequences.
///
/// Four lanes take every fourth word each, since one multiplication need not wait for the one before.
pub fn sequence(words: &[u64]) -> u128 {
    let mut lanes = [PI, ROOT_2, ROOT_3, ROOT_5];
    let quads = words.chunks_exact(4);
    for (lane, &word) in lanes.iter_mut().zip(quads.remainder()) {
        *lane = folded_multiply(*lane ^ word, ROOT_5);
    }
    for quad in quads {
        for (lane, &word) in lanes.iter_mut().zip(quad) {
            *lane = folded_multiply(*lane ^ word, ROOT_2);
        }
    }
    let count = words.len() as u64;
    let half = |seed: u64| {
        lanes
            .iter()
            .fold(seed ^ count, |sum, &lane| folded_multiply(sum ^ lane, ROOT_3).rotate_left(29) ^ lane)
    };
    (u128::from(half(PI)) << 64) | u128::from(half(ROOT_5))
}

/// 128-bit digest of bytes.
pub fn digest(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// 64-bit checksum or key of bytes.
pub fn checksum(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// 64-bit key of bytes under `seed`.
pub fn seeded(bytes: &[u8], seed: u64) -> u64 {
    xxh3_64_with_seed(bytes, seed)
}

/// The [`digest`] of bytes that come piece by piece.
#[derive(Clone, Default)]
pub struct Digester(Box<Xxh3>);

impl Digester {
    /// Appends bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes so far.
    pub fn digest(&self) -> u128 {
        self.0.digest128()
    }
}

impl std::fmt::Debug for Digester {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Digester({:032x})", self.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_word_hashes_alike_in_one_piece_and_byte_by_byte() {
        for len in 1..=16 {
            let text: String = "abcdefghijklmnop"[..len].to_string();
            let mut padded = [b'x'; 16];
            padded[..len].copy_from_slice(text.as_bytes());
            let half = |i: usize| u64::from_le_bytes(padded[i..i + 8].try_into().unwrap());
            assert_eq!(short_word(half(0), half(8), len), word(&text), "length {len}");
        }
    }

    #[test]
    fn words_of_any_length_differ_from_their_neighbours() {
        let long: String = (0..500).map(|i| char::from(b'a' + (i % 26) as u8)).collect();
        let mut seen = std::collections::BTreeSet::new();
        for len in 1..=500 {
            assert!(seen.insert(word(&long[..len])), "length {len}");
        }
    }
}
