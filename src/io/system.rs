//! What the system does for files that the standard library does not ask for: two names swapped in one step, locks, free
//! space. The only door to `rustix`. Elsewhere than on Unix nothing of this is had, and callers do without.

use std::fs::File;
use std::io;
use std::path::Path;

/// Swaps what two names stand for, in one step; fails where the system or the file system cannot.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

/// Swaps what two names stand for, in one step; fails where the system or the file system cannot.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn exchange(_a: &Path, _b: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Takes the lock of a file or folder, which vanishes with the process; whether nobody else has it.
#[cfg(unix)]
pub(super) fn lock(file: &File) -> bool {
    use rustix::fs::{FlockOperation, flock};
    flock(file, FlockOperation::NonBlockingLockExclusive).is_ok()
}

/// Takes the lock of a file or folder, which vanishes with the process; whether nobody else has it.
#[cfg(not(unix))]
pub(super) fn lock(_file: &File) -> bool {
    true
}

/// The same, but waits for a moment: the lock of a process that is just ending, or of a child that it is just starting, goes
/// by itself.
pub(super) fn lock_soon(file: &File) -> bool {
    const TRIES: u32 = 100;
    (0..TRIES).any(|tried| {
        if tried > 0 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        lock(file)
    })
}

/// Opens a folder, to lock it or to make its names durable; none where folders cannot be opened.
#[cfg(unix)]
pub(super) fn open_folder(folder: &Path) -> io::Result<Option<File>> {
    File::open(folder).map(Some)
}

/// Opens a folder, to lock it or to make its names durable; none where folders cannot be opened.
#[cfg(not(unix))]
pub(super) fn open_folder(_folder: &Path) -> io::Result<Option<File>> {
    Ok(None)
}

/// Bytes that may still be written to the file system of a folder; none where the system does not tell.
#[cfg(unix)]
pub(super) fn free_bytes(folder: &Path) -> Option<u64> {
    let told = rustix::fs::statvfs(folder).ok()?;
    Some(told.f_bavail.saturating_mul(told.f_frsize))
}

/// Bytes that may still be written to the file system of a folder; none where the system does not tell.
#[cfg(not(unix))]
pub(super) fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}

/// This process, as its user knows it: its number and the command it was started as.
pub(super) fn this_process() -> String {
    let words = std::env::args_os().take(2).map(|word| word.to_string_lossy().into_owned());
    format!("process {} ({})", std::process::id(), words.collect::<Vec<String>>().join(" "))
}
