//! Records to pages, signatures and texts; what [`ingest`] makes of a table, as rows.

use super::context::Context;
use super::rows::{Kind, Rows};
use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::io::rejects::Reject;
use crate::io::source::Sources;
use crate::io::table::Table;
use crate::page::Page;
use crate::pipeline::Silent;
use crate::pipeline::ingest::{Fingerprint, Ingested, Wanted, ingest};
use crate::pipeline::prove::Texts;
use crate::pipeline::resume::Units;
use crate::pipeline::write::to_json;
use serde::{Deserialize, Serialize};

/// A page as it came.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivered<'a> {
    /// The page.
    #[serde(borrow)]
    pub member: Member<'a>,
    /// Its signature.
    pub signature: Vec<u16>,
}

/// What is known of a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Member<'a> {
    /// Its row; numbers of files and sites mean nothing.
    pub page: Page,
    /// Its id.
    pub id: &'a str,
    /// The name of its site.
    pub site: &'a str,
}

impl Member<'_> {
    /// The key of the page.
    pub fn key(&self) -> u128 {
        crate::page::key(self.id, self.page.digest)
    }
}

/// Gives for each record of a table
///
/// * [`Kind::Page`]: by hash of the id; in order of text and delivery.
/// * [`Kind::Text`]: by the key of the page; in order of delivery; site and text.
/// * [`Kind::Reject`]: in place of both; a row of `rejects.jsonl`.
///
/// Fails at a record that has neither id nor address: nothing could name it afterwards.
pub fn read(context: &Context, table: Table, out: &mut Rows) -> Result<()> {
    let fingerprint = Fingerprint::MinHash { slots: context.banding.slots() };
    let mut rejects = Vec::new();
    let (sources, ingested) = ingested(context, table, fingerprint, &mut |reject| {
        rejects.push(reject);
        Ok(())
    })?;
    rejects.iter().try_for_each(|reject| push_reject(reject, out))?;
    let pages = &ingested.pages;
    let numbers: Vec<u32> = (0..pages.len() as u32).collect();
    let texts = Texts { sources: &sources, pages, settings: &context.settings };
    let texts = texts.map_texts(&numbers, |_, text, _| text.to_owned())?;
    for (&number, text) in numbers.iter().zip(&texts) {
        let (page, id, site) = (*pages.row(number), pages.id(number), pages.site(number));
        if id == format!("{}:{}", Table::NAME, page.location.record) {
            let fault = "has neither id nor address, by which it could be named";
            return Err(Error::new(ErrorKind::Input, "record", fault).next_step("add a column id"));
        }
        let key = pages.key(number).to_be_bytes();
        let delivery = page.delivery.to_be_bytes();
        out.push(Kind::Text, &[&key], &[&[TEXT], &delivery], &(site, text))?;
        let signature = ingested.signatures.one(number)?.into_owned();
        let delivered = Delivered { member: Member { page, id, site }, signature };
        let of_id = hash::checksum(id.as_bytes()).to_be_bytes();
        out.push(Kind::Page, &[&of_id], &[&page.digest.to_be_bytes(), &delivery], &delivered)?;
    }
    out.sums.records += ingested.counts.met.records;
    out.sums.rejected += ingested.counts.met.rejected;
    out.sums.text_bytes += ingested.counts.text_bytes;
    out.sums.words += ingested.counts.words;
    out.sums.unread_dates += ingested.counts.unread_dates;
    out.sums.pages += pages.len() as u64;
    out.sums.empty += pages.rows().iter().filter(|row| row.word_count == 0).count() as u64;
    Ok(())
}

/// Gives a record that could not be used as [`Kind::Reject`].
pub(super) fn push_reject(reject: &Reject, out: &mut Rows) -> Result<()> {
    out.push_bytes(Kind::Reject, &[reject.reason.as_bytes()], &[reject.raw.as_bytes()], &to_json(reject)?);
    Ok(())
}

/// Key and delivery of the page that each row of a table is; none of a row that is no page. A page that was delivered
/// several times is the row of the delivery that [`Kind::Redelivered`] names.
pub fn identify(context: &Context, table: Table) -> Result<Vec<Option<(u128, u64)>>> {
    let mut rows = vec![None; table.rows()];
    let (_, ingested) = ingested(context, table, Fingerprint::None, &mut |_| Ok(()))?;
    let pages = &ingested.pages;
    for (number, row) in (0..).zip(pages.rows()) {
        let at = row.location.record as usize - 1;
        rows[at] = Some((pages.key(number), row.delivery));
    }
    Ok(rows)
}

fn ingested(
    context: &Context,
    table: Table,
    fingerprint: Fingerprint,
    reject: &mut dyn FnMut(Reject) -> Result<()>,
) -> Result<(Sources, Ingested)> {
    let settings = &context.settings;
    let mut sources = settings.reading.of_table(table);
    let wanted = Wanted { fingerprint, stripper: None, most_pages: u64::MAX };
    let ingested = ingest(&mut sources, settings, &mut Units::unkept(), wanted, &Silent, reject)?;
    Ok((sources, ingested))
}

/// Texts come before those who need them.
pub(super) const TEXT: u8 = 0;
