//! What is said of each page in the end, and what could be asked of it.

use super::super::facts::Flags;
use super::super::metric::{Kind, Metric};
use super::{Batch, copies, endings, fields, headlines, walls};
use std::collections::BTreeMap;

/// What is said of all pages.
pub(super) struct Verdicts {
    pub(super) found: Vec<Flags>,
    pub(super) asked: Vec<Flags>,
    /// Pages of each site, by its number; in order of page numbers.
    pub(super) sites: BTreeMap<u32, Vec<u32>>,
    /// Pages that were not delivered before.
    pub(super) is_new: Vec<bool>,
    /// Pages that are removed.
    pub(super) is_removed: Vec<bool>,
}

impl Verdicts {
    /// Says that a page has a fault.
    pub(super) fn set(&mut self, metric: Metric, page: u32) {
        self.found[page as usize].set(metric);
        self.asked[page as usize].set(metric);
    }

    /// Whether a page has a fault.
    pub(super) fn has(&self, metric: Metric, page: u32) -> bool {
        self.found[page as usize].has(metric)
    }

    /// Says that a fault could have been found on a page.
    pub(super) fn ask(&mut self, metric: Metric, page: u32) {
        self.asked[page as usize].set(metric);
    }
}

/// Metrics that can be asked of every page with words.
const OF_WORDS: [Metric; 14] = [
    Metric::Exact,
    Metric::Near,
    Metric::Syndicated,
    Metric::Stale,
    Metric::Restyled,
    Metric::Template,
    Metric::Contained,
    Metric::Stub,
    Metric::NoArticle,
    Metric::Menu,
    Metric::Wall,
    Metric::SecondArticle,
    Metric::Leftover,
    Metric::RepeatedLines,
];

/// All verdicts.
pub(super) fn all(batch: &Batch<'_>, as_of: Option<i32>) -> Verdicts {
    let count = batch.pages.len();
    let mut is_new = vec![true; count];
    batch.redelivered.iter().for_each(|&page| is_new[page as usize] = false);
    let mut sites: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for page in 0..count as u32 {
        sites.entry(batch.pages.row(page).site).or_default().push(page);
    }
    let (found, asked) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut is_removed = vec![false; count];
    batch.removed.iter().for_each(|removed| is_removed[removed.page as usize] = true);
    let mut verdicts = Verdicts { found, asked, sites, is_new, is_removed };
    for (facts, is_new) in batch.facts.iter().zip(&verdicts.is_new) {
        let (mut found, mut asked) = (facts.found, facts.asked);
        asked.set(Metric::Redelivered);
        found.set_if(Metric::Redelivered, !is_new);
        asked.set(Metric::Empty);
        if facts.words > 0 {
            OF_WORDS
                .iter()
                .chain(&[Metric::Mojibake, Metric::Replacement])
                .for_each(|&metric| asked.set(metric));
        }
        // A page that was delivered before is that, and nothing else.
        if !is_new {
            (found, asked) = (Flags::default(), Flags::default());
            found.set(Metric::Redelivered);
            asked.set(Metric::Redelivered);
        }
        verdicts.found.push(found);
        verdicts.asked.push(asked);
    }
    walls::judge(batch, &mut verdicts);
    copies::judge(batch, &mut verdicts);
    endings::judge(batch, &mut verdicts);
    headlines::judge(batch, &mut verdicts);
    fields::judge(batch, &mut verdicts, as_of);
    of_walls(&mut verdicts);
    verdicts
}

/// A page that is a wall, a menu or empty has no article that could break off, be foreign or be glued.
fn of_walls(verdicts: &mut Verdicts) {
    let none = [Metric::Empty, Metric::Wall, Metric::NoArticle, Metric::Menu, Metric::Stub];
    for (found, asked) in verdicts.found.iter_mut().zip(&mut verdicts.asked) {
        if !none.iter().any(|&metric| found.has(metric)) {
            continue;
        }
        for &metric in Metric::ALL {
            let is_of_article = matches!(metric.kind(), Kind::Foreign | Kind::Text)
                || matches!(metric, Metric::Truncated | Metric::CutTitle);
            let is_sure = matches!(metric, Metric::Mojibake | Metric::Replacement | Metric::WrongLanguage)
                || metric == Metric::RepeatedLines;
            if is_of_article && !is_sure {
                found.clear(metric);
                asked.clear(metric);
            }
        }
    }
}
