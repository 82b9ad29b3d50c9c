//! Near-duplicate pages within a site's sample, so that each article testifies once.
//!
//! Whole pages of one site are alike by their menus, so similarity is measured where pages differ: a line weighs
//! its characters times the logarithm of how rare it is in the sample. Two pages are near-duplicates if seven
//! tenths of the weight of their lines is shared. Candidates are pages that share one of a page's heaviest lines;
//! a page is compared with a few leaders only, so a million copies cost a million steps.

use super::line::Line;
use super::sample::SampledPage;
use super::statistics::KeyMap;

/// Weighted share of the lines from which two pages are one article.
const NEAR: f32 = 0.7;

/// Heavy lines of a page by which candidates are found.
const HEAVY: usize = 8;

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
        let mut weighed: Vec<Vec<(u32, f32)>> = Vec::new();
        for (number, page) in (0..).zip(pages) {
            let lines = weights.weigh(&page.lines);
            let mut heavy = lines.clone();
            heavy.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            heavy.truncate(HEAVY);
            let mut candidates: Vec<u32> =
                heavy.iter().filter_map(|(key, _)| leaders_of.get(key)).flatten().copied().collect();
            candidates.sort_unstable();
            candidates.dedup();
            let found = candidates
                .into_iter()
                .find(|&cluster| similarity(&lines, &weighed[cluster as usize]) >= NEAR);
            let cluster = found.unwrap_or(clusters.firsts.len() as u32);
            if found.is_none() {
                clusters.firsts.push(number);
                for (key, _) in heavy {
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
        let mut weighed: Vec<(u32, f32)> = lines.iter().map(weight).collect();
        weighed.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        weighed.dedup_by_key(|(key, _)| *key);
        weighed
    }
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
