//! `tamis rules`: what was learned as a text, the text taken back, two profiles compared.

use super::exit::Exit;
use super::progress::aside;
use super::running::Threads;
use super::terminal::safe;
use super::terminal::{eprintln, println};
use super::{ONLY_A, ONLY_B, STRONG};
use crate::boilerplate::judge::Tier;
use crate::boilerplate::rules::escape::escape;
use crate::boilerplate::rules::{parse, print, site_word};
use crate::error::{Error, Result};
use crate::io::lists::given_text;
use crate::pipeline::changes::drifts;
use crate::pipeline::profiles;
use crate::pipeline::rules::{
    Applied, EditCounts, apply_to_file, approve_in_file, differences, ensure_known, rules,
};
use anstyle::Style;
use clap::Args;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Shown below the help.
pub const EXAMPLES: &str = "\
Examples:
  tamis rules sites.tamis > rules.txt                  all rules, to read and to edit
  tamis rules sites.tamis --site news.example --reasons
  tamis rules sites.tamis --apply rules.txt            what was edited is decided from now on
  tamis rules sites.tamis --approve --site news.example    what waits there is stripped from now on
  tamis rules old.tamis --diff new.tamis               what else is stripped or suggested now

A line may be added by hand below its site: strip | Subscribe to our newsletter";

/// Arguments of `tamis rules`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Profile that tamis learn has written
    #[arg(value_name = "PROFILE")]
    profile: PathBuf,
    /// One site only
    #[arg(long, value_name = "SITE")]
    site: Option<String>,
    /// Also print why each line was judged so
    #[arg(long, conflicts_with_all = ["apply", "diff"])]
    reasons: bool,
    /// Record in PROFILE what this text of rules says otherwise; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "diff")]
    apply: Option<PathBuf>,
    /// Approve what waits: its rules are stripped from now on, as they were learned
    #[arg(long, conflicts_with_all = ["apply", "diff", "reasons"])]
    approve: bool,
    /// Print the lines that are stripped or suggested by one of two profiles, and sites with a new template
    #[arg(long, value_name = "PROFILE2")]
    diff: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
    /// Print nothing but rules and errors
    #[arg(short, long, help_heading = "Running")]
    quiet: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    arguments.threads.set()?;
    match (&arguments.apply, &arguments.diff) {
        (Some(file), _) => run_apply(arguments, file)?,
        (_, Some(other)) => run_diff(arguments, other)?,
        _ if arguments.approve => run_approve(arguments)?,
        _ => {
            let profile = profiles::read(&arguments.profile)?;
            ensure_known(&profile, &arguments.profile, arguments.site.as_deref())?;
            let told = rules(&profile, |name| arguments.wants(name));
            let text = print(&told, arguments.reasons);
            let mut stdout = std::io::stdout();
            let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
            written.map_err(|cause| Error::stream(&cause))?;
        }
    }
    Ok(Exit::Done)
}

impl Arguments {
    fn wants(&self, site: &str) -> bool {
        self.site.as_deref().is_none_or(|wanted| wanted == site)
    }
}

fn run_apply(arguments: &Arguments, file: &Path) -> Result<()> {
    let place = file.display().to_string();
    let mut asked = parse(&given_text(file)?, &place)?;
    asked.retain(|asked| arguments.wants(&asked.site));
    report(arguments, &apply_to_file(&arguments.profile, &asked, &place)?);
    Ok(())
}

fn run_approve(arguments: &Arguments) -> Result<()> {
    ensure_known(&profiles::read(&arguments.profile)?, &arguments.profile, arguments.site.as_deref())?;
    report(arguments, &approve_in_file(&arguments.profile, |site| arguments.wants(site))?);
    Ok(())
}

fn report(arguments: &Arguments, applied: &Applied) {
    for warning in &applied.warnings {
        eprintln!("{STRONG}warning{STRONG:#} {}", safe(warning));
    }
    if !arguments.quiet {
        println!("{}", summary(applied, &arguments.profile).trim_end());
    }
}

/// What was changed, for people.
fn summary(applied: &Applied, profile: &Path) -> String {
    let mut out = String::new();
    for (site, counts) in &applied.sites {
        let EditCounts { strip, keep, taken_back } = *counts;
        let parts = [(strip, "strip"), (keep, "keep"), (taken_back, "taken back")];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts.map(|(count, name)| format!("{count} {name}")).collect();
        let _ = writeln!(out, "  {}  {}: {}", site_word(site), edits(counts.total()), parts.join(", "));
    }
    let total = edits(applied.sites.values().map(EditCounts::total).sum());
    let name = profile.display().to_string();
    let _ = if applied.sites.is_empty() {
        writeln!(out, "  no edits: {} says so already", safe(&name))
    } else {
        writeln!(out, "  {STRONG}{total}{STRONG:#} written to {}", safe(&name))
    };
    out
}

fn edits(count: u64) -> String {
    format!("{} edit{}", super::grouped(count), if count == 1 { "" } else { "s" })
}

fn run_diff(arguments: &Arguments, other: &Path) -> Result<()> {
    let (a, b) = (profiles::read(&arguments.profile)?, profiles::read(other)?);
    if b.site(arguments.site.as_deref().unwrap_or_default()).is_none() {
        ensure_known(&a, &arguments.profile, arguments.site.as_deref())?;
    }
    let wanted = |name: &str| arguments.wants(name);
    let found = differences(&rules(&a, wanted), &rules(&b, wanted));
    let name = |tier: Option<Tier>| tier.map_or("unknown", Tier::name);
    for (site, drift) in drifts(&a, &b, wanted) {
        println!("# {}: {drift}", site_word(&site));
    }
    for (site, found) in &found {
        println!("## {}", site_word(site));
        for found in found {
            let sign = found.sign();
            let style = match sign {
                '+' => ONLY_B,
                '-' => ONLY_A,
                _ => Style::new(),
            };
            let (before, after) = (name(found.tiers.0), name(found.tiers.1));
            let line = if found.line.trim().is_empty() {
                format!("#{:08x} (no example is remembered)", found.key)
            } else {
                escape(&found.line)
            };
            println!("{style}{sign} {before:>9} -> {after:<9}  | {line}{style:#}");
        }
    }
    if found.is_empty() {
        aside(arguments.quiet, "both strip and suggest the same lines");
    }
    Ok(())
}
