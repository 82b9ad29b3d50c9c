//! Do bands and rows keep the promise, and what do they cost?
//!
//! Pages of equal words are one page here, as they are to `tamis dedup`; otherwise pages of any length take
//! part. A pair counts once: candidates a page are candidate pairs divided by pages.

use crate::corpus::Corpus;
use crate::markdown::{Table, count, heading, paragraph, percent};
use crate::population::{Pair, Population, each_pair};
use crate::templates::is_near_unguarded;
use rayon::prelude::*;
use tamis::lsh::banding::Banding;
use tamis::lsh::bands::MemoryBands;
use tamis::lsh::candidates::{self, Candidates};
use tamis::shingle::ShingleSet;
use tamis::similarity::{Overlap, Threshold};
use tamis::sketch::minhash::hasher::MinHasher;
use tamis::sketch::minhash::signature::{Signatures, agreement, least_agreement};
use tamis::verify::Rule;

const THRESHOLDS: [Threshold; 4] =
    [Threshold::tenths(5), Threshold::tenths(6), Threshold::tenths(7), Threshold::tenths(8)];
const RECALLS: [f64; 2] = [0.99, 0.999];
/// Below, two pages are unrelated.
const UNRELATED: f64 = 0.1;
/// Numbers of pages to choose shapes for.
const INPUTS: [u64; 3] = [10_000_000, 1_000_000_000, 100_000_000_000];

/// Prints all shapes with what they find and cost, unrelated candidates by rows, and shapes by size of input.
pub(crate) fn print(corpus: &Corpus, population: &Population) {
    heading("Bands");
    let field = Field::new(corpus, population);
    paragraph(&format!(
        "{} pages of unlike words. Bold: the shape that is chosen for up to ten million pages. Recall: the S-curve \
         at the threshold, then measured over all pairs at or above it, then over those less than .05 above it. \
         Candidates a page: before and after the whole signatures are compared; then the share of these that \
         verification confirms, and the unrelated ones (Jaccard < {UNRELATED}) among those before: pairs that share \
         a shingle + pairs that share none.",
        count(field.sets.len())
    ));
    let mut table = Table::new(&[
        "threshold, recall",
        "bands × rows",
        "slots",
        "recall: theory",
        "all pairs",
        "at the edge",
        "candidates a page",
        "compared",
        "confirmed",
        "unrelated",
    ]);
    let mut seen_by_rows = vec![Seen::default(); MOST_ROWS + 1];
    for threshold in THRESHOLDS {
        for recall in RECALLS {
            let chosen = Banding::for_promise(threshold, recall, 0).unwrap();
            for rows in 3..=6u16 {
                let Some(banding) = Banding::with_rows(rows, threshold, recall) else { continue };
                let measured = field.measure(banding, threshold);
                seen_by_rows[usize::from(rows)].add(&measured, banding);
                table.row(&row(&field, banding, threshold, recall, banding == chosen, &measured));
            }
        }
    }
    table.print();
    print_unrelated(&field, &seen_by_rows);
    print_shapes();
}

fn row(
    field: &Field,
    banding: Banding,
    threshold: Threshold,
    recall: f64,
    is_chosen: bool,
    measured: &Measured,
) -> [String; 10] {
    let pages = field.sets.len() as f64;
    let shape = format!("{} × {}", banding.bands, banding.rows);
    [
        format!("{threshold}, {} %", 100.0 * recall),
        if is_chosen { format!("**{shape}**") } else { shape },
        banding.slots().to_string(),
        percent(banding.recall_at(threshold.as_f64()), 1.0),
        format!("{} of {}", percent(measured.found as f64, measured.there as f64), count(measured.there)),
        format!(
            "{} of {}",
            percent(measured.found_at_edge as f64, measured.at_edge as f64),
            measured.at_edge
        ),
        format!("{:.2}", measured.candidates as f64 / pages),
        format!("{:.2}", measured.compared as f64 / pages),
        percent(measured.confirmed as f64, measured.compared as f64),
        format!("{} + {}", count(measured.unrelated), count(measured.strangers)),
    ]
}

/// The pages that take part, and the pairs that are to be found.
struct Field<'a> {
    sets: Vec<&'a ShingleSet>,
    /// Pairs of Jaccard 0.5 or more, by number in `sets`.
    pairs: Vec<Pair>,
}

/// What one shape did.
#[derive(Default)]
struct Measured {
    there: usize,
    found: usize,
    at_edge: usize,
    found_at_edge: usize,
    candidates: usize,
    /// Below [`UNRELATED`], but with a shingle in common.
    unrelated: usize,
    /// Without a shingle in common.
    strangers: usize,
    compared: usize,
    confirmed: usize,
}

impl<'a> Field<'a> {
    fn new(corpus: &'a Corpus, population: &Population) -> Self {
        let firsts: Vec<u32> = corpus.groups().into_iter().map(|(first, _)| first).collect();
        let number = |page: u32| firsts.binary_search(&page).ok().map(|number| number as u32);
        let numbered = |pair: &Pair| {
            let pages = (number(pair.pages.0)?, number(pair.pages.1)?);
            (pair.jaccard() >= THRESHOLDS[0].as_f64()).then_some(Pair { pages, ..*pair })
        };
        let pairs = population.pairs.iter().filter_map(numbered).collect();
        Self { sets: firsts.iter().map(|&page| &corpus.page(page).set).collect(), pairs }
    }

    fn measure(&self, banding: Banding, threshold: Threshold) -> Measured {
        let signatures = self.signatures(banding.slots());
        let candidates = self.candidates(&signatures, banding);
        assert_eq!(candidates.hot_buckets, 0, "no bucket of this corpus is hot");
        let least = least_agreement(threshold.as_f64(), signatures.slots());
        let rule = Rule { threshold };
        let mut measured = Measured { candidates: candidates.pairs.len(), ..Measured::default() };
        let mut compared = Vec::new();
        for &(a, b) in &candidates.pairs {
            let overlap = Overlap::of(self.sets[a as usize], self.sets[b as usize]);
            measured.unrelated += usize::from(overlap.shared > 0 && overlap.jaccard() < UNRELATED);
            measured.strangers += usize::from(overlap.shared == 0);
            if agreement(signatures.get(a), signatures.get(b)) >= least {
                compared.push((a, b));
                measured.confirmed += usize::from(is_near_unguarded(rule, overlap));
            }
        }
        measured.compared = compared.len();
        for pair in self.pairs.iter().filter(|pair| pair.overlap.reaches(threshold)) {
            let is_found = usize::from(compared.binary_search(&pair.pages).is_ok());
            let is_at_edge = usize::from(pair.jaccard() < threshold.as_f64() + 0.05);
            measured.there += 1;
            measured.found += is_found;
            measured.at_edge += is_at_edge;
            measured.found_at_edge += is_at_edge * is_found;
        }
        measured
    }

    fn signatures(&self, slots: u16) -> Signatures {
        let sign = |set: &&ShingleSet| {
            let mut signature = Vec::new();
            MinHasher::new(slots).sketch(set.as_slice(), &mut signature);
            signature
        };
        let signed: Vec<Vec<u16>> = self.sets.par_iter().map(sign).collect();
        let mut signatures = Signatures::new(slots);
        signed.iter().for_each(|signature| signatures.extend(signature));
        signatures
    }

    fn candidates(&self, signatures: &Signatures, banding: Banding) -> Candidates {
        let pages: Vec<u32> = (0..self.sets.len() as u32).collect();
        let bands = MemoryBands { signatures, banding, pages: &pages, salt: &|_| 0 };
        candidates::from_buckets(&bands, &Everybody)
    }
}

/// Any two pages may be a pair.
struct Everybody;

impl candidates::Population for Everybody {
    fn may_pair(&self, _: u32, _: u32) -> bool {
        true
    }

    fn rank(&self, page: u32) -> u128 {
        page.into()
    }

    fn site(&self, _: u32) -> u32 {
        0
    }
}

/// The most rows that the choice of shapes knows.
const MOST_ROWS: usize = 9;

/// What all shapes of some rows met.
#[derive(Clone, Default)]
struct Seen {
    unrelated: usize,
    strangers: usize,
    bands: usize,
}

impl Seen {
    fn add(&mut self, measured: &Measured, banding: Banding) {
        self.unrelated += measured.unrelated;
        self.strangers += measured.strangers;
        self.bands += usize::from(banding.bands);
    }
}

/// Prints how many unrelated pages a page meets in one band among a million pages, expected and seen.
fn print_unrelated(field: &Field, seen_by_rows: &[Seen]) {
    let sums = each_pair(
        &field.sets,
        || [0.0; MOST_ROWS],
        |sums, pair| {
            if pair.jaccard() < UNRELATED {
                let mut power = 1.0;
                for sum in sums {
                    power *= pair.jaccard();
                    *sum += power;
                }
            }
        },
    );
    // A pair is met by both of its pages; in a corpus of more pages on equally close topics, each page meets as
    // many times more.
    let pages = field.sets.len() as f64;
    let met = |pairs: f64| 2.0 * pairs / pages * (1e6 / pages);
    let by_key = met(pages * (pages - 1.0) / 2.0 / 2f64.powi(32));
    paragraph(
        "Unrelated pages that a page meets in one band, per million pages of equally close topics. Expected: those \
         that share a shingle (the sum of Jʳ) + those that share a 32-bit key by chance. Seen: the same, over all \
         shapes above. Last, the figure that the choice of shapes works with.",
    );
    let mut table = Table::new(&["rows", "expected", "seen", "pairs seen, in bands", "in the model"]);
    for rows in 1..=MOST_ROWS {
        let expected = met(sums.iter().map(|sums| sums[rows - 1]).sum());
        let Seen { unrelated, strangers, bands } = seen_by_rows[rows];
        let in_a_band = |pairs: usize| met(pairs as f64 / bands as f64);
        let (seen, pairs) = match bands {
            0 => ("–".into(), "–".into()),
            _ => (
                format!("{:.1e} + {:.1e}", in_a_band(unrelated), in_a_band(strangers)),
                format!("{unrelated} + {strangers} in {}", count(bands)),
            ),
        };
        let in_model = Banding { bands: 1, rows: rows as u16 }.unrelated_candidates(1_000_000);
        table.row(&[
            rows.to_string(),
            format!("{expected:.1e} + {by_key:.1e}"),
            seen,
            pairs,
            format!("{in_model:.1e}"),
        ]);
    }
    table.print();
}

fn print_shapes() {
    paragraph("Bands × rows chosen, by the number of pages:");
    let mut table =
        Table::new(&["threshold, recall", "up to 10 million", "up to a billion", "up to 100 billion"]);
    for threshold in THRESHOLDS {
        for recall in RECALLS {
            let shape = |pages: u64| {
                let banding = Banding::for_promise(threshold, recall, pages).unwrap();
                format!("{} × {} ({})", banding.bands, banding.rows, banding.slots())
            };
            let [small, large, huge] = INPUTS.map(shape);
            table.row(&[format!("{threshold}, {} %", 100.0 * recall), small, large, huge]);
        }
    }
    table.print();
}
