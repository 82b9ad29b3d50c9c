//! The sketch estimates Jaccard without bias and with no more variance than promised; its bytes are pinned.

use crate::support::random::Random;
use tamis::scheme::{Scheme, Sketch};
use tamis::shingle::{Ngram, ShingleSet, hash_shingles};
use tamis::similarity::Overlap;
use tamis::sketch::minhash::encoding::{Sketches, decode, encode};
use tamis::sketch::minhash::hasher::MinHasher;
use tamis::sketch::minhash::signature::{self, Signatures, agreement, least_agreement};
use tamis::text::words::hash_words;

/// Two sets of about `size` elements with about the given Jaccard similarity, and the exact one.
fn pair(random: &mut Random, size: usize, jaccard: f64) -> (Vec<u64>, Vec<u64>, f64) {
    let shared = (2.0 * size as f64 * jaccard / (1.0 + jaccard)).round() as usize;
    let common: Vec<u64> = (0..shared).map(|_| random.next()).collect();
    let mut own =
        || -> Vec<u64> { (shared..size).map(|_| random.next()).chain(common.iter().copied()).collect() };
    let (a, b) = (own(), own());
    let exact = Overlap::of(&ShingleSet::new(a.clone()), &ShingleSet::new(b.clone())).jaccard();
    (a, b, exact)
}

fn estimate(hasher: &mut MinHasher, slots: usize, a: &[u64], b: &[u64]) -> f64 {
    let (mut x, mut y) = (Vec::new(), Vec::new());
    hasher.sketch(a, &mut x);
    hasher.sketch(b, &mut y);
    signature::estimate(agreement(&x, &y), slots)
}

#[test]
fn estimates_are_unbiased_and_their_variance_is_within_bounds() {
    let mut random = Random::new(7);
    let trials = 1500;
    for slots in [17u16, 68, 105, 160] {
        let mut hasher = MinHasher::new(slots);
        for size in [5, 30, 200, 1500] {
            for jaccard in [0.1, 0.5, 0.8] {
                let errors: Vec<f64> = (0..trials)
                    .map(|_| {
                        let (a, b, exact) = pair(&mut random, size, jaccard);
                        estimate(&mut hasher, usize::from(slots), &a, &b) - exact
                    })
                    .collect();
                let (_, _, exact) = pair(&mut random, size, jaccard);
                let independent = exact * (1.0 - exact) / f64::from(slots);
                let mean = errors.iter().sum::<f64>() / trials as f64;
                let sigma = (independent / trials as f64).sqrt();
                let case = format!("{slots} slots, {size} shingles, J {exact:.2}");
                assert!(mean.abs() < 4.5 * sigma + 1e-4, "{case}: bias {mean:.5}, sigma {sigma:.5}");
                let variance = errors.iter().map(|error| error * error).sum::<f64>() / trials as f64;
                // A sample variance of n trials strays by a factor of about 1 ± 4.5 * sqrt(2 / n).
                assert!(
                    variance < 1.17 * independent,
                    "{case}: variance {variance:.6}, bound {independent:.6}"
                );
                assert!(variance > 0.0, "{case}: no sketch knows the exact answer");
            }
        }
    }
}

#[test]
fn short_pages_have_half_the_variance_of_independent_permutations() {
    let mut random = Random::new(11);
    let mut hasher = MinHasher::new(112);
    let mut sums = (0.0, 0.0);
    for _ in 0..3000 {
        let (a, b, exact) = pair(&mut random, 60, 0.8);
        let error = estimate(&mut hasher, 112, &a, &b) - exact;
        sums = (sums.0 + error * error, sums.1 + exact * (1.0 - exact) / 112.0);
    }
    let share = sums.0 / sums.1;
    assert!((0.40..0.65).contains(&share), "share of the variance {share:.3}");
}

#[test]
fn order_and_repetition_change_nothing() {
    let mut random = Random::new(3);
    let mut hasher = MinHasher::new(68);
    for size in [1, 2, 10, 300] {
        let shingles: Vec<u64> = (0..size).map(|_| random.next()).collect();
        let mut other: Vec<u64> = shingles.iter().rev().chain(&shingles).copied().collect();
        random.shuffle(&mut other);
        let (mut x, mut y) = (Vec::new(), Vec::new());
        hasher.sketch(&shingles, &mut x);
        hasher.sketch(&other, &mut y);
        assert_eq!(x, y, "{size} shingles");
    }
}

#[test]
fn the_early_test_of_agreement_misses_next_to_nothing() {
    let mut random = Random::new(19);
    let slots = 68;
    let mut hasher = MinHasher::new(slots);
    let least = least_agreement(0.7, usize::from(slots)) as f64 / f64::from(slots);
    let missed = (0..4000)
        .filter(|_| {
            let (a, b, _) = pair(&mut random, 250, 0.7);
            estimate(&mut hasher, usize::from(slots), &a, &b) < least
        })
        .count();
    assert!(missed <= 3, "{missed} of 4000 pairs at the threshold");
}

/// Texts whose signatures are pinned; written for this purpose.
const PINNED: [&str; 5] = [
    "a",
    "The ferry to Orlen leaves at nine, the harbour office said on Monday.",
    "قالت إدارة الميناء يوم الإثنين إن العبارة تغادر في التاسعة صباحاً",
    "港务局周一表示，渡轮将于九点出发",
    "Η αρχή του λιμανιού ανακοίνωσε το νέο δρομολόγιο του πλοίου",
];

#[test]
fn signatures_are_those_of_the_published_vectors() {
    let mut lines = String::from("words\tsignature of 16 slots, 3 words a shingle\n");
    for text in PINNED {
        let (mut words, mut shingles, mut slots) = (Vec::new(), Vec::new(), Vec::new());
        hash_words(text, &mut words);
        hash_shingles(&words, Ngram::DEFAULT, &mut shingles);
        MinHasher::new(16).sketch(&shingles, &mut slots);
        let words: Vec<String> = words.iter().map(|word| format!("{word:016x}")).collect();
        let slots: Vec<String> = slots.iter().map(|slot| format!("{slot:04x}")).collect();
        lines += &format!("{}\t{}\n", words.join(" "), slots.join(" "));
    }
    crate::support::golden("tests/vectors/minhash-1.tsv", lines.as_bytes());
}

fn some_sketches() -> Sketches {
    let scheme = Scheme::minhash(Ngram::DEFAULT, 16).unwrap();
    let mut signatures = Signatures::new(16);
    let mut digests = Vec::new();
    for text in PINNED {
        let (mut words, mut shingles, mut slots) = (Vec::new(), Vec::new(), Vec::new());
        hash_words(text, &mut words);
        hash_shingles(&words, Ngram::DEFAULT, &mut shingles);
        MinHasher::new(16).sketch(&shingles, &mut slots);
        signatures.extend(&slots);
        digests.push(tamis::hash::digest(text.as_bytes()));
    }
    Sketches { scheme, digests, signatures }
}

#[test]
fn a_saved_file_of_format_version_1_still_opens() {
    let sketches = some_sketches();
    crate::support::golden("tests/vectors/sketches-1.bin", &encode(&sketches));
    let saved = std::fs::read(crate::support::path("tests/vectors/sketches-1.bin")).unwrap();
    assert_eq!(decode(&saved, "saved").unwrap(), sketches);
}

#[test]
fn a_damaged_or_cut_file_is_refused_wherever_the_damage_is() {
    let whole = encode(&some_sketches());
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x40;
        assert!(decode(&damaged, "damaged").is_err(), "byte {at}");
        assert!(decode(&whole[..at], "cut").is_err(), "cut at {at}");
    }
}

#[test]
fn a_scheme_that_does_not_fit_names_both_values() {
    let here = Scheme::minhash(Ngram::DEFAULT, 68).unwrap();
    let there = Scheme { sketch: Sketch::MinHash { slots: 105 }, ..here };
    let message = here.ensure_same(&there, "index.bin").unwrap_err().to_string();
    assert!(
        message.contains("105") && message.contains("68") && message.starts_with("index.bin: "),
        "{message}"
    );
    assert!(here.ensure_same(&here, "index.bin").is_ok());
}
