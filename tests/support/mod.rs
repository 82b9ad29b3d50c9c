//! What several tests share.

pub mod definition;
pub mod random;

use std::path::{Path, PathBuf};

/// A path in the project.
pub fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// Compares with a file of the project; `TAMIS_WRITE_GOLDEN=1` writes it anew, for review in the diff.
pub fn golden(relative: &str, found: &[u8]) {
    let file = path(relative);
    if std::env::var_os("TAMIS_WRITE_GOLDEN").is_some() {
        std::fs::write(&file, found).unwrap();
    }
    let expected = std::fs::read(&file).unwrap_or_default();
    assert!(expected == found, "{relative} differs: run with TAMIS_WRITE_GOLDEN=1 and read the diff");
}
pub mod workdir;
