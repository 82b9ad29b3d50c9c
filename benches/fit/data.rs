//! Labelled lines with their evidence.

use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use tamis::boilerplate::clusters::Clusters;
use tamis::boilerplate::evidence::Gatherer;
use tamis::boilerplate::features::COUNT;
use tamis::boilerplate::guards::LineGuard;
use tamis::boilerplate::line::LineReader;
use tamis::boilerplate::sample::{SampledPage, Wanted, page_hash};
use tamis::boilerplate::statistics::SiteStatistics;
use tamis::io::compression::Compression;

/// Pages whose content node has swallowed a box or a sidebar of their site, so that its lines are content by their
/// labels there and junk on all other pages. Nothing is learned from them and no threshold is chosen by them.
const FAULTY: [&str; 3] = [
    "https://ghindinews/3-businesses-that-can-be-started-in-Gé¦-10000/index.html",
    "https://ghindinews/this-remedy-is-a-panacea-for-back-pain-colic-and-joint-pain/index.html",
    "https://stargateuniverse/les-webisodes-sont-arrives/index.html",
];

#[derive(serde::Deserialize)]
struct Labelled {
    site: String,
    url: String,
    kind: String,
    title: String,
    lines: Vec<(String, u8)>,
    cls: String,
}

struct Page {
    hash: u64,
    is_faulty: bool,
    title: String,
    text: String,
    /// Of each line: content 1, junk 0, neither 2.
    labels: Vec<u8>,
    characters: Vec<u32>,
}

pub(crate) struct Site {
    pub(crate) name: String,
    kind: String,
    pages: Vec<Page>,
    /// Its pages as they are remembered, by hash.
    sample: Vec<SampledPage>,
}

impl Site {
    pub(crate) fn is_article(&self) -> bool {
        self.kind == "blog" || self.kind == "news"
    }

    /// The line of a row.
    pub(crate) fn line(&self, row: &Row) -> &str {
        let (page, line) = row.place;
        self.pages[page].text.split('\n').nth(line as usize).unwrap_or_default()
    }

    /// Sites with one theme and one text, of which one would teach the answers for the other.
    pub(crate) fn family(&self) -> &str {
        let families = ["debian-handbook", "installation-guide", "rust-"];
        families.into_iter().find(|family| self.name.starts_with(family)).unwrap_or(&self.name)
    }
}

/// A line to learn from.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) features: [f32; COUNT],
    /// What stands above its score.
    pub(crate) guard: Option<LineGuard>,
    pub(crate) is_junk: bool,
    pub(crate) characters: u32,
    /// Whether its label is not to be trusted.
    pub(crate) is_faulty: bool,
    /// Where it stands: number of the page, and of the line on it.
    place: (usize, u32),
}

pub(crate) fn read(folder: &Path) -> Vec<Site> {
    let file = std::fs::File::open(folder.join("site-lines/pages.jsonl.zst")).unwrap();
    let mut text = std::io::BufReader::new(Compression::Zstd.unpack(file).unwrap());
    let mut sites: BTreeMap<String, Site> = BTreeMap::new();
    let mut row = String::new();
    while std::io::BufRead::read_line(&mut text, &mut row).unwrap() > 0 {
        let page: Labelled = serde_json::from_str(&row).unwrap();
        let texts: Vec<&str> = page.lines.iter().map(|(text, _)| text.as_str()).collect();
        let text = texts.join("\n");
        let labels = page.cls.chars().map(|class| match class {
            'c' => 1,
            'u' => 2,
            _ => 0,
        });
        let labels = labels.collect();
        let characters = texts.iter().map(|text| text.chars().count() as u32).collect();
        let hash = page_hash(&page.site, &text);
        let new = || Site { name: page.site.clone(), kind: page.kind, pages: Vec::new(), sample: Vec::new() };
        let site = sites.entry(page.site.clone()).or_insert_with(new);
        let is_faulty = FAULTY.contains(&page.url.as_str());
        site.pages.push(Page { hash, is_faulty, title: page.title, text, labels, characters });
        row.clear();
    }
    let mut sites: Vec<Site> = sites.into_values().collect();
    sites.par_iter_mut().for_each(|site| {
        let mut reader = LineReader::default();
        site.pages.sort_by_key(|page| page.hash);
        let sampled = |page: &Page| {
            SampledPage::read(Wanted::Examples, page.hash, None, &page.text, &page.title, None, &mut reader)
        };
        site.sample = site.pages.iter().map(sampled).collect();
    });
    sites
}

/// What is known of a site, and its lines judged by it.
pub(crate) struct Evidence {
    /// One a counted line of the judged pages.
    pub(crate) rows: Vec<Row>,
    /// Evidence and lengths of the sample's own lines, as the program sees them when it looks for the zero point.
    pub(crate) sampled: Vec<([f32; COUNT], u16)>,
    /// Pages of the sample.
    pub(crate) pages: usize,
}

/// All pages of a site judged by all the others.
pub(crate) fn whole(site: &Site) -> Evidence {
    by_sample(site, &site.sample, &(0..site.pages.len()).collect::<Vec<_>>())
}

/// Some pages of a site judged by `others` other ones.
pub(crate) fn by_few(site: &Site, others: usize, judged: usize) -> Evidence {
    let judged = judged.min(site.pages.len() / 3);
    let others = others.min(site.pages.len() - judged);
    by_sample(site, &site.sample[judged..judged + others], &(0..judged).collect::<Vec<_>>())
}

fn by_sample(site: &Site, sample: &[SampledPage], judged: &[usize]) -> Evidence {
    let statistics = SiteStatistics::new(sample, &Clusters::find(sample));
    let rows: Vec<Vec<Row>> = judged
        .par_iter()
        .map_init(Gatherer::default, |gatherer, &number| {
            let page = &site.pages[number];
            let evidence = gatherer.gather(&statistics, page.hash, &page.text, &page.title, None);
            let lines = evidence.lines.iter().zip(&evidence.features).zip(&evidence.numbers);
            let counted = lines.filter(|(_, line)| page.labels[**line as usize] != 2);
            counted
                .map(|((read, features), &line)| Row {
                    features: *features,
                    guard: LineGuard::of(read, features, evidence.others),
                    is_junk: page.labels[line as usize] == 0,
                    characters: page.characters[line as usize],
                    is_faulty: page.is_faulty,
                    place: (number, line),
                })
                .collect()
        })
        .collect();
    let mut gatherer = Gatherer::default();
    let mut sampled = Vec::new();
    for page in sample {
        let evidence = gatherer.gather_sampled(&statistics, page);
        sampled.extend(evidence.features.iter().copied().zip(evidence.lines.iter().map(|line| line.length)));
    }
    Evidence { rows: rows.into_iter().flatten().collect(), sampled, pages: sample.len() }
}
