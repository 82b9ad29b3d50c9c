//! Pages delivered twice, ids with several texts, and pages of equal words.

use super::settings::Scope;
use crate::hash;
use crate::page::{Pages, mask};
use bitvec::vec::BitVec;
use rayon::prelude::*;

/// What equals what, found by sorting digests.
#[derive(Debug)]
pub struct Copies {
    /// Later deliveries of a page that is there already: the same id and text.
    pub redelivered: BitVec,
    /// Pages whose id another text has too.
    pub versions: BitVec,
    /// For each page the one that stands for all of equal words, chosen by page key; itself if it is alone.
    pub representative: Vec<u32>,
    /// Representatives that stand for more than themselves, with all pages that they stand for, ascending.
    pub groups: Vec<(u32, Vec<u32>)>,
}

impl Copies {
    /// Finds them. Empty pages equal nothing; under `within-site`, pages of two sites do not either.
    pub fn find(pages: &Pages, scope: Scope) -> Self {
        Self::find_besides(pages, scope, &[])
    }

    /// The same, where an earlier batch has delivered some of the pages before; `known`, ascending.
    pub fn find_besides(pages: &Pages, scope: Scope, known: &[u32]) -> Self {
        let count = pages.len();
        let (mut redelivered, mut versions) = (mask(count), mask(count));
        let ids: Vec<u64> =
            (0..count as u32).into_par_iter().map(|page| hash::checksum(pages.id(page).as_bytes())).collect();
        let mut order: Vec<u32> = (0..count as u32).collect();
        // Which delivery of a page counts must not depend on file order: the one whose site, URL, date and
        // title hash lowest; where these are equal it makes no difference.
        order.par_sort_unstable_by_key(|&page| {
            let row = pages.row(page);
            (ids[page as usize], row.digest, row.delivery, page)
        });
        for same_id in order.chunk_by(|&a, &b| ids[a as usize] == ids[b as usize]) {
            let several = pages.row(same_id[0]).digest != pages.row(same_id[same_id.len() - 1]).digest;
            for same_page in same_id.chunk_by(|&a, &b| pages.row(a).digest == pages.row(b).digest) {
                same_page[1..].iter().for_each(|&page| redelivered.set(page as usize, true));
                same_page.iter().for_each(|&page| versions.set(page as usize, several));
            }
        }

        known.iter().for_each(|&page| redelivered.set(page as usize, true));

        let site = |page: u32| if scope == Scope::WithinSite { pages.row(page).site } else { 0 };
        order.retain(|&page| !redelivered[page as usize] && pages.row(page).word_count > 0);
        order.par_sort_unstable_by_key(|&page| (pages.row(page).words, site(page), page));
        let mut groups = Vec::new();
        let equal = |&a: &u32, &b: &u32| pages.row(a).words == pages.row(b).words && site(a) == site(b);
        for group in order.chunk_by(equal).filter(|group| group.len() > 1) {
            let Some(&first) = group.iter().min_by_key(|&&page| pages.key(page)) else { continue };
            groups.push((first, group.to_vec()));
        }
        groups.sort_unstable();
        Self { redelivered, versions, ..Self::of_groups(count, groups) }
    }

    /// Of pages with an id and a delivery each, where it is known which have equal words; `groups` as in the field.
    pub fn of_groups(count: usize, groups: Vec<(u32, Vec<u32>)>) -> Self {
        let mut representative: Vec<u32> = (0..count as u32).collect();
        for (first, group) in &groups {
            group.iter().for_each(|&page| representative[page as usize] = *first);
        }
        Self { redelivered: mask(count), versions: mask(count), representative, groups }
    }

    /// Pages that are compared with others, ascending: one of each group of equal words, none that is empty.
    pub fn compared(&self, pages: &Pages) -> Vec<u32> {
        let is_compared = |&page: &u32| {
            let at = page as usize;
            self.representative[at] == page && !self.redelivered[at] && pages.row(page).word_count > 0
        };
        (0..pages.len() as u32).filter(is_compared).collect()
    }

    /// The pages that a representative stands for; none if it is alone.
    pub fn group(&self, representative: u32) -> Option<&[u32]> {
        let at = self.groups.binary_search_by_key(&representative, |(first, _)| *first).ok()?;
        Some(&self.groups[at].1)
    }
}
