//! Labelled lines with their evidence.

use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use tamis::boilerplate::clusters::Clusters;
use tamis::boilerplate::evidence::Gatherer;
use tamis::boilerplate::features::COUNT;
use tamis::boilerplate::line::LineReader;
use tamis::boilerplate::sample::{SampledPage, page_hash};
use tamis::boilerplate::statistics::SiteStatistics;

#[derive(serde::Deserialize)]
struct Labelled {
    site: String,
    kind: String,
    title: String,
    lines: Vec<(String, u8)>,
    cls: String,
}

pub struct Page {
    hash: u64,
    title: String,
    text: String,
    /// Of each line: content 1, junk 0, neither 2.
    labels: Vec<u8>,
    characters: Vec<u32>,
}

impl Page {
    pub fn line_text(&self, line: u32) -> &str {
        self.text.split('\n').nth(line as usize).unwrap()
    }
}

pub struct Site {
    pub name: String,
    pub kind: String,
    pub pages: Vec<Page>,
}

impl Site {
    pub fn is_article(&self) -> bool {
        self.kind == "blog" || self.kind == "news"
    }
}

/// A line to learn from.
#[derive(Clone)]
pub struct Row {
    pub features: [f32; COUNT],
    pub is_junk: bool,
    pub is_counted: bool,
    pub characters: u32,
    pub page: u32,
    pub line: u32,
    pub keys: [u32; 6],
}

pub fn read(folder: &Path) -> Vec<Site> {
    let file = std::fs::File::open(folder.join("site-lines/pages.jsonl.zst")).unwrap();
    let text = tamis::io::compression::Compression::Zstd.unpack(file).unwrap();
    let mut text = std::io::BufReader::new(text);
    let mut sites: BTreeMap<String, Site> = BTreeMap::new();
    let mut line = String::new();
    while std::io::BufRead::read_line(&mut text, &mut line).unwrap() > 0 {
        let page: Labelled = serde_json::from_str(&line).unwrap();
        let texts: Vec<&str> = page.lines.iter().map(|(text, _)| text.as_str()).collect();
        let text = texts.join("\n");
        let labels = page.cls.chars().map(|c| match c { 'c' => 1, 'u' => 2, _ => 0 }).collect();
        let characters = texts.iter().map(|text| text.chars().count() as u32).collect();
        let site = sites.entry(page.site.clone()).or_insert_with(|| Site { name: page.site.clone(), kind: page.kind, pages: Vec::new() });
        site.pages.push(Page { hash: page_hash(&page.site, &text), title: page.title, text, labels, characters });
        line.clear();
    }
    sites.into_values().collect()
}

/// The pages of a site as they are remembered, by hash.
pub fn sampled(site: &Site) -> Vec<SampledPage> {
    let mut pages: Vec<SampledPage> = site
        .pages
        .par_iter()
        .map_init(LineReader::default, |reader, page| SampledPage::read(page.hash, None, &page.text, &page.title, None, reader))
        .collect();
    pages.sort_by_key(|page| page.hash);
    pages
}

/// The rows of the pages with these numbers, by the statistics of a sample.
pub fn rows(site: &Site, sample: &[SampledPage], pages: &[usize]) -> Vec<Row> {
    let clusters = Clusters::find(sample);
    let statistics = SiteStatistics::new(sample, &clusters);
    let rows: Vec<Vec<Row>> = pages
        .par_iter()
        .map_init(Gatherer::default, |gatherer, &number| {
            let page = &site.pages[number];
            let evidence = gatherer.gather(&statistics, page.hash, &page.text, &page.title, None);
            evidence
                .features
                .iter()
                .zip(&evidence.numbers)
                .zip(evidence.lines.iter().zip(&evidence.slots))
                .map(|((features, &line), (keys, slot))| Row {
                    keys: [keys.template, keys.affix2, slot.0, slot.1, slot.2, slot.3],
                    features: *features,
                    is_junk: page.labels[line as usize] == 0,
                    is_counted: page.labels[line as usize] != 2,
                    characters: page.characters[line as usize],
                    page: number as u32,
                    line,
                })
                .collect()
        })
        .collect();
    rows.into_iter().flatten().collect()
}
