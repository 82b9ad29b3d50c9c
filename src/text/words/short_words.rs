//! Short tokens of one alphabet, within registers and without a branch a character.
//!
//! * ASCII, up to 16 bytes: lowered and hashed where they stand.
//! * Two-byte letters (Arabic, Hebrew, Cyrillic, Greek), up to 15 of them: each pair of bytes is looked up in a
//!   table of folded pairs.
//!
//! What does not fit (longer words, mixed ones, marks, other separators) is left to the general path.

use crate::hash;
use crate::text::fold::Table;

const HIGH: u64 = 0x8080_8080_8080_8080;
const LOWER: u64 = 0x2020_2020_2020_2020;
/// Bit 15 of each of four pairs: set in every folded pair, whose second byte is 10xxxxxx.
const PAIRS: u64 = 0x8000_8000_8000_8000;

/// The hash and the length of the word in the token of `len` bytes that `bytes` begins with, if it is one short word.
#[inline]
pub(super) fn hash(bytes: &[u8], len: usize, table: &Table) -> Option<(u64, usize)> {
    let first = bytes.first_chunk::<16>()?;
    if first[0] < 0x80 { ascii(first, len) } else { pairs(bytes, first, len, table) }
}

#[inline]
fn halves(block: &[u8; 16]) -> (u64, u64) {
    let whole = u128::from_le_bytes(*block);
    (whole as u64, (whole >> 64) as u64)
}

#[inline]
fn ascii(block: &[u8; 16], len: usize) -> Option<(u64, usize)> {
    let (low, high) = halves(block);
    let (a, b) = hash::masked(low, high, len);
    if len > 16 || (a | b) & HIGH != 0 {
        return None;
    }
    // Setting bit 5 lowers letters and leaves digits as they are.
    Some((hash::short_word(low | LOWER, high | LOWER, len), len))
}

#[inline]
fn pairs(bytes: &[u8], first: &[u8; 16], len: usize, table: &Table) -> Option<(u64, usize)> {
    let (low, high) = folded(first, table);
    if len <= 16 {
        if are_letters(low, high, len) {
            return Some((hash::short_word(low, high, len), len));
        }
        // An Arabic comma is no ASCII separator and stands at the end of many tokens.
        let word = len.checked_sub(2).filter(|&word| word > 0 && are_letters(low, high, word))?;
        return table
            .is_two_byte_separator(bytes[word], bytes[word + 1])
            .then(|| (hash::short_word(low, high, word), word));
    }
    let (low_2, high_2) = folded(bytes.get(16..)?.first_chunk()?, table);
    (len <= 32 && are_letters(low, high, 16) && are_letters(low_2, high_2, len - 16))
        .then(|| (hash::two_block_word([low, high], [low_2, high_2], len - 16), len))
}

/// Eight pairs of bytes folded; a pair that is no two-byte letter which folds to one gives zero.
#[inline]
fn folded(block: &[u8; 16], table: &Table) -> (u64, u64) {
    let (low, high) = halves(block);
    let four = |x: u64| {
        // Big endian, so that the letters of an alphabet are neighbours in the table.
        let pairs = x.swap_bytes();
        let pair = |lane: u32| u64::from(table.pairs[usize::from((pairs >> (48 - lane)) as u16)]) << lane;
        pair(0) | pair(16) | pair(32) | pair(48)
    };
    (four(low), four(high))
}

/// Whether the first `len` bytes are folded letters; an odd `len` is none.
#[inline]
fn are_letters(low: u64, high: u64, len: usize) -> bool {
    let (low, high) = hash::masked(!low & PAIRS, !high & PAIRS, len);
    (low | high == 0) & len.is_multiple_of(2)
}
