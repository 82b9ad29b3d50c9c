//! Finished units of work, in a file that survives the process: what `--resume` goes on from.
//!
//! A unit is the result of a pure function, kept under a digest of everything that it depends on. Units are appended in the
//! order in which a run does them; a resumed run does the same in the same order and takes each result from here as long
//! as digests agree. So whatever was killed, changed or cut off on the way, a result is either the right one or is
//! worked out again: the first unit that differs ends what is taken, and what follows it is overwritten.
//!
//! A frame is the length of the result (8 bytes), the digest it stands under (16), a checksum of both and the result (8),
//! and the result. The file begins with a magic word and the digest of the settings. It is made durable every
//! 64 MB: after a power cut that much is worked out again, after a kill the unit in flight.

use super::durable::{parent_of, prefix_of, sync_folder};
use super::spool::read_exact_at;
use super::{system, values};
use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a journal begins with.
const MAGIC: &[u8; 16] = b"tamis journal 1\n";

/// Bytes of magic and settings.
const HEADER: u64 = 32;

/// Bytes of a frame before its result.
const FRAME: usize = 32;

/// Bytes that are appended before the file is made durable.
const DURABLE: u64 = 64 << 20;

/// Bytes of the longest result: more than a batch or a phase gives, less than what a damaged length could ask for.
const LONGEST: u64 = 1 << 40;

/// Finished units, or none that are kept.
#[derive(Debug, Default)]
pub struct Journal(Option<Mutex<Units>>);

#[derive(Debug)]
struct Units {
    place: PathBuf,
    file: File,
    /// Where the next frame is, or goes.
    at: u64,
    len: u64,
    /// Bytes appended since the file was made durable.
    pending: u64,
}

/// How a journal was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// There was none.
    None,
    /// One of the same settings.
    Same,
    /// One of other settings, or no journal of this version; it is begun anew.
    Other,
}

impl Journal {
    /// Keeps nothing.
    pub const fn none() -> Self {
        Self(None)
    }

    /// The journal beside `output`, for work of these settings; fails if another process has it.
    pub fn open(output: &Path, settings: u128) -> Result<(Self, Found)> {
        let place = Self::place(output);
        let failed = |cause: io::Error| Error::disk(place.display(), &cause);
        fs::create_dir_all(parent_of(output)).map_err(failed)?;
        let mut open = OpenOptions::new();
        let mut file =
            open.read(true).write(true).create(true).truncate(false).open(&place).map_err(failed)?;
        if !system::lock_soon(&file) {
            let fault = "another process works on this";
            return Err(Error::new(ErrorKind::Disk, place.display().to_string(), fault)
                .next_step("wait for it, or name another folder"));
        }
        let mut len = file.metadata().map_err(failed)?.len();
        let mut header = MAGIC.to_vec();
        header.extend_from_slice(&settings.to_le_bytes());
        let mut begins = [0; HEADER as usize];
        let is_same = len >= HEADER && {
            read_exact_at(&file, &mut begins, 0).map_err(failed)?;
            begins[..] == header[..]
        };
        let found = match (len, is_same) {
            (0, _) => Found::None,
            (_, true) => Found::Same,
            (_, false) => Found::Other,
        };
        if !is_same {
            let written = file.set_len(0).and_then(|()| file.write_all(&header));
            written.and_then(|()| sync_folder(parent_of(output))).map_err(failed)?;
            len = HEADER;
        }
        let units = Units { place, file, at: HEADER, len, pending: 0 };
        Ok((Self(Some(Mutex::new(units))), found))
    }

    /// Where the journal of an output is.
    pub fn place(output: &Path) -> PathBuf {
        parent_of(output).join(format!("{}resume", prefix_of(output)))
    }

    /// Whether units are kept.
    pub const fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    /// The result of the next unit, if it is the one that stands under `key`.
    pub fn recall<T: DeserializeOwned>(&self, key: u128) -> Result<Option<T>> {
        let Some(mut units) = self.units() else { return Ok(None) };
        let Some((result, next)) = units.read(key)? else { return Ok(None) };
        // A result of an older shape is none.
        let Some(result) = values::decode(&result) else { return Ok(None) };
        units.at = next;
        Ok(Some(result))
    }

    /// Keeps the result of a unit; what stood there or behind it is given up.
    pub fn keep<T: Serialize>(&self, key: u128, result: &T) -> Result<()> {
        let Some(mut units) = self.units() else { return Ok(()) };
        units.append(key, result).map_err(|cause| Error::disk(units.place.display(), &cause))
    }

    /// The result of a unit: kept, or made and kept.
    pub fn unit<T: Serialize + DeserializeOwned>(
        &self,
        key: u128,
        make: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        if let Some(result) = self.recall(key)? {
            return Ok(result);
        }
        let result = make()?;
        self.keep(key, &result)?;
        Ok(result)
    }

    /// The work is done, and its output in place: nothing is left to go on from.
    pub fn remove(self) -> Result<()> {
        let Some(units) = self.0 else { return Ok(()) };
        let units = units.into_inner().unwrap_or_else(PoisonError::into_inner);
        fs::remove_file(&units.place).map_err(|cause| Error::disk(units.place.display(), &cause))
    }

    fn units(&self) -> Option<MutexGuard<'_, Units>> {
        Some(self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Units {
    /// The next result, and where the frame behind it begins; none if it is another one, or not whole.
    fn read(&self, key: u128) -> Result<Option<(Vec<u8>, u64)>> {
        let failed = |cause: io::Error| Error::disk(self.place.display(), &cause);
        let rest = self.len.saturating_sub(self.at);
        if rest < FRAME as u64 {
            return Ok(None);
        }
        let mut frame = [0; FRAME];
        read_exact_at(&self.file, &mut frame, self.at).map_err(failed)?;
        let (said, checksum) = frame.split_at(FRAME - 8);
        let (length, of) = said.split_at(8);
        let length = length.try_into().map_or(u64::MAX, u64::from_le_bytes);
        if of != key.to_le_bytes() || length > LONGEST.min(rest - FRAME as u64) {
            return Ok(None);
        }
        let mut result = vec![0; length as usize];
        read_exact_at(&self.file, &mut result, self.at + FRAME as u64).map_err(failed)?;
        let is_whole = checksum == sum(said, &result).to_le_bytes();
        Ok(is_whole.then_some((result, self.at + FRAME as u64 + length)))
    }

    fn append<T: Serialize>(&mut self, key: u128, result: &T) -> io::Result<()> {
        let mut bytes = vec![0; FRAME];
        bytes = values::append(result, bytes).map_err(io::Error::other)?;
        let (frame, result) = bytes.split_at_mut(FRAME);
        frame[..8].copy_from_slice(&(result.len() as u64).to_le_bytes());
        frame[8..FRAME - 8].copy_from_slice(&key.to_le_bytes());
        let checksum = sum(&frame[..FRAME - 8], result);
        frame[FRAME - 8..].copy_from_slice(&checksum.to_le_bytes());
        if self.at < self.len {
            self.file.set_len(self.at)?;
        }
        self.file.seek(SeekFrom::Start(self.at))?;
        self.len = self.at;
        self.file.write_all(&bytes)?;
        self.at += bytes.len() as u64;
        self.len = self.at;
        self.pending += bytes.len() as u64;
        if self.pending >= DURABLE {
            self.file.sync_data()?;
            self.pending = 0;
        }
        Ok(())
    }
}

fn sum(said: &[u8], result: &[u8]) -> u64 {
    hash::seeded(result, hash::checksum(said))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(journal: &Journal, key: u128, made: &mut Vec<u128>) -> String {
        journal
            .unit(key, || {
                made.push(key);
                Ok(format!("the result of unit {key}"))
            })
            .unwrap()
    }

    /// Does `units` and says which of them were worked out.
    fn done(output: &Path, settings: u128, units: &[u128]) -> (Vec<u128>, Found) {
        let (journal, found) = Journal::open(output, settings).unwrap();
        let mut made = Vec::new();
        for &key in units {
            assert_eq!(unit(&journal, key, &mut made), format!("the result of unit {key}"));
        }
        (made, found)
    }

    #[test]
    fn what_is_done_is_not_done_again() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out");
        assert_eq!(done(&output, 1, &[1, 2, 3]), (vec![1, 2, 3], Found::None));
        assert_eq!(done(&output, 1, &[1, 2, 3, 4]), (vec![4], Found::Same));
        // From the first difference on, everything is.
        assert_eq!(done(&output, 1, &[1, 7, 3, 4]), (vec![7, 3, 4], Found::Same));
        assert_eq!(done(&output, 1, &[1, 7, 3, 4]), (vec![], Found::Same));
        assert_eq!(done(&output, 2, &[1, 7]), (vec![1, 7], Found::Other));
        let (journal, _) = Journal::open(&output, 2).unwrap();
        journal.remove().unwrap();
        assert!(!Journal::place(&output).exists());
    }

    #[test]
    fn a_journal_cut_off_or_damaged_anywhere_gives_right_results() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out");
        let units: Vec<u128> = (1..=5).collect();
        done(&output, 1, &units);
        let whole = fs::read(Journal::place(&output)).unwrap();
        for at in 0..whole.len() {
            fs::write(Journal::place(&output), &whole[..at]).unwrap();
            let (made, _) = done(&output, 1, &units);
            assert!(!made.is_empty() && units.ends_with(&made), "cut off at {at}: {made:?}");

            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(Journal::place(&output), damaged).unwrap();
            let (made, _) = done(&output, 1, &units);
            assert!(!made.is_empty() && units.ends_with(&made), "damaged at {at}: {made:?}");
        }
    }

    #[test]
    fn two_processes_do_not_share_a_journal() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out");
        let (_journal, _) = Journal::open(&output, 1).unwrap();
        if cfg!(unix) {
            assert!(Journal::open(&output, 1).unwrap_err().to_string().contains("another process"));
        }
    }
}
