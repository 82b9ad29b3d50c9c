//! A folder that was changed is an error that says where, never a file that is nearly right.

use super::folder::crawl;
use super::{Dice, Junk, restored, stripped};
use crate::support::workdir::{Workdir, line};
use serde_json::json;

fn folder() -> Workdir {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", crawl());
    stripped(&workdir, &["in.jsonl"], &Junk, |_| ()).unwrap();
    workdir
}

/// Changes a file of the folder as text; the error of restoring it then.
fn fault(file: &str, change: impl FnOnce(String) -> String) -> String {
    let workdir = folder();
    let name = format!("out/{file}");
    let before = String::from_utf8(workdir.bytes(&name)).unwrap();
    let after = change(before.clone());
    assert_ne!(before, after);
    workdir.write(&name, after);
    restored(&workdir).expect_err("the folder was changed").to_string()
}

fn without_line(text: &str, number: usize) -> String {
    let lines = text.split_inclusive('\n').enumerate();
    lines.filter(|(at, _)| at + 1 != number).map(|(_, line)| line).collect()
}

#[test]
fn an_edited_page_is_found() {
    // Another text of a stripped page, another text of a whole one, a field of either.
    let error = fault("pages.jsonl", |text| text.replacen("\\nend", " \\nend", 1));
    assert!(
        error.contains("pages.jsonl:2") && error.contains("spans.jsonl") && error.contains('('),
        "{error}"
    );
    for (from, to) in
        [("\"id\":\"p99\"", "\"id\":\"p98\""), ("by hand", "by HAND"), ("\"site-2\"", "\"site-22\"")]
    {
        let error = fault("pages.jsonl", |text| text.replacen(from, to, 1));
        assert!(error.contains("jsonl:"), "{error}");
    }
    let error = fault("pages.jsonl", |text| text.replacen('{', "[", 2).replacen('[', "{", 1));
    assert!(error.contains("pages.jsonl:2: holds no text"), "{error}");
}

#[test]
fn a_missing_or_further_page_is_found() {
    for number in [1, 2, 42] {
        let error = fault("pages.jsonl", |text| without_line(&text, number));
        assert!(error.contains(".jsonl:"), "{error}");
    }
    let error = fault("pages.jsonl", |text| text.clone() + "{\"text\":\"one more\"}\n");
    assert!(error.contains("pages.jsonl:43: is a page more"), "{error}");
}

#[test]
fn changed_spans_are_found() {
    let error = fault("spans.jsonl", |text| without_line(&text, 3));
    assert!(error.contains("in.jsonl") || error.contains("pages.jsonl"), "{error}");
    let error = fault("spans.jsonl", |text| text.replacen("\"line\":\"junk\"", "\"line\":\"jank\"", 1));
    assert!(error.contains("its text was another"), "{error}");
    let error = fault("spans.jsonl", |text| text.replacen("\"start\":0", "\"start\":1", 1));
    assert!(error.contains("pages.jsonl:") && error.contains("byte 1"), "{error}");
    let error = fault("spans.jsonl", |text| text.clone() + text.lines().next().unwrap() + "\n");
    assert!(error.contains("is of the same page"), "{error}");
    let error = fault("spans.jsonl", |text| {
        text.clone() + &text.lines().next().unwrap().replacen("\"record\":", "\"record\":999", 1) + "\n"
    });
    assert!(error.contains("spans.jsonl:28: is of no page"), "{error}");
    let error = fault("spans.jsonl", |text| text.replacen('{', "", 1));
    assert!(error.contains("spans.jsonl:1: is no row"), "{error}");
}

#[test]
fn changed_gaps_and_inputs_are_found() {
    let error = fault("gaps.jsonl", |text| without_line(&text, 1));
    assert!(error.contains("inputs.jsonl:1") || error.contains("pages.jsonl"), "{error}");
    let error = fault("gaps.jsonl", |text| text.replacen("no record", "NO record", 1));
    assert!(error.contains("inputs.jsonl:1") && error.contains("in.jsonl was another file"), "{error}");
    let error = fault("gaps.jsonl", |text| text.replacen("\"offset\":", "\"offset\":1", 1));
    assert!(error.contains(".jsonl:"), "{error}");
    let error = fault("gaps.jsonl", |text| text.replacen("\"raw\"", "\"base64\"", 1));
    assert!(error.contains("gaps.jsonl:1: does not say"), "{error}");
    let error = fault("inputs.jsonl", |text| text.replacen("\"rejected\":1", "\"rejected\":2", 1));
    assert!(error.contains(".jsonl:"), "{error}");
    let error = fault("inputs.jsonl", |text| text.replacen("\"rejected\":1", "\"rejected\":999", 1));
    assert!(error.contains("inputs.jsonl:1: says that more"), "{error}");
}

#[test]
fn a_folder_of_another_command_is_refused() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", crawl());
    workdir.tamis(&["dedup", "in.jsonl", "-o", "out"]);
    let run = workdir.tamis(&["restore", "out", "-o", "back"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.stderr.contains("was written by tamis dedup") && run.stderr.contains("tamis strip"),
        "{run:?}"
    );
    let run = workdir.tamis(&["restore", "nothing", "-o", "back"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(workdir.names("."), ["in.jsonl", "out"]);
}

#[test]
fn the_program_writes_a_file_or_standard_output() {
    let workdir = folder();
    let run = workdir.done(&["restore", "out", "-o", "back.jsonl"]);
    assert_eq!(workdir.bytes("back.jsonl"), crawl().as_bytes());
    assert!(
        run.stdout.is_empty() && run.stderr.contains("restored 1 input, 42 pages, 27 of them"),
        "{run:?}"
    );
    assert_eq!(workdir.done(&["restore", "out", "-o", "-", "--quiet"]).stdout, crawl());
    let run = workdir.tamis(&["restore", "out", "-o", "back.jsonl"]);
    assert!(run.code == 2 && run.stderr.contains("--overwrite"), "{run:?}");
    workdir.write("back.jsonl", "older");
    workdir.done(&["restore", "out", "-o", "back.jsonl", "--overwrite"]);
    assert_eq!(workdir.bytes("back.jsonl"), crawl().as_bytes());
    let run = workdir.tamis(&["restore", "out", "-o", "out", "--overwrite"]);
    assert!(run.code == 2 && run.stderr.contains("no regular file"), "{run:?}");
    let run = workdir.tamis(&["restore", "out", "-o", "out/pages.jsonl", "--overwrite"]);
    assert!(run.code == 2 && run.stderr.contains("restored from"), "{run:?}");
}

#[test]
fn a_changed_folder_leaves_no_file_behind() {
    let workdir = folder();
    let pages = String::from_utf8(workdir.bytes("out/pages.jsonl")).unwrap();
    workdir.write("out/pages.jsonl", without_line(&pages, 40));
    let run = workdir.tamis(&["restore", "out", "-o", "back.jsonl"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("unchanged copy"), "{run:?}");
    assert_eq!(workdir.names("."), ["in.jsonl", "out"]);
}

#[test]
fn any_byte_of_the_pages_that_is_changed_is_found() {
    let workdir = Workdir::new();
    let input = line(&json!({ "id": "a", "text": "one\ntwo\nthree\nfour" }))
        + &line(&json!({ "id": "b", "text": "five" }));
    workdir.write("in.jsonl", &input);
    stripped(&workdir, &["in.jsonl"], &Dice(2), |_| ()).unwrap();
    let pages = workdir.bytes("out/pages.jsonl");
    for at in 0..pages.len() {
        for byte in [pages[at] ^ 1, pages[at] ^ 0x80, b'\n'] {
            let mut changed = pages.clone();
            changed[at] = byte;
            if changed == pages {
                continue;
            }
            workdir.write("out/pages.jsonl", &changed);
            // The last line feed may go unnoticed if what stands there instead is no part of a page.
            let restored = restored(&workdir);
            assert!(restored.is_err(), "byte {at} as {byte}: {:?}", restored.map(String::from_utf8));
        }
    }
}
