//! The members of a packed file one by one: what is damaged is stepped over, up to the next member that is whole.
//!
//! WARC files are packed a record a member (gzip) or a frame (zstd), so that a damaged one costs one record. Where the
//! next member begins is found by its first bytes and by what they unpack to, since those bytes may stand anywhere.

use super::Compression;
use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, Read};

/// Unpacks members.
pub(in crate::io) struct Members {
    packing: Compression,
    /// What every member worth finding unpacks to at its beginning.
    opening: &'static [u8],
    state: State,
}

enum State {
    Between(Packed),
    Gzip(Box<GzDecoder<Packed>>),
    Zstd(zstd::Decoder<'static, Packed>),
    /// Only while it changes.
    Moved,
}

/// What the next bytes are.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::io) enum Step {
    /// So many unpacked bytes.
    Bytes(usize),
    /// A member begins here.
    Member,
    /// The open member is damaged before this point, and how.
    Damage(String),
    /// There was something else than a member here, and where.
    Gap(String),
    /// The file is over.
    End,
}

impl Members {
    /// The members of a packed file; after damage the next one is sought that unpacks to something that begins with
    /// `opening`.
    pub(in crate::io) fn new(
        packed: Box<dyn Read + Send>,
        packing: Compression,
        opening: &'static [u8],
    ) -> Self {
        let packed = Packed { inner: packed, buffer: Vec::new(), at: 0, offset: 0, kept: None, budget: 0 };
        Self { packing, opening, state: State::Between(packed) }
    }

    /// Reads on. An error is one of the disk.
    pub(in crate::io) fn step(&mut self, out: &mut [u8]) -> io::Result<Step> {
        match &mut self.state {
            State::Between(packed) if self.packing == Compression::Plain => {
                let count = packed.read(out)?;
                Ok(if count == 0 { Step::End } else { Step::Bytes(count) })
            }
            State::Between(_) => self.begin(),
            State::Gzip(member) => {
                let read = member.read(out);
                self.after(read)
            }
            State::Zstd(member) => {
                let read = member.read(out);
                self.after(read)
            }
            State::Moved => Ok(Step::End),
        }
    }

    fn magic(&self) -> &'static [u8] {
        match self.packing {
            Compression::Zstd => &[0x28, 0xB5, 0x2F, 0xFD],
            _ => &[0x1F, 0x8B, 0x08],
        }
    }

    fn begin(&mut self) -> io::Result<Step> {
        let magic = self.magic();
        let State::Between(mut packed) = std::mem::replace(&mut self.state, State::Moved) else {
            return Ok(Step::End);
        };
        if packed.is_at_end()? {
            self.state = State::Between(packed);
            return Ok(Step::End);
        }
        if !packed.peek(magic.len())?.starts_with(magic) {
            let offset = packed.offset;
            self.seek(packed)?;
            return Ok(Step::Gap(format!("byte {offset} of the packed file begins no {}", self.unit())));
        }
        packed.kept = Some(packed.at);
        self.state = match self.packing {
            Compression::Zstd => State::Zstd(zstd::Decoder::with_buffer(packed)?.single_frame()),
            _ => State::Gzip(Box::new(GzDecoder::new(packed))),
        };
        Ok(Step::Member)
    }

    const fn unit(&self) -> &'static str {
        if matches!(self.packing, Compression::Zstd) { "zstd frame" } else { "gzip member" }
    }

    /// What a read of the open member means.
    fn after(&mut self, read: io::Result<usize>) -> io::Result<Step> {
        match read {
            Ok(0) => {
                let packed = self.close();
                self.state = State::Between(packed);
                self.begin()
            }
            Ok(count) => Ok(Step::Bytes(count)),
            Err(cause) if cause.raw_os_error().is_some() => Err(cause),
            Err(cause) => {
                let mut packed = self.close();
                let offset = packed.offset;
                packed.rewind();
                self.seek(packed)?;
                let unit = self.unit();
                Ok(Step::Damage(format!(
                    "the {unit} is damaged before byte {offset} of the packed file: {cause}"
                )))
            }
        }
    }

    fn close(&mut self) -> Packed {
        match std::mem::replace(&mut self.state, State::Moved) {
            State::Between(packed) => packed,
            State::Gzip(member) => member.into_inner(),
            State::Zstd(member) => member.finish(),
            State::Moved => unreachable!("it is put back before anything can fail but the disk"),
        }
    }

    /// Goes to the next member that is worth reading, or to the end.
    fn seek(&mut self, mut packed: Packed) -> io::Result<()> {
        let magic = self.magic();
        loop {
            let ahead = packed.peek(TRIAL)?;
            let (len, found) = (ahead.len(), memchr::memmem::find(ahead, magic));
            match found {
                Some(at) => packed.consume(at),
                None if len < TRIAL => packed.consume(len),
                None => packed.consume(len + 1 - magic.len()),
            }
            if packed.is_at_end()? || found.is_some() && self.is_worth_reading(packed.peek(TRIAL)?) {
                self.state = State::Between(packed);
                return Ok(());
            }
            if found.is_some() {
                packed.consume(1);
            }
        }
    }

    fn is_worth_reading(&self, start: &[u8]) -> bool {
        let mut opening = vec![0; self.opening.len()];
        let unpacked = match self.packing {
            Compression::Zstd => {
                zstd::Decoder::with_buffer(start).and_then(|mut plain| plain.read_exact(&mut opening))
            }
            _ => GzDecoder::new(start).read_exact(&mut opening),
        };
        unpacked.is_ok() && opening == self.opening
    }
}

/// Without a word of where members begin and what is damaged.
impl Read for Members {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            match self.step(out)? {
                Step::Bytes(count) => return Ok(count),
                Step::End => return Ok(0),
                Step::Member | Step::Damage(_) | Step::Gap(_) => {}
            }
        }
    }
}

/// Bytes from which it is known whether a member is worth reading.
const TRIAL: usize = 1 << 18;

/// Packed bytes that can be looked at before they are taken.
struct Packed {
    inner: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    at: usize,
    /// Of the next byte.
    offset: u64,
    /// Where the open member begins, as long as it is short: what is damaged may be unpacked far into the members behind.
    kept: Option<usize>,
    /// Bytes that may still be read a second time: no more than were read once.
    budget: u64,
}

impl Packed {
    /// The next bytes, so many if there are.
    fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        if self.buffer.len() - self.at < count {
            self.kept = self.kept.filter(|kept| self.at - kept <= MOST_KEPT);
            let done = self.kept.unwrap_or(self.at);
            self.buffer.drain(..done);
            self.at -= done;
            self.kept = self.kept.map(|_| 0);
            // Much at once: what is left is moved each time.
            let missing = 4 * count.max(READ) - (self.buffer.len() - self.at);
            let read = self.inner.as_mut().take(missing as u64).read_to_end(&mut self.buffer)?;
            self.budget += read as u64;
        }
        Ok(&self.buffer[self.at..])
    }

    fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(self.peek(1)?.is_empty())
    }

    /// Goes back to behind the first byte of the open member.
    fn rewind(&mut self) {
        let Some(kept) = self.kept.take() else { return };
        // What decodes nothing may have taken nothing either: the same member must not be found again.
        let Some(back) = self.at.checked_sub(kept + 1) else { return self.consume(1) };
        if let Some(rest) = self.budget.checked_sub(back as u64) {
            self.budget = rest;
            self.at -= back;
            self.offset -= back as u64;
        }
    }
}

/// Packed bytes of an open member that are kept.
const MOST_KEPT: usize = 1 << 22;

/// Packed bytes that are read at once.
const READ: usize = 1 << 16;

impl Read for Packed {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ahead = self.peek(1)?;
        let count = ahead.len().min(out.len());
        out[..count].copy_from_slice(&ahead[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Packed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.peek(1)
    }

    fn consume(&mut self, count: usize) {
        self.at += count;
        self.offset += count as u64;
    }
}
