//! Which pairs are there? Every pair of pages that share a shingle, compared exactly, without any sketch.

use crate::corpus::Corpus;
use crate::markdown::{Table, count, heading, paragraph};
use rayon::prelude::*;
use tamis::shingle::ShingleSet;
use tamis::similarity::Overlap;

/// Two pages and their exact overlap.
#[derive(Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) pages: (u32, u32),
    pub(crate) overlap: Overlap,
}

impl Pair {
    pub(crate) fn jaccard(&self) -> f64 {
        self.overlap.jaccard()
    }

    /// Share of the smaller set that is in the larger.
    pub(crate) fn containment(&self) -> f64 {
        self.overlap.containment_a().max(self.overlap.containment_b())
    }

    /// Whether most of the smaller page is in the larger, and too much else besides for Jaccard to see it.
    pub(crate) fn is_contained_only(&self) -> bool {
        self.containment() >= 0.8 && self.jaccard() < 0.5
    }
}

/// All pairs of Jaccard 0.05 or containment 0.15 upwards, of pages of any length, ascending.
pub(crate) struct Population {
    pub(crate) pairs: Vec<Pair>,
}

/// Lower edges of the bands of Jaccard; the last one holds equal sets only.
pub(crate) const EDGES: [f64; 11] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];

/// The band that a similarity lies in; none below the first edge.
pub(crate) fn band(jaccard: f64) -> Option<usize> {
    EDGES.iter().rposition(|&edge| jaccard >= edge)
}

impl Population {
    pub(crate) fn of(corpus: &Corpus) -> Self {
        let sets: Vec<&ShingleSet> = corpus.pages.iter().map(|page| &page.set).collect();
        let mut pairs = Vec::new();
        for found in each_pair(&sets, Vec::new, |found, pair| {
            if pair.jaccard() >= 0.05 || pair.containment() >= 0.15 {
                found.push(pair);
            }
        }) {
            pairs.extend(found);
        }
        pairs.sort_unstable_by_key(|pair: &Pair| pair.pages);
        Self { pairs }
    }

    /// The pairs whose pages are both long enough for the tables about pairs.
    pub(crate) fn of_long_pages<'a>(&'a self, corpus: &'a Corpus) -> impl Iterator<Item = &'a Pair> {
        let is_long = |page: u32| corpus.page(page).is_long_enough();
        self.pairs.iter().filter(move |pair| is_long(pair.pages.0) && is_long(pair.pages.1))
    }
}

/// Calls `visit` with every pair of sets that share a shingle, and a place to gather in; returns these
/// places. Work: the square of the number of pages of each shingle, which a small corpus can afford.
pub(crate) fn each_pair<T: Send>(
    sets: &[&ShingleSet],
    place: impl Fn() -> T + Sync + Send,
    visit: impl Fn(&mut T, Pair) + Sync + Send,
) -> Vec<T> {
    let mut postings: Vec<(u64, u32)> = sets
        .iter()
        .zip(0..)
        .flat_map(|(set, page)| set.as_slice().iter().map(move |&shingle| (shingle, page)))
        .collect();
    postings.par_sort_unstable();
    let shared: Vec<&[(u64, u32)]> =
        postings.chunk_by(|a, b| a.0 == b.0).filter(|list| list.len() > 1).collect();
    let mut lists_of_page = vec![Vec::new(); sets.len()];
    for list in &shared {
        list.iter().for_each(|&(_, page)| lists_of_page[page as usize].push(*list));
    }
    let size = |page: u32| sets[page as usize].len() as u32;
    (0..sets.len() as u32)
        .into_par_iter()
        .fold(
            || (place(), vec![0u32; sets.len()]),
            |(mut gathered, mut counts), b| {
                let mut met = Vec::new();
                for list in &lists_of_page[b as usize] {
                    for &(_, a) in list.iter().take_while(|(_, a)| *a < b) {
                        if counts[a as usize] == 0 {
                            met.push(a);
                        }
                        counts[a as usize] += 1;
                    }
                }
                for a in met {
                    let shared = std::mem::take(&mut counts[a as usize]);
                    let overlap = Overlap { shared, size_a: size(a), size_b: size(b) };
                    visit(&mut gathered, Pair { pages: (a, b), overlap });
                }
                (gathered, counts)
            },
        )
        .map(|(gathered, _)| gathered)
        .collect()
}

/// Prints the number of pairs by band.
pub(crate) fn print(corpus: &Corpus, population: &Population) {
    heading("Pairs");
    let mut counts = [[0; EDGES.len() + 1]; 2];
    for pair in population.of_long_pages(corpus) {
        let row = &mut counts[usize::from(!corpus.same_site(pair.pages))];
        if let Some(band) = band(pair.jaccard()) {
            row[band] += 1;
        }
        row[EDGES.len()] += usize::from(pair.is_contained_only());
    }
    let long = corpus.pages.iter().filter(|page| page.is_long_enough()).count();
    paragraph(&format!(
        "{} pages, {} of them with {} shingles or more; pairs of these, all of them by exact comparison.",
        count(corpus.pages.len()),
        count(long),
        crate::corpus::FEWEST_SHINGLES
    ));
    let mut table = Table::new(&[
        "Jaccard",
        ".05–.1",
        ".1–.2",
        ".2–.3",
        ".3–.4",
        ".4–.5",
        ".5–.6",
        ".6–.7",
        ".7–.8",
        ".8–.9",
        ".9–1",
        "1",
        "containment ≥ .8, Jaccard < .5",
    ]);
    for (name, row) in ["one site", "two sites"].into_iter().zip(counts) {
        let cells: Vec<String> = std::iter::once(name.to_owned()).chain(row.map(count)).collect();
        table.row(&cells);
    }
    table.print();
}
