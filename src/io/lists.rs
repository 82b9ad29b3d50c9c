//! Small files that the user gives: lists with one entry a line, texts to compare, rules that were edited.

use super::compression::Compression;
use super::discover::STANDARD_INPUT;
use crate::error::{Error, ErrorKind, Result};
use std::io::Read as _;
use std::path::Path;

/// The lines of a file that are neither blank nor begin with `#`.
pub fn lines(file: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(file)
        .map_err(|cause| Error::new(ErrorKind::Input, file.display().to_string(), cause.to_string()))?;
    Ok(text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect())
}

/// A text file, plain or packed.
pub fn text_file(file: &Path) -> Result<String> {
    let packed = std::fs::read(file).map_err(|cause| failed(file, &cause))?;
    text(file, packed)
}

/// The same, or what comes from standard input.
pub fn given_text(file: &Path) -> Result<String> {
    if file.as_os_str() != STANDARD_INPUT {
        return text_file(file);
    }
    let mut packed = Vec::new();
    std::io::stdin().read_to_end(&mut packed).map_err(|cause| failed(file, &cause))?;
    text(file, packed)
}

fn failed(file: &Path, cause: &std::io::Error) -> Error {
    Error::new(ErrorKind::Input, file.display().to_string(), cause.to_string())
}

fn text(file: &Path, packed: Vec<u8>) -> Result<String> {
    let failed = |cause| failed(file, &cause);
    let mut bytes = Vec::new();
    let mut plain = Compression::detect(&packed).unpack(std::io::Cursor::new(packed)).map_err(failed)?;
    plain.read_to_end(&mut bytes).map_err(failed)?;
    String::from_utf8(bytes).map_err(|_| {
        Error::new(ErrorKind::Input, file.display().to_string(), "is not UTF-8")
            .next_step("convert it, for example with iconv")
    })
}
