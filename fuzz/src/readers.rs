//! Readers: whatever a file holds, every record is a page or a fault, and reading again gives the same.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write as _;
use tamis::error::ErrorKind;
use tamis::io::fields::FieldNames;
use tamis::io::record::{Parser, parse_slowly};
use tamis::io::source::{Format, Sources};
use tamis::io::tables;

/// Bytes of the longest record.
const LONGEST: usize = 1 << 16;

/// Reads a file of this name and these bytes twice.
fn read(name: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let mut sources = Sources::new(vec![path], folder.path().to_owned(), LONGEST);
    let first = batches(&mut sources);
    sources.rewind().unwrap();
    assert!(batches(&mut sources) == first, "read again, it says something else");
    let mut plain = sources.plain();
    let mut again = Vec::new();
    for (offset, bytes) in &first {
        again.clear();
        plain.append(0, *offset, bytes.len() as u64, &mut again).unwrap();
        assert!(again == *bytes, "read at {offset}, it says something else");
    }
}

/// Where the batches of a file begin, and what they say.
fn batches(sources: &mut Sources) -> Vec<(u64, Vec<u8>)> {
    let mut found = Vec::new();
    let mut reader = sources.batches();
    loop {
        let batch = match reader.next_batch() {
            Ok(Some(batch)) => batch,
            Ok(None) => break,
            Err(fault) => {
                assert_eq!(fault.kind(), ErrorKind::Input, "{fault}");
                break;
            }
        };
        for number in 0..batch.faults.len() {
            let row = batch.fault_row(number, "in", 1);
            assert!(!row.reason.is_empty());
        }
        if batch.format != Format::PlainText {
            batch.bytes.split(|&byte| byte == b'\n').for_each(record);
        }
        found.push((batch.offset, batch.bytes));
    }
    found
}

/// The fast parser says what the slow obvious one says.
fn record(line: &[u8]) {
    let names = FieldNames::default();
    let mut parser = Parser::default();
    match (parser.parse(line, &names), parse_slowly(line, &names)) {
        (Ok(fast), Ok(slow)) => assert_eq!(fast, slow),
        // Which of two faults is named first may differ.
        (Err(fast), Err(slow)) => assert!(!fast.is_empty() && !slow.is_empty()),
        (fast, slow) => panic!("{fast:?} is not {slow:?}"),
    }
}

/// JSON lines, or whatever the bytes are known as.
pub fn json_lines(bytes: &[u8]) {
    read("in.jsonl", bytes);
}

/// CSV.
pub fn csv(bytes: &[u8]) {
    read("in.csv", bytes);
}

/// Parquet.
pub fn parquet(bytes: &[u8]) {
    read("in.parquet", bytes);
}

/// WARC and WET.
pub fn warc(bytes: &[u8]) {
    read("in.warc", bytes);
}

/// A packed file. The first byte says of which format and how packed; the rest is the file as it is, or what its members or
/// frames hold, parted by [`PARTING`], and a place in it that is damaged.
pub fn packed(bytes: &[u8]) {
    let Some((&kind, rest)) = bytes.split_first() else { return };
    let name = ["in.jsonl.gz", "in.warc.gz", "in.wet.zst", "in.csv.zst"][usize::from(kind & 3)];
    if kind & 4 != 0 {
        return read(name, rest);
    }
    let Some((damage, rest)) = rest.split_first_chunk::<3>() else { return };
    let mut file = Vec::new();
    for member in pieces(rest, PARTING) {
        file.extend(if kind & 8 == 0 { gzip(member) } else { zstd::encode_all(member, 1).unwrap() });
    }
    let at = usize::from(u16::from_le_bytes([damage[0], damage[1]]));
    if let Some(byte) = file.get_mut(at) {
        *byte ^= damage[2];
    }
    read(name, &file);
}

/// Between the members of a packed file.
const PARTING: &[u8] = b"\n--\n";

fn pieces<'a>(mut bytes: &'a [u8], parting: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while let Some(at) = bytes.windows(parting.len()).position(|window| window == parting) {
        pieces.push(&bytes[..at]);
        bytes = &bytes[at + parting.len()..];
    }
    pieces.push(bytes);
    pieces
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The body of an HTTP response: the first byte says in which code page and how packed it says it is.
pub fn html(bytes: &[u8]) {
    let Some((&kind, body)) = bytes.split_first() else { return };
    let code_page = [
        "",
        "; charset=utf-8",
        "; charset=windows-1256",
        "; charset=shift_jis",
        "; charset=utf-16le",
        "; charset=\"gb18030",
        "; charset=x",
        ";;charset=iso-2022-jp",
    ][usize::from(kind & 7)];
    let packing = match kind >> 3 {
        1 => "Content-Encoding: gzip\r\n",
        2 => "Content-Encoding: br\r\n",
        3 => "Content-Encoding: zstd\r\n",
        4 => "Content-Encoding: deflate\r\n",
        5 => "Transfer-Encoding: chunked\r\n",
        6 => "Transfer-Encoding: chunked\r\nContent-Encoding: deflate, br\r\n",
        _ => "",
    };
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html{code_page}\r\n{packing}\r\n");
    let length = head.len() + body.len();
    let record = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://s.example/\r\nContent-Type: application/http\r\nContent-Length: {length}\r\n\r\n{head}"
    );
    read("in.warc", &[record.as_bytes(), body, b"\r\n\r\n"].concat());
}

/// A table of an output folder, written as Parquet.
pub fn tables(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("removed.parquet"), bytes).unwrap();
    let read = tables::for_each_line(folder.path(), "removed.jsonl", |_, line| {
        assert!(!line.contains(&b'\n'));
        Ok(())
    });
    if let Err(fault) = read {
        assert!(fault.to_string().contains("removed"), "{fault}");
    }
}
