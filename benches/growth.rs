//! How cost grows with the crawl: `cargo bench --bench growth [-- MB] [passages]`; `passages` searches for
//! them as well.
//!
//! Crawls of 1, 2, 4, 8 and 16 times MB megabytes (default 24, so up to 0.4 GB; 256 gives 4 GB), of unlike and of
//! close topics, each through a process of its own: seconds, growth against the smallest, candidates a page,
//! peak memory and what it is a page. The corpora go to the temporary folder and are removed.
//!
//! With `memory`: one crawl of 16 times MB megabytes of close topics on two threads, under several budgets, each
//! beside a run that may take what it likes.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "corpus/mod.rs"]
mod corpus;

use corpus::{Corpus, Topics};
use serde_json::Value;
use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::path::Path;
use std::process::Command;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let more: &[&str] =
        if std::env::args().any(|argument| argument == "passages") { &["--passages"] } else { &[] };
    let unit: u64 = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(24);
    let folder = std::env::temp_dir().join(format!("tamis-growth-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    if std::env::args().any(|argument| argument == "memory") {
        budgets(&folder, 16 * unit << 20)?;
        return Ok(std::fs::remove_dir_all(&folder)?);
    }
    for topics in [Topics::Unlike, Topics::Close] {
        for threads in ["1", "2"] {
            println!("\n{topics:?} topics, {threads} thread{}", if threads == "1" { "" } else { "s" });
            println!(
                "| times | MB | pages | seconds | growth | candidates a page | removed | peak MB | bytes a page |"
            );
            println!("|---|---|---|---|---|---|---|---|---|");
            growth(&folder, unit << 20, topics, &[&["--threads", threads], more].concat())?;
        }
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

fn growth(
    folder: &Path,
    unit: u64,
    topics: Topics,
    options: &[&str],
) -> Result<(), Box<dyn std::error::Error>> {
    let input = folder.join("crawl.jsonl");
    let mut out = BufWriter::new(File::create(&input)?);
    let mut corpus = Corpus::new(1, topics);
    let (mut first, mut last): (Option<f64>, Option<(f64, f64)>) = (None, None);
    for times in [1, 2, 4, 8, 16] {
        while out.stream_position()? < unit * times {
            corpus.write_page(&mut out)?;
        }
        out.flush()?;
        let manifest = best_of_two(folder, &input, options)?;
        let number = |path: &str| manifest.pointer(path).and_then(Value::as_f64).unwrap_or(0.0);
        let (seconds, pages, peak) =
            (number("/timing/seconds"), number("/counts/pages"), number("/memory/peak_bytes"));
        let base = *first.get_or_insert(seconds);
        let a_page = last.map_or(String::new(), |(pages_before, peak_before)| {
            format!("{:.0}", (peak - peak_before) / (pages - pages_before))
        });
        let removed = number("/counts/removed/exact") + number("/counts/removed/near");
        println!(
            "| {times} | {:.0} | {pages:.0} | {seconds:.2} | {:.2} | {:.2} | {:.1} % | {:.0} | {a_page} |",
            (unit * times) as f64 / 1e6,
            seconds / base,
            number("/counts/candidates") / pages,
            100.0 * removed / pages,
            peak / 1e6
        );
        last = Some((pages, peak));
    }
    Ok(())
}

fn budgets(folder: &Path, bytes: u64) -> Result<(), Box<dyn std::error::Error>> {
    let input = folder.join("crawl.jsonl");
    let mut out = BufWriter::new(File::create(&input)?);
    let mut corpus = Corpus::new(1, Topics::Close);
    while out.stream_position()? < bytes {
        corpus.write_page(&mut out)?;
    }
    out.flush()?;
    println!("| MB | pages | --memory | peak MiB | seconds | times as long as with all memory |");
    println!("|---|---|---|---|---|---|");
    let mut free = None;
    for memory in ["64GiB", "2GiB", "1GiB", "512MiB", "256MiB", "128MiB"] {
        let run = best_of_two(folder, &input, &["--threads", "2", "--memory", memory]);
        let Ok(manifest) = run else {
            println!("| {} | | {memory} | pages do not fit | | |", bytes / 1_000_000);
            continue;
        };
        let number = |path: &str| manifest.pointer(path).and_then(Value::as_f64).unwrap_or(0.0);
        let (seconds, peak) = (number("/timing/seconds"), number("/memory/peak_bytes") / 1_048_576.0);
        let all = *free.get_or_insert(seconds);
        let (pages, times) = (number("/counts/pages"), seconds / all);
        println!("| {} | {pages} | {memory} | {peak:.0} | {seconds:.1} | {times:.2} |", bytes / 1_000_000);
    }
    Ok(())
}

/// The manifest of the faster of two runs.
fn best_of_two(folder: &Path, input: &Path, options: &[&str]) -> Result<Value, Box<dyn std::error::Error>> {
    let output = folder.join("out");
    let mut manifests = Vec::new();
    for _ in 0..2 {
        let status = Command::new(env!("CARGO_BIN_EXE_tamis"))
            .args(["dedup", "--quiet", "--overwrite"])
            .args(options)
            .arg("-o")
            .args([&output, input])
            .status()?;
        if !status.success() {
            return Err(status.to_string().into());
        }
        manifests.push(serde_json::from_slice::<Value>(&std::fs::read(output.join("manifest.json"))?)?);
    }
    let seconds =
        |manifest: &Value| manifest.pointer("/timing/seconds").and_then(Value::as_f64).unwrap_or(f64::MAX);
    manifests.sort_by(|a, b| seconds(a).total_cmp(&seconds(b)));
    Ok(manifests.swap_remove(0))
}
