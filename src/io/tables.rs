//! Rows as JSON lines, packed if asked.

use super::compression::{Compression, Packer};
use crate::error::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes the rows of one table.
pub struct TableWriter {
    out: Packer<BufWriter<File>>,
    place: PathBuf,
}

impl TableWriter {
    /// A new table `name` in `folder`; the name gets the suffix of the compression.
    pub fn create(folder: &Path, name: &str, compression: Compression) -> Result<Self> {
        let place = folder.join(format!("{name}{}", compression.suffix()));
        let file = File::create_new(&place).map_err(|cause| Error::disk(place.display(), &cause))?;
        let out = compression.pack(BufWriter::with_capacity(1 << 16, file));
        let out = out.map_err(|cause| Error::disk(place.display(), &cause))?;
        Ok(Self { out, place })
    }

    /// Appends one row.
    pub fn row(&mut self, row: &impl Serialize) -> Result<()> {
        let written = serde_json::to_writer(&mut self.out, row).map_err(std::io::Error::from);
        written
            .and_then(|()| self.out.write_all(b"\n"))
            .map_err(|cause| Error::disk(self.place.display(), &cause))
    }

    /// Appends bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(|cause| Error::disk(self.place.display(), &cause))
    }

    /// Takes the table away again.
    pub fn remove(self) -> Result<()> {
        std::fs::remove_file(&self.place).map_err(|cause| Error::disk(self.place.display(), &cause))
    }

    /// Writes what is buffered.
    pub fn finish(self) -> Result<()> {
        let finished = self.out.finish().and_then(|mut out| out.flush());
        finished.map_err(|cause| Error::disk(self.place.display(), &cause))
    }
}

/// Writes one value as indented JSON.
pub fn write_document(folder: &Path, name: &str, value: &impl Serialize) -> Result<()> {
    let place = folder.join(name);
    let mut text =
        serde_json::to_vec_pretty(value).map_err(|cause| Error::disk(place.display(), &cause.into()))?;
    text.push(b'\n');
    std::fs::write(&place, text).map_err(|cause| Error::disk(place.display(), &cause))
}

/// Reads one value.
pub fn read_document<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<T> {
    let place = folder.join(name);
    let text = std::fs::read(&place).map_err(|cause| {
        Error::disk(place.display(), &cause).next_step("name a folder that tamis dedup has written")
    })?;
    serde_json::from_slice(&text).map_err(|cause| not_a_row(&place, 1, &cause))
}

/// Calls `visit` with each line of the table `name` in `folder`, packed or not.
pub fn for_each_line(
    folder: &Path,
    name: &str,
    mut visit: impl FnMut(u64, &[u8]) -> Result<()>,
) -> Result<()> {
    let packings = [Compression::Plain, Compression::Gzip, Compression::Zstd];
    let places = packings.map(|packing| (folder.join(format!("{name}{}", packing.suffix())), packing));
    let (place, packing) = places.iter().find(|(place, _)| place.exists()).unwrap_or(&places[0]);
    let failed = |cause| Error::disk(place.display(), &cause);
    let file = File::open(place).map_err(failed)?;
    let mut lines = BufReader::with_capacity(1 << 16, packing.unpack(file).map_err(failed)?);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if lines.read_until(b'\n', &mut line).map_err(failed)? == 0 {
            break;
        }
        visit(number, line.strip_suffix(b"\n").unwrap_or(&line))?;
    }
    Ok(())
}

/// All rows of a table.
pub fn read_rows<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<Vec<T>> {
    let mut rows = Vec::new();
    for_each_line(folder, name, |number, line| {
        rows.push(
            serde_json::from_slice(line).map_err(|cause| not_a_row(&folder.join(name), number, &cause))?,
        );
        Ok(())
    })?;
    Ok(rows)
}

fn not_a_row(place: &Path, number: u64, cause: &serde_json::Error) -> Error {
    let place = format!("{}:{number}", place.display());
    Error::new(crate::error::ErrorKind::Saved, place, format!("is no row of this table: {cause}"))
}
