//! Buckets to candidate pairs, in linear work.
//!
//! A bucket of m pages holds m·(m-1)/2 pairs. Up to [`SMALL_BUCKET`] pages they are all listed; above, every
//! page is linked to [`LEADERS`] leaders only, so a bucket of a million costs a few million steps. Leaders are
//! those of the smallest rank, and ranks follow from texts, never from input order: the buckets of all bands
//! tend to elect the same leaders, and a rerun elects the same ones.
//!
//! What a hot bucket leaves out is counted ([`Candidates::hot_buckets`]), written to the manifest, and not
//! covered by the recall promise.

use super::bands::SortedBands;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Largest bucket whose pairs are all listed.
pub const SMALL_BUCKET: usize = 64;
/// Pages that each page of a larger bucket is linked to.
pub const LEADERS: usize = 8;

/// Which pairs may be candidates, and who leads.
pub trait Population: Sync {
    /// Whether the two pages may be a pair, by scope and signatures.
    fn may_pair(&self, a: u32, b: u32) -> bool;
    /// Order of leadership, a function of the page's text and site alone; the smallest leads.
    fn rank(&self, page: u32) -> u128;
    /// A number equal for pages of one site: leaders of several sites are wanted when pairs cross sites.
    fn site(&self, page: u32) -> u32;
}

/// Candidate pairs, each once, the smaller page number first.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidates {
    /// Ascending.
    pub pairs: Vec<(u32, u32)>,
    /// Buckets in which pages were linked to leaders only.
    pub hot_buckets: u64,
}

impl Candidates {
    /// Adds candidates found in another way.
    pub fn join(&mut self, pairs: &[(u32, u32)]) {
        self.pairs.extend_from_slice(pairs);
        self.pairs.par_sort_unstable();
        self.pairs.dedup();
    }
}

/// The candidate pairs of all buckets. Memory: 8 bytes a pair, and as much again while one band is added.
pub fn from_buckets(bands: &dyn SortedBands, population: &dyn Population) -> Candidates {
    let mut all: Vec<u64> = Vec::new();
    let mut hot_buckets = 0;
    let numbers: Vec<usize> = (0..bands.bands()).collect();
    // A few bands at a time, so that repeated pairs go before they pile up.
    for wave in numbers.chunks(rayon::current_num_threads().max(4)) {
        let found: Vec<(Vec<u64>, u64)> =
            wave.par_iter().map(|&band| pairs_of_band(bands, band, population)).collect();
        for (pairs, hot) in found {
            all.extend(pairs);
            hot_buckets += hot;
        }
        all.par_sort_unstable();
        all.dedup();
    }
    Candidates {
        pairs: all.into_iter().map(|pair| ((pair >> 32) as u32, pair as u32)).collect(),
        hot_buckets,
    }
}

fn pairs_of_band(bands: &dyn SortedBands, band: usize, population: &dyn Population) -> (Vec<u64>, u64) {
    let mut pairs = Vec::new();
    let mut hot = 0;
    bands.for_each_bucket(band, &mut |members| {
        let is_hot = for_each_link(members, population, &mut |a, b| {
            if population.may_pair(a, b) {
                pairs.push(u64::from(a) << 32 | u64::from(b));
            }
        });
        hot += u64::from(is_hot);
    });
    pairs.sort_unstable();
    pairs.dedup();
    (pairs, hot)
}

/// Calls `visit` with the pairs of a bucket that may be candidates, the smaller page number first, whether or not they
/// may pair; says whether the bucket was too large for all of them.
pub fn for_each_link(
    members: &[u32],
    population: &(impl Population + ?Sized),
    visit: &mut dyn FnMut(u32, u32),
) -> bool {
    let is_hot = members.len() > SMALL_BUCKET;
    if is_hot {
        for leader in leaders(members, population) {
            for &page in members.iter().filter(|&&page| page != leader) {
                visit(leader.min(page), leader.max(page));
            }
        }
    } else {
        for (i, &a) in members.iter().enumerate() {
            members[i + 1..].iter().for_each(|&b| visit(a, b));
        }
    }
    is_hot
}

/// The pages of smallest rank: half of the places for whoever they are, the rest for sites not yet there.
fn leaders(members: &[u32], population: &(impl Population + ?Sized)) -> Vec<u32> {
    let mut ranked = members.to_vec();
    ranked.sort_unstable_by_key(|&page| (population.rank(page), page));
    let mut leaders = ranked[..LEADERS / 2].to_vec();
    for &page in &ranked[LEADERS / 2..] {
        if leaders.len() == LEADERS {
            break;
        }
        if leaders.iter().all(|&leader| population.site(leader) != population.site(page)) {
            leaders.push(page);
        }
    }
    let more = ranked.iter().copied().filter(|page| !leaders.contains(page)).take(LEADERS - leaders.len());
    let more: Vec<u32> = more.collect();
    leaders.extend(more);
    leaders
}
