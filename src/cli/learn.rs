//! `tamis learn`: arguments to settings, and the summary.

use super::exit::Exit;
use super::input::Input;
use super::learning::Learning;
use super::terminal::println;
use super::terminal::safe;
use super::{FAINT, Format, STRONG, grouped, sized};
use crate::boilerplate::quarantine::Quarantine;
use crate::boilerplate::rules::site_word;
use crate::error::Result;
use crate::pipeline::changes::SiteChange;
use crate::pipeline::learn::{Counts, ENOUGH_PAGES, Outcome, Settings, learn};
use clap::{Arg, Args};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

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
    #[command(flatten)]
    input: Input,
    /// File for the profile
    #[arg(short, long, value_name = "PROFILE")]
    output: PathBuf,
    #[command(flatten)]
    learning: Learning,
    #[command(flatten)]
    writing: Writing,
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
    pub(super) fn settings(&self) -> Result<Settings> {
        let mut settings = Settings::new(Vec::new(), &self.output);
        settings.reading = self.input.settings()?;
        settings.existing = self.input.existing(self.writing.overwrite);
        settings.merge.clone_from(&self.learning.merge);
        settings.as_of = self.learning.as_of()?;
        settings.approve_above = self.learning.approve_above()?;
        settings.rejects.clone_from(&self.writing.rejects);
        Ok(settings)
    }
}

/// Profiles to merge do instead of inputs.
pub fn or_profiles(inputs: Arg) -> Arg {
    inputs.required(false).required_unless_present("merge")
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let settings = arguments.settings()?;
    let progress = arguments.input.begin()?;
    let outcome = learn(&settings, &progress)?;
    progress.finish();
    arguments.input.tell_left_alone(outcome.counts.left_alone);
    for change in &outcome.changes {
        tell_change(change, &arguments.output, &arguments.input);
    }
    let summary =
        arguments.input.summary(arguments.writing.format, || summary(&outcome, &settings), &outcome)?;
    if let Some(summary) = summary {
        println!("{summary}");
    }
    Ok(if outcome.counts.too_many_rejects { Exit::TooManyRejects } else { Exit::Done })
}

/// Warns of what has changed on a site; `profile` is where it was written.
pub(super) fn tell_change(change: &SiteChange, profile: &Path, input: &Input) {
    let site = site_word(&change.site);
    if let Some(drift) = &change.drift {
        input.warn(&format!("{site}: {drift}"));
    }
    if let Some(Quarantine { rules, share }) = change.waiting {
        let (share, place) = (100.0 * share, profile.display());
        input.warn(&format!(
            "{site}: {rules} new rules would strip {share:.0} % of its known text and wait (tamis rules {place} --site \
             {site}; --approve)"
        ));
    }
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
