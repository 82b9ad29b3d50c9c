//! A folder that is complete or absent: it is built beside its place and renamed.

use crate::error::{Error, ErrorKind, Result};
use std::fs;
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
    is_finished: bool,
}

impl OutputFolder {
    /// Begins a folder; fails if `place` exists and may not be replaced, or is not ours to replace.
    pub fn create(place: &Path, existing: Existing) -> Result<Self> {
        Self::ensure_free(place, existing)?;
        let parent = match place.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(|cause| Error::disk(parent.display(), &cause))?;
        let building = tempfile::Builder::new()
            .prefix(&format!(".{}.", name_of(place)))
            .suffix(".partial")
            .tempdir_in(parent)
            .map_err(|cause| Error::disk(parent.display(), &cause))?
            .keep();
        Ok(Self { place: place.to_owned(), building, is_finished: false })
    }

    /// Fails if a folder cannot be written to `place`; also worth asking before the work begins.
    pub fn ensure_free(place: &Path, existing: Existing) -> Result<()> {
        if !place.exists() {
            return Ok(());
        }
        let name = place.display().to_string();
        if existing == Existing::Refuse {
            return Err(Error::new(ErrorKind::Disk, name, "exists already").next_step("use --overwrite"));
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

    /// Leaves the complete folder where it is, to be [`put`] in its place by whoever was told of it: a process that is
    /// killed from now on takes nothing with it.
    pub fn complete(&mut self) {
        make_readable(&self.building);
        self.is_finished = true;
    }

    /// Takes back that the folder is [complete](Self::complete): it goes.
    pub const fn abandon(&mut self) {
        self.is_finished = false;
    }

    /// Puts the folder in its place.
    pub fn finish(mut self) -> Result<()> {
        make_readable(&self.building);
        put(&self.building, &self.place)?;
        self.is_finished = true;
        Ok(())
    }
}

/// Puts a complete folder in its place, in place of what is there.
pub fn put(building: &Path, place: &Path) -> Result<()> {
    let failed = |cause| Error::disk(place.display(), &cause);
    if place.exists() {
        let old = building.with_extension("old");
        fs::rename(place, &old).map_err(failed)?;
        if let Err(cause) = fs::rename(building, place) {
            let _ = fs::rename(&old, place);
            return Err(failed(cause));
        }
        return fs::remove_dir_all(&old).map_err(failed);
    }
    fs::rename(building, place).map_err(failed)
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        if !self.is_finished {
            let _ = fs::remove_dir_all(&self.building);
        }
    }
}

/// Whether a file is what Tamis writes to say what a folder holds.
fn is_manifest(file: &Path) -> bool {
    let manifest =
        fs::read(file).ok().and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok());
    manifest.is_some_and(|manifest| {
        ["tamis", "output_version", "batch"].iter().all(|field| manifest.get(field).is_some())
    })
}

fn name_of(place: &Path) -> String {
    place.file_name().map_or_else(|| "tamis".into(), |name| name.to_string_lossy().into_owned())
}

/// Temporary folders are private; the finished one is as readable as folders usually are.
#[cfg(unix)]
fn make_readable(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o755));
}

#[cfg(not(unix))]
fn make_readable(_folder: &Path) {}
