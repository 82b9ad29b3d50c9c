//! `tamis dedup`: arguments to settings, and the summary.

use super::comparing::Comparing;
use super::input::Input;
use super::terminal::safe;
use super::{FAINT, STRONG, exit::Exit, grouped, sized};
use crate::error::{Error, Result};
use crate::pipeline::dedup::{Outcome, dedup};
use crate::pipeline::rows::SyndicationRow;
use crate::pipeline::settings::{Destination, Method, Settings};
use crate::syndication::source::SourceBy;
use anstream::{eprintln, println};
use clap::Args;
use std::fmt::Write as _;
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

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let settings = arguments.comparing.settings(&arguments.input)?;
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
pub(super) fn summary(outcome: &Outcome, settings: &Settings) -> String {
    let manifest = &outcome.manifest;
    let counts = &manifest.counts;
    let mut out = String::new();
    let mut line = |name: &str, number: u64, rest: &str| {
        let _ = writeln!(out, "  {name:<12}{STRONG}{:>11}{STRONG:#}  {rest}", grouped(number));
    };
    let speed = manifest.inputs.text_bytes as f64 / manifest.timing.seconds.max(1e-9);
    let files = format!(
        "in {} files, {} sites, {} of text, {:.2} s ({}/s)",
        grouped(outcome.files as u64),
        grouped(counts.sites),
        sized(manifest.inputs.text_bytes),
        manifest.timing.seconds,
        sized(speed as u64)
    );
    line("pages", counts.pages, &files);
    if counts.redelivered > 0 {
        line("redelivered", counts.redelivered, "the same id and text again; written once");
    }
    if counts.empty > 0 {
        line("empty", counts.empty, "without a word; kept, compared with nothing");
    }
    let removed = counts.removed_in_all();
    let by_relation: Vec<String> = manifest
        .counts
        .removed
        .iter()
        .map(|(relation, count)| format!("{} {}", grouped(*count), relation.name()))
        .collect();
    let share = 100.0 * removed as f64 / (counts.pages.max(1)) as f64;
    let verb = if settings.annotate { "marked" } else { "removed" };
    line(verb, removed, &format!("{share:.1} %: {}", by_relation.join(", ")));
    line(
        "kept",
        counts.kept,
        &format!(
            "{} of them stand for a cluster, {} over several sites",
            grouped(counts.clusters),
            grouped(counts.syndicated)
        ),
    );
    if counts.syndicated > 0 {
        let of = |by: SourceBy| counts.sources.get(&by).copied().unwrap_or(0);
        let clear = of(SourceBy::Earliest);
        let proposed = clear + of(SourceBy::EarliestDated) + of(SourceBy::EarliestDay);
        let clear = grouped(clear);
        let (ties, undated) = (grouped(of(SourceBy::Tie)), grouped(of(SourceBy::Undated)));
        let rest = format!(
            "of these have a proposed source, {clear} by clear dates; {ties} are ties, {undated} are not dated enough"
        );
        line("sources", proposed, &rest);
    }
    if counts.templates > 0 {
        let pages = grouped(counts.template_pages);
        line(
            "templates",
            counts.templates,
            &format!("in {pages} pages that are alike by their form: see templates.jsonl"),
        );
    }
    if counts.versions > 0 {
        line("versions", counts.versions, "pages whose id another text has too; rows name file and record");
    }
    if counts.rejected > 0 {
        let place = settings.folder().join(format!("rejects.jsonl{}", settings.compression.suffix()));
        line("rejected", counts.rejected, &format!("records: see {}", place.display()));
    }
    if counts.hot_buckets > 0 {
        line("hot buckets", counts.hot_buckets, "too large to list all pairs; pages linked to a few leaders");
    }
    let found = match (manifest.banding, settings.method) {
        (Some(report), _) => format!(
            "a pair at the threshold is found with {:.2} % ({} bands x {} rows)",
            100.0 * report.recall_at_threshold,
            report.banding.bands,
            report.banding.rows
        ),
        (None, Method::SimHash) => format!(
            "a pair is found if its fingerprints differ in {} of 64 bits at most (simhash)",
            settings.distance.bits()
        ),
        (None, _) => "every pair is found (exact join)".to_owned(),
    };
    let (threshold, words) = (settings.threshold, settings.ngram.words());
    let _ = writeln!(out, "  {FAINT}Jaccard >= {threshold} on {words}-word shingles; {found}{FAINT:#}");
    if !outcome.largest.is_empty() {
        let _ = writeln!(out, "\n  {STRONG}largest clusters{STRONG:#}");
        for (pages, sites, kept) in &outcome.largest {
            let _ = writeln!(
                out,
                "  {pages:>6} pages on {sites} site{}  kept {}",
                if *sites == 1 { " " } else { "s" },
                safe(kept)
            );
        }
    }
    if !outcome.exchange.is_empty() {
        let _ = writeln!(out, "\n  {STRONG}who reprints whom{STRONG:#}");
    }
    for SyndicationRow { from, to, source_by, pages, .. } in &outcome.exchange {
        let (from, to) = (safe(from), safe(to));
        let between = if source_by.is_proposed() {
            format!("{to} from {from}")
        } else {
            format!("{from} and {to}, source not known")
        };
        let _ =
            writeln!(out, "  {:>6} page{}  {between}", grouped(*pages), if *pages == 1 { " " } else { "s" });
    }
    let folder = settings.folder().display();
    let inputs: Vec<String> =
        settings.reading.inputs.iter().map(|input| input.display().to_string()).collect();
    let _ = writeln!(
        out,
        "\n  written to {folder}   {FAINT}prove it: tamis verify {folder} {}{FAINT:#}",
        inputs.join(" ")
    );
    out
}
