//! A profile in a file; the plain bytes, packed by whoever writes them.
//!
//! Little endian throughout; a *number* has seven bits a byte, the lowest first, the top bit set on all but the last;
//! a *string* is the number of its bytes, and its bytes in UTF-8; a *list* is the number of its entries, and they.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `TAMISPRO` |
//! | 4 | format version, [`FORMAT_VERSION`] |
//! | 4 + 4 + 4 | text profile, hash version, line version |
//! | list | sites by name: name (string), the whole, the newest, edits, other hosts |
//! | 16 | xxh3-128 of everything before |
//!
//! * The whole: bound and text bound (optional hashes, 8 bytes), pages by hash. The newest likewise; its bounds are day
//!   and hash (4 + 8), its pages stand by day, the latest first, then by hash.
//! * A page: hash (8), day (optional 4), parts of its title (a list: length (2), word hashes (a list of 8 each)),
//!   lines (a list of 30 bytes each, in the order of the fields of [`Line`]), one byte whether texts follow, texts
//!   (a string a line).
//! * An edit: line (string), revision (8), one byte: 0 taken back, 1 strip, 2 keep, 3 wait. Edits stand by line.
//! * Another host: a string. Hosts stand in order.
//! * What is optional begins with a byte: 1 if it is there, else 0.
//!
//! There is one way to write a profile: what is read without a fault is written again as the same bytes.

use super::bottom::{BottomK, Limits, PageKey};
use super::edits::{Decision, Edit, Edits};
use super::line::{LINE_VERSION, Line};
use super::profile::{OtherHosts, Profile, SiteProfile};
use super::sample::{ByDay, ByHash, NEWEST, SampledPage, SiteSample, WHOLE};
use super::title::{Part, Title};
use crate::error::{Error, ErrorKind, Result};
use crate::hash::{self, Digester, HASH_VERSION};
use crate::text::PROFILE_VERSION;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Reverse;

/// Version of the file layout.
pub const FORMAT_VERSION: u32 = 2;

/// The first bytes of a profile.
pub const MAGIC: &[u8; 8] = b"TAMISPRO";

/// Bytes of a line.
const LINE_BYTES: usize = 30;

/// Bytes of the checksum.
const CHECKSUM: usize = 16;

/// Writes a profile piece by piece, about a site each, so that it is never in memory twice.
pub fn write<E>(
    profile: &Profile,
    mut out: impl FnMut(&[u8]) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut digester = Digester::default();
    let mut piece = Vec::new();
    piece.extend_from_slice(MAGIC);
    for version in [FORMAT_VERSION, PROFILE_VERSION, HASH_VERSION, LINE_VERSION] {
        piece.extend_from_slice(&version.to_le_bytes());
    }
    put_number(&mut piece, profile.sites().len());
    for (name, site) in profile.sites() {
        put_site(&mut piece, name, site);
        digester.push(&piece);
        out(&piece)?;
        piece.clear();
    }
    digester.push(&piece);
    piece.extend_from_slice(&digester.digest().to_le_bytes());
    out(&piece)
}

/// Writes a profile to one buffer.
pub fn encode(profile: &Profile) -> Vec<u8> {
    let mut bytes = Vec::new();
    let written: std::result::Result<(), std::convert::Infallible> = write(profile, |piece| {
        bytes.extend_from_slice(piece);
        Ok(())
    });
    let Ok(()) = written;
    bytes
}

impl Serialize for Profile {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        encode(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Profile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        decode(&Vec::<u8>::deserialize(deserializer)?, "profile").map_err(D::Error::custom)
    }
}

/// Digest of the bytes of a profile.
pub fn digest(profile: &Profile) -> u128 {
    let mut digester = Digester::default();
    let written: std::result::Result<(), std::convert::Infallible> = write(profile, |piece| {
        digester.push(piece);
        Ok(())
    });
    let Ok(()) = written;
    digester.digest()
}

fn put_site(out: &mut Vec<u8>, name: &str, site: &SiteProfile) {
    let SiteProfile { sample, edits, other_hosts } = site;
    put_string(out, name);
    put_pages(out, &sample.whole, |ByHash(hash)| hash.to_le_bytes());
    put_pages(out, &sample.newest, |ByDay(Reverse(day), hash)| {
        let ([a, b, c, d], [e, f, g, h, i, j, k, l]) = (day.to_le_bytes(), hash.to_le_bytes());
        [a, b, c, d, e, f, g, h, i, j, k, l]
    });
    put_number(out, edits.iter().len());
    for (line, edit) in edits.iter() {
        put_string(out, line);
        out.extend_from_slice(&edit.revision.to_le_bytes());
        out.push(match edit.decision {
            None => 0,
            Some(Decision::Strip) => 1,
            Some(Decision::Keep) => 2,
            Some(Decision::Wait) => 3,
        });
    }
    put_number(out, other_hosts.iter().len());
    other_hosts.iter().for_each(|host| put_string(out, host));
}

fn put_pages<K: PageKey, const N: usize>(out: &mut Vec<u8>, sample: &BottomK<K>, key: impl Fn(K) -> [u8; N]) {
    put_optional(out, sample.bound().map(&key));
    put_optional(out, sample.text_bound().map(&key));
    put_number(out, sample.len());
    sample.pages().for_each(|page| put_page(out, page));
}

fn put_page(out: &mut Vec<u8>, page: &SampledPage) {
    let SampledPage { hash, day, title, lines, texts } = page;
    out.extend_from_slice(&hash.to_le_bytes());
    put_optional(out, day.map(i32::to_le_bytes));
    put_number(out, title.parts().len());
    for Part { words, length } in title.parts() {
        out.extend_from_slice(&length.to_le_bytes());
        put_number(out, words.len());
        words.iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
    }
    put_number(out, lines.len());
    for line in lines {
        let Line { exact, template, affix1, affix2, affix3, suffix2, shape, length, flags, words } = *line;
        for key in [exact, template, affix1, affix2, affix3, suffix2] {
            out.extend_from_slice(&key.to_le_bytes());
        }
        out.extend_from_slice(&shape.to_le_bytes());
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&[flags, words]);
    }
    out.push(u8::from(!texts.is_empty()));
    texts.iter().for_each(|text| put_string(out, text));
}

fn put_number(out: &mut Vec<u8>, number: usize) {
    let mut rest = number as u64;
    while rest >= 0x80 {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

fn put_string(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn put_optional<const N: usize>(out: &mut Vec<u8>, bytes: Option<[u8; N]>) {
    out.push(u8::from(bytes.is_some()));
    out.extend_from_slice(bytes.as_ref().map_or(&[], <[u8; N]>::as_slice));
}

/// Reads what [`encode`] wrote; `place` names the file in errors.
///
/// Fails on another magic or version, on a wrong checksum, and on anything that this version would not have written.
/// What it allocates is bounded by what it is given.
pub fn decode(bytes: &[u8], place: &str) -> Result<Profile> {
    let fault = |what: &str, step: &str| Error::new(ErrorKind::Saved, place, what).next_step(step);
    let anew = "take another copy, or learn it anew with tamis learn";
    let cut = || fault("is cut off", anew);
    let mut rest = Reader(bytes);
    match rest.take::<8>() {
        Some(magic) if magic == *MAGIC => {}
        None if MAGIC.starts_with(bytes) && !bytes.is_empty() => return Err(cut()),
        _ => return Err(fault("is no profile", "name a file that tamis learn has written")),
    }
    let versions = [
        ("format version", FORMAT_VERSION),
        ("text profile", PROFILE_VERSION),
        ("hash version", HASH_VERSION),
        ("line version", LINE_VERSION),
    ];
    for (name, here) in versions {
        let there = rest.take().map(u32::from_le_bytes).ok_or_else(cut)?;
        if there != here {
            let what = format!("has {name} {there}, this Tamis has {here}");
            return Err(fault(&what, "use the Tamis that wrote it, or learn it anew with tamis learn"));
        }
    }
    let (body, checksum) = rest.0.split_last_chunk::<CHECKSUM>().ok_or_else(cut)?;
    if hash::digest(&bytes[..bytes.len() - CHECKSUM]) != u128::from_le_bytes(*checksum) {
        return Err(fault("is damaged or cut off: its checksum does not fit", anew));
    }
    read_profile(&mut Reader(body))
        .ok_or_else(|| fault("is damaged: it says what no Tamis has written", anew))
}

fn read_profile(rest: &mut Reader<'_>) -> Option<Profile> {
    let sites = rest.list(SMALLEST_SITE, |rest| Some((rest.string()?, rest.site()?)))?;
    let is_whole = rest.0.is_empty() && is_ascending(sites.iter().map(|(name, _)| name));
    is_whole.then(|| sites.into_iter().collect())
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

impl Reader<'_> {
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

    fn string(&mut self) -> Option<String> {
        let length = self.number()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok().map(str::to_owned)
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
        let listed = self.list(10, |rest| Some((rest.string()?, rest.edit()?)))?;
        let hosts = self.list(1, Self::string)?;
        if !is_ascending(listed.iter().map(|(line, _)| line)) || !is_ascending(hosts.iter()) {
            return None;
        }
        let mut edits = Edits::default();
        listed.into_iter().for_each(|(line, edit)| edits.take(line, edit));
        let mut other_hosts = OtherHosts::default();
        hosts.iter().for_each(|host| other_hosts.insert(host.clone()));
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
        let texts: Option<Vec<String>> = match self.flag()? {
            true if lines.is_empty() => None,
            true => lines.iter().map(|_| self.string()).collect(),
            false => Some(Vec::new()),
        };
        Some(SampledPage { hash, day, title, lines, texts: texts? })
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
