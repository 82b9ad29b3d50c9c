//! Weights for labelled pairs, so that a sample drawn by strata speaks for all pairs.
//!
//! A stratum is a band of Jaccard, on one site or across two; pairs below one half whose smaller page lies almost
//! whole in the larger are strata of their own, since they were drawn so. The weight of a pair is the number of
//! pairs in its stratum, divided by the number of these that were read. Below Jaccard 0.05 only pairs of that
//! kind were read, so the estimates say nothing of others there.

use crate::corpus::{Corpus, Label, Labelled};
use crate::population::{EDGES, Pair, Population, band};
use std::collections::BTreeMap;

/// A pair that was read, with the number of pairs that it stands for.
pub(crate) struct Weighted {
    pub(crate) pair: (u32, u32),
    pub(crate) label: Label,
    pub(crate) weight: f64,
}

/// Of one site or not, and the band; contained pairs of low Jaccard count as one band.
type Stratum = (bool, usize);

fn stratum(corpus: &Corpus, pair: &Pair) -> Option<Stratum> {
    let band = if pair.is_contained_only() { Some(EDGES.len()) } else { band(pair.jaccard()) };
    Some((corpus.same_site(pair.pages), band?))
}

/// The stratified sample with its weights.
pub(crate) fn stratified(corpus: &Corpus, population: &Population) -> Vec<Weighted> {
    let mut there: BTreeMap<Stratum, f64> = BTreeMap::new();
    for stratum in population.of_long_pages(corpus).filter_map(|pair| stratum(corpus, pair)) {
        *there.entry(stratum).or_default() += 1.0;
    }
    let sample: Vec<(&Labelled, Stratum)> = corpus
        .labelled
        .iter()
        .filter(|labelled| labelled.is_stratified)
        .filter_map(|labelled| {
            let pair = Pair { pages: labelled.pair, overlap: corpus.overlap(labelled.pair) };
            Some((labelled, stratum(corpus, &pair)?))
        })
        .collect();
    let mut read: BTreeMap<Stratum, f64> = BTreeMap::new();
    for (_, stratum) in &sample {
        *read.entry(*stratum).or_default() += 1.0;
    }
    let weighted = |(labelled, stratum): &(&Labelled, Stratum)| {
        let weight = there.get(stratum).copied().unwrap_or(0.0) / read[stratum];
        Weighted { pair: labelled.pair, label: labelled.label, weight }
    };
    sample.iter().map(weighted).collect()
}

/// Sums of weights by label.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) same: f64,
    pub(crate) partial: f64,
    pub(crate) different: f64,
}

impl Tally {
    pub(crate) fn of(pairs: impl IntoIterator<Item = (Label, f64)>) -> Self {
        let mut tally = Self::default();
        for (label, weight) in pairs {
            *match label {
                Label::Same => &mut tally.same,
                Label::Partial => &mut tally.partial,
                Label::Different => &mut tally.different,
            } += weight;
        }
        tally
    }

    /// Share of `same` among all.
    pub(crate) fn same_share(self) -> f64 {
        self.same / (self.same + self.partial + self.different)
    }

    /// Share of `same` and `partial` among all.
    pub(crate) fn overlap_share(self) -> f64 {
        (self.same + self.partial) / (self.same + self.partial + self.different)
    }

    /// Share of `same` among `same` and `different`.
    pub(crate) fn against_different(self) -> f64 {
        self.same / (self.same + self.different)
    }
}

/// How well a score sets `same` above `different`: 0.5 is chance, 1 perfect.
pub(crate) fn area_under_curve(scores: &[(Label, f64)]) -> f64 {
    let of =
        |wanted: Label| scores.iter().filter(move |(label, _)| *label == wanted).map(|(_, score)| *score);
    let (mut sum, mut pairs) = (0.0, 0.0);
    for same in of(Label::Same) {
        for different in of(Label::Different) {
            sum += f64::from(u8::from(same > different))
                + 0.5 * f64::from(u8::from(same.total_cmp(&different).is_eq()));
            pairs += 1.0;
        }
    }
    sum / pairs
}
