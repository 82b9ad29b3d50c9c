//! The files that the arguments name, in a fixed order.

use super::lists;
use crate::error::{Error, ErrorKind, Result};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// The argument that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// Names that a folder is walked for, each also with `.gz` and `.zst`.
const ENDINGS: [&str; 7] = [".jsonl", ".ndjson", ".parquet", ".warc", ".wet", ".csv", ".txt"];

/// Input files, and how many files in folders were left alone.
#[derive(Debug, Default)]
pub struct Discovery {
    /// In reading order.
    pub files: Vec<PathBuf>,
    /// Files in walked folders whose names end in nothing that Tamis reads.
    pub left_alone: u64,
}

/// Finds the input files. `@FILE` stands for the paths in a file, one a line; a pattern such as `crawl/**/*.parquet` for what it matches. Folders are walked, links to folders are not followed; the files are sorted by path
/// unless `in_order`, which keeps the order of the arguments (and sorts within each folder). A file named twice
/// is read once. The `output` folder is not walked, and files named in it are refused: it may be replaced.
pub fn discover(arguments: &[PathBuf], in_order: bool, output: Option<&Path>) -> Result<Discovery> {
    let arguments = expanded(arguments)?;
    let output = output.and_then(|folder| folder.canonicalize().ok());
    let mut found = Discovery::default();
    for argument in &arguments {
        if argument.as_os_str() == STANDARD_INPUT {
            found.files.push(argument.clone());
            continue;
        }
        let metadata = fs::metadata(argument).map_err(|cause| {
            Error::new(ErrorKind::Input, argument.display().to_string(), cause.to_string())
        })?;
        if metadata.is_dir() {
            walk(argument, output.as_deref(), &mut found)?;
        } else if let Some(output) = &output
            && argument.canonicalize().is_ok_and(|file| file.starts_with(output))
        {
            let fault = format!("stands in the output folder {}", output.display());
            return Err(Error::new(ErrorKind::Usage, argument.display().to_string(), fault)
                .next_step("name another output folder"));
        } else {
            found.files.push(argument.clone());
        }
    }
    if !in_order {
        found.files.sort();
    }
    let mut seen = BTreeSet::new();
    found.files.retain(|file| seen.insert(file.clone()));
    if found.files.is_empty() {
        let named: Vec<String> = arguments.iter().map(|path| path.display().to_string()).collect();
        let fault = format!("holds no file that ends in {}", ENDINGS.join(", "));
        return Err(Error::new(ErrorKind::Input, named.join(", "), fault)
            .next_step("name the files, or give them one of these endings"));
    }
    Ok(found)
}

/// The arguments with `@list` and patterns replaced by what they stand for. A file that is there is itself, whatever its
/// name.
fn expanded(arguments: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for argument in arguments {
        match argument.to_str().and_then(|name| name.strip_prefix('@')) {
            Some(list) if !argument.exists() => {
                let listed = lists::lines(Path::new(list))?;
                if listed.is_empty() {
                    let fault = "lists no file";
                    return Err(Error::new(ErrorKind::Input, list, fault).next_step("write one path a line"));
                }
                for path in listed {
                    found.extend(matching(Path::new(&path))?);
                }
            }
            _ => found.extend(matching(argument)?),
        }
    }
    Ok(found)
}

/// What a pattern stands for, sorted; the path itself if it is none.
fn matching(path: &Path) -> Result<Vec<PathBuf>> {
    let Some(pattern) = path.to_str().filter(|name| name.contains(['*', '?', '[']) && !path.exists()) else {
        return Ok(vec![path.to_owned()]);
    };
    let fault = |fault: String| Error::new(ErrorKind::Input, pattern, fault);
    let paths = glob::glob(pattern).map_err(|cause| fault(format!("is no pattern: {cause}")))?;
    let found = paths.collect::<std::result::Result<Vec<PathBuf>, _>>();
    let found = found.map_err(|cause| fault(cause.to_string()))?;
    if found.is_empty() {
        return Err(
            fault("matches no file".to_owned()).next_step("** stands for any folders, * for any name")
        );
    }
    Ok(found)
}

fn walk(folder: &Path, output: Option<&Path>, found: &mut Discovery) -> Result<()> {
    if output.is_some() && folder.canonicalize().ok().as_deref() == output {
        return Ok(());
    }
    let failed = |cause| Error::disk(folder.display(), &cause);
    let mut entries: Vec<fs::DirEntry> =
        fs::read_dir(folder).map_err(failed)?.collect::<std::io::Result<_>>().map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            walk(&path, output, found)?;
        } else if is_wanted(&entry.file_name()) && (kind.is_file() || path.is_file()) {
            found.files.push(path);
        } else {
            found.left_alone += 1;
        }
    }
    Ok(())
}

fn is_wanted(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}
