//! Records that are broken, odd, or oddly right.

use super::{raw_of, survive};
use crate::support::workdir::{Workdir, record};

/// The texts of the kept pages, and the reasons of the rejects.
fn fate(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let (workdir, _) = survive("in.jsonl", bytes);
    let words = workdir.manifest("out")["counts"]["words"].as_u64().unwrap();
    let pages =
        String::from_utf8_lossy(&workdir.bytes("out/pages.jsonl")).lines().map(str::to_owned).collect();
    assert!(words < 1 << 40);
    (pages, workdir.column("out/rejects.jsonl", "reason"))
}

fn assert_rejected(bytes: &[u8], reason: &str) {
    let (pages, reasons) = fate(bytes);
    assert!(pages.is_empty(), "{pages:?}");
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    assert!(reasons[0].contains(reason), "{reasons:?}");
}

fn assert_kept(bytes: &[u8]) {
    let (pages, reasons) = fate(bytes);
    assert_eq!((pages.len(), reasons.len()), (1, 0), "{reasons:?}");
    assert_eq!(pages[0].as_bytes(), bytes.strip_suffix(b"\n").unwrap_or(bytes));
}

#[test]
fn an_empty_file_and_one_of_newlines_hold_no_record() {
    for bytes in [&b""[..], b"\n", b"\n\n\n\n", b"\r\n\r\n", b"  \n\t\n", b"\xEF\xBB\xBF", b"\xEF\xBB\xBF\n"]
    {
        let (workdir, run) = survive("in.jsonl", bytes);
        assert_eq!(
            (run.code, workdir.manifest("out")["inputs"]["records"].as_u64()),
            (0, Some(0)),
            "{bytes:?}"
        );
    }
}

#[test]
fn an_empty_text_file_survives() {
    for bytes in [&b""[..], b"\n", b"\xEF\xBB\xBF", b"\0\0\0"] {
        survive("in.txt", bytes);
    }
}

#[test]
fn lone_surrogates_in_a_text_are_accepted_as_replacement_characters() {
    for text in
        [r"\ud800", r"a \ud800 b", r"\udc00\ud800", r"\ud800\ud800\udc00", r"\ud83d x \ude00", r"\uDFFF"]
    {
        assert_kept(format!("{{\"id\":\"a\",\"text\":\"{text}\"}}\n").as_bytes());
    }
    let workdir = Workdir::new();
    let words = "and then as many other words as make a page of them, so that it counts";
    let escaped = format!("{{\"id\":\"a\",\"text\":\"one \\ud800 two {words}\"}}\n");
    workdir.write("in.jsonl", escaped + &record("b", "", &format!("one \u{FFFD} two {words}")));
    workdir.done(&["dedup", "in.jsonl", "-o", "out"]);
    assert_eq!(workdir.column("out/removed.jsonl", "relation"), ["exact"]);
}

#[test]
fn lone_surrogates_in_other_fields_and_names_are_accepted() {
    assert_kept(b"{\"id\":\"\\ud800\",\"site\":\"\\udfff\",\"text\":\"some words\"}\n");
    assert_kept(b"{\"\\ud800\":1,\"text\":\"some words\",\"id\":\"a\"}\n");
    let workdir = Workdir::new();
    workdir.write("in.jsonl", b"{\"\\ud800\":1,\"text\":\"some words\",\"id\":\"a\"}\n");
    workdir.done(&["dedup", "in.jsonl", "-o", "once", "--annotate"]);
    workdir.done(&["dedup", "once/pages.jsonl", "-o", "again", "--annotate"]);
    let pages = |folder: &str| String::from_utf8(workdir.bytes(&format!("{folder}/pages.jsonl"))).unwrap();
    assert_eq!(pages("again"), pages("once"));
}

#[test]
fn invalid_utf8_is_rejected_with_its_bytes() {
    for bytes in [
        &b"{\"id\":\"a\",\"text\":\"caf\xE9\"}"[..],
        b"\xFF\xFE{\0}\0",
        b"{\"text\":\"\xED\xA0\x80\"}",
        b"\x80",
    ] {
        assert_rejected(bytes, "is not UTF-8");
        let (workdir, _) = survive("in.jsonl", bytes);
        let row = &workdir.rows("out/rejects.jsonl")[0];
        assert_eq!((row["encoding"].as_str(), raw_of(row)), (Some("base64"), bytes.to_vec()));
    }
    survive("in.txt", b"caf\xE9 latin");
}

#[test]
fn nul_bytes_survive() {
    assert_rejected(b"\0\0\0", "is not JSON");
    assert_rejected(b"{\"text\":\"a\0b\"}", "is not JSON");
    assert_rejected(b"{\"text\":\"ab\"}\0", "is not JSON");
    assert_kept(b"{\"id\":\"a\\u0000b\",\"text\":\"one\\u0000two\"}\n");
}

#[test]
fn nesting_a_hundred_thousand_deep_survives() {
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    for nested in [deep("[", "]"), "{\"a\":".repeat(100_000) + "1" + &"}".repeat(100_000)] {
        assert_kept(
            format!("{{\"id\":\"a\",\"extra\":{nested},\"text\":\"below the depths\"}}\n").as_bytes(),
        );
        assert_rejected(format!("{{\"id\":\"a\",\"text\":{nested}}}\n").as_bytes(), "is not a string");
    }
    assert_rejected("{\"a\":".repeat(100_000).as_bytes(), "is not JSON");
    assert_rejected(format!("{{}}{}", deep("[", "]")).as_bytes(), "is not JSON");
    for lines in ["[".repeat(100_000), deep("[", "]"), deep("[", "]") + "]"] {
        let (pages, reasons) = fate((record("a", "s", "some words") + &lines).as_bytes());
        assert_eq!((pages.len(), reasons.len()), (1, 1), "{reasons:?}");
    }
}

#[test]
fn deep_nesting_survives_annotation() {
    let workdir = Workdir::new();
    let nested = "[".repeat(100_000) + &"]".repeat(100_000);
    workdir.write("in.jsonl", format!("{{\"id\":\"a\",\"tamis\":{nested},\"text\":\"some words\"}}\n"));
    workdir.done(&["dedup", "in.jsonl", "-o", "out", "--annotate"]);
    assert_eq!(workdir.rows("out/pages.jsonl")[0]["tamis"]["decision"], "kept");
}

#[test]
fn of_duplicate_keys_the_last_counts() {
    assert_kept(b"{\"text\":1,\"id\":\"a\",\"text\":\"the last\",\"id\":\"b\"}\n");
    assert_rejected(b"{\"text\":\"the first\",\"text\":1}", "is not a string");
}

#[test]
fn numbers_beyond_all_measure_survive() {
    for number in
        ["1e999", "-1e999", "1E-999", "123456789012345678901234567890123456789012345678901234567890", "-0"]
    {
        assert_kept(format!("{{\"id\":\"a\",\"n\":{number},\"text\":\"some words\"}}\n").as_bytes());
        assert_kept(format!("{{\"id\":{number},\"date\":{number},\"text\":\"some words\"}}\n").as_bytes());
        assert_rejected(format!("{{\"text\":{number}}}\n").as_bytes(), "is not a string");
    }
    for number in ["01", "1.", ".5", "+1", "NaN", "Infinity", "0x10", "1e"] {
        assert_rejected(format!("{{\"id\":{number},\"text\":\"some words\"}}\n").as_bytes(), "is not JSON");
    }
}

#[test]
fn a_text_that_is_missing_or_no_string_is_rejected() {
    for record in ["{}", "{\"id\":\"a\"}", "{\"text\":null}", "{\"Text\":\"x\"}"] {
        assert_rejected(record.as_bytes(), "field \"text\" is missing (use --text-field)");
    }
    for value in ["5", "1.5", "true", "{}", "{\"text\":\"x\"}", "[]", "[\"x\"]"] {
        assert_rejected(format!("{{\"text\":{value}}}").as_bytes(), "field \"text\" is not a string");
    }
}

#[test]
fn what_is_no_object_is_rejected() {
    for bytes in ["5", "\"text\"", "null", "true"] {
        assert_rejected(bytes.as_bytes(), "is not");
    }
    for bytes in [
        "{",
        "}",
        "{\"text\":\"x\"",
        "{\"text\":\"x\"}}",
        "{\"text\":\"x\"},",
        "{'text':'x'}",
        "{\"text\":\"x\\q\"}",
    ] {
        assert_rejected(bytes.as_bytes(), "is not JSON");
    }
    assert_rejected(b"{\"text\":\"x\"} {\"text\":\"y\"}", "is not JSON");
}

#[test]
fn an_array_among_records_is_rejected_alone() {
    let lines =
        record("a", "s", "first text") + "[{\"text\":\"x\"}]\n" + &record("b", "s", "another one here");
    let (pages, reasons) = fate(lines.as_bytes());
    assert_eq!((pages.len(), reasons.len()), (2, 1));
    assert!(reasons[0].contains("object"), "{reasons:?}");
}

#[test]
fn a_reject_cut_inside_a_character_stays_text() {
    let line = format!("x{}", "é".repeat(5_000));
    let (workdir, _) = survive("in.jsonl", line.as_bytes());
    let row = &workdir.rows("out/rejects.jsonl")[0];
    assert_eq!((row["encoding"].as_str(), row["length"].as_u64()), (Some("utf-8"), Some(10_001)));
    assert_eq!(raw_of(row).len(), 4095);
}

#[test]
fn offsets_count_from_the_beginning_of_the_file_behind_marks_and_line_ends() {
    let mut bytes = b"\xEF\xBB\xBF".to_vec();
    for number in 0..4_000 {
        bytes.extend_from_slice(record(&format!("p{number}"), "s", &format!("number {number}")).as_bytes());
        bytes.extend_from_slice(if number % 3 == 0 { b"\r\n" } else { b"" });
        bytes.extend_from_slice(format!("broken {number}\r\n").as_bytes());
    }
    let (workdir, run) = survive("in.jsonl", &bytes);
    assert_eq!((run.code, workdir.rows("out/rejects.jsonl").len()), (3, 4_000));
}
