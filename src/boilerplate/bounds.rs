//! Lower bounds on shares, of samples that are small: the lower end of the 95 % interval of Wilson (1927).
//!
//! A line asks for some ten of them, and a sample has a few hundred pages, so they are looked up. A row holds the bounds
//! on the share of so many pages, and is made when the first one is asked for.

use super::sample::{NEWEST, WHOLE};
use std::sync::OnceLock;

/// One row for each number of pages that a sample may have.
static ROWS: [OnceLock<Box<[f32]>>; WHOLE.pages + NEWEST.pages + 1] =
    [const { OnceLock::new() }; WHOLE.pages + NEWEST.pages + 1];

/// The lower bound on a share of which `x` of `n` were seen.
#[inline]
pub fn wilson(x: u32, n: u32) -> f32 {
    let x = x.min(n);
    let row = ROWS.get(n as usize).map(|row| row.get_or_init(|| (0..=n).map(|x| bound(x, n)).collect()));
    row.map_or_else(|| bound(x, n), |row| row[x as usize])
}

fn bound(x: u32, n: u32) -> f32 {
    const Z2: f64 = 1.96 * 1.96;
    if n == 0 {
        return 0.0;
    }
    let (x, n) = (f64::from(x), f64::from(n));
    let share = x / n;
    let centre = share + Z2 / (2.0 * n);
    let margin = (Z2 * (share * (1.0 - share) + Z2 / (4.0 * n)) / n).sqrt();
    ((centre - margin) / (1.0 + Z2 / n)).max(0.0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_that_are_looked_up_are_those_that_are_computed() {
        for n in (0..40).chain(WHOLE.pages as u32 + NEWEST.pages as u32 - 2..WHOLE.pages as u32 + 80) {
            for x in (0..=n).chain([n + 1, u32::MAX]) {
                assert_eq!(wilson(x, n).to_bits(), bound(x.min(n), n).to_bits(), "{x} of {n}");
            }
        }
        assert!(wilson(3, 4) < 0.75 && wilson(300, 400) > wilson(3, 4));
    }
}
