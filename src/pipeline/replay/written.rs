//! Are the pages written exactly the records that were not removed, byte for byte?

use crate::error::Result;
use crate::hash;
use crate::io::formats::write::files_in;
use crate::io::record::Record;
use crate::io::source::{Format, Sources};
use crate::io::tables::{for_each_line, read_rows};
use crate::pipeline::Observer;
use crate::pipeline::copies::Copies;
use crate::pipeline::manifest::Manifest;
use crate::pipeline::prove::{TextReader, Texts};
use crate::pipeline::records::read_records;
use crate::pipeline::resume::Units;
use crate::pipeline::rows::{RemovedRow, hex};
use crate::pipeline::settings::Reading;
use crate::pipeline::strip::rows::SpansRow;
use crate::pipeline::stripped::StrippedPages;
use crate::pipeline::write::{text_record, to_json, without_mark};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;

/// The file that pages are written to, and what the manifest calls it.
const PAGES: &str = "pages.jsonl";

/// The file that stripped lines are written to.
const SPANS: &str = "spans.jsonl";

/// What was found.
pub(super) struct Written {
    /// Pages compared; none if they went to standard output.
    pub(super) pages: u64,
    /// What does not fit.
    pub(super) mismatch: Option<String>,
}

/// Compares `pages.jsonl` with the records of the inputs that should be in it; marked pages but for their marks.
pub(super) fn compare(
    folder: &Path,
    manifest: &Manifest,
    texts: &Texts<'_>,
    copies: &Copies,
    rows: &[RemovedRow],
) -> Result<Written> {
    if manifest.pages != PAGES {
        return Ok(Written { pages: 0, mismatch: None });
    }
    if !folder.join(PAGES).exists() {
        return Ok(Written { pages: 0, mismatch: Some(format!("{PAGES}: is gone")) });
    }
    let is_marked = manifest.settings.annotate;
    let checksum = |record: &[u8]| {
        if is_marked { hash::checksum(&without_mark(record)) } else { hash::checksum(record) }
    };
    let mut written = Vec::new();
    for_each_line(folder, PAGES, |_, line| {
        written.push(checksum(line));
        Ok(())
    })?;
    let mut expected = Vec::new();
    let mut plain = texts.sources.plain();
    let mut record = Vec::new();
    for page in kept(texts, manifest, copies, rows) {
        let location = texts.pages.row(page).location;
        plain.record(location, &mut record)?;
        if texts.sources.format(location) == Format::PlainText {
            let text = String::from_utf8_lossy(&record);
            record = text_record(texts.pages.id(page), texts.pages.site(page), &text)?;
        }
        expected.push(checksum(&record));
    }
    // The inputs may be named in another order now; the set of records must be the same.
    expected.sort_unstable();
    written.sort_unstable();
    let (pages, wanted) = (written.len() as u64, expected.len());
    let which = if is_marked { "of the inputs" } else { "that were not removed" };
    let mismatch = (expected != written).then(|| {
        format!("{PAGES}: {pages} records, which are not byte for byte the {wanted} records {which}")
    });
    Ok(Written { pages, mismatch })
}

/// Compares the pages in the files of other formats with those of the inputs in these formats: ids, addresses and texts.
pub(super) fn compare_formats(
    folder: &Path,
    manifest: &Manifest,
    texts: &Texts<'_>,
    copies: &Copies,
    rows: &[RemovedRow],
    observer: &dyn Observer,
) -> Result<Option<String>> {
    if manifest.pages != PAGES || manifest.settings.annotate {
        return Ok(None);
    }
    let mut expected: Vec<u64> = Vec::new();
    let mut reader = TextReader::new(texts);
    for page in kept(texts, manifest, copies, rows) {
        if texts.sources.get(texts.pages.row(page).file).format.is_converted() {
            expected.push(reader.record(page, said)?);
        }
    }
    let files = files_in(folder);
    let reading = &texts.settings.reading;
    // What was read once is short enough, in whatever format.
    let longest = 1 << 33;
    let mut sources =
        Sources::new(files, reading.temp_dir.clone(), longest).with_fields(reading.fields.clone());
    let (mut written, mut unread) = (Vec::new(), 0);
    let reading = Reading { longest_record: longest, ..reading.clone() };
    read_records(
        &mut sources,
        &reading,
        &mut Units::unkept(),
        observer,
        || (),
        |(), out: &mut Vec<u64>, _, record| out.push(said(record)),
        |out, _| {
            written.extend(out);
            Ok(ControlFlow::Continue(()))
        },
        &mut |_| {
            unread += 1;
            Ok(())
        },
    )?;
    expected.sort_unstable();
    written.sort_unstable();
    let (pages, wanted) = (written.len(), expected.len());
    Ok((expected != written || unread > 0).then(|| {
        format!("the files of other formats: {pages} pages, which are not the {wanted} that were not removed")
    }))
}

/// Digest of what a record says in any format.
fn said(record: &Record<'_>) -> u64 {
    let fields = [record.id.as_deref(), record.url.as_deref(), Some(&record.text)];
    let joined: Vec<&str> = fields.into_iter().map(Option::unwrap_or_default).collect();
    hash::checksum(joined.join("\0").as_bytes())
}

/// Compares `spans.jsonl` with what the pages of the inputs lose; what does not fit. Which file and line a page stands in
/// is not asked: the inputs may be named otherwise now.
pub(super) fn compare_spans(folder: &Path, stripped: StrippedPages) -> Result<Option<String>> {
    let checksum = |id: &str, tail: &[u8]| hash::checksum(&[id.as_bytes(), b"\0", tail].concat());
    let mut expected = Vec::new();
    stripped.into_spans().for_each(|id, tail| expected.push(checksum(id, tail)))?;
    let rows: Vec<SpansRow> = read_rows(folder, SPANS)?;
    let mut written =
        rows.iter().map(|row| Ok(checksum(&row.id, &to_json(&row.tail)?))).collect::<Result<Vec<u64>>>()?;
    expected.sort_unstable();
    written.sort_unstable();
    let (rows, wanted) = (written.len(), expected.len());
    Ok((expected != written).then(|| {
        format!("{SPANS}: {rows} pages, which do not lose what the {wanted} pages of the inputs lose")
    }))
}

/// The pages that should have been written.
fn kept(texts: &Texts<'_>, manifest: &Manifest, copies: &Copies, rows: &[RemovedRow]) -> Vec<u32> {
    let pages = texts.pages;
    let all = 0..pages.len() as u32;
    if manifest.settings.annotate {
        return all.collect();
    }
    let removed: BTreeSet<(&str, &str)> =
        rows.iter().map(|row| (row.id.as_str(), row.digest.as_str())).collect();
    all.filter(|&page| {
        let digest = hex(pages.row(page).digest);
        !copies.redelivered[page as usize] && !removed.contains(&(pages.id(page), digest.as_str()))
    })
    .collect()
}
