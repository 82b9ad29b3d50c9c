//! The reading loop: batches in waves, worked on in parallel, taken in order.
//!
//! Every command that reads all inputs goes through here. While all threads work on one wave of batches, the next
//! wave is read. What becomes of a batch is a function of that batch alone, and outcomes are taken in
//! input order on one thread, so results are equal for any number of threads. Memory is bounded by two waves. Outcomes that
//! were kept are not worked out again (`resume`).

use super::budget::Budget;
use super::resume::Units;
use super::{Observer, go_on};
use crate::error::Result;
use crate::io::batches::{BATCH_BYTES, Batch, BatchReader};
use crate::io::source::Sources;
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

/// Reads all files: `work` on each batch, with a worker that serves one batch at a time and is made only if none
/// is idle; `take` its outcome, in input order, until it breaks off.
pub fn in_waves<W: Send, O: Send + Serialize + DeserializeOwned>(
    sources: &mut Sources,
    memory: Budget,
    units: &mut Units<'_>,
    observer: &dyn Observer,
    make_worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &Batch) -> O + Sync,
    mut take: impl FnMut(O, &Batch) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let mut reader = sources.batches();
    let wave_bytes = memory.wave(rayon::current_num_threads());
    let workers = Workers { make: make_worker, idle: Mutex::new(Vec::new()) };
    let mut wave = next_wave(&mut reader, wave_bytes)?;
    while !wave.is_empty() {
        go_on(observer)?;
        // Batch by batch: a thread that comes late from reading takes over what is left, however little.
        let recalled: Vec<(u128, Option<O>)> = units.recall(&wave)?;
        let work_on_wave = || -> Vec<(Option<u128>, O)> {
            wave.par_iter()
                .zip(recalled)
                .with_max_len(1)
                .map(|(batch, (key, kept))| match kept {
                    Some(outcome) => (None, outcome),
                    None => (Some(key), workers.borrow(|worker| work(worker, batch))),
                })
                .collect()
        };
        let (next, outcomes) = rayon::join(|| next_wave(&mut reader, wave_bytes), work_on_wave);
        for ((new, outcome), batch) in outcomes.into_iter().zip(wave) {
            observer.advance(batch.bytes.len() as u64);
            if let Some(key) = new {
                units.keep(key, &outcome)?;
            }
            if take(outcome, &batch)?.is_break() {
                return Ok(());
            }
            reader.recycle(batch.bytes);
        }
        wave = next?;
    }
    Ok(())
}

fn next_wave(reader: &mut BatchReader<'_>, bytes: usize) -> Result<Vec<Batch>> {
    let mut wave = Vec::new();
    let mut size = 0;
    // Small files count as a little work each, so that a folder of many makes waves of many.
    while size < bytes {
        let Some(batch) = reader.next_batch()? else { break };
        size += batch.bytes.len() + BATCH_BYTES / 256;
        wave.push(batch);
    }
    Ok(wave)
}

/// Workers that wait for a batch; as many as there are threads at work.
struct Workers<W, M> {
    make: M,
    idle: Mutex<Vec<W>>,
}

impl<W, M: Fn() -> W> Workers<W, M> {
    fn borrow<T>(&self, work: impl FnOnce(&mut W) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = idle().pop();
        let mut worker = waiting.unwrap_or_else(&self.make);
        let result = work(&mut worker);
        idle().push(worker);
        result
    }
}
