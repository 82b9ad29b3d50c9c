//! The frames of sites that a batch learned, in a file.
//!
//! A container of two sections: the keys of all frames, four bytes each, one frame behind the other; and which frame is whose, by
//! name: 4 bytes length of the name, the name in UTF-8, 8 bytes number of its first key, 4 bytes how many keys.

use super::bytes::{Bytes as _, stretch};
use super::container::{Container, ContainerWriter};
use crate::error::{Error, ErrorKind, Result};
use crate::frame::Key;
use std::io::{self, Write};
use std::ops::Range;

/// What a file begins with.
pub const FRAMES_MAGIC: [u8; 8] = *b"TAMISIL1";

const NAMES: u16 = 0;
const KEYS: u16 = 1;

/// Bytes of a key.
const EACH: u64 = 4;

/// Writes the frames of sites, in any order.
pub struct FramesWriter<W> {
    out: ContainerWriter<W>,
    written: u64,
    sites: Vec<(String, u64, u32)>,
}

impl<W: Write> FramesWriter<W> {
    /// Begins a file.
    pub fn new(out: W) -> io::Result<Self> {
        let mut out = ContainerWriter::new(out, FRAMES_MAGIC)?;
        out.begin(KEYS);
        Ok(Self { out, written: 0, sites: Vec::new() })
    }

    /// Appends the frame of a site, as its little-endian keys.
    pub fn frame(&mut self, site: &str, keys: &[u8]) -> io::Result<()> {
        let count = keys.len() as u64 / EACH;
        self.out.write(keys)?;
        self.sites.push((site.to_owned(), self.written, count as u32));
        self.written += count;
        Ok(())
    }

    /// Writes whose they are, and gives the file back.
    pub fn finish(mut self) -> io::Result<W> {
        self.sites.sort_unstable();
        self.out.begin(NAMES);
        for (name, first, count) in &self.sites {
            self.out.write(&(name.len() as u32).to_le_bytes())?;
            self.out.write(name.as_bytes())?;
            self.out.write(&first.to_le_bytes())?;
            self.out.write(&count.to_le_bytes())?;
        }
        self.out.finish()
    }
}

/// The sites of a file, by name, with the places of their keys.
pub fn sites(file: &Container) -> Result<Vec<(String, Range<u64>)>> {
    let bytes = file.whole(NAMES)?;
    let most = file.section(KEYS)?.len() / EACH;
    let mut rest = bytes.as_slice();
    let mut sites: Vec<(String, Range<u64>)> = Vec::new();
    while !rest.is_empty() {
        let site = take_site(&mut rest)
            .filter(|(name, keys)| keys.end <= most && sites.last().is_none_or(|(before, _)| before < name));
        sites.push(site.ok_or_else(|| damaged(file))?);
    }
    Ok(sites)
}

fn take_site(rest: &mut &[u8]) -> Option<(String, Range<u64>)> {
    let (length, behind) = rest.split_first_chunk::<4>()?;
    let (name, behind) = behind.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let (first, behind) = behind.split_first_chunk::<8>()?;
    let (count, behind) = behind.split_first_chunk::<4>()?;
    *rest = behind;
    let first = u64::from_le_bytes(*first);
    let end = first.checked_add(u32::from_le_bytes(*count).into())?;
    Some((std::str::from_utf8(name).ok()?.to_owned(), first..end))
}

/// The keys of a site, at the place that [`sites`] names; they ascend.
pub fn keys(file: &Container, place: &Range<u64>) -> Result<Vec<Key>> {
    let bytes = stretch(&file.section(KEYS)?, place.start * EACH, (place.end - place.start) * EACH)?;
    let keys: Vec<Key> = bytes.as_chunks::<4>().0.iter().map(|key| Key::from_le_bytes(*key)).collect();
    if keys.is_sorted_by(|a, b| a < b) { Ok(keys) } else { Err(damaged(file)) }
}

fn damaged(file: &Container) -> Error {
    Error::new(ErrorKind::Saved, file.place(), "is damaged: its frames are no frames")
        .next_step("take the index from a copy, or make it anew")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes_of(keys: &[Key]) -> Vec<u8> {
        keys.iter().flat_map(|key| key.to_le_bytes()).collect()
    }

    #[test]
    fn frames_come_back_by_the_names_of_their_sites() {
        let mut writer = FramesWriter::new(Vec::new()).unwrap();
        let frames: [(&str, &[Key]); 3] = [("orlen.example", &[1, 5, 9]), ("", &[]), ("أخبار", &[7])];
        frames.iter().for_each(|(site, keys)| writer.frame(site, &bytes_of(keys)).unwrap());
        let file = Container::open(Box::new(writer.finish().unwrap()), FRAMES_MAGIC, "f").unwrap();
        let found = sites(&file).unwrap();
        assert_eq!(
            found.iter().map(|site| site.0.as_str()).collect::<Vec<_>>(),
            ["", "orlen.example", "أخبار"]
        );
        for (site, expected) in frames {
            let place = &found.iter().find(|found| found.0 == site).unwrap().1;
            assert_eq!(keys(&file, place).unwrap(), expected);
        }
    }

    #[test]
    fn keys_that_do_not_ascend_are_damage() {
        let mut writer = FramesWriter::new(Vec::new()).unwrap();
        writer.frame("a", &bytes_of(&[5, 5])).unwrap();
        let file = Container::open(Box::new(writer.finish().unwrap()), FRAMES_MAGIC, "f").unwrap();
        assert_eq!(keys(&file, &(0..2)).unwrap_err().kind(), ErrorKind::Saved);
        assert!(keys(&file, &(0..3)).is_err());
    }
}
