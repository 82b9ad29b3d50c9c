//! Kept records byte for byte, and `--annotate`.

use super::{crawl, deduplicated};
use crate::support::workdir::{Prose, Workdir, record};
use serde_json::Value;

/// Records as no program writes them and many files hold them; each is like no other.
fn odd_records() -> Vec<Vec<u8>> {
    [
        r#"  { "id" :"spaced" ,"text":  "wide open spaces between tokens"	}  "#,
        r#"{"text":"escapes \u0041\/\n\t\"\\ \ud83d\ude00 \u00e9 kept as they stand","id":"escap\u0065d"}"#,
        r#"{"id":"nested","meta":{"a":[1,{"b":null}],"text":"inner","id":9},"text":"unknown fields nest deeply"}"#,
        r#"{"id":"twice","text":"an older text","x":1,"x":2,"text":"the last text of the two counts"}"#,
        r#"{"id":"numbers","n":1.0,"m":1e3,"k":-0,"big":123456789012345678901234567890,"text":"numbers like 1.0"}"#,
        r#"{"id":"unicode","text":"ünïcödé — 北京 مرحبا raw in the file"}"#,
        r#"{"id":"lone","text":"a lone \ud800 surrogate stays escaped"}"#,
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

fn pages_of(input: &[u8]) -> Vec<u8> {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", input);
    workdir.done(&["dedup", "in.jsonl", "-o", "out"]);
    workdir.done(&["verify", "out", "in.jsonl"]);
    workdir.bytes("out/pages.jsonl")
}

#[test]
fn kept_records_are_the_input_byte_for_byte() {
    let mut input = odd_records().join(&b'\n');
    input.push(b'\n');
    assert_eq!(pages_of(&input), input);
}

#[test]
fn the_last_record_needs_no_line_end() {
    let input = odd_records().join(&b'\n');
    let expected = [&input[..], b"\n"].concat();
    assert_eq!(pages_of(&input), expected);
}

#[test]
fn line_ends_of_other_systems_stay() {
    let input = odd_records().join(&b"\r\n"[..]);
    let input = [&input[..], b"\r\n"].concat();
    assert_eq!(pages_of(&input), input);
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_record() {
    let mut input = odd_records().join(&b'\n');
    input.push(b'\n');
    assert_eq!(pages_of(&[b"\xEF\xBB\xBF", &input[..]].concat()), input);
}

#[test]
fn blank_lines_are_no_records() {
    let records = odd_records();
    let input = [b"\n\n", &records.join(&b"\n \t\r\n\n"[..])[..], b"\n\n"].concat();
    assert_eq!(pages_of(&input), [&records.join(&b'\n')[..], b"\n"].concat());
}

#[test]
fn records_with_just_id_site_and_text_are_proved_like_any_other() {
    let input = "{\"id\":\"plain\",\"site\":\"s\",\"text\":\"nothing but three fields\"}\n";
    assert_eq!(pages_of(input.as_bytes()), input.as_bytes());
    let odd = "{\"id\":\"plain\",  \"site\":\"s\", \"text\":\"oddly \\u0073paced\"}\n";
    assert_eq!(pages_of(odd.as_bytes()), odd.as_bytes());
}

#[test]
fn many_records_over_several_blocks_stay_byte_for_byte() {
    let mut prose = Prose::new(4);
    let records: Vec<String> = (0..9_000).map(|n| record(&format!("p{n}"), "s", &prose.text(60))).collect();
    let input = records.concat();
    assert!(input.len() > 4 << 20, "more than two blocks of output");
    assert!(pages_of(input.as_bytes()) == input.as_bytes());
}

#[test]
fn a_text_file_becomes_a_record_with_its_folder_as_site() {
    let workdir = Workdir::new();
    workdir.write("crawl/a.example/one.txt", "line one\nline \"two\"\r\n");
    workdir.write("crawl/b.example/two.txt", "\u{FEFF}another text altogether");
    workdir.done(&["dedup", "crawl", "-o", "out"]);
    let rows = workdir.rows("out/pages.jsonl");
    assert_eq!(rows[0]["text"], "line one\nline \"two\"\r\n");
    assert_eq!(rows[0]["site"], "a.example");
    assert_eq!(rows[0]["id"], "crawl/a.example/one.txt:1");
    assert_eq!(rows[1]["text"], "another text altogether");
    workdir.done(&["verify", "out", "crawl"]);
}

#[test]
fn annotate_keeps_all_pages_and_says_what_would_become_of_them() {
    let workdir = deduplicated(&["--annotate"]);
    let removing = deduplicated(&[]);
    let rows = workdir.rows("out/pages.jsonl");
    assert_eq!(rows.len(), crawl().lines().count());
    for (row, line) in rows.iter().zip(crawl().lines()) {
        let mut row = row.clone();
        let mark = row.as_object_mut().unwrap().remove("tamis").unwrap();
        assert_eq!(row, serde_json::from_str::<Value>(line).unwrap());
        assert!(["kept", "removed", "redelivered"].contains(&mark["decision"].as_str().unwrap()), "{mark}");
    }
    let marked = |decision: &str| -> Vec<String> {
        let mut ids: Vec<String> = rows
            .iter()
            .filter(|row| row["tamis"]["decision"] == decision)
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(marked("removed"), removing.column("out/removed.jsonl", "id"));
    assert_eq!(marked("redelivered"), ["again"]);
    let mut kept = removing.column("out/pages.jsonl", "id");
    kept.sort();
    assert_eq!(marked("kept"), kept);
}

#[test]
fn annotate_gives_the_figures_of_removed() {
    let workdir = deduplicated(&["--annotate"]);
    let pages = workdir.rows("out/pages.jsonl");
    let removed = workdir.rows("out/removed.jsonl");
    assert!(!removed.is_empty());
    for row in removed {
        let page = pages.iter().find(|page| page["id"] == row["id"]).unwrap();
        for field in ["kept", "cluster", "relation", "jaccard"] {
            assert_eq!(page["tamis"][field], row[field], "{field}");
        }
    }
}

/// The record before `,"tamis":` at its end.
fn before_the_mark(line: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(line.to_vec()).unwrap();
    text.as_bytes()[..text.rfind(",\"tamis\":").unwrap()].to_vec()
}

#[test]
fn annotate_changes_nothing_but_the_end_of_a_record() {
    let mut records = odd_records();
    records.push(
        br#"{ "id":"inner", "meta" : {"tamis": [1,  2]}, "text":"a field of that name further in" }"#
            .to_vec(),
    );
    records
        .push(br#"{ "id":"quoted", "note" : "\"tamis\"", "text":"the word \"tamis\" in a text" }"#.to_vec());
    let workdir = Workdir::new();
    workdir.write("in.jsonl", records.join(&b'\n'));
    workdir.done(&["dedup", "in.jsonl", "-o", "out", "--annotate"]);
    let pages = workdir.bytes("out/pages.jsonl");
    let lines: Vec<&[u8]> = pages.strip_suffix(b"\n").unwrap().split(|&byte| byte == b'\n').collect();
    assert_eq!(lines.len(), records.len());
    for (line, record) in lines.iter().zip(&records) {
        let body = record.trim_ascii().strip_suffix(b"}").unwrap().trim_ascii_end();
        assert_eq!(String::from_utf8(before_the_mark(line)), String::from_utf8(body.to_vec()));
    }
}

#[test]
fn annotating_the_annotated_changes_nothing() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", crawl().into_bytes());
    workdir.done(&["dedup", "in.jsonl", "-o", "once", "--annotate"]);
    workdir.done(&["dedup", "once/pages.jsonl", "-o", "again", "--annotate"]);
    assert_eq!(text_of(&workdir, "again"), text_of(&workdir, "once"));
}

#[test]
fn annotating_oddly_written_records_again_changes_nothing() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", odd_records().join(&b'\n'));
    workdir.done(&["dedup", "in.jsonl", "-o", "once", "--annotate"]);
    workdir.done(&["dedup", "once/pages.jsonl", "-o", "again", "--annotate"]);
    assert_eq!(text_of(&workdir, "again"), text_of(&workdir, "once"));
}

#[test]
fn annotating_pages_delivered_twice_again_changes_nothing() {
    // Which delivery counts must not follow from the marks of the first run.
    let workdir = Workdir::new();
    let records: String =
        (0..16).map(|n| record(&format!("p{n}"), "s", &format!("text number {n}"))).collect();
    workdir.write("in.jsonl", records.repeat(2));
    workdir.done(&["dedup", "in.jsonl", "-o", "once", "--annotate"]);
    workdir.done(&["dedup", "once/pages.jsonl", "-o", "again", "--annotate"]);
    assert_eq!(text_of(&workdir, "again"), text_of(&workdir, "once"));
}

fn text_of(workdir: &Workdir, folder: &str) -> String {
    String::from_utf8(workdir.bytes(&format!("{folder}/pages.jsonl"))).unwrap()
}
