//! Where tokens begin and end: runs of ASCII letters, digits and bytes above ASCII.
//!
//! What stands between tokens (blanks, ASCII punctuation and controls) ends every word, so tokens can be looked
//! at one by one. Their ends are found 64 bytes at a time, by comparing sixteen bytes at once and one bit a byte
//! (the way simdjson finds its structural characters; Langdale and Lemire 2019): no step waits for the length of
//! the word before.

use std::ops::Range;
use wide::{CmpGt as _, CmpLt as _, i8x16};

/// Calls `visit` with the start and the end of each token of a part of `bytes`, in order; what stands behind the part
/// ends the last token.
#[inline]
pub(super) fn for_each(bytes: &[u8], part: Range<usize>, mut visit: impl FnMut(usize, usize)) {
    let mut open: Option<usize> = None;
    // The last block has at least one byte behind the part.
    for start in (part.start..=part.end).step_by(64) {
        let mask = tokens_from(bytes, start, part.end);
        // Bits at which a token begins or ends, in turn.
        let mut turns = mask ^ (mask << 1 | u64::from(open.is_some()));
        while turns != 0 {
            let at = start + turns.trailing_zeros() as usize;
            turns &= turns - 1;
            open = match open {
                None => Some(at),
                Some(start) => {
                    visit(start, at);
                    None
                }
            };
        }
    }
}

/// One bit a byte from `start` on that is part of a token, of those before `end`.
#[inline]
fn tokens_from(bytes: &[u8], start: usize, end: usize) -> u64 {
    // Mostly there are bytes enough behind the part, and a copy of its last ones is spared.
    let mask = if let Some(block) = bytes[start..].first_chunk::<64>() {
        token_mask(block)
    } else {
        let mut padded = [b' '; 64];
        padded[..bytes.len() - start].copy_from_slice(&bytes[start..]);
        token_mask(&padded)
    };
    if end - start < 64 { mask & ((1 << (end - start)) - 1) } else { mask }
}

/// One bit a byte that is part of a token.
#[inline]
fn token_mask(block: &[u8; 64]) -> u64 {
    let (parts, _) = block.as_chunks::<16>();
    parts.iter().rev().fold(0, |mask, part| mask << 16 | in_token(part))
}

/// One bit a byte that is an ASCII letter or digit, or above ASCII.
#[inline]
fn in_token(part: &[u8; 16]) -> u64 {
    let byte = |byte: u8| i8x16::splat(byte.cast_signed());
    // Bytes above ASCII are negative here, and stay so when bit 5 is set to lower letters.
    let x = i8x16::new(part.map(u8::cast_signed));
    let lower = x | byte(0x20);
    let letter = lower.cmp_gt(byte(b'a' - 1)) & lower.cmp_lt(byte(b'z' + 1));
    let digit = x.cmp_gt(byte(b'0' - 1)) & x.cmp_lt(byte(b'9' + 1));
    let above = x.cmp_lt(byte(0));
    (letter | digit | above).move_mask() as u64 & 0xFFFF
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place_is_classified() {
        for byte in 0..=255u8 {
            for at in 0..64 {
                let mut block = [b' '; 64];
                block[at] = byte;
                let expected = byte >= 0x80 || byte.is_ascii_alphanumeric();
                assert_eq!(token_mask(&block), u64::from(expected) << at, "byte {byte} at {at}");
            }
        }
    }
}
