//! `tamis audit`: arguments to settings, and the summary.

use super::Format;
use super::auditing::{Auditing, exit};
use super::comparing::Deciding;
use super::exit::Exit;
use super::input::Input;
use super::learning::Learning;
use super::summary::Summary;
use super::terminal::println;
use crate::error::Result;
use crate::pipeline::run::{Outcome, RunSettings, run as conduct};
use crate::pipeline::settings::Destination;
use clap::Args;
use std::path::PathBuf;

/// Shown below the help.
pub const EXAMPLES: &str = "\
Examples:
  tamis audit crawl/ -o audit                                  then open audit/report.html
  tamis audit tonight/ -o audit --baseline last/report.json    what changed beyond noise
  tamis audit tonight/ -o audit --gates gates.toml             exit code 1 if a gate fails

Nothing is removed, and no page is written.";

/// Arguments of `tamis audit`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Folder for the report
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    #[command(flatten)]
    auditing: Auditing,
    #[command(flatten)]
    deciding: Deciding,
    #[command(flatten)]
    learning: Learning,
    /// Replace DIR if Tamis wrote it
    #[arg(long, help_heading = "Writing")]
    overwrite: bool,
    /// How the summary is printed
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Writing")]
    format: Format,
}

impl Arguments {
    pub(super) fn settings(&self) -> Result<RunSettings> {
        let mut settings = RunSettings::new(Vec::new(), "");
        settings.dedup.reading = self.input.settings()?;
        settings.dedup.destination = Destination::Report(self.output.clone());
        settings.dedup.existing = self.input.existing(self.overwrite);
        self.deciding.decide(&mut settings.dedup)?;
        self.learning.learn(&mut settings)?;
        settings.report = self.auditing.settings(settings.as_of);
        Ok(settings)
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let settings = arguments.settings()?;
    let progress = arguments.input.begin()?;
    let outcome = conduct(&settings, &progress, &mut |_| Ok(()))?;
    progress.finish();
    arguments.input.tell_left_alone(outcome.dedup.left_alone);
    let summary = arguments.input.summary(
        arguments.format,
        || summary(&outcome, &settings),
        &outcome.dedup.manifest,
    )?;
    if let Some(summary) = summary {
        println!("{summary}");
    }
    Ok(exit(&outcome))
}

fn summary(outcome: &Outcome, settings: &RunSettings) -> String {
    let mut summary = Summary::new(&outcome.dedup, &settings.dedup);
    summary.counts();
    summary.findings(&outcome.report);
    summary.verdicts(&outcome.report);
    summary.text()
}
