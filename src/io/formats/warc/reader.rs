//! Records of a WARC file one by one, over whatever is damaged between them.
//!
//! A record is a line with the version, lines with fields, a blank line, and a block of as many bytes as a field says. One
//! that is cut off, or whose head says nothing that could be used, is a fault, and reading goes on where the next record
//! begins: at the next member of a packed file, or at the next line that begins like a record.

use super::OPENING;
use super::http::{self, Fields};
use super::page::want;
use crate::error::{Error, Result};
use crate::io::compression::members::{Members, Step};
use crate::io::formats::lines::Place;
use crate::io::rejects::RAW_BYTES;
use crate::io::source::too_long;
use std::collections::VecDeque;
use std::io;

/// A record that may be a page, whole.
pub(super) struct Record {
    pub(super) place: Place,
    pub(super) fields: Fields,
    pub(super) block: Vec<u8>,
}

/// What stands next in a file.
pub(super) enum Item {
    /// It may be a page.
    Record(Record),
    /// It is none.
    Other { place: Place, kind: String },
    /// It cannot be used; how it begins.
    Fault { place: Place, reason: String, start: Vec<u8> },
}

impl Item {
    /// Bytes that it holds.
    pub(super) const fn bytes(&self) -> usize {
        match self {
            Self::Record(record) => record.block.len(),
            Self::Other { .. } => 0,
            Self::Fault { start, .. } => start.len(),
        }
    }
}

/// Bytes of the longest head that is read: of a record, and of the response in it.
const LONGEST_HEAD: usize = 1 << 16;

/// Reads records.
pub(super) struct Reader {
    members: Members,
    longest: usize,
    /// Unpacked bytes; those before `used` are done with.
    buffer: Vec<u8>,
    used: usize,
    /// Offset of the next byte in the unpacked file.
    at: u64,
    /// Where members begin, and where bytes are missing, from here on.
    marks: VecDeque<(u64, Mark)>,
}

enum Mark {
    Member,
    /// Of the member before.
    Damage(String),
    /// Between two members.
    Gap(String),
}

/// Where a record ends too early, and why.
struct Stop {
    at: u64,
    why: String,
}

type OrStop<T> = std::result::Result<T, Stop>;

impl Reader {
    pub(super) const fn new(members: Members, longest: usize) -> Self {
        Self { members, longest, buffer: Vec::new(), used: 0, at: 0, marks: VecDeque::new() }
    }

    /// The next record; none at the end. An error is one of the disk; `name` says of which file.
    pub(super) fn next(&mut self, name: &str) -> Result<Option<Item>> {
        self.step().map_err(|cause| Error::disk(name, &cause))
    }

    fn step(&mut self) -> io::Result<Option<Item>> {
        loop {
            // Blank lines stand behind every record.
            let blank = self.ahead().iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.forget(blank as u64);
            if let Some(damage) = self.damage_before(self.at + 1) {
                return Ok(Some(self.fault(self.at, Vec::new(), damage, "bytes are missing".to_owned())));
            }
            if !self.ahead().is_empty() {
                break;
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
        let (begin, start) = (self.at, self.start());
        let item = match self.head()? {
            Err(Stop { at, why }) => self.fault(begin, start, at, format!("is cut off within its head{why}")),
            Ok(None) => return self.seek("begins no record, or one whose head does not end").map(Some),
            Ok(Some(head)) => {
                let fields = Fields::parse(&self.ahead()[..head]);
                let length = fields.get("content-length").and_then(|length| length.parse::<u64>().ok());
                let end = length.and_then(|length| (begin + head as u64).checked_add(length));
                let Some(end) = end else { return self.seek("does not say its length").map(Some) };
                let place = Place { offset: begin, length: end - begin };
                match self.record(head, fields, place)? {
                    Ok(item) => item,
                    Err(Stop { at, why }) => {
                        let (found, wanted) = (at.saturating_sub(begin), place.length);
                        let reason = format!("is cut off after {found} of {wanted} bytes{why}");
                        self.fault(begin, start, at, reason)
                    }
                }
            }
        };
        Ok(Some(item))
    }

    /// Bytes of the head of the record that begins here; none if it is no head.
    fn head(&mut self) -> io::Result<OrStop<Option<usize>>> {
        loop {
            let ahead = self.ahead();
            if !OPENING.starts_with(&ahead[..ahead.len().min(OPENING.len())]) {
                return Ok(Ok(None));
            }
            let head = http::head_end(ahead);
            let reach = self.at + head.unwrap_or(ahead.len()) as u64;
            if let Some(stop) = self.stop_before(reach)? {
                return Ok(Err(stop));
            }
            if head.is_some() || self.ahead().len() > LONGEST_HEAD {
                return Ok(Ok(head));
            }
            if !self.fill()? {
                return Ok(Err(Stop { at: self.reach(), why: String::new() }));
            }
        }
    }

    /// Takes the record of this place, whose head is known.
    fn record(&mut self, head: usize, fields: Fields, place: Place) -> io::Result<OrStop<Item>> {
        let end = place.offset + place.length;
        // As much of the block as tells whether it may be a page.
        let first = end.min(place.offset + (head + LONGEST_HEAD) as u64);
        if let Err(stop) = self.have(first)? {
            return Ok(Err(stop));
        }
        let known = (first - place.offset) as usize;
        let other = want(&fields, &self.ahead()[head..known]);
        let is_too_long = place.length > self.longest as u64;
        if other.is_some() || is_too_long {
            let start = self.start();
            return Ok(self.leave(end)?.map(|()| match other {
                Some(kind) => Item::Other { place, kind },
                None => Item::Fault { place, reason: too_long(self.longest), start },
            }));
        }
        if let Err(stop) = self.have(end)? {
            return Ok(Err(stop));
        }
        // Whether a member is whole is known at its end, which is that of its record and of the blank lines behind it.
        while self.reach() <= end + RECORD_END && self.fill()? {}
        let at_its_end = |(at, _): &&(u64, Mark)| (end..=end + RECORD_END).contains(at);
        if let Some((_, Mark::Damage(_))) = self.marks.iter().find(at_its_end) {
            return Ok(Err(Stop { at: end, why: ", which are not as they were packed".to_owned() }));
        }
        let block = self.ahead()[head..place.length as usize].to_vec();
        self.forget(place.length);
        Ok(Ok(Item::Record(Record { place, fields, block })))
    }

    /// What stands from `begin` to `end`, with these first bytes, cannot be used. If bytes are missing there, that is why.
    fn fault(&mut self, begin: u64, mut start: Vec<u8>, end: u64, mut reason: String) -> Item {
        self.forget(end.saturating_sub(self.at));
        self.marks.retain(|(at, mark)| match mark {
            Mark::Damage(why) | Mark::Gap(why) if *at <= end => {
                reason.push_str(": ");
                reason.push_str(why);
                false
            }
            _ => true,
        });
        let place = Place { offset: begin, length: end - begin };
        start.truncate(place.length as usize);
        Item::Fault { place, reason, start }
    }

    /// What stands here up to the next record, or up to where bytes are missing, cannot be used.
    fn seek(&mut self, reason: &str) -> io::Result<Item> {
        let (begin, start) = (self.at, self.start());
        loop {
            let found = memchr::memmem::find(self.ahead(), b"\nWARC/").map(|at| self.at + at as u64 + 1);
            let reach = found.unwrap_or_else(|| self.reach());
            if let Some(stop) = self.stop_before(reach)? {
                return Ok(self.fault(begin, start, stop.at, format!("{reason}{}", stop.why)));
            }
            if let Some(at) = found {
                return Ok(self.fault(begin, start, at, reason.to_owned()));
            }
            self.forget(self.ahead().len().saturating_sub(OPENING.len()) as u64);
            if !self.fill()? {
                return Ok(self.fault(begin, start, self.reach(), reason.to_owned()));
            }
        }
    }

    /// Unpacks up to `end`.
    fn have(&mut self, end: u64) -> io::Result<OrStop<()>> {
        loop {
            if let Some(stop) = self.stop_before(end)? {
                return Ok(Err(stop));
            }
            if self.reach() >= end {
                return Ok(Ok(()));
            }
            if !self.fill()? {
                return Ok(Err(Stop { at: self.reach(), why: String::new() }));
            }
        }
    }

    /// Goes to `end` without keeping anything before it.
    fn leave(&mut self, end: u64) -> io::Result<OrStop<()>> {
        loop {
            let next = end.min(self.at + READ as u64);
            if let Err(stop) = self.have(next)? {
                return Ok(Err(stop));
            }
            // A member may begin in bytes that are not there yet.
            if let Some(stop) = self.stop_before(end)? {
                return Ok(Err(stop));
            }
            self.forget(next - self.at);
            if next == end {
                return Ok(Ok(()));
            }
        }
    }

    /// Why the bytes up to `end` are not all of one record, as far as that is known.
    fn stop_before(&mut self, end: u64) -> io::Result<Option<Stop>> {
        for number in 0..self.marks.len() {
            let at = self.marks[number].0;
            if at >= end {
                break;
            }
            if matches!(self.marks[number].1, Mark::Member) && at > self.at {
                while self.reach() < at + OPENING.len() as u64 && self.fill()? {}
                if self.ahead()[(at - self.at) as usize..].starts_with(OPENING) {
                    return Ok(Some(Stop { at, why: ", where the next record begins".to_owned() }));
                }
            } else if !matches!(self.marks[number].1, Mark::Member) {
                return Ok(Some(Stop { at, why: String::new() }));
            }
        }
        Ok(None)
    }

    /// Where bytes are missing before `end`, as far as that is known.
    fn damage_before(&self, end: u64) -> Option<u64> {
        let known = self.marks.iter().take_while(|(at, _)| *at < end);
        known.filter(|(_, mark)| !matches!(mark, Mark::Member)).map(|(at, _)| *at).next()
    }

    fn ahead(&self) -> &[u8] {
        &self.buffer[self.used..]
    }

    /// What a fault of what stands here shows of it.
    fn start(&self) -> Vec<u8> {
        self.ahead()[..RAW_BYTES.min(self.ahead().len())].to_vec()
    }

    /// Offset of the first byte that is not unpacked.
    fn reach(&self) -> u64 {
        self.at + self.ahead().len() as u64
    }

    /// Is done with bytes that are unpacked.
    fn forget(&mut self, count: u64) {
        self.used += (count as usize).min(self.ahead().len());
        self.at += count;
        if self.used >= READ && self.used >= self.buffer.len() / 2 {
            self.buffer.drain(..self.used);
            self.used = 0;
        }
        let at = self.at;
        while self.marks.front().is_some_and(|(place, mark)| *place < at && matches!(mark, Mark::Member)) {
            self.marks.pop_front();
        }
    }

    /// Unpacks some bytes more, or learns that some are missing; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        loop {
            let before = self.buffer.len();
            self.buffer.resize(before + READ, 0);
            let step = self.members.step(&mut self.buffer[before..])?;
            let count = if let Step::Bytes(count) = step { count } else { 0 };
            self.buffer.truncate(before + count);
            match step {
                Step::Bytes(_) => return Ok(true),
                Step::Member => self.marks.push_back((self.reach(), Mark::Member)),
                Step::Damage(reason) => {
                    self.marks.push_back((self.reach(), Mark::Damage(reason)));
                    return Ok(true);
                }
                Step::Gap(reason) => {
                    self.marks.push_back((self.reach(), Mark::Gap(reason)));
                    return Ok(true);
                }
                Step::End => return Ok(false),
            }
        }
    }
}

/// Bytes of the blank lines behind a record.
const RECORD_END: u64 = 4;

/// Bytes that are unpacked at once.
const READ: usize = 1 << 16;
