//! How likely is a difference by chance alone? The tests behind comparisons; the only door to `libm`.

use libm::{erfc, lgamma};

/// Tables of counts that are looked at one by one; above, the normal distribution is as good.
const MOST_TABLES: u64 = 20_000;

/// Two-sided probability of a normal value at least this far from 0.
pub(super) fn normal(z: f64) -> f64 {
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// Two-sided mid-p of Fisher's exact test (Fisher 1935; Lancaster 1961): `a` of `n` before, `b` of `m` now.
pub(super) fn proportions((a, n): (u64, u64), (b, m): (u64, u64)) -> f64 {
    let (a, b) = (a.min(n), b.min(m));
    let all = a + b;
    if n == 0 || m == 0 || all == 0 || all == n + m {
        return 1.0;
    }
    let (least, most) = (all.saturating_sub(m), all.min(n));
    if most - least > MOST_TABLES {
        return pooled((a, n), (b, m));
    }
    let choose = |n: u64, k: u64| ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k);
    let of_all = choose(n + m, all);
    let probability = |k: u64| (choose(n, k) + choose(m, all - k) - of_all).exp();
    let seen = probability(a);
    let (mut less, mut equal) = (0.0, 0.0);
    for p in (least..=most).map(probability) {
        // Rounding must not tell two tables of one probability apart.
        if p < seen * (1.0 - 1e-7) {
            less += p;
        } else if p <= seen * (1.0 + 1e-7) {
            equal += p;
        }
    }
    (less + equal / 2.0).clamp(f64::MIN_POSITIVE, 1.0)
}

fn ln_factorial(n: u64) -> f64 {
    lgamma(n as f64 + 1.0)
}

/// The same by the normal distribution, with the variance of both together.
pub(super) fn pooled((a, n): (u64, u64), (b, m): (u64, u64)) -> f64 {
    shares((a as f64 / n as f64, n), (b as f64 / m as f64, m))
}

/// Two shares, each the mean of so many pages' shares; pages as different as can be (each all or nothing).
pub(super) fn shares((p, n): (f64, u64), (q, m): (f64, u64)) -> f64 {
    let (n, m) = (n as f64, m as f64);
    let both = (p * n + q * m) / (n + m);
    let variance = both * (1.0 - both) * (1.0 / n + 1.0 / m);
    if variance > 0.0 { normal((p - q) / variance.sqrt()) } else { 1.0 }
}

/// Mann and Whitney's test (1947) on counts by class, with the correction for ties: the probability, and the chance that a
/// value now is above one before.
pub(super) fn ranks(before: &[u64], now: &[u64]) -> (f64, f64) {
    let (n, m): (u64, u64) = (before.iter().sum(), now.iter().sum());
    if n == 0 || m == 0 {
        return (1.0, 0.5);
    }
    let (n, m) = (n as f64, m as f64);
    let (mut below, mut wins, mut ties) = (0.0, 0.0, 0.0);
    for class in 0..before.len().max(now.len()) {
        let count = |counts: &[u64]| counts.get(class).copied().unwrap_or_default() as f64;
        let (x, y) = (count(before), count(now));
        wins += y * (below + x / 2.0);
        below += x;
        ties += (x + y).powi(3) - (x + y);
    }
    let all = n + m;
    let variance = n * m / 12.0 * (all + 1.0 - ties / (all * (all - 1.0)));
    let p = if variance > 0.0 { normal((wins - n * m / 2.0) / variance.sqrt()) } else { 1.0 };
    (p, wins / (n * m))
}

/// Numbers of pages of two nights. Nights differ by more than chance: by about a third either way, weekends by half.
pub(super) fn counts(before: u64, now: u64) -> f64 {
    const NIGHTS: f64 = 0.3;
    let (a, b) = (before as f64 + 0.5, now as f64 + 0.5);
    normal((b / a).ln() / (1.0 / a + 1.0 / b + 2.0 * NIGHTS * NIGHTS).sqrt())
}

/// Of these probabilities, those that can be called real so that the expected share of false ones is at most `rate`
/// (Benjamini and Hochberg 1995): the largest one that can.
pub(super) fn threshold(probabilities: &[f64], rate: f64) -> Option<f64> {
    let mut sorted = probabilities.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let count = sorted.len() as f64;
    let is_real = |(at, p): &(usize, &f64)| **p <= rate * (at + 1) as f64 / count;
    sorted.iter().enumerate().filter(is_real).map(|(_, p)| *p).next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fishers_tea_lady_and_other_tables() {
        // Three of four cups told right: exact two-sided 0.4857, the observed table 0.2286 on either side.
        assert!((proportions((3, 4), (1, 4)) - (0.485_714 - 0.228_571)).abs() < 1e-5);
        assert!((proportions((4, 4), (0, 4)) - 0.028_571 / 2.0).abs() < 1e-5);
        assert!((proportions((0, 10), (0, 30)) - 1.0).abs() < 1e-12);
        let (exact, normal) = (proportions((480, 5000), (560, 5000)), pooled((480, 5000), (560, 5000)));
        assert!((exact / normal - 1.0).abs() < 0.05, "{exact} {normal}");
    }

    #[test]
    fn ranks_know_which_is_longer() {
        let (p, above) = ranks(&[0, 10, 10, 0], &[0, 0, 10, 10]);
        assert!(p < 0.001 && (above - 0.875).abs() < 1e-12, "{p} {above}");
        assert_eq!(ranks(&[5, 5], &[5, 5]), (1.0, 0.5));
        assert_eq!(ranks(&[], &[3]), (1.0, 0.5));
    }

    #[test]
    fn the_threshold_is_that_of_the_paper() {
        // Benjamini and Hochberg 1995, section 3.2: of these fifteen, four are rejected at 0.05.
        let paper = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.0,
        ];
        assert_eq!(threshold(&paper, 0.05), Some(0.0095));
        assert_eq!(threshold(&[0.9], 0.05), None);
    }
}
