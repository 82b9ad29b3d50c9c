//! Should an index keep its tables in sorted files or in an embedded database?
//!
//! `cargo run --release --manifest-path benches/stores/Cargo.toml -- [PAGES [BATCH]]` (a million in batches of 100,000 unless told)
//! puts the same 35 random keys a page, batch by batch, into the tables of Tamis ([`ours`]), into redb (a B-tree that copies
//! on write) and into fjall (a log-structured merge tree), one after the other. A batch is one step: durable and whole, or not there.
//! Printed: seconds of all and of the last batch, bytes a page on the disk, microseconds for a page's 35 look-ups in files that
//! the system has in its cache, and how long the store takes to open after a process that was adding a batch died.

mod databases;
mod ours;

use std::env::temp_dir;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Bands of a signature at the defaults.
const BANDS: usize = 35;

/// Pages that are asked for.
const QUERIES: u32 = 2_000;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What keeps keys of pages.
trait Store: Sized {
    const NAME: &'static str;

    fn open(folder: &Path) -> Result<Self>;

    /// Adds the keys of pages from `first` on, band by band, as one step.
    fn add(&mut self, first: u32, keys: &[Vec<(u32, u32)>]) -> Result<()>;

    /// How many pages have this key in this band.
    fn count(&self, band: usize, key: u32) -> Result<usize>;
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, store, folder, first, batch] = arguments.as_slice()
        && word == "die"
    {
        let (first, batch) = (first.parse()?, batch.parse()?);
        return match store.as_str() {
            ours::Tables::NAME => die_in_a_batch::<ours::Tables>(Path::new(folder), first, batch),
            databases::Redb::NAME => die_in_a_batch::<databases::Redb>(Path::new(folder), first, batch),
            _ => die_in_a_batch::<databases::Fjall>(Path::new(folder), first, batch),
        };
    }
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse::<u32>().ok());
    let (pages, batch) = (numbers.next().unwrap_or(1_000_000), numbers.next().unwrap_or(100_000));
    println!(
        "| store | seconds | last batch | bytes a page | 35 look-ups: microseconds | opens after a kill: seconds |"
    );
    println!("|---|---|---|---|---|---|");
    measure::<ours::Tables>(pages, batch)?;
    measure::<databases::Redb>(pages, batch)?;
    measure::<databases::Fjall>(pages, batch)
}

fn measure<S: Store>(pages: u32, batch: u32) -> Result<()> {
    let folder = temp_dir().join(format!("tamis-stores-{}-{}", S::NAME, std::process::id()));
    fs::create_dir_all(&folder)?;
    let mut store = S::open(&folder)?;
    let (started, mut last) = (Instant::now(), 0.0);
    for first in (0..pages).step_by(batch as usize) {
        let begun = Instant::now();
        store.add(first, &keys(first, batch.min(pages - first)))?;
        last = begun.elapsed().as_secs_f64();
    }
    let seconds = started.elapsed().as_secs_f64();
    drop(store);
    let bytes = size(&folder)?;
    let arguments = ["die", S::NAME, &folder.display().to_string(), &pages.to_string(), &batch.to_string()];
    let status = Command::new(std::env::current_exe()?).args(arguments).status()?;
    assert!(!status.success(), "the process was to die");
    let begun = Instant::now();
    let store = S::open(&folder)?;
    let opened = begun.elapsed().as_secs_f64();
    let asked: Vec<u32> =
        (0..QUERIES).map(|number| (mixed(u64::from(number)) % u64::from(pages)) as u32).collect();
    let mut micros = 0.0;
    // Once to warm up.
    for _ in 0..2 {
        let begun = Instant::now();
        for &page in &asked {
            for band in 0..BANDS {
                assert!(store.count(band, key(page, band))? > 0, "{}: page {page} is lost", S::NAME);
            }
        }
        micros = begun.elapsed().as_secs_f64() * 1e6 / f64::from(QUERIES);
    }
    let each = bytes as f64 / f64::from(pages);
    println!("| {} | {seconds:.1} | {last:.1} | {each:.0} | {micros:.0} | {opened:.2} |", S::NAME);
    drop(store);
    Ok(fs::remove_dir_all(folder)?)
}

/// Adds a batch and dies before it is whole.
fn die_in_a_batch<S: Store>(folder: &Path, first: u32, batch: u32) -> Result<()> {
    let mut store = S::open(folder)?;
    let killer = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(150));
        std::process::abort()
    });
    // Again and again, until the other thread is done with this process.
    for round in 0.. {
        store.add(first + round * batch, &keys(first + round * batch, batch))?;
    }
    killer.join().map_err(|_| "the killer died first".into())
}

/// For each band the keys of some pages, ascending.
fn keys(first: u32, count: u32) -> Vec<Vec<(u32, u32)>> {
    let of_band = |band: usize| {
        let mut keys: Vec<(u32, u32)> = (first..first + count).map(|page| (key(page, band), page)).collect();
        keys.sort_unstable();
        keys
    };
    (0..BANDS).map(of_band).collect()
}

/// The key of a page: one page in ten has that of the page before.
fn key(page: u32, band: usize) -> u32 {
    let page = if page % 10 == 9 { page - 1 } else { page };
    (mixed(u64::from(page) << 8 | band as u64) >> 32) as u32
}

/// SplitMix64 (Steele, Lea, Flood 2014).
fn mixed(number: u64) -> u64 {
    let z = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Bytes that a folder takes on the disk.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { size(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}
