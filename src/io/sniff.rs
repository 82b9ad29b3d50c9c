//! Which format a file is of, known by its beginning.

use super::discover::STANDARD_INPUT;
use super::source::Format;
use crate::error::{Error, ErrorKind, Result};
use std::path::Path;

/// What a text may begin with to say that it is UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The format that the beginning of a file shows.
#[expect(clippy::case_sensitive_file_extension_comparisons, reason = "the name is in lower case here")]
pub(super) fn sniff(place: &str, path: &Path, start: &[u8]) -> Result<Format> {
    let unread = |what: &str, step: &str| {
        Err(Error::new(ErrorKind::Input, place, format!("is {what}, which this version does not read"))
            .next_step(step))
    };
    let name = path.to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    if start.starts_with(b"PAR1") {
        return unread("Parquet", "convert it to JSON lines");
    }
    if start.starts_with(b"WARC/") {
        return unread("WARC", "extract its text to JSON lines");
    }
    if name.ends_with(".csv") {
        return unread("CSV", "convert it to JSON lines");
    }
    let text = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start);
    let first = text.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    let named_lines = name.ends_with(".jsonl") || name.ends_with(".ndjson");
    let is_stdin = name == STANDARD_INPUT;
    if first == Some(b'[')
        && (named_lines || name.ends_with(".json") || is_stdin && is_array_of_objects(text))
    {
        return unread("one JSON array", "make it JSON lines, for example with: jq -c '.[]'");
    }
    if is_stdin && first.is_none() {
        return Ok(Format::JsonLines);
    }
    let looks_like_lines = first == Some(b'{') && (!name.ends_with(".txt") || first_line_is_object(text));
    Ok(if named_lines || looks_like_lines { Format::JsonLines } else { Format::PlainText })
}

fn is_array_of_objects(text: &[u8]) -> bool {
    let mut bytes = text.iter().filter(|byte| !byte.is_ascii_whitespace());
    (bytes.next(), bytes.next()) == (Some(&b'['), Some(&b'{'))
}

fn first_line_is_object(text: &[u8]) -> bool {
    let line = text.split(|&byte| byte == b'\n').find(|line| !line.trim_ascii().is_empty());
    line.is_some_and(|line| serde_json::from_slice::<&serde_json::value::RawValue>(line).is_ok())
}
