//! Samples, frames and their file: laws, and an oracle that counts in the slow and obvious way.

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use tamis::error::ErrorKind;
use tamis::frame::common::{Common, Frame};
use tamis::frame::encoding::{FORMAT_VERSION, MAGIC, decode, encode};
use tamis::frame::items::Repeated;
use tamis::frame::sample::{FEWEST_PAGES, MOST_KEYS, MOST_WORDS, SiteSample, cost, keys, page_hash};
use tamis::frame::shingles::FrameShingles;
use tamis::frame::site::{MOST_POSTS, freeze, of_pages};
use tamis::frame::{Key, key};
use tamis::passage::align::{AlignedText, LEAST_WORDS, align};
use tamis::pipeline::passages::least_shared;
use tamis::shingle::{Ngram, ShingleSet, hash_shingles};
use tamis::similarity::{Overlap, Threshold};
use tamis::text::words::PlacedWords;
use tamis::verify::{Evidence, OWN, Relation, Rule};

type Pages = Vec<(u64, Vec<Key>)>;

/// Words of a page, a function of the page.
fn words(hash: u64) -> u32 {
    hash as u32 * 7 % 3_000
}

fn sample(pages: &[(u64, Vec<Key>)]) -> SiteSample {
    let mut sample = SiteSample::default();
    pages.iter().for_each(|(hash, keys)| sample.insert(*hash, words(*hash), keys.clone()));
    sample
}

fn frame_of(pages: &[(u64, Vec<Key>)]) -> Option<Vec<Key>> {
    freeze(&sample(pages).pages().collect::<Vec<_>>())
}

fn merged(a: &SiteSample, b: &SiteSample) -> SiteSample {
    let mut merged = a.clone();
    merged.merge(b.clone());
    merged
}

/// More pages than a sample holds, of few shingles out of few, so that much is repeated.
fn pages() -> impl Strategy<Value = Pages> {
    let page = (0u64..3000, prop::collection::btree_set(0u32..40, 0..12));
    let page = page.prop_map(|(hash, keys)| (hash, keys.into_iter().map(|key| key << 26).collect()));
    prop::collection::vec(page, 0..2500)
}

/// The frame by definition: every pair of pages compared, items by joining, shingles counted one by one.
fn by_definition(pages: &[&[Key]]) -> Vec<Key> {
    let on = |key: &Key| pages.iter().filter(|page| page.contains(key)).count();
    let all: BTreeSet<Key> = pages.iter().flat_map(|page| page.iter().copied()).collect();
    let frequency: BTreeMap<Key, usize> = all.iter().map(|key| (*key, on(key))).collect();
    let rare: Vec<BTreeSet<Key>> = pages
        .iter()
        .map(|page| page.iter().copied().filter(|key| frequency[key] <= MOST_POSTS).collect())
        .collect();
    let mut items: Vec<usize> = (0..pages.len()).collect();
    for a in 0..pages.len() {
        for b in a + 1..pages.len() {
            let shared = rare[a].intersection(&rare[b]).count();
            let union = rare[a].union(&rare[b]).count();
            if shared > 0 && 10 * shared >= 7 * union {
                let (from, to) = (items[b], items[a]);
                items.iter_mut().filter(|item| **item == from).for_each(|item| *item = to);
            }
        }
    }
    let items_of = |key: &Key| {
        let with = pages.iter().zip(&items).filter(|(page, _)| page.contains(key));
        with.map(|(_, item)| *item).collect::<BTreeSet<usize>>().len()
    };
    all.into_iter().filter(|key| items_of(key) >= 3).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn samples_are_a_semilattice(a in pages(), b in pages(), c in pages()) {
        let (x, y, z) = (sample(&a), sample(&b), sample(&c));
        prop_assert!(merged(&x, &y) == merged(&y, &x));
        prop_assert!(merged(&merged(&x, &y), &z) == merged(&x, &merged(&y, &z)));
        prop_assert!(merged(&x, &x) == x);
        let mut all = [a, b].concat();
        prop_assert!(sample(&all) == merged(&x, &y));
        all.reverse();
        prop_assert!(sample(&all) == merged(&x, &y), "order");
        let spent = |limit: u64| {
            let some: BTreeSet<u64> = all.iter().map(|(hash, _)| *hash).filter(|hash| *hash < limit).collect();
            some.into_iter().map(|hash| cost(words(hash))).sum::<usize>()
        };
        let first_out = (0..3_001).find(|hash| spent(hash + 1) > MOST_WORDS).unwrap_or(3_001);
        let in_sample: BTreeSet<u64> = all.iter().map(|(hash, _)| *hash).filter(|hash| *hash < first_out).collect();
        prop_assert_eq!(sample(&all).len(), in_sample.len());
    }

    #[test]
    fn a_frame_is_what_three_items_use(pages in pages()) {
        let some: Vec<&[Key]> = pages.iter().take(40).map(|(_, keys)| keys.as_slice()).collect();
        let frame = FrameShingles::from_ascending(of_pages(&some, MOST_POSTS));
        let expected = by_definition(&some);
        prop_assert_eq!(frame.keys(), expected.as_slice());
        for key in 0..40u32 {
            prop_assert_eq!(frame.has(u64::from(key << 26) << 32 | 77), expected.contains(&(key << 26)));
        }
    }

    #[test]
    fn what_pages_repeat_is_found_with_all_the_pages_that_have_it(
        pages in prop::collection::vec(prop::collection::vec((0u32..90).prop_map(|key| key * 0x02d0_0c01), 0..60), 0..30)
    ) {
        let shingles: Vec<&[Key]> = pages.iter().map(Vec::as_slice).collect();
        let found: Vec<(Key, Vec<u32>)> =
            Repeated::of(&shingles).by_shingle().map(|(key, pages)| (key, pages.collect())).collect();
        prop_assert!(found.is_sorted_by(|a, b| a.0 < b.0));
        let with = |key: Key| (0u32..).zip(&pages).filter(|(_, page)| page.contains(&key)).map(|(page, _)| page).collect();
        for (key, on) in &found {
            let expected: Vec<u32> = with(*key);
            prop_assert_eq!(on, &expected);
        }
        for key in pages.concat() {
            prop_assert!(with(key).len() < 3 || found.iter().any(|(found, _)| *found == key), "{}", key);
        }
    }

    #[test]
    fn frames_come_back_as_they_were_and_damage_is_found(
        sites in prop::collection::btree_map(".{0,4}", pages(), 0..4),
        cut in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let frame: Frame =
            sites.iter().filter_map(|(name, pages)| Some((name.clone(), frame_of(pages)?))).collect();
        let bytes = encode(&frame, Ngram::DEFAULT);
        prop_assert!(decode(&bytes, Ngram::DEFAULT, "f").unwrap() == frame);
        let fault = decode(&bytes[..cut.index(bytes.len())], Ngram::DEFAULT, "f").unwrap_err();
        prop_assert_eq!(fault.kind(), ErrorKind::Saved);
        let mut changed = bytes.clone();
        changed[at.index(bytes.len())] = byte;
        prop_assert!(changed == bytes || decode(&changed, Ngram::DEFAULT, "f").is_err());
    }

    #[test]
    fn any_bytes_with_a_true_checksum_are_an_error_or_a_frame(
        body in prop::collection::vec(prop_oneof![0u8..4, any::<u8>()], 0..120)
    ) {
        let mut bytes = MAGIC.to_vec();
        [FORMAT_VERSION, 1, 1, 3].iter().for_each(|version| bytes.extend_from_slice(&version.to_le_bytes()));
        bytes.extend_from_slice(&body);
        let checksum = tamis::hash::digest(&bytes);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        if let Ok(frame) = decode(&bytes, Ngram::DEFAULT, "f") {
            prop_assert!(encode(&frame, Ngram::DEFAULT) == bytes);
        }
    }

    #[test]
    fn what_is_common_is_counted_as_sets_would(
        frames in prop::collection::vec(prop::collection::btree_set(0u64..60, 0..50), 2),
        pages in prop::collection::vec(prop::collection::btree_set(0u64..60, 0..50), 2),
    ) {
        let shingle = |n: u64| n << 56 | n << 32 | n;
        let site = |keys: &BTreeSet<u64>| {
            let page: Vec<Key> = keys.iter().map(|&n| key(shingle(n))).collect();
            // Three items: the page with three widely different companions.
            let items: Vec<Vec<Key>> = (0..3u32)
                .map(|item| {
                    let mut keys = page.clone();
                    keys.extend((0..400).map(|n| (61 << 24) + (item * 400 + n)));
                    keys
                })
                .collect();
            of_pages(&items.iter().map(Vec::as_slice).collect::<Vec<_>>(), MOST_POSTS)
        };
        let frame: Frame = [("a".to_owned(), site(&frames[0])), ("b".to_owned(), site(&frames[1]))].into_iter().collect();
        let sets: Vec<ShingleSet> =
            pages.iter().map(|page| ShingleSet::new(page.iter().map(|&n| shingle(n)).collect())).collect();
        let union: BTreeSet<u64> = frames[0].union(&frames[1]).copied().collect();
        let of = |page: &BTreeSet<u64>| page.intersection(&union).copied().collect::<BTreeSet<u64>>();
        let (a, b) = (of(&pages[0]), of(&pages[1]));
        let expected = Common {
            shared: a.intersection(&b).count() as u32,
            in_a: a.len() as u32,
            in_b: b.len() as u32,
        };
        prop_assert_eq!(frame.of_pair("a", "b").unwrap().common(&sets[0], &sets[1]), expected);
        prop_assert!(frame.of_pair("a", "c").is_none() && frame.of_pair("c", "a").is_none());
        let own = |page: &BTreeSet<u64>| page.difference(&union).copied().collect::<BTreeSet<u64>>();
        let own_of_both = own(&pages[0]).intersection(&own(&pages[1])).count() as u32;
        prop_assert_eq!(frame.shingles().own_of_both(&sets[0], &sets[1]), own_of_both);
    }

    #[test]
    fn a_pair_with_a_passage_shares_enough_that_is_no_frame(
        ngram in 1u32..=7,
        blocks in prop::collection::vec((0usize..200, 1usize..40), 1..12),
        swapped in prop::collection::btree_set(0usize..200, 0..30),
        framed in prop::collection::vec((0usize..200, 1usize..12), 0..20),
    ) {
        let ngram = Ngram::new(ngram).unwrap();
        let a: Vec<usize> = (0..200).collect();
        let mut is_met = BTreeSet::new();
        let mut b: Vec<usize> = blocks.iter().flat_map(|&(from, len)| from..(from + len).min(200)).collect();
        b.retain(|&word| is_met.insert(word));
        b.iter_mut().filter(|word| swapped.contains(*word)).for_each(|word| *word += 1000);
        let text = |words: &[usize]| words.iter().map(|word| format!("w{word}")).collect::<Vec<_>>().join(" ");
        let placed = [text(&a), text(&b)].map(|text| PlacedWords::of(&text));
        let sets = placed.each_ref().map(|words| ShingleSet::of_words(&words.hashes, ngram));
        let mut of_a = Vec::new();
        hash_shingles(&placed[0].hashes, ngram, &mut of_a);
        let mut keys: Vec<Key> = framed
            .iter()
            .flat_map(|&(from, len)| from..(from + len).min(of_a.len()))
            .map(|at| key(of_a[at]))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let frame = FrameShingles::from_ascending(keys);
        let [text_a, text_b] = placed.map(|words| AlignedText::new(words, ngram, |shingle| frame.has(shingle)));
        if !align(&text_a, &text_b, LEAST_WORDS).is_empty() {
            let own = frame.own_of_both(&sets[0], &sets[1]);
            prop_assert!(own >= least_shared(ngram), "{own} of {}", least_shared(ngram));
        }
    }

    #[test]
    fn the_rule_is_the_same_from_both_sides(
        sizes in (1u32..500, 1u32..500),
        shares in (0.0f64..=1.0, 0.0f64..=1.0, 0.0f64..=1.0, 0.0f64..=1.0),
        same_site: bool,
        guarded: bool,
    ) {
        let part = |share: f64, whole: u32| (share * f64::from(whole)).round() as u32;
        let shared = part(shares.0, sizes.0.min(sizes.1));
        let common = part(shares.1, shared);
        let in_a = common + part(shares.2, sizes.0 - shared);
        let in_b = common + part(shares.3, sizes.1 - shared);
        let evidence = Evidence {
            overlap: Overlap { shared, size_a: sizes.0, size_b: sizes.1 },
            same_words: false,
            same_site,
            common: guarded.then_some(Common { shared: common, in_a, in_b }),
        };
        let rule = Rule { threshold: Threshold::tenths(5) };
        let relation = rule.relation(&evidence);
        prop_assert_eq!(relation, rule.relation(&evidence.swapped()));
        let needed = if evidence.overlap.smaller() < 30 { 0.8 } else if guarded { 0.5 } else { 0.7 };
        let is_alike = evidence.overlap.jaccard() >= needed;
        let smaller = evidence.overlap.smaller();
        let is_contained = smaller >= 30 && shared as f64 >= 0.8 * f64::from(smaller);
        prop_assert_eq!(relation.is_some(), is_alike || is_contained);
        prop_assert!(guarded || relation != Some(Relation::Template));
    }
}

fn evidence(overlap: [u32; 3], common: [u32; 3], same_site: bool) -> Evidence {
    Evidence {
        overlap: Overlap { shared: overlap[0], size_a: overlap[1], size_b: overlap[2] },
        same_words: false,
        same_site,
        common: Some(Common { shared: common[0], in_a: common[1], in_b: common[2] }),
    }
}

#[test]
fn cut_offs_are_met_exactly() {
    let relation = |overlap, common, same_site| {
        Rule { threshold: Threshold::tenths(5) }.relation(&evidence(overlap, common, same_site)).unwrap()
    };
    // Residual containment: 9 of 30 is 0.3, 8 is below; common share 61 of 70 on two sites.
    assert_eq!(relation([70, 100, 100], [61, 70, 70], false), Relation::Near);
    assert_eq!(relation([70, 100, 100], [62, 70, 70], false), Relation::Template);
    // Common share on one site: 54 of 72 is 3/4.
    assert_eq!(relation([72, 100, 100], [54, 60, 60], true), Relation::Template);
    assert_eq!(relation([72, 100, 100], [53, 60, 60], true), Relation::Near);
    assert_eq!(relation([72, 100, 100], [54, 60, 60], false), Relation::Near);
    // From 0.8 on only pages that both say something of their own: 180 of 220, nothing shared outside the frame.
    assert_eq!(relation([180, 200, 200], [180, 200 - OWN, 200 - OWN], true), Relation::Template);
    assert_eq!(relation([180, 200, 200], [180, 200 - OWN + 1, 200 - OWN], true), Relation::Near);
    // A page that is all frame shares nothing of its own.
    assert_eq!(relation([70, 70, 100], [70, 70, 70], false), Relation::Template);
}

#[test]
fn a_very_long_page_takes_its_share_only() {
    let set = ShingleSet::new((0..100_000u64).map(|n| n << 40).collect());
    assert_eq!(keys(&set).len(), MOST_KEYS);
    assert!(page_hash("a", 1) != page_hash("b", 1) && page_hash("a", 1) != page_hash("a", 2));
}

#[test]
fn a_site_of_one_page_less_has_no_frame() {
    let pages: Pages = (0..FEWEST_PAGES as u64).map(|hash| (hash, vec![1, 2, 3])).collect();
    assert!(frame_of(&pages).is_some());
    assert!(frame_of(&pages[1..]).is_none());
}
