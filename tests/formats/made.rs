//! Invented pages in every format.

use crate::support::workdir::{Prose, line};
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{Array, ArrayRef, Int64Array, LargeStringArray, RecordBatch, StringArray, StructArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use serde_json::json;
use std::fmt::Write as _;
use std::sync::Arc;

/// A page as every format can hold it: its id is its address.
#[derive(Clone, Debug)]
pub struct Page {
    pub url: String,
    pub date: String,
    pub text: String,
}

impl Page {
    pub fn new(site: &str, name: &str, day: usize, text: impl Into<String>) -> Self {
        let date = format!("2026-03-{:02}T08:00:00Z", day % 28 + 1);
        Self { url: format!("https://{site}/{name}"), date, text: text.into() }
    }

    /// Site and name.
    pub fn place(&self) -> (&str, &str) {
        self.url.trim_start_matches("https://").split_once('/').unwrap()
    }
}

/// Pages of three sites: near copies of different lengths, copies in other punctuation, pages by themselves, one without a
/// word; with line feeds, quotes, separators and letters of several scripts.
pub fn pages() -> Vec<Page> {
    let mut prose = Prose::new(77);
    let mut pages = Vec::new();
    for story in 0..12 {
        let words = prose.words(90 + story);
        let body = |words: &[String]| {
            words.chunks(15).map(|line| line.join(" ")).collect::<Vec<String>>().join("\n")
        };
        pages.push(Page::new("one.example", &format!("s{story}"), story, body(&words)));
        let edited = prose.edited(&words, 20, 3);
        let longer = body(&edited) + "\nمرحبا, \"quoted; text\" | 北京 " + &prose.text(story + 1);
        pages.push(Page::new("two.example", &format!("s{story}"), story + 3, longer));
        if story % 3 == 0 {
            pages.push(Page::new("three.example", &format!("s{story}"), story + 5, body(&words) + "!"));
        }
        pages.push(Page::new("three.example", &format!("own{story}"), story, prose.text(60)));
    }
    pages.push(Page::new("one.example", "empty", 1, ""));
    pages
}

pub fn json_lines(pages: &[Page]) -> Vec<u8> {
    let record = |page: &Page| line(&json!({ "url": page.url, "date": page.date, "text": page.text }));
    pages.iter().map(record).collect::<String>().into_bytes()
}

fn strings(pages: &[Page], of: impl Fn(&Page) -> &str) -> Vec<String> {
    pages.iter().map(|page| of(page).to_owned()).collect()
}

/// Rows of groups of nine rows.
pub fn parquet_of(batch: &RecordBatch) -> Vec<u8> {
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(9))
        .set_compression(parquet::basic::Compression::SNAPPY)
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

pub fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .unwrap()
}

/// Plain columns, and one that Tamis does not know.
pub fn parquet_plain(pages: &[Page]) -> Vec<u8> {
    let numbers = Int64Array::from_iter_values(0..pages.len() as i64);
    parquet_of(&batch(vec![
        ("crawler", Arc::new(numbers)),
        ("url", Arc::new(StringArray::from(strings(pages, |page| &page.url)))),
        ("date", Arc::new(StringArray::from(strings(pages, |page| &page.date)))),
        ("text", Arc::new(StringArray::from(strings(pages, |page| &page.text)))),
    ]))
}

/// Large strings, a struct with the address and the date, lists and nulls in columns that Tamis does not know.
pub fn parquet_nested(pages: &[Page]) -> Vec<u8> {
    let meta = StructArray::from(vec![
        (
            Arc::new(Field::new("url", DataType::Utf8, true)),
            Arc::new(StringArray::from(strings(pages, |page| &page.url))) as ArrayRef,
        ),
        (
            Arc::new(Field::new("date", DataType::LargeUtf8, true)),
            Arc::new(LargeStringArray::from(strings(pages, |page| &page.date))) as ArrayRef,
        ),
    ]);
    let mut tags = ListBuilder::new(StringBuilder::new());
    for number in 0..pages.len() {
        match number % 3 {
            0 => tags.append(false),
            1 => tags.append(true),
            _ => {
                tags.values().append_value("a");
                tags.values().append_null();
                tags.append(true);
            }
        }
    }
    parquet_of(&batch(vec![
        ("tags", Arc::new(tags.finish())),
        ("meta", Arc::new(meta)),
        ("text", Arc::new(LargeStringArray::from(strings(pages, |page| &page.text)))),
    ]))
}

fn warc_record(head: &[(&str, &str)], block: &[u8]) -> Vec<u8> {
    let mut record = "WARC/1.0\r\n".to_owned();
    for (name, value) in head {
        write!(record, "{name}: {value}\r\n").unwrap();
    }
    write!(record, "Content-Length: {}\r\n\r\n", block.len()).unwrap();
    [record.as_bytes(), block, b"\r\n\r\n"].concat()
}

pub fn conversion(page: &Page) -> Vec<u8> {
    let head = [
        ("WARC-Type", "conversion"),
        ("WARC-Target-URI", &page.url),
        ("WARC-Date", &page.date),
        ("Content-Type", "text/plain"),
    ];
    warc_record(&head, page.text.as_bytes())
}

/// A response with this head of its own, and body.
pub fn response(url: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let fields = [
        ("WARC-Type", "response"),
        ("WARC-Record-ID", "<urn:uuid:00000000-0000-4000-8000-000000000001>"),
        ("WARC-Target-URI", url),
        ("WARC-Date", "2026-03-01T08:00:00Z"),
        ("Content-Type", "application/http; msgtype=response"),
    ];
    warc_record(&fields, &[format!("HTTP/1.1 {head}\r\n\r\n").as_bytes(), body].concat())
}

/// A record that is no page.
pub fn other(kind: &str) -> Vec<u8> {
    warc_record(&[("WARC-Type", kind), ("Content-Type", "application/warc-fields")], b"software: by hand\r\n")
}

/// Records, a warcinfo first and a request among them.
pub fn wet(pages: &[Page]) -> Vec<Vec<u8>> {
    let mut records = vec![other("warcinfo")];
    for (number, page) in pages.iter().enumerate() {
        if number % 7 == 3 {
            records.push(other("request"));
        }
        records.push(conversion(page));
    }
    records
}

/// The pages as HTML, of which the same texts are to be seen.
pub fn html(pages: &[Page]) -> Vec<Vec<u8>> {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let made = |page: &Page| {
        let lines: String = page.text.lines().map(|line| format!("<p>{}\n", escaped(line))).collect();
        let body = format!("<!doctype html><script>x < y</script><body>{lines}</body>");
        response(&page.url, "200 OK\r\nContent-Type: text/html; charset=utf-8", body.as_bytes())
    };
    pages.iter().map(made).collect()
}

/// Rows behind a header; `separator` between fields.
pub fn csv(pages: &[Page], separator: char) -> Vec<u8> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut table = ["note", "url", "text", "date"].join(&separator.to_string()) + "\r\n";
    for (number, page) in pages.iter().enumerate() {
        let fields = [format!("n{number}"), page.url.clone(), quoted(&page.text), page.date.clone()];
        table += &(fields.join(&separator.to_string()) + "\r\n");
    }
    table.into_bytes()
}

/// The schema of a file.
pub fn schema_of(bytes: &[u8]) -> Schema {
    let builder = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(
        bytes::Bytes::copy_from_slice(bytes),
    );
    builder.unwrap().schema().as_ref().clone()
}

/// All rows of a file.
pub fn rows_of(bytes: &[u8]) -> Vec<RecordBatch> {
    let builder = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(
        bytes::Bytes::copy_from_slice(bytes),
    );
    builder.unwrap().build().unwrap().map(Result::unwrap).collect()
}

/// One column of strings of a file.
pub fn column(bytes: &[u8], name: &str) -> Vec<String> {
    let batches = rows_of(bytes);
    let mut found = Vec::new();
    for batch in batches {
        let array = batch.column_by_name(name).unwrap();
        let strings = arrow_cast::cast(array, &DataType::Utf8).unwrap();
        let strings = strings.as_any().downcast_ref::<StringArray>().unwrap();
        found.extend((0..strings.len()).map(|row| strings.value(row).to_owned()));
    }
    found
}
