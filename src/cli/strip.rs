//! `tamis strip`: arguments to settings, and the summary.

use super::exit::Exit;
use super::input::Input;
use super::packing::Packing;
use super::terminal::println;
use super::terminal::safe;
use super::{FAINT, Format, STRONG, grouped, sized};
use crate::boilerplate::judge::Strictness;
use crate::boilerplate::rules::site_word;
use crate::error::Result;
use crate::pipeline::condemn::ProfileJudge;
use crate::pipeline::settings::Reading;
use crate::pipeline::stored::StoredProfile;
use crate::pipeline::strip::{Outcome, Settings, SiteCounts, strip};
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Shown below the help.
pub const EXAMPLES: &str = "\
Examples:
  tamis strip crawl/ --profile sites.tamis -o stripped
  tamis strip crawl/ --profile sites.tamis -o stripped --mask    also which line of each page stays
  tamis strip crawl/ --profile sites.tamis -o stripped --strict  only what is beyond doubt
  tamis restore stripped -o crawl.jsonl                          every byte put back";

/// Arguments of `tamis strip`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Profile that tamis learn has written
    #[arg(long, value_name = "PROFILE")]
    profile: PathBuf,
    /// Folder for the results
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Strip only what is beyond doubt: less text is lost, more chrome stays
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    writing: Writing,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Writing")]
struct Writing {
    /// Also write mask.jsonl: for each line of each page whether it stays
    #[arg(long)]
    mask: bool,
    /// Replace DIR if Tamis wrote it
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    packing: Packing,
    /// How the summary is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Arguments {
    pub(super) fn settings(&self, profile: String) -> Result<Settings> {
        let mut settings = Settings::new(Vec::new(), &self.output, profile);
        settings.reading = self.input.settings()?;
        settings.existing = self.input.existing(self.writing.overwrite);
        settings.strictness = if self.strict { Strictness::Strict } else { Strictness::Usual };
        settings.mask = self.writing.mask;
        settings.tables = self.writing.packing.tables()?;
        Ok(settings)
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let Reading { temp_dir, memory, .. } = arguments.input.settings()?;
    let (profile, digest) = StoredProfile::read_with_digest(&arguments.profile, &temp_dir, memory)?;
    let settings = arguments.settings(digest)?;
    let progress = arguments.input.begin()?;
    let judge = ProfileJudge::within(profile, settings.strictness, &temp_dir, memory)?;
    let outcome = strip(&settings, &judge, &progress)?;
    progress.finish();
    arguments.input.tell_left_alone(outcome.left_alone);
    for (site, drift) in &outcome.manifest.drifts {
        let next = "learn on: tamis learn INPUT --merge PROFILE";
        arguments.input.warn(&format!("{}: {drift} ({next})", site_word(site)));
    }
    for site in &outcome.manifest.no_articles {
        arguments.input.warn(&format!("{}: no articles found, nothing is stripped", site_word(site)));
    }
    let junkiest = junkiest(&outcome)?;
    let summary = arguments.input.summary(
        arguments.writing.format,
        || summary(&outcome, &settings, &junkiest),
        &outcome.manifest,
    )?;
    if let Some(summary) = summary {
        println!("{summary}");
    }
    Ok(if outcome.too_many_rejects { Exit::TooManyRejects } else { Exit::Done })
}

/// Sites that are listed.
const LISTED: usize = 5;

/// What was done, for people.
pub fn summary(outcome: &Outcome, settings: &Settings, junkiest: &[(String, SiteCounts)]) -> String {
    let manifest = &outcome.manifest;
    let counts = &manifest.counts;
    let mut out = String::new();
    let mut line = |name: &str, number: u64, rest: &str| {
        let _ = writeln!(out, "  {name:<12}{STRONG}{:>11}{STRONG:#}  {rest}", grouped(number));
    };
    let files = format!(
        "in {} files, {} sites, {} of text, {:.2} s",
        grouped(outcome.files as u64),
        grouped(counts.sites),
        sized(manifest.inputs.text_bytes),
        manifest.timing.seconds,
    );
    line("pages", counts.pages, &files);
    let of_characters = share(counts.stripped_characters, counts.characters);
    let from_pages = format!(
        "lines from {} pages: {of_characters:.1} % of the characters, {:.1} % of the lines",
        grouped(counts.stripped_pages),
        share(counts.stripped_lines, counts.lines)
    );
    line("stripped", counts.stripped_lines, &from_pages);
    if counts.without_article > 0 {
        line("no article", counts.without_article, "pages; they stay as they are");
    }
    if counts.rejected > 0 {
        let place = settings.tables.place(&settings.folder, "rejects.jsonl");
        line("rejected", counts.rejected, &format!("records: see {}", place.display()));
    }
    if !junkiest.is_empty() {
        let _ = writeln!(out, "\n  {STRONG}sites that lost most{STRONG:#}");
    }
    for (site, of) in junkiest {
        let name = if site.is_empty() { "(no site)".into() } else { safe(site) };
        let lost = share(of.stripped_characters, of.characters);
        let pages = grouped(of.pages);
        let _ =
            writeln!(out, "  {lost:>5.1} % of {pages} page{}  {name}", if of.pages == 1 { "" } else { "s" });
    }
    let folder = settings.folder.display();
    let _ =
        writeln!(out, "\n  written to {folder}   {FAINT}undo it: tamis restore {folder} -o FILE{FAINT:#}");
    out
}

fn share(part: u64, of: u64) -> f64 {
    100.0 * part as f64 / of.max(1) as f64
}

/// The sites of which the largest share of characters was stripped, the largest first; ties by name.
pub fn junkiest(outcome: &Outcome) -> Result<Vec<(String, SiteCounts)>> {
    let mut sites: Vec<(String, SiteCounts)> = Vec::new();
    let lost = |of: &SiteCounts| share(of.stripped_characters, of.characters);
    outcome.sites.for_each(|site, of| {
        let at = sites.partition_point(|(_, other)| lost(other).total_cmp(&lost(&of)).is_ge());
        if of.stripped_characters > 0 && at < LISTED {
            sites.insert(at, (site.to_owned(), of));
            sites.truncate(LISTED);
        }
    })?;
    Ok(sites)
}
