//! `tamis dedup`: arguments to settings, and the summary.

use super::input::Input;
use super::packing::Packing;
use super::terminal::safe;
use super::{FAINT, Format, STRONG, exit::Exit, grouped, sized};
use crate::cluster::keep::KeepPolicy;
use crate::error::{Error, Result};
use crate::io::lists;
use crate::io::output::Existing;
use crate::pipeline::dedup::{Outcome, dedup};
use crate::pipeline::rows::SyndicationRow;
use crate::pipeline::settings::{Destination, Method, Scope, Settings};
use crate::shingle::Ngram;
use crate::similarity::Threshold;
use crate::sketch::simhash::signature::Distance;
use crate::syndication::source::SourceBy;
use crate::verify::Relation;
use anstream::{eprintln, println};
use clap::{Args, ValueEnum};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

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
    /// Folder for the results; - sends the pages to standard output and needs --evidence
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// With -o -: folder for everything but the pages
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,

    #[command(flatten)]
    deciding: Deciding,
    #[command(flatten)]
    writing: Writing,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Deciding")]
struct Deciding {
    /// Jaccard similarity of shingles from which two pages are near-duplicates (>=)
    #[arg(long, value_name = "J", default_value = "0.5")]
    threshold: String,
    /// Share of the pairs at the threshold that must be found; bands and rows follow. With minhash only
    /// [default: 0.99]
    #[arg(long, value_name = "R")]
    recall: Option<f64>,
    /// Words a shingle, 1 to 32
    #[arg(long, value_name = "N", default_value_t = 3)]
    ngram: u32,
    /// How candidates are found; simhash takes 8 bytes a page and finds fewer pairs, exact finds every pair, with
    /// memory that grows with the text
    #[arg(long, value_enum, default_value_t = MethodName::Minhash)]
    method: MethodName,
    /// Bits of 64 in which the fingerprints of a pair may differ, 0 to 8. With simhash only [default: 8]
    #[arg(long, value_name = "K")]
    distance: Option<u32>,
    /// Which page of a cluster stays: most-linked, earliest, longest, first, or sites:FILE with one site a line,
    /// best first
    #[arg(long, value_name = "POLICY", default_value = "most-linked")]
    keep: String,
    /// Relations for which a page is removed: exact, near, template, contained
    #[arg(long, value_name = "RELATIONS", default_value = "exact,near")]
    remove: String,
    /// Which pages may be duplicates of each other
    #[arg(long, value_enum, default_value_t = ScopeName::All)]
    scope: ScopeName,
    /// Pages to choose rows per band for. With minhash only [default: counted]
    #[arg(long, value_name = "N")]
    expect_pages: Option<u64>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Writing")]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
struct Writing {
    /// Also write pairs.jsonl: every verified pair
    #[arg(long)]
    pairs: bool,
    /// Also look for passages that pages share, and write passages.jsonl
    #[arg(long)]
    passages: bool,
    /// Keep all pages and mark each in a field "tamis"
    #[arg(long)]
    annotate: bool,
    /// Replace DIR if Tamis wrote it
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    packing: Packing,
    /// How the summary is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum MethodName {
    Minhash,
    Simhash,
    Exact,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ScopeName {
    All,
    WithinSite,
    AcrossSites,
}

impl Arguments {
    fn settings(&self) -> Result<Settings> {
        let destination = match (self.output.as_os_str() == "-", &self.evidence) {
            (false, None) => Destination::Folder(self.output.clone()),
            (true, Some(evidence)) => Destination::StandardOutput { evidence: evidence.clone() },
            (true, None) => {
                return Err(
                    Error::usage("-o -", "leaves no place for the evidence").next_step("use --evidence DIR")
                );
            }
            (false, Some(_)) => {
                return Err(Error::usage("--evidence", "is for -o - only").next_step("DIR takes everything"));
            }
        };
        let mut settings = Settings::new(Vec::new(), "");
        settings.reading = self.input.settings()?;
        settings.destination = destination;
        settings.existing = if self.writing.overwrite { Existing::Replace } else { Existing::Refuse };
        settings.threshold = self.deciding.threshold.parse::<Threshold>().map_err(|_| {
            let fault = format!("{:?} is not a decimal above 0 and up to 1", self.deciding.threshold);
            Error::usage("--threshold", fault)
        })?;
        settings.ngram = Ngram::new(self.deciding.ngram)?;
        self.deciding.find(&mut settings)?;
        settings.keep = keep_policy(&self.deciding.keep)?;
        settings.remove = relations(&self.deciding.remove)?;
        settings.scope = match self.deciding.scope {
            ScopeName::All => Scope::All,
            ScopeName::WithinSite => Scope::WithinSite,
            ScopeName::AcrossSites => Scope::AcrossSites,
        };
        settings.pairs = self.writing.pairs;
        settings.passages = self.writing.passages;
        settings.annotate = self.writing.annotate;
        settings.compression = self.writing.packing.compression();
        Ok(settings)
    }
}

impl Deciding {
    /// How pairs are to be found; fails if a flag is given that another method would need.
    fn find(&self, settings: &mut Settings) -> Result<()> {
        settings.method = match self.method {
            MethodName::Minhash => Method::MinHash,
            MethodName::Simhash => Method::SimHash,
            MethodName::Exact => Method::Exact,
        };
        if settings.method == Method::SimHash {
            for (flag, is_given) in
                [("--recall", self.recall.is_some()), ("--expect-pages", self.expect_pages.is_some())]
            {
                if is_given {
                    return Err(Error::usage(flag, "is for bands, and --method simhash has none")
                        .next_step("say how far to look with --distance, or use --method minhash"));
                }
            }
        } else if self.distance.is_some() {
            return Err(Error::usage("--distance", "is for fingerprints").next_step("use --method simhash"));
        }
        settings.recall = self.recall.unwrap_or(settings.recall);
        settings.distance = self.distance.map_or(Ok(settings.distance), Distance::new)?;
        settings.expect_pages = self.expect_pages;
        Ok(())
    }
}

fn keep_policy(text: &str) -> Result<KeepPolicy> {
    Ok(match text {
        "most-linked" => KeepPolicy::MostLinked,
        "earliest" => KeepPolicy::Earliest,
        "longest" => KeepPolicy::Longest,
        "first" => KeepPolicy::First,
        _ => {
            let Some(file) = text.strip_prefix("sites:") else {
                let policies = "one of most-linked, earliest, longest, first, sites:FILE";
                return Err(Error::usage("--keep", format!("{text:?} is no policy")).next_step(policies));
            };
            KeepPolicy::Sites(lists::lines(file.as_ref())?)
        }
    })
}

fn relations(text: &str) -> Result<Vec<Relation>> {
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| match name {
            "exact" => Ok(Relation::Exact),
            "near" => Ok(Relation::Near),
            "template" => Ok(Relation::Template),
            "contained" => Ok(Relation::Contained),
            _ => Err(Error::usage("--remove", format!("{name:?} is not looked for by this version"))
                .next_step("exact, near, template, contained")),
        })
        .collect()
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
        arguments.writing.format,
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

fn summary(outcome: &Outcome, settings: &Settings) -> String {
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
