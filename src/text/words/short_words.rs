//! Short words of one alphabet, 16 bytes at once within registers and without a branch a character.
//!
//! * ASCII: each byte is classified, the word cut at the first byte that is no letter or digit, lowered and
//!   hashed where it stands.
//! * Two-byte characters (Arabic, Hebrew, Cyrillic, Greek): eight pairs of bytes become eight code points,
//!   each looked up in a 4 KB table of folded pairs.
//!
//! What does not fit (longer words, mixed ones, marks, other separators) is left to the general path.

use crate::hash;
use crate::text::fold::Table;

/// A word found, and the bytes taken with the separator behind it.
pub(super) struct Found {
    pub(super) hash: u64,
    pub(super) taken: usize,
}

/// The word that `bytes` begins with, if it is short, of one alphabet, a separator ends it, and at least 16
/// bytes are left to look at.
#[inline]
pub(super) fn first_word(bytes: &[u8], table: &Table) -> Option<Found> {
    if *bytes.first()? < 0x80 { ascii_word(bytes.first_chunk()?) } else { pair_word(bytes, table) }
}

#[inline]
fn halves(block: &[u8; 16]) -> (u64, u64) {
    let whole = u128::from_le_bytes(*block);
    (whole as u64, (whole >> 64) as u64)
}

/// Index of the first marked lane of 16 (`size` 8) or 8 (`size` 16) lanes; their number if none is marked.
#[inline]
fn first_marked(low: u64, high: u64, size: u32) -> usize {
    let lanes = (64 / size) as usize;
    let (low, high) = ((low.trailing_zeros() / size) as usize, (high.trailing_zeros() / size) as usize);
    low + (low / lanes) * high
}

#[inline]
fn ascii_word(block: &[u8; 16]) -> Option<Found> {
    const LOWER: u64 = each(0x20);
    let (low, high) = halves(block);
    let len = first_marked(no_alphanumeric(low), no_alphanumeric(high), 8);
    if len == 16 || block[len] >= 0x80 {
        return None;
    }
    // Setting bit 5 lowers letters and leaves digits as they are.
    Some(Found { hash: hash::short_word(low | LOWER, high | LOWER, len), taken: len + 1 })
}

/// `byte` in each byte of a register.
const fn each(byte: u8) -> u64 {
    byte as u64 * 0x0101_0101_0101_0101
}

/// Bit 7 of each byte that is no ASCII letter or digit.
#[inline]
fn no_alphanumeric(x: u64) -> u64 {
    const HIGH: u64 = each(0x80);
    // Below 0x80 no byte overflows into the next: adding 0x80 - b sets bit 7 exactly from b on.
    let ascii = x & !HIGH;
    let lower = ascii | each(0x20);
    let letter = (lower + each(0x80 - b'a')) & !(lower + each(0x7F - b'z'));
    let digit = (ascii + each(0x80 - b'0')) & !(ascii + each(0x7F - b'9'));
    (!(letter | digit) | x) & HIGH
}

/// A word of at most 15 two-byte letters: one block or two.
#[inline]
fn pair_word(bytes: &[u8], table: &Table) -> Option<Found> {
    let first = folded_block(bytes.first_chunk()?, table);
    if first.len == 0 {
        return None;
    }
    if first.len < 16 {
        let taken = first.len + separator(bytes, first.len, table)?;
        return Some(Found { hash: hash::short_word(first.low, first.high, first.len), taken });
    }
    let second = folded_block(bytes[16..].first_chunk()?, table);
    if second.len == 16 {
        return None;
    }
    let taken = 16 + second.len + separator(bytes, 16 + second.len, table)?;
    let hash = if second.len == 0 {
        hash::short_word(first.low, first.high, 16)
    } else {
        hash::two_block_word([first.low, first.high], [second.low, second.high], second.len)
    };
    Some(Found { hash, taken })
}

/// Bytes of the separator that stands at `at`; none if another character does.
#[inline]
fn separator(bytes: &[u8], at: usize, table: &Table) -> Option<usize> {
    let &behind = bytes.get(at)?;
    if behind < 0x80 {
        return (!behind.is_ascii_alphanumeric()).then_some(1);
    }
    table.is_two_byte_separator(behind, *bytes.get(at + 1)?).then_some(2)
}

/// Eight pairs of bytes folded; the first `len` bytes are letters.
struct FoldedBlock {
    low: u64,
    high: u64,
    len: usize,
}

#[inline]
fn folded_block(block: &[u8; 16], table: &Table) -> FoldedBlock {
    let (low, high) = halves(block);
    let (low, low_end) = folded_pairs(low, table);
    let (high, high_end) = folded_pairs(high, table);
    FoldedBlock { low, high, len: 2 * first_marked(low_end, high_end, 16) }
}

/// Four pairs of bytes folded, and bit 15 of each pair that is no two-byte letter that folds to one.
#[inline]
fn folded_pairs(x: u64, table: &Table) -> (u64, u64) {
    const PAIR: u64 = 0x0001_0001_0001_0001;
    // In each lane the low byte leads (110xxxxx) and the high byte follows (10xxxxxx).
    let not_two_bytes = (x & (0xC0E0 * PAIR)) ^ (0x80C0 * PAIR);
    let codes = (x & (0x1F * PAIR)) << 6 | (x >> 8) & (0x3F * PAIR);
    let mut folded = 0;
    for lane in 0..4 {
        let code = (codes >> (16 * lane)) as usize & 0x7FF;
        folded |= u64::from(table.pairs[code]) << (16 * lane);
    }
    // A folded pair has its bit 15 set, what the table has no pair for is zero; a lane that is no pair at all
    // is non-zero in `not_two_bytes`, whose bits 5 to 7, 14 and 15 are gathered in bit 15.
    let stray = not_two_bytes
        | not_two_bytes << 1
        | not_two_bytes << 8
        | not_two_bytes << 9
        | not_two_bytes << 10;
    (folded, (!folded | stray) & (0x8000 * PAIR))
}
