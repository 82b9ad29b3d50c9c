//! One delivery of each page, one page of each group of equal words, and what sites are judged by.

use super::Stage;
use super::context::Context;
use super::read::{Delivered, Member};
use super::rows::{Kind, Row, Rows, page_key};
use super::texts::{NEED, Need};
use crate::date::Date;
use crate::error::Result;
use crate::frame::sample::{FEWEST_PAGES, MOST_WORDS, cost, page_hash};
use crate::hash;
use crate::pipeline::settings::Scope;
use crate::syndication::crawl_dates;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Takes [`Kind::Page`], by id. Of pages of one id and text the first delivery counts, as on one machine.
///
/// * [`Kind::Member`]: pages with words, by their words; under `--scope within-site` also by site.
/// * [`Kind::Candidate`]: every delivery, by site; in order of the hash that samples go by.
/// * [`Kind::Date`]: by site, in order of words and date.
/// * [`Kind::Redelivered`]: by page, the delivery that counts.
pub struct Deliveries {
    scope: Scope,
    /// The text before, its first delivery, and whether it is told that there are more.
    before: Option<(u128, u64, bool)>,
    texts: u64,
    /// Pages of this id so far, those delivered again too.
    pages: u64,
}

impl Deliveries {
    pub(super) fn new(context: &Context) -> Self {
        Self { scope: context.settings.scope, before: None, texts: 0, pages: 0 }
    }
}

impl Stage for Deliveries {
    fn row(&mut self, row: Row<'_>, out: &mut Rows) -> Result<()> {
        let Delivered { member, .. } = row.value()?;
        let Member { page, site, .. } = &member;
        let (key, words) = (member.key(), page.words.to_be_bytes());
        self.pages += 1;
        let hash = page_hash(site, page.words).to_be_bytes();
        out.push(Kind::Candidate, &[site.as_bytes()], &[&hash, &key.to_be_bytes()], &page.word_count)?;
        match &mut self.before {
            Some((digest, first, is_told)) if *digest == page.digest => {
                out.sums.redelivered += 1;
                if !std::mem::replace(is_told, true) {
                    out.push_bytes(Kind::Redelivered, &[&key.to_be_bytes()], &[], &first.to_be_bytes());
                }
                return Ok(());
            }
            before => *before = Some((page.digest, page.delivery, false)),
        }
        self.texts += 1;
        out.sums.digest = out.sums.digest.wrapping_add(key);
        if let Some(date) = page.date {
            let micros = (date.micros as u64 ^ 1 << 63).to_be_bytes();
            out.push(Kind::Date, &[site.as_bytes()], &[&words, &micros, &[date.precision as u8]], &date)?;
        }
        if page.word_count > 0 {
            let of_site: &[u8] = if self.scope == Scope::WithinSite { site.as_bytes() } else { &[] };
            out.push_bytes(Kind::Member, &[&words, of_site], &[&key.to_be_bytes()], row.value);
        }
        Ok(())
    }

    fn end(&mut self, _: &[u8], out: &mut Rows) -> Result<()> {
        if self.texts > 1 {
            out.sums.versions += self.pages;
        }
        (self.before, self.texts, self.pages) = (None, 0, 0);
        Ok(())
    }
}

/// Takes [`Kind::Candidate`], by site in order of hashes: what the frame of the site is learned from.
///
/// Gives [`Kind::Need`] by page.
#[derive(Default)]
pub struct Samples {
    /// Pages of the sample: hash, key, words.
    sample: Vec<(u64, u128, u32)>,
    spent: usize,
    pages: usize,
    before: Option<u64>,
}

impl Stage for Samples {
    fn row(&mut self, row: Row<'_>, _: &mut Rows) -> Result<()> {
        let words: u32 = row.value()?;
        let (hash, rest) = row.order.split_first_chunk().unwrap_or((&[0; 8], &[]));
        let (hash, key) = (u64::from_be_bytes(*hash), page_key(rest)?);
        if words == 0 || self.before.replace(hash) == Some(hash) {
            return Ok(());
        }
        self.pages += 1;
        self.spent += cost(words);
        if self.spent <= MOST_WORDS {
            self.sample.push((hash, key, words));
        }
        Ok(())
    }

    fn end(&mut self, site: &[u8], out: &mut Rows) -> Result<()> {
        out.sums.sites += u64::from(!site.is_empty());
        let sample = std::mem::take(&mut self.sample);
        if self.pages >= FEWEST_PAGES {
            for (hash, key, words) in sample {
                let need = Need::Sample { site, hash, words };
                out.push(Kind::Need, &[&key.to_be_bytes()], &[&[NEED, 0], site], &need)?;
            }
        }
        *self = Self::default();
        Ok(())
    }
}

/// Takes [`Kind::Date`], by site in order of words: of copies on a site the earliest counts.
///
/// Gives [`Kind::CrawlDated`] of sites that can be judged.
#[derive(Default)]
pub struct Dates {
    dates: Vec<Date>,
    before: Option<Vec<u8>>,
}

impl Stage for Dates {
    fn row(&mut self, row: Row<'_>, _: &mut Rows) -> Result<()> {
        let words = row.order.get(..16).unwrap_or_default();
        if self.before.as_deref() != Some(words) {
            self.before = Some(words.to_vec());
            self.dates.push(row.value()?);
        }
        Ok(())
    }

    fn end(&mut self, site: &[u8], out: &mut Rows) -> Result<()> {
        self.before = None;
        let judged = crawl_dates::judge(std::mem::take(&mut self.dates));
        let count = match judged {
            Some(true) => 0,
            Some(false) => 1,
            None => 2,
        };
        out.sums.crawl_dated[count] += 1;
        judged.map_or(Ok(()), |judged| out.push(Kind::CrawlDated, &[site], &[], &judged))
    }
}

/// A page that is compared with others.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Compared {
    /// Hash of its site.
    pub site: u64,
    /// Whether pages of equal words are on several sites.
    pub is_on_several: bool,
    /// Its signature.
    pub signature: Vec<u16>,
}

/// Takes [`Kind::Member`], by words in order of keys: the first page stands for all.
///
/// * [`Kind::Member`]: all pages, by the one that stands for them.
/// * [`Kind::Signature`]: of the one that stands for all, by its key.
/// * [`Kind::Band`]: of the same, by band; in order of leadership.
/// * [`Kind::Need`]: the shingles of one that stands for several are counted.
pub struct Copies {
    context: Arc<Context>,
    first: Option<First>,
}

struct First {
    key: u128,
    rank: u128,
    site: String,
    pages: u64,
    compared: Compared,
}

impl Copies {
    pub(super) const fn new(context: Arc<Context>) -> Self {
        Self { context, first: None }
    }
}

impl Stage for Copies {
    fn row(&mut self, row: Row<'_>, out: &mut Rows) -> Result<()> {
        let Delivered { member, signature } = row.value()?;
        let key = member.key();
        let first = self.first.get_or_insert_with(|| First {
            key,
            rank: member.page.digest,
            site: member.site.to_owned(),
            pages: 0,
            compared: Compared {
                site: hash::checksum(member.site.as_bytes()),
                is_on_several: false,
                signature,
            },
        });
        first.pages += 1;
        first.compared.is_on_several |= first.site != member.site;
        let order: [&[u8]; 2] = [&[MEMBER], &key.to_be_bytes()];
        out.push(Kind::Member, &[&first.key.to_be_bytes()], &order, &member)
    }

    fn end(&mut self, _: &[u8], out: &mut Rows) -> Result<()> {
        let Some(First { key, rank, site, pages, compared }) = self.first.take() else { return Ok(()) };
        let (key, rank) = (key.to_be_bytes(), rank.to_be_bytes());
        if pages > 1 {
            out.push(Kind::Need, &[&key], &[&[NEED, 1]], &Need::Size)?;
        }
        let of_site: &[u8] =
            if self.context.settings.scope == Scope::WithinSite { site.as_bytes() } else { &[] };
        for band in 0..self.context.banding.bands {
            let of_band = self.context.banding.key(&compared.signature, band.into(), 0).to_be_bytes();
            let met_by: [&[u8]; 3] = [&band.to_be_bytes(), &of_band, of_site];
            out.push(Kind::Band, &met_by, &[&rank, &key], &compared.site)?;
        }
        out.push(Kind::Signature, &[&key], &[&[0]], &compared)
    }
}

/// Where members stand among what is gathered of a page.
pub(super) const MEMBER: u8 = 2;
