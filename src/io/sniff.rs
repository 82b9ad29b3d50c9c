//! Which format a file is of, known by its beginning.

use super::discover::STANDARD_INPUT;
use super::fields::{FieldNames, Role};
use super::formats::csv::delimiter;
use super::formats::warc::OPENING;
use super::source::Format;
use crate::error::{Error, ErrorKind, Result};
use std::path::Path;

/// What a text may begin with to say that it is UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The format that the beginning of a file shows.
#[expect(clippy::case_sensitive_file_extension_comparisons, reason = "the name is in lower case here")]
pub(super) fn sniff(place: &str, path: &Path, start: &[u8], names: &FieldNames) -> Result<Format> {
    let name = path.to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    if start.starts_with(b"PAR1") {
        return Ok(Format::Parquet);
    }
    if start.starts_with(OPENING) && !name.ends_with(".txt") {
        return Ok(Format::Warc);
    }
    let text = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start);
    let first = text.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    let named_lines = name.ends_with(".jsonl") || name.ends_with(".ndjson");
    let is_stdin = name == STANDARD_INPUT;
    if first == Some(b'[')
        && (named_lines || name.ends_with(".json") || is_stdin && is_array_of_objects(text))
    {
        let fault = "is one JSON array, which this version does not read";
        return Err(Error::new(ErrorKind::Input, place, fault)
            .next_step("make it JSON lines, for example with: jq -c '.[]'"));
    }
    if is_stdin && first.is_none() {
        return Ok(Format::JsonLines);
    }
    // A damaged file of a name that promises more than text is no text.
    if let Some(format) = promised(name) {
        return Ok(format);
    }
    let is_known = named_lines || name.ends_with(".txt");
    let is_csv = name.ends_with(".csv") || !is_known && has_header(text, names);
    if is_csv && !(first == Some(b'{') && first_line_is_object(text)) {
        return Ok(Format::Csv);
    }
    let looks_like_lines = first == Some(b'{') && (!name.ends_with(".txt") || first_line_is_object(text));
    Ok(if named_lines || looks_like_lines { Format::JsonLines } else { Format::PlainText })
}

#[expect(clippy::case_sensitive_file_extension_comparisons, reason = "the name is in lower case here")]
fn promised(name: &str) -> Option<Format> {
    match name {
        _ if name.ends_with(".parquet") => Some(Format::Parquet),
        _ if name.ends_with(".warc") || name.ends_with(".wet") => Some(Format::Warc),
        _ => None,
    }
}

/// Whether a text begins like a table with a column of texts.
fn has_header(text: &[u8], names: &FieldNames) -> bool {
    let delimiter = delimiter(text);
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii();
    let mut fields = line.split(|&byte| byte == delimiter).map(|field| {
        let field = field.trim_ascii();
        field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\"")).unwrap_or(field)
    });
    line.contains(&delimiter)
        && fields.any(|field| names.of(Role::Text).iter().any(|name| name.as_bytes() == field))
}

fn is_array_of_objects(text: &[u8]) -> bool {
    let mut bytes = text.iter().filter(|byte| !byte.is_ascii_whitespace());
    (bytes.next(), bytes.next()) == (Some(&b'['), Some(&b'{'))
}

fn first_line_is_object(text: &[u8]) -> bool {
    let line = text.split(|&byte| byte == b'\n').find(|line| !line.trim_ascii().is_empty());
    line.is_some_and(|line| serde_json::from_slice::<&serde_json::value::RawValue>(line).is_ok())
}
