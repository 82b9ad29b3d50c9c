//! The rows of the tables. `docs/output.md` describes them to users.

use super::copies::Copies;
use super::decide::Removal;
use super::passages::{Shared, in_order_of_ids};
use super::prove::Finding;
use super::records::SourceCounts;
use super::stories::{DateBy, Edition, Story};
use super::templates::Template;
use crate::date::Date;
use crate::frame::common::Common;
use crate::hash;
use crate::io::compression::Compression;
use crate::io::source::{Source, Sources};
use crate::page::Pages;
use crate::passage::kind::Kind;
use crate::syndication::exchange::{Flow, Way};
use crate::syndication::source::SourceBy;
use crate::verify::{Evidence, Guard, Relation};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where a page stands; given with ids that several texts share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The input file.
    pub file: String,
    /// 1-based number of the record's line.
    pub record: u64,
}

/// A removed page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RemovedRow {
    /// The removed page.
    pub id: String,
    /// Where it stands, if its id has several texts.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The kept page.
    pub kept: String,
    /// Where it stands, if its id has several texts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kept_place: Option<Place>,
    /// Its cluster.
    pub cluster: String,
    /// What the removed page is to the kept one.
    pub relation: Relation,
    /// Exact, from the counts.
    pub jaccard: f64,
    /// Share of the removed page's shingles found in the kept one.
    pub containment: f64,
    /// Share of the kept page's shingles found in the removed one.
    pub containment_kept: f64,
    /// Shingles in both.
    pub shared: u32,
    /// Shingles of the removed page.
    pub size: u32,
    /// Shingles of the kept page.
    pub size_kept: u32,
    /// What of it is frame.
    #[serde(flatten)]
    pub framed: FramedRow,
    /// Site of the removed page.
    pub site: String,
    /// Site of the kept page.
    pub kept_site: String,
    /// What the figures come from: `text`, or `index` if the kept page is of an earlier batch.
    pub evidence: String,
    /// The batch that the kept page came with.
    pub batch: String,
    /// Digest of the removed page's raw text.
    pub digest: String,
    /// Digest of the kept page's raw text.
    pub kept_digest: String,
}

/// What of two pages is frame, the first page's first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FramedRow {
    /// Containment of what is left without the frame; null without a frame, or where nothing is left of a page.
    pub residual: Option<f64>,
    /// Whether templates could be told from copies.
    pub guard: Guard,
    /// Of the shingles in both pages, those of the frame.
    pub common: Option<u32>,
    /// Shingles of either page that are of the frame.
    pub frame: Option<[u32; 2]>,
}

impl FramedRow {
    /// The row of some evidence.
    pub fn new(evidence: &Evidence) -> Self {
        let residual = evidence.residual().filter(|residual| residual.smaller() > 0);
        Self {
            residual: residual.map(|residual| residual.containment_a().max(residual.containment_b())),
            guard: evidence.guard(),
            common: evidence.common.map(|common| common.shared),
            frame: evidence.common.map(|Common { in_a, in_b, .. }| [in_a, in_b]),
        }
    }
}

/// A kept page and the pages verified against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterRow {
    /// Derived from the kept page's key.
    pub cluster: String,
    /// The kept page.
    pub kept: String,
    /// Ids, the kept one first, then ascending.
    pub members: Vec<String>,
    /// Sites of the members, ascending.
    pub sites: Vec<String>,
    /// How many members are what to the kept page.
    pub relations: BTreeMap<Relation, u32>,
    /// The edition that was printed first, where the cluster spans several sites and dates tell.
    pub source: Option<String>,
    /// What it is proposed by, or why none is; none for a cluster on one site.
    pub source_by: Option<SourceBy>,
    /// The members as each site printed them, in their order; empty for a cluster on one site.
    pub editions: Vec<EditionRow>,
    /// Clusters of one component are joined by verified pairs.
    pub component: String,
    /// Places of members whose ids have several texts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub places: BTreeMap<String, Vec<Place>>,
}

/// A page of a story as its site printed it; what differs, differs from the kept page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionRow {
    /// The page.
    pub id: String,
    /// Its site.
    pub site: String,
    /// When it was printed, as finely as that is known.
    pub date: Option<String>,
    /// Where the date is from.
    pub date_by: Option<DateBy>,
    /// Whether its headline is that of the kept page, if both have one.
    pub same_headline: Option<bool>,
    /// Shingles of the kept page that it does not have.
    pub cut: u32,
    /// Shingles that the kept page does not have.
    pub added: u32,
}

/// Pages of one site that reprint another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyndicationRow {
    /// The source's site; if sources are not known, the site whose name comes first.
    pub from: String,
    /// The reprinting site, or the other one.
    pub to: String,
    /// What the sources are proposed by, or why none is.
    pub source_by: SourceBy,
    /// Stories.
    pub stories: u64,
    /// Pages of these stories.
    pub pages: u64,
}

impl SyndicationRow {
    /// The row of one way.
    pub fn new((way, flow): (Way<'_>, Flow)) -> Self {
        Self {
            from: way.from.to_owned(),
            to: way.to.to_owned(),
            source_by: way.by,
            stories: flow.stories,
            pages: flow.pages,
        }
    }
}

/// A verified pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairRow {
    /// The smaller id.
    pub a: String,
    /// Where it stands, if its id has several texts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub a_place: Option<Place>,
    /// The larger id.
    pub b: String,
    /// Where it stands, if its id has several texts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub b_place: Option<Place>,
    /// What they are to each other.
    pub relation: Relation,
    /// Of a contained pair: what the smaller page is to the larger.
    pub kind: Option<Kind>,
    /// Exact, from the counts.
    pub jaccard: f64,
    /// Share of a's shingles found in b.
    pub containment_a: f64,
    /// Share of b's shingles found in a.
    pub containment_b: f64,
    /// Shingles in both.
    pub shared: u32,
    /// Shingles of a.
    pub size_a: u32,
    /// Shingles of b.
    pub size_b: u32,
    /// What of it is frame, `a` first.
    #[serde(flatten)]
    pub framed: FramedRow,
}

/// Pages of one template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateRow {
    /// Named by its frame.
    pub template: String,
    /// Ids, ascending.
    pub members: Vec<String>,
    /// Sites of the members, ascending.
    pub sites: Vec<String>,
    /// Places of members whose ids have several texts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub places: BTreeMap<String, Vec<Place>>,
}

/// A passage that two pages share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassageRow {
    /// The smaller id.
    pub a: String,
    /// Where it stands, if its id has several texts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub a_place: Option<Place>,
    /// The larger id.
    pub b: String,
    /// Where it stands, if its id has several texts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub b_place: Option<Place>,
    /// First byte of the passage in the text of a.
    pub a_start: u32,
    /// The byte behind it.
    pub a_end: u32,
    /// First byte of the passage in the text of b.
    pub b_start: u32,
    /// The byte behind it.
    pub b_end: u32,
    /// Equal words in it that are in no template.
    pub words: u32,
    /// What the pages are to each other, if anything.
    pub relation: Option<Relation>,
    /// Of a contained pair: what the smaller page is to the larger.
    pub kind: Option<Kind>,
}

/// An input file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRow {
    /// As named or found.
    pub file: String,
    /// `json-lines`, `plain-text`, `parquet`, `warc` or `csv`.
    pub format: String,
    /// `plain`, `gzip` or `zstd`.
    pub compression: String,
    /// Plain bytes; of Parquet, WARC and CSV those of the lines that they were read as.
    pub bytes: u64,
    /// Digest of the plain bytes, where `tamis restore` gives them back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub digest: Option<String>,
    /// Records, usable or not.
    pub records: u64,
    /// Records that could not be used.
    pub rejected: u64,
    /// Records of a WARC file that are no pages, by what they are.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub no_pages: BTreeMap<String, u64>,
}

impl InputRow {
    /// The row of a file that was read.
    pub fn new(source: &Source, counts: SourceCounts) -> Self {
        let compression = match source.compression {
            Compression::Plain => "plain",
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        };
        Self {
            file: source.name.clone(),
            format: source.format.name().to_owned(),
            compression: compression.to_owned(),
            bytes: source.bytes,
            digest: source.digest.as_ref().map(|digest| hex(digest.digest())),
            records: counts.records,
            rejected: counts.rejected,
            no_pages: source.left_out.clone(),
        }
    }
}

/// Makes rows.
pub struct Rows<'a> {
    /// All pages.
    pub pages: &'a Pages,
    /// The files that they stand in.
    pub sources: &'a Sources,
    /// What equals what.
    pub copies: &'a Copies,
    /// The name of this batch.
    pub batch: &'a str,
}

/// What is said of figures that come from two texts.
pub const TEXT: &str = "text";

/// What is said of figures that come from a text and from what an index remembers of another.
pub const INDEX: &str = "index";

/// The name of the cluster of a kept page.
pub fn cluster_name(pages: &Pages, kept: u32) -> String {
    short_name(b'c', pages.key(kept))
}

fn short_name(kind: u8, key: u128) -> String {
    format!("{:016x}", hash::seeded(&key.to_le_bytes(), kind.into()))
}

/// A digest as text.
pub fn hex(digest: u128) -> String {
    format!("{digest:032x}")
}

impl Rows<'_> {
    /// The place of a page whose id has several texts.
    fn place(&self, page: u32) -> Option<Place> {
        let row = self.pages.row(page);
        // A page of an earlier batch stands in no file of this run.
        let has_versions = self.copies.versions.get(page as usize).is_some_and(|has| *has);
        has_versions
            .then(|| Place { file: self.sources.get(row.file).name.clone(), record: row.location.record })
    }

    /// The row of a removal.
    pub fn removed(&self, removal: &Removal) -> RemovedRow {
        let Removal { page, kept, relation, evidence, .. } = *removal;
        let overlap = evidence.overlap;
        RemovedRow {
            id: self.pages.id(page).to_owned(),
            place: self.place(page),
            kept: self.pages.id(kept).to_owned(),
            kept_place: self.place(kept),
            cluster: cluster_name(self.pages, kept),
            relation,
            jaccard: overlap.jaccard(),
            containment: overlap.containment_a(),
            containment_kept: overlap.containment_b(),
            shared: overlap.shared,
            size: overlap.size_a,
            size_kept: overlap.size_b,
            framed: FramedRow::new(&evidence),
            site: self.pages.site(page).to_owned(),
            kept_site: self.pages.site(kept).to_owned(),
            evidence: if self.pages.remembered(kept).is_some() { INDEX } else { TEXT }.to_owned(),
            batch: self.pages.remembered(kept).map_or(self.batch, |of| &of.batch).to_owned(),
            digest: hex(self.pages.row(page).digest),
            kept_digest: hex(self.pages.row(kept).digest),
        }
    }

    /// The row of a kept page and its removals, with its story if it is one.
    pub fn cluster(&self, kept: u32, removals: &[&Removal], story: Option<&Story>) -> ClusterRow {
        let mut joined: Vec<u32> = removals.iter().map(|removal| removal.page).collect();
        joined.sort_unstable_by_key(|&page| (self.pages.id(page), self.pages.row(page).digest));
        let members = || std::iter::once(kept).chain(joined.iter().copied());
        let sites: BTreeSet<&str> =
            members().map(|page| self.pages.site(page)).filter(|site| !site.is_empty()).collect();
        let mut relations = BTreeMap::new();
        removals.iter().for_each(|removal| *relations.entry(removal.relation).or_default() += 1);
        let (source, source_by, editions) = self.story(story);
        ClusterRow {
            cluster: cluster_name(self.pages, kept),
            kept: self.pages.id(kept).to_owned(),
            members: members().map(|page| self.pages.id(page).to_owned()).collect(),
            sites: sites.into_iter().map(str::to_owned).collect(),
            relations,
            source,
            source_by,
            editions,
            component: removals
                .first()
                .map_or_else(String::new, |removal| short_name(b'k', removal.component)),
            places: self.places(members()),
        }
    }

    /// The fields that tell a story: its source, what that is proposed by, its editions.
    pub fn story(&self, story: Option<&Story>) -> (Option<String>, Option<SourceBy>, Vec<EditionRow>) {
        let Some(story) = story else { return (None, None, Vec::new()) };
        let edition = |edition: &Edition| EditionRow {
            id: self.pages.id(edition.page).to_owned(),
            site: self.pages.site(edition.page).to_owned(),
            date: edition.date.map(Date::name),
            date_by: edition.date_by,
            same_headline: edition.same_headline,
            cut: edition.cut,
            added: edition.added,
        };
        let source = story.source.map(|page| self.pages.id(page).to_owned());
        (source, Some(story.by), story.editions.iter().map(edition).collect())
    }

    /// Places of the pages whose ids have several texts.
    fn places(&self, pages: impl Iterator<Item = u32>) -> BTreeMap<String, Vec<Place>> {
        let mut places: BTreeMap<String, Vec<Place>> = BTreeMap::new();
        for page in pages {
            if let Some(place) = self.place(page) {
                places.entry(self.pages.id(page).to_owned()).or_default().push(place);
            }
        }
        places
    }

    /// The row of a group of pages of one template.
    pub fn template(&self, template: &Template) -> TemplateRow {
        let mut pages = template.pages.clone();
        pages.sort_unstable_by_key(|&page| (self.pages.id(page), self.pages.row(page).digest));
        let sites: BTreeSet<&str> =
            pages.iter().map(|&page| self.pages.site(page)).filter(|site| !site.is_empty()).collect();
        TemplateRow {
            template: format!("{:016x}", template.form),
            members: pages.iter().map(|&page| self.pages.id(page).to_owned()).collect(),
            sites: sites.into_iter().map(str::to_owned).collect(),
            places: self.places(pages.iter().copied()),
        }
    }

    /// The row of a verified pair.
    pub fn pair(&self, found: &Finding, kind: Option<Kind>) -> PairRow {
        let (a, b) = in_order_of_ids(self.pages, found.a, found.b);
        let evidence = if a == found.a { found.evidence } else { found.evidence.swapped() };
        let (relation, overlap) = (found.relation, evidence.overlap);
        PairRow {
            a: self.pages.id(a).to_owned(),
            a_place: self.place(a),
            b: self.pages.id(b).to_owned(),
            b_place: self.place(b),
            relation,
            kind,
            jaccard: overlap.jaccard(),
            containment_a: overlap.containment_a(),
            containment_b: overlap.containment_b(),
            shared: overlap.shared,
            size_a: overlap.size_a,
            size_b: overlap.size_b,
            framed: FramedRow::new(&evidence),
        }
    }

    /// The rows of the passages of a pair.
    pub fn passages(&self, shared: &Shared) -> impl Iterator<Item = PassageRow> {
        let Shared { a, b, relation, kind, .. } = *shared;
        shared.passages.iter().map(move |passage| PassageRow {
            a: self.pages.id(a).to_owned(),
            a_place: self.place(a),
            b: self.pages.id(b).to_owned(),
            b_place: self.place(b),
            a_start: passage.a.start,
            a_end: passage.a.end,
            b_start: passage.b.start,
            b_end: passage.b.end,
            words: passage.words,
            relation,
            kind,
        })
    }
}
