//! The pages, and what people and titles say about pairs of them.

use rayon::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use tamis::shingle::{Ngram, ShingleSet};
use tamis::similarity::Overlap;
use tamis::text::words::hash_words;

/// Pages with fewer shingles say too little for the tables about pairs.
pub(crate) const FEWEST_SHINGLES: usize = 15;

/// A page as read, and as the library sees it.
pub(crate) struct Page {
    pub(crate) id: String,
    pub(crate) site: String,
    pub(crate) date: Option<i64>,
    pub(crate) text: String,
    pub(crate) words: Vec<u64>,
    /// 3-word shingles.
    pub(crate) set: ShingleSet,
}

/// What a reader said about a pair.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    /// The same report, edited, shortened or reworded.
    Same,
    /// One item embedded in the other, glued to it, or a follow-up with a long passage repeated.
    Partial,
    /// Another item.
    Different,
}

/// A pair that was read.
pub(crate) struct Labelled {
    pub(crate) pair: (u32, u32),
    pub(crate) label: Label,
    /// Whether it was drawn by strata from all pairs, so that it can stand for others; else it was drawn from
    /// the hardest region.
    pub(crate) is_stratified: bool,
}

/// Everything that was read.
pub(crate) struct Corpus {
    pub(crate) pages: Vec<Page>,
    pub(crate) labelled: Vec<Labelled>,
    /// Pairs across sites with equal titles, whatever their texts: a weak sign of a reprint.
    pub(crate) equal_titles: Vec<(u32, u32)>,
}

/// The file of labels lists the stratified sample first.
const STRATIFIED: usize = 337;

#[derive(Deserialize)]
struct Record {
    id: String,
    site: String,
    date: String,
    text: String,
}

/// The folder with all data, if there is one.
pub(crate) fn data_folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("TAMIS_DATA").map_or_else(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

/// The folder with the data that most tables are about, if there is one.
pub(crate) fn folder() -> Option<PathBuf> {
    data_folder().map(|folder| folder.join("saudinewsnet")).filter(|folder| folder.is_dir())
}

impl Corpus {
    /// Reads all files.
    pub(crate) fn read(folder: &Path) -> Self {
        let file = File::open(folder.join("saudinewsnet.jsonl.zst")).unwrap();
        let decoder = zstd::stream::read::Decoder::new(file).unwrap();
        let lines: Vec<String> = BufReader::new(decoder).lines().map(Result::unwrap).collect();
        let pages: Vec<Page> = lines.par_iter().map(|line| Page::new(line)).collect();
        let numbers: BTreeMap<&str, u32> = pages.iter().map(|page| page.id.as_str()).zip(0..).collect();
        let pair = |row: &[String]| (numbers[row[0].as_str()], numbers[row[1].as_str()]);
        let labelled = rows(&folder.join("labelled_pairs.tsv"))
            .iter()
            .enumerate()
            .map(|(i, row)| Labelled {
                pair: pair(row),
                label: match row[2].as_str() {
                    "same" => Label::Same,
                    "partial" => Label::Partial,
                    _ => Label::Different,
                },
                is_stratified: i < STRATIFIED,
            })
            .collect();
        let equal_titles = rows(&folder.join("weak_title_pairs.tsv")).iter().map(|row| pair(row)).collect();
        Self { pages, labelled, equal_titles }
    }

    /// How two pages overlap in 3-word shingles.
    pub(crate) fn overlap(&self, (a, b): (u32, u32)) -> Overlap {
        Overlap::of(&self.page(a).set, &self.page(b).set)
    }

    /// Whether two pages are of one site.
    pub(crate) fn same_site(&self, (a, b): (u32, u32)) -> bool {
        self.page(a).site == self.page(b).site
    }

    /// A page by number.
    pub(crate) fn page(&self, number: u32) -> &Page {
        &self.pages[number as usize]
    }

    /// The ids of a pair.
    pub(crate) fn ids(&self, (a, b): (u32, u32)) -> String {
        format!("`{}` / `{}`", self.page(a).id, self.page(b).id)
    }

    /// Groups of pages with equal words, by their first page; pages without words are in none.
    pub(crate) fn groups(&self) -> Vec<(u32, Vec<u32>)> {
        let mut groups: BTreeMap<&[u64], Vec<u32>> = BTreeMap::new();
        for (page, number) in self.pages.iter().zip(0..).filter(|(page, _)| !page.words.is_empty()) {
            groups.entry(&page.words).or_default().push(number);
        }
        let mut groups: Vec<_> = groups.into_values().map(|group| (group[0], group)).collect();
        groups.sort_unstable();
        groups
    }
}

impl Page {
    fn new(line: &str) -> Self {
        let Record { id, site, date, text } = serde_json::from_str(line).unwrap();
        let mut words = Vec::new();
        hash_words(&text, &mut words);
        let set = ShingleSet::of_words(&words, Ngram::DEFAULT);
        Self { id, site, date: tamis::date::parse(&date).map(|date| date.micros), text, words, set }
    }

    /// Whether the tables about pairs count the page.
    pub(crate) fn is_long_enough(&self) -> bool {
        self.set.len() >= FEWEST_SHINGLES
    }
}

/// The rows of a table with a head.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let lines = BufReader::new(File::open(path).unwrap()).lines();
    lines.skip(1).map(|line| line.unwrap().split('\t').map(str::to_owned).collect()).collect()
}
