//! Heads of WARC records and of HTTP responses, which look alike, and what a response holds.

use crate::io::compression::unpack_body;
use crate::io::source::too_long;
use memchr::memmem;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Where the head at the beginning of `bytes` ends, its blank line counted.
pub(super) fn head_end(bytes: &[u8]) -> Option<usize> {
    let ends = |blank: &[u8]| memmem::find(bytes, blank).map(|at| at + blank.len());
    match (ends(b"\r\n\r\n"), ends(b"\n\n")) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Fields of a head by their names in lower case; of one name the first counts.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// The first line.
    pub(super) first: String,
    fields: BTreeMap<String, String>,
}

impl Fields {
    /// Reads a head, taking lines that are no fields for nothing.
    pub(super) fn parse(head: &[u8]) -> Self {
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let mut found = Self { first: lines.next().unwrap_or_default().trim().to_owned(), ..Self::default() };
        let mut latest: Option<String> = None;
        for line in lines {
            if line.starts_with([' ', '\t'])
                && let Some(value) = latest.as_ref().and_then(|name| found.fields.get_mut(name))
            {
                value.push(' ');
                value.push_str(line.trim());
            } else if let Some((name, value)) = line.split_once(':') {
                let name = name.trim().to_ascii_lowercase();
                found.fields.entry(name.clone()).or_insert_with(|| value.trim().to_owned());
                latest = Some(name);
            }
        }
        found
    }

    /// The value of a field, blanks around it aside.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// The media type that a field says, in lower case, without what follows it.
    pub(super) fn media_type(&self, name: &str) -> String {
        let value = self.get(name).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The charset that the field says.
    pub(super) fn charset(&self, name: &str) -> Option<&str> {
        self.get(name)?.split(';').skip(1).find_map(|part| {
            let (key, value) = part.split_once('=')?;
            let value = value.trim().trim_matches(['"', '\'']);
            key.trim().eq_ignore_ascii_case("charset").then_some(value)
        })
    }
}

/// The status of a response by its first line.
pub(super) fn status(first: &str) -> Option<u16> {
    let rest = first.strip_prefix("HTTP/")?;
    rest.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// How many bytes a packed one may stand for; beyond is what is made to fill memory. Deflate reaches 1032.
const MOST_A_BYTE: usize = 1032;

/// Bytes that a body may unpack to in any case.
const ALWAYS: usize = 1 << 18;

/// What a response holds, unpacked; at most `longest` bytes. What is packed oddly, as crawlers that unpack it leave it,
/// is taken as it stands.
pub(super) fn body<'a>(fields: &Fields, bytes: &'a [u8], longest: usize) -> Result<Cow<'a, [u8]>, String> {
    let is_chunked =
        fields.get("transfer-encoding").is_some_and(|how| how.to_ascii_lowercase().contains("chunked"));
    let mut body = Cow::Borrowed(bytes);
    if is_chunked && let Some(joined) = join_chunks(bytes) {
        body = Cow::Owned(joined);
    }
    for encoding in fields.get("content-encoding").unwrap_or_default().split(',').rev() {
        let encoding = encoding.trim().to_ascii_lowercase();
        let most = bytes.len().saturating_mul(MOST_A_BYTE).saturating_add(ALWAYS).min(longest);
        if let Some(unpacked) = unpack_body(&body, &encoding, most)? {
            if unpacked.len() > most {
                let bomb = || format!("has a body that unpacks to more than {MOST_A_BYTE} times its bytes");
                return Err(if most == longest { too_long(longest) } else { bomb() });
            }
            body = Cow::Owned(unpacked);
        }
    }
    Ok(body)
}

/// The chunks of a body as one; none if it does not begin with one (RFC 9112, 7.1). What is cut off ends there.
fn join_chunks(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::new();
    let mut is_first = true;
    loop {
        let size = memchr::memchr(b'\n', bytes).and_then(|end| {
            let line = std::str::from_utf8(&bytes[..end]).ok()?;
            let digits = line.split(';').next()?.trim();
            Some((end + 1, usize::from_str_radix(digits, 16).ok()?))
        });
        let Some((at, size)) = size else { return (!is_first).then_some(joined) };
        is_first = false;
        if size == 0 {
            return Some(joined);
        }
        let chunk = &bytes[at..];
        joined.extend_from_slice(&chunk[..size.min(chunk.len())]);
        let rest = chunk.get(size..).unwrap_or_default();
        bytes = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}
