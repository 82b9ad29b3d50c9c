//! Plain bytes of the inputs by offset, wherever they are kept.

use super::source::Sources;
use super::spool::read_exact_at;
use crate::error::{Error, Result};
use crate::page::{Location, STRIPPED};
use std::fs::File;
use std::io;

/// Reads plain bytes by offset; keeps the file of the latest read open.
#[derive(Debug)]
pub struct PlainReader<'a> {
    sources: &'a Sources,
    open: Option<(u32, File)>,
}

impl<'a> PlainReader<'a> {
    pub(super) const fn new(sources: &'a Sources) -> Self {
        Self { sources, open: None }
    }

    /// The bytes of a record, in place of what `buffer` held.
    pub fn record(&mut self, location: Location, buffer: &mut Vec<u8>) -> Result<()> {
        buffer.resize(location.length as usize, 0);
        self.read(location.source, location.offset, buffer)
    }

    /// Appends `length` bytes of a file's plain content from `offset` on.
    pub fn append(&mut self, source: u32, offset: u64, length: u64, buffer: &mut Vec<u8>) -> Result<()> {
        let before = buffer.len();
        buffer.resize(before + length as usize, 0);
        self.read(source, offset, &mut buffer[before..])
    }

    fn read(&mut self, source: u32, offset: u64, buffer: &mut [u8]) -> Result<()> {
        if source == STRIPPED
            && let Some(spool) = &self.sources.stripped
        {
            return spool.read(offset, buffer);
        }
        let of = self.sources.get(source);
        let failed =
            |cause: io::Error| Error::disk(&of.name, &cause).next_step("did it change while Tamis ran?");
        let file = match (of.spooled_at, &self.sources.spool, &mut self.open) {
            (Some(base), Some(spool), _) => return spool.read(base + offset, buffer),
            (_, _, Some((number, file))) if *number == source => &*file,
            (_, _, open) => &open.insert((source, File::open(&of.path).map_err(failed)?)).1,
        };
        read_exact_at(file, buffer, offset).map_err(failed)
    }
}
