//! Arguments that every command that reads pages begins and ends with: which inputs, how they are read, how it runs, and
//! what is said of it.

use super::progress::{Progress, aside, warn};
use super::reading::Reading;
use super::running::{Memory, Spooling, Threads};
use super::{Format, grouped};
use crate::error::{Error, ErrorKind, Result};
use crate::io::output::Existing;
use crate::pipeline::settings;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;

/// Inputs, and how they are read.
#[derive(Debug, Args)]
pub struct Input {
    /// Files, folders, patterns ('crawl/**/*.parquet') and lists (@FILE, one path a line): JSON lines, Parquet, WARC,
    /// WET, CSV or plain text, plain or packed with gzip or zstd; - is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
    #[command(flatten)]
    spooling: Spooling,
    /// Keep what is finished beside the output until all is, and go on from there if a run was stopped before; replaces
    /// an output that Tamis wrote
    #[arg(long, help_heading = "Running")]
    resume: bool,
    /// Print nothing but errors
    #[arg(short, long, help_heading = "Running")]
    quiet: bool,
}

impl Input {
    /// The settings that these arguments make.
    pub fn settings(&self) -> Result<settings::Reading> {
        let budget = self.memory.budget()?;
        let reading = self.reading.settings(&self.inputs, self.spooling.temp_dir(), budget)?;
        Ok(settings::Reading { resume: self.resume, ..reading })
    }

    /// What to do if the output is there already.
    pub fn existing(&self, overwrite: bool) -> Existing {
        if overwrite || self.resume { Existing::Replace } else { Existing::Refuse }
    }

    /// Sets the number of threads, and begins to show progress.
    pub fn begin(&self) -> Result<Progress> {
        self.threads.set()?;
        Progress::new(self.quiet)
    }

    /// Says how many files in folders were not read.
    pub fn tell_left_alone(&self, files: u64) {
        if files > 0 {
            let count = grouped(files);
            let message =
                format!("{count} files in folders were left alone, their names end in nothing that is read");
            aside(self.quiet, &message);
        }
    }

    /// Says something that a person should look at.
    pub fn warn(&self, message: &str) {
        warn(self.quiet, message);
    }

    /// The summary: a text, or a document as JSON; none if nobody wants it.
    pub fn summary(
        &self,
        format: Format,
        text: impl FnOnce() -> String,
        document: &impl Serialize,
    ) -> Result<Option<String>> {
        let summary = match format {
            _ if self.quiet => return Ok(None),
            Format::Text => text(),
            Format::Json => serde_json::to_string_pretty(document)
                .map_err(|cause| Error::new(ErrorKind::Disk, "summary", cause.to_string()))?,
        };
        Ok(Some(summary.trim_end().to_owned()))
    }
}
