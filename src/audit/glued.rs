//! A second article glued to the first, or set into it: a headline inside the text, with prose before and behind it that
//! have hardly more words in common than two pages of the site have.
//!
//! What passages of one article share is known from the site's sampled pages (lexical cohesion, as in Hearst's
//! TextTiling, 1997, but across one boundary that is already suspected and against a measured norm).

use super::keys::key;
use super::layout::{Kept, Layout};
use super::tongue::{PASSAGE, Tongue};
use crate::boilerplate::lexicon;
use crate::text::words::hash_words;

/// Words of prose that must stand on either side.
const FEWEST_WORDS: usize = 60;

/// Boundaries of one page that are looked at.
const MOST_BOUNDARIES: usize = 8;

/// Headlines inside the prose of a page with a second article, at most.
const MOST_HEADINGS: usize = 2;

/// Lines between an article's last prose and a second one's headline.
const MOST_BETWEEN: usize = 8;

/// Usual shares, where a batch is too small to know: of half an article in its other half, and in another article.
const USUAL: (f32, f32) = (0.22, 0.05);

/// The line that a second article begins with. `is_of_title` says of a word whether it is one of the page's title.
pub(super) fn second_article(
    text: &str,
    layout: &Layout,
    tongue: &Tongue,
    is_of_title: impl Fn(u32) -> bool,
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
        // Where furniture stands between the two, the first article is over, and less is asked.
        let is_over = is_over(text, &lines[..at]);
        (is_over || is_single) && is_second(text, lines, at, tongue, is_over, &is_of_title)
    })
}

fn is_second(
    text: &str,
    lines: &[Kept],
    at: usize,
    tongue: &Tongue,
    is_over: bool,
    is_of_title: impl Fn(u32) -> bool,
) -> bool {
    let before = passage(text, lines[..at].iter().rev());
    let behind = passage(text, lines[at..].iter());
    if before.len().min(behind.len()) < FEWEST_WORDS {
        return false;
    }
    let Some(shared) = tongue.shared(&before, &behind) else { return false };
    let (own, chance) = tongue.cohesion.map_or(USUAL, |own| (own, tongue.chance));
    let weight = if is_over { 0.6 } else { 0.2 };
    let of_title = |words: &[u32]| words.iter().filter(|&&word| is_of_title(word)).count();
    let keeps_to_title = !is_over && (of_title(&behind) > 0 || of_title(&before) == 0);
    own > 1.5 * chance && shared <= chance + weight * (own - chance) && !keeps_to_title
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
