//! A folder that is complete or absent: it is built beside its place and renamed.
//!
//! Its files are durable before it gets its name. An older folder is swapped with it in one step where the system can;
//! elsewhere it is moved away first, and brought back by the next run if this one was killed in between.

use super::durable::{self, OLD, PARTIAL, clear_remains, parent_of, prefix_of};
use super::system;
use crate::error::{Error, ErrorKind, Result};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// What to do if the folder is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Refuse.
    Refuse,
    /// Replace it at the very end.
    Replace,
}

/// An output folder under construction. Dropped without [`finish`](Self::finish), it leaves nothing behind.
#[derive(Debug)]
pub struct OutputFolder {
    place: PathBuf,
    building: PathBuf,
    /// Held while the folder is built.
    _lock: Option<File>,
}

impl OutputFolder {
    /// Begins a folder; fails if `place` exists and may not be replaced, or is not ours to replace.
    pub fn create(place: &Path, existing: Existing) -> Result<Self> {
        Self::ensure_free(place, existing)?;
        let parent = parent_of(place);
        let failed = |cause| Error::disk(parent.display(), &cause);
        fs::create_dir_all(parent).map_err(failed)?;
        let (building, lock) = begin(parent, &prefix_of(place)).map_err(failed)?;
        durable::begin(&building);
        Ok(Self { place: place.to_owned(), building, _lock: lock })
    }

    /// Fails if a folder cannot be written to `place`; also worth asking before the work begins.
    pub fn ensure_free(place: &Path, existing: Existing) -> Result<()> {
        clear_remains(place);
        if !place.exists() {
            return Ok(());
        }
        let name = place.display().to_string();
        if existing == Existing::Refuse {
            return Err(
                Error::new(ErrorKind::Disk, name, "exists already").next_step("use --overwrite, or --resume")
            );
        }
        // Overwriting deletes: only what Tamis has written, or an empty folder.
        let is_ours = is_manifest(&place.join("manifest.json"));
        let is_empty = fs::read_dir(place).is_ok_and(|mut entries| entries.next().is_none());
        if is_ours || is_empty {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Disk, name, "was not written by Tamis and is not overwritten")
            .next_step("name another folder"))
    }

    /// Where files are to be written.
    pub fn path(&self) -> &Path {
        &self.building
    }

    /// Where the folder belongs.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Ends the folder under another hidden name, that of a `batch`, from where it is [`put`] in its place by whoever is told of
    /// it: nobody clears it away if this process is killed.
    pub fn complete(self, batch: &str) -> Result<PathBuf> {
        let complete = complete_place(&self.place, batch);
        let failed = |cause| Error::disk(complete.display(), &cause);
        make_readable(&self.building);
        durable::sync_files(&self.building).map_err(failed)?;
        if complete.exists() {
            fs::remove_dir_all(&complete).map_err(failed)?;
        }
        fs::rename(&self.building, &complete).map_err(failed)?;
        durable::sync_folder(parent_of(&self.place)).map_err(failed)?;
        Ok(complete)
    }

    /// Puts the folder in its place.
    pub fn finish(self) -> Result<()> {
        make_readable(&self.building);
        durable::sync_files(&self.building).map_err(|cause| Error::disk(self.place.display(), &cause))?;
        // What is left of an older folder goes with this value, or is cleared by the next run.
        put(&self.building, &self.place)
    }
}

/// Ending of a folder that is complete and not in its place yet.
const COMPLETE: &str = ".complete";

/// Where the complete folder of a batch waits for its place.
pub fn complete_place(place: &Path, batch: &str) -> PathBuf {
    let complete = parent_of(place).join(format!("{}{batch}{COMPLETE}", prefix_of(place)));
    std::path::absolute(&complete).unwrap_or(complete)
}

/// Removes a complete folder, or what became of it, that nobody will put in its place.
pub fn discard(complete: &Path) {
    let _ = fs::remove_dir_all(complete);
}

/// Whether a folder is the output of this batch.
pub fn is_of_batch(place: &Path, batch: &str) -> bool {
    manifest(&place.join("manifest.json")).is_some_and(|manifest| manifest["batch"] == batch)
}

/// Puts a complete and durable folder in its place, where possible by swapping it with what is there.
pub fn put(building: &Path, place: &Path) -> Result<()> {
    exchange(building, place).map_err(|cause| Error::disk(place.display(), &cause))
}

fn exchange(building: &Path, place: &Path) -> io::Result<()> {
    let parent = parent_of(place);
    if !place.exists() {
        fs::rename(building, place)?;
        return durable::sync_folder(parent);
    }
    if system::exchange(building, place).is_ok() {
        durable::sync_folder(parent)?;
        let _ = fs::remove_dir_all(building);
        return Ok(());
    }
    let old = building.with_extension(OLD);
    fs::rename(place, &old)?;
    if let Err(cause) = fs::rename(building, place) {
        let _ = fs::rename(&old, place);
        return Err(cause);
    }
    durable::sync_folder(parent)?;
    let _ = fs::remove_dir_all(&old);
    Ok(())
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        // Once it has its name there is nothing to remove.
        let _ = fs::remove_dir_all(&self.building);
        durable::end(&self.building);
    }
}

/// A new folder, locked before anybody can take it for one that a dead process has left.
fn begin(parent: &Path, prefix: &str) -> io::Result<(PathBuf, Option<File>)> {
    loop {
        let building = tempfile::Builder::new().prefix(prefix).suffix(PARTIAL).tempdir_in(parent)?.keep();
        match system::open_folder(&building) {
            Ok(None) => return Ok((building, None)),
            Ok(Some(folder)) if system::lock(&folder) && building.exists() => {
                return Ok((building, Some(folder)));
            }
            // Somebody was clearing up just then.
            Ok(Some(_)) => {}
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(cause),
        }
    }
}

/// Whether a file is what Tamis writes to say what a folder holds.
fn is_manifest(file: &Path) -> bool {
    manifest(file).is_some_and(|manifest| {
        ["tamis", "output_version", "batch"].iter().all(|field| manifest.get(field).is_some())
    })
}

fn manifest(file: &Path) -> Option<serde_json::Value> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

/// Temporary folders are private; the finished one is as readable as folders usually are.
#[cfg(unix)]
fn make_readable(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o755));
}

#[cfg(not(unix))]
fn make_readable(_folder: &Path) {}
