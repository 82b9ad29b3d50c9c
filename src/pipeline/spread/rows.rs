//! Rows between stages: bytes that sort, and a value that only the next stage reads.

use super::sums::Sums;
use crate::error::{Error, ErrorKind, Result};
use crate::io::values;
use serde::{Deserialize, Serialize};

/// What a row is; with the stage that gave it, this says who takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A delivered page.
    Page,
    /// A text.
    Text,
    /// A record that could not be used.
    Reject,
    /// What was counted.
    Sums,
    /// A page that was delivered several times: which delivery counts.
    Redelivered,
    /// A page that its site may be sampled by.
    Candidate,
    /// What a page states as its date.
    Date,
    /// Whether the dates of a site are those of the crawl.
    CrawlDated,
    /// A page, by the one that stands for all of equal words.
    Member,
    /// A signature.
    Signature,
    /// A band of a signature.
    Band,
    /// Two pages that share a bucket.
    Link,
    /// A signature that is to be compared with another.
    Offer,
    /// Two pages whose texts are to be compared.
    Pair,
    /// A page and how many pairs it has, told to another page.
    Degree,
    /// Who needs a text.
    Need,
    /// Shingles of a page.
    Size,
    /// A page of a sample.
    Sampled,
    /// The frame of a site.
    Frame,
    /// A verified pair.
    Finding,
    /// Two pages of one component.
    Edge,
    /// The component of a page.
    Label,
    /// Part of a component that pages are removed in.
    Part,
    /// Part of a component of pages of one template.
    TemplatePart,
    /// A page of a template.
    TemplatePage,
    /// A page that goes.
    Gone,
    /// A row of `removed.jsonl`.
    Removed,
    /// A row of `clusters.jsonl`.
    Cluster,
    /// Reprints of one story.
    Flow,
    /// A row of `syndication.jsonl`.
    Syndication,
    /// A row of `templates.jsonl`.
    Template,
    /// What is remembered of a site.
    Profile,
}

impl Kind {
    /// How engines call it: `crawl-dated`.
    pub fn name(self) -> String {
        let dashed = |(at, c): (usize, char)| {
            let dash = (at > 0 && c.is_ascii_uppercase()).then_some('-');
            dash.into_iter().chain(c.to_lowercase()).collect::<Vec<char>>()
        };
        format!("{self:?}").chars().enumerate().flat_map(dashed).collect()
    }
}

/// A row that a stage takes.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Rows of one key meet.
    pub key: &'a [u8],
    /// They come in this order.
    pub order: &'a [u8],
    /// What the row says.
    pub value: &'a [u8],
}

impl<'a> Row<'a> {
    /// What the row says, as what the stage before has said.
    pub fn value<T: Deserialize<'a>>(&self) -> Result<T> {
        values::decode(self.value).ok_or_else(foreign)
    }

    /// What comes behind the first byte of the order, which tells several kinds of rows of one stage apart.
    pub fn tagged(&self) -> Result<(u8, &'a [u8])> {
        self.order.split_first().map(|(tag, rest)| (*tag, rest)).ok_or_else(foreign)
    }
}

/// The key of a page that `bytes` begin with.
pub fn page_key(bytes: &[u8]) -> Result<u128> {
    bytes.first_chunk().map(|key| u128::from_be_bytes(*key)).ok_or_else(foreign)
}

fn foreign() -> Error {
    Error::new(ErrorKind::Saved, "row", "is none that the stage before has given")
        .next_step("use one version of Tamis everywhere, and an empty folder for the work")
}

/// Byte strings one after the other.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// All of them.
    pub bytes: Vec<u8>,
    /// Where each ends.
    pub ends: Vec<usize>,
}

impl Column {
    fn push(&mut self, parts: &[&[u8]]) {
        parts.iter().for_each(|part| self.bytes.extend_from_slice(part));
        self.ends.push(self.bytes.len());
    }

    /// One of them.
    pub fn get(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[at]]
    }
}

/// Rows that a stage gives, and what it counts.
#[derive(Debug, Default)]
pub struct Rows {
    /// What each is.
    pub kinds: Vec<Kind>,
    /// What they meet by.
    pub keys: Column,
    /// How they are sorted.
    pub orders: Column,
    /// What they say.
    pub values: Column,
    /// What was counted so far.
    pub sums: Sums,
}

impl Rows {
    /// Gives a row that says `value`. Key and order are put together of parts.
    pub fn push<T: Serialize + ?Sized>(
        &mut self,
        kind: Kind,
        key: &[&[u8]],
        order: &[&[u8]],
        value: &T,
    ) -> Result<()> {
        self.push_bytes(kind, key, order, &values::encode(value)?);
        Ok(())
    }

    /// Gives a row whose value is bytes already.
    pub fn push_bytes(&mut self, kind: Kind, key: &[&[u8]], order: &[&[u8]], value: &[u8]) {
        self.kinds.push(kind);
        self.keys.push(key);
        self.orders.push(order);
        self.values.push(&[value]);
    }

    /// Gives what was counted as a row, if anything was.
    pub fn push_sums(&mut self) -> Result<()> {
        let sums = std::mem::take(&mut self.sums);
        if sums == Sums::default() { Ok(()) } else { self.push(Kind::Sums, &[], &[], &sums) }
    }

    /// Bytes of all rows.
    pub fn bytes(&self) -> usize {
        self.keys.bytes.len() + self.orders.bytes.len() + self.values.bytes.len() + self.kinds.len()
    }

    /// The rows so far; what was counted stays.
    #[must_use]
    pub fn take(&mut self) -> Self {
        let sums = std::mem::take(&mut self.sums);
        std::mem::replace(self, Self { sums, ..Self::default() })
    }

    /// All rows, by kind.
    pub fn iter(&self) -> impl Iterator<Item = (Kind, Row<'_>)> {
        let row = |at| Row { key: self.keys.get(at), order: self.orders.get(at), value: self.values.get(at) };
        self.kinds.iter().enumerate().map(move |(at, kind)| (*kind, row(at)))
    }
}
