//! Bytes by offset, wherever they lie.

use crate::error::{Error, ErrorKind, Result};
use std::borrow::Cow;

/// Something that can be read at any place, by several threads at once.
pub trait Bytes: Send + Sync {
    /// How many there are.
    fn len(&self) -> u64;

    /// Fills `buffer` from `offset` on; fails where there are not so many.
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<()>;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, if they lie in memory.
    fn in_memory(&self) -> Option<&[u8]> {
        None
    }
}

impl Bytes for Vec<u8> {
    fn len(&self) -> u64 {
        Self::len(self) as u64
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let found = start.checked_add(buffer.len()).and_then(|end| self.get(start..end));
        let found = found.ok_or_else(|| Error::new(ErrorKind::Saved, "memory", "is read behind its end"))?;
        buffer.copy_from_slice(found);
        Ok(())
    }

    fn in_memory(&self) -> Option<&[u8]> {
        Some(self)
    }
}

/// Some of the bytes of something.
#[derive(Clone, Copy)]
pub struct Slice<'a> {
    of: &'a dyn Bytes,
    start: u64,
    length: u64,
    /// These, if they lie in memory.
    memory: Option<&'a [u8]>,
}

impl<'a> Slice<'a> {
    /// So many bytes from `start` on.
    pub fn new(of: &'a dyn Bytes, start: u64, length: u64) -> Self {
        let memory = of.in_memory().and_then(|all| all.get(start as usize..)?.get(..length as usize));
        Self { of, start, length, memory }
    }

    /// Where they begin.
    pub const fn start(&self) -> u64 {
        self.start
    }

    /// So many bytes from `offset` on; copied only if they do not lie in memory.
    pub fn get(&self, offset: u64, length: u64) -> Result<Cow<'a, [u8]>> {
        let rest = self.memory.and_then(|memory| memory.get(offset as usize..));
        match rest.and_then(|rest| rest.get(..length as usize)) {
            Some(bytes) => Ok(Cow::Borrowed(bytes)),
            None => stretch(self, offset, length).map(Cow::Owned),
        }
    }
}

impl Bytes for Slice<'_> {
    fn len(&self) -> u64 {
        self.length
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        if offset.checked_add(buffer.len() as u64).is_none_or(|end| end > self.length) {
            return Err(Error::new(ErrorKind::Saved, "index", "is read behind the end of a section")
                .next_step("check it with tamis index stat --check"));
        }
        self.of.read(self.start + offset, buffer)
    }
}

/// A number at a place.
pub fn u32_at(bytes: &dyn Bytes, offset: u64) -> Result<u32> {
    let mut buffer = [0; 4];
    bytes.read(offset, &mut buffer)?;
    Ok(u32::from_le_bytes(buffer))
}

/// A number at a place.
pub fn u64_at(bytes: &dyn Bytes, offset: u64) -> Result<u64> {
    let mut buffer = [0; 8];
    bytes.read(offset, &mut buffer)?;
    Ok(u64::from_le_bytes(buffer))
}

/// A stretch of bytes.
pub fn stretch(bytes: &dyn Bytes, offset: u64, length: u64) -> Result<Vec<u8>> {
    // What a damaged file says of lengths is believed only as far as there are bytes.
    if length > bytes.len().saturating_sub(offset) {
        return Err(Error::new(ErrorKind::Saved, "index", "says more bytes than there are")
            .next_step("check it with tamis index stat --check"));
    }
    let mut buffer = vec![0; length as usize];
    bytes.read(offset, &mut buffer)?;
    Ok(buffer)
}
