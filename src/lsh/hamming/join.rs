//! Who is near whom, among all pages of a run?
//!
//! Pages of one fingerprint are one entry. Each table is walked key by key: the entries of a key are compared with
//! those of every key within the radius, so that neighbours in memory are asked one after another. Every pair within k
//! bits is found, as long as the fingerprints are spread as those of unlike pages are. Against others:
//!
//! * **A key of far too many entries** (a block that everybody shares) shows only its leaders.
//! * **A fingerprint of far too many neighbours** (a cloud of pages of one template) is linked to its leaders
//!   only. A pair in which one of both has few neighbours is still found.
//! * **A fingerprint of far too many pages** shows only its leaders to other fingerprints; among themselves its
//!   pages are a bucket like any other.
//!
//! Leaders are those of smallest rank, a function of the fingerprint or the page alone, so that the same ones are
//! elected all over a cloud: pages that are linked to nothing else are linked to the leaders among their neighbours, or
//! each group would have leaders of its own, which go when their groups meet and leave the others behind. Work and pairs
//! grow with the number of pages, and what is left out is the same whatever the order they come in. All of it is counted
//! ([`Nearby::cut`]).
//!
//! A bucket of such leaders can hold pages further apart than k bits: who may be a pair, the
//! [`Population`](crate::lsh::candidates::Population) says.

use super::layout::Layout;
use super::table::Table;
use crate::hash::in_round;
use crate::lsh::bands::SortedBands;
use crate::lsh::candidates::{LEADERS, SMALL_BUCKET};
use crate::sketch::simhash::signature::Distance;
use std::sync::atomic::{AtomicU64, Ordering};

/// Pages with their fingerprints, as buckets of pages that are within k bits of each other.
#[derive(Debug)]
pub struct Nearby {
    distance: Distance,
    tables: Vec<Table>,
    /// Entries of a key that are all compared, by table.
    most: Vec<usize>,
    groups: Groups,
    hot_keys: u64,
    crowded: AtomicU64,
}

/// Entries that a key may have whatever their mean is, and times the mean that it may have.
const FEW: usize = 256;
const TIMES: usize = 8;
/// Entries that a larger key shows.
const SHOWN: usize = 64;
/// Parts that a table is walked in.
const PARTS: usize = 16;

impl Nearby {
    /// Pages and their fingerprints; `rank` orders the pages of one fingerprint for leadership.
    ///
    /// Memory: 12 bytes a page, 16 more while it is made, and 8 a table and distinct fingerprint with 4 a key.
    pub fn new(
        pages: impl Iterator<Item = (u32, u64)>,
        distance: Distance,
        rank: impl Fn(u32) -> u128,
    ) -> Self {
        let groups = Groups::new(pages, rank);
        let count = groups.fingerprints.len();
        let layout = Layout::cheapest(distance, count);
        let mut tables: Vec<Table> =
            layout.blocks.iter().map(|block| Table::new(&groups.fingerprints, *block)).collect();
        let most: Vec<usize> =
            tables.iter().map(|table| FEW.max(TIMES * (count / table.keys() as usize))).collect();
        let put = |(table, most): (&mut Table, &usize)| table.put_leaders_first(*most, SHOWN, leadership);
        let hot_keys = tables.iter_mut().zip(&most).map(put).sum();
        Self { distance, tables, most, groups, hot_keys, crowded: AtomicU64::new(0) }
    }

    /// Keys and fingerprints of which not all pairs were looked at, so far.
    pub fn cut(&self) -> u64 {
        self.hot_keys + self.crowded.load(Ordering::Relaxed)
    }

    /// Entries that a key shows to others.
    fn shown(&self, table: usize, key: u32) -> &[u64] {
        let bucket = self.tables[table].bucket(key);
        if bucket.len() > self.most[table] { &bucket[..SHOWN] } else { bucket }
    }

    /// The neighbours of each entry of a part of a table.
    fn walk(&self, table: usize, part: usize, visit: &mut dyn FnMut(&[u32])) {
        let keys = self.tables[table].keys() as usize;
        let (masks, mut near, mut members) = (self.tables[table].masks(), Vec::new(), Vec::new());
        for key in (part * keys / PARTS) as u32..((part + 1) * keys / PARTS) as u32 {
            for &entry in self.tables[table].bucket(key) {
                near.clear();
                for mask in masks {
                    let others = self.shown(table, key ^ mask).iter();
                    near.extend(
                        others.filter(|&&other| other != entry && self.distance.reaches(other, entry)),
                    );
                }
                near.iter_mut().for_each(|other| *other = self.tables[table].turned_back(*other));
                self.link(self.tables[table].turned_back(entry), &mut near, &mut members, visit);
            }
        }
    }

    /// The buckets of a fingerprint and its neighbours.
    fn link(&self, own: u64, near: &mut Vec<u64>, members: &mut Vec<u32>, visit: &mut dyn FnMut(&[u32])) {
        let is_crowded = near.len() > SMALL_BUCKET;
        if is_crowded {
            self.crowded.fetch_add(1, Ordering::Relaxed);
            keep_leaders(near);
        }
        let pages = self.groups.pages(own);
        let mut is_large = pages.len() > SMALL_BUCKET;
        let mut show = |groups: &mut dyn Iterator<Item = &[u32]>| {
            members.clear();
            groups.for_each(|pages| members.extend_from_slice(pages));
            members.sort_unstable();
            visit(members);
        };
        for &other in near.iter() {
            let others = self.groups.pages(other);
            is_large |= others.len() > SMALL_BUCKET;
            show(&mut [shown(pages), shown(others)].into_iter());
        }
        if !near.is_empty() && (is_crowded || is_large) {
            keep_leaders(near);
            let leading = near.iter().map(|&other| leaders(self.groups.pages(other)));
            show(&mut leading.chain([pages]));
        }
    }
}

/// Leaves the fingerprints of smallest rank.
fn keep_leaders(fingerprints: &mut Vec<u64>) {
    if fingerprints.len() > LEADERS {
        fingerprints.select_nth_unstable_by_key(LEADERS, |&one| leadership(one));
        fingerprints.truncate(LEADERS);
    }
}

impl SortedBands for Nearby {
    /// The pages of equal fingerprints, then the parts of the tables.
    fn bands(&self) -> usize {
        1 + self.tables.len() * PARTS
    }

    fn for_each_bucket(&self, band: usize, visit: &mut dyn FnMut(&[u32])) {
        match band.checked_sub(1) {
            None => self.groups.for_each(visit),
            Some(at) => self.walk(at / PARTS, at % PARTS, visit),
        }
    }
}

/// The order of leadership: even over all fingerprints, and the same in every table.
fn leadership(fingerprint: u64) -> u64 {
    in_round(fingerprint, 0)
}

/// The pages of each fingerprint.
#[derive(Debug)]
struct Groups {
    /// Distinct, ascending.
    fingerprints: Vec<u64>,
    /// Where the pages of each begin; one more at the end.
    starts: Vec<u32>,
    /// In each group the leaders first.
    pages: Vec<u32>,
}

impl Groups {
    fn new(pages: impl Iterator<Item = (u32, u64)>, rank: impl Fn(u32) -> u128) -> Self {
        let mut sorted: Vec<(u64, u32)> = pages.map(|(page, bits)| (bits, page)).collect();
        sorted.sort_unstable();
        let (mut fingerprints, mut starts) = (Vec::new(), vec![0]);
        let mut pages: Vec<u32> = sorted.iter().map(|&(_, page)| page).collect();
        for group in sorted.chunk_by(|a, b| a.0 == b.0) {
            let start = starts[fingerprints.len()];
            let end = start + group.len() as u32;
            if group.len() > LEADERS {
                pages[start as usize..end as usize].select_nth_unstable_by_key(LEADERS, |&page| rank(page));
            }
            fingerprints.push(group[0].0);
            starts.push(end);
        }
        Self { fingerprints, starts, pages }
    }

    /// Calls `visit` with the pages of each fingerprint that several have.
    fn for_each(&self, visit: &mut dyn FnMut(&[u32])) {
        let mut members = Vec::new();
        for ends in self.starts.windows(2).filter(|ends| ends[1] - ends[0] > 1) {
            members.clear();
            members.extend_from_slice(&self.pages[ends[0] as usize..ends[1] as usize]);
            members.sort_unstable();
            visit(&members);
        }
    }

    /// The pages of a fingerprint that is there, the leaders first.
    fn pages(&self, fingerprint: u64) -> &[u32] {
        let at = self.fingerprints.partition_point(|&other| other < fingerprint);
        &self.pages[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// The pages of one fingerprint that others get to see.
fn shown(pages: &[u32]) -> &[u32] {
    if pages.len() > SMALL_BUCKET { leaders(pages) } else { pages }
}

fn leaders(pages: &[u32]) -> &[u32] {
    &pages[..pages.len().min(LEADERS)]
}
