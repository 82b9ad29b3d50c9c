//! Lists that the user gives, one entry a line.

use crate::error::{Error, ErrorKind, Result};
use std::path::Path;

/// The lines of a file that are neither blank nor begin with `#`.
pub fn lines(file: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(file)
        .map_err(|cause| Error::new(ErrorKind::Input, file.display().to_string(), cause.to_string()))?;
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect())
}
