//! How far off are signatures? Fast Similarity Sketching, as the library does it, beside k independent
//! permutations, as the textbook does it.

use crate::corpus::Corpus;
use crate::markdown::{Table, heading, paragraph};
use crate::population::{Pair, Population};
use rayon::prelude::*;
use tamis::hash;
use tamis::sketch::minhash::hasher::MinHasher;
use tamis::sketch::minhash::signature::agreement;

const SLOTS: [u16; 5] = [64, 100, 128, 160, 256];
/// Bands of Jaccard; equal sets, which have no error, are left out.
const BANDS: [(f64, f64); 4] = [(0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.0)];
/// Pages below are short.
const SHORT: u32 = 80;

/// Prints errors, bias and cost by the number of slots.
pub(crate) fn print(corpus: &Corpus, population: &Population) {
    heading("Sketch");
    let in_bands = |pair: &&Pair| (BANDS[0].0..1.0).contains(&pair.jaccard());
    let pairs: Vec<&Pair> = population.of_long_pages(corpus).filter(in_bands).collect();
    paragraph(&format!(
        "Root mean square error of the estimated Jaccard over {} pairs, Fast Similarity Sketching / k permutations.",
        pairs.len()
    ));
    let mut table = Table::new(&[
        "slots",
        "J .3–.5",
        ".5–.7",
        ".7–.9",
        ".9–1",
        "a page under 80 shingles",
        "bias",
        "variance ratio",
        "hashes a shingle",
        "rounds a page: median, 90 %, most",
    ]);
    let is_needed = needed(corpus, &pairs);
    let permuted = signatures(corpus, &is_needed, permutations);
    for slots in SLOTS {
        let sketched = signatures(corpus, &is_needed, |shingles| fast(shingles, slots));
        let errors = |signatures: &[Vec<u16>]| -> Vec<f64> {
            let slots = usize::from(slots);
            let error = |pair: &&Pair| {
                let (a, b) = (&signatures[pair.pages.0 as usize], &signatures[pair.pages.1 as usize]);
                agreement(&a[..slots], &b[..slots]) as f64 / slots as f64 - pair.jaccard()
            };
            pairs.iter().map(error).collect()
        };
        let (ours, theirs) = (errors(&sketched), errors(&permuted));
        let both = |is_counted: &dyn Fn(&Pair) -> bool| {
            let error = |errors| root_mean_square(&pairs, errors, is_counted);
            format!("{:.4} / {:.4}", error(&ours), error(&theirs))
        };
        let in_band = |(low, high): (f64, f64)| both(&|pair| (low..high).contains(&pair.jaccard()));
        let ratio = root_mean_square(&pairs, &ours, &|_| true) / root_mean_square(&pairs, &theirs, &|_| true);
        let (hashes, rounds) = cost(corpus, slots);
        table.row(&[
            slots.to_string(),
            in_band(BANDS[0]),
            in_band(BANDS[1]),
            in_band(BANDS[2]),
            in_band(BANDS[3]),
            both(&|pair| pair.overlap.smaller() < SHORT),
            format!("{:+.4} / {:+.4}", mean(&ours), mean(&theirs)),
            format!("{:.2}", ratio * ratio),
            format!("{hashes:.1} / {slots}"),
            rounds,
        ]);
    }
    table.print();
}

/// Which pages stand in a pair.
fn needed(corpus: &Corpus, pairs: &[&Pair]) -> Vec<bool> {
    let mut is_needed = vec![false; corpus.pages.len()];
    for pair in pairs {
        is_needed[pair.pages.0 as usize] = true;
        is_needed[pair.pages.1 as usize] = true;
    }
    is_needed
}

fn signatures(
    corpus: &Corpus,
    is_needed: &[bool],
    sign: impl Fn(&[u64]) -> Vec<u16> + Sync,
) -> Vec<Vec<u16>> {
    let sign = |(page, &is_needed): (&crate::corpus::Page, &bool)| {
        if is_needed { sign(page.set.as_slice()) } else { Vec::new() }
    };
    corpus.pages.par_iter().zip(is_needed).map(sign).collect()
}

fn fast(shingles: &[u64], slots: u16) -> Vec<u16> {
    let mut signature = Vec::new();
    MinHasher::new(slots).sketch(shingles, &mut signature);
    signature
}

/// The least hash of each of k independent functions, 16 bits of it. With k functions the first ones are the
/// signature of fewer.
fn permutations(shingles: &[u64]) -> Vec<u16> {
    let least = |function: u16| {
        let hashes = shingles.iter().map(|shingle| hash::seeded(&shingle.to_le_bytes(), function.into()));
        hashes.min().unwrap_or(0) as u16
    };
    (0..SLOTS[SLOTS.len() - 1]).map(least).collect()
}

fn root_mean_square(pairs: &[&Pair], errors: &[f64], is_counted: &dyn Fn(&Pair) -> bool) -> f64 {
    let counted: Vec<f64> = pairs
        .iter()
        .zip(errors)
        .filter(|(pair, _)| is_counted(pair))
        .map(|(_, error)| error * error)
        .collect();
    mean(&counted).sqrt()
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

/// Hashes a shingle over the whole corpus, and rounds a page.
fn cost(corpus: &Corpus, slots: u16) -> (f64, String) {
    let pages: Vec<&[u64]> =
        corpus.pages.iter().map(|page| page.set.as_slice()).filter(|set| !set.is_empty()).collect();
    let mut rounds: Vec<usize> = pages.par_iter().map(|shingles| rounds(shingles, slots)).collect();
    let hashes: usize = pages.iter().zip(&rounds).map(|(shingles, rounds)| shingles.len() * rounds).sum();
    let shingles: usize = pages.iter().map(|shingles| shingles.len()).sum();
    rounds.sort_unstable();
    let at = |share: f64| rounds[((rounds.len() - 1) as f64 * share) as usize];
    (hashes as f64 / shingles as f64, format!("{}, {}, {}", at(0.5), at(0.9), at(1.0)))
}

/// Rounds until every bin is full; a bin that k rounds leave empty takes one more.
fn rounds(shingles: &[u64], slots: u16) -> usize {
    let slots = u64::from(slots);
    let mut is_full = vec![false; slots as usize];
    let mut empty = slots;
    for round in 0..slots {
        for &shingle in shingles {
            let bin = ((hash::in_round(shingle, round) >> 32) * slots) >> 32;
            empty -= u64::from(!std::mem::replace(&mut is_full[bin as usize], true));
        }
        if empty == 0 {
            return round as usize + 1;
        }
    }
    (slots + empty) as usize
}
