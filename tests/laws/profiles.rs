//! A profile is a function of the set of what it was given: any order, any sharding, any number of deliveries give
//! the same bytes, and the bytes give the same profile. Pages come in sizes that overflow every budget.

use crate::support::random::Random;
use proptest::prelude::*;
use std::collections::BTreeMap;
use tamis::boilerplate::bottom::{BottomK, Limits, PageKey};
use tamis::boilerplate::edits::{Decision, Edit};
use tamis::boilerplate::encoding::{Decoder, FORMAT_VERSION, MAGIC, decode, decode_site, encode};
use tamis::boilerplate::line::LineReader;
use tamis::boilerplate::profile::{Profile, SiteProfile};
use tamis::boilerplate::sample::{MOST_LINES, NEWEST, SampledPage, SiteSample, WHOLE, Wanted, page_hash};
use tamis::error::{Error, ErrorKind};
use tamis::page::Strings;

/// A delivery of a page: which text, and what came with it.
type Delivery = (u8, u8, Option<i32>);

/// Lines and bytes a line, by the number of the text.
const SIZES: [(usize, usize); 10] =
    [(0, 0), (1, 4), (30, 12), (40, 300), (60, 160), (300, 20), (1000, 4), (1500, 4), (1024, 30), (1600, 90)];

const TITLES: [&str; 5] = [
    "",
    "Boats",
    "A ferry leaves Orlen | The Daily",
    "Orlen | A ferry leaves at nine, says the harbour office",
    "x - y - z - a - b",
];

fn text(number: u8) -> String {
    let (lines, bytes) = SIZES[usize::from(number) % SIZES.len()];
    let line = |line: usize| {
        let words = format!("{} {number} word{line} ferry; ", ["Home", "Posted by", "é"][line % 3]);
        words.chars().cycle().take(bytes).collect::<String>()
    };
    (0..lines).map(line).collect::<Vec<_>>().join("\n")
}

fn read(delivery: &Delivery) -> SampledPage {
    read_wanted(delivery, |_| Wanted::Examples)
}

/// Reads what is wanted of a page of this hash.
fn read_wanted(&(number, title, day): &Delivery, wanted: impl FnOnce(u64) -> Wanted) -> SampledPage {
    let text = text(number);
    let title = TITLES[usize::from(title) % TITLES.len()];
    let author = (number % 2 == 0).then_some("ferry");
    let (hash, mut reader) = (page_hash("s", &text), LineReader::default());
    SampledPage::read(wanted(hash), hash, day, &text, title, author, &mut reader)
}

fn deliveries() -> impl Strategy<Value = Vec<Delivery>> {
    let any_size = prop::collection::vec((any::<u8>(), any::<u8>(), prop::option::of(-3i32..20_000)), 0..60);
    let small = (0u8..20).prop_map(|n| n * 10 + 2);
    let of_one_size = prop::collection::vec((small, any::<u8>(), prop::option::of(0i32..9)), 0..40);
    prop_oneof![3 => any_size, 1 => of_one_size]
}

fn sample_of(pages: &[SampledPage]) -> SiteSample {
    let mut sample = SiteSample::default();
    pages.iter().for_each(|page| sample.insert(page.clone()));
    sample
}

/// Pages, bound, text bound.
type Parts<K> = (Vec<SampledPage>, Option<K>, Option<K>);

/// The definition: versions under one key joined; pages in the order of their keys up to the first that does not fit;
/// of these, texts up to the first that does not fit.
fn by_definition<K: PageKey>(pages: &[SampledPage], limits: Limits) -> Parts<K> {
    let mut joined: BTreeMap<K, SampledPage> = BTreeMap::new();
    for page in pages {
        let Some(key) = K::of(page) else { continue };
        let known = joined.remove(&key);
        joined.insert(key, known.map_or_else(|| page.clone(), |known| known.join(page.clone())));
    }
    let (mut bytes, mut text, mut bound, mut text_bound) = (0, 0, None, None);
    let mut taken = Vec::new();
    for (key, mut page) in joined {
        bytes += page.cost();
        text += page.text_cost();
        if !taken.is_empty() && (bytes > limits.bytes || taken.len() == limits.pages) {
            bound = Some(key);
            break;
        }
        if text > limits.text {
            text_bound = text_bound.or(Some(key));
            page.texts = Strings::default();
        }
        taken.push(page);
    }
    (taken, bound, text_bound)
}

fn parts<K: PageKey>(sample: &BottomK<K>) -> Parts<K> {
    (sample.pages().cloned().collect(), sample.bound(), sample.text_bound())
}

/// Both halves of a sample are what they are defined to be.
fn is_by_definition(sample: &SiteSample, pages: &[SampledPage]) -> bool {
    parts(&sample.whole) == by_definition(pages, WHOLE)
        && parts(&sample.newest) == by_definition(pages, NEWEST)
}

fn profile_of(sample: &SiteSample) -> Profile {
    let mut profile = Profile::default();
    profile.site_mut("s").sample = sample.clone();
    profile
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_sample_is_what_its_definition_says_in_any_order_and_any_sharding(
        deliveries in deliveries(),
        seed in any::<u64>(),
        shards in 1usize..6,
    ) {
        let pages: Vec<SampledPage> = deliveries.iter().map(read).collect();
        let sample = sample_of(&pages);
        prop_assert!(is_by_definition(&sample, &pages));
        let bytes = encode(&profile_of(&sample));
        prop_assert!(bytes.len() <= 300_000, "{}", bytes.len());

        let mut random = Random::new(seed);
        let mut shuffled = pages.clone();
        random.shuffle(&mut shuffled);
        prop_assert!(sample_of(&shuffled) == sample);

        // Each page goes to one shard, some to two.
        let mut sharded: Vec<Vec<SampledPage>> = vec![Vec::new(); shards];
        for page in &shuffled {
            sharded[random.below(shards as u64) as usize].push(page.clone());
            if random.below(3) == 0 {
                sharded[random.below(shards as u64) as usize].push(page.clone());
            }
        }
        let mut samples: Vec<SiteSample> = sharded.iter().map(|shard| sample_of(shard)).collect();
        samples.push(samples[0].clone());
        random.shuffle(&mut samples);
        // As a tree of any form.
        while samples.len() > 1 {
            let other = samples.remove(random.below(samples.len() as u64) as usize);
            let at = random.below(samples.len() as u64) as usize;
            samples[at].merge(other);
        }
        prop_assert!(samples[0] == sample);
        prop_assert!(encode(&profile_of(&samples[0])) == bytes);

        let mut twice = sample.clone();
        twice.merge(sample.clone());
        prop_assert!(twice == sample);
    }

    #[test]
    fn of_a_page_that_is_not_wanted_nothing_is_missed(deliveries in deliveries(), batch in 1usize..30) {
        // As `tamis learn` asks: what this batch has so far, and what was known when it began.
        let mut held = SiteSample::default();
        for deliveries in deliveries.chunks(batch) {
            let mut sample = SiteSample::default();
            for delivery in deliveries {
                let mut wanted = Wanted::Nothing;
                let page = read_wanted(delivery, |hash| {
                    wanted = sample.wants(hash, delivery.2).min(held.wants(hash, delivery.2));
                    wanted
                });
                if wanted > Wanted::Nothing {
                    sample.insert(page);
                }
            }
            held.merge(sample);
        }
        let all: Vec<SampledPage> = deliveries.iter().map(read).collect();
        prop_assert!(held == sample_of(&all));
    }
}

/// Profiles of few small pages with edits and other hosts.
fn profile() -> impl Strategy<Value = Profile> {
    let name = prop_oneof![3 => "[a-c]{0,2}", 1 => any::<String>()];
    let page = (0u8..3, any::<u8>(), prop::option::of(any::<i32>()));
    let edit = ("[a-c]{1,2}", 0u64..4, 0u8..4);
    let site = (
        prop::collection::vec(page, 0..5),
        prop::collection::vec(edit, 0..5),
        prop::collection::vec("[a-f]{1,2}", 0..20),
    );
    prop::collection::vec((name, site), 0..5).prop_map(|sites| {
        let mut profile = Profile::default();
        for (name, (pages, edits, hosts)) in sites {
            let site = profile.site_mut(&name);
            pages.iter().for_each(|page| site.sample.insert(read(page)));
            for (line, revision, number) in edits {
                let decisions = [None, Some(Decision::Strip), Some(Decision::Wait), Some(Decision::Keep)];
                let decision = decisions[usize::from(number)];
                site.edits.take(line, Edit { revision, decision });
            }
            hosts.into_iter().for_each(|host| site.other_hosts.insert(host));
        }
        profile
    })
}

fn merged(a: &Profile, b: &Profile) -> Profile {
    let mut merged = a.clone();
    merged.merge(b.clone());
    merged
}

/// What is read of a file that comes in pieces of `size` bytes; or the fault.
fn read_in_pieces(bytes: &[u8], size: usize) -> Result<Profile, String> {
    let mut sites = Vec::new();
    let mut take = |name: &str, bytes: &[u8], site: &SiteProfile| {
        assert!(decode_site(bytes).as_ref() == Some(site));
        sites.push((name.to_owned(), site.clone()));
        Ok(())
    };
    let mut decoder = Decoder::new("p".to_owned());
    let told = |error: Error| error.to_string();
    bytes.chunks(size).try_for_each(|piece| decoder.push(piece, &mut take)).map_err(told)?;
    let digest = decoder.finish(&mut take).map_err(told)?;
    assert_eq!(digest, tamis::hash::digest(bytes));
    Ok(sites.into_iter().collect())
}

/// A file with a checksum that fits.
fn stamped(mut bytes: Vec<u8>) -> Vec<u8> {
    let checksum = tamis::hash::digest(&bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn profiles_are_a_semilattice_and_their_bytes_say_everything(a in profile(), b in profile(), c in profile()) {
        let ab = merged(&a, &b);
        prop_assert!(ab == merged(&b, &a));
        prop_assert!(merged(&ab, &c) == merged(&a, &merged(&b, &c)));
        prop_assert!(merged(&ab, &ab) == ab);
        prop_assert!(merged(&ab, &a) == ab);
        let bytes = encode(&ab);
        let read = decode(&bytes, "p").unwrap();
        prop_assert!(read == ab);
        prop_assert_eq!(a == b, a.digest() == b.digest());
        prop_assert_eq!(ab.digest(), format!("{:032x}", tamis::hash::digest(&bytes)));
    }

    #[test]
    fn a_changed_file_is_refused_or_says_something_else(
        profile in profile(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        length in any::<prop::sample::Index>(),
        size in 1usize..100,
    ) {
        let bytes = encode(&profile);
        prop_assert!(read_in_pieces(&bytes, size) == Ok(profile));
        let cut = &bytes[..length.index(bytes.len())];
        let fault = decode(cut, "p").unwrap_err();
        prop_assert_eq!(read_in_pieces(cut, size), Err(fault.to_string()));
        prop_assert_eq!(fault.kind(), ErrorKind::Saved);
        prop_assert!(fault.to_string().contains(" ("), "{}", fault);

        let mut changed = bytes.clone();
        changes.iter().for_each(|(at, byte)| changed[at.index(bytes.len())] = *byte);
        prop_assert!(changed == bytes || decode(&changed, "p").is_err());
        let told = |of: Result<Profile, Error>| of.map_err(|error| error.to_string());
        prop_assert!(read_in_pieces(&changed, size) == told(decode(&changed, "p")));

        // With a checksum that fits, what is read is what would be written.
        changed.truncate(bytes.len() - 16);
        let changed = stamped(changed);
        prop_assert!(read_in_pieces(&changed, size) == told(decode(&changed, "p")));
        if let Ok(read) = decode(&changed, "p") {
            prop_assert!(encode(&read) == changed);
        }
    }

    #[test]
    fn any_bytes_are_an_error_or_a_profile(body in prop::collection::vec(prop_oneof![0u8..4, any::<u8>()], 0..200)) {
        prop_assert!(decode(&body, "p").is_err());
        let mut bytes = MAGIC.to_vec();
        [FORMAT_VERSION, 1, 1, 1].iter().for_each(|version| bytes.extend_from_slice(&version.to_le_bytes()));
        bytes.extend_from_slice(&body);
        let bytes = stamped(bytes);
        if let Ok(read) = decode(&bytes, "p") {
            prop_assert!(encode(&read) == bytes);
        }
    }
}

#[test]
fn a_large_site_is_remembered_by_the_smallest_hashes_and_the_latest_days() {
    let mut reader = LineReader::default();
    let mut page = |n: u64| {
        let text =
            if n.is_multiple_of(5) { String::new() } else { format!("Home\nNews of page {n}\nContact us") };
        SampledPage::read(
            Wanted::Examples,
            n.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            Some(n as i32),
            &text,
            "A title | Site",
            None,
            &mut reader,
        )
    };
    let pages: Vec<SampledPage> = (0..2_000).map(&mut page).collect();
    let expected = sample_of(&pages);
    assert!(is_by_definition(&expected, &pages));
    assert_eq!((expected.whole.len(), expected.whole.bound().is_some()), (WHOLE.pages, true));
    assert!(expected.newest.pages().map(|page| page.day).eq((1936..2_000).rev().map(Some)));
    let (mut odd, mut even) = (SiteSample::default(), SiteSample::default());
    for (n, page) in pages.iter().rev().enumerate() {
        if n % 2 == 0 { &mut even } else { &mut odd }.insert(page.clone());
    }
    odd.merge(even);
    assert!(odd == expected);
}

#[test]
fn a_page_that_came_with_another_title_first_is_the_same_page() {
    // Seven pages of a thousand lines fill the budget; longer titles push the last one out, whenever they come.
    let of = |title: u8, n: u8| read(&(10 * n + 8, title, Some(i32::from(n))));
    let short: Vec<SampledPage> = (0..8).map(|n| of(0, n)).collect();
    let long: Vec<SampledPage> = (0..8).map(|n| of(3, n)).collect();
    let forth = sample_of(&[short.clone(), long.clone()].concat());
    assert!(forth == sample_of(&[long.clone(), short].concat()));
    assert!(forth == sample_of(&long));
}

#[test]
fn one_page_of_very_many_lines_takes_its_share_only() {
    let text: String = (0..100_000).map(|n| format!("line {n}\n")).collect();
    let page = SampledPage::read(Wanted::Examples, 1, None, &text, "", None, &mut LineReader::default());
    assert_eq!(page.lines.len(), MOST_LINES);
    assert!(page.cost() <= WHOLE.bytes / 6 && page.text_cost() <= WHOLE.text / 2);
}

#[test]
fn files_of_other_versions_are_refused_with_both_versions_named() {
    let bytes = encode(&Profile::default());
    let versions =
        [(8, "format version", 2), (12, "text profile", 1), (16, "hash version", 1), (20, "line version", 3)];
    for (at, name, here) in versions {
        let mut other = bytes.clone();
        other[at] = 77;
        let fault = decode(&other, "sites.tamis").unwrap_err().to_string();
        assert!(fault.contains(&format!("sites.tamis: has {name} 77, this Tamis has {here}")), "{fault}");
        assert!(fault.contains("learn it anew"), "{fault}");
    }
    let fault = decode(b"{\"text\":\"x\"}", "in.jsonl").unwrap_err().to_string();
    assert!(fault.contains("is no profile"), "{fault}");
    let fault = decode(&bytes[..30], "p").unwrap_err().to_string();
    assert!(fault.contains("cut off"), "{fault}");
    assert!(decode(b"", "p").is_err());
}
