//! `tamis verify`: replays every removal.

use super::exit::Exit;
use super::progress::Progress;
use super::running::{Spooling, Threads};
use super::terminal::println;
use super::terminal::safe;
use super::{Format, ONLY_A, ONLY_B, STRONG, grouped};
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline::replay::{Report, replay};
use clap::Args;
use std::path::PathBuf;

/// Shown below the help.
pub const EXAMPLES: &str = "\
Examples:
  tamis verify out crawl/           the folder, then the inputs that it was made from
  tamis verify out crawl/ --index seen            if it was made with --index

Reads the inputs anew and compares strings, not hashes: each removed page with the page that is
kept for it, and the pages written with the records that were not removed, byte for byte.";

/// Arguments of `tamis verify`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder that tamis dedup has written
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The inputs that it was made from
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// The index that it was decided against, if it was
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    spooling: Spooling,
    /// Print nothing but mismatches and errors
    #[arg(short, long)]
    quiet: bool,
}

/// Mismatches that are listed; the rest are counted.
const LISTED: usize = 20;

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    arguments.threads.set()?;
    let progress = Progress::new(arguments.quiet)?;
    let report = replay(
        &arguments.folder,
        &arguments.inputs,
        arguments.index.as_deref(),
        arguments.spooling.temp_dir(),
        &progress,
    )?;
    progress.finish();
    match arguments.format {
        Format::Json => {
            let text = serde_json::to_string_pretty(&report)
                .map_err(|cause| Error::new(ErrorKind::Disk, "report", cause.to_string()))?;
            println!("{text}");
        }
        Format::Text => print(&report, arguments.quiet),
    }
    Ok(if report.mismatches.is_empty() { Exit::Done } else { Exit::Mismatch })
}

fn print(report: &Report, is_quiet: bool) {
    for mismatch in report.mismatches.iter().take(LISTED) {
        println!("{ONLY_A}mismatch{ONLY_A:#} {}", safe(mismatch));
    }
    if report.mismatches.len() > LISTED {
        println!("... and {} more", grouped((report.mismatches.len() - LISTED) as u64));
    }
    if is_quiet {
        return;
    }
    let verdict = if report.mismatches.is_empty() {
        format!("{ONLY_B}proved{ONLY_B:#}")
    } else {
        format!("{ONLY_A}{} mismatches{ONLY_A:#}", grouped(report.mismatches.len() as u64))
    };
    println!(
        "{verdict}  {STRONG}{}{STRONG:#} of {} removals from text, {} from stored hashes",
        grouped(report.proved_from_text),
        grouped(report.removals),
        grouped(report.proved_from_hashes)
    );
    if report.forgotten > 0 {
        println!(
            "        {} were removed for pages that the index has forgotten since",
            grouped(report.forgotten)
        );
    }
    if report.pages_compared > 0 {
        println!(
            "        {} kept pages compared with their records, byte for byte",
            grouped(report.pages_compared)
        );
    }
}
