//! Kept records byte for byte, each a gzip member; where a text lost lines, a conversion record with the rest.

use super::super::write::{Output, Places, TextLeft, Unpacked};
use super::http::{Fields, head_end};
use crate::error::Result;
use crate::hash;
use std::fmt::Write as _;

/// What stands behind every record.
const RECORD_END: &[u8] = b"\r\n\r\n";

/// Writes the records of these ascending numbers.
pub(in crate::io) fn write(
    bytes: &mut Unpacked<'_>,
    out: &mut Output,
    places: &mut Places<'_>,
    records: &[u64],
    text: &mut TextLeft<'_>,
) -> Result<()> {
    let mut record = Vec::new();
    for (at, &number) in records.iter().enumerate() {
        bytes.record(places(number)?, &mut record)?;
        if let Some(text) = text(at)? {
            record = conversion(&record, &text);
        }
        record.extend_from_slice(RECORD_END);
        out.member(&record)?;
    }
    Ok(())
}

/// A record with this text, which was made from another one.
fn conversion(record: &[u8], text: &str) -> Vec<u8> {
    let fields = Fields::parse(&record[..head_end(record).unwrap_or(record.len())]);
    let origin = fields.get("warc-record-id").unwrap_or_default();
    // The same record and text make the same name, in any run: an UUID of version 8, whose bits are ours (RFC 9562).
    let name = hash::digest(&[origin.as_bytes(), b"\0", text.as_bytes()].concat());
    let name = name & !(0xF << 76) & !(0x3 << 62) | 0x8 << 76 | 0x2 << 62;
    let hex = format!("{name:032x}");
    let uuid = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
    let mut head = format!("WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <urn:uuid:{uuid}>\r\n");
    for (name, value) in [
        ("WARC-Refers-To", fields.get("warc-record-id")),
        ("WARC-Target-URI", fields.get("warc-target-uri")),
        ("WARC-Date", fields.get("warc-date")),
    ] {
        if let Some(value) = value {
            let _ = write!(head, "{name}: {value}\r\n");
        }
    }
    let length = text.len();
    let _ = write!(head, "Content-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), text.as_bytes()].concat()
}
