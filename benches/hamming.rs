//! What it costs to ask "seen within k bits?": `cargo bench --bench hamming [-- FINGERPRINTS]`.
//!
//! Ten million random fingerprints, one thread. For k = 3, 6 and 8 and each number of tables: bytes a fingerprint,
//! buckets visited and fingerprints compared a query, microseconds of a query for a fingerprint that is not there and of
//! one that is k bits away, and how many times longer a linear scan with population counts takes. In bold the layout
//! that Tamis chooses. Then the self-join: microseconds a fingerprint.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::hint::black_box;
use std::time::Instant;
use tamis::lsh::candidates::{Population, from_buckets};
use tamis::lsh::hamming::index::HammingIndex;
use tamis::lsh::hamming::join::Nearby;
use tamis::lsh::hamming::layout::Layout;
use tamis::sketch::simhash::signature::{Distance, distance};

const QUERIES: usize = 20_000;
const RUN: usize = 50;
const SCANS: usize = 40;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("a bench, not a test: cargo bench --bench hamming");
        return Ok(());
    }
    let count = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(10_000_000);
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global()?;
    let mut state = 1;
    let mut fingerprints: Vec<u64> = (0..count).map(|_| random(&mut state)).collect();
    fingerprints.sort_unstable();
    fingerprints.dedup();
    let strangers: Vec<u64> = (0..QUERIES).map(|_| random(&mut state)).collect();

    println!("{} fingerprints\n", fingerprints.len());
    println!(
        "| k | tables: bits (radius) | bytes | visited | compared | not there: µs | scan is slower | k bits away: µs | built in s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for bits in [3, 6, 8] {
        let most = Distance::new(bits)?;
        let scan = micros(&strangers[..SCANS], 1, |query| {
            fingerprints.iter().filter(|other| distance(**other, query) <= bits).count() > 0
        });
        let near: Vec<u64> = (0..QUERIES)
            .map(|_| {
                let one = fingerprints[random(&mut state) as usize % fingerprints.len()];
                flipped(one, bits, &mut state)
            })
            .collect();
        let chosen = Layout::cheapest(most, fingerprints.len());
        for tables in 2..=bits + 1 {
            let layout = Layout::of_tables(tables, most, fingerprints.len());
            if layout.candidates(fingerprints.len()) > 3e5 {
                continue;
            }
            let start = Instant::now();
            let index = HammingIndex::with_layout(&fingerprints, &layout);
            let built = start.elapsed().as_secs_f64();
            let missed = micros(&strangers, RUN, |query| index.has_within(query));
            let hit = micros(&near, RUN, |query| index.has_within(query));
            let blocks: Vec<String> =
                layout.blocks.iter().map(|block| format!("{} ({})", block.width, block.radius)).collect();
            let mark = if layout == chosen { "**" } else { "" };
            println!(
                "| {bits} | {mark}{}{mark} | {:.1} | {} | {:.0} | {missed:.1} | {:.0} × | {hit:.1} | {built:.1} |",
                blocks.join(", "),
                index.bytes() as f64 / fingerprints.len() as f64,
                layout.visits(),
                layout.candidates(fingerprints.len()),
                scan / missed,
            );
        }
        println!("| {bits} | linear scan | 8.0 | | {} | {scan:.0} | 1 × | | |", fingerprints.len());
    }

    println!("\n| k | fingerprints | self-join: µs each | pairs |\n|---|---|---|---|");
    for bits in [3, 6, 8] {
        for part in [count / 100, count / 10, count] {
            let start = Instant::now();
            let pages =
                fingerprints[..part].iter().map(|bits| bits.wrapping_mul(0x9E37_79B9_7F4A_7C15)).zip(0u32..);
            let nearby =
                Nearby::new(pages.map(|(bits, page)| (page, bits)), Distance::new(bits)?, u128::from);
            let pairs = from_buckets(&nearby, &Everybody).pairs.len();
            println!(
                "| {bits} | {part} | {:.2} | {pairs} |",
                start.elapsed().as_secs_f64() * 1e6 / part as f64
            );
        }
    }
    Ok(())
}

/// Microseconds a query: the best of all runs of `run` queries, since the machine is shared.
fn micros(queries: &[u64], run: usize, ask: impl Fn(u64) -> bool) -> f64 {
    let timed = |queries: &[u64]| {
        let start = Instant::now();
        queries.iter().for_each(|&query| _ = black_box(ask(query)));
        start.elapsed().as_secs_f64() * 1e6 / queries.len() as f64
    };
    queries.chunks(run).map(timed).fold(f64::INFINITY, f64::min)
}

fn flipped(mut fingerprint: u64, bits: u32, state: &mut u64) -> u64 {
    let before = fingerprint;
    while distance(before, fingerprint) < bits {
        fingerprint ^= 1 << (random(state) % 64);
    }
    fingerprint
}

/// `SplitMix64` (Steele, Lea, Flood 2014).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

struct Everybody;

impl Population for Everybody {
    fn may_pair(&self, _: u32, _: u32) -> bool {
        true
    }

    fn rank(&self, page: u32) -> u128 {
        page.into()
    }

    fn site(&self, page: u32) -> u32 {
        page
    }
}
