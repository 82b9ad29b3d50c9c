//! Arguments of the commands that compare pages: where results go, what decides, and what is written.

use super::Format;
use super::input::Input;
use super::packing::Packing;
use crate::cluster::keep::KeepPolicy;
use crate::error::{Error, Result};
use crate::io::lists;
use crate::pipeline::settings::{Destination, Method, Scope, Settings};
use crate::shingle::Ngram;
use crate::similarity::Threshold;
use crate::sketch::simhash::signature::Distance;
use crate::verify::Relation;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Where results go, what decides, and what is written.
#[derive(Debug, Args)]
pub(super) struct Comparing {
    /// Folder for the results; - sends the pages to standard output and needs --evidence
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// With -o -: folder for everything but the pages
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,

    #[command(flatten)]
    deciding: Deciding,
    #[command(flatten)]
    remembering: Remembering,
    #[command(flatten)]
    writing: Writing,
}

/// What is known of earlier batches.
#[derive(Debug, Args)]
#[command(next_help_heading = "Earlier batches")]
struct Remembering {
    /// Decide against all earlier batches that DIR remembers, and add this one; begun if it is not there
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
    /// Begin an index without what old pages are proved by: about half the size, but old matches are listed in
    /// matches.jsonl and not removed
    #[arg(long, requires = "index")]
    no_proofs: bool,
}

/// What decides.
#[derive(Debug, Args)]
#[command(next_help_heading = "Deciding")]
pub(super) struct Deciding {
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

impl Comparing {
    /// How the summary is printed.
    pub(super) const fn format(&self) -> Format {
        self.writing.format
    }

    /// The settings that these arguments make, for these inputs.
    pub(super) fn settings(&self, input: &Input) -> Result<Settings> {
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
        settings.reading = input.settings()?;
        if settings.reading.resume && matches!(destination, Destination::StandardOutput { .. }) {
            return Err(Error::usage("--resume", "cannot take back what went to standard output")
                .next_step("name a folder with -o"));
        }
        settings.destination = destination;
        settings.existing = input.existing(self.writing.overwrite);
        self.deciding.decide(&mut settings)?;
        settings.pairs = self.writing.pairs;
        settings.passages = self.writing.passages;
        settings.annotate = self.writing.annotate;
        settings.tables = self.writing.packing.tables()?;
        settings.index.clone_from(&self.remembering.index);
        settings.keep_proofs = !self.remembering.no_proofs;
        Ok(settings)
    }
}

impl Deciding {
    /// Sets what decides.
    pub(super) fn decide(&self, settings: &mut Settings) -> Result<()> {
        settings.threshold = self.threshold.parse::<Threshold>().map_err(|_| {
            let fault = format!("{:?} is not a decimal above 0 and up to 1", self.threshold);
            Error::usage("--threshold", fault)
        })?;
        settings.ngram = Ngram::new(self.ngram)?;
        self.find(settings)?;
        settings.keep = keep_policy(&self.keep)?;
        settings.remove = relations(&self.remove)?;
        settings.scope = match self.scope {
            ScopeName::All => Scope::All,
            ScopeName::WithinSite => Scope::WithinSite,
            ScopeName::AcrossSites => Scope::AcrossSites,
        };
        Ok(())
    }

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
