//! `tamis restore`: the inputs of `tamis strip`, byte for byte, from what it wrote; of `tamis run`, the pages that it kept.
//!
//! An input file is written anew from its beginning. At each offset stands either a gap, which `gaps.jsonl` holds, or
//! the next page of `pages.jsonl`, with its lines put back where `spans.jsonl` has some of it, and a line
//! feed behind it unless the file ends there. Nothing is believed: spans must fit their text, its digest must be that
//! of the original, everything that was cut must find its page, and the whole file must have the size and the digest
//! that the input had. So a folder that was changed is an error that says where, and never a file that is nearly right.

use super::manifest::{MANIFEST, OUTPUT_VERSION};
use super::rows::{InputRow, hex};
use super::strip::manifest::COMMAND;
use super::strip::rows::{GapRow, SpansRow};
use super::write::PageSink;
use super::{Observer, go_on, run};
use crate::boilerplate::spans::put_back;
use crate::error::{Error, ErrorKind, Result};
use crate::hash::{self, Digester};
use crate::io::fields::FieldNames;
use crate::io::formats::write::with_texts;
use crate::io::record::{Parser, text_token};
use crate::io::source::Format;
use crate::io::spool::Spool;
use crate::io::table::Table;
use crate::io::tables::{Lines, read_document, read_rows};
use crate::io::token::decode;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

const PAGES: &str = "pages.jsonl";
const SPANS: &str = "spans.jsonl";

/// What was restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Input files.
    pub inputs: u64,
    /// Pages.
    pub pages: u64,
    /// Of these, pages that had lost lines.
    pub put_back: u64,
    /// Plain bytes.
    pub bytes: u64,
}

/// Gives what was read to `out`: the plain bytes of all inputs of a folder of `tamis strip`, one after the other; the
/// records that a folder of `tamis run` keeps.
pub fn restore(
    folder: &Path,
    temp_dir: &Path,
    observer: &dyn Observer,
    out: &mut PageSink<'_>,
) -> Result<Restored> {
    let head = head(folder)?;
    let inputs: Vec<InputRow> = read_rows(folder, "inputs.jsonl")?;
    match head.command.as_str() {
        COMMAND => inputs_of(folder, &inputs, head.settings.fields, temp_dir, observer, out),
        _ => kept_of(folder, &inputs, &head.settings.fields, observer, out),
    }
}

/// The table that was stripped into a folder, with every line put back; `left` is what was left of it.
pub fn restore_table(folder: &Path, left: &Table, temp_dir: &Path, observer: &dyn Observer) -> Result<Table> {
    let fields = head(folder)?.settings.fields;
    let mut lines = Vec::new();
    restore(folder, temp_dir, observer, &mut |bytes| {
        lines.extend_from_slice(bytes);
        Ok(())
    })?;
    let mut parser = Parser::default();
    // Rows that were no pages are not among what is left.
    let records = lines
        .split(|&byte| byte == b'\n')
        .filter_map(|line| parser.parse(line, &fields).ok().map(|record| Some(record.text.into_owned())));
    let mut texts: Vec<Option<String>> = records.collect();
    if texts.len() != left.rows() {
        let fault = format!("holds {} pages, and the table has {} rows", texts.len(), left.rows());
        return Err(changed(folder.display().to_string(), fault));
    }
    with_texts(left, &fields, &mut |row| Ok(texts[row].take()))
}

/// The inputs of `tamis strip`.
fn inputs_of(
    folder: &Path,
    inputs: &[InputRow],
    fields: FieldNames,
    temp_dir: &Path,
    observer: &dyn Observer,
    out: &mut PageSink<'_>,
) -> Result<Restored> {
    observer.phase("writing", inputs.iter().map(|input| input.bytes).sum());
    let mut restorer = Restorer {
        pages: Lines::open(folder, PAGES)?,
        gaps: Lines::open(folder, "gaps.jsonl")?,
        gap: None,
        spans: SpansIndex::read(folder, temp_dir)?,
        fields,
        text_fields: FieldNames::default(),
        inputs_place: folder.join("inputs.jsonl").display().to_string(),
        observer,
        out,
        restored: Restored::default(),
    };
    restorer.gap = restorer.gaps.next_row()?;
    for (number, input) in inputs.iter().enumerate() {
        restorer.file(number + 1, input)?;
    }
    if restorer.gap.is_some() {
        return Err(changed(restorer.gaps.place(), "is a gap at which no input has one"));
    }
    if restorer.pages.next_line()?.is_some() {
        return Err(changed(restorer.pages.place(), "is a page more than the inputs had"));
    }
    if let Some(row) = restorer.spans.first_unused() {
        return Err(changed(row, "is of no page that the inputs had"));
    }
    Ok(restorer.restored)
}

/// The records that `tamis run` keeps, with every line put back.
fn kept_of(
    folder: &Path,
    inputs: &[InputRow],
    fields: &FieldNames,
    observer: &dyn Observer,
    out: &mut PageSink<'_>,
) -> Result<Restored> {
    let text_fields = FieldNames::default();
    let is_text = |file: &str| {
        inputs.iter().any(|input| input.file == file && input.format == Format::PlainText.name())
    };
    let rows: Vec<SpansRow> = read_rows(folder, SPANS)?;
    let mut rows: BTreeMap<u64, SpansRow> =
        rows.into_iter().filter_map(|row| Some((row.page?, row))).collect();
    let mut pages = Lines::open(folder, PAGES)?;
    let mut restored = Restored { inputs: inputs.len() as u64, ..Restored::default() };
    observer.phase("writing", 0);
    while let Some(line) = pages.next_line()? {
        go_on(observer)?;
        restored.pages += 1;
        let mut page = match rows.remove(&restored.pages) {
            None => line.to_vec(),
            Some(row) => {
                restored.put_back += 1;
                let names = if is_text(&row.file) { &text_fields } else { fields };
                original(line, Some(&row), false, names).map_err(|fault| changed(pages.place(), fault))?
            }
        };
        page.push(b'\n');
        restored.bytes += page.len() as u64;
        observer.advance(page.len() as u64);
        out(&page)?;
    }
    if let Some(row) = rows.values().next() {
        let fault = format!("holds lines of page {:?}, which {PAGES} does not hold", row.id);
        return Err(changed(folder.join(SPANS).display().to_string(), fault));
    }
    Ok(restored)
}

/// What of the manifest says how to restore.
#[derive(Deserialize)]
struct Head {
    output_version: u32,
    command: String,
    pages: String,
    settings: Fields,
}

#[derive(Deserialize)]
struct Fields {
    fields: FieldNames,
}

fn head(folder: &Path) -> Result<Head> {
    let head: Head = read_document(folder, MANIFEST)?;
    let place = folder.join(MANIFEST).display().to_string();
    if ![COMMAND, run::COMMAND].contains(&head.command.as_str()) {
        let fault = format!("was written by tamis {}, which strips nothing", head.command);
        return Err(Error::new(ErrorKind::Saved, place, fault)
            .next_step("name a folder that tamis run or tamis strip has written"));
    }
    if head.pages != PAGES {
        let fault = format!("says that the pages went to {}", head.pages);
        return Err(Error::new(ErrorKind::Saved, place, fault).next_step("let them go to a folder: -o DIR"));
    }
    if head.output_version != OUTPUT_VERSION {
        let fault = format!("has output version {}, this Tamis reads {OUTPUT_VERSION}", head.output_version);
        return Err(Error::new(ErrorKind::Saved, place, fault).next_step("use the Tamis that wrote it"));
    }
    Ok(head)
}

/// A part of the folder that is not as it was written.
fn changed(place: String, fault: impl Into<String>) -> Error {
    Error::new(ErrorKind::Saved, place, fault)
        .next_step("use an unchanged copy of the folder, or strip the inputs again")
}

struct Restorer<'a, 'o> {
    pages: Lines,
    gaps: Lines,
    /// The next gap.
    gap: Option<GapRow>,
    spans: SpansIndex,
    /// By which the text of a record was found.
    fields: FieldNames,
    /// By which the text of a text file was written.
    text_fields: FieldNames,
    inputs_place: String,
    observer: &'a dyn Observer,
    out: &'a mut PageSink<'o>,
    restored: Restored,
}

/// How much of a file stands again.
#[derive(Default)]
struct Progress {
    bytes: u64,
    line_feeds: u64,
    digest: Digester,
}

impl Restorer<'_, '_> {
    fn file(&mut self, number: usize, input: &InputRow) -> Result<()> {
        let place = || format!("{}:{number}", self.inputs_place);
        let is_text = input.format == Format::PlainText.name();
        let Some(mut pages) = input.records.checked_sub(input.rejected) else {
            return Err(changed(place(), "says that more records were rejected than read"));
        };
        let place = place();
        let mut done = Progress::default();
        loop {
            go_on(self.observer)?;
            if let Some(gap) = self.gap.take_if(|gap| gap.file == input.file && gap.offset == done.bytes) {
                let Some(bytes) = gap.bytes().filter(|bytes| !bytes.is_empty()) else {
                    return Err(changed(self.gaps.place(), "does not say what stood there"));
                };
                self.give(&bytes, input, &mut done)?;
                self.gap = self.gaps.next_row()?;
            } else if pages > 0 {
                pages -= 1;
                self.page(input, is_text, &mut done)?;
            } else {
                break;
            }
        }
        if done.bytes != input.bytes {
            let fault = format!("{} had {} bytes, and {} are here", input.file, input.bytes, done.bytes);
            return Err(changed(place, fault));
        }
        if input.digest != Some(hex(done.digest.digest())) {
            let fault = format!("{} was another file than pages.jsonl and gaps.jsonl make of it", input.file);
            return Err(changed(place, fault));
        }
        self.restored.inputs += 1;
        Ok(())
    }

    fn give(&mut self, bytes: &[u8], input: &InputRow, done: &mut Progress) -> Result<()> {
        done.bytes += bytes.len() as u64;
        if done.bytes > input.bytes {
            let fault = format!("is beyond the {} bytes that {} had", input.bytes, input.file);
            return Err(changed(self.pages.place(), fault));
        }
        done.line_feeds += memchr::memchr_iter(b'\n', bytes).count() as u64;
        done.digest.push(bytes);
        self.restored.bytes += bytes.len() as u64;
        self.observer.advance(bytes.len() as u64);
        (self.out)(bytes)
    }

    fn page(&mut self, input: &InputRow, is_text: bool, done: &mut Progress) -> Result<()> {
        let record = done.line_feeds + 1;
        let spans = self.spans.take(&input.file, record)?;
        self.restored.put_back += u64::from(spans.is_some());
        self.restored.pages += 1;
        let names = if is_text { &self.text_fields } else { &self.fields };
        let Some(line) = self.pages.next_line()? else {
            let fault = format!("ends before {}:{record}, which is to stand next", input.file);
            return Err(changed(self.pages.place(), fault));
        };
        let mut page = if spans.is_none() && !is_text {
            Ok(line.to_vec())
        } else {
            original(line, spans.as_ref(), is_text, names)
        }
        .map_err(|fault| changed(self.pages.place(), fault))?;
        if !is_text && done.bytes + (page.len() as u64) < input.bytes {
            page.push(b'\n');
        }
        self.give(&page, input, done)
    }
}

/// A page as it was, or why the row of its spans is not of it.
fn original(
    page: &[u8],
    row: Option<&SpansRow>,
    is_text: bool,
    names: &FieldNames,
) -> std::result::Result<Vec<u8>, String> {
    let (at, rest) = text_of(page, names).ok_or("holds no text")?;
    let Some(SpansRow { id, tail, .. }) = row else { return Ok(rest.into_bytes()) };
    let of_row = |fault: String| format!("does not fit its row {id:?} of spans.jsonl: {fault}");
    let text = put_back(&rest, &tail.spans).map_err(of_row)?;
    if hex(hash::digest(text.as_bytes())) != tail.digest {
        return Err(of_row("its text was another".to_owned()));
    }
    if is_text {
        return Ok(text.into_bytes());
    }
    let mut original = page[..at.start].to_vec();
    match &tail.raw {
        None => tail.escapes.write(&text, &mut original),
        Some(raw) if decode(raw).as_ref() == Some(&text) => original.extend_from_slice(raw.as_bytes()),
        Some(_) => return Err(of_row("raw says another text".to_owned())),
    }
    original.extend_from_slice(&page[at.end..]);
    Ok(original)
}

/// Where the text of a page stands, and what it says.
fn text_of(page: &[u8], names: &FieldNames) -> Option<(Range<usize>, String)> {
    let at = text_token(page, names)?;
    let text = decode(std::str::from_utf8(page.get(at.clone())?).ok()?)?;
    Some((at, text))
}

/// The rows of `spans.jsonl`, found by file and record. The rows themselves wait in a temporary file.
struct SpansIndex {
    spool: Spool,
    places: BTreeMap<String, BTreeMap<u64, Stored>>,
    name: String,
}

/// Where a row is kept.
struct Stored {
    offset: u64,
    length: u64,
    line: u64,
}

impl SpansIndex {
    fn read(folder: &Path, temp_dir: &Path) -> Result<Self> {
        #[derive(Deserialize)]
        struct Place {
            file: String,
            record: u64,
        }
        let mut lines = Lines::open(folder, SPANS)?;
        let mut index = Self {
            spool: Spool::create(temp_dir)?,
            places: BTreeMap::new(),
            name: folder.join(SPANS).display().to_string(),
        };
        let mut waiting = Vec::new();
        let mut line = 0;
        while let Some(row) = lines.next_line()? {
            line += 1;
            let place: Place = serde_json::from_slice(row)
                .map_err(|cause| changed(index.place(line), format!("is no row of this table: {cause}")))?;
            let offset = index.spool.len() + waiting.len() as u64;
            let stored = Stored { offset, length: row.len() as u64, line };
            waiting.extend_from_slice(row);
            if waiting.len() > 1 << 20 {
                index.spool.append(&waiting)?;
                waiting.clear();
            }
            if index.places.entry(place.file).or_default().insert(place.record, stored).is_some() {
                return Err(changed(index.place(line), "is of the same page as a row before"));
            }
        }
        index.spool.append(&waiting)?;
        Ok(index)
    }

    fn place(&self, line: u64) -> String {
        format!("{}:{line}", self.name)
    }

    /// The row of a page, which has no other.
    fn take(&mut self, file: &str, record: u64) -> Result<Option<SpansRow>> {
        let Some(Stored { offset, length, line }) =
            self.places.get_mut(file).and_then(|records| records.remove(&record))
        else {
            return Ok(None);
        };
        let mut row = vec![0; length as usize];
        self.spool.read(offset, &mut row)?;
        serde_json::from_slice(&row)
            .map(Some)
            .map_err(|cause| changed(self.place(line), format!("is no row of this table: {cause}")))
    }

    /// Where the first row stands that no page took.
    fn first_unused(&self) -> Option<String> {
        let lines = self.places.values().flat_map(BTreeMap::values).map(|stored| stored.line);
        lines.min().map(|line| self.place(line))
    }
}
