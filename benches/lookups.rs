//! What the look-ups of one text cost: `cargo bench --bench lookups [-- PAGES]`, ten million pages unless told.
//!
//! An index of invented keys is written, its pages in one file of tables and then in three, as batches leave them; rows are zeros, since
//! nobody reads them. With the tables in memory, the keys of all bands of a page are looked up one after the other, and
//! all together; of pages that are there, and of pages that are not. In turns, the median of 5,000 pages. Needs 1.2 kB of memory
//! and of disk for every four pages.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;
use tamis::hash;
use tamis::index::catalogue::{self, Catalogue, SegmentFiles, Stamp, TablesFile};
use tamis::index::container::ContainerWriter;
use tamis::index::segment::{PagesWriter, RememberedPage};
use tamis::index::table::{self, Entry, entry};
use tamis::lsh::banding::Banding;
use tamis::pipeline::index::folder::{CATALOGUE, Index};
use tamis::pipeline::index::lookup::{By, MAGIC};

type Failed = Box<dyn std::error::Error>;

/// Pages that are asked for.
const ASKED: u32 = 5_000;

/// Pages that a look-up finds at most.
const MOST: usize = 65;

fn main() -> Result<(), Failed> {
    let pages = std::env::args().skip(1).find_map(|argument| argument.parse::<u32>().ok());
    let pages = pages.unwrap_or(10_000_000);
    let folder = std::env::temp_dir().join(format!("tamis-lookups-{}", std::process::id()));
    println!("| tables | pages | known | one after the other: µs | all together: µs |");
    println!("|---|---|---|---|---|");
    let result =
        [vec![pages], vec![pages / 10 * 7, pages / 10 * 2, pages / 10]].iter().try_for_each(|sizes| {
            fs::create_dir_all(&folder)?;
            write(&folder, sizes)?;
            ask(&folder)
        });
    fs::remove_dir_all(&folder)?;
    result
}

/// The key of a page in a band.
fn key(page: u32, band: usize) -> u32 {
    hash::seeded(&page.to_le_bytes(), band as u64) as u32
}

fn write(folder: &Path, sizes: &[u32]) -> Result<(), Failed> {
    let stamp: Stamp = serde_json::from_value(serde_json::json!({
        "command": "dedup", "threshold": 0.5, "recall": 0.99, "banding": { "bands": 35, "rows": 3 },
        "scheme": { "text_profile": 1, "hash": 1, "ngram": 3, "slots": 105 },
        "expect_pages": 10_000_000, "scope": "all", "site_by": "host", "proofs": false,
    }))?;
    let Banding { bands, .. } = stamp.banding;
    let mut catalogue = Catalogue::new(stamp);
    let named = |name: String| -> Result<catalogue::File, Failed> {
        Ok(catalogue::File { bytes: fs::metadata(folder.join(&name))?.len(), name })
    };
    let mut first = 0;
    for &pages in sizes {
        let rows = format!("{first:08}.rows");
        let mut out = PagesWriter::new(BufWriter::new(File::create(folder.join(&rows))?), pages, 0)?;
        for _ in 0..pages {
            out.page(&RememberedPage::default())?;
        }
        out.sites(&[("", Vec::new())])?;
        out.finish()?.flush()?;
        let tables = format!("{first:08}.tables");
        let mut out = ContainerWriter::new(BufWriter::new(File::create(folder.join(&tables))?), MAGIC)?;
        for band in 0..usize::from(bands) {
            let mut entries: Vec<Entry> =
                (0..pages).map(|page| entry(key(first + page, band), page)).collect();
            entries.sort_unstable();
            out.section(band as u16, &table::encode(&entries))?;
        }
        for number in bands..By::count(bands.into()) {
            out.section(number, &table::encode(&[]))?;
        }
        out.finish()?.flush()?;
        catalogue.segments.push(SegmentFiles { first, pages, rows: named(rows)?, proofs: None });
        catalogue.tables.push(TablesFile { first, pages, file: named(tables)? });
        first += pages;
    }
    catalogue.batches.push(catalogue::Batch {
        batch: "all".to_owned(),
        first: 0,
        pages: first,
        added: 0,
        profile: None,
        frames: None,
        pending: None,
    });
    Ok(fs::write(folder.join(CATALOGUE), catalogue.encode()?)?)
}

fn ask(folder: &Path) -> Result<(), Failed> {
    let index = Index::open_in_memory(folder)?;
    let (pages, tables) = (index.catalogue().pages(), index.catalogue().tables.len());
    for is_known in [true, false] {
        let (mut alone, mut together) = (Vec::new(), Vec::new());
        for number in 0..ASKED {
            let page = if is_known { number * (pages / ASKED) } else { u32::MAX - number };
            let of_page = |page: u32| -> Vec<(By, u32)> {
                (0..35).map(|band| (By::Band(band), key(page, band))).collect()
            };
            // Neither way finds what the other has brought into the caches.
            let (first, second) = (of_page(page), of_page(page ^ 1));
            let mut found = 0;
            let started = Instant::now();
            for &(by, key) in &first {
                found += index.find(by, key, MOST)?.len();
            }
            alone.push(started.elapsed().as_secs_f64() * 1e6);
            let started = Instant::now();
            index.find_all(&second, MOST, |pages| found += pages.len())?;
            together.push(started.elapsed().as_secs_f64() * 1e6);
            assert!(found >= if is_known { 70 } else { 0 }, "{found} found");
        }
        let median = |each: &mut Vec<f64>| {
            each.sort_by(f64::total_cmp);
            each[each.len() / 2]
        };
        println!(
            "| {tables} | {pages} | {is_known} | {:.1} | {:.1} |",
            median(&mut alone),
            median(&mut together)
        );
    }
    Ok(())
}
