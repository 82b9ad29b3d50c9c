//! The fingerprint is the majority of votes of distinct words; its bits are pinned.

use crate::support::random::Random;
use bitvec::order::Lsb0;
use bitvec::view::BitView;
use proptest::prelude::*;
use std::collections::BTreeSet;
use tamis::hash;
use tamis::scheme::Scheme;
use tamis::shingle::Ngram;
use tamis::sketch::minhash;
use tamis::sketch::simhash::encoding::{Sketches, decode, encode};
use tamis::sketch::simhash::hasher::SimHasher;
use tamis::sketch::simhash::signature::{Distance, distance};
use tamis::text::words::hash_words;

/// The definition: 64 counts, one by one.
fn by_definition(words: &[u64]) -> u64 {
    let distinct: BTreeSet<u64> = words.iter().copied().collect();
    let mut counts = [0usize; 64];
    for word in &distinct {
        for bit in hash::in_round(*word, 0).view_bits::<Lsb0>().iter_ones() {
            counts[bit] += 1;
        }
    }
    let mut fingerprint = 0u64;
    let bits = fingerprint.view_bits_mut::<Lsb0>();
    (0..64).for_each(|bit| bits.set(bit, 2 * counts[bit] > distinct.len()));
    fingerprint
}

/// The fingerprint of a text.
pub fn fingerprint(text: &str) -> u64 {
    let mut words = Vec::new();
    hash_words(text, &mut words);
    SimHasher::default().sketch(&words)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fast_votes_are_the_votes_of_the_definition(words in prop::collection::vec(0u64..60, 0..90)) {
        prop_assert_eq!(SimHasher::default().sketch(&words), by_definition(&words));
    }

    #[test]
    fn order_and_repetition_change_nothing(seed in any::<u64>(), size in 1u64..200) {
        let mut random = Random::new(seed);
        let words: Vec<u64> = (0..size).map(|_| random.next()).collect();
        let mut other: Vec<u64> = words.iter().rev().chain(&words).copied().collect();
        random.shuffle(&mut other);
        let mut hasher = SimHasher::default();
        prop_assert_eq!(hasher.sketch(&words), hasher.sketch(&other));
    }
}

#[test]
fn votes_are_counted_right_up_to_thousands_of_words() {
    let mut random = Random::new(5);
    let mut hasher = SimHasher::default();
    for size in [0, 1, 2, 6, 7, 8, 13, 14, 15, 127, 128, 1000, 4095, 4096, 20_000] {
        let words: Vec<u64> = (0..size).map(|_| random.next()).collect();
        assert_eq!(hasher.sketch(&words), by_definition(&words), "{size} words");
    }
}

#[test]
fn what_is_repeated_has_one_vote() {
    let text = "The ferry to Orlen leaves at nine, the harbour office said on Monday.";
    let menu = "Harbour | Harbour | Harbour | Harbour | Monday | Monday | Monday";
    assert_eq!(fingerprint(&format!("{text} {text} {menu}")), fingerprint(text));
}

#[test]
fn unrelated_sets_differ_in_half_of_the_bits_and_alike_ones_in_few() {
    let mut random = Random::new(17);
    let mut hasher = SimHasher::default();
    let mut mean = |shared: usize| {
        let distances = (0..400).map(|_| {
            let common: Vec<u64> = (0..shared).map(|_| random.next()).collect();
            let mut own = || -> Vec<u64> {
                (shared..201).map(|_| random.next()).chain(common.iter().copied()).collect()
            };
            let (a, b) = (own(), own());
            distance(hasher.sketch(&a), hasher.sketch(&b))
        });
        f64::from(distances.sum::<u32>()) / 400.0
    };
    // Votes of two sets of one size that share a part c are two sums with correlation c: 64·arccos(c)/π bits.
    for (shared, cosine) in [(0, 0.0), (101, 0.5), (181, 0.9), (201, 1.0)] {
        let expected = 64.0 * f64::acos(cosine) / std::f64::consts::PI;
        let found = mean(shared);
        assert!((found - expected).abs() < 1.0, "{shared} of 201 shared: {found:.1}, not {expected:.1} bits");
    }
}

#[test]
fn a_text_with_one_word_changed_stays_close_and_another_one_is_far_in_every_language() {
    let table = std::fs::read_to_string(crate::support::path("tests/languages/near.tsv")).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows.len(), 4);
    for row in &rows {
        let [language, text, edited, other] = row[..] else { panic!("{row:?}") };
        let [text, edited, other] = [text, edited, other].map(fingerprint);
        assert!(distance(text, edited) <= 8, "{language}: {} bits", distance(text, edited));
        assert!(distance(text, other) >= 20, "{language}: {} bits", distance(text, other));
    }
}

/// Texts whose fingerprints are pinned; written for this purpose.
const PINNED: [&str; 6] = [
    "",
    "a",
    "The ferry to Orlen leaves at nine, the harbour office said on Monday.",
    "قالت إدارة الميناء يوم الإثنين إن العبارة تغادر في التاسعة صباحاً",
    "港务局周一表示，渡轮将于九点出发",
    "Η αρχή του λιμανιού ανακοίνωσε το νέο δρομολόγιο του πλοίου",
];

#[test]
fn fingerprints_are_those_of_the_published_vectors() {
    let mut lines = String::from("words\tfingerprint\n");
    for text in PINNED {
        let mut words = Vec::new();
        hash_words(text, &mut words);
        let words: Vec<String> = words.iter().map(|word| format!("{word:016x}")).collect();
        lines += &format!("{}\t{:016x}\n", words.join(" "), fingerprint(text));
    }
    crate::support::golden("tests/vectors/simhash-1.tsv", lines.as_bytes());
}

fn some_sketches() -> Sketches {
    Sketches {
        scheme: Scheme::simhash(),
        digests: PINNED.iter().map(|text| hash::digest(text.as_bytes())).collect(),
        fingerprints: PINNED.iter().map(|text| fingerprint(text)).collect(),
    }
}

#[test]
fn a_saved_file_of_fingerprints_of_format_version_1_still_opens() {
    let sketches = some_sketches();
    crate::support::golden("tests/vectors/fingerprints-1.bin", &encode(&sketches));
    let saved = std::fs::read(crate::support::path("tests/vectors/fingerprints-1.bin")).unwrap();
    assert_eq!(decode(&saved, "saved").unwrap(), sketches);
}

#[test]
fn a_damaged_file_of_fingerprints_is_refused_wherever_the_damage_is() {
    let whole = encode(&some_sketches());
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x40;
        assert!(decode(&damaged, "damaged").is_err(), "byte {at}");
        assert!(decode(&whole[..at], "cut").is_err(), "cut at {at}");
    }
}

#[test]
fn files_and_schemes_of_minhash_and_simhash_are_not_taken_for_each_other() {
    let message = minhash::encoding::decode(&encode(&some_sketches()), "seen.bin").unwrap_err().to_string();
    assert!(message.starts_with("seen.bin: is no file of MinHash signatures"), "{message}");
    let minhash = Scheme::minhash(Ngram::WORD, 64).unwrap();
    let message = Scheme::simhash().ensure_same(&minhash, "seen.bin").unwrap_err().to_string();
    assert!(message.contains("MinHash of 64 slots") && message.contains("SimHash of 64 bits"), "{message}");
}

#[test]
fn distances_beyond_eight_bits_are_refused_by_name() {
    assert!((0..=8).all(|bits| Distance::new(bits).is_ok()));
    for bits in [9, 64, 256, u32::MAX] {
        let message = Distance::new(bits).unwrap_err().to_string();
        assert!(message.starts_with("--distance: ") && message.contains("0 to 8"), "{message}");
    }
}
