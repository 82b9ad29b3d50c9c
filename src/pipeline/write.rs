//! Kept pages byte for byte, and the tables.

use super::copies::Copies;
use super::decide::{Removal, by_kept, of_equal_words};
use super::formats::write_formats;
use super::index::rows::{MatchRow, RedeliveredRow};
use super::passages::Shared;
use super::prove::{Finding, Proof};
use super::rows::{InputRow, Rows, SyndicationRow, cluster_name};
use super::settings::Settings;
use super::stories::{Stories, Told};
use super::templates::Template;
use super::{Observer, go_on};
use crate::error::{Error, ErrorKind, Result};
use crate::io::plain::PlainReader;
use crate::io::record::members;
use crate::io::source::{Format, Sources};
use crate::io::table::Table;
use crate::io::tables::{TableFormat, TableWriter};
use crate::page::{Pages, mask};
use crate::passage::kind::Kind;
use crate::pipeline::records::SourceCounts;
use crate::verify::Relation;
use bitvec::vec::BitVec;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Takes the bytes of kept pages.
pub type PageSink<'a> = dyn FnMut(&[u8]) -> Result<()> + Send + 'a;

/// Bytes of kept pages that are read ahead while the ones before are written.
const BLOCK: usize = 1 << 20;

/// What was written of clusters.
#[derive(Debug, Default)]
pub struct Clusters<'a> {
    /// How many there are.
    pub count: u64,
    /// Of these, the stories.
    pub told: Told<'a>,
}

/// What is written of.
pub struct Writer<'a> {
    /// All pages.
    pub pages: &'a Pages,
    /// The files that they stand in.
    pub sources: &'a Sources,
    /// What equals what.
    pub copies: &'a Copies,
    /// Pages that go.
    pub removals: &'a [Removal],
    /// What was asked for.
    pub settings: &'a Settings,
    /// The name of this batch.
    pub batch: &'a str,
}

impl<'a> Writer<'a> {
    /// Writes `pages.jsonl`; without `--annotate` also the files of other formats. Gives what is kept of a table.
    pub fn pages_to(&self, folder: &Path, observer: &dyn Observer) -> Result<Option<Table>> {
        let mut table = TableWriter::create(folder, "pages.jsonl", TableFormat::default())?;
        self.pages(&mut |bytes| table.lines(bytes), observer)?;
        table.finish()?;
        if self.settings.annotate { Ok(None) } else { self.formats_to(Some(folder), observer) }
    }

    /// Writes the files of formats other than JSON lines, if there is a folder for them; gives what is kept of a table.
    pub fn formats_to(&self, folder: Option<&Path>, observer: &dyn Observer) -> Result<Option<Table>> {
        let fields = &self.settings.reading.fields;
        write_formats(folder, self.sources, self.pages, &self.written(), fields, observer)
    }

    /// Writes the pages that stay, in input order; all pages, marked, under `--annotate`.
    pub fn pages(&self, sink: &mut PageSink<'_>, observer: &dyn Observer) -> Result<()> {
        observer.phase("writing", self.pages.rows().iter().map(|row| u64::from(row.location.length)).sum());
        let stays = self.written();
        let marks = self.settings.annotate.then(|| self.marks());
        let mut plain = self.sources.plain();
        let (mut now, mut next) = (Vec::new(), Vec::new());
        let mut from = self.fill(0, &stays, marks.as_ref(), &mut plain, &mut now)?;
        while !now.is_empty() {
            go_on(observer)?;
            let (written, filled) = rayon::join(
                || sink(&now),
                || {
                    next.clear();
                    self.fill(from, &stays, marks.as_ref(), &mut plain, &mut next)
                },
            );
            written?;
            observer.advance(now.len() as u64);
            from = filled?;
            std::mem::swap(&mut now, &mut next);
        }
        Ok(())
    }

    /// One bit a page that is written.
    pub fn written(&self) -> BitVec {
        let mut stays = mask(self.pages.len());
        stays.fill(true);
        if !self.settings.annotate {
            self.copies.redelivered.iter_ones().for_each(|page| stays.set(page, false));
            self.removals.iter().for_each(|removal| stays.set(removal.page as usize, false));
        }
        stays
    }

    /// Fills `block` with pages from number `from` on; the number to go on from.
    fn fill(
        &self,
        mut from: usize,
        stays: &BitVec,
        marks: Option<&BTreeMap<u32, Mark>>,
        plain: &mut PlainReader<'_>,
        block: &mut Vec<u8>,
    ) -> Result<usize> {
        while block.len() < BLOCK {
            let Some(first) = stays[from..].first_one().map(|at| from + at) else {
                return Ok(self.pages.len());
            };
            let row = self.pages.rows()[first].location;
            let format = self.sources.format(row);
            if format != Format::PlainText && marks.is_none() {
                // Records that stand side by side are one stretch.
                let mut end = row.offset + u64::from(row.length) + 1;
                let mut last = first;
                while end - row.offset < BLOCK as u64
                    && let Some(after) = self.pages.rows().get(last + 1).map(|row| row.location)
                    && (after.source, after.offset) == (row.source, end)
                    && stays[last + 1]
                {
                    last += 1;
                    end = after.offset + u64::from(after.length) + 1;
                }
                plain.append(row.source, row.offset, end.min(self.sources.end(row)) - row.offset, block)?;
                if !block.ends_with(b"\n") {
                    block.push(b'\n');
                }
                from = last + 1;
            } else {
                let mut record = Vec::new();
                plain.record(row, &mut record)?;
                if format == Format::PlainText {
                    record = self.as_json(first as u32, &record)?;
                }
                match marks {
                    None => block.extend_from_slice(&record),
                    Some(marks) => {
                        let mark = marks.get(&(first as u32)).unwrap_or(&Mark::KEPT);
                        marked(&record, mark, block)?;
                    }
                }
                block.push(b'\n');
                from = first + 1;
            }
        }
        Ok(from)
    }

    /// A plain-text page as a record.
    fn as_json(&self, page: u32, text: &[u8]) -> Result<Vec<u8>> {
        let text = std::str::from_utf8(text).map_err(|_| {
            Error::new(ErrorKind::Input, self.pages.id(page), "changed while Tamis was reading it")
        })?;
        text_record(self.pages.id(page), self.pages.site(page), text)
    }

    /// What is said of each page under `--annotate`, but for the ones that are simply kept.
    fn marks(&self) -> BTreeMap<u32, Mark> {
        let mut marks = BTreeMap::new();
        for removal in self.removals {
            let cluster = cluster_name(self.pages, removal.kept);
            let kept = self.pages.id(removal.kept).to_owned();
            marks
                .entry(removal.kept)
                .or_insert_with(|| Mark { cluster: Some(cluster.clone()), ..Mark::KEPT });
            let mark = Mark {
                decision: "removed",
                cluster: Some(cluster),
                kept: Some(kept),
                relation: Some(removal.relation),
                jaccard: Some(removal.evidence.overlap.jaccard()),
            };
            marks.insert(removal.page, mark);
        }
        for page in self.copies.redelivered.iter_ones() {
            marks.insert(page as u32, Mark { decision: "redelivered", ..Mark::KEPT });
        }
        marks
    }

    fn rows(&self) -> Rows<'_> {
        Rows { pages: self.pages, sources: self.sources, copies: self.copies, batch: self.batch }
    }

    /// Writes `removed.jsonl`, sorted by id.
    pub fn removed(&self, folder: &Path) -> Result<()> {
        let rows = self.rows();
        let mut sorted: Vec<&Removal> = self.removals.iter().collect();
        sorted.sort_unstable_by_key(|removal| {
            (self.pages.id(removal.page), self.pages.row(removal.page).digest)
        });
        self.table(folder, "removed.jsonl", sorted.into_iter().map(|removal| rows.removed(removal)))
    }

    /// Writes `clusters.jsonl`, sorted by the kept page's id, and `syndication.jsonl`, sorted by the sites' names.
    pub fn clusters(&self, folder: &Path, stories: &Stories<'a>) -> Result<Clusters<'a>> {
        let by_kept = by_kept(self.removals);
        let mut kept: Vec<u32> = by_kept.keys().copied().collect();
        kept.sort_unstable_by_key(|&page| (self.pages.id(page), self.pages.row(page).digest));
        let rows = self.rows();
        let mut clusters = Clusters { count: kept.len() as u64, ..Clusters::default() };
        let written = kept.iter().map(|page| {
            let removals = &by_kept[page];
            let figures = removals.iter().map(|removal| removal.figures());
            let story = stories.story(*page, figures, &mut clusters.told);
            rows.cluster(*page, removals, story.as_ref())
        });
        self.table(folder, "clusters.jsonl", written)?;
        self.table(folder, "syndication.jsonl", clusters.told.exchange.flows().map(SyndicationRow::new))?;
        Ok(clusters)
    }

    /// Writes `pairs.jsonl`: verified pairs of representatives, and a star inside each group of equal words. `shared`
    /// knows the kinds of contained pairs.
    pub fn pairs(&self, folder: &Path, proof: &Proof, shared: &[Shared]) -> Result<()> {
        let kinds: BTreeMap<(u32, u32), Kind> =
            shared.iter().filter_map(|shared| Some((shared.pair(), shared.kind?))).collect();
        let mut pairs = proof.findings.clone();
        for (first, group) in &self.copies.groups {
            let evidence = of_equal_words(proof, *first);
            let others = group.iter().filter(|&page| page != first);
            pairs.extend(others.map(|&b| Finding { a: *first, b, relation: Relation::Exact, evidence }));
        }
        let key = |page: u32| (self.pages.id(page), self.pages.row(page).digest);
        pairs.sort_unstable_by_key(|found| {
            let (a, b) = (key(found.a), key(found.b));
            (a.min(b), a.max(b))
        });
        let rows = self.rows();
        let kind = |found: &Finding| kinds.get(&(found.a, found.b)).copied();
        self.table(folder, "pairs.jsonl", pairs.iter().map(|found| rows.pair(found, kind(found))))
    }

    /// Writes `passages.jsonl`, by pair and by place in the page of the smaller id.
    pub fn passages(&self, folder: &Path, shared: &[Shared]) -> Result<()> {
        let mut shared: Vec<&Shared> = shared.iter().collect();
        let key = |page: u32| (self.pages.id(page), self.pages.row(page).digest);
        shared.sort_unstable_by_key(|shared| (key(shared.a), key(shared.b)));
        let rows = self.rows();
        self.table(folder, "passages.jsonl", shared.into_iter().flat_map(|shared| rows.passages(shared)))
    }

    /// Writes `redelivered.jsonl`: pages that an earlier batch has delivered, by id.
    pub fn redelivered(&self, folder: &Path, mut rows: Vec<RedeliveredRow>) -> Result<()> {
        rows.sort_unstable_by(|a, b| (&a.id, &a.digest).cmp(&(&b.id, &b.digest)));
        self.table(folder, "redelivered.jsonl", rows.into_iter())
    }

    /// Writes `matches.jsonl`: old pages that cannot be proved, by id.
    pub fn matches(&self, folder: &Path, mut rows: Vec<MatchRow>) -> Result<()> {
        rows.sort_unstable_by(|a, b| (&a.id, &a.old).cmp(&(&b.id, &b.old)));
        self.table(folder, "matches.jsonl", rows.into_iter())
    }

    /// Writes `templates.jsonl`, sorted by name.
    pub fn templates(&self, folder: &Path, templates: &[Template]) -> Result<()> {
        let rows = self.rows();
        self.table(folder, "templates.jsonl", templates.iter().map(|template| rows.template(template)))
    }

    /// Writes `inputs.jsonl`: the files, in reading order.
    pub fn inputs(&self, folder: &Path, counts: &[SourceCounts]) -> Result<()> {
        let rows = self.sources.list().iter().zip(counts);
        self.table(folder, "inputs.jsonl", rows.map(|(source, counts)| InputRow::new(source, *counts)))
    }

    fn table<R: Serialize>(&self, folder: &Path, name: &str, rows: impl Iterator<Item = R>) -> Result<()> {
        if !self.settings.writes_tables() {
            // Making the rows counts what they say.
            rows.for_each(drop);
            return Ok(());
        }
        let mut table = TableWriter::create(folder, name, self.settings.tables)?;
        for row in rows {
            table.row(&row)?;
        }
        table.finish()
    }
}

/// What `--annotate` says of a page, in its field `tamis`.
#[derive(Clone, Debug, Serialize)]
struct Mark {
    decision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relation: Option<Relation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jaccard: Option<f64>,
}

impl Mark {
    const KEPT: Self = Self { decision: "kept", cluster: None, kept: None, relation: None, jaccard: None };
}

/// The field that marks are written to.
const MARK_FIELD: &str = "tamis";

/// Appends a record with its mark as the last field, in place of an older mark.
fn marked(record: &[u8], mark: &Mark, out: &mut Vec<u8>) -> Result<()> {
    let unmarked = without_mark(record);
    let body = unmarked.strip_suffix(b"}").unwrap_or(&unmarked);
    out.extend_from_slice(body);
    if !body.ends_with(b"{") {
        out.push(b',');
    }
    out.extend_from_slice(format!("\"{MARK_FIELD}\":").as_bytes());
    out.extend_from_slice(&to_json(mark)?);
    out.push(b'}');
    Ok(())
}

/// A record as it stood before it was marked, blanks before the closing brace and around it aside.
pub(super) fn without_mark(record: &[u8]) -> Vec<u8> {
    let record = record.trim_ascii();
    let mut unmarked = record.to_vec();
    if memchr::memmem::find(record, MARK_FIELD.as_bytes()).is_some()
        && let Some(members) = members(record)
        && let Some(at) = members.iter().position(|(key, _)| key == MARK_FIELD)
    {
        let end = members[at].1.end;
        // From behind the field before, with the comma; the first field goes with the comma behind it.
        let cut = match (at.checked_sub(1).map(|before| members[before].1.end), members.get(at + 1)) {
            (Some(before), _) => before..end,
            (None, Some(_)) => {
                1..end + record[end..].iter().position(|&byte| byte == b',').map_or(0, |comma| comma + 1)
            }
            (None, None) => 1..end,
        };
        unmarked.drain(cut);
    }
    let body = unmarked.strip_suffix(b"}").unwrap_or(&unmarked).trim_ascii_end().len();
    unmarked.truncate(body);
    unmarked.push(b'}');
    unmarked
}

/// A plain-text page as a record.
pub(super) fn text_record(id: &str, site: &str, text: &str) -> Result<Vec<u8>> {
    #[derive(Serialize)]
    struct TextPage<'a> {
        id: &'a str,
        site: &'a str,
        text: &'a str,
    }
    to_json(&TextPage { id, site, text })
}

/// A row of a file that pages go to.
pub(super) fn to_json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|cause| Error::new(ErrorKind::Disk, "pages.jsonl", cause.to_string()))
}
