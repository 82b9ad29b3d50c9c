//! What each stage costs: `cargo bench --bench stages [-- FILE.jsonl]`.
//!
//! One thread, a corpus in memory, the best of several runs. Each stage prints MB/s of text and its time as a
//! multiple of a bare pass over the same file that parses the records and unescapes their strings, which is
//! the least that any tool must do. Time is time on a processor where the system tells it (Linux), so that what else
//! the machine does does not count. Without a file, 64 MB of invented pages (seed 1) are used.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "corpus/mod.rs"]
mod corpus;

use corpus::{Corpus, Topics};
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;
use tamis::boilerplate::judge::{SiteJudge, Strictness, shared_lines};
use tamis::boilerplate::line::{LineReader, Own};
use tamis::io::fields::FieldNames;
use tamis::io::output::Existing;
use tamis::io::record::Parser;
use tamis::lsh::banding::Banding;
use tamis::lsh::bands::{MemoryBands, SortedBands};
use tamis::lsh::hamming::join::Nearby;
use tamis::pipeline::condemn::ProfileJudge;
use tamis::pipeline::dedup::dedup;
use tamis::pipeline::settings::Settings;
use tamis::pipeline::{Silent, learn, profiles, strip};
use tamis::shingle::{Ngram, ShingleSet, hash_shingles};
use tamis::similarity::{Overlap, Threshold};
use tamis::sketch::minhash::hasher::MinHasher;
use tamis::sketch::minhash::signature::Signatures;
use tamis::sketch::simhash::hasher::SimHasher;
use tamis::sketch::simhash::signature::Distance;
use tamis::text::lines::lines as lines_of;
use tamis::text::words::hash_words;

const RUNS: usize = 5;

/// Seconds of the best run.
fn best(mut run: impl FnMut()) -> f64 {
    (0..RUNS)
        .map(|_| {
            let (start, busy) = (Instant::now(), busy_seconds());
            run();
            match (busy, busy_seconds()) {
                (Some(before), Some(after)) => after - before,
                _ => start.elapsed().as_secs_f64(),
            }
        })
        .fold(f64::INFINITY, f64::min)
}

/// Seconds that the threads of this process were on a processor, if the system tells.
fn busy_seconds() -> Option<f64> {
    // The system writes down what a thread has used when it takes the processor from it, and else every few milliseconds.
    std::thread::yield_now();
    let mut nanoseconds = 0;
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        let told = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        nanoseconds += told.split(' ').next()?.parse::<u64>().ok()?;
    }
    Some(nanoseconds as f64 / 1e9)
}

fn lines(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    memchr::memchr_iter(b'\n', file).chain([file.len()]).filter_map(move |end| {
        let line = &file[start..end];
        start = (end + 1).min(file.len());
        (!line.is_empty()).then_some(line)
    })
}

fn parse(file: &[u8], mut use_text: impl FnMut(&str)) {
    let (mut parser, names) = (Parser::default(), FieldNames::default());
    for line in lines(file) {
        if let Ok(record) = parser.parse(line, &names) {
            use_text(&record.text);
        }
    }
}

/// The file named on the command line, or invented pages.
fn corpus_file() -> std::io::Result<Vec<u8>> {
    let named = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    if let Some(path) = named {
        return std::fs::read(path);
    }
    let (mut file, mut corpus) = (Vec::new(), Corpus::new(1, Topics::Close));
    while file.len() < 64 << 20 {
        corpus.write_page(&mut file)?;
    }
    Ok(file)
}

/// The stages that SimHash has in place of sketch and bands.
fn fingerprints(all_words: &[Vec<u64>], row: &dyn Fn(&str, f64)) {
    let (mut hasher, mut fingerprints) = (SimHasher::default(), Vec::new());
    row(
        "fingerprint (SimHash)",
        best(|| {
            fingerprints.clear();
            fingerprints.extend(all_words.iter().map(|words| hasher.sketch(words)));
        }),
    );
    row(
        "fingerprints: all within 8 bits",
        best(|| {
            let pages = (0..).zip(fingerprints.iter().copied());
            let nearby = Nearby::new(pages, Distance::MOST, u128::from);
            for band in 0..nearby.bands() {
                nearby.for_each_bucket(band, &mut |bucket| _ = black_box(bucket));
            }
        }),
    );
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global()?;
    let file = corpus_file()?;
    let mut texts = Vec::new();
    parse(&file, |text| texts.push(text.to_owned()));
    let text_bytes: usize = texts.iter().map(String::len).sum();
    println!(
        "{} pages, {:.1} MB of text, one thread, best of {RUNS} runs",
        texts.len(),
        text_bytes as f64 / 1e6
    );
    println!("{:<34}{:>9}{:>9}{:>12}", "stage", "seconds", "MB/s", "bare passes");

    let bare = best(|| parse(&file, |text| _ = black_box(text)));
    let row = |name: &str, seconds: f64| {
        println!(
            "{name:<34}{seconds:>9.3}{:>9.0}{:>12.2}",
            text_bytes as f64 / seconds / 1e6,
            seconds / bare
        );
    };
    row("bare pass: parse and unescape", bare);

    let mut words = Vec::new();
    row(
        "fold and hash words",
        best(|| {
            for text in &texts {
                words.clear();
                hash_words(text, &mut words);
                black_box(&words);
            }
        }),
    );

    let all_words: Vec<Vec<u64>> = texts
        .iter()
        .map(|text| {
            let mut words = Vec::new();
            hash_words(text, &mut words);
            words
        })
        .collect();
    let banding = Banding::for_promise(Threshold::tenths(7), 0.99, 0)?;
    let mut hasher = MinHasher::new(banding.slots());
    let mut shingles = Vec::new();
    let mut slots = Vec::new();
    let name = format!("shingle and sketch ({} slots)", banding.slots());
    row(
        &name,
        best(|| {
            slots.clear();
            for words in &all_words {
                shingles.clear();
                hash_shingles(words, Ngram::DEFAULT, &mut shingles);
                hasher.sketch(&shingles, &mut slots);
            }
        }),
    );

    let mut signatures = Signatures::new(banding.slots());
    signatures.extend(&slots);
    let pages: Vec<u32> = (0..texts.len() as u32).collect();
    let mut pairs = Vec::new();
    let name = format!("bands: keys, sort, buckets ({} x {})", banding.bands, banding.rows);
    row(
        &name,
        best(|| {
            pairs.clear();
            let bands = MemoryBands { signatures: &signatures, banding, pages: &pages, salt: &|_| 0 };
            for band in 0..bands.bands() {
                bands.for_each_bucket(band, &mut |bucket| pairs.push((bucket[0], bucket[1])));
            }
        }),
    );
    pairs.sort_unstable();
    pairs.dedup();

    fingerprints(&all_words, &row);

    let name = format!("verify {} pairs: sets and overlap", pairs.len());
    row(
        &name,
        best(|| {
            for &(a, b) in &pairs {
                let set = |page: u32| ShingleSet::of_words(&all_words[page as usize], Ngram::DEFAULT);
                black_box(Overlap::of(&set(a), &set(b)));
            }
        }),
    );

    let folder = std::env::temp_dir().join(format!("tamis-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let input = folder.join("crawl.jsonl");
    std::fs::write(&input, &file)?;
    row(
        "end to end: read, decide, prove, write",
        best(|| {
            let mut settings = Settings::new(vec![input.clone()], folder.join("out"));
            settings.existing = Existing::Replace;
            black_box(dedup(&settings, &Silent, &mut |_| Ok(()))).expect("the corpus is in order");
        }),
    );

    boilerplate(&texts, &input, &folder, &row)?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// The stages of the half that learns and strips.
fn boilerplate(
    texts: &[String],
    input: &Path,
    folder: &Path,
    row: &dyn Fn(&str, f64),
) -> Result<(), Box<dyn std::error::Error>> {
    let mut reader = LineReader::default();
    row(
        "lines: words, slots, keys",
        best(|| {
            for text in texts {
                for range in lines_of(text) {
                    black_box(reader.read(text, range, &Own::default()));
                }
            }
        }),
    );
    let profile = folder.join("sites.tamis");
    row(
        "learn: read, remember, write",
        best(|| {
            let mut settings = learn::Settings::new(vec![input.to_owned()], &profile);
            settings.existing = Existing::Replace;
            black_box(learn::learn(&settings, &Silent)).expect("the corpus is in order");
        }),
    );
    let learned = profiles::read(&profile)?;
    let freeze = || {
        let shared = shared_lines(learned.sites().map(|(_, site)| site));
        for (_, site) in learned.sites() {
            black_box(SiteJudge::new(site, &shared, Strictness::Usual));
        }
    };
    row("freeze: statistics, scores, rules", best(freeze));
    // Sites are frozen in the first run; the best run has them ready.
    let judge = ProfileJudge::new(learned, Strictness::Usual);
    row(
        "strip: read, judge, write",
        best(|| {
            let mut settings = strip::Settings::new(vec![input.to_owned()], folder.join("stripped"), "bench");
            settings.existing = Existing::Replace;
            black_box(strip::strip(&settings, &judge, &Silent)).expect("the corpus is in order");
        }),
    );
    Ok(())
}
