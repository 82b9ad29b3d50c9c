//! What is written survives a power cut, and what a killed process leaves is cleared.
//!
//! A name must not stand for bytes that are not on the disk yet: files are made durable before they get their name, the
//! folder that holds the name after. What is under construction has a hidden name with a fixed ending beside its place and
//! is locked by the process that builds it ([`flock(2)`](https://man7.org/linux/man-pages/man2/flock.2.html)), so that
//! whoever finds one without a lock knows that its builder is dead.

use super::system;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Ending of what is under construction.
pub(super) const PARTIAL: &str = ".partial";

/// Ending of what was moved away to be replaced, where two names cannot be swapped in one step.
pub(super) const OLD: &str = "old";

/// Folders that this process builds.
static BUILDING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The folder that a name is in.
pub(super) fn parent_of(place: &Path) -> &Path {
    match place.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// How the hidden names beside a place begin.
pub(super) fn prefix_of(place: &Path) -> String {
    let name = place.file_name().map_or_else(|| "tamis".into(), |name| name.to_string_lossy());
    format!(".{name}.")
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    match system::open_folder(folder)? {
        Some(folder) => folder.sync_all(),
        None => Ok(()),
    }
}

/// Makes the files of a folder durable, and their names. All at once, so that the file system can do it in one go.
pub(super) fn sync_files(folder: &Path) -> io::Result<()> {
    let places: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    std::thread::scope(|scope| {
        let syncing: Vec<_> =
            places.iter().map(|place| scope.spawn(move || File::open(place)?.sync_all())).collect();
        syncing.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| Err(io::Error::other("a thread has failed")))
        })
    })?;
    sync_folder(folder)
}

/// Clears what dead processes left beside `place`: brings back a folder that was moved away and not replaced, and removes
/// what nobody builds any more.
pub(super) fn clear_remains(place: &Path) {
    let prefix = prefix_of(place);
    let Ok(entries) = fs::read_dir(parent_of(place)) else { return };
    for remains in entries.flatten().map(|entry| entry.path()) {
        let Some(name) = remains.file_name().and_then(|name| name.to_str()) else { continue };
        let Some((rest, ending)) = name.strip_prefix(&prefix).and_then(|rest| rest.split_once('.')) else {
            continue;
        };
        // What stands between is what `tempfile` makes up: it has no dot, so that no other place is meant.
        let is_old = ending == OLD;
        if rest.is_empty() || !(is_old || ending == &PARTIAL[1..]) {
            continue;
        }
        let Ok(lock) = File::open(&remains) else { continue };
        if !system::lock(&lock) {
            continue;
        }
        if is_old && !place.exists() {
            let _ = fs::rename(&remains, place);
        } else {
            let _ = remove(&remains);
        }
    }
}

fn remove(remains: &Path) -> io::Result<()> {
    if remains.is_dir() { fs::remove_dir_all(remains) } else { fs::remove_file(remains) }
}

/// Bytes that may still be written to the file system of a folder; none where the system does not tell.
pub fn free_bytes(folder: &Path) -> Option<u64> {
    system::free_bytes(folder)
}

/// Remembers a folder that is being built.
pub(super) fn begin(folder: &Path) {
    BUILDING.lock().unwrap_or_else(PoisonError::into_inner).push(folder.to_owned());
}

/// Forgets a folder that is no longer being built.
pub(super) fn end(folder: &Path) {
    BUILDING.lock().unwrap_or_else(PoisonError::into_inner).retain(|other| other != folder);
}

/// Removes all folders that this process builds: for a process that is about to end in the middle of its work.
pub fn abandon_all() {
    for folder in std::mem::take(&mut *BUILDING.lock().unwrap_or_else(PoisonError::into_inner)) {
        // A thread that still writes may add a file meanwhile.
        if remove(&folder).is_err() {
            let _ = remove(&folder);
        }
    }
}
