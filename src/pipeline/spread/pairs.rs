//! Buckets to links, links to pairs whose signatures agree, pairs to blocks of texts.

use super::Stage;
use super::context::Context;
use super::pages::Compared;
use super::rows::{Kind, Row, Rows, page_key};
use super::texts::{NEED, Need, PAIR};
use crate::error::Result;
use crate::hash;
use crate::lsh::candidates::{Population, for_each_link};
use crate::pipeline::settings::Scope;
use crate::sketch::minhash::signature::{agreement, least_agreement};
use std::collections::HashMap;

/// Takes [`Kind::Band`]: pages of one band, in order of leadership.
///
/// Gives [`Kind::Link`], by the smaller key.
#[derive(Default)]
pub struct Buckets {
    bucket: Bucket,
}

#[derive(Default)]
struct Bucket {
    /// Rank and key.
    pages: Vec<(u128, u128)>,
    /// Numbers of sites by their hashes.
    sites: HashMap<u64, u32>,
    site: Vec<u32>,
}

impl Stage for Buckets {
    fn row(&mut self, row: Row<'_>, _: &mut Rows) -> Result<()> {
        let Bucket { pages, sites, site } = &mut self.bucket;
        pages.push((page_key(row.order)?, page_key(row.order.get(16..).unwrap_or_default())?));
        let next = sites.len() as u32;
        site.push(*sites.entry(row.value()?).or_insert(next));
        Ok(())
    }

    fn end(&mut self, _: &[u8], out: &mut Rows) -> Result<()> {
        let bucket = std::mem::take(&mut self.bucket);
        let members: Vec<u32> = (0..bucket.pages.len() as u32).collect();
        let is_hot = for_each_link(&members, &bucket, &mut |a, b| {
            let [a, b] = [a, b].map(|page| bucket.pages[page as usize].1);
            let (smaller, larger) = (a.min(b).to_be_bytes(), a.max(b).to_be_bytes());
            out.push_bytes(Kind::Link, &[&smaller], &[&[LINK], &larger], &[]);
        });
        out.sums.hot_buckets += u64::from(is_hot);
        Ok(())
    }
}

impl Population for Bucket {
    fn may_pair(&self, _: u32, _: u32) -> bool {
        true
    }

    fn rank(&self, page: u32) -> u128 {
        self.pages[page as usize].0
    }

    fn site(&self, page: u32) -> u32 {
        self.site[page as usize]
    }
}

/// Links come behind the signature.
const LINK: u8 = 1;

/// Takes [`Kind::Signature`] and [`Kind::Link`], by the smaller key of the link.
///
/// Gives [`Kind::Offer`]: the signature, by the larger key.
#[derive(Default)]
pub struct Offers {
    signature: Vec<u8>,
    before: Option<u128>,
}

impl Stage for Offers {
    fn row(&mut self, row: Row<'_>, out: &mut Rows) -> Result<()> {
        match row.tagged()? {
            (LINK, other) => {
                let other = page_key(other)?;
                if self.before.replace(other) != Some(other) {
                    let order: [&[u8]; 2] = [&[LINK], row.key];
                    out.push_bytes(Kind::Offer, &[&other.to_be_bytes()], &order, &self.signature);
                }
            }
            _ => self.signature = row.value.to_vec(),
        }
        Ok(())
    }

    fn end(&mut self, _: &[u8], _: &mut Rows) -> Result<()> {
        self.before = None;
        Ok(())
    }
}

/// Takes [`Kind::Signature`] and [`Kind::Offer`], by the larger key of the link.
///
/// Gives [`Kind::Pair`] both ways, if signatures and scope allow it.
pub struct Agreements {
    scope: Scope,
    least: usize,
    own: Option<Compared>,
}

impl Agreements {
    pub(super) fn new(context: &Context) -> Self {
        let least = least_agreement(context.settings.threshold.as_f64(), context.banding.slots().into());
        Self { scope: context.settings.scope, least, own: None }
    }

    /// As [`propose`](crate::pipeline::propose) has it.
    fn allows(&self, a: &Compared, b: &Compared) -> bool {
        match self.scope {
            Scope::All => true,
            Scope::WithinSite => a.site == b.site,
            Scope::AcrossSites => a.site != b.site || a.is_on_several || b.is_on_several,
        }
    }
}

impl Stage for Agreements {
    fn row(&mut self, row: Row<'_>, out: &mut Rows) -> Result<()> {
        let (tag, other) = row.tagged()?;
        let compared: Compared = row.value()?;
        if tag != LINK {
            self.own = Some(compared);
            return Ok(());
        }
        let Some(own) = &self.own else { return Ok(()) };
        if self.allows(own, &compared) && agreement(&own.signature, &compared.signature) >= self.least {
            out.sums.candidates += 1;
            out.push_bytes(Kind::Pair, &[row.key], &[other], &[]);
            out.push_bytes(Kind::Pair, &[other], &[row.key], &[]);
        }
        Ok(())
    }

    fn end(&mut self, _: &[u8], _: &mut Rows) -> Result<()> {
        self.own = None;
        Ok(())
    }
}

/// Takes [`Kind::Pair`], both ways.
///
/// Gives [`Kind::Degree`]: to each page that a page is paired with, how many pairs that page has.
#[derive(Default)]
pub struct Degrees {
    others: Vec<u128>,
}

impl Stage for Degrees {
    fn row(&mut self, row: Row<'_>, _: &mut Rows) -> Result<()> {
        self.others.push(page_key(row.order)?);
        Ok(())
    }

    fn end(&mut self, key: &[u8], out: &mut Rows) -> Result<()> {
        let degree = self.others.len() as u64;
        for other in self.others.drain(..) {
            out.push(Kind::Degree, &[&other.to_be_bytes()], &[key], &degree)?;
        }
        Ok(())
    }
}

/// Pairs around one page that are verified together, about.
const BLOCK: u64 = 1024;

/// Takes [`Kind::Degree`]: the pages that a page is paired with, and how many pairs they have.
///
/// A pair belongs to the star around the smallest page that its smaller page is paired with: in a clique all pairs to one
/// star, so that each text is brought there once. A star of many pairs is cut into blocks by the hashes of its pages.
///
/// * [`Kind::Pair`]: by block, the smaller page of a pair giving it.
/// * [`Kind::Need`]: the texts that a block needs, by page.
#[derive(Default)]
pub struct Blocks {
    others: Vec<(u128, u64)>,
}

impl Stage for Blocks {
    fn row(&mut self, row: Row<'_>, _: &mut Rows) -> Result<()> {
        self.others.push((page_key(row.order)?, row.value()?));
        Ok(())
    }

    fn end(&mut self, key: &[u8], out: &mut Rows) -> Result<()> {
        let own = page_key(key)?;
        let others = std::mem::take(&mut self.others);
        let pairs = others.len() as u64;
        let &(centre, pairs_of_centre) =
            others.first().filter(|(other, _)| *other < own).unwrap_or(&(own, pairs));
        let part = |page: &[u8], pairs: u64| (hash::checksum(page) % pairs.div_ceil(BLOCK)).to_be_bytes();
        let star = [&centre.to_be_bytes()[..], &part(key, pairs_of_centre)].concat();
        let mut before = None;
        let mut larger: Vec<(Vec<u8>, u128)> = Vec::new();
        for &(other, _) in others.iter().filter(|(other, _)| *other > own) {
            larger.push(([&star[..], &part(&other.to_be_bytes(), pairs)].concat(), other));
        }
        larger.sort_unstable();
        for (block, other) in &larger {
            let other = other.to_be_bytes();
            out.push_bytes(Kind::Pair, &[block], &[&[PAIR], key, &other], &[]);
            out.push(Kind::Need, &[&other], &[&[NEED, 2], block], &Need::Block)?;
            if before.replace(block) != Some(block) {
                out.push(Kind::Need, &[key], &[&[NEED, 2], block], &Need::Block)?;
            }
        }
        Ok(())
    }
}
