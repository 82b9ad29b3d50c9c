//! `tamis explain --line`: a line found by text or template key, in a folder or a profile; lines that are not known.

use super::{ARABIC, ENGLISH, learned, told_of};
use crate::support::workdir::Workdir;
use serde_json::{Value, json};
use tamis::boilerplate::judge::Tier;

/// A profile with a decision, and the folder that was stripped with it.
fn stripped() -> Workdir {
    let workdir = learned();
    let word = if told_of(&workdir, ENGLISH, "Your name").tier == Tier::Strip { "keep" } else { "strip" };
    workdir.write(
        "rules.txt",
        format!("## news.example\n{word} | Your name\nkeep | Home\nstrip | Nowhere to be seen\n"),
    );
    workdir.done(&["rules", "sites.tamis", "--apply", "rules.txt"]);
    workdir.done(&["strip", "in.jsonl", "--profile", "sites.tamis", "-o", "out"]);
    workdir
}

fn explained(workdir: &Workdir, place: &str, line: &str, site: &[&str]) -> Value {
    let arguments = [&["explain", place, "--line", line, "--format", "json"], site].concat();
    serde_json::from_str(&workdir.done(&arguments).stdout).unwrap()
}

#[test]
fn folder_and_profile_say_the_same_of_a_line() {
    let workdir = stripped();
    for line in ["Your name", "Read also", "Our correspondent reports"] {
        let found =
            ["out", "sites.tamis"].map(|place| explained(&workdir, place, line, &["--site", ENGLISH]));
        for field in
            ["site", "line", "template", "pages", "of", "bound", "tier", "places", "stripped", "reasons"]
        {
            assert_eq!(found[0]["rows"][0][field], found[1]["rows"][0][field], "{line}: {field}");
        }
        assert_eq!(found[0]["found_by"], "text");
        let rows = found[0]["rows"].as_array().unwrap();
        let told = told_of(&workdir, ENGLISH, line);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0]["tier"], told.tier.name(), "{line}");
        assert_eq!((&rows[0]["pages"], &rows[0]["of"]), (&json!(told.pages), &json!(30)));
        assert_eq!(rows[0]["reasons"], json!(told.reasons));
    }
    let run = workdir.done(&["explain", "out", "--line", "Your name", "--site", ENGLISH]);
    let rows: Vec<&str> = run.stdout.lines().collect();
    assert!(rows[0].ends_with("  Your name"), "{rows:?}");
    assert_eq!(rows[1], "  site news.example: on 30 of 30 articles, a share of at least 88%");
    assert!(rows[2].ends_with(" by hand"), "{rows:?}");
}

#[test]
fn a_line_is_found_by_its_words_without_numbers() {
    let workdir = stripped();
    for place in ["out", "sites.tamis"] {
        let found = explained(&workdir, place, " 123456 people have READ this", &[]);
        assert_eq!(found["found_by"], "template");
        assert_eq!(found["rows"][0]["template"], found["template"]);
        let run = workdir.done(&["explain", place, "--line", "قرأ هذا 99999 شخصا", "--site", ARABIC]);
        assert!(run.stdout.contains("on 30 of 30 articles") && run.stdout.contains("template"), "{run:?}");
    }
}

#[test]
fn a_line_that_is_not_known_is_explained_too() {
    let workdir = stripped();
    let rows = workdir.rows("in.jsonl");
    let text = rows.iter().find(|row| row["site"] == ENGLISH).unwrap()["text"].as_str().unwrap();
    let own = text.lines().find(|line| line.ends_with('.')).unwrap();
    for place in ["out", "sites.tamis"] {
        let run = workdir.done(&["explain", place, "--line", own, "--site", ENGLISH]);
        assert!(run.stdout.contains("is not known") && run.stdout.contains("the page's own text"), "{run:?}");
        let found = explained(&workdir, place, own, &["--site", ENGLISH]);
        assert_eq!((&found["rows"], &found["found_by"]), (&json!([]), &Value::Null));
        assert!(found["meaning"].as_str().unwrap().contains("news.example"));
    }
    let found = explained(&workdir, "sites.tamis", own, &["--site", ENGLISH]);
    assert_eq!(found["seen"], json!({ "pages": 1, "of": 30 }));
    let rude = workdir.done(&["explain", "out", "--line", "a\u{1b}[2J\u{202e}b"]);
    assert!(!rude.stdout.contains(['\u{1b}', '\u{202e}']), "{rude:?}");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let workdir = stripped();
    for (arguments, says) in [
        (&["explain", "--line", "a"][..], "DIR"),
        (&["explain", "out", "--site", "a"], "--line"),
        (&["explain", "out", "--line", "a", "--id", "b"], "cannot be used with"),
        (&["explain", "in.jsonl", "--line", "a"], "is no profile"),
        (&["explain", "sites.tamis", "--line", "a", "--site", "other"], "knows no site other"),
        (&["explain", "empty", "--line", "a"], "lines.jsonl"),
    ] {
        std::fs::create_dir_all(workdir.path("empty")).unwrap();
        let run = workdir.tamis(arguments);
        assert!(run.code == 2 && run.stderr.contains(says), "{arguments:?}: {run:?}");
    }
}
