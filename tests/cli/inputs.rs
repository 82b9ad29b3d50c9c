//! Files, folders and standard input; plain and packed; formats that this version does not read.

use super::crawl;
use crate::support::workdir::{Workdir, gzip, record, zst};

const TABLES: [&str; 4] = ["pages", "removed", "clusters", "pairs"];

fn tables(workdir: &Workdir, folder: &str) -> Vec<Vec<u8>> {
    TABLES.iter().map(|name| workdir.bytes(&format!("{folder}/{name}.jsonl"))).collect()
}

#[test]
fn plain_gzip_and_zstd_give_the_same_tables() {
    let workdir = Workdir::new();
    let plain = crawl().into_bytes();
    let (first, second) = plain.split_at(plain.len() / 3);
    workdir.write("plain.jsonl", &plain);
    workdir.write("packed.jsonl.gz", gzip(&plain));
    workdir.write("packed.jsonl.zst", zst(&plain));
    workdir.write("members.jsonl.gz", [gzip(first), gzip(second)].concat());
    workdir.write("frames.jsonl.zst", [zst(first), zst(second)].concat());
    workdir.write("misnamed.jsonl", zst(&plain));
    workdir.done(&["dedup", "plain.jsonl", "-o", "out", "--pairs"]);
    for name in
        ["packed.jsonl.gz", "packed.jsonl.zst", "members.jsonl.gz", "frames.jsonl.zst", "misnamed.jsonl"]
    {
        let folder = format!("out-{name}");
        workdir.done(&["dedup", name, "-o", &folder, "--pairs"]);
        assert_eq!(tables(&workdir, &folder), tables(&workdir, "out"), "{name}");
        workdir.done(&["verify", &folder, "plain.jsonl"]);
        workdir.done(&["verify", "out", name]);
    }
}

#[test]
fn several_packed_files_are_spooled_one_behind_the_other() {
    let workdir = Workdir::new();
    let crawl = crawl();
    let lines: Vec<&str> = crawl.split_inclusive('\n').collect();
    workdir.write("in/1.jsonl.gz", gzip(lines[..4].concat().as_bytes()));
    workdir.write("in/2.jsonl", lines[4..6].concat());
    workdir.write("in/3.jsonl.zst", zst(lines[6..].concat().as_bytes()));
    workdir.write("plain.jsonl", &crawl);
    workdir.done(&["dedup", "in", "-o", "parts", "--pairs"]);
    workdir.done(&["dedup", "plain.jsonl", "-o", "whole", "--pairs"]);
    assert_eq!(tables(&workdir, "parts"), tables(&workdir, "whole"));
}

#[test]
fn standard_input_is_read_as_a_file_would_be() {
    let workdir = Workdir::new();
    let plain = crawl().into_bytes();
    workdir.write("plain.jsonl", &plain);
    workdir.done(&["dedup", "plain.jsonl", "-o", "out", "--pairs"]);
    for (folder, input) in [("stdin", plain.clone()), ("gzip", gzip(&plain)), ("zstd", zst(&plain))] {
        let run = workdir.tamis_fed(&["dedup", "-", "-o", folder, "--pairs"], &input);
        assert_eq!(run.code, 0, "{run:?}");
        assert_eq!(tables(&workdir, folder), tables(&workdir, "out"), "{folder}");
    }
    let run = workdir.tamis_fed(&["verify", "stdin", "-"], &plain);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn standard_input_and_files_go_together() {
    let workdir = Workdir::new();
    workdir.write("file.jsonl", record("file", "s", "the same few words in both"));
    let run = workdir.tamis_fed(
        &["dedup", "-", "file.jsonl", "-o", "out"],
        record("stdin", "s", "the same few words in both").as_bytes(),
    );
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(workdir.rows("out/removed.jsonl").len(), 1);
}

#[test]
fn empty_standard_input_holds_no_page() {
    let workdir = Workdir::new();
    for (folder, input) in [("nothing", ""), ("blank", "\n\n \n")] {
        let run = workdir.tamis_fed(&["dedup", "-", "-o", folder], input.as_bytes());
        assert_eq!(run.code, 0, "{run:?}");
        assert_eq!(workdir.bytes(&format!("{folder}/pages.jsonl")), b"", "{folder}");
    }
}

#[test]
fn a_walked_folder_leaves_other_files_alone_and_counts_them() {
    let workdir = Workdir::new();
    workdir.write("in/a.jsonl", record("a", "s", "first text"));
    workdir.write("in/deeper/b.NDJSON", record("b", "s", "second text of the two"));
    workdir.write("in/c.txt", "a text of its own kind");
    workdir.write("in/readme.md", "not a page");
    workdir.write("in/picture.png", [0x89, b'P', b'N', b'G', 0, 1, 2]);
    workdir.write("in/data.json", "{\"text\": \"not asked for\"}");
    workdir.write("in/notes.jsonl.bak", record("x", "s", "not asked for"));
    let run = workdir.done(&["dedup", "in", "-o", "out"]);
    assert_eq!(workdir.rows("out/pages.jsonl").len(), 3);
    assert!(run.stderr.contains("4 files in folders were left alone"), "{}", run.stderr);
}

#[test]
fn a_file_that_is_named_is_read_whatever_its_name() {
    let workdir = Workdir::new();
    workdir.write("data.bak", record("a", "s", "first text") + &record("b", "s", "second text of the two"));
    workdir.done(&["dedup", "data.bak", "-o", "out"]);
    assert_eq!(workdir.rows("out/pages.jsonl").len(), 2);
}

#[test]
fn json_lines_in_a_txt_file_are_json_lines() {
    let workdir = Workdir::new();
    workdir.write("in.txt", record("a", "s", "first text") + &record("b", "s", "second text of the two"));
    workdir.write("code.txt", "{ this begins like\nan object but is text }");
    workdir.done(&["dedup", "in.txt", "code.txt", "-o", "out"]);
    let mut ids = workdir.column("out/pages.jsonl", "id");
    ids.sort();
    assert_eq!(ids, ["a", "b", "code.txt:1"]);
}

#[test]
fn a_file_named_twice_is_read_once() {
    let workdir = Workdir::new();
    workdir.write("in/a.jsonl", record("a", "s", "first text"));
    workdir.done(&["dedup", "in", "in/a.jsonl", "in", "-o", "out"]);
    assert_eq!(workdir.manifest("out")["inputs"]["records"], 1);
}

#[test]
fn a_json_array_is_named_with_a_next_step() {
    let workdir = Workdir::new();
    for name in ["array.json", "array.jsonl"] {
        workdir.write(name, "[{\"id\": \"a\", \"text\": \"x y z\"}]\n");
        let run = workdir.tamis(&["dedup", name, "-o", "out"]);
        assert_eq!(run.code, 2, "{name}: {run:?}");
        assert!(run.stderr.contains(name) && run.stderr.contains("JSON array"), "{name}: {}", run.stderr);
        assert!(run.stderr.contains('('), "a next step: {}", run.stderr);
        assert!(!workdir.path("out").exists());
    }
}

#[test]
fn a_json_array_on_standard_input_is_no_plain_text() {
    let workdir = Workdir::new();
    let run =
        workdir.tamis_fed(&["dedup", "-", "-o", "out"], b"[\n{\"id\": \"a\", \"text\": \"x y z\"}\n]\n");
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("JSON array"), "{}", run.stderr);
}

#[test]
fn inputs_that_are_not_there_or_hold_nothing_cannot_be_used() {
    let workdir = Workdir::new();
    workdir.write("empty/readme.md", "x");
    for input in ["nowhere.jsonl", "empty"] {
        let run = workdir.tamis(&["dedup", input, "-o", "out"]);
        assert_eq!(run.code, 2, "{input}: {run:?}");
        assert!(run.stderr.contains(input), "{}", run.stderr);
        assert!(!workdir.path("out").exists());
    }
}
