//! A file of numbered sections, each with a checksum.
//!
//! Little endian:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | what it is a file of |
//! | … | the sections, one behind the other |
//! | 24 each | number, start, length of 8, 8, 8 bytes: see below |
//! | 8 | number of sections |
//! | 8 | checksum of the list of sections: the lower half of its xxh3-128 |
//! | 8 | what it is a file of, once more: a file that was cut off has no end |
//!
//! An entry of the list: 2 bytes number, 6 bytes start, 8 bytes length, 8 bytes checksum of the section.

use super::bytes::{Bytes, Slice, stretch, u64_at};
use crate::error::{Error, ErrorKind, Result};
use crate::hash::{self, Digester};
use std::io::{self, Write};

const ENTRY: u64 = 24;
const TAIL: u64 = 24;

/// Writes sections one behind the other, each piece by piece.
pub struct ContainerWriter<W> {
    out: W,
    magic: [u8; 8],
    written: u64,
    list: Vec<u8>,
    /// The section that is being written: its number, its start, what it holds so far.
    open: Option<(u16, u64, Digester)>,
}

impl<W: Write> ContainerWriter<W> {
    /// Begins a file of this kind.
    pub fn new(mut out: W, magic: [u8; 8]) -> io::Result<Self> {
        out.write_all(&magic)?;
        Ok(Self { out, magic, written: 8, list: Vec::new(), open: None })
    }

    /// Begins a section; each number once.
    pub fn begin(&mut self, number: u16) {
        self.end();
        self.open = Some((number, self.written, Digester::default()));
    }

    /// Appends to the section that was begun last.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.written += bytes.len() as u64;
        if let Some((_, _, digester)) = &mut self.open {
            digester.push(bytes);
        }
        Ok(())
    }

    /// Appends a section that is at hand.
    pub fn section(&mut self, number: u16, bytes: &[u8]) -> io::Result<()> {
        self.begin(number);
        self.write(bytes)
    }

    fn end(&mut self) {
        if let Some((number, start, digester)) = self.open.take() {
            self.list.extend_from_slice(&(start << 16 | u64::from(number)).to_le_bytes());
            self.list.extend_from_slice(&(self.written - start).to_le_bytes());
            self.list.extend_from_slice(&(digester.digest() as u64).to_le_bytes());
        }
    }

    /// Writes the list of sections and gives the file back.
    pub fn finish(mut self) -> io::Result<W> {
        self.end();
        self.out.write_all(&self.list)?;
        self.out.write_all(&(self.list.len() as u64 / ENTRY).to_le_bytes())?;
        self.out.write_all(&checksum(&self.list).to_le_bytes())?;
        self.out.write_all(&self.magic)?;
        Ok(self.out)
    }
}

/// Lower half of the digest, which can be taken piece by piece.
fn checksum(bytes: &[u8]) -> u64 {
    hash::digest(bytes) as u64
}

/// A file of sections, opened.
pub struct Container {
    bytes: Box<dyn Bytes>,
    place: String,
    /// Number, start, length, checksum; by number.
    sections: Vec<(u16, u64, u64, u64)>,
}

impl std::fmt::Debug for Container {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Container").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Container {
    /// Opens a file of this kind; `place` names it in errors. The sections are not read.
    pub fn open(bytes: Box<dyn Bytes>, magic: [u8; 8], place: &str) -> Result<Self> {
        let fault = |what: &str| {
            Error::new(ErrorKind::Saved, place, what).next_step("take the index from a copy, or make it anew")
        };
        let length = bytes.len();
        let Some(tail) = length.checked_sub(TAIL) else { return Err(fault("is cut off")) };
        let mut ends = [[0; 8]; 2];
        bytes.read(0, &mut ends[0])?;
        bytes.read(tail + 16, &mut ends[1])?;
        if ends[0] != magic {
            return Err(fault("is no such file of an index"));
        }
        if ends[1] != magic {
            return Err(fault("is cut off"));
        }
        let count = u64_at(&*bytes, tail)?;
        let start = count.checked_mul(ENTRY).and_then(|list| tail.checked_sub(list));
        let Some(start) = start else { return Err(fault("is damaged: its list of sections is too long")) };
        let list = stretch(&*bytes, start, tail - start)?;
        if checksum(&list) != u64_at(&*bytes, tail + 8)? {
            return Err(fault("is damaged: the checksum of its list of sections does not fit"));
        }
        let number = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_le_bytes);
        let mut sections: Vec<_> = list
            .chunks_exact(ENTRY as usize)
            .map(|entry| {
                let head = number(&entry[..8]);
                (head as u16, head >> 16, number(&entry[8..16]), number(&entry[16..]))
            })
            .collect();
        if sections.iter().any(|&(_, from, length, _)| from.checked_add(length).is_none_or(|end| end > start))
        {
            return Err(fault("is damaged: a section lies outside of it"));
        }
        sections.sort_unstable();
        Ok(Self { bytes, place: place.to_owned(), sections })
    }

    /// The section of a number.
    pub fn section(&self, number: u16) -> Result<Slice<'_>> {
        let at = self.sections.binary_search_by_key(&number, |section| section.0).map_err(|_| {
            Error::new(ErrorKind::Saved, &self.place, format!("has no section {number}"))
                .next_step("take the index from a copy, or make it anew")
        })?;
        let (_, start, length, _) = self.sections[at];
        Ok(Slice::new(&*self.bytes, start, length))
    }

    /// All bytes of the file.
    pub fn bytes(&self) -> &dyn Bytes {
        &*self.bytes
    }

    /// The whole of a section; fails if it is not what was written.
    pub fn whole(&self, number: u16) -> Result<Vec<u8>> {
        let section = self.section(number)?;
        let bytes = stretch(&section, 0, section.len())?;
        let is_sound = self.sections.iter().any(|of| of.0 == number && of.3 == checksum(&bytes));
        if is_sound { Ok(bytes) } else { Err(self.damaged(number)) }
    }

    /// Reads everything; fails at the first section that is not what was written.
    pub fn check(&self) -> Result<()> {
        self.sections.iter().try_for_each(|section| self.whole(section.0).map(drop))
    }

    /// Bytes of the file.
    pub fn len(&self) -> u64 {
        self.bytes.len()
    }

    /// Whether there is no section.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// The file, in errors.
    pub fn place(&self) -> &str {
        &self.place
    }

    fn damaged(&self, number: u16) -> Error {
        let fault = format!("is damaged: the checksum of section {number} does not fit");
        Error::new(ErrorKind::Saved, &self.place, fault)
            .next_step("take the index from a copy, or make it anew")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAGIC: [u8; 8] = *b"TEST 01\n";

    fn written() -> Vec<u8> {
        let mut writer = ContainerWriter::new(Vec::new(), MAGIC).unwrap();
        writer.section(7, b"seven").unwrap();
        writer.begin(2);
        writer.write(b"").unwrap();
        writer.begin(3);
        (0..100u8).for_each(|byte| writer.write(&[byte, byte]).unwrap());
        writer.finish().unwrap()
    }

    #[test]
    fn sections_come_back_by_number() {
        let container = Container::open(Box::new(written()), MAGIC, "here").unwrap();
        assert_eq!(container.whole(7).unwrap(), b"seven");
        assert_eq!(container.whole(2).unwrap(), b"");
        assert_eq!(container.whole(3).unwrap().len(), 200);
        assert!(container.whole(4).is_err());
        container.check().unwrap();
    }

    #[test]
    fn a_file_that_was_cut_off_or_changed_is_refused() {
        let sound = written();
        for at in 0..sound.len() {
            let cut = Container::open(Box::new(sound[..at].to_vec()), MAGIC, "here");
            assert!(cut.is_err(), "cut off at {at}");
            let mut changed = sound.clone();
            changed[at] ^= 0x10;
            let opened = Container::open(Box::new(changed), MAGIC, "here");
            assert!(opened.and_then(|container| container.check()).is_err(), "changed at {at}");
        }
    }
}
