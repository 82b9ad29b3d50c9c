//! What an index costs: `cargo bench --bench index [-- PAGES [BATCH] [in=FOLDER]]`, a million pages in batches of 100,000
//! unless told.
//!
//! Invented pages of 240 words on average, one in ten of them a copy of a page of the batch and one in fifty of a page of an
//! older one, are added batch by batch with `tamis dedup --index
//! --memory 1GiB`, a process each; input and output of a batch are removed before the next one. Printed each time the index
//! has doubled: seconds of the last batch, of which the index, its peak memory, bytes a page by what they are for. In the end:
//! how long a query takes, with the tables in memory and in files. With `in=FOLDER` all is made there and stays; an index that is there
//! already is only asked.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "corpus/mod.rs"]
mod corpus;

use corpus::{Corpus, Topics};
use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use tamis::pipeline::index::asking::Asker;
use tamis::pipeline::index::folder::Index;
use tamis::pipeline::index::measuring::stat;

type Failed = Box<dyn std::error::Error>;

fn main() -> Result<(), Failed> {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse::<u64>().ok());
    let pages = numbers.next().unwrap_or(1_000_000);
    let batch = numbers.next().unwrap_or(100_000);
    if let Some(folder) =
        std::env::args().find_map(|argument| argument.strip_prefix("in=").map(PathBuf::from))
    {
        fs::create_dir_all(&folder)?;
        if !folder.join("index").exists() {
            grow(&folder, pages, batch)?;
        }
        return ask(&folder);
    }
    let folder = std::env::temp_dir().join(format!("tamis-index-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let result = grow(&folder, pages, batch).and_then(|()| ask(&folder));
    fs::remove_dir_all(&folder)?;
    result
}

fn grow(folder: &Path, pages: u64, batch: u64) -> Result<(), Failed> {
    let [input, out, index] = ["crawl.jsonl", "out", "index"].map(|name| folder.join(name));
    let mut corpus = Corpus::new(1, Topics::Unlike);
    println!(
        "| pages | batch: seconds | of which index | all: seconds | peak MB | bands + sketch | proofs | rest | tables | removed, for old pages |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let mut old: Vec<String> = Vec::new();
    let (mut added, mut told, mut all) = (0, 0, 0.0);
    while added < pages {
        let mut file = BufWriter::new(File::create(&input)?);
        let now = batch.min(pages - added);
        for number in 0..now {
            match old.get(number as usize / 50 % old.len().max(1)) {
                Some(page) if number % 50 == 0 => file.write_all(&again(page, added + number)?)?,
                _ => corpus.write_page(&mut file)?,
            }
        }
        file.flush()?;
        let started = Instant::now();
        let status = Command::new(env!("CARGO_BIN_EXE_tamis"))
            .args(["dedup", "--quiet", "--overwrite", "--memory", "1GiB", "--index"])
            .arg(&index)
            .arg("-o")
            .args([&out, &input])
            .status()?;
        assert!(status.success(), "{status}");
        let seconds = started.elapsed().as_secs_f64();
        added += now;
        let some = BufReader::new(File::open(&input)?).lines().step_by(now as usize / 100 + 1);
        old.extend(some.collect::<Result<Vec<String>, _>>()?);
        let manifest: Value = serde_json::from_slice(&fs::read(out.join("manifest.json"))?)?;
        let number = |path: &str| manifest.pointer(path).and_then(Value::as_f64).unwrap_or(0.0);
        let phase = |name: &str| {
            let phases = manifest["timing"]["phases"].as_array().into_iter().flatten();
            phases.filter(|phase| phase[0] == name).filter_map(|phase| phase[1].as_f64()).sum::<f64>()
        };
        // What comes behind the manifest is the index alone.
        let of_index = seconds - number("/timing/seconds") + phase("recall");
        all += seconds;
        if added >= 2 * told || added >= pages {
            told = added;
            let found = stat(&Index::open(&index)?)?;
            let each = |bytes: u64| bytes as f64 / found.pages as f64;
            println!(
                "| {added} | {seconds:.1} | {of_index:.1} | {all:.0} | {:.0} | {:.0} | {:.0} | {:.0} | {} | {:.0}, {:.0} |",
                number("/memory/peak_bytes") / 1e6,
                each(found.bytes_of.bands + found.bytes_of.sketches),
                each(found.bytes_of.proofs),
                each(found.bytes_of.rest),
                Index::open(&index)?.catalogue().tables.len(),
                number("/counts/removed/exact") + number("/counts/removed/near"),
                number("/index/removed"),
            );
        }
    }
    Ok(())
}

/// A page of an older batch with another id and some words more.
fn again(page: &str, number: u64) -> Result<Vec<u8>, Failed> {
    let mut page: Value = serde_json::from_str(page)?;
    page["id"] = format!("again-{number}").into();
    page["text"] = format!("{} printed once more", page["text"].as_str().unwrap_or_default()).into();
    Ok(format!("{page}\n").into_bytes())
}

/// Asks for pages of the last batch and for pages that were never seen, each once to warm up and once to be timed.
fn ask(folder: &Path) -> Result<(), Failed> {
    let place = folder.join("index");
    let texts = BufReader::new(File::open(folder.join("crawl.jsonl"))?).lines().step_by(7).take(5_000);
    let text = |line: &str| -> Result<String, Failed> {
        Ok(serde_json::from_str::<Value>(line)?["text"].as_str().unwrap_or_default().to_owned())
    };
    let seen: Vec<String> = texts.map(|line| text(&line?)).collect::<Result<_, _>>()?;
    let mut unseen = Vec::new();
    let mut corpus = Corpus::new(2, Topics::Unlike);
    for _ in 0..5_000 {
        corpus.write_page(&mut unseen)?;
    }
    let unseen: Vec<String> = String::from_utf8(unseen)?.lines().map(text).collect::<Result<_, _>>()?;
    let indexes = [("in memory", Index::open_in_memory(&place)?), ("in files", Index::open(&place)?)];
    for ((name, index), texts) in indexes.iter().flat_map(|index| [(index, &seen), (index, &unseen)]) {
        let mut asker = Asker::new(index);
        let mut known = 0;
        for text in texts {
            known += usize::from(!asker.text(text, "")?.is_empty());
        }
        let mut each: Vec<f64> = Vec::with_capacity(texts.len());
        for text in texts {
            let started = Instant::now();
            asker.text(text, "")?;
            each.push(started.elapsed().as_secs_f64() * 1e6);
        }
        each.sort_by(f64::total_cmp);
        let at = |share: f64| each[((each.len() - 1) as f64 * share) as usize];
        println!(
            "\ntables {name}: {} queries, {known} known; microseconds: median {:.0}, 99 of 100 below {:.0}",
            each.len(),
            at(0.5),
            at(0.99)
        );
    }
    Ok(())
}
