//! A second article glued to the first, or set into it: a headline inside the text, with prose before and behind it. Three things
//! tell it from a heading: the prose on both sides has hardly more words in common than two pages of the site have; the
//! headline's words stand behind it and not before; the page's own title has nothing to do with what stands behind.
//!
//! What passages of one article share is known from the site's sampled pages (lexical cohesion, as in Hearst's
//! `TextTiling`, 1997, but across one boundary that is already suspected and against a measured norm).

use super::ending::is_item;
use super::headline;
use super::keys::key;
use super::known::SiteKnown;
use super::layout::{Kept, Layout};
use super::tongue::{PASSAGE, Tongue};
use crate::boilerplate::lexicon;
use crate::text::words::hash_words;
use std::cell::OnceCell;
use std::cmp::Reverse;

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

/// Usual shares, where a batch is too small to know: of half an article in its other half, and in another article.
const USUAL: (f32, f32) = (0.22, 0.05);

/// A line that a second article may begin with.
#[derive(Clone, Copy)]
pub(super) struct Second {
    /// Its number among those that are left.
    pub(super) at: usize,
    /// The key of its words.
    pub(super) key: u32,
    /// What speaks for it: [`SUSPECTED`] to 7.
    pub(super) points: u8,
}

/// The two lines that a second article most likely begins with, if one does, the likelier first; never the page's own headline, of which
/// this is the key.
pub(super) fn second_article(
    text: &str,
    layout: &Layout,
    site: &SiteKnown,
    title: &str,
    headline: u32,
) -> [Option<Second>; 2] {
    let lines = &layout.lines;
    let Some(first) = lines.iter().position(|line| line.is_prose) else { return [None; 2] };
    let is_boundary = |&at: &usize| {
        let behind = lines.get(at + 1..).unwrap_or_default().iter().take(3);
        lines[at].is_headline()
            && !is_item(&text[lines[at].range.clone()])
            && behind.into_iter().any(|line| line.is_prose)
    };
    let boundaries: Vec<usize> = (first + 1..lines.len()).filter(is_boundary).take(MOST_BOUNDARIES).collect();
    // An article with many headings is one article, unless one of them is known to be another's.
    let is_single = boundaries.len() <= MOST_HEADINGS;
    let stems = OnceCell::new();
    let title = || stems.get_or_init(|| site.stems(title, &mut Vec::new())).as_slice();
    let (mut words, mut suspected): (_, Vec<(i32, Second)>) = (Vec::new(), Vec::new());
    for at in boundaries {
        let key = site.headline_key(&text[lines[at].range.clone()], &mut words);
        if key == 0 || key == headline {
            continue;
        }
        let is_over = is_over(text, &lines[..at]);
        let points = points(text, lines, at, site, is_over, title());
        if points >= SUSPECTED {
            let said = if is_over || is_single { points } else { points.min(MOST_AMONG_MANY) };
            suspected.push((points, Second { at, key, points: said as u8 }));
        }
    }
    suspected.sort_by_key(|&(points, _)| Reverse(points));
    let mut likeliest = suspected.into_iter().map(|(_, second)| second);
    [likeliest.next(), likeliest.next()]
}

/// What speaks for a second article that begins at a line; less than [`SUSPECTED`] may be given as 0.
fn points(text: &str, lines: &[Kept], at: usize, site: &SiteKnown, is_over: bool, title: &[String]) -> i32 {
    let over = if is_over { OVER } else { 0 };
    let share = |stems: &[String], passage: &Passage| headline::share(stems, &passage.text);
    let behind = Passage::of(text, lines[at..].iter());
    let off_title = off_title(share(title, &behind));
    if behind.words.len() < FEWEST_WORDS || over + off_title + MOST_HEADING + MOST_LOOSE < SUSPECTED {
        return 0;
    }
    let before = Passage::of(text, lines[..at].iter().rev());
    if before.words.len() < FEWEST_WORDS {
        return 0;
    }
    let headline = site.stems(text[lines[at].range.clone()].trim(), &mut Vec::new());
    let heads = share(&headline, &behind).unwrap_or_default() - share(&headline, &before).unwrap_or_default();
    let points = over + off_title + heading(heads);
    if points + MOST_LOOSE < SUSPECTED { 0 } else { points + loose(&before, &behind, &site.tongue) }
}

/// Points from which on a second article is suspected.
const SUSPECTED: i32 = 2;

/// The most that one of many headings has.
const MOST_AMONG_MANY: i32 = 3;

/// What it says that the first article is over.
const OVER: i32 = 2;

/// The most that looseness and a headline can say.
const MOST_LOOSE: i32 = 1;
const MOST_HEADING: i32 = 2;

/// How loosely the prose on both sides hangs together.
fn loose(before: &Passage, behind: &Passage, tongue: &Tongue) -> i32 {
    let (own, chance) = tongue.cohesion.map_or(USUAL, |own| (own, tongue.chance));
    match tongue.shared(&before.words, &behind.words) {
        Some(shared) if shared <= chance + LOOSE * (own - chance) => MOST_LOOSE,
        Some(shared) if shared > 2.0 * own => -1,
        _ => 0,
    }
}

/// How much more of the headline stands behind it than before it.
fn heading(more: f32) -> i32 {
    if more >= 0.4 { MOST_HEADING } else { i32::from(more >= 0.25) }
}

/// How little of the page's title stands behind the headline.
fn off_title(share: Option<f32>) -> i32 {
    match share {
        Some(share) if share <= 0.15 => 2,
        Some(share) if share <= 0.3 => 1,
        Some(share) if share > 0.4 => -1,
        _ => 0,
    }
}

/// The prose nearest to a boundary.
struct Passage {
    words: Vec<u32>,
    text: String,
}

impl Passage {
    fn of<'l>(text: &str, lines: impl Iterator<Item = &'l Kept>) -> Self {
        let (mut words, mut prose) = (Vec::new(), String::new());
        for line in lines.filter(|line| line.is_prose) {
            let line = &text[line.range.clone()];
            hash_words(line, &mut words);
            prose.push_str(line);
            prose.push('\n');
            if words.len() >= PASSAGE {
                break;
            }
        }
        words.truncate(PASSAGE);
        Self { words: words.into_iter().map(key).collect(), text: prose }
    }
}

/// Whether what stands between the last prose and here ends articles: tags, credits, comments, related pages.
fn is_over(text: &str, before: &[Kept]) -> bool {
    let between = before.iter().rev().take_while(|line| !line.is_prose).take(MOST_BETWEEN);
    between.filter(|line| line.is_furniture()).any(|line| {
        let kind = lexicon::kind(&text[line.range.clone()]);
        matches!(kind, Some("tags" | "credit" | "comment" | "related" | "share" | "newsletter" | "copyright"))
    })
}
