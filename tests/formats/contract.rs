//! The same pages in any format: the same decisions, the same figures, proved again and explained.

use super::made::{Page, csv, html, json_lines, pages, parquet_nested, parquet_plain, wet};
use crate::support::workdir::{Workdir, gzip, text, zst};
use serde_json::Value;
use std::collections::BTreeSet;

/// A way to hold pages: its name, its file, more arguments to read it.
struct Held {
    file: &'static str,
    bytes: Vec<u8>,
    arguments: &'static [&'static str],
}

fn held(file: &'static str, bytes: Vec<u8>) -> Held {
    Held { file, bytes, arguments: &[] }
}

fn by_member(records: &[Vec<u8>], pack: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    records.iter().flat_map(|record| pack(record)).collect()
}

fn in_every_format(pages: &[Page]) -> Vec<Held> {
    let lines = json_lines(pages);
    let nested = Held {
        file: "nested.parquet",
        bytes: parquet_nested(pages),
        arguments: &["--url-field", "meta.url", "--date-field", "meta.date"],
    };
    vec![
        held("lines.jsonl.gz", gzip(&lines)),
        held("plain.parquet", parquet_plain(pages)),
        held("packed.parquet.zst", zst(&parquet_plain(pages))),
        nested,
        held("crawl.wet", wet(pages).concat()),
        held("members.warc.wet.gz", by_member(&wet(pages), gzip)),
        held("whole.wet.gz", gzip(&wet(pages).concat())),
        held("frames.wet.zst", by_member(&wet(pages), zst)),
        held("html.warc.gz", by_member(&html(pages), gzip)),
        held("commas.csv", csv(pages, ',')),
        held("semicolons.csv.gz", gzip(&csv(pages, ';'))),
        // Known by content alone.
        held("unnamed-1", parquet_plain(pages)),
        held("unnamed-2", by_member(&wet(pages), gzip)),
        held("unnamed-3", csv(pages, '\t')),
    ]
}

/// What was decided, in words that every format shares.
fn decided(workdir: &Workdir, folder: &str) -> (Vec<Value>, BTreeSet<String>, Value) {
    let removed = workdir.rows(&format!("{folder}/removed.jsonl"));
    let removed = removed.into_iter().map(|mut row| {
        // The batch is named by its settings.
        row.as_object_mut().unwrap().remove("batch");
        row
    });
    let kept = workdir.rows(&format!("{folder}/pages.jsonl")).into_iter().map(|row| {
        let url = row.get("url").or_else(|| row.get("meta.url")).unwrap();
        url.as_str().unwrap().to_owned()
    });
    (removed.collect(), kept.collect(), workdir.manifest(folder)["inputs"].clone())
}

#[test]
fn the_same_pages_in_any_format_give_the_same_decisions() {
    let workdir = Workdir::new();
    let pages = pages();
    workdir.write("lines.jsonl", json_lines(&pages));
    workdir.done(&["dedup", "lines.jsonl", "-o", "expected", "--pairs"]);
    let expected = decided(&workdir, "expected");
    assert!(expected.0.len() > 12, "{}", expected.0.len());
    for Held { file, bytes, arguments } in in_every_format(&pages) {
        workdir.write(file, bytes);
        let folder = format!("of-{file}");
        let run = workdir.done(&[&["dedup", file, "-o", &folder, "--pairs"], arguments].concat());
        assert_eq!(decided(&workdir, &folder), expected, "{file}: {run:?}");
        assert_eq!(
            workdir.rows(&format!("{folder}/pairs.jsonl")),
            workdir.rows("expected/pairs.jsonl"),
            "{file}"
        );
        assert_eq!(workdir.bytes(&format!("{folder}/rejects.jsonl")), b"", "{file}");
        workdir.done(&["verify", &folder, file]);
    }
}

#[test]
fn the_same_pages_as_text_files_give_the_same_clusters() {
    let workdir = Workdir::new();
    let pages = pages();
    workdir.write("lines.jsonl", json_lines(&pages));
    for page in &pages {
        let (site, name) = page.place();
        workdir.write(&format!("crawl/{site}/{name}.txt"), &page.text);
    }
    let clusters = |input: &str, folder: &str| -> BTreeSet<(BTreeSet<String>, String)> {
        workdir.done(&["dedup", input, "-o", folder]);
        let cluster = |row: Value| {
            let members = row["members"].as_array().unwrap().iter().map(|member| {
                let member = member.as_str().unwrap();
                let member = member.trim_start_matches("crawl/").trim_start_matches("https://");
                member.trim_end_matches(".txt:1").to_owned()
            });
            (members.collect(), row["relations"].to_string())
        };
        workdir.rows(&format!("{folder}/clusters.jsonl")).into_iter().map(cluster).collect()
    };
    let expected = clusters("lines.jsonl", "of-lines");
    assert_eq!(expected.len(), 12);
    assert_eq!(clusters("crawl", "of-texts"), expected);
}

#[test]
fn standard_input_may_be_of_any_format() {
    let workdir = Workdir::new();
    let pages = pages();
    workdir.write("lines.jsonl", json_lines(&pages));
    workdir.done(&["run", "lines.jsonl", "-o", "expected"]);
    let expected = decided(&workdir, "expected");
    for bytes in
        [parquet_plain(&pages), by_member(&wet(&pages), gzip), csv(&pages, ','), zst(&csv(&pages, ','))]
    {
        let run = workdir.tamis_fed(&["run", "-", "-o", "out", "--overwrite"], &bytes);
        assert_eq!(run.code, 0, "{run:?}");
        assert_eq!(decided(&workdir, "out"), expected);
    }
}

#[test]
fn files_of_several_formats_go_together() {
    let workdir = Workdir::new();
    let all = pages();
    workdir.write("whole/lines.jsonl", json_lines(&all));
    workdir.done(&["dedup", "whole", "-o", "expected"]);
    let quarter = all.len() / 4;
    let (a, b, c, d) =
        (&all[..quarter], &all[quarter..2 * quarter], &all[2 * quarter..3 * quarter], &all[3 * quarter..]);
    workdir.write("mixed/1.jsonl", json_lines(a));
    workdir.write("mixed/2.parquet", parquet_plain(b));
    workdir.write("mixed/3.warc.gz", by_member(&wet(c), gzip));
    workdir.write("mixed/4.csv", csv(d, ','));
    workdir.done(&["dedup", "mixed", "-o", "out"]);
    assert_eq!(decided(&workdir, "out"), decided(&workdir, "expected"));
    let formats: Vec<String> = workdir.column("out/inputs.jsonl", "format");
    assert_eq!(formats, ["json-lines", "parquet", "warc", "csv"]);
    let urls = |name: &str| workdir.column(name, "url");
    assert_eq!(urls("out/pages.jsonl"), urls("expected/pages.jsonl"), "all kept pages, in input order");
    workdir.done(&["verify", "out", "mixed"]);
}

#[test]
fn a_removed_page_is_explained_from_its_file() {
    let workdir = Workdir::new();
    workdir.write("crawl.parquet", parquet_plain(&pages()));
    workdir.done(&["dedup", "crawl.parquet", "-o", "out"]);
    let id = text(&workdir.rows("out/removed.jsonl")[0], "id");
    let run = workdir.done(&["explain", "out", "--id", &id]);
    assert!(run.stdout.contains("words"), "{run:?}");
}

#[test]
fn patterns_and_lists_name_files() {
    let workdir = Workdir::new();
    let all = pages();
    workdir.write("in/a/1.parquet", parquet_plain(&all[..20]));
    workdir.write("in/b/2.parquet", parquet_plain(&all[20..]));
    workdir.write("in/b/3.csv", csv(&all[..1], ','));
    workdir.write("in/b/odd[1].jsonl", json_lines(&all[..2]));
    workdir.write("list.txt", "# what to read\nin/a/1.parquet\n\nin/b/*.parquet\n");
    let records = |input: &str| {
        workdir.done(&["dedup", input, "-o", "out", "--overwrite"]);
        workdir.manifest("out")["inputs"]["records"].as_u64().unwrap()
    };
    assert_eq!(records("in/**/*.parquet"), all.len() as u64);
    assert_eq!(records("in/?/1.parquet"), 20);
    assert_eq!(records("@list.txt"), all.len() as u64);
    assert_eq!(records("in/b/odd[1].jsonl"), 2, "a file that is there is no pattern");
    for (input, said) in
        [("in/*.warc", "matches no file"), ("in/[.csv", "is no pattern"), ("@nowhere.txt", "nowhere.txt")]
    {
        let run = workdir.tamis(&["dedup", input, "-o", "none"]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains(said), "{run:?}");
    }
    workdir.write("empty.txt", "# nothing\n");
    let run = workdir.tamis(&["dedup", "@empty.txt", "-o", "none"]);
    assert!(run.code == 2 && run.stderr.contains("lists no file"), "{run:?}");
}

#[test]
fn records_that_are_no_pages_are_counted_and_told() {
    let workdir = Workdir::new();
    workdir.write("crawl.wet", wet(&pages()[..10]).concat());
    let run = workdir.done(&["dedup", "crawl.wet", "-o", "out"]);
    assert!(run.stderr.contains("2 records are no pages: 1 request, 1 warcinfo"), "{run:?}");
    let row = &workdir.rows("out/inputs.jsonl")[0];
    assert_eq!((&row["records"], &row["no_pages"]["request"]), (&10.into(), &1.into()), "{row}");
}
