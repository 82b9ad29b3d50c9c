//! A file that is complete or absent: it is written beside its place and renamed.

use super::durable::{self, PARTIAL, clear_remains, parent_of, prefix_of};
use super::output::Existing;
use super::system;
use crate::error::{Error, ErrorKind, Result};
use serde::Serialize;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// An output file under construction. Dropped without [`finish`](Self::finish), it leaves nothing behind.
#[derive(Debug)]
pub struct OutputFile {
    place: PathBuf,
    out: BufWriter<NamedTempFile>,
}

impl OutputFile {
    /// Begins a file; fails if `place` exists and may not be replaced. Only regular files are replaced.
    pub fn create(place: &Path, existing: Existing) -> Result<Self> {
        let name = place.display().to_string();
        if place.exists() {
            if !place.is_file() {
                return Err(Error::new(ErrorKind::Disk, name, "is no regular file")
                    .next_step("name another file, or use -o - for standard output"));
            }
            if existing == Existing::Refuse {
                return Err(Error::new(ErrorKind::Disk, name, "exists already").next_step("use --overwrite"));
            }
        }
        let parent = parent_of(place);
        std::fs::create_dir_all(parent).map_err(|cause| Error::disk(parent.display(), &cause))?;
        let mut building = tempfile::Builder::new();
        let prefix = prefix_of(place);
        building.prefix(&prefix).suffix(PARTIAL);
        clear_remains(place);
        let file = readable(&mut building)
            .tempfile_in(parent)
            .map_err(|cause| Error::disk(parent.display(), &cause))?;
        system::lock(file.as_file());
        Ok(Self { place: place.to_owned(), out: BufWriter::with_capacity(1 << 16, file) })
    }

    /// Appends bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(|cause| Error::disk(self.place.display(), &cause))
    }

    /// Appends a row of JSON.
    pub fn row(&mut self, row: &impl Serialize) -> Result<()> {
        let mut line =
            serde_json::to_vec(row).map_err(|cause| Error::disk(self.place.display(), &cause.into()))?;
        line.push(b'\n');
        self.write(&line)
    }

    /// Puts the file in its place.
    pub fn finish(self) -> Result<()> {
        let Self { place, out } = self;
        let failed = |cause| Error::disk(place.display(), &cause);
        let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&place).map_err(|error| failed(error.error))?;
        durable::sync_folder(parent_of(&place)).map_err(failed)
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Temporary files are private; the finished one is as readable as files usually are (the umask applies).
#[cfg(unix)]
fn readable<'a, 'b, 'c>(building: &'a mut tempfile::Builder<'b, 'c>) -> &'a mut tempfile::Builder<'b, 'c> {
    use std::os::unix::fs::PermissionsExt;
    building.permissions(std::fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn readable<'a, 'b, 'c>(building: &'a mut tempfile::Builder<'b, 'c>) -> &'a mut tempfile::Builder<'b, 'c> {
    building
}
