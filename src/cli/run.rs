//! `tamis run`: arguments to settings, and the summary.

use super::auditing::{Auditing, exit};
use super::comparing::Comparing;
use super::exit::Exit;
use super::input::Input;
use super::learn;
use super::learning::Learning;
use super::summary::Summary;
use super::terminal::{eprintln, println};
use crate::boilerplate::judge::Strictness;
use crate::boilerplate::rules::site_word;
use crate::error::{Error, Result};
use crate::pipeline::run::{Outcome, PROFILE, RunSettings, run as conduct};
use crate::pipeline::settings::Destination;
use clap::Args;
use std::io::Write as _;

/// Shown below the help.
pub const EXAMPLES: &str = "\
Examples:
  tamis run crawl/ -o out                                         learn, strip, remove copies, report
  tamis run tonight/ --merge out/profile.tamis -o next             go on from what was learned before
  tamis run tonight/ -o next --baseline out/report.json            what changed beyond noise
  tamis run tonight/ -o next --gates gates.toml                    exit code 1 if a gate fails";

/// Arguments of `tamis run`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    comparing: Comparing,
    #[command(flatten)]
    stripping: Stripping,
    #[command(flatten)]
    auditing: Auditing,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Stripping")]
struct Stripping {
    /// Strip only what is beyond doubt: less text is lost, more chrome stays
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    learning: Learning,
}

impl Arguments {
    pub(super) fn settings(&self) -> Result<RunSettings> {
        let mut settings = RunSettings::new(Vec::new(), "");
        settings.dedup = self.comparing.settings(&self.input)?;
        settings.strictness = if self.stripping.strict { Strictness::Strict } else { Strictness::Usual };
        self.stripping.learning.learn(&mut settings)?;
        settings.report = self.auditing.settings(settings.as_of);
        Ok(settings)
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let settings = arguments.settings()?;
    let progress = arguments.input.begin()?;
    let mut stdout = std::io::stdout();
    let mut to_stdout = |bytes: &[u8]| stdout.write_all(bytes).map_err(|cause| Error::stream(&cause));
    let outcome = conduct(&settings, &progress, &mut to_stdout)?;
    stdout.flush().map_err(|cause| Error::stream(&cause))?;

    progress.finish();
    arguments.input.tell_left_alone(outcome.dedup.left_alone);
    let profile = settings.dedup.folder().join(PROFILE);
    outcome.changes.iter().for_each(|change| learn::tell_change(change, &profile, &arguments.input));
    if let Some(strip) = &outcome.dedup.manifest.strip {
        for (site, drift) in &strip.drifts {
            arguments.input.warn(&format!("{}: {drift}", site_word(site)));
        }
        for site in &strip.no_articles {
            arguments.input.warn(&format!("{}: no articles found, nothing is stripped", site_word(site)));
        }
    }
    let is_piped = matches!(settings.dedup.destination, Destination::StandardOutput { .. });
    let summary = arguments.input.summary(
        arguments.comparing.format(),
        || summary(&outcome, &settings),
        &outcome.dedup.manifest,
    )?;
    match summary {
        // Pages have standard output to themselves.
        Some(summary) if is_piped => eprintln!("{summary}"),
        Some(summary) => println!("{summary}"),
        None => {}
    }
    Ok(exit(&outcome))
}

/// What was done and found, for people.
fn summary(outcome: &Outcome, settings: &RunSettings) -> String {
    let mut summary = Summary::new(&outcome.dedup, &settings.dedup);
    summary.counts();
    summary.exchange();
    summary.findings(&outcome.report);
    summary.verdicts(&outcome.report);
    summary.written("prove it: tamis verify");
    summary.text()
}
