//! A second article glued to the first, or set into it: a headline inside the text, with prose before and behind it. Three things
//! tell it from a heading: the prose on both sides has hardly more words in common than two pages of the site have; the
//! headline's words stand behind it and not before; the page's own title has nothing to do with what stands behind.
//!
//! What passages of one article share is known from the site's sampled pages (lexical cohesion, as in Hearst's
//! `TextTiling`, 1997, but across one boundary that is already suspected and against a measured norm).

use super::keys::key;
use super::layout::{Kept, Layout};
use super::tongue::{PASSAGE, Tongue};
use crate::boilerplate::lexicon;
use crate::text::words::hash_words;
use std::collections::BTreeSet;

/// Words of prose that must stand on either side.
const FEWEST_WORDS: usize = 60;

/// Boundaries of one page that are looked at.
const MOST_BOUNDARIES: usize = 8;

/// Headlines inside the prose of a page with a second article, at most.
const MOST_HEADINGS: usize = 2;

/// Lines between an article's last prose and a second one's headline.
const MOST_BETWEEN: usize = 8;

/// Between what passages of two articles share and what those of one do, the part below which they hang together loosely.
const LOOSE: f32 = 0.6;

/// Share of the words of a headline that stand in its own article, at least, and in another, at most; of so many words at least.
const FITS: f32 = 0.4;
const FITS_NOT: f32 = 0.2;
const FEWEST_TELLING: usize = 3;

/// Usual shares, where a batch is too small to know: of half an article in its other half, and in another article.
const USUAL: (f32, f32) = (0.22, 0.05);

/// The line that a second article begins with. `title` is the words of the page's title that say something.
pub(super) fn second_article(
    text: &str,
    layout: &Layout,
    tongue: &Tongue,
    title: &BTreeSet<u32>,
) -> Option<usize> {
    let lines = &layout.lines;
    let first = lines.iter().position(|line| line.is_prose)?;
    let is_boundary = |&at: &usize| {
        let behind = lines.get(at + 1..).unwrap_or_default().iter().take(3);
        lines[at].is_headline() && behind.into_iter().any(|line| line.is_prose)
    };
    let boundaries: Vec<usize> = (first + 1..lines.len()).filter(is_boundary).take(MOST_BOUNDARIES).collect();
    // An article with many headings is one article.
    let is_single = boundaries.len() <= MOST_HEADINGS;
    boundaries.into_iter().find(|&at| {
        let is_over = is_over(text, &lines[..at]);
        (is_over || is_single) && is_second(text, lines, at, tongue, is_over, title)
    })
}

fn is_second(
    text: &str,
    lines: &[Kept],
    at: usize,
    tongue: &Tongue,
    is_over: bool,
    title: &BTreeSet<u32>,
) -> bool {
    let before = passage(text, lines[..at].iter().rev());
    let behind = passage(text, lines[at..].iter());
    if before.len().min(behind.len()) < FEWEST_WORDS {
        return false;
    }
    let (own, chance) = tongue.cohesion.map_or(USUAL, |own| (own, tongue.chance));
    let is_loose =
        tongue.shared(&before, &behind).is_some_and(|shared| shared <= chance + LOOSE * (own - chance));
    let mut words = Vec::new();
    hash_words(&text[lines[at].range.clone()], &mut words);
    let headline: BTreeSet<u32> =
        words.into_iter().map(key).filter(|&word| !tongue.frequent.has(word)).collect();
    let share = |some: &BTreeSet<u32>, of: &[u32]| {
        let found = some.iter().filter(|word| of.contains(word)).count();
        (some.len() >= FEWEST_TELLING).then(|| found as f32 / some.len() as f32)
    };
    let heads = share(&headline, &behind).is_some_and(|share| share >= FITS)
        && share(&headline, &before).is_some_and(|share| share <= FITS_NOT);
    let is_off_title = share(title, &behind).is_some_and(|share| share <= FITS_NOT);
    let said = [is_loose, heads, is_off_title].into_iter().filter(|&is_true| is_true).count();
    // Where furniture stands between the two, the first article is over, and less is asked.
    said >= if is_over { 2 } else { 3 }
}

/// The first words of the prose of some lines; the nearest lines first.
fn passage<'l>(text: &str, lines: impl Iterator<Item = &'l Kept>) -> Vec<u32> {
    let mut words = Vec::new();
    for line in lines.filter(|line| line.is_prose) {
        hash_words(&text[line.range.clone()], &mut words);
        if words.len() >= PASSAGE {
            break;
        }
    }
    words.truncate(PASSAGE);
    words.into_iter().map(key).collect()
}

/// Whether what stands between the last prose and here ends articles: tags, credits, comments, related pages.
fn is_over(text: &str, before: &[Kept]) -> bool {
    let between = before.iter().rev().take_while(|line| !line.is_prose).take(MOST_BETWEEN);
    between.filter(|line| line.is_furniture()).any(|line| {
        let kind = lexicon::kind(&text[line.range.clone()]);
        matches!(kind, Some("tags" | "credit" | "comment" | "related" | "share" | "newsletter" | "copyright"))
    })
}
