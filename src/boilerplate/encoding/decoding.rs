//! A profile read back: whole from memory, or site by site from pieces of a file.

use super::super::bottom::{BottomK, Limits, PageKey};
use super::super::edits::{Decision, Edit, Edits};
use super::super::line::{LINE_VERSION, Line};
use super::super::profile::{OtherHosts, Profile, SiteProfile};
use super::super::sample::{ByDay, ByHash, NEWEST, SampledPage, SiteSample, WHOLE};
use super::super::title::{Part, Title};
use super::{CHECKSUM, FORMAT_VERSION, LINE_BYTES, MAGIC};
use crate::error::{Error, ErrorKind, Result};
use crate::hash::{self, Digester, HASH_VERSION};
use crate::page::Strings;
use crate::text::PROFILE_VERSION;
use std::cmp::Reverse;

/// Reads what [`encode`](super::encode) wrote; `place` names the file in errors.
///
/// Fails on another magic or version, on a wrong checksum, and on anything that this version would not have written.
/// What it allocates is bounded by what it is given.
pub fn decode(bytes: &[u8], place: &str) -> Result<Profile> {
    let mut rest = Reader(bytes);
    read_header(&mut rest, place)?;
    let (body, checksum) = rest.0.split_last_chunk::<CHECKSUM>().ok_or_else(|| cut_off(place))?;
    if hash::digest(&bytes[..bytes.len() - CHECKSUM]) != u128::from_le_bytes(*checksum) {
        return Err(damaged(place));
    }
    read_profile(&mut Reader(body)).ok_or_else(|| unheard_of(place))
}

/// What makes good whatever is wrong with the bytes.
const ANEW: &str = "take another copy, or learn it anew with tamis learn";

fn fault(place: &str, what: &str, step: &str) -> Error {
    Error::new(ErrorKind::Saved, place, what).next_step(step)
}

fn cut_off(place: &str) -> Error {
    fault(place, "is cut off", ANEW)
}

fn damaged(place: &str) -> Error {
    fault(place, "is damaged or cut off: its checksum does not fit", ANEW)
}

fn unheard_of(place: &str) -> Error {
    fault(place, "is damaged: it says what no Tamis has written", ANEW)
}

fn read_header(rest: &mut Reader<'_>, place: &str) -> Result<()> {
    let bytes = rest.0;
    match rest.take::<8>() {
        Some(magic) if magic == *MAGIC => {}
        None if MAGIC.starts_with(bytes) && !bytes.is_empty() => return Err(cut_off(place)),
        _ => return Err(fault(place, "is no profile", "name a file that tamis learn has written")),
    }
    let versions = [
        ("format version", FORMAT_VERSION),
        ("text profile", PROFILE_VERSION),
        ("hash version", HASH_VERSION),
        ("line version", LINE_VERSION),
    ];
    for (name, here) in versions {
        let there = rest.take().map(u32::from_le_bytes).ok_or_else(|| cut_off(place))?;
        if there != here {
            let what = format!("has {name} {there}, this Tamis has {here}");
            return Err(fault(
                place,
                &what,
                "use the Tamis that wrote it, or learn it anew with tamis learn",
            ));
        }
    }
    Ok(())
}

fn read_profile(rest: &mut Reader<'_>) -> Option<Profile> {
    let sites = rest.list(SMALLEST_SITE, |rest| Some((rest.string()?.to_owned(), rest.site()?)))?;
    let is_whole = rest.0.is_empty() && is_ascending(sites.iter().map(|(name, _)| name));
    is_whole.then(|| sites.into_iter().collect())
}

/// What [`encode_site`](super::encode_site) wrote; none if it is anything else.
pub fn decode_site(bytes: &[u8]) -> Option<SiteProfile> {
    let mut rest = Reader(bytes);
    rest.site().filter(|_| rest.0.is_empty())
}

/// Bytes of a site from which on it is taken for damage.
const LONGEST_SITE: usize = 256 << 20;

/// Bytes of a header.
const HEADER: usize = 24;

/// Reads a profile from pieces: all that [`decode`] does, with one site in memory at a time.
pub struct Decoder {
    place: String,
    /// What is not read yet, the checksum at the end.
    buffer: Vec<u8>,
    /// Bytes of the buffer from which on reading a site is tried again.
    enough: usize,
    /// Of all bytes, and of those before the checksum.
    digests: [Digester; 2],
    /// Bytes of the buffer that the second digest has seen.
    digested: usize,
    /// Sites that are to come, once that is known.
    left: Option<usize>,
    last: Option<String>,
    /// Whether the header was read.
    is_begun: bool,
    is_unheard_of: bool,
}

impl Decoder {
    /// Begins; `place` names the file in errors.
    pub fn new(place: String) -> Self {
        Self {
            place,
            buffer: Vec::new(),
            enough: 0,
            digests: [Digester::default(), Digester::default()],
            digested: 0,
            left: None,
            last: None,
            is_begun: false,
            is_unheard_of: false,
        }
    }

    /// Reads the next piece; hands the name and the bytes of each site ([`decode_site`] reads them) to `take`. Until
    /// [`finish`](Self::finish) nobody knows whether they are what was written.
    pub fn push(
        &mut self,
        piece: &[u8],
        mut take: impl FnMut(&str, &[u8], &SiteProfile) -> Result<()>,
    ) -> Result<()> {
        self.buffer.extend_from_slice(piece);
        self.digests[0].push(piece);
        let end = self.buffer.len().saturating_sub(CHECKSUM);
        if !self.is_begun && end < HEADER {
            return Ok(());
        }
        self.digests[1].push(&self.buffer[self.digested..end]);
        self.digested = end;
        if !self.is_begun {
            read_header(&mut Reader(&self.buffer), &self.place)?;
            self.drop_front(HEADER);
            self.is_begun = true;
        }
        if self.is_unheard_of {
            self.drop_front(self.digested);
        } else if self.buffer.len() >= self.enough {
            self.read_sites(&mut take)?;
            self.enough = 2 * self.buffer.len();
            self.is_unheard_of |= self.buffer.len() > LONGEST_SITE;
        }
        Ok(())
    }

    fn drop_front(&mut self, bytes: usize) {
        self.buffer.drain(..bytes);
        self.digested -= bytes;
    }

    fn read_sites(&mut self, take: &mut impl FnMut(&str, &[u8], &SiteProfile) -> Result<()>) -> Result<()> {
        let all = &self.buffer[..self.digested];
        let mut rest = Reader(all);
        let mut left = match self.left {
            Some(left) => left,
            None => match rest.number() {
                Some(sites) => sites,
                None => return Ok(()),
            },
        };
        let mut behind = rest.0;
        while left > 0 {
            let Some(name) = rest.string().map(str::to_owned) else { break };
            let body = rest.0;
            let Some(site) = rest.site() else { break };
            if self.last.as_ref().is_some_and(|last| *last >= name) {
                self.is_unheard_of = true;
                break;
            }
            take(&name, &body[..body.len() - rest.0.len()], &site)?;
            self.last = Some(name);
            behind = rest.0;
            left -= 1;
        }
        self.left = Some(left);
        // Nothing but the checksum stands behind the last site.
        self.is_unheard_of |= left == 0 && !behind.is_empty();
        self.drop_front(self.digested - behind.len());
        Ok(())
    }

    /// Reads what is left; gives the digest of all bytes. Fails where [`decode`] would.
    pub fn finish(mut self, mut take: impl FnMut(&str, &[u8], &SiteProfile) -> Result<()>) -> Result<u128> {
        if !self.is_begun {
            decode(&self.buffer, &self.place)?;
        }
        if !self.is_unheard_of {
            self.read_sites(&mut take)?;
        }
        let checksum = self.buffer.last_chunk::<CHECKSUM>().ok_or_else(|| cut_off(&self.place))?;
        if self.digests[1].digest() != u128::from_le_bytes(*checksum) {
            return Err(damaged(&self.place));
        }
        if self.is_unheard_of || self.left != Some(0) || self.digested > 0 {
            return Err(unheard_of(&self.place));
        }
        Ok(self.digests[0].digest())
    }
}

/// Bytes of a site without name and content.
const SMALLEST_SITE: usize = 9;
/// Bytes of a page without content.
const SMALLEST_PAGE: usize = 12;

fn is_ascending<T: PartialOrd>(of: impl Iterator<Item = T> + Clone) -> bool {
    of.clone().zip(of.skip(1)).all(|(a, b)| a < b)
}

/// Takes pieces off the front; none if there is no such piece.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (piece, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*piece)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take().map(|[byte]| byte)
    }

    fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    /// A number in as few bytes as it takes.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                let is_shortest = byte != 0 || shift == 0;
                return if is_shortest { usize::try_from(number).ok() } else { None };
            }
        }
        None
    }

    fn string(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    #[expect(clippy::option_option, reason = "outside: whether it can be read; inside: whether it is there")]
    fn optional<const N: usize>(&mut self) -> Option<Option<[u8; N]>> {
        if self.flag()? { self.take().map(Some) } else { Some(None) }
    }

    /// A list of entries that take at least `smallest` bytes each: no more are made room for than can follow.
    fn list<T>(&mut self, smallest: usize, mut entry: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        if count > self.0.len() / smallest {
            return None;
        }
        (0..count).map(|_| entry(self)).collect()
    }

    fn site(&mut self) -> Option<SiteProfile> {
        let whole = self.pages(WHOLE, |bytes| ByHash(u64::from_le_bytes(bytes)))?;
        let newest = self.pages(NEWEST, |[a, b, c, d, hash @ ..]: [u8; 12]| {
            ByDay(Reverse(i32::from_le_bytes([a, b, c, d])), u64::from_le_bytes(hash))
        })?;
        let sample = SiteSample { whole, newest };
        let listed = self.list(10, |rest| Some((rest.string()?.to_owned(), rest.edit()?)))?;
        let hosts = self.list(1, Self::string)?;
        if !is_ascending(listed.iter().map(|(line, _)| line)) || !is_ascending(hosts.iter()) {
            return None;
        }
        let mut edits = Edits::default();
        listed.into_iter().for_each(|(line, edit)| edits.take(line, edit));
        let mut other_hosts = OtherHosts::default();
        hosts.iter().for_each(|&host| other_hosts.insert(host.to_owned()));
        let are_all_taken = other_hosts.iter().len() == hosts.len();
        are_all_taken.then_some(SiteProfile { sample, edits, other_hosts })
    }

    fn pages<K: PageKey, const N: usize>(
        &mut self,
        limits: Limits,
        key: impl Fn([u8; N]) -> K,
    ) -> Option<BottomK<K>> {
        let bound = self.optional()?.map(&key);
        let text_bound = self.optional()?.map(&key);
        let pages = self.list(SMALLEST_PAGE, Self::page)?;
        BottomK::from_parts(limits, pages, bound, text_bound)
    }

    fn edit(&mut self) -> Option<Edit> {
        let revision = self.take().map(u64::from_le_bytes)?;
        let decision = match self.byte()? {
            0 => None,
            1 => Some(Decision::Strip),
            2 => Some(Decision::Keep),
            3 => Some(Decision::Wait),
            _ => return None,
        };
        Some(Edit { revision, decision })
    }

    fn page(&mut self) -> Option<SampledPage> {
        let hash = self.take().map(u64::from_le_bytes)?;
        let day = self.optional()?.map(i32::from_le_bytes);
        let title = Title::from_parts(self.list(3, Self::part)?);
        let lines = self.list(LINE_BYTES, Self::line)?;
        let mut texts = Strings::default();
        if self.flag()? {
            if lines.is_empty() {
                return None;
            }
            for _ in &lines {
                texts.push(self.string()?);
            }
        }
        Some(SampledPage { hash, day, title, lines, texts })
    }

    fn part(&mut self) -> Option<Part> {
        let length = self.take().map(u16::from_le_bytes)?;
        let words = self.list(8, |rest| rest.take().map(u64::from_le_bytes))?;
        Some(Part { words, length })
    }

    fn line(&mut self) -> Option<Line> {
        let mut key = || self.take().map(u32::from_le_bytes);
        let (exact, template, affix1, affix2, affix3, suffix2) =
            (key()?, key()?, key()?, key()?, key()?, key()?);
        let mut short = || self.take().map(u16::from_le_bytes);
        let (shape, length) = (short()?, short()?);
        let [flags, words] = self.take()?;
        Some(Line { exact, template, affix1, affix2, affix3, suffix2, shape, length, flags, words })
    }
}
