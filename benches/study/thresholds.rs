//! What is right and what is found at each threshold? And which wrong pairs lie highest?

use crate::corpus::{Corpus, Label};
use crate::folding::share_from;
use crate::labels::{Tally, Weighted, stratified};
use crate::markdown::{Table, heading, paragraph, ratio};
use crate::population::Population;

const THRESHOLDS: [f64; 7] = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

/// Prints one row a threshold, then the pairs labelled different above one half.
pub(crate) fn print(corpus: &Corpus, population: &Population) {
    heading("Thresholds");
    let weighted = stratified(corpus, population);
    paragraph(&format!(
        "Estimates for all pairs, from {} labelled pairs with weights: share that is the same item / that is the \
         same or overlaps / of the same-item pairs that is found. Counts: all {} labelled pairs, unweighted.",
        weighted.len(),
        corpus.labelled.len()
    ));
    let mut table = Table::new(&[
        "Jaccard",
        "all pairs",
        "one site",
        "two sites",
        "labelled same",
        "partial",
        "different",
        "equal titles",
    ]);
    let titles: Vec<f64> = corpus.equal_titles.iter().map(|&pair| corpus.overlap(pair).jaccard()).collect();
    for threshold in THRESHOLDS {
        let is_met = |pair: (u32, u32)| corpus.overlap(pair).jaccard() >= threshold;
        let estimate = |is_counted: &dyn Fn(&Weighted) -> bool| {
            let counted: Vec<&Weighted> = weighted.iter().filter(|pair| is_counted(pair)).collect();
            let tally = |pairs: &mut dyn Iterator<Item = &&Weighted>| {
                Tally::of(pairs.map(|pair| (pair.label, pair.weight)))
            };
            let met = tally(&mut counted.iter().filter(|pair| is_met(pair.pair)));
            let all = tally(&mut counted.iter());
            format!(
                "{} / {} / {}",
                ratio(met.same_share()),
                ratio(met.overlap_share()),
                ratio(met.same / all.same)
            )
        };
        let met = |label: Label| {
            let of_label: Vec<_> =
                corpus.labelled.iter().filter(|labelled| labelled.label == label).collect();
            let met = of_label.iter().filter(|labelled| is_met(labelled.pair)).count();
            format!("{met} of {}", of_label.len())
        };
        table.row(&[
            format!("≥ {threshold:.1}"),
            estimate(&|_| true),
            estimate(&|pair| corpus.same_site(pair.pair)),
            estimate(&|pair| !corpus.same_site(pair.pair)),
            met(Label::Same),
            met(Label::Partial),
            met(Label::Different),
            share_from(&titles, threshold),
        ]);
    }
    table.print();
    print_highest_different(corpus);
}

fn print_highest_different(corpus: &Corpus) {
    paragraph("Pairs labelled different at Jaccard 0.5 or more:");
    let different = corpus.labelled.iter().filter(|labelled| labelled.label == Label::Different);
    let mut highest: Vec<_> =
        different.map(|labelled| (corpus.overlap(labelled.pair), labelled.pair)).collect();
    highest.retain(|(overlap, _)| overlap.jaccard() >= 0.5);
    highest.sort_unstable_by(|a, b| b.0.jaccard().total_cmp(&a.0.jaccard()));
    let mut table = Table::new(&["pages", "Jaccard", "shared, of shingles", "sites"]);
    for (overlap, pair) in highest {
        let sites = if corpus.same_site(pair) { "one" } else { "two" };
        let sizes = format!("{}, of {} and {}", overlap.shared, overlap.size_a, overlap.size_b);
        table.row(&[corpus.ids(pair), ratio(overlap.jaccard()), sizes, sites.into()]);
    }
    table.print();
}
