//! How many words a shingle, and which thresholds mean the same?

use crate::corpus::{Corpus, Label};
use crate::folding::share_from;
use crate::labels::{Tally, Weighted, stratified};
use crate::markdown::{Table, heading, paragraph, percent};
use crate::population::{Pair, Population};
use rayon::prelude::*;
use tamis::shingle::{Ngram, ShingleSet};
use tamis::similarity::Overlap;

const SIZES: std::ops::RangeInclusive<u32> = 1..=8;
const THRESHOLDS: [f64; 7] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/// Prints quality by n, then the thresholds of each n that pairs at a given 3-word threshold have.
pub(crate) fn print(corpus: &Corpus, population: &Population) {
    let weighted = stratified(corpus, population);
    let near_thresholds: Vec<&Pair> = population
        .of_long_pages(corpus)
        .filter(|pair| pair.jaccard() >= THRESHOLDS[0] - HALF_WIDTH)
        .collect();
    let mut equivalents = Vec::new();

    heading("Which n");
    paragraph(&format!(
        "Equal titles and labelled pairs, each counted once; then the threshold from which on precision (same \
         against different) is 95 % or 99 %, and its recall of the same-item pairs, both over {} labelled pairs \
         that are weighted to stand for all pairs.",
        weighted.len()
    ));
    let mut table = Table::new(&[
        "n",
        "equal titles ≥ .5",
        "≥ .8",
        "same ≥ .5",
        "≥ .8",
        "different ≥ .5",
        "≥ .8",
        "95 %: threshold → recall",
        "99 %: threshold → recall",
    ]);
    for n in SIZES {
        let sets = sets(corpus, n);
        let jaccard = |(a, b): (u32, u32)| Overlap::of(&sets[a as usize], &sets[b as usize]).jaccard();
        let titles: Vec<f64> = corpus.equal_titles.iter().copied().map(jaccard).collect();
        let of = |label: Label| -> Vec<f64> {
            let labelled = corpus.labelled.iter().filter(|labelled| labelled.label == label);
            labelled.map(|labelled| jaccard(labelled.pair)).collect()
        };
        let (same, different) = (of(Label::Same), of(Label::Different));
        let scored: Vec<(&Weighted, f64)> = weighted.iter().map(|pair| (pair, jaccard(pair.pair))).collect();
        table.row(&[
            n.to_string(),
            share_from(&titles, 0.5),
            share_from(&titles, 0.8),
            share_from(&same, 0.5),
            share_from(&same, 0.8),
            share_from(&different, 0.5),
            share_from(&different, 0.8),
            threshold_for(&scored, 0.95),
            threshold_for(&scored, 0.99),
        ]);
        let here: Vec<f64> = near_thresholds.par_iter().map(|pair| jaccard(pair.pages)).collect();
        equivalents.push((n, THRESHOLDS.map(|threshold| median_at(&near_thresholds, &here, threshold))));
    }
    table.print();
    print_equivalents(&equivalents);
}

fn sets(corpus: &Corpus, n: u32) -> Vec<ShingleSet> {
    let ngram = Ngram::new(n).unwrap();
    corpus.pages.par_iter().map(|page| ShingleSet::of_words(&page.words, ngram)).collect()
}

/// The lowest threshold, in hundredths, from which on precision never falls below `precision`.
fn threshold_for(scored: &[(&Weighted, f64)], precision: f64) -> String {
    let from = |threshold: f64| {
        Tally::of(
            scored.iter().filter(|(_, score)| *score >= threshold).map(|(pair, _)| (pair.label, pair.weight)),
        )
    };
    let all = from(0.0);
    let hundredths = (1..100).rev().map(|hundredth| f64::from(hundredth) / 100.0);
    let kept = hundredths.take_while(|&threshold| {
        let tally = from(threshold);
        tally.same + tally.different == 0.0 || tally.against_different() >= precision
    });
    kept.last().map_or("–".into(), |threshold| {
        format!("{threshold:.2} → {}", percent(from(threshold).same, all.same))
    })
}

/// Pairs this far from a threshold on either side speak for it.
const HALF_WIDTH: f64 = 0.02;

/// The median similarity here of the pairs around a 3-word threshold.
fn median_at(pairs: &[&Pair], here: &[f64], threshold: f64) -> f64 {
    let is_near = |pair: &Pair| (pair.jaccard() - threshold).abs() <= HALF_WIDTH;
    let mut near: Vec<f64> =
        pairs.iter().zip(here).filter(|(pair, _)| is_near(pair)).map(|(_, jaccard)| *jaccard).collect();
    near.sort_unstable_by(f64::total_cmp);
    near[near.len() / 2]
}

fn print_equivalents(equivalents: &[(u32, [f64; THRESHOLDS.len()])]) {
    paragraph("Median Jaccard of n-word shingles where that of 3-word shingles is within .02 of the head:");
    let head: Vec<String> = std::iter::once("n".to_owned())
        .chain(THRESHOLDS.map(|threshold| format!("{threshold:.1}")))
        .collect();
    let mut table = Table::new(&head.iter().map(String::as_str).collect::<Vec<_>>());
    for (n, medians) in equivalents {
        let cells: Vec<String> =
            std::iter::once(n.to_string()).chain(medians.map(|median| format!("{median:.2}"))).collect();
        table.row(&cells);
    }
    table.print();
}
