//! Candidates: the exact join misses nothing; buckets cost linear work whatever is in them.

use crate::support::random::Random;
use proptest::prelude::*;
use std::collections::BTreeSet;
use tamis::lsh::bands::SortedBands;
use tamis::lsh::candidates::{LEADERS, Population, SMALL_BUCKET, from_buckets};
use tamis::lsh::prefix::{PrefixJoin, RarityTable};
use tamis::shingle::ShingleSet;
use tamis::similarity::{Overlap, Threshold};

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_exact_join_finds_every_pair_that_brute_force_finds(seed in any::<u64>(), tenths in 3u64..=10) {
        let mut random = Random::new(seed);
        let threshold = Threshold::tenths(tenths);
        // Sets grown from each other, so that similarities of all sizes are there.
        let mut sets: Vec<Vec<u64>> = Vec::new();
        for _ in 0..40 {
            let mut set = if sets.is_empty() || random.below(3) == 0 {
                Vec::new()
            } else {
                sets[random.below(sets.len() as u64) as usize].clone()
            };
            for _ in 0..random.below(20) {
                let at = random.below(set.len() as u64 + 1) as usize;
                if random.below(2) == 0 || at == set.len() { set.push(random.below(400)) } else { set.swap_remove(at); }
            }
            sets.push(set);
        }
        let sets: Vec<ShingleSet> = sets.into_iter().map(ShingleSet::new).collect();
        let mut rarity = RarityTable::default();
        sets.iter().for_each(|set| rarity.count(set));
        let mut join = PrefixJoin::new(threshold);
        for (page, set) in sets.iter().enumerate() {
            join.add(page as u32, set.len() as u32, &rarity.prefix(set, threshold));
        }
        let found: BTreeSet<(u32, u32)> = join.pairs(|_, _| true).into_iter().collect();
        for a in 0..sets.len() {
            for b in a + 1..sets.len() {
                if Overlap::of(&sets[a], &sets[b]).reaches(threshold) {
                    prop_assert!(found.contains(&(a as u32, b as u32)), "sets {a} and {b}");
                }
            }
        }
    }
}

/// Buckets as given, one band each.
struct Given(Vec<Vec<u32>>);

impl SortedBands for Given {
    fn bands(&self) -> usize {
        self.0.len()
    }

    fn for_each_bucket(&self, band: usize, visit: &mut dyn FnMut(&[u32])) {
        visit(&self.0[band]);
    }
}

/// Everybody may pair; sites by page number.
struct Everybody;

impl Population for Everybody {
    fn may_pair(&self, _: u32, _: u32) -> bool {
        true
    }

    fn rank(&self, page: u32) -> u128 {
        u128::from(page.wrapping_mul(0x9E37_79B9))
    }

    fn site(&self, page: u32) -> u32 {
        page % 100
    }
}

#[test]
fn small_buckets_list_all_pairs_once() {
    let found = from_buckets(&Given(vec![vec![1, 2, 3], vec![2, 3, 9]]), &Everybody);
    assert_eq!(found.pairs, [(1, 2), (1, 3), (2, 3), (2, 9), (3, 9)]);
    assert_eq!(found.hot_buckets, 0);
}

#[test]
fn a_bucket_of_a_million_costs_a_few_million_steps_and_links_everybody() {
    let pages: Vec<u32> = (0..1_000_000).collect();
    let found = from_buckets(&Given(vec![pages.clone(), pages]), &Everybody);
    assert_eq!(found.hot_buckets, 2);
    assert!(found.pairs.len() <= LEADERS * 1_000_000, "{} pairs", found.pairs.len());
    let linked: BTreeSet<u32> = found.pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    assert_eq!(linked.len(), 1_000_000);
}

#[test]
fn leaders_are_the_same_whatever_the_input_order() {
    let links = |shift: u32| -> BTreeSet<(u32, u32)> {
        struct Shifted(u32);
        impl Population for Shifted {
            fn may_pair(&self, _: u32, _: u32) -> bool {
                true
            }
            fn rank(&self, page: u32) -> u128 {
                Everybody.rank((page + self.0) % 500)
            }
            fn site(&self, page: u32) -> u32 {
                Everybody.site((page + self.0) % 500)
            }
        }
        let found = from_buckets(&Given(vec![(0..500).collect()]), &Shifted(shift));
        let original = |page: u32| (page + shift) % 500;
        found
            .pairs
            .iter()
            .map(|&(a, b)| (original(a), original(b)))
            .map(|(a, b)| (a.min(b), a.max(b)))
            .collect()
    };
    const { assert!(500 > SMALL_BUCKET) };
    assert_eq!(links(0), links(123));
}
