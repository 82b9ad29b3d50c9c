//! Near-duplicate pages within a site's sample, so that each article testifies once.
//!
//! Whole pages of one site are alike by their menus. Two pages are one article if they share seven tenths of
//!
//! * what is **rare** on them: a line weighs its characters times the logarithm of how rare it is in the sample; or
//! * their **long lines**, by characters: however many copies there are, and whatever related lists and counters stand
//!   around them, their sentences are the same. (With rarity alone, the sentences of a hundred copies would weigh next
//!   to nothing, the copies would count as a hundred articles, and their sentences as the site's template.)
//!
//! Candidates are pages that share one of a page's heaviest or longest lines; a page is compared with a few leaders
//! only, so a million copies cost a million steps.

use super::keys::KeyMap;
use super::line::Line;
use super::sample::SampledPage;

/// Weighted share of the lines from which two pages are one article.
const NEAR: f32 = 0.7;

/// Heavy lines of a page by which candidates are found.
const HEAVY: usize = 8;

/// Characters from which a line is long.
const LONG: u16 = 40;

/// Long lines that a page must have to be told by them: a banner and a disclaimer are no article.
const ENOUGH_LONG: usize = 4;

/// Share of the pages from which a line is on practically all of them.
const EVERYWHERE: f32 = 0.95;

/// Leaders that one heavy line can propose.
const MOST_LEADERS: usize = 8;

/// Which sampled pages are one article.
#[derive(Clone, Debug)]
pub struct Clusters {
    of_pages: Vec<u32>,
    firsts: Vec<u32>,
}

impl Clusters {
    /// The clusters of a sample, whose pages are in a fixed order.
    pub fn find(pages: &[SampledPage]) -> Self {
        let weights = Weights::new(pages);
        let mut leaders_of: KeyMap<u32, Vec<u32>> = KeyMap::default();
        let mut clusters = Self { of_pages: Vec::with_capacity(pages.len()), firsts: Vec::new() };
        let mut weighed: Vec<[Vec<(u32, f32)>; 2]> = Vec::new();
        for (number, page) in (0..).zip(pages) {
            let lines = [weights.weigh(&page.lines), weights.long_lines(&page.lines)];
            let heavy: Vec<u32> = lines.iter().flat_map(|lines| heaviest(lines)).collect();
            let mut candidates: Vec<u32> =
                heavy.iter().filter_map(|key| leaders_of.get(key)).flatten().copied().collect();
            candidates.sort_unstable();
            candidates.dedup();
            let is_near = |&cluster: &u32| {
                let leader = &weighed[cluster as usize];
                lines.iter().zip(leader).any(|(own, other)| similarity(own, other) >= NEAR)
            };
            let found = candidates.into_iter().find(is_near);
            let cluster = found.unwrap_or(clusters.firsts.len() as u32);
            if found.is_none() {
                clusters.firsts.push(number);
                for key in heavy {
                    let leaders = leaders_of.entry(key).or_default();
                    if leaders.len() < MOST_LEADERS {
                        leaders.push(cluster);
                    }
                }
                weighed.push(lines);
            }
            clusters.of_pages.push(cluster);
        }
        clusters
    }

    /// The cluster of each page.
    pub fn of_pages(&self) -> &[u32] {
        &self.of_pages
    }

    /// The first page of each cluster.
    pub fn firsts(&self) -> &[u32] {
        &self.firsts
    }
}

/// How much a line weighs.
struct Weights {
    pages: f32,
    frequency: KeyMap<u32, u32>,
}

impl Weights {
    fn new(pages: &[SampledPage]) -> Self {
        let mut frequency: KeyMap<u32, u32> = KeyMap::default();
        for page in pages {
            let mut keys: Vec<u32> = page.lines.iter().map(|line| line.template).collect();
            keys.sort_unstable();
            keys.dedup();
            keys.into_iter().for_each(|key| *frequency.entry(key).or_default() += 1);
        }
        Self { pages: pages.len() as f32, frequency }
    }

    /// The different lines of a page by key, each with its weight.
    fn weigh(&self, lines: &[Line]) -> Vec<(u32, f32)> {
        let weight = |line: &Line| {
            let pages = self.frequency.get(&line.template).copied().unwrap_or(1) as f32;
            (line.template, f32::from(line.length.min(2000)) * ((self.pages + 1.0) / pages).ln())
        };
        once_each(lines.iter().map(weight).collect())
    }

    /// The long lines of a page by key, each with its characters; none if they are few. What stands on practically
    /// all pages is no article's.
    fn long_lines(&self, lines: &[Line]) -> Vec<(u32, f32)> {
        let is_everywhere =
            |key: u32| self.frequency.get(&key).is_some_and(|&pages| pages as f32 >= EVERYWHERE * self.pages);
        let long = lines.iter().filter(|line| line.length >= LONG && !is_everywhere(line.template));
        let long = once_each(long.map(|line| (line.template, f32::from(line.length))).collect());
        if long.len() >= ENOUGH_LONG { long } else { Vec::new() }
    }
}

/// Each key once, sorted.
fn once_each(mut weighed: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    weighed.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    weighed.dedup_by_key(|(key, _)| *key);
    weighed
}

/// The keys of the heaviest lines.
fn heaviest(lines: &[(u32, f32)]) -> Vec<u32> {
    let mut heavy = lines.to_vec();
    heavy.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    heavy.into_iter().take(HEAVY).map(|(key, _)| key).collect()
}

/// Weight of what both have over the weight of what either has.
fn similarity(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    let (mut shared, mut all) = (0.0, 0.0);
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        match (a.get(i), b.get(j)) {
            (Some(x), Some(y)) if x.0 == y.0 => {
                shared += x.1.min(y.1);
                all += x.1.max(y.1);
                i += 1;
                j += 1;
            }
            (Some(x), y) if y.is_none_or(|y| x.0 < y.0) => {
                all += x.1;
                i += 1;
            }
            (_, Some(y)) => {
                all += y.1;
                j += 1;
            }
            _ => break,
        }
    }
    if all > 0.0 { shared / all } else { 0.0 }
}
