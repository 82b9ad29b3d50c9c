//! Bytes by offset, wherever they lie.

use crate::error::{Error, ErrorKind, Result};

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
}

/// Some of the bytes of something.
#[derive(Clone, Copy)]
pub struct Slice<'a> {
    /// All of them.
    pub of: &'a dyn Bytes,
    /// Where these begin.
    pub start: u64,
    /// How many these are.
    pub length: u64,
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
