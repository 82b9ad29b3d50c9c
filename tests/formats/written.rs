//! Kept pages in the format that they came in: rows with all their columns, records byte for byte; what is stripped.

use super::made::{
    Page, column, csv, html, json_lines, other, pages, parquet_nested, parquet_plain, response, rows_of,
    schema_of, wet,
};
use crate::strip::Junk;
use crate::support::workdir::{Workdir, gzip, unpacked};
use std::collections::BTreeSet;
use tamis::pipeline::Silent;
use tamis::pipeline::restore::restore;
use tamis::pipeline::strip::{Settings, strip};

/// The pages that a run keeps.
fn kept(workdir: &Workdir, pages: &[Page]) -> Vec<Page> {
    let urls: BTreeSet<String> = workdir.column("out/pages.jsonl", "url").into_iter().collect();
    let kept: Vec<Page> = pages.iter().filter(|page| urls.contains(&page.url)).cloned().collect();
    assert!(kept.len() < pages.len());
    kept
}

#[test]
fn kept_rows_of_parquet_have_all_their_columns_and_types() {
    let workdir = Workdir::new();
    let pages = pages();
    for (bytes, arguments) in [
        (parquet_plain(&pages), &[][..]),
        (parquet_nested(&pages), &["--url-field", "meta.url", "--date-field", "meta.date"][..]),
    ] {
        workdir.write("crawl.parquet", &bytes);
        workdir.done(&[&["dedup", "crawl.parquet", "-o", "out", "--overwrite"], arguments].concat());
        let written = workdir.bytes("out/pages.parquet");
        assert_eq!(schema_of(&written), schema_of(&bytes));
        let texts: BTreeSet<String> = workdir.column("out/pages.jsonl", "text").into_iter().collect();
        // The rows that were not kept, taken out of the whole.
        let expected: Vec<String> = rows_of(&bytes)
            .iter()
            .flat_map(|batch| {
                let texts: Vec<String> = column(&bytes, "text");
                assert_eq!(texts.len(), pages.len());
                (0..batch.num_rows()).map(|row| format!("{:?}", batch.slice(row, 1))).collect::<Vec<String>>()
            })
            .zip(column(&bytes, "text"))
            .filter(|(_, text)| texts.contains(text))
            .map(|(row, _)| row)
            .collect();
        let found: Vec<String> = rows_of(&written)
            .iter()
            .flat_map(|batch| {
                (0..batch.num_rows()).map(|row| format!("{:?}", batch.slice(row, 1))).collect::<Vec<String>>()
            })
            .collect();
        assert!(found.len() < pages.len() && !found.is_empty());
        assert_eq!(found, expected);
    }
}

#[test]
fn kept_records_of_warc_are_byte_for_byte_a_member_each() {
    let workdir = Workdir::new();
    let pages = pages();
    workdir.write("crawl.wet", wet(&pages).concat());
    workdir.done(&["dedup", "crawl.wet", "-o", "out"]);
    let kept = kept(&workdir, &pages);
    let written = workdir.bytes("out/pages.warc.gz");
    let expected: Vec<u8> = kept.iter().flat_map(super::made::conversion).collect();
    assert!(unpacked(&written) == expected);
    let members = written.windows(4).filter(|bytes| bytes == &[0x1F, 0x8B, 0x08, 0x00]).count();
    assert_eq!(members, kept.len());
    // It is an input like any other.
    workdir.done(&["dedup", "out/pages.warc.gz", "-o", "again"]);
    assert_eq!(workdir.bytes("again/pages.jsonl"), workdir.bytes("out/pages.jsonl"));
}

#[test]
fn kept_rows_of_csv_are_byte_for_byte_behind_their_header() {
    let workdir = Workdir::new();
    let pages = pages();
    let table = csv(&pages, ';');
    workdir.write("crawl.csv.gz", gzip(&[b"\xEF\xBB\xBF", &table[..]].concat()));
    workdir.done(&["dedup", "crawl.csv.gz", "-o", "out"]);
    let kept: BTreeSet<String> = kept(&workdir, &pages).into_iter().map(|page| page.url).collect();
    let whole = String::from_utf8(table).unwrap();
    let mut expected = "\u{FEFF}note;url;text;date\r\n".to_owned();
    for (number, page) in pages.iter().enumerate().filter(|(_, page)| kept.contains(&page.url)) {
        let start = whole.find(&format!("n{number};{};", page.url)).unwrap();
        let end = start + whole[start..].find(&format!("{}\r\n", page.date)).unwrap() + page.date.len() + 2;
        expected.push_str(&whole[start..end]);
    }
    assert_eq!(String::from_utf8(workdir.bytes("out/pages.csv")).unwrap(), expected);
}

#[test]
fn rows_of_other_columns_go_to_a_file_of_their_own() {
    let workdir = Workdir::new();
    let pages = pages();
    workdir.write("in/1.csv", csv(&pages[..9], ','));
    workdir.write("in/2.csv", csv(&pages[9..18], ';'));
    workdir.write("in/3.csv", csv(&pages[18..], ','));
    workdir.write("in/4.parquet", parquet_plain(&pages[..1]));
    workdir.done(&["dedup", "in", "-o", "out"]);
    let names = workdir.names("out");
    for name in ["pages.csv", "pages-2.csv", "pages.parquet"] {
        assert!(names.contains(&name.to_owned()), "{name} in {names:?}");
    }
    workdir.done(&["verify", "out", "in"]);
}

#[test]
fn only_formats_that_came_in_go_out_and_none_where_pages_are_marked_or_go_elsewhere() {
    let workdir = Workdir::new();
    workdir.write("lines.jsonl", json_lines(&pages()));
    workdir.write("crawl.csv", csv(&pages(), ','));
    workdir.done(&["dedup", "lines.jsonl", "-o", "of-lines"]);
    workdir.done(&["dedup", "crawl.csv", "-o", "marked", "--annotate"]);
    workdir.done(&["verify", "marked", "crawl.csv"]);
    let run = workdir.done(&["dedup", "crawl.csv", "-o", "-", "--evidence", "evidence"]);
    for folder in ["of-lines", "marked", "evidence"] {
        let others: Vec<String> = workdir
            .names(folder)
            .into_iter()
            .filter(|name| name.starts_with("pages") && name != "pages.jsonl")
            .collect();
        assert!(others.is_empty(), "{folder}: {others:?}");
    }
    workdir.done(&["dedup", "crawl.csv", "-o", "out"]);
    assert_eq!(
        run.stdout.as_bytes(),
        workdir.bytes("out/pages.jsonl"),
        "standard output takes lines of JSON"
    );
}

#[test]
fn a_page_that_is_changed_in_the_file_of_its_format_is_a_mismatch() {
    let workdir = Workdir::new();
    workdir.write("crawl.csv", csv(&pages(), ','));
    workdir.done(&["dedup", "crawl.csv", "-o", "out"]);
    let mut table = String::from_utf8(workdir.bytes("out/pages.csv")).unwrap();
    let last = table.trim_end().rfind('\n').unwrap();
    table.truncate(last + 1);
    workdir.write("out/pages.csv", table);
    let run = workdir.tamis(&["verify", "out", "crawl.csv"]);
    assert!(run.code == 1 && run.stdout.contains("files of other formats"), "{run:?}");
}

/// Two pages with a line of junk, one without.
fn with_junk() -> Vec<Page> {
    vec![
        Page::new("one.example", "a", 1, "first words\njunk\n\"second\", words"),
        Page::new("one.example", "b", 2, "nothing to take away"),
        Page::new("one.example", "c", 3, "junk\nlast"),
    ]
}

const LEFT: [&str; 3] = ["first words\n\"second\", words", "nothing to take away", "last"];

/// Strips a file into `out`.
fn stripped(workdir: &Workdir, file: &str) {
    let settings = Settings::new(vec![workdir.path(file)], workdir.path("out"), "junk");
    strip(&settings, &Junk, &Silent).unwrap();
    assert_eq!(workdir.column("out/pages.jsonl", "text"), LEFT);
}

/// What is given back.
fn restored(workdir: &Workdir) -> String {
    let mut bytes = Vec::new();
    restore(&workdir.path("out"), &workdir.path(""), &Silent, &mut |piece| {
        bytes.extend_from_slice(piece);
        Ok(())
    })
    .unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn stripped_rows_of_parquet_have_the_rest_of_their_text_and_all_else() {
    for (nested, bytes) in [(false, parquet_plain(&with_junk())), (true, parquet_nested(&with_junk()))] {
        let workdir = Workdir::new();
        workdir.write("crawl.parquet", &bytes);
        stripped(&workdir, "crawl.parquet");
        let written = workdir.bytes("out/pages.parquet");
        assert_eq!(schema_of(&written), schema_of(&bytes));
        assert_eq!(column(&written, "text"), LEFT);
        let others = |bytes: &[u8]| {
            let batches = rows_of(bytes);
            let rest: Vec<usize> = (0..batches[0].num_columns() - 1).collect();
            format!("{:?}", batches.iter().map(|batch| batch.project(&rest).unwrap()).collect::<Vec<_>>())
        };
        assert_eq!(others(&written), others(&bytes), "nested: {nested}");
    }
}

#[test]
fn a_stripped_row_of_csv_differs_in_its_text_alone() {
    let workdir = Workdir::new();
    workdir.write("crawl.csv", csv(&with_junk(), ','));
    stripped(&workdir, "crawl.csv");
    let mut pages = with_junk();
    pages.iter_mut().zip(LEFT).for_each(|(page, text)| page.text = text.to_owned());
    assert_eq!(workdir.bytes("out/pages.csv"), csv(&pages, ','));
}

#[test]
fn a_stripped_record_of_warc_is_a_conversion_with_the_rest() {
    let workdir = Workdir::new();
    let records = html(&with_junk());
    workdir.write("crawl.warc", [&other("warcinfo")[..], &records.concat()].concat());
    stripped(&workdir, "crawl.warc");
    let written = String::from_utf8(unpacked(&workdir.bytes("out/pages.warc.gz"))).unwrap();
    assert_eq!(written.matches("WARC-Type: conversion").count(), 2);
    assert_eq!(written.matches("WARC-Refers-To: <urn:uuid:00000000-0000-4000-8000-000000000001>").count(), 2);
    assert!(written.contains(std::str::from_utf8(&records[1]).unwrap()), "byte for byte");
    workdir.done(&["dedup", "out/pages.warc.gz", "-o", "again"]);
    assert_eq!(workdir.column("again/pages.jsonl", "text"), LEFT);
}

#[test]
fn what_was_stripped_is_given_back_as_the_lines_that_were_read() {
    let whole: Vec<String> = with_junk().into_iter().map(|page| page.text).collect();
    for (file, bytes) in [
        ("crawl.parquet", parquet_plain(&with_junk())),
        ("crawl.csv", csv(&with_junk(), ',')),
        ("crawl.warc.gz", gzip(&html(&with_junk()).concat())),
    ] {
        let workdir = Workdir::new();
        workdir.write(file, bytes);
        stripped(&workdir, file);
        let back = restored(&workdir);
        let texts: Vec<String> = back
            .lines()
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(texts, whole, "{file}");
    }
}

#[test]
fn a_run_over_any_format_strips_verifies_and_restores() {
    let workdir = Workdir::new();
    let pages: Vec<Page> = pages()
        .into_iter()
        .map(|page| Page {
            text: format!("Home News Contact\n{}\nAll rights reserved by us", page.text),
            ..page
        })
        .collect();
    workdir.write("lines.jsonl", json_lines(&pages));
    workdir.done(&["run", "lines.jsonl", "-o", "expected"]);
    for (file, bytes) in [
        ("crawl.parquet", parquet_plain(&pages)),
        ("crawl.csv", csv(&pages, ',')),
        ("crawl.wet.gz", gzip(&wet(&pages).concat())),
    ] {
        workdir.write(file, bytes);
        workdir.done(&["run", file, "-o", "out", "--overwrite"]);
        let texts = |folder: &str| workdir.column(&format!("{folder}/pages.jsonl"), "text");
        assert_eq!(texts("out"), texts("expected"), "{file}");
        workdir.done(&["verify", "out", file]);
        workdir.done(&["restore", "out", "-o", "kept.jsonl", "--overwrite"]);
        workdir.done(&["restore", "expected", "-o", "expected.jsonl", "--overwrite"]);
        assert_eq!(workdir.column("kept.jsonl", "text"), workdir.column("expected.jsonl", "text"), "{file}");
    }
}

#[test]
fn records_without_a_status_of_success_or_with_other_media_are_no_pages() {
    let workdir = Workdir::new();
    let page = |status: &str, media: &str| {
        response("https://a.example/x", &format!("{status}\r\nContent-Type: {media}"), b"<p>some words here")
    };
    let records = [
        page("200 OK", "text/html"),
        page("301 Moved", "text/html"),
        page("404 Not Found", "text/html"),
        page("200 OK", "image/png"),
        page("200 OK", "application/xhtml+xml; charset=utf-8"),
    ];
    workdir.write("crawl.warc", records.concat());
    workdir.done(&["dedup", "crawl.warc", "-o", "out", "--compress", "gz"]);
    let row = &workdir.rows("out/inputs.jsonl.gz")[0];
    assert_eq!(row["records"], 2, "{row}");
    let kinds = ["response of image/png", "response with status 301", "response with status 404"];
    assert!(kinds.iter().all(|kind| row["no_pages"][kind] == 1), "{row}");
}
