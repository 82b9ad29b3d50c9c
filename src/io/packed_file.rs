//! A saved file, packed with zstd: read whole or piece by piece, written piece by piece, complete or absent.

use super::compression::{Compression, Packer};
use super::output::Existing;
use super::output_file::OutputFile;
use crate::error::{Error, ErrorKind, Result};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Plain bytes a packed byte may stand for: zstd stays far below for what Tamis saves, and a bomb stops here.
const MOST_A_BYTE: u64 = 4096;

/// Plain bytes that are always read.
const ALWAYS: u64 = 1 << 20;

/// Bytes of a piece.
const PIECE: u64 = 1 << 20;

/// The plain bytes of a saved file, packed or not.
pub fn read(place: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for_each_piece(place, |piece| {
        bytes.extend_from_slice(piece);
        Ok(())
    })?;
    Ok(bytes)
}

/// Hands the plain bytes of a saved file to `take`, packed or not, about a megabyte at a time.
pub fn for_each_piece(place: &Path, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let name = || place.display().to_string();
    let unread = |cause| Error::disk(name(), &cause).next_step("name a file that Tamis has written");
    let mut packed = File::open(place).map_err(unread)?;
    let mut first = Vec::new();
    std::io::Read::by_ref(&mut packed).take(4).read_to_end(&mut first).map_err(unread)?;
    let packing = Compression::detect(&first);
    let most = match packing {
        Compression::Plain => u64::MAX,
        _ => packed.metadata().map_err(unread)?.len() * MOST_A_BYTE + ALWAYS,
    };
    let failed = |fault: String| {
        Error::new(ErrorKind::Saved, name(), fault).next_step("take another copy, or make it anew")
    };
    let cut = |cause| failed(format!("is damaged or cut off: {cause}"));
    let mut plain = packing.unpack(std::io::Cursor::new(first).chain(packed)).map_err(cut)?;
    let (mut piece, mut all) = (Vec::new(), 0);
    loop {
        piece.clear();
        plain.by_ref().take(PIECE).read_to_end(&mut piece).map_err(cut)?;
        if piece.is_empty() {
            return Ok(());
        }
        all += piece.len() as u64;
        if all > most {
            return Err(failed("is damaged: it unpacks to more than Tamis writes".to_owned()));
        }
        take(&piece)?;
    }
}

/// Whether the plain bytes of a file begin like this; what cannot be read does not.
pub fn begins_with(place: &Path, start: &[u8]) -> bool {
    let mut first = [0; 4];
    let detected = File::open(place).and_then(|mut file| file.read_exact(&mut first));
    let packing = detected.map_or(Compression::Plain, |()| Compression::detect(&first));
    let mut found = vec![0; start.len()];
    let read = File::open(place)
        .and_then(|file| packing.unpack(file))
        .and_then(|mut file| file.read_exact(&mut found));
    read.is_ok() && found == start
}

/// A packed file under construction. Dropped without [`finish`](Self::finish), it leaves nothing behind.
pub struct PackedFile {
    out: Packer<OutputFile>,
    place: PathBuf,
}

impl PackedFile {
    /// Begins a file; fails if `place` exists and may not be replaced.
    pub fn create(place: &Path, existing: Existing) -> Result<Self> {
        let file = OutputFile::create(place, existing)?;
        let out = Compression::Zstd.pack(file).map_err(|cause| Error::disk(place.display(), &cause))?;
        Ok(Self { out, place: place.to_owned() })
    }

    /// Appends plain bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(|cause| Error::disk(self.place.display(), &cause))
    }

    /// Puts the file in its place; gives its size.
    pub fn finish(self) -> Result<u64> {
        let Self { out, place } = self;
        out.finish().map_err(|cause| Error::disk(place.display(), &cause))?.finish()?;
        let size = std::fs::metadata(&place).map_err(|cause| Error::disk(place.display(), &cause))?.len();
        Ok(size)
    }
}
