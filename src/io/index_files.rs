//! Files of an index: bytes by offset, and the lock of the one writer.

use super::durable;
use super::spool::read_exact_at;
use super::system;
use crate::error::{Error, ErrorKind, Result};
use crate::index::bytes::Bytes;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

/// A file that is read by offset and never changes.
#[derive(Debug)]
pub struct FileBytes {
    file: File,
    len: u64,
    place: String,
}

/// Opens a file of an index, which must have this size.
pub fn open(place: &Path, bytes: u64) -> Result<FileBytes> {
    let name = place.display().to_string();
    let failed = |cause| Error::disk(&name, &cause).next_step("take the index from a copy, or make it anew");
    let file = File::open(place).map_err(failed)?;
    let len = file.metadata().map_err(failed)?.len();
    if len != bytes {
        let fault = format!("is damaged: it has {len} bytes, and should have {bytes}");
        return Err(Error::new(ErrorKind::Saved, name, fault)
            .next_step("take the index from a copy, or make it anew"));
    }
    Ok(FileBytes { file, len, place: name })
}

impl Bytes for FileBytes {
    fn len(&self) -> u64 {
        self.len
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        read_exact_at(&self.file, buffer, offset).map_err(|cause| Error::disk(&self.place, &cause))
    }
}

/// A lock that only one process holds, and that ends with the process, however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock; fails if another process holds it, and names that.
    pub fn take(place: &Path) -> Result<Self> {
        let name = place.display().to_string();
        let failed = |cause| Error::disk(&name, &cause);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(place)
            .map_err(failed)?;
        if !system::lock_soon(&file) {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            let holder = if holder.is_empty() { "another process" } else { holder.trim_end() };
            return Err(Error::new(ErrorKind::Disk, name, format!("is held by {holder}"))
                .next_step("run again when it has ended"));
        }
        // Who holds it is told to those who ask; the lock itself is the system's.
        let holder = format!("{}\n", system::this_process());
        let told =
            file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(holder.as_bytes()));
        told.map_err(failed)?;
        Ok(Self { _file: file })
    }
}

/// Makes what a folder names outlive a power cut.
pub fn sync_folder(place: &Path) -> Result<()> {
    durable::sync_folder(place).map_err(|cause| Error::disk(place.display(), &cause))
}

/// Makes the folder of an index.
pub fn create_folder(place: &Path) -> Result<()> {
    fs::create_dir_all(place).map_err(|cause| Error::disk(place.display(), &cause))
}

/// Names of what a folder holds; none if it is not there.
pub fn names(place: &Path) -> Result<Vec<String>> {
    let failed = |cause: io::Error| Error::disk(place.display(), &cause);
    let entries = match fs::read_dir(place) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let name = |entry: io::Result<fs::DirEntry>| {
        Ok(entry.map_err(failed)?.file_name().to_string_lossy().into_owned())
    };
    entries.map(name).collect()
}

/// Removes a file.
pub fn remove(place: &Path) -> Result<()> {
    fs::remove_file(place).map_err(|cause| Error::disk(place.display(), &cause))
}

/// Bytes of a file.
pub fn size(place: &Path) -> Result<u64> {
    Ok(fs::metadata(place).map_err(|cause| Error::disk(place.display(), &cause))?.len())
}

/// All bytes of a file.
pub fn read(place: &Path) -> Result<Vec<u8>> {
    fs::read(place).map_err(|cause| {
        Error::disk(place.display(), &cause).next_step("name a folder that --index of run or dedup has made")
    })
}
