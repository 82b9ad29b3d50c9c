//! Tables of fingerprints miss nothing within k bits, and cost linear work whatever is in them.

use crate::support::random::Random;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tamis::lsh::candidates::{LEADERS, Population, SMALL_BUCKET, from_buckets};
use tamis::lsh::hamming::index::HammingIndex;
use tamis::lsh::hamming::join::Nearby;
use tamis::lsh::hamming::layout::Layout;
use tamis::sketch::simhash::signature::{Distance, distance};

/// Pages by their fingerprints.
struct Close<'a>(&'a [u64], Distance);

impl Population for Close<'_> {
    fn may_pair(&self, a: u32, b: u32) -> bool {
        self.1.reaches(self.0[a as usize], self.0[b as usize])
    }

    fn rank(&self, page: u32) -> u128 {
        rank(page)
    }

    fn site(&self, page: u32) -> u32 {
        page % 100
    }
}

fn rank(page: u32) -> u128 {
    u128::from(page.wrapping_mul(0x9E37_79B9))
}

fn bits(k: u32) -> Distance {
    Distance::new(k).unwrap()
}

fn flipped(random: &mut Random, fingerprint: u64, times: u64) -> u64 {
    (0..times).fold(fingerprint, |bits, _| bits ^ 1 << random.below(64))
}

/// Fingerprints of every kind that makes trouble: random ones, chains of small steps, clouds around a centre, clouds that
/// agree in one block and not elsewhere, equal ones, and the extremes.
fn troublesome(random: &mut Random, count: usize) -> Vec<u64> {
    let mut all = vec![0, u64::MAX, 1, 1 << 63, 0xFFFF_FFFF, !0xFFFF_FFFF];
    let centre = random.next();
    while all.len() < count {
        let before = all[random.below(all.len() as u64) as usize];
        let next = match random.below(5) {
            0 => random.next(),
            1 => {
                let steps = random.below(10);
                flipped(random, before, steps)
            }
            2 => {
                let steps = random.below(5);
                flipped(random, centre, steps)
            }
            3 => {
                let block = random.below(64) as u32;
                (random.next() >> 20).rotate_left(block) ^ centre & (u64::MAX << 44).rotate_left(block)
            }
            _ => before,
        };
        all.push(next);
    }
    all
}

fn nearby(fingerprints: &[u64], k: u32) -> Nearby {
    let pages = (0u32..).zip(fingerprints.iter().copied());
    Nearby::new(pages, bits(k), rank)
}

fn brute_force(fingerprints: &[u64], k: u32) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    for (a, x) in (0..).zip(fingerprints) {
        let others = (a + 1..).zip(&fingerprints[a as usize + 1..]);
        pairs.extend(others.filter(|(_, y)| distance(*x, **y) <= k).map(|(b, _)| (a, b)));
    }
    pairs
}

/// Other fingerprints within k bits, each once.
fn neighbours(fingerprints: &[u64], of: u64, k: u32) -> usize {
    let near = fingerprints.iter().filter(|other| **other != of && distance(**other, of) <= k);
    near.collect::<BTreeSet<_>>().len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_join_finds_what_brute_force_finds_for_every_distance(seed in any::<u64>(), count in 6usize..260) {
        let fingerprints = troublesome(&mut Random::new(seed), count);
        for k in 0..=8 {
            let nearby = nearby(&fingerprints, k);
            let found = from_buckets(&nearby, &Close(&fingerprints, bits(k))).pairs;
            let wanted = brute_force(&fingerprints, k);
            prop_assert!(found.iter().all(|pair| wanted.binary_search(pair).is_ok()), "k {}: too much", k);
            let lonely: Vec<bool> = fingerprints.iter().map(|one| neighbours(&fingerprints, *one, k) <= SMALL_BUCKET).collect();
            let missed = wanted.iter().filter(|pair| found.binary_search(pair).is_err());
            for &(a, b) in missed {
                prop_assert!(!lonely[a as usize] && !lonely[b as usize], "k {}: {} and {}", k, a, b);
            }
            prop_assert!(nearby.cut() > 0 || found == wanted, "k {}", k);
        }
    }

    #[test]
    fn the_index_finds_what_a_scan_finds_for_every_distance_and_layout(seed in any::<u64>(), count in 0usize..300) {
        let mut random = Random::new(seed);
        let mut fingerprints = troublesome(&mut random, count);
        fingerprints.sort_unstable();
        fingerprints.dedup();
        for k in 0..=8 {
            // Layouts for more fingerprints than there are have more and wider blocks.
            let sizes = [1, 1000, 1 << 20].map(|size| Layout::cheapest(bits(k), size));
            let layouts = (1..=k + 1).map(|tables| Layout::of_tables(tables, bits(k), 5000)).chain(sizes);
            for layout in layouts {
                if layout.blocks.iter().any(|block| block.width > 16) {
                    continue;
                }
                let index = HammingIndex::with_layout(&fingerprints, &layout);
                for _ in 0..20 {
                    let steps = random.below(12);
                    let query = flipped(&mut random, fingerprints[steps as usize % fingerprints.len()], steps);
                    let wanted: Vec<u64> =
                        fingerprints.iter().copied().filter(|other| distance(*other, query) <= k).collect();
                    prop_assert_eq!(index.within(query), wanted.clone(), "{:?}", layout);
                    prop_assert_eq!(index.has_within(query), !wanted.is_empty());
                    let nearest = wanted.iter().map(|other| distance(*other, query)).min();
                    prop_assert_eq!(index.nearest(query).map(|(_, bits)| bits), nearest);
                }
            }
        }
    }
}

#[test]
fn the_join_finds_every_pair_among_many_thousands() {
    let mut random = Random::new(3);
    // Sparse enough that nobody has too many neighbours: half are random, half a few steps away from one of them.
    let mut fingerprints: Vec<u64> = (0..6000).map(|_| random.next()).collect();
    for at in 0..6000 {
        let steps = 1 + random.below(9);
        let next = flipped(&mut random, fingerprints[at], steps);
        fingerprints.push(next);
    }
    for k in 0..=8 {
        let nearby = nearby(&fingerprints, k);
        let found = from_buckets(&nearby, &Close(&fingerprints, bits(k)));
        assert_eq!((nearby.cut(), found.hot_buckets), (0, 0), "k {k}");
        let wanted = brute_force(&fingerprints, k);
        assert!(k == 0 || wanted.len() > 300 * k as usize, "k {k}: {} pairs", wanted.len());
        assert_eq!(found.pairs, wanted, "k {k}");
    }
}

#[test]
fn every_layout_covers_the_distance_with_blocks_that_do_not_overlap() {
    for k in 0..=8 {
        for size in [0, 1, 2, 100, 15_000, 1_000_000, 10_000_000, usize::MAX >> 1] {
            for layout in (1..=k + 1)
                .map(|tables| Layout::of_tables(tables, bits(k), size))
                .chain([Layout::cheapest(bits(k), size)])
            {
                let shares: u32 = layout.blocks.iter().map(|block| block.radius + 1).sum();
                assert_eq!(shares, k + 1, "{size}: {layout:?}");
                let mut end = 0;
                for block in &layout.blocks {
                    assert_eq!(block.start, end, "{size}: {layout:?}");
                    end += block.width;
                }
                assert!(end <= 64, "{size}: {layout:?}");
            }
        }
    }
}

#[test]
fn a_query_among_ten_million_compares_a_few_thousand_at_most() {
    for (k, most) in [(3, 300.0), (6, 1500.0), (8, 4000.0)] {
        let layout = Layout::cheapest(bits(k), 10_000_000);
        assert!(layout.candidates(10_000_000) < most, "k {k}: {layout:?}");
        assert!(layout.visits() < 1000, "k {k}: {layout:?}");
    }
}

fn linked(pairs: &[(u32, u32)]) -> usize {
    pairs.iter().flat_map(|&(a, b)| [a, b]).collect::<BTreeSet<u32>>().len()
}

/// Candidate pairs, and how much was cut.
fn joined(fingerprints: &[u64], k: u32) -> (Vec<(u32, u32)>, u64) {
    let nearby = nearby(fingerprints, k);
    let found = from_buckets(&nearby, &Close(fingerprints, bits(k)));
    (found.pairs, nearby.cut() + found.hot_buckets)
}

#[test]
fn a_million_pages_of_one_fingerprint_are_linked_to_a_few_leaders() {
    let (pairs, hot) = joined(&vec![0x0123_4567_89AB_CDEF; 1_000_000], 8);
    assert_eq!(hot, 1);
    assert!(pairs.len() <= LEADERS * 1_000_000, "{} pairs", pairs.len());
    assert_eq!(linked(&pairs), 1_000_000);
}

#[test]
fn a_cloud_in_which_all_are_near_all_costs_linear_work_and_links_everybody() {
    // All fingerprints that differ from one in 3 of 40 bits, twice each: pairwise within 6, so two hundred million pairs.
    let mut random = Random::new(9);
    let centre = random.next();
    let mut cloud = Vec::new();
    for a in 0..40 {
        for b in 0..a {
            cloud.extend((0..b).map(|c| centre ^ 1 << a ^ 1 << b ^ 1 << c));
        }
    }
    cloud.extend(cloud.clone());
    let (pairs, hot) = joined(&cloud, 8);
    assert!(hot > 0);
    assert!(pairs.len() <= 512 * cloud.len(), "{} pairs of {} fingerprints", pairs.len(), cloud.len());
    assert_eq!(linked(&pairs), cloud.len());
}

#[test]
fn blocks_that_everybody_shares_cost_linear_work() {
    // The first half of the bits is the same, the second is random: one key holds everybody. All pairs of these would
    // be 10¹¹, minutes of a processor; the limit leaves room for a busy machine.
    let mut random = Random::new(9);
    let fingerprints: Vec<u64> = (0..500_000).map(|_| random.next() >> 32 | 0xABCD << 32).collect();
    let start = Instant::now();
    let (_, cut) = joined(&fingerprints, 8);
    assert!(start.elapsed() < Duration::from_secs(200), "{:?}", start.elapsed());
    assert!(cut > 0);
}

#[test]
fn a_fingerprint_of_few_neighbours_finds_them_though_one_has_many() {
    // A crowd around one fingerprint, and one page at its edge that only that one is near to.
    let mut crowd = vec![0u64];
    for a in 0..32 {
        crowd.extend((0..a).map(|b| 1u64 << a | 1 << b));
    }
    const { assert!(32 * 31 / 2 > SMALL_BUCKET) };
    let edge = 0xFFu64 << 48;
    crowd.push(edge);
    let (pairs, _) = joined(&crowd, 8);
    assert!(pairs.contains(&(0, crowd.len() as u32 - 1)));
}

#[test]
fn pairs_are_the_same_whatever_the_order_of_pages() {
    let mut random = Random::new(12);
    let centre = random.next();
    let fingerprints: Vec<u64> = (0..4000u64)
        .map(|at| {
            let steps = at % 7;
            flipped(&mut random, centre, steps)
        })
        .collect();
    let links = |shift: usize| -> BTreeSet<(u64, u64)> {
        let mut turned = fingerprints.clone();
        turned.sort_unstable();
        turned.dedup();
        turned.rotate_left(shift);
        let found = from_buckets(&nearby(&turned, 6), &Close(&turned, bits(6)));
        let bits = |page: u32| turned[page as usize];
        found.pairs.iter().map(|&(a, b)| (bits(a).min(bits(b)), bits(a).max(bits(b)))).collect()
    };
    assert!(links(0).len() > 4000);
    assert_eq!(links(0), links(1234));
}
