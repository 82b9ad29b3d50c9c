//! `tamis learn`: arguments to settings, and the summary.

use super::exit::Exit;
use super::progress::{Progress, aside, warn};
use super::reading::{Reading, share};
use super::running::Running;
use super::terminal::safe;
use super::{FAINT, Format, STRONG, grouped, sized};
use crate::boilerplate::quarantine::Quarantine;
use crate::boilerplate::rules::site_word;
use crate::date;
use crate::error::{Error, ErrorKind, Result};
use crate::io::output::Existing;
use crate::pipeline::learn::{Counts, ENOUGH_PAGES, Outcome, Settings, learn};
use anstream::println;
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Shown below the help.
pub const EXAMPLES: &str = "\
Examples:
  tamis learn crawl/ -o sites.tamis                                   what is remembered of each site
  tamis learn new/ --merge sites.tamis -o sites.tamis --overwrite     learn on
  tamis learn --merge a.tamis b.tamis -o sites.tamis                  two that were learned apart

Any order, any number of files, threads or deliveries gives the same bytes.";

/// Arguments of `tamis learn`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Files and folders: JSON lines or plain text, plain or packed with gzip or zstd; - is standard input
    #[arg(value_name = "INPUT", required_unless_present = "merge")]
    inputs: Vec<PathBuf>,
    /// File for the profile
    #[arg(short, long, value_name = "PROFILE")]
    output: PathBuf,
    /// Profiles to take in, with or without new input
    #[arg(long, value_name = "PROFILE", num_args = 1..)]
    merge: Vec<PathBuf>,
    /// Day on which the pages were fetched: that of pages without a date; later dates count as this one
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Share of a site's known text above which what is newly stripped waits for approval
    #[arg(long, value_name = "SHARE", default_value = "20%")]
    approve_above: String,

    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    writing: Writing,

    #[command(flatten)]
    running: Running,
    /// Print nothing but errors
    #[arg(short, long, help_heading = "Running")]
    quiet: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Writing")]
struct Writing {
    /// Write a row for each record that could not be used, as in rejects.jsonl
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Replace PROFILE if it is one
    #[arg(long)]
    overwrite: bool,
    /// How the summary is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Arguments {
    fn settings(&self) -> Result<Settings> {
        let mut settings = Settings::new(Vec::new(), &self.output);
        settings.reading = self.reading.settings(&self.inputs, &self.running)?;
        settings.existing = if self.writing.overwrite { Existing::Replace } else { Existing::Refuse };
        settings.merge.clone_from(&self.merge);
        settings.as_of = self.as_of.as_deref().map(as_day).transpose()?;
        settings.approve_above = share("--approve-above", &self.approve_above)? as f32;
        settings.rejects.clone_from(&self.writing.rejects);
        Ok(settings)
    }
}

fn as_day(text: &str) -> Result<i32> {
    let fault =
        || Error::usage("--as-of", format!("{text:?} is no date")).next_step("for example 2026-05-03");
    date::day(text).ok_or_else(fault)
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    arguments.running.use_threads()?;
    let settings = arguments.settings()?;
    let progress = Progress::new(arguments.quiet)?;
    let outcome = learn(&settings, &progress)?;
    progress.finish();
    if outcome.counts.left_alone > 0 {
        let count = grouped(outcome.counts.left_alone);
        aside(
            arguments.quiet,
            &format!("{count} files in folders were left alone, their names end in nothing that is read"),
        );
    }
    for change in &outcome.changes {
        let site = site_word(&change.site);
        if let Some(drift) = &change.drift {
            warn(arguments.quiet, &format!("{site}: {drift}"));
        }
        if let Some(Quarantine { rules, share }) = change.waiting {
            let share = 100.0 * share;
            let place = settings.profile.display();
            warn(
                arguments.quiet,
                &format!(
                    "{site}: {rules} new rules would strip {share:.0} % of its known text and wait (tamis rules {place} \
                 --site {site}; --approve)"
                ),
            );
        }
    }
    if !arguments.quiet {
        let text = match arguments.writing.format {
            Format::Text => summary(&outcome, &settings),
            Format::Json => serde_json::to_string_pretty(&outcome)
                .map_err(|cause| Error::new(ErrorKind::Disk, "summary", cause.to_string()))?,
        };
        println!("{}", text.trim_end());
    }
    Ok(if outcome.counts.too_many_rejects { Exit::TooManyRejects } else { Exit::Done })
}

/// What was learned, for people.
pub fn summary(outcome: &Outcome, settings: &Settings) -> String {
    let Counts { files, rejected, pages, empty, merged, .. } = outcome.counts;
    let mut out = String::new();
    let mut line = |name: &str, number: u64, rest: &str| {
        let _ = writeln!(out, "  {name:<12}{STRONG}{:>11}{STRONG:#}  {rest}", grouped(number));
    };
    let without_text = if empty > 0 { format!(", {} without text", grouped(empty)) } else { String::new() };
    if !settings.reading.inputs.is_empty() {
        line("pages", pages, &format!("in {} files{without_text}, {:.2} s", grouped(files), outcome.seconds));
    }
    if merged > 0 {
        line("merged", merged, "profiles");
    }
    line("sites", outcome.sites, "in the profile");
    line("remembered", outcome.remembered, "pages");
    if rejected > 0 {
        let place = settings.rejects.as_ref().map(|place| format!(": see {}", place.display()));
        line("rejected", rejected, &format!("records{}", place.unwrap_or_default()));
    }
    if outcome.small_sites > 0 {
        let names = listed(outcome.small.iter().map(String::as_str), outcome.small_sites);
        line("small", outcome.small_sites, &format!("sites with fewer than {ENOUGH_PAGES} pages: {names}"));
    }
    if outcome.disagreeing_sites > 0 {
        line(
            "unclear",
            outcome.disagreeing_sites,
            "sites whose site field says another domain than their URLs",
        );
        for (site, host) in &outcome.disagreeing {
            let _ = writeln!(out, "  {:>25}{}, but {}", "", safe(site), safe(host));
        }
    }
    let size = sized(outcome.bytes);
    let place = settings.profile.display();
    let _ = writeln!(out, "\n  written to {place}   {FAINT}{size}, {}{FAINT:#}", outcome.profile);
    out
}

/// Names, and whether there are more.
fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>, of: u64) -> String {
    let more = if of > names.len() as u64 { ", …" } else { "" };
    let name = |name: &'a str| if name.is_empty() { "(no site)".into() } else { safe(name).to_string() };
    names.map(name).collect::<Vec<String>>().join(", ") + more
}
