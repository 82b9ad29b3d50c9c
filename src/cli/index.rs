//! `tamis index`: what an index holds, whether it knows a page, and how it is kept small.

use super::exit::Exit;
use super::progress::Progress;
use super::terminal::println;
use super::terminal::safe;
use super::{FAINT, Format, STRONG, grouped, sized};
use crate::date;
use crate::error::{Error, ErrorKind, Result};
use crate::io::lists::given_text;
use crate::pipeline::index::adding::IndexWriter;
use crate::pipeline::index::asking::{Asker, Known};
use crate::pipeline::index::folder::Index;
use crate::pipeline::index::measuring::{Stat, stat};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Shown below the help.
pub const EXAMPLES: &str = "\
Examples:
  tamis run tonight/ -o out --index seen       decide against all earlier nights, and add this one
  tamis index stat seen                        batches, pages, bytes
  tamis index query seen --id a17              which batch brought it, and what became of it
  tamis index query seen --text page.txt       is this text known?
  tamis index forget seen --site example.org   nobody is removed for these pages any more
  tamis index compact seen --before 2025-01-01 forget old batches, and give their bytes back";

/// Arguments of `tamis index`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what an index holds
    Stat {
        #[command(flatten)]
        of: Of,
        /// Read everything and compare checksums
        #[arg(long)]
        check: bool,
    },
    /// Say whether an index knows a page
    Query {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        asked: Asked,
        /// The site of the text, where pages of one site only are compared, or to be told from copies
        #[arg(long, value_name = "SITE", default_value = "")]
        site: String,
    },
    /// Make files fewer and smaller; pages that are forgotten leave the disk
    Compact {
        #[command(flatten)]
        of: Of,
        /// Forget the pages of all batches that were added before this day (UTC), such as 2025-01-31
        #[arg(long, value_name = "DATE")]
        before: Option<String>,
    },
    /// Have pages met by nobody any more; their bytes stay until the index is compacted
    Forget {
        #[command(flatten)]
        of: Of,
        /// Ids or addresses of pages
        #[arg(value_name = "ID|URL", required_unless_present = "site")]
        names: Vec<String>,
        /// All pages of a site
        #[arg(long, value_name = "SITE")]
        site: Option<String>,
    },
}

#[derive(Debug, Args)]
struct Of {
    /// The index
    #[arg(value_name = "DIR")]
    place: PathBuf,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Asked {
    /// The id of a page
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// The address of a page
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// A file with a text; - is standard input
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    match &arguments.command {
        Command::Stat { of, check } => {
            let index = Index::open(&of.place)?;
            let found = stat(&index)?;
            if *check {
                index.check()?;
            }
            of.print(&found, || told(&found, *check))
        }
        Command::Query { of, asked, site } => {
            let index = Index::open(&of.place)?;
            let mut asker = Asker::new(&index);
            let known = match (&asked.text, asked.id.as_ref().or(asked.url.as_ref())) {
                (Some(file), _) => asker.text(&given_text(file)?, site)?,
                (None, name) => asker.named(name.map_or("", String::as_str))?,
            };
            of.print(&known, || answers(&known))
        }
        Command::Compact { of, before } => {
            let progress = Progress::new(false)?;
            let moment = before.as_deref().map(day).transpose()?;
            let mut writer = IndexWriter::open_existing(&of.place, &progress)?;
            let size = stat(writer.index())?.bytes;
            let forgotten = match moment {
                Some(moment) => writer.forget(&writer.added_before(moment))?,
                None => 0,
            };
            writer.compact(&progress)?;
            progress.finish();
            let found = stat(writer.index())?;
            of.print(&found, || {
                let forgotten = if before.is_some() {
                    format!("{} pages forgotten, ", grouped(forgotten))
                } else {
                    String::new()
                };
                format!("{forgotten}{} before, {} now", sized(size), sized(found.bytes))
            })
        }
        Command::Forget { of, names, site } => {
            let progress = Progress::new(false)?;
            let mut writer = IndexWriter::open_existing(&of.place, &progress)?;
            let mut pages = Vec::new();
            for name in names {
                pages.extend(writer.named(name)?);
            }
            if let Some(site) = site {
                pages.extend(writer.of_site(site)?);
            }
            let forgotten = writer.forget(&pages)?;
            of.print(&forgotten, || {
                format!("{} pages forgotten; tamis index compact gives their bytes back", grouped(forgotten))
            })
        }
    }
}

impl Of {
    fn print(&self, found: &impl serde::Serialize, told: impl FnOnce() -> String) -> Result<Exit> {
        match self.format {
            Format::Text => println!("{}", told()),
            Format::Json => {
                let text = serde_json::to_string_pretty(found)
                    .map_err(|cause| Error::new(ErrorKind::Disk, "standard output", cause.to_string()))?;
                println!("{text}");
            }
        }
        Ok(Exit::Done)
    }
}

/// Seconds since 1970 at which a day begins.
fn day(text: &str) -> Result<i64> {
    let fault =
        || Error::usage("--before", format!("{text:?} is no day")).next_step("write it as 2025-01-31");
    Ok(date::parse(text).ok_or_else(fault)?.micros / 1_000_000)
}

fn told(stat: &Stat, is_checked: bool) -> String {
    let each = |bytes: u64| match stat.pages - stat.forgotten {
        0 => String::new(),
        pages => format!("{FAINT}{:.0} a page{FAINT:#}", bytes as f64 / pages as f64),
    };
    let mut lines = vec![format!(
        "{STRONG}{}{STRONG:#} pages of {} batch{}, made by tamis {}",
        grouped(stat.pages),
        grouped(stat.batches.len() as u64),
        if stat.batches.len() == 1 { "" } else { "es" },
        stat.stamp.command
    )];
    if stat.forgotten > 0 {
        lines.push(format!("{} of them forgotten", grouped(stat.forgotten)));
    }
    lines.push(format!(
        "Jaccard >= {}, recall {}, {} bands of {} rows for up to {} pages\n",
        stat.stamp.threshold,
        stat.stamp.recall,
        stat.stamp.banding.bands,
        stat.stamp.banding.rows,
        grouped(stat.stamp.expect_pages)
    ));
    let parts = [
        ("bands", stat.bytes_of.bands),
        ("sketches", stat.bytes_of.sketches),
        ("proofs", stat.bytes_of.proofs),
        ("rows, ids, look-ups", stat.bytes_of.rest),
        ("frames", stat.bytes_of.frames),
        ("site profiles", stat.bytes_of.profiles),
    ];
    lines.extend(parts.map(|(name, bytes)| format!("{name:<20}{:>10}  {}", sized(bytes), each(bytes))));
    lines.push(format!("{:<20}{:>10}  in {} files\n", "all", sized(stat.bytes), stat.files));
    let latest = stat.batches.iter().rev().take(BATCHES);
    lines.extend(latest.map(|batch| {
        let day = date::day_name((batch.added / 86_400) as i32);
        format!("{} added {day}: {} pages", batch.batch, grouped(batch.pages.into()))
    }));
    if stat.batches.len() > BATCHES {
        lines.push(format!("{FAINT}and {} batches before{FAINT:#}", stat.batches.len() - BATCHES));
    }
    if is_checked {
        lines.push("\nevery checksum fits".to_owned());
    }
    lines.join("\n")
}

/// Batches that are listed, the latest first.
const BATCHES: usize = 5;

fn answers(known: &[Known]) -> String {
    if known.is_empty() {
        return "not known".to_owned();
    }
    let answer = |known: &Known| {
        let relation = known.relation.map_or(String::new(), |relation| format!("  {}", relation.name()));
        let how = if known.evidence == "estimate" { ", estimated" } else { "" };
        let jaccard = known.jaccard.map_or(String::new(), |jaccard| format!("  Jaccard {jaccard:.3}{how}"));
        let decision = match known.decision {
            "kept" => "kept".to_owned(),
            _ => format!("removed for {}", safe(&known.kept)),
        };
        let (id, site) = (safe(&known.id), safe(&known.site));
        format!(
            "{STRONG}{id}{STRONG:#}{relation}{jaccard}\n  batch {}, site {site:?}, {decision}",
            known.batch
        )
    };
    known.iter().map(answer).collect::<Vec<_>>().join("\n")
}
