//! `tamis restore`: the inputs of `tamis strip` or the kept pages of `tamis run`, every byte put back.

use super::exit::Exit;
use super::progress::{Progress, aside};
use super::running::Spooling;
use super::{grouped, sized};
use crate::error::{Error, Result};
use crate::io::output::Existing;
use crate::io::output_file::OutputFile;
use crate::pipeline::restore::{Restored, restore};
use clap::Args;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Shown below the help.
pub const EXAMPLES: &str = "\
Examples:
  tamis restore stripped -o crawl.jsonl      the inputs of tamis strip, one after the other
  tamis restore stripped -o - | sha256sum    to standard output
  tamis restore out -o kept.jsonl            the records that tamis run kept, as they were

Of strip, the bytes are those of the unpacked inputs. Sizes and digests are checked on the way, so a folder
that was changed is an error, and the file is complete or absent.";

/// Arguments of `tamis restore`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder that tamis strip or tamis run has written
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// File for the restored bytes; - is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Replace FILE
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    spooling: Spooling,
    /// Print nothing but errors
    #[arg(short, long, help_heading = "Running")]
    quiet: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let temp_dir = arguments.spooling.temp_dir();
    let progress = Progress::new(arguments.quiet)?;
    let restored = if arguments.output.as_os_str() == "-" {
        let mut stdout = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout());
        let mut sink = |bytes: &[u8]| stdout.write_all(bytes).map_err(|cause| Error::stream(&cause));
        let restored = restore(&arguments.folder, &temp_dir, &progress, &mut sink)?;
        stdout.flush().map_err(|cause| Error::stream(&cause))?;
        restored
    } else {
        refuse_inside(&arguments.output, &arguments.folder)?;
        let existing = if arguments.overwrite { Existing::Replace } else { Existing::Refuse };
        let mut file = OutputFile::create(&arguments.output, existing)?;
        let restored = restore(&arguments.folder, &temp_dir, &progress, &mut |bytes| file.write(bytes))?;
        file.finish()?;
        restored
    };
    progress.finish();
    aside(arguments.quiet, &summary(&restored));
    Ok(Exit::Done)
}

/// What is read must not be replaced by what is written.
fn refuse_inside(file: &Path, folder: &Path) -> Result<()> {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (parent.canonicalize(), folder.canonicalize()) {
        (Ok(parent), Ok(folder)) if parent.starts_with(&folder) => {
            let fault = format!("{} stands in the folder that it is restored from", file.display());
            Err(Error::usage("-o", fault).next_step("name another file"))
        }
        _ => Ok(()),
    }
}

fn summary(restored: &Restored) -> String {
    let Restored { inputs, pages, put_back, bytes } = *restored;
    format!(
        "restored {} input{}, {} pages, {} of them with lines put back, {}; sizes and digests agree",
        grouped(inputs),
        if inputs == 1 { "" } else { "s" },
        grouped(pages),
        grouped(put_back),
        sized(bytes)
    )
}
