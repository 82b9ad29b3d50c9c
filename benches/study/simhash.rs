//! What does SimHash find, beside MinHash and by other features?
//!
//! Pages of equal words are one page here, as they are to `tamis dedup`; otherwise pages of any length take part. The
//! pairs that are to be found come from the exact join, those within k bits from comparing all fingerprints.

use crate::corpus::{Corpus, data_folder};
use crate::markdown::{Table, count, heading, paragraph, percent};
use crate::population::Population;
use rayon::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, BufReader};
use tamis::hash::in_round;
use tamis::lsh::banding::Banding;
use tamis::lsh::bands::MemoryBands;
use tamis::lsh::candidates::{self, from_buckets};
use tamis::lsh::prefix::{PrefixJoin, RarityTable};
use tamis::shingle::{Ngram, ShingleSet, hash_shingles};
use tamis::similarity::{Overlap, Threshold};
use tamis::sketch::minhash::hasher::MinHasher;
use tamis::sketch::minhash::signature::{Signatures, agreement, least_agreement};
use tamis::sketch::simhash::hasher::SimHasher;
use tamis::sketch::simhash::signature::distance;
use tamis::text::words::hash_words;

/// Folder and file of data sets, what they are, and how a text is cut into pages, each with a name of its own.
const SETS: [(&str, &str, &str, Cut); 4] = [
    ("saudinewsnet", "saudinewsnet", "Arabic news", whole),
    ("allsides", "allsides", "English news", whole),
    (
        "xinwenlianbo",
        "xinwenlianbo",
        "items of a Chinese daily broadcast; words are windows of characters",
        items,
    ),
    ("reuters21578-aptemod", "reuters", "English agency news, short and full of formulas", whole),
];

type Cut = fn(&str) -> Vec<(String, &str)>;

fn whole(text: &str) -> Vec<(String, &str)> {
    vec![(String::new(), text)]
}

/// What stands between headings.
fn items(text: &str) -> Vec<(String, &str)> {
    let parts = text.split("\n#").enumerate().skip(1);
    parts.filter_map(|(at, part)| Some((format!("-{at}"), part.split_once('\n')?.1))).collect()
}

/// Words a shingle in the library's fingerprints.
const CHOSEN: u32 = 1;
/// Distances of the tables.
const DISTANCES: std::ops::RangeInclusive<u32> = 3..=10;
/// Pairs to be found: at or above these.
const LEVELS: [f64; 3] = [0.5, 0.7, 0.8];
/// Below, two pages are unrelated.
const UNRELATED: f64 = 0.1;
/// Pairs of each kind to be read.
const READ: usize = 12;

/// Prints precision and recall by distance, by feature, and pairs to be read.
pub(crate) fn print(_: &Corpus, _: &Population) {
    heading("SimHash");
    let fields: Vec<Field> = SETS.iter().filter_map(Field::read).collect();
    for field in &fields {
        by_distance(field);
    }
    paragraph(&format!(
        "Other features, by distance: candidates a page / share of J ≥ .7 found / share of J ≥ .8 found / unrelated pages \
         (J < {UNRELATED}) that a page meets per million pages of equally close topics."
    ));
    fields.iter().for_each(by_feature);
    fields.iter().for_each(to_be_read);
}

/// The pages of a data set.
struct Field {
    name: &'static str,
    what: &'static str,
    ids: Vec<String>,
    words: Vec<Vec<u64>>,
    sets: Vec<ShingleSet>,
    /// All pairs of Jaccard 0.5 or more.
    pairs: BTreeMap<(u32, u32), f64>,
}

impl Field {
    fn read(&(folder, name, what, cut): &(&'static str, &'static str, &'static str, Cut)) -> Option<Self> {
        let file = std::fs::File::open(data_folder()?.join(format!("{folder}/{name}.jsonl.zst"))).ok()?;
        let lines = BufReader::new(zstd::stream::read::Decoder::new(file).unwrap()).lines();
        let lines: Vec<String> = lines.map(Result::unwrap).collect();
        let pages: Vec<(String, Vec<u64>)> = lines
            .par_iter()
            .flat_map(|line| {
                let record: Value = serde_json::from_str(line).unwrap();
                let id = record["id"].as_str().unwrap();
                let page = |(part, text): (String, &str)| {
                    let mut words = Vec::new();
                    hash_words(text, &mut words);
                    (format!("{id}{part}"), words)
                };
                cut(record["text"].as_str().unwrap()).into_iter().map(page).collect::<Vec<_>>()
            })
            .collect();
        let mut seen = BTreeSet::new();
        let (ids, words): (Vec<_>, Vec<_>) = pages
            .into_iter()
            .filter(|(_, words)| !words.is_empty() && seen.insert(tamis::hash::sequence(words)))
            .unzip();
        let sets: Vec<ShingleSet> =
            words.par_iter().map(|words| ShingleSet::of_words(words, Ngram::DEFAULT)).collect();
        let lowest = Threshold::tenths(5);
        let mut rarity = RarityTable::default();
        sets.iter().for_each(|set| rarity.count(set));
        let mut join = PrefixJoin::new(lowest);
        for (page, set) in (0..).zip(&sets) {
            join.add(page, set.len() as u32, &rarity.prefix(set, lowest));
        }
        let near = join.pairs(|_, _| true).into_par_iter().filter_map(|(a, b)| {
            let overlap = Overlap::of(&sets[a as usize], &sets[b as usize]);
            overlap.reaches(lowest).then(|| ((a, b), overlap.jaccard()))
        });
        let pairs = near.collect::<Vec<_>>().into_iter().collect();
        Some(Self { name, what, ids, words, sets, pairs })
    }

    fn jaccard(&self, (a, b): (u32, u32)) -> f64 {
        Overlap::of(&self.sets[a as usize], &self.sets[b as usize]).jaccard()
    }

    /// Fingerprints of distinct n-word shingles.
    fn of_sets(&self, ngram: u32) -> Vec<u64> {
        let ngram = Ngram::new(ngram).unwrap();
        let make = |words: &Vec<u64>| {
            let mut shingles = Vec::new();
            hash_shingles(words, ngram, &mut shingles);
            SimHasher::default().sketch(&shingles)
        };
        self.words.par_iter().map(make).collect()
    }

    /// Fingerprints of weighted shingles; the weight from how often one stands on the page and on how many pages.
    fn of_weighted(&self, ngram: u32, weight: impl Fn(usize, f64) -> f64 + Sync) -> Vec<u64> {
        let ngram = Ngram::new(ngram).unwrap();
        let counted: Vec<BTreeMap<u64, usize>> = self
            .words
            .par_iter()
            .map(|words| {
                let (mut shingles, mut counts) = (Vec::new(), BTreeMap::new());
                hash_shingles(words, ngram, &mut shingles);
                shingles.into_iter().for_each(|shingle| *counts.entry(shingle).or_default() += 1);
                counts
            })
            .collect();
        let mut pages: HashMap<u64, usize> = HashMap::new();
        counted.iter().flat_map(BTreeMap::keys).for_each(|shingle| *pages.entry(*shingle).or_default() += 1);
        let all = counted.len() as f64;
        let make = |counts: &BTreeMap<u64, usize>| {
            let mut sums = [0.0; 64];
            for (shingle, &times) in counts {
                let weight = weight(times, (all / pages[shingle] as f64).ln());
                let vote = in_round(*shingle, 0);
                for (bit, sum) in sums.iter_mut().enumerate() {
                    *sum += if vote >> bit & 1 == 1 { weight } else { -weight };
                }
            }
            (0..64).fold(0, |bits, bit| bits | u64::from(sums[bit] > 0.0) << bit)
        };
        counted.par_iter().map(make).collect()
    }

    /// All pairs within the largest distance, with their distance.
    fn within(fingerprints: &[u64]) -> Vec<((u32, u32), u32)> {
        (0..fingerprints.len() as u32)
            .into_par_iter()
            .flat_map_iter(|b| {
                let of_b = fingerprints[b as usize];
                let others = (0..b).zip(fingerprints);
                let near = others.map(move |(a, of_a)| ((a, b), distance(*of_a, of_b)));
                near.filter(|(_, bits)| DISTANCES.contains(&(*bits).max(3)))
            })
            .collect()
    }

    /// Candidates of MinHash with the default promise.
    fn by_minhash(&self) -> Vec<(u32, u32)> {
        let threshold = Threshold::tenths(7);
        let banding = Banding::for_promise(threshold, 0.99, 0).unwrap();
        let mut signatures = Signatures::new(banding.slots());
        for words in &self.words {
            let (mut shingles, mut slots) = (Vec::new(), Vec::new());
            hash_shingles(words, Ngram::DEFAULT, &mut shingles);
            MinHasher::new(banding.slots()).sketch(&shingles, &mut slots);
            signatures.extend(&slots);
        }
        let pages: Vec<u32> = (0..self.words.len() as u32).collect();
        let bands = MemoryBands { signatures: &signatures, banding, pages: &pages, salt: &|_| 0 };
        let least = least_agreement(threshold.as_f64(), banding.slots().into());
        from_buckets(&bands, &Agreeing { signatures: &signatures, least }).pairs
    }

    /// How many pairs are to be found from a level on, and how many of these are among the given ones.
    fn found(&self, pairs: &BTreeSet<(u32, u32)>, level: f64) -> (f64, f64) {
        let wanted = self.pairs.iter().filter(|(_, jaccard)| **jaccard >= level);
        let (mut there, mut found) = (0.0, 0.0);
        for (pair, _) in wanted {
            there += 1.0;
            found += f64::from(u8::from(pairs.contains(pair)));
        }
        (found, there)
    }

    /// Candidates, those a page, precision, recall at the levels.
    fn row(&self, name: String, pairs: &BTreeSet<(u32, u32)>) -> Vec<String> {
        let right = pairs.iter().filter(|pair| self.pairs.contains_key(pair)).count();
        let mut row = vec![
            name,
            count(pairs.len()),
            format!("{:.2}", pairs.len() as f64 / self.ids.len() as f64),
            percent(right as f64, pairs.len() as f64),
        ];
        row.extend(LEVELS.map(|level| {
            let (found, there) = self.found(pairs, level);
            percent(found, there)
        }));
        row
    }
}

struct Agreeing<'a> {
    signatures: &'a Signatures,
    least: usize,
}

impl candidates::Population for Agreeing<'_> {
    fn may_pair(&self, a: u32, b: u32) -> bool {
        agreement(self.signatures.get(a), self.signatures.get(b)) >= self.least
    }

    fn rank(&self, page: u32) -> u128 {
        page.into()
    }

    fn site(&self, page: u32) -> u32 {
        page
    }
}

fn up_to(within: &[((u32, u32), u32)], most: u32) -> BTreeSet<(u32, u32)> {
    within.iter().filter(|(_, bits)| *bits <= most).map(|(pair, _)| *pair).collect()
}

fn by_distance(field: &Field) {
    let wanted = LEVELS.map(|level| count(field.found(&BTreeSet::new(), level).1 as usize));
    paragraph(&format!(
        "**{}** ({}): {} pages of unlike words; pairs of Jaccard ≥ .5, .7, .8: {}.",
        field.name,
        field.what,
        count(field.ids.len()),
        wanted.join(", ")
    ));
    let mut table =
        Table::new(&["found by", "candidates", "a page", "of these J ≥ .5", "J ≥ .5 found", "≥ .7", "≥ .8"]);
    let within = Field::within(&field.of_sets(CHOSEN));
    for most in DISTANCES {
        table.row(&field.row(format!("SimHash, k = {most}"), &up_to(&within, most)));
    }
    let minhash = field.by_minhash().into_iter().collect();
    table.row(&field.row("MinHash, .7 with 99 %".to_owned(), &minhash));
    table.print();
}

fn by_feature(field: &Field) {
    let features: [(&str, Vec<u64>); 7] = [
        ("**distinct words**", field.of_sets(1)),
        ("words × idf", field.of_weighted(1, |_, idf| idf)),
        ("words, log tf × idf", field.of_weighted(1, |times, idf| (1.0 + (times as f64).ln()) * idf)),
        ("distinct word pairs", field.of_sets(2)),
        ("word pairs, as often as they stand there", field.of_weighted(2, |times, _| times as f64)),
        ("word pairs × idf", field.of_weighted(2, |_, idf| idf)),
        ("distinct word triples", field.of_sets(3)),
    ];
    let mut table = Table::new(&[field.name, "k = 6", "k = 8", "k = 10"]);
    let pages = field.ids.len() as f64;
    for (name, fingerprints) in features {
        let within = Field::within(&fingerprints);
        let mut row = vec![name.to_owned()];
        for most in [6, 8, 10] {
            let pairs = up_to(&within, most);
            let share = |level: f64| {
                let (found, there) = field.found(&pairs, level);
                percent(found, there)
            };
            let unrelated = pairs.par_iter().filter(|pair| field.jaccard(**pair) < UNRELATED).count();
            // A pair is met by both of its pages; among more pages each meets as many times more.
            let a_million = 2.0 * unrelated as f64 / pages * (1e6 / pages);
            row.push(format!(
                "{:.2} / {} / {} / {a_million:.1}",
                pairs.len() as f64 / pages,
                share(0.7),
                share(0.8)
            ));
        }
        table.row(&row);
    }
    table.print();
}

/// Pairs spread evenly over all of their kind.
fn to_be_read(field: &Field) {
    let fingerprints = field.of_sets(CHOSEN);
    let bits = |(a, b): (u32, u32)| distance(fingerprints[a as usize], fingerprints[b as usize]);
    let near = up_to(&Field::within(&fingerprints), 8);
    let wrong: Vec<(u32, u32)> =
        near.iter().copied().filter(|pair| !field.pairs.contains_key(pair)).collect();
    let missed: Vec<(u32, u32)> = field
        .pairs
        .iter()
        .filter(|(pair, j)| **j >= 0.8 && bits(**pair) > 8)
        .map(|(pair, _)| *pair)
        .collect();
    for (what, pairs) in [("within 8 bits, Jaccard < .5", wrong), ("Jaccard ≥ .8, over 8 bits", missed)] {
        paragraph(&format!("{}, {what}: {} pairs, of them", field.name, count(pairs.len())));
        let mut table = Table::new(&["pages", "Jaccard", "bits", "shingles"]);
        for &pair in pairs.iter().step_by(pairs.len().div_ceil(READ).max(1)) {
            let (a, b) = (pair.0 as usize, pair.1 as usize);
            table.row(&[
                format!("`{}` / `{}`", field.ids[a], field.ids[b]),
                format!("{:.3}", field.jaccard(pair)),
                bits(pair).to_string(),
                format!("{}, {}", field.sets[a].len(), field.sets[b].len()),
            ]);
        }
        table.print();
    }
}
