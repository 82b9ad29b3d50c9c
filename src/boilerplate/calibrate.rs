//! Where a site's scores part: the zero point of one site.
//!
//! The same score means more on one site than on another: how many pages are known, how regular the template is,
//! how often articles repeat themselves. But the scores of a site's own lines tell two things that no label is needed for:
//!
//! * **Where its text stands.** On most sites the lines of articles are far below zero. Where they are not (record cards,
//!   references that say the same of every type) the model is less sure what text is, and lines must be
//!   surer to be junk. Of all that a site's scores tell, this says most about where its junk begins.
//! * **Where its valley is.** Text and template are two heaps, and between them few lines have a score. The valley is looked
//!   for on a smoothed histogram, near the place where most sites have it.
//!
//! Both are measured from where most sites have them, and the zero point follows them by shares that were chosen on
//! labelled sites (`docs/boilerplate.md`, "The zero point of a site").

use super::features::{COUNT, Feature};

/// Where the text of most sites stands: the mean score of its characters.
const USUAL_TEXT: f32 = -6.5;
/// By how much the zero point follows the text of a site.
const TEXT_SHARE: f32 = 3.2;
/// Characters of a line that count.
const LONGEST: u16 = 200;

/// Where most sites have their valley.
const USUAL_VALLEY: f32 = 2.2;
/// By how much the zero point follows the valley of a site.
const VALLEY_SHARE: f32 = 0.9;

/// Where the valley is looked for, and what distance from the usual place costs (in log mass).
const LOWEST: f32 = 0.0;
const HIGHEST: f32 = 4.5;
const PULL: f32 = 0.15;
/// Width of a bin.
const STEP: f32 = 0.25;
/// Scores beyond this count as this.
const FARTHEST: f32 = 8.0;
/// Bins on either side over which the histogram is smoothed, and the deviation of the bell.
const SMOOTH: i32 = 6;
const BELL: f32 = 2.5;

/// Pages that weigh as much as the usual site.
const TRUSTED: f32 = 30.0;

/// Share of the articles (lower bound) from which nearly every one has a line.
const COMMON: f32 = 0.8;

/// However sure the text of a site is, its zero point is not below this: of a site without a template, what is left
/// is text that is less like text than the rest.
const FLOOR: f32 = 0.5;

/// The zero point of a site of so many pages with these scored lines of these lengths, each judged by the other
/// pages. Few pages lie where they lie by chance: theirs is drawn towards the usual one.
pub fn zero_point(scored: impl IntoIterator<Item = (f32, u16)>, pages: usize) -> f32 {
    let mut histogram = [0.0f32; BINS];
    let (mut text, mut characters) = (0.0f64, 0.0f64);
    for (score, length) in scored {
        let at = ((score + FARTHEST) / STEP).clamp(0.0, BINS as f32 - 1.0) as usize;
        histogram[at] += 1.0;
        if score < 0.0 {
            let length = f64::from(length.min(LONGEST));
            text += length * f64::from(score);
            characters += length;
        }
    }
    let text = if characters > 0.0 { (text / characters) as f32 } else { USUAL_TEXT };
    let trust = pages as f32 / (pages as f32 + TRUSTED);
    let (text, valley) = (text - USUAL_TEXT, valley(&histogram) - USUAL_VALLEY);
    (USUAL_VALLEY + trust * (TEXT_SHARE * text + VALLEY_SHARE * valley)).max(FLOOR)
}

/// What the zero point of a site counts as, at most, for a line with this evidence. What nearly every article has is
/// template, however unsure the text of its site is, and is measured from the usual place.
pub fn highest_zero(evidence: &[f32; COUNT]) -> f32 {
    if evidence[Feature::template as usize] >= COMMON { USUAL_VALLEY } else { f32::INFINITY }
}

const BINS: usize = (2.0 * FARTHEST / STEP) as usize;

fn valley(lines: &[f32; BINS]) -> f32 {
    let bell = |distance: i32| (-0.5 * (distance as f32 / BELL).powi(2)).exp();
    let norm: f32 = (-SMOOTH..=SMOOTH).map(bell).sum();
    let smooth = |bin: usize| -> f32 {
        let part = |distance: i32| {
            let at = bin.checked_add_signed(distance as isize);
            at.and_then(|at| lines.get(at)).map_or(0.0, |mass| mass * bell(distance) / norm)
        };
        (-SMOOTH..=SMOOTH).map(part).sum()
    };
    let cost = |bin: usize, centre: f32| (smooth(bin) + 1e-9).ln() + PULL * (centre - USUAL_VALLEY).abs();
    let centre = |bin: usize| (bin as f32 + 0.5) * STEP - FARTHEST;
    (0..BINS)
        .map(|bin| (bin, centre(bin)))
        .filter(|(_, centre)| (LOWEST..=HIGHEST).contains(centre))
        .min_by(|a, b| cost(a.0, a.1).total_cmp(&cost(b.0, b.1)))
        .map_or(USUAL_VALLEY, |(_, centre)| centre)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A site of two heaps of lines: text and template.
    fn site(text: f32, template: f32) -> impl Iterator<Item = (f32, u16)> {
        let heap = |middle: f32| (0..100).map(move |at| (middle + (at % 10) as f32 * 0.2 - 0.9, 80));
        heap(text).chain(heap(template))
    }

    #[test]
    fn the_usual_site_has_the_usual_zero_point() {
        let zero = zero_point(site(USUAL_TEXT, 8.0), 300);
        assert!((zero - USUAL_VALLEY).abs() < 0.2, "{zero}");
        let without_text = zero_point([(9.0, 80)], 300);
        assert!((zero_point([], 300) - without_text).abs() < 1e-6, "{without_text} without text");
    }

    #[test]
    fn where_text_is_less_surely_text_lines_must_be_surer_to_be_junk() {
        let zeros: Vec<f32> = (0..5).map(|at| zero_point(site(at as f32 - 8.0, 8.0), 300)).collect();
        assert!(zeros.is_sorted() && zeros[4] - zeros[0] > 4.0, "{zeros:?}");
    }

    #[test]
    fn a_few_pages_do_not_move_it_far() {
        let by = |pages: usize| (zero_point(site(-3.0, 8.0), pages) - USUAL_VALLEY).abs();
        assert!(by(1) < by(5) && by(5) < by(50) && by(1) < 0.1 * by(1000));
        assert!(by(0) < 1e-6, "of nothing");
    }

    #[test]
    fn a_line_of_any_length_and_score_is_counted() {
        for score in [-1e6, -8.0, 0.0, 8.0, 1e6] {
            for length in [0, 1, u16::MAX] {
                assert!(zero_point([(score, length)], 20).is_finite(), "{score} of {length}");
            }
        }
    }
}
