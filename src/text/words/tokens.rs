//! Where tokens begin and end: runs of ASCII letters, digits and bytes above ASCII.
//!
//! What stands between tokens (blanks, ASCII punctuation and controls) ends every word, so tokens can be looked
//! at one by one. Their ends are found 64 bytes at a time, by arithmetic on eight bytes in a register and one
//! bit a byte (the way simdjson finds its structural characters; Langdale and Lemire 2019): no step waits for
//! the length of the word before.

/// Calls `visit` with the start and the end of each token of `bytes`, in order.
#[inline]
pub(super) fn for_each(bytes: &[u8], mut visit: impl FnMut(usize, usize)) {
    let (blocks, rest) = bytes.as_chunks::<64>();
    // At least one byte of padding stands behind the text and ends the last token.
    let mut padded = [b' '; 64];
    padded[..rest.len()].copy_from_slice(rest);
    let mut open: Option<usize> = None;
    for (number, block) in blocks.iter().chain([&padded]).enumerate() {
        let mask = token_mask(block);
        // Bits at which a token begins or ends, in turn.
        let mut turns = mask ^ (mask << 1 | u64::from(open.is_some()));
        while turns != 0 {
            let at = 64 * number + turns.trailing_zeros() as usize;
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

/// One bit a byte that is part of a token.
#[inline]
fn token_mask(block: &[u8; 64]) -> u64 {
    let (words, _) = block.as_chunks::<8>();
    let mut mask = 0;
    for (at, &word) in words.iter().enumerate() {
        // Bit 7 of each byte to eight neighbouring bits.
        let marks = in_token(u64::from_le_bytes(word)) >> 7;
        mask |= (marks.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at);
    }
    mask
}

const fn each(byte: u8) -> u64 {
    byte as u64 * 0x0101_0101_0101_0101
}

/// Bit 7 of each byte that is an ASCII letter or digit, or above ASCII.
#[inline]
fn in_token(x: u64) -> u64 {
    const HIGH: u64 = each(0x80);
    // Below 0x80 no byte overflows into the next: adding 0x80 - b sets bit 7 exactly from b on.
    let ascii = x & !HIGH;
    let lower = ascii | each(0x20);
    let letter = (lower + each(0x80 - b'a')) & !(lower + each(0x7F - b'z'));
    let digit = (ascii + each(0x80 - b'0')) & !(ascii + each(0x7F - b'9'));
    (letter | digit | x) & HIGH
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
