//! Files that are cut off, damaged, or made to do harm.

use super::made::{Page, batch, conversion, csv, other, pages, parquet_of, parquet_plain, response, wet};
use crate::support::random::Random;
use crate::support::workdir::{Run, Workdir, gzip, text, zst};
use arrow_array::{BinaryArray, Int64Array, ListArray, StringArray};
use std::io::Write as _;
use std::sync::Arc;

/// Reads a file with whatever it holds; its rejects as reasons.
fn rejects(workdir: &Workdir, file: &str, bytes: &[u8], arguments: &[&str]) -> Vec<String> {
    workdir.write(file, bytes);
    let run = workdir
        .tamis(&[&["dedup", file, "-o", "out", "--overwrite", "--max-rejects", "100%"], arguments].concat());
    assert_eq!(run.code, 0, "{run:?}");
    workdir.done(&["verify", "out", file]);
    workdir.column("out/rejects.jsonl", "reason")
}

fn kept(workdir: &Workdir) -> Vec<String> {
    workdir.column("out/pages.jsonl", "url")
}

fn three() -> Vec<Page> {
    ["a", "b", "c"]
        .map(|name| Page::new("s.example", name, 1, format!("the words of page {name} alone")))
        .to_vec()
}

fn url(name: &str) -> String {
    format!("https://s.example/{name}")
}

#[test]
fn a_warc_record_that_is_cut_off_is_rejected_with_its_place() {
    let workdir = Workdir::new();
    let whole = wet(&three()).concat();
    let last = whole.len() - conversion(&three()[2]).len();
    let found = rejects(&workdir, "cut.wet", &whole[..whole.len() - 20], &[]);
    assert!(found.len() == 1 && found[0].starts_with("is cut off after"), "{found:?}");
    let row = &workdir.rows("out/rejects.jsonl")[0];
    assert_eq!((&row["offset"], &row["record"]), (&last.into(), &4.into()), "{row}");
    assert_eq!(kept(&workdir), [url("a"), url("b")]);
    let found = rejects(&workdir, "head.wet", &whole[..last + 30], &[]);
    assert!(found.len() == 1 && found[0].contains("head"), "{found:?}");
}

#[test]
fn a_damaged_member_costs_its_record_alone() {
    for pack in [gzip as fn(&[u8]) -> Vec<u8>, zst] {
        let workdir = Workdir::new();
        let mut members: Vec<Vec<u8>> = three().iter().map(|page| pack(&conversion(page))).collect();
        let middle = members[1].len() / 2;
        members[1][middle..].iter_mut().for_each(|byte| *byte ^= 0x5A);
        let found = rejects(&workdir, "damaged.warc.gz", &members.concat(), &[]);
        assert!(!found.is_empty() && found.iter().any(|reason| reason.contains("damaged")), "{found:?}");
        assert_eq!(kept(&workdir), [url("a"), url("c")], "{found:?}");
        // Bytes that are no member at all, and a member that is cut off.
        let three: Vec<Vec<u8>> = three().iter().map(|page| pack(&conversion(page))).collect();
        let junk = [&three[0][..], b"no member at all \x1F\x8B\x08 nor here", &three[1], &three[2]].concat();
        assert_eq!(rejects(&workdir, "junk.warc.gz", &junk, &[]).len(), 1);
        assert_eq!(kept(&workdir).len(), 3);
        let cut = [&three[0][..], &three[1][..three[1].len() - 12], &three[2]].concat();
        let found = rejects(&workdir, "cut.warc.gz", &cut, &[]);
        assert!(!found.is_empty(), "{found:?}");
        assert!(kept(&workdir).contains(&url("c")), "{found:?}");
    }
}

#[test]
fn a_wrong_length_costs_no_record_of_another_member() {
    let workdir = Workdir::new();
    let records: Vec<Vec<u8>> = three().iter().map(conversion).collect();
    let wrong = String::from_utf8(records[1].clone()).unwrap();
    let at = wrong.find("Content-Length: ").unwrap() + 16;
    let wrong = format!("{}9{}", &wrong[..at], &wrong[at..]);
    let file = [gzip(&records[0]), gzip(wrong.as_bytes()), gzip(&records[2])].concat();
    let found = rejects(&workdir, "long.warc.gz", &file, &[]);
    assert!(found.len() == 1 && found[0].contains("where the next record begins"), "{found:?}");
    assert_eq!(kept(&workdir), [url("a"), url("c")]);
}

#[test]
fn what_is_no_record_is_stepped_over() {
    let workdir = Workdir::new();
    let records: Vec<Vec<u8>> = three().iter().map(conversion).collect();
    let no_length = b"WARC/1.0\r\nWARC-Type: response\r\n\r\nsomething\r\n\r\n";
    let file = [&records[0][..], b"garbage\nmore\n", &records[1], no_length, &records[2]].concat();
    let found = rejects(&workdir, "odd.warc", &file, &[]);
    assert_eq!(found, ["begins no record, or one whose head does not end", "does not say its length"]);
    assert_eq!(kept(&workdir).len(), 3);
    // Heads without carriage returns, of an older version, with a field that goes on.
    let block = "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<p>some old words here";
    let head = "WARC/0.18\nWARC-Type: response\nWARC-Target-URI:\n  https://s.example/old\nContent-Type: application/http\n\
               Content-Length: ";
    let old = format!("{head}{}\n\n{block}\n\n", block.len());
    rejects(&workdir, "old.warc", old.as_bytes(), &[]);
    assert_eq!(workdir.column("out/pages.jsonl", "text"), ["some old words here"]);
}

#[test]
fn bodies_are_unpacked_and_bombs_are_not() {
    let workdir = Workdir::new();
    let packed = |how: &str, body: &[u8]| {
        let head = format!("200 OK\r\nContent-Type: text/html\r\n{how}");
        response(&format!("https://s.example/{}", how.replace([' ', '\r', '\n'], "-")), &head, body)
    };
    let html = b"<p>some packed words";
    let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    deflated.write_all(html).unwrap();
    let mut brotlied = Vec::new();
    brotli::CompressorWriter::new(&mut brotlied, 4096, 5, 20).write_all(html).unwrap();
    let chunked = [b"5;x=y\r\n<p>so\r\nf\r\n", &html[5..], b"\r\n0\r\n\r\n"].concat();
    let size = format!("{:x}\r\n", gzip(html).len());
    let both = [size.as_bytes(), &gzip(html), b"\r\n0\r\n\r\n"].concat();
    let records = [
        packed("Content-Encoding: gzip", &gzip(html)),
        packed("Content-Encoding: deflate", &deflated.finish().unwrap()),
        packed("Content-Encoding: br", &brotlied),
        packed("Content-Encoding: zstd", &zst(html)),
        packed("Transfer-Encoding: chunked", &chunked),
        packed("Content-Encoding: gzip, identity", html),
        packed("Transfer-Encoding: chunked, but not", html),
        packed("Transfer-Encoding: chunked\r\nContent-Encoding: x-gzip", &both),
    ];
    let count = records.len();
    assert_eq!(rejects(&workdir, "packed.warc", &records.concat(), &["--remove", "near"]), [""; 0]);
    assert_eq!(workdir.column("out/pages.jsonl", "text"), vec!["some packed words"; count]);
    let bomb = packed("Content-Encoding: gzip", &gzip(&vec![b'x'; 200_000]));
    let found = rejects(&workdir, "bomb.warc", &bomb, &["--longest-record", "64KiB"]);
    assert_eq!(found, ["is longer than 64 KiB (use --longest-record)"]);
}

#[test]
fn records_that_are_too_long_are_stepped_over() {
    let workdir = Workdir::new();
    let mut pages = three();
    pages[1].text = "x ".repeat(100_000);
    let limit = &["--longest-record", "64KiB"];
    for (file, bytes) in [
        ("long.wet", wet(&pages).concat()),
        ("long.wet.gz", gzip(&wet(&pages).concat())),
        ("long.csv", csv(&pages, ',')),
        ("long.parquet", parquet_plain(&pages)),
    ] {
        let found = rejects(&workdir, file, &bytes, limit);
        assert_eq!(found, ["is longer than 64 KiB (use --longest-record)"], "{file}");
        assert_eq!(kept(&workdir), [url("a"), url("c")], "{file}");
    }
}

#[test]
fn a_quote_that_is_not_closed_costs_its_line() {
    let workdir = Workdir::new();
    let table = "url,text\nhttps://s.example/a,words of a\nhttps://s.example/b,\"words of b\nhttps://s.example/c,words of c\n";
    let found = rejects(&workdir, "open.csv", table.as_bytes(), &[]);
    assert_eq!(found, ["has a quote that is not closed"]);
    assert_eq!(kept(&workdir), [url("a"), url("c")]);
    // So do many, in time that grows with the file.
    let many = "url,text\n".to_owned() + &"x,\"never closed\n".repeat(20_001);
    let begun = std::time::Instant::now();
    rejects(&workdir, "many.csv", many.as_bytes(), &[]);
    assert!(begun.elapsed().as_secs() < 60);
}

#[test]
fn rows_that_do_not_fit_the_header_are_rejected() {
    let workdir = Workdir::new();
    let table = b"url,text\nhttps://s.example/a,words of a\nhttps://s.example/b\nu,v,w\n\n\r\nhttps://s.example/c,caf\xE9\nhttps://s.example/d,\"no end of line\"";
    let found = rejects(&workdir, "odd.csv", table, &[]);
    let reasons = ["has 1 fields, and the header has 2", "has 3 fields, and the header has 2"];
    assert!(found.len() == 3 && found[..2] == reasons && found[2].contains("is not UTF-8"), "{found:?}");
    assert_eq!(kept(&workdir), [url("a"), url("d")]);
    let row = &workdir.rows("out/rejects.jsonl")[0];
    let offset = "url,text\nhttps://s.example/a,words of a\n".len();
    assert_eq!(
        (&row["offset"], &row["record"], &text(row, "raw")),
        (&offset.into(), &2.into(), &"https://s.example/b\n".to_owned())
    );
    // A packed stream that is cut off ends within a row.
    let whole = csv(&pages(), ',');
    let found = rejects(&workdir, "cut.csv.gz", &gzip(&whole)[..900], &[]);
    assert!(found.len() == 1 && found[0].contains("cut off or damaged"), "{found:?}");
    assert!(!workdir.rows("out/pages.jsonl").is_empty());
    for (name, bytes) in [("empty.csv", &b""[..]), ("header.csv", b"url,text\n"), ("blank.csv", b"\n\n")] {
        assert_eq!(rejects(&workdir, name, bytes, &[]), [""; 0], "{name}");
    }
}

#[test]
fn rows_without_a_text_are_rejected_like_records_without_one() {
    let workdir = Workdir::new();
    let without = parquet_of(&batch(vec![("url", Arc::new(StringArray::from(vec!["a", "b"])))]));
    let found = rejects(&workdir, "without.parquet", &without, &[]);
    assert_eq!(found, vec!["field \"text\" is missing (use --text-field)"; 2]);
    let found = rejects(&workdir, "without.csv", b"url,body_text\na,x\n", &[]);
    assert_eq!(found, ["field \"text\" is missing (use --text-field)"]);
    let nulls = parquet_of(&batch(vec![(
        "text",
        Arc::new(StringArray::from(vec![Some("words"), None, Some("more words")])),
    )]));
    assert_eq!(rejects(&workdir, "nulls.parquet", &nulls, &[]).len(), 1);
    let numbers = parquet_of(&batch(vec![("text", Arc::new(Int64Array::from(vec![1, 2])))]));
    assert_eq!(
        rejects(&workdir, "numbers.parquet", &numbers, &[]),
        vec!["field \"text\" is not a string"; 2]
    );
    let lists = ListArray::from_iter_primitive::<arrow_array::types::Int32Type, _, _>(vec![
        Some(vec![Some(1)]),
        None,
    ]);
    assert_eq!(
        rejects(&workdir, "lists.parquet", &parquet_of(&batch(vec![("text", Arc::new(lists))])), &[]).len(),
        2
    );
    let bytes = BinaryArray::from_vec(vec![b"good words", b"caf\xE9", b"more good words"]);
    let bytes = parquet_of(&batch(vec![("text", Arc::new(bytes))]));
    assert_eq!(rejects(&workdir, "bytes.parquet", &bytes, &[]).len(), 1);
    assert_eq!(workdir.rows("out/pages.jsonl").len(), 2);
    let none = parquet_of(&batch(vec![("text", Arc::new(StringArray::from(Vec::<&str>::new())))]));
    assert_eq!(rejects(&workdir, "none.parquet", &none, &[]), [""; 0]);
}

#[test]
fn a_file_that_is_no_parquet_is_one_reject() {
    let workdir = Workdir::new();
    let whole = parquet_plain(&pages());
    for bytes in [
        &b"PAR1"[..],
        b"PAR1PAR1",
        b"PAR1\x00\x00\x00\x00\xFF\xFF\xFF\xFFPAR1",
        &whole[..whole.len() / 2],
        b"nothing",
    ] {
        let found = rejects(&workdir, "broken.parquet", bytes, &[]);
        assert!(found.len() == 1 && found[0].starts_with("is no Parquet that can be read"), "{found:?}");
    }
}

/// Any bytes that are changed: whatever becomes of the file, the program says so and does not fall over.
fn survives(name: &str, whole: &[u8], rounds: u64) {
    let workdir = Workdir::new();
    let mut random = Random::new(11);
    for round in 0..rounds {
        let mut bytes = whole.to_vec();
        for _ in 0..=random.below(3) {
            let at = random.below(bytes.len() as u64) as usize;
            match random.below(4) {
                0 => bytes[at] ^= 1 << random.below(8),
                1 => bytes[at] = random.below(256) as u8,
                2 => bytes.truncate(at.max(1)),
                _ => {
                    let end = (at + random.below(64) as usize).min(bytes.len());
                    bytes.drain(at..end.max(at + 1).min(bytes.len()));
                    if bytes.is_empty() {
                        bytes.push(b'x');
                    }
                }
            }
        }
        workdir.write(name, &bytes);
        let Run { code, stdout, stderr } =
            workdir.tamis(&["dedup", name, "-o", "out", "--overwrite", "--max-rejects", "100%"]);
        let is_told = code == 0 || code == 2 && stderr.contains('(');
        assert!(
            is_told && !stderr.contains("panicked"),
            "round {round} of {name}: {code}\n{stdout}\n{stderr}"
        );
    }
}

#[test]
fn damaged_files_of_any_format_are_told_of_and_nothing_panics() {
    let few = &pages()[..14];
    survives("x.parquet", &parquet_plain(few), 60);
    survives("x.warc.gz", &wet(few).iter().flat_map(|record| gzip(record)).collect::<Vec<u8>>(), 30);
    survives("x.warc.zst", &wet(few).iter().flat_map(|record| zst(record)).collect::<Vec<u8>>(), 30);
    survives("x.warc", &[wet(few).concat(), other("metadata")].concat(), 30);
    survives("x.csv", &csv(few, ','), 30);
}

/// The header of the dictionary page of a column says that it holds no values, though it does; columns are counted over all
/// row groups of nine rows.
fn without_dictionary(mut bytes: Vec<u8>, column: usize) -> Vec<u8> {
    // Thrift's compact protocol: field 7 (dictionary page) after field 3, field 1 in it, nine values as a zigzag number.
    let head = [0x4C, 0x15, 18];
    let heads: Vec<usize> =
        (0..bytes.len() - 3).filter(|&at| bytes[at..at + 3] == head).map(|at| at + 2).collect();
    bytes[heads[column]] = 0;
    bytes
}

#[test]
fn a_decoder_that_panics_is_a_fault_of_the_file() {
    let workdir = Workdir::new();
    let pages: Vec<Page> = (0..18)
        .map(|number| {
            let words: Vec<String> = (0..40).map(|word| format!("w{}", number * 100 + word)).collect();
            Page::new("s.example", &format!("p{number}"), number, words.join(" "))
        })
        .collect();
    let column = |of: fn(&Page) -> String| Arc::new(StringArray::from_iter_values(pages.iter().map(of)));
    let whole = parquet_of(&batch(vec![
        ("note", column(|page| format!("note on {}", page.url))),
        ("url", column(|page| page.url.clone())),
        ("text", column(|page| page.text.clone())),
    ]));
    // The text of the second row group: that group is lost, the first is not.
    let found = rejects(&workdir, "text.parquet", &without_dictionary(whole.clone(), 5), &[]);
    assert!(found.len() == 9 && found.iter().all(|reason| !reason.is_empty()), "{found:?}");
    assert_eq!(kept(&workdir).len(), 9);
    // A column that nobody looks at, until kept rows are written with all they had.
    workdir.write("note.parquet", without_dictionary(whole, 0));
    let run = workdir.tamis(&["dedup", "note.parquet", "-o", "out-note", "--quiet"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("cannot be read with all its columns"), "{run:?}");
    assert!(run.stderr.contains("decoder gives up") && !run.stderr.contains("panicked"), "{run:?}");
    assert!(!workdir.path("out-note").exists());
}
