//! One temporary file that vanishes with the process: bytes are appended, and read again by offset.

use crate::error::{Error, Result};
use std::fs::File;
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file. What is appended is not buffered here, so append much at once.
#[derive(Debug)]
pub struct Spool {
    file: File,
    len: u64,
    temp_dir: PathBuf,
}

impl Spool {
    /// A new one in `temp_dir`.
    pub fn create(temp_dir: &Path) -> Result<Self> {
        let file = tempfile::tempfile_in(temp_dir).map_err(|cause| failed(temp_dir, &cause))?;
        Ok(Self { file, len: 0, temp_dir: temp_dir.to_owned() })
    }

    /// Bytes appended so far: the offset of what is appended next.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing was appended.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends bytes.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|cause| failed(&self.temp_dir, &cause))?;
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Fills `buffer` with what was appended from `offset` on.
    pub fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        read_exact_at(&self.file, buffer, offset).map_err(|cause| failed(&self.temp_dir, &cause))
    }

    /// Reads a part of what was appended, from its beginning to its end.
    pub fn reader(&self, range: Range<u64>) -> Result<SpoolReader> {
        let file = self.file.try_clone().map_err(|cause| failed(&self.temp_dir, &cause))?;
        Ok(SpoolReader { file, rest: range })
    }
}

/// Reads a part of a [`Spool`].
#[derive(Debug)]
pub struct SpoolReader {
    file: File,
    /// What is not read yet.
    rest: Range<u64>,
}

impl io::Read for SpoolReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = (self.rest.end - self.rest.start).min(buffer.len() as u64) as usize;
        read_exact_at(&self.file, &mut buffer[..count], self.rest.start)?;
        self.rest.start += count as u64;
        Ok(count)
    }
}

/// Reads a file from its beginning, wherever others read it.
pub(super) struct Shared {
    file: Arc<File>,
    at: u64,
}

impl Shared {
    pub(super) fn new(file: &Arc<File>) -> Self {
        Self { file: Arc::clone(file), at: 0 }
    }
}

impl io::Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = read_at(&self.file, buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

fn failed(temp_dir: &Path, cause: &io::Error) -> Error {
    Error::disk(temp_dir.display(), cause).next_step("use --temp-dir")
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(not(unix))]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    use std::io::{Read, Seek, SeekFrom};
    let mut own = file.try_clone()?;
    own.seek(SeekFrom::Start(offset))?;
    own.read(buffer)
}

/// Fills `buffer` from `offset` on, wherever the file was read before.
#[cfg(unix)]
pub(super) fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

/// Fills `buffer` from `offset` on, wherever the file was read before.
#[cfg(not(unix))]
pub(super) fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    let mut own = file.try_clone()?;
    own.seek(SeekFrom::Start(offset))?;
    own.read_exact(buffer)
}
