//! Pages by keys, by all tables at once.

use super::folder::Index;
use crate::error::Result;
use crate::index::bytes::{Bytes as _, Slice};
use crate::index::container::Container;
use crate::index::table::{Shape, Table};
use std::mem::take;

/// What a file of tables begins with.
pub const MAGIC: [u8; 8] = *b"TAMISIT1";

/// By what pages are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A band of their signatures.
    Band(usize),
    /// Their words.
    Words,
    /// Id and text.
    Key,
    /// Their id.
    Id,
    /// Their address.
    Address,
}

impl By {
    /// The number of the table, in a file with tables of so many bands.
    pub const fn number(self, bands: usize) -> u16 {
        match self {
            Self::Band(band) => band as u16,
            Self::Words => bands as u16,
            Self::Key => bands as u16 + 1,
            Self::Id => bands as u16 + 2,
            Self::Address => bands as u16 + 3,
        }
    }

    /// How many tables a file has.
    pub const fn count(bands: usize) -> u16 {
        bands as u16 + 4
    }
}

/// The tables of a stretch of pages.
#[derive(Debug)]
pub struct OpenTables {
    container: Container,
    first: u32,
    bands: usize,
    /// Where each begins, how long it is, and what its head says.
    sections: Vec<(u64, u64, Shape)>,
}

impl OpenTables {
    /// Opens a file of tables.
    pub fn open(container: Container, first: u32, bands: usize) -> Result<Self> {
        let section = |number: u16| {
            let section = container.section(number)?;
            Ok((section.start(), section.len(), Shape::read(&section)?))
        };
        let sections = (0..By::count(bands)).map(section).collect::<Result<_>>()?;
        Ok(Self { container, first, bands, sections })
    }

    /// Number of the first page that it finds.
    pub const fn first(&self) -> u32 {
        self.first
    }

    /// One table.
    pub fn table(&self, by: By) -> Table<'_> {
        let (start, length, shape) = self.sections[usize::from(by.number(self.bands))];
        Table::of_shape(Slice::new(self.container.bytes(), start, length), shape)
    }

    /// Reads everything; fails at the first damage.
    pub fn check(&self) -> Result<()> {
        self.container.check()
    }

    /// Bytes of the tables of bands, and of the others.
    pub fn sizes(&self) -> Result<[u64; 2]> {
        let mut bands = 0;
        for band in 0..self.bands {
            bands += self.container.section(By::Band(band).number(self.bands))?.len();
        }
        Ok([bands, self.container.len() - bands])
    }
}

impl Index {
    /// For each of many keys, which ascend, the first pages before `view`, at most `most`, ascending; none that is
    /// forgotten. Gives pairs of the place of a key in `keys` and a page.
    pub fn find_each(&self, by: By, keys: &[u32], view: u32, most: usize) -> Result<Vec<(u32, u32)>> {
        let mut found: Vec<(u32, u32)> = Vec::new();
        for tables in self.tables.iter().filter(|tables| tables.first < view) {
            tables.table(by).find_each(keys, most, |number, pages| {
                let pages = pages.iter().map(|page| tables.first + page);
                let pages = pages.filter(|&page| page < view && !self.is_forgotten(page));
                found.extend(pages.map(|page| (number as u32, page)));
            })?;
        }
        // Tables are in the order of their pages, keys within them: the first pages of a key stand first.
        found.sort_by_key(|&(number, _)| number);
        let mut kept: Vec<(u32, u32)> = Vec::with_capacity(found.len());
        for of_key in found.chunk_by(|a, b| a.0 == b.0) {
            kept.extend_from_slice(&of_key[..of_key.len().min(most)]);
        }
        Ok(kept)
    }

    /// The first pages of one key, at most `most`, ascending; none that is forgotten.
    pub fn find(&self, by: By, key: u32, most: usize) -> Result<Vec<u32>> {
        let mut pages = Vec::new();
        self.find_all(&[(by, key)], most, |found| pages.extend_from_slice(found))?;
        Ok(pages)
    }

    /// Calls `visit` with what [`find`](Self::find) finds of each of several keys. A key waits for memory twice in each file of
    /// tables: for the directory, and for the entries. All wait together, since no step of one begins before the step before
    /// it has been taken for all.
    pub fn find_all(&self, keys: &[(By, u32)], most: usize, mut visit: impl FnMut(&[u32])) -> Result<()> {
        let each = || keys.iter().flat_map(|&key| self.tables.iter().map(move |tables| (key, tables)));
        let tables: Vec<(Table<'_>, u32)> = each().map(|((by, key), of)| (of.table(by), key)).collect();
        let stretches =
            tables.iter().map(|(table, key)| table.stretch_of(*key)).collect::<Result<Vec<_>>>()?;
        let mut blocks = Vec::with_capacity(tables.len());
        for ((table, _), &stretch) in tables.iter().zip(&stretches) {
            blocks.push(table.block(stretch)?);
        }
        let mut found = Vec::new();
        for first in (0..tables.len()).step_by(self.tables.len().max(1)) {
            found.clear();
            for (at, of) in (first..).zip(&self.tables) {
                let (before, (table, key)) = (found.len(), &tables[at]);
                if before >= most {
                    break;
                }
                table.find_in(stretches[at], take(&mut blocks[at]), *key, most, &mut found)?;
                found[before..].iter_mut().for_each(|page| *page += of.first);
            }
            found.retain(|&page| !self.is_forgotten(page));
            found.truncate(most);
            visit(&found);
        }
        Ok(())
    }
}

/// The key of a digest: its upper bits.
pub const fn of_digest(digest: u128) -> u32 {
    (digest >> 96) as u32
}

/// The key of a string.
pub fn of_text(text: &str) -> u32 {
    (crate::hash::checksum(text.as_bytes()) >> 32) as u32
}
