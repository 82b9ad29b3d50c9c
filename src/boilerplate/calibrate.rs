//! Where a site's scores part: the zero point of one site.
//!
//! The same score means more on one site than on another: how many pages are known, how regular the template is,
//! how often articles repeat themselves. But on nearly every site the scores have two heaps, text and template, with
//! a valley between; there the site itself says where junk begins. The valley is looked for on a smoothed
//! histogram of the scores of the sampled lines, weighted by length, near the place where most sites have it.

/// Width of a bin.
const STEP: f32 = 0.25;
/// Scores beyond this count as this.
const FARTHEST: f32 = 8.0;
/// Bins on either side over which the histogram is smoothed, and the deviation of the bell.
const SMOOTH: i32 = 6;
const BELL: f32 = 2.5;
/// Where the valley is looked for, where most sites have it, and what distance from there costs (in log mass).
const LOWEST: f32 = 0.0;
const HIGHEST: f32 = 4.5;
const USUAL: f32 = 2.2;
const PULL: f32 = 0.15;
/// Characters of a line that count.
const LONGEST: u16 = 200;

/// Pages whose own valley weighs as much as the usual one.
const TRUSTED: f32 = 10.0;

/// The zero point of a site of so many pages with these scored lines of these lengths, each judged by the other
/// pages. Few pages have a valley by chance: theirs is drawn towards the usual one.
pub fn zero_point(scored: impl IntoIterator<Item = (f32, u16)>, pages: usize) -> f32 {
    let trust = pages as f32 / (pages as f32 + TRUSTED);
    USUAL + trust * (valley(scored) - USUAL)
}

fn valley(scored: impl IntoIterator<Item = (f32, u16)>) -> f32 {
    let bins = (2.0 * FARTHEST / STEP) as usize;
    let mut mass = vec![0.0f32; bins];
    for (score, length) in scored {
        let at = ((score + FARTHEST) / STEP).clamp(0.0, bins as f32 - 1.0) as usize;
        mass[at] += f32::from(length.min(LONGEST)) + 5.0;
    }
    let bell = |distance: i32| (-0.5 * (distance as f32 / BELL).powi(2)).exp();
    let norm: f32 = (-SMOOTH..=SMOOTH).map(bell).sum();
    let smooth = |bin: usize| -> f32 {
        let part = |distance: i32| {
            let at = bin.checked_add_signed(distance as isize);
            at.and_then(|at| mass.get(at)).map_or(0.0, |mass| mass * bell(distance) / norm)
        };
        (-SMOOTH..=SMOOTH).map(part).sum()
    };
    let cost = |bin: usize, centre: f32| (smooth(bin) + 1e-9).ln() + PULL * (centre - USUAL).abs();
    let centre = |bin: usize| (bin as f32 + 0.5) * STEP - FARTHEST;
    (0..bins)
        .map(|bin| (bin, centre(bin)))
        .filter(|(_, centre)| (LOWEST..=HIGHEST).contains(centre))
        .min_by(|a, b| cost(a.0, a.1).total_cmp(&cost(b.0, b.1)))
        .map_or(USUAL, |(_, centre)| centre)
}
