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

mod decoding;

pub use decoding::{Decoder, decode, decode_site};

use super::bottom::{BottomK, PageKey};
use super::edits::Decision;
use super::line::{LINE_VERSION, Line};
use super::profile::{Profile, SiteProfile};
use super::sample::{ByDay, ByHash, SampledPage};
use super::title::Part;
use crate::hash::{Digester, HASH_VERSION};
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
    let mut encoder = Encoder::new(profile.sites().len() as u64);
    for (name, site) in profile.sites() {
        out(encoder.site(name, &encode_site(site)))?;
    }
    out(encoder.end())
}

/// Writes a profile whose sites come one by one, by name.
pub struct Encoder {
    digester: Digester,
    piece: Vec<u8>,
    /// Whether the piece was given out.
    is_out: bool,
}

impl Encoder {
    /// Begins a profile of so many sites.
    pub fn new(sites: u64) -> Self {
        let mut piece = MAGIC.to_vec();
        for version in [FORMAT_VERSION, PROFILE_VERSION, HASH_VERSION, LINE_VERSION] {
            piece.extend_from_slice(&version.to_le_bytes());
        }
        put_number(&mut piece, sites as usize);
        Self { digester: Digester::default(), piece, is_out: false }
    }

    fn clear(&mut self) {
        if std::mem::replace(&mut self.is_out, true) {
            self.piece.clear();
        }
    }

    /// The next bytes, to which a site of this name and these [bytes](encode_site) belongs.
    pub fn site(&mut self, name: &str, site: &[u8]) -> &[u8] {
        self.clear();
        put_string(&mut self.piece, name);
        self.piece.extend_from_slice(site);
        self.digester.push(&self.piece);
        &self.piece
    }

    /// The last bytes.
    pub fn end(&mut self) -> &[u8] {
        self.clear();
        self.digester.push(&self.piece);
        self.piece.extend_from_slice(&self.digester.digest().to_le_bytes());
        &self.piece
    }
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

/// The bytes of a site, but for its name.
pub fn encode_site(site: &SiteProfile) -> Vec<u8> {
    let SiteProfile { sample, edits, other_hosts } = site;
    let mut bytes = Vec::new();
    let out = &mut bytes;
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
    bytes
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
