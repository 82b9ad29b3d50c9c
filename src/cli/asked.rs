//! What is typed behind `tamis`, as the settings that it makes: for programs that bring inputs of their own and print
//! nothing, so that each setting has one name, one default and one check wherever it is asked for.

use super::{Cli, Command};
use crate::error::{Error, Result};
use crate::io::table::Table;
use crate::pipeline::run::RunSettings;
use crate::pipeline::{learn, settings, strip};
use clap::Parser as _;
use std::ffi::OsString;
use std::path::PathBuf;

/// What is read.
#[derive(Clone, Debug)]
pub enum Inputs {
    /// What arguments may name: files, folders, patterns, lists.
    Named(Vec<PathBuf>),
    /// A table in memory.
    Table(Table),
}

/// The settings of a command that reads pages.
#[derive(Debug)]
pub enum Asked {
    /// `tamis run`, `tamis audit`.
    Run(Box<RunSettings>),
    /// `tamis dedup`.
    Dedup(Box<settings::Settings>),
    /// `tamis learn`.
    Learn(Box<learn::Settings>),
    /// `tamis strip`; the digest of the profile is to be filled in.
    Strip(Box<strip::Settings>),
}

/// The settings that flags of a command make for some inputs. Threads are left to whoever works.
///
/// ```
/// use tamis::cli::asked::{Asked, Inputs, asked};
///
/// let inputs = Inputs::Named(vec!["crawl".into()]);
/// let flags = ["--output", "out", "--threshold", "0.8"].map(Into::into);
/// let Ok(Asked::Dedup(settings)) = asked("dedup", &flags, inputs) else { panic!() };
/// assert_eq!(settings.threshold.as_f64(), 0.8);
/// ```
pub fn asked(command: &str, flags: &[OsString], inputs: Inputs) -> Result<Asked> {
    let (named, table) = match inputs {
        Inputs::Named(paths) => (paths, None),
        // Some input must be named; the table takes its place.
        Inputs::Table(table) => (vec![Table::NAME.into()], Some(table)),
    };
    let typed = ["tamis".into(), command.into()].into_iter().chain(flags.iter().cloned());
    let typed = typed.chain(["--".into()]).chain(named.into_iter().map(OsString::from));
    let cli = Cli::try_parse_from(typed).map_err(|error| refused(command, &error))?;
    let mut asked = match cli.command {
        Command::Audit(arguments) => Asked::Run(Box::new(arguments.settings()?)),
        Command::Run(arguments) => Asked::Run(Box::new(arguments.settings()?)),
        Command::Dedup(arguments) => Asked::Dedup(Box::new(arguments.settings()?)),
        Command::Learn(arguments) => Asked::Learn(Box::new(arguments.settings()?)),
        Command::Strip(arguments) => Asked::Strip(Box::new(arguments.settings(String::new())?)),
        _ => return Err(Error::usage(command, "reads no pages")),
    };
    if let Some(table) = table {
        let reading = asked.reading_mut();
        reading.inputs.clear();
        reading.table = Some(table);
    }
    Ok(asked)
}

impl Asked {
    /// What is read, and how.
    pub fn reading(&self) -> &settings::Reading {
        match self {
            Self::Run(settings) => &settings.dedup.reading,
            Self::Dedup(settings) => &settings.reading,
            Self::Learn(settings) => &settings.reading,
            Self::Strip(settings) => &settings.reading,
        }
    }

    fn reading_mut(&mut self) -> &mut settings::Reading {
        match self {
            Self::Run(settings) => &mut settings.dedup.reading,
            Self::Dedup(settings) => &mut settings.reading,
            Self::Learn(settings) => &mut settings.reading,
            Self::Strip(settings) => &mut settings.reading,
        }
    }
}

/// What the parser of arguments says, on one line.
fn refused(command: &str, error: &clap::Error) -> Error {
    let told = error.render().to_string();
    let lines = told
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("For more"))
        .filter(|line| !line.is_empty());
    let fault: Vec<&str> = lines.collect();
    let fault = fault.join(" ");
    Error::usage(command, fault.strip_prefix("error: ").unwrap_or(&fault))
}
