//! Which records are pages, and what they say as such.

use super::http::{Fields, body, head_end, status};
use super::reader::Record;
use crate::io::fields::{FieldNames, Role};
use crate::io::formats::html::{Visible, decoded, visible};
use crate::io::formats::lines::{RecordLines, Value};

/// What the text of a page is made from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Media {
    Html,
    Text,
}

impl Media {
    fn of(name: &str) -> Option<Self> {
        match name {
            "text/html" | "application/xhtml+xml" => Some(Self::Html),
            "text/plain" => Some(Self::Text),
            _ => None,
        }
    }
}

/// Where the text of a record stands in its block.
struct Body<'a> {
    media: Media,
    charset: Option<&'a str>,
}

/// What a record is, by its fields and the beginning of its block, if it is no page.
pub(super) fn want(fields: &Fields, block: &[u8]) -> Option<String> {
    let kind = fields.get("warc-type").unwrap_or_default().to_ascii_lowercase();
    match kind.as_str() {
        "response" if fields.media_type("content-type") == "application/http" => {
            let head = Fields::parse(&block[..head_end(block).unwrap_or(block.len())]);
            match status(&head.first) {
                Some(200..300) => other_media(&kind, &head.media_type("content-type")),
                Some(status) => Some(format!("{kind} with status {status}")),
                None => Some(format!("{kind} without a status")),
            }
        }
        "response" | "resource" | "conversion" => other_media(&kind, &fields.media_type("content-type")),
        "warcinfo" | "request" | "metadata" | "revisit" | "continuation" => Some(kind),
        _ => Some("record of no known type".to_owned()),
    }
}

fn other_media(kind: &str, media: &str) -> Option<String> {
    if Media::of(media).is_some() {
        return None;
    }
    let is_plain =
        !media.is_empty() && media.len() <= 64 && media.bytes().all(|byte| byte.is_ascii_graphic());
    Some(format!("{kind} of {}", if is_plain { media } else { "no known type" }))
}

/// Makes pages of records.
pub(super) struct PageMaker {
    names: [String; Role::COUNT],
    longest: usize,
}

impl PageMaker {
    /// Pages get the first name of each role.
    pub(super) fn new(names: &FieldNames, longest: usize) -> Self {
        let names = Role::ALL.map(|role| names.of(role).first().cloned().unwrap_or_default());
        Self { names, longest }
    }

    /// The line of a record.
    pub(super) fn make(&self, record: &Record, out: &mut RecordLines) {
        match self.visible(record) {
            Ok(Visible { title, text }) => {
                let url = record.fields.get("warc-target-uri");
                let url = url.map(|url| url.trim_start_matches('<').trim_end_matches('>'));
                let fields = [
                    (Role::Url, url),
                    // The day of the crawl: what a page says of its own day is its text's.
                    (Role::Date, record.fields.get("warc-date")),
                    (Role::Title, Some(title.as_str()).filter(|title| !title.is_empty())),
                    (Role::Text, Some(text.as_str())),
                ];
                let fields = fields.into_iter().filter_map(|(role, value)| {
                    Some((self.names[role as usize].as_str(), Value::Text(value?)))
                });
                out.page(record.place, fields);
            }
            Err(reason) => out.fault(record.place, reason, &record.block),
        }
    }

    fn visible(&self, record: &Record) -> Result<Visible, String> {
        let Record { fields, block, .. } = record;
        if fields.media_type("content-type") != "application/http" {
            let media = Media::of(&fields.media_type("content-type")).unwrap_or(Media::Text);
            return Ok(seen(block, &Body { media, charset: fields.charset("content-type") }));
        }
        let at = head_end(block).unwrap_or(block.len());
        let head = Fields::parse(&block[..at]);
        let bytes = body(&head, &block[at..], self.longest)?;
        let media = Media::of(&head.media_type("content-type")).unwrap_or(Media::Html);
        Ok(seen(&bytes, &Body { media, charset: head.charset("content-type") }))
    }
}

fn seen(bytes: &[u8], body: &Body<'_>) -> Visible {
    match body.media {
        Media::Html => visible(bytes, body.charset),
        Media::Text => Visible { title: String::new(), text: decoded(bytes, body.charset).into_owned() },
    }
}
