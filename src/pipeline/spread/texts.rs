//! Texts to where they are needed; frames from samples; pairs verified in blocks.

use super::Stage;
use super::context::Context;
use super::decisions::Found;
use super::read::TEXT;
use super::rows::{Kind, Row, Rows, page_key};
use crate::error::Result;
use crate::frame::Key;
use crate::frame::sample::{SiteSample, keys};
use crate::frame::site;
use crate::io::values;
use crate::pipeline::prove::compare;
use crate::shingle::{Ngram, ShingleSet};
use crate::text::words::hash_words;
use crate::verify::Relation;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// Who needs a text comes behind it.
pub(super) const NEED: u8 = 1;

/// Pairs come behind the texts of their block.
pub(super) const PAIR: u8 = 1;

/// What for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Need<'a> {
    /// To be counted.
    Size,
    /// For the frame of a site.
    Sample {
        /// The name of the site.
        #[serde(borrow)]
        site: &'a [u8],
        /// The place in the sample.
        hash: u64,
        /// Words of the page.
        words: u32,
    },
    /// For pairs of a block, which the order of the row names behind its tags.
    Block,
}

/// Takes [`Kind::Text`] and [`Kind::Need`], by page.
///
/// * [`Kind::Text`]: by block, the text with its site.
/// * [`Kind::Sampled`]: by site, the shingles of the page.
/// * [`Kind::Size`]: by page, how many shingles it has.
pub struct Deliver {
    ngram: Ngram,
    text: Option<Vec<u8>>,
    /// Made when the first one needs it.
    shingles: Option<ShingleSet>,
    before: Vec<u8>,
}

impl Deliver {
    pub(super) const fn new(context: &Context) -> Self {
        Self { ngram: context.settings.ngram, text: None, shingles: None, before: Vec::new() }
    }
}

/// The shingles of a text.
fn shingles(text: &str, ngram: Ngram) -> ShingleSet {
    let mut words = Vec::new();
    hash_words(text, &mut words);
    ShingleSet::of_words(&words, ngram)
}

impl Stage for Deliver {
    fn row(&mut self, row: Row<'_>, out: &mut Rows) -> Result<()> {
        if row.tagged()?.0 == TEXT {
            // The first delivery is the one that counts.
            self.text.get_or_insert_with(|| row.value.to_vec());
            return Ok(());
        }
        let Some(text) = &self.text else { return Ok(()) };
        if self.before == row.order {
            return Ok(());
        }
        row.order.clone_into(&mut self.before);
        let need: Need<'_> = row.value()?;
        if let Need::Block = need {
            let block = row.order.get(2..).unwrap_or_default();
            out.push_bytes(Kind::Text, &[block], &[&[TEXT], row.key], text);
            return Ok(());
        }
        let shingles = match &mut self.shingles {
            Some(made) => made,
            none => {
                let (_, text): (&str, &str) = Row { value: text, ..row }.value()?;
                none.insert(shingles(text, self.ngram))
            }
        };
        match need {
            Need::Size => out.push(Kind::Size, &[row.key], &[&[SIZE]], &(shingles.len() as u32)),
            Need::Sample { site, hash, words } => {
                out.push(Kind::Sampled, &[site], &[&hash.to_be_bytes()], &(hash, words, keys(shingles)))
            }
            Need::Block => Ok(()),
        }
    }

    fn end(&mut self, _: &[u8], _: &mut Rows) -> Result<()> {
        (self.text, self.shingles) = (None, None);
        self.before.clear();
        Ok(())
    }
}

/// Where sizes stand among what is gathered of a page.
pub(super) const SIZE: u8 = 1;

/// Takes [`Kind::Sampled`], by site.
///
/// Gives [`Kind::Frame`] of sites that have pages enough.
#[derive(Default)]
pub struct Frames {
    sample: SiteSample,
}

impl Stage for Frames {
    fn row(&mut self, row: Row<'_>, _: &mut Rows) -> Result<()> {
        let (hash, words, keys): (u64, u32, Vec<Key>) = row.value()?;
        self.sample.insert(hash, words, keys);
        Ok(())
    }

    fn end(&mut self, site: &[u8], out: &mut Rows) -> Result<()> {
        let sample = std::mem::take(&mut self.sample);
        match site::freeze(&sample.pages().collect::<Vec<_>>()) {
            Some(frame) => out.push(Kind::Frame, &[site], &[], &frame),
            None => Ok(()),
        }
    }
}

/// The shingles that rows of [`Frames`] say.
pub fn frame_of(value: &[u8]) -> Option<Vec<Key>> {
    values::decode(value)
}

/// Takes [`Kind::Text`] and [`Kind::Pair`], by block.
///
/// * [`Kind::Finding`]: by the smaller page, what the pair is.
/// * [`Kind::Edge`]: both ways, if pages are removed for that; and if it is a template.
pub struct Verify {
    context: Arc<Context>,
    texts: HashMap<u128, (String, ShingleSet)>,
}

impl Verify {
    pub(super) fn new(context: Arc<Context>) -> Self {
        Self { context, texts: HashMap::new() }
    }
}

impl Stage for Verify {
    fn row(&mut self, row: Row<'_>, out: &mut Rows) -> Result<()> {
        let (tag, rest) = row.tagged()?;
        if tag == TEXT {
            let (site, text): (&str, &str) = row.value()?;
            let shingles = shingles(text, self.context.settings.ngram);
            self.texts.insert(page_key(rest)?, (site.to_owned(), shingles));
            return Ok(());
        }
        let (a, b) = (page_key(rest)?, page_key(rest.get(16..).unwrap_or_default())?);
        let (Some((site_a, of_a)), Some((site_b, of_b))) = (self.texts.get(&a), self.texts.get(&b)) else {
            return Ok(());
        };
        let Context { settings, frame, .. } = &*self.context;
        let (_, found) = compare(settings.rule(), frame, (site_a, site_b), (of_a, of_b), false);
        let Some((relation, evidence)) = found else { return Ok(()) };
        *out.sums.pairs.entry(relation).or_default() += 1;
        let is_template = relation == Relation::Template;
        let form = |site: &str, set| {
            is_template.then(|| frame.of_site(site).and_then(|frame| frame.form(set))).flatten()
        };
        let forms = [form(site_a, of_a), form(site_b, of_b)];
        let [a, b] = [a, b].map(u128::to_be_bytes);
        let mut edges = |graph: Graph| {
            out.push_bytes(Kind::Edge, &[&[graph as u8], &a], &[&b], &[]);
            out.push_bytes(Kind::Edge, &[&[graph as u8], &b], &[&a], &[]);
        };
        if self.context.removes(relation) {
            edges(Graph::Removals);
        }
        if is_template {
            edges(Graph::Templates);
        }
        let found = Found { other: u128::from_be_bytes(b), relation, evidence, forms };
        out.push(Kind::Finding, &[&a], &[&[FINDING], &b], &found)
    }

    fn end(&mut self, _: &[u8], _: &mut Rows) -> Result<()> {
        self.texts.clear();
        Ok(())
    }
}

/// Where verified pairs stand among what is gathered of a page.
pub(super) const FINDING: u8 = 3;

/// Whose components are sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Graph {
    /// Of pairs for which pages are removed.
    Removals = 0,
    /// Of pairs that are alike by a template.
    Templates = 1,
}
