//! A few bytes that unpack to very many.
//!
//! Time is told by its growth: four times as much may take four times as long, and something for the noise of the machine.

use super::{assert_survived, survive};
use crate::support::workdir::{Workdir, gzip, zst};
use std::io::Write as _;
use std::time::{Duration, Instant};

/// What bombs may take of memory, whatever they unpack to.
const MEMORY: u64 = 128 << 20;

/// Peak resident bytes of a run, as its manifest says.
fn peak(workdir: &Workdir) -> u64 {
    workdir.manifest("out")["memory"]["peak_bytes"].as_u64().unwrap()
}

/// A response whose body is packed like this, as many times as there are words.
fn response(encoding: &str, body: &[u8]) -> Vec<u8> {
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {encoding}\r\n\r\n");
    let length = http.len() + body.len();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://s.example/{encoding}\r\n\
         Content-Type: application/http\r\nContent-Length: {length}\r\n\r\n{http}"
    );
    [head.as_bytes(), body, b"\r\n\r\n"].concat()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    brotli::CompressorWriter::new(&mut packed, 1 << 16, 5, 22).write_all(bytes).unwrap();
    packed
}

#[test]
fn bodies_that_unpack_to_gigabytes_are_rejected_in_little_memory() {
    let much = vec![b'x'; 256 << 20];
    let bombs = [
        ("gzip", gzip(&much)),
        ("br", brotli(&much)),
        ("zstd", zst(&much)),
        ("gzip, gzip", gzip(&gzip(&much))),
        ("gzip, zstd, br", brotli(&zst(&gzip(&much)))),
    ];
    drop(much);
    for (encoding, body) in bombs {
        let workdir = Workdir::new();
        workdir.write("in.warc", response(encoding, &body));
        let run = workdir.tamis(&[
            "dedup",
            "in.warc",
            "-o",
            "out",
            "--longest-record",
            "16MiB",
            "--max-rejects",
            "100%",
        ]);
        assert_eq!(run.code, 0, "{encoding}: {run:?}");
        let reasons = workdir.column("out/rejects.jsonl", "reason");
        assert!(
            reasons.len() == 1
                && ["longer than 16 MiB", "1032 times"].iter().any(|why| reasons[0].contains(why)),
            "{encoding}: {reasons:?}"
        );
        assert!(peak(&workdir) < MEMORY, "{encoding}: {} MiB", peak(&workdir) >> 20);
    }
}

/// How long a run over so many packed line feeds takes.
fn line_feeds(count: usize, pack: fn(&[u8]) -> Vec<u8>) -> Duration {
    let workdir = Workdir::new();
    workdir.write("in.jsonl.gz", pack(&vec![b'\n'; count]));
    let start = Instant::now();
    let run = workdir.tamis(&["dedup", "in.jsonl.gz", "-o", "out", "--memory", "128MiB"]);
    let took = start.elapsed();
    assert_survived(&run);
    assert_eq!((run.code, workdir.manifest("out")["inputs"]["records"].as_u64()), (0, Some(0)), "{run:?}");
    assert!(peak(&workdir) < MEMORY, "{} MiB", peak(&workdir) >> 20);
    took
}

#[test]
fn hundreds_of_millions_of_line_feeds_take_linear_time_and_little_memory() {
    for pack in [gzip as fn(&[u8]) -> Vec<u8>, zst] {
        let (few, many) = (line_feeds(50 << 20, pack), line_feeds(200 << 20, pack));
        assert!(many < 8 * few + Duration::from_secs(2), "{few:?} {many:?}");
    }
}

#[test]
fn a_packed_file_in_a_packed_file_is_no_input() {
    let lines = b"{\"id\":\"a\",\"text\":\"some words\"}\n";
    for (name, bytes) in [("in.jsonl.gz", gzip(&gzip(lines))), ("in.jsonl.zst", zst(&gzip(lines)))] {
        let (_, run) = survive(name, &bytes);
        assert!(matches!(run.code, 2 | 3), "{name}: {run:?}");
    }
}
