//! What becomes of a record that cannot be used: a row with its place, the reason and its bytes.

use super::raw::to_base64;
use serde::Serialize;

/// A record that is left out. Nothing is lost: the row says where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The input file.
    pub file: String,
    /// 1-based number of the record's line.
    pub record: u64,
    /// Byte offset in the decompressed file.
    pub offset: u64,
    /// Bytes of the record.
    pub length: u64,
    /// What is wrong with it.
    pub reason: String,
    /// Its first 4 KiB.
    pub raw: String,
    /// How `raw` is written: `utf-8` or `base64`.
    pub encoding: &'static str,
}

/// Bytes of a record that its row holds.
pub const RAW_BYTES: usize = 4096;

impl Reject {
    /// The row of a record that begins with `start`.
    pub fn new(
        file: &str,
        record: u64,
        offset: u64,
        length: u64,
        reason: impl Into<String>,
        start: &[u8],
    ) -> Self {
        let start = &start[..start.len().min(RAW_BYTES)];
        // A cut within a character is no fault of the record.
        let whole = match std::str::from_utf8(start) {
            Ok(text) => Some(text),
            Err(error) if error.error_len().is_none() && start.len() == RAW_BYTES => {
                std::str::from_utf8(&start[..error.valid_up_to()]).ok()
            }
            Err(_) => None,
        };
        let (raw, encoding) = match whole {
            Some(text) => (text.to_owned(), "utf-8"),
            None => (to_base64(start), "base64"),
        };
        Self { file: file.to_owned(), record, offset, length, reason: reason.into(), raw, encoding }
    }
}
