//! `tamis dedup`: arguments to settings, and the summary.

use super::comparing::Comparing;
use super::exit::Exit;
use super::input::Input;
use super::summary::Summary;
use super::terminal::{eprintln, println};
use crate::error::{Error, Result};
use crate::pipeline::dedup::{Outcome, dedup};
use crate::pipeline::settings::{Destination, Settings};
use clap::Args;
use std::io::Write as _;

/// Shown below the help.
pub const EXAMPLES: &str = "\
Examples:
  tamis dedup crawl/ -o out                      all files below crawl/
  zstdcat batch.jsonl.zst | tamis dedup - -o out  standard input
  tamis dedup crawl/ -o out --threshold 0.8 --recall 0.999 --keep earliest
  tamis dedup crawl/ -o - --evidence out | next-step";

/// Arguments of `tamis dedup`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    comparing: Comparing,
}

impl Arguments {
    pub(super) fn settings(&self) -> Result<Settings> {
        self.comparing.settings(&self.input)
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let settings = arguments.settings()?;
    let progress = arguments.input.begin()?;
    let mut stdout = std::io::stdout();
    let mut to_stdout = |bytes: &[u8]| stdout.write_all(bytes).map_err(|cause| Error::stream(&cause));
    let outcome = dedup(&settings, &progress, &mut to_stdout)?;
    stdout.flush().map_err(|cause| Error::stream(&cause))?;

    progress.finish();
    arguments.input.tell_left_alone(outcome.left_alone);
    let is_piped = matches!(settings.destination, Destination::StandardOutput { .. });
    let summary = arguments.input.summary(
        arguments.comparing.format(),
        || summary(&outcome, &settings),
        &outcome.manifest,
    )?;
    match summary {
        // Pages have standard output to themselves.
        Some(summary) if is_piped => eprintln!("{summary}"),
        Some(summary) => println!("{summary}"),
        None => {}
    }
    Ok(if outcome.too_many_rejects { Exit::TooManyRejects } else { Exit::Done })
}

/// What was done, for people.
fn summary(outcome: &Outcome, settings: &Settings) -> String {
    let mut summary = Summary::new(outcome, settings);
    summary.counts();
    summary.clusters();
    summary.exchange();
    summary.written("prove it: tamis verify");
    summary.text()
}
