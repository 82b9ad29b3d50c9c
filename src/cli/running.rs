//! How a command runs, never what comes out: threads where work is shared out, memory and a folder for what does not fit
//! into it.

use super::reading::size;
use crate::error::{Error, Result};
use crate::pipeline::budget::Budget;
use clap::Args;
use std::path::PathBuf;

/// Threads.
#[derive(Debug, Args)]
#[command(next_help_heading = "Running")]
pub struct Threads {
    /// Threads [default: one a core]; results never depend on it
    #[arg(long)]
    threads: Option<usize>,
}

impl Threads {
    /// Sets the number of threads, if one was asked for.
    pub fn set(&self) -> Result<()> {
        let Some(threads) = self.threads else { return Ok(()) };
        pool(threads)?.build_global().map_err(|cause| Error::usage("--threads", cause.to_string()))
    }
}

/// Does the work on as many threads; on those that all work of the process shares if no number is given.
pub fn on_threads<T: Send>(threads: Option<usize>, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let Some(threads) = threads else { return work() };
    let pool = pool(threads)?.build();
    pool.map_err(|cause| Error::usage("--threads", cause.to_string()))?.install(work)
}

fn pool(threads: usize) -> Result<rayon::ThreadPoolBuilder> {
    if threads == 0 || threads > 1024 {
        return Err(Error::usage("--threads", format!("{threads} is outside 1 to 1024")));
    }
    Ok(rayon::ThreadPoolBuilder::new().num_threads(threads))
}

/// Memory.
#[derive(Debug, Args)]
#[command(next_help_heading = "Running")]
pub struct Memory {
    /// Memory to stay within, for example 1GiB; what does not fit goes to temporary files. Results never depend on it
    /// [default: three quarters of what is free]
    #[arg(long, value_name = "SIZE")]
    memory: Option<String>,
}

impl Memory {
    /// The budget of the run.
    pub fn budget(&self) -> Result<Budget> {
        match &self.memory {
            Some(given) => Budget::new(size("--memory", given)? as u64),
            None => Ok(Budget::of_free_memory()),
        }
    }
}

/// Temporary files.
#[derive(Debug, Args)]
#[command(next_help_heading = "Running")]
pub struct Spooling {
    /// Folder for temporary files [default: the system's]
    #[arg(long, value_name = "DIR")]
    temp_dir: Option<PathBuf>,
}

impl Spooling {
    /// The folder for temporary files.
    pub fn temp_dir(&self) -> PathBuf {
        self.temp_dir.clone().unwrap_or_else(std::env::temp_dir)
    }
}
