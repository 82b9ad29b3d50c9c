//! The audit over a crawl: what is found, and what it costs beside hashing and sketching the same pages.
//!
//! `cargo bench --bench audit -- FILE.jsonl [METRIC [PAGES]]` prints the shares of all metrics, the cost as a ratio, and
//! flagged pages of one metric with their excerpts, evenly picked. Nothing is stripped: every line stays.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program whose product is what it prints")]
#![allow(clippy::unwrap_used, reason = "data of an unknown form should stop a study")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};
use tamis::audit::examine::{Examiner, PageView};
use tamis::audit::facts::Facts;
use tamis::audit::known::Known;
use tamis::audit::metric::Metric;
use tamis::audit::prior::{Prior, SampledPage};
use tamis::audit::summary::{Batch, Summary, summarise};
use tamis::boilerplate::sample::page_hash;
use tamis::hash;
use tamis::page::{Location, Page, Pages};
use tamis::shingle::{Ngram, hash_shingles};
use tamis::sketch::minhash::hasher::MinHasher;
use tamis::text::words::hash_words;

/// Slots of the default signature: 26 bands of 4.
const SLOTS: u16 = 104;

/// A page of a crawl.
struct Record {
    site: String,
    id: String,
    fields: [Option<String>; 4],
    text: String,
}

impl Record {
    fn read(line: &str) -> Option<Self> {
        let row: serde_json::Value = serde_json::from_str(line).ok()?;
        let field = |name: &str| row[name].as_str().map(str::to_owned);
        let fields = ["url", "title", "date", "author"].map(field);
        let site = field("site").unwrap_or_default();
        Some(Self { site, id: field("id").unwrap_or_default(), fields, text: field("text")? })
    }

    fn view<'a>(&'a self, words: &'a [u64]) -> PageView<'a> {
        let [url, title, date, author] = self.fields.each_ref().map(|field| field.as_deref());
        let rest = self.text.as_str();
        PageView {
            site: &self.site,
            url,
            title,
            date,
            author,
            text: rest,
            keep: &[],
            rest,
            article: true,
            form: 0,
            words,
        }
    }
}

fn prior(records: &[Record]) -> Prior {
    let mut prior = Prior::default();
    for record in records {
        let hash = page_hash(&record.site, &record.text);
        if prior.wants(&record.site, hash) {
            prior.insert(&record.site, hash, SampledPage::read(&record.text, record.fields[1].as_deref()));
        }
    }
    prior
}

fn pages(records: &[Record]) -> Pages {
    let mut sites: Vec<String> = records.iter().map(|record| record.site.clone()).collect();
    sites.sort_unstable();
    sites.dedup();
    let mut pages = Pages::default();
    for record in records {
        let mut words = Vec::new();
        hash_words(&record.text, &mut words);
        let page = Page {
            location: Location { source: 0, length: 0, offset: 0, record: 0 },
            file: 0,
            digest: hash::digest(record.text.as_bytes()),
            words: hash::sequence(&words),
            delivery: 0,
            site: sites.binary_search(&record.site).unwrap() as u32,
            text_bytes: record.text.len() as u32,
            word_count: words.len() as u32,
            date: None,
            address_day: None,
            headline: None,
        };
        pages.push(page, &record.id);
    }
    pages.set_sites(sites);
    pages
}

/// Facts of all pages, and how long hashing and sketching took, and examining.
fn examine(records: &[Record], known: &Known) -> (Vec<Facts>, Duration, Duration) {
    let (mut hashing, mut examining) = (Duration::ZERO, Duration::ZERO);
    let mut examiner = Examiner::default();
    let mut hasher = MinHasher::new(SLOTS);
    let (mut words, mut shingles, mut slots) = (Vec::new(), Vec::new(), Vec::new());
    let facts = records.iter().map(|record| {
        let start = Instant::now();
        words.clear();
        hash_words(&record.text, &mut words);
        shingles.clear();
        hash_shingles(&words, Ngram::DEFAULT, &mut shingles);
        slots.clear();
        hasher.sketch(&shingles, &mut slots);
        black_box(&slots);
        hashing += start.elapsed();
        let start = Instant::now();
        let facts = examiner.examine(known, &record.view(&words));
        examining += start.elapsed();
        facts
    });
    (facts.collect(), hashing, examining)
}

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let Some(file) = arguments.first() else {
        return eprintln!("NOTHING WAS MEASURED: name a file of JSON lines");
    };
    let input = std::fs::read_to_string(file).unwrap();
    let records: Vec<Record> = input.lines().filter_map(Record::read).collect();
    let start = Instant::now();
    let prior = prior(&records);
    let sampling = start.elapsed();
    let known = prior.freeze();
    let (facts, hashing, examining) = examine(&records, &known);
    let pages = pages(&records);
    let batch = Batch {
        pages: &pages,
        facts: &facts,
        known: &known,
        redelivered: &[],
        removed: &[],
        template: &[],
        held: &[],
        syndication: Vec::new(),
        lines: BTreeMap::new(),
        drifts: BTreeMap::new(),
        rejects: Vec::new(),
        as_of: None,
        digest: String::new(),
    };
    let summary = summarise(batch);
    let ratio = |time: Duration| time.as_secs_f64() / hashing.as_secs_f64();
    println!(
        "{} pages; cost against hashing and sketching: examine {:.2}, sample {:.2}",
        records.len(),
        ratio(examining),
        ratio(sampling)
    );
    print_shares(&summary);
    if let Some(metric) =
        arguments.get(1).and_then(|name| Metric::ALL.iter().find(|metric| metric.name() == name))
    {
        let most = arguments.get(2).map_or(20, |most| most.parse().unwrap());
        if *metric == Metric::ForeignTitle {
            print_doubt(&records, &known);
        }
        if *metric == Metric::SecondArticle {
            print_points(&records, &known);
        }
        print_flagged(&records, &known, &summary, *metric, most);
    }
}

/// How far pages are in doubt under their own titles, and under that of the page before them on their site.
fn print_doubt(records: &[Record], known: &Known) {
    const DOUBTS: [f32; 6] = [1.0, 2.0, 3.0, 4.0, 6.0, 8.0];
    let mut last: BTreeMap<&str, &Record> = BTreeMap::new();
    let mut examiner = Examiner::default();
    let mut doubts = |record: &Record, title: Option<&str>, of: &mut Vec<f32>| {
        let mut words = Vec::new();
        hash_words(&record.text, &mut words);
        let facts = examiner.examine(known, &PageView { title, ..record.view(&words) });
        if facts.asked.has(Metric::ForeignTitle) {
            of.push(facts.doubt);
        }
    };
    let (mut own, mut swapped) = (Vec::new(), Vec::new());
    for record in records {
        doubts(record, record.fields[1].as_deref(), &mut own);
        if let Some(other) = last.insert(&record.site, record) {
            doubts(record, other.fields[1].as_deref(), &mut swapped);
        }
    }
    for (name, of) in [("own titles", own), ("titles of other pages", swapped)] {
        let share = |least: f32| of.iter().filter(|&&doubt| doubt >= least).count() as f64 / of.len() as f64;
        let shares: Vec<String> =
            DOUBTS.iter().map(|&least| format!("{least}: {:.2} %", 100.0 * share(least))).collect();
        println!("{name}: {} asked; in doubt by at least {}", of.len(), shares.join(", "));
    }
}

/// What speaks for a second article on pages as they are, and with the page before them on their site glued on; there, how
/// often the line that it is said of is that page's headline.
fn print_points(records: &[Record], known: &Known) {
    let mut last: BTreeMap<&str, (&Record, u32)> = BTreeMap::new();
    let mut examiner = Examiner::default();
    let mut examine = |record: &Record, text: &str| {
        let mut words = Vec::new();
        hash_words(text, &mut words);
        examiner.examine(known, &PageView { text, rest: text, ..record.view(&words) })
    };
    let (mut own, mut glued, mut right) = ([0; 8], [0; 8], 0);
    let mut of_sites: BTreeMap<&str, [usize; 8]> = BTreeMap::new();
    for record in records {
        let facts = examine(record, &record.text);
        let points = usize::from(facts.second_points[0]);
        own[points] += 1;
        of_sites.entry(&record.site).or_default()[points] += 1;
        if let Some((other, headline)) = last.insert(&record.site, (record, facts.headline)) {
            let title = other.fields[1].as_deref().unwrap_or_default();
            let facts = examine(record, &format!("{}\n\n{title}\n\n{}", record.text, other.text));
            glued[usize::from(facts.second_points[0])] += 1;
            right += usize::from(headline != 0 && facts.second.contains(&headline));
        }
    }
    println!(
        "points of pages as they are: {own:?}; with another page glued on: {glued:?}, of its headline {right}"
    );
    for (site, counts) in of_sites {
        let (all, suspected) = (counts.iter().sum::<usize>(), counts[4..].iter().sum::<usize>());
        if suspected > 3 {
            println!("  {site}: {suspected} of {all} suspected: {:?}", &counts[4..]);
        }
    }
}

fn print_shares(summary: &Summary) {
    println!("as of {:?}", summary.report.as_of);
    for (metric, share) in &summary.report.total.metrics {
        println!(
            "{:>16} {:>7} of {:>7}  {:>6.2} %",
            metric.name(),
            share.count,
            share.of,
            100.0 * share.count as f64 / share.of as f64
        );
    }
    for finding in summary.report.findings.iter().take(25) {
        println!("  {}: {}", finding.site.as_deref().unwrap_or("ALL"), finding.text);
    }
}

fn print_flagged(records: &[Record], known: &Known, summary: &Summary, metric: Metric, most: usize) {
    let flagged: Vec<usize> = (0..records.len()).filter(|&page| summary.flags[page].has(metric)).collect();
    let step = flagged.len().div_ceil(most).max(1);
    let mut examiner = Examiner::default();
    for &page in flagged.iter().step_by(step) {
        let record = &records[page];
        let mut words = Vec::new();
        hash_words(&record.text, &mut words);
        let excerpt = examiner.excerpt(known, &record.view(&words), metric);
        println!("--- {} {} | {}", record.site, record.id, record.fields[1].as_deref().unwrap_or_default());
        println!("    {:?} | {excerpt}", record.fields[2]);
        if metric == Metric::ForeignTitle {
            let facts = examiner.examine(known, &record.view(&words));
            let beginning: String = record.text.chars().take(300).collect();
            println!("    doubt {:.1} | {}", facts.doubt, beginning.replace('\n', "⏎"));
        }
        let end = record.text.trim_end();
        let from = (0..end.len()).rev().filter(|&at| end.is_char_boundary(at)).take(160).last().unwrap_or(0);
        println!("    [{}] ... {}", words.len(), end[from..].replace('\n', "⏎"));
    }
}
