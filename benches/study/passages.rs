//! Which sampled shingles find the pairs of which one page holds the other? And which pairs of equal titles are found?

use crate::corpus::{Corpus, Page};
use crate::markdown::{Table, count, heading, paragraph, percent, ratio};
use crate::population::Population;
use rayon::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use tamis::hash;
use tamis::pipeline::Silent;
use tamis::pipeline::dedup::dedup;
use tamis::pipeline::settings::Settings;
use tamis::shingle::{Ngram, hash_shingles};

/// How shingles are sampled and pairs proposed.
#[derive(Clone, Copy)]
struct Sampling {
    ngram: u32,
    one_in: u64,
    fewest: usize,
    most_pages: usize,
    least_shared: usize,
}

/// What the library does.
const CHOSEN: Sampling = Sampling { ngram: 5, one_in: 8, fewest: 16, most_pages: 60, least_shared: 2 };

/// The settings around the chosen one.
fn settings() -> Vec<Sampling> {
    let mut all = vec![CHOSEN];
    all.extend([3, 4, 6, 8].map(|ngram| Sampling { ngram, ..CHOSEN }));
    all.extend([4, 16, 32].map(|one_in| Sampling { one_in, ..CHOSEN }));
    all.extend([0, 8, 32].map(|fewest| Sampling { fewest, ..CHOSEN }));
    all.extend([20, 200].map(|most_pages| Sampling { most_pages, ..CHOSEN }));
    all.extend([1, 3].map(|least_shared| Sampling { least_shared, ..CHOSEN }));
    all
}

/// Prints recall and cost of each way to sample, then what becomes of pairs with equal titles.
pub(crate) fn print(corpus: &Corpus, population: &Population) {
    heading("Passages");
    let is_long = |page: u32| corpus.page(page).set.len() >= 30;
    let long = population.pairs.iter().filter(|pair| is_long(pair.pages.0) && is_long(pair.pages.1));
    let low = long.filter(|pair| pair.jaccard() < 0.5);
    let wide: BTreeSet<(u32, u32)> =
        low.clone().filter(|pair| pair.containment() >= 0.6).map(|pair| pair.pages).collect();
    let target: BTreeSet<(u32, u32)> =
        low.filter(|pair| pair.is_contained_only()).map(|pair| pair.pages).collect();
    paragraph(&format!(
        "Pairs of pages with 30 shingles or more, Jaccard < 0.5: {} of containment ≥ 0.8, {} of containment ≥ 0.6.",
        count(target.len()),
        count(wide.len())
    ));
    let mut table = Table::new(&[
        "words a shingle",
        "one in",
        "at least",
        "pages at most",
        "shared",
        "found, containment ≥ .8",
        "≥ .6",
        "candidates a page",
        "postings a page",
    ]);
    for sampling in settings() {
        let (candidates, postings) = candidates(corpus, sampling);
        let found = |wanted: &BTreeSet<(u32, u32)>| {
            percent(wanted.intersection(&candidates).count() as f64, wanted.len() as f64)
        };
        let pages = corpus.pages.len() as f64;
        table.row(&[
            sampling.ngram.to_string(),
            sampling.one_in.to_string(),
            sampling.fewest.to_string(),
            sampling.most_pages.to_string(),
            sampling.least_shared.to_string(),
            found(&target),
            found(&wide),
            format!("{:.2}", candidates.len() as f64 / pages),
            format!("{:.1}", postings as f64 / pages),
        ]);
    }
    table.print();
    print_equal_titles(corpus);
}

/// The pairs that meet often enough, and the number of postings.
fn candidates(corpus: &Corpus, sampling: Sampling) -> (BTreeSet<(u32, u32)>, usize) {
    let mut postings: Vec<(u64, u32)> = corpus
        .pages
        .par_iter()
        .zip(0..corpus.pages.len() as u32)
        .flat_map_iter(|(page, number)| {
            sample(page, sampling).into_iter().map(move |shingle| (shingle, number))
        })
        .collect();
    postings.par_sort_unstable();
    let mut met: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for bucket in postings.chunk_by(|x, y| x.0 == y.0).filter(|bucket| bucket.len() <= sampling.most_pages) {
        for (at, &(_, a)) in bucket.iter().enumerate() {
            for &(_, b) in &bucket[at + 1..] {
                *met.entry((a, b)).or_default() += 1;
            }
        }
    }
    met.retain(|_, shared| *shared >= sampling.least_shared);
    (met.into_keys().collect(), postings.len())
}

fn sample(page: &Page, sampling: Sampling) -> Vec<u64> {
    let mut shingles = Vec::new();
    hash_shingles(&page.words, Ngram::new(sampling.ngram).unwrap(), &mut shingles);
    let mut hashes: Vec<u64> = shingles.iter().map(|&shingle| hash::in_round(shingle, 1 << 40)).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let low = hashes.partition_point(|&hash| hash <= u64::MAX / sampling.one_in);
    hashes.truncate(low.max(sampling.fewest));
    hashes
}

/// Lower edges of the bands of Jaccard for pairs with equal titles.
const BANDS: [f64; 9] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

fn print_equal_titles(corpus: &Corpus) {
    heading("Equal titles");
    let runs = [false, true].map(|passages| found(corpus, passages));
    let mut table = Table::new(&["Jaccard", "pairs", "found at the defaults", "with `--passages`", "as"]);
    for (band, &from) in BANDS.iter().enumerate() {
        let below = BANDS.get(band + 1).copied().unwrap_or(2.0);
        let is_in = |pair: &&(u32, u32)| (from..below).contains(&corpus.overlap(**pair).jaccard());
        let pairs: Vec<(u32, u32)> = corpus.equal_titles.iter().filter(is_in).copied().collect();
        let relations = |run: &Found| -> BTreeMap<String, usize> {
            let mut counts = BTreeMap::new();
            for pair in &pairs {
                if let Some(relation) = relation(corpus, run, *pair) {
                    *counts.entry(relation).or_default() += 1;
                }
            }
            counts
        };
        let [plain, searched] = [&runs[0], &runs[1]].map(relations);
        let share = |counts: &BTreeMap<String, usize>| {
            percent(counts.values().sum::<usize>() as f64, pairs.len() as f64)
        };
        let kinds: Vec<String> =
            searched.iter().map(|(relation, count)| format!("{count} {relation}")).collect();
        table.row(&[
            format!("≥ {from:.1}"),
            count(pairs.len()),
            share(&plain),
            share(&searched),
            kinds.join(", "),
        ]);
    }
    table.print();
    paragraph("Not found with `--passages`, most alike first:");
    let mut missed: Vec<(u32, u32)> = corpus.equal_titles.clone();
    missed.retain(|&pair| relation(corpus, &runs[1], pair).is_none());
    missed.sort_by(|&x, &y| corpus.overlap(y).jaccard().total_cmp(&corpus.overlap(x).jaccard()));
    let mut table = Table::new(&["pages", "Jaccard", "shared, of shingles"]);
    for pair in missed {
        let overlap = corpus.overlap(pair);
        let sizes = format!("{}, of {} and {}", overlap.shared, overlap.size_a, overlap.size_b);
        table.row(&[corpus.ids(pair), ratio(overlap.jaccard()), sizes]);
    }
    table.print();
}

/// Relations of pairs by ids; pages of equal words are a star around the page that is listed with others.
struct Found {
    relations: BTreeMap<(String, String), String>,
    stars: Vec<(String, String)>,
}

/// What a run of the defaults finds on the whole corpus.
fn found(corpus: &Corpus, passages: bool) -> Found {
    let folder = std::env::temp_dir().join(format!("tamis-study-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let input = folder.join("pages.jsonl");
    let line =
        |page: &Page| serde_json::json!({ "id": page.id, "site": page.site, "text": page.text }).to_string();
    fs::write(&input, corpus.pages.iter().map(line).collect::<Vec<_>>().join("\n")).unwrap();
    let mut settings = Settings::new(vec![input], folder.join("out"));
    settings.pairs = true;
    settings.passages = passages;
    dedup(&settings, &Silent, &mut |_| Ok(())).unwrap();
    let rows = fs::read_to_string(folder.join("out/pairs.jsonl")).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let mut found = Found { relations: BTreeMap::new(), stars: Vec::new() };
    for row in rows.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let text = |field: &str| row[field].as_str().unwrap().to_owned();
        if row["relation"] == "exact" {
            found.stars.push((text("a"), text("b")));
        } else {
            found.relations.insert((text("a"), text("b")), text("relation"));
        }
    }
    found
}

/// What two pages are to each other, over the pages that stand for them.
fn relation(corpus: &Corpus, found: &Found, (a, b): (u32, u32)) -> Option<String> {
    let alike = |page: u32| -> BTreeSet<&str> {
        let id = corpus.page(page).id.as_str();
        let star = found.stars.iter().filter(|(x, y)| x == id || y == id);
        star.flat_map(|(x, y)| [x.as_str(), y.as_str()]).chain([id]).collect()
    };
    let (a, b) = (alike(a), alike(b));
    if !a.is_disjoint(&b) {
        return Some("exact".to_owned());
    }
    let mut pairs =
        a.iter().flat_map(|x| b.iter().map(move |y| (x.min(y).to_string(), x.max(y).to_string())));
    pairs.find_map(|pair| found.relations.get(&pair)).cloned()
}
