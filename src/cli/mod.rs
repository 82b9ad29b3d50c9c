//! The command line: the only door to arguments, standard output, standard error and exit codes.
//!
//! * [`run`](mod@run), [`audit`], [`dedup`], [`learn`], [`strip`], [`rules`], [`restore`], [`index`], [`verify`], [`explain`]: one file a command: its arguments,
//!   and what it prints.
//! * [`asked`]: what is typed, as settings; for doors that are no terminal.
//! * [`exit`]: exit codes.
//! * [`progress`]: an observer drawn on standard error if that is a terminal.
//! * [`input`]: what every command that reads pages begins and ends with; [`reading`]: which field is which, what a bad
//!   record does.
//! * `comparing`, `learning`, `auditing`: arguments that several commands share. [`packing`]: how tables are packed.
//! * [`running`]: threads and temporary files.
//! * [`terminal`]: scraped text made safe to print.

pub mod asked;
pub mod audit;
mod auditing;
mod comparing;
pub mod dedup;
pub mod exit;
pub mod explain;
mod explain_line;
pub mod index;
pub mod input;
pub mod learn;
mod learning;
pub mod packing;
pub mod progress;
pub mod reading;
pub mod restore;
pub mod rules;
pub mod run;
pub mod running;
pub mod strip;
mod summary;
pub mod terminal;
pub mod verify;

use self::terminal::{eprintln, print};
use crate::error::Result;
use crate::io::foreign;
use anstyle::{AnsiColor, Style};
use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};
use exit::Exit;

/// Finds near-duplicate pages in scraped text, and proves every removal.
#[derive(Debug, Parser)]
#[command(name = "tamis", version, max_term_width = 100, styles = STYLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Learn the sites' junk lines, strip them, and remove near-duplicates of what is left
    #[command(after_help = run::EXAMPLES)]
    Run(Box<run::Arguments>),
    /// Remove near-duplicate pages, each verified against the page that is kept
    #[command(after_help = dedup::EXAMPLES)]
    Dedup(Box<dedup::Arguments>),
    /// Report on a crawl, and change nothing
    #[command(after_help = audit::EXAMPLES)]
    Audit(Box<audit::Arguments>),
    /// Learn what the pages of each site have in common, into one file
    #[command(after_help = learn::EXAMPLES, mut_arg("inputs", learn::or_profiles))]
    Learn(Box<learn::Arguments>),
    /// Strip the lines of each site's template, as a profile says
    #[command(after_help = strip::EXAMPLES)]
    Strip(Box<strip::Arguments>),
    /// Print what was learned as a text that can be edited and applied, or compare two profiles
    #[command(after_help = rules::EXAMPLES)]
    Rules(rules::Arguments),
    /// Put every stripped line back: the inputs of strip, byte for byte
    #[command(after_help = restore::EXAMPLES)]
    Restore(restore::Arguments),
    /// Look into the index of earlier batches, or make it smaller
    #[command(after_help = index::EXAMPLES)]
    Index(index::Arguments),
    /// Replay every removal from raw text; exit code 1 on one mismatch
    #[command(after_help = verify::EXAMPLES)]
    Verify(verify::Arguments),
    /// Show why a page was removed or kept, why a line was judged so, or how two texts relate
    #[command(after_help = explain::EXAMPLES)]
    Explain(explain::Arguments),
    /// Print shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// One JSON document
    Json,
}

const STYLES: clap::builder::Styles = clap::builder::Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Cyan.on_default())
    .placeholder(AnsiColor::Green.on_default());

/// What the eye should find first.
const STRONG: Style = Style::new().bold();
/// What may be passed over.
const FAINT: Style = Style::new().dimmed();
/// Text that only the removed page, or the first text, has.
const ONLY_A: Style = AnsiColor::Red.on_default();
/// Text that only the kept page, or the second text, has.
const ONLY_B: Style = AnsiColor::Green.on_default();

/// Runs the program on the arguments of the process.
pub fn run() -> Exit {
    foreign::hush();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let is_fault = error.use_stderr();
            let _ = error.print();
            return if is_fault { Exit::CouldNot } else { Exit::Done };
        }
    };
    let result = match cli.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Dedup(arguments) => dedup::run(&arguments),
        Command::Audit(arguments) => audit::run(&arguments),
        Command::Learn(arguments) => learn::run(&arguments),
        Command::Strip(arguments) => strip::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Restore(arguments) => restore::run(&arguments),
        Command::Index(arguments) => index::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Completions { shell } => Ok(completions(shell)),
        Command::Man => manual(),
    };
    let result = result.and_then(|exit| terminal::printed().map(|()| exit));
    result.unwrap_or_else(|error| {
        if error.is_broken_pipe() {
            return Exit::Done;
        }
        let red = AnsiColor::Red.on_default().bold();
        eprintln!("{red}error{red:#} {}", terminal::safe(&error.to_string()));
        Exit::of(error.kind())
    })
}

fn completions(shell: clap_complete::Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "tamis", &mut script);
    print!("{}", String::from_utf8_lossy(&script));
    Exit::Done
}

fn manual() -> Result<Exit> {
    use std::io::Write as _;
    let command = Cli::command();
    let mut pages = Vec::new();
    let mut page = |command: clap::Command| clap_mangen::Man::new(command).render(&mut pages);
    let rendered = page(command.clone()).and_then(|()| {
        command.get_subcommands().try_for_each(|sub| {
            let name: &'static str = Box::leak(format!("tamis-{}", sub.get_name()).into_boxed_str());
            page(sub.clone().name(name))
        })
    });
    let written = rendered.and_then(|()| std::io::stdout().write_all(&pages));
    written.map_err(|cause| crate::error::Error::disk("standard output", &cause))?;
    Ok(Exit::Done)
}

/// A count with thousands apart.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Bytes in the unit that fits.
fn sized(bytes: u64) -> String {
    const UNITS: [(&str, f64); 4] = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0)];
    let bytes = bytes as f64;
    let (unit, size) = UNITS.into_iter().find(|(_, size)| bytes >= *size).unwrap_or(("B", 1.0));
    let number = bytes / size;
    if number < 10.0 && unit != "B" { format!("{number:.1} {unit}") } else { format!("{number:.0} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(123_456), "123,456");
        assert_eq!(sized(999), "999 B");
        assert_eq!(sized(1_500), "1.5 kB");
        assert_eq!(sized(53_200_623), "53 MB");
    }
}
