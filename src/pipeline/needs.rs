//! What a run will need on disks, said before it begins.

use super::Observer;
use super::settings::Settings;
use crate::error::{Error, ErrorKind, Result};
use crate::io::durable::free_bytes;
use crate::io::source::Sources;
use std::path::Path;

/// Plain bytes that a packed byte of a crawl stands for, as a guess.
const UNPACKED: u64 = 4;

/// Bytes of a record, as a guess; shorter ones need more memory.
const RECORD: u64 = 2_000;

/// Bytes that a page takes in memory besides its signature, as a guess.
const ROW: u64 = 200;

/// Bytes that are worth telling of.
const WORTH_TELLING: u64 = 256 << 20;

/// Tells of what goes to temporary files, and fails if packed inputs alone cannot fit. `slots` are those of signatures;
/// `strips` if pages are stripped before they are compared.
pub(super) fn tell(
    sources: &Sources,
    settings: &Settings,
    (slots, strips): (usize, bool),
    observer: &dyn Observer,
) -> Result<()> {
    let reading = &settings.reading;
    let (plain, packed) = sources.plain_and_packed_bytes();
    let unpacked = packed * UNPACKED;
    let text = plain + unpacked;
    let signatures = text / RECORD * 2 * slots as u64;
    let is_spilled = signatures + text / RECORD * ROW > reading.memory.held();
    let stripped = if strips { text } else { 0 };
    let needed = unpacked + stripped + if is_spilled { signatures } else { 0 };
    tell_of(needed, &reading.temp_dir, "temporary files that vanish with this process", observer);
    if reading.resume {
        let kept = stripped + text / RECORD * (2 * slots as u64 + ROW);
        tell_of(kept, &parent(settings.folder()), "what is finished, until all is", observer);
    }
    match free_bytes(&reading.temp_dir) {
        Some(free) if free < packed => {
            let fault = format!("has {} MB left, less than the packed inputs have", free / 1_000_000);
            Err(Error::new(ErrorKind::Disk, reading.temp_dir.display().to_string(), fault)
                .next_step("use --temp-dir"))
        }
        _ => Ok(()),
    }
}

fn parent(folder: &Path) -> std::path::PathBuf {
    folder.ancestors().skip(1).find(|folder| folder.is_dir()).unwrap_or(Path::new(".")).to_owned()
}

fn tell_of(bytes: u64, place: &Path, what: &str, observer: &dyn Observer) {
    if bytes < WORTH_TELLING {
        return;
    }
    let gigabytes = |bytes: u64| format!("{:.1} GB", bytes as f64 / 1e9);
    let left = free_bytes(place).map(|free| {
        let warning = if free < bytes { ", which may not be enough" } else { "" };
        format!(", which has {} left{warning}", gigabytes(free))
    });
    let (about, left) = (gigabytes(bytes), left.unwrap_or_default());
    observer.note(&format!("about {about} may go to {}{left}: {what}", place.display()));
}
